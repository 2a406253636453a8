"""One widget per form of attribute: a line with units, a choice, a long text, a set of references.

An editor shows a value, an unsaid one with what is assumed, or that several differ; what a person enters is checked
and told by `committed`; what cannot be read is told by `broken` and never committed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.panels.fields import Field, example, read, write
from app.panels.inputs import FieldLine, QuietComboBox
from app.panels.units import UnitError
from app.panels.wording import shown, value_label
from app.translation import translated
from models.architecture.base import Frozen

INDENT = "\u2002\u2005"
"""Stands before the text of a button that looks like a field, as Qt gives it no padding."""
Options = tuple[tuple[str, str], ...]
"""(value, label) pairs."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """What is said elsewhere, by the part's profile or in other `words`, in place of an assumed value."""

    value: Any
    words: str | None = None
    """A translated sentence with {value}."""


PLAIN = (None, "", "false")
"""Values of a property that the stylesheet says nothing about."""
LINES = 4
"""Lines of a long text that are seen at once."""
MOST_LISTED = 50
"""A list of more parts than this is filled when someone turns to it: that takes milliseconds."""


def mark(widget: QWidget, name: str, value: str) -> None:
    """Sets a property that the stylesheet looks at; has the widget drawn anew if that can make it look different."""
    before = widget.property(name)
    if before != value:
        widget.setProperty(name, value)
        if before not in PLAIN or value not in PLAIN:
            widget.style().unpolish(widget)
            widget.style().polish(widget)


class Editor(QWidget):
    """Shows and takes one attribute."""

    committed = Signal(object)
    broken = Signal(str)
    """One sentence on what cannot be read; empty when all is well again."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._value: Any = None
        self._mixed = False

    def show_value(self, value: Any, assumed: Any = None, *, mixed: bool = False, fresh: bool = True) -> None:
        """Shows `value`; None is shown as not said, beside the `assumed` value if there is one.

        Unless the part is a `fresh` one, a text that is being written stays as it is while the value does not change.
        """
        if not fresh and value == self._value and mixed == self._mixed and self._being_written():
            return
        self._value, self._mixed = value, mixed
        self._render(value, assumed, mixed)
        self.broken.emit("")

    def set_options(self, options: Options) -> None:
        """What a reference may name."""

    def focus_target(self) -> QWidget:
        """The widget that takes the keyboard."""
        raise NotImplementedError

    def _being_written(self) -> bool:
        return False

    def _render(self, value: Any, assumed: Any, mixed: bool) -> None:
        raise NotImplementedError

    def _unsaid(self, assumed: Any, mixed: bool) -> str:
        if mixed:
            return self.tr("several values")
        if assumed is None:
            return self.tr("not said")
        if isinstance(assumed, Inherited):
            if isinstance(assumed.value, Frozen) and self.field.form == "part":
                return self.tr("as the profile says")
            if assumed.words is not None:
                return assumed.words.format(value=shown(self.field, assumed.value))
            return self.tr("not said · profile {value}").format(value=shown(self.field, assumed.value))
        return self.tr("not said · assumed {value}").format(value=shown(self.field, assumed))

    def _commit(self, value: Any) -> None:
        if self._mixed or value != self._value or type(value) is not type(self._value):
            self._value, self._mixed = value, False
            self.committed.emit(value)


class LineEditor(Editor):
    """A line of text, read with units."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line = FieldLine()
        self.line.setMaxLength(1_000)
        self.line.setProperty("unsaid", "true")
        self._layout.addWidget(self.line)
        self._shown = ""
        self.line.editingFinished.connect(self._finish)
        self.line.textEdited.connect(self._check)
        self.line.installEventFilter(self)
        self.setFocusProxy(self.line)

    def focus_target(self) -> QWidget:
        return self.line

    def _render(self, value: Any, assumed: Any, mixed: bool) -> None:
        said = value is not None and value != () and value != {} and not mixed
        self._shown = write(self.field, value) if said else ""
        if self.line.text() != self._shown:
            self.line.setText(self._shown)
            self.line.setCursorPosition(0)
        told = self._unsaid(assumed, mixed)
        self.line.show_unsaid(told)
        mark(self.line, "unsaid", "false" if said else "true")
        mark(self.line, "broken", "false")
        hint = example(self.field)
        words = ", ".join(value_label(word) for word in self.field.words)
        such_as = self.tr("For example {example}").format(example=hint) if hint else ""
        held = self._shown if said else told
        self.line.setToolTip("\n".join(text for text in (held, such_as, words) if text))

    def _being_written(self) -> bool:
        return self.line.text() != self._shown

    def _check(self, text: str) -> None:
        mark(self.line, "unsaid", "true" if not text else "false")
        try:
            read(self.field, text)
        except UnitError as error:
            self._tell(self._problem(error))
        else:
            self._tell("")

    def _tell(self, sentence: str) -> None:
        mark(self.line, "broken", "true" if sentence else "false")
        self.broken.emit(sentence)

    def _problem(self, error: UnitError) -> str:
        """What to write instead, with the words that this field also takes."""
        told = translated(error.told)
        words = ", ".join(value_label(word) for word in self.field.words)
        return self.tr("{problem} This also works: {words}.").format(problem=told, words=words) if words else told

    def _finish(self) -> None:
        text = self.line.text()
        if text == self._shown and not (self._mixed and text):
            return
        try:
            value = read(self.field, text)
        except UnitError as error:
            self._tell(self._problem(error))
            return
        self._shown = text
        self._tell("")
        self._commit(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            key = cast(QKeyEvent, event)
            if key.key() == Qt.Key.Key_Escape and self.line.text() != self._shown:
                self.line.setText(self._shown)
                self._tell("")
                return True
        return super().eventFilter(watched, event)


class ChoiceEditor(Editor):
    """One of a few values, or not said. Also for yes and no, and for a reference to one part."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.combo = QuietComboBox()
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        self._layout.addWidget(self.combo)
        self.combo.setProperty("unsaid", "true")
        self.combo.turned_to.connect(self._list_all)
        self._options: list[tuple[Any, str]] = []
        self._listed: list[Any] = []
        choices: Iterable[Any] = (True, False) if field.form == "flag" else field.choices
        self._fill((choice, shown(field, choice)) for choice in choices)
        self.combo.activated.connect(self._picked)
        self.setFocusProxy(self.combo)

    def focus_target(self) -> QWidget:
        return self.combo

    def set_options(self, options: Options) -> None:
        words = [(word, value_label(word)) for word in self.field.words]
        if [*words, *options] != self._options:
            self._fill([*words, *options])

    def _fill(self, options: Iterable[tuple[Any, str]]) -> None:
        self._options = list(options)
        few = len(self._options) <= MOST_LISTED or self.combo.hasFocus()
        self._list(self._options if few else [])

    def _list(self, options: list[tuple[Any, str]]) -> None:
        self._listed = [option for option, _label in options]
        self.combo.clear()
        self.combo.addItems([self.tr("not said"), *(label for _option, label in options)])

    def _list_all(self) -> None:
        """Lists what was left out, as someone is about to choose."""
        if len(self._listed) == len(self._options):
            return
        unsaid, place = self.combo.itemText(0), self.combo.currentIndex()
        value = self._listed[place - 1] if place > 0 else None
        self._list(self._options)
        self.combo.setItemText(0, unsaid)
        self.combo.setCurrentIndex(self._listed.index(value) + 1 if place > 0 else 0)

    def _render(self, value: Any, assumed: Any, mixed: bool) -> None:
        said = value is not None and not mixed and any(value == option for option, _label in self._options)
        if said and value not in self._listed:
            self._list([option for option in self._options if option[0] == value])
        self.combo.setItemText(0, self._unsaid(assumed, mixed))
        self.combo.setCurrentIndex(self._listed.index(value) + 1 if said else 0)
        mark(self.combo, "unsaid", "false" if said else "true")
        self.combo.setToolTip(self.combo.currentText())

    def _picked(self, index: int) -> None:
        mark(self.combo, "unsaid", "true" if index == 0 else "false")
        self._commit(None if index == 0 else self._listed[index - 1])


class LongTextEditor(Editor):
    """Several lines of text, committed when the keyboard goes elsewhere."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.text = QPlainTextEdit()
        self.text.setProperty("unsaid", "true")
        self.text.setTabChangesFocus(True)
        self._fit_lines()
        self._layout.addWidget(self.text)
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self._look)
        self.setFocusProxy(self.text)

    def focus_target(self) -> QWidget:
        return self.text

    def _render(self, value: Any, assumed: Any, mixed: bool) -> None:
        text = "" if value is None or mixed else str(value)
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
        self.text.setPlaceholderText(self._unsaid(assumed, mixed))

    def _look(self) -> None:
        mark(self.text, "unsaid", "false" if self.text.toPlainText() else "true")

    def _fit_lines(self) -> None:
        """As high as whole lines are, whatever the font."""
        around = self.text.contentsMargins()
        margin = 2 * round(self.text.document().documentMargin()) + around.top() + around.bottom()
        self.text.setFixedHeight(LINES * self.text.fontMetrics().lineSpacing() + margin)

    def _being_written(self) -> bool:
        return self.text.hasFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.text and event.type() == QEvent.Type.FontChange:
            self._fit_lines()
        if watched is self.text and event.type() == QEvent.Type.FocusOut:
            text = self.text.toPlainText()
            elsewhere = cast(QFocusEvent, event).reason() != Qt.FocusReason.PopupFocusReason
            if elsewhere and (text or not self._mixed):
                self._commit(text or None)
        return super().eventFilter(watched, event)


class ReferencesEditor(Editor):
    """Any number of other parts, ticked in a menu."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.button = QPushButton()
        self.button.setProperty("role", "field")
        self.button.setProperty("unsaid", "true")
        self._menu = QMenu(self.button)
        self._menu.aboutToShow.connect(self._build)
        self.button.setMenu(self._menu)
        self._layout.addWidget(self.button)
        self._options: Options = ()
        self.setFocusProxy(self.button)

    def focus_target(self) -> QWidget:
        return self.button

    def set_options(self, options: Options) -> None:
        self._options = options

    def _render(self, value: Any, assumed: Any, mixed: bool) -> None:
        labels = dict(self._options)
        names = [labels.get(part_id, part_id) for part_id in value or ()]
        said = bool(names) and not mixed
        self.button.setText(INDENT + (", ".join(names) if said else self._unsaid(assumed, mixed)))
        mark(self.button, "unsaid", "false" if said else "true")

    def _build(self) -> None:
        self._menu.clear()
        chosen = set(self._value or ())
        for part_id, label in self._options:
            action = self._menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(part_id in chosen)
            action.triggered.connect(lambda on, part_id=part_id: self._toggle(part_id, on))
        if not self._options:
            self._menu.addAction(self.tr("There is none in this model yet")).setEnabled(False)

    def _toggle(self, part_id: str, on: bool) -> None:
        kept = [known for known in self._value or () if known != part_id]
        self._commit((*kept, part_id) if on else tuple(kept))


def editor_for(field: Field, parent: QWidget | None = None) -> Editor:
    """The widget for a field that is not made of parts."""
    if field.form in ("choice", "flag", "reference"):
        return ChoiceEditor(field, parent)
    if field.form == "references":
        return ReferencesEditor(field, parent)
    if field.long:
        return LongTextEditor(field, parent)
    return LineEditor(field, parent)
