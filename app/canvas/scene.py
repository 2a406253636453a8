"""The scene: layers over one mirror of the document. It shows and decides nothing."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsScene

from app.canvas.layers import WORLD, FrameLayer, LinkLayer, NodeLayer
from app.canvas.mirror import SMALL, Dirty, Mirror
from app.canvas.overlay import Overlay
from app.canvas.painting import rect_f
from app.canvas.repainting import Repainting
from app.canvas.tags import REACH
from app.document import Document
from app.theme import Theme
from app.translation import translate
from models.architecture import Architecture, Diagram
from models.architecture.changes import Changes
from models.architecture.diagram.geometry import Rect

SLICE_S = 0.004
"""So long may links be routed at a time, in seconds; a quarter of a frame."""
MANY_LATE = 100
LONG_SLICE_S = 0.006
"""With more links to route than `MANY_LATE`."""
PAINT_AFTER_S = 0.15
"""After so long what was routed meanwhile is painted, in turns of its own: pictures would take most of the time."""
MOST_APART = 400
"""More places than this are painted by painting all that is in sight."""
TOUCHED = 36.0
"""Selection outlines, badges and handles reach this far beyond what they belong to."""


class CanvasScene(QGraphicsScene):
    """`content_changed` follows every change of what is drawn.

    A large drawing takes over a change of the document in turns of their own, and is painted in the next, so that the
    edit, its routes and its picture are not one long wait. Whoever asks for the `mirror` before gets it up to date.
    """

    content_changed = Signal()

    def __init__(self, document: Document, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(QRectF(-WORLD, -WORLD, 2 * WORLD, 2 * WORLD))
        self.theme = theme
        self._mirror = Mirror(translate)
        self._owed: tuple[Architecture, Diagram, Changes] | None = None
        self._followed = Dirty()
        self._steps: Iterator[None] | None = None
        self._touched: dict[str, None] = {}
        self._unpainted = Dirty()
        self._painted = 0.0
        self._again = Repainting(self, document.turns)
        self.is_zooming = False
        self.path_links: dict[str, int | None] = {}
        self.path_elements: tuple[str, ...] = ()
        self.numbered: frozenset[str] = frozenset()
        self._document = document
        self.links = LinkLayer(self, 1)
        self.layers = (FrameLayer(self, 0), self.links, NodeLayer(self, 2))
        self.overlay = Overlay(self, 3)
        self._mirror.show(document.architecture, document.diagram)
        document.changed.connect(self._follow)
        document.diagram_changed.connect(self._show)
        document.selection.changed.connect(self._mark_selection)
        self._selected: tuple[str, ...] = ()

    @property
    def mirror(self) -> Mirror:
        """What is drawn and where, in step with the document."""
        self._take_over_owed()
        return self._mirror

    @property
    def as_drawn(self) -> Mirror:
        """The mirror as it is, for painting: a picture a moment old is better than one that is waited for."""
        return self._mirror

    @property
    def is_behind(self) -> bool:
        """Whether the `mirror` is still to take over a change."""
        return self._owed is not None

    @property
    def document(self) -> Document:
        return self._document

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for layer in (*self.layers, self.overlay):
            layer.forget()
        self.update()

    def canvas_colour(self) -> QColor:
        return self.theme.colour("canvas")

    def rect_of(self, part_id: str) -> Rect | None:
        """What an element or link covers, or None when it is not on the diagram."""
        if part_id in self.mirror.boxes:
            return self.mirror.painted(part_id)
        route = self.mirror.routes.get(part_id)
        return route.bounds if route is not None else None

    def preview(self, corners: dict[str, tuple[float, float]], frames: Collection[str] = ()) -> None:
        """Shows elements, and `frames` around them, elsewhere until the document says so; no corners end it."""
        if self.is_behind and not corners:
            return
        self.repaint(self.mirror.preview(corners, frames))
        self._make_way()

    def preview_bends(self, link_id: str, points: tuple[tuple[float, float], ...] | None) -> None:
        """Shows a link through other bends; None ends it."""
        self.repaint(self.mirror.preview_bends(link_id, points))
        self._make_way()

    def _make_way(self) -> None:
        """Links give way to what is dragged as it passes, in a large drawing once it is dropped."""
        if not self.mirror.is_previewing:
            self._catch_up_later()
        elif self.mirror.is_small:
            dirty = Dirty()
            while self.mirror.is_late:
                dirty.add(self.mirror.catch_up())
            self.repaint(dirty)

    def repaint(self, dirty: Dirty, *, at_once: bool = True) -> None:
        """Paints what has changed: `at_once`, or in a large drawing tile by tile."""
        self.overlay.follow(dirty)
        if not at_once:
            self._again.again(self._places(dirty.rects))
        elif len(dirty.rects) > MOST_APART:
            self.update()
        else:
            for place in self._places(dirty.rects):
                self.update(place)
        if dirty.rects:
            self.content_changed.emit()

    def point_out(self, path: tuple[str, ...] | None, *, numbered: bool = True) -> None:
        """Marks a path of element and link ids; its links are numbered in their order, if it is `numbered`."""
        touched = [*self.path_links, *self.path_elements]
        links = [part_id for part_id in path or () if part_id in self._document.architecture.link_by_id]
        once = enumerate(dict.fromkeys(links), 1)
        self.numbered = frozenset(links) if numbered else frozenset()
        self.path_links = {link_id: number if numbered else None for number, link_id in once}
        self.path_elements = tuple(part_id for part_id in path or () if part_id not in self.path_links)
        self.touch([*touched, *self.path_links, *self.path_elements])

    @property
    def _around(self) -> float:
        """How far from a part something that belongs to it may be painted."""
        return REACH if self.overlay.tags else TOUCHED

    def touch(self, ids: Iterable[str]) -> None:
        """Paints these parts again with all that is around them."""
        if self.is_behind:
            self._touched.update(dict.fromkeys(ids))
            return
        known = tuple(ids)
        if len(known) > MOST_APART:
            self._again.again([self.sceneRect()])
        else:
            self._again.again(self._places([rect for rect in map(self.rect_of, known) if rect is not None]))

    def _places(self, rects: Collection[Rect]) -> list[QRectF]:
        """What is to be painted with `rects`: what is around them, or all when they are many."""
        if len(rects) > MOST_APART:
            return [self.sceneRect()]
        return [rect_f(rect.grown(self._around)) for rect in rects]

    def _follow(self, changes: Changes) -> None:
        self._take_over_owed()
        architecture, diagram = self._document.architecture, self._document.diagram
        if changes.profiles or diagram.id != self._mirror.diagram.id:
            self._show()
            return
        self._owed = architecture, diagram, changes
        if len(architecture.links) <= SMALL:
            self._take_over_owed()
            self._paint_followed()
        else:
            self._document.turns.drop(self._catch_up)
            self._document.turns.soon(self._follow_on, first=True)

    def _take_over_owed(self) -> None:
        """Takes over a change at once, or what is left to do of it."""
        self._follow_on(math.inf)

    def _follow_on(self, most: float = SLICE_S) -> None:
        """Takes over a change, for at most so many seconds; the rest waits for the next turn."""
        if self._owed is None:
            return
        start = perf_counter()
        if self._steps is None:
            self._followed = Dirty()
            self._steps = self._mirror.following(*self._owed, self._followed)
        for _ in self._steps:
            if perf_counter() - start > most:
                self._document.turns.soon(self._follow_on, first=True)
                return
        self._owed = self._steps = None
        self._take_over(self._followed)
        self._catch_up_later()
        self._document.turns.soon(self._paint_followed, first=True)

    def _take_over(self, dirty: Dirty) -> None:
        """Lets badges give way at once; the picture follows."""
        self.overlay.make_room(dirty)
        self.overlay.follow(dirty)
        self._unpainted.add(dirty)

    def _paint_followed(self) -> None:
        self._document.turns.drop(self._paint_followed)
        self._painted = perf_counter()
        dirty, self._unpainted = self._unpainted, Dirty()
        touched, self._touched = self._touched, {}
        self.repaint(dirty, at_once=False)
        self.touch(touched)

    def _catch_up_later(self) -> None:
        if self.mirror.is_late:
            self._document.turns.soon(self._catch_up, first=True)

    def _catch_up(self) -> None:
        """Routes links that give way to a change, for as long as nobody notices; the rest waits for the next turn."""
        if self.mirror.is_previewing:
            self._paint_followed()
            return
        start, dirty = perf_counter(), Dirty()
        most = SLICE_S if self.mirror.late <= MANY_LATE else LONG_SLICE_S
        while self.mirror.is_late and perf_counter() - start < most:
            dirty.add(self.mirror.catch_up())
        self._take_over(dirty)
        self._catch_up_later()
        if perf_counter() - self._painted > PAINT_AFTER_S or not self.mirror.is_late:
            self._document.turns.soon(self._paint_followed, first=True)

    def _show(self) -> None:
        self._owed = self._steps = None
        self._mirror.show(self._document.architecture, self._document.diagram)
        self.overlay.begin_again()
        self.update()
        self.content_changed.emit()

    def _mark_selection(self) -> None:
        before, self._selected = self._selected, self._document.selection.ids
        self.touch([*before, *self._selected])
