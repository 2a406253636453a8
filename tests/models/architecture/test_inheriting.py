"""What a value inherits from the one it was made from: the same, entry by entry, as if it were made anew."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.architecture import Architecture, Service, SyncLink, edits, replace
from models.architecture.changes import changes
from models.architecture.differing import apart
from models.architecture.edits import EditError
from models.architecture.inheriting import between
from tests.models.architecture.strategies import architectures
from tests.models.architecture.test_edits_properties import edits_of

LOOK_UPS = (
    *("element_by_id", "link_by_id", "kinds", "naming_others", "members", "sharers"),
    *("arcs", "links_from", "links_to"),
)


def in_order(found: Any) -> Any:
    return list(found.items()) if isinstance(found, dict) else found


def as_anew(architecture: Architecture) -> None:
    """Asserts that all look-ups are what a value that was made from no other would look up."""
    anew = Architecture(**{name: getattr(architecture, name) for name in Architecture.model_fields})
    for name in LOOK_UPS:
        inherited, made = getattr(architecture, name), getattr(anew, name)
        assert in_order(inherited) == in_order(made), name


def look_up(architecture: Architecture, names: tuple[str, ...] = LOOK_UPS) -> None:
    for name in names:
        getattr(architecture, name)


@given(data=st.data())
def test_after_any_edits_look_ups_are_what_they_would_be_anew(data: st.DataObject) -> None:
    value = data.draw(architectures(largest=6))
    for _ in range(4):
        look_up(value, data.draw(st.sampled_from([LOOK_UPS, LOOK_UPS[:3], ()])))
        _, edit = data.draw(edits_of(value))
        try:
            after = edit(value)
        except EditError:
            continue
        as_anew(after)
        as_anew(value)
        value = after


def system(rng: random.Random, services: int) -> Architecture:
    ids = [f"s{i}" for i in range(services)]
    rng.shuffle(ids)
    links = [(f"l{i}", *rng.sample(ids, 2)) for i in range(3 * services)]
    rng.shuffle(links)
    return Architecture(
        elements=tuple(Service(id=part_id) for part_id in ids),
        links=tuple(SyncLink(id=part_id, source=source, target=target) for part_id, source, target in links),
    )


@pytest.mark.parametrize("seed", range(10))
def test_parts_that_come_go_and_change_in_any_place(seed: int) -> None:
    rng = random.Random(seed)
    value = system(rng, 30)
    for n in range(40):
        look_up(value)
        elements, links = list(value.elements), list(value.links)
        match rng.randrange(5):
            case 0:
                elements.insert(rng.randrange(len(elements)), Service(id=f"new{n}"))
            case 1:
                elements.append(Service(id=f"new{n}"))
                links.insert(
                    rng.randrange(len(links)),
                    SyncLink(id=f"between{n}", source=f"new{n}", target=rng.choice(elements).id),
                )
            case 2:
                del links[rng.randrange(len(links))]
            case 3:
                rng.shuffle(links)
            case _:
                place = rng.randrange(len(links))
                old = links[place]
                links[place] = SyncLink(id=old.id, source=old.target, target=old.source, timeout_ms=5.0)
        fields = {"elements": tuple(elements), "links": tuple(links)}
        after = replace(value, **fields)
        as_anew(after)
        as_anew(value)
        value = after


def test_what_the_edit_hardly_changes_is_not_made_anew() -> None:
    value = system(random.Random(1), 50)
    look_up(value)
    after = edits.set_attributes(value, ["l7"], {"timeout_ms": 300.0})
    assert after.__dict__["element_by_id"] is value.element_by_id
    assert after.__dict__["links_from"]["s1"] is value.links_from["s1"]
    moved = edits.place(after, None, {"s1": (0.0, 0.0)})
    assert moved.__dict__["links_from"] is after.links_from


def test_the_difference_is_known_both_ways_and_after_a_change_of_the_picture() -> None:
    value = system(random.Random(2), 20)
    after = edits.remove(value, ["s3"])
    drawn = edits.place(after, None, {"s1": (0.0, 0.0)})
    for before, later in ((value, after), (after, value), (value, drawn), (drawn, value)):
        for space in ("elements", "links"):
            found = between(before, later, space)
            assert found == apart(getattr(before, space), getattr(later, space))
    assert changes(value, drawn).removed[0] == "s3"
    assert changes(drawn, value).added[0] == "s3"


def test_what_was_looked_up_makes_no_difference_between_equal_values() -> None:
    value = system(random.Random(3), 10)
    after = edits.set_attributes(value, ["l7"], {"timeout_ms": 300.0})
    back = edits.set_attributes(after, ["l7"], {"timeout_ms": None})
    look_up(value)
    assert back == value
    assert pickle.loads(pickle.dumps(back)) == value
