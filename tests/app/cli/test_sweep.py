"""`loadpath sweep`: on every sample, as text and as JSON, and what it says to wrong input."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.terminal import cell_width
from models import resources
from tests.app.cli.conftest import Run, is_one_sentence

SAMPLES = sorted(resources.names("samples", suffix=".loadpath.json"))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_can_be_swept(run: Run, name: str, tmp_path: Path) -> None:
    file = resources.path("samples", name)
    out = tmp_path / "sweep.json"
    quick = ("--replications", 2, "--duration-ms", 12_000, "--json", out)
    told = run("sweep", file, "--vary", "load_factor=0.2:1:3", "--metric", "goodput_per_s", *quick)
    assert told.code == 0, told.err
    assert not told.err
    assert all(cell_width(line) <= 100 for line in told.out.splitlines() if str(out) not in line)
    found = json.loads(out.read_text("utf-8"))
    first, last = found["points"][0], found["points"][-1]
    assert (first["at"], last["at"]) == (0.2, 1)
    assert set(first["values"]) == set(last["values"])
    assert any(last["values"][key]["value"] > first["values"][key]["value"] for key in first["values"])


def test_the_storm_is_found_between_quiet_and_busy(run: Run, sample: Callable[[str], Path]) -> None:
    arguments = ("--vary", "load_factor=0.5:1.5:3", "--metric", "request.availability", "--replications", 2)
    told = run("sweep", sample("retry-storm"), *arguments)
    assert told.code == 0
    words = " ".join(told.out.split())
    assert "0.5× (35/s)" in words
    assert "not settled" in words


def test_json_on_the_output_is_json_alone(run: Run, sample: Callable[[str], Path]) -> None:
    file = sample("retry-storm")
    quick = ("--replications", 1, "--duration-ms", 10_000, "--json", "-")
    told = run("sweep", file, "--vary", "server.workers=4:6:3", "--metric", "server.utilisation", *quick)
    assert told.code == 0
    values = [point["values"]["server"]["value"] for point in json.loads(told.out)["points"]]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--metric", "p99_ms"], "--vary"),
        (["--vary", "load_factor=1:2:3"], "--metric"),
        (["--vary", "load_factor=1:2", "--metric", "p99_ms"], "load_factor=1:2"),
        (["--vary", "sever.workers=1:2:2", "--metric", "p99_ms"], 'did you mean "server"'),
        (["--vary", "server.workers=1:2:2", "--metric", "p77_ms"], "p77_ms"),
        (["--vary", "server.workers=1:2:2", "--metric", "p99_ms", "--scenario", "nowhere"], "nowhere"),
        (["--vary", "server.workers=1:2:2", "--metric", "p99_ms", "--json", "/nowhere/x"], "/nowhere"),
        (["--vary", "server.workers=1:2:2", "--metric", "p99_ms", "--cluster", "x"], "tcp://"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    run: Run, sample: Callable[[str], Path], arguments: list[str], word: str
) -> None:
    told = run("sweep", sample("retry-storm"), *arguments)
    assert told.code == 2
    assert is_one_sentence(told.err)
    assert word in told.err
