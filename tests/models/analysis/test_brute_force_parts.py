"""Rules that look at several parts against what the catalogue says of them in the plainest way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.analysis import analyse
from tests.models.analysis.flawed import flawed
from tests.models.analysis.plainly import ORACLES, System
from tests.models.analysis.test_fixes_on_random_systems import SYSTEMS


def disagreements(seed: int) -> dict[str, tuple[list[str], list[str]]]:
    """Rule -> what it finds too much, and too little, in the random system of that number."""
    model = flawed(seed)
    system = System(model.model_dump(mode="json", exclude_none=True))
    found: dict[str, set[str]] = {code: set() for code in ORACLES}
    for one in analyse(model).each:
        by_journeys = one.rule == "T01" and system.said(one.elements[0], "role") in ("gateway", "bff")
        if one.rule in ORACLES and not by_journeys:
            found[one.rule].add(one.elements[0] if one.rule == "E01" else one.id.partition(":")[2])
    expected = {code: oracle(system) for code, oracle in ORACLES.items()}
    return {
        code: (sorted(found[code] - expected[code]), sorted(expected[code] - found[code]))
        for code in ORACLES
        if found[code] != expected[code]
    }


@given(st.integers(SYSTEMS, 10**9))
@settings(max_examples=150)
def test_rules_find_what_the_plainest_reading_of_them_finds(seed: int) -> None:
    assert not disagreements(seed)


@pytest.mark.parametrize("code", ORACLES)
def test_every_oracle_finds_something_and_not_everything(code: str) -> None:
    told = [ORACLES[code](System(flawed(seed).model_dump(mode="json", exclude_none=True))) for seed in range(SYSTEMS)]
    assert 3 <= sum(map(bool, told)) < SYSTEMS
