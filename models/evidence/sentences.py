"""Differences in the words of an architect: what falls, what rises, by how much, and what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.architecture import Architecture, Fault
from models.architecture.scenarios import Crash, LoadSurge, Poison, Timing
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.comparison import Comparison, Paired
from models.evidence.figures import MEASURES, spread
from models.simulation.wording import fault_name, time

MOST_TOLD = 4
"""Differences told in one sentence; a table has them all."""


def told(comparison: Comparison, row: Paired) -> Text:
    """ "p99 of Place order falls by 812 ms (95%: 790 to 834)"; for a row whose difference is shown."""
    measure = MEASURES[row.measure]
    values: dict[str, object] = {"what": say("evidence", measure.words), "whom": comparison.label(row.subject)}
    if row.interval is None or row.difference is None:
        old, new = row.known
        return say("evidence", _COMES_BACK, **values, old=old, new=new, n=row.replications)
    low, high = sorted(abs(end) for end in row.interval)
    size, least, most = spread(row.measure, abs(row.difference), low, high)
    values |= {"size": size, "low": least, "high": most}
    everywhere = row.subject is None
    if measure.unit == "count":
        template = (_MORE, _FEWER) if everywhere else (_MORE_OF, _FEWER_OF)
    elif measure.unit == "busy":
        template = (_RISES, _FALLS) if everywhere else (_RISES_OF, _FALLS_OF)
    else:
        template = (_RISES_OF, _FALLS_OF)
    return say("evidence", template[0 if row.sign > 0 else 1], **values)


def together(sentences: Sequence[Text], template: str | None = None) -> Text:
    """Several phrases as one, joined by semicolons (or sentences by a space)."""
    whole = sentences[0]
    for sentence in sentences[1:]:
        whole = say("evidence", template or _AND, first=whole, second=sentence)
    return whole


def verdict(comparison: Comparison) -> Text:
    """What a comparison shows, in the figures it is judged by: first what got better, then what got worse."""
    shown = tell_apart(row for row in comparison.judged if row.sign)
    if not shown:
        others = sum(1 for row in comparison.rows if row.sign)
        if not others:
            return say("evidence", NO_DIFFERENCE)
        return say("evidence", _NO_DIFFERENCE_BUT, first=say("evidence", NO_DIFFERENCE), n=others)
    better = [told(comparison, row) for row in shown if row.better is not False]
    worse = [told(comparison, row) for row in shown if row.better is False]
    sentences = []
    if better:
        sentences.append(say("evidence", _SENTENCE, text=some(better)))
    if worse:
        sentences.append(say("evidence", _BUT if better else _SENTENCE, text=some(worse)))
    return together(sentences, _THEN)


def of_journeys(comparison: Comparison) -> dict[str, Text]:
    """A sentence for each journey that both versions have, by its id: what got better, then what got worse."""
    found: dict[str, Text] = {}
    for journey in dict.fromkeys(row.subject for row in comparison.judged if row.subject is not None):
        rows = [row for row in comparison.judged if row.subject == journey]
        shown = tell_apart(row for row in rows if row.sign)
        name = comparison.label(journey)
        if not shown:
            found[journey] = say("evidence", _SAME, whom=name)
            continue
        phrases = {
            better: [told(comparison, row) for row in shown if (row.better is not False) == better]
            for better in (True, False)
        }
        sentences = [say("evidence", _SENTENCE, text=together(phrases[True]))] if phrases[True] else []
        if phrases[False]:
            sentences.append(say("evidence", _BUT if sentences else _SENTENCE, text=together(phrases[False])))
        found[journey] = say("evidence", _JOURNEY, whom=name, what=together(sentences, _THEN))
    return found


def tell_apart(rows: Iterable[Paired]) -> list[Paired]:
    """The rows without a mean response time whose p99 is among them and says the same."""
    kept = list(rows)
    tails = {(row.subject, row.sign) for row in kept if row.measure == "p99_ms"}
    return [row for row in kept if row.measure != "mean_ms" or (row.subject, row.sign) not in tails]


def some(phrases: Sequence[Text]) -> Text:
    """The first few, and how many more there are."""
    first = together(list(phrases[:MOST_TOLD]))
    if len(phrases) <= MOST_TOLD:
        return first
    return say("evidence", _MORE_OF_THEM, first=first, n=len(phrases) - MOST_TOLD)


def injected(architecture: Architecture, fault: Fault) -> Text:
    """What a fault does, to whom and when: "Payment is 100 times slower from 30 s to 60 s"."""
    values: dict[str, object] = {"part": architecture.label(fault.target), "begin": time(fault.from_ms or 0.0)}
    match fault:
        case Timing(factor=float() as factor, add_ms=None) if factor >= 1:
            what = say("evidence", _SLOWER, factor=f"{factor:g}", **values)
        case Crash(instances="all"):
            what = say("evidence", _DOWN, **values)
        case Poison(count=count):
            return say("evidence", _POISON, count=count or 1, **values)
        case LoadSurge(factor=float() as factor):
            what = say("evidence", _SURGE, factor=f"{factor:g}", **values)
        case _:
            what = say("evidence", _OTHER, fault=fault_name(architecture, fault), **values)
    if fault.until_ms is None:
        return what
    return say("evidence", _UNTIL, what=what, end=time(fault.until_ms))


NO_DIFFERENCE = QT_TRANSLATE_NOOP("evidence", "No difference shown at this load.")
_NO_DIFFERENCE_BUT = QT_TRANSLATE_NOOP(
    "evidence", "{first} Other figures differ a little ({n}); the table has them, and one in twenty does so by luck."
)
_SAME = QT_TRANSLATE_NOOP("evidence", "{whom}: no difference shown at this load.")
_JOURNEY = QT_TRANSLATE_NOOP("evidence", "{whom}: {what}")
_FALLS_OF = QT_TRANSLATE_NOOP("evidence", "{what} of {whom} falls by {size} (95%: {low} to {high})")
_RISES_OF = QT_TRANSLATE_NOOP("evidence", "{what} of {whom} rises by {size} (95%: {low} to {high})")
_FALLS = QT_TRANSLATE_NOOP("evidence", "{what} falls by {size} per run (95%: {low} to {high})")
_RISES = QT_TRANSLATE_NOOP("evidence", "{what} rises by {size} per run (95%: {low} to {high})")
_FEWER_OF = QT_TRANSLATE_NOOP("evidence", "{what} of {whom}: {size} fewer per run (95%: {low} to {high})")
_MORE_OF = QT_TRANSLATE_NOOP("evidence", "{what} of {whom}: {size} more per run (95%: {low} to {high})")
_FEWER = QT_TRANSLATE_NOOP("evidence", "{what}: {size} fewer per run (95%: {low} to {high})")
_MORE = QT_TRANSLATE_NOOP("evidence", "{what}: {size} more per run (95%: {low} to {high})")
_COMES_BACK = QT_TRANSLATE_NOOP("evidence", "{whom} comes back in {new} of {n} runs instead of {old}")
_AND = QT_TRANSLATE_NOOP("evidence", "{first}; {second}")
_THEN = QT_TRANSLATE_NOOP("evidence", "{first} {second}")
_SENTENCE = QT_TRANSLATE_NOOP("evidence", "{text}.")
_BUT = QT_TRANSLATE_NOOP("evidence", "But: {text}.")
_MORE_OF_THEM = QT_TRANSLATE_NOOP("evidence", "{first}; and {n} more")
_SLOWER = QT_TRANSLATE_NOOP("evidence", "{part} is {factor} times slower from {begin}")
_DOWN = QT_TRANSLATE_NOOP("evidence", "{part} is down from {begin}")
_POISON = QT_TRANSLATE_NOOP("evidence", "messages that cannot be processed reach {part} at {begin}: {count}")
_SURGE = QT_TRANSLATE_NOOP("evidence", "{factor} times the load enters at {part} from {begin}")
_OTHER = QT_TRANSLATE_NOOP("evidence", "{fault} from {begin}")
_UNTIL = QT_TRANSLATE_NOOP("evidence", "{what} to {end}")
