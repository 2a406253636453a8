"""The marks of severities (disc, triangle, square) and of link styles, painted wherever panels show them."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap, QPolygonF

from app.theme import Theme


def paint_severity(painter: QPainter, severity: str, at: QRectF, theme: Theme, opacity: float = 1.0) -> None:
    """The mark of a severity inside `at`: a disc for errors, a triangle for warnings, a square for the rest."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(severity))
    painter.setOpacity(opacity)
    side = min(at.width(), at.height())
    middle = at.center()
    if severity == "error":
        painter.drawEllipse(middle, side / 2, side / 2)
    elif severity == "warning":
        half = side * 0.58
        points = [
            QPointF(middle.x(), middle.y() - half),
            QPointF(middle.x() + half, middle.y() + half * 0.85),
            QPointF(middle.x() - half, middle.y() + half * 0.85),
        ]
        painter.drawPolygon(QPolygonF(points))
    else:
        half = side * 0.46
        painter.drawRoundedRect(QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half), 2, 2)
    painter.restore()


def style_icon(style: str, theme: Theme, ratio: float = 2.0) -> QIcon:
    """A short piece of line as links of this style are drawn."""
    size = QSize(20, 16)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.colour(style), 2.0)
    if style == "async":
        pen.setDashPattern([2.5, 1.5])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    elif style == "event":
        pen.setDashPattern([0.1, 2.0])
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if style == "shared_data":
        pen.setWidthF(1.5)
        painter.setPen(pen)
        painter.drawLine(QPointF(1, 5.5), QPointF(19, 5.5))
        painter.drawLine(QPointF(1, 10.5), QPointF(19, 10.5))
    else:
        painter.setPen(pen)
        painter.drawLine(QPointF(1, 8), QPointF(19, 8))
    painter.end()
    return QIcon(pixmap)
