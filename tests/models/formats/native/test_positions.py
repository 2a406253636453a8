"""Where values stand in the text of a JSON file."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.formats.native.positions import items, spots

VALUES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "]", '"']), VALUES, max_size=4), st.sampled_from([None, 0, 1]))
def test_items_are_found_where_a_search_of_the_whole_text_finds_them(document: object, indent: int | None) -> None:
    text = "\n " + json.dumps(document, indent=indent)
    wanted = [
        (spot.path[0], json.JSONDecoder().raw_decode(text, spot.value)[0], spot.value)
        for spot in spots(text)
        if len(spot.path) == 2 and isinstance(spot.path[1], int) and spot.path[0] in ("a", "]")
    ]
    assert list(items(text, ("a", "]"))) == wanted


@pytest.mark.parametrize("text", ["", "[1]", '{"a": [1, ', '{"a" [1]}', '{"a": [1], "b"'])
def test_what_is_no_json_is_told_as_far_as_it_is(text: str) -> None:
    assert [item for _, item, _ in items(text, ("a",))] == ([1] if text.startswith('{"a"') else [])
