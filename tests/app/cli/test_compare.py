"""`loadpath compare`: what a change does under load, in words and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from models import resources
from models.architecture import Architecture
from models.architecture.settings import with_settings
from models.formats import native
from tests.models.simulation.building import client, exponential, journey, model, poisson, service, sync, with_scenario


def shop() -> Architecture:
    """Two journeys to two services; M/M/1 at 50 and at 20 of 100 a second."""
    architecture = model(
        [client(), service("fast", exponential(10), 1), service("slow", exponential(10), 1)],
        [sync("users", "fast"), sync("users", "slow")],
        [
            journey(poisson(50), [{"link": "users-fast"}], id="buy", name="Buy"),
            journey(poisson(20), [{"link": "users-slow"}], id="ask", name="Ask"),
        ],
    )
    return with_scenario(architecture, duration_ms=60_000)


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, str]:
    """An older version, and a newer one whose first service takes 12 ms instead of 10."""
    old = shop()
    new = with_settings(old, {"fast.work_ms": {"exponential": {"mean": 12}}})
    files = tmp_path / "old.loadpath.json", tmp_path / "new.loadpath.json"
    for file, version in zip(files, (old, new), strict=True):
        native.save(file, version)
    return str(files[0]), str(files[1])


def test_what_a_change_does_is_said_of_each_journey_with_its_interval(
    versions: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """1 / (100 - 50) = 20 ms becomes 1 / (1000 / 12 - 50) = 30 ms; the other journey does not change at all."""
    assert main(["compare", *versions, "--replications", "6", "--json", "-"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    rows = {(row["subject"], row["metric"]): row for row in told["rows"]}
    mean = rows["buy", "mean_ms"]
    assert (mean["shown"], mean["better"]) == (True, False)
    assert mean["ci"][0] <= mean["difference"] <= mean["ci"][1]
    assert mean["difference"] == pytest.approx(10, rel=0.15)
    assert rows["ask", "mean_ms"]["ci"] == [0, 0]
    assert told["journeys"]["ask"] == "Ask: no difference shown at this load."
    assert told["journeys"]["buy"].startswith("Buy: ") and " of Buy rises by " in told["journeys"]["buy"]
    assert "95%" in told["journeys"]["buy"]
    assert told["scenario"] == "run"


def test_the_words_name_the_journeys_and_what_got_worse(
    versions: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *versions, "--replications", "4"]) == 0
    told = capsys.readouterr().out
    assert "Buy: " in told and " of Buy rises by " in told
    assert "Ask: no difference shown at this load." in told
    assert "worse" in told


def test_a_model_compared_with_itself_shows_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(resources.path("samples", "music-shop.loadpath.json"))
    assert main(["compare", file, file, "--replications", "2", "--duration-ms", "3000"]) == 0
    told = capsys.readouterr().out
    assert "no difference shown at this load" in told
    assert "better" not in told and "worse" not in told


def test_a_scenario_that_neither_version_has_is_told(
    versions: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *versions, "--scenario", "nowhere"]) == 2
    assert 'no scenario "nowhere" in either version' in capsys.readouterr().err


def test_one_run_has_no_interval_and_is_refused(versions: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *versions, "--replications", "1"]) == 2
    assert "--replications" in capsys.readouterr().err


def test_versions_without_a_journey_in_common_are_told_apart_from_equal_ones(
    versions: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = shop().model_dump(exclude_unset=True)
    told["journeys"] = [{**told["journeys"][0], "id": "else", "name": "Something else"}]
    other = tmp_path / "other.loadpath.json"
    native.save(other, Architecture.model_validate(told))
    assert main(["compare", versions[0], str(other), "--replications", "2", "--duration-ms", "2000"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "have no journey in common" in out
    assert "no difference shown at this load" not in out
