"""What each edit does, by example."""

from datetime import date
from typing import Any

import pytest

from models.architecture import (
    Architecture,
    AsyncLink,
    Client,
    Diagram,
    EventLink,
    Journey,
    LinkStep,
    Policy,
    Provenance,
    Queue,
    Scenario,
    Service,
    SharedDataLink,
    SyncLink,
    edits,
    replace,
)
from models.architecture.changes import Changes, changes
from models.architecture.edits import EditError


def shop(**more: Any) -> Architecture:
    return Architecture.model_validate(
        {
            "elements": [
                {"id": "client", "kind": "client", "name": "Customer"},
                {"id": "order", "kind": "service", "name": "Order", "groups": ["sales"]},
                {"id": "payment", "kind": "service", "name": "Payment", "deployed_with": "order"},
                {"id": "orders", "kind": "datastore", "server": "host"},
                {"id": "work", "kind": "queue", "dead_letter": "dead"},
                {"id": "dead", "kind": "queue"},
                {"id": "sales", "kind": "group", "group_type": "team", "parent": "company"},
                {"id": "company", "kind": "group"},
                {"id": "host", "kind": "group", "group_type": "host", "placement": {"payment": 2, "order": 1}},
            ],
            "links": [
                {"id": "buy", "source": "client", "target": "order", "style": "sync"},
                {
                    "id": "pay",
                    "source": "order",
                    "target": "payment",
                    "style": "sync",
                    "timeout_ms": 300,
                    "retry": {"max_attempts": 3, "backoff": "fixed"},
                    "operation": "write",
                    "provenance": {"timeout_ms": {"from": "guess"}, "retry": {"from": "guess"}},
                },
                {"id": "store", "source": "order", "target": "orders", "style": "shared_data"},
                {"id": "look", "source": "payment", "target": "orders", "style": "shared_data", "notified_by": "pay"},
                {"id": "later", "source": "order", "target": "work", "style": "async", "reply_queue": "dead"},
                {
                    "id": "take",
                    "source": "work",
                    "target": "payment",
                    "style": "async",
                    "delivery": {"dead_letter": "dead", "max_deliveries": 5},
                },
            ],
            "journeys": [
                {
                    "id": "purchase",
                    "entry": "client",
                    "steps": [
                        {
                            "link": "buy",
                            "steps": [
                                {"link": "pay"},
                                {"link": "store", "steps": [{"link": "look"}]},
                                {"choice": [{"weight": 1, "steps": [{"link": "later", "steps": [{"link": "take"}]}]}]},
                            ],
                        }
                    ],
                },
                {"id": "order-only", "entry": "order", "steps": [{"link": "pay"}]},
                {"id": "again", "entry": "order", "steps": [{"use": "order-only"}]},
            ],
            "scenarios": [
                {
                    "id": "bad-day",
                    "set": {"payment.workers": 4, "pay.retry.max_attempts": 2, "purchase.client_timeout_ms": 9},
                    "faults": [{"fault": "crash", "target": "payment"}, {"fault": "partition", "target": "buy"}],
                    "expect": [{"journey": "order-only", "metric": "p99_ms", "at_most": 800}],
                }
            ],
            "policy": {
                "severity": [{"rule": "T01", "where": "payment", "value": "off"}],
                "waivers": [{"finding": "D01:orders"}, {"finding": "R01:payment"}],
            },
            "diagrams": [
                {
                    "id": "main",
                    "positions": {"client": [0, 0], "order": [200, 0], "payment": [400, 80]},
                    "bends": {"pay": [[300, 20], [350, 60]]},
                }
            ],
        }
        | more
    )


def step_links(journey: Journey) -> list[str]:
    from models.architecture.steps import links_used

    return list(links_used(journey.steps))


def test_a_new_element_stands_where_it_was_dropped_even_on_a_model_without_a_diagram() -> None:
    after = edits.add_element(Architecture(), Service(id="order"), position=(8.0, 16.0))
    assert after.diagrams == (Diagram(id="main", positions={"order": (8.0, 16.0)}),)


def test_a_new_element_joins_a_diagram_that_lists_its_elements() -> None:
    before = shop(diagrams=[{"id": "main", "include": ["client"]}])
    after = edits.add_element(before, Service(id="stock"), diagram="main", position=(0.0, 0.0))
    assert after.diagrams[0].include == ("client", "stock")


def test_a_new_link_needs_nothing_but_its_style() -> None:
    after = edits.add_link(shop(), EventLink(id="paid", source="payment", target="order"))
    assert after.link_by_id["paid"].said().keys() == {"id", "source", "target", "style"}


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda a: edits.add_element(a, Client(id="order")), 'The id "order" is taken; give the new part another one.'),
        (
            lambda a: edits.add_link(a, SyncLink(id="x", source="order", target="work")),
            "A sync link cannot run from Order to work; possible: Async.",
        ),
        (
            lambda a: edits.add_link(a, SyncLink(id="x", source="order", target="ordrs")),
            'There is no element "ordrs" (did you mean "orders"?).',
        ),
        (
            lambda a: edits.set_attributes(a, ["pay"], {"timeot_ms": 3}),
            '"Order → Payment" has no attribute "timeot_ms" to set (did you mean "timeout_ms"?).',
        ),
        (
            lambda a: edits.set_attributes(a, ["pay"], {"timeout_ms": "soon"}),
            'timeout_ms: "soon" does not fit here; write a number of milliseconds, 0 or more, or "none".',
        ),
        (
            lambda a: edits.set_attributes(a, ["pay"], {"style": "async"}),
            '"Order → Payment" has no attribute "style" to set.',
        ),
        (lambda a: edits.remove(a, ["odrer"]), 'There is no element or link "odrer" (did you mean "order"?).'),
        (
            lambda a: edits.join(a, ["company"], "sales"),
            "the group sales lies inside itself; give it another parent.",
        ),
        (lambda a: edits.join(a, ["sales"], "sales"), "sales cannot lie inside itself; choose another group."),
        (lambda a: edits.ungroup(a, "order"), "Order is no group; its kind is service."),
        (lambda a: edits.drop(a, "journeys", "buy"), 'There is no "buy" among journeys.'),
        (
            lambda a: edits.make_channel_explicit(a, "buy"),
            "Customer → Order implies no queue, topic or store of its own.",
        ),
        (
            lambda a: edits.make_channel_explicit(a, "later"),
            "Order → work implies no queue, topic or store of its own.",
        ),
        (lambda a: edits.place(a, "mian", {}), 'There is no diagram "mian" (did you mean "main"?).'),
        (lambda a: edits.waive(a, "D01:x", until="soon"), "until: a date is written like 2027-03-01."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(edit: Any, sentence: str) -> None:
    with pytest.raises(EditError) as caught:
        edit(shop())
    told = str(caught.value)
    assert told == sentence


def test_a_renamed_element_keeps_its_links() -> None:
    before = shop()
    after = edits.rename(before, "order", "  Orders ")
    assert after.element_by_id["order"].name == "Orders"
    assert after.links == before.links
    assert edits.rename(after, "order", "").element_by_id["order"].name is None


def test_an_attribute_is_set_on_many_at_once() -> None:
    after = edits.set_attributes(shop(), ["buy", "pay"], {"timeout_ms": "none", "tags": ("x",)})
    assert [(link.timeout_ms, link.tags) for link in after.links if isinstance(link, SyncLink)] == [
        ("none", ("x",)),
        ("none", ("x",)),
    ]


def test_none_unsays_an_attribute() -> None:
    after = edits.set_attributes(shop(), ["pay"], {"timeout_ms": None, "retry.backoff": None})
    link = after.link_by_id["pay"]
    assert isinstance(link, SyncLink)
    assert link.timeout_ms is None
    assert link.retry.said() == {"max_attempts": 3}  # type: ignore[union-attr]  # it stays a Retry


def test_a_dotted_attribute_makes_the_part_it_leads_into() -> None:
    after = edits.set_attributes(shop(), ["buy", "take"], {"contract.version": "2"})
    after = edits.set_attributes(after, ["buy"], {"retry.max_attempts": 4, "circuit_breaker.open_ms": 100})
    said = after.link_by_id["buy"].said()
    assert said["retry"].said() == {"max_attempts": 4}
    assert said["circuit_breaker"].said() == {"open_ms": 100}
    assert after.link_by_id["take"].contract.said() == {"version": "2"}  # type: ignore[union-attr]  # just made


def test_a_retry_with_nothing_left_in_it_is_still_a_retry_but_an_empty_delivery_is_none() -> None:
    after = edits.set_attributes(shop(), ["pay"], {"retry.max_attempts": None, "retry.backoff": None})
    assert after.link_by_id["pay"].said()["retry"].said() == {}
    after = edits.set_attributes(shop(), ["take"], {"delivery.dead_letter": None, "delivery.max_deliveries": None})
    assert "delivery" not in after.link_by_id["take"].said()


def test_what_a_person_sets_is_no_guess_any_more() -> None:
    after = edits.set_attributes(shop(), ["pay"], {"timeout_ms": 200})
    assert after.link_by_id["pay"].provenance.keys() == {"retry"}
    fixed = edits.set_attributes(shop(), ["pay"], {"timeout_ms": 200}, provenance=Provenance(from_="fix", note="R01"))
    assert fixed.link_by_id["pay"].provenance["timeout_ms"] == Provenance(from_="fix", note="R01")
    confirmed = edits.set_attributes(shop(), ["pay"], {"timeout_ms": 300})
    assert "timeout_ms" not in confirmed.link_by_id["pay"].provenance


def test_setting_what_is_said_already_changes_nothing() -> None:
    before = shop()
    assert not changes(before, edits.set_attributes(before, ["buy"], {"name": None}))


def test_what_is_removed_takes_with_it_what_hangs_on_it() -> None:
    after = edits.remove(shop(), ["payment"])
    assert after.link_by_id.keys() == {"buy", "store", "later"}
    purchase, order_only, again = after.journeys
    assert step_links(purchase) == ["buy", "store", "later"]
    assert order_only.steps == ()
    assert again.steps != ()
    scenario = after.scenarios[0]
    assert scenario.set == {"purchase.client_timeout_ms": 9}
    assert [fault.target for fault in scenario.faults] == ["buy"]
    assert after.policy == Policy.model_validate({"waivers": [{"finding": "D01:orders"}]})
    assert after.diagrams[0].positions.keys() == {"client", "order"}
    assert after.diagrams[0].bends == {}
    assert after.element_by_id["host"].said()["placement"] == {"order": 1}


def test_a_journey_goes_with_its_entry_and_what_used_or_expected_it_too() -> None:
    after = edits.remove(shop(), ["client", "order"])
    assert after.journeys == ()
    assert after.scenarios[0].expect == ()
    after = edits.drop(shop(), "journeys", "order-only")
    assert after.journey_by_id["again"].steps == ()
    assert after.scenarios[0].expect == ()


def test_references_to_a_removed_queue_are_let_go() -> None:
    after = edits.remove(shop(), ["dead"])
    assert "dead_letter" not in after.element_by_id["work"].said()
    assert "reply_queue" not in after.link_by_id["later"].said()
    assert after.link_by_id["take"].said()["delivery"].said() == {"max_deliveries": 5}


def test_a_removed_link_notifies_nobody() -> None:
    assert "notified_by" not in edits.remove(shop(), ["pay"]).link_by_id["look"].said()


def test_members_of_a_removed_group_stay() -> None:
    after = edits.remove(shop(), ["sales", "host"])
    assert after.element_by_id["order"].groups == ()
    assert "server" not in after.element_by_id["orders"].said()


def test_an_ungrouped_member_is_in_the_group_around() -> None:
    after = edits.ungroup(shop(), "sales")
    assert after.element_by_id["order"].groups == ("company",)
    assert "sales" not in after.element_by_id


def test_a_retagged_link_keeps_what_the_styles_share() -> None:
    after = edits.retag(shop(), "pay", "async")
    link = after.link_by_id["pay"]
    assert isinstance(link, AsyncLink)
    assert link.said().keys() == {"id", "source", "target", "style", "timeout_ms", "operation", "provenance"}
    assert link.provenance.keys() == {"timeout_ms"}
    assert step_links(after.journeys[0]) == step_links(shop().journeys[0])
    assert after.scenarios[0].set.keys() == {"payment.workers", "purchase.client_timeout_ms"}


def test_a_link_cannot_be_retagged_to_what_its_ends_do_not_allow() -> None:
    with pytest.raises(EditError, match="A data access link cannot run from Customer to "):
        edits.retag(shop(), "buy", "shared_data")


def test_a_reconnected_link_loses_its_bends_and_the_steps_that_no_longer_fit() -> None:
    after = edits.reconnect(shop(), "pay", source="client")
    assert after.diagrams[0].bends == {}
    assert step_links(after.journeys[0]) == ["buy", "store", "look", "later", "take"]
    assert after.journey_by_id["order-only"].steps == ()


def test_a_reversed_link_runs_the_other_way_through_the_same_bends() -> None:
    after = edits.reverse(shop(), "pay")
    link = after.link_by_id["pay"]
    assert (link.source, link.target) == ("payment", "order")
    assert after.diagrams[0].bends["pay"] == ((350.0, 60.0), (300.0, 20.0))


def test_elements_are_grouped_out_of_the_other_group_of_that_type() -> None:
    after = edits.group(shop(), ["order", "payment"], "Shop team", "team")
    assert after.element_by_id["shop-team"].name == "Shop team"
    assert after.members["shop-team"] == ("order", "payment")
    assert after.members["sales"] == ()


def test_grouped_groups_lie_in_the_new_one_and_that_where_they_lay() -> None:
    after = edits.group(shop(), ["sales"], "Division")
    assert after.element_by_id["sales"].said()["parent"] == "division"
    assert after.element_by_id["division"].said()["parent"] == "company"


def test_an_element_leaves_all_groups() -> None:
    assert edits.join(shop(), ["order"], None).element_by_id["order"].groups == ()


def test_a_fragment_holds_what_lies_wholly_inside() -> None:
    piece = edits.fragment(shop(), ["order", "payment", "sales"])
    assert piece.element_by_id.keys() == {"order", "payment", "sales"}
    assert piece.link_by_id.keys() == {"pay"}
    assert [journey.id for journey in piece.journeys] == ["order-only", "again"]
    assert piece.scenarios == () and piece.policy is None
    assert piece.element_by_id["order"].groups == ("sales",)
    assert piece.element_by_id["sales"].said().keys() == {"id", "kind", "group_type"}


def test_a_group_is_copied_with_its_members() -> None:
    assert edits.fragment(shop(), ["company"]).element_by_id.keys() == {"company", "sales", "order"}


def test_a_pasted_piece_has_ids_and_references_of_its_own() -> None:
    piece = edits.fragment(shop(), ["order", "payment", "work", "dead"])
    after, new = edits.paste(shop(), piece)
    assert new["order"] == "order-2"
    copy = after.element_by_id[new["work"]]
    assert isinstance(copy, Queue) and copy.dead_letter == new["dead"]
    assert after.link_by_id[new["take"]].said()["delivery"].dead_letter == new["dead"]
    assert after.journey_by_id["order-only-2"].steps == (LinkStep(link=new["pay"]),)
    assert after.diagrams[0].positions[new["order"]] == (224.0, 24.0)
    assert after.diagrams[0].bends[new["pay"]] == ((324.0, 44.0), (374.0, 84.0))


def test_a_piece_can_be_pasted_twice_and_into_another_model() -> None:
    piece = edits.fragment(shop(), ["order", "payment"])
    once, first = edits.paste(shop(), piece)
    _, second = edits.paste(once, piece)
    assert not set(first.values()) & set(second.values())
    alone, ids = edits.paste(Architecture(), piece)
    assert ids == {"order": "order", "payment": "payment", "pay": "pay"}
    assert alone.diagrams[0].positions["order"] == (224.0, 24.0)


def test_a_profile_comes_along_once() -> None:
    before = shop(profiles=[{"id": "mesh", "timeout_ms": 500}])
    before = edits.set_attributes(before, ["pay"], {"profile": "mesh"})
    piece = edits.fragment(before, ["order", "payment"])
    assert [profile.id for profile in edits.paste(before, piece)[0].profiles] == ["mesh"]
    other = Architecture.model_validate({"profiles": [{"id": "mesh", "timeout_ms": 1}]})
    after, new = edits.paste(other, piece)
    assert [profile.id for profile in after.profiles] == ["mesh", "mesh-2"]
    assert after.link_by_id[new["pay"]].profile == "mesh-2"


def test_a_duplicate_keeps_the_groups_and_references_of_its_original() -> None:
    after, new = edits.duplicate(shop(), ["order", "work", "orders"])
    assert after.element_by_id[new["order"]].groups == ("sales",)
    assert after.element_by_id[new["work"]].said()["dead_letter"] == "dead"
    assert after.element_by_id[new["orders"]].said()["server"] == "host"
    assert after.link_by_id[new["later"]].said()["reply_queue"] == "dead"


def test_ids_are_made_from_any_script() -> None:
    taken = shop()
    assert edits.fresh_id(taken, "Order") == "order-2"
    assert edits.fresh_id(taken, "Größe & Maße") == "grösse-masse"
    assert edits.fresh_id(taken, "주문 서비스") == "주문-서비스"
    assert edits.fresh_id(taken, "!?") == "part"
    for name in ("हिन्दी", "x²", "ﬁsh", "a" * 300, "\u202eabc", "-.-", "١٢"):
        Service(id=edits.fresh_id(taken, name))


def test_an_implied_queue_becomes_an_element() -> None:
    before = edits.retag(shop(), "pay", "async")
    before = edits.set_attributes(before, ["pay"], {"delivery.max_deliveries": 3, "technology": "SQS"})
    after = edits.make_channel_explicit(before, "pay")
    queue = after.element_by_id["payment-queue"]
    assert isinstance(queue, Queue) and (queue.name, queue.technology) == ("Payment queue", "SQS")
    inward, onward = after.link_by_id["pay"], after.link_by_id["payment-queue-payment"]
    assert (inward.source, inward.target, onward.source, onward.target) == ("order", queue.id, queue.id, "payment")
    assert "delivery" not in inward.said() and "operation" not in inward.said()
    assert onward.said()["delivery"].max_deliveries == 3
    assert onward.said()["operation"] == "write"
    assert step_links(after.journeys[0])[:3] == ["buy", "pay", onward.id]
    assert after.diagrams[0].positions[queue.id] == (300.0, 40.0)


def test_an_implied_store_becomes_an_element_that_the_other_side_reads() -> None:
    link = SharedDataLink(
        id="share", source="order", target="payment", access="write", dataset="orders", poll_interval_ms=50.0
    )
    after = edits.make_channel_explicit(edits.add_link(shop(), link), "share")
    store = after.elements[-1]
    inward, onward = after.link_by_id["share"], after.links[-1]
    assert (inward.target, onward.source, onward.target) == (store.id, "payment", store.id)
    assert inward.said()["access"] == "write" and onward.said()["access"] == "read"
    assert onward.said()["dataset"] == "orders"
    assert "poll_interval_ms" not in inward.said() and onward.said()["poll_interval_ms"] == 50


def test_a_waiver_is_put_renewed_and_taken_back() -> None:
    after = edits.waive(shop(), "D01:orders", reason="small", owner="Ann", until=date(2027, 3, 1))
    after = edits.waive(after, "D01:orders", until="2027-04-01")
    assert after.policy is not None
    assert [waiver.finding for waiver in after.policy.waivers] == ["R01:payment", "D01:orders"]
    assert after.policy.waivers[-1].until == date(2027, 4, 1)
    assert edits.unwaive(edits.waive(Architecture(), "D01:x"), "D01:x") == Architecture()


def test_positions_sizes_and_bends_are_taken_back() -> None:
    before = shop()
    after = edits.resize(before, "main", {"order": (200.0, 100.0)})
    assert after.diagrams[0].sizes == {"order": (200.0, 100.0)}
    assert edits.resize(after, "main", {"order": None}) == before
    assert edits.bend(before, "main", "pay", []).diagrams[0].bends == {}
    assert "order" not in edits.place(before, "main", {"order": None}).diagrams[0].positions


def test_what_changed_is_found_by_identity() -> None:
    before = shop()
    after = edits.set_attributes(before, ["pay"], {"timeout_ms": 100})
    assert changes(before, after) == Changes(changed=("pay",))
    moved = edits.place(before, "main", {"order": (0.0, 0.0)})
    assert changes(before, moved) == Changes(diagrams=True)
    assert not changes(before, moved).meaning
    assert changes(before, edits.set_policy(before, None)).policy
    assert changes(before, edits.put(before, Scenario(id="new"))) == Changes(scenarios=True)
    assert changes(before, replace(before, name="Other")).meaning
    untouched = [part for part in after.elements if part is before.element_by_id[part.id]]
    assert len(untouched) == len(before.elements)


def test_a_figure_within_an_imported_value_that_a_person_sets_makes_the_whole_theirs() -> None:
    imported = Provenance(from_="import")
    delivery = {"guarantee": "at_least_once", "max_deliveries": 3}
    before = edits.set_attributes(shop(), ["take"], {"delivery": delivery}, provenance=imported)
    assert before.link_by_id["take"].provenance["delivery"] == imported
    after = edits.set_attributes(before, ["take"], {"delivery.max_deliveries": 4})
    assert "delivery" not in after.link_by_id["take"].provenance
