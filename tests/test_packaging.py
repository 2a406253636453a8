"""What is pinned, what is declared, and what the two commands say on a machine that lacks something."""

import os
import re
import subprocess
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PINNED = ["requirements.txt", "requirements-test.txt"]


@cache
def project() -> dict[str, list[str]]:
    """The declared requirements: "run" and "test"."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {"run": declared["dependencies"], "test": declared["optional-dependencies"]["test"]}


def entries(name: str) -> list[str]:
    """One text per pinned package, hashes included."""
    return [e for e in re.split(r"\n(?=\S)", (ROOT / "packaging" / name).read_text("utf-8")) if e.strip()]


def pins(name: str) -> dict[str, Version]:
    """The pinned versions by package, those that hold for this Python."""
    wanted = [Requirement(entry.split("\\", 1)[0].strip()) for entry in entries(name)]
    mine = [one for one in wanted if one.marker is None or one.marker.evaluate()]
    return {canonicalize_name(one.name): Version(next(iter(one.specifier)).version) for one in mine}


def imported() -> set[str]:
    """The distributions that `app` and `models` import."""
    graph = grimp.build_graph("app", "models", include_external_packages=True, cache_dir=None)
    outside = {module.split(".")[0] for module in graph.modules} - {"app", "models"}
    known = packages_distributions()
    found: set[str] = {canonicalize_name(name) for module in outside for name in known.get(module, ())}
    files = [file for folder in ("app", "models") for file in sorted((ROOT / folder).rglob("*.py"))]
    if any("ruamel.yaml" in file.read_text("utf-8") for file in files):
        found.add(canonicalize_name("ruamel.yaml"))
    return found - {"pyside6", "shiboken6"} if "pyside6-essentials" in found else found


def in_shell(script: str, stubs: dict[str, str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Runs `script` after environment.sh, with `stubs` (command: shell body) standing in for commands."""
    for name, body in stubs.items():
        stub = tmp_path / name
        stub.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        stub.chmod(0o755)
    return subprocess.run(
        ["bash", "-c", f"source '{ROOT}/packaging/environment.sh'; {script}"],
        env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("name", PINNED)
def test_every_pinned_package_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / "packaging" / name).read_text("utf-8")
    assert all(re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:", entry, re.DOTALL) for entry in entries(name))
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize(("name", "kind"), [("requirements.txt", "run"), ("requirements-test.txt", "test")])
def test_the_pins_fit_what_is_declared(name: str, kind: str) -> None:
    pinned = pins(name)
    for line in project()[kind]:
        wanted = Requirement(line)
        assert pinned[canonicalize_name(wanted.name)] in wanted.specifier, line


def test_testing_uses_the_versions_that_run() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-test.txt").items()


def test_what_the_program_imports_is_declared_and_the_other_way_round() -> None:
    declared = {canonicalize_name(Requirement(line).name) for line in project()["run"]}
    # It comes with pydantic, in the one version that fits it.
    assert imported() - {"pydantic-core"} == declared


def test_ci_runs_the_test_command() -> None:
    assert "packaging/test" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("script", ["packaging/run", "packaging/test", "packaging/lock", ".ci/run"])
def test_the_scripts_are_valid_shell(script: str) -> None:
    assert subprocess.run(["bash", "-n", str(ROOT / script)], capture_output=True).returncode == 0


def test_a_python_that_is_too_old_is_told_in_a_sentence(tmp_path: Path) -> None:
    old = dict.fromkeys(("python3", "python3.11", "python3.12", "python3.13", "python3.14"), "exit 1")
    told = in_shell("see_to_system", old, tmp_path)
    assert told.returncode == 2
    assert "needs Python 3.11" in told.stderr


def test_someone_who_is_not_root_is_told_what_to_type(tmp_path: Path) -> None:
    stubs = {"id": "echo 1000", "apt-get": "echo it was called; exit 0"}
    told = in_shell("see_to_system libnosuch.so.9:libnosuch9", stubs, tmp_path)
    assert told.returncode == 2
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends libnosuch9" in told.stderr
    assert "it was called" not in told.stdout + told.stderr


def test_root_has_the_libraries_installed(tmp_path: Path) -> None:
    stubs = {"id": "echo 0", "apt-get": f'echo "$@" >>{tmp_path}/calls'}
    told = in_shell("see_to_system libnosuch.so.9:libnosuch9", stubs, tmp_path)
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "calls").read_text("utf-8").splitlines()[-1].endswith("libnosuch9")


def test_a_failing_installation_is_told_and_stops(tmp_path: Path) -> None:
    stubs = {"id": "echo 0", "apt-get": "echo no mirror answers; exit 100"}
    told = in_shell("see_to_system libnosuch.so.9:libnosuch9; echo went on", stubs, tmp_path)
    assert told.returncode == 2
    assert "no mirror answers" in told.stderr
    assert "went on" not in told.stdout


def test_nothing_is_asked_for_when_nothing_is_missing(tmp_path: Path) -> None:
    told = in_shell("see_to_system libc.so.6:libc6", {"apt-get": "echo it was called"}, tmp_path)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")
