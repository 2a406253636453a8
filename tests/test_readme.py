"""What the README shows is what happens: its commands are run, its model is opened, its files exist."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli import main as loadpath
from models.analysis import catalogue
from models.analysis.facts import Facts
from models.architecture import Architecture

COMMAND = re.compile(r"^\$ loadpath (?P<arguments>[^#\n]+?)(?:\s+# exits (?P<code>\d))?$", re.MULTILINE)
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "packaging/README.md"]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text("utf-8")


@pytest.fixture
def workplace(repository: Path, tmp_path: Path) -> Path:
    shutil.copytree(repository / "resources" / "samples", tmp_path / "resources" / "samples")
    return tmp_path


@pytest.mark.usefixtures("qapp")  # one for the whole process, which tests of the window need
def test_every_command_in_the_readme_does_what_it_says(
    readme: str, workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workplace / "orders.loadpath.json").write_text(blocks(readme, "json")[0], encoding="utf-8")
    monkeypatch.chdir(workplace)
    shown = [match for block in blocks(readme, "console") for match in COMMAND.finditer(block)]
    assert len(shown) >= 8
    for match in shown:
        code = loadpath(shlex.split(match["arguments"]))
        written = capsys.readouterr()
        told = f"loadpath {match['arguments']}: {code}\n{written.out[-2000:]}\n{written.err[-2000:]}"
        assert code == int(match["code"] or 0), told
        assert written.out.strip() or "-o" in match["arguments"], told


def test_the_model_in_the_readme_is_a_valid_file(readme: str, repository: Path, workplace: Path) -> None:
    model = blocks(readme, "json")[0]
    (workplace / "orders.loadpath.json").write_text(model, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "app", "check", "orders.loadpath.json", "--format", "json", "--fail-on", "never"],
        cwd=workplace,
        env=os.environ | {"PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["model"] == json.loads(model)["name"]


def test_the_rule_in_the_readme_finds_what_it_says(readme: str) -> None:
    shown: dict[str, Any] = {}
    exec(compile(blocks(readme, "python")[0], "README.md", "exec"), shown)
    rule = shown["RULE"]
    content = json.loads(blocks(readme, "json")[0])
    del content["format"]
    architecture = Architecture.model_validate(content)
    found = list(rule.check(Facts(architecture, {rule.code: rule})))
    assert [flaw.subject for flaw in found] == ["order", "payment"]
    assert str(found[0].message) == "Nobody is said to own Order."
    assert rule.code not in catalogue()


def test_the_two_commands_are_in_the_readme_and_in_the_checkout(readme: str, repository: Path) -> None:
    for command in re.findall(r"^bash (packaging/\w+)", readme, re.MULTILINE):
        assert (repository / command).is_file()
    assert "bash packaging/run" in readme
    assert "bash packaging/test" in readme


@pytest.mark.parametrize("page", PAGES)
def test_every_file_a_page_names_exists(page: str, repository: Path) -> None:
    text = (repository / page).read_text("utf-8")
    folder = (repository / page).parent
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (folder / target).exists(), target
    named = re.findall(r"`((?:app|models|resources|tests|packaging)/[\w./-]*)`", text)
    assert not [name for name in named if not (repository / name).exists()]
