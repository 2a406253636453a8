"""Moving around: zoom at the cursor, pan, fit. Works on any graphics view whose scroll bars are hidden."""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGraphicsView

SMALLEST, LARGEST = 0.05, 4.0
STEP = 1.25
MARGIN = 48.0


def zoom_of(view: QGraphicsView) -> float:
    """Device-independent pixels per scene unit."""
    return view.transform().m11()


def zoom_to(view: QGraphicsView, factor: float, at: QPoint | None = None) -> bool:
    """Zooms so that the scene point under `at` (viewport; the middle if None) stays there; False at the limits."""
    factor = min(LARGEST, max(SMALLEST, factor))
    if abs(factor - zoom_of(view)) < 1e-9:
        return False
    anchor = at or view.viewport().rect().center()
    held = view.mapToScene(anchor)
    view.setTransform(view.transform().fromScale(factor, factor))
    pan(view, view.mapFromScene(held) - anchor)
    return True


def pan(view: QGraphicsView, by: QPoint) -> None:
    """Moves the visible part by viewport pixels."""
    across, down = view.horizontalScrollBar(), view.verticalScrollBar()
    across.setValue(across.value() + by.x())
    down.setValue(down.value() + by.y())


def fit(view: QGraphicsView, content: QRectF, *, largest: float = 1.0) -> None:
    """Shows all of `content` with a margin, never larger than `largest`."""
    room = QRectF(view.viewport().rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    if content.isEmpty() or room.width() <= 0 or room.height() <= 0:
        factor = 1.0
    else:
        factor = min(largest, room.width() / content.width(), room.height() / content.height())
    factor = min(LARGEST, max(SMALLEST, factor))
    view.setTransform(view.transform().fromScale(factor, factor))
    view.centerOn(content.center() if not content.isNull() else QPointF(0, 0))


def wheel_zoom(event: QWheelEvent) -> float:
    """The factor that one turn of the wheel with Ctrl asks for."""
    turned = event.angleDelta().y() or event.angleDelta().x()
    return float(1.0015**turned)


def wheel_pan(event: QWheelEvent) -> QPoint:
    """Viewport pixels that two fingers or the wheel ask for; Shift turns the wheel sideways."""
    moved = event.pixelDelta()
    if moved.isNull():
        turned = event.angleDelta()
        moved = QPoint(turned.x() // 2, turned.y() // 2)
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and moved.x() == 0:
        moved = QPoint(moved.y(), 0)
    return QPoint(-moved.x(), -moved.y())
