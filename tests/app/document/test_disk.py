"""A file that another program changes is noticed, and never overwritten unasked."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import ChangedOnDiskError, Document, Recovery
from app.document.recovery import left_behind
from models.architecture import Architecture, Service, edits, replace
from models.formats import native


def add(document: Document, name: str) -> None:
    assert document.apply(lambda a: edits.add_element(a, Service(id=name)), f"Add {name}")


def ids(document: Document) -> list[str]:
    return [element.id for element in document.architecture.elements]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.loadpath.json"
    native.save(path, Architecture(elements=(Service(id="order"),)))
    return path


@pytest.fixture
def document(qapp: QApplication, path: Path) -> Document:
    document = Document()
    document.open(path)
    return document


def write_elsewhere(path: Path, name: str = "theirs") -> bytes:
    """What another program does: it adds a service."""
    found = native.load(path).architecture
    native.save(path, replace(found, elements=(*found.elements, Service(id=name))))
    return path.read_bytes()


def test_a_change_by_another_program_is_told_on_its_own(document: Document, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(document.changed_on_disk, timeout=5_000) as told:
        write_elsewhere(path)
    assert told.args == [path]
    with qtbot.waitSignal(document.changed_on_disk, timeout=5_000):
        write_elsewhere(path, "more")


def test_saving_never_overwrites_what_another_program_wrote(document: Document, path: Path) -> None:
    add(document, "mine")
    theirs = write_elsewhere(path)
    with pytest.raises(ChangedOnDiskError, match=r"model\.loadpath\.json was changed by another program"):
        document.save()
    assert path.read_bytes() == theirs
    assert document.is_modified
    document.keep_mine()
    document.save()
    assert {element.id for element in native.load(path).architecture.elements} == {"order", "mine"}
    assert not document.is_modified


def test_saving_twice_and_elsewhere_needs_no_question(document: Document, path: Path, tmp_path: Path) -> None:
    add(document, "mine")
    document.save()
    add(document, "another")
    document.save()
    write_elsewhere(path)
    elsewhere = tmp_path / "copy.loadpath.json"
    document.save(elsewhere)
    assert document.path == elsewhere
    add(document, "third")
    document.save()


def test_reloading_takes_theirs_and_undo_brings_mine_back(document: Document, path: Path) -> None:
    add(document, "mine")
    write_elsewhere(path)
    document.reload()
    assert ids(document) == ["order", "theirs"]
    assert not document.is_modified
    document.save()
    document.undo()
    assert ids(document) == ["order", "mine"]
    assert document.is_modified


def test_reloading_what_is_no_model_leaves_everything(document: Document, path: Path) -> None:
    path.write_text("{", "utf-8")
    before = document.architecture
    with pytest.raises(native.FormatError):
        document.reload()
    assert document.architecture is before
    with pytest.raises(ChangedOnDiskError):
        document.save()


def test_keeping_mine_counts_as_unsaved_and_is_asked_once(document: Document, path: Path, qtbot: QtBot) -> None:
    write_elsewhere(path)
    document.look_at_disk()
    document.keep_mine()
    assert document.is_modified
    with qtbot.assertNotEmitted(document.changed_on_disk, wait=500):
        document.look_at_disk()


def test_own_saves_and_mere_touches_are_no_change(document: Document, path: Path, qtbot: QtBot) -> None:
    add(document, "mine")
    with qtbot.assertNotEmitted(document.changed_on_disk, wait=600):
        document.save()
        os.utime(path, (1, 1))
        document.look_at_disk()


def test_a_deleted_file_is_told_and_written_again(document: Document, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(document.notice, timeout=5_000) as told:
        path.unlink()
    assert "no longer on the disk" in told.args[0]
    assert document.is_modified
    document.save()
    assert native.load(path).architecture == document.architecture


def test_recovered_work_knows_which_file_it_was_based_on(document: Document, path: Path, tmp_path: Path) -> None:
    journals = tmp_path / "journals"
    recovery = Recovery(document, journals)
    add(document, "mine")
    recovery.write_now()
    theirs = write_elsewhere(path)
    assert recovery._lock is not None
    recovery._lock.unlock()
    (work,) = left_behind(journals)
    second = Document()
    work.restore(second)
    with pytest.raises(ChangedOnDiskError):
        second.save()
    assert path.read_bytes() == theirs
    recovery.close()
