"""The data that comes with the program: found, drawable, and free of anything that should not be in it."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QFontMetricsF, QImage, QPainter, QRawFont
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from models import resources

LINE_ICONS = sorted(p for p in resources.path("icons").glob("*.svg") if p.stem != "loadpath")
KINDS = {"client", "service", "gateway", "external", "datastore", "queue", "topic", "group", "note"}
STYLES = {"sync", "async", "event", "shared-data"}


def painted(icon: Path, side: int) -> QImage:
    picture = QImage(side, side, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(str(icon))
    assert renderer.isValid()
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    return picture


def test_a_missing_resource_says_its_name() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/no-such-thing\.svg is missing"):
        resources.path("icons", "no-such-thing.svg")


def test_there_is_an_icon_for_every_element_kind_and_link_style() -> None:
    assert {icon.stem for icon in LINE_ICONS} >= KINDS | STYLES


def test_line_icons_take_their_only_colour_from_the_theme() -> None:
    for icon in LINE_ICONS:
        root = ElementTree.fromstring(icon.read_text("utf-8"))
        assert root.get("viewBox") == "0 0 20 20", icon.stem
        colours = {node.get(name) for node in root.iter() for name in ("fill", "stroke")} - {None}
        assert colours <= {"none", "currentColor"}, icon.stem


def test_line_icons_stay_inside_their_frame(qtbot: QtBot) -> None:
    for icon in LINE_ICONS:
        picture = painted(icon, 40)
        inked = [(x, y) for x in range(40) for y in range(40) if picture.pixelColor(x, y).alpha() > 64]
        assert len(inked) > 40, icon.stem
        assert all(1 <= x <= 38 and 1 <= y <= 38 for x, y in inked), icon.stem


@pytest.mark.parametrize("face", ["Pretendard-Regular.otf", "Pretendard-SemiBold.otf"])
def test_the_bundled_face_writes_latin_and_korean(face: str, qtbot: QtBot) -> None:
    file = resources.path("fonts", face)
    number = QFontDatabase.addApplicationFont(str(file))
    assert "Pretendard" in QFontDatabase.applicationFontFamilies(number)
    raw = QRawFont(str(file), 13)
    assert all(raw.supportsCharacter(ord(sign)) for sign in "Orders 41 s × 0.5 → 주문 결제")
    assert QFontMetricsF(QFontDatabase.font("Pretendard", "Regular", 13)).horizontalAdvance("주문") > 10


def test_the_licence_of_the_face_comes_with_it() -> None:
    assert "SIL OPEN FONT LICENSE" in resources.path("fonts", "LICENSE.txt").read_text("utf-8").upper()


def test_no_picture_holds_a_script_or_an_address() -> None:
    for file in resources.path("icons").glob("*.svg"):
        root = ElementTree.fromstring(file.read_text("utf-8"))
        assert not [node.tag for node in root.iter() if node.tag.endswith(("script", "image", "foreignObject", "use"))]
        assert not [name for node in root.iter() for name in node.attrib if name.startswith("on") or "href" in name]
