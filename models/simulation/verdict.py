"""What a result means, in the words of an architect."""

import math
from typing import Any

from models.architecture import Architecture, Expectation
from models.architecture.scenarios import Crash
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.backlog import backlogs
from models.simulation.compiler import Compiled
from models.simulation.freshness import stale
from models.simulation.recovery import Course, course
from models.simulation.settling import falls, grows, longest_wait, rises, strands, unsettled
from models.simulation.wording import CAUSES, faults_name, kind_of_fault, metric_name, percent, quantities, time

LOSES = 0.01

_WHOLE_TIME = QT_TRANSLATE_NOOP("verdict", "{journey} loses {share} of its requests: mostly {cause}.")
_LOST = QT_TRANSLATE_NOOP(
    "verdict",
    "{journey} loses {share} of its requests from {since} on and does not recover after the {fault} ends: {why}. "
    "It did not come back within {span} after the trigger ended.",
)
_METASTABLE = QT_TRANSLATE_NOOP(
    "verdict",
    "{journey} loses {share} of its requests from {since} on and does not recover after the {fault} ends: {why}. "
    "It did not come back within {span} after the trigger ended: a metastable failure, which keeps itself going.",
)
_RECOVERS = QT_TRANSLATE_NOOP("verdict", "{journey} is back to normal {after} after the {fault} ends.")
_AT_ONCE = QT_TRANSLATE_NOOP("verdict", "{journey} is back to normal as soon as the {fault} ends.")
_UNHARMED = QT_TRANSLATE_NOOP("verdict", "{journey} comes through the {fault}: {share} of its requests succeed.")
_UNHARMED_ALL = QT_TRANSLATE_NOOP(
    "verdict", "{n} journeys come through the {fault}: at least {share} of their requests succeed."
)
_FINE = QT_TRANSLATE_NOOP("verdict", "{journey} answers {share} of its requests, 95% of them within {p95}.")
_FINE_ALL = QT_TRANSLATE_NOOP("verdict", "All {n} journeys answer at least {share} of their requests.")
_NOTHING = QT_TRANSLATE_NOOP("verdict", "No request arrived: give a journey a load.")
_UNANSWERED = QT_TRANSLATE_NOOP("verdict", "{journey} answered none of its {n} requests before the end.")
_OVERLOADED = QT_TRANSLATE_NOOP("verdict", "{element} is overloaded: its queue is {queue} long at the end and growing.")
_BEHIND = QT_TRANSLATE_NOOP("verdict", "{element} is still behind: its queue is {queue} long at the end.")
_BACKLOG = QT_TRANSLATE_NOOP("verdict", "{channel} fills up: {waiting} messages wait at the end.")
_BUSIEST = QT_TRANSLATE_NOOP("verdict", "The busiest element is {element}, at {share}.")
_WRONG = QT_TRANSLATE_NOOP("verdict", "{journey} gives {n} wrong answers that nobody notices.")
_INCOMPLETE = QT_TRANSLATE_NOOP(
    "verdict",
    "{n} requests of {journey} were answered, but what they set off never happened: messages were lost.",
)
_PUT_ASIDE = QT_TRANSLATE_NOOP(
    "verdict",
    "{n} requests of {journey} were answered, but what they set off never happened: messages were put aside as dead "
    "letters.",
)
_LOST_OR_PUT_ASIDE = QT_TRANSLATE_NOOP(
    "verdict",
    "{n} requests of {journey} were answered, but what they set off never happened: messages were lost or put aside as "
    "dead letters.",
)
_DEGRADED = QT_TRANSLATE_NOOP("verdict", "{share} of the requests of {journey} get a fallback answer.")
_UNMET = QT_TRANSLATE_NOOP("verdict", "Not met: {metric} of {journey} is {measured}, expected {bound}.")
_ALL_MET = QT_TRANSLATE_NOOP("verdict", "All {n} expectations are met.")
_ONE_MET = QT_TRANSLATE_NOOP("verdict", "The expectation is met.")
_RETRIES = QT_TRANSLATE_NOOP("verdict", "retries keep {element} overloaded")
_UNDEFINED = QT_TRANSLATE_NOOP("verdict", "undefined")
_WHILE_DOWN = QT_TRANSLATE_NOOP(
    "verdict",
    "{journey} loses {share} of its requests while {target} is down ({length}) and is back to normal {when}; "
    "{whole} in all.",
)
_DURING = QT_TRANSLATE_NOOP(
    "verdict",
    "{journey} loses {share} of its requests during the {fault} ({length}) and is back to normal {when}; "
    "{whole} in all.",
)
_AS_IT_RETURNS = QT_TRANSLATE_NOOP("verdict", "as soon as it returns")
_AS_IT_ENDS = QT_TRANSLATE_NOOP("verdict", "as soon as it ends")
_AFTER_IT_RETURNS = QT_TRANSLATE_NOOP("verdict", "{after} after it returns")
_AFTER_IT_ENDS = QT_TRANSLATE_NOOP("verdict", "{after} after it ends")
_WAITING = QT_TRANSLATE_NOOP("verdict", "{n} of {m} requests of {journey} are still waiting at the end.")
_WAITING_FOR_EVER = QT_TRANSLATE_NOOP(
    "verdict", "{n} of {m} requests of {journey} are still waiting at the end: nothing bounds their wait."
)
_LEFT_OUT = QT_TRANSLATE_NOOP("verdict", "The {fault} is not simulated: the result does not show what it does.")
_WASTE = QT_TRANSLATE_NOOP("verdict", "{element} is busy with work nobody waits for any more")
_STUCK = QT_TRANSLATE_NOOP("verdict", "{element} stays overloaded")
_STILL = QT_TRANSLATE_NOOP("verdict", "most still fail by {cause}")
_AT_MOST = QT_TRANSLATE_NOOP("verdict", "at most {bound}")
_AT_LEAST = QT_TRANSLATE_NOOP("verdict", "at least {bound}")
_JOINED = QT_TRANSLATE_NOOP("verdict", "{first} {rest}")


def verdict(
    compiled: Compiled,
    journeys: dict[str, Any],
    elements: dict[str, Any],
    links: dict[str, Any],
    channels: dict[str, Any],
    lines: dict[str, Any],
    more: list[Text],
    settled: bool,
    expectations: tuple[tuple[Expectation, float | None, bool], ...],
) -> Text:
    """One paragraph: expectations, what happens to each journey and why, what is overloaded, what to distrust."""
    architecture = compiled.architecture
    sentences = _expected(architecture, expectations)
    if not any(journey["offered"] for journey in journeys.values()):
        sentences.append(say("verdict", _NOTHING))
    quiet: list[tuple[str, dict[str, Any]]] = []
    spared: list[tuple[str, dict[str, Any]]] = []
    for journey_id, journey in journeys.items():
        about = _about(compiled, journey_id, journey, elements, links, lines)
        if about is None:
            unharmed = course(compiled, lines, journey_id) is not None
            (spared if unharmed else quiet).append((journey_id, journey))
        else:
            sentences.append(about)
        sentences += _aside(architecture, journey_id, journey, channels)
    sentences += _spared(compiled, spared)
    sentences += _calm(architecture, [item for item in quiet if item[1]["availability"] is not None])
    sentences += [
        say("verdict", _LEFT_OUT, fault=kind_of_fault(architecture, kind, target)) for kind, target in compiled.left_out
    ]
    growing = [name for name in elements if grows(elements, lines, name)]
    for name in growing[:3]:
        line = lines["elements"][name]["queue"]
        sentence = _BEHIND if falls(line) else _OVERLOADED
        sentences.append(say("verdict", sentence, element=architecture.label(name), queue=f"{line[-1] or 0:,.0f}"))
    rising = [name for name in channels if rises(lines["channels"][name]["depth"]) and channels[name]["acknowledged"]]
    for name in rising:
        waiting = f"{channels[name]['waiting'] / compiled.replications:,.0f}"
        sentences.append(say("verdict", _BACKLOG, channel=architecture.label(name), waiting=waiting))
    sentences += backlogs(compiled, channels, lines, rising)
    sentences += more
    sentences += stale(compiled, links)
    if not growing:
        busiest = max(elements, key=lambda name: elements[name]["utilisation"] or 0, default=None)
        if busiest is not None and elements[busiest]["utilisation"]:
            share = percent(elements[busiest]["utilisation"])
            sentences.append(say("verdict", _BUSIEST, element=architecture.label(busiest), share=share))
    if not settled:
        sentences.append(unsettled(compiled, journeys, elements, lines))
    return _together(sentences)


def _expected(
    architecture: Architecture, expectations: tuple[tuple[Expectation, float | None, bool], ...]
) -> list[Text]:
    unmet = [_unmet(architecture, expectation, measured) for expectation, measured, met in expectations if not met]
    if unmet or not expectations:
        return unmet
    return [say("verdict", _ONE_MET) if len(expectations) == 1 else say("verdict", _ALL_MET, n=len(expectations))]


def _unmet(architecture: Architecture, expectation: Expectation, measured: float | None) -> Text:
    most, least = expectation.at_most, expectation.at_least
    over = most is not None and (measured is None or measured > most)
    bound = most if over else least
    told = math.nan if measured is None else measured
    found, wanted = quantities(expectation.metric, told, 0.0 if bound is None else bound)
    return say(
        "verdict",
        _UNMET,
        metric=metric_name(expectation.metric),
        journey=architecture.label(expectation.journey),
        measured=say("verdict", _UNDEFINED) if measured is None else found,
        bound=say("verdict", _AT_MOST if over else _AT_LEAST, bound=wanted),
    )


def _about(
    compiled: Compiled,
    journey_id: str,
    journey: dict[str, Any],
    elements: dict[str, Any],
    links: dict[str, Any],
    lines: dict[str, Any],
) -> Text | None:
    """What is worth saying of a journey, or None when all is well."""
    architecture = compiled.architecture
    name = architecture.label(journey_id)
    found = course(compiled, lines, journey_id)
    if found is not None and found.lost_from_ms is not None:
        why, sustained = _why(compiled, journey, elements, links, lines, found)
        return say(
            "verdict",
            _METASTABLE if sustained else _LOST,
            journey=name,
            share=percent(found.lost_share),
            since=time(found.lost_from_ms),
            fault=_fault(compiled),
            why=why,
            span=time(compiled.duration_ms - found.trigger_end_ms),
        )
    if strands(compiled, journey_id, journey):
        sentence = _WAITING_FOR_EVER if longest_wait(compiled, journey_id) == math.inf else _WAITING
        return say("verdict", sentence, n=f"{journey['in_flight']:,}", m=f"{journey['offered']:,}", journey=name)
    if journey["offered"] and journey["availability"] is None:
        return say("verdict", _UNANSWERED, journey=name, n=f"{journey['offered']:,}")
    if found is not None and found.recovered_ms is not None and journey["availability"] is not None:
        harmed = found.lost_meanwhile > 1.5 * found.lost_before + LOSES and journey["availability"] < 1
        if harmed and len(compiled.faults) == 1:
            return _lost_meanwhile(compiled, name, journey, found, found.recovered_ms)
        if found.recovered_ms > 0:
            after = time(found.recovered_ms)
            return say("verdict", _RECOVERS, journey=name, after=after, fault=_fault(compiled))
        if harmed:
            return say("verdict", _AT_ONCE, journey=name, fault=_fault(compiled))
        if journey["availability"] >= 1 - LOSES:
            return None
    if journey["availability"] is not None and journey["availability"] < 1 - LOSES:
        share = percent(1 - journey["availability"])
        return say("verdict", _WHOLE_TIME, journey=name, share=share, cause=_main_cause(journey))
    return None


def _lost_meanwhile(compiled: Compiled, name: str, journey: dict[str, Any], found: Course, recovered_ms: float) -> Text:
    fault = compiled.faults[0]
    down = isinstance(fault, Crash) and not isinstance(fault.instances, int)
    if recovered_ms > 0:
        when = say("verdict", _AFTER_IT_RETURNS if down else _AFTER_IT_ENDS, after=time(recovered_ms))
    else:
        when = say("verdict", _AS_IT_RETURNS if down else _AS_IT_ENDS)
    shared: dict[str, Any] = {
        "journey": name,
        "share": percent(found.lost_meanwhile),
        "length": time(found.trigger_end_ms - found.trigger_begin_ms),
        "when": when,
        "whole": percent(1 - journey["availability"]),
    }
    if down:
        return say("verdict", _WHILE_DOWN, target=compiled.architecture.label(fault.target), **shared)
    return say("verdict", _DURING, fault=_fault(compiled), **shared)


def _aside(
    architecture: Architecture, journey_id: str, journey: dict[str, Any], channels: dict[str, Any]
) -> list[Text]:
    name = architecture.label(journey_id)
    found = []
    answered = journey["succeeded"] + journey["degraded"]
    if answered and journey["degraded"] > LOSES * answered:
        found.append(say("verdict", _DEGRADED, journey=name, share=percent(journey["degraded"] / answered)))
    if journey["silent_wrong"]:
        found.append(say("verdict", _WRONG, journey=name, n=f"{journey['silent_wrong']:,}"))
    if journey["incomplete"]:
        dead = sum(channel["dead_lettered"] for channel in channels.values())
        sentence = _INCOMPLETE
        if dead:
            sentence = _PUT_ASIDE if dead >= journey["incomplete"] else _LOST_OR_PUT_ASIDE
        found.append(say("verdict", sentence, journey=name, n=f"{journey['incomplete']:,}"))
    return found


def _calm(architecture: Architecture, quiet: list[tuple[str, dict[str, Any]]]) -> list[Text]:
    if len(quiet) > 3:
        least = min(journey["availability"] for _, journey in quiet)
        return [say("verdict", _FINE_ALL, n=len(quiet), share=percent(least))]
    return [
        say(
            "verdict",
            _FINE,
            journey=architecture.label(journey_id),
            share=percent(journey["availability"]),
            p95=time(journey["latency_ms"]["p95"] or 0.0),
        )
        for journey_id, journey in quiet
    ]


def _spared(compiled: Compiled, spared: list[tuple[str, dict[str, Any]]]) -> list[Text]:
    """Journeys that a fault did no harm."""
    if not spared:
        return []
    least = percent(min(journey["availability"] for _, journey in spared))
    if len(spared) > 1:
        return [say("verdict", _UNHARMED_ALL, n=len(spared), share=least, fault=_fault(compiled))]
    name = compiled.architecture.label(spared[0][0])
    return [say("verdict", _UNHARMED, journey=name, share=least, fault=_fault(compiled))]


def _why(
    compiled: Compiled,
    journey: dict[str, Any],
    elements: dict[str, Any],
    links: dict[str, Any],
    lines: dict[str, Any],
    found: Course,
) -> tuple[Text, bool]:
    """The element that is full since the journey is lost and what keeps it so; and whether it will for good, by work
    that the failure itself makes, and not only until a backlog is done."""
    architecture = compiled.architecture
    later = [i for i, at in enumerate(lines["t_ms"]) if at >= found.trigger_end_ms]
    load: dict[str, float] = {}
    for name, line in lines["elements"].items():
        busy = [line["utilisation"][i] or 0.0 for i in later]
        load[name] = sum(busy) / len(busy) if busy else 0.0
    fullest = max(load, key=lambda name: load[name], default=None)
    if fullest is None or load[fullest] < 0.95:
        return say("verdict", _STILL, cause=_main_cause(journey)), False
    label = architecture.label(fullest)
    lasting = not falls([lines["elements"][fullest]["queue"][i] for i in later], parts=3)
    into = [links[link.id] for link in architecture.links_to.get(fullest, ())]
    calls, attempts = sum(link["calls"] for link in into), sum(link["attempts"] for link in into)
    if attempts > 1.2 * calls > 0 or _client_repeats(compiled):
        return say("verdict", _RETRIES, element=label), lasting
    wasted = elements[fullest]["wasted_ms"] / compiled.replications
    if wasted > 0.2 * (elements[fullest]["mean_busy"] or 0) * compiled.duration_ms:
        return say("verdict", _WASTE, element=label), lasting
    return say("verdict", _STUCK, element=label), False


def _client_repeats(compiled: Compiled) -> bool:
    return any(journey.client_retry not in (None, "none") for journey in compiled.journeys)


def _main_cause(journey: dict[str, Any]) -> Text:
    cause = max(journey["errors"], key=lambda name: journey["errors"][name])
    return say("verdict", CAUSES[cause])


def _fault(compiled: Compiled) -> Text:
    return faults_name(compiled.architecture, compiled.faults)


def _together(sentences: list[Text]) -> Text:
    if not sentences:
        return say("verdict", _NOTHING)
    whole = sentences[-1]
    for sentence in reversed(sentences[:-1]):
        whole = say("verdict", _JOINED, first=sentence, rest=whole)
    return whole
