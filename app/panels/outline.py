"""The outline: every element by name, in its groups; click to select, type to find."""

from collections.abc import Iterator

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from app.document import Document
from app.resources import icon
from app.theme import Theme
from models.architecture import Architecture, Element
from models.architecture.changes import Changes

ID = Qt.ItemDataRole.UserRole
FEW = 100
"""Elements that change at once without the whole tree being made anew, which is quicker when most of it differs."""


class Outline(QWidget):
    """Follows the document; `revealed` asks to bring an element into view."""

    revealed = Signal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._theme = document, theme
        self._following = False
        self._told: dict[str, tuple[object, ...]] = {}
        self._indexes: dict[str, list[QStandardItem]] = {}
        title = QLabel(self.tr("Outline").upper())
        title.setProperty("role", "section")
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText(self.tr("Find an element"))
        self.search.setClearButtonEnabled(False)
        self.search.setAccessibleName(self.tr("Find an element"))
        self._items = QStandardItemModel(self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._items)
        self._proxy.setRecursiveFilteringEnabled(True)
        self._proxy.setAutoAcceptChildRows(True)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.tree = QTreeView()
        self.tree.setModel(self._proxy)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setAccessibleName(self.tr("Outline"))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._pick_first)
        self.tree.selectionModel().selectionChanged.connect(self._picked)
        self.tree.doubleClicked.connect(lambda index: self.revealed.emit(index.data(ID)))
        document.changed.connect(self._note)
        document.selection.changed.connect(self._follow)
        self.refresh()

    def wear(self, theme: Theme) -> None:
        self._theme, self._told = theme, {}
        self.refresh()

    def _note(self, changes: Changes) -> None:
        if changes.added or changes.removed or changes.changed:
            self._document.turns.soon(self.refresh)

    def refresh(self) -> None:
        """Takes over names, kinds and groups that have changed; rows that say the same stay as they are."""
        architecture = self._document.architecture
        told = {element.id: _told_of(element) for element in architecture.elements}
        if told == self._told:
            return
        known, self._told = self._told, told
        changed = {element_id for element_id in told.keys() | known if told.get(element_id) != known.get(element_id)}
        folded = {i for i, items in self._indexes.items() if items and not self._is_expanded(items[0])}
        self._following = True
        if len(changed) > FEW:
            self._items.clear()
            self._indexes = {}
        self._renew(self._items.invisibleRootItem(), list(_roots(architecture)), changed, ())
        self._following = False
        if any(architecture.members.values()):
            self.tree.expandAll()
        for element_id in folded & self._indexes.keys():
            for item in self._indexes[element_id]:
                self.tree.collapse(self._proxy.mapFromSource(item.index()))
        self._follow()

    def _renew(self, above: QStandardItem, wanted: list[str], changed: set[str], around: tuple[str, ...]) -> None:
        """Makes the rows below an item those of `wanted`, in this order; rows of `changed` elements are made anew."""
        architecture = self._document.architecture
        there = [above.child(row).data(ID) for row in range(above.rowCount())]
        stay = set(wanted).intersection(there) - changed
        if [known for known in there if known in stay] != [known for known in wanted if known in stay]:
            stay.clear()
        for row in reversed([row for row, known in enumerate(there) if known not in stay]):
            self._forget(above.child(row))
            above.removeRow(row)
        if not stay:
            above.insertRows(0, [self._row(architecture, element_id, around) for element_id in wanted])
            return
        for row, element_id in enumerate(wanted):
            if element_id not in stay:
                above.insertRow(row, self._row(architecture, element_id, around))
            elif element_id in architecture.members:
                members = _members(architecture, element_id, around)
                self._renew(above.child(row), members, changed, (*around, element_id))

    def _forget(self, item: QStandardItem) -> None:
        """Lets go of an item and of all under it, before Qt deletes them."""
        for row in range(item.rowCount()):
            self._forget(item.child(row))
        self._indexes[item.data(ID)].remove(item)

    def _row(self, architecture: Architecture, element_id: str, above: tuple[str, ...]) -> QStandardItem:
        element = architecture.element_by_id[element_id]
        values = element.__dict__
        text = values.get("text") or architecture.label(element_id)
        item = QStandardItem(text.splitlines()[0][:80] if text else element_id)
        item.setData(element_id, ID)
        drawn = "gateway" if values.get("role") == "gateway" else element.kind
        item.setIcon(icon(drawn, self._theme.colours["secondary"]))
        item.setToolTip(text)
        self._indexes.setdefault(element_id, []).append(item)
        if element.kind == "group":
            font = item.font()
            font.setWeight(font.Weight.DemiBold)
            item.setFont(font)
            for member in _members(architecture, element_id, above):
                item.appendRow(self._row(architecture, member, (*above, element_id)))
        return item

    def _is_expanded(self, item: QStandardItem) -> bool:
        return not item.hasChildren() or self.tree.isExpanded(self._proxy.mapFromSource(item.index()))

    def _filter(self, text: str) -> None:
        self._proxy.setFilterFixedString(text.strip())
        self.tree.expandAll()

    def _pick_first(self) -> None:
        text = self.search.text().strip().lower()
        for item in _all_below(self._items.invisibleRootItem()):
            element_id = item.data(ID)
            if element_id and text and text in self._document.architecture.label(element_id).lower():
                self._document.selection.set([element_id])
                self.revealed.emit(element_id)
                return

    def _picked(self) -> None:
        if self._following:
            return
        self._following = True
        rows = self.tree.selectionModel().selectedRows()
        self._document.selection.set([index.data(ID) for index in rows])
        self._following = False

    def _follow(self) -> None:
        if self._following:
            return
        self._following = True
        chosen = QItemSelection()
        first = QModelIndex()
        for part_id in self._document.selection.ids:
            for item in self._indexes.get(part_id, ()):
                index = self._proxy.mapFromSource(item.index())
                if index.isValid():
                    chosen.select(index, index)
                    first = first if first.isValid() else index
        self.tree.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if first.isValid():
            self.tree.scrollTo(first)
        self._following = False


def _told_of(element: Element) -> tuple[object, ...]:
    """All that the outline shows of an element."""
    values = element.__dict__
    return element.name, element.kind, element.groups, values.get("parent"), values.get("role"), values.get("text")


def _members(architecture: Architecture, group_id: str, around: tuple[str, ...]) -> list[str]:
    """What stands below a group, but what it lies in itself."""
    found = [member for member in architecture.members[group_id] if member not in around]
    return sorted(found, key=lambda element_id: _order(architecture, element_id))


def _all_below(item: QStandardItem) -> Iterator[QStandardItem]:
    """The item, and all items under it."""
    yield item
    for row in range(item.rowCount()):
        yield from _all_below(item.child(row))


def _roots(architecture: Architecture) -> Iterator[str]:
    inside = {element.id for element in architecture.elements if element.groups or element.__dict__.get("parent")}
    yield from sorted(
        (element.id for element in architecture.elements if element.id not in inside),
        key=lambda element_id: _order(architecture, element_id),
    )


def _order(architecture: Architecture, element_id: str) -> tuple[bool, str]:
    """Groups first, then by name."""
    return architecture.element_by_id[element_id].kind != "group", architecture.label(element_id).casefold()
