"""The faults and expectations of a scenario, each a small form in a card."""

import dataclasses
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.panels.editors import Editor, Options, editor_for
from app.panels.fields import Field, FieldForm, fields_of
from app.panels.flow import Flow
from app.panels.wording import field_hint, field_label, value_label
from app.resources import icon
from app.theme import Theme
from models.architecture import Expectation, Fault
from models.architecture.base import Frozen
from models.architecture.scenarios import (
    Arbitrary,
    Crash,
    LoadSurge,
    Omission,
    Partition,
    Poison,
    Timing,
    WrongResponse,
)

FAULTS: dict[str, type[Frozen]] = {
    "crash": Crash,
    "timing": Timing,
    "omission": Omission,
    "response": WrongResponse,
    "arbitrary": Arbitrary,
    "partition": Partition,
    "poison": Poison,
    "load": LoadSurge,
}
METRICS = ("availability", "goodput_per_s", "mean_ms", "p50_ms", "p95_ms", "p99_ms", "completion_p95_ms", "recovery_ms")
NEEDED = frozenset({"fault", "target", "journey", "metric"})
WIDTHS = {"target": 168, "journey": 168, "fault": 136, "metric": 136}


class Stacked(QWidget):
    """A field with its name above it, as wide as its content asks."""

    def __init__(self, field: Field, editor: Editor, width: int) -> None:
        super().__init__()
        self.editor = editor
        name = QLabel(field_label(field.name))
        name.setProperty("role", "secondary")
        name.setToolTip(field_hint(field.name))
        editor.focus_target().setAccessibleName(field_label(field.name))
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(editor)
        column.addWidget(self.problem)
        self.setFixedWidth(width)
        editor.broken.connect(self._tell)

    def _tell(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))


class PartCard(QFrame):
    """One fault or expectation. `changed` carries (type, what is said) as it should be."""

    changed = Signal(object, object)
    removed = Signal()

    def __init__(
        self, part: Frozen, theme: Theme, options: Callable[[Field], Options], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._part = part
        self.fields: dict[str, Stacked] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 8, 8)
        inside = QWidget()
        flow = Flow(inside, spacing=12)
        if isinstance(part, Expectation):
            fields = [_as_measured(part, field) for field in fields_of(Expectation)]
        else:
            kinds = Field("fault", "choice", choices=tuple(FAULTS))
            fields = [kinds, *fields_of(type(part))]
        for field in fields:
            editor = editor_for(field)
            if field.refers is not None:
                editor.set_options(options(field))
            editor.show_value(getattr(part, field.name), 0.0 if field.name == "from_ms" else None)
            stacked = Stacked(field, editor, WIDTHS.get(field.name, 120))
            editor.committed.connect(lambda value, name=field.name: self._commit(name, value))
            flow.addWidget(stacked)
            self.fields[field.name] = stacked
        remove = QToolButton()
        remove.setIcon(icon("delete", theme.colours["secondary"]))
        remove.setIconSize(QSize(16, 16))
        remove.setToolTip(self.tr("Remove"))
        remove.setAccessibleName(self.tr("Remove"))
        remove.clicked.connect(self.removed)
        self.remove = remove
        line.addWidget(inside, 1)
        line.addWidget(remove)

    def _commit(self, name: str, value: Any) -> None:
        if value is None and name in NEEDED:
            self.fields[name].editor.show_value(getattr(self._part, name))
            return
        held = {key: said for key, said in self._part.said().items() if key != name}
        if name == "fault":
            kept = {key: said for key, said in held.items() if key in FAULTS[value].model_fields}
            self.changed.emit(FAULTS[value], kept | {"fault": value})
        else:
            self.changed.emit(type(self._part), held | ({} if value is None else {name: value}))


def title_of(part: Fault, label: str) -> str:
    """ "Crash of Payment"."""
    return f"{value_label(part.fault)} · {label}"


def _as_measured(part: Expectation, field: Field) -> Field:
    """The field in the unit of the metric it bounds."""
    if field.name == "metric":
        return Field(field.name, "choice", choices=METRICS)
    if field.name in ("at_most", "at_least"):
        forms: dict[str, FieldForm] = {"availability": "share", "goodput_per_s": "rate"}
        form = forms.get(part.metric, "duration" if part.metric.endswith("_ms") else "number")
        return dataclasses.replace(field, form=form)
    return field
