"""Distributions, what is in force, and words for people."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from models.architecture import (
    ASSUMPTIONS,
    KINDS,
    STYLES,
    Architecture,
    Frozen,
    Journey,
    Scenario,
    assumed,
    in_force,
    mean_of,
    quantile_of,
    said,
)
from models.architecture.text import QT_TRANSLATE_NOOP, say
from models.architecture.values import AnyDistribution, Distribution

READ: TypeAdapter[AnyDistribution] = TypeAdapter(Distribution)
SHAPES = [
    5,
    {"constant": 5},
    {"exponential": {"mean": 20}},
    {"lognormal": {"p50": 20, "p99": 150}},
    {"lognormal": {"mean": 30, "cv": 1.5}},
    {"uniform": {"low": 5, "high": 15}},
    {"erlang": {"mean": 20, "k": 4}},
    {"hyperexponential": {"mean": 20, "cv": 2}},
    {"empirical": {"quantiles": [[0.5, 12], [0.9, 30], [0.99, 180]]}},
]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_mean_is_what_the_quantiles_integrate_to(shape: object) -> None:
    distribution = READ.validate_python(shape)
    parts = 20_000
    middle = sum(quantile_of(distribution, (i + 0.5) / parts) for i in range(parts)) / parts
    assert mean_of(distribution) == pytest.approx(middle, rel=0.01)


@pytest.mark.parametrize(
    ("shape", "share", "expected"),
    [
        ({"exponential": {"mean": 20}}, 0.5, 20 * math.log(2)),
        ({"lognormal": {"p50": 20, "p99": 150}}, 0.5, 20),
        ({"lognormal": {"p50": 20, "p99": 150}}, 0.99, 150),
        ({"uniform": {"low": 5, "high": 15}}, 0.25, 7.5),
        ({"erlang": {"mean": 20, "k": 1}}, 0.9, -20 * math.log(0.1)),
        ({"hyperexponential": {"mean": 20, "cv": 1}}, 0.9, -20 * math.log(0.1)),
        ({"empirical": {"quantiles": [[0.5, 12], [0.99, 180]]}}, 0.99, 180),
        ({"empirical": {"quantiles": [[0.5, 12], [0.99, 180]]}}, 0.2, 12),
        ({"erlang": {"mean": 0, "k": 3}}, 0.5, 0),
        (7, 0.5, 7),
    ],
)
def test_quantiles_are_those_of_the_formula(shape: object, share: float, expected: float) -> None:
    assert quantile_of(READ.validate_python(shape), share) == pytest.approx(expected, rel=1e-6)


@given(shape=st.sampled_from(SHAPES), shares=st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)))
def test_quantiles_never_fall(shape: object, shares: tuple[float, float]) -> None:
    distribution = READ.validate_python(shape)
    low, high = sorted(shares)
    assert quantile_of(distribution, low) <= quantile_of(distribution, high) * (1 + 1e-9)


def mesh() -> Architecture:
    return Architecture.model_validate(
        {
            "elements": [{"id": "a", "kind": "service", "workers": 4}, {"id": "b", "kind": "service"}],
            "profiles": [{"id": "mesh", "timeout_ms": 500, "retry": {"max_attempts": 3}}],
            "links": [
                {"id": "plain", "source": "a", "target": "b", "style": "sync"},
                {"id": "meshed", "source": "a", "target": "b", "style": "sync", "profile": "mesh"},
                {"id": "own", "source": "a", "target": "b", "style": "sync", "profile": "mesh", "retry": "none"},
            ],
        }
    )


def test_what_a_link_does_not_say_its_profile_says() -> None:
    architecture = mesh()
    plain, meshed, own = (architecture.link_by_id[link] for link in ("plain", "meshed", "own"))
    assert said(architecture, plain, "timeout_ms") is None
    assert said(architecture, meshed, "timeout_ms") == 500
    assert said(architecture, meshed, "retry.max_attempts") == 3
    assert said(architecture, own, "retry") == "none"
    assert said(architecture, own, "retry.max_attempts") is None
    assert in_force(architecture, meshed, "timeout_ms").from_profile


def test_what_nobody_says_is_assumed_and_told_apart() -> None:
    architecture = mesh()
    a, b = architecture.elements
    assert (in_force(architecture, a, "workers").value, in_force(architecture, a, "workers").stated) == (4, True)
    assert (in_force(architecture, b, "workers").value, in_force(architecture, b, "workers").stated) == (16, False)
    assert assumed(b, "owner") is None


def test_every_assumption_is_about_an_attribute_there_is() -> None:
    models: dict[str, type[Frozen]] = {"journey": Journey, "scenario": Scenario}
    models |= {kind: traits.type for kind, traits in KINDS.items()}
    models |= {style: traits.type for style, traits in STYLES.items()}
    for kind, assumptions in ASSUMPTIONS.items():
        for attribute in assumptions:
            assert attribute.split(".")[0] in models[kind].model_fields, (kind, attribute)


def test_a_sentence_is_translated_with_what_it_speaks_of() -> None:
    inner = say("colours", QT_TRANSLATE_NOOP("colours", "red"))
    sentence = say("test", QT_TRANSLATE_NOOP("test", "{name} is {colour}"), name="Order", colour=inner)
    korean = {"{name} is {colour}": "{colour} {name}", "red": "빨간"}
    assert str(sentence) == "Order is red"
    assert sentence.translated(lambda _context, template: korean[template]) == "빨간 Order"


def test_a_name_with_braces_is_left_alone() -> None:
    assert str(say("test", "{name}.", name="{0.__class__} {x}")) == "{0.__class__} {x}."
