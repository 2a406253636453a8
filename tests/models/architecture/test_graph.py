"""Who waits for whom, and the journeys that follow from it."""

import time
from typing import Any

import pytest
from hypothesis import given

from models.architecture import Architecture, Journey, Profile, replace
from models.architecture.derived import coming_by, derived_journeys, journeys_in_force, steps_are_derived, unfold
from models.architecture.graph import (
    blocking_links,
    entries,
    in_process,
    needed_directly,
    sync_closure,
)
from models.architecture.journeys import AnyStep, LinkStep
from models.architecture.steps import every_step, links_used
from tests.models.architecture.strategies import architectures


def system(links: str, **attributes: dict[str, Any]) -> Architecture:
    """A model from "a>b a~q q~c b=d p!t": sync >, async ~, event !, data = ; kinds by first letter, more by id."""
    kinds = {"c": "client", "s": "service", "x": "external", "d": "datastore", "q": "queue", "t": "topic"}
    styles = {">": "sync", "~": "async", "!": "event", "=": "shared_data"}
    drawn: list[dict[str, Any]] = []
    seen: dict[str, None] = {}
    for text in links.split():
        sign = next(sign for sign in styles if sign in text)
        source, target = text.split(sign)
        seen |= {source: None, target: None}
        link_id = f"{source}-{target}"
        drawn.append(
            {
                "id": link_id,
                "source": source,
                "target": target,
                "style": styles[sign],
                **attributes.get(link_id.replace("-", "_"), {}),
            }
        )
    elements = [{"id": name, "kind": kinds[name[0]], **attributes.get(name, {})} for name in seen]
    return Architecture.model_validate({"elements": elements, "links": drawn})


def walked(steps: tuple[AnyStep, ...]) -> list[Any]:
    return [
        (step.link, walked(step.steps)) if step.steps else step.link for step in steps if isinstance(step, LinkStep)
    ]


def test_entries_are_clients_and_what_nothing_calls() -> None:
    architecture = system("c1>s1 s1>s2 s3~q1 q1~s2 x1>s1 s4=d1")
    assert entries(architecture) == ("c1", "s3", "s4", "x1")


def test_an_element_without_a_way_out_starts_nothing() -> None:
    architecture = Architecture.model_validate(
        {"elements": [{"id": "a", "kind": "client"}, {"id": "b", "kind": "service"}]}
    )
    assert entries(architecture) == ()


def test_a_client_that_is_called_back_is_an_entry_all_the_same() -> None:
    assert entries(system("c1>s1 s1>s1")) == ("c1",)


def test_only_what_is_waited_for_blocks() -> None:
    architecture = system("c1>s1 s1~s2 s1!s3 s1=d1 s1>s4", s1_s2={"awaited": True})
    assert [link.id for link in blocking_links(architecture)] == ["c1-s1", "s1-d1", "s1-s2", "s1-s4"]


def test_what_a_profile_says_of_waiting_counts() -> None:
    architecture = system("s1~s2")
    with_profile = replace(
        architecture,
        profiles=(Profile(id="mesh", awaited=True),),
        links=(replace(architecture.links[0], profile="mesh"),),
    )
    assert blocking_links(architecture) == ()
    assert [link.id for link in blocking_links(with_profile)] == ["s1-s2"]


def test_an_answer_awaited_through_a_queue_is_waited_for_behind_it() -> None:
    architecture = system("s1~q1 q1~s2 s3~q2 q2~s4", s1_q1={"awaited": True})
    assert sync_closure(architecture, "s1")["s2"].hops == 2
    assert sync_closure(architecture, "s3").keys() == {"q2"}


def test_a_synchronous_closure_has_stores_and_channels_too() -> None:
    architecture = system("s1>s2 s2=d1 s2!t1 t1!s9 s2~q1 q1~s8 s2!s7 s1>x1 s0>s1")
    closure = sync_closure(architecture, "s1")
    assert closure.keys() == {"s2", "x1", "d1", "t1", "q1"}
    assert closure["d1"].path == ("s1", "s1-s2", "s2", "s2-d1", "d1")
    assert [need.hops for need in closure.values()] == sorted(need.hops for need in closure.values())


def test_the_nearest_members_come_first() -> None:
    architecture = system("s1>s2 s2>s3 s1>s4 s4=d4")
    assert list(sync_closure(architecture, "s1", nearest=2)) == ["s2", "s4"]


def test_a_call_within_one_process_is_no_hop_and_no_member() -> None:
    architecture = system("s1>s2 s2>s3 s3>s4", s2={"deployed_with": "s1"}, s4={"deployed_with": "s3"})
    assert in_process(architecture, architecture.link_by_id["s1-s2"])
    assert not in_process(architecture, architecture.link_by_id["s2-s3"])
    closure = sync_closure(architecture, "s1")
    assert {element: need.hops for element, need in closure.items()} == {"s3": 1, "s4": 1}


def test_those_deployed_with_a_third_are_deployed_together() -> None:
    architecture = system("s1>s2 c1>s3", s1={"deployed_with": "s3"}, s2={"deployed_with": "s3"})
    assert in_process(architecture, architecture.link_by_id["s1-s2"])


def test_a_view_is_worked_out_once_for_an_architecture() -> None:
    architecture = system("c1>s1")
    assert needed_directly(architecture) is needed_directly(architecture)
    assert needed_directly(replace(architecture, name="other")) is not needed_directly(architecture)
    assert architecture == system("c1>s1")


def test_journeys_are_derived_one_per_entry() -> None:
    architecture = system("c1>s1 s1>s2 s3>s2")
    journeys, derived = journeys_in_force(architecture)
    assert derived
    assert [(journey.id, journey.entry) for journey in journeys] == [("c1", "c1"), ("s3", "s3")]
    assert all(steps_are_derived(journey) for journey in journeys)


def test_journeys_that_nobody_drew_come_by_all_that_their_links_lead_to() -> None:
    architecture = system("c1>s1 s1>s2 s3>s2")

    def ids(*parts: str) -> list[str]:
        return [journey.id for journey in coming_by(architecture, parts)]

    assert ids("s2") == ids("s1-s2", "s3-s2") == ["c1", "s3"]
    assert ids("s1") == ids("c1-s1") == ["c1"]
    assert ids("s3-s2") == ["s3"]
    assert ids("nothing") == []


def test_a_drawn_journey_comes_by_its_steps_alone_and_by_who_takes_from_its_channels() -> None:
    undrawn = system("c1>s1 s1!t1 t1!s2 s2>s3 s1>s3")
    steps = (LinkStep(link="c1-s1", steps=(LinkStep(link="s1-t1"),)),)
    architecture = replace(undrawn, journeys=(Journey(id="j", entry="c1", steps=steps),))
    elements, links = architecture.element_by_id, architecture.link_by_id
    assert {one for one in elements if coming_by(architecture, [one])} == {"c1", "s1", "t1", "s2"}
    assert {one for one in links if coming_by(architecture, [one])} == {"c1-s1", "s1-t1", "t1-s2"}


def test_drawn_journeys_are_in_force_alone() -> None:
    drawn = replace(system("c1>s1 s3>s1"), journeys=(Journey(id="j", entry="c1", steps=(LinkStep(link="c1-s1"),)),))
    assert journeys_in_force(drawn) == (drawn.journeys, False)


def test_a_derived_journey_follows_links_in_id_order_through_channels() -> None:
    architecture = system("c1>s1 s1~q1 q1~s2 s2=d1 s1!t1 t1!s3 t1!s4")
    steps, cut = unfold(architecture, derived_journeys(architecture)[0])
    assert cut == ()
    assert walked(steps) == [("c1-s1", [("s1-q1", [("q1-s2", ["s2-d1"])]), ("s1-t1", ["t1-s3", "t1-s4"])])]


def test_a_derived_step_says_what_its_link_says() -> None:
    architecture = system("c1>s1", c1_s1={"calls_per_request": 3, "probability": 0.5, "parallel_with_previous": True})
    (step,) = unfold(architecture, derived_journeys(architecture)[0])[0]
    assert step == LinkStep(link="c1-s1", calls=3, probability=0.5, parallel=True)


def test_a_circle_is_cut_and_told() -> None:
    architecture = system("c1>s1 s1>s2 s2>s1")
    steps, cut = unfold(architecture, derived_journeys(architecture)[0])
    assert walked(steps) == [("c1-s1", [("s1-s2", ["s2-s1"])])]
    assert [str(text) for text in cut] == [
        "The way s1 → s2 → s1 comes back to where it was: after s2 → s1 nothing more is followed."
    ]


def test_a_journey_that_would_explode_is_cut_at_its_limit() -> None:
    layers = " ".join(f"s{i}a>s{i + 1}{x} s{i}b>s{i + 1}{x}" for i in range(30) for x in "ab")
    architecture = system(f"c1>s0a {layers}")
    started = time.perf_counter()
    steps, cut = unfold(architecture, derived_journeys(architecture)[0])
    assert time.perf_counter() - started < 10
    assert sum(1 for _ in every_step(steps)) == 10_000
    assert "more than 10,000 steps" in str(cut[0])


def test_a_very_long_chain_is_cut_at_its_depth() -> None:
    chain = " ".join(f"s{i}>s{i + 1}" for i in range(300))
    steps, cut = unfold(system(f"c1>s0 {chain}"), Journey(id="j", entry="c1"))
    assert sum(1 for _ in every_step(steps)) == 200
    assert "more than 200 steps deep" in str(cut[0])


def test_used_journeys_stand_in_their_places() -> None:
    architecture = replace(
        system("c1>s1 s1>s2 s1>s3"),
        journeys=(
            Journey.model_validate({"id": "inner", "entry": "s1", "steps": [{"link": "s1-s2"}, {"link": "s1-s3"}]}),
            Journey.model_validate(
                {
                    "id": "outer",
                    "entry": "c1",
                    "steps": [{"link": "c1-s1", "steps": [{"use": "inner"}, {"work_ms": 3}]}],
                }
            ),
        ),
    )
    steps, cut = unfold(architecture, architecture.journey_by_id["outer"])
    assert list(links_used(steps)) == ["c1-s1", "s1-s2", "s1-s3"]
    assert cut == ()


def test_journeys_that_use_each_other_twice_over_do_not_explode() -> None:
    journeys: list[dict[str, Any]] = [{"id": "j0", "entry": "s1", "steps": [{"link": "s1-s2"}]}]
    journeys += [{"id": f"j{i}", "entry": "s1", "steps": [{"use": f"j{i - 1}"}] * 2} for i in range(1, 40)]
    architecture = replace(system("s1>s2"), journeys=tuple(Journey.model_validate(journey) for journey in journeys))
    steps, cut = unfold(architecture, architecture.journeys[-1], limit=500)
    assert len(steps) == 500
    assert cut


@given(architecture=architectures())
def test_any_journey_can_be_written_out(architecture: Architecture) -> None:
    for journey in (*architecture.journeys, *derived_journeys(architecture)):
        steps, cut = unfold(architecture, journey, limit=200)
        assert sum(1 for _ in every_step(steps)) <= 200
        assert all(str(text).endswith(".") for text in cut)
        checked = replace(architecture, journeys=(replace(journey, steps=steps),), scenarios=())
        assert checked.journeys[0].steps == steps


@pytest.mark.parametrize("services", [1000])
def test_the_views_of_a_large_system_take_milliseconds(services: int) -> None:
    links = " ".join(f"s{i}>s{(i * 7 + k) % services}" for i in range(services) for k in (1, 2))
    architecture = system(f"c1>s0 {links}")
    started = time.perf_counter()
    for look in (blocking_links, entries, needed_directly, journeys_in_force):
        look(architecture)
    assert time.perf_counter() - started < 2.0
