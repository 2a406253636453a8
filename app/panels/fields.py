"""What a form needs to know of a model's fields, derived from their types. Free of Qt.

`fields_of(model type)` gives one `Field` per attribute a person may say: how it is written, which words it knows
("none", "unlimited"), what may be chosen, what it consists of. `read` and `write` turn text into a value and back.
"""

import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, cast, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import Discriminator, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from app.panels import units
from app.panels.units import UnitError
from models.architecture.base import Frozen
from models.architecture.text import QT_TRANSLATE_NOOP, say

Form = Literal["duration", "distribution", "bytes", "rate", "share", "count", "number", "text", "flag", "choice"]
FieldForm = Form | Literal["texts", "counts", "points", "part", "reference", "references"]

REFERENCES: dict[str, str] = {
    "dead_letter": "queue",
    "reply_queue": "queue",
    "deployed_with": "service",
    "parent": "group",
    "groups": "group",
    "profile": "profile",
    "published_with": "link",
    "notified_by": "link",
    "entry": "entry",
    "target": "part",
    "journey": "journey",
}
"""Attributes that name another part, and what kind of part."""

NOT_IN_FORMS = frozenset(
    {
        "id",
        "kind",
        "style",
        "source",
        "needs",
        "provenance",
        "origin",
        "properties",
        "fault",
        "steps",
        "set",
        "faults",
        "expect",
    }
)
"""Identity, what the drawing itself says, and what other tools keep."""


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a form."""

    name: str
    form: FieldForm
    words: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    part: type[Frozen] | None = None
    refers: str | None = None
    long: bool = False
    adapter: TypeAdapter[Any] | None = None
    lowest: float | None = None
    above: float | None = None
    highest: float | None = None
    whole: bool = False


@cache
def fields_of(model: type[Frozen]) -> tuple[Field, ...]:
    """The fields of a model type that a person may say, in the order of the file."""
    return tuple(
        _field(model, name, model.model_fields[name])
        for name in model.field_names()
        if name not in NOT_IN_FORMS and not (name == "target" and "source" in model.model_fields)
    )


def read(field: Field, text: str) -> Any:
    """The value a person wrote; None when the text is empty (nobody says it any more).

    Raises:
        UnitError: the text is no such quantity, or out of bounds.
    """
    text = text.strip()
    if not text:
        return () if field.form in ("texts", "references") else {} if field.form == "counts" else None
    if text.lower() in field.words:
        return text.lower()
    value = _READERS[field.form](text)
    if field.whole and isinstance(value, float) and value.is_integer():
        value = int(value)
    _check_bounds(field, value)
    if field.adapter is not None:
        try:
            return field.adapter.validate_python(value)
        except ValidationError as error:
            told = str(error.errors()[0]["msg"])
            message = QT_TRANSLATE_NOOP("units", "This cannot be: {reason}.")
            raise UnitError(say("units", message, reason=told[:1].lower() + told[1:])) from error
    return value


def write(field: Field, value: Any) -> str:
    """The text that `read` turns back into `value`; empty when nobody said it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return cast(str, _WRITERS[field.form](value))


def example(field: Field) -> str:
    """A short text such a field may hold, to show where it is empty."""
    return _EXAMPLES.get(field.form, "")


def _read_texts(text: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in text.split(",") if piece.strip())


def _read_counts(text: str) -> dict[str, int]:
    found = {}
    for piece in _read_texts(text):
        name, equals, number = piece.rpartition("=")
        if not equals or not name.strip():
            raise UnitError(say("units", QT_TRANSLATE_NOOP("units", "Write it like order = 2, stock = 1.")))
        found[name.strip()] = units.parse_count(number)
    return found


def _read_points(text: str) -> tuple[tuple[float, float], ...]:
    """ "0 s 20/s, 60 s 80/s" -> ((0, 20), (60000, 80))."""
    message = QT_TRANSLATE_NOOP("units", "Write it like 0 s 20/s, 60 s 80/s.")
    points = []
    for piece in _read_texts(text):
        time, _, rate = piece.strip().rpartition(" ")
        if not time:
            raise UnitError(say("units", message))
        points.append((units.parse_duration(time.rstrip(":")), units.parse_rate(rate)))
    return tuple(points)


_READERS: dict[str, Any] = {
    "duration": units.parse_duration,
    "distribution": units.parse_distribution,
    "bytes": units.parse_bytes,
    "rate": units.parse_rate,
    "share": units.parse_share,
    "count": units.parse_count,
    "number": units.parse_number,
    "text": str,
    "texts": _read_texts,
    "counts": _read_counts,
    "points": _read_points,
}
_WRITERS: dict[str, Any] = {
    "duration": units.format_duration,
    "distribution": units.format_distribution,
    "bytes": units.format_bytes,
    "rate": units.format_rate,
    "share": units.format_share,
    "count": lambda value: units.format_number(value),
    "number": units.format_number,
    "text": str,
    "flag": lambda value: "yes" if value else "no",
    "choice": str,
    "texts": ", ".join,
    "references": ", ".join,
    "counts": lambda value: ", ".join(f"{name} = {count}" for name, count in value.items()),
    "points": lambda value: ", ".join(
        f"{units.format_duration(time)} {units.format_rate(rate)}" for time, rate in value
    ),
}
_EXAMPLES = {
    "duration": "250 ms",
    "distribution": "exp 20 ms",
    "bytes": "64 KiB",
    "rate": "10/s",
    "share": "50%",
    "counts": "order = 2",
    "points": "0 s 20/s, 60 s 80/s",
}


def _check_bounds(field: Field, value: Any) -> None:
    if not isinstance(value, int | float):
        return
    if field.above is not None and value <= field.above:
        message = QT_TRANSLATE_NOOP("units", "This must be more than {bound}.")
        raise UnitError(say("units", message, bound=write(field, field.above)))
    if field.lowest is not None and value < field.lowest:
        message = QT_TRANSLATE_NOOP("units", "This must be at least {bound}.")
        raise UnitError(say("units", message, bound=write(field, field.lowest)))
    if field.highest is not None and value > field.highest:
        message = QT_TRANSLATE_NOOP("units", "This must be at most {bound}.")
        raise UnitError(say("units", message, bound=write(field, field.highest)))


def _field(model: type[Frozen], name: str, info: FieldInfo) -> Field:
    members, metadata = _members(info)
    words = tuple(
        str(word)
        for member in members
        if get_origin(member) is Literal
        for word in get_args(member)
        if len(members) > 1
    )
    literals = [member for member in members if get_origin(member) is Literal]
    lowest = next((float(cast(Any, m.ge)) for m in metadata if isinstance(m, Ge)), None)
    above = next((float(cast(Any, m.gt)) for m in metadata if isinstance(m, Gt)), None)
    highest = next((float(cast(Any, m.le)) for m in metadata if isinstance(m, Le)), None)
    part = next((member for member in members if isinstance(member, type) and issubclass(member, Frozen)), None)
    refers = REFERENCES.get(name)
    many = any(get_origin(member) is tuple and get_origin(_item(member)) is None for member in members)
    if refers is not None and (str in members or many):
        if name == "dead_letter" and "guarantee" in model.model_fields:
            words = ("none",)
        return Field(name, "references" if many else "reference", words=words, refers=refers)
    if part is not None and not any(isinstance(m, Discriminator) for m in metadata):
        return Field(name, "part", words=words, part=part)
    if len(members) == 1 and literals:
        return Field(name, "choice", choices=tuple(str(choice) for choice in get_args(literals[0])))
    adapter = TypeAdapter(info.rebuild_annotation())
    form = _form(name, members, metadata, highest)
    return Field(
        name,
        form,
        words=words,
        long=name in ("description", "text", "guard"),
        adapter=adapter,
        whole=int in members and float not in members,
        lowest=lowest,
        above=above,
        highest=highest,
    )


def _form(name: str, members: list[Any], metadata: list[Any], highest: float | None) -> FieldForm:
    if any(isinstance(m, Discriminator) for m in metadata):
        return "distribution"
    if bool in members:
        return "flag"
    if float in members or int in members:
        if name.endswith("_ms"):
            return "duration"
        if name.endswith("_bytes"):
            return "bytes"
        if name.endswith("_per_s"):
            return "rate"
        if highest == 1:
            return "share"
        return "count" if int in members else "number"
    origins = {get_origin(member) for member in members}
    if dict in origins:
        return "counts"
    if tuple in origins:
        return "points" if any(get_origin(a) is tuple for m in members for a in get_args(m)) else "texts"
    return "text"


def _members(info: FieldInfo) -> tuple[list[Any], list[Any]]:
    """The alternatives of a field's type, without None, and all metadata of them and around them."""
    members: list[Any] = []
    metadata: list[Any] = list(info.metadata)

    def walk(annotation: Any) -> None:
        origin = get_origin(annotation)
        if origin is Annotated:
            inner, *notes = get_args(annotation)
            for note in notes:
                metadata.extend(note.metadata if isinstance(note, FieldInfo) else [note])
            if any(isinstance(note, Discriminator) for note in notes):
                members.append(float)
            else:
                walk(inner)
        elif origin in (typing.Union, types.UnionType):
            for member in get_args(annotation):
                walk(member)
        elif annotation is not type(None):
            members.append(annotation)

    walk(info.annotation)
    return members, metadata


def _item(annotation: Any) -> Any:
    """The bare type of a tuple's items."""
    item = get_args(annotation)[0]
    return get_args(item)[0] if get_origin(item) is Annotated else item
