"""What `check --format sarif` hands to code review tools."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from models import resources
from models.analysis import analyse
from models.architecture import Architecture, replace
from models.formats import native
from models.reports import sarif

SCHEMA = json.loads((Path(__file__).parent / "sarif_schema" / "sarif-2.1.0.json").read_text("utf-8"))
SAMPLES = ("music-shop", "music-shop-repaired", "long-chain", "shared-database")


def sample(name: str) -> tuple[str, Architecture]:
    data = Path(resources.path("samples", f"{name}.loadpath.json")).read_bytes()
    return data.decode("utf-8"), native.loads(data).architecture


def told(text: str, architecture: Architecture, name: str = "shop.loadpath.json", **more: bool) -> dict[str, Any]:
    checked = sarif.Checked(name, text, architecture, analyse(architecture, today=date(2026, 6, 1)))
    read_again: dict[str, Any] = json.loads(json.dumps(sarif.log([checked], **more)))
    return read_again


def results(log: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


@pytest.mark.parametrize("name", [*SAMPLES, None])
@pytest.mark.parametrize("only_new", [False, True])
def test_the_log_is_valid_against_the_schema(name: str | None, only_new: bool) -> None:
    text, model = ("{}", Architecture()) if name is None else sample(name)
    validator = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
    assert [error.message for error in validator.iter_errors(told(text, model, only_new=only_new))] == []


def test_the_schema_would_refuse_another_level() -> None:
    log = told(*sample("music-shop"))
    results(log)[0]["level"] = "info"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, SCHEMA)


def test_a_result_points_at_the_line_where_its_part_begins() -> None:
    text, model = sample("music-shop")
    lines = text.splitlines()
    for result in results(told(text, model)):
        location = result["locations"][0]
        region = location["physicalLocation"]["region"]
        rest = lines[region["startLine"] - 1][region["startColumn"] - 1 :]
        after = (rest + "".join(lines[region["startLine"] : region["startLine"] + 3])).replace(" ", "")
        part = location["logicalLocations"][0]["fullyQualifiedName"]
        assert rest.startswith("{")
        assert f'"id":"{part}"' in after


def test_every_finding_is_a_result_with_a_fingerprint_of_its_own() -> None:
    text, model = sample("music-shop")
    found = results(told(text, model))
    assert [result["properties"]["id"] for result in found] == [finding.id for finding in analyse(model).each]
    assert len({result["partialFingerprints"][sarif.FINGERPRINT] for result in found}) == len(found)


def test_fingerprints_stay_when_an_unrelated_part_is_added() -> None:
    text, model = sample("music-shop")
    larger = Architecture.model_validate(
        {
            **{name: getattr(model, name) for name in type(model).model_fields},
            "elements": [{"id": "aaa", "kind": "service"}, {"id": "aab", "kind": "service"}, *model.elements],
        }
    )
    prints = [
        {one["partialFingerprints"][sarif.FINGERPRINT] for one in results(told(text, m))} for m in (model, larger)
    ]
    assert prints[0] <= prints[1]


def test_an_accepted_risk_is_suppressed_with_its_reason() -> None:
    text, model = sample("music-shop")
    finding = next(one for one in analyse(model).findings if one.severity == "error")
    policy = {"waivers": [{"finding": finding.id, "reason": "we know", "owner": "ann"}]}
    accepted = replace(model, policy=policy)
    result = next(one for one in results(told(text, accepted)) if one["properties"]["id"] == finding.id)
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "we know, ann"}]


def test_a_waiver_that_lacks_its_reason_is_a_remark_on_the_file_it_stands_in() -> None:
    text, model = sample("music-shop")
    finding = next(one for one in analyse(model).findings if one.severity == "error")
    log = told(text, replace(model, policy={"waivers": [{"finding": finding.id}]}))
    result = next(one for one in results(log) if one["properties"]["id"] == finding.id)
    assert result["suppressions"] == [{"kind": "external", "status": "accepted"}]
    remark, other = log["runs"][0]["invocations"][0]["toolConfigurationNotifications"]
    assert remark["message"]["text"].startswith(f"The policy accepts {finding.id} and does not say why")
    assert other["message"]["text"].startswith("Nobody is named who answers")
    assert remark["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "invocations" not in told(text, model)["runs"][0]


def test_what_a_baseline_has_milder_is_updated_and_all_else_is_new() -> None:
    text, model = sample("long-chain")
    analysis = analyse(model)
    worse = analysis.each[0].id
    checked = sarif.Checked("a.json", text, model, analysis, frozenset([worse]))
    states = {
        one["properties"]["id"]: one["baselineState"]
        for one in sarif.log([checked], only_new=True)["runs"][0]["results"]
    }
    assert states.pop(worse) == "updated"
    assert set(states.values()) == {"new"}


def test_names_of_files_become_addresses() -> None:
    text, model = sample("long-chain")
    (result, *_) = results(told(text, model, name="my models/a#b.json"))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20models/a%23b.json"
