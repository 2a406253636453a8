"""Icons of the program, drawn in whatever colour the theme asks for."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from models.resources import path

SIDES = (16, 20, 24, 32, 40, 48)


@lru_cache(maxsize=512)
def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """The line icon `icons/NAME.svg` with `currentColor` replaced; colours are "#rrggbb".

    Raises:
        FileNotFoundError: there is no such icon.
    """
    found = QIcon()
    for side in SIDES:
        found.addPixmap(pixmap(name, colour, side), QIcon.Mode.Normal)
        if disabled is not None:
            found.addPixmap(pixmap(name, disabled, side), QIcon.Mode.Disabled)
    return found


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, side: int, ratio: float = 1.0) -> QPixmap:
    """One picture of an icon, `side` by `side` logical pixels."""
    source = path("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", QColor(colour).name())
    drawn = QPixmap(round(side * ratio), round(side * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return drawn
