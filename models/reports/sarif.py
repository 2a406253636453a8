"""Findings as SARIF 2.1.0, the format in which code review tools take the results of an analysis.

One run with all files; every finding on its own, absences that are told together elsewhere included. A result points at
the line of the model file where its element, link or journey begins, and bears a fingerprint that only its identity
goes into, so that it is known again when other parts of the file change.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from models import __version__
from models.analysis import Analysis, Finding, Rule, catalogue
from models.architecture import Architecture
from models.architecture.text import Text
from models.formats.native.positions import items

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
FINGERPRINT = "loadpathFinding/v1"
MOST_RELATED = 12
_SPACES = {"elements": "element", "links": "link", "journeys": "journey"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One model that was checked: the name of its file as it was given, the text in it, and what was found.

    `known`: the ids of what a baseline has as well, milder or accepted.
    """

    name: str
    text: str
    architecture: Architecture
    analysis: Analysis
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands in its file, lines and columns from 1; zeros when it does not stand there."""

    kind: str
    line: int = 0
    column: int = 0


def log(checked: Sequence[Checked], *, only_new: bool = False) -> dict[str, Any]:
    """The whole SARIF log; `only_new` says that a baseline has been taken off the findings."""
    whole = log_in_parts(checked, only_new=only_new)
    return {**whole, "runs": [{**run, "results": list(run["results"])} for run in whole["runs"]]}


def log_in_parts(checked: Sequence[Checked], *, only_new: bool = False) -> dict[str, Any]:
    """What `log` gives, with iterators as `runs` and `results`: each result is made in its turn and not kept."""
    rules = list(catalogue().values())
    index = {rule.code: number for number, rule in enumerate(rules)}
    driver = {"name": "Loadpath", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    results = (
        _result(finding, where, index, _state(finding, one, only_new))
        for one in checked
        for where in [_Places(one)]
        for told in one.analysis.findings
        for finding in (told.in_turn() if told.stands_for_many else (told,))
    )
    run: dict[str, Any] = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    remarks = [_remark(note, one.name) for one in checked for note in one.analysis.notes]
    if remarks:
        run["invocations"] = [{"executionSuccessful": True, "toolConfigurationNotifications": remarks}]
    run["results"] = results
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": iter([run])}


def _remark(note: Text, file: str) -> dict[str, Any]:
    """What is amiss with the policy of one model."""
    place = {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}}}
    return {"level": "warning", "message": {"text": str(note)}, "locations": [place]}


def fingerprint(finding: Finding) -> str:
    """What a finding is known by from one version of a model to the next: nothing but its id."""
    return hashlib.sha256(finding.id.encode("utf-8")).hexdigest()


def places_in(text: str, architecture: Architecture) -> dict[str, Place]:
    """Id of an element, link or journey -> where it stands in the text."""
    found = {part_id: Place("element") for part_id in architecture.element_by_id}
    found |= {part_id: Place("link") for part_id in architecture.link_by_id}
    found = {**{part_id: Place("journey") for part_id in architecture.journey_by_id}, **found}
    breaks = [match.start() for match in re.finditer("\n", text)]
    for space, item, at in items(text, _SPACES):
        part_id, kind = item.get("id") if isinstance(item, dict) else None, _SPACES[space]
        if isinstance(part_id, str) and part_id in found and found[part_id].kind == kind:
            line = bisect_right(breaks, at)
            found[part_id] = Place(kind, line + 1, at - (breaks[line - 1] if line else -1))
    return found


def _rule(rule: Rule) -> dict[str, Any]:
    told = rule.help
    paragraphs = [str(text) for text in (told.what, told.why, told.example, told.fix)]
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": str(rule.title)},
        "fullDescription": {"text": paragraphs[0]},
        "help": {"text": "\n\n".join(paragraphs)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"grade": rule.grade, "source": rule.source},
    }


class _Places:
    """The parts of one checked model as locations in its file."""

    def __init__(self, checked: Checked) -> None:
        self.label = checked.architecture.label
        self.of_part = places_in(checked.text, checked.architecture)
        self._file = {"uri": _uri(checked.name)}
        self._related: dict[str, dict[str, Any]] = {}

    def related(self, part: str) -> dict[str, Any]:
        """The location of a part that a finding is about as well; made once, as parts have many findings."""
        if part not in self._related:
            self._related[part] = {**self.location(part), "message": {"text": self.label(part)}}
        return self._related[part]

    def location(self, part: str | None) -> dict[str, Any]:
        """Of a part, else of the whole file."""
        physical: dict[str, Any] = {"artifactLocation": self._file}
        if part is None:
            return {"physicalLocation": physical}
        place = self.of_part[part]
        if place.line:
            physical["region"] = {"startLine": place.line, "startColumn": place.column}
        logical = {"name": self.label(part), "fullyQualifiedName": part, "kind": place.kind}
        return {"physicalLocation": physical, "logicalLocations": [logical]}


def _state(finding: Finding, checked: Checked, only_new: bool) -> str | None:
    """How the finding stands to the baseline, if there is one."""
    if not only_new:
        return None
    return "updated" if finding.id in checked.known else "new"


def _result(finding: Finding, where: _Places, index: dict[str, int], state: str | None) -> dict[str, Any]:
    places = where.of_part
    message = str(finding.message)
    if finding.arithmetic is not None:
        message += f"\n= {finding.arithmetic}"
    subject = _subject(finding, places)
    parts = list(dict.fromkeys(part for part in (*finding.links, *finding.elements) if part in places))
    if subject is None and parts:
        subject = parts[0]
    properties: dict[str, Any] = {"id": finding.id, "grade": finding.grade}
    if finding.assumed:
        properties["assumed"] = [str(text) for text in finding.assumed]
    if finding.cause is not None:
        properties["cause"] = finding.cause
    if finding.fixes:
        properties["fixes"] = [f"{fix.title} ({fix.applicability})" for fix in finding.fixes]
    told: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": LEVELS[finding.severity],
        "message": {"text": message},
        "locations": [where.location(subject)],
        "partialFingerprints": {FINGERPRINT: fingerprint(finding)},
        "properties": properties,
    }
    related = [part for part in parts if part != subject][:MOST_RELATED]
    if related:
        told["relatedLocations"] = [{"id": number, **where.related(part)} for number, part in enumerate(related, 1)]
    if finding.waived is not None:
        reason = ", ".join(part for part in (finding.waived.reason, finding.waived.owner) if part)
        justified = {"justification": reason} if reason else {}
        told["suppressions"] = [{"kind": "external", "status": "accepted", **justified}]
    if state is not None:
        told["baselineState"] = state
    return told


def _subject(finding: Finding, places: dict[str, Place]) -> str | None:
    """What the finding is called by, as far as that is a part of the model."""
    subject = finding.id.partition(":")[2]
    for candidate in (subject, subject.partition("/")[2], subject.partition("/")[0]):
        if candidate in places:
            return candidate
    return None


def _uri(name: str) -> str:
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
