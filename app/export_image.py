"""PNG and PDF of a diagram, painted from the SVG of `models.formats.exporters` by Qt's own renderer.

Works without a screen and without a running application: the command line and the window share it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from app.theme import install_fonts
from models.architecture import Architecture
from models.architecture.diagram.captions import english
from models.architecture.text import Translate
from models.formats.exporters import svg

SCALE = 2.0
"""Pixels of a PNG per pixel of the diagram."""
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 16_000
PDF_DPI = 288
_POINTS_PER_PIXEL = 0.75
_application: QGuiApplication | None = None


class ExportError(OSError):
    """A picture that could not be made or written; one sentence."""


def export_image(
    architecture: Architecture,
    diagram_id: str | None,
    path: Path,
    *,
    theme: str = "light",
    translate: Translate | None = None,
) -> None:
    """Writes the diagram to `path`, as PDF or PNG by its suffix.

    Raises:
        ExportError: the suffix is neither, or the file cannot be written.
        LayoutError: there is no such diagram.
    """
    makers = {".png": png, ".pdf": pdf}
    make = makers.get(path.suffix.lower())
    if make is None:
        raise ExportError(f'"{path.name}" should end in .png or .pdf: that says what to draw')
    data = make(architecture, diagram_id, theme=theme, translate=translate)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ExportError(f'"{path}" cannot be written: {error.strerror or error}; choose another folder') from error


def png(
    architecture: Architecture,
    diagram_id: str | None = None,
    *,
    theme: str = "light",
    translate: Translate | None = None,
    scale: float = SCALE,
) -> bytes:
    """The diagram as a PNG file, `scale` pixels for each of the diagram's, fewer where it would grow beyond reason."""
    renderer = _renderer(architecture, diagram_id, theme, translate)
    width, height = _size(renderer)
    scale = min(scale, LONGEST_SIDE / max(width, height), (MOST_PIXELS / (width * height)) ** 0.5)
    image = QImage(max(1, round(width * scale)), max(1, round(height * scale)), QImage.Format.Format_ARGB32)
    if image.isNull():
        raise ExportError("there is not enough memory for a picture of this size; export it as SVG or PDF")
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    renderer.render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt wants str
    return bytes(buffer.data().data())


def pdf(
    architecture: Architecture,
    diagram_id: str | None = None,
    *,
    theme: str = "light",
    translate: Translate | None = None,
) -> bytes:
    """The diagram as a PDF file of one page of its own size: vectors, and text that can be searched and copied."""
    renderer = _renderer(architecture, diagram_id, theme, translate)
    width, height = _size(renderer)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(architecture.name or "")
    writer.setCreator("Loadpath")
    page = QPageSize(QSizeF(width, height) * _POINTS_PER_PIXEL, QPageSize.Unit.Point)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setResolution(PDF_DPI)
    painter = QPainter(writer)
    renderer.render(painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    return bytes(buffer.data().data())


def _renderer(
    architecture: Architecture, diagram_id: str | None, theme: str, translate: Translate | None
) -> QSvgRenderer:
    _prepare()
    families = install_fonts()
    family = families[0] if families else None
    text = svg.svg(architecture, diagram_id, theme=theme, family=family, translate=translate or english)
    return QSvgRenderer(QByteArray(text.encode("utf-8")))


def _size(renderer: QSvgRenderer) -> tuple[float, float]:
    box = renderer.viewBoxF()
    return max(1.0, box.width()), max(1.0, box.height())


def _prepare() -> None:
    """Fonts need an application; one without a screen is made when there is none."""
    global _application
    if QCoreApplication.instance() is None:
        if sys.platform.startswith("linux"):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        _application = QGuiApplication(["loadpath"])
