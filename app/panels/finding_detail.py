"""One finding told in full, and what to do about it: one filled button, what it would change beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.panels.editors import mark
from app.panels.findings_model import where_of
from app.panels.flow import Flow
from app.panels.wording import value_label
from app.translation import translated
from models.architecture import Architecture
from models.architecture.text import Text

if TYPE_CHECKING:
    from app.background.preview import Preview
    from models.analysis import Finding, Fix, Help

MOST_LISTED = 6
LONGEST_TITLE = 48


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
    """Shows a finding. `fix_wanted` carries (finding, fix); `preview_wanted` the same, when it comes into view;
    `demonstrate_wanted` the finding, or None when its demonstration is to stop."""

    fix_wanted = Signal(object, object)
    preview_wanted = Signal(object, object)
    explain_wanted = Signal(object)
    accept_wanted = Signal(object)
    withdraw_wanted = Signal(object)
    demonstrate_wanted = Signal(object)
    undo_wanted = Signal()

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
        self.demonstrate = QPushButton()
        self.demonstrate.clicked.connect(self._demonstrate)
        self._demonstrating = False
        buttons = QWidget()
        flow = Flow(buttons, spacing=8)
        for button in (
            self.fix_button,
            self.more,
            self.demonstrate,
            self.accept,
            self.withdraw,
            self.explain,
        ):
            flow.addWidget(button)
        self.fix_title = label("secondary")
        self.preview = label("preview")
        self.evidence = label("body")
        self.help = label("body", plain=False)
        self.help.setTextFormat(Qt.TextFormat.RichText)
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
            self.fix_title,
            self.preview,
            self.evidence,
            self.help,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.done = label("title")
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.clicked.connect(self.undo_wanted)
        after = QWidget()
        told = QVBoxLayout(after)
        told.setContentsMargins(20, 12, 20, 12)
        told.setSpacing(8)
        told.addWidget(self.done)
        told.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignLeft)
        told.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(page)
        self._pages.addWidget(after)
        self.setWidget(self._pages)

    def show_finding(self, finding: Finding, architecture: Architecture, help_: Help | None, source: str) -> None:
        """Shows `finding`, which is of `architecture`."""
        same = self.finding is not None and self.finding.id == finding.id
        if self.finding is not finding:
            self.end_demonstration("")
        self._pages.setCurrentIndex(0)
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
        self.demonstrate.setVisible(finding.demonstration)
        self._help = self._help_text(help_, source) if help_ is not None else ""
        self.help.setText(self._help)
        self.explain.setVisible(bool(self._help))
        if not same:
            self.verticalScrollBar().setValue(0)

    def show_done(self, title: str) -> None:
        """Says what was done, in place of the finding; the second press of a double click does nothing here."""
        self.done.setText(self.tr("Done: {what}").format(what=title[:1].lower() + title[1:]))
        self.undo.setEnabled(False)
        self.undo.show()
        self._pages.setCurrentIndex(1)
        QTimer.singleShot(QApplication.doubleClickInterval(), self.undo, lambda: self.undo.setEnabled(True))

    def show_preview(self, preview: Preview | None, problem: str = "") -> None:
        """What the fix on the button would do; None while that is worked out, or `problem`."""
        if preview is None:
            self.preview.setText(problem)
            self.preview.setVisible(bool(problem))
            return
        gone, came, accepted = (_counted(group) for group in (preview.gone, preview.came, preview.accepted_gone))
        told = [self.tr("This fix removes {findings}.").format(findings=self._listed(gone))] if gone else []
        if accepted:
            told.append(self.tr("It removes what was accepted: {findings}.").format(findings=self._listed(accepted)))
        if not gone and not accepted:
            told.append(self.tr("This fix removes no finding."))
        if came:
            told.append(self.tr("It brings new findings: {findings}.").format(findings=self._listed(came)))
        else:
            told.append(self.tr("It brings no new finding."))
        other = _counted_words(
            f"{before.rule} {value_label(before.severity)} → {value_label(after.severity)}"
            for before, after in preview.other_severity
        )
        if other:
            told.append(self.tr("Other severity: {findings}.").format(findings=self._listed(other)))
        self.preview.setText(" ".join(told))
        self.preview.show()
        mark(self.fix_button, "role", "" if came else "primary")

    def show_demonstrating(self, share: float) -> None:
        """Says how much of the demonstration has been run, 0 to 1."""
        if self._demonstrating:
            self.evidence.setText(self.tr("Demonstrating on this model: {share}").format(share=f"{share:.0%}"))
            self.evidence.show()

    def end_demonstration(self, told: str) -> None:
        """Shows what came of it; with nothing to tell, a demonstration that is on is stopped."""
        if self._demonstrating and not told:
            self._demonstrating = False
            self.demonstrate_wanted.emit(None)
        self._demonstrating = False
        self.demonstrate.setText(self.tr("Demonstrate"))
        self.evidence.setText(told)
        self.evidence.setVisible(bool(told))
        if told:
            QTimer.singleShot(0, self._show_evidence)

    def _show_evidence(self) -> None:
        """Brings the first lines of what was shown into view."""
        self.ensureVisible(0, self.evidence.mapTo(self._pages, QPoint(0, 120)).y(), 0, 0)

    def _demonstrate(self) -> None:
        if self._demonstrating or self.finding is None:
            self.end_demonstration("")
            return
        self._demonstrating = True
        self.demonstrate.setText(self.tr("Stop"))
        self.show_demonstrating(0.0)
        self.demonstrate_wanted.emit(self.finding)

    def _listed(self, names: list[str]) -> str:
        if len(names) > MOST_LISTED:
            rest = self.tr("{count} more").format(count=len(names) - MOST_LISTED)
            names = [*names[:MOST_LISTED], rest]
        return ", ".join(names)

    def _show_waiver(self, finding: Finding) -> None:
        waiver = finding.waived
        self.accepted.setVisible(waiver is not None)
        lacks = waiver is not None and not (waiver.reason and waiver.owner)
        self.accept.setText(self.tr("Say why and who…") if lacks else self.tr("Accept risk…"))
        self.accept.setVisible(waiver is None or lacks)
        self.withdraw.setVisible(waiver is not None)
        if waiver is not None:
            parts = [
                waiver.reason or self.tr("no reason given"),
                waiver.owner or self.tr("no owner named"),
                self.tr("until {date}").format(date=waiver.until) if waiver.until else self.tr("without end"),
            ]
            self.accepted.setText(self.tr("Accepted: {reason}").format(reason=", ".join(parts)))

    def _show_fixes(self, finding: Finding) -> None:
        fixes = finding.fixes
        self._fix = fixes[0] if fixes else None
        self.fix_button.setVisible(self._fix is not None)
        self.fix_title.hide()
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
        elided = len(title) > LONGEST_TITLE
        short = f"{title[: LONGEST_TITLE - 1]}…" if elided else title
        self.fix_button.setText(self.tr("Fix: {title}").format(title=short[:1].lower() + short[1:]))
        self.fix_button.setAccessibleName(self.tr("Fix: {title}").format(title=title))
        mark(self.fix_button, "role", "")
        told = [f"{title}."] if elided else []
        if fix.applicability == "advice":
            told.append(self.tr("This is advice: it takes work of a team for granted."))
        self.fix_title.setText(" ".join(told))
        self.fix_title.setVisible(bool(told))

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
        told = [f"<b>{escape(title)}</b><br>{escape(translated(text))}" for title, text in parts]
        told.append(escape(self.tr("Source: {source}").format(source=source)))
        return "".join(f"<p>{paragraph}</p>" for paragraph in told)


def _counted(findings: Iterable[Finding]) -> list[str]:
    """ "R01 No timeout × 16", each rule once."""
    return _counted_words(f"{finding.rule} {translated(finding.name)}" for finding in findings)


def _counted_words(words: Iterable[str]) -> list[str]:
    return [word if times == 1 else f"{word} × {times}" for word, times in Counter(words).items()]


def _fill(target: QLabel, text: Text | None) -> None:
    target.setVisible(text is not None)
    if text is not None:
        target.setText(translated(text))
