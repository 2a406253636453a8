"""The samples: each flawed one opens with findings and a scenario worth running, its repaired twin has none of them."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

import pytest

from models import resources
from models.analysis import analyse
from models.architecture import KINDS, Architecture
from models.architecture.diagram import boxes, routes
from models.formats import native
from models.simulation import simulate

FLAWED: dict[str, set[str]] = {
    "music-shop": {
        *("D01:catalogue-db/catalogue", "M01:parcels-shipping", "R01:order-payment", "R03:gateway-order"),
        *("R05:place-order", "R07:order-payment", "R07:payment-bank", "T01:gateway", "T01:loyalty", "T01:order"),
        *("E01:order-placed", "M02:*", "R02:payment-bank", "T02:place-order", "T08:order-notification"),
        *("G04:order", "T03:place-order", "R06:gateway-order", "R06:order-payment", "R06:payment-bank"),
        *("R12:notification", "R15:order-notification", "R15:order-payment", "R15:payment-bank"),
    },
    "long-chain": {
        *("R01:partner-airline", "R02:partner-airline", "R03:fare-seats", "R03:trip-fare", "R03:web-trip"),
        *("R05:book-trip", "T01:trip", "T01:web", "T02:book-trip", "T08:trip-audit"),
        *("R06:fare-seats", "R06:seats-partner", "R06:trip-fare", "R06:web-trip", "R12:audit", "T03:book-trip"),
    },
    "shared-database": {
        *("D01:erp/back-office", "D07:erp", "G01:clerk", "R01:reporting-erp", "R03:clerk-billing", "R03:clerk-contracts"),
    },
    "retry-storm": {"R06:callers-server", "R07:callers-server", "R15:callers-server"},
    "poison-message": {"M01:lists-reader"},
    "thin-events": {
        *("E01:customer-changed", "E01:customer-support", "G04:customer", "R09:customer", "G05:customer-support", "M02:*"),
        *("R06:billing-customer", "R06:marketing-customer", "R06:search-customer", "R06:support-customer"),
    },
}
ALL = [name for flawed in FLAWED for name in (flawed, f"{flawed}-repaired")]
GRID = 8


@cache
def load(name: str) -> Architecture:
    return native.load(resources.path("samples", f"{name}.loadpath.json")).architecture


@cache
def verdicts(name: str) -> tuple[tuple[str, bool], ...]:
    """(metric, whether it was met) of the first scenario's expectations."""
    return tuple((expectation.metric, met) for expectation, _measured, met in simulate(load(name)).expectations)


def pressing(name: str) -> set[str]:
    """The ids of errors and warnings."""
    return {finding.id for finding in analyse(load(name)).findings if finding.severity in ("error", "warning")}


def test_every_sample_is_known_to_these_tests() -> None:
    found = resources.names("samples", suffix=".loadpath.json")
    assert found == sorted(f"{name}.loadpath.json" for name in ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_sample_is_written_as_it_was_read(name: str) -> None:
    path = resources.path("samples", f"{name}.loadpath.json")
    assert native.dumps(load(name)) == path.read_bytes()


@pytest.mark.parametrize("name", ALL)
def test_a_sample_says_what_it_is_about_and_has_a_load_and_a_scenario(name: str) -> None:
    architecture = load(name)
    assert architecture.name and architecture.description
    assert architecture.journeys and all(journey.load is not None for journey in architecture.journeys)
    first = architecture.scenarios[0]
    assert first.expect and first.seed is not None and first.name
    assert all(element.name or element.kind == "note" for element in architecture.elements)


@pytest.mark.parametrize("name", sorted(FLAWED))
def test_a_flawed_sample_opens_with_its_findings(name: str) -> None:
    assert pressing(name) == FLAWED[name]


@pytest.mark.parametrize("name", sorted(FLAWED))
def test_a_repaired_sample_has_no_error_and_no_warning(name: str) -> None:
    assert pressing(f"{name}-repaired") == set()


@pytest.mark.parametrize("name", sorted(FLAWED))
def test_a_flawed_sample_fails_its_scenario_and_the_repaired_one_passes(name: str) -> None:
    assert not all(met for _metric, met in verdicts(name))
    assert all(met for _metric, met in verdicts(f"{name}-repaired"))


def test_the_retry_storm_is_metastable_and_its_repair_is_not() -> None:
    broken = simulate(load("retry-storm")).as_json()
    late = [
        rate
        for time, rate in zip(
            broken["series"]["t_ms"], broken["series"]["journeys"]["request"]["goodput_per_s"], strict=True
        )
        if time > 120_000
    ]
    assert sum(late) / len(late) < 1
    calm = simulate(load("retry-storm-repaired")).as_json()
    assert calm["journeys"]["request"]["goodput_per_s"] > 65
    relieved = simulate(load("retry-storm"), "at-50-per-second")
    assert all(met for _expectation, _measured, met in relieved.expectations)


def test_the_music_shop_uses_every_style_and_names_its_teams() -> None:
    shop = load("music-shop")
    assert {link.style for link in shop.links} == {"sync", "async", "event", "shared_data"}
    assert len(shop.journeys) == 3
    teams = {element.id for element in shop.elements if getattr(element, "group_type", None) == "team"}
    assert len(teams) == 4 and all(shop.members[team] for team in teams)


def segments(points: tuple[tuple[float, float], ...]) -> Iterator[tuple[float, float]]:
    """Points along a polyline, some pixels apart."""
    for (x1, y1), (x2, y2) in pairwise(points):
        for step in range(21):
            yield x1 + (x2 - x1) * step / 20, y1 + (y2 - y1) * step / 20


@pytest.mark.parametrize("name", ALL)
def test_a_sample_is_drawn_by_hand_on_the_grid_without_overlaps(name: str) -> None:
    architecture = load(name)
    diagram = architecture.diagrams[0]
    placed = {element.id for element in architecture.elements if element.kind != "group"}
    assert set(diagram.positions) == placed
    assert all(x % GRID == 0 and y % GRID == 0 for x, y in diagram.positions.values())
    found = {key: box for key, box in boxes(architecture, diagram).items() if key in placed}
    for one, other in combinations(sorted(found), 2):
        a, b = found[one], found[other]
        apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
        assert apart, (one, other)


@pytest.mark.parametrize("name", ALL)
def test_no_link_of_a_sample_crosses_a_box(name: str) -> None:
    architecture = load(name)
    diagram = architecture.diagrams[0]
    solid = {
        key: box
        for key, box in boxes(architecture, diagram).items()
        if KINDS[architecture.element_by_id[key].kind].connects
    }
    for key, route in routes(architecture, diagram).items():
        link = architecture.link_by_id[key]
        for x, y in segments(route.points):
            for other, box in solid.items():
                inside = box.x + 1 < x < box.x + box.width - 1 and box.y + 1 < y < box.y + box.height - 1
                assert not inside or other in (link.source, link.target), (key, other)
