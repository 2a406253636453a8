"""JSON as commands print it is what Python's own encoder writes, in pieces or whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.json_text import indented, pieces

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


@given(DOCUMENTS)
def test_indented_json_is_what_python_writes(document: Any) -> None:
    assert indented(document) == json.dumps(document, ensure_ascii=False, indent=2)


@given(st.lists(st.lists(DOCUMENTS, max_size=3), max_size=3), DOCUMENTS)
def test_an_iterator_is_written_as_a_list_wherever_it_stands(parts: list[list[Any]], other: Any) -> None:
    whole = [{"other": other, "parts": one} for one in parts]
    in_parts = iter([{"other": other, "parts": iter(one)} for one in parts])
    assert "".join(pieces(in_parts)) == json.dumps(whole, ensure_ascii=False, indent=2)


def test_every_item_can_stand_on_one_line() -> None:
    told = "".join(pieces({"runs": iter([{"a": [1, {"b": "ü"}]}, {}])}, lines=True))
    assert told == '{\n  "runs": [\n    {"a": [1, {"b": "ü"}]},\n    {}\n  ]\n}'


@pytest.mark.parametrize("empty", [{}, []])
def test_nothing_stays_on_one_line(empty: Any) -> None:
    assert "".join(pieces(empty)) == json.dumps(empty)
    assert "".join(pieces(iter([empty]))) == json.dumps([empty], indent=2)
