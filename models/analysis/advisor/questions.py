"""What the style advisor asks about a link: questions as data, and what counts as an answer.

Sections ("S4") are those of the text on communication styles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from models.analysis.facts import listed
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Kind = Literal["yes_no", "number", "choice"]
Unit = Literal["", "ms", "bytes", "per_s", "share", "count"]
Value = bool | float | str
UNKNOWN = "unknown"
"""An answer too: nobody knows, whatever the model says."""


class AnswerError(ValueError):
    """An answer to no question, or no answer to its question; `told` is one sentence that says what is allowed."""

    def __init__(self, told: Text) -> None:
        super().__init__(str(told))
        self.told = told


@dataclass(frozen=True, slots=True)
class Question:
    """`text` and `why` are templates of the context "advisor" with {source} and {target}; `label` has no values.

    `core` questions are asked first. A number has a unit: milliseconds, bytes, per second, a share of 1, or a count.
    """

    id: str
    kind: Kind
    label: str
    text: str
    why: str
    section: str
    unit: Unit = ""
    choices: tuple[str, ...] = ()
    core: bool = False

    def asked(self, source: str, target: str) -> Text:
        return say("advisor", self.text, source=source, target=target)

    def reason(self, source: str, target: str) -> Text:
        return say("advisor", self.why, source=source, target=target)

    def allowed(self) -> Text:
        """The words that answer it, or what kind of number does."""
        if self.kind == "number":
            return listed([say("advisor", _NUMBERS[self.unit]), UNKNOWN])
        return listed([*(("yes", "no") if self.kind == "yes_no" else self.choices), UNKNOWN])


def question(question_id: str) -> Question:
    """The question of this id.

    Raises:
        AnswerError: there is none.
    """
    found = QUESTIONS.get(question_id)
    if found is None:
        near = nearest(question_id, QUESTIONS)
        raise AnswerError(say("advisor", _NO_QUESTION, question=question_id, near=near, known=", ".join(QUESTIONS)))
    return found


def value_of(asked: Question, answer: object) -> Value:
    """An answer as a value: "yes" and "no" become True and False, the text of a number that number.

    Raises:
        AnswerError: that does not answer it.
    """
    if isinstance(answer, str):
        answer = answer.strip()
        if answer.lower() == UNKNOWN:
            return UNKNOWN
    if asked.kind == "yes_no":
        words = {"yes": True, "true": True, "no": False, "false": False}
        if isinstance(answer, str) and answer.lower() in words:
            return words[answer.lower()]
        if isinstance(answer, bool):
            return answer
    elif asked.kind == "choice":
        if isinstance(answer, str) and answer.lower() in asked.choices:
            return answer.lower()
    elif not isinstance(answer, bool) and isinstance(answer, int | float | str):
        try:
            number = float(answer)
        except ValueError:
            number = math.nan
        if _fits(asked, number):
            return number
    raise AnswerError(say("advisor", _NO_ANSWER, answer=answer, question=asked.id, allowed=asked.allowed()))


def _fits(asked: Question, number: float) -> bool:
    if not math.isfinite(number) or number < 0:
        return False
    if asked.unit == "share":
        return number <= 1
    return asked.unit != "count" or number.is_integer()


_NUMBERS: dict[Unit, str] = {
    "ms": QT_TRANSLATE_NOOP("advisor", "a number of milliseconds"),
    "bytes": QT_TRANSLATE_NOOP("advisor", "a number of bytes"),
    "per_s": QT_TRANSLATE_NOOP("advisor", "a number per second"),
    "share": QT_TRANSLATE_NOOP("advisor", "a share from 0 to 1"),
    "count": QT_TRANSLATE_NOOP("advisor", "a whole number"),
}
_NO_QUESTION = QT_TRANSLATE_NOOP("advisor", 'There is no question "{question}"{near}; there are {known}.')
_NO_ANSWER = QT_TRANSLATE_NOOP("advisor", '"{answer}" does not answer "{question}"; allowed: {allowed}.')

QUESTIONS: dict[str, Question] = {
    one.id: one
    for one in (
        Question(
            "result_needed",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Result needed"),
            QT_TRANSLATE_NOOP("advisor", "Does {source} need a result from {target}?"),
            QT_TRANSLATE_NOOP(
                "advisor", "Request-response is for results without which one cannot go on; an event brings none back."
            ),
            "S7",
            core=True,
        ),
        Question(
            "must_not_wait",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Must not wait"),
            QT_TRANSLATE_NOOP("advisor", "Must {source} go on at once, without waiting for {target}?"),
            QT_TRANSLATE_NOOP("advisor", "A synchronous caller stands still until the answer comes."),
            "S4",
            core=True,
        ),
        Question(
            "answer_ms",
            "number",
            QT_TRANSLATE_NOOP("advisor", "Time to answer"),
            QT_TRANSLATE_NOOP("advisor", "How long does {target} take, at worst?"),
            QT_TRANSLATE_NOOP("advisor", "Slow answers block the caller; asynchronous styles suit long work."),
            "S5",
            "ms",
            core=True,
        ),
        Question(
            "target_may_be_down",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Works without it"),
            QT_TRANSLATE_NOOP("advisor", "Must {source} keep working while {target} is down?"),
            QT_TRANSLATE_NOOP("advisor", "A synchronous call needs both up at the same moment: temporal coupling."),
            "S4",
            core=True,
        ),
        Question(
            "consumers",
            "number",
            QT_TRANSLATE_NOOP("advisor", "Consumers"),
            QT_TRANSLATE_NOOP("advisor", "How many consumers does what {source} sends have?"),
            QT_TRANSLATE_NOOP("advisor", "A request goes to one receiver; an event reaches whoever wants it."),
            "S8",
            "count",
            core=True,
        ),
        Question(
            "consumers_known",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Knows consumers"),
            QT_TRANSLATE_NOOP("advisor", "Does {source} have to know who they are?"),
            QT_TRANSLATE_NOOP("advisor", "The publisher of an event does not know who reacts, or whether."),
            "S8",
            core=True,
        ),
        Question(
            "payload_bytes",
            "number",
            QT_TRANSLATE_NOOP("advisor", "Size"),
            QT_TRANSLATE_NOOP("advisor", "How large is what {source} sends at a time?"),
            QT_TRANSLATE_NOOP("advisor", "Gigabytes go through common data; brokers limit the size of a message."),
            "S6",
            "bytes",
            core=True,
        ),
        Question(
            "legacy",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Legacy"),
            QT_TRANSLATE_NOOP("advisor", "Is {source} or {target} an old system, or limited in its technology?"),
            QT_TRANSLATE_NOOP("advisor", "Nearly every system can read and write a file."),
            "S6",
            core=True,
        ),
        Question(
            "decides",
            "choice",
            QT_TRANSLATE_NOOP("advisor", "Who decides"),
            QT_TRANSLATE_NOOP(
                "advisor", "Who decides what is done about it: {source} (sender) or who hears of it (receiver)?"
            ),
            QT_TRANSLATE_NOOP("advisor", "With events responsibility turns round: consumers know what they need."),
            "S8",
            choices=("sender", "receiver"),
        ),
        Question(
            "failure_handled",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Reacts to failure"),
            QT_TRANSLATE_NOOP("advisor", "Must {source} learn of a failure, to retry or to compensate?"),
            QT_TRANSLATE_NOOP("advisor", "Request-response is for failures that call for compensation."),
            "S7",
        ),
        Question(
            "patience_ms",
            "number",
            QT_TRANSLATE_NOOP("advisor", "May wait for"),
            QT_TRANSLATE_NOOP("advisor", "How long may {source} wait at most?"),
            QT_TRANSLATE_NOOP("advisor", "There is always a timeout, so that nothing waits for ever."),
            "S7",
            "ms",
        ),
        Question(
            "availability",
            "number",
            QT_TRANSLATE_NOOP("advisor", "Availability"),
            QT_TRANSLATE_NOOP("advisor", "What share of the time is {target} up?"),
            QT_TRANSLATE_NOOP("advisor", "When the callee is down, a synchronous caller fails with it."),
            "S4",
            "share",
        ),
        Question(
            "rate_per_s",
            "number",
            QT_TRANSLATE_NOOP("advisor", "How often"),
            QT_TRANSLATE_NOOP("advisor", "How often does {source} send?"),
            QT_TRANSLATE_NOOP("advisor", "Volume is size times rate, and volume is no problem for common data."),
            "S6",
            "per_s",
        ),
        Question(
            "bursts",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Bursts"),
            QT_TRANSLATE_NOOP("advisor", "Does it come in bursts, faster than {target} can work?"),
            QT_TRANSLATE_NOOP("advisor", "Queues buffer bursts."),
            "S7",
        ),
        Question(
            "may_lag_ms",
            "number",
            QT_TRANSLATE_NOOP("advisor", "May be late by"),
            QT_TRANSLATE_NOOP("advisor", "How late may it be until {target} takes notice?"),
            QT_TRANSLATE_NOOP("advisor", "With common data nothing happens until the next poll."),
            "S6",
            "ms",
        ),
        Question(
            "several_write",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Several write"),
            QT_TRANSLATE_NOOP("advisor", "Do several services write the same data?"),
            QT_TRANSLATE_NOOP("advisor", "Common data flows in one direction; otherwise it is a shared database."),
            "S6",
        ),
        Question(
            "personal_data",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Personal data"),
            QT_TRANSLATE_NOOP("advisor", "Does it hold personal data that not everyone may see?"),
            QT_TRANSLATE_NOOP("advisor", "Whoever consumes an event sees all that is in it."),
            "S8",
        ),
        Question(
            "source_restarts",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Instances change"),
            QT_TRANSLATE_NOOP("advisor", "Do instances of {source} come and go while they wait?"),
            QT_TRANSLATE_NOOP("advisor", "The response is lost when the instance that asked dies."),
            "S4",
        ),
        Question(
            "messaging_in_use",
            "yes_no",
            QT_TRANSLATE_NOOP("advisor", "Messaging in use"),
            QT_TRANSLATE_NOOP("advisor", "Does a broker run here already that {source} and {target} can use?"),
            QT_TRANSLATE_NOOP("advisor", "Asynchronous styles are unfamiliar, and there are many to choose from."),
            "S5",
        ),
    )
}
