"""Works out overlays from the views of the analyser; its imports are heavy, so that it comes late."""

import math
from collections.abc import Callable
from functools import partial

from app.background.tags import Level, Shown, Tag, Tags
from app.translation import translate
from models.analysis.facts import Facts, figure
from models.analysis.figures import percent
from models.analysis.owners import owners
from models.analysis.views import (
    Amplification,
    Budget,
    Needs,
    amplification,
    crossings,
    facts_of,
    needs,
    utilisation,
    waterfalls,
)
from models.architecture import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.wording import time

BUSY = 0.7
"""From this share on queues grow steeply, although no rule finds fault yet."""
UNOWNED = ("client", "group", "note")
LEVELS: dict[str | None, Level] = {None: "plain", "info": "plain", "warning": "warning", "error": "error"}


def work_out(view: str, architecture: Architecture) -> Shown:
    """What the overlay `view` says of the architecture.

    Raises:
        KeyError: there is no such overlay.
    """
    return _MADE[view](facts_of(architecture))


def _together(facts: Facts) -> Shown:
    found = needs(facts)
    tags = {
        service_id: Tag(_told(_NEEDS, count=needed.count), LEVELS[needed.severity])
        for service_id, needed in found.services.items()
        if needed.count
    }
    return Shown(tags, partial(_needed_by, found))


def _needed_by(found: Needs, service_id: str) -> Tags | None:
    needed = found.services.get(service_id)
    if needed is None or not needed.count:
        return None
    available = found.availability(service_id)
    words = _told(_NEEDS, count=needed.count)
    if available is not None:
        words += "\n" + _told(_AVAILABLE, share=f"{percent(available)}%")
    others = dict.fromkeys(found.members(service_id), Tag(_told(_MUST_BE_UP)))
    return {**others, service_id: Tag(words, LEVELS[needed.severity])}


def _calls(facts: Facts) -> Shown:
    tags = {}
    for one in amplification(facts).values():
        if one.calls > 1:
            level: Level = "error" if _are_too_many(facts, one) else "plain"
            tags[one.link] = Tag("× ∞" if math.isinf(one.calls) else f"× {figure(one.calls)}", level)
    return Shown(tags)


def _are_too_many(facts: Facts, one: Amplification) -> bool:
    """Whether it is a finding: of calls by R05's threshold, of messages where they have no limit (M01)."""
    sync = facts.architecture.link_by_id[one.link].style == "sync"
    return one.calls > facts.threshold("R05", "calls", one.link) if sync else math.isinf(one.calls)


def _budgets(facts: Facts) -> Shown:
    """Of each link the journey in which least is left."""
    worst: dict[str, Budget] = {}
    for waterfall in waterfalls(facts).journeys:
        for budget in waterfall.budgets:
            known = worst.get(budget.link)
            if known is None or budget.needed > known.needed:
                worst[budget.link] = budget
    return Shown({link_id: _budget(budget) for link_id, budget in worst.items()})


def _budget(budget: Budget) -> Tag:
    words = [_told(_NO_TIMEOUT) if budget.given is None else time(budget.given)]
    if budget.needed:
        words.append(_told(_NO_LIMIT) if math.isinf(budget.needed) else _told(_WAITS, time=time(budget.needed)))
    if budget.given is None or (budget.unbounded and not budget.overrun):
        return Tag("\n".join(words), "warning")
    return Tag("\n".join(words), "error" if budget.overrun else "good")


def _owners(facts: Facts) -> Shown:
    owned = facts.once(owners)
    tags = {
        element.id: Tag(owned.get(element.id) or _told(_NOBODY), assumed=element.id not in owned)
        for element in facts.architecture.elements
        if element.kind not in UNOWNED
    }
    across = {one.link: Tag(f"{one.source_owner} → {one.target_owner}") for one in crossings(facts)}
    return Shown({**tags, **across})


def _load(facts: Facts) -> Shown:
    tags = {}
    for element_id, one in utilisation(facts).items():
        if one.share is None:
            tags[element_id] = Tag(_told(_BUSY, count=_two(one.busy)), assumed=bool(one.assumed))
            continue
        full = _full(facts, element_id)
        level: Level = "error" if one.share >= full * (1 - 1e-9) else "warning" if one.share >= BUSY else "good"
        tags[element_id] = Tag(f"{_two(one.share * 100)}%", level, bool(one.assumed), min(1.0, one.share))
    return Shown(tags)


def _full(facts: Facts, element_id: str) -> float:
    """The share from which on there is a finding: of connections the policy's (D05), of workers all of them (R09)."""
    return facts.threshold("D05", "share", element_id) if facts.kind[element_id] == "datastore" else 1.0


def _two(value: float) -> str:
    """In two digits, and all of a whole number."""
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"


def _told(template: str, **values: object) -> str:
    return translate("overlays", template).format(**values)


_NEEDS = QT_TRANSLATE_NOOP("overlays", "needs {count}")
_AVAILABLE = QT_TRANSLATE_NOOP("overlays", "{share} at best")
_MUST_BE_UP = QT_TRANSLATE_NOOP("overlays", "must be up")
_NO_TIMEOUT = QT_TRANSLATE_NOOP("overlays", "no timeout")
_WAITS = QT_TRANSLATE_NOOP("overlays", "waits {time}")
_NO_LIMIT = QT_TRANSLATE_NOOP("overlays", "waits without limit")
_NOBODY = QT_TRANSLATE_NOOP("overlays", "nobody said")
_BUSY = QT_TRANSLATE_NOOP("overlays", "{count} busy")

_MADE: dict[str, Callable[[Facts], Shown]] = {
    "together": _together,
    "calls": _calls,
    "budgets": _budgets,
    "owners": _owners,
    "load": _load,
}
