"""Setting one attribute by its path, as scenarios (`set`) and sweeps (`--vary`) name it: "order.workers"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from models.architecture.base import Frozen, replace
from models.architecture.explanation import explanations
from models.architecture.nearest import nearest

if TYPE_CHECKING:
    from models.architecture.model import Architecture


Space = Literal["elements", "links", "journeys"]


class SettingError(ValueError):
    """A path that leads nowhere, or a value that does not fit there; one sentence."""


def part_of(architecture: Architecture, path: str) -> tuple[Space, str] | None:
    """(collection, id) of the element, link or journey that `path` begins with, or None."""
    cut = path.rfind(".")
    while cut > 0:
        for space, known in _spaces(architecture).items():
            if path[:cut] in known:
                return space, path[:cut]
        cut = path.rfind(".", 0, cut)
    return None


def resolve(architecture: Architecture, path: str, value: Any) -> tuple[Space, Frozen]:
    """(the collection's name, the changed part) after setting `path` to `value`.

    The path is the id of an element, link or journey, a dot, and an attribute; further dots lead into attributes
    that have parts of their own ("order-payment.retry.max_attempts").

    Raises:
        SettingError: unknown part or attribute, or a value that does not fit.
    """
    return _resolved(architecture, {}, path, value)


def with_settings(architecture: Architecture, settings: Mapping[str, Any]) -> Architecture:
    """The architecture with every path set to its value, one after the other.

    Raises:
        SettingError: as `resolve`, or the settings together break an invariant.
    """
    made: dict[tuple[Space, str], Frozen] = {}
    for path, value in settings.items():
        _resolved(architecture, made, path, value)
    if not made:
        return architecture
    changes = {
        space: tuple(made.get((space, part.id), part) for part in getattr(architecture, space))
        for space in dict.fromkeys(space for space, _ in made)
    }
    try:
        return replace(architecture, **changes)
    except ValidationError as error:
        raise SettingError(str(explanations(error, type(architecture))[0].sentence)) from error


def _resolved(
    architecture: Architecture, made: dict[tuple[Space, str], Frozen], path: str, value: Any
) -> tuple[Space, Frozen]:
    """As `resolve`, starting from the parts `made` so far and adding to them."""
    found = part_of(architecture, path)
    if found is None:
        names = [part_id for known in _spaces(architecture).values() for part_id in known]
        hint = nearest(path.split(".")[0], names)
        raise SettingError(f'"{path}" names no element, link or journey{hint}; write it like "order.workers"')
    space, part_id = found
    part = made.get(found) or _spaces(architecture)[space][part_id]
    made[found] = _with(part, path[len(part_id) + 1 :].split("."), value, path)
    return space, made[found]


def _spaces(architecture: Architecture) -> dict[Space, Mapping[str, Frozen]]:
    return {
        "elements": architecture.element_by_id,
        "links": architecture.link_by_id,
        "journeys": architecture.journey_by_id,
    }


def _with(part: Frozen, attributes: list[str], value: Any, path: str) -> Frozen:
    name, *rest = attributes
    if name not in type(part).model_fields or name in ("id", "kind", "style", "source", "target"):
        hint = nearest(name, type(part).model_fields)
        raise SettingError(f'"{path}": there is no attribute "{name}" to set{hint}')
    if rest:
        inner = getattr(part, name)
        nested: Any = _with(inner, rest, value, path) if isinstance(inner, Frozen) else _nested(rest, value)
    else:
        nested = value
    try:
        return replace(part, **{name: nested})
    except ValidationError as error:
        raise SettingError(f'"{path}": {explanations(error, type(part))[0].problem}') from error


def _nested(attributes: list[str], value: Any) -> Any:
    for name in reversed(attributes):
        value = {name: value}
    return value
