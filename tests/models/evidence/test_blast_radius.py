"""The blast radius of faults whose outcome is known, and its sameness whoever does the work."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from models.architecture import Architecture
from models.evidence.blast_radius import BlastRadius, Cell, blast_radius
from models.evidence.execution import EvidenceError
from models.simulation import Cancelled, simulate
from tests.models.simulation.building import client, exponential, journey, model, poisson, service, sync, with_scenario

RETRIES = {"max_attempts": 4, "backoff": "none", "jitter": "none"}


def retry_storm(retry: Any = "none", rate: float = 70) -> Architecture:
    return with_scenario(
        model(
            [client(), service(work_ms=exponential(100), workers=5, instances=2)],
            [sync("users", "server", timeout_ms=1000, retry=retry)],
            [journey(poisson(rate), [{"link": "users-server"}])],
        ),
        duration_ms=180_000,
    )


def shop(**link: Any) -> Architecture:
    """Two journeys: one passes through both services, the other through the first alone; a spare is used by none."""
    return with_scenario(
        model(
            [client(), service("front", 5, 10), service("back", 5, 10), service("spare", 5, 10)],
            [
                sync("users", "front", timeout_ms=400),
                sync("front", "back", **({"timeout_ms": 200} | link)),
                sync("front", "spare", timeout_ms=200),
            ],
            [
                journey(poisson(40), [{"link": "users-front", "steps": [{"link": "front-back"}]}], id="order"),
                journey(poisson(20), [{"link": "users-front"}], id="browse"),
            ],
        ),
        duration_ms=40_000,
    )


def cell(found: BlastRadius, element: str, kind: str, instances: Any = None) -> Cell:
    if kind.endswith("crash") and instances is None:
        instances = "all"
    (one,) = [
        cell
        for cell in found.cells
        if (cell.trial.element, cell.trial.kind, cell.trial.instances) == (element, kind, instances)
    ]
    return one


def change(found: BlastRadius, element: str, kind: str, journey_id: str, name: str) -> float:
    value = cell(found, element, kind).journeys[journey_id].effects[name].change
    assert value is not None
    return value


@pytest.fixture(scope="module")
def radius() -> BlastRadius:
    return blast_radius(shop(), replications=4)


def test_a_crash_takes_what_passes_through_and_nothing_else(radius: BlastRadius) -> None:
    assert change(radius, "back", "crash", "order", "lost_share") > 0.99
    assert change(radius, "back", "crash", "browse", "lost_share") == 0
    assert change(radius, "front", "crash", "browse", "lost_share") > 0.99
    assert change(radius, "back", "crash", "order", "lost_after_share") == 0


def test_half_the_requests_lost_means_half_the_journeys_lost(radius: BlastRadius) -> None:
    outcome = cell(radius, "back", "omission").journeys["order"].effects["lost_share"]
    assert outcome.ci95 is not None
    assert outcome.ci95[0] < 0.5 < outcome.ci95[1]
    assert outcome.ci95[1] - outcome.ci95[0] < 0.15


def test_a_retry_halves_what_an_omission_takes() -> None:
    twice = shop(retry={"max_attempts": 2, "backoff": "none"}, timeout_ms=100)
    found = blast_radius(twice, replications=4, kinds=["omission"], elements=["back"])
    assert change(found, "back", "omission", "order", "lost_share") == pytest.approx(0.25, abs=0.05)


def test_wrong_answers_go_unnoticed_and_a_slowdown_is_seen(radius: BlastRadius) -> None:
    assert change(radius, "back", "response", "order", "silent_wrong_share") == pytest.approx(1, abs=0.01)
    assert change(radius, "back", "response", "order", "lost_share") == 0
    slow = cell(radius, "back", "timing").journeys["order"]
    assert slow.slowed
    assert slow.effects["p95_ms"].change == pytest.approx(45, rel=0.1)


def test_all_kinds_are_tried_on_all_elements_and_what_is_not_says_why(radius: BlastRadius) -> None:
    kinds = ["crash", "silent_crash", "omission", "timing", "response", "arbitrary"]
    assert [(c.trial.element, c.trial.kind) for c in radius.cells] == [
        (element, kind) for element in ("users", "front", "back", "spare") for kind in kinds
    ]
    for found in radius.cells:
        assert (found.reason is None) == bool(found.journeys), found
    assert "no journey uses it" in str(cell(radius, "spare", "crash").reason)
    assert "no answers" in str(cell(radius, "users", "timing").reason)


def test_a_cell_says_what_simulating_its_fault_says(radius: BlastRadius) -> None:
    """The settings of a cell, put into a scenario by hand, lose the same requests."""
    told = next(c for c in radius.as_json()["cells"] if (c["element"], c["fault"]) == ("back", "arbitrary"))
    by_hand = with_scenario(shop(), duration_ms=40_000, replications=4, faults=[told["settings"]])
    with_fault, without = simulate(by_hand), simulate(shop(), replications=4)
    for name in ("order", "browse"):
        row, base = with_fault.journeys[name], without.journeys[name]
        lost = row["failed"] + row["in_flight"] - base["failed"] - base["in_flight"]
        assert told["journeys"][name]["lost"] == pytest.approx(lost / 4)
        wrong = row["silent_wrong"] - base["silent_wrong"]
        assert told["journeys"][name]["silent_wrong"] == pytest.approx(wrong / 4)


def test_a_retry_storm_is_found_by_itself() -> None:
    found = blast_radius(retry_storm(RETRIES), replications=3)
    storm = cell(found, "server", "crash", 1)
    assert storm.metastable
    assert storm.journeys["visit"].recovery.back == 0
    assert "Metastable: visit did not come back within 90 s" in str(found.verdict)
    assert "crash of one instance of server" in str(found.verdict)
    told = next(c for c in found.as_json()["cells"] if c["instances"] == 1 and c["fault"] == "crash")
    assert told["metastable"] is True
    assert told["journeys"]["visit"]["recovery_ms"] is None


@pytest.mark.parametrize(("retry", "rate"), [("none", 70), (RETRIES | {"budget_ratio": 0.1}, 70), (RETRIES, 30)])
def test_without_the_storm_everything_comes_back(retry: Any, rate: float) -> None:
    found = blast_radius(retry_storm(retry, rate), replications=3, kinds=["crash"])
    assert not [c.trial for c in found.cells if c.metastable]
    outcome = cell(found, "server", "crash", 1).journeys["visit"]
    assert outcome.recovery.back == 3
    assert "Metastable" not in str(found.verdict)


def test_a_backlog_that_gets_shorter_is_no_metastable_failure() -> None:
    """Ten times slower for 45 s, 2 x 5 workers keep up with 10 of 70 requests/s; the 2,700 left are worked off at 30/s,
    which takes 90 s: more than there are when the budget's retries come on top."""
    found = blast_radius(retry_storm(RETRIES | {"budget_ratio": 0.1}), replications=3, kinds=["timing"])
    slow = cell(found, "server", "timing").journeys["visit"].recovery
    assert slow.back < 3
    assert slow.back + slow.draining == 3
    assert not cell(found, "server", "timing").metastable
    storm = blast_radius(retry_storm(RETRIES), replications=3, kinds=["timing"])
    assert cell(storm, "server", "timing").metastable
    assert cell(storm, "server", "timing").journeys["visit"].recovery.draining == 0


def test_an_overload_that_is_there_without_a_fault_is_no_metastable_failure() -> None:
    found = blast_radius(retry_storm(RETRIES, rate=150), replications=3, kinds=["crash"])
    assert not cell(found, "server", "crash", 1).metastable


def test_a_dead_letter_and_a_lost_message_are_counted() -> None:
    told = {
        "name": "Mail",
        "elements": [
            client(),
            service("shop", 2, 10),
            {"id": "mails", "kind": "queue", "dead_letter": "dead"},
            {"id": "dead", "kind": "queue"},
            service("mailer", 5, 10),
        ],
        "links": [
            sync("users", "shop"),
            {"id": "shop-mails", "source": "shop", "target": "mails", "style": "async", "network_ms": 0},
            {
                "id": "mails-mailer",
                "source": "mails",
                "target": "mailer",
                "style": "async",
                "network_ms": 0,
                "delivery": {"max_deliveries": 3, "visibility_timeout_ms": 100},
            },
        ],
        "journeys": [
            journey(
                poisson(30),
                [
                    {
                        "link": "users-shop",
                        "steps": [{"link": "shop-mails", "steps": [{"link": "mails-mailer"}]}],
                    }
                ],
            )
        ],
    }
    prepared = with_scenario(Architecture.model_validate(told), duration_ms=40_000)
    found = blast_radius(prepared, replications=3, elements=["mailer"])
    effects = cell(found, "mailer", "arbitrary").channels["mails"]
    assert (effects["dead_lettered"].change or 0) > 1
    assert cell(found, "mailer", "arbitrary").journeys["visit"].effects["incomplete"].change == pytest.approx(
        effects["dead_lettered"].change
    )
    assert change(found, "mailer", "arbitrary", "visit", "lost_share") == 0


def test_the_bytes_are_the_same_whoever_does_the_work(radius: BlastRadius) -> None:
    def told(found: BlastRadius) -> str:
        return json.dumps(found.as_json(), allow_nan=False)

    assert told(blast_radius(shop(), replications=4, threads=1)) == told(radius)
    assert told(blast_radius(shop(), replications=4, threads=5)) == told(radius)
    with ThreadPoolExecutor(2) as pool:
        assert told(blast_radius(shop(), replications=4, executor=pool)) == told(radius)
    assert told(blast_radius(shop(), replications=4, seed=2)) != told(radius)


def test_it_can_be_stopped() -> None:
    seen: list[float] = []
    with pytest.raises(Cancelled):
        blast_radius(shop(), replications=50, progress=seen.append, cancelled=lambda: bool(seen))
    assert all(0 <= share <= 1 for share in seen)


def test_progress_only_grows_to_the_whole() -> None:
    seen: list[float] = []
    blast_radius(shop(), replications=2, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_fault_that_breaks_the_simulator_spoils_its_own_cell_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.simulation import program

    monkeypatch.setattr(program, "MAX_FRAMES", 4096)
    flooded = shop()
    links = [link.model_dump(exclude_unset=True) | {"timeout_ms": "none"} for link in flooded.links]
    flooded = Architecture.model_validate(flooded.model_dump(exclude_unset=True) | {"links": links})
    raised = flooded.model_dump(exclude_unset=True)
    raised["journeys"][0]["load"] = poisson(900)
    found = blast_radius(Architecture.model_validate(raised), replications=2, elements=["back"])
    broken = cell(found, "back", "silent_crash")
    assert broken.reason is not None
    assert "in flight" in str(broken.reason)
    assert cell(found, "back", "crash").reason is None


def test_what_a_crashed_client_never_began_is_lost(radius: BlastRadius) -> None:
    found = cell(radius, "users", "crash")
    if found.reason is not None:
        pytest.skip("the simulator does not follow crashes of clients")
    for name in ("order", "browse"):
        assert change(radius, "users", "crash", name, "lost_share") > 0.99
        assert change(radius, "users", "crash", name, "lost_after_share") == 0


def test_the_scenario_s_own_faults_are_left_out_and_that_is_told() -> None:
    crash = {"fault": "crash", "target": "front", "from_ms": 0, "until_ms": 40_000}
    faulty = with_scenario(shop(), duration_ms=40_000, faults=[crash])
    found = blast_radius(faulty, replications=2, kinds=["crash"])
    assert change(found, "back", "crash", "order", "lost_share") > 0.99
    assert "left out" in str(found.notes[0])


def test_an_unknown_scenario_is_told() -> None:
    with pytest.raises(EvidenceError, match="nowhere"):
        blast_radius(shop(), "nowhere")


def test_faults_of_links_are_tried_when_asked_for_and_change_nothing_of_the_others(radius: BlastRadius) -> None:
    """Half of what goes over a link that loses half is lost."""
    found = blast_radius(shop(), replications=4, links=True)
    mine = [one for one in found.as_json()["cells"] if "link" not in one]
    assert mine == radius.as_json()["cells"]
    links = [one for one in found.as_json()["cells"] if "link" in one]
    assert [one["link"] for one in links[::6]] == ["users-front", "front-back", "front-spare"]
    assert all(one["element"] is None for one in links)
    for kind in ("crash", "silent_crash"):
        assert change(found, "front-back", kind, "order", "lost_share") > 0.99
        assert change(found, "front-back", kind, "browse", "lost_share") == 0
    assert change(found, "users-front", "omission", "browse", "lost_share") == pytest.approx(0.5, abs=0.06)
    assert change(found, "front-back", "response", "order", "silent_wrong_share") > 0.97
    assert not _tried(found, "front-spare")


def _tried(found: BlastRadius, element: str) -> bool:
    return any(one.trial.element == element and one.reason is None for one in found.cells)
