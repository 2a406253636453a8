"""Numbers nobody said are told as an architect would say them."""

from typing import Any

import pytest

from models.architecture import Architecture, Service, SyncLink
from models.evidence.number_words import number_name, with_value

MODEL = Architecture(
    elements=(Service(id="shop", name="Shop"), Service(id="ledger", name="Ledger")),
    links=(SyncLink(id="ask", source="shop", target="ledger"),),
)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("ledger.work_ms", {"exponential": {"mean": 20.0}}, "the time Ledger works on a call (20 ms on average)"),
        ("ledger.work_ms", 20.0, "the time Ledger works on a call (20 ms)"),
        ("ledger.workers", 16, "the workers of Ledger (16)"),
        ("ledger.autoscale.delay_ms", 15_000.0, "autoscale delay of Ledger (15 s)"),
        ("ask.network_ms", 0.5, "the time on the network of Shop → Ledger (0.5 ms)"),
        ("ask.retry.max_attempts", 3, "retry max attempts of Shop → Ledger (3)"),
        ("ledger.work_ms", {"lognormal": {"p50": 10, "p99": 90}}, "the time Ledger works on a call"),
        ("gone.workers", 2, "gone.workers (2)"),
    ],
)
def test_a_number_is_named_by_its_part_with_its_unit(path: str, value: Any, words: str) -> None:
    assert str(with_value(number_name((MODEL,), path), path, value)) == words
