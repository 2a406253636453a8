"""Which calls of a journey to take out of its answer, so that what the answer promises holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from models.analysis.facts import Facts
from models.analysis.fixes.moving import may_be_message, may_leave_circle
from models.analysis.fixes.repairs import as_messages
from models.analysis.fixes.retry_plans import KEPT, least_calls
from models.analysis.fixes.trial import brings_error
from models.analysis.journeys.latency import followed_ms, waited_links
from models.analysis.journeys.promises import answering
from models.analysis.journeys.unwaited import Gone, turn_of
from models.analysis.labels import naming
from models.analysis.rule import Applicability, Fix
from models.architecture import Architecture, Journey, Link, SyncLink
from models.architecture.derived import steps_are_derived
from models.architecture.text import QT_TRANSLATE_NOOP, say

MOST_TRIED = 8
Missing = Callable[[Gone], float]
"""Calls that are waited for no longer -> by how much the promise is missed; 0 or less when it is kept."""


def deferring(facts: Facts, journey: Journey, code: str, missing: Missing) -> tuple[Fix, ...]:
    """The one call whose deferring suffices and gains most, else the fewest of those that gain most.

    Calls whose result is said not to be needed come first; none where even all that may be deferred do not suffice.
    """
    links = {link.id: link for link in islice(_candidates(facts, journey), MOST_TRIED)}
    if not links or missing(links.keys()) > 0:
        return ()
    gains = {link_id: missing({link_id}) for link_id in links}
    ranked = sorted(gains, key=lambda one: (_is_needed(facts, links[one]), gains[one], one))
    enough = [[one] for one in ranked if gains[one] <= 0]
    least = bisect_left(range(len(ranked)), True, 1, key=lambda count: missing(set(ranked[:count])) <= 0)
    enough += (ranked[:count] for count in range(max(2, least), len(ranked) + 1))
    chosen = next((some for some in enough if _brings_no_error(facts, some, code)), None)
    return () if chosen is None else (_fix(facts, [links[one] for one in chosen], code),)


def _brings_no_error(facts: Facts, link_ids: list[str], code: str) -> bool:
    """Whether messages in place of these calls are no error where the calls were none.

    Nothing is waited for longer, needs more or is tried more often than before, and what must not be done twice is
    delivered once (`as_messages`). Retries below who takes a message could multiply beyond the limit: they are kept at
    one layer, so only a limit of fewer attempts than that layer keeps must be tried out.
    """
    if least_calls(facts) >= KEPT:
        return True
    return not brings_error(facts, as_messages(facts.architecture, link_ids, code), ("R05",))


def _is_needed(facts: Facts, link: Link) -> bool:
    return facts.said(link, "result_needed") is not False


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


def _candidates(facts: Facts, journey: Journey) -> Iterator[Link]:
    """Calls that the journey waits for and that may be messages.

    Those first whose result is said not to be needed, then the longest.
    """
    if steps_are_derived(journey):
        members = facts.once(answering)[journey.id]
        ordered: Iterable[Link] = (link for link in facts.once(_followed) if link.source in members)
    else:
        weights: dict[str, float] = {}
        for span in turn_of(facts, journey).every_span():
            if span.link is not None:
                weights[span.link] = max(weights.get(span.link, 0.0), span.without(_NOTHING, {}))
        ordered = _by_weight(facts, weights)
    return (link for link in ordered if _may_be_deferred(facts, link))


_NOTHING: Gone = frozenset()


def _followed(facts: Facts) -> list[Link]:
    """Shared fact: the calls that are waited for where nobody drew a journey, in the order to try them."""
    answers = facts.once(followed_ms)
    waited = (one for found in facts.once(waited_links).values() for one in found)
    return _by_weight(facts, {one.link.id: one.uses * answers.get(one.target, 0.0) for one in waited})


def _by_weight(facts: Facts, weights: dict[str, float]) -> list[Link]:
    links = (facts.architecture.link_by_id[link_id] for link_id in weights)
    ours = [link for link in links if isinstance(link, SyncLink)]
    return sorted(ours, key=lambda one: (_is_needed(facts, one), -weights[one.id], one.id))


def _may_be_deferred(facts: Facts, link: Link) -> bool:
    if facts.kind[link.source] != "service" or not facts.remote(link) or facts.said(link, "result_needed") is True:
        return False
    return may_be_message(facts, link) and may_leave_circle(facts, link)


_FIX = QT_TRANSLATE_NOOP("rules", "Let {source} send {target} a message instead of waiting for it")
_FIXES = QT_TRANSLATE_NOOP("rules", "Send messages instead of waiting: {links}")
