"""Setting one attribute by its path, as scenarios (`set`) and sweeps (`--vary`) name it: "order.workers"."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from models.architecture.base import Frozen, replace

if TYPE_CHECKING:
    from models.architecture.model import Architecture


class SettingError(ValueError):
    """A path that leads nowhere, or a value that does not fit there; one sentence."""


def resolve(architecture: Architecture, path: str, value: Any) -> tuple[str, Frozen]:
    """(the collection's name, the changed part) after setting `path` to `value`.

    The path is the id of an element, link or journey, a dot, and an attribute; further dots lead into attributes
    that have parts of their own ("order-payment.retry.max_attempts").

    Raises:
        SettingError: unknown part or attribute, or a value that does not fit.
    """
    spaces = {
        "elements": architecture.element_by_id,
        "links": architecture.link_by_id,
        "journeys": architecture.journey_by_id,
    }
    for space, known in spaces.items():
        cut = path.rfind(".")
        while cut > 0:
            part = known.get(path[:cut])
            if part is not None:
                return space, _with(part, path[cut + 1 :].split("."), value, path)
            cut = path.rfind(".", 0, cut)
    names = [part_id for known in spaces.values() for part_id in known]
    match = difflib.get_close_matches(path.split(".")[0], names, n=1)
    hint = f' (did you mean "{match[0]}"?)' if match else ""
    raise SettingError(f'"{path}" names no element, link or journey{hint}; write it like "order.workers"')


def with_settings(architecture: Architecture, settings: dict[str, Any]) -> Architecture:
    """The architecture with every path set to its value.

    Raises:
        SettingError: as `resolve`.
    """
    for path, value in settings.items():
        space, changed = resolve(architecture, path, value)
        part_id = getattr(changed, "id")  # noqa: B009 - every part of these collections has one
        parts = tuple(changed if part.id == part_id else part for part in getattr(architecture, space))
        architecture = replace(architecture, **{space: parts})
    return architecture


def _with(part: Frozen, attributes: list[str], value: Any, path: str) -> Frozen:
    name, *rest = attributes
    if name not in type(part).model_fields or name in ("id", "kind", "style", "source", "target"):
        match = difflib.get_close_matches(name, type(part).model_fields, n=1)
        hint = f' (did you mean "{match[0]}"?)' if match else ""
        raise SettingError(f'"{path}": there is no attribute "{name}" to set{hint}')
    if rest:
        inner = getattr(part, name)
        nested: Any = _with(inner, rest, value, path) if isinstance(inner, Frozen) else _nested(rest, value)
    else:
        nested = value
    try:
        return replace(part, **{name: nested})
    except ValidationError as error:
        raise SettingError(f'"{path}" cannot be {value!r}: {error.errors()[0]["msg"]}') from error


def _nested(attributes: list[str], value: Any) -> Any:
    for name in reversed(attributes):
        value = {name: value}
    return value
