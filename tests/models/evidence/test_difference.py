"""The findings that came and went between two versions of a model."""

from __future__ import annotations

from typing import Any

from models.analysis import Analysis, analyse
from models.evidence import findings_that_came_and_went, only_new
from tests.models.analysis.case_files import written_out


def version(timeout_ms: float | str, *, accepted: bool = False, breaker: Any = None) -> Analysis:
    waivers = [{"finding": "R01:a"}] if accepted else []
    decided = {"result_needed": True, "fallback": "default"}
    link = {"is": "sync order payment", "timeout_ms": timeout_ms, "circuit_breaker": breaker, **decided}
    model = {"elements": {"order": "service", "payment": {"is": "external", "work_ms": 5}}, "links": {"a": link}}
    return analyse(written_out({**model, "policy": {"waivers": waivers}}))


def test_two_analyses_of_one_model_differ_in_nothing() -> None:
    assert not findings_that_came_and_went(version("none"), version("none"))


def test_a_finding_that_was_repaired_went_and_a_new_one_came() -> None:
    difference = findings_that_came_and_went(version("none", breaker={}), version(100, breaker="none"))
    assert [finding.id for finding in difference.went] == ["R01:a"]
    assert [finding.id for finding in difference.came] == ["R02:a"]
    assert difference.changed == ()


def test_an_accepted_finding_has_changed_and_not_gone() -> None:
    difference = findings_that_came_and_went(version("none"), version("none", accepted=True))
    assert difference.went == difference.came == ()
    assert [(before.waived is None, after.waived is None) for before, after in difference.changed] == [(True, False)]


def test_absences_are_compared_one_by_one_even_when_they_are_told_as_one() -> None:
    links = {"a": "sync order payment", "b": "sync order stock"}
    elements = {"order": "service", "payment": "service", "stock": "service"}
    one = analyse(written_out({"elements": elements, "links": {"a": links["a"]}}))
    both = analyse(written_out({"elements": elements, "links": links}))
    came = {finding.id for finding in findings_that_came_and_went(one, both).came}
    assert {"R01:b", "U01:b"} <= came
    assert not any(finding_id.endswith("*") for finding_id in came)


def test_against_a_baseline_only_the_new_absences_of_a_kind_are_left() -> None:
    def calls(*targets: str) -> Analysis:
        links = {f"order-{target}": f"sync order {target}" for target in targets}
        return analyse(written_out({"elements": dict.fromkeys(("order", *targets), "service"), "links": links}))

    old, new = calls("stock", "payment"), calls("stock", "payment", "bank")
    assert {"R01:*"} <= {finding.id for finding in new.findings}
    left = only_new(old, new)
    assert "R01:order-bank" in {finding.id for finding in left.findings}
    assert not any(finding.members for finding in left.findings)
    assert sum(left.summary.values()) == len(left.findings)
    assert only_new(calls(), new).findings == new.findings
    assert only_new(new, new).findings == ()


def test_against_a_baseline_what_became_worse_or_is_accepted_no_longer_is_new() -> None:
    def found(*, accepted: bool, second: str) -> Analysis:
        elements = {"a": "service", "b": "service", "db": {"is": "datastore", "store": "relational", "replicas": 2}}
        links = {
            "ad": {"is": "shared_data a db", "access": "write", "timeout_ms": 9},
            "bd": {"is": "shared_data b db", "access": second, "timeout_ms": 9},
        }
        waivers = [{"finding": "D01:db"}] if accepted else []
        return analyse(written_out({"elements": elements, "links": links, "policy": {"waivers": waivers}}))

    read, written = found(accepted=False, second="read"), found(accepted=False, second="write")
    accepted = found(accepted=True, second="read")
    assert [finding.id for finding in only_new(read, written).findings] == ["D01:db"]
    assert [finding.id for finding in only_new(accepted, read).findings] == ["D01:db"]
    assert only_new(written, read).findings == only_new(read, accepted).findings == ()
