"""The parts of a report: charts, path pictures, numbers in words, differences, Markdown."""

import html
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from models import resources
from models.analysis import analyse
from models.architecture import (
    Architecture,
    Journey,
    Load,
    OpenLoad,
    Policy,
    Scenario,
    Service,
    SeveritySetting,
    SyncLink,
    replace,
)
from models.architecture.scenarios import Crash, LoadSurge, Omission, Poison, Timing
from models.evidence import differences
from models.formats import native
from models.reports import markdown, units
from models.reports.charts import Line, Window, bar_chart, line_chart, ticks
from models.reports.paths import path_picture
from models.reports.runs import bundled, fault_words, first_sentences, offered_rates
from models.reports.system import load_words
from models.reports.words import english, words
from tests.models.analysis.case_files import written_out


def pair(name: str) -> tuple[Architecture, Architecture]:
    folder = ("samples", f"{name}.loadpath.json"), ("samples", f"{name}-repaired.loadpath.json")
    flawed, repaired = (native.load(resources.path(*parts)).architecture for parts in folder)
    return flawed, repaired


def test_a_line_chart_stays_inside_its_frame_and_names_its_lines() -> None:
    lines = [Line(f"Journey {number}", [10.0 * number, None, 95.0, 3.0], "c-sync") for number in range(6)]
    svg = line_chart("Goodput", [0, 1000, 2000, 3000], lines, scale=units.rate, windows=[Window("Bank", 500, 9000)])
    root = ElementTree.fromstring(svg)
    labels = [node for node in root if node.tag == "text" and "label" in node.get("class", "").split()]
    assert [node.text for node in labels] == [f"Journey {number}" for number in range(6)]
    heights = sorted(float(node.get("y", "0")) for node in labels)
    assert all(b - a >= 13.9 for a, b in pairwise(heights))
    for node in root:
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", node.get("d", "")):
            assert 0 <= float(x) <= 760
            assert 0 <= float(y) <= 200
    assert svg.count("M") > len(lines)


def test_a_gap_in_a_series_is_a_gap_in_its_line() -> None:
    svg = line_chart("x", [0, 1, 2, 3], [Line("a", [1.0, None, 1.0, 2.0], "c-sync")], scale=units.number)
    path = next(node for node in ElementTree.fromstring(svg) if "line" in node.get("class", "").split())
    assert path.get("d", "").count("M") == 2


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_to_draw_draws_nothing(values: list[float | None]) -> None:
    assert line_chart("x", [0.0, 1.0], [Line("a", values, "c-sync")], scale=units.number) == ""
    assert bar_chart("x", [("a", 0.0, "c-error")]) == ""


@pytest.mark.parametrize("highest", [1e-9, 0.3, 1, 7, 87, 100, 1234, 9.99e6])
def test_ticks_are_round_reach_the_top_and_are_few(highest: float) -> None:
    found = ticks(highest, 4)
    assert found[0] == 0
    assert found[-1] >= highest * 0.999
    assert 2 <= len(found) <= 7


def test_hostile_labels_in_charts_and_paths_are_escaped() -> None:
    name = "<script>&\"'"
    svg = line_chart(name, [0, 1], [Line(name, [1, 2], "c-sync")], scale=units.number, windows=[Window(name, 0, 1)])
    assert "<script>" not in svg + bar_chart(name, [(name, 1.0, "c-error")])
    model = Architecture(
        elements=(Service(id="a", name=name), Service(id="b")), links=(SyncLink(id="ab", source="a", target="b"),)
    )
    assert "<script>" not in path_picture(model, ("a", "ab", "b"))


def test_a_path_picture_numbers_its_hops_and_wraps_long_paths() -> None:
    names = [f"s{number}" for number in range(12)]
    model = Architecture(
        elements=tuple(Service(id=name, name=f"Service number {name}") for name in names),
        links=tuple(SyncLink(id=f"{a}-{b}", source=a, target=b) for a, b in pairwise(names)),
    )
    path = [part for a, b in pairwise(names) for part in (a, f"{a}-{b}")] + [names[-1]]
    root = ElementTree.fromstring(path_picture(model, path))
    numbers = [node.text for node in root if node.get("class") == "hop-number"]
    assert numbers == [str(number) for number in range(1, 12)]
    assert all(float(node.get("x", "0")) + float(node.get("width", "0")) <= 761 for node in root if node.tag == "rect")
    assert path_picture(model, ("s0",)) == ""


def test_what_was_asked_follows_profile_factor_and_surge() -> None:
    profile = Journey(id="j", entry="a", load=Load(profile=((0, 10), (1000, 20))))
    model = Architecture(elements=(Service(id="a"),), journeys=(profile,))
    surge = LoadSurge(target="a", factor=3, from_ms=2000, until_ms=3000)
    scenario = Scenario(id="s", load_factor=2, faults=(surge,))
    assert offered_rates(model, profile, scenario, [0, 500, 1500, 2500, 3500]) == [20, 30, 40, 120, 40]
    steady = Journey(id="j", entry="a", load=Load(open=OpenLoad(rate_per_s=70)))
    changed = Scenario(id="s", set={"j.load.open.rate_per_s": 50})
    model = replace(model, journeys=(steady,))
    assert offered_rates(model, steady, changed, [0]) == [50]
    assert offered_rates(model, replace(steady, load=None), None, [0]) == [10.0]
    assert load_words(None, words(english)).assumed


def test_faults_are_told_with_what_makes_them_strong() -> None:
    model = Architecture(elements=(Service(id="bank", name="Bank"),))
    told = words(english)
    for fault, wanted in (
        (Crash(target="bank"), "Bank crashes"),
        (Crash(target="bank", instances=1), "Bank crashes (1 instance)"),
        (Crash(target="bank", instances=2), "Bank crashes (2 instances)"),
        (Timing(target="bank", factor=10), "Bank is slow × 10"),
        (Timing(target="bank", factor=0.5), "Bank is too early × 0.5"),
        (Timing(target="bank", add_ms=-5), "Bank is too early − 5\N{NARROW NO-BREAK SPACE}ms"),
        (Poison(target="bank", count=3), "Bank gets 3 messages that cannot be processed"),
        (Omission(target="bank", probability=0.1), "Bank loses messages (10%)"),
    ):
        assert fault_words(model, fault, told) == wanted


def test_bundled_values_keep_what_is_unknown_unknown() -> None:
    assert bundled([1, 3, None, None, 5], 2, max) == [3, None, 5]


def test_sentences_are_not_cut_inside_numbers() -> None:
    first, rest = first_sentences("Order waits 1.5 s. Payment e.g. 5 fails? Then more. End.")
    assert first == "Order waits 1.5 s. Payment e.g. 5 fails?"
    assert rest == "Then more. End."


def test_markdown_is_harmless_on_one_line() -> None:
    assert markdown.escaped("a <b>|\n*c* & `d`") == r"a &lt;b\>\| \*c\* &amp; \`d\`"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("@team", "@&#8203;team"),
        ("Order #12", r"Order \#&#8203;12"),
        ("shop/orders#12 and shop!7", r"shop/orders\#&#8203;12 and shop!&#8203;7"),
        ("GH-12", "GH-&#8203;12"),
        ("see https://shop/issues/1 or www.shop", "see https:&#8203;//shop/issues/1 or www&#8203;.shop"),
        ("a@b.c, 100 %, # 1, R&D, GHOST-1", r"a@b.c, 100 %, \# 1, R&amp;D, GHOST-1"),
    ],
)
def test_names_in_markdown_call_nobody_and_link_to_nothing_but_read_the_same(name: str, told: str) -> None:
    assert markdown.escaped(name) == told
    shown = html.unescape(re.sub(r"\\(?=[#])", "", told))
    assert shown.replace("\u200b", "") == name


def _shared(*, accepted: bool = False, second: str = "write", name: str = "Shop") -> Architecture:
    elements = {"a": {"is": "service", "name": "Cart"}, "b": {"is": "service", "name": "Stock"}}
    links = {"ad": {"is": "shared_data a db", "access": "write"}, "bd": {"is": "shared_data b db", "access": second}}
    return written_out(
        {
            "name": name,
            "elements": {**elements, "db": {"is": "datastore", "name": "Orders", "store": "relational"}},
            "links": links,
            "policy": {"waivers": [{"finding": "D01:db", "reason": "until the split"}] if accepted else []},
        }
    )


def test_a_difference_in_markdown_says_once_what_was_done_and_calls_parts_by_name() -> None:
    old, new = _shared(second="read"), _shared(accepted=True)
    told = markdown.difference(old, new, differences(old, new), analyse(old), analyse(new))
    assert told.startswith("# Changes: Shop\n")
    assert "- changed: link Stock → Orders – access read → write\n" in told
    assert "(warning → error, accepted)" in told
    assert "Findings that" in told and "(0)" not in told
    shorter = replace(old, links=old.links[:1])
    told = markdown.difference(old, shorter, differences(old, shorter), analyse(old), analyse(shorter))
    assert "- removed: link Stock → Orders\n" in told
    assert (
        "- **D01 Shared database** (warning, stated): Cart writes Orders, which is also used directly by Stock." in told
    )
    same = markdown.difference(old, old, (), analyse(old), analyse(old))
    assert same.endswith("The models say the same.\n\nNo finding came or went.\n")


def test_findings_in_markdown_name_what_is_told_as_one_and_what_a_baseline_has() -> None:
    model = _shared()
    analysis = analyse(model)
    told = markdown.findings(model, analysis.findings, notes=analysis.notes, known=1)
    assert "2 calls and data accesses have no stated timeout" in told
    assert "  - Cart → Orders, Stock → Orders\n" in told
    assert "1 finding that the baseline has is not listed." in told
    odd = replace(model, policy=Policy(severity=(SeveritySetting(rule="Z01", where="*", value="off"),)))
    assert "## Policy\n\n- The policy names a rule Z01" in markdown.findings(odd, (), notes=analyse(odd).notes)
