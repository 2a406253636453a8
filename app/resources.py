"""Icons of the program, drawn in whatever colour the theme asks for."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from models.resources import path


class _LineIcon(QIconEngine):
    """Draws an icon when it is first shown and in the size that is asked for: a window has more than it shows."""

    def __init__(self, name: str, colour: str, disabled: str | None) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self.pixmap(size, mode, state)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        colour = self._disabled if mode is QIcon.Mode.Disabled and self._disabled is not None else self._colour
        return pixmap(self._name, colour, max(1, min(size.width(), size.height())))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = round(min(rect.width(), rect.height()) * painter.device().devicePixelRatioF())
        painter.drawPixmap(rect, self.pixmap(QSize(side, side), mode, state))

    def clone(self) -> QIconEngine:
        return _LineIcon(self._name, self._colour, self._disabled)


@lru_cache(maxsize=512)
def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """The line icon `icons/NAME.svg` with `currentColor` replaced; colours are "#rrggbb".

    Raises:
        FileNotFoundError: there is no such icon.
    """
    path("icons", f"{name}.svg")
    return QIcon(_LineIcon(name, colour, disabled))


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
