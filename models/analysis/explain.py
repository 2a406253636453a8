"""A rule in words, for a terminal or a help panel."""

from __future__ import annotations

import textwrap

from models.analysis.catalogue import find_rule
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_HEADS: tuple[tuple[str, Text], ...] = (
    ("what", say("analysis", QT_TRANSLATE_NOOP("analysis", "What it looks for"))),
    ("why", say("analysis", QT_TRANSLATE_NOOP("analysis", "Why it matters"))),
    ("example", say("analysis", QT_TRANSLATE_NOOP("analysis", "Example"))),
    ("fix", say("analysis", QT_TRANSLATE_NOOP("analysis", "What to do"))),
)


def explain(code_or_name: str, *, width: int = 78) -> str:
    """The rule's help in plain text, wrapped to `width` columns.

    Raises:
        LookupError: there is no such rule; one sentence with the nearest.
    """
    rule = find_rule(code_or_name)
    lines = [f"{rule.code}  {rule.title}  ({rule.name})", f"{rule.severity} at worst, {rule.grade}"]
    for part, head in _HEADS:
        lines += ["", str(head), *_wrapped(str(getattr(rule.help, part)), width)]
    if rule.thresholds:
        figures = ", ".join(f"{name} {value:g}" for name, value in rule.thresholds.items())
        lines += ["", str(say("analysis", _THRESHOLDS)), *_wrapped(figures, width)]
    lines += ["", str(say("analysis", _SOURCE)), *_wrapped(source_in_words(rule.source), width)]
    return "\n".join(lines) + "\n"


def source_in_words(source: str) -> str:
    """Where a rule comes from: "S4.2" is a section of the text on communication styles, "peers" other tools."""
    if source == "peers":
        return str(say("analysis", _PEERS))
    if source == "-":
        return str(say("analysis", _OWN))
    return str(say("analysis", _TEXT, sections=source))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")


_THRESHOLDS = QT_TRANSLATE_NOOP("analysis", "Figures (policy may change them)")
_SOURCE = QT_TRANSLATE_NOOP("analysis", "Source")
_PEERS = QT_TRANSLATE_NOOP("analysis", "Other tools of the field look for it too.")
_OWN = QT_TRANSLATE_NOOP("analysis", "Loadpath itself: what nobody has said is said to be unknown.")
_TEXT = QT_TRANSLATE_NOOP(
    "analysis", "The communication-styles text (after Building Microservices, 2nd edition, chapter 4): {sections}."
)
