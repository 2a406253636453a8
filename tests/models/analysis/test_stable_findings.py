"""Findings of any system: what is not said, what is unrelated, and the order of a file, do no harm to them."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.analysis import Analysis, Finding, analyse, analysis_json
from models.architecture import Architecture, replace
from tests.models.analysis.flawed import flawed
from tests.models.analysis.test_analyzer import OF_THE_WHOLE
from tests.models.analysis.test_cases import TODAY, found_by_id

seeds = st.integers(0, 10**9)

SHAPE = {"E07", "G01", "G02", "G04", "G06", "M08", "M09", "T01", "T02", "T04", "T12"}
"""Rules about the drawing itself: which parts there are, and which links of which style between them."""
ABSENCE = {"R01": "warning", "R02": "info", "R06": "warning", "M01": "warning", "M02": "warning", "Q03": "warning"}
ABSENCE |= {"E05": "info", "D06": "info"}
"""Rules for which the absence of an attribute is itself the hazard, one step milder then."""


def told_of(model: Architecture) -> dict[str, Any]:
    told: dict[str, Any] = model.model_dump(mode="json", exclude_none=True)
    return told


def bare(model: Architecture) -> Architecture:
    """The same drawing, of which nobody has said anything."""
    told = told_of(model)

    def steps(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"link": step["link"], "steps": steps(step["steps"])} for step in drawn]

    return Architecture.model_validate(
        {
            "elements": [{name: one[name] for name in ("id", "kind")} for one in told["elements"]],
            "links": [{name: one[name] for name in ("id", "style", "source", "target")} for one in told["links"]],
            "journeys": [
                {"id": one["id"], "entry": one["entry"], "steps": steps(one["steps"])} for one in told["journeys"]
            ],
        }
    )


@given(seeds)
def test_where_nothing_is_said_only_the_shape_is_judged_and_absences_are_milder(seed: int) -> None:
    for one in analyse(bare(flawed(seed))).each:
        if one.rule in ABSENCE:
            assert (one.severity, one.grade) == (ABSENCE[one.rule], "assumed"), one.id
            assert one.absence is not None
        else:
            assert one.rule in SHAPE | {"U01"}, one.id
        assert one.rule != "U01" or (one.severity == "info" and one.undecided)


NO_ATTRIBUTES = {"id", "kind", "style", "source", "target", "tags", "urls", "properties", "provenance", "needs"}
NO_ATTRIBUTES |= {"deployed_with"}
"""What is part of the drawing, or nothing that a rule reads."""
BY_DEFAULT = {
    "access": {"D03", "D04", "D05"},
    "awaited": {"E07", "T01"},
    "broker": {"M10"},
    "calls_per_request": {"T06"},
    "dead_letter": {"G06", "M03", "M09", "M11"},
    "contract": {"E06"},
    "correlation_id": {"Q01"},
    "dataset": {"D01", "D02", "D06", "D07"},
    "delivery": {"M04", "M07"},
    "guard": {"M08"},
    "hedge_after_ms": {"T12"},
    "idempotent": {"M04"},
    "operation": {"M04"},
    "payload_bytes": {"D08"},
    "pending_state": {"Q02"},
    "poll_interval_ms": {"R03", "R04", "R09", "R13", "T01", "T03", "T05", "T10", "T12"},
    "published_with": {"E04"},
    "propagates_deadline": {"R03"},
    "reply": {"Q01", "Q02", "Q03", "R01", "R04"},
    "technology": {"E02", "G05"},
    "role": {"G01", "G02", "G04", "T01"},
}
"""Attributes that the catalogue says are not there unless they are said, and the rules that then judge the part: who
is not said to poll waits for its data, a message may come twice, a link that names no technology has that of its
channel, a breaking contract is called by the first link that says so, who polls reads, and of a reply that counts which
is said where requests are taken from their queue when it is not where they are sent. A broker is what its channels make
it, who does not read writes, what a publisher says of repetition counts where its consumers say nothing, these work
on as many messages as they have workers, and large data is told of where it is first said.
"""


@given(seeds)
@settings(max_examples=150)
def test_what_is_no_longer_said_brings_no_error_that_it_kept_away(seed: int) -> None:
    model, dice = flawed(seed), Random(seed)
    told = told_of(model)
    attributes = [
        (space, place, name)
        for space in ("elements", "links")
        for place, part in enumerate(told[space])
        for name in part
        if name not in NO_ATTRIBUTES
        if part[name] not in ([], {})
    ]
    if not attributes:
        return
    space, place, name = dice.choice(attributes)
    del told[space][place][name]
    before = found_by_id(model)
    for one in analyse(Architecture.model_validate(told), today=TODAY).each:
        if one.id in before or one.rule == "U01" or one.rule in BY_DEFAULT.get(name, ()):
            continue
        assert one.absence is not None and one.grade == "assumed", f"{name} of {told[space][place]['id']}: {one.id}"


@given(seeds)
def test_the_order_of_a_file_changes_no_byte_of_what_is_told(seed: int) -> None:
    model, dice = flawed(seed), Random(seed)
    elements, links, journeys = list(model.elements), list(model.links), list(model.journeys)
    for parts in (elements, links, journeys):
        dice.shuffle(parts)
    other = replace(model, elements=tuple(elements), links=tuple(links), journeys=tuple(journeys))
    assert as_json(other) == as_json(model)


def as_json(model: Architecture) -> str:
    return json.dumps(analysis_json(model, analyse(model, today=TODAY)))


def beside(model: Architecture, seed: int) -> Architecture:
    """The model, and another system that has nothing to do with it: no journey, no broker, no server in common."""
    other = told_of(flawed(seed))
    ids = {one["id"]: f"other-{one['id']}" for one in (*other["elements"], *other["links"])}

    def renamed(told: Any) -> Any:
        if isinstance(told, dict):
            return {name: renamed(value) for name, value in told.items() if name not in ("broker", "server")}
        if isinstance(told, list):
            return [renamed(value) for value in told]
        return ids.get(told, told) if isinstance(told, str) else told

    more = Architecture.model_validate({space: renamed(other[space]) for space in ("elements", "links")})
    return replace(model, elements=(*more.elements, *model.elements), links=(*model.links, *more.links))


@given(seeds)
def test_findings_stay_as_they_are_when_an_unrelated_system_is_added(seed: int) -> None:
    model = flawed(seed)
    before, after = found_by_id(model), found_by_id(beside(model, seed + 1))
    for one in before.values():
        if one.rule not in OF_THE_WHOLE:
            assert one.id in after, one.id
            assert _words(after[one.id]) == _words(one)
    new = [one.id for one in after.values() if one.id not in before and one.rule not in OF_THE_WHOLE]
    assert all("other-" in one for one in new), new


def _words(one: Finding) -> tuple[object, ...]:
    return str(one.message), one.severity, one.grade, one.elements, one.links, one.path, str(one.arithmetic), one.cause


@example(seed=41546)
@given(seeds)
def test_nothing_is_told_twice_and_every_cause_is_told(seed: int) -> None:
    analysis: Analysis = analyse(flawed(seed), today=TODAY)
    by_id = {one.id: one for one in analysis.each}
    assert len(by_id) == len(analysis.each)
    about = [(one.rule, one.elements, one.links, one.path, one.journey) for one in analysis.each if one.links]
    assert len(set(about)) == len(about)
    for one in analysis.each:
        passed, here = {one.id}, one
        while here.cause is not None:
            here = by_id[here.cause]
            assert here.id not in passed, "a finding that follows from itself"
            passed.add(here.id)
