"""PNG and PDF of a diagram, with text that is text."""

import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.export_image import ExportError, export_image, pdf, png
from models import resources
from models.architecture import Architecture, Service
from models.formats import native

SAMPLE = resources.path("samples", "music-shop.loadpath.json")


@pytest.fixture
def model() -> Architecture:
    return native.load(SAMPLE).architecture


def test_a_png_shows_the_drawing(qtbot: QtBot, model: Architecture, tmp_path: Path) -> None:
    export_image(model, None, tmp_path / "out.png")
    image = QImage(str(tmp_path / "out.png"))
    assert image.width() > 1500
    small = image.scaled(60, 40)
    colours = {small.pixelColor(x, y).rgb() for x in range(60) for y in range(40)}
    assert len(colours) > 20, "one colour only would be an empty picture"


def test_light_and_dark_differ(qtbot: QtBot, model: Architecture) -> None:
    light, dark = (QImage.fromData(png(model, theme=theme)) for theme in ("light", "dark"))
    assert light.pixelColor(3, 3).lightness() > 200
    assert dark.pixelColor(3, 3).lightness() < 60


def test_a_very_large_drawing_is_scaled_down_instead_of_failing(qtbot: QtBot) -> None:
    model = Architecture(elements=tuple(Service(id=f"s{index}") for index in range(600)))
    image = QImage.fromData(png(model, scale=200))
    assert 0 < image.width() * image.height() <= 65_000_000


def test_a_pdf_is_vectors_with_text_and_an_embedded_face(qtbot: QtBot, model: Architecture) -> None:
    data = pdf(model)
    assert data.startswith(b"%PDF")
    assert b"Pretendard" in data
    assert b"/ToUnicode" in data
    streams = b"".join(_inflated(data))
    assert b" Tj" in streams or b" TJ" in streams
    assert b"/Subtype /Image" not in data


def _inflated(data: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return found


def test_another_suffix_is_refused_in_one_sentence(qtbot: QtBot, model: Architecture, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.png or \.pdf"):
        export_image(model, None, tmp_path / "out.bmp")


def test_a_folder_that_is_not_there_is_named(qtbot: QtBot, model: Architecture, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="nowhere"):
        export_image(model, None, tmp_path / "nowhere" / "out.png")


def test_it_works_without_an_application_and_without_a_screen(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from app.export_image import export_image; from models.formats import native;"
        "export_image(native.load(pathlib.Path(sys.argv[1])).architecture, None, pathlib.Path(sys.argv[2]))"
    )
    target = tmp_path / "out.pdf"
    done = subprocess.run(
        [sys.executable, "-c", program, str(SAMPLE), str(target)],
        cwd=Path(__file__).resolve().parents[2],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert target.read_bytes().startswith(b"%PDF")
