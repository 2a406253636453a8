"""Setting one attribute by its path, as scenarios (`set`) and sweeps (`--vary`) name it: "order.workers"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from models.architecture.base import Frozen, replace
from models.architecture.explanation import explanations, shortened
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

if TYPE_CHECKING:
    from models.architecture.model import Architecture

Space = Literal["elements", "links", "journeys"]
_SPACES: tuple[Space, ...] = ("elements", "links", "journeys")
_IDENTITY = ("id", "kind", "style", "source", "target", "entry")

LONGEST_PATH = 600
"""Characters; ids have at most 200."""


class SettingError(ValueError):
    """A path that leads nowhere, or a value that does not fit there; `text` is the sentence, without a full stop."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class Settings:
    """Settings made one after the other on the parts of an architecture, which itself stays as it is."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.made: dict[tuple[Space, str], Frozen] = {}

    def make(self, path: str, value: Any) -> None:
        """Sets `path` to `value`.

        Raises:
            SettingError: unknown part or attribute, or a value that does not fit.
        """
        found = part_of(self.architecture, path) if len(path) <= LONGEST_PATH else None
        if found is None:
            template = QT_TRANSLATE_NOOP(
                "settings", '"{path}" begins with no element, link or journey{hint}; write it like "order.workers"'
            )
            names = (part_id for space in _SPACES for part_id in _known(self.architecture, space))
            raise SettingError(say("settings", template, path=shortened(path), hint=nearest(path.split(".")[0], names)))
        space, part_id = found
        part = self.made.get(found) or _known(self.architecture, space)[part_id]
        self.made[found] = _with(part, path[len(part_id) + 1 :].split("."), value, path)

    def architecture_in_force(self) -> Architecture:
        """The architecture with all settings made.

        Raises:
            SettingError: together they break an invariant.
        """
        if not self.made:
            return self.architecture
        changes = {
            space: tuple(self.made.get((space, part.id), part) for part in getattr(self.architecture, space))
            for space in dict.fromkeys(space for space, _ in self.made)
        }
        try:
            return replace(self.architecture, **changes)
        except ValidationError as error:
            raise SettingError(explanations(error, type(self.architecture))[0].sentence) from error


def part_of(architecture: Architecture, path: str) -> tuple[Space, str] | None:
    """(collection, id) of the element, link or journey that `path` begins with, or None."""
    cut = path.rfind(".")
    while cut > 0:
        for space in _SPACES:
            if path[:cut] in _known(architecture, space):
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
    settings = Settings(architecture)
    settings.make(path, value)
    (((space, _), part),) = settings.made.items()
    return space, part


def with_settings(architecture: Architecture, settings: Mapping[str, Any]) -> Architecture:
    """The architecture with every path set to its value, one after the other.

    Raises:
        SettingError: as `resolve`, or the settings together break an invariant.
    """
    made = Settings(architecture)
    for path, value in settings.items():
        made.make(path, value)
    return made.architecture_in_force()


def _known(architecture: Architecture, space: Space) -> Mapping[str, Frozen]:
    match space:
        case "elements":
            return architecture.element_by_id
        case "links":
            return architecture.link_by_id
        case "journeys":
            return architecture.journey_by_id


def _with(part: Frozen, attributes: list[str], value: Any, path: str) -> Frozen:
    name, *rest = attributes
    fields = type(part).model_fields
    if name not in fields or (name in _IDENTITY and not (name == "target" and "entry" in fields)):
        template = QT_TRANSLATE_NOOP("settings", '"{path}": there is no attribute "{name}" to set{hint}')
        raise SettingError(
            say(
                "settings",
                template,
                path=path,
                name=name,
                hint=nearest(name, [known for known in fields if known not in _IDENTITY]),
            )
        )
    if rest:
        inner = getattr(part, name)
        nested: Any = _with(inner, rest, value, path) if isinstance(inner, Frozen) else _nested(rest, value)
    else:
        nested = value
    try:
        return replace(part, **{name: nested})
    except ValidationError as error:
        problem = explanations(error, type(part))[0].problem
        raise SettingError(say("settings", '"{path}": {problem}', path=path, problem=problem)) from error


def _nested(attributes: list[str], value: Any) -> Any:
    for name in reversed(attributes):
        value = {name: value}
    return value
