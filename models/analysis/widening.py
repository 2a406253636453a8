"""Running more instances of a service."""

from __future__ import annotations

import math
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.rule import Fix, by_fix
from models.analysis.trial import brings_error
from models.architecture import Architecture, Service
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

FILL = 0.7
"""How busy workers are to be: at more, queues grow steeply with every burst."""
_ALONE = ("M06", "Q02")
"""What one instance could do and several cannot: keep an order, remember what was asked."""


def filled(facts: Facts, service_id: str, busy: float, slots: float, code: str) -> tuple[Fix, ...]:
    """As many instances, of so many `slots` each, as are at most 70% busy with what keeps `busy` of them busy."""
    count = math.ceil(busy / FILL / slots - 1e-9)
    title = say("rules", _FIX, count=count, percent=figure(round(100 * busy / count / slots)))
    return widened(facts, service_id, count, title, code)


def widened(facts: Facts, service_id: str, count: int, title: Text, code: str) -> tuple[Fix, ...]:
    """That many instances, unless it is no service of ours, or something rests on its being one."""
    if not isinstance(facts.architecture.element_by_id[service_id], Service):
        return ()
    rests = facts.stating("order_required") or facts.stating("pending_state")
    if rests and brings_error(facts, _widen(service_id, count, code, facts.architecture), _ALONE):
        return ()
    return (Fix(title, "review", partial(_widen, service_id, count, code)),)


def _widen(service_id: str, count: int, code: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [service_id], {"instances": count}, provenance=by_fix(code))


_FIX = QT_TRANSLATE_NOOP("rules", "Run {count} instances ({percent}% busy)")
