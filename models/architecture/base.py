"""The common ground of everything in a model: frozen, strict about types, changed only through `replace`."""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from math import isfinite
from typing import Annotated, Any, Literal, NoReturn, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

# No plugin that happens to be installed runs inside the models, nor slows the start down by being looked for.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

_K = TypeVar("_K")
_V = TypeVar("_V")


class FrozenDict(dict[_K, _V]):
    """A mapping that cannot be changed after it is made."""

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError("a model is frozen: make a new value with replace()")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __ior__(self, _other: object) -> NoReturn:  # type: ignore[misc]  # refuses like the others
        self._refuse()

    def __deepcopy__(self, _memo: dict[int, Any]) -> "FrozenDict[_K, _V]":
        return self

    def __reduce__(self) -> tuple[type, tuple[dict[_K, _V]]]:
        return type(self), (dict(self),)


def frozen(value: Any) -> Any:
    """A copy of plain data that cannot be changed: mappings as `FrozenDict`, lists as tuples."""
    if isinstance(value, str | float | int | Frozen):  # asked first: a diagram has thousands of places
        return value
    if isinstance(value, list | tuple):
        return tuple([frozen(item) for item in value])
    if isinstance(value, Mapping):
        return FrozenDict({key: frozen(item) for key, item in value.items()})
    return value


def _json(value: Any, depth: int = 0) -> Any:
    """As `frozen`, of what a JSON file can hold and nothing else."""
    if isinstance(value, Frozen):
        value = value.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    if depth > DEEPEST_JSON:
        raise PydanticCustomError("json", "lists and objects lie more than {limit} deep", {"limit": DEEPEST_JSON})
    if isinstance(value, Mapping):
        return FrozenDict({_json_text(key): _json(item, depth + 1) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_json(item, depth + 1) for item in value)
    if isinstance(value, str):
        return _json_text(value)
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    raise PydanticCustomError("json", "only text, numbers, true, false, lists and objects can be kept in a file")


def _json_text(value: object) -> str:
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise PydanticCustomError("json", "only text that Unicode knows can be kept in a file")
    return value


DEEPEST_JSON = 20
"""Lists and objects inside each other, in what a team keeps in `properties`."""
Text_ = Annotated[str, StringConstraints(strict=True, max_length=20_000)]
"""Any text a person may write."""
Name = Annotated[str, StringConstraints(strict=True, max_length=500)]
Id = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=r"^\w[\w.:\-]*$")]
"""A stable slug."""
Flag = Annotated[bool, Field(strict=True)]
LARGEST = 1e15
"""No number in a model is larger: in milliseconds 31,700 years. What is worked out of such numbers stays finite."""
SMALLEST = 1e-15
"""No number that has to be above zero is smaller, for the same reason: many of them are divided by."""
Positive = Annotated[float, Field(strict=True, gt=0, ge=SMALLEST, le=LARGEST, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(strict=True, ge=0, le=LARGEST, allow_inf_nan=False)]
Real = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number of which nothing is worked out that a finding or a run rests on: where something is drawn."""
FinitePositive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
PositiveCount = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
Probability = Annotated[float, Field(strict=True, ge=0, le=1)]
Share = Annotated[float, Field(strict=True, gt=0, le=1)]
FrozenMap = Annotated[dict[str, _V], AfterValidator(FrozenDict)]
"""By name, values that cannot be changed themselves."""
JsonMap = Annotated[dict[str, Any], AfterValidator(_json)]
"""Whatever JSON can say, by name."""


_DESCRIBED = ("description", "tags", "urls", "properties", "provenance", "origin")


class Frozen(BaseModel):
    """A value: hashing aside, two of them are the same when all their fields are.

    Unknown fields are an error. What a newer minor version of the file format added is kept in `_unknown` by the
    reader and written back by the writer; it travels with the value through `replace`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null", defer_build=True
    )

    _unknown: dict[str, Any] | None = PrivateAttr(default=None)

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Field names in the order of the file: a class's own fields, then what all described things may carry."""
        return _order(cls)[0]

    def said(self) -> dict[str, Any]:
        """Field name -> value, of what was said; a list or an object that is empty by default is not said."""
        names, empty = _order(type(self))
        values = self.__dict__
        return {name: value for name in names if (value := values[name]) is not None and (value or name not in empty)}

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        yield from self.said().items()

    def keeping(self, unknown: dict[str, Any] | None) -> Self:
        """A copy that carries `unknown`, the fields of a newer file format."""
        copy = self.model_copy()
        copy._unknown = unknown
        return copy


@cache
def _order(model: type[Frozen]) -> tuple[tuple[str, ...], frozenset[str]]:
    """(field names in the order of the file, those that are empty lists or objects when nobody said anything)."""
    fields = model.model_fields
    described = _DESCRIBED if issubclass(model, Described) else ()
    own = tuple(name for name in fields if name not in described)
    empty = frozenset(
        name for name, field in fields.items() if field.get_default(call_default_factory=True) in ((), {})
    )
    return own + tuple(name for name in fields if name in described), empty


M = TypeVar("M", bound=Frozen)


def replace(model: M, **changes: Any) -> M:
    """A copy of `model` with `changes` made, validated.

    Raises:
        pydantic.ValidationError: a change does not fit the schema, or breaks an invariant of an architecture.
    """
    fields = {name: getattr(model, name) for name in type(model).model_fields}
    context = {"changed": changes.keys(), "before": model, "apart": {}}
    changed = type(model).model_validate(fields | changes, context=context)
    changed._unknown = model._unknown
    return changed


class Provenance(Frozen):
    """Where an attribute's value comes from, when no person said it."""

    from_: Literal["guess", "import", "measured", "fix"] = Field(alias="from")
    note: Text_ | None = None

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class Origin(Frozen):
    """Where an imported thing came from, so that a second import finds its own."""

    source: Text_
    key: Text_


class Described(Frozen):
    """What elements, links, journeys and scenarios may all carry."""

    description: Text_ | None = None
    tags: tuple[Name, ...] = ()
    urls: tuple[Text_, ...] = ()
    properties: JsonMap = Field(default_factory=FrozenDict)
    provenance: FrozenMap[Provenance] = Field(default_factory=FrozenDict)
    origin: Origin | None = None
