"""`loadpath blast`: on every sample, as text and as JSON, and what it says to wrong input."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.terminal import cell_width
from models import resources
from tests.app.cli.conftest import Run, is_one_sentence

SAMPLES = sorted(resources.names("samples", suffix=".loadpath.json"))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_has_a_blast_radius(run: Run, name: str, tmp_path: Path) -> None:
    file = resources.path("samples", name)
    out = tmp_path / "blast.json"
    told = run("blast", file, "--replications", 1, "--duration-ms", 16_000, "--json", out)
    assert told.code == 0, told.err
    assert not told.err
    assert all(cell_width(line) <= 100 for line in told.out.splitlines() if str(out) not in line)
    found = json.loads(out.read_text("utf-8"))
    assert found["replications"] == 1
    tried = [cell for cell in found["cells"] if cell["simulated"]]
    assert len(tried) > 5
    assert any(row["lost_share"] and row["lost_share"] > 0.3 for cell in tried for row in cell["journeys"].values())
    assert all(cell["reason"] for cell in found["cells"] if not cell["simulated"])


def test_the_retry_storm_is_told_to_be_metastable(run: Run, sample: Callable[[str], Path]) -> None:
    told = run("blast", sample("retry-storm"), "--replications", 2)
    assert told.code == 0
    words = " ".join(told.out.split())
    assert "Metastable: Request did not come back within 90 s" in words
    assert "crash of one instance of Server" in words
    assert "not back" in words
    repaired = " ".join(run("blast", sample("retry-storm-repaired"), "--replications", 2).out.split())
    assert "crash of one instance of Server" not in repaired.partition("fault")[0]


def test_json_on_the_output_is_json_alone(run: Run, sample: Callable[[str], Path]) -> None:
    told = run("blast", sample("retry-storm"), "--replications", 1, "--duration-ms", 20_000, "--json", "-")
    assert told.code == 0
    assert json.loads(told.out)["replications"] == 1


def test_two_runs_write_the_same_bytes(run: Run, sample: Callable[[str], Path], tmp_path: Path) -> None:
    file, outs = sample("long-chain"), [tmp_path / "one.json", tmp_path / "two.json"]
    for out in outs:
        assert run("blast", file, "--replications", 2, "--duration-ms", 12_000, "--json", out).code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--scenario", "nowhere"], "nowhere"),
        (["--replications", "0"], "0"),
        (["--replications", "999999"], "10,000"),
        (["--duration-ms", "-1"], "-1"),
        (["--cluster", "somewhere"], "somewhere"),
        (["--cluster", "http://127.0.0.1:80"], "tcp://"),
        (["--cluster", "tcp://127.0.0.1:1"], "Nobody answers"),
        (["--cluster", "tcp://127.0.0.1:99999"], "Nobody answers"),
        (["--json", "/nowhere/out.json"], "/nowhere"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    run: Run, sample: Callable[[str], Path], arguments: list[str], word: str
) -> None:
    told = run("blast", sample("retry-storm"), *arguments)
    assert told.code == 2
    assert is_one_sentence(told.err)
    assert word in told.err


def test_without_dask_a_cluster_is_refused_with_what_to_install(
    run: Run, sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = run("blast", sample("retry-storm"), "--cluster", "tcp://127.0.0.1:8786")
    assert told.code == 2
    assert is_one_sentence(told.err)
    assert "loadpath[cluster]" in told.err
