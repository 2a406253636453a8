"""Reading: each mistake told in one sentence with its place, limits kept, newer and older versions understood."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.architecture import Architecture, SyncLink
from models.architecture.edits import set_attributes
from models.formats.native import MAX_BYTES, MAX_DEPTH, SCHEMA, FormatError, dumps, load, loads

Change = Callable[[dict[str, Any]], Any]


def shop() -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "format": "loadpath/1.0",
        "elements": [
            {"id": "client", "kind": "client"},
            {"id": "order", "kind": "service", "work_ms": {"exponential": {"mean": 20}}},
            {"id": "events", "kind": "topic"},
        ],
        "links": [
            {"id": "client-order", "source": "client", "target": "order", "style": "sync", "timeout_ms": 250},
        ],
        "journeys": [{"id": "buy", "entry": "client", "steps": [{"link": "client-order"}]}],
        "scenarios": [{"id": "peak", "set": {"order.workers": 40}, "faults": [{"fault": "crash", "target": "order"}]}],
        "policy": {"severity": [{"rule": "G03", "value": "off"}]},
        "diagrams": [{"id": "main", "positions": {"order": [120, 80]}}],
    }


def told(change: Change) -> str:
    """The sentence about a shop that was changed for the worse."""
    raw = shop()
    change(raw)
    with pytest.raises(FormatError) as caught:
        loads(json.dumps(raw, indent=2).encode(), "shop.loadpath.json")
    return one_sentence(str(caught.value))


def one_sentence(text: str) -> str:
    assert text.endswith(".")
    assert "\n" not in text
    assert not any(word in text for word in ("pydantic", "Traceback", "validation error", "Input should", "literal["))
    return text


def test_the_shop_itself_is_read() -> None:
    loaded = loads(json.dumps(shop()).encode())
    assert loaded.notes == ()
    assert [element.id for element in loaded.architecture.elements] == ["client", "order", "events"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda raw: raw["links"][0].update(timout_ms=4),
            'links[0].timout_ms ("client-order"): there is no field "timout_ms" here (did you mean "timeout_ms"?)',
        ),
        (
            lambda raw: raw["links"][0].update(timeout_ms="non"),
            '"non" does not fit here (did you mean "none"?); write a number of milliseconds, 0 or more, or "none"',
        ),
        (
            lambda raw: raw["links"][0].update(retry={"max_attempts": 0}),
            'links[0].retry.max_attempts ("client-order"): 0 does not fit here; write a whole number from 1',
        ),
        (lambda raw: raw["links"][0].update(retry=True), 'true does not fit here; write "none", or an object with'),
        (
            lambda raw: raw["elements"][0].update(kind="cleint"),
            'elements[0].kind ("client"): "cleint" does not fit here (did you mean "client"?)',
        ),
        (lambda raw: raw["elements"][0].pop("kind"), '"kind" is missing; add it'),
        (lambda raw: raw["elements"][1].pop("id"), 'elements[1].id: "id" is missing'),
        (lambda raw: raw["elements"][1].update(role="gatway"), '(did you mean "gateway"?)'),
        (
            lambda raw: raw["elements"][1].update(work_ms={"exponential": {"mean": "long"}}),
            'elements[1].work_ms.exponential.mean ("order"): "long" does not fit here; write a number, 0 or more',
        ),
        (lambda raw: raw["elements"][1].update(work_ms={"normal": 3}), "a time is a number of milliseconds or one of"),
        (lambda raw: raw["elements"][1].update(workers=True), "true does not fit here; write a whole number"),
        (lambda raw: raw["elements"][1].update(availability=1.5), "1.5 does not fit here; write a number from 0 to 1"),
        (lambda raw: raw["elements"].append(raw["elements"][0]), '"client" is used twice among elements and links'),
        (lambda raw: raw["links"][0].update(id="order"), '"order" is used twice'),
        (lambda raw: raw["links"][0].update(target="ordr"), 'there is no element "ordr" (did you mean "order"?)'),
        (lambda raw: raw["links"][0].update(target="events"), "nothing can run from client (client) to events (topic)"),
        (
            lambda raw: raw["links"].append({"id": "x", "source": "client", "target": "order", "style": "event"}),
            "possible: sync, async",
        ),
        (lambda raw: raw["journeys"][0]["steps"][0].update(link="buy"), 'there is no link "buy"'),
        (lambda raw: raw["journeys"][0].update(entry="events"), "but this step stands at events"),
        (
            lambda raw: raw["journeys"][0].update(steps=[{"use": "buy"}]),
            "journeys use each other in a circle (buy -> buy)",
        ),
        (lambda raw: raw["journeys"][0].update(steps=[{"lnk": 1}]), 'a step is one of {"link": id}'),
        (lambda raw: raw["scenarios"][0]["set"].update({"order.wokers": 3}), '(did you mean "workers"?)'),
        (lambda raw: raw["scenarios"][0]["faults"][0].update(target="odrer"), '(did you mean "order"?)'),
        (
            lambda raw: raw["scenarios"][0].update(duration_ms=0),
            "0 does not fit here; write a number of milliseconds above 0",
        ),
        (lambda raw: raw["policy"]["severity"][0].update(value="of"), '"of" does not fit here (did you mean "off"?)'),
        (lambda raw: raw["diagrams"][0]["positions"].update(order=[1]), "write a pair of numbers"),
        (lambda raw: raw.update(element=[]), 'there is no field "element" here (did you mean "elements"?)'),
        (lambda raw: raw.update(elements={}), "elements: {} does not fit here; write a list"),
        (
            lambda raw: raw.update(format="loadpth/1.0"),
            'this is no format that Loadpath knows; write "format": "loadpath/1.0"',
        ),
        (
            lambda raw: raw.update({"$schema": 3}),
            '$schema: this is the id of a JSON Schema; write "urn:loadpath:schema:1.0"',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(change: Change, expected: str) -> None:
    sentence = told(change)
    assert sentence.startswith("shop.loadpath.json: line ")
    assert expected in sentence


def test_a_mistake_is_told_with_its_line_and_column() -> None:
    data = b'{\n  "format": "loadpath/1.0",\n  "elements": [\n    {"id": "a", "kind": "service", "workrs": 3}\n  ]\n}\n'
    with pytest.raises(FormatError) as caught:
        loads(data)
    assert (caught.value.line, caught.value.column) == (4, 36)
    assert data.decode().splitlines()[3][35:].startswith('"workrs"')


def test_several_mistakes_are_counted() -> None:
    def spoil(raw: dict[str, Any]) -> None:
        raw["links"][0]["timeout_ms"] = "x"
        raw["elements"][1]["workers"] = "y"

    assert "(and at least 1 more to correct)" in told(spoil)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1e308", "1e+308 is larger than any number here may be; write 1e+15 at most"),
        ('{"exponential": {"mean": 1e16}}', "1e+16 is larger than any number here may be"),
        ('{"lognormal": {"p50": 1e-300, "p99": 1}}', "1e-300 is too close to zero; write 1e-15 at least"),
        ('{"lognormal": {"p50": 0, "p99": 1}}', "0 does not fit here; write a number above 0"),
        ('{"lognormal": {"p50": 1, "p99": 1e14}}', "p99 lies too far above its p50"),
        ('{"lognormal": {"mean": 1, "cv": 1e200}}', "1e+200 is larger than any number here may be"),
    ],
)
def test_a_number_that_no_arithmetic_bears_is_refused(said: str, expected: str) -> None:
    element = f'{{"id": "a", "kind": "service", "work_ms": {said}}}'
    with pytest.raises(FormatError) as caught:
        loads(f'{{"format": "loadpath/1.0", "elements": [{element}]}}'.encode(), "x.json")
    assert expected in one_sentence(str(caught.value))
    assert "elements[0].work_ms" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"{", "line 1, column 2: this is not valid JSON"),
        (b'{"format": "loadpath/1.0",}', "this is not valid JSON"),
        (b"[1]", "this is not a Loadpath model: a model is a JSON object"),
        (b'{"name": "left-pad", "version": "1.0"}', "this is not a Loadpath model: it does not say"),
        (b'{"elements": [], "elements": []}', 'line 1, column 18: "elements" stands twice in one object'),
        (b'{"elements": [{"id": "a", "x": {"y": 1, "y": 2}}]}', 'elements[0].x: "y" stands twice'),
        (b'{"elements": NaN}', "line 1, column 14: NaN is not a number that JSON has"),
        (b'{"elements": [-Infinity]}', "-Infinity is not a number"),
        (b'{"elements": [{"a": 1e999}]}', "elements[0].a: the number is too large"),
        (b'{"elements": ' + b"9" * 5000 + b"}", "a number in the file is too long"),
        (b'{"elements": [], "name": "\\ud800"}', "half a character"),
        (b'{"elements": ["\xff"]}', "line 1, column 16: the file is not UTF-8: byte 0xff"),
        ('{"elements": []}'.encode("utf-16"), "the file is written in UTF-16; save it as UTF-8"),
        (b"[" * 100_000, "more than 64 deep"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "more than 64 deep"),
        (b'{"elements": [{"properties": ' + b"[" * 40 + b"]" * 40 + b"}]}", "is missing"),
        (b"null", "this is not a Loadpath model"),
    ],
)
def test_what_is_no_model_is_told_in_one_sentence(data: bytes, expected: str) -> None:
    with pytest.raises(FormatError) as caught:
        loads(data, "x.json")
    assert expected in one_sentence(str(caught.value))
    assert str(caught.value).startswith("x.json: ")


def test_what_is_deep_but_allowed_is_read() -> None:
    raw = shop()
    raw["elements"][0]["properties"] = {"a": json.loads("[" * 19 + "]" * 19)}
    assert dumps(loads(json.dumps(raw).encode()).architecture)
    assert MAX_DEPTH == 64


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.loadpath.json"
    with file.open("wb") as opened:
        opened.truncate(MAX_BYTES + 1)
    with pytest.raises(FormatError, match="64 MiB"):
        load(file)


def test_more_elements_than_allowed_are_refused() -> None:
    raw = {"format": "loadpath/1.0", "elements": [{"id": f"n{i}", "kind": "note"} for i in range(100_001)]}
    with pytest.raises(FormatError, match="there are more than 100,000 of these"):
        loads(json.dumps(raw).encode())


def test_a_byte_order_mark_does_no_harm() -> None:
    assert loads(b"\xef\xbb\xbf" + json.dumps(shop()).encode()).architecture.elements


def test_a_model_that_does_not_say_its_format_is_read_and_noted() -> None:
    raw = shop()
    del raw["format"]
    loaded = loads(json.dumps(raw).encode())
    assert [str(note) for note in loaded.notes] == ["The file does not say its format; it was read as loadpath/1.0."]


def test_a_schema_of_someones_own_is_kept() -> None:
    raw = shop() | {"$schema": "./loadpath.schema.json"}
    architecture = loads(json.dumps(raw).encode()).architecture
    assert json.loads(dumps(architecture))["$schema"] == "./loadpath.schema.json"


def test_a_newer_minor_version_opens_and_keeps_what_it_does_not_know() -> None:
    raw = shop() | {"format": "loadpath/1.7", "teams": [{"name": "Blue"}]}
    raw["links"][0] |= {"retry": {"max_attempts": 3, "hedged": {"after": [1, 2]}}, "priority": "high"}
    raw["elements"][1]["work_ms"] = {"exponential": {"mean": 20, "shift": 3}}
    raw["journeys"][0]["steps"][0]["colour"] = "red"
    raw["policy"]["severity"][0]["since"] = "2026"
    raw["elements"][1]["provenance"] = {"work_ms": {"from": "guess", "by": "someone"}}
    loaded = loads(json.dumps(raw).encode())
    assert "newer Loadpath (loadpath/1.7)" in str(loaded.notes[0])
    assert "untouched: 7." in str(loaded.notes[0])
    written = json.loads(dumps(loaded.architecture))
    assert written["format"] == "loadpath/1.7"
    assert written["teams"] == [{"name": "Blue"}]
    assert written["links"][0]["priority"] == "high"
    assert written["links"][0]["retry"] == {"max_attempts": 3, "hedged": {"after": [1, 2]}}
    assert written["elements"][2]["work_ms"] == {"exponential": {"mean": 20, "shift": 3}}
    assert written["elements"][2]["provenance"] == {"work_ms": {"from": "guess", "by": "someone"}}
    assert written["journeys"][0]["steps"][0] == {"link": "client-order", "colour": "red"}
    assert written["policy"]["severity"][0]["since"] == "2026"
    again = loads(dumps(loaded.architecture))
    assert dumps(again.architecture) == dumps(loaded.architecture)


def test_what_a_newer_version_said_survives_edits_of_the_same_part() -> None:
    raw = shop() | {"format": "loadpath/1.7"}
    raw["links"][0] |= {"priority": "high", "retry": {"max_attempts": 3, "hedged": True}}
    architecture = loads(json.dumps(raw).encode()).architecture
    after = set_attributes(architecture, ["client-order"], {"timeout_ms": 100, "retry.max_attempts": 2})
    link = json.loads(dumps(after))["links"][0]
    assert link["priority"] == "high"
    assert link["retry"] == {"max_attempts": 2, "hedged": True}
    assert link["timeout_ms"] == 100


def test_a_mistake_in_a_newer_version_is_still_a_mistake() -> None:
    raw = shop() | {"format": "loadpath/1.7"}
    raw["links"][0]["timeout_ms"] = "soon"
    with pytest.raises(FormatError, match="does not fit here"):
        loads(json.dumps(raw).encode())


def test_a_newer_major_version_is_refused() -> None:
    assert "was written by a newer Loadpath (loadpath/2.0)" in told(lambda raw: raw.update(format="loadpath/2.0"))


def test_an_older_version_is_migrated_in_memory() -> None:
    raw = {
        "format": "loadpath/0.9",
        "elements": [
            {"id": "team", "kind": "group"},
            {"id": "a", "kind": "service", "group": "team"},
            {"id": "b", "kind": "service", "group": None},
        ],
        "links": [
            {"id": "a-b", "source": "a", "target": "b", "kind": "sync", "timeout": 2.5},
            {"id": "b-a", "source": "b", "target": "a", "kind": "sync", "timeout": "none"},
        ],
    }
    data = json.dumps(raw).encode()
    loaded = loads(data)
    assert [str(note) for note in loaded.notes] == ["Read as loadpath/0.9; saving writes loadpath/1.0."]
    one, other = loaded.architecture.links
    assert isinstance(one, SyncLink) and isinstance(other, SyncLink)
    assert (one.timeout_ms, other.timeout_ms) == (2500, "none")
    assert loaded.architecture.members == {"team": ("a",)}
    assert json.loads(dumps(loaded.architecture))["format"] == "loadpath/1.0"


def test_a_mistake_in_an_older_file_is_told_without_a_line_that_would_mislead() -> None:
    raw = {"format": "loadpath/0.9", "elements": [{"id": "a", "kind": "servce"}]}
    with pytest.raises(FormatError) as caught:
        loads(json.dumps(raw).encode())
    assert caught.value.line is None
    assert '(did you mean "service"?)' in str(caught.value)


def test_a_version_that_is_too_old_is_refused() -> None:
    assert "no longer reads loadpath/0.3" in told(lambda raw: raw.update(format="loadpath/0.3"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("missing.json", "there is no such file"), (".", "this is a folder"), ("x\0y", "this is not a file name")],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, expected: str) -> None:
    with pytest.raises(FormatError, match=expected):
        load(f"{tmp_path}/{name}")


def test_an_empty_model_is_a_model() -> None:
    assert loads(dumps(Architecture())).architecture == Architecture()


@pytest.mark.parametrize(
    "hostile",
    [
        {"elements": [{"id": "a", "kind": "service", **{f"x{i}": 1 for i in range(50_000)}}]},
        {"elements": [{"id": f"e{i}", "kind": "x"} for i in range(50_000)]},
        {"elements": [], "x" * 1_000_000: 1},
        {"elements": [], "scenarios": [{"id": "s", "set": {"." * 1_000_000: 3}}]},
        {"elements": [{"id": "a", "kind": ["x" * 1_000_000] * 3}]},
        {"elements": [], "name": {"a": {str(i): [i] for i in range(50_000)}}},
    ],
    ids=["unknown fields", "wrong kinds", "a long name", "a long path", "a long value", "a wide value"],
)
def test_a_hostile_file_is_told_as_briefly_as_any(hostile: dict[str, Any]) -> None:
    with pytest.raises(FormatError) as caught:
        loads(json.dumps({"format": "loadpath/1.0"} | hostile).encode(), "x.json")
    assert len(one_sentence(str(caught.value))) < 500
