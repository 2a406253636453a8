"""Fixes on 300 random systems that are full of flaws: every one removes its finding and brings no error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from models.analysis import Finding, analyse, catalogue
from models.architecture import Architecture
from tests.models.analysis.flawed import flawed
from tests.models.analysis.test_cases import TODAY, check_fix, found_by_id

SYSTEMS = 300
TOGETHER = 20
WITHOUT_A_FIX = {"G04", "U01"}
"""A hub is split by people who know what it does, and what nobody said is for them to say."""


def one_of_each_rule(model: Architecture) -> Iterator[Finding]:
    """Of every rule a finding on offer: the rolled-up one, where there is one."""
    seen: set[str] = set()
    for finding in analyse(model, today=TODAY).findings:
        if finding.rule not in seen and finding.fixes:
            seen.add(finding.rule)
            yield finding


@pytest.mark.parametrize("first", range(0, SYSTEMS, TOGETHER))
def test_fixes_of_every_rule_remove_their_finding_and_add_no_error(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        model = flawed(seed)
        before = found_by_id(model)
        for finding in one_of_each_rule(model):
            for fix in finding.fixes:
                try:
                    check_fix(model, finding, fix, before)
                except AssertionError as failed:
                    raise AssertionError(f"system {seed}: {failed}") from failed


def test_every_rule_with_a_fix_offers_one_on_three_of_the_systems() -> None:
    offering: Counter[str] = Counter()
    for seed in range(SYSTEMS):
        offering.update(finding.rule for finding in one_of_each_rule(flawed(seed)))
    assert {code for code in catalogue() if offering[code] < 3} == WITHOUT_A_FIX


def test_a_system_is_the_same_for_the_same_number() -> None:
    assert flawed(7) == flawed(7) != flawed(8)


BROUGHT_AN_ERROR_ONCE = (7_100_376, 7_101_328, 7_101_374, 7_101_502, 7_101_766, 7_201_861)


@pytest.mark.parametrize("seed", BROUGHT_AN_ERROR_ONCE)
def test_fixes_that_brought_an_error_are_not_offered_where_they_do(seed: int) -> None:
    """G01 (less available), D02 (longer, more work, or without limit in operation) and D01 (without limit)."""
    model = flawed(seed)
    before = found_by_id(model)
    for finding in one_of_each_rule(model):
        for fix in finding.fixes:
            check_fix(model, finding, fix, before)
