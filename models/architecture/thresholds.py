"""Which figures make sense as thresholds of rules: those of the catalogue, each from a least to a greatest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

if TYPE_CHECKING:
    from models.architecture.policy import Threshold

Range = tuple[float, float]
"""The least and the greatest figure; no limit above when infinite."""
_NUMBER: Range = (1, math.inf)
_AMOUNT: Range = (0, math.inf)
_SHARE: Range = (0.01, 1)

RANGES: Mapping[str, Mapping[str, Range]] = {
    "D04": {"polls": _AMOUNT},
    "D05": {"share": _SHARE},
    "D08": {"mebibytes": _AMOUNT, "gibibytes_per_hour": _AMOUNT},
    "E02": {"share": _SHARE},
    "G01": {"services": _NUMBER},
    "G04": {"factor": _AMOUNT, "offset": _AMOUNT, "links": _NUMBER},
    "M10": {"journeys": _NUMBER},
    "R02": {"journeys": _NUMBER},
    "R05": {"calls": _NUMBER},
    "R08": {"targets": _NUMBER},
    "R13": {"seconds": _NUMBER},
    "T01": {"info": _NUMBER, "warning": _NUMBER, "error": _NUMBER},
    "T02": {"warning": _NUMBER, "error": _NUMBER},
    "T05": {"milliseconds": _AMOUNT, "share": _SHARE},
    "T06": {"calls": _NUMBER},
    "T11": {"milliseconds": _AMOUNT},
    "T12": {"share": _SHARE},
}
"""Rule -> threshold -> its range."""


def refused(threshold: Threshold) -> Text | None:
    """Why a figure makes no sense; None where it does, or where there is no such rule or threshold."""
    least, most = RANGES.get(threshold.rule, {}).get(threshold.name, (-math.inf, math.inf))
    if least <= threshold.value <= most:
        return None
    template = _TOO_LOW if math.isinf(most) else _OUTSIDE
    told = {"value": f"{threshold.value:g}", "least": f"{least:g}", "most": f"{most:g}"}
    return say("invariants", template, rule=threshold.rule, name=threshold.name, **told)


_TOO_LOW = QT_TRANSLATE_NOOP(
    "invariants", '{value} makes no sense as threshold "{name}" of {rule}; write a number that is at least {least}'
)
_OUTSIDE = QT_TRANSLATE_NOOP(
    "invariants", '{value} makes no sense as threshold "{name}" of {rule}; write a number from {least} to {most}'
)
