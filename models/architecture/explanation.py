"""What pydantic found wrong, as sentences an architect can act on: what is accepted, and the nearest known name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import Tag, ValidationError
from pydantic.fields import FieldInfo

from models.architecture.accepted import accepted
from models.architecture.base import LARGEST, SMALLEST, Frozen
from models.architecture.journeys import Step
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Path = tuple[str | int, ...]
_MOST_EXPLAINED = 100
"""Errors looked at; a hostile file could hold millions."""
_OWN_WORDS = (
    "lognormal",
    "autoscale",
    "uniform",
    "empirical",
    "distribution",
    "step",
    "choice",
    "load",
    "window",
    "expectation",
    "json",
    "date",
)
"""Types of errors whose message is already a sentence of ours."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`path` leads from the validated value to the trouble; `problem` says what it is, without the place."""

    path: Path
    problem: Text
    about_the_name: bool = False
    """The name of the last field is wrong, not its value."""
    missing: bool = False
    """The last field is not there, so the place is what should hold it."""

    @property
    def sentence(self) -> Text:
        """The problem with its place, as one sentence."""
        place = dotted(self.path)
        template = "{problem}." if not place or self.about_the_name or self.missing else "{place}: {problem}."
        return say("schema", template, place=place, problem=self.problem)


def explanations(error: ValidationError, model: type[Frozen]) -> list[Explanation]:
    """One explanation for each place that is wrong, in the order of the model; never empty."""
    found: dict[Path, Explanation] = {}
    for line in error.errors(include_url=False)[:_MOST_EXPLAINED]:
        explanation = _explained(*_place(model, line), line)
        found.setdefault(explanation.path, explanation)
    inner = {path[:length] for path in found for length in range(len(path))}
    return [explanation for path, explanation in found.items() if path not in inner]


def dotted(path: Path) -> str:
    """ "links[3].timeout_ms"."""
    told = ""
    for item in path:
        name = item if isinstance(item, int) else shortened(item)
        told += f"[{name}]" if isinstance(name, int) else f".{name}" if told else name
    return told


def shown(value: object) -> str:
    """A value as the file writes it, shortened."""
    text = json.dumps(_first_of(value, 3), ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:37]}..."


def shortened(text: str) -> str:
    """A name as it is told: one line of at most 80 characters."""
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}..."


def _first_of(value: object, depth: int) -> object:
    """What of a value can be seen at a glance; the rest may be endless."""
    if isinstance(value, Frozen):
        value = value.said()
    if isinstance(value, str):
        return value[:60]
    if depth and isinstance(value, Mapping):
        return {str(key)[:60]: _first_of(value[key], depth - 1) for key in islice(value, 4)}
    if depth and isinstance(value, list | tuple):
        return [_first_of(item, depth - 1) for item in value[:4]]
    return "..." if isinstance(value, Mapping | list | tuple) else value


def fields_of(model: type[Frozen]) -> dict[str, FieldInfo]:
    """Field name as the file writes it -> field."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, itself when it is none; `None` is never one of them."""
    annotation = bare(annotation)
    if get_origin(annotation) not in (Union, UnionType):
        return (annotation,)
    members = tuple(member for member in get_args(annotation) if member is not NoneType)
    return alternatives(members[0]) if len(members) == 1 else members


def bare(annotation: Any) -> Any:
    """An annotation without its metadata; the name of a type that contains itself stands for that type."""
    while annotation == "Step" or get_origin(annotation) is Annotated:
        annotation = Step if annotation == "Step" else get_args(annotation)[0]
    return annotation


def tag_of(member: Any) -> str | None:
    """The tag by which a discriminated union knows this member."""
    if get_origin(member) is Annotated:
        for item in get_args(member)[1:]:
            if isinstance(item, Tag):
                return item.tag
    member = bare(member)
    if isinstance(member, type) and issubclass(member, Frozen):
        for name in ("kind", "style", "fault"):
            field = member.model_fields.get(name)
            if field is not None and get_origin(field.annotation) is Literal:
                return str(get_args(field.annotation)[0])
        return member.__name__
    return None


def _place(model: type[Frozen], line: Mapping[str, Any]) -> tuple[Path, Any, Any]:
    """(path through the data without the branches of unions, what the field there is annotated with, what holds it)."""
    if line["type"] == "invariant":
        return line["loc"], None, None
    path: list[str | int] = []
    annotation: Any = model
    holder: Any = None
    here: Any = model
    for item in line["loc"]:
        members = alternatives(here)
        if len(members) > 1:
            here = _branch(members, str(item))
            continue
        (holder,) = members
        here = _inside(holder, item)
        annotation = here
        path.append(item)
    return tuple(path), annotation, holder


def _branch(members: tuple[Any, ...], tag: str) -> Any:
    for member in members:
        if tag_of(member) == tag:
            return bare(member)
    if tag.startswith("tuple"):
        return next((member for member in members if get_origin(bare(member)) is tuple), None)
    return None


def _inside(here: Any, item: str | int) -> Any:
    """The annotation one step further in, or None where the schema knows nothing of it."""
    if isinstance(here, type) and issubclass(here, Frozen):
        field = fields_of(here).get(str(item)) or here.model_fields.get(str(item))
        if field is None:
            return None
        return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    if get_origin(here) is tuple and isinstance(item, int):
        members = get_args(here)
        if len(members) == 2 and members[1] is Ellipsis:
            return members[0]
        return members[item] if item < len(members) else None
    if get_origin(here) is dict:
        return get_args(here)[1]
    return None


def _explained(path: Path, annotation: Any, holder: Any, line: Mapping[str, Any]) -> Explanation:
    name = next((item for item in reversed(path) if isinstance(item, str)), "")
    context = line.get("ctx", {})
    match line["type"]:
        case "invariant":
            return Explanation(path, context.get("text") or Text("invariants", "{message}", {"message": line["msg"]}))
        case "extra_forbidden":
            template = QT_TRANSLATE_NOOP(
                "schema", 'there is no field "{name}" here{hint}; correct its name or remove it'
            )
            hint = nearest(str(path[-1]), fields_of(holder)) if holder is not None else ""
            return Explanation(
                path, say("schema", template, name=shortened(str(path[-1])), hint=hint), about_the_name=True
            )
        case "missing" if isinstance(path[-1], int):
            template = QT_TRANSLATE_NOOP("schema", "something is missing here; write {accepted}")
            return Explanation(path[:-1], say("schema", template, accepted=accepted(holder)))
        case "missing":
            template = QT_TRANSLATE_NOOP("schema", '"{name}" is missing; add it')
            return Explanation(path, say("schema", template, name=path[-1]), missing=True)
        case "too_long" if _is_pair(annotation):
            template = QT_TRANSLATE_NOOP("schema", "there is too much here; write {accepted}")
            return Explanation(path, say("schema", template, accepted=accepted(annotation)))
        case "too_long":
            template = QT_TRANSLATE_NOOP("schema", "there are more than {limit} of these; split the model")
            return Explanation(path, say("schema", template, limit=f"{context['max_length']:,}"))
        case "string_too_long":
            template = QT_TRANSLATE_NOOP("schema", "the text is longer than {limit} characters; shorten it")
            return Explanation(path, say("schema", template, limit=f"{context['max_length']:,}"))
        case "less_than_equal" if context["le"] == LARGEST:
            template = QT_TRANSLATE_NOOP(
                "schema", "{value} is larger than any number here may be; write {limit} at most"
            )
            return Explanation(path, say("schema", template, value=shown(line["input"]), limit=f"{LARGEST:g}"))
        case "greater_than_equal" if context["ge"] == SMALLEST and line["input"] > 0:
            template = QT_TRANSLATE_NOOP("schema", "{value} is too close to zero; write {limit} at least")
            return Explanation(path, say("schema", template, value=shown(line["input"]), limit=f"{SMALLEST:g}"))
        case "union_tag_invalid":
            tags = [tag.strip(" '\"") for tag in context["expected_tags"].split(",")]
            field = context["discriminator"].strip("'\"")
            template = QT_TRANSLATE_NOOP("schema", "{value} does not fit here{hint}; write {accepted}")
            hint = nearest(context["tag"], tags)
            words = accepted(Literal[tuple(tags)], field)
            problem = say("schema", template, value=shown(context["tag"]), hint=hint, accepted=words)
            return Explanation((*path, field), problem)
        case "union_tag_not_found":
            field = context["discriminator"].strip("'\"")
            template = QT_TRANSLATE_NOOP("schema", '"{name}" is missing; add it')
            return Explanation((*path, field), say("schema", template, name=field), missing=True)
        case kind if kind in _OWN_WORDS or annotation is None:
            return Explanation(path, Text("schema", "{message}", {"message": line["msg"]}))
    template = QT_TRANSLATE_NOOP("schema", "{value} does not fit here{hint}; write {accepted}")
    value = line["input"]
    words = accepted(annotation, name)
    hint = nearest(value, literals(annotation)) if isinstance(value, str) else ""
    return Explanation(path, say("schema", template, value=shown(value), hint=hint, accepted=words))


def _is_pair(annotation: Any) -> bool:
    inner = bare(annotation)
    return get_origin(inner) is tuple and Ellipsis not in get_args(inner)


def literals(annotation: Any) -> tuple[str, ...]:
    """All fixed words that a field of this annotation takes."""
    return tuple(
        word
        for member in alternatives(annotation)
        if get_origin(bare(member)) is Literal
        for word in get_args(bare(member))
    )
