"""Every edit, on random models: it keeps the invariants or refuses in one sentence, and leaves what it is given."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.architecture import (
    KINDS,
    STYLES,
    Architecture,
    Diagram,
    Link,
    Policy,
    Provenance,
    Scenario,
    allowed_styles,
    edits,
)
from models.architecture.changes import changes
from models.architecture.edits import EditError
from models.architecture.invariants import problems
from models.formats.native import dumps
from tests.models.architecture.strategies import Draw, architectures, parts, values_of

Edit = Callable[[Architecture], Architecture]


def _one_of(draw: Draw, ids: list[str]) -> str:
    return str(draw(st.sampled_from([*ids * 9, "nothing-like-it"])))


def _some_of(draw: Draw, ids: list[str]) -> list[str]:
    return list(draw(st.lists(st.sampled_from([*ids, ids[0]] if ids else ["nothing-like-it"]), max_size=4)))


def _attribute(draw: Draw, architecture: Architecture, part_id: str) -> dict[str, Any]:
    part = architecture.element_by_id.get(part_id) or architecture.link_by_id.get(part_id)
    if part is None:
        return {"name": "x"}
    name = draw(st.sampled_from(sorted(type(part).model_fields)))
    annotation: Any = type(part).model_fields[name].annotation
    return {name: draw(st.one_of(st.none(), st.just("nonsense"), values_of(annotation)))}


@st.composite
def edits_of(draw: Draw, architecture: Architecture) -> tuple[str, Edit]:
    """(name, an edit of `architecture` that may or may not be possible)."""
    elements = [element.id for element in architecture.elements]
    links = [link.id for link in architecture.links]
    name = draw(st.sampled_from(sorted(ONE_OF_EACH)))
    return name, ONE_OF_EACH[name](draw, architecture, elements, links)


def _add_element(draw: Draw, architecture: Architecture, elements: list[str], _links: list[str]) -> Edit:
    kind = draw(st.sampled_from(sorted(KINDS)))
    element = KINDS[kind].type(id=draw(st.sampled_from([*[edits.fresh_id(architecture, kind)] * 9, *elements[:1]])))
    return lambda a: edits.add_element(a, element, position=(8.0, 16.0))


def _link(draw: Draw, architecture: Architecture, elements: list[str], besides: Collection[str] = ()) -> Link:
    source, target = _one_of(draw, elements), _one_of(draw, elements)
    ends = [architecture.element_by_id.get(end) for end in (source, target)]
    possible = allowed_styles(*(end.kind if end else "" for end in ends))
    style = draw(st.sampled_from(possible or sorted(STYLES)))
    link_id = edits.fresh_id(architecture, f"{source}-{target}", besides)
    return STYLES[style].type(id=link_id, source=source, target=target)


def _add_link(draw: Draw, architecture: Architecture, elements: list[str], _links: list[str]) -> Edit:
    link = _link(draw, architecture, elements)
    return lambda a: edits.add_link(a, link)


def _add_links(draw: Draw, architecture: Architecture, elements: list[str], _links: list[str]) -> Edit:
    first = _link(draw, architecture, elements)
    second = _link(draw, architecture, elements, [first.id])
    return lambda a: edits.add_links(a, [first, second])


def _remove(draw: Draw, _a: Architecture, elements: list[str], links: list[str]) -> Edit:
    ids = _some_of(draw, elements + links)
    return lambda a: edits.remove(a, ids)


def _rename(draw: Draw, _a: Architecture, elements: list[str], links: list[str]) -> Edit:
    part, name = _one_of(draw, elements + links), draw(st.text(max_size=5))
    return lambda a: edits.rename(a, part, name)


def _set_attributes(draw: Draw, architecture: Architecture, elements: list[str], links: list[str]) -> Edit:
    part = _one_of(draw, elements + links)
    values = _attribute(draw, architecture, part)
    source = draw(st.sampled_from([None, Provenance(from_="fix")]))
    return lambda a: edits.set_attributes(a, [part], values, provenance=source)


def _set_each(draw: Draw, architecture: Architecture, elements: list[str], links: list[str]) -> Edit:
    parts = [_one_of(draw, elements + links), _one_of(draw, links)]
    values = {part: _attribute(draw, architecture, part) for part in parts}
    source = draw(st.sampled_from([None, Provenance(from_="fix")]))
    return lambda a: edits.set_each(a, values, provenance=source)


def _retag(draw: Draw, _a: Architecture, _elements: list[str], links: list[str]) -> Edit:
    link, style = _one_of(draw, links), draw(st.sampled_from(sorted(STYLES)))
    return lambda a: edits.retag(a, link, style)


def _reconnect(draw: Draw, _a: Architecture, elements: list[str], links: list[str]) -> Edit:
    link, source = _one_of(draw, links), draw(st.sampled_from([None, *elements]))
    target = _one_of(draw, elements)
    return lambda a: edits.reconnect(a, link, source=source, target=target)


def _reverse(draw: Draw, _a: Architecture, _elements: list[str], links: list[str]) -> Edit:
    link = _one_of(draw, links)
    return lambda a: edits.reverse(a, link)


def _group(draw: Draw, _a: Architecture, elements: list[str], _links: list[str]) -> Edit:
    ids = _some_of(draw, elements)
    kind = draw(st.sampled_from([None, "team", "zone"]))
    return lambda a: edits.group(a, ids, "Frame", kind)


def _ungroup(draw: Draw, architecture: Architecture, _elements: list[str], _links: list[str]) -> Edit:
    group = _one_of(draw, [element.id for element in architecture.elements if element.kind == "group"])
    return lambda a: edits.ungroup(a, group)


def _join(draw: Draw, architecture: Architecture, elements: list[str], _links: list[str]) -> Edit:
    groups = [element.id for element in architecture.elements if element.kind == "group"]
    ids, group = _some_of(draw, elements), draw(st.sampled_from([None, *groups]))
    return lambda a: edits.join(a, ids, group)


def _paste(draw: Draw, architecture: Architecture, elements: list[str], links: list[str]) -> Edit:
    ids = _some_of(draw, elements + links)
    piece = edits.fragment(architecture, [part for part in ids if part in elements + links])
    return lambda a: edits.paste(a, piece)[0]


def _duplicate(draw: Draw, _a: Architecture, elements: list[str], _links: list[str]) -> Edit:
    ids = _some_of(draw, elements)
    return lambda a: edits.duplicate(a, ids)[0]


def _put(draw: Draw, architecture: Architecture, elements: list[str], _links: list[str]) -> Edit:
    part = draw(
        st.sampled_from([*architecture.journeys, *architecture.scenarios, Scenario(id="new"), Diagram(id="new")])
    )
    return lambda a: edits.put(a, part)


def _drop(draw: Draw, architecture: Architecture, _elements: list[str], _links: list[str]) -> Edit:
    space = draw(st.sampled_from(["journeys", "scenarios", "profiles", "diagrams"]))
    part = _one_of(draw, [part.id for part in getattr(architecture, space)])
    return lambda a: edits.drop(a, space, part)


def _place(draw: Draw, architecture: Architecture, elements: list[str], _links: list[str]) -> Edit:
    element, x = _one_of(draw, elements), draw(st.floats())
    diagram = draw(st.sampled_from([None, "main", *(diagram.id for diagram in architecture.diagrams)]))
    return lambda a: edits.place(a, diagram, {element: (x, 1.0)})


def _resize(draw: Draw, _a: Architecture, elements: list[str], _links: list[str]) -> Edit:
    element, width = _one_of(draw, elements), draw(st.floats(-1, 500))
    return lambda a: edits.resize(a, None, {element: (width, 20.0)})


def _bend(draw: Draw, _a: Architecture, _elements: list[str], links: list[str]) -> Edit:
    link, points = _one_of(draw, links), draw(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), max_size=2))
    return lambda a: edits.bend(a, None, link, points)


def _set_policy(draw: Draw, _a: Architecture, elements: list[str], _links: list[str]) -> Edit:
    where = _one_of(draw, elements)
    policy = Policy.model_validate({"severity": [{"rule": "T01", "where": where, "value": "off"}]})
    return lambda a: edits.set_policy(a, policy)


def _waive(draw: Draw, _a: Architecture, elements: list[str], _links: list[str]) -> Edit:
    finding, until = f"D01:{_one_of(draw, elements)}", draw(st.sampled_from([None, "2027-03-01", "tomorrow"]))
    return lambda a: edits.waive(a, finding, reason="known", until=until)


def _unwaive(draw: Draw, architecture: Architecture, _elements: list[str], _links: list[str]) -> Edit:
    finding = _one_of(draw, [waiver.finding for waiver in (architecture.policy or Policy()).waivers])
    return lambda a: edits.unwaive(a, finding)


def _make_channel_explicit(draw: Draw, _a: Architecture, _elements: list[str], links: list[str]) -> Edit:
    link = _one_of(draw, links)
    return lambda a: edits.make_channel_explicit(a, link)


ONE_OF_EACH: dict[str, Callable[[Draw, Architecture, list[str], list[str]], Edit]] = {
    "add_element": _add_element,
    "add_link": _add_link,
    "add_links": _add_links,
    "bend": _bend,
    "drop": _drop,
    "duplicate": _duplicate,
    "group": _group,
    "join": _join,
    "make_channel_explicit": _make_channel_explicit,
    "paste": _paste,
    "place": _place,
    "put": _put,
    "reconnect": _reconnect,
    "remove": _remove,
    "rename": _rename,
    "resize": _resize,
    "retag": _retag,
    "reverse": _reverse,
    "set_attributes": _set_attributes,
    "set_each": _set_each,
    "set_policy": _set_policy,
    "ungroup": _ungroup,
    "unwaive": _unwaive,
    "waive": _waive,
}


def _tried(edit: Edit, architecture: Architecture) -> tuple[Architecture, EditError | None]:
    try:
        return edit(architecture), None
    except EditError as error:
        return architecture, error


def test_every_edit_is_tried_here() -> None:
    assert set(edits.__all__) - {"EditError", "fresh_id", "fragment"} == ONE_OF_EACH.keys()


@pytest.mark.parametrize("name", sorted(ONE_OF_EACH))
@settings(max_examples=25)
@given(data=st.data())
def test_an_edit_keeps_the_invariants_or_refuses_in_one_sentence(name: str, data: st.DataObject) -> None:
    before = data.draw(architectures(largest=6))
    kept = dumps(before)
    elements, links = [element.id for element in before.elements], [link.id for link in before.links]
    edit = ONE_OF_EACH[name](data.draw, before, elements, links)
    after, refusal = _tried(edit, before)
    if refusal is not None:
        told = str(refusal)
        assert told.endswith(".") and "\n" not in told and "validation error" not in told
        assert told == str(refusal.text)
    assert list(problems(after)) == []
    ids = [part.id for part in (*after.elements, *after.links)]
    assert len(ids) == len(set(ids))
    assert changes(before, after) or after == before
    assert dumps(before) == kept


@given(data=st.data())
def test_undoing_any_number_of_edits_gives_back_the_identical_value(data: st.DataObject) -> None:
    history = [data.draw(architectures(largest=5))]
    files = [dumps(history[0])]
    for _ in range(4):
        _, edit = data.draw(edits_of(history[-1]))
        after, refusal = _tried(edit, history[-1])
        if refusal is None:
            history.append(after)
            files.append(dumps(after))
    assert [dumps(value) for value in history] == files
    for before, after in itertools.pairwise(history):
        there, back = changes(before, after), changes(after, before)
        assert (there.added, there.removed) == (back.removed, back.added)
        assert set(there.changed) == set(back.changed)
        untouched = {part.id: part for part in (*before.elements, *before.links)}
        for part in (*after.elements, *after.links):
            if part.id in untouched and part.id not in there.changed:
                assert part == untouched[part.id]


@given(architecture=architectures(), data=st.data())
def test_a_copy_of_everything_says_the_same_under_other_ids(architecture: Architecture, data: st.DataObject) -> None:
    piece = edits.fragment(architecture, [element.id for element in architecture.elements])
    after, new = edits.paste(architecture, piece)
    assert len(after.elements) == 2 * len(architecture.elements)
    assert len(after.links) == 2 * len(architecture.links)
    assert new.keys() == {part.id for part in (*piece.elements, *piece.links)}
    alone = edits.remove(after, [*architecture.element_by_id])
    again, _ = edits.paste(Architecture(), piece)
    assert len(alone.journeys) == len(again.journeys) == len(piece.journeys)
    assert {element.kind for element in alone.elements} == {element.kind for element in architecture.elements}


@given(architecture=architectures())
def test_a_model_without_its_elements_says_nothing_of_them(architecture: Architecture) -> None:
    after = edits.remove(architecture, [element.id for element in architecture.elements])
    assert not (after.elements or after.links or after.journeys)
    for scenario in after.scenarios:
        assert not (scenario.set or scenario.faults or scenario.expect)
    for diagram in after.diagrams:
        assert not (diagram.positions or diagram.sizes or diagram.bends or diagram.collapsed or diagram.locked)


@given(architecture=architectures(), part=parts(Scenario))
def test_putting_and_dropping_a_scenario_changes_nothing_else(architecture: Architecture, part: Scenario) -> None:
    with_it = edits.put(architecture, part)
    assert edits.drop(with_it, "scenarios", part.id) == architecture
