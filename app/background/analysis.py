"""Live analysis: every change of meaning is judged shortly after, on another thread; stale answers are dropped."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.background.jobs import Jobs
from app.document import Document
from models.architecture import Architecture

_LOG = logging.getLogger(__name__)
DEBOUNCE_MS = 12

Step = Callable[[Any, Architecture], None]
"""Takes over a part of what an analysis says, in one turn of the event loop."""
State = Literal["waiting", "working", "current", "failed"]


class LiveAnalysis(QObject):
    """Follows a document. `analysed` carries (Analysis, the architecture it is of), once all of `steps` took it over.

    `judge` is `models.analysis.analyse`, or anything with its signature.
    """

    analysed = Signal(object, object)
    state_changed = Signal(str)

    def __init__(self, document: Document, judge: Callable[..., Any] | None = None, jobs: Jobs | None = None) -> None:
        super().__init__(document)
        self._document = document
        self._judge = judge
        self._jobs = jobs or Jobs(1, self)
        self._timer = QTimer(self, interval=DEBOUNCE_MS, singleShot=True)
        self._timer.timeout.connect(self._start)
        self._wanted = 0
        self._running: int | None = None
        self.steps: tuple[Step, ...] = ()
        self.state: State = "waiting"
        self.latest: Any = None
        self._let_go: Callable[[list[Any]], None] | None = None
        self._complete: Callable[..., None] | None = None
        self._replaced: list[Any] = []
        document.changed.connect(self._note)

    def begin(
        self,
        judge: Callable[..., Any] | None = None,
        let_go: Callable[[list[Any]], None] | None = None,
        complete: Callable[..., None] | None = None,
    ) -> None:
        """Judges the document as it is; `judge` may come late, so that the window need not wait for its import.

        `let_go` frees the analyses in a list, on the other thread, once newer ones have taken their place. `complete`
        works out there what of an analysis is only asked for later, after it was taken over: it is called with the
        analysis and `cancelled`.
        """
        self._judge, self._let_go = judge or self._judge, let_go or self._let_go
        self._complete = complete or self._complete
        self._wanted += 1
        self._start()

    def close(self) -> None:
        self._timer.stop()
        self._wanted += 1
        self._jobs.close()

    def _note(self, changes: Any) -> None:
        if changes.meaning:
            self._wanted += 1
            self._become("working")
            self._timer.start()

    def _start(self) -> None:
        if self._judge is None or self._running is not None:
            return
        asked = self._running = self._wanted
        judge, architecture = self._judge, self._document.architecture
        self._become("working")

        def work() -> Any:
            return judge(architecture, cancelled=partial(self._is_outdated, asked))

        self._jobs.start(
            work,
            lambda analysis: self._arrived(asked, analysis, architecture),
            lambda error: self._broke(asked, error),
        )

    def _is_outdated(self, asked: int) -> bool:
        """Whether the document has changed since; on the other thread, which lets the window's go first."""
        self._document.turns.give_way()
        return asked != self._wanted

    def _arrived(self, asked: int, analysis: Any, architecture: Architecture) -> None:
        self._running = None
        turns = self._document.turns
        if asked != self._wanted or analysis is None:
            self._replaced.append(analysis)
            turns.soon(self._discard)
            self._again()
            return
        self._replaced.append(self.latest)
        self.latest = analysis
        for step in self.steps:
            turns.soon(partial(step, analysis, architecture))
        turns.soon(partial(self._taken_over, asked, analysis, architecture))

    def _taken_over(self, asked: int, analysis: Any, architecture: Architecture) -> None:
        if asked == self._wanted:
            self._become("current")
            self.analysed.emit(analysis, architecture)
            if self._complete is not None:
                complete = partial(self._complete, analysis, cancelled=partial(self._is_outdated, asked))
                self._jobs.start(complete, lambda _nothing: None)
        self._document.turns.soon(self._discard)

    def _discard(self) -> None:
        replaced = [analysis for analysis in self._replaced if analysis is not None]
        self._replaced = []
        if replaced and self._let_go is not None:
            self._jobs.start(partial(self._let_go, replaced), lambda _nothing: None)

    def _broke(self, asked: int, error: Exception) -> None:
        self._running = None
        if asked != self._wanted:
            self._again()
            return
        _LOG.error("the analysis failed", exc_info=error)
        self._become("failed")

    def _again(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _become(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
