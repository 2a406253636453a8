"""The whole diagram in a corner, with the visible part framed; a click or drag there moves the view."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QMoveEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.canvas.painting import plain_rect
from app.canvas.view import CanvasView
from app.theme import Theme

MARGIN = 8.0
LEAST = QSizeF(1200, 825)
"""How much of the scene the map shows at least."""
REDRAW_MS = 150
"""The nodes are drawn anew at most this often."""


class Minimap(QWidget):
    """Follows one `CanvasView`. Nodes are drawn once per change of the scene, the frame on every move of the view.

    Over the view itself it becomes a child of the viewport: a neighbour above it would cost a whole repaint per scroll.
    """

    def __init__(self, view: CanvasView, parent: QWidget | None = None) -> None:
        super().__init__(view.viewport() if parent is view else parent)
        self._view = view
        self._nodes: QPixmap | None = None
        self._content: QRectF | None = None
        self.is_away = False
        self.setAccessibleName(self.tr("Minimap"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._later = QTimer(self, interval=REDRAW_MS, singleShot=True)
        self._later.timeout.connect(self._forget)
        view.content_changed.connect(self._forget_soon)
        view.view_moved.connect(self._look)

    def sizeHint(self) -> QSize:
        return QSize(128, 88)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 48)

    def set_theme(self, _theme: Theme) -> None:
        """The colours are the view's; this draws them anew."""
        self._forget()

    def _forget_soon(self) -> None:
        """Draws the nodes anew, but not for every frame of a drag."""
        if not self._later.isActive():
            self._later.start()

    def _forget(self) -> None:
        self._nodes = self._content = None
        self._look()

    def _look(self) -> None:
        """Gives way to what it would cover when all there is to see is in sight anyway."""
        self.is_away = self._view.visible_rect().contains(self._drawn()) and self._covers()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, self.is_away)
        self.update()

    def _covers(self) -> bool:
        if self.parent() is not self._view.viewport():
            return False
        covered = plain_rect(self._view.mapToScene(self.geometry()).boundingRect())
        mirror = self._view.mirror
        return bool(mirror.elements_near(covered)) or any(
            mirror.line_meets(link_id, covered) for link_id in mirror.links_near(covered)
        )

    def _drawn(self) -> QRectF:
        if self._content is None:
            self._content = self._view.content_rect()
        return self._content

    def _world(self) -> QRectF:
        """Around all that is drawn, and never so small that a single element would fill the map."""
        content = self._drawn()
        across, down = max(0.0, LEAST.width() - content.width()), max(0.0, LEAST.height() - content.height())
        return content.adjusted(-across / 2, -down / 2, across / 2, down / 2)

    def _placement(self) -> tuple[float, QPointF]:
        """(pixels per scene unit, where the scene's origin is drawn)."""
        world = self._world()
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = max(1e-6, min(room.width() / world.width(), room.height() / world.height()))
        return scale, room.center() - world.center() * scale

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._look()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.is_away:
            return
        theme = self._view.theme
        scale, origin = self._placement()
        if self._nodes is None or self._nodes.size() != self.size() * self.devicePixelRatio():
            self._nodes = self._draw_nodes(scale, origin)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._nodes)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        visible = self._view.visible_rect()
        frame = QRectF(visible.topLeft() * scale + origin, visible.size() * scale)
        frame = frame.intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.setPen(QPen(theme.colour("accent"), 1.5))
        painter.setBrush(theme.colour("accent", 0.08))
        painter.drawRoundedRect(frame, 3, 3)
        painter.end()

    def _draw_nodes(self, scale: float, origin: QPointF) -> QPixmap:
        theme = self._view.theme
        ratio = self.devicePixelRatio()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        frames: list[QRectF] = []
        nodes: list[QRectF] = []
        for rect, is_frame in self._view.outlines():
            (frames if is_frame else nodes).append(rect)
        painter.translate(origin)
        painter.scale(scale, scale)
        border = QPen(theme.colour("border"), 1)
        border.setCosmetic(True)
        painter.setPen(border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(frames)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("secondary"))
        painter.drawRects(nodes)
        painter.end()
        return drawn

    def _go(self, event: QMouseEvent) -> None:
        scale, origin = self._placement()
        away = event.position() - origin
        self._view.centerOn(away.x() / scale, away.y() / scale)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)
