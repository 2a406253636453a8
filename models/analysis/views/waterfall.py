"""Timeout budgets from the top: what each caller gives, what its callee needs at worst, and what would fit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from models.analysis.facts import Facts
from models.analysis.rule import Fix
from models.analysis.timeouts.budgets import drawn_terms, element_terms, every_link, longest, waits
from models.analysis.timeouts.choosing import set_timeouts, suggested
from models.analysis.timeouts.from_the_top import from_the_top
from models.architecture import Architecture
from models.architecture.derived import journeys_in_force
from models.architecture.text import QT_TRANSLATE_NOOP, say


@dataclass(frozen=True, slots=True)
class Budget:
    """One link on the way down, times in ms. `depth` counts links from the entry.

    `given`: the stated timeout of one attempt. `needed`: what the callee waits for at worst, by what was stated below;
    0 when that is nothing, infinite when it waits for something whose timeout is said to be none. `suggested`: the
    timeout after the fix, equal to `given` where nothing changes, None where there is none to suggest. `propagates`:
    the callee learns how much time is left, and stops when it is over. `overrun`: the caller gives up before its callee
    does, by the limits below that there are.
    """

    link: str
    depth: int
    given: float | None
    needed: float
    suggested: float | None
    propagates: bool = False
    overrun: bool = False

    @property
    def unbounded(self) -> bool:
        """Whether nothing says when the callee stops waiting."""
        return math.isinf(self.needed) and not self.propagates


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The budgets of one journey, each link once, callers before callees."""

    journey: str
    budgets: tuple[Budget, ...]


@dataclass(frozen=True, slots=True)
class Waterfalls:
    """All journeys, and the one fix that sets all budgets, None where all fit."""

    journeys: tuple[Waterfall, ...]
    fix: Fix | None = field(compare=False)


def waterfalls(facts: Facts) -> Waterfalls:
    """The waterfall of each journey in force, by id."""
    planned = _planned(facts.architecture)
    stated, after, limits = facts.once(waits), _timeouts(planned), facts.stating("timeout_ms")
    propagating = {link_id for link_id, does in facts.stating("propagates_deadline").items() if does is True}
    terms = facts.once(element_terms)
    whole, drawn = facts.once(drawn_terms)
    found = []
    for journey in sorted(journeys_in_force(facts.architecture)[0], key=lambda journey: journey.id):
        budgets: list[Budget] = []
        seen: set[str] = set()
        level = list(every_link(whole[journey.id])) if journey.id in whole else _below(facts, journey.entry)
        depth = 1
        while level:
            onward: list[str] = []
            for link_id in level:
                if link_id in seen or link_id not in stated:
                    continue
                seen.add(link_id)
                target = facts.architecture.link_by_id[link_id].target
                inner = [term for owner, term in drawn.get(link_id, ()) if owner == journey.id]
                if not inner and journey.id not in whole and target in terms:
                    inner = [terms[target]]
                limited = max((longest(term, stated) for term in inner), default=0.0)
                below = [one for term in inner for one in every_link(term)]
                needed = math.inf if any(limits.get(one) == "none" for one in below) else limited
                given, propagates = stated[link_id].timeout_ms, link_id in propagating
                overrun = given is not None and not propagates and limited > given * (1 + 1e-9)
                budgets.append(Budget(link_id, depth, given, needed, after.get(link_id), propagates, overrun))
                onward += below
            level, depth = onward, depth + 1
        found.append(Waterfall(journey.id, tuple(budgets)))
    changed = planned != facts.architecture
    fix = Fix(say("analysis", _FIX), "review", _planned) if changed else None
    return Waterfalls(tuple(found), fix)


def _below(facts: Facts, element_id: str) -> list[str]:
    term = facts.once(element_terms).get(element_id)
    return [] if term is None else list(every_link(term))


def _timeouts(architecture: Architecture) -> dict[str, float | None]:
    return {link_id: wait.timeout_ms for link_id, wait in waits(Facts(architecture, {})).items()}


def _planned(architecture: Architecture) -> Architecture:
    """The architecture with a timeout wherever one can be suggested, and every budget within the one above it.

    A stated patience at the top stays; what is below it shrinks.
    """
    facts = Facts(architecture, {})
    missing = [link_id for link_id, wait in facts.once(waits).items() if wait.timeout_ms is None]
    filled = set_timeouts(architecture, suggested(facts, missing), "R01")
    facts = Facts(filled, {})
    return facts.once(from_the_top).apply(filled, "R03")


_FIX = QT_TRANSLATE_NOOP("analysis", "Set all timeouts from the top")
