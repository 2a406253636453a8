"""The command line as a whole: how it is called, how it ends, what it says when something is wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import program
from app.cli.commands import COMMANDS
from tests.app.cli.conftest import Run, is_one_sentence


def test_every_command_has_help_with_an_example(run: Run) -> None:
    for name in COMMANDS:
        told = run(name, "--help")
        assert told.code == 0
        assert f"Example:\n  loadpath {name}" in told.out
        assert "Exit codes: 0 fine, 1 findings" in told.out


def test_every_example_is_a_call_that_the_command_understands() -> None:
    import importlib

    for command in COMMANDS.values():
        module = importlib.import_module(command.module)
        for line in module.EXAMPLE.strip().splitlines():
            words = line.split(" > ")[0].split()
            assert words[:2] == ["loadpath", command.name]
            parser = program._Parser(allow_abbrev=False)
            module.add_arguments(parser)
            parser.parse_args(words[2:])


def test_help_lists_every_command(run: Run) -> None:
    told = run("--help")
    assert told.code == 0
    listed = {line.split()[0] for line in told.out.splitlines() if line.startswith("  ") and line.split()}
    assert set(COMMANDS) <= listed


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.startswith("loadpath 0.")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["chekc", "x"], 'did you mean "check"'),
        (["check"], "FILE"),
        (["check", "x", "--format", "xml"], "xml"),
        (["simulate", "x", "--seed", "minus"], "minus"),
        (["simulate", "x", "--replications", "0"], "0"),
        (["simulate", "x", "--duration-ms", "nan"], "nan"),
        (["report", "x"], "--output"),
        (["check", "x", "--fail"], "--fail"),
        (["explain", "Z99"], "Z99"),
        (["explain", "missing-timeouts"], "missing-timeout"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(run: Run, arguments: list[str], word: str) -> None:
    told = run(*arguments)
    assert told.code == 2
    assert is_one_sentence(told.err)
    assert word in told.err


def test_no_arguments_tell_what_there_is(run: Run) -> None:
    told = run()
    assert told.code == 2
    assert "loadpath COMMAND --help" in told.out


def test_an_unexpected_error_is_one_sentence_and_goes_to_the_log(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> int:
        raise ZeroDivisionError("a bug\nof two lines")

    monkeypatch.setattr("app.cli.schema.run", fail)
    told = run("schema")
    assert told.code == 2
    assert is_one_sentence(told.err)
    assert str(program.log_file()) in told.err
    assert "ZeroDivisionError: a bug" in program.log_file().read_text("utf-8")


def test_an_interrupt_ends_quietly_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.cli.schema.run", interrupt)
    told = run("schema")
    assert (told.code, told.err) == (130, "loadpath: stopped.\n")


def test_a_reader_that_goes_away_is_no_error(repository: Path, sample: Callable[[str], Path]) -> None:
    command = f"{sys.executable} -m app schema | head -c 20"
    done = subprocess.run(["bash", "-c", command], cwd=repository, capture_output=True, text=True)
    assert done.stderr == ""
    assert len(done.stdout) == 20


def test_names_in_any_script_come_through_and_no_encoding_breaks_the_output(
    repository: Path, sample: Callable[[str], Path]
) -> None:
    path = sample("retry-storm")
    path.write_text(path.read_text("utf-8").replace('"name": "Server"', '"name": "결제 서버"'), "utf-8")
    for encoding, name in (("utf-8", "결제 서버"), ("ascii", "\\uacb0\\uc81c")):
        environment = os.environ | {"PYTHONIOENCODING": encoding}
        done = subprocess.run(
            [sys.executable, "-m", "app", "check", str(path)], cwd=repository, env=environment, capture_output=True
        )
        assert done.returncode == 1
        assert done.stderr == b""
        assert name in done.stdout.decode(encoding)


def test_a_name_cannot_drive_the_terminal(run: Run, sample: Callable[[str], Path]) -> None:
    path = sample("retry-storm")
    path.write_text(path.read_text("utf-8").replace('"name": "Server"', r'"name": "Ser\u001b]0;ver\u0007"'), "utf-8")
    told = run("check", path)
    assert "\x1b" not in told.out
    assert "\x07" not in told.out
    assert r"Ser\x1b]0;ver\x07" in told.out


def test_a_name_cannot_colour_what_is_no_terminal_nor_turn_a_comment_round(
    run: Run, sample: Callable[[str], Path]
) -> None:
    path = sample("retry-storm")
    name = r'"name": "Ser\u001b[31mver\u202e\u2066"'
    path.write_text(path.read_text("utf-8").replace('"name": "Server"', name), "utf-8")
    assert r"Ser\x1b[31mver\u202e\u2066" in run("check", path).out
    commented = run("check", path, "--format", "markdown").out
    assert r"Ser\[31mver " in commented
    assert all(character.isprintable() for character in commented.replace("\n", ""))


def test_rules_and_schema_print_json(run: Run) -> None:
    import json

    rules = json.loads(run("rules", "--format", "json").out)
    assert {"code", "name", "severity", "grade"} <= set(rules[0])
    assert [rule["code"] for rule in rules] == sorted(rule["code"] for rule in rules)
    schema = json.loads(run("schema").out)
    assert schema["$schema"].endswith("2020-12/schema")


def test_explain_takes_a_code_or_a_name_in_any_case(run: Run) -> None:
    assert run("explain", "r01").out == run("explain", "Missing-Timeout").out != ""


@pytest.mark.slow
def test_the_self_test_finds_this_installation_whole(run: Run) -> None:
    told = run("self-test")
    assert told.code == 0, told.out
    assert "All is well." in told.out


def test_the_self_test_says_what_is_broken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise FileNotFoundError("the samples are missing")

    monkeypatch.setattr("app.cli.self_test.CHECKS", {"Resources": broken, "Folders": lambda: "fine"})
    told = run("self-test")
    assert told.code == 1
    assert "the samples are missing" in told.out
    assert "1 of 2 checks failed." in told.out
