"""Which style suits the selected link: the advisor's questions, its ranking with reasons, a button to change over.

Folded until asked for; only then is anything worked out, on another thread. Answers are saved in the link's `needs`.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.background import Jobs
from app.document import Document
from app.panels.editors import Inherited, editor_for
from app.panels.fields import Field, FieldForm
from app.panels.finding_detail import label
from app.panels.form import Row, Section
from app.resources import icon
from app.theme import Theme
from app.translation import translate, translated
from models.analysis.advisor import (
    FORMS,
    QUESTIONS,
    UNKNOWN,
    Advice,
    Answer,
    FormId,
    Question,
    RankedStyle,
    Value,
    adopt,
    advise,
    listed,
    value_of,
)
from models.architecture import Architecture, edits
from models.architecture.text import Text

FIGURES: dict[str, FieldForm] = {
    "ms": "duration",
    "bytes": "bytes",
    "per_s": "rate",
    "share": "share",
    "count": "count",
}


def field_of(question: Question) -> Field:
    """How a question is answered in a form; "unknown" is an answer too."""
    if question.kind == "number":
        highest = 1.0 if question.unit == "share" else None
        return Field(question.id, FIGURES[question.unit], words=(UNKNOWN,), lowest=0.0, highest=highest)
    choices = ("yes", "no") if question.kind == "yes_no" else question.choices
    return Field(question.id, "choice", choices=(*choices, UNKNOWN))


def written(value: Value | None) -> Value | None:
    """An answer as the form's field has it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def headline(text: Text) -> str:
    """A name that begins a line."""
    told = translated(text)
    return told[:1].upper() + told[1:]


def signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


class StyleBlock(QWidget):
    """One style of the ranking: its score, and when open the reasons, what carries it, and the button to use it."""

    wanted = Signal(str)

    def __init__(self, form: FormId, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self._theme = theme
        self._style: RankedStyle | None = None
        self._lines: list[tuple[QLabel, QLabel]] = []
        self.head = QPushButton()
        self.head.setProperty("role", "fold")
        self.head.setCheckable(True)
        self.head.setIconSize(QSize(12, 12))
        self.score = QLabel()
        self.score.setProperty("role", "strong")
        self.score.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(self.head)
        inside.setContentsMargins(0, 0, 6, 0)
        inside.addStretch(1)
        inside.addWidget(self.score)
        self.body = QWidget()
        self.marks = label("secondary")
        self.nothing = label("reason")
        self.nothing.setText(self.tr("Nothing is known for or against it."))
        self._grounds = QWidget()
        self._rows = QGridLayout(self._grounds)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(6)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnStretch(1, 1)
        self.carried = label("secondary")
        self.use = QPushButton(self.tr("Use this style"))
        self.use.clicked.connect(lambda: self.wanted.emit(self.form))
        column = QVBoxLayout(self.body)
        column.setContentsMargins(20, 0, 0, 8)
        column.setSpacing(6)
        column.addWidget(self.nothing)
        column.addWidget(self._grounds)
        column.addWidget(self.carried)
        column.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        self.marks.setContentsMargins(20, 0, 0, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self.marks)
        whole.addWidget(self.body)
        self.head.toggled.connect(self._fold)
        self._fold(False)

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self._fold(self.head.isChecked())

    def show_style(self, style: RankedStyle, *, open_: bool | None) -> None:
        """Shows the style; `open_` None leaves it folded or open as it is."""
        name = headline(style.form.name)
        self.head.setText(name)
        self.score.setText(signed(style.score))
        marks = [self.tr("suits best")] if style.best else []
        marks += [self.tr("as it is now")] if style.current else []
        marks += [] if style.allowed else [self.tr("not between these ends")]
        self.marks.setText(" · ".join(marks))
        self.marks.setVisible(bool(marks))
        self.head.setAccessibleName(", ".join([f"{name} {signed(style.score)}", *marks]))
        self._style = style
        self.use.setVisible(style.allowed and not style.current)
        self.use.setAccessibleName(self.tr("Use this style: {style}").format(style=translated(style.form.name)))
        if open_ is not None:
            self.head.setChecked(open_)
        self._tell()

    def reasons(self) -> list[str]:
        """What stands in the lines, sign and all."""
        if not self.nothing.isHidden():
            return [self.nothing.text()]
        return [f"{sign.text()} {told.text()}".strip() for sign, told in self._lines if not told.isHidden()]

    def _tell(self) -> None:
        """Fills what is seen when the block is open, once that is so."""
        style = self._style
        if style is None or not self.head.isChecked():
            return
        told = [(signed(one.weight), f"{translated(one.text)} ({one.section})") for one in style.grounds]
        self._grounds.setVisible(bool(told))
        self.nothing.setVisible(not told)
        while len(self._lines) < len(told):
            line = label("strong", wrap=False), label("reason")
            line[0].setFixedWidth(20)
            self._rows.addWidget(line[0], len(self._lines), 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(line[1], len(self._lines), 1)
            self._lines.append(line)
        for i, line in enumerate(self._lines):
            for widget, text in zip(line, told[i] if i < len(told) else ("", ""), strict=True):
                widget.setText(text)
                widget.setVisible(i < len(told))
        self.carried.setText(self._carriers(style))
        self.carried.setVisible(bool(self.carried.text()))

    def _carriers(self, style: RankedStyle) -> str:
        told = []
        for text, carriers in (
            (self.tr("Carried by {technologies} (S2)."), style.technologies),
            (self.tr("Not by {technologies}."), style.left_out),
        ):
            named = listed(carriers, translated)
            told += [text.format(technologies=named)] if named else []
        return " ".join(told)

    def _fold(self, open_: bool) -> None:
        self._tell()
        self.body.setVisible(open_)
        self.head.setIcon(icon("chevron-down" if open_ else "chevron-right", self._theme.colours["secondary"]))


class AdvisorSection(QWidget):
    """Follows one link of the document. `opened` tells that what `open` asked for is there to be seen."""

    opened = Signal()

    def __init__(self, document: Document, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._jobs, self._theme = document, jobs, theme
        self._link: str | None = None
        self._asked: tuple[str, Architecture] | None = None
        self._working = False
        self._opening = False
        self._shown: str | None = None
        self.advice: Advice | None = None
        self.rows: dict[str, Row] = {}
        self.section = Section(self.tr("Which style?"), folded=True)
        self.verdict = label("body")
        self.notes = label("secondary")
        self.blocks: dict[FormId, StyleBlock] = {}
        self._more = Section(self.tr("More questions"), folded=True)
        self._ranking = QVBoxLayout()
        self._content = QWidget()
        self.section.rows.addWidget(self._content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)
        self._content.hide()
        self.section.head.toggled.connect(lambda _open: self._ask())
        self.hide()

    def _build(self) -> None:
        """Makes the questions and the blocks, which nobody needs before the first unfolding."""
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self.verdict)
        inside.addWidget(self.notes)
        self.blocks = {form: StyleBlock(form, self._theme) for form in FORMS}
        self._ranking.setSpacing(0)
        self._ranking.setContentsMargins(0, 4, 0, 4)
        for block in self.blocks.values():
            block.wanted.connect(self._adopt)
            self._ranking.addWidget(block)
        questions = label("secondary")
        questions.setText(self.tr("Answer what you know; the rest stays out of it."))
        first = QVBoxLayout()
        first.setSpacing(0)
        for question in QUESTIONS.values():
            self._add_question(question, first if question.core else self._more.rows)
        inside.addLayout(self._ranking)
        inside.addWidget(questions)
        inside.addLayout(first)
        inside.addWidget(self._more)

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        for block in self.blocks.values():
            block.wear(theme)

    def show_link(self, link_id: str | None) -> None:
        """Follows this link, or none."""
        self._link = link_id
        self.setVisible(link_id is not None)
        self._content.setVisible(link_id is not None and link_id == self._shown)
        self._ask()

    def open(self) -> None:
        """Unfolds and takes the keyboard."""
        self._opening = True
        self.section.head.setChecked(True)
        self.section.head.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.advice is not None and self._link == self._shown:
            self._tell_opened()

    def _tell_opened(self) -> None:
        if self._opening:
            self._opening = False
            QTimer.singleShot(0, self, self.opened.emit)

    def _ask(self) -> None:
        """Has the advice worked out, when it is wanted and not known yet."""
        link_id, architecture = self._link, self._document.architecture
        if link_id is None or not self.section.head.isChecked() or link_id not in architecture.link_by_id:
            return
        if self._working or self._asks(link_id, architecture):
            return
        self._asked = (link_id, architecture)
        self._working = True

        def take(advice: Advice) -> None:
            self._working = False
            if self._link == link_id and self._document.architecture is architecture:
                self._show(advice)
            else:
                self._ask()

        def broken(error: Exception) -> None:
            self._working = False
            raise error

        self._jobs.start(lambda: advise(architecture, link_id), take, broken)

    def _asks(self, link_id: str, architecture: Architecture) -> bool:
        """Whether this was asked last."""
        return self._asked is not None and self._asked[0] == link_id and self._asked[1] is architecture

    def _show(self, advice: Advice) -> None:
        if not self.blocks:
            self._build()
        fresh = advice.link != self._shown
        self.advice, self._shown = advice, advice.link
        self.verdict.setText(translated(advice.verdict))
        self.notes.setText(" ".join(translated(note) for note in advice.notes))
        self.notes.setVisible(bool(advice.notes))
        for place, style in enumerate(advice.styles):
            block = self.blocks[style.form.id]
            if self._ranking.indexOf(block) != place:
                self._ranking.insertWidget(place, block)
            block.show_style(style, open_=style.best or style.current if fresh else None)
        self._order_for_the_keyboard()
        for answer in advice.answers:
            self._show_answer(answer, fresh=fresh)
        self._content.setVisible(self._link == advice.link)
        self._tell_opened()

    def _order_for_the_keyboard(self) -> None:
        """Tab goes from top to bottom, whatever was made first."""
        assert self.advice is not None
        blocks = [self.blocks[style.form.id] for style in self.advice.styles]
        chain: list[QWidget] = [self.section.head, *(part for block in blocks for part in (block.head, block.use))]
        targets = [(question.core, self.rows[question.id].editor.focus_target()) for question in QUESTIONS.values()]
        chain += [target for core, target in targets if core]
        chain += [self._more.head, *(target for core, target in targets if not core)]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _add_question(self, question: Question, rows: QVBoxLayout) -> None:
        field = field_of(question)
        row = Row(field, editor_for(field))
        row.label.setText(translate("advisor", question.label))
        row.editor.committed.connect(lambda value: self._save(question, value))
        rows.addWidget(row)
        self.rows[question.id] = row

    def _show_answer(self, answer: Answer, *, fresh: bool) -> None:
        row = self.rows[answer.question.id]
        saved = answer.origin == "saved"
        value: Value | None = None
        if saved:
            value = UNKNOWN if answer.value is None else written(answer.value)
        said = Inherited(written(answer.value), self.tr("the model says {value}")) if answer.origin == "model" else None
        row.editor.show_value(value, said, fresh=fresh)
        asked = f"{translated(answer.text)} ({answer.question.section})"
        told = [asked, translated(answer.why)]
        if answer.basis is not None:
            told.append(self.tr("In the model: {basis}.").format(basis=translated(answer.basis)))
        row.label.setToolTip("\n".join(told))
        row.editor.focus_target().setToolTip("\n".join(told))
        row.editor.focus_target().setAccessibleName(asked)

    def _save(self, question: Question, value: Value | None) -> None:
        link_id = self._link
        if link_id is None:
            return
        needs = dict(self._document.architecture.link_by_id[link_id].needs)
        if value is None:
            needs.pop(question.id, None)
        else:
            needs[question.id] = value_of(question, value)
        title = self.tr('Answer "{question}" for {link}').format(
            question=translate("advisor", question.label), link=self._document.architecture.label(link_id)
        )
        self._document.apply(lambda a: edits.set_attributes(a, [link_id], {"needs": needs}), title)

    def _adopt(self, form: FormId) -> None:
        link_id = self._link
        if link_id is None:
            return
        title = self.tr("Change {link} to {style}").format(
            link=self._document.architecture.label(link_id), style=translated(FORMS[form].name)
        )
        if self._document.apply(lambda a: adopt(a, link_id, form), title):
            self.blocks[form].head.setFocus(Qt.FocusReason.OtherFocusReason)
