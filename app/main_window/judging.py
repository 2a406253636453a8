"""How a model is judged for a window: with all that the window is going to ask for worked out as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.analysis import Analysis
    from models.architecture import Architecture


def opened(judge: Callable[..., Analysis]) -> Callable[..., Analysis]:
    """The judge, which also makes every single finding and what badges say: so the thread of the window need not."""

    def judged(architecture: Architecture, *, cancelled: Callable[[], bool]) -> Analysis:
        analysis = judge(architecture, cancelled=cancelled)
        _ = analysis.each, analysis.by_part, analysis.by_subject
        return analysis

    return judged
