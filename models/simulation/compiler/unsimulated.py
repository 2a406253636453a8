"""What a model says of behaviour that the simulator does not follow yet: a closed table, told in `Result.ignored`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from models.architecture.text import QT_TRANSLATE_NOOP, say
from models.simulation.compiler.facts import Facts


@dataclass(frozen=True)
class Unsimulated:
    """An attribute of a kind or style; `when` tells the values that would change the behaviour."""

    where: tuple[str, ...]
    attribute: str
    when: Callable[[Any], bool]
    sentence: str


def _said(value: Any) -> bool:
    return value not in (None, (), False)


def _is(*values: Any) -> Callable[[Any], bool]:
    return lambda value: value in values


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_ATTRIBUTE = QT_TRANSLATE_NOOP("simulation", "{attribute} of {part}: {sentence}")
_YET = QT_TRANSLATE_NOOP("simulation", "not simulated yet")
_SERVER = QT_TRANSLATE_NOOP("simulation", "stores on one server do not slow each other down, yet")
_ONE_ANSWER = QT_TRANSLATE_NOOP("simulation", "simulated as one answer")
UNSIMULATED = (
    Unsimulated(("service",), "autoscale", _said, _YET),
    Unsimulated(("datastore",), "replicas", lambda n: bool(n and n > 1), _YET),
    Unsimulated(("datastore",), "server", _said, _SERVER),
    Unsimulated(("sync", "async", "event", "shared_data"), "exchange", _is("stream"), _ONE_ANSWER),
)


def note_unsimulated(facts: Facts, used: Iterable[str]) -> None:
    """Tell, for the parts that bear on the result, each such attribute that was said."""
    architecture = facts.architecture
    wanted = set(used)
    for part in (*architecture.elements, *architecture.links):
        if part.id not in wanted:
            continue
        kind = part.style if hasattr(part, "style") else part.kind
        for row in UNSIMULATED:
            if kind not in row.where:
                continue
            value = facts.said(part, row.attribute)
            if row.when(value):
                sentence = say("simulation", row.sentence)
                facts.ignore_part(
                    f"{part.id}.{row.attribute}", _ATTRIBUTE, part.id, attribute=row.attribute, sentence=sentence
                )
