"""Routes that follow a diagram while it is drawn: only links that a change touches are routed again.

Which links give way to which depends on the order in which they were routed, so what many small changes lead to can
differ, in lanes and in places of labels, from what a `Router` makes of the same diagram in one go. Exports use that.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.architecture.diagram import frames
from models.architecture.diagram.geometry import Point, Rect, union
from models.architecture.diagram.route import Route, passes
from models.architecture.diagram.routing import End, Router, bends_of, shapes_of
from models.architecture.diagrams import Diagram
from models.architecture.links import Link
from models.architecture.model import Architecture

__all__ = ["LiveRouter"]

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


class LiveRouter(Router):
    """Routes of one diagram, kept up to date."""

    _in_place = True
    """Whether every box stands where the diagram says."""

    def move(self, positions: Mapping[str, Point]) -> dict[str, Route]:
        """Puts elements at new corners and routes again what that touches.

        Touched are the links of moved elements, those that share a side with them, and those that pass where a moved
        box was or is. Frames around moved members follow.

        Returns:
            The new routes, by link id.
        """
        if not self._routes:
            self.routes()
        self._in_place = False
        moved = {element_id: corner for element_id, corner in positions.items() if element_id in self._solid}
        own: dict[str, None] = {}
        swept: list[Rect] = []
        for element_id, (x, y) in moved.items():
            old = self.boxes[element_id]
            self.boxes[element_id] = Rect(x, y, old.width, old.height)
            swept += [old.grown(_NEAR), self.boxes[element_id].grown(_NEAR)]
            self._obstacles.add(element_id, self._room(element_id))
            own.update(dict.fromkeys(self._at.get(element_id, ())))
        touched = dict.fromkeys((*own, *self._passing(swept, own), *self._face(own, {})))
        self._move_frames()
        return self.routes(touched)

    def revise(self, architecture: Architecture, diagram: Diagram) -> dict[str, Route | None]:
        """Takes over another state of the model and routes again what differs, and what that touches.

        Touched are, besides what `move` names, links that share a side with one that came, went or runs elsewhere.

        Returns:
            The new routes, by link id; None for links that are no longer drawn.
        """
        if not self._routes:
            self.routes()
        known_part, known_links = self.part, self._links
        known_elements = known_part.elements
        before, solid = self.architecture.links, self._solid
        in_place = self._in_place and diagram == self.diagram
        self.architecture, self.diagram = architecture, diagram
        self.part = frames.shown(architecture, diagram)
        moved, swept = set[str](), list[Rect]()
        if not in_place or self.part != known_part:
            moved, swept = self._stand(known_elements)
        reworded = _other_words(before, architecture.links)
        if reworded is not None and known_part.stand_in == self.part.stand_in and solid == self._solid:
            self._links = known_links | {
                link.id: (link, *known_links[link.id][1:]) for link in reworded if link.id in known_links
            }
        else:
            self._links, self._at = {}, {}
            for link in architecture.links:
                self._include(link)
        bends, bent = bends_of(diagram), self._bends
        self._bends = bends
        ends: dict[End, None] = {}
        own: dict[str, None] = {}
        still = not moved and bends == bent
        for link_id, drawn in known_links.items():
            now = self._links.get(link_id)
            if now is drawn and still:
                continue
            _, source, target = drawn
            if now is None or now[1:] != (source, target):
                ends.update(dict.fromkeys(self._withdraw(link_id)))
                if now is not None:
                    own[link_id] = None
            elif source in moved or target in moved or bends.get(link_id) != bent.get(link_id):
                own[link_id] = None
        own.update(dict.fromkeys(link_id for link_id in self._links if link_id not in known_links))
        touched = dict.fromkeys((*own, *self._reworded(known_links, known_elements)))
        touched.update(dict.fromkeys(self._passing(swept, own)))
        touched.update(dict.fromkeys(self._face(own, ends)))
        gone: dict[str, Route | None] = {link_id: None for link_id in known_links if link_id not in self._links}
        return gone | self.routes([link_id for link_id in touched if link_id in self._links])

    def rebend(self, link_id: str, points: tuple[Point, ...] | None) -> dict[str, Route]:
        """Pulls a link through other points, or with None lets it run freely; the new routes, by link id."""
        if not self._routes:
            self.routes()
        self._bends = {known: bends for known, bends in self._bends.items() if known != link_id}
        if points:
            self._bends[link_id] = tuple(frames.within_reach(point) for point in points)
        own = dict.fromkeys([link_id] if link_id in self._links else [])
        return self.routes((*own, *self._face(own, {})))

    def _stand(self, known: Mapping[str, object]) -> tuple[set[str], list[Rect]]:
        """Puts every box where the diagram says; what moved, came or went, and the places to look for links at."""
        self._in_place = True
        before, solid_before, shapes_before = self.boxes, self._solid, self._shapes
        framed = set(self.part.frames)
        self.boxes = frames.boxes(self.architecture, self.diagram, self.part)
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

    def _reworded(self, known: Mapping[str, _Drawn], elements: Mapping[str, object]) -> list[str]:
        """The links that look different where they are: they, or elements at their ends, say something else."""
        other = {
            element_id for element_id, element in self.part.elements.items() if elements.get(element_id) is not element
        }
        concerned = {
            link_id: None
            for link_id, drawn in self._links.items()
            if ((was := known.get(link_id)) is not drawn and (was is None or was[0] is not drawn[0]))
            or (other and (drawn[1] in other or drawn[2] in other))
        }
        gone = [known[link_id][0] for link_id in known.keys() - self._links.keys()]
        changed = [known[link_id][0] for link_id in concerned if link_id in known]
        fresh = [self._links[link_id][0] for link_id in concerned]
        stores = {link.target for link in (*gone, *changed, *fresh) if link.style == "shared_data"}
        if stores:
            sharing = (link for link, _, _ in self._links.values() if link.style == "shared_data")
            concerned |= {link.id: None for link in sharing if link.target in stores}
        self._shared.clear()
        found = []
        for link_id in concerned:
            link, before = self._links[link_id][0], self._known.pop(link_id, None)
            restyled = link_id in known and known[link_id][0].style != link.style
            if restyled or before != self._facts(link):
                found.append(link_id)
        return found

    def _passing(self, swept: list[Rect], but: Mapping[str, None]) -> list[str]:
        """The links, but those in `but`, whose line passes through one of the rectangles."""
        if not swept:
            return []
        left, top, width, height = union(*swept)
        right, bottom = left + width, top + height
        found = []
        for link_id, route in self._routes.items():
            x, y, wide, high = route.bounds
            near = x < right and left < x + wide and y < bottom and top < y + high
            if near and link_id not in but and passes(route, swept):
                found.append(link_id)
        return found

    def _face(self, own: Mapping[str, None], ends: Mapping[End, None]) -> list[str]:
        """Chooses sides anew for links and shares out those they leave and take, and `ends`; whose ports that moves."""
        concerned = dict(ends)
        for link_id in own:
            if link_id in self._ends:
                concerned.update(dict.fromkeys(self._ends[link_id]))
                self._forget_sides(link_id)
            self._choose_sides(link_id)
            concerned.update(dict.fromkeys(self._ends[link_id]))
        found: dict[str, None] = {}
        for end in list(concerned):
            if end[0] in self.boxes and self._order.get(end):
                for link_id in self._relieve(end):
                    found[link_id] = None
                    concerned.update(dict.fromkeys(self._ends[link_id]))
        for end in concerned:
            if end[0] in self.boxes and self._order.get(end):
                found.update(dict.fromkeys(self._spread(end)))
        return list(found)

    def _move_frames(self) -> None:
        for group in reversed(self.part.frames):
            rect = frames.group_rect(self.architecture, self.diagram, group, self.boxes)
            if rect is not None:
                self.boxes[group] = rect
                self._entitle(group)

    def _forget_sides(self, link_id: str) -> None:
        for end in self._ends[link_id]:
            self._order[end] = [entry for entry in self._order[end] if entry[1] != link_id]
