"""A form made from a model type: rows in titled groups, parts within parts, what is not said shown as such.

A form shows values and tells what a person entered by `changed`; it holds no model and changes none.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.editors import ChoiceEditor, Editor, Options, editor_for, mark
from app.panels.fields import Field, fields_of
from app.panels.labels import GROUPS, LABELS, MORE, WIRE
from app.panels.wording import field_hint, field_label, group_label, value_label
from models.architecture import Provenance, replace
from models.architecture.base import Frozen

Path = tuple[str, ...]
LABEL_WIDTH = 108
LONGEST_LINE = 17
"""Letters of a label that surely fit in a line; a longer one may take two."""
SAID = "…"
"""The choice that opens a part's own fields."""


def with_value(part: Frozen, path: Path, value: Any) -> Any:
    """The new value of `part`'s attribute `path[0]` when the attribute at `path` becomes `value`.

    A part within that says nothing any more is not said itself.
    """
    name, *rest = path
    if not rest:
        return value
    field = next(field for field in fields_of(type(part)) if field.name == name)
    assert field.part is not None
    inner = getattr(part, name)
    base = inner if isinstance(inner, Frozen) else start_of(field.part)
    changed = replace(base, **{rest[0]: with_value(base, tuple(rest), value)})
    return changed if changed.said() or field.words else None


def start_of(part: type[Frozen]) -> Frozen:
    """The part that says as little as it may."""
    required = {name: number + 1 for number, name in enumerate(_required(part))}
    return part.model_validate(required)


def _required(part: type[Frozen]) -> list[str]:
    return [name for name, info in part.model_fields.items() if info.is_required()]


class Row(QWidget):
    """A label, an editor, and below them what is wrong or was guessed."""

    confirmed = Signal()

    def __init__(self, field: Field, editor: Editor, indent: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field, self.editor = field, editor
        name = field_label(field.name)
        self.label = QLabel(name)
        self.label.setProperty("role", "field")
        self.label.setFixedWidth(LABEL_WIDTH - indent)
        self.label.setWordWrap(len(name) > LONGEST_LINE)
        self.label.setToolTip(field_hint(field.name) or name)
        self.label.setBuddy(editor.focus_target())
        editor.focus_target().setAccessibleName(name)
        self._below: QLabel | None = None
        self._guess: QWidget | None = None
        line = QHBoxLayout()
        line.setContentsMargins(indent, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.label, 0, Qt.AlignmentFlag.AlignTop if field.long else Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(editor, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(4)
        self._column.addLayout(line)
        editor.broken.connect(self.show_problem)

    @property
    def problem(self) -> str:
        """What is wrong with what was entered; empty when all is well."""
        return self._below.text() if self._below is not None else ""

    @property
    def origin(self) -> str:
        """Where the value comes from, when no person said it."""
        return self._guessed.text() if self._guess is not None and not self._guess.isHidden() else ""

    def show_problem(self, sentence: str) -> None:
        """One sentence below the field; empty takes it away."""
        if self._below is None:
            if not sentence:
                return
            self._below = self._made_below()
        self._below.setText(sentence)
        self._below.setVisible(bool(sentence))
        mark(self.label, "broken", "true" if sentence else "false")

    def _made_below(self) -> QLabel:
        below = QLabel()
        below.setProperty("role", "error")
        below.setWordWrap(True)
        below.setContentsMargins(LABEL_WIDTH + 8, 0, 0, 0)
        self._column.insertWidget(1, below)
        return below

    def show_provenance(self, provenance: Provenance | None) -> None:
        """Where the value comes from, when no person said it."""
        if provenance is None:
            if self._guess is not None:
                self._guess.hide()
            return
        if self._guess is None:
            self._guess = self._made_guess()
        value = value_label(provenance.from_)
        self._guessed.setText(f"{value} · {provenance.note}" if provenance.note else value)
        self._guess.show()

    def _made_guess(self) -> QWidget:
        guess = QWidget()
        self._guessed = QLabel()
        line = QHBoxLayout(guess)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self._guessed.setProperty("role", "guess")
        self._guessed.setWordWrap(True)
        confirm = QPushButton(self.tr("Confirm"))
        confirm.setProperty("role", "link")
        confirm.setToolTip(self.tr("Say that this value is right"))
        confirm.clicked.connect(self.confirmed)
        line.addWidget(self._guessed, 1)
        line.addWidget(confirm)
        self._column.addWidget(guess)
        return guess

    def make_presentable(self) -> None:
        """Has the stylesheet applied before the row is seen."""
        for widget in (self, *self.findChildren(QWidget)):
            widget.ensurePolished()

    def flag(self, severity: str) -> None:
        """Borders the field in the colour of a finding's severity; empty takes it away."""
        mark(self.editor.focus_target(), "flagged", severity)


class Section(QWidget):
    """A group's title, which folds its rows away. `opened` comes before rows are seen."""

    opened = Signal()

    def __init__(self, title: str, *, folded: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.head = QPushButton()
        self.head.setProperty("role", "section")
        self.head.setCheckable(True)
        self.head.setChecked(not folded)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.body)
        self.head.toggled.connect(self._fold)
        self._fold(not folded)

    def _fold(self, open_: bool) -> None:
        if open_:
            self.opened.emit()
        self.body.setVisible(open_)
        self.head.setText(self._title.upper() if open_ else f"{self._title.upper()}  +")
        self.head.setAccessibleName(self._title)


class _Shown(NamedTuple):
    parts: Sequence[Frozen]
    assumed: Callable[[str], Any]
    options: Callable[[Field], Options]
    fresh: bool


class Form(QWidget):
    """The attributes that all of `types` have in common; with `open_parts` nobody is asked whether a part is said.

    `changed` carries a path (("retry", "max_attempts")) and the new value; `confirmed` the attribute whose value a
    person vouches for. Rows that are not to be seen (in a folded section, in a part that is not said) are made when
    they are: `rows` has those that were made. A form made `in_steps` makes its sections by `make_next`, or at last
    when it has something to show.
    """

    changed = Signal(tuple, object)
    confirmed = Signal(str)

    def __init__(
        self,
        types: Sequence[type[Frozen]],
        *,
        grouped: bool = True,
        open_parts: bool = False,
        without: Iterable[str] = (),
        in_steps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: dict[Path, Row] = {}
        self._open_parts = open_parts
        self._boxes: dict[Path, QWidget] = {}
        self._unmade: dict[Path, Callable[[], None]] = {}
        self._to_come: list[Path] = []
        self._shown: _Shown | None = None
        self._flags: dict[Path, str] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.fields = _in_common(types, frozenset(without))
        if not grouped:
            for field in self.fields:
                self._add(field, (), self._column, 0)
            return
        for group in GROUPS:
            members = [field for field in self.fields if _group_of(field) == group]
            if members:
                self._add_section(group, members)
        if not in_steps:
            self._make_all()

    def make_next(self) -> bool:
        """Makes a section and whatever styling it needs; False when there is none left to make."""
        if not self._to_come:
            return False
        made = len(self.rows)
        self._make(self._to_come.pop(0))
        for row in list(self.rows.values())[made:]:
            row.make_presentable()
        return bool(self._to_come)

    def _make_all(self) -> None:
        while self._to_come:
            self._make(self._to_come.pop(0))

    def _add_section(self, group: str, members: Sequence[Field]) -> None:
        folded = group in (WIRE, MORE)
        section = Section(group_label(group), folded=folded)
        self._column.addWidget(section)
        key = ("", group)
        self._unmade[key] = partial(self._add_all, members, (), section.rows, 0)
        if folded:
            section.opened.connect(lambda: self._make(key))
        else:
            self._to_come.append(key)

    def _add_all(self, fields: Iterable[Field], above: Path, rows: QVBoxLayout, indent: int) -> None:
        for field in fields:
            self._add(field, above, rows, indent)

    def _make(self, key: Path) -> None:
        """Makes rows that were left out, and shows in them what the others show."""
        make = self._unmade.pop(key, None)
        if make is None:
            return
        before = set(self.rows)
        make()
        for path, row in list(self.rows.items()):
            if path not in before:
                self._show_row(path, row)
                row.flag(self._flags.get(path, ""))

    def show_parts(
        self,
        parts: Sequence[Frozen],
        assumed: Callable[[str], Any],
        options: Callable[[Field], Options],
        *,
        fresh: bool = True,
    ) -> None:
        """Shows what `parts` (one or several of the form's types) say; `assumed` maps "retry.base_ms" to a value."""
        self._make_all()
        self._shown = _Shown(parts, assumed, options, fresh)
        for path, row in list(self.rows.items()):
            self._show_row(path, row)

    def _show_row(self, path: Path, row: Row) -> None:
        if self._shown is None:
            return
        parts, assumed, options, fresh = self._shown
        values = [_look(part, path) for part in parts]
        mixed = any(value != values[0] for value in values)
        if row.field.refers is not None:
            row.editor.set_options(options(row.field))
        value = None if mixed else values[0]
        if row.field.form == "part":
            value = SAID if isinstance(value, Frozen) else value
            if mixed and all(isinstance(value, Frozen) for value in values):
                value, mixed = SAID, False
            if value == SAID:
                self._make(path)
            self._boxes[path].setVisible(value == SAID)
        row.editor.show_value(value, assumed(".".join(path)), mixed=mixed, fresh=fresh)
        row.show_provenance(_provenance(parts, path) if not mixed else None)

    def flag(self, severities: dict[Path, str]) -> None:
        """Marks fields that findings are about."""
        self._flags = severities
        for path, row in self.rows.items():
            row.flag(severities.get(path, ""))

    def _add(self, field: Field, above: Path, rows: QVBoxLayout, indent: int) -> None:
        path = (*above, field.name)
        if field.form != "part":
            self._add_row(field, path, editor_for(field), rows, indent)
            return
        assert field.part is not None
        if self._open_parts or (not field.words and not _required(field.part)):
            self._add_all(fields_of(field.part), path, rows, indent)
            return
        choice = Field(field.name, "part", words=field.words, choices=(*field.words, SAID), part=field.part)
        editor = ChoiceEditor(choice)
        editor.combo.setItemText(len(choice.choices), self.tr("set"))
        self._add_row(choice, path, editor, rows, indent)
        box = QWidget()
        inside = QVBoxLayout(box)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        box.hide()
        rows.addWidget(box)
        self._boxes[path] = box
        self._unmade[path] = partial(self._add_all, fields_of(field.part), path, inside, indent + 12)

    def _add_row(self, field: Field, path: Path, editor: Editor, rows: QVBoxLayout, indent: int) -> None:
        row = Row(field, editor, indent)
        rows.addWidget(row)
        self.rows[path] = row
        editor.committed.connect(lambda value: self._told(path, field, value))
        row.confirmed.connect(lambda: self.confirmed.emit(path[0]))

    def _told(self, path: Path, field: Field, value: Any) -> None:
        if field.form == "part" and value == SAID:
            assert field.part is not None
            value = start_of(field.part)
        self.changed.emit(path, value)


def _in_common(types: Sequence[type[Frozen]], without: frozenset[str]) -> list[Field]:
    first, *others = types
    return [
        field
        for field in fields_of(first)
        if field.name not in without
        and (not others or field.name != "name")
        and all(_same(field, other) for other in others)
    ]


def _same(field: Field, other: type[Frozen]) -> bool:
    found = next((one for one in fields_of(other) if one.name == field.name), None)
    return found is not None and (found.form, found.part, found.choices) == (field.form, field.part, field.choices)


def _group_of(field: Field) -> str:
    label = LABELS.get(field.name)
    return label.group if label is not None else MORE


def _look(part: Frozen, path: Path) -> Any:
    value: Any = part
    for name in path:
        value = getattr(value, name, None) if isinstance(value, Frozen) else None
    return None if value == () or value == {} else value


def _provenance(parts: Sequence[Frozen], path: Path) -> Provenance | None:
    for part in parts:
        held: dict[str, Provenance] = getattr(part, "provenance", {})
        if (found := held.get(".".join(path)) or held.get(path[0])) is not None:
            return found if len(path) == 1 or _look(part, path) is not None else None
    return None
