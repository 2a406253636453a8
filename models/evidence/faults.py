"""The faults a blast radius tries: which kinds, on what, when, and what each is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.architecture import Architecture, Element, Fault, Scenario, replace
from models.architecture.effective import ASSUMPTIONS, in_force
from models.architecture.scenarios import Arbitrary, Crash, Omission, Timing, WrongResponse
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.compiler.unsimulated import UNSIMULATED

BEGINS, LASTS = 0.25, 0.25
"""When a fault begins and how long it lasts, as shares of the run after its warm-up; the rest is to recover in."""
OMITTED = 0.5
SLOWER = 10.0
FAULT_KINDS = ("crash", "silent_crash", "omission", "timing", "response", "arbitrary")
"""crash: refuses at once; silent_crash: swallows what it is sent; omission: loses half of the requests; timing: ten
times slower; response: every answer is wrong and nobody notices; arbitrary: each call one of these at random."""
_GROUPS = ("host", "zone", "region")
_NO_ANSWER = QT_TRANSLATE_NOOP("evidence", "a client gives no answers that could be late or wrong")
_ANSWERS = ("timing", "response", "arbitrary")
_NAMES = {
    "crash": QT_TRANSLATE_NOOP("evidence", "crash of {part}"),
    "silent_crash": QT_TRANSLATE_NOOP("evidence", "silent crash of {part}"),
    "omission": QT_TRANSLATE_NOOP("evidence", "loss of half the requests at {part}"),
    "timing": QT_TRANSLATE_NOOP("evidence", "tenfold slowdown of {part}"),
    "response": QT_TRANSLATE_NOOP("evidence", "unnoticed wrong answers of {part}"),
    "arbitrary": QT_TRANSLATE_NOOP("evidence", "arbitrary failures of {part}"),
}
_OF_LINKS = {
    "crash": QT_TRANSLATE_NOOP("evidence", "failure of the link {part}"),
    "silent_crash": QT_TRANSLATE_NOOP("evidence", "silent failure of the link {part}"),
    "omission": QT_TRANSLATE_NOOP("evidence", "loss of half the requests over {part}"),
    "timing": QT_TRANSLATE_NOOP("evidence", "tenfold slowdown of the link {part}"),
    "response": QT_TRANSLATE_NOOP("evidence", "unnoticed wrong answers over {part}"),
    "arbitrary": QT_TRANSLATE_NOOP("evidence", "arbitrary failures of the link {part}"),
}
_ONE_OF_SEVERAL = {
    "crash": QT_TRANSLATE_NOOP("evidence", "crash of one instance of {part}"),
    "silent_crash": QT_TRANSLATE_NOOP("evidence", "silent crash of one instance of {part}"),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault on one element, or on one link (`on_link`, then `element` is its id). `instances`: how many of it
    crash; None where that means nothing. `senseless`: why there is nothing to try."""

    element: str
    kind: str
    fault: Fault
    instances: int | str | None = None
    senseless: Text | None = None
    on_link: bool = False


def window(duration_ms: float, warm_up_ms: float) -> tuple[float, float]:
    """(from, until) in ms: when every trial's fault acts."""
    rest = duration_ms - warm_up_ms
    begin = warm_up_ms + BEGINS * rest
    return begin, begin + LASTS * rest


def undisturbed(scenario: Scenario | None) -> Scenario:
    """The scenario with its load and settings, without its faults and expectations; the warm-up "auto" is none, since
    a fault makes a run unsteady. A default one without any."""
    if scenario is None:
        return Scenario(id="default")
    warm_up = scenario.warm_up_ms if isinstance(scenario.warm_up_ms, int | float) else None
    return replace(scenario, faults=(), expect=(), warm_up_ms=warm_up)


def length_of(scenario: Scenario) -> tuple[float, float]:
    """(duration, warm-up) in ms."""
    duration = float(scenario.duration_ms or ASSUMPTIONS["scenario"]["duration_ms"])
    return duration, float(scenario.warm_up_ms) if isinstance(scenario.warm_up_ms, int | float) else 0.0


def trials(architecture: Architecture, begin: float, until: float) -> Iterator[Trial]:
    """Every element, in the model's order, with every kind of fault that can strike it.

    A service of several instances also loses one of them; a group that is a host, zone or region goes down as a whole;
    notes and other groups cannot fail.
    """
    for element in architecture.elements:
        if element.kind == "note" or (element.kind == "group" and element.group_type not in _GROUPS):
            continue
        for kind in FAULT_KINDS:
            if element.kind == "group" and kind not in _ONE_OF_SEVERAL:
                continue
            senseless = say("evidence", _NO_ANSWER) if element.kind == "client" and kind in _ANSWERS else None
            for instances in _instances(architecture, element, kind):
                yield Trial(element.id, kind, _fault(kind, element.id, instances, begin, until), instances, senseless)


def link_trials(architecture: Architecture, begin: float, until: float) -> Iterator[Trial]:
    """Every link, in the model's order, with every kind of fault: cut with or without word of it, losing half of the
    requests, ten times slower, or spoiling what comes back over it."""
    for link in architecture.links:
        for kind in FAULT_KINDS:
            instances = "all" if kind in _ONE_OF_SEVERAL else None
            yield Trial(link.id, kind, _fault(kind, link.id, instances, begin, until), instances, on_link=True)


def trial_name(architecture: Architecture, trial: Trial) -> Text:
    """A trial in words: "crash of one instance of Checkout"."""
    names = _ONE_OF_SEVERAL if trial.instances == 1 else _OF_LINKS if trial.on_link else _NAMES
    return say("evidence", names[trial.kind], part=architecture.label(trial.element))


def _instances(architecture: Architecture, element: Element, kind: str) -> tuple[int | str | None, ...]:
    if kind not in _ONE_OF_SEVERAL:
        return (None,)
    if element.kind == "service":
        n = in_force(architecture, element, "instances").value
        return ("all", 1) if isinstance(n, int) and n > 1 else ("all",)
    copied = not any(row.attribute == "replicas" and element.kind in row.where for row in UNSIMULATED)
    n = getattr(element, "replicas", None) if copied and element.kind != "group" else None
    return ("all", 1) if isinstance(n, int) and n > 1 else ("all",)


def _fault(kind: str, target: str, instances: int | str | None, begin: float, until: float) -> Fault:
    match kind:
        case "crash" | "silent_crash":
            n = instances if isinstance(instances, int) else "all"
            return Crash(
                target=target, from_ms=begin, until_ms=until, instances=n, silent=True if kind != "crash" else None
            )
        case "omission":
            return Omission(target=target, from_ms=begin, until_ms=until, probability=OMITTED, direction="request")
        case "timing":
            return Timing(target=target, from_ms=begin, until_ms=until, factor=SLOWER)
        case "response":
            return WrongResponse(target=target, from_ms=begin, until_ms=until, probability=1.0, detected=False)
        case _:
            return Arbitrary(target=target, from_ms=begin, until_ms=until, probability=1.0)
