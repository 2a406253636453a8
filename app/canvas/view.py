"""The canvas as a widget: what menus, panels and keys may ask of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from app.canvas import commands
from app.canvas.gestures import Gesture, Press
from app.canvas.input import KIND_MIME, InputSurface
from app.canvas.painting import rect_f
from app.canvas.tips import described
from app.document import Clipboard, Document
from app.theme import Theme
from models.architecture.links import LinkStyle

__all__ = ["KIND_MIME", "CanvasView"]

EDGE = 16
"""Viewport pixels left around a part that is brought into sight."""


class CanvasView(InputSurface):
    """One diagram of a document, drawn and edited.

    `hint` carries words for the status bar, empty when there is nothing to say; `context_menu_requested` the place on
    the screen and the id under it or None; `style_used` the style a new link got.
    """

    style_used = Signal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(document, theme, parent)
        self.clipboard = Clipboard(self)
        self.selection_count = 0
        self._style: LinkStyle = "sync"
        document.selection.changed.connect(self._selection_changed)

    @property
    def current_style(self) -> LinkStyle:
        """The style a new link gets where it may."""
        return self._style

    @current_style.setter
    def current_style(self, style: LinkStyle) -> None:
        self._style = style

    def rename(self, part_id: str) -> None:
        """Opens the name for editing where it stands."""
        self._editing.rename(part_id)

    def rename_selected(self) -> None:
        if self.document.selection.ids:
            self.rename(self.document.selection.ids[-1])

    def select_all(self) -> None:
        self.document.selection.set(self.mirror.rank)

    def delete_selected(self) -> None:
        commands.delete(self.document, self.document.selection.ids)

    def duplicate_selected(self) -> None:
        ids = [part_id for part_id in self.document.selection if part_id in self.mirror.boxes]
        commands.duplicate(self.document, ids)

    def retag_selected(self, style: LinkStyle) -> None:
        """Gives selected links a style; with none selected, new links get it."""
        if not commands.retag(self.document, self.document.selection.ids, style):
            self.current_style = style
            self.style_used.emit(style)

    def copy(self) -> None:
        self.clipboard.copy(self.document)

    def cut(self) -> None:
        if self.clipboard.copy(self.document):
            self.delete_selected()

    def paste(self) -> None:
        """Pastes near the mouse when it is over the canvas, else beside the original."""
        here = self.viewport().mapFromGlobal(self.cursor().pos())
        inside = self.viewport().rect().contains(here) and self.underMouse()
        known = None if self.mirror.is_previewing else self.mirror.boxes
        self.clipboard.paste(self.document, self.mapToScene(here) if inside else None, known)

    def connect_elements(self, source: str, target: str) -> None:
        """Links two elements in the current style, or in the first that may connect them."""
        style = commands.connect(self.document, source, target, self.current_style)
        if style is not None:
            self.style_used.emit(style)

    def offer_elements(self, source: str, at: Press, pending: Gesture | None = None) -> None:
        """Offers a new element where a link was dropped on nothing; `pending` stays drawn meanwhile."""
        self._editing.offer(source, at, pending)

    def show_pending(self, pending: Gesture | None) -> None:
        """Draws a gesture that is over until what it asked for is answered."""
        overlay = self._canvas.overlay
        for gesture in (overlay.pending, pending):
            if gesture is not None:
                self._canvas.update(gesture.extent)
        overlay.pending = pending

    def select_and_show(self, part_id: str) -> None:
        """Selects a part and brings it into sight."""
        self.document.selection.set((part_id,))
        self.show_part(part_id)

    def show_part(self, part_id: str) -> None:
        """Moves the paper if a part is out of sight."""
        if (rect := self._canvas.rect_of(part_id)) is not None and not self.visible_rect().contains(rect_f(rect)):
            self.centerOn(QPointF(*rect.center))
            self._moved()

    def show_whole(self, part_id: str) -> None:
        """Moves the paper no further than it takes to see all of a part."""
        if (rect := self._canvas.rect_of(part_id)) is not None and not self.visible_rect().contains(rect_f(rect)):
            self.ensureVisible(rect_f(rect), EDGE, EDGE)
            self._moved()

    def _selection_changed(self) -> None:
        """Counts selections, so that nudges before and after one are steps of their own, and tells screen readers."""
        self.selection_count += 1
        ids = self.document.selection.ids
        words = described(self.document.architecture, ids, self._canvas.overlay.badges)
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
