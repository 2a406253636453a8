"""What changed between two models, attribute by attribute."""

from hypothesis import given, settings

from models import resources
from models.analysis import analyse
from models.architecture import Architecture, Policy, Waiver, replace
from models.evidence import as_json, differences
from models.formats import native
from tests.models.architecture.strategies import architectures


def pair(name: str) -> tuple[Architecture, Architecture]:
    folder = ("samples", f"{name}.loadpath.json"), ("samples", f"{name}-repaired.loadpath.json")
    flawed, repaired = (native.load(resources.path(*parts)).architecture for parts in folder)
    return flawed, repaired


def test_a_model_differs_from_itself_in_nothing() -> None:
    flawed, _ = pair("music-shop")
    assert differences(flawed, flawed) == ()


def test_each_difference_names_its_part_and_its_values() -> None:
    flawed, repaired = pair("poison-message")
    rows = {(row.space, row.id): row for row in differences(flawed, repaired)}
    assert rows["elements", "price-lists-failed"].change == "added"
    changed = {name: (old, new) for name, old, new in rows["links", "lists-reader"].attributes}
    assert changed["delivery.max_deliveries"] == ("unlimited", 5)
    assert changed["delivery.dead_letter"] == (None, "price-lists-failed")
    assert 'not said → "Price lists that failed"' in rows["links", "lists-reader"].told()
    backwards = {(row.space, row.id): row for row in differences(repaired, flawed)}
    assert backwards["elements", "price-lists-failed"].change == "removed"


def test_a_difference_as_json_has_the_findings_that_came_went_and_changed() -> None:
    flawed, repaired = pair("retry-storm")
    accepted = replace(flawed, policy=Policy(waivers=(Waiver(finding="R07:callers-server", reason="a demonstration"),)))
    told = as_json(differences(flawed, repaired), analyse(flawed), analyse(repaired))
    removed = {finding["id"] for finding in told["findings"]["removed"] if finding["severity"] != "info"}
    assert removed == {f"{rule}:callers-server" for rule in ("R06", "R07", "R15")}
    assert told["findings"]["added"] == told["findings"]["changed"] == []
    told = as_json(differences(flawed, accepted), analyse(flawed), analyse(accepted))
    assert [(finding["id"], finding["accepted"], finding["was"]) for finding in told["findings"]["changed"]] == [
        ("R07:callers-server", True, {"severity": "error", "accepted": False})
    ]


def test_a_difference_is_told_in_the_readers_language() -> None:
    flawed, repaired = pair("poison-message")
    row = next(row for row in differences(flawed, repaired) if row.id == "price-lists-failed")
    words = {"element": "Element", "{part} added": "{part} neu"}
    assert row.told(lambda context, template: words[template]) == "Element Price lists that failed neu"


@given(architectures(), architectures())
@settings(max_examples=10)
def test_the_difference_of_any_two_models_is_told_and_turns_round(one: Architecture, other: Architecture) -> None:
    there, back = differences(one, other), differences(other, one)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(row.space, row.id, turned[row.change]) for row in there] == [(r.space, r.id, r.change) for r in back]
    assert not any("\n" in row.told() for row in there)
    assert (not there) == (one == other)
