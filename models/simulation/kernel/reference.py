"""The state by reference: helpers take one pointer instead of every array of it, and read fields as C would.

A named tuple of arrays is passed to a compiled function as some 240 separate values, which every call among helpers
would repeat: most of the code to compile. `prepared` puts addresses and shapes into memory once, and an array is found
from there; a call from Python passes one array, not all. Numba's own arrays would take care of negative indices,
strides and reference counts at each access; these do not. The optimiser is told what numba keeps from it: that
addresses never change while the kernel runs, and that different fields of records, and different arrays, do not
overlap. Integers are widened when read and narrowed when written. Uncompiled both give the tuple back.

Indices are not checked and must not be negative: a test runs the kernel uncompiled and looks.
"""
# mypy: disable-error-code="no-untyped-call, attr-defined, override"

import operator
from functools import cache
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import lower_builtin, lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, signature
from numba.extending import infer_getattr, intrinsic, models, register_model

from models.simulation.kernel.layout import State, smallest

_WORD = ir.IntType(64)
_POINTER = ir.IntType(8).as_pointer()
_KINDS = {types.int64: _WORD, types.uint64: _WORD, types.float64: ir.DoubleType()}
_NARROW = {types.int8: ir.IntType(8), types.int32: ir.IntType(32)}
"""What helpers see as 64-bit integers."""


class _Pointer(types.Type):
    """A type that is one pointer when compiled."""

    def __init__(self, name: str, *what: Any) -> None:
        self.what = what
        self._hash = hash(what)
        super().__init__(name=name)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self.key == other.key)

    @property
    def key(self) -> Any:
        """What makes two of these types the same."""
        return self.what


class Reference(_Pointer):
    """A pointer to the addresses and shapes of a named tuple's arrays (all contiguous, in C order)."""

    def __init__(self, record: Any) -> None:
        self.record = record
        super().__init__("State", record)

    def first_word(self, i: int) -> int:
        """Where field `i` begins: its address, then its shape."""
        return sum(1 + int(array.ndim) for array in self.record.types[:i])


class Table(_Pointer):
    """An array of the state: `field` is its name. What is passed around is where its address and shape are."""

    def __init__(self, field: str, array: Any) -> None:
        self.field, self.array = field, array
        super().__init__(f"State.{field}", field, array)


class Row(_Pointer):
    """A pointer to one record of a table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        super().__init__(f"State.{table.field}[]", table)


@register_model(Reference)
@register_model(Table)
@register_model(Row)
class _PointerModel(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        super().__init__(manager, type_, _POINTER)


@infer_getattr
class _ReferenceAttributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, type_: Reference, name: str) -> Any:
        if name not in type_.record.fields:
            return None
        return Table(name, type_.record.types[type_.record.fields.index(name)])


@infer_getattr
class _TableAttributes(AttributeTemplate):
    key = Table

    def generic_resolve(self, type_: Table, name: str) -> Any:
        return types.UniTuple(types.int64, type_.array.ndim) if name == "shape" else None


@infer_getattr
class _RowAttributes(AttributeTemplate):
    key = Row

    def generic_resolve(self, type_: Row, name: str) -> Any:
        record = type_.table.array.dtype
        return _seen(record.typeof(name)) if name in record.fields else None


def _seen(kind: Any) -> Any:
    """The type by which helpers know what is stored as `kind`."""
    return types.int64 if kind in _NARROW else kind


def _element(table: Any, index: Any) -> Any:
    """The type of `table[index]`, or None when it has none."""
    parts = tuple(index) if isinstance(index, types.BaseTuple) else (index,)
    if not isinstance(table, Table) or len(parts) != table.array.ndim:
        return None
    if not all(isinstance(part, types.Integer) for part in parts):
        return None
    return Row(table) if isinstance(table.array.dtype, types.Record) else _seen(table.array.dtype)


@numba.core.typing.templates.infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        found = _element(*args)
        return None if found is None else signature(found, *args)


@numba.core.typing.templates.infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        found = _element(*args[:2])
        if found is None or isinstance(found, Row):
            return None
        return signature(types.none, args[0], args[1], found)


def _tell(builder: Any, instruction: Any, what: str) -> Any:
    """Mark an access with what it touches: accesses marked differently never touch the same memory."""
    module = builder.module
    zero = _WORD(0)
    kind = module.add_metadata([what, module.add_metadata(["state"]), zero])
    instruction.set_metadata("tbaa", module.add_metadata([kind, kind, zero]))
    return instruction


def _read(builder: Any, place: Any, kind: Any, what: str) -> Any:
    narrow = _NARROW.get(kind)
    stored = builder.load(builder.bitcast(place, (narrow or _KINDS[kind]).as_pointer()))
    _tell(builder, stored, what)
    return stored if narrow is None else builder.sext(stored, _WORD)


def _write(builder: Any, value: Any, place: Any, kind: Any, what: str) -> None:
    narrow = _NARROW.get(kind)
    if narrow is not None:
        value = builder.trunc(value, narrow)
    _tell(builder, builder.store(value, builder.bitcast(place, value.type.as_pointer())), what)


def _constant_word(builder: Any, pointer: Any, k: int, kind: Any) -> Any:
    """A word of the state's addresses and shapes, which are the same for as long as the kernel runs."""
    place = builder.gep(pointer, [_WORD(8 * k)], inbounds=True)
    word = builder.load(builder.bitcast(place, kind.as_pointer()))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


@lower_getattr_generic(Reference)
def _find_table(context: Any, builder: Any, type_: Reference, pointer: Any, name: str) -> Any:
    first = type_.first_word(type_.record.fields.index(name))
    return builder.gep(pointer, [_WORD(8 * first)], inbounds=True)


@lower_getattr_generic(Table)
def _read_shape(context: Any, builder: Any, type_: Table, pointer: Any, name: str) -> Any:
    shape = [_constant_word(builder, pointer, 1 + k, _WORD) for k in range(type_.array.ndim)]
    return cgutils.pack_array(builder, shape)


def _place(context: Any, builder: Any, type_: Table, pointer: Any, index_type: Any, index: Any) -> Any:
    """The address of an element."""
    several = isinstance(index_type, types.BaseTuple)
    parts: list[Any] = cgutils.unpack_tuple(builder, index) if several else [index]
    kinds: list[Any] = list(index_type) if several else [index_type]
    parts = [context.cast(builder, part, kind, types.int64) for part, kind in zip(parts, kinds, strict=True)]
    at = parts[0]
    for k, part in enumerate(parts[1:], 1):
        length = _constant_word(builder, pointer, 1 + k, _WORD)
        at = builder.add(builder.mul(at, length, flags=["nsw"]), part, flags=["nsw"])
    kind = type_.array.dtype
    size = kind.size if isinstance(kind, types.Record) else kind.bitwidth // 8
    data = _constant_word(builder, pointer, 0, _POINTER)
    return builder.gep(data, [builder.mul(at, _WORD(size), flags=["nsw"])], inbounds=True)


@lower_builtin(operator.getitem, Table, types.Any)
def _get_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table = sig.args[0]
    place = _place(context, builder, table, args[0], sig.args[1], args[1])
    if isinstance(sig.return_type, Row):
        return place
    return _read(builder, place, table.array.dtype, table.field)


@lower_builtin(operator.setitem, Table, types.Any, types.Any)
def _set_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table = sig.args[0]
    place = _place(context, builder, table, args[0], sig.args[1], args[1])
    _write(builder, args[2], place, table.array.dtype, table.field)
    return context.get_dummy_value()


def _field(builder: Any, type_: Row, pointer: Any, name: str) -> tuple[Any, Any, str]:
    """The place of a field, how it is stored, and its name among all."""
    record = type_.table.array.dtype
    place = builder.gep(pointer, [_WORD(record.offset(name))], inbounds=True)
    return place, record.typeof(name), f"{type_.table.field}.{name}"


@lower_getattr_generic(Row)
def _get_field(context: Any, builder: Any, type_: Row, pointer: Any, name: str) -> Any:
    return _read(builder, *_field(builder, type_, pointer, name))


@lower_setattr_generic(Row)
def _set_field(context: Any, builder: Any, sig: Any, args: Any, name: str) -> None:
    _write(builder, args[1], *_field(builder, sig.args[0], args[0], name))


@cache
def _kinds() -> Any:
    return numba.typeof(smallest())


@intrinsic
def _referred(_: Any, words: Any) -> Any:
    reference = Reference(_kinds())

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.bitcast(array.data, _POINTER)

    return reference(words), generate


def _addresses(state: State) -> Any:
    words: list[int] = []
    for name, kind, array in zip(State._fields, smallest(), state, strict=True):
        if array.dtype != kind.dtype or array.ndim != kind.ndim or not array.flags.c_contiguous:
            raise TypeError(f"{name} is a {array.ndim}-dimensional array of {array.dtype}, which is none of its kind")
        words += (array.ctypes.data, *array.shape)
    return np.array(words, dtype=np.int64)


def _itself(state: Any) -> Any:
    return state


prepared: Any = _itself if numba.config.DISABLE_JIT else _addresses
"""What `run` takes: the addresses and shapes of a state's arrays, which must live as long; uncompiled the state."""
referred: Any = _itself if numba.config.DISABLE_JIT else _referred
"""The reference to be handed to helpers; uncompiled the state itself."""
