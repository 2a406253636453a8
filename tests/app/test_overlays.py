"""Overlays show what the analyser's views say, on the drawing, one at a time, and follow the model."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import theme
from app.background.overlays import work_out
from app.background.tags import VIEWS, Tag, Tags
from app.canvas import CanvasView
from app.document import Document
from app.main_window import MainWindow
from app.main_window.overlays import NAMES
from models import resources
from models.analysis import analyse
from models.architecture import (
    Architecture,
    AsyncLink,
    Datastore,
    Delivery,
    Journey,
    LinkStep,
    Policy,
    Queue,
    Service,
    SharedDataLink,
    SyncLink,
    Threshold,
    edits,
    replace,
    said,
)
from models.architecture.diagram.geometry import Rect, union
from models.formats import native

SHOP = native.load(resources.path("samples", "music-shop.loadpath.json")).architecture


def words(tags: Tags) -> dict[str, tuple[str, str]]:
    return {part_id: (tag.words, tag.level) for part_id, tag in tags.items()}


def test_what_must_be_up_together_is_counted_and_told_of_one_by_name() -> None:
    shown = work_out("together", SHOP)
    told = words(shown.tags)
    assert told["gateway"] == ("needs 10", "error")
    assert told["warehouse"] == ("needs 3", "plain")
    assert "bank" not in told
    assert shown.of_one is not None
    of_payment = words(shown.of_one("payment") or {})
    assert of_payment == {
        "payment": ("needs 2\n99.4005% at best", "plain"),
        "bank": ("must be up", "plain"),
        "fraud-check": ("must be up", "plain"),
    }
    assert shown.of_one("bank") is None


def test_calls_budgets_owners_and_load_are_told_of_their_parts() -> None:
    calls = words(work_out("calls", SHOP).tags)
    assert calls["payment-bank"] == ("× 27", "error")
    assert calls["gateway-order"] == ("× 3", "plain")
    assert "shopper-gateway" not in calls
    budgets = words(work_out("budgets", SHOP).tags)
    assert budgets["gateway-order"] == ("3 s\nwaits without limit", "error")
    assert budgets["order-payment"] == ("no timeout\nwaits 6.4 s", "warning")
    assert budgets["order-db"] == ("500 ms", "good")
    owners = work_out("owners", SHOP).tags
    assert words(owners)["order-payment"] == ("Sales → Payments", "plain")
    assert owners["bank"].assumed and not owners["order"].assumed
    load = work_out("load", SHOP).tags
    assert (load["payment"].words, load["payment"].level) == ("28%", "good")
    assert load["payment"].share == pytest.approx(0.28, abs=0.005)


def test_messages_delivered_again_are_marked_where_nothing_limits_that() -> None:
    elements = (Queue(id="q"), Service(id="a"), Service(id="b"))
    links = [
        AsyncLink(id=one, source="q", target=one[1:], delivery=Delivery(max_deliveries=most))
        for one, most in (("qa", 40), ("qb", "unlimited"))
    ]
    shown = work_out("calls", Architecture(elements=elements, links=tuple(links)))
    assert words(shown.tags) == {"qa": ("× 40", "plain"), "qb": ("× ∞", "error")}


@pytest.mark.parametrize(("share", "level"), [(0.5, "error"), (0.95, "good")])
def test_a_store_is_marked_from_the_share_on_that_the_policy_sets(share: float, level: str) -> None:
    journey = Journey(id="j", entry="a", load={"open": {"rate_per_s": 60}}, steps=(LinkStep(link="l"),))
    model = Architecture(
        elements=(Service(id="a"), Datastore(id="db", connections=1, work_ms=10)),
        links=(SharedDataLink(id="l", source="a", target="db"),),
        journeys=(journey,),
        policy=Policy(thresholds=(Threshold(rule="D05", name="share", value=share),)),
    )
    assert words(work_out("load", model).tags)["db"] == ("60%", level)
    assert any(one.rule == "D05" for one in analyse(model).each) is (level == "error")


def test_a_budget_above_a_call_without_a_timeout_says_that_nothing_limits_it() -> None:
    elements = (Service(id="u"), Service(id="a"), Service(id="b"))
    above = SyncLink(id="ua", source="u", target="a", timeout_ms=1000)
    endless = SyncLink(id="ab", source="a", target="b", timeout_ms="none")
    shown = work_out("budgets", Architecture(elements=elements, links=(above, endless)))
    assert words(shown.tags)["ua"] == ("1 s\nwaits without limit", "warning")


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_model_has_nothing_to_show(view: str) -> None:
    assert dict(work_out(view, Architecture()).tags) == {}


def test_the_key_goes_through_all_overlays_and_each_is_one_choice(window: MainWindow, qtbot: QtBot) -> None:
    window.files.open_sample("music-shop.loadpath.json")
    qtbot.waitUntil(lambda: window.analysis.state == "current" and bool(window.document.architecture.elements))
    canvas, seen = window.canvas, []
    for _ in range(len(NAMES) - 1):
        window.shelf["next-overlay"].trigger()
        seen.append(window.overlays.name)
        if window.overlays.name in VIEWS:
            qtbot.waitUntil(lambda: bool(canvas._canvas.overlay.tags), timeout=10_000)
            assert canvas._key.isVisibleTo(canvas)
            assert window.shelf[f"overlay-{window.overlays.name}"].isChecked()
        assert window.toolbar.overlay.currentData() == window.overlays.name
        assert bool(canvas._canvas.overlay.badges) == (window.overlays.name == "findings")
    assert seen == [*(name for name in NAMES if name not in ("findings", "busy")), "findings"]
    assert not canvas._canvas.overlay.tags
    assert not canvas._key.isVisibleTo(canvas)


def test_an_overlay_follows_the_model_and_the_selection(window: MainWindow, qtbot: QtBot) -> None:
    window.files.open_sample("music-shop.loadpath.json")
    qtbot.waitUntil(lambda: window.analysis.state == "current" and bool(window.document.architecture.elements))
    overlay = window.canvas._canvas.overlay
    window.overlays.show("calls")
    qtbot.waitUntil(lambda: "payment-bank" in overlay.tags, timeout=10_000)
    window.document.apply(lambda a: edits.set_attributes(a, ["payment-bank"], {"retry": "none"}), "No retry")
    qtbot.waitUntil(lambda: overlay.tags["payment-bank"].words == "× 9", timeout=10_000)
    window.overlays.show("together")
    qtbot.waitUntil(lambda: "gateway" in overlay.tags, timeout=10_000)
    window.document.selection.set(("payment",))
    assert overlay.tags["bank"].words == "must be up"
    window.document.selection.set(())
    assert "bank" not in overlay.tags


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("zoom", [0.2, 0.6, 1.0])
def test_plates_are_painted_in_both_themes_and_cover_neither_boxes_nor_words(
    qtbot: QtBot, name: str, zoom: float
) -> None:
    document = Document()
    canvas = CanvasView(document, theme.load(name))
    qtbot.addWidget(canvas)
    document.load(SHOP)
    canvas.resize(1600, 1000)
    canvas.zoom_to(zoom)
    before = canvas.grab().toImage()
    tags = work_out("budgets", SHOP).tags
    canvas.show_tags(tags, "What is seen")
    assert canvas.grab().toImage() != before
    if zoom < 1.0:
        return
    mirror, drawn = canvas.mirror, canvas._canvas
    plates = [
        plate for _, plate in drawn.overlay._tag_places.near(tags, drawn.theme, (), mirror.content().grown(200), zoom)
    ]
    assert len(plates) == len(tags)
    for plate in plates:
        for element_id in mirror.elements_near(plate):
            assert mirror.is_frame(element_id) or not mirror.painted(element_id).meets(plate)
        for other in plates:
            assert other is plate or not other.meets(plate)


def test_words_that_arrive_are_painted_at_once_wherever_they_stand(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key stays as it is, so that nothing but the words makes the canvas paint again."""
    document = Document()
    canvas = CanvasView(document, theme.load("light"))
    qtbot.addWidget(canvas)
    canvas.resize(1600, 1000)
    document.load(SHOP)
    canvas.show()
    canvas.show_tags({"payment": Tag("before")}, "What is seen")
    qtbot.wait(200)
    overlay, painted = canvas._canvas.overlay, list[Rect]()
    monkeypatch.setattr(overlay, "draw", lambda _painter, exposed, _zoom: painted.append(exposed))
    qtbot.wait(50)
    assert not painted
    canvas.show_tags({"payment": Tag("after")}, "What is seen")
    qtbot.waitUntil(lambda: bool(painted))
    whole, seen = union(*painted), canvas.viewport().size()
    assert (whole.width, whole.height) == (seen.width(), seen.height())


def test_the_legend_and_what_explains_the_overlay_stand_one_upon_the_other(qtbot: QtBot) -> None:
    canvas = CanvasView(Document(), theme.load("light"))
    qtbot.addWidget(canvas)
    canvas.resize(900, 700)
    canvas.set_legend_visible(True)
    alone = canvas._legend.geometry()
    canvas.show_tags({}, "What is seen")
    assert not canvas._legend.geometry().intersects(canvas._key.geometry())
    canvas.show_tags({})
    assert canvas._legend.geometry() == alone
    assert canvas._key.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def test_calls_are_marked_from_the_figure_on_that_the_policy_sets() -> None:
    def marked(model: Architecture) -> set[str]:
        return {link_id for link_id, tag in work_out("calls", model).tags.items() if tag.level == "error"}

    lenient = Policy(thresholds=(Threshold(rule="R05", name="calls", where="*", value=1000.0),))
    endless = {link.id for link in SHOP.links if said(SHOP, link, "delivery.max_deliveries") == "unlimited"}
    assert marked(SHOP) > endless
    assert marked(replace(SHOP, policy=lenient)) == endless
