"""Two hundred spoilt copies of a sample: each one gives a sentence or is still a model, and none a traceback."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models import resources
from tests.app.cli.conftest import Run, is_one_sentence

COPIES = 200


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


def _rename(document: Any, chance: random.Random) -> None:
    container, key = chance.choice([place for place in _places(document) if isinstance(place[0], dict)])
    container[f"{key}x"] = container.pop(key)


def _remove(document: Any, chance: random.Random) -> None:
    container, key = chance.choice(list(_places(document)))
    del container[key]


def _swap(document: Any, chance: random.Random) -> None:
    container, key = chance.choice(list(_places(document)))
    container[key] = chance.choice([None, True, -1, 1e308, 10**30, "", "\u0000", "none", [], {}, [[]], "x" * 30_000])


def _double(document: Any, chance: random.Random) -> None:
    lists = [place for place in _places(document) if isinstance(place[0][place[1]], list)]
    container, key = chance.choice(lists)
    container[key] = container[key] * 2


def _dangle(document: Any, chance: random.Random) -> None:
    words = [place for place in _places(document) if isinstance(place[0][place[1]], str)]
    container, key = chance.choice(words)
    container[key] = "nowhere"


def _as_text(change: Callable[[Any, random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def spoil(data: bytes, chance: random.Random) -> bytes:
        document = json.loads(data)
        change(document, chance)
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")

    return spoil


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _flip(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _nest(data: bytes, chance: random.Random) -> bytes:
    depth = chance.choice([50, 200, 100_000])
    return data.replace(b'"elements": [', b'"elements": [' + b"[" * depth + b"]" * depth + b",", 1)


Spoiler = Callable[[bytes, random.Random], bytes]
SPOILERS: tuple[Spoiler, ...] = (
    *map(_as_text, (_rename, _remove, _swap, _double, _dangle)),
    _cut,
    _flip,
    _nest,
    lambda data, _chance: b"",
    lambda data, _chance: b"\xff\xfe" + data,
    lambda data, _chance: data.replace(b"loadpath/1.0", b"loadpath/9.0"),
    lambda data, _chance: data + data,
)


@pytest.mark.parametrize("command", ["check", "diff", "fix"])
def test_a_spoilt_model_gives_one_sentence_and_stays_as_it_is(run: Run, tmp_path: Path, command: str) -> None:
    data = resources.path("samples", "music-shop.loadpath.json").read_bytes()
    intact = resources.path("samples", "music-shop.loadpath.json")
    path = tmp_path / "spoilt.loadpath.json"
    refused = 0
    for number in range(COPIES if command == "check" else 30):
        chance = random.Random(number)
        spoilt = SPOILERS[number % len(SPOILERS)](data, chance)
        path.write_bytes(spoilt)
        extra = {"check": (), "diff": (intact,), "fix": ("--dry-run",)}[command]
        told = run(command, path, *extra)
        assert path.read_bytes() == spoilt
        assert "Traceback" not in told.out + told.err, number
        assert told.code in (0, 1, 2), number
        if told.code == 2:
            refused += 1
            assert is_one_sentence(told.err), (number, told.err)
            assert "inside Loadpath" not in told.err, (number, told.err)
            assert told.out == ""
    assert refused > 15


@pytest.mark.parametrize("name", ["nowhere.loadpath.json", "."])
def test_a_file_that_is_not_there_is_told(run: Run, tmp_path: Path, name: str) -> None:
    told = run("check", tmp_path / name)
    assert told.code == 2
    assert is_one_sentence(told.err)


def test_an_output_that_cannot_be_written_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    sample = resources.path("samples", "retry-storm.loadpath.json")
    told = run("simulate", sample, "--duration-ms", 1000, "--json", tmp_path)
    assert told.code == 2
    assert is_one_sentence(told.err)
    assert list(tmp_path.iterdir()) == []
