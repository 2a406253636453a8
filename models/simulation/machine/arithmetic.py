"""What Python's operators and functions of numbers do to operands, as numpy does it to its 64-bit numbers."""

import ast
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from models.simulation.machine.kinds import BOOLEAN, FLOAT, INTEGER, UNSIGNED, Kind, Value
from models.simulation.machine.writing import Writer

_ON_INTEGERS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "shl",
}
_ON_BOOLS = {ast.BitAnd, ast.BitOr, ast.BitXor}
_ON_FLOATS: dict[type[ast.operator], str] = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv"}
_ROUNDING_DOWN: dict[type[ast.operator], str] = {ast.FloorDiv: "floor_quotient", ast.Mod: "floor_rest"}
_SIGNED = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "slt", ast.LtE: "sle", ast.Gt: "sgt", ast.GtE: "sge"}
_UNSIGNED = _SIGNED | {ast.Lt: "ult", ast.LtE: "ule", ast.Gt: "ugt", ast.GtE: "uge"}
_ORDERED = {ast.Eq: "oeq", ast.NotEq: "une", ast.Lt: "olt", ast.LtE: "ole", ast.Gt: "ogt", ast.GtE: "oge"}


class UnknownError(TypeError):
    """What the translation does not know, in words for who writes the kernel."""

    placed = False

    def at(self, place: str) -> "UnknownError":
        """The same, with its place told once: where it was noticed first."""
        if self.placed:
            return self.with_traceback(None)
        told = UnknownError(f"{place}: {self}")
        told.placed = True
        return told


def converted(writer: Writer, value: Value, kind: Kind) -> Value:
    """A value as another kind, where nothing can be lost. Raises UnknownError."""
    if value.kind == kind:
        return value
    if kind == FLOAT and value.kind in (INTEGER, BOOLEAN):
        return writer.as_float(value)
    if kind == INTEGER and value.kind == BOOLEAN:
        return writer.as_integer(value)
    raise UnknownError(f"{value.kind.name} is given where {kind.name} is wanted")


def alike(writer: Writer, a: Value, b: Value) -> tuple[Value, Value]:
    """Two numbers as the same kind: integers, or floats if one of them is. Raises UnknownError."""
    if FLOAT in (a.kind, b.kind):
        return converted(writer, a, FLOAT), converted(writer, b, FLOAT)
    if a.kind == b.kind == UNSIGNED:
        return a, b
    return converted(writer, a, INTEGER), converted(writer, b, INTEGER)


def binary(writer: Writer, operator: ast.operator, a: Value, b: Value) -> Value:
    """`a operator b`. Raises UnknownError."""
    kind = type(operator)
    if kind is ast.Div:
        return writer.value(FLOAT, f"fdiv double {writer.as_float(a).text}, {writer.as_float(b).text}")
    if kind is ast.Pow:
        return writer.intrinsic("pow", (converted(writer, a, FLOAT), converted(writer, b, FLOAT)))
    if a.kind == b.kind == BOOLEAN and kind in _ON_BOOLS:
        return writer.value(BOOLEAN, f"{_ON_INTEGERS[kind]} i1 {a.text}, {b.text}")
    a, b = alike(writer, a, b)
    if a.kind == FLOAT and kind in _ON_FLOATS:
        return writer.value(FLOAT, f"{_ON_FLOATS[kind]} double {a.text}, {b.text}")
    if a.kind != FLOAT and kind in _ON_INTEGERS:
        return writer.value(a.kind, f"{_ON_INTEGERS[kind]} i64 {a.text}, {b.text}")
    if a.kind != FLOAT and kind is ast.RShift:
        return writer.value(a.kind, f"{'ashr' if a.kind == INTEGER else 'lshr'} i64 {a.text}, {b.text}")
    if a.kind == INTEGER and kind in _ROUNDING_DOWN:
        return writer.call(INTEGER, _ROUNDING_DOWN[kind], (a, b))
    raise UnknownError(f"{kind.__name__} of {a.kind.name} is not known")


def compared(writer: Writer, operator: ast.cmpop, a: Value, b: Value) -> Value:
    """`a operator b`. Raises UnknownError."""
    kind = type(operator)
    if kind not in _SIGNED:
        raise UnknownError(f"the comparison {kind.__name__} is not known")
    a, b = alike(writer, a, b)
    if a.kind == FLOAT:
        return writer.value(BOOLEAN, f"fcmp {_ORDERED[kind]} double {a.text}, {b.text}")
    how = _SIGNED if a.kind == INTEGER else _UNSIGNED
    return writer.value(BOOLEAN, f"icmp {how[kind]} i64 {a.text}, {b.text}")


def truth(writer: Writer, value: Value) -> Value:
    """Whether a condition holds. Raises UnknownError for what is neither a bool nor a number."""
    if value.kind == BOOLEAN:
        return value
    return compared(writer, ast.NotEq(), value, Value(INTEGER, "0") if value.kind != FLOAT else Value(FLOAT, "0.0"))


def negative(writer: Writer, value: Value) -> Value:
    """`-value`. Raises UnknownError."""
    if value.kind == FLOAT:
        return writer.value(FLOAT, f"fneg double {value.text}")
    return writer.value(INTEGER, f"sub i64 0, {converted(writer, value, INTEGER).text}")


def _chosen(operator: ast.cmpop) -> Callable[[Writer, Sequence[Value]], Value]:
    def choose(writer: Writer, values: Sequence[Value]) -> Value:
        a, b = alike(writer, *values)
        better = compared(writer, operator, b, a)
        kind = a.kind.llvm
        return writer.value(a.kind, f"select i1 {better.text}, {kind} {b.text}, {kind} {a.text}")

    return choose


def _of_float(name: str) -> Callable[[Writer, Sequence[Value]], Value]:
    return lambda writer, values: writer.intrinsic(name, [converted(writer, value, FLOAT) for value in values])


def _rounded(name: str) -> Callable[[Writer, Sequence[Value]], Value]:
    return lambda writer, values: writer.as_integer(_of_float(name)(writer, values))


def _absolute(writer: Writer, values: Sequence[Value]) -> Value:
    if values[0].kind == FLOAT:
        return writer.intrinsic("fabs", values)
    below = negative(writer, values[0])
    return _chosen(ast.Gt())(writer, (values[0], below))


def _to_unsigned(writer: Writer, values: Sequence[Value]) -> Value:
    return writer.as_integer(values[0], UNSIGNED)


def _to_integer(writer: Writer, values: Sequence[Value]) -> Value:
    return writer.as_integer(values[0])


def _to_float(writer: Writer, values: Sequence[Value]) -> Value:
    return writer.as_float(values[0])


FUNCTIONS: dict[Any, tuple[int, Callable[[Writer, Sequence[Value]], Value]]] = {
    np.int64: (1, _to_integer),
    int: (1, _to_integer),
    np.uint64: (1, _to_unsigned),
    np.float64: (1, _to_float),
    float: (1, _to_float),
    bool: (1, lambda writer, values: truth(writer, values[0])),
    max: (2, _chosen(ast.Gt())),
    min: (2, _chosen(ast.Lt())),
    abs: (1, _absolute),
    math.ceil: (1, _rounded("ceil")),
    math.floor: (1, _rounded("floor")),
    math.sqrt: (1, _of_float("sqrt")),
    math.exp: (1, _of_float("exp")),
    math.log: (1, _of_float("log")),
}
"""How many arguments each takes, and what it does to them."""


def bits(writer: Writer, value: Value, kind: Kind) -> Value:
    """The same 64 bits as another kind of number (`view`)."""
    return writer.value(kind, f"bitcast {value.kind.llvm} {value.text} to {kind.llvm}")
