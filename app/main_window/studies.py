"""Runs, fixes and accepted risks: what the window does with findings and simulation results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.dialogs.accept_risk import AcceptRisk
from app.theme import Theme
from app.translation import translated
from models.architecture import Architecture, edits
from models.architecture.edits import EditError

if TYPE_CHECKING:
    from app.main_window.window import MainWindow
    from models.analysis import Finding


class Studies(QObject):
    """Belongs to one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.findings.accept_wanted.connect(self.accept)

    def wear(self, theme: Theme) -> None:
        pass

    def results(self) -> tuple[Any, ...]:
        return ()

    def run(self) -> None:
        pass

    def add_scenario(self) -> None:
        pass

    def add_journey(self) -> None:
        pass

    def accept(self, finding: Finding | None) -> None:
        """Asks why a risk is acceptable and keeps the answer in the model."""
        if finding is None:
            return
        title = f"{finding.rule} · {translated(finding.name)}"
        dialog = AcceptRisk(self._window, title, translated(finding.message))
        dialog.accepted.connect(lambda: self._accepted(finding, dialog))
        dialog.open()

    def _accepted(self, finding: Finding, dialog: AcceptRisk) -> None:
        answer = dialog.acceptance()

        def edit(architecture: Architecture) -> Architecture:
            for each in finding.each():
                architecture = edits.waive(
                    architecture, each.id, reason=answer.reason, owner=answer.owner, until=answer.until
                )
            return architecture

        title = self.tr("Accept the risk of {finding}").format(finding=translated(finding.name))
        self._window.document.apply(edit, title)

    def fix_all_safe(self) -> None:
        """Applies every safe fix, as one undo step."""
        analysis = self._window.analysis.latest
        if analysis is None:
            return
        fixes = [
            f.fixes[0] for f in analysis.findings if not f.waived and f.fixes and f.fixes[0].applicability == "safe"
        ]
        applied: list[Any] = []

        def edit(architecture: Architecture) -> Architecture:
            for fix in fixes:
                try:
                    architecture = fix.apply(architecture)
                except EditError:
                    continue
                applied.append(fix)
            return architecture

        if self._window.document.apply(edit, self.tr("Apply all safe fixes")):
            told = self.tr("{count} safe fixes applied as one step.").format(count=len(applied))
        else:
            told = self.tr("There is no safe fix to apply.")
        self._window.notice.tell(told)
