"""What must hold between the parts of a model, each broken rule told with the place and what would be right.

`check` runs whenever an `Architecture` is made, so a broken one cannot exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from models.architecture.inheriting import between
from models.architecture.kinds import KINDS, STYLES, allowed, allowed_styles
from models.architecture.links import AsyncAttributes, DeliveryAttributes, EventAttributes
from models.architecture.naming import names_others
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.architecture.thresholds import refused
from models.architecture.walkability import Place, Problem, unwalkable

if TYPE_CHECKING:
    from models.architecture.elements import Element
    from models.architecture.links import Link, Profile
    from models.architecture.model import Architecture

P = TypeVar("P", bound="Element | Link")
MOST_TOLD = 20
"""Broken invariants told at once; a hostile file could break millions."""
_SPACES = ("journeys", "scenarios", "profiles", "diagrams")


def check(
    architecture: Architecture, changed: Collection[str] | None = None, before: Architecture | None = None
) -> None:
    """Raises pydantic's ValidationError with one line per broken invariant, at most `MOST_TOLD`.

    `changed` names the fields in which the architecture differs from a valid one, `before`; None = it may differ in
    all.
    """
    found: list[InitErrorDetails] = []
    for place, message in problems(architecture, changed, before):
        error = PydanticCustomError("invariant", "{message}", {"message": str(message), "text": message})
        found.append(InitErrorDetails(type=error, loc=place, input=None))
        if len(found) == MOST_TOLD:
            break
    if found:
        raise ValidationError.from_exception_data("Architecture", found)


def problems(
    architecture: Architecture, changed: Collection[str] | None = None, before: Architecture | None = None
) -> Iterator[Problem]:
    """Every broken invariant: (place in the model, what is wrong and what would be right); as for `check`."""
    same_profiles = before is not None and before.profiles == architecture.profiles
    suspects = _Suspects(architecture, before if changed is not None and same_profiles else None)
    for concerns, look in _INVARIANTS:
        if changed is None or not concerns.isdisjoint(changed):
            yield from look(architecture, suspects)


@dataclass
class _Suspects:
    """The elements and links that may break something, with their places; all of them without a value `before`.

    What holds of one part follows from what it says itself, from which parts there are, from their kinds and from the
    types of groups. So only parts that differ from the value before can be wrong, and those that name a part that is
    gone or is of another kind: nothing named a part that is new, and a circle of groups goes through one whose parent
    is another now.
    """

    architecture: Architecture
    before: Architecture | None

    @cached_property
    def elements(self) -> list[tuple[int, Element]]:
        return self._found[0]

    @cached_property
    def links(self) -> list[tuple[int, Link]]:
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[list[tuple[int, Element]], list[tuple[int, Link]]]:
        after, before = self.architecture, self.before
        if before is None:
            return list(enumerate(after.elements)), list(enumerate(after.links))
        elements, links = between(before, after, "elements"), between(before, after, "links")
        lost = {link.id for _, link in links.gone if link.id not in after.link_by_id}
        for _, part in elements.gone:
            now = after.element_by_id.get(part.id)
            if now is None or _nature(now) != _nature(part):
                lost.add(part.id)
        if not lost:
            return elements.fresh, links.fresh
        suspect = set(before.naming_others)
        if len(after.links) <= len(lost):
            suspect |= {link.id for link in after.links if link.source in lost or link.target in lost}
        else:
            for linked in (before.links_from, before.links_to):
                suspect.update(link.id for element_id in lost for link in linked.get(element_id, ()))
        return (
            _with_suspects(elements.fresh, suspect, after.elements, after.element_by_id),
            _with_suspects(links.fresh, suspect, after.links, after.link_by_id),
        )


def _with_suspects(
    fresh: list[tuple[int, P]], suspect: AbstractSet[str], row: tuple[P, ...], by_id: Mapping[str, P]
) -> list[tuple[int, P]]:
    """What is new in a row, and what is suspect by its id, with the places there and in their order."""
    wanted = suspect & by_id.keys()
    if not wanted:
        return fresh
    came = {part.id for _, part in fresh}
    if len(by_id) < len(row):  # an id stands there twice
        return [(i, part) for i, part in enumerate(row) if part.id in wanted or part.id in came]
    places = dict(zip(by_id, count(), strict=False))
    return sorted([*fresh, *((places[part_id], by_id[part_id]) for part_id in wanted - came)], key=itemgetter(0))


def _nature(element: Element) -> tuple[str, str | None]:
    """What others depend on: the kind, and of a group its type."""
    return element.kind, element.group_type if element.kind == "group" else None


def _duplicates(ids: Iterable[tuple[Place, str]], template: str, space: str = "") -> Iterator[Problem]:
    seen: set[str] = set()
    for place, part_id in ids:
        if part_id in seen:
            yield (*place, "id"), say("invariants", template, id=part_id, space=space)
        seen.add(part_id)


def _unique_parts(architecture: Architecture, _suspects: _Suspects) -> Iterator[Problem]:
    elements, links = architecture.element_by_id, architecture.link_by_id
    alone = len(elements) == len(architecture.elements) and len(links) == len(architecture.links)
    if alone and elements.keys().isdisjoint(links):
        return
    parts: list[tuple[Place, str]] = [(("elements", i), part.id) for i, part in enumerate(architecture.elements)]
    parts += [(("links", i), part.id) for i, part in enumerate(architecture.links)]
    template = QT_TRANSLATE_NOOP(
        "invariants", '"{id}" is used twice among elements and links; give one of them another id'
    )
    yield from _duplicates(parts, template)


def _unique_in_their_space(architecture: Architecture, _suspects: _Suspects) -> Iterator[Problem]:
    template = QT_TRANSLATE_NOOP("invariants", '"{id}" is used twice among {space}; give one of them another id')
    for space in _SPACES:
        in_space: list[tuple[Place, str]] = [
            ((space, i), part.id) for i, part in enumerate(getattr(architecture, space))
        ]
        yield from _duplicates(in_space, template, space)


def _missing(place: Place, wanted: str | None, known: Iterable[str], template: str) -> Iterator[Problem]:
    if wanted is not None and wanted not in known:
        yield place, say("invariants", template, id=wanted, hint=nearest(wanted, known))


_NO_ELEMENT = QT_TRANSLATE_NOOP("invariants", 'there is no element "{id}"{hint}; name one that exists')
_NO_GROUP = QT_TRANSLATE_NOOP("invariants", 'there is no group "{id}"{hint}; name one that exists')
_NO_QUEUE = QT_TRANSLATE_NOOP("invariants", 'there is no queue "{id}"{hint}; name one that exists')
_NO_SERVICE = QT_TRANSLATE_NOOP("invariants", 'there is no service "{id}"{hint}; name one that exists')
_NO_LINK = QT_TRANSLATE_NOOP("invariants", 'there is no link "{id}"{hint}; name one that exists')
_NO_PROFILE = QT_TRANSLATE_NOOP("invariants", 'there is no profile "{id}"{hint}; name one that exists')
_NO_PART = QT_TRANSLATE_NOOP("invariants", 'there is no element or link "{id}"{hint}; name one that exists')
_NO_JOURNEY = QT_TRANSLATE_NOOP("invariants", 'there is no journey "{id}"{hint}; name one that exists')
_NO_PLACE = QT_TRANSLATE_NOOP(
    "invariants", 'there is no element, link or group "{id}"{hint}; name one that exists, or "*" for everywhere'
)


def _ends(architecture: Architecture, suspects: _Suspects) -> Iterator[Problem]:
    elements = architecture.element_by_id
    fine: set[tuple[str, str, str]] = set()
    for i, link in suspects.links:
        source, target = elements.get(link.source), elements.get(link.target)
        if source is None or target is None:
            for end in ("source", "target"):
                yield from _missing(("links", i, end), getattr(link, end), elements, _NO_ELEMENT)
            continue
        runs = (link.style, source.kind, target.kind)
        if runs in fine:
            continue
        if allowed(*runs):
            fine.add(runs)
        else:
            yield ("links", i, "style"), what_is_allowed(link, source, target)


def what_is_allowed(link: Link, source: Element, target: Element) -> Text:
    """Why `link` cannot run between two elements, and what could."""
    ends = {"source": source.name or source.id, "target": target.name or target.id}
    values = {**ends, "source_kind": source.kind, "target_kind": target.kind, "style": link.style}
    styles = allowed_styles(source.kind, target.kind)
    if styles:
        template = QT_TRANSLATE_NOOP(
            "invariants",
            "no {style} link can run from {source} ({source_kind}) to {target} ({target_kind}); possible: {styles}",
        )
        return say("invariants", template, **values, styles=", ".join(styles))
    rows = "; ".join(
        f"{', '.join(k for k in KINDS if k in sources)} -> {', '.join(k for k in KINDS if k in targets)}"
        for sources, targets in STYLES[link.style].endpoints
    )
    template = QT_TRANSLATE_NOOP(
        "invariants",
        "nothing can run from {source} ({source_kind}) to {target} ({target_kind}); {style} links run {rows}",
    )
    return say("invariants", template, **values, rows=rows)


def _groups(architecture: Architecture, suspects: _Suspects) -> Iterator[Problem]:
    groups = {element.id: element for element in architecture.elements if element.kind == "group"}
    for i, element in suspects.elements:
        if element.kind == "group":
            if element.groups:
                template = QT_TRANSLATE_NOOP("invariants", "a group lies in another through its parent, not its groups")
                yield ("elements", i, "groups"), say("invariants", template)
            yield from _missing(("elements", i, "parent"), element.parent, groups, _NO_GROUP)
            continue
        types: set[str] = set()
        for j, group_id in enumerate(element.groups):
            place: Place = ("elements", i, "groups", j)
            yield from _missing(place, group_id, groups, _NO_GROUP)
            if group_id not in groups:
                continue
            kind = groups[group_id].group_type or group_id
            if kind in types:
                template = QT_TRANSLATE_NOOP(
                    "invariants", "{element} is already in another group of type {kind}; leave one of them out"
                )
                yield place, say("invariants", template, element=element.name or element.id, kind=kind)
            types.add(kind)
    inside: set[str] = set()
    regrouped = any(element.kind == "group" for _, element in suspects.elements)
    for i, element in enumerate(architecture.elements) if regrouped else ():
        if element.kind == "group" and _inside_itself(element.id, groups, inside):
            template = QT_TRANSLATE_NOOP("invariants", "the group {group} lies inside itself; give it another parent")
            yield ("elements", i, "parent"), say("invariants", template, group=element.name or element.id)


def _inside_itself(group_id: str, groups: Mapping[str, Element], safe: set[str]) -> bool:
    """Whether the way up from a group comes back; groups on a way that ends are added to `safe`."""
    way: set[str] = set()
    current: str | None = group_id
    while current is not None and current in groups and current not in safe:
        if current in way:
            return True
        way.add(current)
        current = getattr(groups[current], "parent", None)
    safe |= way
    return False


def _references(architecture: Architecture, suspects: _Suspects) -> Iterator[Problem]:
    elements, links, profiles = architecture.element_by_id, architecture.link_by_id, architecture.profile_by_id
    queues = {element.id: None for element in architecture.elements if element.kind == "queue"}
    services = {element.id: None for element in architecture.elements if element.kind == "service"}
    naming_elements = [(i, element) for i, element in suspects.elements if names_others(element)]
    naming_links = [(i, link) for i, link in suspects.links if names_others(link)]
    for i, element in naming_elements:
        if element.kind == "queue":
            yield from _missing(("elements", i, "dead_letter"), element.dead_letter, queues, _NO_QUEUE)
            if element.dead_letter == element.id:
                template = QT_TRANSLATE_NOOP("invariants", "a queue cannot be its own dead-letter queue; name another")
                yield ("elements", i, "dead_letter"), say("invariants", template)
        elif element.kind == "service":
            yield from _missing(("elements", i, "deployed_with"), element.deployed_with, services, _NO_SERVICE)
            if element.deployed_with == element.id:
                template = QT_TRANSLATE_NOOP("invariants", "a service is not deployed with itself; name another")
                yield ("elements", i, "deployed_with"), say("invariants", template)
        elif element.kind == "group":
            for service in element.placement:
                yield from _missing(("elements", i, "placement", service), service, services, _NO_SERVICE)
    spaces: tuple[tuple[str, Iterable[tuple[int, Link | Profile]]], ...] = (
        ("links", naming_links),
        ("profiles", enumerate(architecture.profiles)),
    )
    for space, parts in spaces:
        for i, part in parts:
            place: Place = (space, i)
            if isinstance(part, AsyncAttributes):
                yield from _missing((*place, "reply_queue"), part.reply_queue, queues, _NO_QUEUE)
            if isinstance(part, DeliveryAttributes) and part.delivery and part.delivery.dead_letter != "none":
                yield from _missing((*place, "delivery", "dead_letter"), part.delivery.dead_letter, queues, _NO_QUEUE)
            if isinstance(part, EventAttributes):
                for j, other in enumerate(part.published_with):
                    yield from _missing((*place, "published_with", j), other, links, _NO_LINK)
    for i, link in naming_links:
        yield from _missing(("links", i, "profile"), link.profile, profiles, _NO_PROFILE)
        if link.style == "shared_data":
            yield from _missing(("links", i, "notified_by"), link.notified_by, links, _NO_LINK)
    for i, journey in enumerate(architecture.journeys):
        yield from _missing(("journeys", i, "entry"), journey.entry, elements, _NO_ELEMENT)


def _walkable(architecture: Architecture, _suspects: _Suspects) -> Iterator[Problem]:
    return unwalkable(architecture)


def _scenarios(architecture: Architecture, _suspects: _Suspects) -> Iterator[Problem]:
    from models.architecture.settings import SettingError, Settings

    parts = {**architecture.element_by_id, **architecture.link_by_id}
    journeys = architecture.journey_by_id
    for i, scenario in enumerate(architecture.scenarios):
        for j, fault in enumerate(scenario.faults):
            yield from _missing(("scenarios", i, "faults", j, "target"), fault.target, parts, _NO_PART)
        for j, expectation in enumerate(scenario.expect if journeys else ()):
            place = ("scenarios", i, "expect", j, "journey")
            yield from _missing(place, expectation.journey, journeys, _NO_JOURNEY)
        settings = Settings(architecture)
        for path, value in scenario.set.items():
            try:
                settings.make(path, value)
            except SettingError as error:
                yield ("scenarios", i, "set", path), error.text


def _policy(architecture: Architecture, _suspects: _Suspects) -> Iterator[Problem]:
    if architecture.policy is None:
        return
    known = {**architecture.element_by_id, **architecture.link_by_id}
    for space in ("severity", "thresholds"):
        for i, setting in enumerate(getattr(architecture.policy, space)):
            if setting.where != "*" and not setting.where.startswith("tag:"):
                yield from _missing(("policy", space, i, "where"), setting.where, known, _NO_PLACE)
    for i, threshold in enumerate(architecture.policy.thresholds):
        if (why := refused(threshold)) is not None:
            yield ("policy", "thresholds", i, "value"), why


def _diagrams(architecture: Architecture, _suspects: _Suspects) -> Iterator[Problem]:
    elements, links = architecture.element_by_id, architecture.link_by_id
    for i, diagram in enumerate(architecture.diagrams):
        for space in ("positions", "sizes"):
            placed = getattr(diagram, space)
            for part_id in () if placed.keys() <= elements.keys() else placed:
                yield from _missing(("diagrams", i, space, part_id), part_id, elements, _NO_ELEMENT)
        for space in ("include", "collapsed", "locked"):
            listed = getattr(diagram, space)
            for j, part_id in enumerate(() if listed == "*" else listed):
                yield from _missing(("diagrams", i, space, j), part_id, elements, _NO_ELEMENT)
        for link_id in diagram.bends:
            yield from _missing(("diagrams", i, "bends", link_id), link_id, links, _NO_LINK)


_PARTS = frozenset({"elements", "links"})
_INVARIANTS: tuple[tuple[frozenset[str], Callable[[Architecture, _Suspects], Iterator[Problem]]], ...] = (
    (_PARTS, _unique_parts),
    (frozenset(_SPACES), _unique_in_their_space),
    (_PARTS, _ends),
    (frozenset({"elements"}), _groups),
    (_PARTS | {"profiles", "journeys"}, _references),
    (_PARTS | {"journeys"}, _walkable),
    (_PARTS | {"journeys", "scenarios"}, _scenarios),
    (_PARTS | {"policy"}, _policy),
    (_PARTS | {"diagrams"}, _diagrams),
)
"""Each invariant with the fields of the architecture that it is about."""
