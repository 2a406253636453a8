"""The rows of the outline: elements by name, in their groups, or only those that a search finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, NamedTuple

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QFont, QIcon, QStandardItem, QStandardItemModel

from app.resources import icon
from app.theme import Theme
from models.architecture import Architecture, Element
from models.architecture.differing import others

ID = Qt.ItemDataRole.UserRole
LONGEST = 80
ROOT = 0
Outcome = Literal["kept", "moved", "anew"]
"""What became of the rows: none moved, some did, or all are others."""
Tree = list[tuple[str, "Tree"]]
"""Element ids in their order, each with what stands below it."""


class Told(NamedTuple):
    """What a row says of an element. Rows stand in the order of `place`: groups first, then by name."""

    place: tuple[bool, str]
    text: str
    icon: str
    is_group: bool

    @property
    def title(self) -> str:
        return self.text.splitlines()[0][:LONGEST]


@dataclass(slots=True)
class _Row:
    element_id: str
    above: int
    place: int
    below: list[int] = field(default_factory=list)


class OutlineRows(QStandardItemModel):
    """One column. What the rows say lies with Qt alone, so that views need not ask Python about each of a thousand.

    No item is held on to here: Qt frees them with their rows. `insertRows` hands them over to it, `insertRow` would
    not.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fresh_number = count(ROOT + 1)
        self._rows = {ROOT: _Row("", ROOT, 0)}
        self._elements: tuple[Element, ...] = ()
        self._told: dict[str, Told] = {}
        self._places: dict[str, tuple[bool, str]] = {}
        self._searched = ""
        self._numbers: dict[str, list[int]] = {}
        self._icons: dict[str, QIcon] = {}
        self._bold = QFont()
        self._bold.setWeight(QFont.Weight.DemiBold)

    def wear(self, theme: Theme) -> None:
        """Draws icons in the colours of a theme."""
        self._theme = theme
        self._icons.clear()
        for number, row in self._rows.items():
            if number != ROOT:
                self.setData(self._index(number), self._icon(row.element_id), Qt.ItemDataRole.DecorationRole)

    def show(self, architecture: Architecture, searched: str = "") -> Outcome:
        """Takes over a model, or those of its elements whose names hold what is `searched`, and what is around them.

        Unless they are made "anew", rows that stand where they stood are the same.
        """
        changed = self._take_over(architecture)
        tree = list(self._tree(architecture, _roots(architecture), searched.casefold(), ()))
        is_other_search, self._searched = searched != self._searched, searched
        if is_other_search or len(changed) > len(self._rows) / 2:
            self.clear()
            self._rows, self._numbers = {ROOT: _Row("", ROOT, 0)}, {}
            self._insert(ROOT, 0, tree)
            return "anew"
        return "moved" if self._renew(ROOT, tree, changed) else "kept"

    def _take_over(self, architecture: Architecture) -> set[str]:
        """Learns what the elements are called now; the ids of those of which something else is to be said."""
        changed = set()
        for _, element in others(architecture.elements, self._elements):
            if element.id not in architecture.element_by_id:
                changed.add(element.id)
                del self._told[element.id], self._places[element.id]
        for _, element in others(self._elements, architecture.elements):
            told = _told(architecture, element)
            if self._told.get(element.id) != told:
                changed.add(element.id)
                self._told[element.id], self._places[element.id] = told, told.place
        self._elements = architecture.elements
        return changed

    def indexes(self, element_id: str) -> list[QModelIndex]:
        """The rows of an element: one in each of its groups."""
        return [self._index(number) for number in self._numbers.get(element_id, ())]

    def groups(self) -> list[QModelIndex]:
        """All rows that have rows below them."""
        return [self._index(number) for number, row in self._rows.items() if row.below and number != ROOT]

    def ids(self) -> Iterator[str]:
        """The element ids of all rows, from the top down."""
        waiting = self._rows[ROOT].below[::-1]
        while waiting:
            row = self._rows[waiting.pop()]
            yield row.element_id
            waiting += reversed(row.below)

    def text(self, element_id: str) -> str:
        return self._told[element_id].text

    def _index(self, number: int) -> QModelIndex:
        if number == ROOT:
            return QModelIndex()
        row = self._rows[number]
        return self.index(row.place, 0, self._index(row.above))

    def _item(self, number: int) -> QStandardItem:
        return self.invisibleRootItem() if number == ROOT else self.itemFromIndex(self._index(number))

    def _icon(self, element_id: str) -> QIcon:
        name = self._told[element_id].icon
        if name not in self._icons:
            self._icons[name] = icon(name, self._theme.colours["secondary"])
        return self._icons[name]

    def _tree(
        self, architecture: Architecture, ids: Iterable[str], searched: str, around: tuple[str, ...]
    ) -> Iterator[tuple[str, Tree]]:
        """Those of `ids` that hold what is `searched`, with all below them, or have something below them that does."""
        members = architecture.members
        for element_id in sorted(ids, key=self._places.__getitem__):
            is_found = not searched or searched in self._told[element_id].text.casefold()
            below: Tree = []
            if members.get(element_id):
                inner = (*around, element_id)
                inside = (member for member in members[element_id] if member not in inner)
                below = list(self._tree(architecture, inside, "" if is_found else searched, inner))
            if is_found or below:
                yield element_id, below

    def _insert(self, above: int, first: int, tree: Tree) -> None:
        """Makes rows below `above`, from place `first` on; those after them are to be counted anew.

        Qt would tell of a first column in the midst of the rows.
        """
        item = self._item(above)
        numbers, items = self._made(tree, above, first)
        self._rows[above].below[first:first] = numbers
        item.setColumnCount(1)
        item.insertRows(first, items)

    def _made(self, tree: Tree, above: int, first: int) -> tuple[list[int], list[QStandardItem]]:
        """New rows, which stand below `above` from place `first` on: their numbers, and what they say."""
        numbers, items = [], []
        for place, (element_id, below) in enumerate(tree, first):
            number, told = next(self._fresh_number), self._told[element_id]
            row = self._rows[number] = _Row(element_id, above, place)
            self._numbers.setdefault(element_id, []).append(number)
            item = QStandardItem()
            item.setData(element_id, ID)
            self._tell(item, element_id, told)
            if below:
                row.below, inside = self._made(below, number, 0)
                item.insertRows(0, inside)
            numbers.append(number)
            items.append(item)
        return numbers, items

    def _tell(self, item: QStandardItem, element_id: str, told: Told) -> None:
        item.setText(told.title)
        item.setToolTip(told.text)
        item.setIcon(self._icon(element_id))
        if told.is_group:
            item.setFont(self._bold)

    def _renew(self, above: int, tree: Tree, changed: set[str]) -> bool:
        """Makes the rows below `above` those of `tree`, in this order; whether any came, went or moved."""
        there = self._rows[above].below
        stay = self._staying(above, tree, changed)
        is_moved = not len(stay) == len(there) == len(tree)
        if is_moved:
            item = self._item(above)
            for first, last in reversed(_runs(place for place, n in enumerate(there) if self._id(n) not in stay)):
                self._forget(there[first : last + 1])
                del there[first : last + 1]
                item.removeRows(first, last + 1 - first)
            self._count(above, 0)
            for first, last in _runs(place for place, (element_id, _) in enumerate(tree) if element_id not in stay):
                self._insert(above, first, tree[first : last + 1])
            self._count(above, 0)
        for number, (element_id, below) in zip(tuple(there), tree, strict=True):
            if element_id in changed and element_id in stay:
                self._tell(self._item(number), element_id, self._told[element_id])
            if element_id in stay and (below or self._rows[number].below):
                is_moved |= self._renew(number, below, changed)
        return is_moved

    def _staying(self, above: int, tree: Tree, changed: set[str]) -> set[str]:
        """The ids that stay below `above`: of those before and after, those that changed only if none changes place."""
        there, wanted = [self._id(number) for number in self._rows[above].below], [element_id for element_id, _ in tree]
        if there == wanted:
            return set(wanted)
        both = set(wanted).intersection(there)
        for stay in (both, both - changed):
            if [known for known in there if known in stay] == [known for known in wanted if known in stay]:
                return stay
        return set()

    def _id(self, number: int) -> str:
        return self._rows[number].element_id

    def _count(self, above: int, first: int) -> None:
        """Says anew in which place the rows below `above` stand, from place `first` on."""
        for place, number in enumerate(self._rows[above].below[first:], first):
            self._rows[number].place = place

    def _forget(self, numbers: list[int]) -> None:
        for number in numbers:
            row = self._rows.pop(number)
            self._numbers[row.element_id].remove(number)
            self._forget(row.below)


def _told(architecture: Architecture, element: Element) -> Told:
    values = element.__dict__
    text = values.get("text") or architecture.label(element.id)
    drawn = "gateway" if values.get("role") == "gateway" else element.kind
    text, is_group = text if text.strip() else element.id, element.kind == "group"
    return Told((not is_group, text.casefold()), text, drawn, is_group)


def _roots(architecture: Architecture) -> Iterator[str]:
    return (
        element.id for element in architecture.elements if not element.groups and not element.__dict__.get("parent")
    )


def _runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of places that follow each other."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found
