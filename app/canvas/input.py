"""Mouse, keys and drops on the canvas, turned into gestures."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.canvas import commands, keyboard
from app.canvas.editing import Editing
from app.canvas.gestures import Gesture, KeyboardLinking, Press
from app.canvas.gestures.choice import CURSORS, begin
from app.canvas.naming import is_typing
from app.canvas.navigation import pan
from app.canvas.painting import rect_f
from app.canvas.surface import Surface
from app.canvas.tips import tip
from app.canvas.zones import Zone, zone_at
from app.document import Document
from app.theme import Theme
from models.architecture.diagram.geometry import Rect

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

KIND_MIME = "application/x-loadpath-kind"
DRIFT_EDGE, DRIFT_MS = 20, 30
PLACE_APART = 80.0
"""Between what is selected and an element placed by key."""


class InputSurface(Surface):
    """Has at most one gesture under way, and knows what the mouse is over."""

    hint = Signal(str)
    context_menu_requested = Signal(QPoint, object)
    tool_changed = Signal(object)
    hovered_changed = Signal(object)
    tool: str | None = None

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(document, theme, parent)
        self._gesture: Gesture | None = None
        self._bending: str | None = None
        self._zone = Zone("nothing")
        self._space_held = False
        self._editing = Editing(self._whole)
        self._pointer: tuple[QPoint, Qt.KeyboardModifier] = (QPoint(), Qt.KeyboardModifier.NoModifier)
        self._drift = QTimer(self, interval=DRIFT_MS)
        self._drift.timeout.connect(self._drift_on)
        document.diagram_changed.connect(self.cancel_gesture)
        document.changed.connect(self._editing.check)
        self.view_moved.connect(self._editing.follow)

    @property
    def _whole(self) -> CanvasView:
        """This, as what it is in the end."""
        return cast("CanvasView", self)

    def set_tool(self, kind: str | None) -> None:
        """The next click sets down an element of this kind, or of this role of a service; None ends that."""
        if kind is not None and not commands.is_kind(kind):
            raise ValueError(f'"{kind}" is no kind of element')
        self.tool = kind
        self._show_ghost(None)
        self._show_cursor()
        told = self.tr("Click where the new element should stand, or press Enter; Escape stops")
        self.hint.emit(told if kind is not None else "")
        if kind is not None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.tool_changed.emit(kind)

    def begin(self, gesture: Gesture) -> None:
        """From now on the mouse, or the keys, belong to this gesture."""
        self._gesture = gesture
        self._canvas.overlay.gesture = gesture
        self._show_cursor()
        self._canvas.update(gesture.extent)

    def cancel_gesture(self) -> None:
        if self._gesture is not None:
            gesture = self._end_gesture()
            gesture.cancel()

    def show_preview(self, corners: dict[str, tuple[float, float]], frames: Collection[str] = ()) -> None:
        """Shows elements, and those frames around them, elsewhere until `end_preview`."""
        self._canvas.preview(corners, frames)

    def show_bends(self, link_id: str, points: tuple[tuple[float, float], ...]) -> None:
        self._bending = link_id
        self._canvas.preview_bends(link_id, points)

    def end_preview(self) -> None:
        """Shows everything where the document says."""
        self._canvas.preview({})
        if self._bending is not None:
            self._canvas.preview_bends(self._bending, None)
            self._bending = None

    def _end_gesture(self) -> Gesture:
        gesture = self._gesture
        assert gesture is not None
        touched = gesture.extent
        self._drift.stop()
        self._gesture = self._canvas.overlay.gesture = None
        self._canvas.update(touched)
        self._show_cursor()
        return gesture

    def _press_at(self, position: QPoint, modifiers: Qt.KeyboardModifier) -> Press:
        return Press(self.mapToScene(position), position, modifiers)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._editing.finish()
        if self._gesture is not None:
            self.cancel_gesture()
        at = self._press_at(event.position().toPoint(), event.modifiers())
        zone = zone_at(self.mirror, self.document.selection.ids, at.scene.x(), at.scene.y(), self.zoom_factor)
        gesture = begin(self._whole, event.button(), at, zone, panning=self._space_held)
        if gesture is not None:
            self.begin(gesture)
        elif event.button() == Qt.MouseButton.RightButton and zone.part not in self.document.selection:
            self.document.selection.set((zone.part,) if zone.part is not None else ())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._press_at(event.position().toPoint(), event.modifiers())
        if self._gesture is None or isinstance(self._gesture, KeyboardLinking):
            self._hover(at)
            return
        self._pointer = (at.viewport, at.modifiers)
        self._move_gesture(self._gesture, at)
        if self._beyond(at.viewport).isNull() or not self._gesture.drifts:
            self._drift.stop()
        elif not self._drift.isActive():
            self._drift.start()

    def _move_gesture(self, gesture: Gesture, at: Press) -> None:
        touched = gesture.extent
        gesture.move(at)
        self._canvas.update(touched.united(gesture.extent).adjusted(-4, -4, 4, 4))
        self._show_cursor()

    def _beyond(self, at: QPoint) -> QPoint:
        """How far a point lies beyond the border of the viewport, or so near to it that the paper should move."""
        room = self.viewport().rect().adjusted(DRIFT_EDGE, DRIFT_EDGE, -DRIFT_EDGE, -DRIFT_EDGE)
        across = min(0, at.x() - room.left()) + max(0, at.x() - room.right())
        down = min(0, at.y() - room.top()) + max(0, at.y() - room.bottom())
        return QPoint(across, down)

    def _drift_on(self) -> None:
        """Moves the paper while something is held at the border."""
        at, modifiers = self._pointer
        if self._gesture is None:
            self._drift.stop()
            return
        pan(self, self._beyond(at))
        self._move_gesture(self._gesture, self._press_at(at, modifiers))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None and not isinstance(self._gesture, KeyboardLinking):
            at = self._press_at(event.position().toPoint(), event.modifiers())
            gesture = self._end_gesture()
            gesture.finish(at)
            self._canvas.update(gesture.extent.adjusted(-4, -4, 4, 4))
            self._show_cursor()
            if self._canvas.is_behind:
                self.document.turns.soon(partial(self._hover_again, at))
            else:
                self._hover(at)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.tool is not None:
            self.mousePressEvent(event)
            return
        at = self.mapToScene(event.position().toPoint())
        zone = zone_at(self.mirror, (), at.x(), at.y(), self.zoom_factor)
        if zone.part is None:
            self.add_at("service", at)
        else:
            self.document.selection.set((zone.part,))
            self._editing.rename(zone.part)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        part_id: str | None
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.document.selection.ids:
            part_id = self.document.selection.ids[-1]
            place = self.viewport().mapToGlobal(self.viewport_point(self.document.selection.ids[-1]))
        else:
            at = self.mapToScene(event.pos())
            part_id = zone_at(self.mirror, (), at.x(), at.y(), self.zoom_factor).part
            place = event.globalPos()
        self.context_menu_requested.emit(place, part_id)
        event.accept()

    def _hover_again(self, at: Press) -> None:
        """Looks at what is under the mouse after a gesture, unless the next has begun."""
        if self._gesture is None:
            self._hover(at)

    def _hover(self, at: Press) -> None:
        selected = self.document.selection.ids
        self._mark_zone(zone_at(self.mirror, selected, at.scene.x(), at.scene.y(), self.zoom_factor))
        if self.tool is not None:
            self._show_ghost(at.scene)
        self._show_cursor()

    def _mark_zone(self, zone: Zone) -> None:
        """Shows the handles of the element the mouse is over, and takes them from the one it left."""
        if zone != self._zone:
            if zone.part != self._zone.part:
                self.hovered_changed.emit(zone.part)
            overlay = self._canvas.overlay
            held = zone.part if zone.hold in ("element", "edge") else None
            before, overlay.hovered = overlay.hovered, held
            self._canvas.touch([known for known in (before, held) if known is not None])
            self._zone = zone

    def _show_cursor(self) -> None:
        if self._gesture is not None and self._gesture.cursor is not None:
            shape = self._gesture.cursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif self.tool is not None:
            shape = Qt.CursorShape.CrossCursor
        else:
            shape = CURSORS.get(self._zone.hold, Qt.CursorShape.ArrowCursor)
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def _show_ghost(self, centre: QPointF | None, kind: str | None = None) -> None:
        overlay, kind = self._canvas.overlay, kind or self.tool
        before, overlay.ghost = overlay.ghost, None
        if centre is not None and kind is not None:
            width, height = commands.size_of(kind)
            overlay.ghost = Rect(*commands.snapped(centre.x() - width / 2, centre.y() - height / 2), width, height)
        for rect in (before, overlay.ghost):
            if rect is not None:
                self._canvas.update(rect_f(rect.grown(3)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if isinstance(self._gesture, KeyboardLinking):
            self._key_to_gesture(self._gesture, event)
        elif event.key() == Qt.Key.Key_Escape and (self._gesture is not None or self.tool is not None):
            self.cancel_gesture()
            self.set_tool(None)
        elif event.key() == Qt.Key.Key_Escape and self.document.selection.ids:
            self.document.selection.clear()
        elif event.key() == Qt.Key.Key_Space:
            self._space_held = True
            self._show_cursor()
        elif self.tool is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._place_by_key(self.tool)
        elif self.tool is not None and self._is_word(event):
            self.hint.emit(self.tr("Press Enter to place the new element, Escape to stop"))
        elif self._gesture is not None or not keyboard.press(self._whole, event):
            event.ignore()
            return
        event.accept()

    def _place_by_key(self, kind: str) -> None:
        """Right of what is selected, else in the middle of what is in sight."""
        width, _ = commands.size_of(kind)
        selected = [part_id for part_id in self.document.selection if part_id in self.mirror.boxes]
        if selected:
            box = self.mirror.boxes[selected[-1]]
            centre = QPointF(box.right + PLACE_APART + width / 2, box.center[1])
        else:
            centre = self.visible_rect().center()
        self.set_tool(None)
        self.add_at(kind, centre)
        element_id = next(iter(self.document.selection.ids), None)
        if element_id is not None:
            self._whole.show_part(element_id)
            self._editing.follow()

    def _is_word(self, event: QKeyEvent) -> bool:
        return bool(event.text()) and event.text().isprintable() and is_typing(event)

    def event(self, event: QEvent) -> bool:
        """With a tool chosen, letters and digits are no shortcuts."""
        if (
            self.tool is not None
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._is_word(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _key_to_gesture(self, gesture: KeyboardLinking, event: QKeyEvent) -> None:
        touched = gesture.extent
        if not gesture.key(event.key()):
            self._end_gesture()
        self._canvas.update(touched.united(gesture.extent))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._show_cursor()
        super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks through the elements first, and leaves the canvas after the last.

        Qt also asks when a field over the canvas closes while it has the focus: that is no Tab.
        """
        if isinstance(self._gesture, KeyboardLinking):
            touched = self._gesture.extent
            self._gesture.key(Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab)
            self._canvas.update(touched.united(self._gesture.extent))
            return True
        has_keys = self.window().focusWidget() in (self, self.viewport())
        if has_keys and keyboard.cycle(self._whole, forward=forward):
            return True
        return super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_held = False
        super().focusOutEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.mapToScene(event.pos())
            part_id = zone_at(self.mirror, (), at.x(), at.y(), self.zoom_factor).part
            words = tip(self.mirror.architecture, part_id, self._canvas.overlay.badges) if part_id else ""
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave and (self._gesture is None or isinstance(self._gesture, KeyboardLinking)):
            self._show_ghost(None)
            self._mark_zone(Zone("nothing"))
        return super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        kind = _kind_in(event)
        if kind is None:
            event.ignore()
            return
        self._show_ghost(self.mapToScene(event.position().toPoint()), kind)
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_ghost(None)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        kind = _kind_in(event)
        self._show_ghost(None)
        if kind is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.add_at(kind, self.mapToScene(event.position().toPoint()))

    def add_at(self, kind: str, centre: QPointF) -> None:
        """Adds an element of a kind around a scene point, in the frame that is there, its name ready to type."""
        group = self.mirror.frame_at(centre.x(), centre.y())
        creation = commands.create(self.document, kind, centre, group=group)
        if creation is not None:
            self._editing.christen(creation)


def _kind_in(event: QDropEvent) -> str | None:
    data = event.mimeData()
    if not data.hasFormat(KIND_MIME):
        return None
    kind = bytes(data.data(KIND_MIME).data()).decode(errors="replace")
    return kind if commands.is_kind(kind) else None
