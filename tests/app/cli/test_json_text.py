"""JSON as commands print it is what Python's own encoder writes, in pieces or whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.json_text import harmless, indented, pieces, written

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


@given(DOCUMENTS)
def test_indented_json_is_what_python_writes(document: Any) -> None:
    assert indented(document) == harmless(json.dumps(document, ensure_ascii=False, indent=2))


@given(st.lists(st.lists(DOCUMENTS, max_size=3), max_size=3), DOCUMENTS)
def test_an_iterator_is_written_as_a_list_wherever_it_stands(parts: list[list[Any]], other: Any) -> None:
    whole = [{"other": other, "parts": one} for one in parts]
    in_parts = iter([{"other": other, "parts": iter(one)} for one in parts])
    assert "".join(pieces(in_parts)) == harmless(json.dumps(whole, ensure_ascii=False, indent=2))


@given(st.text())
def test_what_is_made_harmless_means_the_same(name: str) -> None:
    assert json.loads(written({name: name})) == {name: name}


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200f", "\u2028", "\x7f", "\x9b", "\ufeff", "\U000e0041"])
def test_characters_that_turn_the_writing_are_escapes_and_other_scripts_are_readable(unseen: str) -> None:
    document = {"이름": f"주문{unseen}שלום"}
    for text in (written(document), "".join(pieces(iter([document]))), "".join(pieces(iter([document]), lines=True))):
        assert unseen not in text
        assert "이름" in text and "주문" in text
    assert json.loads(written(document)) == document


def test_every_item_can_stand_on_one_line() -> None:
    told = "".join(pieces({"runs": iter([{"a": [1, {"b": "ü"}]}, {}])}, lines=True))
    assert told == '{\n  "runs": [\n    {"a": [1, {"b": "ü"}]},\n    {}\n  ]\n}'


@pytest.mark.parametrize("empty", [{}, []])
def test_nothing_stays_on_one_line(empty: Any) -> None:
    assert "".join(pieces(empty)) == json.dumps(empty)
    assert "".join(pieces(iter([empty]))) == json.dumps([empty], indent=2)
