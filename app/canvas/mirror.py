"""What the diagram on the canvas shows and where: kept in step with the document, part by part. No Qt.

While something is being dragged, `preview` shows it elsewhere without the document knowing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, compress, count
from operator import attrgetter, ne

from app.canvas.grid import Grid
from models.architecture import KINDS, Architecture, Diagram, replace
from models.architecture.changes import Changes
from models.architecture.diagram.captions import english
from models.architecture.diagram.frames import Shown, group_rect
from models.architecture.diagram.geometry import Rect, distance, meets, union
from models.architecture.diagram.live_routing import LiveRouter
from models.architecture.diagram.picture import NodePicture
from models.architecture.diagram.route import Route
from models.architecture.diagram.shapes import node_picture
from models.architecture.text import Translate

Pair = tuple[float, float]
FARTHEST = 1_000_000.0
"""Whatever stands further out than this, in pixels, is drawn at this distance."""
FEW = 100
"""So many elements are painted again in one step."""
SMALL = 150
"""Up to this many links everything is routed anew after each change."""


@dataclass
class Dirty:
    """What must be painted again."""

    rects: list[Rect] = field(default_factory=list)
    nodes: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)

    def add(self, more: Dirty) -> None:
        self.rects += more.rects
        self.nodes |= more.nodes
        self.links |= more.links


class Mirror:
    """One diagram: `boxes` and `routes` by id, in the order of painting, with quick questions about places."""

    def __init__(self, translate: Translate = english) -> None:
        self._translate = translate
        self.architecture = Architecture()
        self.diagram = Diagram(id="main")
        self.part = Shown({})
        self.boxes: dict[str, Rect] = {}
        self.routes: dict[str, Route] = {}
        self.rank: dict[str, int] = {}
        self.link_rank: dict[str, int] = {}
        self._pictures: dict[str, NodePicture] = {}
        self._nodes = Grid()
        self._links = Grid()
        self._home: dict[str, Rect] | None = None
        self._frames: frozenset[str] = frozenset()
        self.version = 0
        self._previewed: set[str] = set()
        self._answers: dict[tuple[str, Rect], list[str]] = {}
        self._answers_of = 0
        self._router = LiveRouter(self.architecture, self.diagram)
        self.loose: dict[str, Rect] = {}
        self.is_bending = False
        self.takeovers = 0

    def show(self, architecture: Architecture, diagram: Diagram) -> None:
        """Takes over a diagram from the start."""
        self.architecture, self.diagram, self._home = architecture, _within_reach(diagram), None
        self.loose.clear()
        self.is_bending = False
        self.takeovers += 1
        self._router = LiveRouter(architecture, self.diagram, translate=self._translate)
        self.part = self._router.part
        self._pictures.clear()
        self._nodes, self._links = Grid(), Grid()
        self.boxes = dict(self._router.boxes)
        self._rank()
        for element_id in self.boxes:
            self._nodes.put(element_id, self.painted(element_id))
        self.routes = self._router.routes()
        for link_id, route in self.routes.items():
            self._links.put(link_id, route.bounds, route.path)
        self.version += 1

    def follow(self, architecture: Architecture, diagram: Diagram, changes: Changes) -> Dirty:
        """As `following`, in one go; what must be painted again."""
        dirty = Dirty()
        for _ in self.following(architecture, diagram, changes, dirty):
            pass
        return dirty

    def following(self, architecture: Architecture, diagram: Diagram, changes: Changes, dirty: Dirty) -> Iterator[None]:
        """Takes over what changed since, in steps, and adds what must be painted again; then some links may be late.

        In between, what is drawn can be asked for, and is what was drawn before; nothing may be changed.
        """
        diagram, after = _within_reach(diagram), dict[str, Route | None]()
        is_small = len(architecture.links) <= SMALL
        if not is_small:
            yield from self._router.revising(architecture, diagram, after)
        stale = self._stale_pictures(architecture, changes)
        yield
        self.architecture = architecture
        self.diagram, self._home = diagram, None
        self._previewed = set()
        self.loose.clear()
        self.takeovers += 1
        if is_small:
            after = self._from_scratch()
        self.part = self._router.part
        if stale:
            stale |= self.part.collapsed
        stale &= self.part.elements.keys()
        for element_id in stale:
            self._pictures.pop(element_id, None)
        self._move_to(dict(self._router.boxes), dirty)
        self._rank()
        for link_id, route in after.items():
            self._reroute(link_id, route, dirty)
        for place, element_id in enumerate(stale - dirty.nodes, 1):
            if element_id in self.boxes:
                painted = self.painted(element_id)
                dirty.rects += (self._nodes.rect(element_id), painted)
                self._nodes.put(element_id, painted)
            if place % FEW == 0:
                yield

    @property
    def is_late(self) -> bool:
        """Whether links that give way to what was changed still have to be routed again, by `catch_up`."""
        return self._router.is_late

    @property
    def late(self) -> int:
        """How many links may have to be routed again."""
        return self._router.late

    def catch_up(self) -> Dirty:
        """Routes some of the links that are late."""
        dirty = Dirty()
        for link_id, route in self._router.catch_up().items():
            self._reroute(link_id, route, dirty, previewed=self.is_previewing)
        return dirty

    @property
    def is_small(self) -> bool:
        """Whether routing everything is a matter of milliseconds: then the canvas shows what an export would."""
        return len(self.architecture.links) <= SMALL

    def _from_scratch(self) -> dict[str, Route | None]:
        """All routes of the model, as a model that was just opened has them; None for those that are gone."""
        self._router = LiveRouter(self.architecture, self.diagram, translate=self._translate)
        gone: dict[str, Route | None] = dict.fromkeys(self.routes)
        return gone | self._router.routes()

    def preview(self, corners: Mapping[str, Pair], frames: Collection[str] = ()) -> Dirty:
        """Shows elements elsewhere for the time being; no corners at all ends it.

        Of the frames only `frames` move with their members; others stay, so that one can be dragged out of them.
        """
        dirty = Dirty()
        if self._home is None:
            self._home = self.boxes
        home = self._home
        after = dict(home)
        for element_id, (x, y) in corners.items():
            if element_id in after:
                after[element_id] = Rect(x, y, home[element_id].width, home[element_id].height)
        for group_id in reversed(self.part.frames):
            if group_id in frames and group_id not in corners:
                after[group_id] = group_rect(self.architecture, self.diagram, group_id, after) or after[group_id]
        loose = {*self._previewed, *corners, *self.part.frames}
        moved = {known: after[known] for known in loose - self._frames if self.boxes.get(known) != after.get(known)}
        self._previewed = set(corners)
        self._move_to(after, dirty, loose)
        rerouted: Mapping[str, Route | None]
        if not corners and self.is_small:
            rerouted = self._from_scratch()
        else:
            rerouted = self._router.move({known: (box.x, box.y) for known, box in moved.items()})
        for link_id, route in rerouted.items():
            self._reroute(link_id, route, dirty, previewed=True)
        if not corners:
            self._home = None
            self.loose.clear()
        return dirty

    def preview_bends(self, link_id: str, points: tuple[Pair, ...] | None) -> Dirty:
        """Shows a link through other bends for the time being; None shows it as the diagram says."""
        dirty = Dirty()
        after: Mapping[str, Route | None]
        if points is None and self.is_small:
            after = self._from_scratch()
        else:
            after = self._router.rebend(link_id, points or self.diagram.bends.get(link_id))
        for known, route in after.items():
            self._reroute(known, route, dirty, previewed=True)
        self.is_bending = points is not None
        if points is None:
            self.loose.clear()
        return dirty

    @property
    def is_previewing(self) -> bool:
        """Whether something is shown elsewhere than the document says; `loose` are the links that run elsewhere."""
        return self._home is not None or self.is_bending

    def line_meets(self, link_id: str, rect: Rect) -> bool:
        """Whether a link's line, not only its bounds, passes through a rectangle."""
        return meets(self.routes[link_id].path, rect)

    def picture(self, element_id: str) -> NodePicture:
        """An element's picture, local to its corner."""
        known = self._pictures.get(element_id)
        box = self.boxes[element_id]
        if known is None or (known.width, known.height) != (box.width, box.height):
            known = node_picture(
                self.architecture,
                self.architecture.element_by_id[element_id],
                (box.width, box.height),
                self._translate,
                collapsed=element_id in self.part.collapsed,
            )
            self._pictures[element_id] = known
        return known

    def painted(self, element_id: str) -> Rect:
        """All that an element's picture covers."""
        box = self.boxes[element_id]
        if KINDS[self.architecture.element_by_id[element_id].kind].shape == "person":
            return self.picture(element_id).bounds.moved(box.x, box.y)
        return box.grown(2)

    def is_frame(self, element_id: str) -> bool:
        """Whether it is drawn as a frame around others."""
        return element_id in self._frames

    def stands(self, element_id: str) -> bool:
        """Whether the diagram itself places it: everything but frames that only follow their members."""
        is_follower = element_id in self._frames and self.architecture.members.get(element_id)
        return not is_follower or element_id in self.diagram.positions

    def nodes_meeting(self, rect: Rect) -> list[str]:
        """Ids of frames, outermost first, then of other elements, in the order of painting."""
        return self._asked("nodes", rect, self._nodes, self.rank)

    def links_meeting(self, rect: Rect) -> list[str]:
        return self._asked("links", rect, self._links, self.link_rank)

    def elements_near(self, rect: Rect) -> set[str]:
        """Ids of the elements whose pictures meet a rectangle, in no order."""
        return self._nodes.meeting(rect)

    def links_near(self, rect: Rect) -> set[str]:
        """Ids of the links that come near a rectangle and whose bounds meet it, in no order."""
        return self._links.meeting(rect)

    def _asked(self, what: str, rect: Rect, grid: Grid, rank: dict[str, int]) -> list[str]:
        """The answer, from memory while nothing has moved: the layers of one frame ask the same."""
        if self._answers_of != self.version or len(self._answers) > 32:
            self._answers.clear()
            self._answers_of = self.version
        key = (what, rect)
        if key not in self._answers:
            self._answers[key] = sorted(grid.meeting(rect), key=rank.__getitem__)
        return self._answers[key]

    def node_at(self, x: float, y: float, reach: float = 0.0) -> str | None:
        """The topmost element that is no frame, at a point or up to `reach` beside it."""
        around = Rect(x - reach - 0.5, y - reach - 0.5, 2 * reach + 1, 2 * reach + 1)
        for element_id in reversed(self.nodes_meeting(around)):
            if element_id not in self._frames and self.painted(element_id).meets(around):
                return element_id
        return None

    def frame_at(self, x: float, y: float, leave_out: Collection[str] = ()) -> str | None:
        """The innermost frame around a point."""
        for element_id in reversed(self.nodes_meeting(Rect(x, y, 0.5, 0.5))):
            if element_id in self._frames and element_id not in leave_out and self.boxes[element_id].holds((x, y)):
                return element_id
        return None

    def frame_handle_at(self, x: float, y: float, reach: float) -> str | None:
        """The frame whose title or border is at a point; its inside belongs to what stands in it."""
        for element_id in reversed(self.nodes_meeting(Rect(x - reach, y - reach, 2 * reach, 2 * reach))):
            if element_id in self._frames:
                box = self.boxes[element_id]
                title = Rect(box.x, box.y, box.width, 30)
                if title.holds((x, y)) or (box.grown(reach).holds((x, y)) and not box.grown(-reach).holds((x, y))):
                    return element_id
        return None

    def link_at(self, x: float, y: float, reach: float) -> str | None:
        """The link nearest to a point, at most `reach` away; its label counts as part of it."""
        nearest, found = reach, None
        around = Rect(x - reach, y - reach, 2 * reach, 2 * reach)
        for link_id in self.links_meeting(around):
            route = self.routes[link_id]
            if route.label is not None and route.label.plate.holds((x, y)):
                return link_id
            away = distance(route.points, (x, y))
            if away <= nearest:
                nearest, found = away, link_id
        return found

    def content(self) -> Rect:
        """Around all that is drawn."""
        return union(*self._nodes.rects(), *self._links.rects())

    def inside(self, group_id: str) -> set[str]:
        """All that lies in a group, to any depth."""
        found: set[str] = set()
        waiting = [group_id]
        while waiting:
            for member in self.architecture.members.get(waiting.pop(), ()):
                if member not in found:
                    found.add(member)
                    waiting.append(member)
        return found

    def _rank(self) -> None:
        self.version += 1
        self._frames = frozenset(self.part.frames)
        frames = [group_id for group_id in self.part.frames if group_id in self.boxes]
        others = [element_id for element_id in self.boxes if element_id not in self._frames]
        self.rank = dict(zip((*frames, *others), count(), strict=False))
        self.link_rank = dict(zip(map(attrgetter("id"), self.architecture.links), count(), strict=False))

    def _stale_pictures(self, after: Architecture, changes: Changes) -> set[str]:
        """The ids of what looks different once `after` is taken over, and of some that are no elements then."""
        stale = {*changes.added, *changes.changed, *changes.removed}
        for links in (self.architecture.link_by_id, after.link_by_id):
            for link in map(links.get, tuple(stale)):
                if link is not None:
                    stale.add(link.source)
                    stale.add(link.target)
        return stale

    def _move_to(self, after: dict[str, Rect], dirty: Dirty, loose: Collection[str] | None = None) -> None:
        """Puts every box where `after` says; nothing but `loose`, when given, can have moved."""
        before = self.boxes
        self.version += 1
        for element_id in [known for known in before if known not in after] if loose is None else ():
            dirty.rects.append(self._nodes.rect(element_id))
            dirty.nodes.add(element_id)
            self._nodes.drop(element_id)
            self._pictures.pop(element_id, None)
        movable = after if loose is None else loose
        changed = list(compress(movable, map(ne, map(before.get, movable), map(after.get, movable))))
        dirty.rects += [self._nodes.rect(element_id) for element_id in changed if element_id in before]
        self.boxes = after
        for element_id in changed:
            painted = self.painted(element_id)
            self._nodes.put(element_id, painted)
            dirty.rects.append(painted)
        dirty.nodes.update(changed)

    def _reroute(self, link_id: str, route: Route | None, dirty: Dirty, *, previewed: bool = False) -> None:
        before = self.routes.get(link_id)
        if before == route:
            return
        if previewed and before is not None:
            self.loose.setdefault(link_id, before.bounds)
        self.version += 1
        dirty.links.add(link_id)
        if before is not None:
            dirty.rects.append(before.bounds)
            self._links.drop(link_id)
        if route is None:
            del self.routes[link_id]
        else:
            dirty.rects.append(route.bounds)
            self.routes[link_id] = route
            self._links.put(link_id, route.bounds, route.path)


def _within_reach(diagram: Diagram) -> Diagram:
    coordinates = list(chain.from_iterable(diagram.positions.values()))
    if not coordinates or (min(coordinates) >= -FARTHEST and max(coordinates) <= FARTHEST):
        return diagram
    far = {
        element_id: (max(-FARTHEST, min(FARTHEST, x)), max(-FARTHEST, min(FARTHEST, y)))
        for element_id, (x, y) in diagram.positions.items()
        if abs(x) > FARTHEST or abs(y) > FARTHEST
    }
    return replace(diagram, positions={**diagram.positions, **far})
