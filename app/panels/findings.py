"""The findings panel: the list on the left, one finding in full on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.background import Jobs
from app.document import Document
from app.panels.finding_detail import FindingDetail, label
from app.panels.findings_model import FINDING, FindingsModel
from app.panels.findings_view import FindingsView, Place
from app.panels.inputs import QuietComboBox
from app.resources import icon
from app.theme import Theme
from app.translation import translated
from models.architecture import Architecture, edits

if TYPE_CHECKING:
    from app.background.preview import Preview
    from models.analysis import Analysis, Finding, Fix, Rule

SEVERITIES = ("error", "warning", "info")
NOT_KNOWN = "–"
MOST_POINTED_OUT = 200
"""Of more parts it says more that they are so many than which they are."""
MOST_NOTES = 3
"""Of more remarks on the policy the rest is told when the pointer rests on these."""
FEW = 300
"""Up to so many findings are listed at once, more in several turns."""


class FindingsPanel(QWidget):
    """`path_shown` carries the path of the finding in view or None, `accept_wanted` one whose risk to accept."""

    path_shown = Signal(object)
    parts_shown = Signal(object)
    """The parts that a finding without a path is about, in no order."""
    accept_wanted = Signal(object)
    demonstrate_wanted = Signal(object, object)
    """(finding, the architecture it is of), or (None, None) to stop."""
    revealed = Signal(object)
    counted = Signal(int)
    chosen = Signal()
    """Another finding is in view, or none."""

    def __init__(self, document: Document, theme: Theme, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._jobs, self._theme = document, jobs, theme
        self._analysis: Analysis | None = None
        self._architecture = Architecture()
        self._current: str | None = None
        self._find_rule: Callable[[str], Rule] | None = None
        self._preview: Callable[[Architecture, Fix], Preview] | None = None
        self._worked_out: tuple[Architecture, Preview | None] = self._architecture, None
        self._row = 0
        self._below: list[str] = []
        self._above: list[str] = []
        self._done: tuple[str, str] | None = None
        """(id of the finding, title) of the fix that was applied last, until another finding is chosen."""
        self._filling = False
        self._place: Place | None = None
        """Where someone was in the list while it is filled anew."""
        self.model = FindingsModel(self)
        self.view = FindingsView(self.model, theme)
        self.detail = FindingDetail()
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText(self.tr("Search the findings"))
        self.search.setAccessibleName(self.tr("Search the findings"))
        self.severities = {severity: self._severity_button(severity) for severity in SEVERITIES}
        self.grouping = QuietComboBox()
        self.grouping.setProperty("role", "tool")
        self.grouping.setAccessibleName(self.tr("Group the findings"))
        for key, title in (
            ("none", self.tr("Not grouped")),
            ("rule", self.tr("By rule")),
            ("element", self.tr("By element")),
            ("journey", self.tr("By journey")),
        ):
            self.grouping.addItem(title, key)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 8, 8, 4)
        bar.setSpacing(4)
        bar.addWidget(self.search, 1)
        for button in self.severities.values():
            bar.addWidget(button)
        bar.addSpacing(4)
        bar.addWidget(self.grouping)
        self.notes = label("preview")
        self.notes.setContentsMargins(16, 0, 8, 4)
        self.notes.hide()
        self.empty = QLabel()
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.clear_search = QPushButton(self.tr("Clear search"))
        self.clear_search.clicked.connect(self.clear_filters)
        nothing = QWidget()
        around = QVBoxLayout(nothing)
        around.setContentsMargins(16, 8, 16, 8)
        around.setSpacing(8)
        around.addStretch(1)
        around.addWidget(self.empty)
        around.addWidget(self.clear_search, 0, Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(nothing)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.notes)
        inset = QHBoxLayout()
        inset.setContentsMargins(10, 0, 0, 0)
        inset.addWidget(self._stack)
        column.addLayout(inset, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([700, 700])
        self.splitter.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)
        self._typing = QTimer(self, singleShot=True, interval=120)
        self._typing.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.grouping.currentIndexChanged.connect(lambda _index: self._group())
        self.view.selectionModel().currentChanged.connect(self._picked)
        self.view.doubleClicked.connect(lambda index: self.revealed.emit(index.data(FINDING)))
        self.view.entered.connect(self._hovered)
        self.detail.fix_wanted.connect(self.apply_fix)
        self.detail.preview_wanted.connect(self._work_out)
        self.detail.undo_wanted.connect(document.undo)
        document.history_changed.connect(self._follow_undo)
        self.detail.accept_wanted.connect(self.accept_wanted)
        self.detail.withdraw_wanted.connect(self._withdraw)
        self.detail.demonstrate_wanted.connect(
            lambda finding: self.demonstrate_wanted.emit(finding, self._architecture if finding is not None else None)
        )
        self.detail.hide()
        self._tell_empty()

    def use(self, find_rule: Callable[[str], Rule], preview: Callable[[Architecture, Fix], Preview]) -> None:
        """Takes what explains a rule and what works out a fix; both come late, as their imports take their time."""
        self._find_rule, self._preview = find_rule, preview

    @property
    def current(self) -> Finding | None:
        return self.detail.finding if self._current is not None else None

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self.view.wear(theme)
        for severity, button in self.severities.items():
            button.setIcon(icon(f"severity-{severity}", theme.colours[severity], theme.colours["border"]))

    def show_analysis(self, analysis: Analysis, architecture: Architecture) -> None:
        """Fills the list anew and keeps the place: the same finding, else the one that stands there now."""
        self._analysis, self._architecture = analysis, architecture
        self._refill()
        self.notes.setText("\n".join(translated(note) for note in analysis.notes[:MOST_NOTES]))
        self.notes.setToolTip("\n".join(translated(note) for note in analysis.notes))
        self.notes.setVisible(bool(analysis.notes))
        for severity, button in self.severities.items():
            button.setText(str(analysis.summary.get(severity, 0)))
        self.counted.emit(sum(analysis.summary.values()))

    def show_finding(self, finding_id: str) -> None:
        """Selects a finding, wherever it stands; a filter that hides it is taken away."""
        if not self.model.index_of(finding_id).isValid() and self._analysis is not None:
            if self._analysis.finding(finding_id) is None:
                return
            self.clear_filters()
        index = self.model.index_of(finding_id)
        if index.isValid():
            self.view.expand(index.parent())
            self.view.setCurrentIndex(index)

    def clear_filters(self) -> None:
        """Shows every finding again."""
        self.search.clear()
        for button in self.severities.values():
            button.setChecked(True)
        self._typing.stop()
        self._filter()

    def step(self, by: int) -> None:
        """Selects the next finding (or the one before), around the end."""
        order = self.model.order()
        if order:
            if self._current in order:
                place = order.index(self._current) + by
            elif self._done is not None:
                place = self._next_to_the_fixed(order, by)
            else:
                place = 0 if by > 0 else -1
            self.show_finding(order[place % len(order)])

    def _next_to_the_fixed(self, order: list[str], by: int) -> int:
        """Where the nearest finding is that stood below (or above) the one fixed; a fix may take others too."""
        known = {finding_id: place for place, finding_id in enumerate(order)}
        nearby = self._below if by > 0 else self._above
        return next((known[finding_id] for finding_id in nearby if finding_id in known), 0 if by > 0 else -1)

    def apply_first_fix(self) -> None:
        if self.detail.finding is not None and self.detail.fix_button.isVisible():
            self.detail.fix_button.click()

    def toggle_help(self) -> None:
        self.detail.explain.setChecked(not self.detail.explain.isChecked())

    def apply_fix(self, finding: Finding, fix: Fix) -> None:
        """Applies a fix as one undo step; the next finding waits until someone chooses it."""
        title = translated(fix.title)
        if not self._document.apply(self._edit_by(fix), title):
            return
        order = self.model.order()
        place = order.index(finding.id) if finding.id in order else 0
        self._below, self._above = order[place + 1 :], order[:place][::-1]
        self._current, self._done = None, (finding.id, title)
        self._filling = True
        self.view.selectionModel().clear()
        self._filling = False
        self.detail.show_done(title)
        self.path_shown.emit(None)
        self.chosen.emit()

    def _edit_by(self, fix: Fix) -> Callable[[Architecture], Architecture]:
        """The fix; where its preview has worked out what it makes of the model as it is, simply that."""
        of, done = self._worked_out
        if done is not None and done.fix is fix and of is self._document.architecture:
            return lambda _architecture: done.after
        return fix.apply

    def _follow_undo(self) -> None:
        """A fix that was undone shows its finding again; after another change its undo is no longer offered here."""
        if self._done is None:
            return
        finding_id, title = self._done
        if self._document.redo_title == title:
            self._current, self._done = finding_id, None
        elif self._document.undo_title != title:
            self.detail.undo.hide()

    def clear_current(self) -> None:
        self.view.selectionModel().clear()
        self._show(None)

    def _withdraw(self, finding: Finding) -> None:
        title = self.tr("No longer accept {finding}").format(finding=finding.id)
        self._document.apply(lambda a: edits.unwaive(a, finding.id), title)

    def _severity_button(self, severity: str) -> QPushButton:
        titles = {"error": self.tr("Show errors"), "warning": self.tr("Show warnings"), "info": self.tr("Show remarks")}
        button = QPushButton(NOT_KNOWN)
        button.setProperty("role", "toggle")
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolTip(titles[severity])
        button.setAccessibleName(titles[severity])
        button.setIcon(icon(f"severity-{severity}", self._theme.colours[severity], self._theme.colours["border"]))
        button.toggled.connect(lambda _on: self._filter())
        return button

    def _filter(self) -> None:
        hidden = [severity for severity, button in self.severities.items() if not button.isChecked()]
        self._filling = True
        self.model.filter_by(self.search.text(), hidden)
        self._filling = False
        self._restore()

    def _group(self) -> None:
        self._filling = True
        self.model.group_by(self.grouping.currentData())
        self._filling = False
        self.view.setRootIsDecorated(self.grouping.currentData() != "none")
        self._restore()

    def _refill(self) -> None:
        """Lists the findings, lays the rows out, and chooses again what was chosen; nothing is seen in between."""
        assert self._analysis is not None
        findings, turns = self._analysis.findings, self._document.turns
        self._place = self._place or self.view.place()
        self.view.setUpdatesEnabled(False)
        self._filling = True
        self.model.show(findings, self._architecture)
        self._filling = False
        if len(findings) <= FEW:
            self._go_back()
            self._refilled()
        else:
            turns.soon(self._refilled, first=True)
            turns.soon(self._go_back, first=True)

    def _go_back(self) -> None:
        assert self._place is not None
        self._open_groups()
        self.view.go_back(self._place)

    def _refilled(self) -> None:
        assert self._place is not None
        self._choose_again()
        self.view.go_back(self._place)
        self._place = None
        self.view.setUpdatesEnabled(True)

    def _open_groups(self) -> None:
        if self.grouping.currentData() != "none":
            self.view.expandToDepth(0)

    def _restore(self) -> None:
        self._open_groups()
        self._choose_again()

    def _choose_again(self) -> None:
        order = self.model.order()
        self._stack.setCurrentIndex(0 if order else 1)
        self._tell_empty()
        if self._current is None:
            return
        index = self.model.index_of(self._current)
        if not index.isValid() and order:
            index = self.model.index_of(order[min(self._row, len(order) - 1)])
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self._filling = True
            self.view.selectionModel().setCurrentIndex(index, flags)
            self._filling = False
            self._show(index.data(FINDING))
        else:
            self._show(None)

    def _tell_empty(self) -> None:
        self.clear_search.setVisible(self._analysis is not None and bool(self._analysis.findings))
        if self._analysis is None:
            self.empty.setText(self.tr("The model is being looked at."))
        elif self._analysis.findings:
            self.empty.setText(self.tr("No finding fits the search."))
        elif self._document.architecture.elements:
            self.empty.setText(self.tr("Nothing to find fault with, as far as the model says."))
        else:
            self.empty.setText(self.tr("Draw services and links: what is wrong with them appears here."))

    def _picked(self, index: QModelIndex) -> None:
        if not self._filling:
            finding = index.data(FINDING)
            if finding is not None:
                self._show(finding)

    def _hovered(self, index: QModelIndex) -> None:
        finding = index.data(FINDING)
        if self._current is None and finding is not None:
            self._point_out(finding)

    def _point_out(self, finding: Finding | None) -> None:
        """The path of a finding; of one without a path, such as one that stands for many, the parts it is about."""
        if finding is not None and not finding.path:
            parts = finding.links or finding.elements
            self.parts_shown.emit(parts if len(parts) <= MOST_POINTED_OUT else ())
        else:
            self.path_shown.emit(finding.path if finding is not None else None)

    def leaveEvent(self, event: Any) -> None:
        if self._current is None:
            self.path_shown.emit(None)
        super().leaveEvent(event)

    def _show(self, finding: Finding | None) -> None:
        self._current = finding.id if finding is not None else None
        self._done = None
        self.detail.setVisible(finding is not None)
        self._point_out(finding)
        if finding is not None:
            order = self.model.order()
            self._row = order.index(finding.id) if finding.id in order else self._row
            rule = self._find_rule(finding.rule) if self._find_rule is not None else None
            help_, source = (rule.help, translated(rule.told_source)) if rule is not None else (None, "")
            self.detail.show_finding(finding, self._architecture, help_, source)
        self.chosen.emit()

    def _work_out(self, finding: Finding, fix: Fix) -> None:
        architecture, preview = self._architecture, self._preview
        if preview is None:
            return

        def show(done: Preview) -> None:
            if self._current == finding.id and self._architecture is architecture:
                self._worked_out = architecture, done
                self.detail.show_preview(done)

        def broken(error: Exception) -> None:
            if self._current == finding.id:
                self.detail.show_preview(None, str(error))

        self._jobs.start(lambda: preview(architecture, fix), show, broken)
