"""The inspector: what the selected parts say, and what nobody said; every change is one undo step."""

from __future__ import annotations

from collections.abc import Iterable
from operator import is_not
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.document import Document
from app.panels.editors import Inherited, Options
from app.panels.fields import Field
from app.panels.form import Form, Path
from app.panels.model_form import ModelForm
from app.panels.references import options_of
from app.panels.wording import field_label, kind_label
from app.theme import Theme
from app.translation import translated
from models.architecture import (
    AsyncLink,
    Client,
    Datastore,
    Element,
    EventLink,
    Link,
    Queue,
    Service,
    SharedDataLink,
    SyncLink,
    Topic,
    assumed,
    edits,
    in_force,
)
from models.architecture.base import Frozen

if TYPE_CHECKING:
    from app.panels.advisor import AdvisorSection
    from models.analysis import Analysis, Finding

Part = Element | Link
MOST_FINDINGS = 8
_USUAL = (Service, SyncLink, EventLink, AsyncLink, SharedDataLink, Datastore, Topic, Queue, Client)


Types = tuple[type[Frozen], ...]


def _key(types: Types, *, several: bool) -> Types:
    """What a form is kept under: that of one part has a name, that of several of the same type has none."""
    return (*types, Frozen) if several and len(types) == 1 else types


class Inspector(QScrollArea):
    """Follows document and selection. `finding_picked` carries the id of a finding someone wants to see."""

    finding_picked = Signal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._theme = document, theme
        self._forms: dict[tuple[type[Frozen], ...], Form] = {}
        self._shown: tuple[str, ...] = ()
        self._listed: dict[str | None, Options] = {}
        self._listed_of: tuple[object, ...] = ()
        self._scrolled: tuple[str, ...] = ()
        self._analysis: Analysis | None = None
        self.form: Form | None = None
        self.advisor: AdvisorSection | None = None
        self.setProperty("role", "panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.setProperty("role", "panel")
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(0)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.subtitle = QLabel()
        self.subtitle.setProperty("role", "secondary")
        self.subtitle.setWordWrap(True)
        self.subtitle.setTextFormat(Qt.TextFormat.PlainText)
        self.subtitle.setContentsMargins(0, 4, 0, 0)
        self._model = ModelForm(document)
        self._findings = QWidget()
        self._finding_rows = QVBoxLayout(self._findings)
        self._finding_rows.setContentsMargins(0, 12, 0, 0)
        self._finding_rows.setSpacing(0)
        self._column.addWidget(self.title)
        self._column.addWidget(self.subtitle)
        self._column.addWidget(self._model)
        self._column.addWidget(self._findings)
        self._column.addStretch(1)
        self.setWidget(self._page)
        document.changed.connect(lambda changes: self._refresh_soon() if changes.meaning else None)
        document.selection.changed.connect(self._refresh_soon)
        self._refresh()

    def use(self, advisor: AdvisorSection) -> None:
        """Takes in the style advisor, which is made when there is time for it."""
        self.advisor = advisor
        self._column.insertWidget(self._column.indexOf(self._findings), advisor)
        advisor.opened.connect(self._show_advisor)
        self._refresh()

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        if self.advisor is not None:
            self.advisor.wear(theme)
        self._show_findings()

    def show_analysis(self, analysis: Analysis) -> None:
        """Lists the findings of what is selected."""
        self._analysis = analysis
        self._refresh_findings()

    def prepare(self) -> bool:
        """Makes a little of the forms that most will want next; False when all are there."""
        for types, several in (*(((kind,), False) for kind in _USUAL), ((Service,), True), ((SyncLink,), True)):
            if _key(types, several=several) not in self._forms or self._form(types, several=several).make_next():
                self._form(types, several=several)
                return True
        return False

    def focus_first(self) -> None:
        """Puts the keyboard into the first field."""
        form = self.form or self._model.form
        if (row := next(iter(form.rows.values()), None)) is not None:
            row.editor.focus_target().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def advise(self) -> None:
        """Opens the style advisor on the selected link and brings it into view."""
        self._document.turns.drop(self._refresh)
        self._refresh()
        if self.advisor is not None and not self.advisor.isHidden():
            self.advisor.open()

    def _show_advisor(self) -> None:
        if self.advisor is not None:
            self._page.adjustSize()
            self.verticalScrollBar().setValue(self.advisor.y())

    def _parts(self) -> list[Part]:
        architecture = self._document.architecture
        known: dict[str, Any] = {**architecture.element_by_id, **architecture.link_by_id}
        return [known[part_id] for part_id in self._document.selection.ids if part_id in known]

    def _refresh_soon(self) -> None:
        self._document.turns.soon(self._refresh, first=True)

    def _refresh(self) -> None:
        parts = self._parts()
        ids = tuple(part.id for part in parts)
        fresh = ids != self._shown
        self._shown = ids
        self._tell_title(parts)
        wanted = self._form_for(parts) if parts else None
        if wanted is not self.form:
            if self.form is not None:
                self.form.hide()
            self.form = wanted
        self._model.setVisible(not parts)
        if wanted is None:
            self._model.refresh(fresh=fresh)
        else:
            wanted.show_parts(parts, lambda path: self._assumed(parts, path), self._options, fresh=fresh)
            wanted.show()
        if self.advisor is not None:
            one = len(parts) == 1 and parts[0].id in self._document.architecture.link_by_id
            self.advisor.show_link(parts[0].id if one else None)
        if ids != self._scrolled:
            self.verticalScrollBar().setValue(0)
        self._scrolled = ids
        if fresh:
            self._findings.hide()
        self._lay_out()
        self._document.turns.soon(self._refresh_findings, first=True)

    def _refresh_findings(self) -> None:
        self._show_findings()
        self._lay_out()

    def _lay_out(self) -> None:
        """Gives all their places at once: Qt would do it after the next picture, which would show the form squeezed."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def _form_for(self, parts: list[Part]) -> Form:
        return self._form(tuple(dict.fromkeys(type(part) for part in parts)), several=len(parts) > 1)

    def _form(self, types: Types, *, several: bool) -> Form:
        key = _key(types, several=several)
        if key not in self._forms:
            self._forms[key] = self._made(types, without=("name",) if several else ())
        return self._forms[key]

    def _made(self, types: tuple[type[Frozen], ...], without: tuple[str, ...] = ()) -> Form:
        form = Form(types, without=without, in_steps=True)
        form.changed.connect(self._change)
        form.confirmed.connect(self._confirm)
        form.hide()
        self._column.insertWidget(2, form)
        return form

    def _tell_title(self, parts: list[Part]) -> None:
        architecture = self._document.architecture
        if not parts:
            self.title.setText(self._document.title)
            elements, links = len(architecture.elements), len(architecture.links)
            counted = (
                self.tr("1 element") if elements == 1 else self.tr("{count} elements").format(count=elements),
                self.tr("1 link") if links == 1 else self.tr("{count} links").format(count=links),
            )
            self.subtitle.setText(", ".join(counted))
        elif len(parts) == 1:
            part = parts[0]
            self.title.setText(architecture.label(part.id))
            told = kind_label(part)
            link = architecture.link_by_id.get(part.id)
            if link is not None and link.name:
                told = f"{told} · {architecture.ends(link)}"
            self.subtitle.setText(told)
        else:
            self.title.setText(self.tr("{count} selected").format(count=len(parts)))
            kinds = dict.fromkeys(kind_label(part) for part in parts)
            self.subtitle.setText(", ".join(kinds))

    def _assumed(self, parts: list[Part], path: str) -> Any:
        """What is taken in place of what nobody said: the profile's value or the table's, when all parts agree."""
        values = []
        for part in parts:
            held = in_force(self._document.architecture, part, path)
            values.append(Inherited(held.value) if held.from_profile else assumed(part, path))
        first = values[0]
        return first if all(value == first for value in values) and not isinstance(first, Frozen) else None

    def _options(self, field: Field) -> Options:
        architecture = self._document.architecture
        named = architecture.elements, architecture.links, architecture.profiles, architecture.journeys
        if len(self._listed_of) != len(named) or any(map(is_not, named, self._listed_of)):
            self._listed, self._listed_of = {}, named
        if field.refers not in self._listed:
            self._listed[field.refers] = options_of(architecture, field)
        own = self._shown[0] if len(self._shown) == 1 else None
        return tuple(pair for pair in self._listed[field.refers] if pair[0] != own)

    def _change(self, path: Path, value: object) -> None:
        ids = [part.id for part in self._parts()]
        attribute = ".".join(path)
        title = self.tr("Set {attribute} of {part}").format(attribute=field_label(path[-1]), part=self._named(ids))
        if not self._document.apply(lambda a: edits.set_attributes(a, ids, {attribute: value}), title):
            self._shown = ()
            self._refresh_soon()

    def _confirm(self, attribute: str) -> None:
        title = self.tr("Confirm {attribute} of {part}")

        def edit(architecture: Any) -> Any:
            for part in self._parts():
                value = getattr(part, attribute)
                architecture = edits.set_attributes(architecture, [part.id], {attribute: value})
            return architecture

        named = self._named([part.id for part in self._parts()])
        self._document.apply(edit, title.format(attribute=field_label(attribute), part=named))

    def _named(self, ids: list[str]) -> str:
        if len(ids) == 1:
            return self._document.architecture.label(ids[0])
        return self.tr("{count} parts").format(count=len(ids))

    def _show_findings(self) -> None:
        while (item := self._finding_rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        about, count = self._about()
        for finding in about[:MOST_FINDINGS]:
            self._add_finding(self._finding_row(finding))
        if count > MOST_FINDINGS:
            more = QLabel(self.tr("and {count} more").format(count=count - MOST_FINDINGS))
            more.setProperty("role", "secondary")
            self._add_finding(more)
        self._findings.setVisible(bool(about))
        if self.form is not None and len(self._shown) == 1:
            self.form.flag({path: severity for finding in about for path, severity in self._fields_of(finding)})

    def _add_finding(self, row: QWidget) -> None:
        self._finding_rows.addWidget(row)
        row.show()  # which Qt would leave for later, and its place with it

    def _about(self) -> tuple[list[Finding], int]:
        """Findings, rolled-up ones unrolled, whose subject is what is selected, the worst first; and how many.

        All of one part, whose fields they mark; of several parts those that are shown.
        """
        if self._analysis is None:
            return [], 0
        return self._analysis.about(self._shown, None if len(self._shown) == 1 else MOST_FINDINGS)

    def _fields_of(self, finding: Finding) -> Iterable[tuple[Path, str]]:
        for part_id, attribute in finding.undecided:
            if part_id in self._shown:
                yield tuple(attribute.split(".")), finding.severity

    def _finding_row(self, finding: Finding) -> QWidget:
        row = QPushButton()
        row.setProperty("role", "finding")
        row.setProperty("severity", finding.severity)
        row.setToolTip(translated(finding.message))
        row.setAccessibleName(translated(finding.message))
        row.clicked.connect(lambda: self.finding_picked.emit(finding.id))
        text = QLabel(f"{finding.rule} · {translated(finding.name)}")
        text.setProperty("role", "finding")
        text.setProperty("severity", finding.severity)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QVBoxLayout(row)
        inside.setContentsMargins(0, 4, 0, 4)
        inside.addWidget(text)
        row.setMinimumHeight(text.heightForWidth(232) + 8)
        return row
