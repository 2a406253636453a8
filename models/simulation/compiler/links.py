"""Links as rows: network, timeout, retry, breaker, bulkhead, pool; and the rows of clients' own patience."""

from typing import Any

from models.architecture import Journey, Link, Retry
from models.architecture.effective import ASSUMPTIONS
from models.architecture.graph import in_process
from models.simulation.compiler.facts import Facts, distribution, is_zero, number
from models.simulation.kernel.layout import K_EXPONENTIAL, K_FIXED, K_NONE, KEPT_FALLBACK
from models.simulation.program import Assembly, Row

_BACKOFF = {"none": K_NONE, "fixed": K_FIXED, "exponential": K_EXPONENTIAL}
_UNBOUNDED = float("inf")


class Links:
    """Row of each link by id, in the order of the architecture; virtual rows follow."""

    def __init__(self, assembly: Assembly, facts: Facts) -> None:
        self.assembly = assembly
        self.facts = facts
        self.index: dict[str, int] = {}
        for link in facts.architecture.links:
            self.index[link.id] = len(assembly.links)
            assembly.links.append(self._row(link))

    def patience(self, journey: Journey) -> int | None:
        """The row of a client that gives up on or repeats a whole journey, or None when it does neither."""
        timeout = number(journey.client_timeout_ms, -1)
        retry = journey.client_retry
        if timeout < 0 and not isinstance(retry, Retry):
            return None
        row = self._plain(f"journey {journey.id}")
        row["plain"] = 1
        row["patience"] = 1
        self._set_timeout(row, timeout)
        if isinstance(retry, Retry):
            table = ASSUMPTIONS["sync"]
            said = {f"retry.{name}": value for name, value in retry.said().items()}
            for name in ("retry.max_attempts", "retry.backoff", "retry.jitter"):
                if name not in said:
                    said[name] = table[name]
                    self.facts.assumptions[f"{journey.id}.client_{name}"] = table[name]
            if said["retry.backoff"] != "none" and "retry.base_ms" not in said:
                said["retry.base_ms"] = table["retry.base_ms"]
                self.facts.assumptions[f"{journey.id}.client_retry.base_ms"] = table["retry.base_ms"]
            self._set_retry(row, said.get)
        self.assembly.links.append(row)
        return len(self.assembly.links) - 1

    def entrance(self, journey: Journey) -> int:
        """The row by which a journey enters an element without a link: no network, no timeout, no retry."""
        row = self._plain(f"journey {journey.id}")
        row["plain"] = 1
        self.assembly.links.append(row)
        return len(self.assembly.links) - 1

    def is_in_process(self, link: Link) -> bool:
        """Whether two services are deployed together, so that the call between them is free."""
        return in_process(self.facts.architecture, link)

    def _plain(self, name: str) -> Row:
        assembly = self.assembly
        return {
            "net": -1,
            "net_stream": assembly.stream(name, "network"),
            "fail_stream": assembly.stream(name, "fail"),
            "retry_stream": assembly.stream(name, "retry"),
            "max_attempts": 1,
            "timer": -1,
            "bulkhead": -1,
            "pool": -1,
            "cap": _UNBOUNDED,
            "slow": 1.0,
            "b_slow_ms": -1.0,
        }

    def _row(self, link: Link) -> Row:
        facts = self.facts
        row = self._plain(link.id)
        row["writes"] = float(link.style == "shared_data" and facts.value(link, "access", note=False) != "read")
        self._set_network(row, link)
        if link.style in ("sync", "shared_data"):
            self._set_timeout(row, number(facts.value(link, "timeout_ms"), -1))
            retry = facts.value(link, "retry")
            if isinstance(retry, Retry):
                backoff = facts.value(link, "retry.backoff")
                self._set_retry(
                    row,
                    lambda name: facts.value(link, name, note=name != "retry.base_ms" or backoff != "none"),
                )
            pool = number(facts.value(link, "connection_pool", note=False), -1)
            if pool >= 0:
                row["pool"] = pool
                row["pool_queue"] = self.assembly.add_queue()
        if link.style == "sync":
            row["bulkhead"] = number(facts.value(link, "bulkhead", note=False), -1)
            row["typed"] = float(facts.said(link, "errors") == "typed")
            row["propagates"] = float(bool(facts.value(link, "propagates_deadline", note=False)))
            fallback = facts.value(link, "fallback", note=False)
            row["fallback"] = float(fallback != "none")
            if fallback == "buffer":
                row["fallback"] = float(KEPT_FALLBACK)
            hedge = facts.said(link, "hedge_after_ms")
            if hedge is not None:
                row["hedge"] = 1
                row["hedge_after"] = float(hedge)
            self._set_breaker(row, link)
        else:
            row["typed"] = float(facts.said(link, "errors") == "typed")
            row["outbox"] = float(bool(facts.said(link, "outbox")))
        return row

    def _set_network(self, row: Row, link: Link) -> None:
        facts = self.facts
        if self.is_in_process(link):
            row["plain"] = 1
            return
        network = facts.value(link, "network_ms")
        ends = 2 * number(facts.said(link, "serialise_ms"), 0.0)
        bytes_ms = number(facts.said(link, "ms_per_kib"), 0.0) * number(facts.said(link, "payload_bytes"), 0.0) / 1024
        reads = getattr(link, "operation", None) == "read" or getattr(link, "access", None) == "read"
        row["out"] = ends + (0.0 if reads else bytes_ms)
        row["back"] = ends + (bytes_ms if reads else 0.0)
        if not is_zero(network):
            row["net"] = distribution(self.assembly, network)
        elif row["out"] == 0 and row["back"] == 0:
            row["plain"] = 1

    def _set_timeout(self, row: Row, timeout_ms: float) -> None:
        if timeout_ms >= 0:
            row["timeout"] = timeout_ms
            row["timer"] = self.assembly.add_timer()

    def _set_retry(self, row: Row, value: Any) -> None:
        row["max_attempts"] = number(value("retry.max_attempts"), -1)
        row["backoff"] = float(_BACKOFF[value("retry.backoff")])
        row["pause"] = number(value("retry.base_ms"), 0.0)
        row["cap"] = number(value("retry.cap_ms"), _UNBOUNDED)
        row["jitter"] = float(value("retry.jitter") == "full")
        budget = value("retry.budget_ratio")
        if budget is not None:
            row["budgeted"] = 1
            row["budget"] = float(budget)

    def _set_breaker(self, row: Row, link: Link) -> None:
        facts = self.facts
        if facts.value(link, "circuit_breaker", note=False) in (None, "none"):
            return
        window = int(facts.value(link, "circuit_breaker.window_calls"))
        row["breaker"] = 1
        row["b_window"] = window
        row["b_minimum"] = min(window, int(facts.value(link, "circuit_breaker.minimum_calls")))
        row["b_rate"] = facts.value(link, "circuit_breaker.failure_rate")
        row["b_open_ms"] = facts.value(link, "circuit_breaker.open_ms")
        row["b_half"] = facts.value(link, "circuit_breaker.half_open_calls")
        row["b_slow_ms"] = number(facts.said(link, "circuit_breaker.slow_call_ms"), -1.0)
        row["b_first"] = self.assembly.breaker_bits
        self.assembly.breaker_bits += window
