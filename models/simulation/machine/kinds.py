"""Kinds of values that compiled functions know, and where fields lie in memory."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Kind:
    """What a value is to Python, and its type in LLVM's language."""

    name: str
    llvm: str


class Stored(NamedTuple):
    """How numbers lie in memory: what they are once read, and their type there, which may be narrower."""

    kind: Kind
    llvm: str


@dataclass(frozen=True)
class Table(Kind):
    """An array of the state; the value points to its address and shape (in C order), which stand side by side.

    Its elements are numbers (`element`) or records, of which `fields` has (offset in bytes, number) by name.
    """

    first_word: int = field(compare=False)
    dimensions: int = field(compare=False)
    element_bytes: int = field(compare=False)
    element: Stored | None = field(compare=False)
    fields: dict[str, tuple[int, Stored]] = field(compare=False)


@dataclass(frozen=True)
class Row(Kind):
    """A record of a table; the value is its address."""

    table: Table = field(compare=False)


class Value(NamedTuple):
    """An operand: its kind, and what stands for it in LLVM's language."""

    kind: Kind
    text: str


class Place(NamedTuple):
    """Memory that holds a number or a variable: its address, and what is remarked about who else touches it."""

    address: str
    holds: Stored
    remark: str = ""


INTEGER = Kind("an integer", "i64")
UNSIGNED = Kind("an unsigned integer", "i64")
FLOAT = Kind("a float", "double")
BOOLEAN = Kind("a bool", "i1")
NOTHING = Kind("nothing", "void")
STATE = Kind("the state", "ptr")

_OF_ARRAYS = {
    "int8": Stored(INTEGER, "i8"),
    "int32": Stored(INTEGER, "i32"),
    "int64": Stored(INTEGER, "i64"),
    "uint64": Stored(UNSIGNED, "i64"),
    "float64": Stored(FLOAT, "double"),
}


def tables(state: Any) -> dict[str, Table]:
    """What the arrays of a state (a named tuple) are to compiled code, by name; their lengths do not matter.

    The state is passed as one pointer: to each array's address and shape, in the order of the tuple.
    """
    found: dict[str, Table] = {}
    words = 0
    for name, array in zip(state._fields, state, strict=True):
        inside = array.dtype.fields
        found[name] = Table(
            f"S.{name}",
            "ptr",
            words,
            array.ndim,
            array.dtype.itemsize,
            None if inside else _OF_ARRAYS[array.dtype.name],
            {k: (int(offset), _OF_ARRAYS[kind.name]) for k, (kind, offset) in inside.items()} if inside else {},
        )
        words += 1 + array.ndim
    return found
