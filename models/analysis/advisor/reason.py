"""Why a style suits a link or why not: what one reason is.

A reason speaks only when what it rests on is known. Weights are a rule of thumb: 3 or more decides, 1 tips the scales.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from models.analysis.advisor.case import Case
from models.analysis.advisor.forms import FormId

Side = Literal["for", "against"]


@dataclass(frozen=True, slots=True)
class Reason:
    """`template` is of the context "advisor"; its values are the case's figures."""

    id: str
    form: FormId
    side: Side
    weight: int
    section: str
    template: str
    holds: Callable[[Case], bool]
