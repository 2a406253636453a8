"""The whole table of rules at once: ids, help, sources, case files, explanations."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.analysis import Rule, analyse, catalogue, explain, find_rule
from models.analysis.sources import source_in_words
from models.architecture.text import Text
from models.architecture.thresholds import RANGES
from tests.models.analysis.case_files import CASES, all_cases

RULES = list(catalogue().values())
FAMILIES = {
    "T": "time",
    "R": "resilience",
    "Q": "replies",
    "M": "delivery",
    "D": "data",
    "E": "events",
    "G": "topology",
    "U": "topology",
}


def test_the_catalogue_holds_the_first_sixteen_rules() -> None:
    first = [
        "T01",
        "T02",
        "T04",
        "T08",
        "R01",
        "R02",
        "R03",
        "R05",
        "R07",
        "M01",
        "M02",
        "D01",
        "E01",
        "G01",
        "G05",
        "U01",
    ]
    assert set(first) <= set(catalogue())
    assert list(catalogue()) == sorted(catalogue())


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]\d\d", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+|undecided", rule.name)
    assert rule.source in ("peers", "-") or re.fullmatch(r"S\d(\.\d)?(, S\d(\.\d)?)*", rule.source)
    for part in (rule.help.what, rule.help.why, rule.help.example, rule.help.fix):
        told = str(part)
        assert len(told) > 30
        assert told.endswith(".")
        assert "!" not in told
    assert isinstance(rule.title, Text)
    assert str(rule.title)[0].isupper()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_lies_in_a_file_named_for_its_flaw_and_has_a_case_file_of_that_name(rule: Rule) -> None:
    module = sys.modules[rule.check.__module__]
    path = Path(str(module.__file__))
    assert path.stem == rule.name.replace("-", "_")
    assert path.parent.name == FAMILIES[rule.code[0]]
    case_file = CASES / path.parent.name / f"{path.stem}.md"
    assert case_file.read_text("utf-8").startswith(f"# {rule.code} {rule.name}\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_example_in_the_help_is_a_case_that_raises_the_rule(rule: Rule) -> None:
    case = next(case for case in all_cases() if case.rule == rule.code and str(rule.help.example) in case.prose)
    assert any(finding.rule == rule.code for finding in analyse(case.model).findings)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_an_explanation_reads_in_a_terminal(rule: Rule) -> None:
    told = explain(rule.code)
    assert told == explain(rule.name) == explain(rule.code.lower())
    assert max(map(len, told.splitlines())) <= 78
    assert all(" ".join(str(part).split()) in " ".join(told.split()) for part in (rule.help.what, rule.help.example))


def test_every_threshold_has_a_range_of_figures_that_make_sense_and_its_own_lies_within() -> None:
    assert {rule.code: {*rule.thresholds} for rule in RULES if rule.thresholds} == {
        code: {*ranges} for code, ranges in RANGES.items()
    }
    for rule in RULES:
        for name, figure in rule.thresholds.items():
            least, most = RANGES[rule.code][name]
            assert least <= figure <= most


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(LookupError, match='did you mean "missing-timeout"'):
        find_rule("missing-timeot")


def test_the_analysis_loads_nothing_heavy() -> None:
    heavy = {"numpy", "llvmlite", "PySide6", "pyqtgraph", "scipy"}
    program = f"import sys, models.analysis as a; a.catalogue(); print(sorted({heavy!r} & set(sys.modules)))"
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("S4.2, S5", "The communication-styles text (after Building Microservices, 2nd edition, chapter 4): S4.2, S5."),
        ("peers", "Other tools of the field look for it too."),
        ("house rule", "house rule"),
        ("RFC 9110, {brackets} and all", "RFC 9110, {brackets} and all"),
    ],
)
def test_where_a_rule_comes_from_is_told_in_words(source: str, told: str) -> None:
    assert str(source_in_words(source)) == told
