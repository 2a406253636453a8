"""Brings a second import into a model that people have worked on meanwhile, without overwriting what they said.

A part is known again by its `origin`, or by its name where its source used to name it only and now defines it (or the
other way round). Of what is known, a value changes only where an import or a guess of an import
set it, or where nobody has said anything; nothing is ever removed. Places on diagrams are not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from models.architecture import Architecture, Provenance, allowed, replace
from models.architecture.edits.identity import unused
from models.architecture.edits.references import referring
from models.architecture.elements import Element, ElementBase
from models.architecture.explanation import explanations
from models.architecture.invariants import what_is_allowed
from models.architecture.links import Link, LinkHead
from models.architecture.plain import UNSAID, plain, shortened
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.foreign.draft import DOUBTFUL, NAMED_ONLY
from models.formats.foreign.importer import SourceError

P = TypeVar("P", bound=ElementBase | LinkHead)

_NEVER = frozenset({"id", "kind", "style", "source", "target", "provenance", "origin", "tags"})
"""What makes a part what it is, and what is merged in its own way."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The model with what the source brought.

    `added` and `gone` are ids: of parts that are new, and of parts that stay although the source no longer has them.
    `updated` and `kept` tell values: those that follow the source, and those that differ from it because a person
    said so.
    """

    architecture: Architecture
    added: tuple[str, ...] = ()
    updated: tuple[Text, ...] = ()
    kept: tuple[Text, ...] = ()
    gone: tuple[str, ...] = ()


def merged(model: Architecture, fresh: Architecture) -> Merged:
    """`model` with `fresh`, the result of importing its source again, brought in.

    Raises:
        SourceError: what people and the source say cannot stand together in one model.
    """
    merging = _Merging(model, fresh)
    try:
        merging.elements()
        merging.links()
        return merging.result()
    except ValidationError as error:
        problem = explanations(error, Architecture)[0].problem
        raise SourceError(say("import", _CANNOT_STAND, problem=problem)) from error


class _Merging:
    def __init__(self, model: Architecture, fresh: Architecture) -> None:
        self._model, self._fresh = model, fresh
        self._ids: dict[str, str] = {}
        self._taken = {*model.element_by_id, *model.link_by_id}
        self._elements: dict[str, Element] = dict(model.element_by_id)
        self._links: dict[str, Link] = dict(model.link_by_id)
        self._recognised: set[str] = set()
        self._added: list[str] = []
        self._updated: list[Text] = []
        self._kept: list[Text] = []

    def elements(self) -> None:
        like = _named_only(self._model, self._fresh)
        known = _recognised(self._model.elements, self._fresh.elements, like)
        self._recognised |= {part.id for part in known.values()}
        for part in self._fresh.elements:
            self._ids[part.id] = known[part.id].id if part.id in known else self._free(part.id)
        for part in self._fresh.elements:
            found = known.get(part.id)
            part = referring(part, lambda old: self._ids.get(old, old))
            if found is None:
                self._added.append(self._ids[part.id])
                self._elements[self._ids[part.id]] = replace(part, id=self._ids[part.id])
                continue
            if found.kind != part.kind:
                self._keep(self._label(found), "kind", found.kind, part.kind)
            self._elements[found.id] = self._brought_up(found, part, self._label(found))

    def links(self) -> None:
        fresh = [
            referring(
                replace(part, source=self._ids[part.source], target=self._ids[part.target]),
                lambda old: self._ids.get(old, old),
            )
            for part in self._fresh.links
        ]
        known = _recognised(self._model.links, fresh, _way)
        self._recognised |= {part.id for part in known.values()}
        for part in fresh:
            found = known.get(part.id)
            if found is None:
                self._add_link(part)
                continue
            label = found.name or self._ends(found)
            if found.style != part.style:
                self._keep(label, "style", found.style, part.style)
            if (found.source, found.target) != (part.source, part.target):
                self._kept.append(say("import", _OTHER_ENDS, part=label, ends=self._ends(part)))
            self._links[found.id] = self._brought_up(found, part, label)

    def result(self) -> Merged:
        architecture = replace(self._model, elements=tuple(self._elements.values()), links=tuple(self._links.values()))
        fresh = {_origin(part) for part in (*self._fresh.elements, *self._fresh.links)}
        sources = {source for source, _key in fresh}
        gone = [
            part.id
            for part in (*self._model.elements, *self._model.links)
            if part.id not in self._recognised and _origin(part)[0] in sources and _origin(part) not in fresh
        ]
        return Merged(architecture, tuple(self._added), tuple(self._updated), tuple(self._kept), tuple(gone))

    def _add_link(self, part: Link) -> None:
        source, target = self._elements[part.source], self._elements[part.target]
        if not allowed(part.style, source.kind, target.kind):
            why = what_is_allowed(part, source, target)
            self._kept.append(say("import", _NOT_ADDED, part=self._ends(part), why=why))
            return
        link_id = self._free(part.id)
        self._added.append(link_id)
        self._links[link_id] = replace(part, id=link_id)

    def _brought_up(self, mine: P, theirs: P, label: str) -> P:
        changes: dict[str, Any] = {}
        provenance = dict(mine.provenance)
        said = theirs.said()
        for name in dict.fromkeys((*said, *mine.provenance, *theirs.provenance)):
            if name in _NEVER or name not in type(mine).model_fields:
                continue
            old, new, seen = mine.said().get(name), said.get(name), mine.provenance.get(name)
            if old is not None and not _by_import(seen):
                if new is not None and new != old:
                    self._keep(label, name, old, new)
                continue
            if seen is not None and not _by_import(seen):
                continue
            if old != new:
                default = type(mine).model_fields[name].get_default(call_default_factory=True)
                changes[name] = default if new is None else new
                values = {"part": label, "attribute": name, "old": _told(old), "new": _told(new)}
                self._updated.append(say("import", _UPDATED, **values))
            _follow(provenance, name, theirs.provenance.get(name))
        for name in ("kind", "style", "target"):
            same = name == "target" or getattr(mine, name, None) == getattr(theirs, name, None)
            if same and _by_import(seen := mine.provenance.get(name)) and seen != theirs.provenance.get(name):
                _follow(provenance, name, theirs.provenance.get(name))
                if name == "target":
                    changes["tags"] = _tags(mine.tags, theirs.tags)
        if provenance != mine.provenance:
            changes["provenance"] = provenance
        if theirs.origin != mine.origin:
            changes["origin"] = theirs.origin
        return replace(mine, **changes) if changes else mine

    def _keep(self, label: str, attribute: str, mine: Any, theirs: Any) -> None:
        values = {"part": label, "attribute": attribute, "mine": _told(mine), "theirs": _told(theirs)}
        self._kept.append(say("import", _KEPT, **values))

    def _free(self, wanted: str) -> str:
        free = unused(wanted, self._taken)
        self._taken.add(free)
        return free

    def _ends(self, link: Link) -> str:
        return " → ".join(self._label(self._elements[end]) for end in (link.source, link.target))

    @staticmethod
    def _label(element: Element) -> str:
        return element.name or element.id


def _recognised(mine: Iterable[P], theirs: Sequence[P], likeness: Callable[[P], str | None]) -> dict[str, P]:
    """Id in the source -> the part of the model that it is: one of the same origin, else one that is alike.

    No part of the model is two of the source; of copies with one origin, that of the same id comes first.
    """
    left = {part.id: part for part in sorted(mine, key=lambda part: part.id) if part.origin is not None}
    found: dict[str, P] = {}
    keys: tuple[Callable[[P], object], ...] = (lambda part: (*_origin(part), part.id), _origin, likeness)
    for key in keys:
        waiting: dict[object, list[P]] = {}
        for part in left.values():
            waiting.setdefault(key(part), []).append(part)
        waiting.pop(None, None)
        for part in theirs:
            if part.id not in found and (same := waiting.get(key(part))):
                found[part.id] = left.pop(same.pop(0).id)
    return found


def _named_only(model: Architecture, fresh: Architecture) -> Callable[[Element], str | None]:
    """What makes two elements alike: an id that one source only names and the other defines, or the other way round."""
    named: dict[str, set[bool]] = {}
    for part in (*model.elements, *fresh.elements):
        named.setdefault(part.id, set()).add(_origin(part)[1].startswith(NAMED_ONLY))
    return lambda part: f"{_origin(part)[0]} {part.id}" if len(named[part.id]) == 2 else None


def _way(link: Link) -> str:
    return f"{_origin(link)[0]} {link.style} {link.source} {link.target} {getattr(link, 'dataset', None)}"


def _origin(part: ElementBase | LinkHead) -> tuple[str, str]:
    return ("", "") if part.origin is None else (part.origin.source, part.origin.key)


def _by_import(seen: Provenance | None) -> bool:
    return seen is not None and seen.from_ in ("import", "guess")


def _follow(provenance: dict[str, Provenance], name: str, seen: Provenance | None) -> None:
    if seen is None:
        provenance.pop(name, None)
    else:
        provenance[name] = seen


def _tags(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """The tags a person gave, and the doubt of the import as it is now."""
    kept = tuple(tag for tag in mine if tag != DOUBTFUL)
    return (*kept, DOUBTFUL) if DOUBTFUL in theirs else kept


def _told(value: Any) -> Text | str:
    return say("values", UNSAID) if value is None else shortened(plain(value))


_CANNOT_STAND = QT_TRANSLATE_NOOP(
    "import", "The source cannot be brought into this model: {problem}; import it into a new file."
)
_UPDATED = QT_TRANSLATE_NOOP("import", "{part}: {attribute} {old} → {new}")
_KEPT = QT_TRANSLATE_NOOP("import", "{part}: {attribute} stays {mine}; the source says {theirs}")
_OTHER_ENDS = QT_TRANSLATE_NOOP("import", "{part} stays where it runs; the source has it as {ends}")
_NOT_ADDED = QT_TRANSLATE_NOOP("import", "{part} is not added: {why}")
