"""What findings say is grammatical, with one and with many."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from models import resources
from models.analysis import analyse
from models.architecture import Architecture, Policy, Threshold, replace
from models.architecture.thresholds import RANGES
from models.formats import native
from tests.models.analysis.case_files import all_cases, written_out

ONE_OF_MANY = re.compile(r"(?<![\w.,])1 (?!ms\b|s\b)[a-z]+s\b")
WRONG = (
    re.compile(r"\ba [aeio](?!ne\b)\w*"),
    re.compile(r"\ban [^aeiouh\W]\w*"),
    ONE_OF_MANY,
    re.compile(r"\b(\w+) \1\b"),
    re.compile(r"  |\{|\}| [.,;]|\.\."),
)


def models() -> Iterator[Architecture]:
    for case in all_cases():
        elements = tuple(replace(one, name=f"Part{i}") for i, one in enumerate(case.model.elements))
        yield replace(case.model, elements=elements)
    for name in resources.names("samples", suffix=".loadpath.json"):
        yield native.load(resources.path("samples", name)).architecture


def test_messages_fixes_and_what_they_rest_on_are_grammatical() -> None:
    seen = set()
    for model in models():
        for finding in analyse(model).findings:
            for one in (finding, *finding.members):
                seen |= {str(one.message), *(str(fix.title) for fix in one.fixes), *map(str, one.assumed)}
    assert len(seen) > 100
    assert not [(text, wrong.pattern) for text in seen for wrong in WRONG if wrong.search(text)]


def test_one_is_told_in_the_singular_where_the_policy_asks_for_so_little() -> None:
    least = [
        Threshold(rule=code, name=name, value=figure)
        for code, ranges in RANGES.items()
        for name, (figure, _) in ranges.items()
    ]
    seen = set()
    for case in all_cases():
        if case.rule in RANGES:
            policy = case.model.policy or Policy()
            strict = replace(case.model, policy=replace(policy, thresholds=(*policy.thresholds, *least)))
            for finding in analyse(strict).each:
                seen |= {str(finding.message), str(finding.arithmetic), *(str(fix.title) for fix in finding.fixes)}
    assert any("can answer only while" in text and "others" not in text for text in seen)
    assert not [text for text in seen if ONE_OF_MANY.search(text)]


@pytest.mark.parametrize(("limit", "words"), [(1, "it is delivered once only"), (3, "in 3 deliveries")])
def test_a_limit_of_one_delivery_is_told_in_the_singular(limit: int, words: str) -> None:
    link = {"is": "async order warehouse", "delivery": {"max_deliveries": limit}}
    model = written_out({"elements": {"order": "service", "warehouse": "service"}, "links": {"a": link}})
    assert words in str(next(one for one in analyse(model).findings if one.rule == "M02").message)


def test_a_roll_up_that_can_repair_one_part_only_offers_that_parts_own_fix() -> None:
    """A call that waits for itself in a circle and retries is left to a person, so one of two timeouts can be set."""
    model = written_out(
        {
            "elements": {"a": "service", "b": "service", "c": "service"},
            "links": {
                "ab": "sync a b",
                "bc": {"is": "sync b c", "retry": {"max_attempts": 3}},
                "cb": {"is": "sync c b", "timeout_ms": 100},
            },
        }
    )
    rolled_up = next(one for one in analyse(model).findings if one.id == "R01:*")
    assert len(rolled_up.members) == 2
    assert [str(fix.title) for fix in rolled_up.fixes] == ["Set a timeout of 120 ms"]
    changed = rolled_up.fixes[0].apply(model)
    assert [link.id for link in changed.links if link != model.link_by_id[link.id]] == ["ab"]
