"""Which call of a journey to take out of its answer, so that what the answer promises holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from models.analysis.facts import Facts
from models.analysis.latency import is_waited_for, sequences, step_ms
from models.analysis.moving import may_be_message
from models.analysis.repairs import as_messages
from models.analysis.rule import Applicability, Fix
from models.analysis.trial import brings_error
from models.architecture import Architecture, Journey, Link, LinkStep, SyncLink
from models.architecture.derived import steps_are_derived
from models.architecture.text import QT_TRANSLATE_NOOP, say

MOST_TRIED = 8
_WATCHED = ("T03", "T10", "M04", "R03", "R05", "R07")


def deferring(facts: Facts, journey: Journey, code: str, holds: Callable[[Facts, str], bool]) -> tuple[Fix, ...]:
    """The best call after whose deferring `holds(facts, journey id)`; none when no one call suffices."""
    for link in _candidates(facts, journey)[:MOST_TRIED]:
        after = as_messages(facts.architecture, [link.id], code)
        if holds(Facts(after, facts.rules), journey.id) and not brings_error(facts, after, _WATCHED):
            title = say("rules", _FIX, source=facts.label(link.source), target=facts.label(link.target))
            applicability: Applicability = "review" if facts.said(link, "result_needed") is False else "advice"
            return (Fix(title, applicability, partial(_defer, link.id, code)),)
    return ()


def _defer(link_id: str, code: str, architecture: Architecture) -> Architecture:
    return as_messages(architecture, [link_id], code)


def _candidates(facts: Facts, journey: Journey) -> list[Link]:
    """Calls that the journey waits for, those first whose result is said not to be needed, then the longest."""
    weights: dict[str, float] = {}
    if steps_are_derived(journey):
        weights = {link.id: 0.0 for link in facts.sync_links}
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
