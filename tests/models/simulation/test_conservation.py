"""The laws of conservation that are checked after every run can be broken: each one notices what breaks it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models.simulation import simulate
from models.simulation.kernel.layout import C_ACKNOWLEDGED, C_DELIVERED, MESSAGE, ROOT
from models.simulation.replication import Replication
from models.simulation.session import compiled_of
from tests import conservation
from tests.models.simulation.building import exponential, poisson, station, with_scenario
from tests.models.simulation.test_sameness import busy_model


def finished() -> Replication:
    compiled = compiled_of(busy_model(), None, seed=3, replications=1, duration_ms=3250)
    replication = Replication(compiled, 0)
    while not replication.advance(10_000):
        pass
    return replication


def more(table: str, field: str, row: int = 0, by: float = 1) -> Callable[[Any], None]:
    def change(state: Any) -> None:
        getattr(state, table)[field][row] += by

    return change


def counted(column: int) -> Callable[[Any], None]:
    def change(state: Any) -> None:
        state.CE[0, 0, column] += 1

    return change


def leaked(kind: int) -> Callable[[Any], None]:
    """A frame in use that nobody gave out."""

    def change(state: Any) -> None:
        f = int(state.G[0].free)
        state.G[0].free = state.F["next"][f]
        state.G[0].free_n -= 1
        state.F["kind"][f] = kind
        state.F["phase"][f] = 1
        state.F["journey"][f] = state.F["epoch"][f] = state.F["chan"][f] = state.F["consumer"][f] = 0

    return change


def answer_out_of_sight(state: Any) -> None:
    state.HL[0, 0, np.flatnonzero(state.HL[0, 0])[0]] -= 1


def window_out_of_sight(state: Any) -> None:
    state.WJ[0, 0, 0] += 1


BREAKAGES: dict[str, Callable[[Any], None]] = {
    "a request too many": more("JT", "offered"),
    "an answer too many": more("JT", "succeeded"),
    "a failure without cause": more("JT", "failed"),
    "time lost by the breakdown": more("JT", "b_wait", by=-1e-3),
    "an answer missing in the histogram": answer_out_of_sight,
    "an answer missing in the series": window_out_of_sight,
    "a completion too many": more("JT", "completed"),
    "a worker never freed": more("IN", "busy"),
    "a request never taken out of a queue": more("ST", "queued"),
    "waiting that nobody did": more("ST", "sum_wait", by=1e-2),
    "a stay that nobody made": more("ST", "sum_sojourn", row=1, by=1e-2),
    "work by nobody": more("ST", "area_busy", row=1, by=1e9),
    "a connection never given back": more("LK", "in_use"),
    "an answer nobody asked for": more("LK", "answered", by=1e9),
    "a call that never went out": more("LK", "calls", by=1e9),
    "a message acknowledged twice": counted(int(C_ACKNOWLEDGED)),
    "a delivery too many": counted(int(C_DELIVERED)),
    "a message that is nowhere": more("CH", "n"),
    "a root frame never given back": leaked(int(ROOT)),
    "a message frame never given back": leaked(int(MESSAGE)),
}


def test_a_run_of_everything_breaks_no_law() -> None:
    replication = finished()
    conservation.of_replication(replication.compiled, replication)


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_law_is_noticed(breakage: str) -> None:
    replication = finished()
    BREAKAGES[breakage](replication.state)
    with pytest.raises(AssertionError):
        conservation.of_replication(replication.compiled, replication)


def test_every_run_of_a_test_is_checked(broken_laws: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def strict(*_: Any) -> None:
        raise AssertionError("noticed")

    monkeypatch.setattr("tests.conservation.of_result", strict)
    simulate(with_scenario(station(poisson(8), exponential(100)), duration_ms=1000), replications=2)
    assert broken_laws == ["noticed"]
    broken_laws.clear()
