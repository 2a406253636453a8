"""More models with a known answer, each with its formula and source, within three standard errors at fixed seeds.

Sources by short name: Kleinrock, "Queueing Systems" I and II (1975, 1976); Gross and Harris, "Fundamentals of Queueing
Theory" (4th edition, 2008). Rates in the formulas are per second, times in the models in ms.
"""

import math
import random
from typing import Any

import numpy as np
import pytest

from models.simulation import Result
from tests.models.simulation.building import (
    Json,
    client,
    closed,
    estimates,
    exponential,
    failed_share,
    goodput,
    journey,
    latency,
    model,
    of_element,
    poisson,
    regular,
    service,
    station,
    sync,
)

LONG: dict[str, Any] = {"duration_ms": 5_000_000, "warm_up_ms": 100_000}


def erlang_c(servers: int, offered: float) -> float:
    """The share that waits in M/M/c. Erlang (1917); Gross and Harris, section 2.3."""
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (sum(offered**n / math.factorial(n) for n in range(servers)) + last)


def birth_and_death(up: list[float], down: list[float]) -> list[float]:
    """The probabilities of 0, 1, ... when state n goes up at rate up[n] and state n + 1 down at down[n]."""
    weights = [1.0]
    for birth, death in zip(up, down, strict=True):
        weights.append(weights[-1] * birth / death)
    return [weight / sum(weights) for weight in weights]


def lost_share(result: Result) -> float:
    """The share of the requests at the server whose work was never done."""
    row = result.elements["server"]
    return 1 - float(row["completed"]) / float(row["arrivals"])


@pytest.mark.parametrize("servers", [1, 3])
@pytest.mark.parametrize("who_gives_up", ["the link", "the client"])
def test_impatient_clients_leave_as_in_m_m_c_with_constant_patience(servers: int, who_gives_up: str) -> None:
    """Who has waited longer than the patience t leaves: with p(c - 1) the probability that c - 1 are present, the
    virtual wait has the density a p(c - 1) e^(-(cm - a)x) below t and decays by e^(-cmx) above it. Barrer, "Queuing
    with impatient customers and ordered service" (1957), one server; Boxma and de Waal (1994), c servers."""
    a, m, t = 12.0 * servers, 10.0, 0.15
    before = [(a / m) ** k / math.factorial(k) for k in range(servers)]
    drift = servers * m - a
    below = a * before[-1] * (1 - math.exp(-drift * t)) / drift
    above = a * before[-1] * math.exp(-drift * t) / (servers * m)
    expected = above / (sum(before) + below + above)
    link: Json = {"propagates_deadline": True, "retry": "none", "timeout_ms": "none"}
    patience: Json = {}
    if who_gives_up == "the link":
        link["timeout_ms"] = 1000 * t
    else:
        patience["client_timeout_ms"] = 1000 * t
    architecture = model(
        [client(), service(work_ms=exponential(100), workers=servers)],
        [sync("users", "server", **link)],
        [journey(poisson(a), [{"link": "users-server"}], **patience)],
    )
    found = estimates(architecture, {"left": lost_share}, duration_ms=1_000_000, warm_up_ms=10_000)
    assert found["left"].agrees_with(expected)


@pytest.mark.parametrize(
    ("sizes", "first", "second"),
    [([4], 4.0, 16.0), ([1, 5], 3.0, 13.0)],
    ids=["always four", "one or five"],
)
def test_batches_wait_for_each_other_as_in_m_x_m_1(sizes: list[int], first: float, second: float) -> None:
    """L = r (E[X] + E[X^2]) / (2 E[X] (1 - r)) with batches of X at once. Gross and Harris, section 3.1."""
    load, m = 0.75, 10.0
    rate = load * m / first
    at_once = [
        [{"link": "users-server", "parallel": k > 0} for k in range(size)] for size in sizes
    ]  # as many calls, started together
    steps: list[Json] = at_once[0]
    if len(sizes) > 1:
        steps = [{"choice": [{"weight": 1, "steps": branch} for branch in at_once]}]
    architecture = model(
        [client(), service(work_ms=exponential(1000 / m))], [sync("users", "server")], [journey(poisson(rate), steps)]
    )
    inside = load * (first + second) / (2 * first * (1 - load))
    found = estimates(architecture, {"stay": of_element("mean_sojourn_ms")}, **LONG)
    assert found["stay"].agrees_with(1000 * inside / (rate * first))


def test_a_network_with_visits_has_the_product_form() -> None:
    """Poisson arrivals, exponential work, first come first served: every station answers as M/M/1 at its whole rate,
    whatever the route. Jackson (1957); Kelly, "Reversibility and Stochastic Networks" (1979), section 3.1."""
    architecture = model(
        [
            client(),
            service("a", exponential(40), 1),
            service("b", exponential(100), 1),
            service("c", exponential(60), 1),
        ],
        [sync("users", name) for name in "abc"],
        [
            journey(
                poisson(8),
                [
                    {"link": "users-a"},
                    {"link": "users-b", "probability": 0.75},
                    {"link": "users-a", "probability": 0.5},
                    {"choice": [{"weight": 1, "steps": [{"link": "users-b"}]}, {"weight": 4, "steps": []}]},
                    {"link": "users-c"},
                    {"link": "users-a"},
                ],
            )
        ],
    )
    visits, work = {"a": 2.5, "b": 0.95, "c": 1.0}, {"a": 0.04, "b": 0.1, "c": 0.06}
    response = sum(visits[name] * work[name] / (1 - 8 * visits[name] * work[name]) for name in "abc")
    found = estimates(architecture, {"mean": latency("mean"), "busy": of_element("utilisation", "a")}, **LONG)
    assert found["mean"].agrees_with(1000 * response)
    assert found["busy"].agrees_with(0.8)


@pytest.mark.parametrize("repairers", [2, 3])
def test_machines_are_repaired_by_several_workers_as_birth_and_death_say(repairers: int) -> None:
    """M/M/c//N: n broken machines, the others break at 1 each, min(n, c) are repaired at 5 each. Gross and Harris,
    section 2.7."""
    machines, broken, repaired = 12, 1.0, 5.0
    p = birth_and_death(
        [(machines - n) * broken for n in range(machines)],
        [min(n + 1, repairers) * repaired for n in range(machines)],
    )
    mean = sum(n * share for n, share in enumerate(p))
    rate = (machines - mean) * broken
    found = estimates(
        station(closed(machines, exponential(1000)), exponential(200), repairers),
        {"rate": goodput, "down": latency("mean"), "queue": of_element("mean_queue")},
        duration_ms=2_000_000,
        warm_up_ms=20_000,
    )
    assert found["rate"].agrees_with(rate)
    assert found["down"].agrees_with(1000 * mean / rate)
    assert found["queue"].agrees_with(sum(max(0, n - repairers) * share for n, share in enumerate(p)))


def test_few_callers_are_blocked_as_engset_says() -> None:
    """Engset (1918): of N users, each idle at rate a, who find n of c lines busy with the weight C(N - 1, n) (a/m)^n;
    blocked ones think again. Gross and Harris, section 2.7."""
    users, lines, ratio = 10, 4, 0.5
    weights = [math.comb(users - 1, n) * ratio**n for n in range(lines + 1)]
    architecture = station(closed(users, exponential(200)), exponential(100), lines, queue_limit=0)
    found = estimates(architecture, {"blocked": failed_share}, duration_ms=1_000_000, warm_up_ms=5_000)
    assert found["blocked"].agrees_with(weights[-1] / sum(weights))


def test_repair_and_failure_in_turn_lose_the_share_of_the_time_that_is_down() -> None:
    """Poisson arrivals see time averages (Wolff, 1982): an alternating renewal process of faults loses MTTR / (MTTF +
    MTTR) of the requests; given the faults, exactly the share of the time they last."""
    luck = random.Random(5)
    faults, at, down = [], 0.0, 0.0
    end = 4_000_000.0
    while at < end:
        at += luck.expovariate(1 / 9000)
        length = luck.expovariate(1 / 1000)
        faults.append({"fault": "crash", "target": "server", "from_ms": at, "until_ms": at + length})
        down += max(0.0, min(at + length, end) - min(at, end))
        at += length
    found = estimates(
        station(poisson(20), 0, "unlimited"), {"failed": failed_share}, range(1, 9), duration_ms=end, faults=faults
    )
    assert found["failed"].agrees_with(down / end)
    spread = math.sqrt(2 * 0.9**2 * 0.1**2 / len(faults))
    assert abs(down / end - 0.1) < 3 * spread


def test_a_limited_queue_before_several_workers_is_m_m_c_k() -> None:
    """M/M/3/8: birth and death up to 8. Gross and Harris, section 2.4."""
    a, m, c, k = 40.0, 10.0, 3, 8
    p = birth_and_death([a] * k, [min(n + 1, c) * m for n in range(k)])
    inside = sum(n * share for n, share in enumerate(p))
    found = estimates(
        station(poisson(a), exponential(1000 / m), c, queue_limit=k - c),
        {"blocked": failed_share, "mean": latency("mean"), "busy": of_element("mean_busy")},
        duration_ms=1_000_000,
        warm_up_ms=10_000,
    )
    assert found["blocked"].agrees_with(p[-1])
    assert found["mean"].agrees_with(1000 * inside / (a * (1 - p[-1])))
    assert found["busy"].agrees_with(a * (1 - p[-1]) / m)


def test_constant_work_on_several_workers_waits_as_in_m_d_c() -> None:
    """Who are present one work time later: those beyond the first c, and the new. The wait follows from the stationary
    distribution of this chain by Little's law. Crommelin (1932); Gross and Harris, section 6.1."""
    a, work, c, most = 27.0, 0.1, 3, 120
    arrivals = [math.exp(-a * work)]
    for n in range(1, most):
        arrivals.append(arrivals[-1] * a * work / n)
    chain = np.zeros((most, most))
    for n in range(most):
        left = max(n - c, 0)
        chain[n, left:] = arrivals[: most - left]
    chain /= chain.sum(axis=1, keepdims=True)
    p = np.linalg.matrix_power(chain, 4096)[0]
    waiting = float(sum((n - c) * p[n] for n in range(c, most)))
    found = estimates(station(poisson(a), 1000 * work, c), {"wait": of_element("mean_wait_ms")}, **LONG)
    assert found["wait"].agrees_with(1000 * waiting / a)


def test_regular_arrivals_wait_as_in_d_m_1() -> None:
    """G/M/1: the wait is s / (m (1 - s)) with s = A*(m - m s); arrivals one interval T apart have A*(x) = e^(-xT).
    Kleinrock I, section 6.4."""
    a, m, s = 8.0, 10.0, 0.5
    for _ in range(500):
        s = math.exp(-m * (1 - s) / a)
    found = estimates(
        station(regular(a), exponential(1000 / m)),
        {"wait": of_element("mean_wait_ms"), "mean": latency("mean")},
        **LONG,
    )
    assert found["wait"].agrees_with(1000 * s / (m * (1 - s)))
    assert found["mean"].agrees_with(1000 / (m * (1 - s)))


@pytest.mark.parametrize(
    "work", [exponential(100), 100, {"hyperexponential": {"mean": 100, "cv": 2}}], ids=["M", "D", "H2"]
)
def test_several_shared_workers_answer_as_m_m_c_whatever_the_work(work: Any) -> None:
    """M/G/c with processor sharing is a symmetric queue: its mean depends on the mean work alone, and is that of M/M/c.
    Kelly (1979), section 3.3."""
    a, m, c = 24.0, 10.0, 3
    expected = 1 / m + erlang_c(c, a / m) / (c * m - a)
    found = estimates(
        station(poisson(a), work, c, discipline="ps"),
        {"mean": latency("mean"), "wait": of_element("mean_wait_ms"), "queue": of_element("mean_queue")},
        duration_ms=2_000_000,
        warm_up_ms=50_000,
    )
    assert found["mean"].agrees_with(1000 * expected)
    assert found["wait"].agrees_with(1000 * (expected - 1 / m))
    assert found["queue"].agrees_with(a * (expected - 1 / m))


def test_last_come_first_served_waits_as_long_in_the_mean_but_varies_more() -> None:
    """The mean wait does not depend on an order that ignores the work; the second moment is that of first come first
    served over 1 - r, so the slow ones are slower. Kleinrock II, section 3.4."""
    measures = {"mean": latency("mean"), "p50": latency("p50"), "p99": latency("p99")}
    last = estimates(station(poisson(8), exponential(100), discipline="lifo"), measures, **LONG)
    first = estimates(station(poisson(8), exponential(100)), measures, **LONG)
    assert last["mean"].agrees_with(500)
    assert last["p99"].mean > 1.3 * first["p99"].mean
    assert last["p50"].mean < 0.7 * first["p50"].mean


def test_a_closed_network_has_the_throughput_of_mean_value_analysis() -> None:
    """Exact mean value analysis: R_i(n) = v_i s_i (1 + L_i(n - 1)), X(n) = n / (Z + sum R), L_i(n) = X(n) R_i(n).
    Reiser and Lavenberg, "Mean-value analysis of closed multichain queueing networks" (1980)."""
    users, think = 15, 0.5
    demand = {"a": 0.03, "b": 2 * 0.025, "c": 0.02}
    inside = dict.fromkeys(demand, 0.0)
    rate = response = 0.0
    for n in range(1, users + 1):
        times = {name: need * (1 + inside[name]) for name, need in demand.items()}
        response = sum(times.values())
        rate = n / (think + response)
        inside = {name: rate * stay for name, stay in times.items()}
    architecture = model(
        [client(), service("a", exponential(30)), service("b", exponential(25)), service("c", exponential(20))],
        [sync("users", name) for name in "abc"],
        [
            journey(
                closed(users, exponential(1000 * think)),
                [{"link": "users-a"}, {"link": "users-b", "calls": 2}, {"link": "users-c"}],
            )
        ],
    )
    found = estimates(
        architecture, {"rate": goodput, "response": latency("mean")}, duration_ms=1_000_000, warm_up_ms=20_000
    )
    assert found["rate"].agrees_with(rate)
    assert found["response"].agrees_with(1000 * response)


def test_a_rising_load_meets_as_many_at_work_as_the_m_t_g_infinity_queue() -> None:
    """With the rate b t and exponential work of mean s, m(t) = b s (t - s + s e^(-t/s)). Eick, Massey and Whitt, "The
    physics of the M_t/G/infinity queue" (1993)."""
    b, s, end = 2.0, 5.0, 40.0
    steps = 100_000
    expected = (
        sum(b * s * (t - s + s * math.exp(-t / s)) for t in (end * (k + 0.5) / steps for k in range(steps))) / steps
    )
    architecture = station({"profile": [[0, 0], [1000 * end, b * end]]}, exponential(1000 * s), "unlimited")
    found = estimates(architecture, {"busy": of_element("mean_busy")}, range(1, 41), duration_ms=1000 * end)
    assert found["busy"].agrees_with(expected)


def test_two_kinds_of_work_share_one_wait() -> None:
    """M/G/1 with a mixture: W = a E[S^2] / (2 (1 - r)) for both kinds. Pollaczek and Khinchine; Kleinrock I, 5.6."""
    architecture = model(
        [client(), service(work_ms=0)],
        [sync("users", "server")],
        [
            journey(poisson(4), [{"link": "users-server", "work_ms": 150}]),
            journey(poisson(6), [{"link": "users-server", "work_ms": exponential(20)}], id="aside"),
        ],
    )
    load = 4 * 0.15 + 6 * 0.02
    wait = (4 * 0.15**2 + 6 * 2 * 0.02**2) / (2 * (1 - load))
    found = estimates(
        architecture,
        {"slow": latency("mean"), "quick": latency("mean", "aside"), "wait": of_element("mean_wait_ms")},
        **LONG,
    )
    assert found["slow"].agrees_with(150 + 1000 * wait)
    assert found["quick"].agrees_with(20 + 1000 * wait)
    assert found["wait"].agrees_with(1000 * wait)


@pytest.mark.parametrize("slots", [2, 5])
def test_a_queue_with_slots_delivers_as_m_m_c(slots: int) -> None:
    """Messages wait for a slot as customers of M/M/c for a server. Gross and Harris, section 2.3."""
    a, m = 1.6 * slots / 2, 1.0
    architecture = model(
        [client(), {"id": "jobs", "kind": "queue"}, service("worker", exponential(1000 / m), "unlimited")],
        [
            {"id": "put", "source": "users", "target": "jobs", "style": "async", "network_ms": 0},
            {
                "id": "take",
                "source": "jobs",
                "target": "worker",
                "style": "async",
                "network_ms": 0,
                "delivery": {"concurrency": slots},
            },
        ],
        [journey(poisson(a), [{"link": "put", "steps": [{"link": "take"}]}])],
    )
    wait = erlang_c(slots, a / m) / (slots * m - a)
    found = estimates(
        architecture,
        {
            "age": lambda result: result.channels["jobs"]["mean_age_ms"],
            "depth": lambda result: result.channels["jobs"]["mean_depth"],
            "whole": lambda result: result.journeys["visit"]["completion_ms"]["mean"],
        },
        range(1, 41),
        duration_ms=10_000_000,
        warm_up_ms=100_000,
    )
    assert found["age"].agrees_with(1000 * wait)
    assert found["depth"].agrees_with(a * wait)
    assert found["whole"].agrees_with(1000 * (wait + 1 / m))


def test_a_thinned_stream_is_poisson_again() -> None:
    """A call made with probability p turns arrivals at rate a into Poisson arrivals at rate p a. Kleinrock I, 2.4."""
    architecture = model(
        [client(), service(work_ms=exponential(100))],
        [sync("users", "server")],
        [journey(poisson(32), [{"link": "users-server", "probability": 0.25}])],
    )
    found = estimates(architecture, {"stay": of_element("mean_sojourn_ms")}, **LONG)
    assert found["stay"].agrees_with(500)


def test_without_a_limit_as_many_are_at_work_as_arrive_in_one_work_time() -> None:
    """M/G/infinity: a E[S] at work, whatever the distribution. Gross and Harris, section 5.2."""
    found = estimates(
        station(poisson(50), {"lognormal": {"mean": 300, "cv": 3}}, "unlimited"),
        {"busy": of_element("mean_busy")},
        duration_ms=1_000_000,
        warm_up_ms=50_000,
    )
    assert found["busy"].agrees_with(15)


def test_a_batch_is_drained_in_as_long_as_its_work_and_what_comes_meanwhile() -> None:
    """n in the system are gone after n / (m - a) in the mean: n busy periods of M/M/1. Kleinrock I, section 5.8. Last
    come first served, one of a batch of 20 begins its work when the busy periods of the other 19 are over."""
    architecture = model(
        [client(), client("crowd"), service(work_ms=exponential(100), discipline="lifo")],
        [sync("users", "server"), sync("crowd", "server")],
        [
            journey({"schedule": {"every_ms": 1e9, "batch": 20}}, [{"link": "users-server"}]),
            journey(poisson(5), [{"link": "crowd-server"}], id="aside", entry="crowd"),
        ],
    )
    found = estimates(architecture, {"last": latency("max")}, range(1, 201), duration_ms=60_000)
    assert found["last"].agrees_with(1000 * (19 / (10 - 5) + 1 / 10), tightness=0.05)
