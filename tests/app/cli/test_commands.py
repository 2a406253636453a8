"""Each command on a real model: what it prints, what it writes, how it ends."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from models.formats import native
from tests.app.cli.conftest import Run, is_one_sentence

Sample = Callable[[str], Path]


def test_check_tells_findings_with_arithmetic_and_fixes(run: Run, sample: Sample) -> None:
    told = run("check", sample("music-shop"))
    assert told.code == 1
    assert "Missing timeout" in told.out
    assert "3 attempts x 3 attempts x 3 attempts = 27 calls" in told.out
    assert "fix: " in told.out
    assert "errors · " in told.out
    assert "\x1b" not in told.out


def test_check_of_a_repaired_model_is_fine(run: Run, sample: Sample) -> None:
    told = run("check", sample("music-shop-repaired"))
    assert told.code == 0
    assert "0 errors · 0 warnings" in told.out


def test_check_json_has_the_promised_fields(run: Run, sample: Sample) -> None:
    told = json.loads(run("check", sample("music-shop"), "--format", "json").out)
    assert told["model"] == "Music shop"
    finding = next(found for found in told["findings"] if found["id"] == "R01:order-payment")
    wanted = ["id", "rule", "name", "severity", "grade", "message", "elements", "links", "journey", "path"]
    assert list(finding)[:15] == [*wanted, "arithmetic", "assumed", "cause", "fixes", "waived"]
    assert finding["name"] == "missing-timeout"
    assert finding["fixes"][0].keys() == {"title", "applicability"}
    rolled_up = {member for found in told["findings"] for member in found.get("members", ())}
    shown = [found for found in told["findings"] if found["id"] not in rolled_up]
    assert told["summary"] == {s: sum(f["severity"] == s for f in shown) for s in ("error", "warning", "info")}


def test_check_json_has_every_finding_of_a_roll_up_on_its_own(run: Run, sample: Sample) -> None:
    path = sample("music-shop")
    told = {found["id"]: found for found in json.loads(run("check", path, "--format", "json").out)["findings"]}
    members = told["M02:*"]["members"]
    assert len(members) == 2
    for member in members:
        assert told[member]["cause"] == "M02:*"
        assert told[member]["links"] == [member.removeprefix("M02:")]
        assert told[member]["fixes"]
    text = run("check", path).out
    assert "2 consumers with a limit of deliveries state no dead-letter queue." in text
    assert text.count("M02 ") == 1


def test_check_of_several_models_tells_one_document_each(run: Run, sample: Sample) -> None:
    told = run("check", sample("music-shop"), sample("retry-storm"), "--format", "json")
    assert told.code == 1
    assert [document["model"] for document in json.loads(told.out)] == ["Music shop", "Retry storm"]


def test_rules_of_a_model_tell_what_each_makes_of_it(run: Run, sample: Sample) -> None:
    path = sample("music-shop")
    model = json.loads(path.read_text("utf-8"))
    model["policy"] = {
        "severity": [{"rule": "R05", "value": "off"}, {"rule": "T02", "where": "order", "value": "error"}],
        "thresholds": [{"rule": "T02", "name": "warning", "value": 9}],
        "waivers": [{"finding": "R03:order-payment", "reason": "tried"}],
    }
    path.write_text(json.dumps(model), "utf-8")
    checked = json.loads(run("check", path, "--format", "json").out)["findings"]
    blamed = [finding["id"].partition(":")[0] for finding in checked if "members" not in finding]
    told = {rule["code"]: rule["state"] for rule in json.loads(run("rules", path, "--format", "json").out)}
    assert {code: sum(state["found"].values()) + state["accepted"] for code, state in told.items()} == {
        code: blamed.count(code) for code in told
    }
    states = {code: state["state"] for code, state in told.items()}
    assert (states["R05"], states["R01"], states["D02"]) == ("off", "found", "clean")
    assert states["R08"] == "waiting"
    assert told["R08"]["undecided"] > 0
    assert [setting["where"] for setting in told["T02"]["policy"]] == ["order", "*"]
    text = run("rules", path).out
    assert "switched off by the policy" in text
    assert "policy: warning 9 everywhere" in text
    assert "policy: severity error for Order" in text


def test_rules_of_a_sketch_tell_which_ask_nothing_of_it(run: Run, sample: Sample) -> None:
    path = sample("music-shop-repaired")
    model = json.loads(path.read_text("utf-8"))
    model["policy"] = {"stage": "sketch"}
    path.write_text(json.dumps(model), "utf-8")
    told = {rule["code"]: rule for rule in json.loads(run("rules", path, "--format", "json").out)}
    clean = {code for code, rule in told.items() if rule["state"]["state"] in ("clean", "waiting")}
    assert {code for code in clean if not told[code]["sketch"]} == set()
    assert told["R09"]["state"]["state"] == "later"


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_check_fails_on_the_level_asked_for(run: Run, tmp_path: Path, level: str, code: int) -> None:
    model = {
        "format": "loadpath/1.0",
        "elements": [
            {"id": "phone", "kind": "client"},
            {"id": "order", "kind": "service"},
            {"id": "stock", "kind": "service"},
        ],
        "links": [
            {"id": "one", "source": "phone", "target": "order", "style": "sync"},
            {"id": "two", "source": "phone", "target": "stock", "style": "sync"},
        ],
    }
    path = tmp_path / "direct.loadpath.json"
    path.write_text(json.dumps(model), "utf-8")
    assert run("check", path, "--fail-on", level).code == code


def test_check_against_a_baseline_counts_only_what_is_new(run: Run, sample: Sample) -> None:
    flawed, repaired = sample("thin-events"), sample("thin-events-repaired")
    assert run("check", flawed, "--baseline", flawed, "--fail-on", "info").code == 0
    told = run("check", flawed, "--baseline", repaired, "--format", "json", "--fail-on", "warning")
    assert told.code == 1
    assert "E01:customer-changed" in {finding["id"] for finding in json.loads(told.out)["findings"]}


def test_check_in_markdown_cannot_be_broken_out_of(run: Run, sample: Sample) -> None:
    path = sample("retry-storm")
    path.write_text(path.read_text("utf-8").replace('"name": "Server"', '"name": "<b>*Server*|"'), "utf-8")
    told = run("check", path, "--format", "markdown")
    assert "## Errors (1)" in told.out
    assert "<b>" not in told.out
    assert r"&lt;b\>\*Server\*\|" in told.out


def test_check_of_several_models_as_sarif_is_one_run_with_a_place_for_each_finding(run: Run, sample: Sample) -> None:
    paths = [sample("music-shop"), sample("retry-storm")]
    told = run("check", *paths, "--format", "sarif")
    assert told.code == 1
    (found,) = json.loads(told.out)["runs"]
    where = [result["locations"][0]["physicalLocation"] for result in found["results"]]
    assert {place["artifactLocation"]["uri"] for place in where} == {path.as_uri() for path in paths}
    assert all(place["region"]["startLine"] > 1 for place in where)


def test_sarif_against_a_baseline_has_only_new_results_and_says_so(run: Run, sample: Sample) -> None:
    flawed, repaired = sample("thin-events"), sample("thin-events-repaired")
    told = run("check", flawed, "--baseline", repaired, "--format", "sarif")
    found = json.loads(told.out)["runs"][0]["results"]
    assert "E01:customer-changed" in {result["properties"]["id"] for result in found}
    assert {result["baselineState"] for result in found} == {"new"}
    same = run("check", flawed, "--baseline", flawed, "--format", "sarif")
    assert json.loads(same.out)["runs"][0]["results"] == []


def test_fix_as_a_dry_run_shows_the_difference_and_leaves_the_file_alone(run: Run, sample: Sample) -> None:
    path = sample("music-shop")
    before = path.read_bytes()
    told = run("fix", path, "--dry-run")
    assert told.code == 0
    assert path.read_bytes() == before
    assert "- R01:order-payment" in told.out
    assert "~ link Order → Payment: timeout_ms none → " in told.out
    assert "Nothing was written" in told.out


def test_fix_of_one_rule_changes_only_what_that_rule_is_about(run: Run, sample: Sample) -> None:
    path = sample("music-shop")
    before = native.load(path).architecture
    assert run("fix", path, "--rule", "R01").code == 0
    after = native.load(path).architecture
    same: dict[str, object] = {"timeout_ms": None, "retry": None, "provenance": {}}
    changed = [link for link in after.links if link != before.link_by_id[link.id]]
    assert {"order-payment", "payment-bank", "payment-fraud"} <= {link.id for link in changed}
    for link in changed:
        assert link.model_copy(update=same) == before.link_by_id[link.id].model_copy(update=same), "only budgets"
    assert after.elements == before.elements
    assert not any(
        f["id"].startswith("R01") for f in json.loads(run("check", path, "--format", "json").out)["findings"]
    )


def test_safe_fixes_are_only_the_safe_ones(run: Run, sample: Sample) -> None:
    path = sample("music-shop")
    told = run("fix", path, "--safe", "--dry-run")
    assert "M02" in told.out
    assert "(review)" not in told.out


def test_no_fix_brings_a_new_error(run: Run, sample: Sample) -> None:
    for name in ("music-shop", "long-chain", "shared-database", "thin-events", "poison-message", "retry-storm"):
        path = sample(name)
        before = json.loads(run("check", path, "--format", "json").out)["findings"]
        run("fix", path)
        after = json.loads(run("check", path, "--format", "json").out)["findings"]
        old = {finding["id"] for finding in before if finding["severity"] == "error"}
        assert {finding["id"] for finding in after if finding["severity"] == "error"} <= old


def test_simulate_prints_a_verdict_and_tables_and_fails_with_its_expectation(run: Run, sample: Sample) -> None:
    told = run("simulate", sample("retry-storm"))
    assert told.code == 1
    assert "does not recover" in told.out
    assert "goodput" in told.out
    assert "✗ Request goodput_per_s at least 60" in told.out
    assert told.err == ""


def test_simulate_writes_the_whole_result_as_json(run: Run, sample: Sample, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    arguments = ("--seed", 3, "--replications", 2, "--duration-ms", 20000)
    told = run("simulate", sample("retry-storm"), *arguments, "--json", out)
    result = json.loads(out.read_text("utf-8"))
    assert (result["seed"], result["replications"], result["duration_ms"]) == (3, 2, 20000)
    assert result["scenario"] == "one-instance-crashes"
    assert str(out) in told.out
    again = run("simulate", sample("retry-storm"), *arguments, "--json", "-")
    repeated = json.loads(again.out)
    assert repeated["journeys"] == result["journeys"]


def test_simulate_names_the_scenarios_there_are(run: Run, sample: Sample) -> None:
    told = run("simulate", sample("retry-storm"), "--scenario", "storm")
    assert told.code == 2
    assert "one-instance-crashes" in told.err


def test_diff_tells_the_model_difference_and_the_findings_that_went(run: Run, sample: Sample) -> None:
    flawed, repaired = sample("poison-message"), sample("poison-message-repaired")
    told = run("diff", flawed, repaired)
    assert told.code == 0
    assert "+ element Price lists that failed added" in told.out
    assert "- M01:lists-reader" in told.out
    assert run("diff", repaired, flawed).code == 1
    document = json.loads(run("diff", flawed, repaired, "--format", "json").out)
    assert "price-lists-failed" in {row["id"] for row in document["added"]}
    assert [finding["id"] for finding in document["findings"]["removed"]] == ["M01:lists-reader", "M11:price-lists"]
    assert "## Findings that went (2)" in run("diff", flawed, repaired, "--format", "markdown").out


def test_diff_of_a_model_with_itself_is_empty(run: Run, sample: Sample) -> None:
    told = run("diff", sample("music-shop"), sample("music-shop"))
    assert told.code == 0
    assert "The models say the same." in told.out


@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_export_draws_the_model(
    run: Run, sample: Sample, tmp_path: Path, suffix: str, start: bytes, theme: str
) -> None:
    out = tmp_path / f"shop.{suffix}"
    assert run("export", sample("music-shop"), "-o", out, "--theme", theme).code == 0
    assert out.read_bytes().startswith(start)
    if suffix == "svg":
        ElementTree.fromstring(out.read_text("utf-8"))


def test_export_says_what_it_can_draw(run: Run, sample: Sample, tmp_path: Path) -> None:
    for name, word in (("shop.puml", "later version"), ("shop", ".svg"), ("shop.docx", ".svg")):
        told = run("export", sample("music-shop"), "-o", tmp_path / name)
        assert told.code == 2
        assert is_one_sentence(told.err)
        assert word in told.err
    for suffix in ("svg", "png", "pdf"):
        told = run("export", sample("music-shop"), "-o", tmp_path / "gone" / f"shop.{suffix}")
        assert told.code == 2
        assert is_one_sentence(told.err)
        assert "there is no folder" in told.err
    told = run("export", sample("music-shop"), "-o", tmp_path / "x.svg", "--diagram", "side")
    assert 'There is no diagram "side"' in told.err


def test_report_writes_one_page(run: Run, sample: Sample, tmp_path: Path) -> None:
    out = tmp_path / "storm.html"
    told = run("report", sample("retry-storm"), "-o", out, "--scenario", "one-instance-crashes")
    assert told.code == 0
    page = out.read_text("utf-8")
    assert "Retry storm" in page
    assert "does not recover" in page
    assert "1 simulation" in told.out


def test_report_says_what_it_cannot_write(run: Run, sample: Sample, tmp_path: Path) -> None:
    for name in ("storm.pdf", "storm.md", "storm.docx", "storm"):
        told = run("report", sample("retry-storm"), "-o", tmp_path / name)
        assert told.code == 2
        assert is_one_sentence(told.err)
    told = run("report", sample("retry-storm"), "-o", tmp_path / "gone" / "x.html", "--no-simulation")
    assert told.code == 2
    assert "there is no folder" in told.err
    assert not (tmp_path / "gone").exists()


def test_simulate_says_before_it_runs_that_its_result_has_nowhere_to_go(
    run: Run, sample: Sample, tmp_path: Path
) -> None:
    told = run("simulate", sample("retry-storm"), "--json", tmp_path / "gone" / "x.json")
    assert told.code == 2
    assert "there is no folder" in told.err
    assert told.out == ""
