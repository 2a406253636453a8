"""One finding told in full, and what to do about it: one filled button, what it would change beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.panels.findings_model import where_of
from app.panels.flow import Flow
from app.panels.wording import value_label
from app.translation import translated
from models.architecture import Architecture
from models.architecture.text import Text

if TYPE_CHECKING:
    from app.background.preview import Preview
    from models.analysis import Finding, Fix, Help

MOST_LISTED = 4


def label(role: str, *, plain: bool = True, wrap: bool = True) -> QLabel:
    """A label that shows what models say, never as markup."""
    made = QLabel()
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    if plain:
        made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made


class FindingDetail(QScrollArea):
    """Shows a finding. `fix_wanted` carries (finding, fix); `preview_wanted` the same, when it comes into view."""

    fix_wanted = Signal(object, object)
    preview_wanted = Signal(object, object)
    explain_wanted = Signal(object)
    accept_wanted = Signal(object)
    withdraw_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding: Finding | None = None
        self._fix: Fix | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(8)
        self.title = label("title")
        self.where = label("field")
        self.message = label("body")
        self.arithmetic = label("arithmetic")
        self.assumed = label("assumed")
        self.accepted = label("secondary")
        self.cause = label("secondary")
        self.fix_button = QPushButton()
        self.fix_button.setProperty("role", "primary")
        self.fix_button.clicked.connect(self._apply)
        self.more = QPushButton(self.tr("Other fixes"))
        self._more_menu = QMenu(self.more)
        self.more.setMenu(self._more_menu)
        self.explain = QPushButton(self.tr("Explain"))
        self.explain.setCheckable(True)
        self.explain.toggled.connect(self._explain)
        self.accept = QPushButton(self.tr("Accept risk…"))
        self.accept.clicked.connect(lambda: self.accept_wanted.emit(self.finding))
        self.withdraw = QPushButton(self.tr("No longer accept"))
        self.withdraw.clicked.connect(lambda: self.withdraw_wanted.emit(self.finding))
        buttons = QWidget()
        flow = Flow(buttons, spacing=8)
        for button in (self.fix_button, self.more, self.accept, self.withdraw, self.explain):
            flow.addWidget(button)
        self.preview = label("preview")
        self.help = label("body", plain=True)
        self.help.hide()
        for widget in (
            self.title,
            self.where,
            self.message,
            self.arithmetic,
            self.assumed,
            self.cause,
            self.accepted,
            buttons,
            self.preview,
            self.help,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(page)
        self.empty = label("secondary")
        self._page = page

    def show_finding(self, finding: Finding, architecture: Architecture, help_: Help | None, source: str) -> None:
        """Shows `finding`, which is of `architecture`."""
        same = self.finding is not None and self.finding.id == finding.id
        self.finding = finding
        self.title.setText(translated(finding.name))
        facts = [finding.rule, where_of(architecture, finding), value_label(finding.severity)]
        self.where.setText(" · ".join([*facts, value_label(finding.grade)]))
        self.message.setText(translated(finding.message))
        _fill(self.arithmetic, finding.arithmetic)
        assumed = "; ".join(translated(text) for text in finding.assumed)
        self.assumed.setText(self.tr("Assumed: {values}").format(values=assumed))
        self.assumed.setVisible(bool(assumed))
        self.cause.setVisible(finding.cause is not None)
        self.cause.setText(self.tr("Follows from {finding}.").format(finding=finding.cause or ""))
        self._show_waiver(finding)
        self._show_fixes(finding)
        self._help = self._help_text(help_, source) if help_ is not None else ""
        self.help.setText(self._help)
        self.explain.setVisible(bool(self._help))
        if not same:
            self.verticalScrollBar().setValue(0)

    def show_preview(self, preview: Preview | None, problem: str = "") -> None:
        """What the fix on the button would do; None while that is worked out, or `problem`."""
        if preview is None:
            self.preview.setText(problem)
            self.preview.setVisible(bool(problem))
            return
        gone, came = preview.gone, preview.came
        told = [self.tr("This fix removes {findings}.").format(findings=self._listed(gone))] if gone else []
        told += [self.tr("It brings {findings}.").format(findings=self._listed(came))] if came else []
        if not came:
            told.append(self.tr("It brings no new finding."))
        self.preview.setText(" ".join(told))
        self.preview.show()

    def _listed(self, findings: tuple[Finding, ...]) -> str:
        names = [f"{finding.rule} {translated(finding.name)}" for finding in findings]
        if len(names) > MOST_LISTED:
            rest = self.tr("{count} more").format(count=len(names) - MOST_LISTED)
            names = [*names[:MOST_LISTED], rest]
        return ", ".join(names)

    def _show_waiver(self, finding: Finding) -> None:
        waiver = finding.waived
        self.accepted.setVisible(waiver is not None)
        self.accept.setVisible(waiver is None)
        self.withdraw.setVisible(waiver is not None)
        if waiver is not None:
            told = self.tr("Accepted by {owner} until {until}: {reason}")
            unsaid = self.tr("not said")
            self.accepted.setText(
                told.format(owner=waiver.owner or unsaid, until=waiver.until or unsaid, reason=waiver.reason or unsaid)
            )

    def _show_fixes(self, finding: Finding) -> None:
        fixes = finding.fixes
        self._fix = fixes[0] if fixes else None
        self.fix_button.setVisible(self._fix is not None)
        self.preview.hide()
        self._more_menu.clear()
        self.more.setVisible(len(fixes) > 1)
        for fix in fixes[1:]:
            chosen = self._more_menu.addAction(translated(fix.title))
            chosen.triggered.connect(lambda _checked=False, fix=fix: self._choose(fix))
        if self._fix is not None:
            self._name_button(self._fix)
            self.preview_wanted.emit(finding, self._fix)

    def _name_button(self, fix: Fix) -> None:
        title = translated(fix.title)
        short = title if len(title) <= 48 else f"{title[:47]}…"
        self.fix_button.setText(self.tr("Fix: {title}").format(title=short[:1].lower() + short[1:]))
        advice = self.tr("This is advice: it takes work of a team for granted.")
        self.fix_button.setToolTip(f"{title}\n{advice}" if fix.applicability == "advice" else title)

    def _choose(self, fix: Fix) -> None:
        self._fix = fix
        self._name_button(fix)
        self.preview.hide()
        self.preview_wanted.emit(self.finding, fix)

    def _apply(self) -> None:
        if self.finding is not None and self._fix is not None:
            self.fix_wanted.emit(self.finding, self._fix)

    def _explain(self, on: bool) -> None:
        self.help.setVisible(on)
        if on:
            self.explain_wanted.emit(self.finding)

    def _help_text(self, help_: Help, source: str) -> str:
        parts = (
            (self.tr("What"), help_.what),
            (self.tr("Why"), help_.why),
            (self.tr("Example"), help_.example),
            (self.tr("What to do"), help_.fix),
        )
        told = [f"{title}\n{translated(text)}" for title, text in parts]
        return "\n\n".join([*told, self.tr("Source: {source}").format(source=source)])


def _fill(target: QLabel, text: Text | None) -> None:
    target.setVisible(text is not None)
    if text is not None:
        target.setText(translated(text))
