"""The journeys: what requests do, step by step, under which load, and what they should meet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.document import Document
from app.panels.editors import ChoiceEditor, Options
from app.panels.fields import Field, fields_of
from app.panels.form import Form, Path, Row, with_value
from app.panels.references import options_of
from app.panels.step_words import step_line
from app.panels.wording import field_label
from app.translation import translated
from models.architecture import ASSUMPTIONS, KINDS, Architecture, Journey, Load, edits, replace
from models.architecture.derived import journeys_in_force, unfold
from models.architecture.graph import entries
from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep

ID = Qt.ItemDataRole.UserRole
LIST_WIDTH = 220
MOST_SHOWN = 500
"""Steps of a journey that follows the links are written out up to this many."""
FIRST = ("name", "entry")
"""What tells a journey from others stands above its load."""
LOADS: dict[str, dict[str, Any]] = {
    "open": {"open": {"rate_per_s": 10.0}},
    "closed": {"closed": {"users": 10}},
    "profile": {"profile": [[0.0, 10.0], [60_000.0, 50.0]]},
    "schedule": {"schedule": {"every_ms": 3_600_000.0, "batch": 500}},
}


class JourneysPanel(QWidget):
    """`path_shown` carries the parts of the step in view, or None."""

    path_shown = Signal(object)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: Journey | None = None
        self._derived = False
        self._filling = False
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Journeys"))
        self.list.currentItemChanged.connect(lambda _item, _before: None if self._filling else self._show())
        self.new = QPushButton(self.tr("New journey"))
        self.new.setToolTip(self.tr("Begins with what the drawing says that requests do"))
        self.new.clicked.connect(lambda: self.add())
        side = QWidget()
        side.setFixedWidth(LIST_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        column.addWidget(self.new)
        line = QFrame()
        line.setProperty("role", "rule")
        line.setFixedWidth(1)
        self.note = QLabel()
        self.note.setProperty("role", "assumed")
        self.note.setWordWrap(True)
        self.keep = QPushButton(self.tr("Keep it as a journey"))
        self.keep.clicked.connect(self._keep)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.clicked.connect(self._delete)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(self.tr("Steps"))
        self.tree.currentItemChanged.connect(lambda item, _before: self._point_at(item))
        left = QWidget()
        inside = QVBoxLayout(left)
        inside.setContentsMargins(16, 8, 8, 8)
        inside.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self.note, 1)
        top.addWidget(self.keep)
        top.addWidget(self.delete)
        inside.addLayout(top)
        inside.addWidget(self.tree, 1)
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.load_kind = Row(
            Field("load", "choice", choices=tuple(LOADS)),
            ChoiceEditor(Field("load", "choice", choices=tuple(LOADS))),
        )
        self.load_kind.editor.committed.connect(self._choose_load)
        self.loads = {kind: _load_form(kind) for kind in LOADS}
        for form in self.loads.values():
            form.changed.connect(self._change_load)
        rest = ("load", "tags", "urls", "description")
        others = [field.name for field in fields_of(Journey) if field.name not in FIRST]
        self.first = Form([Journey], grouped=False, without=others)
        self.form = Form([Journey], grouped=False, without=(*rest, *FIRST))
        for form in (self.first, self.form):
            form.changed.connect(self._change)
        page = QWidget()
        fields = QVBoxLayout(page)
        fields.setContentsMargins(16, 8, 16, 16)
        fields.setSpacing(0)
        fields.addWidget(self.problem)
        fields.addWidget(self.first)
        fields.addWidget(self.load_kind)
        for form in self.loads.values():
            fields.addWidget(form)
        fields.addWidget(self.form)
        fields.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(area)
        splitter.setSizes([640, 360])
        self.empty = QLabel(self.tr("Draw a client and what it calls: the journeys of its requests appear here."))
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(splitter)
        self._pages.addWidget(self.empty)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(side)
        outer.addWidget(line)
        outer.addWidget(self._pages, 1)
        document.changed.connect(lambda changes: self._note_change() if changes.meaning else None)
        self._stale = True
        self.refresh()

    def refresh(self) -> None:
        """Shows the journeys in force; the same one stays selected."""
        self._stale = False
        journeys, self._derived = journeys_in_force(self._document.architecture)
        chosen = self._shown.id if self._shown is not None else ""
        self._journeys = {journey.id: journey for journey in journeys}
        self._filling = True
        self.list.clear()
        for journey in journeys:
            item = QListWidgetItem(journey.name or self._document.architecture.label(journey.entry))
            item.setData(ID, journey.id)
            self.list.addItem(item)
        known = list(self._journeys)
        self.list.setCurrentRow(known.index(chosen) if chosen in known else 0 if known else -1)
        self._filling = False
        self._pages.setCurrentIndex(0 if known else 1)
        self._show()

    def add(self) -> None:
        """A journey that follows the links from the selected element, else from the first client without one."""
        architecture = self._document.architecture
        selected = [part for part in self._document.selection.ids if part in architecture.element_by_id]
        taken = {journey.entry for journey in architecture.journeys}
        begin = entries(architecture)
        chosen = [*selected, *(entry for entry in begin if entry not in taken), *begin]
        chosen += [element.id for element in architecture.elements if KINDS[element.kind].connects]
        if not chosen:
            self._tell(self.tr("Draw a client or a service first; a journey begins at one."))
            return
        entry = chosen[0]
        name = self.tr("Journey of {entry}").format(entry=architecture.label(entry))
        journey = Journey(id=_free_id(list(architecture.journey_by_id), f"{entry}-journey"), name=name, entry=entry)
        if self._document.apply(lambda a: edits.put(a, journey), self.tr("Add a journey")):
            self._shown = journey
            self.refresh()

    def showEvent(self, event: Any) -> None:
        if self._stale:
            self.refresh()
        super().showEvent(event)

    def _note_change(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _show(self) -> None:
        item = self.list.currentItem()
        journey = self._journeys.get(item.data(ID)) if item is not None else None
        fresh = journey is None or self._shown is None or self._shown.id != journey.id
        self._shown = journey
        self.problem.hide()
        if journey is None:
            self.tree.clear()
            return
        if self._derived:
            self.note.setText(self.tr("Nobody drew a journey: this one follows the links."))
        elif not journey.steps:
            self.note.setText(self.tr("Nobody said its steps: it follows the links."))
        else:
            self.note.setText(journey.description or "")
        self.keep.setVisible(self._derived)
        self.delete.setVisible(not self._derived)
        self.tree.clear()
        steps, cut = (
            unfold(self._document.architecture, journey, MOST_SHOWN) if not journey.steps else (journey.steps, ())
        )
        self._grow(self.tree.invisibleRootItem(), steps, (journey.entry,))
        for told in cut:
            self.tree.addTopLevelItem(QTreeWidgetItem([translated(told)]))
        self.tree.expandToDepth(6)
        kind = next(iter(journey.load.said()), None) if journey.load is not None else None
        self.load_kind.editor.show_value(kind, "open")
        for name, form in self.loads.items():
            form.setVisible(kind == name)
            if kind == name and journey.load is not None:
                form.show_parts([journey.load], lambda _path: None, lambda _field: (), fresh=fresh)
        assumed = ASSUMPTIONS["journey"]
        for form in (self.first, self.form):
            form.show_parts([journey], assumed.get, self._options, fresh=fresh)

    def _grow(self, above: QTreeWidgetItem, steps: Iterable[AnyStep], path: tuple[str, ...]) -> None:
        architecture = self._document.architecture
        for step in steps:
            item = QTreeWidgetItem([step_line(architecture, step)])
            above.addChild(item)
            if isinstance(step, LinkStep):
                link = architecture.link_by_id[step.link]
                there = link.target if link.source == path[-1] or link.source in path else link.source
                way = (*path, step.link, there)
                item.setData(0, ID, way)
                self._grow(item, step.steps, way)
                for title, more in (
                    (self.tr("When the reply arrives"), step.on_reply),
                    (self.tr("When all attempts have failed"), step.on_failure),
                ):
                    if more:
                        below = QTreeWidgetItem([title])
                        item.addChild(below)
                        self._grow(below, more, path)
            elif isinstance(step, ChoiceStep):
                total = sum(branch.weight for branch in step.choice)
                for branch in step.choice:
                    share = f"{branch.weight / total * 100:.3g}%"
                    row = QTreeWidgetItem([self.tr("In {share} of cases").format(share=share)])
                    item.addChild(row)
                    self._grow(row, branch.steps, path)

    def _point_at(self, item: QTreeWidgetItem | None) -> None:
        way = item.data(0, ID) if item is not None else None
        self.path_shown.emit(tuple(way) if way else None)

    def _options(self, field: Field) -> Options:
        return options_of(self._document.architecture, field)

    def _change(self, path: Path, value: Any) -> None:
        if self._shown is not None:
            self._put({path[0]: with_value(self._shown, path, value)}, field_label(path[-1]))

    def _change_load(self, path: Path, value: Any) -> None:
        if self._shown is not None and self._shown.load is not None and value is not None:
            try:
                load = replace(self._shown.load, **{path[0]: with_value(self._shown.load, path, value)})
            except ValidationError as error:
                self._tell(str(error.errors()[0]["msg"]))
                return
            self._put({"load": load}, field_label(path[-1]))

    def _choose_load(self, kind: str | None) -> None:
        load = None if kind is None else Load.model_validate(LOADS[kind])
        self._put({"load": load}, field_label("load"))

    def _put(self, changes: dict[str, Any], attribute: str) -> None:
        assert self._shown is not None
        try:
            changed = replace(self._shown, **changes)
        except ValidationError as error:
            self._tell(str(error.errors()[0]["msg"]))
            return

        def edit(architecture: Architecture) -> Architecture:
            for journey in self._journeys.values() if self._derived else ():
                architecture = edits.put(architecture, journey)
            return edits.put(architecture, changed)

        self._document.apply(edit, self.tr("Set {attribute}").format(attribute=attribute))

    def _keep(self) -> None:
        journeys = list(self._journeys.values())

        def edit(architecture: Architecture) -> Architecture:
            for journey in journeys:
                architecture = edits.put(architecture, journey)
            return architecture

        self._document.apply(edit, self.tr("Keep the derived journeys"))

    def _delete(self) -> None:
        if (shown := self._shown) is not None:
            self._document.apply(lambda a: edits.drop(a, "journeys", shown.id), self.tr("Delete a journey"))

    def _tell(self, sentence: str) -> None:
        self.problem.setText(sentence[:1].upper() + sentence[1:])
        self.problem.show()


def _load_form(kind: str) -> Form:
    return Form([Load], grouped=False, open_parts=True, without=[other for other in LOADS if other != kind])


def _free_id(taken: list[str], wanted: str) -> str:
    number, free = 2, wanted
    while free in taken:
        free, number = f"{wanted}-{number}", number + 1
    return free
