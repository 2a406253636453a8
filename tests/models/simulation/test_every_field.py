"""No field of the schema is ignored in silence: each changes the result, or is told, or bears on no behaviour."""

import copy
import json
from typing import Any

import pytest

from models.architecture import Architecture, Frozen, elements, journeys, links, scenarios, values
from models.simulation import Result, simulate
from tests.models.simulation.field_cases import CASES, SAYS, WITHOUT_BEHAVIOUR, WORDS_ONLY, Case


def at(told: Any, path: str) -> tuple[Any, Any]:
    """(the list or object, the place in it) a path leads to; names in lists are ids."""
    *way, last = path.split("/")
    for name in way:
        told = told[_place(told, name)] if isinstance(told, list) else told.setdefault(name, {})
    return told, _place(told, last) if isinstance(told, list) else last


def _place(told: list[Any], name: str) -> int:
    return int(name) if name.isdigit() else next(i for i, part in enumerate(told) if part["id"] == name)


def changed(changes: dict[str, Any]) -> Architecture:
    """The model of the cases with some of its fields changed."""
    told = copy.deepcopy(SAYS)
    for path, value in changes.items():
        inside, place = at(told, path)
        inside[place] = copy.deepcopy(value)
    return Architecture.model_validate(told)


def run(changes: dict[str, Any]) -> Result:
    return simulate(changed(changes))


def behaviour(result: Result) -> str:
    told = result.as_json()
    for name in ("wall_s", "assumptions", "ignored"):
        told.pop(name)
    return json.dumps(told)


def outcome(case: Case) -> tuple[bool, bool]:
    """(whether the field changes what happens, whether `ignored` names it)."""
    path, value, *given = case
    base = dict(given[0]) if given else {}
    before, after = run(base), run({**base, path: value})
    told = {str(sentence) for sentence in after.ignored} - {str(sentence) for sentence in before.ignored}
    name = next(part for part in reversed(path.split("/")) if not part.isdigit())
    return behaviour(before) != behaviour(after), any(name in sentence for sentence in told)


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{field}-{i}")
        for field, found in CASES.items()
        for i, case in enumerate(found if isinstance(found, list) else [found])
    ]


@pytest.mark.parametrize("case", cases())
def test_a_field_changes_the_result_or_is_told_as_ignored(case: Case) -> None:
    changes, told = outcome(case)
    assert changes or told


@pytest.mark.parametrize("field", WITHOUT_BEHAVIOUR)
def test_a_field_without_behaviour_changes_nothing(field: str) -> None:
    assert outcome(WITHOUT_BEHAVIOUR[field]) == (False, False)


def schema_fields() -> set[str]:
    modules = (elements, links, journeys, scenarios, values)
    classes = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Frozen) and kind.__module__ == module.__name__
    } | {Architecture}
    names = {"style", "kind", "fault"}
    return {
        f"{kind.__name__}.{field}"
        for kind in classes
        for field in kind.__annotations__
        if field in kind.model_fields
        and not (field in names and kind.__name__ not in ("ElementBase", "LinkHead", "FaultHead"))
    }


def test_every_field_of_the_schema_is_in_one_of_the_lists() -> None:
    listed = {*CASES, *WITHOUT_BEHAVIOUR, *WORDS_ONLY}
    assert schema_fields() - listed == set()
    assert not set(CASES) & set(WITHOUT_BEHAVIOUR)


def test_a_name_changes_only_words() -> None:
    for path, value in (case[:2] for case in WORDS_ONLY.values()):
        before, after = run({}), run({path: value})
        assert before.journeys == after.journeys
        assert before.series == after.series
