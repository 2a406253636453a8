"""What `analyse` promises beyond single rules: order, stable ids, policy, stages, JSON, cancelling."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from models import resources
from models.analysis import Analysis, Cancelled, analyse, analysis_json, catalogue, demonstration
from models.architecture import Architecture, Service, replace
from models.formats import native
from tests.models.analysis.case_files import Case, all_cases, written_out
from tests.models.analysis.test_cases import TODAY, check_fix, found_by_id, offered
from tests.models.architecture.strategies import architectures

SHAPE = {"T01", "T02", "T04", "D01", "G01", "G05"}
OF_THE_WHOLE = {"G04"}
"""Rules that compare a part with the mean of the whole system, to which no part is unrelated."""
RANKS = ["error", "warning", "info"]
Judged = list[tuple[Case, Analysis]]


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Every case with what is found in it."""
    return [(case, analyse(case.model)) for case in all_cases()]


def small(**policy: Any) -> Architecture:
    return written_out(
        {
            "name": "Small",
            "elements": {
                "shop": "client",
                "order": "service",
                "payment": "service",
                "bank": "external",
                "core": {"is": "group"},
            },
            "links": {
                "a": {"is": "sync shop order", "timeout_ms": "none"},
                "b": {"is": "sync order payment", "retry": {"max_attempts": 3}},
                "c": {"is": "sync payment bank", "circuit_breaker": "none"},
            },
            "policy": policy or None,
        }
    )


def test_findings_are_sorted_by_severity_and_then_by_reach() -> None:
    for case in all_cases():
        findings = [finding for finding in analyse(case.model, today=TODAY).findings if finding.waived is None]
        keys = [(RANKS.index(finding.severity), -finding.reach, finding.id) for finding in findings]
        assert keys == sorted(keys)


def test_ids_are_unique_and_name_their_rule(judged: Judged) -> None:
    for case, analysis in judged:
        every = [one for finding in analysis.findings for one in (finding, *finding.members)]
        assert len({one.id for one in every}) == len(every), case
        assert all(one.id.startswith(f"{one.rule}:") for one in every)


def test_a_finding_keeps_its_id_when_unrelated_parts_change(judged: Judged) -> None:
    for case, analysis in judged:
        lone = Service(id="quite-alone", name="Quite alone")
        other = replace(case.model, elements=(lone, *reversed(case.model.elements)), links=case.model.links[::-1])
        others = {one.id for one in analyse(other).each if "quite-alone" not in one.elements}
        before = {one.id for one in analysis.each}
        assert {one for one in before ^ others if one.partition(":")[0] not in OF_THE_WHOLE} == set(), case


def test_two_runs_tell_the_same(judged: Judged) -> None:
    for case, analysis in judged:
        fresh = Architecture.model_validate(case.model.model_dump(mode="json", exclude_none=True, by_alias=True))
        assert analysis_json(case.model, analysis) == analysis_json(fresh, analyse(fresh))


def test_every_cause_is_a_finding_that_is_there(judged: Judged) -> None:
    for _case, analysis in judged:
        every = {one.id: one for one in analysis.each}
        assert all(one.cause in every for one in every.values() if one.cause is not None)


def test_every_part_named_exists_and_every_path_alternates(judged: Judged) -> None:
    for case, analysis in judged:
        for one in analysis.each:
            assert set(one.elements) <= set(case.model.element_by_id)
            assert set(one.links) <= set(case.model.link_by_id)
            assert all(part in case.model.element_by_id for part in one.path[::2])
            for here, link_id, there in zip(one.path[::2], one.path[1::2], one.path[2::2], strict=False):
                link = case.model.link_by_id[link_id]
                assert {here, there} == {link.source, link.target}


def test_the_summary_counts_what_is_shown_and_not_accepted() -> None:
    analysis = analyse(small(waivers=[{"finding": "R01:a"}]))
    shown = [finding for finding in analysis.findings if finding.waived is None]
    assert analysis.summary == {rank: sum(one.severity == rank for one in shown) for rank in RANKS}
    assert analysis.summary["error"] == 0
    assert analysis.findings[-1].id == "R01:a"


def test_a_sketch_is_asked_for_its_shape_and_for_what_was_said_to_be_wrong() -> None:
    design, sketch = analyse(small()), analyse(small(stage="sketch"))
    assert "U01" in {one.rule for one in design.findings}
    told = {one.id for one in sketch.findings}
    assert {"R01:a", "R02:c", "T02:shop"} <= told
    assert not any(one.rule == "U01" for one in sketch.findings)
    left = [one for one in sketch.findings if one.rule not in SHAPE and one.grade != "stated"]
    assert [one.id for one in left] == ["R01:*"]


def test_operation_rolls_nothing_up_and_takes_absences_in_full() -> None:
    analysis = analyse(small(stage="operate"))
    assert not any(finding.members for finding in analysis.findings)
    assert {one.id: one.severity for one in analysis.findings}["R01:b"] == "error"


def test_an_acceptance_of_all_absences_takes_them_out_of_the_roll_up() -> None:
    analysis = analyse(small(waivers=[{"finding": "R01:*", "reason": "later"}]))
    assert {one.id: one.waived is not None for one in analysis.findings if one.rule == "R01"} == {
        "R01:a": False,
        "R01:b": True,
        "R01:c": True,
    }


def test_an_acceptance_of_all_that_is_undecided_is_one_of_each() -> None:
    analysis = analyse(small(waivers=[{"finding": "U01:*", "reason": "later"}]))
    waived = [one.waived is not None for one in analysis.each if one.rule == "U01"]
    assert len(waived) > 1 and all(waived)


def test_an_acceptance_of_the_absences_of_one_severity_leaves_the_others() -> None:
    graver = [{"rule": "R01", "where": "payment", "value": "error"}]
    told = {one.id: one.severity for one in analyse(small(severity=graver)).each if one.rule == "R01" and one.absence}
    assert told == {"R01:b": "error", "R01:c": "error"}
    only_one = [{**graver[0], "where": "b"}]
    accepted = {"finding": "R01:*/warning", "reason": "later", "owner": "Ida"}
    analysis = analyse(small(severity=only_one, waivers=[accepted]))
    assert {one.id: one.waived is not None for one in analysis.each if one.rule == "R01" and one.absence} == {
        "R01:b": False,
        "R01:c": True,
    }
    assert not analysis.notes


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_acceptances_of_one_finding_the_longer_one_holds(order: int) -> None:
    waivers = [{"finding": "R01:a", "until": "2026-12-31"}, {"finding": "R01:a", "until": "2020-01-01"}][::order]
    finding = analyse(small(waivers=waivers), today=TODAY).finding("R01:a")
    assert finding is not None and finding.waived is not None


def test_the_last_day_of_an_acceptance_still_counts() -> None:
    model = small(waivers=[{"finding": "R01:a", "until": "2026-05-31"}])
    on_the_day = analyse(model, today=date(2026, 5, 31)).finding("R01:a")
    day_after = analyse(model, today=date(2026, 6, 1)).finding("R01:a")
    assert on_the_day is not None and on_the_day.waived is not None
    assert day_after is not None and day_after.waived is None


def test_the_nearest_place_of_a_policy_wins_and_then_the_last_word() -> None:
    everywhere = {"rule": "R01", "where": "*", "value": "info"}
    at_link = {"rule": "R01", "where": "a", "value": "warning"}
    again = {"rule": "R01", "where": "a", "value": "error"}

    def severity(*settings: dict[str, str]) -> str:
        found = analyse(small(severity=list(settings))).finding("R01:a")
        assert found is not None
        return found.severity

    assert severity(everywhere) == "info"
    assert severity(at_link, everywhere) == "warning"
    assert severity(at_link, again, everywhere) == "error"
    assert severity(again, at_link) == "warning"


def test_a_policy_for_what_there_is_not_is_told() -> None:
    threshold = {"rule": "T02", "name": "wraning", "where": "*", "value": 9}
    told = [
        str(note) for note in analyse(small(severity=[{"rule": "R99", "value": "off"}], thresholds=[threshold])).notes
    ]
    assert len(told) == 2
    assert "R99" in told[0]
    assert "wraning" in told[1]


def test_an_acceptance_of_nothing_and_a_tag_of_nobody_are_told() -> None:
    told = {"reason": "known", "owner": "Ida"}
    waivers = [{"finding": one, **told} for one in ("R01:a", "R01:*", "R01:gone", "R99:a")]
    model = small(severity=[{"rule": "G03", "where": "tag:legacy", "value": "off"}], waivers=waivers)
    notes = [str(note) for note in analyse(model).notes]
    assert len(notes) == 3
    assert '"legacy"' in notes[0]
    assert "R01:gone" in notes[1]
    assert "R99" in notes[2]
    assert model.policy is not None
    assert len(analyse(replace(model, policy=replace(model.policy, stage="sketch"))).notes) == 2
    assert len(analyse(model, rules=[catalogue()["T02"]]).notes) == 2


def test_the_json_has_what_the_contract_names() -> None:
    model = small()
    told = json.loads(json.dumps(analysis_json(model, analyse(model))))
    assert told["model"] == "Small"
    assert set(told["summary"]) == set(RANKS)
    keys = [
        "id",
        "rule",
        "name",
        "severity",
        "grade",
        "message",
        "elements",
        "links",
        "journey",
        "path",
        "arithmetic",
        "assumed",
        "cause",
        "fixes",
        "waived",
    ]
    for finding in told["findings"]:
        assert set(keys) <= set(finding)
        assert finding["name"] == catalogue()[finding["rule"]].name
        for fix in finding["fixes"]:
            assert set(fix) == {"title", "applicability"}
    rolled = next(finding for finding in told["findings"] if finding["id"] == "R01:*")
    assert rolled["members"] == ["R01:b", "R01:c"]
    assert set(rolled["links"]) == {"b", "c"}
    for member in (finding for finding in told["findings"] if finding["id"] in rolled["members"]):
        assert (member["cause"], member["severity"]) == ("R01:*", rolled["severity"])
        assert [f"R01:{link}" for link in member["links"]] == [member["id"]]
        assert member["fixes"]
        assert member["path"]
    shown = [finding for finding in told["findings"] if finding["cause"] not in ("R01:*", "U01:*")]
    assert sum(told["summary"].values()) == len(shown) < len(told["findings"])


def test_an_analysis_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        analyse(small(), cancelled=lambda: True)


def test_demonstrations_are_scenarios_of_this_model(judged: Judged) -> None:
    shown = set()
    for case, analysis in judged:
        for finding in analysis.each:
            scenario = demonstration(case.model, finding)
            assert (scenario is not None) == finding.demonstration
            if scenario is not None:
                replace(case.model, scenarios=(scenario,))
                shown.add(finding.rule)
    assert shown >= {"T01", "T02", "T08", "R01", "R03", "R05", "R06", "R08", "Q02", "M01", "M02", "D01", "E01"}
    assert shown == {code for code, rule in catalogue().items() if rule.demonstrate is not None}


def test_an_empty_model_has_no_findings() -> None:
    assert analyse(Architecture()).findings == ()


@given(architectures())
@settings(max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_fixes_on_any_model_remove_their_finding_and_add_no_error(model: Architecture) -> None:
    before = found_by_id(model)
    for finding, fix in offered(model):
        check_fix(model, finding, fix, before)


@given(architectures())
@settings(max_examples=100)
def test_findings_on_random_models_can_be_told(model: Architecture) -> None:
    told = analysis_json(model, analyse(model))
    ids = [finding["id"] for finding in told["findings"]]
    assert len(ids) == len(set(ids))
    assert all(finding["cause"] is None or finding["cause"] in ids for finding in told["findings"])
    json.dumps(told, allow_nan=False)


def test_what_of_the_policy_has_no_effect_is_told_in_json_too() -> None:
    model = written_out(
        {"elements": {"a": "service"}, "links": {}, "policy": {"waivers": [{"finding": "R01:gone"}]}},
    )
    assert analysis_json(model, analyse(model))["notes"] == [
        "The policy accepts R01:gone, which is no finding of this model (any more); this has no effect."
    ]
    assert analysis_json(Architecture(), analyse(Architecture()))["notes"] == []


def test_an_acceptance_that_names_no_reason_or_owner_holds_and_is_told() -> None:
    parts: dict[str, Any] = {"elements": dict.fromkeys("abc", "service"), "links": {"ab": "sync a b", "bc": "sync b c"}}
    waivers: list[dict[str, str]] = [
        {"finding": "R01:ab", "reason": "to be replaced"},
        {"finding": "R01:bc", "owner": "Ida", "reason": " "},
        {"finding": "R01:gone"},
    ]
    told = analyse(written_out({**parts, "policy": {"waivers": waivers}}))
    assert {finding.id for finding in told.each if finding.waived is not None} == {"R01:ab", "R01:bc"}
    assert [str(note) for note in told.notes] == [
        "The policy accepts R01:gone, which is no finding of this model (any more); this has no effect.",
        "The policy accepts R01:bc and does not say why: give the waiver a reason.",
        "Nobody is named who answers for accepting R01:ab: give the waiver an owner.",
    ]
    waivers[0] |= {"owner": "Ida"}
    waivers[1] |= {"reason": "to be replaced"}
    assert analyse(written_out({**parts, "policy": {"waivers": waivers[:2]}})).notes == ()
    many = [{"finding": f"R01:{link}", "reason": "to be replaced"} for link in ("ab", "bc")]
    assert [str(note) for note in analyse(written_out({**parts, "policy": {"waivers": many}})).notes] == [
        "Nobody is named who answers for accepting 2 findings: give the waivers an owner (R01:ab, R01:bc)."
    ]


def test_the_guessed_styles_of_many_links_are_told_once() -> None:
    guess = {"provenance": {"style": {"from": "guess"}}}
    model = written_out(
        {
            "elements": dict.fromkeys(("a", "b", "c", "d"), "service"),
            "links": {f"{one}{other}": {"is": f"sync {one} {other}", **guess} for one, other in ("ab", "bc", "cd")},
        }
    )
    chain = next(finding for finding in analyse(model).findings if finding.rule == "T02")
    guessed = [str(text) for text in chain.assumed if "guessed" in str(text)]
    assert guessed == ["the style of 3 links was guessed by an import: a → b, b → c, c → d"]


def test_a_roll_up_says_how_much_of_it_an_import_could_not_see() -> None:
    calls: dict[str, Any] = {
        "ab": "sync a b",
        "ac": {"is": "sync a c", "provenance": {"timeout_ms": {"from": "import"}}},
    }
    model = written_out({"elements": {"a": "service", "b": "service", "c": "service"}, "links": calls})
    rolled = next(finding for finding in analyse(model).findings if finding.id == "R01:*")
    assert str(rolled.message) == (
        "2 calls and data accesses have no stated timeout. Not visible in the import: 1 of them."
    )


def test_members_of_a_roll_up_are_made_when_someone_looks_at_them() -> None:
    rolled = next(finding for finding in analyse(small()).findings if finding.id == "R01:*")
    assert "members" not in vars(rolled)
    assert [member.id for member in rolled.members] == ["R01:b", "R01:c"]
    assert rolled.members is rolled.members
    assert "how long order waits for payment" in str(rolled.members[0].message)


def test_members_told_in_turn_are_those_that_are_kept_and_leave_none_behind() -> None:
    rolled = next(finding for finding in analyse(small()).findings if finding.id == "R01:*")
    told, ids = [*rolled.in_turn()], rolled.member_ids
    assert rolled.stands_for_many
    assert "members" not in vars(rolled)
    assert told == [*rolled.members] == [*rolled.in_turn()]
    assert ids == [member.id for member in rolled.members]


def test_an_analysis_can_be_stopped_between_any_two_facts_and_leaves_no_one_to_ask() -> None:
    model = native.load(resources.path("samples", "music-shop.loadpath.json")).architecture
    asked = 0

    def count() -> bool:
        nonlocal asked
        asked += 1
        return False

    found = analyse(model, cancelled=count)
    assert asked > len(catalogue()) + len(found.findings)
    whole, asked = asked, 0
    for finding in found.each:
        _ = finding.fixes
    assert asked == 0, "whoever looks at a finding later is not stopped"

    def stop() -> bool:
        return count() or asked > whole // 2

    with pytest.raises(Cancelled):
        analyse(model, cancelled=stop)
