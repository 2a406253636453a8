"""Where rules come from, in words."""

from __future__ import annotations

import re

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_SECTIONS = re.compile(r"S\d[\d.]*(, S\d[\d.]*)*")


def source_in_words(source: str) -> Text:
    """A sentence: "S4.2" is a section of the text on communication styles, "peers" other tools, "-" Loadpath itself.

    Whatever else a rule names as its source is told as it is.
    """
    if source == "peers":
        return say("analysis", _PEERS)
    if source == "-":
        return say("analysis", _OWN)
    return say("analysis", _TEXT if _SECTIONS.fullmatch(source) else _AS_IT_IS, source=source)


_PEERS = QT_TRANSLATE_NOOP("analysis", "Other tools of the field look for it too.")
_OWN = QT_TRANSLATE_NOOP("analysis", "Loadpath itself: what nobody has said is said to be unknown.")
_TEXT = QT_TRANSLATE_NOOP(
    "analysis", "The communication-styles text (after Building Microservices, 2nd edition, chapter 4): {source}."
)
_AS_IT_IS = "{source}"
