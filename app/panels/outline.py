"""The outline: every element by name, in its groups; click to select, type to find."""

from collections.abc import Iterator

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from app.document import Document
from app.resources import icon
from app.theme import Theme
from models.architecture import Architecture

ID = Qt.ItemDataRole.UserRole


class Outline(QWidget):
    """Follows the document; `revealed` asks to bring an element into view."""

    revealed = Signal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._theme = document, theme
        self._following = False
        self._told: tuple[object, ...] = ()
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
        document.changed.connect(lambda _changes: self.refresh())
        document.selection.changed.connect(self._follow)
        self.refresh()

    def wear(self, theme: Theme) -> None:
        self._theme, self._told = theme, ()
        self.refresh()

    def refresh(self) -> None:
        """Rebuilds the tree when names, kinds or groups have changed."""
        architecture = self._document.architecture
        told = tuple((e.id, e.name, e.kind, e.groups, getattr(e, "parent", None)) for e in architecture.elements)
        if told == self._told:
            return
        self._told = told
        folded = {i for i, items in self._indexes.items() if items and not self._is_expanded(items[0])}
        self._indexes = {}
        self._following = True
        self._items.clear()
        for element_id in _roots(architecture):
            self._items.appendRow(self._row(architecture, element_id, ()))
        self._following = False
        self.tree.expandAll()
        for element_id in folded & self._indexes.keys():
            for item in self._indexes[element_id]:
                self.tree.collapse(self._proxy.mapFromSource(item.index()))
        self._follow()

    def _row(self, architecture: Architecture, element_id: str, above: tuple[str, ...]) -> QStandardItem:
        element = architecture.element_by_id[element_id]
        text = getattr(element, "text", None) or architecture.label(element_id)
        item = QStandardItem(text.splitlines()[0][:80] if text else element_id)
        item.setData(element_id, ID)
        role = getattr(element, "role", None)
        drawn = "gateway" if role == "gateway" else element.kind
        item.setIcon(icon(drawn, self._theme.colours["secondary"]))
        item.setToolTip(text)
        self._indexes.setdefault(element_id, []).append(item)
        if element.kind == "group":
            font = item.font()
            font.setWeight(font.Weight.DemiBold)
            item.setFont(font)
            for member in sorted(architecture.members[element_id], key=lambda i: _order(architecture, i)):
                if member not in above:
                    item.appendRow(self._row(architecture, member, (*above, element_id)))
        return item

    def _is_expanded(self, item: QStandardItem) -> bool:
        return not item.hasChildren() or self.tree.isExpanded(self._proxy.mapFromSource(item.index()))

    def _filter(self, text: str) -> None:
        self._proxy.setFilterFixedString(text.strip())
        self.tree.expandAll()

    def _pick_first(self) -> None:
        text = self.search.text().strip().lower()
        for element_id in self._indexes:
            if text and text in self._document.architecture.label(element_id).lower():
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


def _roots(architecture: Architecture) -> Iterator[str]:
    inside = {element.id for element in architecture.elements if element.groups or getattr(element, "parent", None)}
    yield from sorted(
        (element.id for element in architecture.elements if element.id not in inside),
        key=lambda element_id: _order(architecture, element_id),
    )


def _order(architecture: Architecture, element_id: str) -> tuple[bool, str]:
    """Groups first, then by name."""
    return architecture.element_by_id[element_id].kind != "group", architecture.label(element_id).casefold()
