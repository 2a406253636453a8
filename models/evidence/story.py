"""The verdict of a demonstration: one paragraph that an architect would say and can be held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.architecture import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.assumed_numbers import Variant
from models.evidence.comparison import Comparison
from models.evidence.number_words import attribute_name, number_name, with_value
from models.evidence.robustness import Robustness
from models.evidence.sentences import NO_DIFFERENCE, some, tell_apart, together, told
from models.simulation.wording import time

if TYPE_CHECKING:
    from models.evidence.demonstration import Demonstration

MOST_NUMBERS = 5
MOST_FAILING = 3


def verdict(shown: Demonstration) -> Text:
    """What is injected, what that costs, what the fix changes and costs, what was not said, and whether it holds."""
    sentences = [_injected(shown)]
    if shown.harm is not None:
        sentences.append(_harm(shown.harm))
    if shown.effect is not None and shown.fix is not None:
        sentences += _effect(shown.effect, shown.fix.title)
    if shown.cost is not None:
        sentences.append(_cost(shown.cost))
    sentences.append(_unsaid(shown))
    if shown.robustness is not None:
        sentences += _holds(shown.robustness, shown)
    return together(sentences, _THEN)


def _injected(shown: Demonstration) -> Text:
    length = time(shown.scenario.duration_ms or 0.0)
    values: dict[str, object] = {"length": length, "n": shown.replications}
    if not shown.injected:
        return say("evidence", _LOAD_ALONE, **values)
    return say("evidence", _INJECTED, faults=together(shown.injected), **values)


def _harm(harm: Comparison) -> Text:
    worse = [told(harm, row) for row in tell_apart(row for row in harm.judged if row.better is False)]
    return say("evidence", _HARM, text=some(worse)) if worse else say("evidence", _NO_HARM)


def _effect(effect: Comparison, title: Text) -> list[Text]:
    rows = tell_apart(row for row in effect.judged if row.sign)
    better = [told(effect, row) for row in rows if row.better is not False]
    worse = [told(effect, row) for row in rows if row.better is False]
    if not rows:
        return [say("evidence", _WITH_FIX_NOTHING, fix=title, nothing=say("evidence", NO_DIFFERENCE))]
    found = [say("evidence", _WITH_FIX, fix=title, text=some(better or worse))]
    if better and worse:
        found.append(say("evidence", _AT_A_PRICE, text=some(worse)))
    return found


def _cost(cost: Comparison) -> Text:
    rows = tell_apart(row for row in cost.judged if row.sign)
    later = [
        row
        for row in cost.rows
        if not row.judged and row.sign and row.measure in ("completion_mean_ms", "freshness_ms")
    ]
    worse = [told(cost, row) for row in (*rows, *later) if row.better is False]
    better = [told(cost, row) for row in rows if row.better]
    if worse:
        return say("evidence", _COSTS, text=some(worse))
    return say("evidence", _GAINS, text=some(better)) if better else say("evidence", _COSTS_NOTHING)


def _unsaid(shown: Demonstration) -> Text:
    paths = shown.unsaid
    if not paths:
        return say("evidence", _ALL_SAID)
    if shown.robustness is not None:
        near = [path for one in shown.robustness.repetitions for path in one.variant.paths]
        paths = tuple(dict.fromkeys((*(path for path in near if path in paths), *paths)))
    parts = _models(shown)
    named = [with_value(number_name(parts, path), path, shown.assumptions[path]) for path in paths[:MOST_NUMBERS]]
    names = together(named, _COMMA)
    if len(paths) <= MOST_NUMBERS:
        return say("evidence", _UNSAID, n=len(paths), names=names)
    return say("evidence", _MANY_UNSAID, n=len(paths), names=names, more=len(paths) - MOST_NUMBERS)


def _holds(robustness: Robustness, shown: Demonstration) -> list[Text]:
    if not robustness.tried:
        return [say("evidence", _NOT_REPEATED)] if robustness.left_out else []
    values: dict[str, object] = {
        "holds": robustness.holds,
        "tried": robustness.tried,
        "n": robustness.replications,
    }
    found = [say("evidence", _HOLDS if robustness.headline is not None else _HOLDS_NOTHING, **values)]
    failing = [one.variant for one in robustness.repetitions if one.holds is False]
    if failing:
        names = together([_named(variant, shown) for variant in failing[:MOST_FAILING]])
        found = [say("evidence", _NOT_WHEN, holds=found[0], names=names)]
    else:
        found = [say("evidence", _SENTENCE, text=found[0])]
    if robustness.left_out:
        found.append(say("evidence", _LEFT_OUT, n=len(robustness.left_out)))
    return found


def _models(shown: Demonstration) -> tuple[Architecture, ...]:
    return (shown.architecture,) if shown.repaired is None else (shown.architecture, shown.repaired)


def _named(variant: Variant, shown: Demonstration) -> Text:
    if len(variant.paths) > 1:
        template = _ALL_HALVED if variant.factor < 1 else _ALL_DOUBLED
        return say("evidence", template, attribute=attribute_name(variant.attribute), n=len(variant.paths))
    name = number_name(_models(shown), variant.paths[0]) if variant.paths else variant.attribute
    return say("evidence", _HALVED if variant.factor < 1 else _DOUBLED, name=name)


_COMMA = QT_TRANSLATE_NOOP("evidence", "{first}, {second}")
_THEN = QT_TRANSLATE_NOOP("evidence", "{first} {second}")
_SENTENCE = QT_TRANSLATE_NOOP("evidence", "{text}.")
_INJECTED = QT_TRANSLATE_NOOP("evidence", "Injected into {n} runs of {length} under the model's own load: {faults}.")
_LOAD_ALONE = QT_TRANSLATE_NOOP("evidence", "{n} runs of {length} under the model's own load, without any fault.")
_HARM = QT_TRANSLATE_NOOP("evidence", "As the model stands, that does harm: {text}.")
_NO_HARM = QT_TRANSLATE_NOOP("evidence", "As the model stands, no harm is shown at this load.")
_WITH_FIX = QT_TRANSLATE_NOOP("evidence", "With the fix ({fix}): {text}.")
_WITH_FIX_NOTHING = QT_TRANSLATE_NOOP("evidence", "With the fix ({fix}): {nothing}")
_AT_A_PRICE = QT_TRANSLATE_NOOP("evidence", "At a price: {text}.")
_COSTS = QT_TRANSLATE_NOOP("evidence", "When nothing fails the fix costs: {text}.")
_GAINS = QT_TRANSLATE_NOOP("evidence", "When nothing fails the fix costs nothing that was measured, and gains: {text}.")
_COSTS_NOTHING = QT_TRANSLATE_NOOP("evidence", "When nothing fails no cost of the fix is shown.")
_ALL_SAID = QT_TRANSLATE_NOOP("evidence", "Every number this leans on was said by someone.")
_UNSAID = QT_TRANSLATE_NOOP("evidence", "This leans on numbers that nobody said ({n}): {names}.")
_MANY_UNSAID = QT_TRANSLATE_NOOP("evidence", "This leans on numbers that nobody said ({n}): {names} and {more} more.")
_HOLDS = QT_TRANSLATE_NOOP(
    "evidence", "With these at half and at double ({n} runs each) it holds in {holds} of {tried}"
)
_HOLDS_NOTHING = QT_TRANSLATE_NOOP(
    "evidence", "With these at half and at double ({n} runs each) none is shown in {holds} of {tried} either"
)
_NOT_WHEN = QT_TRANSLATE_NOOP("evidence", "{holds}; not with {names}.")
_LEFT_OUT = QT_TRANSLATE_NOOP("evidence", "Left out, because the model is large: {n} more such repetitions.")
_NOT_REPEATED = QT_TRANSLATE_NOOP("evidence", "The model is too large to repeat this with these at half and at double.")
_HALVED = QT_TRANSLATE_NOOP("evidence", "{name} at half")
_DOUBLED = QT_TRANSLATE_NOOP("evidence", "{name} at double")
_ALL_HALVED = QT_TRANSLATE_NOOP("evidence", "{attribute} elsewhere ({n}) at half")
_ALL_DOUBLED = QT_TRANSLATE_NOOP("evidence", "{attribute} elsewhere ({n}) at double")
