"""What must hold between the parts of a model, each broken rule told with the place and what would be right.

`check` runs whenever an `Architecture` is made, so a broken one cannot exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from models.architecture.journeys import AnyStep, ChoiceStep, Journey, LinkStep, UseStep
from models.architecture.kinds import KINDS, STYLES, allowed, allowed_styles
from models.architecture.links import AsyncAttributes, DeliveryAttributes, EventAttributes
from models.architecture.nearest import nearest
from models.architecture.steps import journeys_used

if TYPE_CHECKING:
    from models.architecture.elements import Element
    from models.architecture.links import Link
    from models.architecture.model import Architecture

Place = tuple[str | int, ...]
Problem = tuple[Place, str]
MAX_STEP_DEPTH = 40


def check(architecture: Architecture) -> None:
    """Raises pydantic's ValidationError with one line per broken invariant, at most 20."""
    found: list[InitErrorDetails] = []
    for place, message in problems(architecture):
        error = PydanticCustomError("invariant", "{message}", {"message": message})
        found.append(InitErrorDetails(type=error, loc=place, input=None))
        if len(found) == 20:
            break
    if found:
        raise ValidationError.from_exception_data("Architecture", found)


def problems(architecture: Architecture) -> Iterator[Problem]:
    """Every broken invariant: (place in the model, what is wrong and what would be right)."""
    yield from _unique_ids(architecture)
    yield from _ends(architecture)
    yield from _groups(architecture)
    yield from _references(architecture)
    yield from _journeys(architecture)
    yield from _scenarios(architecture)
    yield from _policy(architecture)
    yield from _diagrams(architecture)


def _duplicates(ids: Iterable[tuple[Place, str]], what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, part_id in ids:
        if part_id in seen:
            yield (*place, "id"), f'"{part_id}" is used twice: {what}; give one of them another id'
        seen.add(part_id)


def _unique_ids(architecture: Architecture) -> Iterator[Problem]:
    parts: list[tuple[Place, str]] = [(("elements", i), part.id) for i, part in enumerate(architecture.elements)]
    parts += [(("links", i), part.id) for i, part in enumerate(architecture.links)]
    yield from _duplicates(parts, "ids are unique among elements and links together")
    for space in ("journeys", "scenarios", "profiles", "diagrams"):
        in_space: list[tuple[Place, str]] = [
            ((space, i), part.id) for i, part in enumerate(getattr(architecture, space))
        ]
        yield from _duplicates(in_space, f"ids are unique among {space}")


def _ends(architecture: Architecture) -> Iterator[Problem]:
    elements = architecture.element_by_id
    for i, link in enumerate(architecture.links):
        missing = False
        for end in ("source", "target"):
            if getattr(link, end) not in elements:
                missing = True
                wanted = getattr(link, end)
                yield ("links", i, end), f'there is no element "{wanted}"{nearest(wanted, elements)}'
        if missing:
            continue
        source, target = elements[link.source], elements[link.target]
        if not allowed(link.style, source.kind, target.kind):
            yield ("links", i, "style"), _what_is_allowed(link, source, target)


def _what_is_allowed(link: Link, source: Element, target: Element) -> str:
    message = f'a {link.style} link cannot run from a {source.kind} ("{source.id}") to a {target.kind} ("{target.id}")'
    styles = allowed_styles(source.kind, target.kind)
    if styles:
        return f"{message}; between these, {' or '.join(styles)} would be allowed"
    rows = "; ".join(
        f"{', '.join(k for k in KINDS if k in sources)} -> {', '.join(k for k in KINDS if k in targets)}"
        for sources, targets in STYLES[link.style].endpoints
    )
    return f"{message}; a {link.style} link runs {rows}"


def _groups(architecture: Architecture) -> Iterator[Problem]:
    groups = {element.id: element for element in architecture.elements if element.kind == "group"}
    for i, element in enumerate(architecture.elements):
        types: set[str] = set()
        for j, group_id in enumerate(element.groups):
            group = groups.get(group_id)
            if group is None:
                yield ("elements", i, "groups", j), f'there is no group "{group_id}"{nearest(group_id, groups)}'
            elif element.kind == "group":
                yield ("elements", i, "groups"), "a group lies in another through its parent, not through groups"
                break
            elif (kind := group.group_type or group_id) in types:
                yield ("elements", i, "groups", j), f'"{element.id}" is already in another group of type {kind}'
            else:
                types.add(kind)
        if element.kind == "group" and element.parent is not None and element.parent not in groups:
            yield ("elements", i, "parent"), f'there is no group "{element.parent}"{nearest(element.parent, groups)}'
    for i, element in enumerate(architecture.elements):
        if element.kind == "group" and _inside_itself(element.id, groups):
            yield ("elements", i, "parent"), f'the group "{element.id}" lies inside itself'


def _inside_itself(group_id: str, groups: Mapping[str, Element]) -> bool:
    seen = set()
    current: str | None = group_id
    while current is not None and current in groups:
        if current in seen:
            return True
        seen.add(current)
        current = getattr(groups[current], "parent", None)
    return False


def _references(architecture: Architecture) -> Iterator[Problem]:
    elements, links, profiles = architecture.element_by_id, architecture.link_by_id, architecture.profile_by_id
    queues = [element.id for element in architecture.elements if element.kind == "queue"]
    services = [element.id for element in architecture.elements if element.kind == "service"]

    def missing(place: Place, wanted: str | None, known: Iterable[str], what: str) -> Iterator[Problem]:
        if wanted is not None and wanted not in known:
            yield place, f'there is no {what} "{wanted}"{nearest(wanted, known)}'

    for i, element in enumerate(architecture.elements):
        if element.kind == "queue":
            yield from missing(("elements", i, "dead_letter"), element.dead_letter, queues, "queue")
            if element.dead_letter == element.id:
                yield ("elements", i, "dead_letter"), "a queue cannot be its own dead letter queue"
        elif element.kind == "service":
            yield from missing(("elements", i, "deployed_with"), element.deployed_with, services, "service")
            if element.deployed_with == element.id:
                yield ("elements", i, "deployed_with"), "a service is not deployed with itself"
        elif element.kind == "group":
            for service in element.placement:
                yield from missing(("elements", i, "placement", service), service, services, "service")
    for space in ("links", "profiles"):
        for i, part in enumerate(getattr(architecture, space)):
            place: Place = (space, i)
            if isinstance(part, AsyncAttributes):
                yield from missing((*place, "reply_queue"), part.reply_queue, queues, "queue")
            if isinstance(part, DeliveryAttributes) and part.delivery and part.delivery.dead_letter != "none":
                yield from missing((*place, "delivery", "dead_letter"), part.delivery.dead_letter, queues, "queue")
            if isinstance(part, EventAttributes):
                for j, other in enumerate(part.published_with):
                    yield from missing((*place, "published_with", j), other, links, "link")
    for i, link in enumerate(architecture.links):
        yield from missing(("links", i, "profile"), link.profile, profiles, "profile")
        if link.style == "shared_data":
            yield from missing(("links", i, "notified_by"), link.notified_by, links, "link")
    for i, journey in enumerate(architecture.journeys):
        yield from missing(("journeys", i, "entry"), journey.entry, elements, "element")


def _journeys(architecture: Architecture) -> Iterator[Problem]:
    for i, journey in enumerate(architecture.journeys):
        entry = architecture.element_by_id.get(journey.entry)
        if entry is None:
            continue
        if not KINDS[entry.kind].connects:
            yield ("journeys", i, "entry"), f"a journey cannot begin at a {entry.kind}"
            continue
        cycle = _use_cycle(architecture, journey)
        if cycle:
            yield ("journeys", i, "steps"), f"journeys use each other in a circle: {' -> '.join(cycle)}"
            continue
        yield from _steps(architecture, journey.steps, journey.entry, None, ("journeys", i, "steps"))


def _steps(
    architecture: Architecture, steps: tuple[AnyStep, ...], where: str, store: str | None, place: Place
) -> Iterator[Problem]:
    """Steps that may stand at element `where`, or, under a write to `store`, name a reader of that store."""
    if len(place) > 2 * MAX_STEP_DEPTH:
        yield place, f"steps are nested more than {MAX_STEP_DEPTH} deep; split the journey"
        return
    for i, step in enumerate(steps):
        here = (*place, i)
        if isinstance(step, LinkStep):
            yield from _link_step(architecture, step, where, store, here)
        elif isinstance(step, ChoiceStep):
            for j, branch in enumerate(step.choice):
                yield from _steps(architecture, branch.steps, where, store, (*here, "choice", j, "steps"))
        elif isinstance(step, UseStep):
            used = architecture.journey_by_id.get(step.use)
            if used is None:
                yield (*here, "use"), f'there is no journey "{step.use}"{nearest(step.use, architecture.journey_by_id)}'
            elif used.entry != where:
                message = f'the journey "{used.id}" begins at "{used.entry}" and cannot stand at "{where}"'
                yield (*here, "use"), message


def _link_step(
    architecture: Architecture, step: LinkStep, where: str, store: str | None, here: Place
) -> Iterator[Problem]:
    links = architecture.link_by_id
    link = links.get(step.link)
    if link is None:
        yield (*here, "link"), f'there is no link "{step.link}"{nearest(step.link, links)}'
        return
    reader = store is not None and link.style == "shared_data" and link.target == store
    if link.source != where and not reader:
        message = f'"{link.id}" runs from "{link.source}", but this step stands at "{where}"'
        yield (*here, "link"), f"{message}; use a link that leaves there"
        return
    if reader:
        next_place, next_store = link.source, None
    else:
        next_place, next_store = link.target, (link.target if link.style == "shared_data" else None)
    yield from _steps(architecture, step.steps, next_place, next_store, (*here, "steps"))
    yield from _steps(architecture, step.on_reply, link.source, None, (*here, "on_reply"))
    yield from _steps(architecture, step.on_failure, link.source, None, (*here, "on_failure"))


def _use_cycle(architecture: Architecture, journey: Journey) -> list[str]:
    """The ids of journeys that use each other in a circle beginning at `journey`, or nothing."""
    path: list[str] = []
    done: set[str] = set()

    def visit(current: str) -> list[str]:
        if current in path:
            return [*path[path.index(current) :], current]
        found = architecture.journey_by_id.get(current)
        if found is None or current in done or len(path) > MAX_STEP_DEPTH:
            return []
        path.append(current)
        for used in journeys_used(found.steps):
            if circle := visit(used):
                return circle
        path.pop()
        done.add(current)
        return []

    return visit(journey.id)


def _scenarios(architecture: Architecture) -> Iterator[Problem]:
    from models.architecture.settings import SettingError, resolve

    elements, links, journeys = architecture.element_by_id, architecture.link_by_id, architecture.journey_by_id
    for i, scenario in enumerate(architecture.scenarios):
        for j, fault in enumerate(scenario.faults):
            if fault.target not in elements and fault.target not in links:
                hint = nearest(fault.target, [*elements, *links])
                yield (
                    ("scenarios", i, "faults", j, "target"),
                    f'there is no element or link "{fault.target}"{hint}',
                )
        for j, expectation in enumerate(scenario.expect):
            if journeys and expectation.journey not in journeys:
                hint = nearest(expectation.journey, journeys)
                yield ("scenarios", i, "expect", j, "journey"), f'there is no journey "{expectation.journey}"{hint}'
        for path, value in scenario.set.items():
            try:
                resolve(architecture, path, value)
            except SettingError as error:
                yield ("scenarios", i, "set", path), str(error)


def _policy(architecture: Architecture) -> Iterator[Problem]:
    if architecture.policy is None:
        return
    known = {*architecture.element_by_id, *architecture.link_by_id}
    for space in ("severity", "thresholds"):
        for i, setting in enumerate(getattr(architecture.policy, space)):
            where = setting.where
            if where != "*" and not where.startswith("tag:") and where not in known:
                message = f'there is no element, link or group "{where}"{nearest(where, known)}'
                yield ("policy", space, i, "where"), f'{message}; "*" means everywhere'


def _diagrams(architecture: Architecture) -> Iterator[Problem]:
    elements, links = architecture.element_by_id, architecture.link_by_id
    for i, diagram in enumerate(architecture.diagrams):
        for space in ("positions", "sizes", "collapsed", "locked", "include"):
            if space == "include" and diagram.include == "*":
                continue
            for part_id in getattr(diagram, space):
                if part_id not in elements:
                    message = f'there is no element "{part_id}"{nearest(part_id, elements)}'
                    yield ("diagrams", i, space, part_id), message
        for link_id in diagram.bends:
            if link_id not in links:
                yield ("diagrams", i, "bends", link_id), f'there is no link "{link_id}"{nearest(link_id, links)}'
