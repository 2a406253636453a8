"""From expressions, as Python's parser sees them, to LLVM's language."""

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from models.simulation.machine import arithmetic
from models.simulation.machine.arithmetic import UnknownError
from models.simulation.machine.kinds import BOOLEAN, FLOAT, INTEGER, STATE, UNSIGNED, Kind, Place, Row, Table, Value
from models.simulation.machine.writing import Module, Writer, floating, integer

_VIEWS: dict[Any, Kind] = {np.int64: INTEGER, np.uint64: UNSIGNED, np.float64: FLOAT}


class Signature(NamedTuple):
    """How a function is called."""

    name: str
    takes: tuple[Kind, ...]
    gives: Kind


@dataclass(frozen=True)
class Surroundings:
    """What functions of one module share. `called` gives the signature of a function that is called with such kinds."""

    module: Module
    tables: dict[str, Table]
    rows: dict[str, Row]
    called: Callable[[FunctionType, tuple[Kind, ...]], Signature]


class Expressions:
    """The expressions of one function, written where its writer is."""

    def __init__(self, around: Surroundings, function: FunctionType) -> None:
        self.around, self.function = around, function
        self.writer = Writer(around.module)
        self.variables: dict[str, Place] = {}

    # Conditions

    def condition(self, node: ast.expr, yes: str, no: str, *, only_bools: bool = False) -> None:
        """Go to `yes` if the condition holds, else to `no`, evaluating no more of it than Python does."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.condition(node.operand, no, yes)
            return
        if not isinstance(node, ast.BoolOp):
            value = self.value(node)
            if only_bools and value.kind != BOOLEAN:
                raise UnknownError("only bools are joined by and, or")
            self.writer.branch(arithmetic.truth(self.writer, value), yes, no)
            return
        for part in node.values[:-1]:
            following = self.writer.label()
            ways = (following, no) if isinstance(node.op, ast.And) else (yes, following)
            self.condition(part, *ways, only_bools=only_bools)
            self.writer.begin(following)
        self.condition(node.values[-1], yes, no, only_bools=only_bools)

    # Values

    def value(self, node: ast.expr) -> Value:
        """What an expression is worth. Raises UnknownError."""
        write = _VALUES.get(type(node))
        if write is None:
            raise UnknownError(f"{type(node).__name__} is not known")
        return write(self, node)

    def _literal(self, node: ast.Constant) -> Value:
        return self._constant(node.value)

    def _constant(self, value: Any) -> Value:
        if isinstance(value, bool | np.bool_):
            return Value(BOOLEAN, "true" if value else "false")
        if isinstance(value, np.uint64):
            return Value(UNSIGNED, str(value))
        if isinstance(value, int | np.int64):
            return integer(int(value))
        if isinstance(value, float):
            return floating(value)
        raise UnknownError(f"{value!r} is no number")

    def outside(self, node: ast.expr) -> Any:
        """What a name outside of the function, or of a module, stands for; None for anything else."""
        if isinstance(node, ast.Name) and node.id not in self.variables:
            known = self.function.__globals__
            return known[node.id] if node.id in known else getattr(builtins, node.id, None)
        if isinstance(node, ast.Attribute):
            module = self.outside(node.value)
            return getattr(module, node.attr) if isinstance(module, ModuleType) else None
        return None

    def _name(self, node: ast.Name) -> Value:
        if node.id in self.variables:
            return self.writer.get(self.variables[node.id])
        return self._constant(self.outside(node))

    def _attribute(self, node: ast.Attribute) -> Value:
        known = self.outside(node)
        if known is not None:
            return self._constant(known)
        owner = self.value(node.value)
        if owner.kind == STATE and node.attr in self.around.tables:
            return self.writer.table(owner, self.around.tables[node.attr])
        return self.writer.get(self._member(owner, node.attr))

    def _subscript(self, node: ast.Subscript) -> Value:
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            table = self.value(node.value.value)
            if isinstance(table.kind, Table) and isinstance(node.slice, ast.Constant):
                return self.writer.word(table, 1 + int(str(node.slice.value)))
        found = self._element(node)
        return self.writer.get(found) if isinstance(found, Place) else found

    def _element(self, node: ast.Subscript) -> Place | Value:
        """The place of a number in an array, or a record."""
        table = self.value(node.value)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not isinstance(table.kind, Table) or len(parts) != table.kind.dimensions:
            raise UnknownError("an array of the state, and an index for each of its dimensions, is wanted")
        at = [arithmetic.converted(self.writer, self.value(part), INTEGER) for part in parts]
        address = self.writer.element(table, table.kind, at)
        if table.kind.element is None:
            return Value(self.around.rows[table.kind.name], address)
        return Place(address, table.kind.element, self.around.module.touching(table.kind.name))

    def _member(self, row: Value, name: str) -> Place:
        if not isinstance(row.kind, Row) or name not in row.kind.table.fields:
            raise UnknownError(f"{row.kind.name} has no {name}")
        return self.writer.member(row, row.kind, name)

    def memory(self, node: ast.expr) -> Place:
        """A field or an element that can be assigned to. Raises UnknownError."""
        if isinstance(node, ast.Attribute):
            return self._member(self.value(node.value), node.attr)
        found = self._element(node) if isinstance(node, ast.Subscript) else None
        if not isinstance(found, Place):
            raise UnknownError("this cannot be assigned to")
        return found

    def _operation(self, node: ast.BinOp) -> Value:
        left = self.value(node.left)
        return arithmetic.binary(self.writer, node.op, left, self.value(node.right))

    def _sign(self, node: ast.UnaryOp) -> Value:
        value = self.value(node.operand)
        if isinstance(node.op, ast.USub):
            return arithmetic.negative(self.writer, value)
        if isinstance(node.op, ast.Not):
            return self.writer.negated(arithmetic.truth(self.writer, value))
        raise UnknownError(f"{type(node.op).__name__} is not known")

    def _joined(self, node: ast.BoolOp) -> Value:
        writer = self.writer
        yes, no, after = writer.label(), writer.label(), writer.label()
        self.condition(node, yes, no, only_bools=True)
        for label in (yes, no):
            writer.begin(label)
            writer.jump(after)
        writer.begin(after)
        return writer.phi([(Value(BOOLEAN, "true"), yes), (Value(BOOLEAN, "false"), no)])

    def _comparison(self, node: ast.Compare) -> Value:
        if len(node.ops) != 1:
            raise UnknownError("one comparison at a time")
        left, operator, right = self.value(node.left), node.ops[0], node.comparators[0]
        if isinstance(operator, ast.In) and isinstance(right, ast.Tuple):
            found = Value(BOOLEAN, "false")
            for part in right.elts:
                same = arithmetic.compared(self.writer, ast.Eq(), left, self.value(part))
                found = self.writer.value(BOOLEAN, f"or i1 {found.text}, {same.text}")
            return found
        return arithmetic.compared(self.writer, operator, left, self.value(right))

    def _choice(self, node: ast.IfExp) -> Value:
        writer = self.writer
        yes, no, after = writer.label(), writer.label(), writer.label()
        self.condition(node.test, yes, no)
        ways = []
        for label, part in ((yes, node.body), (no, node.orelse)):
            writer.begin(label)
            ways.append((self.value(part), writer.block))
            writer.jump(after)
        writer.begin(after)
        if ways[0][0].kind != ways[1][0].kind:
            raise UnknownError("both values must be of one kind")
        return writer.phi(ways)

    def _call(self, node: ast.Call) -> Value:
        if node.keywords:
            raise UnknownError("arguments have no names")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "view" and len(node.args) == 1:
            kind = _VIEWS.get(self.outside(node.args[0]))
            if kind is not None:
                return arithmetic.bits(self.writer, self.value(node.func.value), kind)
        called = self.outside(node.func)
        values = [self.value(argument) for argument in node.args]
        if isinstance(called, FunctionType):
            signature = self.around.called(called, tuple(value.kind for value in values))
            if len(values) != len(signature.takes):
                raise UnknownError(f"{called.__name__} takes {len(signature.takes)} arguments")
            given = [arithmetic.converted(self.writer, *pair) for pair in zip(values, signature.takes, strict=True)]
            return self.writer.call(signature.gives, signature.name, given)
        wanted, function = arithmetic.FUNCTIONS.get(called, (None, None))
        if function is None or wanted != len(values):
            raise UnknownError(f"{ast.unparse(node.func)} of {len(values)} is not known")
        return function(self.writer, values)


_VALUES: dict[type[ast.expr], Callable[[Expressions, Any], Value]] = {
    ast.Constant: Expressions._literal,
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Subscript: Expressions._subscript,
    ast.BinOp: Expressions._operation,
    ast.UnaryOp: Expressions._sign,
    ast.BoolOp: Expressions._joined,
    ast.Compare: Expressions._comparison,
    ast.IfExp: Expressions._choice,
    ast.Call: Expressions._call,
}
