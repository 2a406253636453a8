"""One edit of a large model: how little of it the window looks at again."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.canvas.mirror import Dirty, Mirror
from app.canvas.overlay import FEW_LATE
from app.canvas.painting import plain_rect
from app.canvas.scene import MOST_APART
from app.canvas.still_links import StillLinks
from app.main_window import MainWindow
from app.panels import findings as findings_panel
from app.panels.findings_model import FINDING
from models.architecture import (
    Architecture,
    Diagram,
    Element,
    Service,
    SyncLink,
    Topic,
    allowed,
    edits,
    invariants,
    replace,
)
from models.architecture.changes import changes
from models.architecture.diagram.geometry import Rect
from models.architecture.edits.readiness import make_ready
from models.architecture.links import LinkStyle

SERVICES = 300
Parts = tuple[Element, ...]
Edit = Callable[[Architecture], Architecture]


def system() -> Architecture:
    elements = tuple(Service(id=f"s{i}", name=f"Service {i}") for i in range(SERVICES))
    ends = [(i, (i + step) % SERVICES) for i in range(SERVICES) for step in (1, 7, 43)]
    links = tuple(SyncLink(id=f"l{n}", source=f"s{a}", target=f"s{b}") for n, (a, b) in enumerate(ends))
    positions = {f"s{i}": (i % 20 * 240.0, i // 20 * 140.0) for i in range(SERVICES)}
    return Architecture(elements=elements, links=links, diagrams=(Diagram(id="main", positions=positions),))


@pytest.fixture(scope="module")
def large() -> Architecture:
    return system()


@pytest.fixture
def opened(window: MainWindow, large: Architecture, qtbot: QtBot) -> tuple[MainWindow, float]:
    """A window with the large model, and the processor time in s that opening took its thread."""
    start = time.thread_time()
    window.document.load(large)
    window.show_model()
    spent = time.thread_time() - start
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=60_000)
    return window, spent


EDITS: dict[str, Edit] = {
    "attribute": lambda a: edits.set_attributes(a, ["l5"], {"timeout_ms": 500.0}),
    "name": lambda a: edits.rename(a, "s5", "Fifth"),
    "place": lambda a: edits.place(a, "main", {"s5": (1300.0, 60.0)}),
    "link": lambda a: edits.add_link(a, SyncLink(id="more", source="s5", target="s20")),
    "style": lambda a: edits.retag(a, "l5", "async"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_costs_a_fraction_of_opening_and_the_findings_follow(
    opened: tuple[MainWindow, float], name: str, qtbot: QtBot
) -> None:
    window, opening = opened
    make_ready()
    start = time.thread_time()
    assert window.document.apply(EDITS[name], name)
    assert time.thread_time() - start < opening / 5
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=60_000)


def test_only_what_an_edit_touches_is_checked_again(large: Architecture, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noting(style: LinkStyle, source: str, target: str) -> bool:
        asked.append(style)
        return allowed(style, source, target)

    monkeypatch.setattr(invariants, "allowed", noting)
    for edit in (EDITS["attribute"], EDITS["link"], EDITS["style"]):
        asked.clear()
        edit(large)
        assert len(asked) <= 2
    asked.clear()
    edits.remove(large, ["s5"])
    assert not asked, "the links of what is gone went with it"


def test_a_large_drawing_follows_in_a_turn_of_its_own(opened: tuple[MainWindow, float]) -> None:
    window, _ = opened
    document, canvas = window.document, window.canvas
    document.turns.finish()
    scene = canvas._canvas
    home = scene.as_drawn.boxes["s5"]
    document.selection.set(["s5", "s6", "s7"])
    document.apply(EDITS["place"], "move")
    assert scene.is_behind
    assert scene.as_drawn.boxes["s5"] == home
    picture = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(picture)
    canvas.render(painter)
    painter.end()
    assert scene.is_behind, "painting does not wait for the change"
    document.turns.finish()
    assert not scene.is_behind
    assert (scene.as_drawn.boxes["s5"].x, scene.as_drawn.boxes["s5"].y) == (1300.0, 60.0)


def test_whoever_asks_for_the_drawing_gets_it_as_the_document_is(opened: tuple[MainWindow, float]) -> None:
    window, _ = opened
    document, canvas = window.document, window.canvas
    document.apply(lambda a: edits.remove(a, ["s5"]), "remove")
    document.apply(lambda a: edits.retag(a, "l30", "async"), "retag")
    document.apply(lambda a: edits.place(a, "main", {"s6": (1300.0, 60.0)}), "move")
    assert canvas._canvas.is_behind
    mirror = canvas.mirror
    assert not canvas._canvas.is_behind
    assert mirror.architecture is document.architecture
    assert "s5" not in mirror.boxes
    assert (mirror.boxes["s6"].x, mirror.boxes["s6"].y) == (1300.0, 60.0)
    assert mirror.routes.keys() == document.architecture.link_by_id.keys()
    document.undo()
    document.undo()
    document.undo()
    document.turns.finish()
    assert "s5" in canvas._canvas.as_drawn.boxes
    assert canvas._canvas.as_drawn.routes.keys() == document.architecture.link_by_id.keys()


@pytest.mark.parametrize("instead", [(), (Topic(id="s5"),)])
def test_links_that_were_not_touched_cannot_outlive_what_they_run_to(large: Architecture, instead: Parts) -> None:
    others = tuple(element for element in large.elements if element.id != "s5")
    with pytest.raises(ValidationError, match="s5"):
        replace(large, elements=(*others, *instead), diagrams=())


def test_rows_of_the_outline_that_say_the_same_stay(opened: tuple[MainWindow, float]) -> None:
    window, _ = opened
    outline = window.outline
    before = {element_id: tuple(outline.rows._numbers[element_id]) for element_id in outline.rows.ids()}
    window.document.apply(EDITS["name"], "name")
    window.document.turns.finish()
    after = {element_id: tuple(outline.rows._numbers[element_id]) for element_id in outline.rows.ids()}
    assert [element_id for element_id in before if after[element_id] != before[element_id]] == ["s5"]
    told = [outline.rows.index(row, 0).data() for row in range(outline.rows.rowCount())]
    assert told == sorted(told, key=str.casefold)
    assert len(told) == SERVICES
    assert "Fifth" in told


def test_the_outline_follows_groups_that_change(opened: tuple[MainWindow, float]) -> None:
    window, _ = opened
    document, outline = window.document, window.outline

    def tree() -> dict[str, list[str]]:
        document.turns.finish()
        rows = outline.rows
        found = {}
        for row in range(rows.rowCount()):
            index = rows.index(row, 0)
            if rows.rowCount(index):
                found[index.data()] = [rows.index(below, 0, index).data() for below in range(rows.rowCount(index))]
        return found

    document.apply(lambda a: edits.group(a, ["s1", "s2"], "Team"), "group")
    assert tree() == {"Team": ["Service 1", "Service 2"]}
    document.apply(lambda a: edits.rename(a, "s1", "Zebra"), "rename")
    assert tree() == {"Team": ["Service 2", "Zebra"]}
    group_id = next(element.id for element in document.architecture.elements if element.kind == "group")
    document.apply(lambda a: edits.join(a, ["s3"], group_id), "join")
    assert tree() == {"Team": ["Service 2", "Service 3", "Zebra"]}
    document.apply(lambda a: edits.ungroup(a, group_id), "ungroup")
    assert tree() == {}
    assert outline.rows.rowCount() == SERVICES
    document.undo()
    assert tree() == {"Team": ["Service 2", "Service 3", "Zebra"]}


@pytest.fixture(params=[0, 1_000_000], ids=["in turns", "at once"])
def scrolled(
    opened: tuple[MainWindow, float], qtbot: QtBot, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> tuple[MainWindow, str, str]:
    """A window whose list of findings is scrolled: (it, id of the topmost row, id of the finding selected)."""
    monkeypatch.setattr(findings_panel, "FEW", request.param)
    window, _ = opened
    window.resize(1400, 900)
    view, order = window.findings.view, window.findings.model.order()
    assert len(order) > 60
    window.findings.show_finding(order[45])
    view.verticalScrollBar().setValue(40)
    return window, view.indexAt(QPoint(0, 0)).data(FINDING).id, order[45]


def place(window: MainWindow) -> tuple[str, str, str]:
    """(the topmost row, the row that is selected, the finding told in full)."""
    view, told = window.findings.view, window.findings.current
    assert told is not None
    return view.indexAt(QPoint(0, 0)).data(FINDING).id, view.currentIndex().data(FINDING).id, told.id


def edited(window: MainWindow, edit: Edit, qtbot: QtBot) -> None:
    assert window.document.apply(edit, "edit")
    qtbot.waitUntil(lambda: window.analysis.state == "current", timeout=60_000)


def test_findings_stay_where_they_are_when_an_edit_brings_none(
    scrolled: tuple[MainWindow, str, str], qtbot: QtBot
) -> None:
    window, top, chosen = scrolled
    fresh: list[object] = []
    window.findings.model.modelReset.connect(lambda: fresh.append(None))
    before = window.findings.model.order()
    edited(window, lambda a: edits.set_attributes(a, ["s290"], {"description": "said"}), qtbot)
    assert window.findings.model.order() == before
    assert place(window) == (top, chosen, chosen)
    assert not fresh, "the list was not filled anew"


def test_findings_stay_in_view_and_selected_when_others_come_and_go(
    scrolled: tuple[MainWindow, str, str], qtbot: QtBot
) -> None:
    window, top, chosen = scrolled
    before = window.findings.model.order()
    edited(window, lambda a: edits.remove(a, ["s100", "s200"]), qtbot)
    after = window.findings.model.order()
    assert after != before
    assert {top, chosen} <= set(after)
    assert place(window) == (top, chosen, chosen)


def test_rows_that_were_opened_stay_open_when_the_list_is_filled_anew(
    opened: tuple[MainWindow, float], qtbot: QtBot
) -> None:
    window, _ = opened
    view, model = window.findings.view, window.findings.model
    finding = next((f for f in window.analysis.latest.findings if len(f.members) > 2), None)
    assert finding is not None
    view.expand(model.index_of(finding.id))
    edited(window, lambda a: edits.remove(a, ["s100"]), qtbot)
    assert view.isExpanded(model.index_of(finding.id))


def test_badges_that_come_into_sight_together_find_their_places_in_turns(opened: tuple[MainWindow, float]) -> None:
    window, _ = opened
    document, canvas = window.document, window.canvas
    overlay = canvas._canvas.overlay
    window.resize(1400, 900)
    document.turns.finish()
    canvas.zoom_to(0.5)
    canvas._settled()
    canvas.centerOn(1200.0, 500.0)
    overlay._places.forget()
    canvas.viewport().grab()
    assert overlay._late, "too many to be placed while they are painted"
    document.turns.finish()
    canvas.viewport().grab()
    assert not overlay._late
    shown = overlay._badges_near(plain_rect(canvas.visible_rect()))
    assert len(shown) > FEW_LATE
    assert all(overlay._places.knows(part) for part in shown)
    canvas.show_parts(tuple(part for part in shown if part in document.architecture.link_by_id))
    document.turns.finish()
    canvas.viewport().grab()
    assert not overlay._late, "parts without numbers leave badges where they are"


def test_many_changed_places_are_painted_as_one(
    opened: tuple[MainWindow, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = opened[0].canvas._canvas
    asked: list[int] = []
    monkeypatch.setattr(scene, "update", lambda *rects: asked.append(len(rects)))
    rect = Rect(0, 0, 10, 10)
    scene.repaint(Dirty(rects=[rect] * 3))
    scene.repaint(Dirty(rects=[rect] * (MOST_APART + 1)))
    assert asked == [1, 1, 1, 0]


def test_links_that_stand_still_are_painted_when_the_button_goes_down(
    opened: tuple[MainWindow, float], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _ = opened
    canvas, viewport, left = window.canvas, window.canvas.viewport(), Qt.MouseButton.LeftButton
    canvas.zoom_to(1.0)
    canvas.centerOn(canvas.center_of("s45"))
    qtbot.wait(200)
    painted: list[str] = []
    draw = StillLinks._draw

    def noted(self: StillLinks, *args: Any, clear: bool = False) -> None:
        painted.append("a link" if clear else "all")
        draw(self, *args, clear=clear)

    monkeypatch.setattr(StillLinks, "_draw", noted)
    start = canvas.viewport_point("s45")
    qtbot.mousePress(viewport, left, pos=start)
    viewport.repaint()
    window.document.turns.finish()
    assert painted == ["all"]
    for step in range(1, 4):
        qtbot.mouseMove(viewport, start + QPoint(8 * step, 8 * step))
        viewport.repaint()
    assert painted.count("all") == 1
    assert canvas._canvas.links._still._without
    qtbot.mouseRelease(viewport, left, pos=start + QPoint(24, 24))
    window.document.turns.finish()
    viewport.repaint()
    assert canvas._canvas.links._still._picture is None


def much(architecture: Architecture) -> Architecture:
    """Every link says something else, some are of another style, and elements come, go and move."""
    links = [link.id for link in architecture.links]
    architecture = edits.set_attributes(architecture, links, {"timeout_ms": 300.0})
    for link_id in links[::40]:
        architecture = edits.retag(architecture, link_id, "async")
    architecture = edits.remove(architecture, [f"s{number}" for number in range(50, 60)])
    architecture = edits.group(architecture, ["s1", "s2", "s3"], "Team")
    architecture = edits.place(architecture, "main", {f"s{number}": (240.0 * number, -900.0) for number in range(9)})
    for number in range(20):
        there = (240.0 * number, 3_000.0)
        architecture = edits.add_element(
            architecture, Service(id=f"new{number}"), diagram=architecture.diagrams[0].id, position=there
        )
    return architecture


def test_a_large_edit_is_taken_over_in_steps_between_which_the_drawing_is_whole(large: Architecture) -> None:
    stepped, at_once = Mirror(), Mirror()
    before, after = large, much(large)
    for one, two in ((before, after), (after, before)):
        for mirror in (stepped, at_once):
            mirror.show(one, one.diagrams[0])
        shown, dirty, steps = dict(stepped.routes), Dirty(), 0
        for _ in stepped.following(two, two.diagrams[0], changes(one, two), dirty):
            steps += 1
            assert stepped.routes == shown or stepped.architecture is two
            assert stepped.routes.keys() <= stepped.link_rank.keys()
            assert stepped.boxes.keys() == stepped.rank.keys()
            for element_id in stepped.nodes_meeting(Rect(-2_000, -2_000, 9_000, 9_000)):
                assert stepped.picture(element_id).width == stepped.boxes[element_id].width
        assert steps > 10
        at_once.follow(two, two.diagrams[0], changes(one, two))
        while stepped.is_late or at_once.is_late:
            stepped.catch_up()
            at_once.catch_up()
        assert (stepped.boxes, stepped.routes) == (at_once.boxes, at_once.routes)


def test_a_large_edit_that_is_undone_before_it_is_taken_over(opened: tuple[MainWindow, float]) -> None:
    window, _ = opened
    document, scene = window.document, window.canvas._canvas
    document.turns.finish()
    document.apply(much, "much")
    for _ in range(3):
        document.turns._turn()
    document.undo()
    document.turns._turn()
    document.redo()
    assert scene.is_behind
    document.turns.finish()
    while scene.mirror.is_late:
        document.turns.finish()
    fresh = Mirror()
    fresh.show(document.architecture, document.diagram)
    assert scene.mirror.boxes == fresh.boxes
    assert scene.mirror.routes.keys() == fresh.routes.keys()
