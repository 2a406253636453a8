"""Findings as rows of a tree: grouped by severity, rule, element or journey, filtered, members below their finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItemModel

from app.panels.wording import value_label
from app.translation import translated
from models.architecture import Architecture

if TYPE_CHECKING:
    from models.analysis import Finding

Grouping = Literal["none", "rule", "element", "journey"]
Index = QModelIndex | QPersistentModelIndex
FINDING = Qt.ItemDataRole.UserRole
SEVERITY = Qt.ItemDataRole.UserRole + 1
CODE = Qt.ItemDataRole.UserRole + 2
COLUMNS = 3
Key = tuple[str | None, str, bool]
"""The title of a group, the id of a finding in it, and whether it has members."""
MOST_NAMED = 6


@dataclass(eq=False)
class Node:
    """One row: a finding, or the title of a group of them. The members of a finding become rows when asked for."""

    group: str
    finding: Finding | None = None
    above: Node | None = None
    row: int = 0
    rows: list[Node] | None = None

    @property
    def title(self) -> str:
        return self.group if self.finding is None else translated(self.finding.name)

    @property
    def count(self) -> int:
        """How many rows there are under this one."""
        return self.finding.count if self.finding is not None and self.rows is None else len(self.below)

    @property
    def below(self) -> list[Node]:
        """The rows under this one."""
        if self.rows is None:
            self.rows = []
            for member in self.finding.members if self.finding is not None else ():
                self.add(Node("", member))
        return self.rows

    def add(self, node: Node) -> Node:
        rows = self.below if self.rows is None else self.rows
        node.above, node.row = self, len(rows)
        rows.append(node)
        return node

    def cut(self) -> None:
        """Lets all under it go: rows and what is above them hold each other."""
        for row in self.rows or ():
            row.above = None
            row.cut()

    def renew(self, finding: Finding) -> None:
        """Says what `finding` says, which has the id of the one before and, if they are rows, the same members."""
        self.finding = finding
        for row, member in zip(self.rows or (), finding.members if self.rows else (), strict=True):
            row.renew(member)

    def may_be(self, finding: Finding) -> bool:
        """Whether `finding` has the members that are rows here."""
        if self.rows is None:
            return True
        same = [row.finding.id for row in self.rows if row.finding is not None] == [m.id for m in finding.members]
        return same and all(map(Node.may_be, self.rows, finding.members))


def where_of(architecture: Architecture, finding: Finding) -> str:
    """The way of a finding by names ("Client → Order → Bank"), or the parts it is about."""
    if len(finding.path) > 1:
        names = [architecture.label(part) for part in finding.path if part in architecture.element_by_id]
        if len(names) > MOST_NAMED:
            names = [*names[: MOST_NAMED - 2], "…", names[-1]]
        return " → ".join(names)
    parts = finding.links or finding.elements
    names = [architecture.label(part) for part in parts[:3]]
    return ", ".join(names) + ("" if len(parts) <= 3 else f" +{len(parts) - 3}")


def _keys(listed: list[tuple[str | None, Finding]]) -> list[Key]:
    """What decides which rows there are."""
    return [(title, finding.id, finding.stands_for_many) for title, finding in listed]


class FindingsModel(QStandardItemModel):
    """Columns: finding, where, grade.

    How many rows there are lies with Qt, so that a view that lays thousands out need not ask Python about each; what
    they say is told by nodes, which Qt asks for where it paints.

    `renewed` tells that rows may say something else, while all are still there; a tree that hears of that by
    `dataChanged` asks each row anew for the rows under it, which takes longer than a frame for thousands.
    """

    renewed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(COLUMNS)
        self._architecture = Architecture()
        self._findings: tuple[Finding, ...] = ()
        self._grouping: Grouping = "none"
        self._text = ""
        self._hidden: frozenset[str] = frozenset()
        self._root = Node("")
        self._by_id: dict[str, Node] = {}
        self._leaves: list[Node] = []
        self._keys: list[Key] = []

    def show(self, findings: tuple[Finding, ...], architecture: Architecture) -> None:
        """Shows the findings of `architecture`.

        As long as no row comes or goes all stay as they are, with what is selected and expanded, and say what is new.
        """
        self._findings, self._architecture = findings, architecture
        listed = self._listed()
        opened = [(node, finding) for node, (_, finding) in zip(self._leaves, listed, strict=False) if node.rows]
        keys = _keys(listed)
        if keys != self._keys or not all(node.may_be(finding) for node, finding in opened):
            self._begin_again(listed, keys)
            return
        for node, (_, finding) in zip(self._leaves, listed, strict=True):
            before = node.count
            node.renew(finding)
            if node.count > before:
                self.insertRows(before, node.count - before, self._index(node))
            elif node.count < before:
                self.removeRows(node.count, before - node.count, self._index(node))
        self.renewed.emit()

    def group_by(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self._list_anew()

    def filter_by(self, text: str, hidden: Iterable[str]) -> None:
        """Keeps findings that hold `text` somewhere and whose severity is not hidden."""
        self._text, self._hidden = text.strip().casefold(), frozenset(hidden)
        self._list_anew()

    def index_of(self, finding_id: str) -> QModelIndex:
        node = self._by_id.get(finding_id) or self._member(finding_id)
        return self._index(node) if node is not None else QModelIndex()

    def _index(self, node: Node) -> QModelIndex:
        return QModelIndex() if node.above is None else self.index(node.row, 0, self._index(node.above))

    def with_members(self) -> Iterator[str]:
        """The ids of the findings that have rows under them."""
        return (node.finding.id for node in self._by_id.values() if node.finding is not None and node.count)

    def _member(self, finding_id: str) -> Node | None:
        code = finding_id.partition(":")[0]
        for node in list(self._by_id.values()):
            if node.finding is not None and node.finding.rule == code:
                for row in node.below:
                    if row.finding is not None and row.finding.id == finding_id:
                        return row
        return None

    def order(self) -> list[str]:
        """Ids of the findings, from top to bottom, without members."""
        groups = [self._root] if self._grouping == "none" else self._root.below
        return [node.finding.id for group in groups for node in group.below if node.finding is not None]

    def _listed(self) -> list[tuple[str | None, Finding]]:
        """Every row there is for a finding: the title of its group, and the finding."""
        wanted = self._findings
        if self._text or self._hidden:
            wanted = tuple(finding for finding in wanted if self._wanted(finding))
        if self._grouping == "none":
            return [(None, finding) for finding in wanted]
        return [(title, finding) for finding in wanted for title in self._groups_of(finding)]

    def _list_anew(self) -> None:
        listed = self._listed()
        self._begin_again(listed, _keys(listed))

    def _begin_again(self, listed: list[tuple[str | None, Finding]], keys: list[Key]) -> None:
        self.beginResetModel()
        before = self._root
        self._keys = keys
        self._root, self._by_id, self._leaves = Node(""), {}, []
        groups: dict[str, Node] = {}
        for title, finding in listed:
            above = self._root if title is None else groups.get(title)
            if above is None:
                above = groups[str(title)] = self._root.add(Node(str(title)))
            node = above.add(Node("", finding))
            self._leaves.append(node)
            self._by_id.setdefault(finding.id, node)
        signalling = self.blockSignals(True)  # all of it is one reset
        self.removeRows(0, self.rowCount())
        self._make_rows(self._root, QModelIndex())
        self.blockSignals(signalling)
        self.endResetModel()
        before.cut()

    def _make_rows(self, node: Node, index: QModelIndex) -> None:
        if index.isValid():
            self.insertColumns(0, COLUMNS, index)
        self.insertRows(0, node.count, index)
        for row in node.rows or ():
            if row.count:
                self._make_rows(row, self.index(row.row, 0, index))

    def _wanted(self, finding: Finding) -> bool:
        if finding.severity in self._hidden:
            return False
        if not self._text:
            return True
        words = (finding.rule, finding.id, translated(finding.name), translated(finding.message))
        return any(self._text in word.casefold() for word in (*words, where_of(self._architecture, finding)))

    def _groups_of(self, finding: Finding) -> list[str]:
        match self._grouping:
            case "rule":
                return [f"{finding.rule} · {translated(finding.name)}"]
            case "element":
                ends = [link for link in map(self._architecture.link_by_id.get, finding.links) if link is not None]
                elements = finding.elements or tuple(link.source for link in ends)
                return [self._architecture.label(part) for part in dict.fromkeys(elements[:12])] or [self.tr("Model")]
            case _:
                return [self._architecture.label(finding.journey) if finding.journey else self.tr("No journey")]

    # What Qt asks for.

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("Finding"), self.tr("Where"), self.tr("Grade"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._node_at(index)
        finding = node.finding
        if role == Qt.ItemDataRole.DisplayRole:
            grade = "" if finding is None else self.tr("accepted") if finding.waived else value_label(finding.grade)
            if index.column() == 1:
                return "" if finding is None else where_of(self._architecture, finding)
            return self._titled(node) if index.column() == 0 else grade
        if finding is None:
            return None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return translated(finding.message)
        if role == FINDING:
            return finding
        if role == SEVERITY:
            return finding.severity
        return finding.rule if role == CODE else None

    def _titled(self, node: Node) -> str:
        if node.finding is None:
            return f"{node.title}  {node.count}"
        return f"{node.title} ({node.count})" if node.count else node.title

    def _node_at(self, index: Index) -> Node:
        if not index.isValid():
            return self._root
        return self._node_at(index.parent()).below[index.row()]
