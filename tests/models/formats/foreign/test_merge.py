"""A second import into a model that people have worked on: their word counts, the rest follows the source."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.architecture import Architecture, Provenance, replace
from models.architecture.edits import add_element, add_link, place, remove, rename, retag, set_attributes
from models.architecture.elements import Service
from models.architecture.links import SyncLink
from models.formats.foreign.draft import DOUBTFUL, NAMED_ONLY, Draft, guess, imported
from models.formats.foreign.merge import merged


def source(instances: int | None = 2, *, services: str = "web stock", doubt: bool = False, **said: Any) -> Architecture:
    """What an importer makes of a source: each service calls the next; `instances` is said of the first."""
    draft = Draft("manifests")
    names = services.split()
    for name in names:
        values = {"instances": instances, **said} if name == names[0] else {}
        provenance = {field: imported() for field, value in values.items() if value is not None}
        draft.element("service", name, name, provenance, **values)
    for one, other in pairwise(names):
        target = guess("a map that many share") if doubt else imported("ADDR")
        provenance = {"style": guess("it leads to a service"), "target": target}
        tags = (DOUBTFUL,) if doubt else None
        draft.link("sync", one, other, f"{one} -> {other}", technology="HTTP", provenance=provenance, tags=tags)
    return draft.architecture("Shop")


def said(texts: tuple[Any, ...]) -> list[str]:
    return [str(text) for text in texts]


def test_the_same_source_again_changes_nothing() -> None:
    result = merged(source(), source())
    assert result.architecture == source()
    assert (result.added, result.updated, result.kept, result.gone) == ((), (), (), ())


def test_what_an_import_said_follows_the_source() -> None:
    result = merged(source(2), source(5))
    assert result.architecture.element_by_id["web"].instances == 5  # type: ignore[union-attr]  # a service
    assert said(result.updated) == ["web: instances 2 → 5"]
    result = merged(result.architecture, source(None))
    assert said(result.updated) == ["web: instances 5 → not said"]
    assert "instances" not in result.architecture.element_by_id["web"].provenance


def test_what_a_person_said_stays_and_is_told_where_the_source_differs() -> None:
    mine = set_attributes(source(2), ["web"], {"instances": 9})
    mine = set_attributes(rename(mine, "web", "Shop window"), ["web-stock"], {"timeout_ms": 300})
    result = merged(mine, source(5))
    assert result.architecture == mine
    assert result.updated == ()
    assert said(result.kept) == [
        'Shop window: name stays "Shop window"; the source says web',
        "Shop window: instances stays 9; the source says 5",
    ]
    assert "timeout_ms" not in result.architecture.link_by_id["web-stock"].provenance


def test_one_figure_of_several_that_a_person_changed_makes_them_all_theirs() -> None:
    scaled = source(autoscale={"min": 2, "max": 8})
    mine = set_attributes(scaled, ["web"], {"autoscale.max": 20})
    result = merged(mine, source(autoscale={"min": 3, "max": 9}))
    assert result.architecture == mine
    assert said(result.kept) == ["web: autoscale stays min 2, max 20; the source says min 3, max 9"]


def test_measured_values_and_fixes_are_not_overwritten() -> None:
    for origin in ("measured", "fix"):
        provenance = Provenance.model_validate({"from": origin})
        mine = set_attributes(source(2), ["web"], {"instances": 4}, provenance=provenance)
        assert merged(mine, source(5)).architecture == mine


def test_what_nobody_said_is_filled_in() -> None:
    mine = set_attributes(source(2), ["web"], {"instances": None})
    result = merged(mine, source(5))
    assert said(result.updated) == ["web: instances not said → 5"]
    assert result.architecture.element_by_id["web"].provenance["instances"] == imported()


def test_new_parts_come_and_parts_that_are_gone_stay_and_are_named() -> None:
    result = merged(source(services="web stock"), source(services="web stock bank"))
    assert result.added == ("bank", "stock-bank")
    assert result.gone == ()
    back = merged(result.architecture, source(services="web stock"))
    assert back.architecture == result.architecture
    assert back.gone == ("bank", "stock-bank")


def test_a_new_part_whose_id_is_taken_gets_another_and_its_links_follow() -> None:
    mine = add_element(source(services="web stock"), Service(id="bank", name="River bank"))
    result = merged(mine, source(services="web stock bank"))
    assert result.added == ("bank-2", "stock-bank")
    assert result.architecture.link_by_id["stock-bank"].target == "bank-2"
    assert result.architecture.element_by_id["bank"] == mine.element_by_id["bank"]


def test_a_part_is_known_by_its_origin_and_not_by_its_id() -> None:
    renamed = source(services="web stock")
    moved = tuple(replace(one, id="front") if one.id == "web" else one for one in renamed.elements)
    links = tuple(replace(link, source="front") for link in renamed.links)
    mine = replace(renamed, elements=moved, links=links)
    result = merged(mine, source(5, services="web stock"))
    assert result.added == result.gone == ()
    assert said(result.updated) == ["web: instances 2 → 5"]
    assert set(result.architecture.element_by_id) == {"front", "stock"}


def test_another_style_that_a_person_chose_stays() -> None:
    mine = retag(source(), "web-stock", "async")
    result = merged(mine, source())
    assert result.architecture.link_by_id["web-stock"].style == "async"
    assert said(result.kept) == ["web → stock: style stays async; the source says sync"]


def test_a_doubt_of_the_import_comes_and_goes_with_it() -> None:
    tagged = set_attributes(source(doubt=True), ["web-stock"], {"tags": (DOUBTFUL, "hot")})
    certain = merged(tagged, source()).architecture.link_by_id["web-stock"]
    assert certain.tags == ("hot",)
    assert certain.provenance["target"] == imported("ADDR")
    doubtful = merged(source(), source(doubt=True)).architecture.link_by_id["web-stock"]
    assert doubtful.tags == (DOUBTFUL,)


def test_parts_that_people_drew_and_parts_of_other_sources_are_left_alone() -> None:
    mine = add_link(
        add_element(source(), Service(id="desk", name="Help desk")),
        SyncLink(id="desk-web", source="desk", target="web"),
    )
    other = Draft("compose")
    other.element("service", "till", "till", {})
    till = other.architecture(None).elements[0]
    mine = add_element(mine, till)
    result = merged(mine, source())
    assert result.architecture == mine
    assert result.gone == ()


def test_places_on_diagrams_are_not_touched() -> None:
    mine = place(source(), "main", {"web": (40.0, 80.0)})
    assert merged(mine, source(5, services="web stock bank")).architecture.diagrams == mine.diagrams


def test_a_part_that_the_source_used_to_name_only_is_the_same_when_it_defines_it() -> None:
    def naming(stock_key: str) -> Architecture:
        draft = Draft("manifests")
        draft.element("service", "web", "shop/Deployment/web", {})
        draft.element("service", "stock", stock_key, {"kind": guess("web names it")})
        draft.link("sync", "web", "stock", f"shop/Deployment/web -> {stock_key}", provenance={})
        return draft.architecture(None)

    named, defined = naming(f"{NAMED_ONLY}stock"), naming("shop/Deployment/stock")
    for before, after in ((named, defined), (defined, named)):
        result = merged(before, after)
        assert result.architecture == after
        assert result.added == result.gone == ()
    elsewhere = merged(defined, naming("test/Deployment/stock"))
    assert elsewhere.added == ("stock-2", "web-stock-2")
    assert elsewhere.gone == ("stock", "web-stock")


@given(st.data())
@settings(max_examples=60)
def test_a_merge_keeps_every_part_and_value_of_people_and_settles_at_once(data: st.DataObject) -> None:
    def some_source() -> Architecture:
        names = data.draw(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, unique=True))
        return source(
            data.draw(st.none() | st.integers(1, 3)), services=" ".join(names), doubt=data.draw(st.booleans())
        )

    mine = some_source()
    mine = set_attributes(mine, [mine.elements[0].id], {"instances": data.draw(st.none() | st.integers(7, 9))})
    if data.draw(st.booleans()):
        mine = remove(mine, [mine.elements[-1].id])
    fresh = some_source()
    once = merged(mine, fresh)
    for before in mine.elements:
        after = once.architecture.element_by_id[before.id]
        for name, value in before.said().items():
            if name not in before.provenance and name not in ("provenance", "origin"):
                assert getattr(after, name) == value
    assert set(mine.link_by_id) <= set(once.architecture.link_by_id)
    again = merged(once.architecture, fresh)
    assert again.architecture == once.architecture
    assert again.added == again.updated == ()
    assert (again.kept, again.gone) == (once.kept, once.gone)
