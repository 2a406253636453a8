"""The line of every link on a diagram: its ports, its path around boxes, its arrow and its label.

`routes` answers once; a `Router` can be asked for some links again. `live_routing` follows changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from models.architecture.diagram import frames
from models.architecture.diagram.captions import Caption, english, link_caption
from models.architecture.diagram.curves import LineShape, curve, loop, through
from models.architecture.diagram.detours import Detour, Lanes, detour, rejoined, stepped, untangled
from models.architecture.diagram.geometry import Path, Point, Rect, extremes
from models.architecture.diagram.labels import place_label
from models.architecture.diagram.obstacles import Obstacles
from models.architecture.diagram.outlines import Side, edge_point, reach
from models.architecture.diagram.ports import LEAST, SPACING, facing_sides, side_towards, spread
from models.architecture.diagram.route import Line, Route
from models.architecture.diagram.shapes import frame_title
from models.architecture.diagram.shifts import Port, aside
from models.architecture.diagrams import Diagram
from models.architecture.kinds import KINDS
from models.architecture.links import Link
from models.architecture.model import Architecture
from models.architecture.text import Translate

__all__ = ["Route", "Router", "routes"]

_ANGLE: dict[Side, float] = {"left": 0.0, "right": math.pi, "top": math.pi / 2, "bottom": -math.pi / 2}
_STRAIGHTEN = 14.0
_STEEP = 16.0
"""An end this far above or below a box may be reached from its top or bottom."""
_MARK = 12.0
"""Arrows and marks stick out of the middle line by no more than this."""
End = tuple[str, Side]


def routes(
    architecture: Architecture,
    diagram: Diagram,
    only: Iterable[str] | None = None,
    *,
    line_shape: LineShape = "curved",
    translate: Translate = english,
) -> dict[str, Route]:
    """Link id -> route, of all links whose two ends are on the diagram and have a place, or of those in `only`."""
    found = Router(architecture, diagram, line_shape=line_shape, translate=translate).routes()
    return found if only is None else {link_id: found[link_id] for link_id in dict.fromkeys(only) if link_id in found}


def bends_of(diagram: Diagram) -> dict[str, tuple[Point, ...]]:
    """Link id -> the points it is pulled through, each where it can be drawn."""
    return {link_id: tuple(frames.within_reach(point) for point in points) for link_id, points in diagram.bends.items()}


def shapes_of(part: frames.Shown) -> dict[str, str]:
    """Element id -> name of its outline."""
    return {
        element_id: "box" if element_id in part.collapsed else KINDS[element.kind].shape
        for element_id, element in part.elements.items()
    }


class Router:
    """Routes of one diagram of one architecture.

    Attributes:
        boxes: element id -> rectangle, group frames included.
        part: what the diagram shows.
    """

    def __init__(
        self,
        architecture: Architecture,
        diagram: Diagram,
        *,
        line_shape: LineShape = "curved",
        translate: Translate = english,
    ) -> None:
        self.architecture = architecture
        self.diagram = diagram
        self.part = frames.shown(architecture, diagram)
        self.boxes = frames.boxes(architecture, diagram, self.part)
        self._bends = bends_of(diagram)
        self._line_shape = line_shape
        self._translate = translate
        framed = set(self.part.frames)
        self._solid = {element_id for element_id in self.boxes if element_id not in framed}
        self._obstacles = Obstacles(
            (element_id, self._room(element_id)) for element_id in self.boxes if element_id in self._solid
        )
        self._labels, self._titles = Obstacles(), Obstacles()
        for group in self.part.frames:
            if group in self.boxes:
                self._entitle(group)
        self._shapes = shapes_of(self.part)
        self._links: dict[str, tuple[Link, str, str]] = {}
        self._at: dict[str, list[str]] = {}
        for link in architecture.links:
            self._include(link)
        self._ends: dict[str, tuple[End, End]] = {}
        self._order: dict[End, list[tuple[Point, str, bool]]] = {}
        self._offsets: dict[tuple[str, bool], float] = {}
        self._lanes = Lanes()
        self._known: dict[str, tuple[Caption, bool, bool, bool]] = {}
        self._routes: dict[str, Route] = {}
        for link_id in self._links:
            self._choose_sides(link_id)
        for end in list(self._order):
            for _ in self._relieve(end):
                pass
        for end in self._order:
            self._spread(end)

    def routes(self, only: Iterable[str] | None = None) -> dict[str, Route]:
        """Link id -> route, of all links, or of those in `only` and those that give way to them.

        Unknown ids are left out.
        """
        wanted = self._links if only is None else [link_id for link_id in dict.fromkeys(only) if link_id in self._links]
        lined: dict[str, Line] = {}
        for _ in self._routing(wanted, lined):
            pass
        return {link_id: self._routes[link_id] for link_id in lined}

    def _routing(self, wanted: Iterable[str], lined: dict[str, Line]) -> Iterator[None]:
        """Routes the links that are `wanted` and those that give way to them, a line or a label at a time.

        Fills `lined` with the lines of all that are concerned. Only after the last step are all of them routed.
        """
        for link_id in wanted:
            self._lanes.leave(link_id)
        for link_id in wanted:
            lined[link_id] = self._line(link_id)
            yield
        detours = {link_id: (line.detour, line.end) for link_id, line in lined.items() if line.detour is not None}
        swapped = untangled(detours)
        for link_id, level in swapped.items():
            lined[link_id] = lined[link_id]._replace(detour=replace(detours[link_id][0], level=level))
        for link_id in dict.fromkeys((*swapped, *self._give_way(lined))):
            line = lined.get(link_id)
            if line is not None and line.detour is not None:
                lined[link_id] = self._rejoined(link_id, line.detour)
            else:
                self._lanes.leave(link_id)
                lined[link_id] = self._line(link_id)
            yield
        for link_id in lined:
            self._labels.remove(link_id)
        for link_id, line in lined.items():
            self._routes[link_id] = self._finish(link_id, line)
            yield

    def shape_of(self, element_id: str) -> str:
        """Name of an element's outline."""
        return self._shapes[element_id]

    def _give_way(self, lined: Mapping[str, Line]) -> list[str]:
        """The links to draw again because a detour changed the order in which links leave a side."""
        ends: set[End] = set()
        for link_id, line in lined.items():
            if line.detour is not None:
                one, two = self._ends[link_id]
                ends |= self._reorder(one, (line.detour.first, link_id, True))
                ends |= self._reorder(two, (line.detour.last, link_id, False))
        return list(dict.fromkeys(link_id for end in sorted(ends) for link_id in self._spread(end)))

    def _reorder(self, end: End, entry: tuple[Point, str, bool]) -> set[End]:
        entries = self._order[end]
        if len(entries) < 2:
            return set()
        self._order[end] = [entry if each[1:] == entry[1:] else each for each in entries]
        return {end}

    def _include(self, link: Link) -> None:
        """Notes a link between which boxes it is drawn, if it is."""
        stand_in = self.part.stand_in
        source = stand_in.get(link.source, link.source)
        target = stand_in.get(link.target, link.target)
        if source not in self._solid or target not in self._solid or (source == target and link.source != link.target):
            return
        self._note((link, source, target))

    def _note(self, drawn: tuple[Link, str, str]) -> None:
        """Files a link under itself and under the boxes that it is drawn between."""
        link, source, target = drawn
        self._links[link.id] = drawn
        self._at.setdefault(source, []).append(link.id)
        if target != source:
            self._at.setdefault(target, []).append(link.id)

    def _room(self, element_id: str) -> Rect:
        """What other links keep off: the box, and the name under a person."""
        element = self.part.elements[element_id]
        return frames.occupied(self.architecture, element, self.boxes[element_id])

    def _title_room(self, group: str) -> Rect:
        x, y, width, _ = self.boxes[group]
        return frame_title(self.architecture, self.part.elements[group], width, self._translate).moved(x, y)

    def _entitle(self, group: str) -> None:
        """Notes where the title of a frame stands."""
        room = self._title_room(group)
        self._labels.add(f"title {group}", room)
        self._titles.add(group, room)

    def _choose_sides(self, link_id: str) -> None:
        _, source, target = self._links[link_id]
        one, two = self.boxes[source], self.boxes[target]
        bends = self._bends.get(link_id)
        leaving: Side
        entering: Side
        if bends:
            leaving, entering = side_towards(one, bends[0]), side_towards(two, bends[-1])
        elif source == target:
            leaving, entering = "right", "bottom"
        else:
            leaving, entering = facing_sides(one, two)
        self._ends[link_id] = (source, leaving), (target, entering)
        far, near = (bends[0], bends[-1]) if bends else (two.center, one.center)
        self._order.setdefault((source, leaving), []).append((far, link_id, True))
        self._order.setdefault((target, entering), []).append((near, link_id, False))

    def _relieve(self, end: End) -> Iterator[str | None]:
        """Sends the steepest links of a side where marks would touch to the top or bottom; their ids.

        A link stays where its line would meet a box there: None stands for one that was looked at, which is much work
        at a side with hundreds of links.
        """
        element_id, side = end
        shape, box = self._shapes[element_id], self.boxes[element_id]
        entries = self._order[end]
        most = int(2 * reach(shape, box.width, box.height, side) / LEAST) + 1
        if side in ("top", "bottom") or shape == "person" or len(entries) <= most:
            return
        x, y = box.center
        far = sorted(entries, key=lambda entry: (entry[0][1], entry[1], entry[2]))
        steep = sorted(far, key=lambda entry: (-abs(entry[0][1] - y) / max(1.0, abs(entry[0][0] - x)), entry[1]))
        for entry in steep:
            (px, py), link_id, leaves = entry
            away: Side = "top" if py < y else "bottom"
            room = self._order.setdefault((element_id, away), [])
            beside = box.y - py if away == "top" else py - box.bottom
            full = len(room) > 2 * reach(shape, box.width, box.height, away) / LEAST
            if len(self._order[end]) <= most or full or link_id in self._bends or beside < _STEEP:
                continue
            if self._is_blocked(link_id, away, leaves):
                yield None
                continue
            turn = 1 if (away == "top") == (px > x) else -1
            room.append(((px + turn * 0.01 * far.index(entry), py), link_id, leaves))
            self._order[end] = [each for each in self._order[end] if each is not entry]
            one, two = self._ends[link_id]
            self._ends[link_id] = ((element_id, away), two) if leaves else (one, (element_id, away))
            yield link_id

    def _is_blocked(self, link_id: str, away: Side, leaves: bool) -> bool:
        """Whether a box stands in the way of a link that leaves, or enters, by the side `away`."""
        (source, leaving), (target, entering) = self._ends[link_id]
        if source == target:
            return True
        leaving, entering = (away, entering) if leaves else (leaving, away)
        for offset in (-SPACING, 0.0, SPACING):
            start = edge_point(self._shapes[source], self.boxes[source], leaving, offset if leaves else 0.0)
            end = edge_point(self._shapes[target], self.boxes[target], entering, 0.0 if leaves else offset)
            if self._obstacles.stops(curve(start, leaving, end, entering), source, target):
                return True
        return False

    def _spread(self, end: End) -> list[str]:
        """Shares a side out among its links; the links whose port that moves."""
        element_id, side = end
        entries = self._order[end]
        axis = 1 if side in ("left", "right") else 0
        if len(entries) > 1:
            entries.sort(key=lambda entry: (entry[0][axis], entry[1], entry[2]))
        box = self.boxes[element_id]
        offsets = spread(len(entries), reach(self._shapes[element_id], box.width, box.height, side))
        changed: list[str] = []
        for (_, link_id, leaves), offset in zip(entries, offsets, strict=True):
            if self._offsets.get((link_id, leaves)) != offset:
                self._offsets[link_id, leaves] = offset
                changed.append(link_id)
        return changed

    def _ports(self, link_id: str) -> tuple[Point, Side, Point, Side]:
        """Both ends; one that has its side to itself gives way a little where that makes the line straight."""
        (source, leaving), (target, entering) = self._ends[link_id]
        one, two = self.boxes[source], self.boxes[target]
        first, last = self._shapes[source], self._shapes[target]
        out, into = self._offsets[link_id, True], self._offsets[link_id, False]
        start = edge_point(first, one, leaving, out)
        end = edge_point(last, two, entering, into)
        if source != target and link_id not in self._bends:
            axis = 1 if leaving in ("left", "right") else 0
            apart = start[axis] - end[axis]
            if 0 < abs(apart) <= _STRAIGHTEN and (entering in ("left", "right")) == (axis == 1):
                if len(self._order[target, entering]) == 1 and abs(apart) <= reach(
                    last, two.width, two.height, entering
                ):
                    end = edge_point(last, two, entering, into + apart)
                elif len(self._order[source, leaving]) == 1 and abs(apart) <= reach(
                    first, one.width, one.height, leaving
                ):
                    start = edge_point(first, one, leaving, out - apart)
        return start, leaving, end, entering

    def _line(self, link_id: str) -> Line:
        _, source, target = self._links[link_id]
        start, leaving, end, entering = self._ports(link_id)
        bends = self._bends.get(link_id)
        if bends:
            path = through(start, leaving, bends, end, entering)
            return Line(path, start, leaving, end, entering)
        if source == target:
            path = loop(start, end)
            return Line(path, start, leaving, end, entering)
        if self._line_shape == "curved":
            path = curve(start, leaving, end, entering)
            if self._titles and self._titles.stops(path, "", ""):
                start, end, path = self._beside_titles(link_id, start, leaving, end, entering, path)
        else:
            path = stepped(link_id, start, leaving, end, entering, self._lanes)
        blocks = self._obstacles.hit(path, source, target)
        if blocks:
            self._lanes.leave(link_id)
            around = detour(
                link_id,
                (source, target),
                start,
                leaving,
                end,
                blocks,
                self._obstacles,
                self._lanes,
                self._line_shape,
            )
            if around is not None:
                return Line(around.path, start, leaving, end, entering, around)
        return Line(path, start, leaving, end, entering)

    def _beside_titles(
        self, link_id: str, start: Point, leaving: Side, end: Point, entering: Side, path: Path
    ) -> tuple[Point, Point, Path]:
        """Both ends and the line, shifted aside where they have their sides to themselves and that clears titles."""
        one, two = self._ends[link_id]
        if len(self._order[one]) > 1 or len(self._order[two]) > 1:
            return start, end, path
        leaves = Port(self._shapes[one[0]], self.boxes[one[0]], leaving, start)
        enters = Port(self._shapes[two[0]], self.boxes[two[0]], entering, end)
        found = aside(
            leaves,
            enters,
            lambda line: not self._titles.stops(line, "", "") and not self._obstacles.stops(line, one[0], two[0]),
        )
        return found or (start, end, path)

    def _rejoined(self, link_id: str, known: Detour) -> Line:
        start, leaving, end, entering = self._ports(link_id)
        again = rejoined(known, start, end, self._line_shape)
        return Line(again.path, start, leaving, end, entering, again)

    def _finish(self, link_id: str, line: Line) -> Route:
        path, start, leaving, end, entering, _ = line
        link, source, target = self._links[link_id]
        caption, guessed, double, from_channel = self._facts(link)
        label = None
        if caption.text:
            label = place_label(caption.text, path, self._obstacles, self._labels, link_id, italic=caption.assumed)
        left, top, right, bottom = extremes(path)
        left, top, right, bottom = left - _MARK, top - _MARK, right + _MARK, bottom + _MARK
        if label is not None:
            plate = label.plate
            left, top = min(left, plate.x), min(top, plate.y)
            right, bottom = max(right, plate.right), max(bottom, plate.bottom)
        return Route(
            link_id,
            source,
            target,
            link.style,
            path,
            start,
            leaving,
            end,
            _ANGLE[entering],
            double,
            label,
            from_channel,
            guessed,
            Rect(left, top, right - left, bottom - top),
        )

    def _facts(self, link: Link) -> tuple[Caption, bool, bool, bool]:
        """What does not change while boxes move: words, guessed or not, double or not, from a channel or not."""
        known = self._known.get(link.id)
        if known is None:
            by_id = self.architecture.element_by_id
            double = link.style == "shared_data" and (
                by_id[link.target].kind != "datastore" or self.architecture.sharers.get(link.target, 0) > 1
            )
            known = (
                link_caption(self.architecture, link, self._translate),
                any(source.from_ == "guess" for source in link.provenance.values()),
                double,
                KINDS[by_id[link.source].kind].channel,
            )
            self._known[link.id] = known
        return known
