"""Journeys nobody drew: one per entry, following its links; and the steps of any journey written out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from models.architecture.base import replace
from models.architecture.effective import said
from models.architecture.graph import entries
from models.architecture.journeys import AnyStep, ChoiceStep, Journey, LinkStep, UseStep
from models.architecture.links import Link
from models.architecture.model import Architecture
from models.architecture.steps import NESTED, journeys_used, links_used
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.architecture.views import view

MOST_STEPS = 10_000
"""A journey is written out to this many steps; the rest is cut, and told."""
DEEPEST = 200
"""Steps are written out to this depth; a longer chain is cut, and told."""


@view
def derived_journeys(architecture: Architecture) -> tuple[Journey, ...]:
    """One journey per entry, in id order, with the entry's id and name.

    Their steps are not said: whoever needs them takes the links from the graph, or `unfold`s them.
    """
    return tuple(
        Journey(id=entry, name=architecture.element_by_id[entry].name, entry=entry) for entry in entries(architecture)
    )


@view
def journeys_in_force(architecture: Architecture) -> tuple[tuple[Journey, ...], bool]:
    """(the journeys someone drew, else one per entry; whether they are derived)."""
    if architecture.journeys:
        return architecture.journeys, False
    return derived_journeys(architecture), True


def coming_by(architecture: Architecture, part_ids: Collection[str]) -> tuple[Journey, ...]:
    """The journeys in force that come by any of these elements and links, consumers of their messages included.

    Drawn steps are taken by their word; without any, a journey comes by whatever its entry's links lead to.
    """
    parts = frozenset(part_ids)
    before = _leading_to(architecture, parts)
    return tuple(
        journey
        for journey in journeys_in_force(architecture)[0]
        if (
            journey.entry in before
            if steps_are_derived(journey)
            else not parts.isdisjoint(_parts_drawn(architecture, journey))
        )
    )


def _leading_to(architecture: Architecture, parts: frozenset[str]) -> set[str]:
    """The elements among the parts, the sources of links among them, and all whose links lead there."""
    found = {part for part in parts if part in architecture.element_by_id}
    found |= {link.source for part in parts if (link := architecture.link_by_id.get(part)) is not None}
    waiting = list(found)
    while waiting:
        for link in architecture.links_to[waiting.pop()]:
            if link.source not in found:
                found.add(link.source)
                waiting.append(link.source)
    return found


def _parts_drawn(architecture: Architecture, journey: Journey) -> set[str]:
    """The elements and links of its steps, of the journeys it uses, and behind channels those who take from them."""
    links: set[str] = set()
    seen, reading = {journey.id}, [journey]
    while reading:
        steps = reading.pop().steps
        links.update(links_used(steps))
        used = [inner for inner in journeys_used(steps) if inner not in seen]
        seen.update(used)
        reading += [architecture.journey_by_id[inner] for inner in used]
    ends = (journey.entry, *(architecture.link_by_id[link_id].target for link_id in links))
    waiting = [end for end in ends if _is_channel(architecture, end)]
    reached = set(waiting)
    while waiting:
        for link in architecture.links_from[waiting.pop()]:
            links.add(link.id)
            if link.target not in reached and _is_channel(architecture, link.target):
                reached.add(link.target)
                waiting.append(link.target)
    found = [architecture.link_by_id[link_id] for link_id in links]
    return {journey.entry, *links, *(end for link in found for end in (link.source, link.target))}


def _is_channel(architecture: Architecture, element_id: str) -> bool:
    return architecture.element_by_id[element_id].kind in ("queue", "topic")


def steps_are_derived(journey: Journey) -> bool:
    """Whether nobody said what the journey does, so that it follows the links from its entry."""
    return not journey.steps


def unfold(
    architecture: Architecture, journey: Journey, limit: int = MOST_STEPS
) -> tuple[tuple[AnyStep, ...], tuple[Text, ...]]:
    """(the journey's steps written out, what was cut and why).

    The steps of used journeys stand in the place of `use`. A journey without steps follows its entry's links in id
    order, with their calls, probability and parallelism, through channels to those who take from them; where a link
    leads back to an element that the way came through, it is taken and nothing follows it. Who takes an event that is
    said to carry its full state does not call its publisher back.
    At most `limit` steps are written out.
    """
    writing = _Writing(architecture, limit)
    if steps_are_derived(journey):
        steps = writing.following(journey.entry, (journey.entry,))
    else:
        steps = writing.written(journey.steps)
    return steps, writing.told(journey)


@dataclass
class _Writing:
    architecture: Architecture
    limit: int
    steps: int = 0
    circles: dict[str, Text] = field(default_factory=dict)
    cut: int = 0
    too_deep: bool = False

    def told(self, journey: Journey) -> tuple[Text, ...]:
        name = journey.name or journey.id
        cut = list(self.circles.values())
        if self.cut:
            template = QT_TRANSLATE_NOOP(
                "derived", "{journey} has more than {limit} steps: what would follow after them is left out."
            )
            cut.append(say("derived", template, journey=name, limit=f"{self.limit:,}"))
        if self.too_deep:
            template = QT_TRANSLATE_NOOP("derived", "{journey} is more than {depth} steps deep: the rest is left out.")
            cut.append(say("derived", template, journey=name, depth=DEEPEST))
        return tuple(cut)

    def following(self, element_id: str, path: tuple[str, ...], told_all: str | None = None) -> tuple[AnyStep, ...]:
        """What an element that was reached over `path` (element ids, itself last) sets off.

        `told_all` is the publisher of an event that carries its full state: it is not called back.
        """
        written: list[AnyStep] = []
        for link in self.architecture.links_from[element_id]:
            if link.style == "sync" and link.target == told_all:
                continue
            if not self._room():
                break
            written.append(self._taken(link, path))
        return tuple(written)

    def written(self, steps: tuple[AnyStep, ...], depth: int = 0) -> tuple[AnyStep, ...]:
        """Drawn steps, with those of used journeys in their places."""
        out: list[AnyStep] = []
        if depth > DEEPEST and steps:
            self.too_deep = True
            return ()
        for step in steps:
            if isinstance(step, UseStep) and self.steps < self.limit:
                out += self.written(self.architecture.journey_by_id[step.use].steps, depth + 1)
                continue
            if not self._room():
                break
            out.append(self._written(step, depth + 1))
        return tuple(out)

    def _written(self, step: AnyStep, depth: int) -> AnyStep:
        if isinstance(step, LinkStep):
            inner = {name: self.written(nested, depth) for name in NESTED if (nested := getattr(step, name))}
            same = all(inner[name] == getattr(step, name) for name in inner)
            return step if same else replace(step, **inner)
        if isinstance(step, ChoiceStep):
            branches = tuple(replace(branch, steps=self.written(branch.steps, depth)) for branch in step.choice)
            return replace(step, choice=branches)
        return step

    def _taken(self, link: Link, path: tuple[str, ...]) -> AnyStep:
        target = self.architecture.element_by_id[link.target]
        inner: tuple[AnyStep, ...] = ()
        if target.id in path:
            template = QT_TRANSLATE_NOOP(
                "derived", "The way {way} comes back to where it was: after {link} nothing more is followed."
            )
            names = " → ".join(self.architecture.label(part) for part in (*path[path.index(target.id) :], target.id))
            told = say("derived", template, way=names, link=self.architecture.label(link.id))
            self.circles.setdefault(link.id, told)
        elif len(path) >= DEEPEST:
            self.too_deep = self.too_deep or bool(self.architecture.links_from[target.id])
        else:
            inner = self.following(target.id, (*path, target.id), self._teller(link, path))
        calls = said(self.architecture, link, "calls_per_request")
        return LinkStep(
            link=link.id,
            calls=int(calls) if calls and calls == int(calls) else None,
            probability=said(self.architecture, link, "probability"),
            parallel=said(self.architecture, link, "parallel_with_previous"),
            steps=inner,
        )

    def _teller(self, link: Link, path: tuple[str, ...]) -> str | None:
        """Who published what is consumed over `link`, if that is said to carry its full state."""
        kinds = self.architecture.element_by_id
        if link.style != "event" or kinds[link.target].kind == "topic":
            return None
        publishing: list[Link] = [link]
        if kinds[link.source].kind == "topic":
            into = self.architecture.links_to[link.source]
            publishing += [first for first in into if len(path) > 1 and first.source == path[-2]]
        payloads = {said(self.architecture, each, "payload") for each in publishing if each.style == "event"}
        return publishing[-1].source if "full_state" in payloads and "id_only" not in payloads else None

    def _room(self) -> bool:
        if self.steps >= self.limit:
            self.cut += 1
            return False
        self.steps += 1
        return True
