"""What the report shows of one simulation: its conditions in words, its charts, its numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from models.architecture import Architecture, Fault, Journey, Scenario
from models.architecture.derived import journeys_in_force
from models.architecture.effective import ASSUMPTIONS
from models.architecture.settings import SettingError, with_settings
from models.architecture.text import Text, Translate
from models.reports import units
from models.reports.charts import Line, Window, bar_chart, line_chart, stacked_bar

if TYPE_CHECKING:
    from models.simulation import Result

JOURNEY_COLOURS = ("c-sync", "c-event", "c-async", "c-shared_data", "c-accent", "c-good")
MOST_LINES = 6
MOST_POINTS = 80
MOST_ROWS = 12


def run_view(architecture: Architecture, result: Result, words: dict[str, str], translate: Translate) -> dict[str, Any]:
    """Everything the template needs to show one result."""
    told = result.as_json()
    scenario = architecture.scenario_by_id.get(told["scenario"] or "")
    verdict = result.verdict
    gist, rest = first_sentences(_in_words(verdict, translate))
    return {
        "name": architecture.label(told["scenario"]) if told["scenario"] else words["no_scenario"],
        "description": (scenario.description or "") if scenario is not None else "",
        "conditions": _conditions(architecture, scenario, told, words),
        "gist": gist,
        "rest": rest,
        "settled": told["settled"] is not False,
        "charts": _charts(architecture, scenario, told, words),
        "journeys": _journeys(architecture, told),
        "elements": _elements(architecture, told),
        "causes": _causes(architecture, told, words),
        "breakdowns": _breakdowns(architecture, told, words),
        "expectations": [_expectation(architecture, *row, words) for row in result.expectations],
        "assumptions": [(_path_label(architecture, path), value) for path, value in told["assumptions"].items()],
        "ignored": [_in_words(text, translate) for text in result.ignored],
    }


def _in_words(text: object, translate: Translate) -> str:
    return text.translated(translate) if isinstance(text, Text) else str(text)


def first_sentences(text: str, count: int = 2) -> tuple[str, str]:
    """(the first sentences, the rest).

    >>> first_sentences("Order fails. It is slow, at 1.5 s. And so on.")
    ('Order fails. It is slow, at 1.5 s.', 'And so on.')
    """
    pieces = re.split(r"(?<=[.?])\s+(?=[^\W\d_])", text.strip())
    return " ".join(pieces[:count]), " ".join(pieces[count:])


def fault_words(architecture: Architecture, fault: Fault, words: dict[str, str]) -> str:
    """ "Bank is slow × 10"."""
    said = fault.said()
    kind, detail, count = f"fault_{fault.fault}", "", 1
    factor, later = said.get("factor"), said.get("add_ms")
    if fault.fault == "timing" and (factor is not None or later is not None):
        early = factor < 1 if factor is not None else (later or 0) < 0
        kind += "_fast" if early else "_slow"
    if fault.fault == "crash" and said.get("instances", "all") != "all":
        count = said["instances"]
        kind += "_one" if count == 1 else "_many"
    if fault.fault == "poison" and said.get("count", 1) != 1:
        kind, count = f"{kind}_many", said["count"]
    if factor is not None:
        detail = f" × {units.number(factor)}"
    elif later is not None:
        detail = f" {'+' if later >= 0 else '−'} {units.time(abs(later))}"
    elif (probability := said.get("probability")) is not None:
        detail = f" ({units.share(probability)})"
    return words[kind].format(target=architecture.label(fault.target), count=count) + detail


def _conditions(
    architecture: Architecture, scenario: Scenario | None, told: dict[str, Any], words: dict[str, str]
) -> list[str]:
    replications, warm_up = told["replications"], told["warm_up_ms"]
    skipped = warm_up if isinstance(warm_up, int | float) else 0
    simulated = words["simulated_after" if skipped > 0 else "simulated"]
    conditions = [
        simulated.format(time=units.time(told["duration_ms"]), warm_up=units.time(skipped)),
        words["seed_one" if replications == 1 else "seed_many"].format(seed=told["seed"], count=replications),
    ]
    if scenario is not None:
        if scenario.load_factor not in (None, 1):
            conditions.append(words["load_factor"].format(factor=units.number(scenario.load_factor)))
        conditions += [
            f"{_path_label(architecture, path)} = {units.plain(value)}" for path, value in scenario.set.items()
        ]
        for fault in scenario.faults:
            during = "fault_during" if fault.until_ms is not None else "fault_until_the_end"
            times = {"start": units.time(fault.from_ms or 0.0), "end": units.time(fault.until_ms)}
            conditions.append(words[during].format(fault=fault_words(architecture, fault, words), **times))
    if scenario is None or not scenario.faults:
        conditions.append(words["no_faults"])
    return conditions


def _charts(
    architecture: Architecture, scenario: Scenario | None, told: dict[str, Any], words: dict[str, str]
) -> list[tuple[str, str]]:
    """(title, SVG) of every chart that has something to show."""
    series = told["series"]
    bundle = max(1, -(-len(series["t_ms"]) // MOST_POINTS))
    times = bundled(series["t_ms"], bundle, min)
    if not times:
        return []
    faults = scenario.faults if scenario is not None else ()
    windows = [
        Window(fault_words(architecture, fault, words), fault.from_ms or 0.0, fault.until_ms or times[-1])
        for fault in faults
    ]
    offered = {journey.id: offered_rates(architecture, journey, scenario, times) for journey in _in_force(architecture)}
    keys = list(series["journeys"])[:MOST_LINES]
    colours = dict(zip(keys, JOURNEY_COLOURS, strict=False))
    goodput = [
        Line(words["offered"] if len(keys) == 1 else "", offered[key] or (), colours[key], quiet=True)
        for key in keys
        if offered.get(key)
    ]
    for key in keys:
        rows = series["journeys"][key]
        goodput.append(Line(architecture.label(key), bundled(rows["goodput_per_s"], bundle, _mean), colours[key]))
    latency = [
        Line(architecture.label(key), bundled(series["journeys"][key]["p99_ms"], bundle, max), colours[key])
        for key in keys
    ]
    busy = _strongest(architecture, series["elements"], "utilisation", bundle)
    queues = _strongest(architecture, series["elements"], "queue", bundle)
    depths = _strongest(architecture, series["channels"], "depth", bundle)
    drawn = (
        (words["goodput"], line_chart(words["goodput"], times, goodput, scale=units.rate, windows=windows)),
        (words["latency"], line_chart(words["latency"], times, latency, scale=units.time, windows=windows)),
        (words["utilisation"], line_chart(words["utilisation"], times, busy, scale=units.share, windows=windows)),
        (words["queue"], line_chart(words["queue"], times, queues, scale=units.number, windows=windows)),
        (words["depth"], line_chart(words["depth"], times, depths, scale=units.number, windows=windows)),
    )
    return [(title, svg) for title, svg in drawn if svg]


def bundled(values: Sequence[float | None], size: int, how: Callable[[list[float]], float]) -> list[Any]:
    """Each `size` values in a row made one by `how`; None where none of them is known."""
    found: list[float | None] = []
    for start in range(0, len(values), size):
        known = [value for value in values[start : start + size] if value is not None]
        found.append(how(known) if known else None)
    return found


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _in_force(architecture: Architecture) -> tuple[Journey, ...]:
    return journeys_in_force(architecture)[0]


def offered_rates(
    architecture: Architecture, journey: Journey, scenario: Scenario | None, times: list[float]
) -> list[float | None] | None:
    """Requests per second that the load asks for at each time; None for closed and scheduled loads."""
    if scenario is not None and scenario.set:
        try:
            journey = with_settings(architecture, dict(scenario.set)).journey_by_id.get(journey.id, journey)
        except SettingError:
            return None
    load = journey.load
    if load is not None and load.open is None and load.profile is None:
        return None
    factor = scenario.load_factor if scenario is not None and scenario.load_factor is not None else 1.0
    surges = [
        fault
        for fault in (scenario.faults if scenario is not None else ())
        if fault.fault == "load" and fault.target in (journey.entry, journey.id)
    ]
    rates: list[float | None] = []
    for time in times:
        rate = (
            _rate_at(load.profile, time)
            if load is not None and load.profile is not None
            else (
                load.open.rate_per_s
                if load is not None and load.open is not None
                else ASSUMPTIONS["journey"]["load"]["open"]["rate_per_s"]
            )
        )
        for surge in surges:
            if (surge.from_ms or 0.0) <= time and (surge.until_ms is None or time < surge.until_ms):
                rate *= surge.factor if surge.factor is not None else 1.0
        rates.append(rate * factor)
    return rates


def _rate_at(points: tuple[tuple[float, float], ...], time: float) -> float:
    for (start, low), (end, high) in pairwise(points):
        if time <= end:
            return low if end == start or time <= start else low + (high - low) * (time - start) / (end - start)
    return points[-1][1]


def _strongest(architecture: Architecture, series: dict[str, Any], name: str, bundle: int) -> list[Line]:
    """The parts whose series rise highest, each in a colour of its own."""
    rows = {key: bundled(row[name], bundle, _mean) for key, row in series.items()}
    highest = {key: max((value for value in row if value is not None), default=0.0) for key, row in rows.items()}
    keys = sorted((key for key in highest if highest[key] > 0), key=lambda key: -highest[key])[:MOST_LINES]
    return [
        Line(architecture.label(key), rows[key], colour) for key, colour in zip(keys, JOURNEY_COLOURS, strict=False)
    ]


def _journeys(architecture: Architecture, told: dict[str, Any]) -> list[dict[str, str]]:
    rows = []
    for key, journey in told["journeys"].items():
        latency = journey["latency_ms"]
        interval = latency["mean_ci95"]
        mean = units.time(latency["mean"])
        if interval and None not in interval and latency["mean"]:
            mean += f" ± {units.time((interval[1] - interval[0]) / 2)}"
        rows.append(
            {
                "name": architecture.label(key),
                "offered": units.number(journey["offered"], 9),
                "goodput": units.rate(journey["goodput_per_s"]),
                "availability": units.share(journey["availability"]),
                "failed": units.number(journey["failed"], 9),
                "mean": mean,
                **{name: units.time(latency[name]) for name in ("p50", "p95", "p99")},
            }
        )
    return rows


def _elements(architecture: Architecture, told: dict[str, Any]) -> list[dict[str, str]]:
    busy = [(key, row) for key, row in told["elements"].items() if row["arrivals"]]
    busy.sort(key=lambda item: -(item[1]["utilisation"] or 0))
    return [
        {
            "name": architecture.label(key),
            "arrivals": units.number(row["arrivals"], 9),
            "utilisation": units.share(row["utilisation"]),
            "queue": units.number(row["mean_queue"]),
            "wait": units.time(row["mean_wait_ms"]),
            "rejected": units.number(row["rejected"], 9),
            "wasted": units.time(row["wasted_ms"]),
        }
        for key, row in busy[:MOST_ROWS]
    ]


def _causes(architecture: Architecture, told: dict[str, Any], words: dict[str, str]) -> str:
    rows = [
        (f"{architecture.label(key)}: {words.get(f'cause_{cause}', cause.replace('_', ' '))}", float(count), "c-error")
        for key, journey in told["journeys"].items()
        for cause, count in journey["errors"].items()
        if count
    ]
    return bar_chart(words["error_causes"], sorted(rows, key=lambda row: -row[1])[:MOST_ROWS])


def _breakdowns(architecture: Architecture, told: dict[str, Any], words: dict[str, str]) -> list[tuple[str, str]]:
    kinds = (("work", "c-shared_data"), ("wait", "c-error"), ("network", "c-sync"), ("backoff", "c-async"))
    found = []
    for key, journey in told["journeys"].items():
        breakdown = journey.get("breakdown_ms") or {}
        parts = [(words[name], breakdown.get(name) or 0.0, colour) for name, colour in kinds]
        drawn = stacked_bar(words["breakdown"], parts, "ms")
        if drawn:
            found.append((architecture.label(key), drawn))
    return found


def _expectation(
    architecture: Architecture, expectation: Any, measured: float | None, met: bool, words: dict[str, str]
) -> dict[str, Any]:
    metric = expectation.metric
    form = units.share if metric == "availability" else units.time if metric.endswith("_ms") else units.number
    bounds = [
        f"{sign} {form(bound)}"
        for sign, bound in (("≤", expectation.at_most), ("≥", expectation.at_least))
        if bound is not None
    ]
    name = words.get(f"metric_{metric}", metric.removesuffix("_ms").replace("_per_s", "/s").replace("_", " "))
    bound = words["both_bounds"].format(one=bounds[0], other=bounds[1]) if len(bounds) == 2 else "".join(bounds)
    return {
        "what": f"{architecture.label(expectation.journey)}: {name} {bound}",
        "measured": form(measured),
        "met": met,
    }


def _path_label(architecture: Architecture, path: str) -> str:
    """ "Order: workers" for "order.workers"; a path that leads nowhere is told as it is."""
    cut = path.rfind(".")
    while cut > 0:
        known = path[:cut]
        label = architecture.label(known)
        if label != known or known in architecture.element_by_id or known in architecture.link_by_id:
            return f"{label}: {path[cut + 1 :].replace('_', ' ')}"
        cut = path.rfind(".", 0, cut)
    return path.replace("_", " ")
