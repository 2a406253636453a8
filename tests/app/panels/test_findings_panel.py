"""The findings panel: list, search, groups, the finding in full, fixes and accepted risks."""

import gc
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.background.preview import Preview, preview
from app.dialogs.accept_risk import AcceptRisk
from app.main_window import MainWindow
from app.panels.findings import FindingsPanel
from app.panels.findings_model import FINDING, FindingsModel, Grouping
from app.panels.findings_view import GRADES, NAMES
from app.session import Session
from models import resources
from models.analysis import Fix, analyse, catalogue
from models.architecture import Architecture, Service, SyncLink, edits
from models.formats import native


@pytest.fixture
def shop(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.files.open_sample("music-shop.loadpath.json")
    qtbot.waitUntil(lambda: window.analysis.state == "current" and window.findings.model.rowCount() > 0, timeout=30_000)
    return window


def settled(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.wait(60)
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=30_000)


def listed(panel: FindingsPanel) -> list[str]:
    return panel.model.order()


def test_every_finding_is_listed_worst_first_and_counted(shop: MainWindow) -> None:
    analysis = shop.analysis.latest
    assert listed(shop.findings) == [finding.id for finding in analysis.findings]
    total = sum(analysis.summary.values())
    assert shop.bottom.tabs.tabText(0) == f"Findings {total}"
    assert shop.findings.severities["error"].text() == str(analysis.summary["error"])
    assert shop.status.health.text().startswith(f"{analysis.summary['error']} error")


def test_nothing_is_counted_before_the_model_was_looked_at(session: Session, cold_kernel: None) -> None:
    made = session.open_window()
    assert made.analysis.state != "current"
    assert {button.text() for button in made.findings.severities.values()} == {"–"}


def test_badges_carry_the_count_and_the_worst_severity(shop: MainWindow) -> None:
    shown = shop.analysis.latest.by_part
    assert shown
    living = [finding for finding in shop.analysis.latest.each if finding.waived is None]
    assert sum(count for count, _worst in shown.values()) <= len(living)
    assert {worst for _count, worst in shown.values()} <= {"error", "warning", "info"}


@pytest.mark.parametrize("grouping", ["none", "rule"])
def test_findings_that_are_replaced_are_freed_without_looking_for_garbage(
    qapp: QApplication, grouping: Grouping
) -> None:
    """Rows hold what is above them: an analysis that hung on them was left to the collector, after each edit."""
    shop = native.load(resources.path("samples", "music-shop.loadpath.json")).architecture
    model = FindingsModel()
    model.group_by(grouping)
    held = [analyse(shop)]
    model.show(held[0].findings, shop)
    many = next(finding for finding in held[0].findings if finding.members)
    assert model.index_of(many.members[0].id).isValid()
    watched = [weakref.ref(finding) for finding in held[0].findings]
    del many
    collecting = gc.isenabled()
    gc.disable()
    held.clear()
    model.show((), shop)
    left = [seen() for seen in watched]
    if collecting:
        gc.enable()
    assert not any(left)


def test_searching_keeps_what_holds_the_words(shop: MainWindow, qtbot: QtBot) -> None:
    panel = shop.findings
    before = listed(panel)
    panel.search.setText("d01")
    qtbot.waitUntil(lambda: listed(panel) != before)
    assert listed(panel)
    assert all(finding.startswith("D01") for finding in listed(panel))
    panel.search.setText("nothing is called this")
    qtbot.waitUntil(lambda: listed(panel) == [])
    assert panel.empty.text() == "No finding fits the search."
    panel.search.clear()
    qtbot.waitUntil(lambda: listed(panel) == before)


def test_a_severity_can_be_hidden(shop: MainWindow) -> None:
    panel = shop.findings
    panel.severities["error"].setChecked(False)
    kept = {shop.analysis.latest.finding(finding).severity for finding in listed(panel)}
    assert "error" not in kept
    assert kept


@pytest.mark.parametrize("grouping", ["rule", "element", "journey"])
def test_findings_can_be_grouped(shop: MainWindow, grouping: str) -> None:
    panel = shop.findings
    every = set(listed(panel))
    panel.grouping.setCurrentIndex(panel.grouping.findData(grouping))
    assert set(listed(panel)) == every
    assert panel.model.rowCount() < len(listed(panel)) or grouping == "element"


def test_choosing_a_finding_tells_it_in_full_and_draws_its_path(shop: MainWindow, qtbot: QtBot) -> None:
    panel = shop.findings
    finding = next(f for f in shop.analysis.latest.findings if len(f.path) > 1 and f.arithmetic is not None)
    paths: list[object] = []
    panel.path_shown.connect(paths.append)
    panel.show_finding(finding.id)
    assert paths[-1] == finding.path
    assert panel.detail.message.text() == str(finding.message)
    assert panel.detail.arithmetic.text() == str(finding.arithmetic)
    panel.toggle_help()
    assert "<b>Why</b>" in panel.detail.help.text()
    assert "communication-styles text" in panel.detail.help.text()
    assert panel.detail.help.isVisible()


def test_a_finding_without_a_path_points_out_what_it_is_about_unnumbered(shop: MainWindow, qtbot: QtBot) -> None:
    many = next(f for f in shop.analysis.latest.findings if not f.path and len(f.links) > 1)
    shop.findings.show_finding(many.id)
    scene = shop.canvas._canvas
    assert set(scene.path_links) == set(many.links)
    assert not scene.numbered
    led = next(f for f in shop.analysis.latest.findings if len(f.path) > 2)
    shop.findings.show_finding(led.id)
    assert scene.numbered == set(led.path) - set(shop.document.architecture.element_by_id)


def test_a_fix_is_previewed_and_is_one_undo_step(shop: MainWindow, qtbot: QtBot) -> None:
    panel, document = shop.findings, shop.document
    before = document.architecture
    finding = next(f for f in shop.analysis.latest.findings if f.fixes and f.rule == "R01")
    panel.show_finding(finding.id)
    qtbot.waitUntil(lambda: panel.detail.preview.text().startswith("This fix removes"), timeout=30_000)
    assert "R01" in panel.detail.preview.text()
    qtbot.mouseClick(panel.detail.fix_button, Qt.MouseButton.LeftButton)
    settled(shop, qtbot)
    assert shop.analysis.latest.finding(finding.id) is None
    assert document.undo_title == str(finding.fixes[0].title)
    document.undo()
    assert document.architecture is before


def test_what_a_preview_worked_out_is_taken_over_unless_the_model_changed_since(shop: MainWindow, qtbot: QtBot) -> None:
    panel, document, previews = shop.findings, shop.document, list[Preview]()

    def remembered(architecture: Architecture, fix: Fix) -> Preview:
        previews.append(preview(architecture, fix))
        return previews[-1]

    panel.use(catalogue().__getitem__, remembered)
    finding = next(f for f in shop.analysis.latest.findings if f.fixes and f.rule == "R01")
    panel.show_finding(finding.id)
    qtbot.waitUntil(lambda: panel.detail.preview.text().startswith("This fix removes"), timeout=30_000)
    panel.apply_fix(finding, finding.fixes[0])
    assert document.architecture is previews[0].after
    document.undo()
    renamed = finding.elements[0]
    document.apply(lambda a: edits.rename(a, renamed, "Renamed meanwhile"), "Rename")
    panel.apply_fix(finding, finding.fixes[0])
    assert document.undo_title == str(finding.fixes[0].title)
    assert document.architecture.label(renamed) == "Renamed meanwhile"


def test_a_double_click_on_fix_applies_one_fix_and_says_so(shop: MainWindow, qtbot: QtBot) -> None:
    panel, before = shop.findings, shop.document.architecture
    finding = next(f for f in shop.analysis.latest.findings if f.fixes and f.rule == "R01")
    panel.show_finding(finding.id)
    order = listed(panel)
    below = order[order.index(finding.id) + 1]
    qtbot.waitUntil(lambda: panel.detail.preview.isVisible(), timeout=30_000)
    panel.detail.ensureWidgetVisible(panel.detail.fix_button)
    place = panel.detail.fix_button.mapTo(shop, panel.detail.fix_button.rect().center())
    for _press in range(2):
        there = shop.childAt(place)
        assert there is not None
        qtbot.mouseClick(there, Qt.MouseButton.LeftButton, pos=there.mapFrom(shop, place))
    settled(shop, qtbot)
    assert panel.detail.done.isVisible()
    assert panel.detail.done.text().startswith("Done: ")
    assert panel.current is None
    panel.step(1)
    assert panel.current is not None
    assert panel.current.id == below
    shop.document.undo()
    assert shop.document.architecture is before


def test_undoing_a_fix_shows_its_finding_again(shop: MainWindow, qtbot: QtBot) -> None:
    panel, before = shop.findings, shop.document.architecture
    finding = next(f for f in shop.analysis.latest.findings if f.fixes and f.rule == "R01")
    panel.show_finding(finding.id)
    assert shop.shelf["fix"].isEnabled()
    shop.shelf["fix"].trigger()
    assert not shop.shelf["fix"].isEnabled()
    settled(shop, qtbot)
    qtbot.waitUntil(panel.detail.undo.isEnabled)
    qtbot.mouseClick(panel.detail.undo, Qt.MouseButton.LeftButton)
    assert shop.document.architecture is before
    qtbot.waitUntil(lambda: panel.current is not None and panel.current.id == finding.id, timeout=30_000)


def test_another_model_begins_with_every_finding(shop: MainWindow, qtbot: QtBot) -> None:
    panel = shop.findings
    panel.severities["error"].setChecked(False)
    panel.search.setText("nothing is called this")
    qtbot.waitUntil(lambda: listed(panel) == [])
    assert panel.clear_search.isVisible()
    shop.files.open_sample("retry-storm.loadpath.json")
    assert panel.search.text() == ""
    assert panel.severities["error"].isChecked()


def test_stepping_goes_round(shop: MainWindow) -> None:
    panel = shop.findings
    panel.step(-1)
    assert panel.current is not None and panel.current.id == listed(panel)[-1]
    panel.step(1)
    assert panel.current.id == listed(panel)[0]


def test_an_accepted_risk_is_kept_in_the_model_and_can_be_taken_back(shop: MainWindow, qtbot: QtBot) -> None:
    panel = shop.findings
    finding = shop.analysis.latest.findings[0]
    panel.show_finding(finding.id)
    qtbot.mouseClick(panel.detail.accept, Qt.MouseButton.LeftButton)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, AcceptRisk))
    dialog.owner.clear()
    dialog.reason.setPlainText("One owner writes, the other only reads for a month.")
    assert not dialog.accept_button.isEnabled()
    dialog.owner.setText("Team Sales")
    dialog.reason.clear()
    assert not dialog.accept_button.isEnabled()
    dialog.reason.setPlainText("One owner writes, the other only reads for a month.")
    dialog.limited.setChecked(False)
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settled(shop, qtbot)
    policy = shop.document.architecture.policy
    assert policy is not None
    assert {waiver.finding for waiver in policy.waivers} >= {each.id for each in finding.each()}
    waived = shop.analysis.latest.finding(finding.id)
    assert waived.waived is not None and waived.waived.owner == "Team Sales"
    panel.show_finding(finding.id)
    assert "Team Sales" in panel.detail.accepted.text()
    qtbot.mouseClick(panel.detail.withdraw, Qt.MouseButton.LeftButton)
    settled(shop, qtbot)
    assert shop.analysis.latest.finding(finding.id).waived is None


def test_a_waiver_that_says_neither_why_nor_who_is_told_and_completed(shop: MainWindow, qtbot: QtBot) -> None:
    panel = shop.findings
    finding = next(one for one in shop.analysis.latest.findings if one.elements and not one.members)
    assert not panel.notes.isVisibleTo(panel)
    shop.document.apply(lambda a: edits.waive(a, finding.id), "Accept")
    owned = finding.elements[0]
    shop.document.apply(lambda a: edits.set_attributes(a, [owned], {"owner": "Team Sales"}), "Own")
    settled(shop, qtbot)
    assert f"The policy accepts {finding.id} and does not say why" in panel.notes.text()
    panel.show_finding(finding.id)
    assert panel.detail.accepted.text() == "Accepted: no reason given, no owner named, without end"
    qtbot.mouseClick(panel.detail.accept, Qt.MouseButton.LeftButton)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, AcceptRisk) and w.isVisible())
    assert dialog.owner.text() == "Team Sales"
    dialog.reason.setPlainText("Read only.")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    settled(shop, qtbot)
    assert not panel.notes.isVisibleTo(panel)
    panel.show_finding(finding.id)
    assert not panel.detail.accept.isVisibleTo(panel.detail)


def test_a_fix_of_an_accepted_finding_says_that_it_removes_what_was_accepted(shop: MainWindow, qtbot: QtBot) -> None:
    finding = next(one for one in shop.analysis.latest.each if one.fixes and one.rule == "R03")
    accepted = edits.waive(shop.document.architecture, finding.id, reason="tried", owner="Sales")
    still = next(one for one in analyse(accepted).each if one.id == finding.id)
    done = preview(accepted, still.fixes[0])
    assert finding.id in {one.id for one in done.accepted_gone}
    assert finding.id not in {one.id for one in done.gone}
    detail = shop.findings.detail
    detail.show_preview(done)
    assert "It removes what was accepted: R03" in detail.preview.text()


def test_the_date_of_an_accepted_risk_is_chosen_in_a_calendar(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = AcceptRisk(parent, "R01 · No timeout", "Nobody said how long it waits.")
    assert dialog.until.calendarPopup()
    dialog.until.calendarWidget().setSelectedDate(dialog.until.date().addDays(3))
    dialog.limited.setChecked(False)
    assert dialog.acceptance().until is None


def test_all_safe_fixes_are_one_step(shop: MainWindow, qtbot: QtBot) -> None:
    before = shop.document.architecture
    errors = shop.analysis.latest.summary["error"]
    shop.shelf["fix-all-safe"].trigger()
    qtbot.waitUntil(lambda: shop.document.can_undo and not shop.jobs.busy, timeout=30_000)
    settled(shop, qtbot)
    safe = [f for f in shop.analysis.latest.findings if f.fixes and f.fixes[0].applicability == "safe"]
    assert shop.analysis.latest.summary["error"] <= errors
    assert len(safe) <= len(shop.analysis.latest.findings)
    assert shop.document.undo_title == "Apply all safe fixes"
    shop.document.undo()
    assert shop.document.architecture is before


def test_fixes_are_applied_to_what_the_model_has_become_meanwhile(shop: MainWindow, qtbot: QtBot) -> None:
    shop.shelf["fix-all-safe"].trigger()
    first = shop.document.architecture.elements[0].id
    shop.document.apply(lambda a: edits.rename(a, first, "Changed meanwhile"), "Rename")
    qtbot.waitUntil(lambda: shop.document.undo_title == "Apply all safe fixes", timeout=30_000)
    assert shop.document.architecture.label(first) == "Changed meanwhile"
    shop.document.undo()
    assert shop.document.undo_title == "Rename"


def test_an_empty_model_says_what_will_appear(window: MainWindow) -> None:
    assert window.findings.empty.text() == "Draw services and links: what is wrong with them appears here."


def test_a_finding_is_demonstrated_on_the_model_that_is_open(window: MainWindow, qtbot: QtBot) -> None:
    window.files.open_sample("poison-message.loadpath.json")
    qtbot.waitUntil(lambda: "M01:lists-reader" in listed(window.findings), timeout=30_000)
    window.findings.show_finding("M01:lists-reader")
    detail = window.findings.detail
    assert detail.demonstrate.isVisibleTo(detail)
    detail.demonstrate.click()
    assert detail.demonstrate.text() == "Stop"
    assert "Demonstrating on this model: 0%" in detail.evidence.text()
    with qtbot.waitSignal(window.studies.demonstrator.finished, timeout=240_000):
        pass
    assert detail.demonstrate.text() == "Demonstrate"
    assert "With the fix (Deliver 5 times at most" in detail.evidence.text()


def test_a_demonstration_ends_when_another_finding_is_chosen(shop: MainWindow, qtbot: QtBot) -> None:
    detail, demonstrator = shop.findings.detail, shop.studies.demonstrator
    shop.findings.show_finding("R01:order-payment")
    detail.demonstrate.click()
    assert demonstrator.running
    shop.findings.show_finding("R07:order-payment")
    assert not demonstrator.running
    assert not detail.evidence.isVisibleTo(detail)
    assert not detail.demonstrate.isVisibleTo(detail), "what is judged by shape alone is not shown by running it"
    shop.findings.show_finding("R01:order-payment")
    detail.demonstrate.click()
    detail.demonstrate.click()
    assert not demonstrator.running
    assert detail.demonstrate.text() == "Demonstrate"


@pytest.mark.parametrize("grouping", ["none", "rule", "element", "journey"])
def test_rows_keep_to_what_qt_expects_of_a_model(qapp: QApplication, grouping: Grouping) -> None:
    shop = native.load(resources.path("samples", "music-shop.loadpath.json")).architecture
    findings = analyse(shop).findings
    model = FindingsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.group_by(grouping)
    model.show(findings, shop)
    many = next(finding for finding in findings if finding.members)
    for finding in (findings[0], many, many.members[-1]):
        index = model.index_of(finding.id)
        assert index.data(FINDING) is finding
        for column in range(1, model.columnCount(index.parent())):
            assert index.siblingAtColumn(column).data(FINDING) is finding
    assert model.rowCount(model.index_of(many.id)) == many.count
    model.filter_by("no such words anywhere", ())
    assert model.rowCount() == 0
    model.filter_by("", ["warning"])
    assert model.rowCount() > 0


def test_members_come_and_go_under_a_row_that_stays(qapp: QApplication) -> None:
    def system(undecided: int) -> Architecture:
        services = tuple(Service(id=f"s{i}") for i in range(8))
        links = tuple(
            SyncLink(id=f"l{i}", source=f"s{i}", target="s7", timeout_ms=None if i < undecided else 300.0)
            for i in range(7)
        )
        return Architecture(elements=services, links=links)

    model = FindingsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for undecided in (4, 6, 3):
        architecture = system(undecided)
        findings = tuple(f for f in analyse(architecture).findings if f.id == "R01:*")
        model.show(findings, architecture)
        row = model.index_of("R01:*")
        assert model.rowCount(row) == findings[0].count == undecided
    told = [model.index(place, 0, row).data(FINDING).id for place in range(3)]
    assert told == [member.id for member in findings[0].members]
    model.show(tuple(f for f in analyse(system(5)).findings if f.id == "R01:*"), system(5))
    assert model.rowCount(model.index_of("R01:*")) == 5


def test_the_columns_fill_the_width(shop: MainWindow, qtbot: QtBot) -> None:
    shop.resize(1400, 900)
    shop.show()
    qtbot.waitExposed(shop)
    view = shop.findings.view
    header = view.header()
    widths = [header.sectionSize(column) for column in range(3)]
    assert sum(widths) == view.viewport().width()
    assert widths[0] == NAMES
    assert widths[2] == GRADES
