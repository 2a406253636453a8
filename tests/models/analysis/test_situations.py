"""The case files show every rule in every situation it can be in."""

from __future__ import annotations

import pytest

from models.analysis import Rule, catalogue
from tests.models.analysis.situations import CANNOT_BE, SITUATIONS, cases_of

RULES = list(catalogue().values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_case_files_show_a_rule_in_every_situation_it_can_be_in(rule: Rule) -> None:
    lacking = [
        situation
        for situation, shows in SITUATIONS.items()
        if (rule.code, situation) not in CANNOT_BE and not shows(rule)
    ]
    assert not lacking, f"{rule.code} has no case for: {', '.join(lacking)}"


@pytest.mark.parametrize(("code", "situation"), CANNOT_BE, ids=lambda one: one)
def test_a_situation_that_is_said_to_be_impossible_has_no_case(code: str, situation: str) -> None:
    assert not SITUATIONS[situation](catalogue()[code]), f"{code} {situation}: {CANNOT_BE[code, situation]}"


@pytest.mark.parametrize(
    "code", [code for code, situation in CANNOT_BE if situation == "without a journey"], ids=lambda code: code
)
def test_a_rule_about_journeys_has_a_case_without_one(code: str) -> None:
    assert any(not case.model.journeys and not case.findings for case in cases_of(code))


def test_no_two_cases_of_a_rule_have_one_title() -> None:
    for rule in RULES:
        titles = [case.title for case in cases_of(rule.code)]
        assert len(set(titles)) == len(titles), rule.code
