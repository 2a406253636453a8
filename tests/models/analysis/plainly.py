"""The rules that look at several parts, said in the plainest way over the JSON of a model; slow, and easy to check.

Written from the catalogue of rules alone. Each oracle gives the subjects of the findings. Nothing of the analyser is
used. Paths are walked one by one, sets are grown until nothing is added, and nothing is kept from one to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Part = dict[str, Any]
CHANNELS = ("queue", "topic")


class System:
    """The parts of one model by id, as its file says them."""

    def __init__(self, told: Part) -> None:
        self.elements: dict[str, Part] = {one["id"]: one for one in told["elements"]}
        self.links: dict[str, Part] = {one["id"]: one for one in told["links"]}
        self.journeys: list[Part] = told["journeys"]
        self.drawn = [one for one in self.journeys if one["steps"]]

    def of(self, *styles: str) -> list[Part]:
        return [link for _, link in sorted(self.links.items()) if link["style"] in styles]

    def into(self, element: str) -> list[Part]:
        return [link for _, link in sorted(self.links.items()) if link["target"] == element]

    def out_of(self, element: str) -> list[Part]:
        return [link for _, link in sorted(self.links.items()) if link["source"] == element]

    def kind(self, element: str) -> str:
        return str(self.elements[element]["kind"])

    def said(self, element: str, name: str) -> Any:
        return self.elements[element].get(name)

    def process(self, element: str) -> set[str]:
        """The element and all that are deployed with it."""
        found = {element}
        while (
            more := {
                other
                for one, told in self.elements.items()
                for other in (one, told.get("deployed_with"))
                if other and told.get("deployed_with") and {one, told["deployed_with"]} & found
            }
            - found
        ):
            found |= more
        return found

    def remote(self, link: Part) -> bool:
        return link["source"] == link["target"] or link["target"] not in self.process(link["source"])

    def waits(self, link: Part) -> bool:
        return link["style"] == "sync" or (link["style"] == "async" and link.get("awaited") is True)

    def reached(self, start: str, ways: Callable[[str], Iterator[str]]) -> set[str]:
        """All that some way of one step or more leads to."""
        found: set[str] = set()
        while more := {onward for here in (start, *found) for onward in ways(here)} - found:
            found |= more
        return found

    def comes_by(self, journey: Part) -> set[str]:
        """The elements of a journey: of its steps, else of all links from its entry on."""
        if not journey["steps"]:
            return {journey["entry"]} | self.reached(
                journey["entry"], lambda here: (link["target"] for link in self.out_of(here))
            )
        links = [self.links[link] for link in used(journey["steps"])]
        return {journey["entry"], *(link["source"] for link in links), *(link["target"] for link in links)}

    def entries(self) -> list[str]:
        return [
            one
            for one in self.elements
            if self.out_of(one)
            and (self.kind(one) == "client" or (self.kind(one) in ("service", "external") and not self.into(one)))
        ]

    def runs(self) -> list[set[str]]:
        """What each journey comes by; without journeys, what can be reached from each entry."""
        return [self.comes_by(one) for one in self.journeys or [{"entry": one, "steps": []} for one in self.entries()]]

    def dead_letters(self) -> set[str]:
        named = {one.get("dead_letter") for one in self.elements.values()}
        named |= {one.get("delivery", {}).get("dead_letter") for one in self.links.values()}
        return {one for one in self.elements if one in named}

    def consumers(self, link: Part) -> list[Part]:
        """The links by which an event reaches those who react."""
        if self.kind(link["target"]) != "topic":
            return [link]
        return [out for out in self.out_of(link["target"]) if out["style"] == "event"]

    def may_react(self, consuming: Part, link: Part) -> bool:
        """Whether drawn journeys, where they tell of both, tell of the link beneath the event."""
        drawn = [step for journey in self.drawn for step in every_step(journey["steps"])]
        if {consuming["id"], link["id"]} <= {step["link"] for step in drawn}:
            return any(link["id"] in used(step["steps"]) for step in drawn if step["link"] == consuming["id"])
        return True

    def published(self) -> list[Part]:
        return [link for link in self.of("event") if self.kind(link["source"]) != "topic"]

    def datasets(self) -> Iterator[tuple[str, str, list[Part]]]:
        """(store, dataset, the links that use it): who names none uses all of the store."""
        for store in self.elements:
            links = [link for link in self.into(store) if link["style"] == "shared_data"]
            if self.kind(store) == "datastore" and links:
                for name in sorted({link["dataset"] for link in links if "dataset" in link}) or [""]:
                    yield store, name, [link for link in links if link.get("dataset", name) == name]


def every_step(steps: list[Part]) -> Iterator[Part]:
    for step in steps:
        yield step
        yield from every_step(step["steps"])


def used(steps: list[Part]) -> Iterator[str]:
    for step in steps:
        yield step["link"]
        yield from used(step["steps"])


def turns(steps: list[Part]) -> Iterator[list[str]]:
    """The links that one element uses in one turn, for every turn."""
    yield [step["link"] for step in steps]
    for step in steps:
        yield from turns(step["steps"])


def pass_through(system: System) -> set[str]:
    found = set()
    for one, told in system.elements.items():
        into, out = system.into(one), system.out_of(one)
        alone = told["kind"] == "service" and len(into) == len(out) == 1 and len(system.process(one)) == 1
        if alone and told.get("role") not in ("gateway", "bff", "adapter"):
            styles = {into[0]["style"], out[0]["style"]}
            same = into[0].get("payload_bytes") == out[0].get("payload_bytes") is not None
            back = out[0]["target"] in (into[0]["source"], one)  # to call oneself is no shorter way
            if styles == {"sync"} and same and not back:
                found.add(one)
    return found


def inline_await(system: System) -> set[str]:
    return {
        link["id"]
        for link in system.of("async")
        if link.get("awaited") is True and system.kind(link["source"]) != "queue" and system.remote(link)
        if any(
            system.waits(into) and system.remote(into)
            for into in leading_to(system, link["source"])
            if into["id"] != link["id"]
        )
    }


def leading_to(system: System, one: str) -> list[Part]:
    """The links into an element, and into those that call it within its process or whose messages it takes."""
    found = system.into(one)
    for link in found:
        if link["style"] == "sync" or system.kind(link["source"]) == "queue":
            found += [into for into in system.into(link["source"]) if into not in found]
    return found


def needed(system: System, one: str) -> Iterator[str]:
    """What an element needs directly, at the moment it answers."""
    awaited = {link["target"] for link in system.links.values() if system.waits(link)}
    for link in system.out_of(one):
        kind = system.kind(link["target"])
        reads = link["style"] == "shared_data" and kind == "datastore" and "poll_interval_ms" not in link
        publishes = link["style"] in ("async", "event") and kind in CHANNELS
        if system.waits(link) or reads or publishes or (one in awaited and system.kind(one) == "queue"):
            yield link["target"]


def temporal_coupling(system: System) -> set[str]:
    """Gateways are judged by their journeys, and not here."""
    return {
        one
        for one, told in system.elements.items()
        if told["kind"] == "service" and told.get("role") not in ("gateway", "bff")
        if len(system.reached(one, lambda here: needed(system, here)) - system.process(one)) >= 2
    }


def missing_breaker(system: System) -> set[str]:
    runs = system.runs()
    found = set()
    for link in system.of("sync"):
        external, said = system.kind(link["target"]) == "external", link.get("circuit_breaker")
        shared = sum(link["target"] in run for run in runs) >= 2
        if system.remote(link) and ((said == "none" and (external or shared)) or (said is None and external)):
            found.add(link["id"])
    return found


def shared_pool(system: System) -> set[str]:
    found = set()
    for one, told in system.elements.items():
        calls = [link for link in system.out_of(one) if link["style"] == "sync" and system.remote(link)]
        blocking = told.get("threading") == "blocking" and told.get("workers") != "unlimited"
        several = len({link["target"] for link in calls}) >= 2
        if blocking and several and all(link.get("bulkhead") == "none" for link in calls):
            found.add(one)
    return found


def unattended(system: System) -> set[str]:
    return {one for one in system.dead_letters() if not system.out_of(one) and system.said(one, "replay") is False}


def dual_write(system: System) -> set[str]:
    every_turn = [turn for journey in system.drawn for turn in turns(journey["steps"])]
    told = set().union(*(system.comes_by(journey) for journey in system.drawn))
    every_turn += [[link["id"] for link in system.out_of(one)] for one in system.elements if one not in told]
    return {
        link["id"]
        for link in system.published()
        if link.get("outbox") is False
        for turn in every_turn
        if link["id"] in turn
        and any(
            system.links[other]["source"] == link["source"]
            and system.links[other]["style"] == "shared_data"
            and system.links[other].get("access") in ("write", "read_write")
            for other in turn
        )
    }


def broken_order(system: System) -> set[str]:
    found = set()
    for link in system.of("event"):
        if not link.get("order_required") or link.get("order_key", "none") != "none":
            continue
        into = system.into(link["source"]) if system.kind(link["source"]) == "topic" else []
        into = [one for one in into if one["style"] == "event"]
        if any(one.get("order_required") or one.get("order_key", "none") != "none" for one in into):
            continue  # it is said where they are published
        if link.get("order_key") is None and not (into and all(one.get("order_key") == "none" for one in into)):
            continue
        for out in system.consumers(link):
            told = system.elements[out["target"]]
            instances = told.get("instances") if told["kind"] == "service" else 1
            slots = out.get("delivery", {}).get("concurrency", told.get("workers", 1))
            slots = float("inf") if slots == "unlimited" else slots
            partitions = system.said(out["source"], "partitions") or float("inf")
            if min((instances or 1) * slots, partitions) > 1:
                found.add(link["id"])
    return found


def event_loop(system: System) -> set[str]:
    free = [link for link in system.of("event") if "guard" not in link]

    def ways(here: str) -> Iterator[str]:
        return (link["target"] for link in free if link["source"] == here)

    ahead = {one: system.reached(one, ways) for one in system.elements}
    return {min({one} | {other for other in ahead[one] if one in ahead[other]}) for one in ahead if one in ahead[one]}


def orphan(system: System) -> set[str]:
    aside = system.dead_letters() | {link.get("reply_queue") for link in system.links.values()}
    return {
        one
        for one in system.elements
        if system.kind(one) in CHANNELS and one not in aside and bool(system.into(one)) != bool(system.out_of(one))
    }


def single_broker(system: System) -> set[str]:
    found = set()
    for broker in {told["broker"] for told in system.elements.values() if "broker" in told}:
        channels = {one for one in system.elements if system.said(one, "broker") == broker}
        alone = {system.said(one, "replicas") for one in channels} == {1}
        if alone and sum(bool(run & channels) for run in system.runs()) >= 2:
            found.add(f"broker/{broker}")
    return found


def reads(link: Part) -> bool:
    return link.get("access") in ("read", "read_write")


def writes(link: Part) -> bool:
    return link.get("access") in ("write", "read_write")


def of_dataset(store: str, name: str) -> str:
    return f"{store}/{name}" if name else store


def units(system: System, links: list[Part]) -> set[str]:
    return {min(system.process(link["source"])) for link in links}


def two_way_lake(system: System) -> set[str]:
    return {
        of_dataset(store, name)
        for store, name, links in system.datasets()
        if system.said(store, "store") in ("data_lake", "data_warehouse")
        and units(system, list(filter(reads, links))) & units(system, list(filter(writes, links)))
    }


def unowned_schema(system: System) -> set[str]:
    return {
        store
        for store, _, links in system.datasets()
        if system.said(store, "schema_contract") in (None, "none")
        and len({system.said(link["source"], "owner") for link in links} - {None}) >= 2
    }


def fragile_store(system: System) -> set[str]:
    found = set()
    for store, _, links in system.datasets():
        fragile = system.said(store, "store") == "cache" or system.said(store, "replicas") == 1
        from_, to = units(system, list(filter(writes, links))), units(system, list(filter(reads, links)))
        if fragile and any(writer != reader for writer in from_ for reader in to):
            found.add(store)
    return found


def ways_back(system: System, consumer: str, publisher: str) -> list[list[Part]]:
    """Calls, straight or through a gateway or adapter."""

    def calls(one: str) -> list[Part]:
        return [link for link in system.out_of(one) if link["style"] == "sync" and system.remote(link)]

    found = []
    for first in calls(consumer) if consumer != publisher else ():
        if first["target"] == publisher:
            found.append([first])
        if system.said(first["target"], "role") in ("gateway", "bff", "adapter"):
            found += [[first, second] for second in calls(first["target"]) if second["target"] == publisher]
    return found


def thin_event(system: System) -> set[str]:
    """Publishers, as one finding tells of all their events straight to services."""
    found = set()
    for link in system.published():
        back = [
            out
            for out in system.consumers(link)
            if any(system.may_react(out, way[0]) for way in ways_back(system, out["target"], link["source"]))
        ]
        told = [one["payload"] for one in (link, *back) if "payload" in one]
        if back and told and told[0] == "id_only":
            found.add(link["source"])
    return found


def hidden_coupling(system: System) -> set[str]:
    found = set()
    for link in system.published():
        reacting = [out for out in system.consumers(link) if out["target"] != link["source"]]
        answers = [one for one in system.into(link["source"]) if one["style"] in ("sync", "async")]
        answers += [
            one for last in answers if system.kind(last["source"]) == "queue" for one in system.into(last["source"])
        ]
        if link.get("result_needed") is True or any(
            one["source"] == out["target"] and system.remote(one) and system.may_react(out, one)
            for one in answers
            for out in reacting
        ):
            found.add(link["id"])
    return found


def personal_data(system: System) -> set[str]:
    def reaches(link: Part) -> list[Part]:
        if system.kind(link["source"]) != "topic":
            return [out for out in system.consumers(link) if out.get("personal_data") is not False]
        told = any(into.get("personal_data") is True for into in system.into(link["source"]))
        return [] if told else [link]

    return {
        link["id"]
        for link in system.of("event")
        if link.get("personal_data") is True
        if any(system.said(out["target"], "cleared_for_personal_data") is False for out in reaches(link))
    }


def split_publication(system: System) -> set[str]:
    joined: dict[str, set[str]] = {one: {one} for one in system.links}
    for _ in system.links:
        for one, told in system.links.items():
            for other in told.get("published_with", ()):
                if {system.kind(system.links[end]["source"]) for end in (one, other)} & set(CHANNELS):
                    continue  # what was sent is only handed on
                joined[one] = joined[other] = joined[one] | joined[other]
        joined = {one: set().union(*(joined[other] for other in group)) for one, group in joined.items()}
    return {
        min(group)
        for group in joined.values()
        if len(group) > 1 and any(system.links[one].get("outbox") is False for one in group)
    }


def hub(system: System) -> set[str]:
    count = {
        one: len({link["id"] for link in (*system.into(one), *system.out_of(one))})
        for one in system.elements
        if system.kind(one) not in ("group", "note")
    }
    linked = [links for links in count.values() if links] or [0]
    limit = 2 * sum(linked) / len(linked) + 2
    return {
        one
        for one, links in count.items()
        if system.kind(one) == "service" and system.said(one, "role") not in ("gateway", "bff")
        if links >= 6 and links > limit
    }


def isolated(system: System) -> set[str]:
    aside = system.dead_letters() | {link.get("reply_queue") for link in system.links.values()}
    return {
        one
        for one in system.elements
        if system.kind(one) not in ("group", "note") and one not in aside and len(system.process(one)) == 1
        if not system.into(one) and not system.out_of(one)
    }


ORACLES: dict[str, Callable[[System], set[str]]] = {
    "D02": two_way_lake,
    "D06": unowned_schema,
    "D07": fragile_store,
    "E01": thin_event,
    "E03": personal_data,
    "E04": split_publication,
    "E07": hidden_coupling,
    "G04": hub,
    "G06": isolated,
    "M03": unattended,
    "M05": dual_write,
    "M06": broken_order,
    "M08": event_loop,
    "M09": orphan,
    "M10": single_broker,
    "R02": missing_breaker,
    "R08": shared_pool,
    "T01": temporal_coupling,
    "T07": pass_through,
    "T09": inline_await,
}
