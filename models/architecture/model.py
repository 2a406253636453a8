"""The architecture as one value: everything an architect has said about a system."""

from functools import cached_property
from operator import itemgetter
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    FailFast,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from models.architecture.base import Frozen, Name, Text_
from models.architecture.diagrams import Diagram
from models.architecture.differing import Apart, apart
from models.architecture.elements import AnyElement, Element
from models.architecture.inheriting import inherit
from models.architecture.invariants import check
from models.architecture.journeys import Journey
from models.architecture.links import AnyLink, Link, Profile
from models.architecture.naming import naming_others
from models.architecture.policy import Policy
from models.architecture.scenarios import Scenario

FORMAT = "loadpath/1.0"
MAX_PARTS = 100_000
"""No more elements, and no more links, than this."""


def _looked_at(value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Validates a row of parts; those that `replace` takes over from the value before are valid already."""
    before = (info.context or {}).get("before")
    known = None if before is None or info.field_name is None else getattr(before, info.field_name)
    if known is None or not isinstance(value, tuple) or len(value) > MAX_PARTS:
        return validate(value)
    if value is known:
        return known
    differ = apart(known, value)
    try:
        valid = validate(tuple(part for _, part in differ.fresh))
    except ValidationError:
        return validate(value)  # which tells the places in the whole row
    fresh = [(place, part) for (place, _), part in zip(differ.fresh, valid, strict=True)]
    row = list(value)
    for place, part in fresh:
        row[place] = part
    after = tuple(row)
    found: dict[str, Apart] = (info.context or {}).get("apart", {})
    found[info.field_name or ""] = Apart(known, after, differ.gone, fresh)
    return after


_OnlyFresh = WrapValidator(_looked_at)


Arc = tuple[str, str, str, str, Link]
"""Id, source, target and style of a link, and the link."""


class Architecture(Frozen):
    """A system of elements and links, what runs through it, and how it is judged and drawn.

    Raises:
        pydantic.ValidationError: a part does not fit the schema, or an invariant is broken (`invariants.problems`):
            ids unique, references alive, endpoints allowed, groups acyclic, journeys walkable.
    """

    name: Name | None = None
    description: Text_ | None = None
    elements: Annotated[tuple[AnyElement, ...], Field(max_length=MAX_PARTS), FailFast(), _OnlyFresh] = ()
    links: Annotated[tuple[AnyLink, ...], Field(max_length=MAX_PARTS), FailFast(), _OnlyFresh] = ()
    profiles: Annotated[tuple[Profile, ...], FailFast(), _OnlyFresh] = ()
    journeys: Annotated[tuple[Journey, ...], FailFast(), _OnlyFresh] = ()
    scenarios: Annotated[tuple[Scenario, ...], FailFast(), _OnlyFresh] = ()
    policy: Policy | None = None
    diagrams: Annotated[tuple[Diagram, ...], FailFast(), _OnlyFresh] = ()

    @model_validator(mode="after")
    def _invariants(self, info: ValidationInfo) -> Self:
        context = info.context or {}
        before = context.get("before")
        if before is not None:
            inherit(self, before, context["apart"])
        check(self, context.get("changed"), before)
        return self

    @cached_property
    def element_by_id(self) -> dict[str, Element]:
        return {element.id: element for element in self.elements}

    @cached_property
    def link_by_id(self) -> dict[str, Link]:
        return {link.id: link for link in self.links}

    @cached_property
    def journey_by_id(self) -> dict[str, Journey]:
        return {journey.id: journey for journey in self.journeys}

    @cached_property
    def scenario_by_id(self) -> dict[str, Scenario]:
        return {scenario.id: scenario for scenario in self.scenarios}

    @cached_property
    def profile_by_id(self) -> dict[str, Profile]:
        return {profile.id: profile for profile in self.profiles}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Element id -> kind."""
        owns = [element.__dict__ for element in self.elements]
        return {own["id"]: own["kind"] for own in owns}

    @cached_property
    def links_in_order(self) -> tuple[Link, ...]:
        """All links by id."""
        return tuple([arc[4] for arc in self.arcs])

    @cached_property
    def arcs(self) -> list[Arc]:
        """All links by id, as what anyone who goes through them all asks: of a link itself that takes twice as long."""
        parts = [(link.__dict__, link) for link in self.links]
        return sorted(
            [(own["id"], own["source"], own["target"], own["style"], link) for own, link in parts], key=itemgetter(0)
        )

    @cached_property
    def links_from(self) -> dict[str, tuple[Link, ...]]:
        """Element id -> links that leave it, in id order; every element has an entry."""
        return self._links_by(1)

    @cached_property
    def links_to(self) -> dict[str, tuple[Link, ...]]:
        """Element id -> links that reach it, in id order; every element has an entry."""
        return self._links_by(2)

    @cached_property
    def naming_others(self) -> frozenset[str]:
        """The ids of elements and links that may name other parts, the ends of links aside."""
        return frozenset(part.id for part in naming_others((*self.elements, *self.links)))

    @cached_property
    def sharers(self) -> dict[str, int]:
        """Element id -> how many different elements access its data; without those whose data nobody accesses."""
        found: dict[str, set[str]] = {}
        for link in self.links:
            if link.style == "shared_data":
                found.setdefault(link.target, set()).add(link.source)
        return {element: len(sources) for element, sources in found.items()}

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Group id -> ids of its direct members, elements and child groups."""
        found: dict[str, list[str]] = {element.id: [] for element in self.elements if element.kind == "group"}
        for element in self.elements:
            for group in element.groups:
                found[group].append(element.id)
            if element.kind == "group" and element.parent is not None:
                found[element.parent].append(element.id)
        return {group: tuple(ids) for group, ids in found.items()}

    def label(self, part_id: str) -> str:
        """What to call an element, link, journey, scenario, profile or diagram: its name, never its id if it has one.

        A name is put on one line; a blank one is no name. A link without a name is called after its ends. An unknown
        id is returned as it is.
        """
        if (element := self.element_by_id.get(part_id)) is not None:
            return _one_line(element.name) or element.id
        if (link := self.link_by_id.get(part_id)) is not None:
            return _one_line(link.name) or self.ends(link)
        for known in (self.journey_by_id, self.scenario_by_id, self.profile_by_id):
            if (part := known.get(part_id)) is not None:
                return _one_line(cast(str | None, getattr(part, "name", None))) or part_id
        return part_id

    def ends(self, link: Link) -> str:
        """ "Order → Payment"."""
        return f"{self.label(link.source)} → {self.label(link.target)}"

    def _links_by(self, end: Literal[1, 2]) -> dict[str, tuple[Link, ...]]:
        """By the end that stands there in `arcs`."""
        found: dict[str, list[Link]] = {element_id: [] for element_id in self.kinds}
        for arc in self.arcs:
            found[arc[end]].append(arc[4])
        return {element: tuple(links) for element, links in found.items()}


def _one_line(name: str | None) -> str:
    return " ".join(name.split()) if name else ""
