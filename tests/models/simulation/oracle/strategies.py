"""Random small models, as JSON: a few elements, links of all styles with random attributes, a journey, faults.

In an `exact` model nothing is left to chance: times are constant, arrivals regular, probabilities 0 or 1. Every time in
it has 53 random bits, so that no two sums of a few of them are equal: two events never fall on the same moment by
accident, where their order would be a matter of taste. (Multiples of one irrational number would not do: their sums
meet.) What makes things happen at one moment by construction is left out: several users who think equally long,
batches, a message published twice, a whole backlog delivered to many slots when a consumer comes back.
"""

import itertools
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]


@dataclass
class Maker:
    luck: Random
    exact: bool
    elements: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    only_open: bool = False
    """Whether a load is only ever a rate, which may surge without users who do everything at once."""

    def chance(self, percent: int) -> bool:
        return self.luck.random() < percent / 100

    def one(self, *choices: Any) -> Any:
        return self.luck.choice(choices)

    def some(self, of: list[Any], least: int, most: int) -> list[Any]:
        """Different ones in any order."""
        return self.luck.sample(of, min(self.one(*range(least, most + 1)), len(of)))

    def number(self, around: float) -> float:
        """A number no other equals, from `around` to 1.5 times that."""
        return around * (1 + self.luck.random() / 2)

    def time(self, *around: float) -> Any:
        mean = self.number(self.one(*around))
        if self.exact:
            return mean
        shape = self.one("exponential", "constant", "uniform", "erlang", "lognormal", "hyperexponential", "empirical")
        return {
            "exponential": {"exponential": {"mean": mean}},
            "constant": mean,
            "uniform": {"uniform": {"low": mean / 2, "high": mean * 1.5}},
            "erlang": {"erlang": {"mean": mean, "k": 3}},
            "lognormal": {"lognormal": {"mean": mean, "cv": 0.7}},
            "hyperexponential": {"hyperexponential": {"mean": mean, "cv": 1.5}},
            "empirical": {"empirical": {"quantiles": [[0.2, mean / 4], [0.5, mean], [0.9, mean * 2]]}},
        }[shape]

    def probability(self) -> float:
        return float(self.one(0, 1, 1, 1)) if self.exact else float(self.one(0.2, 0.5, 0.8))

    def said(self, into: Json, percent: int, name: str, *choices: Any) -> None:
        if self.chance(percent):
            into[name] = self.one(*choices)

    # ---- elements ----

    def service(self, id: str) -> Json:
        made: Json = {"id": id, "kind": "service", "work_ms": self.time(3, 12, 30, 60)}
        made["instances"] = self.one(1, 1, 2, 3)
        made["workers"] = self.one(1, 1, 2, 3, "unlimited")
        self.said(made, 30, "queue_limit", 0, 1, 3)
        self.said(made, 30, "threading", "nonblocking")
        self.said(made, 30, "discipline", "lifo", "ps")
        balancing = ("least_busy", "shared_queue", "round_robin") + (() if self.exact else ("random",))
        self.said(made, 50, "load_balancing", *balancing)
        self.said(made, 30, "health_check_ms", self.number(170))
        if self.chance(30):
            made["startup_ms"] = self.number(200)
        if self.chance(10):
            made["autoscale"] = {
                "min": self.one(1, 2),
                "max": 3,
                "target_utilisation": self.one(0.3, 0.6),
                "delay_ms": self.number(self.one(150, 400)),
            }
            made["startup_ms"] = self.number(100)
        if not self.exact:
            self.said(made, 20, "availability", 0.9, 0.7)
        return made

    def make_elements(self) -> None:
        self.elements.append({"id": "users", "kind": "client"})
        for i in range(self.one(1, 2, 2, 3)):
            self.elements.append(self.service(f"s{i}"))
        if self.chance(25):
            self.elements.append({"id": "ext", "kind": "external", "work_ms": self.time(5, 25), "workers": 2})
        if self.chance(30):
            store: Json = {"id": "db", "kind": "datastore", "work_ms": self.time(4, 15)}
            self.said(store, 50, "connections", 1, 2)
            self.said(store, 20, "replicas", 2)
            self.elements.append(store)
            if self.chance(40):
                ratio = self.one(0, 1) if self.exact else self.one(0.3, 0.8)
                cache: Json = {"id": "cache", "kind": "datastore", "store": "cache", "work_ms": self.time(1)}
                self.elements.append(cache | {"hit_ratio": ratio})
        if self.chance(40):
            queue: Json = {"id": "q", "kind": "queue"}
            self.said(queue, 25, "max_length", 1, 3)
            self.said(queue, 15, "max_message_bytes", 1000)
            self.said(queue, 25, "message_ttl_ms", self.number(50), self.number(200))
            if self.chance(30):
                self.elements.append({"id": "dlq", "kind": "queue"})
                self.said(self.elements[-1], 40, "replay", True)
                queue["dead_letter"] = "dlq"
            self.elements.append(queue)
        if self.chance(30):
            topic: Json = {"id": "t", "kind": "topic"}
            self.said(topic, 20, "retention_ms", self.number(60))
            self.said(topic, 40, "partitions", 1, 2, 3)
            self.elements.append(topic)
        if self.chance(30):
            self.elements.append({"id": "replies", "kind": "queue"})
        if self.chance(25):
            self._make_host()

    def _make_host(self) -> None:
        """Something that takes several with it when it goes down."""
        homes: dict[str, Json] = {
            "service": {"groups": ["rack"]},
            "datastore": {"server": "rack"},
            "queue": {"broker": "rack"},
        }
        for element in self.elements:
            if self.chance(50):
                element.update(homes.get(element["kind"], {}))
        self.elements.append({"id": "rack", "kind": "group", "group_type": "host"})

    # ---- links ----

    def link(self, source: str, target: str, style: str) -> None:
        made: Json = {"id": f"{source}-{target}-{style}", "source": source, "target": target, "style": style}
        if any(link["id"] == made["id"] for link in self.links):
            return
        made["network_ms"] = self.time(0.3, 2, 9)
        if self.chance(15):
            made["serialise_ms"] = self.number(0.4)
        if self.chance(15):
            made |= {"payload_bytes": self.one(600, 3000), "ms_per_kib": self.number(1)}
        if style in ("sync", "shared_data"):
            self._protect(made)
        if style == "sync":
            self._guard(made)
        if style in ("async", "event") and (source in ("q", "t") or target not in ("q", "t")):
            self._deliver(made)
        if style == "event" and source != "t":
            self._order(made)
        if style == "async" and source not in ("q", "replies") and target != "replies":
            self._expect_reply(made)
        if style == "shared_data":
            self._access(made)
        self.links.append(made)

    def _order(self, made: Json) -> None:
        self.said(made, 15, "order_required", True)
        if not self.exact:
            self.said(made, 30, "order_key", "order", "customer", "none")
        self.said(made, 25, "outbox", True)

    def _expect_reply(self, made: Json) -> None:
        if not self.chance(60):
            return
        made["reply"] = self.one("queue", "queue", "callback")
        if any(element["id"] == "replies" for element in self.elements):
            self.said(made, 60, "reply_queue", "replies")
        self.said(made, 60, "pending_state", "stored", "memory")
        self.said(made, 50, "awaited", True)
        if self.chance(50):
            made["timeout_ms"] = self.number(self.one(30, 100, 300))
        self.said(made, 20, "progress_replies", True)

    def _access(self, made: Json) -> None:
        self.said(made, 60, "access", "read", "write")
        if self.chance(20):
            made["transaction_ms"] = self.number(15)
        self.said(made, 15, "spans_calls", True)

    def _protect(self, made: Json) -> None:
        if self.chance(50):
            made["timeout_ms"] = self.number(self.one(10, 40, 120, 300))
        if self.chance(50):
            made["retry"] = self.retry()
        self.said(made, 20, "connection_pool", 1, 2)

    def retry(self) -> Json:
        made: Json = {"max_attempts": self.one(2, 3), "backoff": self.one("none", "fixed", "exponential")}
        if made["backoff"] != "none":
            made["base_ms"] = self.number(self.one(5, 50))
            self.said(made, 30, "cap_ms", self.number(70))
            if not self.exact:
                self.said(made, 40, "jitter", "full")
        self.said(made, 20, "budget_ratio", 0.25, 0.5)
        return made

    def _guard(self, made: Json) -> None:
        self.said(made, 15, "bulkhead", 1, 2)
        if self.chance(20):
            made["circuit_breaker"] = {
                "failure_rate": self.one(0.3, 0.5),
                "window_calls": self.one(4, 8),
                "minimum_calls": self.one(2, 4),
                "open_ms": self.number(self.one(60, 400)),
                "half_open_calls": self.one(1, 2, 3),
            }
            if self.chance(30):
                made["circuit_breaker"]["slow_call_ms"] = self.number(60)
        if self.chance(15):
            made["hedge_after_ms"] = self.number(self.one(8, 40))
        self.said(made, 20, "fallback", "default", "buffer")
        self.said(made, 20, "propagates_deadline", True)
        self.said(made, 30, "errors", "typed")
        self.said(made, 15, "operation", "read")

    def _deliver(self, made: Json) -> None:
        told: Json = {}
        self.said(told, 15, "guarantee", "at_most_once")
        self.said(told, 50, "max_deliveries", 1, 2, 3)
        if self.chance(60):
            told["visibility_timeout_ms"] = self.one(0, self.number(40), self.number(400))
        self.said(told, 30, "concurrency", 1, 2)
        self.said(told, 20, "prefetch", 1, 2)
        if any(element["id"] == "dlq" for element in self.elements):
            self.said(told, 20, "dead_letter", "dlq", "none")
        if told:
            made["delivery"] = told

    def make_links(self) -> None:
        ids = {element["id"] for element in self.elements}
        services = sorted(id for id in ids if id.startswith("s"))
        self.link("users", "s0", self.one("sync", "sync", "sync", "async"))
        for i, source in enumerate(services):
            for target in services[i + 1 :]:
                if self.chance(70):
                    by_chance = () if self.exact else ("shared_data",)  # a store that nobody drew works at random
                    self.link(source, target, self.one("sync", "sync", "sync", "async", "event", *by_chance))
            if "ext" in ids and self.chance(50):
                self.link(source, "ext", "sync")
            for store in ("db", "cache"):
                if store in ids and self.chance(50):
                    self.link(source, store, "shared_data")
            if "q" in ids and (i == 0 or self.chance(30)):
                self.link(source, "q", "async")
            if "t" in ids and (i == 0 or self.chance(30)):
                self.link(source, "t", "event")
        for channel, style in (("q", "async"), ("t", "event")):
            if channel in ids:
                for taker in self.some(services, 1, 2):
                    self.link(channel, taker, style)

        self._draw_ways_of_replies()
        self._make_readers(services)

    def _draw_ways_of_replies(self) -> None:
        """Some replies have links of their own, to their queue and out of it."""
        for link in [link for link in self.links if link.get("reply_queue")]:
            if self.chance(40):
                takers = (
                    [link["target"]]
                    if link["target"] != "q"
                    else [other["target"] for other in self.links if other["source"] == "q"]
                )
                for taker in takers:
                    self.link(taker, "replies", "async")
            if self.chance(40) and link["source"] != "users":
                self.link("replies", link["source"], "async")

    def _make_readers(self, services: list[str]) -> None:
        """Someone else reads what is written to the store: notified of it, or polling where chance may play a part."""
        if not any(element["id"] == "db" for element in self.elements) or not self.chance(60):
            return
        for reader in self.some(services, 1, 2):
            self.link(reader, "db", "shared_data")
            link = next(link for link in self.links if link["id"] == f"{reader}-db-shared_data")
            if link.get("access") == "write":
                continue
            link["access"] = "read"
            told_over = [
                other["id"]
                for other in self.links
                if other["target"] in (reader, "db") and other["style"] in ("sync", "async", "event")
            ]
            if told_over and self.chance(60):
                link["notified_by"] = self.one(*told_over)
            if not self.exact and ("notified_by" not in link or self.chance(50)):
                link["poll_interval_ms"] = self.number(self.one(30, 120))
                self.said(link, 20, "changes_per_s", 20)
            self.said(link, 40, "batch_limit", 1, 3)
            self.said(link, 15, "dataset", "orders")

    # ---- journeys ----

    def steps(self, place: str, depth: int) -> list[Json]:
        out = [link for link in self.links if link["source"] == place and link["target"] != "replies"]
        if not out or depth > 3:
            return []
        chosen = self.some(out, 1 if depth < 2 else 0, 3)
        if place in ("q", "t"):
            return [self.step(link, depth, first=True, taken=True) for link in chosen]
        made = [self.step(link, depth, first=i == 0) for i, link in enumerate(chosen)]
        for (before, link), step in zip(itertools.pairwise(chosen), made[1:], strict=True):
            if before.get("awaited") or link.get("awaited"):
                step.pop("parallel", None)  # which instance a strand goes on at, when its reply comes, is open
        if self.chance(15):
            made.insert(self.one(0, len(made)), {"work_ms": self.time(4, 20)})
        if made and self.chance(10):
            weights = self.one((1, 0), (0, 2)) if self.exact else (1, 2)
            branches = [{"weight": weights[0], "steps": made}, {"weight": weights[1], "steps": made[:1]}]
            return [{"choice": branches}]
        return made

    def step(self, link: Json, depth: int, first: bool, taken: bool = False) -> Json:
        made: Json = {"link": link["id"]}
        style = link["style"]
        if self.chance(20):
            made["probability"] = self.probability()
        if not taken and (style in ("sync", "shared_data") or not self.exact):
            self.said(made, 15, "calls", 2)
        if not first:
            self.said(made, 35, "parallel", True)
        if style != "shared_data":
            nested = self.steps(link["target"], depth + 1)
            if nested:
                made["steps"] = nested
        if (style in ("sync", "shared_data") or taken or link["target"] not in ("q", "t")) and self.chance(15):
            made["work_ms"] = self.time(5, 40)
        if style == "shared_data" and link.get("access") != "read":
            readers = [r for r in self.links if r["target"] == link["target"] and self._reads(r) and r is not link]
            if readers and self.chance(70):
                reader = self.one(*readers)
                made["steps"] = [{"link": reader["id"], "steps": self.steps(reader["source"], depth + 2)}]
        elif style == "shared_data" and self.chance(20):
            made["steps"] = [{"work_ms": self.time(4)}]
        if link.get("reply") and self.chance(60):
            made["on_reply"] = [{"work_ms": self.time(6)}]
        if (style in ("sync", "shared_data") or link.get("reply") or style == "event") and self.chance(15):
            others = [other for other in self.links if other["source"] == link["source"] and other is not link]
            made["on_failure"] = [{"work_ms": self.time(3, 9)}]
            if others:
                made["on_failure"].append({"link": self.one(*others)["id"]})
        return made

    def _reads(self, link: Json) -> bool:
        return link["style"] == "shared_data" and ("notified_by" in link or "poll_interval_ms" in link)

    def load(self) -> Json:
        rate = self.number(self.one(8, 15, 25, 40))
        if self.exact:
            exact: Json = self.one(
                {"open": {"rate_per_s": rate, "arrivals": "regular"}},
                {"open": {"rate_per_s": rate, "arrivals": "regular"}},
                {"closed": {"users": 1, "think_ms": self.number(35)}},
                {"schedule": {"every_ms": self.number(90), "batch": 1}},
            )
            return exact
        random: Json = self.one(
            {"open": {"rate_per_s": rate, "arrivals": "poisson"}},
            {"open": {"rate_per_s": rate, "arrivals": "poisson"}},
            {"open": {"rate_per_s": rate, "arrivals": "regular"}},
            {"closed": {"users": 3, "think_ms": self.time(100)}},
            {"profile": [[0, rate], [1000, rate * 2], [1500, rate / 2]]},
            {"schedule": {"every_ms": self.number(400), "batch": 3}},
        )
        return random

    def journey(self, id: str, entry: str) -> Json:
        made: Json = {"id": id, "entry": entry, "load": self.load(), "steps": self.steps(entry, 0)}
        if self.chance(20):
            made["client_timeout_ms"] = self.number(self.one(60, 250))
            if self.chance(50):
                made["client_retry"] = self.retry()
        return made

    # ---- faults ----

    def faults(self, duration: float) -> list[Json]:
        return [self.fault(duration) for _ in range(self.one(0, 1, 1, 2, 3))]

    def _take_one_at_a_time(self, station: str) -> None:
        takes = [link for link in self.links if link["target"] == station and link["style"] in ("async", "event")]
        takes = [link for link in takes if link["source"] in ("q", "t") or link["target"] not in ("q", "t")]
        for link in takes:
            link.setdefault("delivery", {})["concurrency"] = 1
            link["delivery"].pop("prefetch", None)
        for element in self.elements:
            if takes and element["id"] == station:
                element["instances"] = 1
                element.pop("autoscale", None)
            if takes and element["id"] == "t" and "partitions" in element:
                element["partitions"] = 1

    def fault(self, duration: float) -> Json:
        kinds = ["crash", "crash", "crash", "omission", "timing", "response", "partition", "load", "poison"]
        kind = self.one(*kinds, *(() if self.exact else ("arbitrary", "arbitrary")))
        if kind == "load" and self.exact and not self.only_open:
            kind = "timing"
        begin = self.number(duration * self.one(0.05, 0.3))
        made: Json = {"fault": kind, "from_ms": begin, "until_ms": begin + self.number(duration * self.one(0.05, 0.3))}
        stations = [e["id"] for e in self.elements if e["kind"] in ("service", "external", "datastore")]
        links = [link["id"] for link in self.links]
        if kind == "load":
            made |= {"target": "users", "factor": self.one(0, 2, 3)}
        elif kind == "poison":
            channels = [e["id"] for e in self.elements if e["id"] in ("q", "t")]
            if not channels:
                return self.fault(duration)
            made = {"fault": kind, "from_ms": begin, "target": self.one(*channels)}
            for station in stations if self.exact else ():
                self._take_one_at_a_time(station)
        elif kind == "crash":
            channels = [e["id"] for e in self.elements if e["kind"] in ("queue", "topic", "client", "group")]
            made["target"] = self.one(*stations, *channels, *self.some(links, 1, 2))
            for station in stations if self.exact else ():
                if made["target"] == station or made["target"] not in stations:
                    self._take_one_at_a_time(station)
            self.said(made, 60, "instances", 1, 2)
            self.said(made, 30, "silent", True)
            self.said(made, 30, "restart", True)
        else:
            made["target"] = self.one(*stations, *links)
            if kind in ("partition", "omission") and self.exact:
                for station in stations:
                    self._take_one_at_a_time(station)
        if kind == "omission":
            made |= {"probability": self.probability(), "direction": self.one("request", "reply")}
            if self.exact and made["direction"] == "request":
                for link in self.links:  # what is lost at once by many would come back at one moment
                    if "delivery" in link:
                        link["delivery"]["visibility_timeout_ms"] = 0
        elif kind == "timing":
            made |= self.one({"factor": self.number(3)}, {"factor": 0.3}, {"add_ms": self.number(40)})
        elif kind == "response":
            made |= {"probability": self.probability(), "detected": self.one(True, False)}
            self.said(made, 30, "permanent_share", 1)
        return made


def build(luck: Random, *, exact: bool, duration: float) -> Json:
    """A model with one scenario, as JSON."""
    maker = Maker(luck, exact)
    maker.make_elements()
    maker.make_links()
    journeys = [maker.journey("visit", "users")]
    if maker.chance(25):
        journeys.append(maker.journey("job", "s0"))
    scenario: Json = {"id": "run", "duration_ms": duration, "warm_up_ms": 0, "seed": 1}
    maker.only_open = all("open" in journey["load"] for journey in journeys)
    scenario["faults"] = maker.faults(duration)
    if not exact or maker.only_open:
        maker.said(scenario, 10, "load_factor", 1.5, 0.5)
    return {
        "name": "Model",
        "elements": maker.elements,
        "links": maker.links,
        "journeys": journeys,
        "scenarios": [scenario],
    }


def models(*, exact: bool, duration: float) -> st.SearchStrategy[Json]:
    """Random models. Hypothesis would rather repeat and simplify what it drew: it only chooses the luck, evenly."""
    return st.randoms(use_true_random=True).map(lambda luck: build(luck, exact=exact, duration=duration))
