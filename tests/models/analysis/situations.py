"""The situations in which every rule is to be shown, and how to tell from a case that it shows one.

A situation is recognised in the model and in what the analyser finds, not by what the case calls itself; only where a
case finds nothing over an implied channel must its words say that this is the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from models.analysis import Finding, Rule, analyse, catalogue
from models.analysis.facts import Facts
from models.architecture import Architecture, Policy, Threshold, replace
from tests.models.analysis.case_files import Case, all_cases
from tests.models.analysis.test_cases import TODAY

CHANNELS = ("queue", "topic")


@cache
def cases_of(code: str) -> tuple[Case, ...]:
    return tuple(case for case in all_cases() if case.rule == code)


@cache
def findings_of_cases(code: str) -> tuple[tuple[Case, dict[str, Finding]], ...]:
    """The cases of a rule with what it finds in them, by id."""
    return tuple((case, found(case.model, code)) for case in cases_of(code))


def found(model: Architecture, code: str) -> dict[str, Finding]:
    """What one rule finds; U01 is about what the others wait for."""
    rules = None if code == "U01" else [catalogue()[code]]
    return {one.id: one for one in analyse(model, today=TODAY, rules=rules).each if one.rule == code}


def violated(rule: Rule) -> bool:
    return any(not told.get("waived") for case in cases_of(rule.code) for told in case.findings)


def just_within(rule: Rule) -> bool:
    """For every threshold a case that a tenth less or more (one, of a small whole number) makes a finding or a graver
    one; without thresholds a case that finds nothing, with one part at most other than in one that finds something.
    """
    if rule.thresholds:
        return all(
            any(_lies_at(case, before, rule, name) for case, before in findings_of_cases(rule.code))
            for name in rule.thresholds
        )
    raising = [case for case in cases_of(rule.code) if case.findings]
    silent = [case for case in cases_of(rule.code) if not case.findings]
    return any(_parts_that_differ(one.model, other.model) <= 1 for one in silent for other in raising)


def _lies_at(case: Case, before: dict[str, Finding], rule: Rule, name: str) -> bool:
    value = rule.thresholds[name]
    turn = 1.0 if 2 <= value < 50 else value / 10
    policy = case.model.policy or Policy()
    for turned in (value - turn, value + turn):
        threshold = Threshold(rule=rule.code, name=name, where="*", value=turned)
        model = replace(case.model, policy=replace(policy, thresholds=(*policy.thresholds, threshold)))
        after = found(model, rule.code)
        if any(one not in before or before[one].severity != after[one].severity for one in after):
            return True
    return False


def _parts_that_differ(one: Architecture, other: Architecture) -> int:
    first, second = _parts(one), _parts(other)
    return sum(first.get(part) != second.get(part) for part in {*first, *second})


def _parts(model: Architecture) -> dict[tuple[str, str], Any]:
    told = model.model_dump(mode="json", exclude_none=True)
    spaces = ("elements", "links", "journeys", "profiles")
    return {(space, part["id"]): part for space in spaces for part in told[space]}


def unknown_attribute(rule: Rule) -> bool:
    """A case in which the rule waits for an attribute, takes its absence for the hazard, or finds nothing though one
    with more said, and nothing else, does.
    """
    cases = cases_of(rule.code)
    waits = rule.waits
    if waits is not None and any(ids for case in cases for _, ids in waits(Facts(case.model, catalogue()))):
        return True
    if any(one.absence is not None for _, findings in findings_of_cases(rule.code) for one in findings.values()):
        return True
    raising = [_parts(case.model) for case in cases if case.findings]
    silent = [_parts(case.model) for case in cases if not case.findings]
    return any(_says_less(less, more) for less in silent for more in raising)


def _says_less(less: dict[tuple[str, str], Any], more: dict[tuple[str, str], Any]) -> bool:
    """Whether both have the same parts, and one says some of what the other does and nothing else."""
    return less.keys() == more.keys() and set(_statements(less)) < set(_statements(more))


def _statements(told: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(told, dict):
        for name, value in told.items():
            yield from _statements(value, (*where, name))
    elif isinstance(told, list):
        for place, value in enumerate(told):
            yield from _statements(value, (*where, place))
    else:
        yield (*where, told)


def waived(rule: Rule) -> bool:
    return any(told.get("waived") for case in cases_of(rule.code) for told in case.findings)


def implied_links(model: Architecture) -> set[str]:
    """Ids of the links whose queue, topic or store nobody drew."""
    kinds = {element.id: element.kind for element in model.elements}
    return {
        link.id
        for link in model.links
        if (link.style in ("async", "event") and not {kinds[link.source], kinds[link.target]} & set(CHANNELS))
        or (link.style == "shared_data" and kinds[link.target] != "datastore")
    }


def implied_channel(rule: Rule) -> bool:
    """A finding about an implied channel; or a case of which the words say that there is none, and why."""
    for case, findings in findings_of_cases(rule.code):
        implied = implied_links(case.model)
        if any(implied & set(one.links) for one in findings.values()):
            return True
        if implied and "implied" in f"{case.title} {case.prose}".lower():
            return True
    return False


def inside_a_group(rule: Rule) -> bool:
    return any(
        getattr(case.model.element_by_id[element], "groups", ())
        for case, findings in findings_of_cases(rule.code)
        for one in findings.values()
        for element in one.elements
    )


def with_a_journey(rule: Rule) -> bool:
    return any(case.model.journeys and findings for case, findings in findings_of_cases(rule.code))


def without_a_journey(rule: Rule) -> bool:
    return any(findings and not case.model.journeys for case, findings in findings_of_cases(rule.code))


SITUATIONS: dict[str, Callable[[Rule], bool]] = {
    "violated": violated,
    "just within": just_within,
    "unknown attribute": unknown_attribute,
    "waived": waived,
    "implied channel": implied_channel,
    "inside a group": inside_a_group,
    "with a journey": with_a_journey,
    "without a journey": without_a_journey,
}

_SHAPE = "judged by the shape of the drawing alone: there is no attribute to be unknown"
_PROMISE = "judges what a journey promises; without one nothing is, as a case shows that finds nothing"
_RATES = "judges the rates of journeys; without one there are none, as a case shows that finds nothing"

CANNOT_BE: dict[tuple[str, str], str] = {
    ("G01", "unknown attribute"): _SHAPE,
    ("G02", "unknown attribute"): "a service whose role nobody said is taken not to be an adapter, and graded assumed",
    ("G04", "unknown attribute"): _SHAPE,
    ("G06", "unknown attribute"): _SHAPE,
    ("M08", "unknown attribute"): "a loop is a shape; a guard is known by being there, and asked of a sketch already",
    ("T01", "unknown attribute"): _SHAPE,
    ("T02", "unknown attribute"): _SHAPE,
    ("T04", "unknown attribute"): _SHAPE,
    ("M07", "without a journey"): _RATES,
    ("R09", "without a journey"): _RATES,
    ("R12", "without a journey"): _PROMISE,
    ("T03", "without a journey"): _PROMISE,
    ("T05", "without a journey"): "which call waits for which other is told by the steps of a journey alone",
    ("T10", "without a journey"): _PROMISE,
}
"""Situations in which a rule cannot be, and why: reviewed, and no case may show that they can."""
