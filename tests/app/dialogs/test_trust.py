"""The page about trust in the help is the README's section."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.dialogs.trust import Trust
from app.main_window import MainWindow
from models import resources

HEADING = "## How far the numbers can be trusted"


def test_the_help_and_the_readme_tell_the_same() -> None:
    readme = (Path(__file__).resolve().parents[3] / "README.md").read_text("utf-8")
    section = readme.split(HEADING, 1)[1].split("\n## ", 1)[0].strip()
    assert resources.path("help", "trust.md").read_text("utf-8").strip() == section


def test_the_page_can_be_read_and_closed(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.show_trust()
    page = window.findChild(Trust)
    assert page is not None and page.isVisible()
    told = page.page.toPlainText()
    assert "What is not modelled at all" in told
    assert "**" not in told
    page.accept()
    qtbot.waitUntil(lambda: window.findChild(Trust) is None)
