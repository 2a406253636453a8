"""Every case file says what the analyser finds and what its fixes leave behind; all of them are run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from models.analysis import Finding, Fix, analyse, catalogue
from models.analysis.facts import Facts
from models.architecture import Architecture
from models.architecture.edits import EditError
from tests.models.analysis.case_files import Case, all_cases

CASES = all_cases()
TODAY = date(2026, 6, 1)


def findings_of(model: Architecture, rule: str) -> list[Finding]:
    return [finding for finding in analyse(model, today=TODAY).findings if finding.rule == rule]


def check_told(told: dict[str, Any], finding: Finding) -> None:
    simple = {"severity": finding.severity, "grade": finding.grade, "cause": finding.cause, "journey": finding.journey}
    for name, value in told.items():
        if name in simple:
            assert simple[name] == value, name
        elif name in ("message", "arithmetic"):
            assert value in str(getattr(finding, name))
        elif name in ("path", "links", "elements"):
            assert list(getattr(finding, name)) == value, name
        elif name == "members":
            assert sorted(member.id for member in finding.members) == value
        elif name == "members_among_others":
            assert set(value) <= {member.id for member in finding.members}
        elif name == "assumed":
            assert any(value in str(text) for text in finding.assumed), [str(text) for text in finding.assumed]
        elif name == "fixes":
            assert [fix.applicability for fix in finding.fixes] == value
        elif name == "waived":
            assert (finding.waived is not None) is value
        else:
            assert name == "id", f"a case expects {name!r}, which no finding has"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_finds_what_it_says(case: Case) -> None:
    found = {finding.id: finding for finding in findings_of(case.model, case.rule)}
    assert sorted(found) == sorted(told["id"] for told in case.findings)
    for told in case.findings:
        check_told(told, found[told["id"]])


def found_by_id(model: Architecture) -> dict[str, Finding]:
    return {one.id: one for one in analyse(model, today=TODAY).each}


def offered(model: Architecture) -> list[tuple[Finding, Fix]]:
    findings = analyse(model, today=TODAY).findings
    every = [one for finding in findings for one in dict.fromkeys((finding.id, *(m.id for m in finding.members)))]
    known = {one.id: one for finding in findings for one in (finding, *finding.members)}
    return [(known[one], fix) for one in every for fix in known[one].fixes]


def check_fix(model: Architecture, finding: Finding, fix: Fix, before: Mapping[str, Finding]) -> None:
    """The finding is gone, and neither an error nor a timeout too short for what it waits for has come.

    Of a rolled-up finding those members are gone that it can repair together. Whether timeouts are too short is asked
    of fixes of how calls are made: others make some answers longer, or open a circle that hid how long they take.
    `before`: what is found in the model, by id.
    """
    after = found_by_id(fix.apply(model))
    together = catalogue()[finding.rule].roll_up if finding.members else None
    repaired = {member.id.partition(":")[2] for member in finding.members}
    if together is not None and together.select is not None:
        repaired = set(together.select(Facts(model, catalogue()), tuple(sorted(repaired))))
    for one in finding.each():
        if finding.members and (not one.fixes or one.id.partition(":")[2] not in repaired):
            continue
        left = after.get(one.id)
        assert left is None, f"{fix.title}: {one.id} is still there: {left.message}"
    came = [
        one
        for one in after.values()
        if one.severity == "error" and (one.id not in before or before[one.id].severity != "error")
        if not (one.rule == "T04" and _is_part_of_a_circle(one, before))
    ]
    inverted = {one.id for one in after.values() if one.rule == "R03" and one.id not in before}
    assert finding.rule != "R01" or not inverted, f"{finding.id}, {fix.title}: {inverted}"
    if finding.rule.startswith("R") and not any(one.rule == "T04" for one in before.values()):
        cut_off = {one.id for one in after.values() if one.rule == "R04" and one.id not in before}
        assert not cut_off, f"{finding.id}, {fix.title}: {cut_off}"
    assert not came, f"{finding.id}, {fix.title}: " + "; ".join(f"{one.id} {one.message}" for one in came)


def _is_part_of_a_circle(left: Finding, before: Mapping[str, Finding]) -> bool:
    """A circle that loses a link may be left as a smaller one, which is called by another of its members."""
    return any(one.rule == "T04" and set(left.elements) < set(one.elements) for one in before.values())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_fix_in_a_case_removes_its_finding_and_adds_no_error(case: Case) -> None:
    before = found_by_id(case.model)
    for finding, fix in offered(case.model):
        check_fix(case.model, finding, fix, before)


@pytest.mark.parametrize("case", [case for case in CASES if case.fixed is not None], ids=str)
def test_the_first_fix_changes_what_the_case_says(case: Case) -> None:
    assert case.fixed is not None
    finding = next(one for one in findings_of(case.model, case.rule) if one.fixes and one.waived is None)
    fixed = finding.fixes[0].apply(case.model)
    parts: dict[str, Any] = {**fixed.element_by_id, **fixed.link_by_id, **fixed.journey_by_id}
    for part_id, attributes in case.fixed.items():
        assert (part_id in parts) == (attributes is not None), part_id
        if attributes is not None:
            told = parts[part_id].model_dump(mode="json", exclude_none=True)
            assert {name: told.get(name) for name in attributes} == attributes


def test_a_fix_for_a_part_that_has_gone_says_so() -> None:
    case = next(case for case in CASES if case.rule == "R01" and case.fixed)
    finding = findings_of(case.model, "R01")[0]
    with pytest.raises(EditError):
        finding.each()[0].fixes[0].apply(Architecture())


@pytest.mark.parametrize("code", ["T04", "T08"])
def test_a_call_with_which_an_event_is_published_does_not_become_another_event_without_an_outbox(code: str) -> None:
    """No more is sent one by one that belongs together, and what would ask for an outbox of its own is no event."""
    calls = [
        {"id": f"{a}{b}", "source": a, "target": b, "style": "sync", "result_needed": False}
        for a, b in (("a", "b"), ("b", "a"))
    ]
    events = [
        {"id": f"{a}c", "source": a, "target": "c", "style": "event", "published_with": [call["id"]], "outbox": False}
        for a, call in zip("ab", calls, strict=True)
    ]
    architecture = Architecture.model_validate(
        {"elements": [{"id": name, "kind": "service"} for name in "abc"], "links": [*calls, *events]}
    )
    offered = [fix for finding in analyse(architecture).each if finding.rule == code for fix in finding.fixes]
    assert offered
    split = {finding.id for finding in analyse(architecture).each if finding.rule == "E04"}
    assert split == {"E04:ab", "E04:ba"}
    for fix in offered:
        fixed = fix.apply(architecture)
        assert {finding.id for finding in analyse(fixed).each if finding.rule == "E04"} <= split
        assert {link.id for link in fixed.links if link.style == "event"} == {event["id"] for event in events}
