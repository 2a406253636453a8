"""How many findings a part has, as badges on the drawing tell."""

import pytest

from models.analysis import Finding, analyse
from models.analysis.rule import SEVERITIES
from models.analysis.rules.topology.undecided import _Telling
from tests.models.analysis.case_files import written_out
from tests.models.analysis.flawed import flawed


def test_remarks_told_as_one_mark_nothing_and_warnings_told_as_one_mark_each() -> None:
    model = written_out(
        {
            "elements": {"a": {"is": "service", "owner": "A"}, "b": {"is": "service", "owner": "B"}, "q": "queue"},
            "links": {"one": "sync a b", "two": "sync a b", "in": "async a q", "out": "async q b"},
        }
    )
    analysis = analyse(model)
    together = {finding.id for finding in analysis.findings if finding.id.endswith("*")}
    assert {"E05:*", "R01:*"} <= together
    shown = analysis.by_part
    assert shown == {"out": (1, "warning"), "one": (1, "warning"), "two": (1, "warning"), "a": (1, "info")}


@pytest.mark.parametrize("seed", range(12))
def test_what_roll_ups_say_of_parts_is_what_their_members_say(seed: int) -> None:
    analysis = analyse(flawed(seed))
    by_subject: dict[str, list[Finding]] = {}
    by_part: dict[str, list[str]] = {}
    for finding in analysis.findings:
        assert finding.count == len(finding.members)
        links = [link for member in finding.members for link in member.links]
        elements = [element for member in finding.members for element in member.elements]
        if finding.members:
            assert finding.links == tuple(dict.fromkeys(links))
            assert finding.elements == tuple(dict.fromkeys(elements))
        for single in finding.each() if finding.waived is None else ():
            for part in dict.fromkeys(single.links or single.elements):
                by_subject.setdefault(part, []).append(single)
            if not (finding.members and finding.severity == "info"):
                subject = single.id.partition(":")[2]
                parts = (subject,) if subject in (*single.links, *single.elements) else single.elements[:1]
                for part in parts:
                    by_part.setdefault(part, []).append(single.severity)
    assert dict(analysis.by_subject) == by_subject
    told = [*by_subject]
    every = {finding.id: finding for part in told for finding in by_subject[part]}
    worst = sorted(every.values(), key=lambda finding: SEVERITIES.index(finding.severity))
    assert [finding.id for finding in analysis.about(told)[0]] == [finding.id for finding in worst]
    assert analysis.about([*told, "nobody"], 3) == (worst[:3], len(worst))
    assert analysis.by_part == {part: (len(found), min(found, key=SEVERITIES.index)) for part, found in by_part.items()}


def test_what_undecided_parts_lack_is_worked_out_before_one_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = analyse(
        written_out({"elements": dict.fromkeys("ab", "service"), "links": {"ab": "sync a b", "ba": "sync b a"}})
    )
    analysis.make_ready(lambda: False)
    undecided = next(finding for finding in analysis.findings if finding.rule == "U01")
    assert undecided.stands_for_many
    monkeypatch.setattr(_Telling, "_lacking", None)
    assert [one.rule for one in analysis.by_subject["ab"]].count("U01") == 1
