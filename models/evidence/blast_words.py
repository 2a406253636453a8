"""A blast radius in the words of an architect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.architecture import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.faults import trial_name
from models.simulation.wording import percent, time

if TYPE_CHECKING:
    from models.evidence.blast_radius import Cell

MOST_METASTABLE = 6
_NOTHING = QT_TRANSLATE_NOOP("evidence", "Nothing could be tried: no journey uses anything that can fail.")
_NO_HARM = QT_TRANSLATE_NOOP("evidence", "None of the {n} faults takes anything from a journey.")
_HARM = QT_TRANSLATE_NOOP("evidence", "{harmful} of the {n} faults harm a journey.")
_HARM_ONE = QT_TRANSLATE_NOOP("evidence", "The one fault tried harms a journey.")
_WORST = QT_TRANSLATE_NOOP("evidence", "The worst is the {fault}: {journey} loses {share} of its requests meanwhile.")
_WORST_SILENT = QT_TRANSLATE_NOOP(
    "evidence", "Worst for trust is the {fault}: {share} of {journey} goes wrong unnoticed."
)
_METASTABLE = QT_TRANSLATE_NOOP(
    "evidence",
    "Metastable: {journey} did not come back within {span} after any of these faults was over (in at least {away} of "
    "{n} runs): {faults}.",
)
_METASTABLE_ONE = QT_TRANSLATE_NOOP(
    "evidence",
    "Metastable: {journey} did not come back within {span} after the {faults} was over (in {away} of {n} runs).",
)
_MORE = QT_TRANSLATE_NOOP("evidence", "and {n} more")
_AND_ALSO = QT_TRANSLATE_NOOP("evidence", "{first}, {rest}")
_SKIPPED = QT_TRANSLATE_NOOP("evidence", "{n} faults were not tried; the list says why.")
_ONE_SKIPPED = QT_TRANSLATE_NOOP("evidence", "One fault was not tried; the list says why.")
_JOINED = QT_TRANSLATE_NOOP("evidence", "{first} {rest}")


def verdict(architecture: Architecture, cells: Sequence[Cell], span_ms: float, runs: int) -> Text:
    """How many faults do harm, which is the worst, what does not come back, and what was not tried.

    A client's own failure hurts nobody but itself, so it is never the worst.
    """
    tried = [cell for cell in cells if cell.reason is None]
    if not tried:
        return say("evidence", _NOTHING)
    harmful = [cell for cell in tried if cell.harmed]
    sentences = _metastable(architecture, tried, span_ms)
    if not harmful:
        sentences.append(say("evidence", _NO_HARM, n=len(tried)))
    elif len(tried) == 1:
        sentences.append(say("evidence", _HARM_ONE))
    else:
        sentences.append(say("evidence", _HARM, harmful=len(harmful), n=len(tried)))
    sentences += _worst(architecture, harmful)
    skipped = len(cells) - len(tried)
    if skipped:
        sentences.append(say("evidence", _SKIPPED, n=skipped) if skipped > 1 else say("evidence", _ONE_SKIPPED))
    return together(sentences)


def together(sentences: Sequence[Text]) -> Text:
    """Several sentences as one paragraph; at least one."""
    whole = sentences[-1]
    for sentence in reversed(sentences[:-1]):
        whole = say("evidence", _JOINED, first=sentence, rest=whole)
    return whole


def _metastable(architecture: Architecture, cells: Sequence[Cell], span_ms: float) -> list[Text]:
    """A sentence for each journey that some fault leaves down for good, with those faults in the model's order."""
    away: dict[str, list[Cell]] = {}
    for cell in cells:
        for name in cell.harmed:
            if cell.journeys[name].metastable:
                away.setdefault(name, []).append(cell)
    sentences = []
    for name, found in away.items():
        found.sort(key=lambda cell: _is_of_a_client(architecture, cell))
        recoveries = [cell.journeys[name].recovery for cell in found]
        faults = [trial_name(architecture, cell.trial) for cell in found[:MOST_METASTABLE]]
        if len(found) > len(faults):
            faults.append(say("evidence", _MORE, n=len(found) - len(faults)))
        sentences.append(
            say(
                "evidence",
                _METASTABLE if len(found) > 1 else _METASTABLE_ONE,
                journey=architecture.label(name),
                span=time(span_ms),
                faults=_listed(faults),
                away=min(recovery.away for recovery in recoveries),
                n=max(recovery.judged for recovery in recoveries),
            )
        )
    return sentences


def _is_of_a_client(architecture: Architecture, cell: Cell) -> bool:
    return not cell.trial.on_link and architecture.element_by_id[cell.trial.element].kind == "client"


def _listed(items: Sequence[Text]) -> Text:
    whole = items[-1]
    for item in reversed(items[:-1]):
        whole = say("evidence", _AND_ALSO, first=item, rest=whole)
    return whole


def _worst(architecture: Architecture, cells: Sequence[Cell]) -> list[Text]:
    sentences = []
    for template, measure in ((_WORST, "lost_share"), (_WORST_SILENT, "silent_wrong_share")):
        shares = [
            (outcome.effects[measure].change or 0.0, cell, name)
            for cell in cells
            if not _is_of_a_client(architecture, cell)
            for name, outcome in cell.journeys.items()
            if outcome.effects[measure].shown
        ]
        if not shares or (best := max(shares, key=lambda row: row[0]))[0] <= 0.001:
            continue
        share, cell, name = best
        fault = trial_name(architecture, cell.trial)
        sentences.append(
            say("evidence", template, fault=fault, journey=architecture.label(name), share=percent(min(1.0, share)))
        )
    return sentences
