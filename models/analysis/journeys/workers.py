"""How many requests an element works on at once, as it was said."""

from __future__ import annotations

import math

from models.analysis.facts import Facts
from models.architecture import Service


def said_workers(facts: Facts, element_id: str) -> tuple[float, float] | None:
    """(instances, workers of each), as said; None when nobody said, or for stores, which have a rule of their own."""
    element = facts.architecture.element_by_id[element_id]
    if element.kind not in ("service", "external") or element.workers is None:
        return None
    each = math.inf if element.workers == "unlimited" else float(element.workers)
    if not isinstance(element, Service):
        return 1.0, each
    most = element.instances
    if element.autoscale is not None and element.autoscale.max is not None:
        most = max(most or 1, element.autoscale.max)
    return None if most is None else (float(most), each)
