"""The state by reference: helpers take one pointer instead of every array of it.

A named tuple of arrays is passed to a compiled function as some 240 separate values, which every call among helpers
would repeat: most of the code to compile. `referred` puts addresses and shapes into memory once, and a field is read
from there. Uncompiled it gives the tuple back.
"""
# mypy: disable-error-code="no-untyped-call, attr-defined, override"

from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model

_WORD = ir.IntType(64)
_POINTER = ir.IntType(8).as_pointer()


class Reference(types.Type):
    """The type of a pointer to the addresses and shapes of a named tuple's arrays (all contiguous, in C order)."""

    def __init__(self, record: Any) -> None:
        self.record = record
        super().__init__(name="State")

    @property
    def key(self) -> Any:
        """What makes two of these types the same."""
        return self.record

    def first_word(self, i: int) -> int:
        """Where field `i` begins: its address, then its shape."""
        return sum(1 + int(array.ndim) for array in self.record.types[:i])


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        super().__init__(manager, type_, _POINTER)


@infer_getattr
class _ReferenceAttributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, type_: Reference, name: str) -> Any:
        if name not in type_.record.fields:
            return None
        return type_.record.types[type_.record.fields.index(name)]


@lower_getattr_generic(Reference)
def _read_field(context: Any, builder: Any, type_: Reference, pointer: Any, name: str) -> Any:
    i = type_.record.fields.index(name)
    array_type = type_.record.types[i]
    array = cgutils.create_struct_proxy(array_type)(context, builder)

    def word(k: int, kind: Any) -> Any:
        place = builder.gep(pointer, [_WORD(8 * (type_.first_word(i) + k))], inbounds=True)
        return builder.load(builder.bitcast(place, kind.as_pointer()))

    array.data = word(0, array.data.type)
    shape = [word(1 + k, _WORD) for k in range(array_type.ndim)]
    step = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(array_type.dtype)))
    array.itemsize = step
    strides = [step]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array.shape = cgutils.pack_array(builder, shape)
    array.strides = cgutils.pack_array(builder, strides)
    return array._getvalue()


@intrinsic
def _referred(_: Any, state: Any) -> Any:
    reference = Reference(state)

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        words = cgutils.alloca_once(builder, ir.ArrayType(_WORD, reference.first_word(len(state.types))))
        for i, array_type in enumerate(state.types):
            array = context.make_array(array_type)(context, builder, builder.extract_value(arguments[0], i))
            values = [builder.ptrtoint(array.data, _WORD), *cgutils.unpack_tuple(builder, array.shape)]
            for k, value in enumerate(values):
                place = builder.gep(words, [_WORD(0), _WORD(reference.first_word(i) + k)], inbounds=True)
                builder.store(value, place)
        return builder.bitcast(words, _POINTER)

    return reference(state), generate


def _itself(state: Any) -> Any:
    return state


referred: Any = _itself if numba.config.DISABLE_JIT else _referred
"""A state's reference; uncompiled the state itself."""
