"""The window as a whole: files in and out, unsaved changes, recovery, panels, themes."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.main_window import files as files_module
from app.main_window.toolbar import LEAST_TITLE
from app.session import Session
from models import resources
from models.architecture import Architecture, Service, edits
from models.formats import native

SAMPLE = resources.path("samples", "retry-storm.loadpath.json")


def add(window: MainWindow, name: str = "order") -> None:
    assert window.document.apply(lambda a: edits.add_element(a, Service(id=name)), f"Add {name}")


def answer(monkeypatch: pytest.MonkeyPatch, choice: str) -> None:
    monkeypatch.setattr(files_module, "ask_unsaved", lambda *_args: choice)


def test_an_empty_start_shows_the_samples_and_drawing_leaves_them(window: MainWindow, qtbot: QtBot) -> None:
    assert window.centre.currentWidget() is window.welcome
    assert set(window.welcome.samples) >= {"music-shop", "retry-storm", "poison-message"}
    add(window)
    assert window.centre.currentWidget() is window.canvas


def test_a_sample_opens_as_a_model_without_a_file(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.welcome.samples["retry-storm"], Qt.MouseButton.LeftButton)
    assert window.document.architecture == native.load(SAMPLE).architecture
    assert window.document.path is None
    assert not window.document.is_modified
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=30_000)
    assert window.analysis.latest.findings


def test_the_title_tells_model_and_unsaved_changes(window: MainWindow) -> None:
    assert window.windowTitle() == "Untitled[*] · Loadpath"
    assert not window.isWindowModified()
    add(window)
    assert window.isWindowModified()
    assert window.toolbar.saved.text() == "not saved"


def test_a_file_that_is_no_model_is_told_in_the_bar_and_leaves_the_model(window: MainWindow, tmp_path: Path) -> None:
    broken = tmp_path / "broken.loadpath.json"
    broken.write_text('{"format": "loadpath/1.0", "elemens": []}', "utf-8")
    before = window.document.architecture
    assert not window.files.open(broken)
    assert window.notice.isVisible()
    assert "elemens" in window.notice.text.text()
    assert window.document.architecture is before


@pytest.mark.parametrize(("choice", "left"), [("discard", True), ("cancel", False), ("save", True)])
def test_unsaved_changes_are_asked_about(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, choice: str, left: bool
) -> None:
    add(window)
    target = tmp_path / "kept.loadpath.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(target), ""))
    answer(monkeypatch, choice)
    window.files.new()
    assert (window.document.architecture.elements == ()) is left
    assert target.exists() is (choice == "save")


def test_closing_a_window_with_unsaved_changes_can_be_taken_back(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(window)
    answer(monkeypatch, "cancel")
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    assert window.isVisible()


def test_what_cannot_be_saved_is_told_and_nothing_is_lost(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(window)
    nowhere = tmp_path / "missing" / "model.loadpath.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(nowhere), ""))
    assert not window.files.save()
    assert window.notice.isVisible()
    assert window.document.is_modified


def test_saving_remembers_the_file_and_reverting_is_one_step(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.loadpath.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(path), ""))
    add(window)
    assert window.files.save()
    assert window.settings.recent_files[0] == path
    add(window, "payment")
    window.files.revert()
    assert [element.id for element in window.document.architecture.elements] == ["order"]
    window.document.undo()
    assert [element.id for element in window.document.architecture.elements] == ["order", "payment"]


@pytest.mark.parametrize("choice", ["Reload", "Keep mine"])
def test_a_file_changed_by_another_program_is_told_with_what_can_be_done(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, choice: str
) -> None:
    path = tmp_path / "model.loadpath.json"
    native.save(path, Architecture(elements=(Service(id="order"),)))
    assert window.files.open(path)
    add(window, "mine")
    with qtbot.waitSignal(window.document.changed_on_disk, timeout=5_000):
        native.save(path, Architecture(elements=(Service(id="theirs"),)))
    assert window.notice.isVisible()
    assert path.name in window.notice.text.text()
    buttons = {button.text(): button for button in window.notice.findChildren(QPushButton)}
    qtbot.mouseClick(buttons[choice], Qt.MouseButton.LeftButton)
    assert window.files.save()
    kept = ["theirs"] if choice == "Reload" else ["mine", "order"]
    assert [element.id for element in native.load(path).architecture.elements] == kept


def test_saving_over_a_changed_file_asks_first(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "model.loadpath.json"
    native.save(path, Architecture(elements=(Service(id="order"),)))
    assert window.files.open(path)
    add(window, "mine")
    native.save(path, Architecture(elements=(Service(id="theirs"),)))
    assert not window.files.save()
    assert "Nothing was saved" in window.notice.text.text()
    assert [element.id for element in native.load(path).architecture.elements] == ["theirs"]
    window.notice.choose(1)
    assert [element.id for element in native.load(path).architecture.elements] == ["mine", "order"]


def test_a_model_dropped_on_the_window_is_opened(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    none = Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    window.dropEvent(drop)
    assert window.document.path == Path(SAMPLE)


def test_manifests_are_imported_off_the_windows_thread(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: order}\nspec:\n  replicas: 2\n"
        "  selector: {matchLabels: {app: order}}\n  template:\n    metadata: {labels: {app: order}}\n"
        "    spec: {containers: [{name: order, image: shop/order}]}\n",
        "utf-8",
    )
    window.files.import_([tmp_path])
    qtbot.waitUntil(lambda: bool(window.document.architecture.elements), timeout=30_000)
    assert window.document.architecture.element_by_id["order"].said()["instances"] == 2
    assert window.document.is_modified
    assert window.notice.text.text().startswith("Imported. Elements: 1, links: 0")


def test_what_nobody_can_import_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing", "utf-8")
    window.files.import_([tmp_path])
    qtbot.waitUntil(window.notice.isVisible, timeout=30_000)
    assert window.document.architecture.elements == ()


@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_diagram_is_exported(window: MainWindow, qtbot: QtBot, tmp_path: Path, suffix: str, start: bytes) -> None:
    window.files.open(Path(SAMPLE))
    path = tmp_path / f"drawing.{suffix}"
    window.files.export(path, suffix)
    qtbot.waitUntil(window.notice.isVisible, timeout=60_000)
    assert str(path) in window.notice.text.text()
    assert path.read_bytes().lstrip().startswith(start)


def test_a_report_is_written(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.files.open(Path(SAMPLE))
    path = tmp_path / "report.html"
    window.files.write_report(path)
    qtbot.waitUntil(window.notice.isVisible, timeout=60_000)
    assert "Retry storm" in path.read_text("utf-8")


def test_panels_hide_show_and_are_remembered(session: Session, cold_kernel: None, qtbot: QtBot) -> None:
    window = session.open_window()
    for name in ("left", "inspector", "bottom", "minimap"):
        assert window.panel_shown(name)
    window.shelf["panel-left"].trigger()
    window.shelf["panel-minimap"].trigger()
    assert not window.panel_shown("left")
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=30_000)
    window.close()
    again = session.open_window()
    qtbot.waitUntil(lambda: again.analysis.state == "current", timeout=30_000)
    assert not again.panel_shown("left")
    assert not again.panel_shown("minimap")
    assert again.panel_shown("inspector")


def test_every_window_wears_the_theme_that_was_chosen(window: MainWindow, session: Session) -> None:
    window.shelf["theme-dark"].trigger()
    assert window.theme.name == "dark"
    assert window.canvas.theme.name == "dark"
    assert session.settings.theme == "dark"
    assert session.theme.colours["panel"].lower() in QApplication.instance().styleSheet().lower()  # type: ignore[union-attr]  # the test has an application


def test_a_selected_link_is_retagged_by_its_key_and_new_links_follow(window: MainWindow) -> None:
    window.files.open(Path(SAMPLE))
    link = next(link for link in window.document.architecture.links if link.source != "client")
    window.document.selection.set([link.id])
    window.shelf["style-async"].trigger()
    assert window.document.architecture.link_by_id[link.id].style == "async"
    assert window.canvas.current_style == "async"
    assert window.toolbar.styles["async"].isChecked()
    window.document.undo()
    assert window.document.architecture.link_by_id[link.id].style == link.style


def test_crashed_work_is_offered_and_brought_back(
    session: Session, cold_kernel: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    journals = tmp_path / "loadpath" / "recovery"
    program = (
        "import os, sys; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtWidgets import QApplication\nfrom pathlib import Path\n"
        "from app.document import Document, Recovery\nfrom models.architecture import Service, edits\n"
        "application = QApplication([]); document = Document(); recovery = Recovery(document, Path(sys.argv[1]))\n"
        "document.apply(lambda a: edits.add_element(a, Service(id='lost', name='Lost')), 'Add')\n"
        "recovery.write_now(); os._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(journals)], cwd=Path(__file__).parents[2], env=os.environ)
    window = session.open_window()
    qtbot.waitUntil(window.notice.isVisible, timeout=30_000)
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=30_000)
    assert "Untitled" in window.notice.text.text()
    window.notice.choose(0)
    assert "lost" in window.document.architecture.element_by_id
    assert window.document.is_modified
    assert not list(journals.glob("*.journal"))


def test_the_program_ends_well_after_a_copy(tmp_path: Path) -> None:
    """What Python put on a clipboard that outlives it crashed the process once there was no interpreter left."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.session import Session\n"
        "from app.settings import Settings\n"
        "from models.architecture import Architecture, Service\n"
        "application = QApplication([])\n"
        "session = Session(application, Settings(Path(sys.argv[1]) / 'settings.ini'))\n"
        "window = session.open_window()\n"
        "model = Architecture(name='Shop', elements=(Service(id='order', name='Order'),))\n"
        "def copy_and_close():\n"
        "    window.document.load(model)\n"
        "    window.document.selection.set(['order'])\n"
        "    window.canvas.copy()\n"
        "    window.canvas.paste()\n"
        "    print(len(window.document.architecture.elements))\n"
        "    window.document.load(model)\n"
        "    window.close()\n"
        "QTimer.singleShot(0, copy_and_close)\n"
        "application.exec()\n"
        "session.close()\n"
    )
    own = {"XDG_CACHE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        env=os.environ | own,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "2\n"), done.stderr


def test_a_notice_lies_over_the_drawing_and_goes_with_the_next_change(window: MainWindow) -> None:
    window.show_canvas()
    before = window.canvas.geometry()
    window.notice.tell("It could not be written.", "error")
    assert window.notice.isVisible()
    assert window.canvas.geometry() == before
    add(window)
    assert not window.notice.isVisible()


def test_a_question_comes_back_until_it_is_answered(window: MainWindow) -> None:
    answers: list[str] = []
    window.notice.ask("Bring the work back?", ("Yes", lambda: answers.append("yes")))
    window.notice.tell("Written.", "info")
    assert window.notice.text.text() == "Written."
    add(window)
    assert window.notice.text.text() == "Bring the work back?"
    window.notice.choose(0)
    assert answers == ["yes"]
    assert not window.notice.isVisible()


def test_the_style_in_the_toolbar_is_for_the_next_link_and_leaves_the_one_just_drawn(
    window: MainWindow, qtbot: QtBot
) -> None:
    add(window, "order")
    add(window, "stock")
    window.canvas.connect_elements("order", "stock")
    link = window.document.architecture.links[0]
    window.document.selection.set([link.id])
    qtbot.mouseClick(window.toolbar.styles["event"], Qt.MouseButton.LeftButton)
    assert window.document.architecture.links == (link,)
    assert window.canvas.current_style == "event"


@pytest.mark.parametrize("width", [900, 1024, 1200, 1440])
def test_no_part_of_the_toolbar_lies_over_another_and_the_title_can_be_read(window: MainWindow, width: int) -> None:
    window.resize(width, 700)
    QApplication.processEvents()
    assert window.toolbar.width() == width
    parts = [part for part in window.toolbar.children() if isinstance(part, QWidget) and part.isVisible()]
    parts.sort(key=lambda part: part.x())
    for left, right in pairwise(parts):
        assert left.geometry().right() < right.x(), (left, right)
    for button in (window.toolbar.run, window.toolbar.report, *window.toolbar.styles.values()):
        assert button.width() >= button.minimumSizeHint().width()
    assert window.toolbar.title.width() >= LEAST_TITLE


def test_the_welcome_page_needs_no_scrolling_sideways_whatever_was_opened_before(
    window: MainWindow, tmp_path: Path
) -> None:
    deep = tmp_path / ("a folder with a long name" * 4) / ("and another in it" * 6)
    deep.mkdir(parents=True)
    (deep / "shop.loadpath.json").write_bytes(SAMPLE.read_bytes())
    window.settings.add_recent(deep / "shop.loadpath.json")
    window.resize(1024, 660)
    QApplication.processEvents()
    assert window.welcome.isVisible()
    assert window.welcome.horizontalScrollBar().maximum() == 0


def test_the_window_fits_a_small_screen_and_the_panel_can_take_most_of_it(window: MainWindow) -> None:
    window.show_canvas()
    window.resize(900, 600)
    assert (window.width(), window.height()) == (900, 600)
    assert not window.minimap.isVisible()
    assert window.toolbar.styles["sync"].text() == ""
    assert window.centre.minimumHeight() + window.bottom.minimumHeight() < 300
