"""The outline: its rows follow the model whatever is done to it, what is folded stays so, a search finds."""

import random
from functools import partial

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.document import Document
from app.panels.outline import Outline
from app.panels.outline_rows import OutlineRows
from app.theme import load
from models.architecture import Architecture, Group, Service, edits

Tree = list[tuple[str, "Tree"]]


def shown(rows: QAbstractItemModel, parent: QModelIndex = QModelIndex()) -> Tree:  # noqa: B008
    indexes = [rows.index(row, 0, parent) for row in range(rows.rowCount(parent))]
    return [(index.data(), shown(rows, index)) for index in indexes]


def shop() -> Architecture:
    return Architecture(
        elements=(
            Group(id="sales", name="Sales"),
            Group(id="inner", name="Inner", parent="sales"),
            Service(id="order", name="Order", groups=("inner",)),
            Service(id="basket", name="Basket", groups=("sales",)),
            Service(id="stock", name="Stock"),
            Service(id="audit", name="Audit"),
        )
    )


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    document = Document()
    document.load(shop())
    return document


@pytest.fixture
def outline(document: Document, qtbot: QtBot) -> Outline:
    outline = Outline(document, load("light"))
    qtbot.addWidget(outline)
    return outline


def test_groups_come_first_and_hold_their_members(outline: Outline) -> None:
    assert shown(outline.rows) == [
        ("Sales", [("Inner", [("Order", [])]), ("Basket", [])]),
        ("Audit", []),
        ("Stock", []),
    ]


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("ord", [("Sales", [("Inner", [("Order", [])])])]),
        ("INNER", [("Sales", [("Inner", [("Order", [])])])]),
        ("sales", [("Sales", [("Inner", [("Order", [])]), ("Basket", [])])]),
        (" stock ", [("Stock", [])]),
        ("nothing of the kind", []),
    ],
)
def test_a_search_shows_what_it_finds_and_where_that_lies(outline: Outline, searched: str, found: Tree) -> None:
    outline.search.setText(searched)
    assert shown(outline.rows) == found
    outline.search.clear()
    assert len(shown(outline.rows)) == 3


def test_return_picks_the_first_that_is_found_not_its_group(outline: Outline, document: Document, qtbot: QtBot) -> None:
    outline.search.setText("ord")
    with qtbot.waitSignal(outline.revealed) as revealed:
        qtbot.keyClick(outline.search, Qt.Key.Key_Return)
    assert revealed.args == ["order"]
    assert document.selection.ids == ("order",)


def test_what_is_searched_for_stays_so_while_the_model_changes(outline: Outline, document: Document) -> None:
    outline.search.setText("st")
    document.apply(lambda a: edits.add_element(a, Service(id="store", name="Store front")), "add")
    document.apply(lambda a: edits.rename(a, "stock", "Shelf"), "rename")
    document.turns.finish()
    assert shown(outline.rows) == [("Store front", [])]


def test_folded_groups_stay_folded_and_new_ones_are_open(outline: Outline, document: Document) -> None:
    (sales,) = outline.rows.indexes("sales")
    assert outline.tree.isExpanded(sales)
    outline.tree.setExpanded(sales, False)
    document.apply(lambda a: edits.group(a, ["audit", "stock"], "Back office"), "group")
    document.turns.finish()
    new = next(element.id for element in document.architecture.elements if element.name == "Back office")
    assert not outline.tree.isExpanded(outline.rows.indexes("sales")[0])
    assert outline.tree.isExpanded(outline.rows.indexes(new)[0])
    for number in range(40):
        document.apply(partial(edits.add_element, element=Service(id=f"n{number}")), "add", merge_key="many")
    document.undo()
    document.redo()
    document.turns.finish()
    assert not outline.tree.isExpanded(outline.rows.indexes("sales")[0])


def test_a_row_and_the_selection_follow_each_other(outline: Outline, document: Document) -> None:
    document.selection.set(["order"])
    assert [index.data() for index in outline.tree.selectionModel().selectedRows()] == ["Order"]
    outline.tree.setCurrentIndex(outline.rows.indexes("audit")[0])
    assert document.selection.ids == ("audit",)


def test_rows_that_only_say_something_else_keep_their_place(outline: Outline, document: Document) -> None:
    before = {known: tuple(outline.rows._numbers[known]) for known in outline.rows.ids()}
    document.apply(lambda a: edits.rename(a, "audit", "Auditing"), "rename")
    document.turns.finish()
    assert {known: tuple(outline.rows._numbers[known]) for known in outline.rows.ids()} == before
    assert shown(outline.rows)[1:] == [("Auditing", []), ("Stock", [])]


def any_edit(chance: random.Random, number: int, architecture: Architecture) -> Architecture:
    elements = [element.id for element in architecture.elements]
    groups = [element.id for element in architecture.elements if element.kind == "group"]
    some = chance.sample(elements, min(len(elements), chance.randint(1, 3)))
    choice = chance.randrange(6)
    if choice == 0:
        name = f"{chance.choice('abcxyz')} {number}"
        return edits.add_element(architecture, Service(id=f"new-{number}", name=name))
    if choice == 1 and len(elements) > 4:
        return edits.remove(architecture, some)
    if choice == 2:
        return edits.group(architecture, some, f"{chance.choice('mno')} {number}")
    if choice == 3 and groups:
        return edits.ungroup(architecture, chance.choice(groups))
    if choice == 4 and groups:
        return edits.join(architecture, some, chance.choice(groups))
    return edits.rename(architecture, some[0], f"{chance.choice('defuvw')} {number}")


@pytest.mark.parametrize("seed", range(12))
def test_rows_are_those_of_a_new_outline_whatever_was_done(seed: int, qtbot: QtBot) -> None:
    chance = random.Random(seed)
    rows = OutlineRows(load("light"))
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal, rows)
    document = Document()
    document.load(shop())
    outline = Outline(document, load("light"))
    qtbot.addWidget(outline)
    searched = ""
    for number in range(40):
        document.apply(partial(any_edit, chance, number), "edit")
        if chance.random() < 0.2:
            document.undo()
        if chance.random() < 0.1:
            searched = chance.choice(["", "a", "m", "service"])
            outline.search.setText(searched)
        document.turns.finish()
        rows.show(document.architecture, searched)
        fresh = OutlineRows(load("light"))
        fresh.show(document.architecture, searched)
        assert shown(rows) == shown(fresh) == shown(outline.rows)
