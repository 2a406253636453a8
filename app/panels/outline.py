"""The outline: every element by name, in its groups; click to select, type to find."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from app.document import Document
from app.panels.outline_rows import ID, OutlineRows
from app.theme import Theme
from models.architecture import Architecture
from models.architecture.changes import Changes


class Outline(QWidget):
    """Follows the document; `revealed` asks to bring an element into view."""

    revealed = Signal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._following = False
        self._shown: Architecture | None = None
        self._folded: set[str] = set()
        self._scrolled: int | None = None
        title = QLabel(self.tr("Outline").upper())
        title.setProperty("role", "section")
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText(self.tr("Find an element"))
        self.search.setClearButtonEnabled(False)
        self.search.setAccessibleName(self.tr("Find an element"))
        self.rows = OutlineRows(theme, self)
        self.tree = QTreeView()
        self.tree.setModel(self.rows)
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
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._pick_first)
        self.tree.selectionModel().selectionChanged.connect(self._picked)
        self.tree.doubleClicked.connect(lambda index: self.revealed.emit(index.data(ID)))
        self.tree.collapsed.connect(lambda index: self._folded.add(index.data(ID)))
        self.tree.expanded.connect(lambda index: self._folded.discard(index.data(ID)))
        document.changed.connect(self._note)
        document.selection.changed.connect(self._follow)
        self.refresh()

    def wear(self, theme: Theme) -> None:
        self.rows.wear(theme)

    def _note(self, changes: Changes) -> None:
        if changes.added or changes.removed or changes.changed:
            self._document.turns.soon(self.refresh)

    def refresh(self) -> None:
        """Takes over names, kinds and groups that have changed; rows that say the same stay as they are."""
        if self._shown is not None and self._shown.elements is self._document.architecture.elements:
            return
        self._shown = self._document.architecture
        self._show(self._folded)

    def _search(self, _text: str) -> None:
        self._show(set())

    def _show(self, folded: set[str]) -> None:
        self._following = True
        scrolled = self.tree.verticalScrollBar().value()
        outcome = self.rows.show(self._document.architecture, self.search.text().strip())
        if outcome != "kept":
            for index in self.rows.groups():
                self.tree.setExpanded(index, index.data(ID) not in folded)
            self.tree.executeDelayedItemsLayout()  # Qt's own timer would ask for the interpreter row by row
        self._following = False
        self._scrolled = scrolled if outcome == "anew" else None
        self._document.turns.soon(self._settle, first=True)

    def _settle(self) -> None:
        """Marks what is selected, in a turn after the one in which rows changed: until then they have no places."""
        if self._scrolled is not None:
            self.tree.doItemsLayout()
            self.tree.verticalScrollBar().setValue(self._scrolled)
            self._scrolled = None
        self._follow()

    def _pick_first(self) -> None:
        """Selects the first element that holds what is searched for, which need not be its group."""
        text = self.search.text().strip().casefold()
        found = next((known for known in self.rows.ids() if text in self.rows.text(known).casefold()), None)
        if text and found is not None:
            self._document.selection.set([found])
            self.revealed.emit(found)

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
            for index in self.rows.indexes(part_id):
                chosen.select(index, index)
                first = first if first.isValid() else index
        self.tree.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if first.isValid():
            self.tree.scrollTo(first)
        self._following = False
