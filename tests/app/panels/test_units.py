"""What people write is read as they mean it, and what is shown can be read back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panels import units
from app.panels.result_words import load_words
from app.panels.units import UnitError
from models.architecture.values import Constant, Exponential, Lognormal, Uniform


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("250 ms", 250),
        ("250ms", 250),
        ("2 s", 2_000),
        ("0.1 s", 100),
        ("1.5 min", 90_000),
        ("1 h", 3_600_000),
        ("500 us", 0.5),
        ("1 200 ms", 1_200),
        ("1,200 ms", 1_200),
        ("7", 7),
        ("0", 0),
    ],
)
def test_times_are_read_with_their_unit(text: str, milliseconds: float) -> None:
    assert units.parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "soon", "5 parsecs", "1,5 s", "--3 s", "1e999 s", "s", "3 s 4"])
def test_what_is_no_time_is_explained(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        units.parse_duration(text)
    assert str(caught.value.told).endswith(".")


@pytest.mark.parametrize(
    ("text", "size"), [("64 KiB", 65_536), ("64k", 65_536), ("1.5 kB", 1_500), ("2 MiB", 2_097_152), ("900", 900)]
)
def test_sizes_are_read_with_their_unit(text: str, size: float) -> None:
    assert units.parse_bytes(text) == size


@pytest.mark.parametrize(
    ("text", "rate"), [("10/s", 10), ("600/min", 10), ("36 000 / h", 10), ("10 per second", 10), ("10", 10)]
)
def test_rates_are_read_per_second(text: str, rate: float) -> None:
    assert units.parse_rate(text) == rate


def test_a_bare_number_above_one_is_no_share_as_it_could_mean_either() -> None:
    assert units.parse_share("50 %") == units.parse_share("0.5") == 0.5
    with pytest.raises(UnitError, match=r"50% or 0\.5"):
        units.parse_share("50")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20 ms", 20.0),
        ("exp 20 ms", Exponential.model_validate({"exponential": {"mean": 20.0}})),
        ("constant 5 ms", Constant(constant=5.0)),
        ("lognormal p50 20 ms p99 150 ms", Lognormal.model_validate({"lognormal": {"p50": 20.0, "p99": 150.0}})),
        ("lognormal mean 20 ms cv 1.5", Lognormal.model_validate({"lognormal": {"mean": 20.0, "cv": 1.5}})),
        ("uniform 5 ms to 15 ms", Uniform.model_validate({"uniform": {"low": 5.0, "high": 15.0}})),
    ],
)
def test_distributions_are_read_by_name(text: str, value: object) -> None:
    assert units.parse_distribution(text) == value


@pytest.mark.parametrize(
    "text", ["gauss 5 ms", "lognormal p50 20 ms", "uniform 5 ms", "erlang mean 20 ms", "lognormal p50 9 ms p99 2 ms"]
)
def test_what_is_no_distribution_is_explained(text: str) -> None:
    with pytest.raises(UnitError):
        units.parse_distribution(text)


numbers = st.floats(min_value=0, max_value=1e12, allow_nan=False)


@given(numbers)
def test_times_sizes_and_rates_read_back_as_shown(value: float) -> None:
    assert math.isclose(units.parse_duration(units.format_duration(value)), value, rel_tol=1e-12, abs_tol=1e-300)
    assert math.isclose(units.parse_bytes(units.format_bytes(value)), value, rel_tol=1e-12, abs_tol=1e-300)
    assert units.parse_rate(units.format_rate(value)) == pytest.approx(value, rel=1e-12)


@given(st.floats(min_value=0, max_value=1))
def test_shares_read_back_exactly(value: float) -> None:
    assert units.parse_share(units.format_share(value)) == value


@given(st.integers(min_value=1, max_value=10_000), st.integers(min_value=1, max_value=100))
def test_every_shape_of_distribution_reads_back(mean: int, k: int) -> None:
    for text in (
        f"exp {mean} ms",
        f"constant {mean} ms",
        f"lognormal p50 {mean} ms p99 {mean * 3} ms",
        f"uniform {mean} ms to {mean + k} ms",
        f"erlang mean {mean} ms k {k}",
        f"hyperexponential mean {mean} ms cv {1 + k}",
        f"empirical 50 % {mean} ms, 99 % {mean + k} ms",
    ):
        value = units.parse_distribution(text)
        assert units.parse_distribution(units.format_distribution(value)) == value


def test_a_rate_keeps_the_unit_it_was_written_in() -> None:
    assert units.format_rate(units.parse_rate("50/min")) == "50/min"
    assert units.format_rate(units.parse_rate("10/s")) == "10/s"


def test_a_time_beyond_any_run_is_refused() -> None:
    with pytest.raises(units.UnitError):
        units.parse_duration("1e12 h")


def test_thousands_stand_apart_and_read_back() -> None:
    assert units.parse_count(units.format_number(12_000)) == 12_000
    assert units.format_number(12_000) == "12\u202f000"


@pytest.mark.parametrize(
    ("load", "words"),
    [
        ({"open": {"rate_per_s": 10.0}}, "10/s, random (Poisson)"),
        ({"closed": {"users": 1_500}}, "users: 1\u202f500"),
        ({"schedule": {"every_ms": 3_600_000.0, "batch": 500}}, "500 every 60 min"),
    ],
)
def test_a_load_is_told_in_words(load: dict[str, object], words: str) -> None:
    assert load_words(load) == words
