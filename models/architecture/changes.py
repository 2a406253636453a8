"""What differs between two architectures, found by identity: a part that was not touched is the same object."""

from __future__ import annotations

from dataclasses import dataclass

from models.architecture.base import Frozen
from models.architecture.inheriting import between
from models.architecture.model import Architecture


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of elements and links, and which of the other spaces differ."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    journeys: bool = False
    scenarios: bool = False
    profiles: bool = False
    diagrams: bool = False
    policy: bool = False
    title: bool = False
    """The name or description of the model itself."""

    @property
    def meaning(self) -> bool:
        """Whether anything but the diagrams differs."""
        parts = self.added or self.removed or self.changed
        return bool(parts) or self.journeys or self.scenarios or self.profiles or self.policy or self.title

    def __bool__(self) -> bool:
        return self.meaning or self.diagrams


def changes(old: Architecture, new: Architecture) -> Changes:
    """How `new` differs from `old`. Equal parts count as unchanged even when they are not the same object."""
    if old is new:
        return Changes()
    elements, links = between(old, new, "elements"), between(old, new, "links")
    went: dict[str, Frozen] = {part.id: part for _, part in (*elements.gone, *links.gone)}
    came: dict[str, Frozen] = {part.id: part for _, part in (*elements.fresh, *links.fresh)}
    return Changes(
        added=tuple(part_id for part_id in came if part_id not in went),
        removed=tuple(part_id for part_id in went if part_id not in came),
        changed=tuple(part_id for part_id, part in came.items() if part_id in went and _unlike(went[part_id], part)),
        journeys=_differ(old.journeys, new.journeys),
        scenarios=_differ(old.scenarios, new.scenarios),
        profiles=_differ(old.profiles, new.profiles),
        diagrams=_differ(old.diagrams, new.diagrams),
        policy=old.policy is not new.policy and old.policy != new.policy,
        title=(old.name, old.description) != (new.name, new.description),
    )


def _unlike(old: Frozen, new: Frozen) -> bool:
    """As `old != new`, several times as fast where they differ: an edit can change thousands of links."""
    return old.__dict__ != new.__dict__ or type(old) is not type(new)


def _differ(old: tuple[Frozen, ...], new: tuple[Frozen, ...]) -> bool:
    return len(old) != len(new) or any(a is not b and a != b for a, b in zip(old, new, strict=True))
