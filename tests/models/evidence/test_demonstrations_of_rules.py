"""Every rule that the simulator can show is demonstrated on the first case of its case file: what is wrong there shows
before its fix and after, with intervals that exclude 0."""

import json
from functools import cache
from typing import Any

import pytest

from models.analysis import analyse, catalogue
from models.evidence.demonstration import Demonstration, demonstrate
from tests.models.analysis.case_files import all_cases

BETTER = {
    "T01": "availability",
    "T02": "p99_ms",
    "T05": "p99_ms",
    "T08": "p99_ms",
    "T12": "p99_ms",
    "R01": "p99_ms",
    "R03": "availability",
    "R05": "calls",
    "R06": "calls",
    "R08": "p99_ms",
    "R09": "p99_ms",
    "R13": "calls",
    "Q02": "incomplete",
    "M01": "redelivered",
    "M02": "lost",
    "M05": "incomplete",
    "M07": "waiting",
    "M12": "redelivered",
    "E01": "calls",
    "E02": "failed",
    "D03": "freshness_ms",
    "D05": "p99_ms",
}
"""Rule -> what its fix must be shown to better. An owner of a shared database (D01) gains nothing that is measured."""


@cache
def shown(rule: str) -> Demonstration:
    """Six replications of a demonstration, without repetitions with other numbers."""
    case = next(case for case in all_cases() if case.rule == rule)
    finding = next(one for one in analyse(case.model).each if one.rule == rule and not one.members)
    return demonstrate(case.model, finding, replications=6, events=1)


def judged(demonstration: Demonstration, metric: str) -> list[dict[str, Any]]:
    assert demonstration.effect is not None
    rows = demonstration.effect.as_json()["rows"]
    return [row for row in rows if row["metric"] == metric and row["judged"]]


@pytest.mark.slow
@pytest.mark.parametrize("rule", BETTER)
def test_the_fix_betters_what_the_rule_is_about(rule: str) -> None:
    demonstration = shown(rule)
    better = [row for row in judged(demonstration, BETTER[rule]) if row["shown"] and row["better"]]
    assert better, str(demonstration.verdict)
    for row in better:
        assert row["ci"][0] > 0 or row["ci"][1] < 0
    if demonstration.harm is not None:
        assert demonstration.harm.difference_shown, str(demonstration.verdict)
    json.dumps(demonstration.as_json(), allow_nan=False)


@pytest.mark.slow
def test_a_slow_shared_store_harms_its_users_and_an_owner_costs_a_call_more() -> None:
    demonstration = shown("D01")
    assert demonstration.harm is not None
    harmed = {str(row["subject"]) for row in demonstration.harm.as_json()["rows"] if row["judged"] and row["shown"]}
    assert harmed == {"order", "warehouse"}
    assert any(row["shown"] and not row["better"] for row in judged(demonstration, "p99_ms"))
    assert any("in no figure" in str(note) for note in demonstration.notes)


def test_every_rule_that_can_be_demonstrated_is_demonstrated_here() -> None:
    assert {*BETTER, "D01"} == {code for code, rule in catalogue().items() if rule.demonstrate is not None}
