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
    lines += ["", str(say("analysis", _SOURCE)), *_wrapped(str(rule.told_source), width)]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")


_THRESHOLDS = QT_TRANSLATE_NOOP("analysis", "Figures (policy may change them)")
_SOURCE = QT_TRANSLATE_NOOP("analysis", "Source")
