"""Routes that follow a diagram while it is drawn: only links that a change touches are routed again.

Which links give way to which depends on the order in which they were routed, so what many small changes lead to can
differ, in lanes and in places of labels, from what a `Router` makes of the same diagram in one go. Exports use that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import compress, islice
from operator import is_not, ne
from types import MappingProxyType

from models.architecture.diagram import frames
from models.architecture.diagram.geometry import Point, Rect
from models.architecture.diagram.route import Line, Route, near_to, passes
from models.architecture.diagram.routing import End, Router, bends_of, shapes_of
from models.architecture.diagrams import Diagram
from models.architecture.differing import others
from models.architecture.links import Link
from models.architecture.model import Architecture

__all__ = ["LiveRouter"]

TOGETHER = 4
"""So many late links are routed together, so that those past the same boxes lie in the order of their ends."""
FEW = 150
"""So many links are taken over in one step."""
PAIRS = 6_000
"""So many links and places are compared in one step."""
MOST_LOOKED_AT = 40
"""So many lines are followed in one go, to see whether they pass what has changed."""

_NEAR = 28.0
"""A box that moves concerns links that pass this near."""
_Drawn = tuple[Link, str, str]
"""A link and the boxes it is drawn between."""


def _other_words(before: tuple[Link, ...], after: tuple[Link, ...]) -> list[Link] | None:
    """The links that say something else; None unless all are the same, in the same order, between the same elements."""
    if len(before) != len(after):
        return None
    changed = [(was, now) for was, now in zip(before, after, strict=True) if was is not now]
    if any((was.id, was.source, was.target) != (now.id, now.source, now.target) for was, now in changed):
        return None
    return [now for _, now in changed]


def _others(parts: Mapping[str, object], known: Mapping[str, object]) -> list[str]:
    """The keys under which `parts` holds another object than `known`, or `known` none."""
    return list(compress(parts, map(is_not, parts.values(), map(known.get, parts))))


def _put_off(late: dict[str, list[Rect] | None], more: Iterable[tuple[str, list[Rect] | None]]) -> None:
    """Adds links to those that are late; one that is to be routed whatever it passes stays so."""
    for link_id, rects in more:
        known = late.setdefault(link_id, rects)
        if known is not None and known is not rects:
            late[link_id] = None if rects is None else known + rects


class LiveRouter(Router):
    """Routes of one diagram, kept up to date."""

    _displaced: frozenset[str] = frozenset()
    """Boxes that `move` has moved, and that may stand elsewhere than the diagram says."""
    _late: Mapping[str, list[Rect] | None] = MappingProxyType({})
    """Links to route again; with rectangles only if they pass through one."""
    _steps: Iterator[None] | None = None
    """What is left to do of the links that are being routed; their lines are in `_lined`."""
    _lined: Mapping[str, Line] = MappingProxyType({})
    _uneven: Mapping[End, None] = MappingProxyType({})
    """Sides that links came to or left, which are still to be shared out among their links."""
    _swept: tuple[Rect, ...] = ()
    """Where boxes came, went or changed; links that pass there are still to be found."""
    _homes: Mapping[str, Rect] = MappingProxyType({})
    """Where boxes that `move` has moved stood before; links are still to be found that pass there or where they are."""

    @property
    def is_late(self) -> bool:
        """Whether links still run as they did before the last `revise`, or not at all yet."""
        return bool(self._late or self._uneven or self._swept or self._homes) or self._steps is not None

    @property
    def late(self) -> int:
        """How many links wait for `catch_up` at most; of some it will find that they can stay."""
        return len(self._late) + (self._steps is not None)

    def catch_up(self) -> dict[str, Route]:
        """Goes one step further with the links that were left for later; the new routes, by link id, once there are."""
        if self._steps is None:
            self._lined = lined = dict[str, Line]()
            looks = self._uneven or self._swept or self._homes
            self._steps = self._looking() if looks else self._routing(self._next_late(), lined)
        for _ in self._steps:
            return {}
        self._steps = None
        return {link_id: self._routes[link_id] for link_id in self._lined}

    def _next_late(self) -> list[str]:
        """Takes some links from those that are late, without those that can stay."""
        now: list[str] = []
        left = dict(self._late)
        for link_id, rects in islice(self._late.items(), MOST_LOOKED_AT):
            del left[link_id]
            if rects is None or passes(self._routes[link_id], rects):
                now.append(link_id)
                if len(now) == TOGETHER:
                    break
        self._late = left
        return now

    def _looking(self) -> Iterator[None]:
        """Finds links that give way to what came, went or moved: one side of a box at a time, then the places."""
        moved = [(home, self.boxes[known]) for known, home in self._homes.items() if known in self.boxes]
        passed = [box.grown(_NEAR) for home, now in moved if home != now for box in (home, now)]
        own = {link_id: None for known in self._homes for link_id in self._at.get(known, ())}
        uneven, swept = dict(self._uneven), (*self._swept, *passed)
        self._uneven, self._swept, self._homes = {}, (), {}
        found: dict[str, None] = {}
        yield from self._share_out(uneven, found)
        late = dict(self._late) | found
        if swept:
            near, but, most = list[tuple[str, list[Rect]]](), {**own, **late}, 1 + PAIRS // len(swept)
            for first in range(0, len(self._routes), most):
                some = islice(self._routes.items(), first, first + most)
                near += near_to(swept, ((link_id, route) for link_id, route in some if link_id not in but))
                yield
            _put_off(late, near)
        self._late = late

    def _settle(self) -> dict[str, Route]:
        """Ends what is being routed, so that boxes may move; the new routes, by link id."""
        if self._steps is None:
            return {}
        for _ in self._steps:
            pass
        return self.catch_up()

    def move(self, positions: Mapping[str, Point]) -> dict[str, Route]:
        """Puts elements at new corners and routes again what that touches.

        Touched are the links of moved elements, those that share a side with them, and those that pass where a moved
        box was or is. Frames around moved members follow.

        Links of moved elements are routed at once, the others wait for `catch_up`.

        Returns:
            The new routes, by link id.
        """
        if not self._routes:
            self.routes()
        settled = self._settle()
        moved = {element_id: corner for element_id, corner in positions.items() if element_id in self._solid}
        self._displaced |= moved.keys()
        own: dict[str, None] = {}
        homes = dict(self._homes)
        for element_id, (x, y) in moved.items():
            old = self.boxes[element_id]
            homes.setdefault(element_id, old)
            self.boxes[element_id] = Rect(x, y, old.width, old.height)
            self._obstacles.add(element_id, self._room(element_id))
            own.update(dict.fromkeys(self._at.get(element_id, ())))
        self._homes = homes
        late = dict(self._late) | self._face(own)
        self._late = {link_id: rects for link_id, rects in late.items() if link_id not in own}
        self._move_frames()
        return settled | self.routes(own)

    def revise(self, architecture: Architecture, diagram: Diagram) -> dict[str, Route | None]:
        """As `revising`, in one go."""
        after: dict[str, Route | None] = {}
        for _ in self.revising(architecture, diagram, after):
            pass
        return after

    def revising(self, architecture: Architecture, diagram: Diagram, after: dict[str, Route | None]) -> Iterator[None]:
        """Takes over another state of the model and routes again what differs, and what that touches.

        Touched are, besides what `move` names, links that share a side with one that came, went or runs elsewhere.

        Touched links wait for `catch_up`, those that the change is about before all others.

        Works in steps. Nothing else may be asked for until all of them are done; then `after` holds the new routes of
        links that were being routed, by link id, and None for links that are no longer drawn.
        """
        if not self._routes:
            self.routes()
        settled = self._settle()
        known_part, known_links = self.part, self._links
        known_elements = known_part.elements
        known_model, solid, known_diagram = self.architecture, self._solid, self.diagram
        before = known_model.links
        in_place = not self._displaced and diagram == known_diagram
        self.architecture, self.diagram = architecture, diagram
        self.part = frames.shown(architecture, diagram)
        moved, swept = set[str](), list[Rect]()
        if not in_place or self.part != known_part:
            moved, swept = self._stand(known_part, known_diagram)
            yield
        reworded = _other_words(before, architecture.links)
        if reworded is not None and known_part.stand_in == self.part.stand_in and solid == self._solid:
            self._links = known_links | {
                link.id: (link, *known_links[link.id][1:]) for link in reworded if link.id in known_links
            }
        elif known_part.stand_in == self.part.stand_in:
            shown_or_hidden = (
                (solid ^ self._solid) & known_model.element_by_id.keys() & architecture.element_by_id.keys()
            )
            if shown_or_hidden:
                self._include_all(known_links)
            else:
                yield from self._include_others(before)
        else:
            self._include_all({})
        yield
        bends, bent = bends_of(diagram), self._bends
        self._bends = bends
        ends: dict[End, None] = {}
        own: dict[str, None] = {}
        for link_id in self._unlike(known_links, moved, bent):
            _, source, target = known_links[link_id]
            now = self._links.get(link_id)
            if now is None or now[1:] != (source, target):
                ends.update(dict.fromkeys(self._withdraw(link_id)))
                if now is not None:
                    own[link_id] = None
            elif source in moved or target in moved or bends.get(link_id) != bent.get(link_id):
                own[link_id] = None
        own.update(dict.fromkeys(link_id for link_id in self._links if link_id not in known_links))
        self._uneven = {**self._uneven, **ends, **self._turn_to(own)}
        self._swept = (*self._swept, *swept)
        yield
        late: dict[str, list[Rect] | None] = dict.fromkeys(own)
        yield from self._reworded(known_links, known_elements, late)
        _put_off(late, self._late.items())
        self._late = {link_id: rects for link_id, rects in late.items() if link_id in self._links}
        after.update(settled)
        after.update({link_id: None for link_id in known_links if link_id not in self._links})

    def _include_all(self, known: Mapping[str, _Drawn]) -> None:
        """Notes all links of the model; those that are `known` and the same need no second look."""
        self._links, self._at = {}, {}
        solid = self._solid
        for link in self.architecture.links:
            drawn = known.get(link.id)
            if drawn is None or drawn[0] is not link or drawn[1] not in solid or drawn[2] not in solid:
                self._include(link)
                continue
            self._note(drawn)

    def _include_others(self, before: tuple[Link, ...]) -> Iterator[None]:
        """Takes over which links came, went or say something else, where all others are drawn as they were."""
        self._links = dict(self._links)
        went: dict[str, set[str]] = {}
        for _, link in others(self.architecture.links, before):
            drawn = self._links.pop(link.id, None)
            for box in drawn[1:] if drawn is not None else ():
                went.setdefault(box, set()).add(link.id)
        for box, links in went.items():
            self._at[box] = [known for known in self._at[box] if known not in links]
        yield
        for count, (_, link) in enumerate(others(before, self.architecture.links), 1):
            self._include(link)
            if count % FEW == 0:
                yield

    def _unlike(
        self, known: Mapping[str, _Drawn], moved: AbstractSet[str], bent: Mapping[str, tuple[Point, ...]]
    ) -> list[str]:
        """The links of `known` that say something else, end at what `moved` or are pulled elsewhere; in their order."""
        found = {link_id for link_id in {*bent, *self._bends} if bent.get(link_id) != self._bends.get(link_id)}
        found.update(_others(known, self._links))
        if moved:
            found.update(link_id for link_id, drawn in known.items() if drawn[1] in moved or drawn[2] in moved)
        return [link_id for link_id in known if link_id in found] if found else []

    def rebend(self, link_id: str, points: tuple[Point, ...] | None) -> dict[str, Route]:
        """Pulls a link through other points, or with None lets it run freely; the new routes, by link id."""
        if not self._routes:
            self.routes()
        self._bends = {known: bends for known, bends in self._bends.items() if known != link_id}
        if points:
            self._bends[link_id] = tuple(frames.within_reach(point) for point in points)
        settled = self._settle()
        own = dict.fromkeys([link_id] if link_id in self._links else [])
        return settled | self.routes((*own, *self._face(own)))

    def _stand(self, known_part: frames.Shown, known_diagram: Diagram) -> tuple[set[str], list[Rect]]:
        """Puts every box where the diagram says; what moved, came or went, and the places to look for links at."""
        known = known_part.elements
        before, solid_before, shapes_before = self.boxes, self._solid, self._shapes
        framed = set(self.part.frames)
        alike = (known_part.frames, known_part.collapsed) == (self.part.frames, self.part.collapsed)
        stay = before if alike and known_diagram.sizes == self.diagram.sizes else {}
        places, places_before = self.diagram.positions, known_diagram.positions
        moves = compress(places, map(ne, places.values(), map(places_before.get, places)))
        fresh = {*_others(self.part.elements, known), *moves, *self._displaced}
        unmoved = {element_id: box for element_id, box in stay.items() if element_id not in fresh}
        self.boxes = frames.boxes(self.architecture, self.diagram, self.part, unmoved)
        self._displaced = frozenset()
        self._solid = {element_id for element_id in self.boxes if element_id not in framed}
        self._shapes = shapes_of(self.part)
        moved: set[str] = set()
        swept: list[Rect] = []
        for element_id in [known_id for known_id in before if known_id in solid_before and known_id not in self._solid]:
            moved.add(element_id)
            swept.append(before[element_id].grown(_NEAR))
            self._obstacles.remove(element_id)
        for element_id, box in self.boxes.items():
            if element_id in framed:
                continue
            was = before[element_id] if element_id in solid_before else None
            stays = was == box and shapes_before[element_id] == self._shapes[element_id]
            if stays and known[element_id] is self.part.elements[element_id]:
                continue
            room, room_before = self._room(element_id), self._obstacles.rect(element_id)
            self._obstacles.add(element_id, room)
            if not stays:
                moved.add(element_id)
            if not stays or room != room_before:
                swept.append(room.grown(_NEAR))
                if room_before is not None:
                    swept.append(room_before.grown(_NEAR))
        for group in before:
            if group not in solid_before and group not in framed:
                self._labels.remove(f"title {group}")
                self._titles.remove(group)
        for group in framed & self.boxes.keys():
            self._entitle(group)
        return moved, swept

    def _withdraw(self, link_id: str) -> tuple[End, End]:
        """Takes a link away from where it ran; the sides it leaves."""
        ends = self._ends[link_id]
        self._forget_sides(link_id)
        del self._ends[link_id]
        for leaves in (True, False):
            self._offsets.pop((link_id, leaves), None)
        self._lanes.leave(link_id)
        self._labels.remove(link_id)
        self._routes.pop(link_id, None)
        self._known.pop(link_id, None)
        return ends

    def _reworded(
        self, known: Mapping[str, _Drawn], elements: Mapping[str, object], found: dict[str, list[Rect] | None]
    ) -> Iterator[None]:
        """Adds to `found` the links that look different where they are: they, or elements at their ends, say something
        else."""
        other = _others(self.part.elements, elements)
        unlike = {
            link_id
            for link_id in _others(self._links, known)
            if link_id not in known or known[link_id][0] is not self._links[link_id][0]
        }
        unlike.update(link_id for element_id in other for link_id in self._at.get(element_id, ()))
        concerned = {link_id: None for link_id in self._links if link_id in unlike} if unlike else {}
        gone = [known[link_id][0] for link_id in known.keys() - self._links.keys()]
        changed = [known[link_id][0] for link_id in concerned if link_id in known]
        fresh = [self._links[link_id][0] for link_id in concerned]
        stores = {link.target for link in (*gone, *changed, *fresh) if link.style == "shared_data"}
        if stores:
            sharing = (link for link, _, _ in self._links.values() if link.style == "shared_data")
            concerned |= {link.id: None for link in sharing if link.target in stores}
        yield
        for count, link_id in enumerate(concerned, 1):
            link, before = self._links[link_id][0], self._known.pop(link_id, None)
            restyled = link_id in known and known[link_id][0].style != link.style
            if restyled or before != self._facts(link):
                found.setdefault(link_id)
            if count % FEW == 0:
                yield

    def _face(self, own: Mapping[str, None]) -> dict[str, None]:
        """Chooses sides anew for links and shares out those they leave and take; whose ports that moves."""
        found: dict[str, None] = {}
        for _ in self._share_out(self._turn_to(own), found):
            pass
        return found

    def _turn_to(self, own: Mapping[str, None]) -> dict[End, None]:
        """Chooses sides anew for links; the sides they leave and take."""
        concerned: dict[End, None] = {}
        for link_id in own:
            if link_id in self._ends:
                concerned.update(dict.fromkeys(self._ends[link_id]))
                self._forget_sides(link_id)
            self._choose_sides(link_id)
            concerned.update(dict.fromkeys(self._ends[link_id]))
        return concerned

    def _share_out(self, concerned: dict[End, None], found: dict[str, None]) -> Iterator[None]:
        """Shares sides out among their links, one at a time; adds the links whose ports that moves to `found`."""
        for end in list(concerned):
            if end[0] in self.boxes and self._order.get(end):
                for link_id in self._relieve(end):
                    if link_id is not None:
                        found[link_id] = None
                        concerned.update(dict.fromkeys(self._ends[link_id]))
                    yield
        for end in concerned:
            if end[0] in self.boxes and self._order.get(end):
                found.update(dict.fromkeys(self._spread(end)))

    def _move_frames(self) -> None:
        for group in reversed(self.part.frames):
            rect = frames.group_rect(self.architecture, self.diagram, group, self.boxes)
            if rect is not None:
                self.boxes[group] = rect
                self._entitle(group)

    def _forget_sides(self, link_id: str) -> None:
        for end in self._ends[link_id]:
            self._order[end] = [entry for entry in self._order[end] if entry[1] != link_id]
