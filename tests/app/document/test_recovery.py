"""The recovery journal: written after changes, gone after a save, offered after a crash and only then."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document, Recovery
from app.document.recovery import left_behind
from models.architecture import Architecture, Service, edits


@pytest.fixture
def document(qapp: QApplication) -> Document:
    document = Document()
    document.load(Architecture(name="Shop", elements=(Service(id="order", name="Order"),)))
    return document


@pytest.fixture
def recovery(document: Document, tmp_path: Path) -> Iterator[Recovery]:
    recovery = Recovery(document, tmp_path / "journals", interval_ms=10)
    yield recovery
    recovery.close()


def rename(document: Document, name: str) -> None:
    document.apply(lambda a: edits.rename(a, "order", name), "Rename")


def test_an_unchanged_document_leaves_no_journal(recovery: Recovery, qtbot: QtBot) -> None:
    qtbot.wait(50)
    assert not recovery.journal.exists()


def test_a_change_is_journalled_within_the_interval(document: Document, recovery: Recovery, qtbot: QtBot) -> None:
    rename(document, "Orders")
    qtbot.waitUntil(recovery.journal.exists)
    assert "Orders" in recovery.journal.read_text("utf-8")


def test_a_save_empties_the_journal(document: Document, recovery: Recovery, tmp_path: Path, qtbot: QtBot) -> None:
    rename(document, "Orders")
    recovery.write_now()
    document.save(tmp_path / "shop.loadpath.json")
    qtbot.waitUntil(lambda: not recovery.journal.exists())


def test_closing_as_usual_leaves_nothing_behind(document: Document, tmp_path: Path) -> None:
    recovery = Recovery(document, tmp_path)
    rename(document, "Orders")
    recovery.write_now()
    recovery.close()
    assert list(tmp_path.iterdir()) == []


def test_the_journal_of_an_open_window_is_not_offered(document: Document, recovery: Recovery) -> None:
    rename(document, "Orders")
    recovery.write_now()
    assert left_behind(recovery.journal.parent) == ()


def test_after_a_crash_the_work_is_offered_and_can_be_taken_up(tmp_path: Path, qapp: QApplication) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "app = QCoreApplication([])\n"
        "from app.document.document import Document\n"
        "from app.document.recovery import Recovery\n"
        "from models.architecture import Architecture, Service, edits\n"
        "document = Document()\n"
        "shop = Architecture(name='Shop', elements=(Service(id='order'),))\n"
        "document.load(shop, pathlib.Path('/nowhere/shop.json'))\n"
        "recovery = Recovery(document, pathlib.Path(sys.argv[1]))\n"
        "document.apply(lambda a: edits.rename(a, 'order', 'Rescued'), 'Rename')\n"
        "recovery.write_now()\n"
        "os._exit(9)\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=root, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    (work,) = left_behind(tmp_path)
    assert work.title == "Shop"
    assert work.path == Path("/nowhere/shop.json")
    document = Document()
    work.restore(document)
    assert document.architecture.element_by_id["order"].name == "Rescued"
    assert document.is_modified
    assert document.path == Path("/nowhere/shop.json")
    assert left_behind(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_cannot_be_read_is_passed_over_and_kept(tmp_path: Path) -> None:
    broken = tmp_path / "1-x.journal"
    broken.write_text('{"model": 7, "title": []}', "utf-8")
    assert left_behind(tmp_path) == ()
    assert broken.exists()


def test_a_folder_that_cannot_be_written_is_told(document: Document, tmp_path: Path, qtbot: QtBot) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    recovery = Recovery(document, blocked)
    rename(document, "Orders")
    with qtbot.waitSignal(recovery.failed) as failed:
        recovery.write_now()
    assert "Save your model" in failed.args[0]
    recovery.close()
