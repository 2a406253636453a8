"""What must hold between the parts of a model."""

import time
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.architecture import KINDS, STYLES, Architecture, Frozen, allowed, allowed_styles, allowed_targets, replace
from models.architecture.explanation import explanations
from models.architecture.invariants import problems
from models.architecture.settings import SettingError, with_settings
from tests.models.architecture.strategies import architectures

ENDPOINTS = {
    "sync": {("client service external", "service external")},
    "async": {("client service external", "service external queue"), ("queue", "service external")},
    "event": {("service external", "topic service external"), ("topic", "service external")},
    "shared_data": {("service external", "datastore"), ("service", "service")},
}
"""As the design writes it."""


def allowed_by_the_design(style: str, source: str, target: str) -> bool:
    return any(source in sources.split() and target in targets.split() for sources, targets in ENDPOINTS[style])


@pytest.mark.parametrize(("style", "source", "target"), list(product(STYLES, KINDS, KINDS)))
def test_a_link_runs_exactly_where_the_table_allows(style: Any, source: Any, target: Any) -> None:
    data = {
        "elements": [{"id": "a", "kind": source}, {"id": "b", "kind": target}],
        "links": [{"id": "l", "source": "a", "target": "b", "style": style}],
    }
    possible = allowed_by_the_design(style, source, target)
    assert allowed(style, source, target) == possible
    assert (style in allowed_styles(source, target)) == possible
    assert (target in allowed_targets(style, source)) == possible
    if possible:
        assert Architecture.model_validate(data).links[0].style == style
        return
    with pytest.raises(ValidationError) as caught:
        Architecture.model_validate(data)
    told = str(explanations(caught.value, Architecture)[0].problem)
    others = [other for other in STYLES if allowed_by_the_design(other, source, target)]
    assert all(other in told for other in others)
    assert ("possible" in told) == bool(others)


def problem(data: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        Architecture.model_validate(data)
    return str(explanations(caught.value, Architecture)[0].sentence)


def elements(*kinds_and_ids: str, **more: Any) -> list[dict[str, Any]]:
    return [{"kind": name.split(":")[0], "id": name.split(":")[1]} for name in kinds_and_ids]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"elements": [{"id": "a", "kind": "service", "groups": ["b"]}]}, 'there is no group "b"'),
        ({"elements": [{"id": "a", "kind": "queue", "dead_letter": "a"}]}, "cannot be its own dead-letter queue"),
        ({"elements": [{"id": "a", "kind": "service", "deployed_with": "a"}]}, "is not deployed with itself"),
        ({"elements": [{"id": "g", "kind": "group", "parent": "g"}]}, "the group g lies inside itself"),
        ({"elements": [{"id": "g", "kind": "group", "placement": {"x": 1}}]}, 'there is no service "x"'),
        ({"elements": [{"id": "g", "kind": "group", "groups": ["g"]}]}, "through its parent, not its groups"),
        (
            {
                "elements": [
                    {"id": "a", "kind": "service", "groups": ["g", "h"]},
                    {"id": "g", "kind": "group", "group_type": "team"},
                    {"id": "h", "kind": "group", "group_type": "team"},
                ]
            },
            "a is already in another group of type team",
        ),
        ({"journeys": [{"id": "j", "entry": "x"}]}, 'there is no element "x"'),
        ({"elements": elements("note:n"), "journeys": [{"id": "j", "entry": "n"}]}, "a journey cannot begin at a note"),
        ({"journeys": [{"id": "j", "entry": "x"}, {"id": "j", "entry": "x"}]}, '"j" is used twice among journeys'),
        ({"policy": {"thresholds": [{"rule": "T02", "name": "x", "where": "y", "value": 1}]}}, 'or "*" for everywhere'),
        (
            {"policy": {"thresholds": [{"rule": "T01", "name": "info", "where": "tag:x", "value": -3}]}},
            'policy.thresholds[0].value: -3 makes no sense as threshold "info" of T01; write a number that',
        ),
        ({"policy": {"severity": [{"rule": "timeouts", "value": "error"}]}}, "write the code of a rule, such as R01"),
        (
            {"policy": {"thresholds": [{"rule": "T12", "name": "share", "value": 10}]}},
            '10 makes no sense as threshold "share" of T12; write a number from 0.01 to 1',
        ),
        ({"diagrams": [{"id": "d", "bends": {"l": [[1, 2]]}}]}, 'there is no link "l"'),
        ({"diagrams": [{"id": "d", "include": ["l"]}]}, 'diagrams[0].include[0]: there is no element "l"'),
        (
            {"scenarios": [{"id": "s", "faults": [{"fault": "load", "target": "x", "from_ms": 5, "until_ms": 4}]}]},
            "a fault's until_ms must not be before its from_ms",
        ),
        ({"scenarios": [{"id": "s", "expect": [{"journey": "x", "metric": "p99_ms"}]}]}, "needs at_most or at_least"),
        ({"scenarios": [{"id": "s", "set": {"order": 1}}]}, "begins with no element, link or journey"),
        ({"scenarios": [{"id": "s", "set": {"a": float("nan")}}]}, "can be kept in a file"),
        (
            {"elements": [{"id": "a", "kind": "service", "work_ms": {"uniform": {"low": 3, "high": 1}}}]},
            "must not be below",
        ),
        ({"elements": [{"id": "", "kind": "service"}]}, "an id (letters, digits, - _ . :)"),
    ],
)
def test_a_broken_invariant_is_told(data: dict[str, Any], expected: str) -> None:
    assert expected in problem(data)


def test_groups_may_lie_in_each_other_but_not_in_a_circle() -> None:
    chain = [{"id": f"g{i}", "kind": "group", "parent": f"g{i + 1}"} for i in range(2000)]
    chain.append({"id": "g2000", "kind": "group"})
    started = time.perf_counter()
    Architecture.model_validate({"elements": chain})
    assert time.perf_counter() - started < 3
    assert "lies inside itself" in problem(
        {"elements": [*chain[:-1], {"id": "g2000", "kind": "group", "parent": "g0"}]}
    )


def test_journeys_may_use_each_other_at_any_length_but_not_in_a_circle() -> None:
    chain: list[dict[str, Any]] = [{"id": f"j{i}", "entry": "a", "steps": [{"use": f"j{i + 1}"}]} for i in range(1500)]
    data = {"elements": elements("service:a"), "journeys": [*chain, {"id": "j1500", "entry": "a"}]}
    Architecture.model_validate(data)
    data["journeys"][-1]["steps"] = [{"use": "j700"}]
    assert "journeys use each other in a circle" in problem(data)


def test_steps_are_nested_only_so_deep() -> None:
    step: dict[str, Any] = {"link": "l"}
    for _ in range(60):
        step = {"link": "l", "steps": [step]}
    data = {
        "elements": elements("service:a"),
        "links": [{"id": "l", "source": "a", "target": "a", "style": "sync"}],
        "journeys": [{"id": "j", "entry": "a", "steps": [step]}],
    }
    assert "steps are nested more than 28 deep" in problem(data)


def test_a_hostile_number_of_mistakes_is_told_in_no_time() -> None:
    links = [{"id": f"l{i}", "source": f"x{i}", "target": "a", "style": "sync"} for i in range(20_000)]
    started = time.perf_counter()
    assert 'there is no element "x0"' in problem({"elements": elements("service:a"), "links": links})
    assert time.perf_counter() - started < 10


def test_nothing_can_be_changed_in_place() -> None:
    architecture = Architecture.model_validate(
        {"elements": [{"id": "a", "kind": "service", "properties": {"x": {"y": [1]}}}], "diagrams": [{"id": "d"}]}
    )
    with pytest.raises(ValidationError):
        architecture.name = "other"  # type: ignore[misc]  # that is the point
    for mapping in (architecture.elements[0].properties, architecture.diagrams[0].positions):
        with pytest.raises(TypeError, match="frozen"):
            mapping["z"] = 1  # type: ignore[assignment]  # that is the point
        with pytest.raises(TypeError, match="frozen"):
            mapping.update({})
    assert architecture.elements[0].properties["x"] == {"y": (1,)}


def test_a_replacement_is_validated() -> None:
    architecture = Architecture()
    with pytest.raises(ValidationError):
        replace(architecture, links=[{"id": "l", "source": "a", "target": "b", "style": "sync"}])
    assert isinstance(replace(architecture, name="x"), Frozen)


def test_settings_are_made_one_after_the_other_and_leave_the_architecture() -> None:
    architecture = Architecture.model_validate(
        {
            "elements": [{"id": "a", "kind": "service"}, {"id": "a.b", "kind": "service"}],
            "links": [{"id": "l", "source": "a", "target": "a.b", "style": "sync"}],
            "journeys": [{"id": "j", "entry": "a"}],
        }
    )
    after = with_settings(
        architecture,
        {
            "a.workers": 4,
            "a.b.workers": 5,
            "l.retry": {"max_attempts": 3},
            "l.retry.backoff": "fixed",
            "j.target.p99_ms": 9,
        },
    )
    assert [element.said()["workers"] for element in after.elements] == [4, 5]
    assert after.links[0].said()["retry"].said() == {"max_attempts": 3, "backoff": "fixed"}
    assert after.journeys[0].said()["target"].said() == {"p99_ms": 9}
    assert "workers" not in architecture.elements[0].said()
    for path in ("b.workers", "a.wrkers", "l.source", "a.workers.x"):
        with pytest.raises(SettingError):
            with_settings(architecture, {path: 1})


def test_what_every_kind_and_style_accepts_is_told_in_plain_words() -> None:
    """Every field of every kind, given what none takes, is refused without a word of the schema's own language."""
    foreign = ("Input should", "NoneType", "literal[", "constrained", "<class", "annotation")
    models: list[type[Frozen]] = [*(kind.type for kind in KINDS.values()), *(style.type for style in STYLES.values())]
    for model in models:
        ends = {"source": "a", "target": "b"} if "style" in model.model_fields else {}
        for name in model.model_fields:
            with pytest.raises(ValidationError) as caught:
                model.model_validate({"id": "a", **ends, name: object()})
            told = str(explanations(caught.value, model)[0].sentence)
            assert not any(word in told for word in foreign), told


@given(architecture=architectures(), other=architectures(), data=st.data())
def test_a_change_is_checked_against_all_it_concerns(
    architecture: Architecture, other: Architecture, data: st.DataObject
) -> None:
    """Replacing fields finds a broken invariant exactly when making the same architecture anew finds one."""
    names = data.draw(st.lists(st.sampled_from(sorted(Architecture.model_fields)), min_size=1, max_size=3, unique=True))
    mixed = {name: getattr(architecture, name) for name in Architecture.model_fields}
    mixed |= {name: getattr(other, name) for name in names}
    try:
        anew = Architecture(**mixed)
    except ValidationError:
        with pytest.raises(ValidationError):
            replace(architecture, **{name: mixed[name] for name in names})
    else:
        assert replace(architecture, **{name: mixed[name] for name in names}) == anew


@given(architectures(), architectures(), st.data())
def test_what_differs_from_a_valid_model_is_all_that_needs_to_be_looked_at(
    model: Architecture, other: Architecture, data: st.DataObject
) -> None:
    """Parts of two models in one, some left out: whoever looks at what differs finds fault exactly when all is."""
    changes = {
        space: tuple(
            part for part in (*getattr(model, space), *getattr(other, space)) if data.draw(st.integers(0, 5)) > 0
        )
        for space in ("elements", "links")
    }
    values = {name: getattr(model, name) for name in Architecture.model_fields}
    after = Architecture.model_construct(**{**values, **changes})
    assert any(problems(after, changes, model)) == any(problems(after))


@pytest.mark.parametrize(
    ("space", "kept", "told"),
    [
        ("elements", ("a", "b", "q", "g"), 'there is no queue "d"'),
        ("elements", ("a", "b", "q", "d"), 'there is no group "g"'),
        ("elements", ("a", "q", "d", "g"), 'there is no element "b"'),
        ("links", ("two",), 'there is no link "one"'),
    ],
)
def test_a_part_that_others_name_does_not_go_unnoticed(space: str, kept: tuple[str, ...], told: str) -> None:
    model = Architecture.model_validate(
        {
            "elements": [
                {"id": "a", "kind": "service", "groups": ["g"]},
                {"id": "b", "kind": "service"},
                {"id": "q", "kind": "queue", "dead_letter": "d"},
                {"id": "d", "kind": "queue"},
                {"id": "g", "kind": "group"},
            ],
            "links": [
                {"id": "one", "source": "a", "target": "b", "style": "event"},
                {"id": "two", "source": "a", "target": "b", "style": "event", "published_with": ["one"]},
            ],
        }
    )
    with pytest.raises(ValidationError, match=told):
        replace(model, **{space: tuple(part for part in getattr(model, space) if part.id in kept)})
