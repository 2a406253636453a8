"""Paints what `models.architecture.diagram` describes: marks, lines, pictures."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.theme import Theme
from models.architecture.diagram.geometry import Path, Point, Rect
from models.architecture.diagram.picture import Mark, NodePicture, TextLine


def rect_f(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)


def plain_rect(rect: QRectF) -> Rect:
    return Rect(rect.x(), rect.y(), rect.width(), rect.height())


def in_sight(painter: QPainter) -> Rect:
    """All that a painter's device shows, in the painter's own coordinates, not only what is being painted."""
    device = painter.device()
    return plain_rect(painter.worldTransform().inverted()[0].mapRect(QRectF(0, 0, device.width(), device.height())))


def painter_path(path: Path) -> QPainterPath:
    """The same path in Qt's terms."""
    drawn = QPainterPath()
    for command in path:
        match command:
            case ("M", x, y):
                drawn.moveTo(x, y)
            case ("L", x, y):
                drawn.lineTo(x, y)
            case ("C", x1, y1, x2, y2, x, y):
                drawn.cubicTo(x1, y1, x2, y2, x, y)
            case _:
                drawn.closeSubpath()
    return drawn


def polygon(points: tuple[Point, ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


@lru_cache(maxsize=64)
def face(theme: Theme, size: float, weight: str, italic: bool) -> QFont:
    font = theme.font(size, strong=weight == "semibold", italic=italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def pen(colour: QColor, width: float, dash: tuple[float, ...] = ()) -> QPen:
    """A pen with round joins; `dash` is in pixels, as in a `Mark`.

    Dots (dashes shorter than a pixel) become short dashes: at their size round ones look the same and take five times
    as long.
    """
    made = QPen(colour, width)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dash and dash[0] < 1:
        made.setDashPattern([1.0, sum(dash) / width - 1.0])
    elif dash:
        made.setDashPattern([length / width for length in dash])
    return made


def screen_pen(painter: QPainter, colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen that is `width` viewport pixels wide at any zoom, on any screen."""
    made = QPen(colour, width / painter.worldTransform().m11(), style)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    return made


def paint_mark(painter: QPainter, mark: Mark, theme: Theme) -> None:
    if mark.opacity != 1.0:
        painter.setOpacity(mark.opacity)
    painter.setBrush(QBrush(theme.colour(mark.fill)) if mark.fill else Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.colour(mark.stroke), mark.width, mark.dash) if mark.stroke else Qt.PenStyle.NoPen)
    painter.drawPath(painter_path(mark.path))
    if mark.opacity != 1.0:
        painter.setOpacity(1.0)


def paint_text(painter: QPainter, line: TextLine, theme: Theme) -> None:
    font = face(theme, line.size, line.weight, line.italic)
    painter.setFont(font)
    painter.setPen(theme.colour(line.colour))
    x = line.x
    if line.anchor != "start":
        width = QFontMetricsF(font).horizontalAdvance(line.text)
        x -= width / 2 if line.anchor == "middle" else width
    painter.drawText(QPointF(x, line.y), line.text)


def paint_picture(painter: QPainter, picture: NodePicture, theme: Theme) -> None:
    """Paints an element with its top left corner at the painter's origin."""
    for mark in picture.marks:
        paint_mark(painter, mark, theme)
    for line in picture.texts:
        paint_text(painter, line, theme)


def picture_pixmap(picture: NodePicture, theme: Theme, scale: float) -> tuple[QPixmap, QPointF]:
    """(the picture at `scale` device pixels per scene unit, where its corner (0, 0) lies in it, in device pixels)."""
    margin = 2
    left, top = round(-picture.bounds.x * scale + 0.5) + margin, round(-picture.bounds.y * scale + 0.5) + margin
    width = left + round(picture.bounds.right * scale + 0.5) + margin
    height = top + round(picture.bounds.bottom * scale + 0.5) + margin
    drawn = QPixmap(max(1, width), max(1, height))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.translate(left, top)
    painter.scale(scale, scale)
    paint_picture(painter, picture, theme)
    painter.end()
    return drawn, QPointF(left, top)
