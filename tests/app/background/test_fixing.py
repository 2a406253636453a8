"""All safe fixes of a model, worked out away from the window."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from app.background import fixing
from app.background.fixing import all_safe_fixed
from app.main_window import MainWindow
from models.analysis import analyse
from models.architecture import Architecture, AsyncLink, Diagram, Queue, Service, edits
from models.architecture.diagram.layout import place_missing


def mail() -> Architecture:
    """Nobody said what becomes of messages that the mailer cannot process."""
    return Architecture(
        elements=(Service(id="shop"), Queue(id="mails"), Service(id="mailer")),
        links=(
            AsyncLink(id="shop-mails", source="shop", target="mails"),
            AsyncLink(id="mails-mailer", source="mails", target="mailer"),
        ),
        diagrams=(Diagram(id="main", positions={"shop": (0, 0), "mails": (300, 0), "mailer": (600, 0)}),),
    )


def test_what_safe_fixes_add_gets_a_place_and_what_was_there_stays() -> None:
    before = mail()
    after, applied = all_safe_fixed(before, analyse(before).findings, "main")
    added = after.element_by_id.keys() - before.element_by_id.keys()
    places = after.diagrams[0].positions
    assert applied > 0
    assert added
    assert places.keys() == after.element_by_id.keys()
    assert {known: places[known] for known in before.diagrams[0].positions} == before.diagrams[0].positions


def test_fixes_of_accepted_findings_and_fixes_to_be_reviewed_are_left_to_people() -> None:
    before = mail()
    for finding in analyse(before).findings:
        if finding.fixes and finding.fixes[0].applicability == "safe":
            before = edits.waive(before, finding.id, reason="known", owner="us", until=None)
    findings = analyse(before).findings
    assert any(finding.fixes for finding in findings)
    assert all_safe_fixed(before, findings, "main") == (before, 0)


def test_the_window_is_handed_a_model_whose_new_parts_have_their_places(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed_on: list[int] = []

    def place(architecture: Architecture, diagram_id: str) -> Architecture:
        placed_on.append(threading.get_ident())
        return place_missing(architecture, diagram_id)

    monkeypatch.setattr(fixing, "place_missing", place)
    window.document.load(mail())
    window.show_model()
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=30_000)
    window.studies.fix_all_safe()
    qtbot.waitUntil(lambda: window.document.undo_title == "Apply all safe fixes", timeout=30_000)
    after = window.document.architecture
    assert after.diagrams[0].positions.keys() == after.element_by_id.keys() > mail().element_by_id.keys()
    assert placed_on
    assert threading.get_ident() not in placed_on
