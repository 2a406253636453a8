"""Taking parts away, with everything that hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from models.architecture.base import Frozen, replace
from models.architecture.diagrams import Diagram
from models.architecture.edits.error import part_named
from models.architecture.edits.references import referring
from models.architecture.edits.settling import settled, walkable
from models.architecture.elements import Element
from models.architecture.model import Architecture
from models.architecture.policy import Policy
from models.architecture.scenarios import Scenario
from models.architecture.settings import part_of

P = TypeVar("P", bound=Frozen)


def remove(architecture: Architecture, ids: Iterable[str]) -> Architecture:
    """Without these elements and links, and without what hangs on them.

    That is: links of a removed element; journeys that begin there, and steps that use a removed link, with what
    follows them; faults, settings, expectations and policy about any of it; positions, bends, memberships and
    references. Members of a removed group stay, in the group around it.

    Raises:
        EditError: an unknown id.
    """
    gone = {part_named(architecture, part_id).id for part_id in ids}
    if not gone:
        return architecture
    for linked in (architecture.links_from, architecture.links_to):
        gone |= {link.id for part_id in tuple(gone) for link in linked.get(part_id, ())}
    around = _groups_around(architecture, gone)
    elements, links = dict(architecture.element_by_id), dict(architecture.link_by_id)
    for part_id in gone:
        elements.pop(part_id, None)
        links.pop(part_id, None)
    for part_id in architecture.naming_others - gone:
        if part_id in links:
            links[part_id] = _forgetting(links[part_id], gone)
        else:
            elements[part_id] = _forgetting(_moved_out(elements[part_id], around), gone)
    journeys = walkable(architecture.journeys, links, elements)
    lost = {journey.id for journey in architecture.journeys} - {journey.id for journey in journeys}
    changes: dict[str, Any] = {
        "elements": tuple(elements.values()),
        "links": tuple(links.values()),
        "profiles": tuple(_forgetting(profile, gone) for profile in architecture.profiles),
        "journeys": journeys,
        "scenarios": tuple(without_parts(architecture, scenario, gone, lost) for scenario in architecture.scenarios),
        "policy": _policy(architecture.policy, gone),
        "diagrams": tuple(_erased(diagram, gone) for diagram in architecture.diagrams),
    }
    return settled(architecture, changes)


def without_parts(
    architecture: Architecture, scenario: Scenario, gone: Collection[str], journeys: Collection[str]
) -> Scenario:
    """A scenario that no longer speaks of the elements and links `gone`, or of those `journeys`."""
    lost = {"elements": gone, "links": gone, "journeys": journeys}
    settings = {}
    for path, value in scenario.set.items():
        space, part_id = part_of(architecture, path) or ("elements", "")
        if part_id not in lost[space]:
            settings[path] = value
    faults = tuple(fault for fault in scenario.faults if fault.target not in gone)
    expect = tuple(expectation for expectation in scenario.expect if expectation.journey not in journeys)
    same = (len(settings), len(faults), len(expect)) == (len(scenario.set), len(scenario.faults), len(scenario.expect))
    return scenario if same else replace(scenario, set=settings, faults=faults, expect=expect)


def _forgetting(part: P, gone: AbstractSet[str]) -> P:
    return referring(part, lambda part_id: None if part_id in gone else part_id)


def _groups_around(architecture: Architecture, gone: AbstractSet[str]) -> dict[str, str | None]:
    """Each removed group -> the nearest group around it that stays."""
    around: dict[str, str | None] = {}
    for part_id in gone:
        element = architecture.element_by_id.get(part_id)
        if element is not None and element.kind == "group":
            outer = element.parent
            while outer is not None and outer in gone:
                outer = getattr(architecture.element_by_id[outer], "parent", None)
            around[element.id] = outer
    return around


def _moved_out(element: Element, around: Mapping[str, str | None]) -> Element:
    if element.kind == "group" and element.parent is not None and element.parent in around:
        return replace(element, parent=around[element.parent])
    if any(group in around for group in element.groups):
        return replace(element, groups=tuple(group for group in element.groups if group not in around))
    return element


def _policy(policy: Policy | None, gone: AbstractSet[str]) -> Policy | None:
    if policy is None:
        return None
    severity = tuple(setting for setting in policy.severity if setting.where not in gone)
    thresholds = tuple(setting for setting in policy.thresholds if setting.where not in gone)
    waivers = tuple(waiver for waiver in policy.waivers if waiver.finding.partition(":")[2] not in gone)
    before = (policy.severity, policy.thresholds, policy.waivers)
    after = (severity, thresholds, waivers)
    return policy if before == after else replace(policy, severity=severity, thresholds=thresholds, waivers=waivers)


def _erased(diagram: Diagram, gone: AbstractSet[str]) -> Diagram:
    changes: dict[str, Any] = {}
    for name in ("positions", "sizes", "bends"):
        known = getattr(diagram, name)
        if not gone.isdisjoint(known):
            changes[name] = {key: value for key, value in known.items() if key not in gone}
    for name in ("include", "collapsed", "locked"):
        known = getattr(diagram, name)
        if known != "*" and not set(known).isdisjoint(gone):
            changes[name] = tuple(key for key in known if key not in gone)
    return replace(diagram, **changes) if changes else diagram
