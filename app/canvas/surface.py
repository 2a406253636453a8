"""The paper under everything: the scene in a view, moving about on it, and what is where."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from app.background.tags import Tags
from app.canvas import navigation
from app.canvas.backdrop import paint_backdrop
from app.canvas.badges import Badge
from app.canvas.legend import Key, Legend
from app.canvas.mirror import Mirror
from app.canvas.painting import rect_f
from app.canvas.scene import CanvasScene
from app.canvas.zones import handles_of
from app.document import Document
from app.theme import Theme, install_fonts
from models.architecture.diagram.geometry import union

SETTLE_MS = 140
"""After this long without zooming the drawing is made sharp again."""
FLOAT_MARGIN = 12
FREQUENT = frozenset({QEvent.Type.Paint, QEvent.Type.MouseMove})
"""While these are dealt with other threads give way; others may open a menu, which stays for as long as it likes."""


class Surface(QGraphicsView):
    """Shows one diagram of a document; knows nothing of editing."""

    zoom_changed = Signal(float)
    content_changed = Signal()
    view_moved = Signal()

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install_fonts()
        self.document = document
        self._canvas = CanvasScene(document, theme, self)
        self._floating: dict[QWidget, Qt.Corner] = {}
        self._legend = Legend(theme, self.viewport())
        self.float_widget(self._legend, Qt.Corner.BottomLeftCorner)
        self._key = Key(self.viewport())
        self.float_widget(self._key, Qt.Corner.BottomLeftCorner)
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._settled)
        self.setScene(self._canvas)
        self._canvas.content_changed.connect(self.content_changed)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Diagram"))
        self.centerOn(0, 0)

    @property
    def theme(self) -> Theme:
        return self._canvas.theme

    @property
    def mirror(self) -> Mirror:
        """What is drawn and where."""
        return self._canvas.mirror

    @property
    def as_drawn(self) -> Mirror:
        """The same as it is on the screen, which may be a moment behind the document."""
        return self._canvas.as_drawn

    @property
    def zoom_factor(self) -> float:
        return navigation.zoom_of(self)

    def set_theme(self, theme: Theme) -> None:
        self._canvas.set_theme(theme)
        self._legend.set_theme(theme)
        self.viewport().update()
        self.content_changed.emit()

    def set_legend_visible(self, visible: bool) -> None:
        self._legend.setVisible(visible)
        self._stand_floating()

    def fit(self) -> None:
        """Shows the whole diagram, not larger than it is."""
        navigation.fit(self, self.content_rect())
        self._zoomed()

    def zoom_in(self) -> None:
        self.zoom_to(self.zoom_factor * navigation.STEP)

    def zoom_out(self) -> None:
        self.zoom_to(self.zoom_factor / navigation.STEP)

    def zoom_to(self, factor: float) -> None:
        if navigation.zoom_to(self, factor):
            self._zoomed()

    def zoom_to_selection(self) -> None:
        rects = [rect for part_id in self.document.selection if (rect := self._canvas.rect_of(part_id)) is not None]
        if rects:
            navigation.fit(self, rect_f(union(*rects)), largest=1.5)
            self._zoomed()

    def show_badges(self, badges: Mapping[str, Badge]) -> None:
        """Findings per element or link: how many, and the worst severity."""
        self._canvas.touch(self._canvas.overlay.show_badges(badges))

    def show_path(self, path: tuple[str, ...] | None) -> None:
        """Inks the links and elements of a path and numbers its hops; None takes that away."""
        self._canvas.point_out(path)

    def show_parts(self, parts: tuple[str, ...]) -> None:
        """Inks links and elements that are no path, instead of the path before; nothing is numbered."""
        self._canvas.point_out(parts, numbered=False)

    def show_heat(self, heat: dict[str, float] | None) -> None:
        """A value 0..1 per element, drawn as a bar under it; None takes that away."""
        overlay = self._canvas.overlay
        before, overlay.heat = overlay.heat, dict(heat or {})
        self._canvas.touch([*before, *overlay.heat])

    def show_tags(self, tags: Tags, key: str = "") -> None:
        """Words about elements and links, instead of those before; `key` says in a corner what they mean."""
        if tags is self._canvas.overlay.tags or not (tags or self._canvas.overlay.tags or key or self._key.text()):
            return
        self._canvas.overlay.tags = tags
        self._key.show_words(key)
        self._stand_floating()
        self.viewport().update()

    def center_of(self, part_id: str) -> QPointF:
        """The middle of an element or link in the scene.

        Raises:
            KeyError: it is not on the diagram.
        """
        if part_id in self.mirror.boxes:
            return QPointF(*self.mirror.boxes[part_id].center)
        return QPointF(*self.mirror.routes[part_id].middle)

    def viewport_point(self, part_id: str) -> QPoint:
        """The same in the viewport, for a mouse."""
        return self.mapFromScene(self.center_of(part_id))

    def handle_point(self, element_id: str, side: int = 1) -> QPoint:
        """Where in the viewport a link is drawn from: 0 left, 1 right, 2 top, 3 bottom."""
        return self.mapFromScene(QPointF(*handles_of(self.mirror, element_id)[side]))

    def content_rect(self) -> QRectF:
        """Around all that is drawn, in the scene."""
        return rect_f(self.mirror.content())

    def visible_rect(self) -> QRectF:
        """The part of the scene in sight."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def expect_drag(self, elements: frozenset[str]) -> None:
        """Gets ready for elements to be dragged, in a turn of its own, if the mouse still holds them then."""
        if not self.mirror.is_small:
            self.document.turns.soon(partial(self._make_ready_to_drag, elements), first=True)

    def _make_ready_to_drag(self, elements: frozenset[str]) -> None:
        if self._canvas.overlay.gesture is None or self.mirror.is_previewing:
            return
        routes = self.mirror.routes.items()
        links = frozenset(known for known, route in routes if route.source in elements or route.target in elements)
        self._canvas.links.expect_drag(
            self.viewportTransform(), self.viewport().size(), self.viewport().devicePixelRatio(), links
        )

    def outlines(self) -> list[tuple[QRectF, bool]]:
        """Every element's rectangle in the scene, and whether it is a frame; frames first."""
        return [(rect_f(self.mirror.boxes[known]), self.mirror.is_frame(known)) for known in self.mirror.rank]

    def _zoomed(self) -> None:
        self._canvas.is_zooming = True
        self._settle.start()
        self.zoom_changed.emit(self.zoom_factor)
        self._moved()

    def _settled(self) -> None:
        self._canvas.is_zooming = False
        self.viewport().update()

    def _moved(self) -> None:
        self.view_moved.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Moves the paper; what lies over it stays where it is."""
        standing = [(child, child.pos()) for child in self.viewport().children() if isinstance(child, QWidget)]
        super().scrollContentsBy(dx, dy)
        for child, place in standing:
            if child.pos() != place:
                child.move(place)
        self._moved()

    def float_widget(self, widget: QWidget, corner: Qt.Corner) -> None:
        """Keeps a widget in a corner over the drawing, at its own size, whatever moves under it.

        Those in one corner stand one upon the other.
        """
        widget.setParent(self.viewport())
        widget.resize(widget.sizeHint())
        self._floating[widget] = corner
        self._stand_floating()

    def _stand_floating(self) -> None:
        room, stacked = self.viewport().rect(), dict[Qt.Corner, int]()
        for widget, corner in self._floating.items():
            right = corner in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner)
            bottom = corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner)
            x = room.width() - widget.width() - FLOAT_MARGIN if right else FLOAT_MARGIN
            inward = stacked.get(corner, 0) + FLOAT_MARGIN
            widget.move(x, room.height() - widget.height() - inward if bottom else inward)
            if not widget.isHidden():
                stacked[corner] = inward + widget.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The middle stays in the middle."""
        super().resizeEvent(event)
        if event.oldSize().isValid():
            change = event.size() - event.oldSize()
            navigation.pan(self, QPoint(-change.width() // 2, -change.height() // 2))
        self._stand_floating()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor = self.zoom_factor * navigation.wheel_zoom(event)
            if navigation.zoom_to(self, factor, event.position().toPoint()):
                self._zoomed()
        else:
            navigation.pan(self, navigation.wheel_pan(event))
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            if navigation.zoom_to(self, self.zoom_factor * (1 + event.value()), event.position().toPoint()):
                self._zoomed()
            return True
        if event.type() not in FREQUENT:
            return super().viewportEvent(event)
        with self.document.turns.at_work():
            return super().viewportEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_backdrop(painter, QRectF(rect), self.theme, self.zoom_factor)
