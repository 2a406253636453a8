"""The style advisor: which style of communication suits a link, why, and what can carry it. Advice, never a finding.

`advise` ranks five styles; `questions` are what it asks, `adopt` makes a link one of them. Imports what rules import.
"""

from models.analysis.advisor.advice import REASONS, Advice, Answer, Ground, RankedStyle, advise
from models.analysis.advisor.carriers import Carrier, listed
from models.analysis.advisor.forms import FORMS, FormId, StyleForm, adopt
from models.analysis.advisor.questions import QUESTIONS, UNKNOWN, AnswerError, Question, Value, question, value_of

__all__ = [
    "FORMS",
    "QUESTIONS",
    "REASONS",
    "UNKNOWN",
    "Advice",
    "Answer",
    "AnswerError",
    "Carrier",
    "FormId",
    "Ground",
    "Question",
    "RankedStyle",
    "StyleForm",
    "Value",
    "adopt",
    "advise",
    "listed",
    "question",
    "value_of",
]
