"""What a field accepts, in words, read from its annotation: "a number of milliseconds, 0 or more, or "none""."""

from __future__ import annotations

from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo

from models.architecture.base import LARGEST, SMALLEST, Frozen
from models.architecture.policy import RULE_CODE
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_UNITS = {
    "_ms": QT_TRANSLATE_NOOP("schema", "a number of milliseconds"),
    "_bytes": QT_TRANSLATE_NOOP("schema", "a number of bytes"),
    "_per_s": QT_TRANSLATE_NOOP("schema", "a number per second"),
}

_OUTERMOST = (SMALLEST, LARGEST, -LARGEST)
"""Limits that go without saying; who oversteps them is told so."""
_FIELDS_NAMED = 8
"""Fields of an object that are named before the rest is left to the reader."""


def accepted(annotation: Any, name: str = "") -> Text:
    """What a field called `name` (its ending tells the unit) with this annotation takes, as a phrase."""
    return _joined(_phrases(annotation, (), name), QT_TRANSLATE_NOOP("schema", "{first}, or {second}"))


def _text(patterns: set[str | None]) -> str:
    if RULE_CODE in patterns:
        return QT_TRANSLATE_NOOP("schema", "the code of a rule, such as R01")
    if patterns - {None}:
        return QT_TRANSLATE_NOOP("schema", "an id (letters, digits, - _ . :)")
    return QT_TRANSLATE_NOOP("schema", "text")


def _phrases(annotation: Any, metadata: tuple[Any, ...], name: str) -> list[Text]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *outer = get_args(annotation)
        return _phrases(inner, (*metadata, *outer), name)
    if origin in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not NoneType]
        models = [member for member in members if _is_model(member)]
        told = [phrase for member in members if not _is_model(member) for phrase in _phrases(member, (), name)]
        return told + (_phrases(models[0], (), name) if models else [])
    if origin is Literal:
        return [_words(get_args(annotation))]
    if annotation is bool:
        return [say("schema", QT_TRANSLATE_NOOP("schema", "true or false"))]
    if annotation in (int, float):
        return [_number(annotation is int, metadata, name)]
    if annotation is str:
        return [say("schema", _text({getattr(item, "pattern", None) for item in metadata}))]
    if annotation is date:
        return [say("schema", QT_TRANSLATE_NOOP("schema", "a date like 2027-03-01"))]
    if origin is tuple:
        return [say("schema", _list(get_args(annotation)))]
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        names = [annotation.model_fields[name].alias or name for name in annotation.field_names()]
        fields = ", ".join(names if len(names) <= _FIELDS_NAMED else [*names[:_FIELDS_NAMED], "..."])
        return [say("schema", QT_TRANSLATE_NOOP("schema", "an object with {fields}"), fields=fields)]
    return [say("schema", QT_TRANSLATE_NOOP("schema", "an object"))]


def _list(members: tuple[Any, ...]) -> str:
    if len(members) == 2 and members[1] is not Ellipsis:
        return QT_TRANSLATE_NOOP("schema", "a pair of numbers")
    return QT_TRANSLATE_NOOP("schema", "a list")


def _is_model(annotation: Any) -> bool:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return isinstance(annotation, type) and issubclass(annotation, Frozen)


def _words(words: tuple[Any, ...]) -> Text:
    quoted = [f'"{word}"' for word in words]
    if len(quoted) == 1:
        return Text("schema", "{word}", {"word": quoted[0]})
    return say("schema", QT_TRANSLATE_NOOP("schema", "one of {words}"), words=", ".join(quoted))


def _number(whole: bool, metadata: tuple[Any, ...], name: str) -> Text:
    limits: dict[str, float] = {}
    for item in metadata:
        for limit in item.metadata if isinstance(item, FieldInfo) else (item,):
            for kind, letters in (("Gt", "gt"), ("Ge", "ge"), ("Lt", "lt"), ("Le", "le")):
                if isinstance(limit, getattr(annotated_types, kind)) and getattr(limit, letters) not in _OUTERMOST:
                    limits[letters] = getattr(limit, letters)
    if whole:
        what = say("schema", QT_TRANSLATE_NOOP("schema", "a whole number"))
    else:
        unit = next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), None)
        what = say("schema", unit or QT_TRANSLATE_NOOP("schema", "a number"))
    match limits:
        case {"ge": low, "le": high}:
            template = QT_TRANSLATE_NOOP("schema", "{what} from {low} to {high}")
        case {"gt": low, "le": high}:
            template = QT_TRANSLATE_NOOP("schema", "{what} above {low}, up to {high}")
        case {"ge": low}:
            high, template = 0, QT_TRANSLATE_NOOP("schema", "{what}, {low} or more")
        case {"gt": low}:
            high, template = 0, QT_TRANSLATE_NOOP("schema", "{what} above {low}")
        case _:
            return what
    return say("schema", template, what=what, low=f"{low:,}", high=f"{high:,}")


def _joined(phrases: list[Text], template: str) -> Text:
    told = phrases[0]
    for phrase in phrases[1:]:
        told = say("schema", template, first=told, second=phrase)
    return told
