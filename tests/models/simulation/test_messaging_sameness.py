"""All that messages can do, in one model: the same bytes in any slices, compiled or not, and no index below zero."""

import os
import subprocess
import sys
from typing import Any

import pytest

from models.architecture import Architecture
from models.simulation import simulate, start
from tests.models.simulation.building import (
    Json,
    client,
    closed,
    exponential,
    journey,
    model,
    poisson,
    service,
    sync,
    with_scenario,
)
from tests.models.simulation.test_sameness import ROOT, bytes_of


def link(source: str, target: str, style: str = "async", **more: Any) -> Json:
    return {"id": f"{source}-{target}", "source": source, "target": target, "style": style, **more}


def talkative_model() -> Architecture:
    """Requests that ask others in turn, replies every way, partitions, old and dead messages; and everything fails."""
    step = {
        "link": "users-shop",
        "steps": [
            {"link": "shop-mail", "on_failure": [{"work_ms": 1}]},
            {
                "link": "shop-jobs",
                "on_failure": [{"work_ms": 1}],
                "on_reply": [{"work_ms": 2}],
                "steps": [{"link": "jobs-maker", "steps": [{"link": "maker-parts", "on_reply": [{"work_ms": 1}]}]}],
            },
            {"link": "shop-parts", "parallel": True, "on_reply": [{"work_ms": 3}], "on_failure": [{"work_ms": 2}]},
            {"link": "shop-news", "parallel": True},
        ],
    }
    architecture = model(
        [
            client(),
            service("shop", exponential(2), 8, instances=3),
            service("maker", exponential(8), 2, instances=2),
            service("parts", exponential(10), 3, instances=2, availability=0.95),
            service("reader", exponential(6), 4, instances=3),
            service("mail", 5, 4),
            {"id": "jobs", "kind": "queue", "message_ttl_ms": 400, "dead_letter": "failed", "broker": "rack"},
            {"id": "failed", "kind": "queue", "replay": True},
            {"id": "answers", "kind": "queue"},
            {"id": "news", "kind": "topic", "partitions": 4, "retention_ms": 500, "replicas": 2},
            {"id": "rack", "kind": "group", "group_type": "host"},
        ],
        [
            sync("users", "shop", network_ms=1),
            sync("shop", "mail", fallback="buffer", timeout_ms=50),
            link(
                "shop",
                "jobs",
                reply="queue",
                reply_queue="answers",
                awaited=True,
                timeout_ms=150,
                pending_state="stored",
            ),
            link("jobs", "maker", delivery={"prefetch": 3, "max_deliveries": 2, "visibility_timeout_ms": 80}),
            link("maker", "parts", reply="queue", awaited=True, pending_state="memory", timeout_ms=100),
            link("shop", "parts", reply="callback", pending_state="stored", progress_replies=True, timeout_ms=60),
            link("maker", "answers"),
            link("shop", "news", "event", order_key="order", outbox=True, payload="id_only"),
            link("news", "reader", "event", delivery={"visibility_timeout_ms": 60, "concurrency": 2}),
            sync("reader", "shop"),
        ],
        [journey(poisson(40), [step]), journey(closed(3, exponential(50)), [step], id="stay")],
    )
    faults: list[Json] = [
        {"fault": "crash", "target": "shop", "instances": 1, "from_ms": 500, "until_ms": 700},
        {"fault": "crash", "target": "rack", "from_ms": 900, "until_ms": 1100},
        {"fault": "crash", "target": "news", "from_ms": 1000, "until_ms": 1200},
        {"fault": "crash", "target": "answers", "silent": True, "from_ms": 1300, "until_ms": 1400},
        {"fault": "crash", "target": "shop-mail", "from_ms": 1400, "until_ms": 1500},
        {"fault": "crash", "target": "users", "from_ms": 1600, "until_ms": 1700},
        {"fault": "load", "target": "users", "factor": 3, "from_ms": 1800, "until_ms": 2000},
        {"fault": "crash", "target": "reader", "instances": 2, "from_ms": 2000, "until_ms": 2100},
        {"fault": "omission", "target": "maker-answers", "probability": 0.5, "from_ms": 2100, "until_ms": 2300},
        {"fault": "arbitrary", "target": "parts", "probability": 0.5, "from_ms": 2200, "until_ms": 2400},
        {"fault": "response", "target": "maker", "probability": 0.5, "from_ms": 2400, "until_ms": 2500},
        {"fault": "crash", "target": "maker", "from_ms": 2500, "until_ms": 2600},
        {"fault": "poison", "target": "news", "from_ms": 2550},
    ]
    return with_scenario(architecture, duration_ms=3000, faults=faults)


@pytest.mark.parametrize("slice_size", [1, 1000])
def test_the_size_of_slices_changes_nothing(slice_size: int) -> None:
    run = start(talkative_model(), seed=3)
    while not run.advance(slice_size):
        pass
    assert bytes_of(run.result()) == bytes_of(simulate(talkative_model(), seed=3))


def test_everything_happens_in_that_model() -> None:
    result = simulate(talkative_model(), seed=7)
    assert result.ignored == ()
    assert sum(row["incomplete"] for row in result.journeys.values()) > 0
    assert result.journeys["visit"]["errors"]["timeout"] > 0
    assert result.channels["failed"]["acknowledged"] > 0
    assert result.channels["answers"]["dropped"] + result.channels["answers"]["acknowledged"] > 0
    assert result.channels["news"]["redelivered"] > 0


@pytest.mark.parametrize("seed", range(20, 30))
def test_the_laws_of_conservation_hold_whatever_the_seed(seed: int) -> None:
    assert simulate(talkative_model(), seed=seed).events > 1000


def test_uncompiled_the_results_are_the_same_and_no_index_is_negative() -> None:
    environment = os.environ | {"LOADPATH_UNCOMPILED": "1", "PYTHONPATH": str(ROOT)}
    code = (
        "from tests.models.simulation.test_messaging_sameness import talkative_model\n"
        "from tests.models.simulation.test_sameness import run_watched\n"
        "run_watched(talkative_model())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == bytes_of(simulate(talkative_model(), seed=3, replications=1))
