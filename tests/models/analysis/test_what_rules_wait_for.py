"""U01 names an attribute where its answer would decide, and none where it would change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from models.analysis import analyse
from models.architecture import Architecture
from models.architecture.edits import set_attributes
from tests.models.analysis.case_files import written_out

LAKE = {
    "elements": {"order": "service", "lake": "datastore"},
    "links": {
        "w": {"is": "shared_data order lake", "access": "write"},
        "r": {"is": "shared_data order lake", "access": "read"},
    },
}
CONTRACTS = {
    "elements": {"a": "service", "b": "service", "c": "service"},
    "links": {
        "x": {
            "is": "sync a c",
            "contract": {"name": "n", "version": "2", "offers": ["2"], "compatibility": "breaking"},
        },
        "y": {"is": "sync b c", "contract": {"name": "n"}},
    },
}
AWAITING = {
    "elements": {"shop": "service", "order": "service", "bank": "external"},
    "links": {"in": "sync shop order", "out": {"is": "async order bank", "reply": "callback"}},
}
WRITING = {
    "elements": {"a": "service", "b": "service"},
    "links": {"l": {"is": "sync a b", "idempotent": False}},
}


def asked(model: Architecture, code: str) -> set[tuple[str, str]]:
    """(part, attribute) for which the rule waits, as the finding of the part alone tells it."""
    found = set()
    for finding in analyse(model).each:
        if finding.rule == "U01":
            told = str(finding.message).partition(": ")[2].split("), ")
            rules = {name.partition(" (")[0]: name.partition(" (")[2] for name in told}
            found |= {
                (part, attribute)
                for part, attribute in finding.undecided
                if code in rules[attribute.replace("_", " ").replace(".", " ")]
            }
    return found


@pytest.mark.parametrize(
    ("model", "code", "part", "attribute", "answer"),
    [
        (LAKE, "D02", "lake", "store", "data_lake"),
        (CONTRACTS, "E06", "y", "contract.version", "1"),
        (AWAITING, "T09", "out", "awaited", True),
        (WRITING, "R15", "l", "operation", "write"),
    ],
)
def test_what_would_decide_is_asked(model: dict[str, Any], code: str, part: str, attribute: str, answer: Any) -> None:
    unanswered = written_out(model)
    assert (part, attribute) in asked(unanswered, code)
    answered = set_attributes(unanswered, [part], {attribute: answer})
    assert code in {finding.rule for finding in analyse(answered).each}
    assert (part, attribute) not in asked(answered, code)


@pytest.mark.parametrize(
    ("said", "expected"), [({}, {("l", "operation"), ("l", "idempotent")}), ({"idempotent": True}, set())]
)
def test_a_retry_that_bears_repetition_waits_for_nothing(said: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    link = {"is": "sync a b", "retry": {"max_attempts": 3}, **said}
    assert asked(written_out({"elements": {"a": "service", "b": "service"}, "links": {"l": link}}), "R07") == expected
