"""The document: one way in, undo that brings back the identical value, files, and who is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from models.architecture import Architecture, Client, Diagram, Service, SyncLink, edits
from models.architecture.changes import Changes
from models.formats.native import FormatError

Edit = Callable[[Architecture], Architecture]


def small() -> Architecture:
    return Architecture(
        name="Small",
        elements=(Client(id="user"), Service(id="order", name="Order")),
        links=(SyncLink(id="user-order", source="user", target="order"),),
    )


@pytest.fixture
def document(qapp: QApplication) -> Document:
    document = Document()
    document.load(small())
    return document


def selected(document: Document) -> tuple[str, ...]:
    return document.selection.ids


def renamed(name: str) -> Edit:
    return lambda a: edits.rename(a, "order", name)


def names(document: Document) -> str | None:
    return document.architecture.element_by_id["order"].name


def test_a_new_document_is_empty_unmodified_and_has_a_diagram(qapp: QApplication) -> None:
    document = Document()
    assert document.architecture.elements == ()
    assert document.diagram.id == "main"
    assert not document.is_modified
    assert document.title == "Untitled"


def test_everything_loaded_has_a_place(document: Document) -> None:
    assert set(document.diagram.positions) == {"user", "order"}
    assert not document.is_modified


def test_what_has_a_place_keeps_it_when_the_rest_is_placed(document: Document) -> None:
    diagram = Diagram(id="main", positions={"user": (7.0, 11.0)})
    document.load(Architecture(elements=small().elements, diagrams=(diagram,)))
    assert document.diagram.positions["user"] == (7.0, 11.0)
    assert "order" in document.diagram.positions


def test_an_edit_is_one_step_with_a_title(document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignals([document.changed, document.history_changed, document.modified_changed]):
        assert document.apply(renamed("Orders"), "Rename Order")
    assert names(document) == "Orders"
    assert (document.undo_title, document.redo_title) == ("Rename Order", "")
    assert document.is_modified


def test_undo_and_redo_bring_back_the_identical_values(document: Document) -> None:
    first = document.architecture
    document.apply(renamed("A"), "A")
    second = document.architecture
    document.apply(renamed("B"), "B")
    third = document.architecture
    document.undo()
    assert document.architecture is second
    document.undo()
    assert document.architecture is first
    assert not document.is_modified
    document.redo()
    document.redo()
    assert document.architecture is third
    assert not document.can_redo


def test_an_edit_after_undo_forgets_what_could_be_redone(document: Document) -> None:
    document.apply(renamed("A"), "A")
    document.undo()
    document.apply(renamed("B"), "B")
    assert not document.can_redo
    assert document.undo_title == "B"


def test_steps_with_the_same_key_become_one(document: Document) -> None:
    first = document.architecture
    for name in ("O", "Or", "Ord"):
        document.apply(renamed(name), "Rename", "rename:order")
    assert names(document) == "Ord"
    document.undo()
    assert document.architecture is first


def test_a_step_in_between_or_an_undo_ends_the_merging(document: Document) -> None:
    document.apply(renamed("A"), "Rename", "key")
    document.undo()
    document.redo()
    document.apply(renamed("B"), "Rename", "key")
    document.undo()
    assert names(document) == "A"


def test_a_save_ends_the_merging_so_that_undo_leads_back_to_the_file(document: Document, tmp_path: Path) -> None:
    document.apply(renamed("A"), "Rename", "key")
    document.save(tmp_path / "a.loadpath.json")
    document.apply(renamed("B"), "Rename", "key")
    document.undo()
    assert names(document) == "A"
    assert not document.is_modified


def test_merged_steps_that_lead_back_leave_nothing_to_undo(document: Document) -> None:
    first = document.architecture
    document.apply(renamed("A"), "Rename", "key")
    document.apply(renamed("Order"), "Rename", "key")
    assert document.architecture is first
    assert not document.can_undo
    assert not document.is_modified


def test_an_edit_that_changes_nothing_is_no_step(document: Document) -> None:
    revision = document.revision
    assert not document.apply(renamed("Order"), "Rename")
    assert not document.can_undo
    assert document.revision == revision


def test_an_edit_that_cannot_be_is_told_and_changes_nothing(document: Document, qtbot: QtBot) -> None:
    before = document.architecture
    with qtbot.waitSignal(document.notice) as notice:
        assert not document.apply(lambda a: edits.rename(a, "nobody", "X"), "Rename")
    assert '"nobody"' in notice.args[0]
    assert document.architecture is before


def test_what_changed_is_told_by_id(document: Document) -> None:
    told: list[Changes] = []
    document.changed.connect(told.append)
    document.apply(renamed("A"), "Rename")
    document.apply(lambda a: edits.add_element(a, Service(id="stock")), "Add")
    document.undo()
    assert told[0].changed == ("order",)
    assert told[1].added == ("stock",)
    assert told[2].removed == ("stock",)


def test_what_an_edit_adds_without_a_place_is_placed(document: Document) -> None:
    document.apply(lambda a: edits.add_element(a, Service(id="stock")), "Add")
    assert "stock" in document.diagram.positions


def test_the_revision_grows_with_every_change(document: Document) -> None:
    seen = [document.revision]
    document.apply(renamed("A"), "A")
    seen.append(document.revision)
    document.undo()
    seen.append(document.revision)
    assert seen == sorted(set(seen))
    assert document.snapshot() == (document.revision, document.architecture)


def test_the_selection_forgets_what_is_gone_and_undo_selects_it_again(document: Document) -> None:
    document.selection.set(("order", "user-order", "nothing"))
    assert selected(document) == ("order", "user-order")
    document.apply(lambda a: edits.remove(a, ["order"]), "Delete Order")
    assert not selected(document)
    document.undo()
    assert selected(document) == ("order", "user-order")


def test_save_and_open_bring_back_an_equal_value(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "small.loadpath.json"
    document.apply(renamed("Orders"), "Rename")
    document.save(path)
    assert not document.is_modified
    assert document.path == path
    other = Document()
    other.open(path)
    assert sorted(e.id for e in other.architecture.elements) == ["order", "user"]
    assert other.architecture.element_by_id == document.architecture.element_by_id
    assert other.diagram == document.diagram
    assert not other.can_undo


def test_undo_past_a_save_is_a_modification(document: Document, tmp_path: Path) -> None:
    document.apply(renamed("A"), "A")
    document.save(tmp_path / "a.loadpath.json")
    document.undo()
    assert document.is_modified
    document.redo()
    assert not document.is_modified


def test_a_model_without_a_file_cannot_be_saved_to_nowhere(document: Document) -> None:
    with pytest.raises(ValueError, match="path"):
        document.save()


def test_a_file_that_is_no_model_leaves_the_document_as_it_was(document: Document, tmp_path: Path) -> None:
    before = document.architecture
    path = tmp_path / "broken.loadpath.json"
    path.write_text("{", "utf-8")
    with pytest.raises(FormatError):
        document.open(path)
    assert document.architecture is before
    assert document.path is None


def test_new_starts_over(document: Document, tmp_path: Path) -> None:
    document.save(tmp_path / "a.loadpath.json")
    document.apply(renamed("A"), "A")
    document.selection.set(("order",))
    document.new()
    assert document.architecture.elements == ()
    assert document.path is None
    assert not document.can_undo
    assert not document.is_modified
    assert not selected(document)
