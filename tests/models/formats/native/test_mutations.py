"""Two hundred broken copies of a sample: each is told in one clear sentence, or is a model still."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models import resources
from models.formats.native import FormatError, dumps, load, loads

Place = tuple[Any, Any]
COPIES = 200
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e308,
    10**30,
    "",
    "none",
    "nothing-like-it",
    "\u202e",
    "x" * 30_000,
    [],
    {},
    [[]],
    {"": 1},
)
OUR_WORDS_ONLY = ("pydantic", "Traceback", "validation error", "Input should", "literal[", "NoneType", "object at 0x")


def places(value: Any) -> Iterator[Place]:
    """Every (holder, key) in plain data."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        yield value, key
        yield from places(item)


def delete(raw: Any, dice: random.Random) -> None:
    holder, key = dice.choice(list(places(raw)))
    del holder[key]


def swap_type(raw: Any, dice: random.Random) -> None:
    holder, key = dice.choice(list(places(raw)))
    holder[key] = copy.deepcopy(dice.choice(ODD_VALUES))


def rename_field(raw: Any, dice: random.Random) -> None:
    holder, key = dice.choice([place for place in places(raw) if isinstance(place[0], dict)])
    name = list(key)
    name.insert(dice.randrange(len(name) + 1), dice.choice("aeiou_"))
    holder["".join(name)] = holder.pop(key)


def dangle(raw: Any, dice: random.Random) -> None:
    names = ("source", "target", "link", "entry", "journey", "dead_letter", "groups", "use", "parent", "where")
    holder, key = dice.choice([place for place in places(raw) if place[1] in names])
    holder[key] = ["gone"] if isinstance(holder[key], list) else "gone"


def duplicate(raw: Any, dice: random.Random) -> None:
    holder, key = dice.choice([place for place in places(raw) if isinstance(place[0], list)])
    holder.append(copy.deepcopy(holder[key]))


def nest(raw: Any, dice: random.Random) -> None:
    holder, key = dice.choice(list(places(raw)))
    for _ in range(dice.choice((1, 5, 70, 3000))):
        holder[key] = [holder[key]] if dice.random() < 0.5 else {"steps": holder[key]}


def exchange(raw: Any, dice: random.Random) -> None:
    (one, first), (other, second) = dice.sample(list(places(raw)), 2)
    one[first], other[second] = copy.deepcopy(other[second]), copy.deepcopy(one[first])


MUTATIONS: tuple[Callable[[Any, random.Random], None], ...] = (
    *(delete, swap_type, swap_type, rename_field, dangle, duplicate, nest, exchange),
)


def written(raw: Any) -> bytes:
    """As json.dumps, at any depth."""
    out: list[str] = []
    todo: list[Any] = [("value", raw)]
    while todo:
        what, value = todo.pop()
        if what == "text":
            out.append(value)
        elif isinstance(value, dict) and value:
            todo.append(("text", "}"))
            for i, (key, item) in enumerate(reversed(value.items())):
                todo += [("value", item), ("text", ("" if i == len(value) - 1 else ",") + json.dumps(key) + ":")]
            todo.append(("text", "{"))
        elif isinstance(value, list) and value:
            todo.append(("text", "]"))
            for i, item in enumerate(reversed(value)):
                todo += [("value", item), ("text", "" if i == len(value) - 1 else ",")]
            todo.append(("text", "["))
        else:
            out.append(json.dumps(value))
    return "".join(out).encode()


def mutated(data: bytes, number: int) -> bytes:
    """One broken copy; the same number breaks it the same way."""
    dice = random.Random(number)
    if number % 5 == 4:
        spoiled = bytearray(data)
        match dice.randrange(3):
            case 0:
                return bytes(spoiled[: dice.randrange(len(spoiled))])
            case 1:
                spoiled[dice.randrange(len(spoiled))] ^= 1 << dice.randrange(8)
                return bytes(spoiled)
            case _:
                at = dice.randrange(len(spoiled))
                return bytes(spoiled[:at] + dice.randbytes(3) + spoiled[at:])
    raw = json.loads(data)
    MUTATIONS[number % len(MUTATIONS)](raw, dice)
    return written(raw)


@pytest.fixture(scope="module")
def sample() -> bytes:
    return resources.path("samples", "music-shop.loadpath.json").read_bytes()


def test_a_broken_copy_is_told_in_one_clear_sentence(sample: bytes, tmp_path: Path) -> None:
    file = tmp_path / "copy.loadpath.json"
    refused = 0
    for number in range(COPIES):
        data = mutated(sample, number)
        file.write_bytes(data)
        try:
            architecture = load(file).architecture
        except FormatError as error:
            refused += 1
            sentence = str(error)
            assert sentence.startswith("copy.loadpath.json: "), (number, sentence)
            assert sentence.endswith("."), (number, sentence)
            assert len(sentence) < 600, (number, sentence)
            assert "\n" not in sentence, (number, sentence)
            assert not any(word in sentence for word in OUR_WORDS_ONLY), (number, sentence)
        else:
            assert loads(dumps(architecture)).architecture is not None
        assert file.read_bytes() == data
    assert refused > COPIES // 2


def test_the_same_number_breaks_a_copy_the_same_way(sample: bytes) -> None:
    assert mutated(sample, 7) == mutated(sample, 7) != sample


def test_plain_data_is_written_at_any_depth() -> None:
    raw = {"a": [1, {"b": None}, [], {}, "x"], "c": True}
    assert json.loads(written(raw)) == raw
