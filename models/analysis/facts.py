"""What several rules want to know about one architecture, worked out once per run and only when asked for.

A shared fact is a function of `Facts`; `facts.once(function)` gives its value.

For whoever writes a rule: there are many rules and one budget, so a rule looks only at parts that can concern it.
`facts.links_of(style)` and `facts.elements_of(kind)` are sorted by id, `facts.arcs_of(style)` has the ids and ends of
links beside them and `facts.calls` those of all remote calls, for what goes through thousands;
`facts.stating(attribute)` has what links say or their profiles do, and nothing of those that say nothing. Ask for a
rare word first, walk the graph last: components, closures (`closures`), chains (`worst_chains`), waits (`budgets`),
visits and rates (`reach`) are shared facts already. What thousands of parts leave unsaid is raised as `Silences`.
Sentences are cheap, names are kept; what a fix would do is worked out when it is applied, its title before.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from models.analysis.graph.components import components
from models.analysis.labels import Labels
from models.analysis.policy import Judgement
from models.analysis.rule import Rule
from models.analysis.stated import Stated
from models.architecture import Architecture, Element, Journey, Link, Retry, SyncLink, said
from models.architecture.derived import steps_are_derived
from models.architecture.graph import entries, needed_arcs, unit_of
from models.architecture.model import Arc
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

T = TypeVar("T")

Call = tuple[str, str, str]
"""Ids of a synchronous call, of its source, and of its target."""


class Facts:
    """One architecture as the rules see it; nothing in it changes."""

    def __init__(
        self,
        architecture: Architecture,
        rules: Mapping[str, Rule],
        judgement: Judgement | None = None,
        *,
        assumes: bool = False,
    ) -> None:
        """`assumes`: mean times (`latency`) take what nobody said from the table of assumptions, not as nothing."""
        self.assumes = assumes
        self.architecture = architecture
        self.rules = rules
        self.judgement = judgement or Judgement(architecture)
        self._labels = Labels(architecture)
        self._stated = Stated(architecture)
        self._shared: dict[Callable[[Facts], Any], Any] = {}
        self._sets_thresholds = self.judgement.sets_thresholds
        self.before_each: Callable[[], object] | None = None

    def once(self, fact: Callable[[Facts], T]) -> T:
        """The value of a shared fact; `before_each` is called before one is worked out, and may raise."""
        if fact not in self._shared:
            if self.before_each is not None:
                self.before_each()
            self._shared[fact] = fact(self)
        value: T = self._shared[fact]
        return value

    def threshold(self, code: str, name: str, *about: str) -> float:
        """The figure from which a rule speaks, for these parts."""
        if not self._sets_thresholds:
            return self.rules[code].thresholds[name]
        return self.judgement.threshold(self.rules[code], name, *about)

    def thresholds(self, code: str, *about: str) -> Mapping[str, float]:
        """All figures of a rule, as `threshold` gives them one by one."""
        own = self.rules[code].thresholds
        if not self._sets_thresholds:
            return own
        return {name: self.judgement.threshold(self.rules[code], name, *about) for name in own}

    def said(self, link: Link, attribute: str) -> Any | None:
        """What the link, else its profile, says."""
        return self._stated.said(link, attribute)

    def stating(self, attribute: str) -> dict[str, Any]:
        """Link id -> what it or its profile says of the attribute, in id order, of links that say something."""
        return self._stated.by_links(attribute)

    def elements_stating(self, attribute: str) -> dict[str, Any]:
        """Element id -> what it says of the attribute, in id order, of elements that say something."""
        return self._stated.by_elements(attribute)

    def links_of(self, style: str) -> list[Link]:
        """The links of one style, by id."""
        return self._by_style.get(style, [])

    def arcs_of(self, style: str) -> list[Arc]:
        """The links of one style, by id, with what rules ask of each: `Link` attributes are slow to look up."""
        return self._arcs_by_style.get(style, [])

    def elements_of(self, kind: str) -> list[Element]:
        """The elements of one kind, by id."""
        return self._by_kind.get(kind, [])

    def ids_of(self, kind: str) -> list[str]:
        """The ids of the elements of one kind, in order."""
        return self._ids_by_kind.get(kind, [])

    def label(self, part_id: str) -> str:
        """What the architect calls it."""
        return self._labels[part_id]

    @cached_property
    def _by_style(self) -> dict[str, list[Link]]:
        return {style: [arc[4] for arc in arcs] for style, arcs in self._arcs_by_style.items()}

    @cached_property
    def _arcs_by_style(self) -> dict[str, list[Arc]]:
        found: dict[str, list[Arc]] = defaultdict(list)
        for arc in self.architecture.arcs:
            found[arc[3]].append(arc)
        return dict(found)

    @cached_property
    def _by_kind(self) -> dict[str, list[Element]]:
        by_id = self.architecture.element_by_id
        return {kind: [by_id[element_id] for element_id in ids] for kind, ids in self._ids_by_kind.items()}

    @cached_property
    def _ids_by_kind(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for element_id in self.element_ids:
            found[self.kind[element_id]].append(element_id)
        return dict(found)

    @cached_property
    def element_ids(self) -> list[str]:
        """Ids of all elements, in order."""
        return sorted(self.kind)

    @cached_property
    def in_process(self) -> frozenset[str]:
        """Ids of the links between different services of one process."""
        units = unit_of(self.architecture)
        if not units:
            return frozenset()
        return frozenset(
            link_id
            for link_id, source, target, _, _ in self.architecture.arcs
            if source != target and source in units and units[source] == units.get(target)
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links by id."""
        return self.architecture.links_in_order

    @cached_property
    def kind(self) -> dict[str, str]:
        """Element id -> kind."""
        return self.architecture.kinds

    def remote(self, link: Link) -> bool:
        """Whether the link leaves its process; a call of a service to itself counts as one that does."""
        return not self.in_process or link.id not in self.in_process

    @cached_property
    def ends(self) -> dict[str, tuple[str, ...]]:
        """Link id -> its source and target, once when they are one."""
        arcs = self.architecture.arcs
        return {link_id: (source,) if source == target else (source, target) for link_id, source, target, _, _ in arcs}

    @cached_property
    def guessed(self) -> dict[str, frozenset[str]]:
        """Attribute -> ids of the links of which an import guessed it."""
        return self.origins.get("guess", {})

    @cached_property
    def origins(self) -> dict[str, dict[str, frozenset[str]]]:
        """Where a provenance says something is from -> attribute -> ids of the links of which it says so."""
        found: dict[str, dict[str, list[str]]] = {}
        for link_id, _, _, _, link in self.architecture.arcs:
            for attribute, seen in link.__dict__["provenance"].items():
                found.setdefault(seen.from_, {}).setdefault(attribute, []).append(link_id)
        return {origin: {name: frozenset(ids) for name, ids in told.items()} for origin, told in found.items()}

    @cached_property
    def sync_links(self) -> tuple[SyncLink, ...]:
        """Remote synchronous calls, by id."""
        arcs, free = self.arcs_of("sync"), self.in_process
        return tuple([arc[4] for arc in arcs if isinstance(arc[4], SyncLink) and arc[0] not in free])

    @cached_property
    def all_calls(self) -> list[Call]:
        """The synchronous calls, those within a process included, by id."""
        return [arc[:3] for arc in self.arcs_of("sync")]

    @cached_property
    def calls(self) -> list[Call]:
        """The remote synchronous calls, by id: for rules that go through all of them."""
        free = self.in_process
        return [call for call in self.all_calls if call[0] not in free] if free else self.all_calls

    @cached_property
    def targets(self) -> dict[str, list[str]]:
        """Element id -> the targets of all its links, in the order of the links' ids."""
        found: dict[str, list[str]] = {element_id: [] for element_id in self.kind}
        for _, source, target, _, _ in self.architecture.arcs:
            found[source].append(target)
        return found

    @cached_property
    def sync_from(self) -> dict[str, list[SyncLink]]:
        """Element id, in order -> all its synchronous calls, those within a process included, by id."""
        found: dict[str, list[SyncLink]] = {element_id: [] for element_id in self.element_ids}
        for _, source, _, _, link in self.arcs_of("sync"):
            if isinstance(link, SyncLink):
                found[source].append(link)
        return found

    @cached_property
    def sync_components(self) -> list[list[str]]:
        """Strongly connected components of synchronous calls, callees before their callers."""
        needed, found = needed_arcs(self.architecture), list[list[str]]()
        for members in self.needed_components:
            found += [members] if len(members) == 1 else _sync_components_in(members, needed)
        return found

    @cached_property
    def needed_components(self) -> list[list[str]]:
        """As `sync_components`, of all that elements need at once to answer: most often there are no others."""
        needed = needed_arcs(self.architecture)
        return components({one: [arc[2] for arc in needed.get(one, ())] for one in self.element_ids})

    @cached_property
    def component_of(self) -> dict[str, int]:
        """Element id -> index into `sync_components`."""
        return {member: i for i, members in enumerate(self.sync_components) for member in members}

    @cached_property
    def cyclic(self) -> frozenset[int]:
        """Indices of the components of synchronous calls that lead back to themselves."""
        parts = self.sync_components
        selves = {self.component_of[source] for _, source, target in self.all_calls if source == target}
        return frozenset(selves.union([i for i, members in enumerate(parts) if len(members) > 1]))

    def remote_sync_from(self, element_id: str) -> list[SyncLink]:
        """The element's synchronous calls that leave its process, by id."""
        links = self.sync_from[element_id]
        return [link for link in links if link.id not in self.in_process] if self.in_process else links

    @cached_property
    def in_circles(self) -> frozenset[str]:
        """Ids of the synchronous calls that lead back to where they came from."""
        place = self.component_of
        return frozenset([call for call, source, target in self.all_calls if place[source] == place[target]])

    def in_one_cycle(self, link: Link) -> bool:
        """Whether the synchronous call leads back to where it came from."""
        return self.component_of[link.source] == self.component_of[link.target]

    @cached_property
    def journeys(self) -> tuple[Journey, ...]:
        """The journeys whose steps someone drew, by id."""
        drawn = (journey for journey in self.architecture.journeys if not steps_are_derived(journey))
        return tuple(sorted(drawn, key=lambda journey: journey.id))

    @cached_property
    def followed_journeys(self) -> tuple[Journey, ...]:
        """The journeys without steps, by id: rules about paths follow the graph from their entries."""
        followed = (journey for journey in self.architecture.journeys if steps_are_derived(journey))
        return tuple(sorted(followed, key=lambda journey: journey.id))

    @cached_property
    def every_journey(self) -> tuple[Journey, ...]:
        """Drawn and followed journeys, by id."""
        return tuple(sorted(self.architecture.journeys, key=lambda journey: journey.id))

    @cached_property
    def undrawn_entries(self) -> tuple[str, ...]:
        """Entries of which no journey tells, by id: rules about paths follow the graph from there."""
        named = {journey.entry for journey in self.architecture.journeys}
        return tuple(sorted({*entries(self.architecture)} - named))

    def subject(self, journey: Journey) -> str:
        """What a finding about a journey is called by: its id, or journey/id where a part has the same."""
        taken = journey.id in self.architecture.element_by_id or journey.id in self.architecture.link_by_id
        return f"journey/{journey.id}" if taken else journey.id

    def retry(self, link: Link) -> Retry | None:
        """What is said of its retries, by itself and its profile together; None when nothing is, or "none"."""
        own = link.__dict__.get("retry")
        if link.profile is None or own == "none":
            return own if isinstance(own, Retry) else None
        whole = {name: said(self.architecture, link, f"retry.{name}") for name in Retry.model_fields}
        return Retry(**whole) if any(value is not None for value in whole.values()) else None

    @cached_property
    def retries(self) -> dict[str, Retry]:
        """Link id -> what is said of its retries, in id order, where any are; nothing is sent again in a process."""
        stated = self.stating("retry")
        if not self._stated.profiled:
            free = self.in_process
            return {one: retry for one, retry in stated.items() if isinstance(retry, Retry) and one not in free}
        remote = [link_id for link_id in stated if link_id not in self.in_process]
        found = ((link_id, self.retry(self.architecture.link_by_id[link_id])) for link_id in remote)
        return {link_id: retry for link_id, retry in found if retry is not None}

    @cached_property
    def retried(self) -> dict[str, float]:
        """Link id -> how often one call may be sent, as stated, in id order, of links where that is not once."""
        found = {link_id: stated_attempts(retry) for link_id, retry in self.retries.items()}
        return {link_id: attempts for link_id, attempts in found.items() if attempts != 1}

    def attempts(self, link: Link) -> float:
        """How often one call may be sent, as stated: 1 when nobody said, infinite when unlimited."""
        return self.retried.get(link.id, 1.0)


def _sync_components_in(members: list[str], needed: Mapping[str, Sequence[Arc]]) -> list[list[str]]:
    """As `Facts.sync_components`, of elements that need each other in circles."""
    circle = frozenset(members)
    inside = [arc for member in members for arc in needed[member] if arc[2] in circle]
    if all(style == "sync" for _, _, _, style, _ in inside):
        return [members]
    calls: dict[str, list[str]] = {member: [] for member in members}
    for _, source, target, style, _ in inside:
        if style == "sync":
            calls[source].append(target)
    return components(calls)


def stated_attempts(retry: Retry | str | None) -> float:
    """Worst-case sends per call; a stated retry budget bounds the average at 1 + its ratio."""
    if not isinstance(retry, Retry) or (stated := retry.max_attempts) is None:
        return 1.0
    most = math.inf if stated == "unlimited" else float(stated)
    return most if retry.budget_ratio is None else min(most, 1.0 + retry.budget_ratio)


@lru_cache(maxsize=4096)
def figure(value: float) -> str:
    """A number as people write it: "75", "0.25", "no limit" when infinite; four significant digits."""
    if math.isinf(value):
        return "no limit"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def figure_above(value: float, limit: float) -> str:
    """A number that is greater than a limit, with as many digits as show it."""
    told = figure(value)
    for digits in range(5, 18):
        if told != figure(limit):
            break
        told = f"{value:.{digits}g}"
    return told


def listed(parts: Sequence[Text | str], between: str = ", ") -> Text:
    """Words one after the other, each in the reader's own language."""
    names = [f"p{i}" for i in range(len(parts))]
    template = between.join(f"{{{name}}}" for name in names)
    return Text("analysis", template, dict(zip(names, parts, strict=True)))


def path_of(start: str, links: Iterable[Link]) -> tuple[str, ...]:
    """Element and link ids in turn, from `start` along the links."""
    links = list(links)
    found = [start] * (2 * len(links) + 1)
    found[1::2] = [link.id for link in links]
    found[2::2] = [link.target for link in links]
    return tuple(found)


def ends(link: Link) -> tuple[str, ...]:
    """As `Facts.ends`, of one link."""
    return (link.source,) if link.source == link.target else (link.source, link.target)


def derived_note(facts: Facts, entry: str) -> Text:
    """That nobody drew a journey from here, so every link was taken to be used."""
    return say("analysis", _DERIVED, entry=facts.label(entry))


def provenance_note(facts: Facts, part: Element | Link, attribute: str) -> Text | str:
    """ " (not visible in the import)" where an importer cannot see the attribute, or the whole it is in."""
    if said(facts.architecture, part, attribute) is None:
        seen = (part.provenance.get(name) for name in (attribute, attribute.partition(".")[0]))
        if any(one is not None and one.from_ == "import" for one in seen):
            return say("analysis", _NOT_VISIBLE)
    return ""


def by_label(facts: Facts, part_ids: Collection[str]) -> list[str]:
    """Ids in the order of their names, then of the ids."""
    if len(part_ids) < 2:
        return list(part_ids)
    return sorted(part_ids, key=lambda part_id: (facts.label(part_id), part_id))


_DERIVED = QT_TRANSLATE_NOOP("analysis", "no journey is drawn from {entry}: all its links are taken to be used")
_NOT_VISIBLE = QT_TRANSLATE_NOOP("analysis", " (not visible in the import)")
