"""Which calls of a journey to take out of its answer, so that what the answer promises holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from models.analysis.facts import Facts, naming
from models.analysis.latency import followed_ms, is_waited_for, sequences, step_ms, waited_links
from models.analysis.moving import may_be_message
from models.analysis.promises import answering
from models.analysis.repairs import as_messages
from models.analysis.rule import Applicability, Fix
from models.analysis.trial import brings_error
from models.architecture import Architecture, Journey, Link, LinkStep, SyncLink
from models.architecture.derived import steps_are_derived
from models.architecture.text import QT_TRANSLATE_NOOP, say

MOST_TRIED = 8
_WATCHED = ("T03", "T10", "M04", "R03", "R05", "R07")
Missing = Callable[[Facts, str], float]
"""(facts, journey id) -> by how much the promise is missed; 0 or less when it is kept."""


def deferring(facts: Facts, journey: Journey, code: str, missing: Missing) -> tuple[Fix, ...]:
    """The one call whose deferring suffices and gains most, else the fewest of those that gain most.

    Calls whose result is said not to be needed come first; none where even all that may be deferred do not suffice.
    """
    gains: dict[str, float] = {}
    for link in _candidates(facts, journey)[:MOST_TRIED]:
        gains[link.id] = missing(Facts(as_messages(facts.architecture, [link.id], code), facts.rules), journey.id)
    links = facts.architecture.link_by_id
    ranked = sorted(gains, key=lambda one: (facts.said(links[one], "result_needed") is not False, gains[one], one))
    for chosen in [*([one] for one in ranked), *(ranked[:count] for count in range(2, len(ranked) + 1))]:
        if len(chosen) == 1 and gains[chosen[0]] > 0:
            continue
        after = as_messages(facts.architecture, chosen, code)
        if missing(Facts(after, facts.rules), journey.id) <= 0 and not brings_error(facts, after, _WATCHED):
            return (_fix(facts, [links[one] for one in chosen], code),)
    return ()


def _fix(facts: Facts, chosen: list[Link], code: str) -> Fix:
    agreed = all(facts.said(link, "result_needed") is False for link in chosen)
    applicability: Applicability = "review" if agreed else "advice"
    first = chosen[0]
    title = say("rules", _FIX, source=facts.label(first.source), target=facts.label(first.target))
    if len(chosen) > 1:
        title = say("rules", _FIXES, links=naming([facts.label(link.id) for link in chosen]))
    return Fix(title, applicability, partial(_defer, [link.id for link in chosen], code))


def _defer(link_ids: list[str], code: str, architecture: Architecture) -> Architecture:
    return as_messages(architecture, link_ids, code)


def _candidates(facts: Facts, journey: Journey) -> list[Link]:
    """Calls that the journey waits for, those first whose result is said not to be needed, then the longest."""
    weights: dict[str, float] = {}
    if steps_are_derived(journey):
        for here in facts.once(answering)[journey.id]:
            for one in facts.once(waited_links).get(here, ()):
                weights[one.link.id] = one.uses * facts.once(followed_ms).get(one.target, 0.0)
    else:
        for together in sequences(facts, journey.steps):
            for step in together:
                if isinstance(step, LinkStep) and is_waited_for(facts, facts.architecture.link_by_id[step.link]):
                    weights[step.link] = max(weights.get(step.link, 0.0), step_ms(facts, step))
    links = [facts.architecture.link_by_id[link_id] for link_id in weights]
    ours = [link for link in links if isinstance(link, SyncLink) and facts.kind[link.source] == "service"]
    ours = [link for link in ours if facts.remote(link) and facts.said(link, "result_needed") is not True]
    ours = [link for link in ours if may_be_message(facts, link)]
    return sorted(ours, key=lambda one: (facts.said(one, "result_needed") is not False, -weights[one.id], one.id))


_FIX = QT_TRANSLATE_NOOP("rules", "Let {source} send {target} a message instead of waiting for it")
_FIXES = QT_TRANSLATE_NOOP("rules", "Send messages instead of waiting: {links}")
