"""How a model is judged for a window: with all that the window is going to ask for worked out as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.analysis import Analysis
    from models.architecture import Architecture


A_FEW = 200
"""So many findings are freed in a fraction of a millisecond."""


def opened(judge: Callable[..., Analysis]) -> Callable[..., Analysis]:
    """The judge, which also works out what badges and the inspector say: so the thread of the window need not."""

    def judged(architecture: Architecture, *, cancelled: Callable[[], bool]) -> Analysis:
        analysis = judge(architecture, cancelled=cancelled)
        analysis.make_ready(cancelled)
        return analysis

    return judged


def with_members(analysis: Analysis, *, cancelled: Callable[[], bool]) -> None:
    """Makes what rolled-up findings stand for, so that the thread of the window need not when someone opens one."""
    analysis.make_members(cancelled)


def let_go(held: list[Analysis]) -> None:
    """Frees the analyses in `held`, which nobody else may hold any more, a few findings at a time.

    Whoever drops the last reference to an analysis frees thousands of objects in one go, and no other thread comes to
    its turn meanwhile, wherever that is done.
    """
    while held:
        analysis = held.pop()
        findings = analysis.made()
        del analysis
        while findings:
            del findings[-A_FEW:]
