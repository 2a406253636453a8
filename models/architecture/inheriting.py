"""What a value takes over from the one it was made from: look-ups that an edit hardly changes, and what differs.

To go through thousands of parts once more costs milliseconds, whatever is asked of each: they lie all over the memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from operator import attrgetter, is_, itemgetter
from typing import TYPE_CHECKING, Any, Literal

from models.architecture.differing import Apart, apart
from models.architecture.naming import naming_others

if TYPE_CHECKING:
    from models.architecture.links import Link
    from models.architecture.model import Architecture

Space = Literal["elements", "links"]
_SPACES: tuple[Space, ...] = ("elements", "links")
_APART = "_apart"
_MANY = 300
"""Beyond so many parts that differ, look-ups are made anew."""


def between(before: Architecture, after: Architecture, space: Space) -> Apart:
    """How the elements, or the links, of two values differ; not looked for again where one was made from the other."""
    known, row = getattr(before, space), getattr(after, space)
    found: Apart | None = after.__dict__.get(_APART, {}).get(space)
    if found is not None and found.known is known and found.row is row:
        return found
    found = before.__dict__.get(_APART, {}).get(space)
    if found is not None and found.known is row and found.row is known:
        return Apart(known, row, found.fresh, found.gone)
    return apart(known, row)


def inherit(after: Architecture, before: Architecture, found: Mapping[str, Apart]) -> None:
    """Gives `after` what `before` has looked up, as far as it still holds; `found` is how their rows differ.

    Each look-up is what it would be if it were made anew, the order of its entries included; where that is not sure it
    is not given.
    """
    own, known = after.__dict__, before.__dict__
    differences = dict(known.get(_APART, {}))
    for space in _SPACES:
        if own[space] is not known[space]:
            differences[space] = found[space] if space in found else apart(known[space], own[space])
    own[_APART] = differences
    nothing = Apart((), (), [], [])
    elements = differences["elements"] if own["elements"] is not known["elements"] else nothing
    links = differences["links"] if own["links"] is not known["links"] else nothing
    if sum(map(len, (elements.gone, elements.fresh, links.gone, links.fresh))) > _MANY:
        return
    in_order = _by_id(own, known, "element_by_id", own["elements"], elements)
    links_in_order = _by_id(own, known, "link_by_id", own["links"], links)
    if "kinds" in known and in_order:
        own["kinds"] = _renewed(known["kinds"], elements, attrgetter("kind"))
    if "naming_others" in known:
        gone = {part.id for _, part in (*elements.gone, *links.gone)}
        own["naming_others"] = (known["naming_others"] - gone).union(
            part.id for part in naming_others([part for _, part in (*elements.fresh, *links.fresh)])
        )
    grouped = any(part.kind == "group" or part.groups for _, part in (*elements.gone, *elements.fresh))
    if "members" in known and in_order and not grouped:
        own["members"] = known["members"]
    shared = any(link.style == "shared_data" for _, link in (*links.gone, *links.fresh))
    if "sharers" in known and links_in_order and not shared:
        own["sharers"] = known["sharers"]
    if "arcs" in known:
        own["arcs"] = _arcs(known["arcs"], links)
    for name, end in (("links_from", "source"), ("links_to", "target")):
        if name in known and in_order:
            own[name] = _linked(known[name], elements, links, end)


def _by_id(own: dict[str, Any], known: dict[str, Any], name: str, row: tuple[Any, ...], differ: Apart) -> bool:
    """Whether the look-up could be given: a part that came in the middle of a row stands last in it otherwise."""
    if name not in known:
        return False
    found = _renewed(known[name], differ, lambda part: part)
    if differ.row is row and (len(found) != len(row) or not all(map(is_, found.values(), row))):
        return False
    own[name] = found
    return True


def _renewed(known: dict[str, Any], differ: Apart, value: Callable[[Any], Any]) -> dict[str, Any]:
    if not differ.gone and not differ.fresh:
        return known
    found = known.copy()
    came = {part.id for _, part in differ.fresh}
    for _, part in differ.gone:
        if part.id not in came:
            found.pop(part.id, None)
    found.update((part.id, value(part)) for _, part in differ.fresh)
    return found


def _arcs(known: list[Any], links: Apart) -> list[Any]:
    if not links.gone and not links.fresh:
        return known
    arcs, first = known.copy(), itemgetter(0)
    for _, link in links.gone:
        del arcs[bisect_left(arcs, link.id, key=first)]
    for _, link in links.fresh:
        arcs.insert(bisect_left(arcs, link.id, key=first), (link.id, link.source, link.target, link.style, link))
    return arcs


def _linked(known: dict[str, tuple[Link, ...]], elements: Apart, links: Apart, end: str) -> dict[str, tuple[Link, ...]]:
    if not (elements.gone or elements.fresh or links.gone or links.fresh):
        return known
    there = attrgetter(end)
    found = dict(_renewed(known, elements, lambda part: known.get(part.id, ())))
    gone = {link.id for _, link in links.gone}
    touched: dict[str, list[Link]] = {there(link): [] for _, link in (*links.gone, *links.fresh)}
    for _, link in links.fresh:
        touched[there(link)].append(link)
    for element_id, came in touched.items():
        if element_id in found:
            stay = [link for link in found[element_id] if link.id not in gone]
            found[element_id] = tuple(sorted((*stay, *came), key=attrgetter("id")))
    return found
