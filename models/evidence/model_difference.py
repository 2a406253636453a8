"""What changed between two models, attribute by attribute, in words and as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from models.analysis import Analysis, Finding
from models.architecture import Architecture, Frozen
from models.architecture.naming import SEVERAL, SINGLE
from models.architecture.plain import plain, shortened
from models.architecture.text import QT_TRANSLATE_NOOP, Translate
from models.evidence.difference import findings_that_came_and_went

Change = Literal["added", "removed", "changed"]
SPACES = ("elements", "links", "profiles", "journeys", "scenarios", "diagrams")
SINGULAR = {
    "elements": QT_TRANSLATE_NOOP("evidence", "element"),
    "links": QT_TRANSLATE_NOOP("evidence", "link"),
    "profiles": QT_TRANSLATE_NOOP("evidence", "profile"),
    "journeys": QT_TRANSLATE_NOOP("evidence", "journey"),
    "scenarios": QT_TRANSLATE_NOOP("evidence", "scenario"),
    "diagrams": QT_TRANSLATE_NOOP("evidence", "diagram"),
    "model": QT_TRANSLATE_NOOP("evidence", "model"),
    "policy": QT_TRANSLATE_NOOP("evidence", "policy"),
}
REFERRING = frozenset(["source", "target", "entry", "link", "use", "profile", *SINGLE, *SEVERAL])
"""Attributes whose value is the id of a part."""
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_TOLD = {
    "added": QT_TRANSLATE_NOOP("evidence", "{part} added"),
    "removed": QT_TRANSLATE_NOOP("evidence", "{part} removed"),
    "changed": QT_TRANSLATE_NOOP("evidence", "{part}: {changes}"),
}
_CHANGED = QT_TRANSLATE_NOOP("evidence", "{attribute} {old} → {new}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that came, went or changed. `attributes`: (name, old or None, new or None), values as in the file.

    `called` gives the name of a part that a value refers to.
    """

    change: Change
    space: str
    id: str
    label: str
    attributes: tuple[tuple[str, Any, Any], ...] = ()
    called: Callable[[str], str] = field(default=str, compare=False, repr=False)

    @property
    def sign(self) -> str:
        return _SIGNS[self.change]

    def told(self, translate: Translate = lambda _context, template: template) -> str:
        """ "link Order → Payment: timeout_ms not said → 800", on one line, in the language of `translate`."""
        part, changes = self.part(translate), self.changes(translate)
        return _on_one_line(translate("evidence", _TOLD[self.change]).format(part=part, changes=changes))

    def part(self, translate: Translate = lambda _context, template: template) -> str:
        """ "link Order → Payment" """
        return _on_one_line(f"{translate('evidence', SINGULAR[self.space])} {self.label}")

    def changes(self, translate: Translate = lambda _context, template: template) -> str:
        """ "timeout_ms not said → 800; ...", nothing of what came or went whole."""
        told = []
        for name, *values in self.attributes:
            old, new = (shortened(self._named(value, name.rpartition(".")[2]), translate) for value in values)
            told.append(translate("evidence", _CHANGED).format(attribute=name, old=old, new=new))
        return _on_one_line("; ".join(told))

    def _named(self, value: Any, attribute: str) -> Any:
        """The value with names for ids."""
        if isinstance(value, dict):
            return {name: self._named(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._named(inner, attribute) for inner in value]
        return self.called(value) if attribute in REFERRING and isinstance(value, str) else value

    def __str__(self) -> str:
        return f"{self.sign} {self.told()}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def differences(old: Architecture, new: Architecture) -> tuple[Difference, ...]:
    """Every difference: the model itself, then its parts by kind and id. Equal parts are passed over by identity."""
    found = list(_own(old, new))
    for space in SPACES:
        found += _parts(space, old, new)
    return tuple(found)


def as_json(rows: Iterable[Difference], before: Analysis, after: Analysis) -> dict[str, Any]:
    """The difference and what it did to the findings, as plain data."""
    findings = findings_that_came_and_went(before, after)
    told: dict[str, Any] = {"added": [], "removed": [], "changed": []}
    for row in rows:
        entry: dict[str, Any] = {"kind": SINGULAR[row.space], "id": row.id, "label": row.label}
        if row.change == "changed":
            entry["attributes"] = [{"name": name, "old": was, "new": now} for name, was, now in row.attributes]
        told[row.change].append(entry)
    told["findings"] = {
        "added": [_finding(finding) for finding in findings.came],
        "removed": [_finding(finding) for finding in findings.went],
        "changed": [
            _finding(now) | {"was": {"severity": was.severity, "accepted": was.waived is not None}}
            for was, now in findings.changed
        ],
    }
    return told


def _own(old: Architecture, new: Architecture) -> Iterator[Difference]:
    changed = [(name, getattr(old, name), getattr(new, name)) for name in ("name", "description")]
    attributes = tuple(row for row in changed if row[1] != row[2])
    if attributes:
        yield Difference("changed", "model", "", "", attributes)
    if old.policy != new.policy:
        yield Difference("changed", "policy", "", "", tuple(_attributes(old.policy, new.policy)))


def _parts(space: str, old: Architecture, new: Architecture) -> Iterator[Difference]:
    def called(part_id: str) -> str:
        known = part_id in new.element_by_id or part_id in new.link_by_id or part_id in new.journey_by_id
        return (new if known else old).label(part_id)

    before = {part.id: part for part in getattr(old, space)}
    after = {part.id: part for part in getattr(new, space)}
    for part_id in sorted(before.keys() | after.keys()):
        was, now = before.get(part_id), after.get(part_id)
        if was is now or was == now:
            continue
        if was is None:
            yield Difference("added", space, part_id, _label(new, space, part_id))
        elif now is None:
            yield Difference("removed", space, part_id, _label(old, space, part_id))
        else:
            attributes = tuple(_attributes(was, now))
            yield Difference("changed", space, part_id, _label(new, space, part_id), attributes, called)


def _label(architecture: Architecture, space: str, part_id: str) -> str:
    if space in ("elements", "links"):
        return architecture.label(part_id)
    part = next(part for part in getattr(architecture, space) if part.id == part_id)
    return getattr(part, "name", None) or part_id


def _attributes(old: Frozen | None, new: Frozen | None) -> Iterator[tuple[str, Any, Any]]:
    was = plain(old) if old is not None else {}
    now = plain(new) if new is not None else {}
    yield from _inside("", was, now)


def _inside(prefix: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys((*was, *now)):
        one, other = was.get(name), now.get(name)
        if one == other or (not prefix and name == "provenance"):
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _inside(f"{prefix}{name}.", one, other)
        else:
            yield f"{prefix}{name}", one, other


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "accepted": finding.waived is not None,
        "message": str(finding.message),
    }
