"""What a newer minor version of the format added: set aside before reading, given back to the parts it belongs to."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from models.architecture import Architecture, Frozen
from models.architecture.base import frozen
from models.architecture.explanation import Path, alternatives, bare, fields_of, tag_of

Unknown = dict[Path, dict[str, Any]]


def set_aside(raw: dict[str, Any]) -> tuple[dict[str, Any], Unknown]:
    """(the data without the fields this version does not know, those fields by the path of what held them)."""
    unknown: Unknown = {}
    known = _known(Architecture, raw, (), unknown)
    assert isinstance(known, dict)
    return known, unknown


def give_back(architecture: Architecture, unknown: Unknown) -> None:
    """Each part of a freshly read architecture carrying the fields that were set aside from it."""
    for path, fields in unknown.items():
        part: Any = architecture
        for item in path:
            part = getattr(part, _attribute(part, str(item))) if isinstance(part, Frozen) else part[item]
        part._unknown = frozen(fields)


def _attribute(part: Frozen, name: str) -> str:
    return next((own for own, field in type(part).model_fields.items() if name in (own, field.alias)), name)


def _known(annotation: Any, raw: Any, path: Path, unknown: Unknown) -> Any:
    members = alternatives(annotation)
    if isinstance(raw, list):
        return _known_list(members, raw, path, unknown)
    if not isinstance(raw, dict):
        return raw
    held = _holder(members, raw)
    if held is None:
        return raw
    if get_origin(held) is dict:
        value = get_args(held)[1]
        return {name: _known(value, item, (*path, name), unknown) for name, item in raw.items()}
    fields = fields_of(held)
    strange = {name: item for name, item in raw.items() if name not in fields}
    if strange:
        unknown[path] = strange
    return {
        name: _known(fields[name].annotation, item, (*path, name), unknown)
        for name, item in raw.items()
        if name in fields
    }


def _known_list(members: tuple[Any, ...], raw: list[Any], path: Path, unknown: Unknown) -> Any:
    for member in members:
        if get_origin(bare(member)) is tuple:
            inner = get_args(bare(member))
            if len(inner) == 2 and inner[1] is Ellipsis:
                return [_known(inner[0], item, (*path, i), unknown) for i, item in enumerate(raw)]
    return raw


def _holder(members: tuple[Any, ...], raw: dict[str, Any]) -> Any | None:
    """Which member of a union an object is meant for: by its kind, style, fault or the field that makes its form."""
    named = [str(raw[name]) for name in ("kind", "style", "fault") if name in raw]
    models = [member for member in members if _is_model(bare(member))]
    for member in models:
        if tag_of(member) in named:
            return bare(member)
    if len(models) > 1:
        return next((bare(member) for member in models if tag_of(member) in raw), None)
    if models:
        return bare(models[0])
    return next((bare(member) for member in members if get_origin(bare(member)) is dict), None)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Frozen)
