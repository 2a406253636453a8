"""The scenario editor: duration, load, faults and expectations as a form; every change is one undo step."""

from __future__ import annotations

from collections.abc import Callable
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
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.document import Document
from app.panels.editors import Options
from app.panels.fields import Field
from app.panels.form import Form, Path, with_value
from app.panels.references import options_of
from app.panels.scenario_parts import PartCard, title_of
from app.panels.wording import field_label
from app.theme import Theme
from models.architecture import ASSUMPTIONS, Architecture, Expectation, Fault, Scenario, edits, replace
from models.architecture.base import Frozen
from models.architecture.derived import journeys_in_force
from models.architecture.scenarios import Crash

ID = Qt.ItemDataRole.UserRole
LIST_WIDTH = 220


class ScenariosPanel(QWidget):
    """`run_wanted` carries the id of the scenario to run, `chosen` of the one that was picked."""

    run_wanted = Signal(str)
    chosen = Signal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._theme = document, theme
        self._shown: Scenario | None = None
        self._filling = False
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Scenarios"))
        self.list.currentItemChanged.connect(lambda item, _before: self._picked(item))
        self.new = QPushButton(self.tr("New scenario"))
        self.new.clicked.connect(lambda: self.add())
        self.copy = QPushButton(self.tr("Duplicate"))
        self.copy.clicked.connect(self._duplicate)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.clicked.connect(self._delete)
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
        self.form = Form([Scenario], grouped=False, without=("description", "tags", "urls"))
        self.form.changed.connect(self._change)
        self.form.setFixedWidth(280)
        self.run = QPushButton(self.tr("Run this scenario"))
        self.run.setProperty("role", "primary")
        self.run.clicked.connect(self._run)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.run)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.delete)
        buttons.addStretch(1)
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.cards: list[PartCard] = []
        general = QVBoxLayout()
        general.addWidget(self.form)
        general.addStretch(1)
        events = QVBoxLayout()
        events.setSpacing(8)
        events.addLayout(buttons)
        events.addWidget(self.problem)
        events.addLayout(self._cards)
        events.addStretch(1)
        page = QWidget()
        both = QHBoxLayout(page)
        both.setContentsMargins(16, 8, 16, 16)
        both.setSpacing(24)
        both.addLayout(general)
        both.addLayout(events, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        self.empty = QLabel(self.tr("A scenario says how long, under what load and with which faults to simulate."))
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(area)
        self._pages.addWidget(self.empty)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(side)
        outer.addWidget(line)
        outer.addWidget(self._pages, 1)
        document.changed.connect(lambda changes: self.refresh() if changes.meaning else None)
        self.refresh()

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self._shown = None
        self.refresh()

    def show_scenario(self, scenario_id: str) -> None:
        """Selects a scenario; an unknown id changes nothing."""
        for row in range(self.list.count()):
            if self.list.item(row).data(ID) == scenario_id:
                self.list.setCurrentRow(row)

    def refresh(self) -> None:
        """Shows the scenarios as they are; the same one stays selected."""
        scenarios = self._document.architecture.scenarios
        chosen = self._shown.id if self._shown is not None else ""
        self._filling = True
        self.list.clear()
        for scenario in scenarios:
            item = QListWidgetItem(scenario.name or scenario.id)
            item.setData(ID, scenario.id)
            self.list.addItem(item)
        known = [scenario.id for scenario in scenarios]
        self.list.setCurrentRow(known.index(chosen) if chosen in known else 0 if known else -1)
        self._filling = False
        self._pages.setCurrentIndex(0 if scenarios else 1)
        self._show(self._selected())

    def add(self) -> None:
        """A new scenario, selected."""
        made: list[str] = []

        def edit(architecture: Architecture) -> Architecture:
            scenario_id = _free_id([s.id for s in architecture.scenarios], "scenario")
            made.append(scenario_id)
            name = self.tr("Scenario {number}").format(number=len(architecture.scenarios) + 1)
            return edits.put(architecture, Scenario(id=scenario_id, name=name))

        if self._document.apply(edit, self.tr("Add a scenario")):
            self.show_scenario(made[0])
            self.chosen.emit(made[0])

    def add_fault(self) -> None:
        """A crash to begin with: of what is selected, else of the first service."""
        scenario, architecture = self._shown, self._document.architecture
        if scenario is None:
            return
        selected = [part for part in self._document.selection.ids if part in architecture.element_by_id]
        services = [element.id for element in architecture.elements if element.kind == "service"]
        target = next(iter([*selected, *services, *architecture.element_by_id]), None)
        if target is None:
            self._tell(self.tr("Draw an element first; a fault needs a target."))
            return
        duration = scenario.duration_ms or ASSUMPTIONS["scenario"]["duration_ms"]
        crash = Crash(target=target, from_ms=round(duration * 0.25), until_ms=round(duration * 0.5))
        self._put({"faults": (*scenario.faults, crash)}, self.tr("Add a fault"))

    def add_expectation(self) -> None:
        scenario = self._shown
        journeys, _derived = journeys_in_force(self._document.architecture)
        if scenario is None or not journeys:
            self._tell(self.tr("Draw a client and what it calls first; an expectation is about a journey."))
            return
        expectation = Expectation(journey=journeys[0].id, metric="availability", at_least=0.99)
        self._put({"expect": (*scenario.expect, expectation)}, self.tr("Add an expectation"))

    def _run(self) -> None:
        if self._shown is not None:
            self.run_wanted.emit(self._shown.id)

    def _selected(self) -> Scenario | None:
        item = self.list.currentItem()
        return self._document.architecture.scenario_by_id.get(item.data(ID)) if item is not None else None

    def _picked(self, item: QListWidgetItem | None) -> None:
        if not self._filling and item is not None:
            self._show(self._selected())
            self.chosen.emit(item.data(ID))

    def _show(self, scenario: Scenario | None) -> None:
        fresh = self._shown is None or scenario is None or self._shown.id != scenario.id
        before, self._shown = self._shown, scenario
        self.problem.hide()
        if scenario is None:
            return
        self.form.show_parts([scenario], ASSUMPTIONS["scenario"].get, lambda _field: (), fresh=fresh)
        if fresh or before is None or (before.faults, before.expect) != (scenario.faults, scenario.expect):
            self._build_cards(scenario)

    def _build_cards(self, scenario: Scenario) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.cards = []
        sections: tuple[tuple[str, str, tuple[Fault | Expectation, ...], Callable[[], None]], ...] = (
            (self.tr("Faults"), "faults", scenario.faults, self.add_fault),
            (self.tr("Expectations"), "expect", scenario.expect, self.add_expectation),
        )
        for title, name, parts, add in sections:
            self._cards.addWidget(self._head(title, name, add))
            for place, part in enumerate(parts):
                card = PartCard(part, self._theme, self._options)
                card.changed.connect(lambda kind, said, n=name, p=place: self._set_part(n, p, kind, said))
                card.removed.connect(lambda n=name, p=place: self._remove_part(n, p))
                if not isinstance(part, Expectation):
                    card.setAccessibleName(title_of(part, self._document.architecture.label(part.target)))
                self._cards.addWidget(card)
                self.cards.append(card)

    def _head(self, title: str, name: str, add: Callable[[], None]) -> QWidget:
        head = QWidget()
        text = QLabel(title.upper())
        text.setProperty("role", "section")
        button = QPushButton(self.tr("Add a fault") if name == "faults" else self.tr("Add an expectation"))
        button.setProperty("role", "link")
        button.setObjectName(f"add-{name}")
        button.clicked.connect(lambda: add())
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 4, 0, 0)
        line.addWidget(text)
        line.addWidget(button)
        line.addStretch(1)
        return head

    def _options(self, field: Field) -> Options:
        if field.refers == "journey":
            journeys, _derived = journeys_in_force(self._document.architecture)
            return tuple((journey.id, journey.name or journey.id) for journey in journeys)
        return options_of(self._document.architecture, field)

    def _change(self, path: Path, value: Any) -> None:
        if self._shown is not None:
            changes = {path[0]: with_value(self._shown, path, value)}
            self._put(changes, self.tr("Set {attribute}").format(attribute=field_label(path[-1])))

    def _set_part(self, name: str, place: int, kind: type[Frozen], said: dict[str, Any]) -> None:
        assert self._shown is not None
        try:
            part = kind.model_validate(said)
        except ValidationError as error:
            self._tell(str(error.errors()[0]["msg"]))
            return
        parts = list(getattr(self._shown, name))
        parts[place] = part
        title = self.tr("Change a fault") if name == "faults" else self.tr("Change an expectation")
        self._put({name: tuple(parts)}, title)

    def _remove_part(self, name: str, place: int) -> None:
        assert self._shown is not None
        parts = list(getattr(self._shown, name))
        del parts[place]
        title = self.tr("Remove a fault") if name == "faults" else self.tr("Remove an expectation")
        self._put({name: tuple(parts)}, title)

    def _put(self, changes: dict[str, Any], title: str) -> None:
        assert self._shown is not None
        try:
            changed = replace(self._shown, **changes)
        except ValidationError as error:
            self._tell(str(error.errors()[0]["msg"]))
            return
        self._document.apply(lambda a: edits.put(a, changed), title)

    def _duplicate(self) -> None:
        shown = self._shown
        if shown is None:
            return
        taken = [scenario.id for scenario in self._document.architecture.scenarios]
        name = self.tr("{name}, copy").format(name=shown.name or shown.id)
        copy = replace(shown, id=_free_id(taken, shown.id), name=name)
        if self._document.apply(lambda a: edits.put(a, copy), self.tr("Duplicate a scenario")):
            self.show_scenario(copy.id)

    def _delete(self) -> None:
        if (shown := self._shown) is not None:
            self._document.apply(lambda a: edits.drop(a, "scenarios", shown.id), self.tr("Delete a scenario"))

    def _tell(self, sentence: str) -> None:
        self.problem.setText(sentence[:1].upper() + sentence[1:])
        self.problem.show()


def _free_id(taken: list[str], wanted: str) -> str:
    number, free = 2, wanted
    while free in taken:
        free, number = f"{wanted}-{number}", number + 1
    return free
