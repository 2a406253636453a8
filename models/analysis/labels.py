"""What the architect calls the parts of one architecture, and many names in one sentence."""

from __future__ import annotations

from models.analysis.rule import MOST_NAMED
from models.architecture import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


class Labels(dict[str, str]):
    """Part id -> its name; of a link without one, the names of its ends. Each is found when first asked for."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self._architecture = architecture

    def __missing__(self, part_id: str) -> str:
        link = self._architecture.link_by_id.get(part_id)
        if link is None or link.name or part_id in self._architecture.element_by_id:
            name = self._architecture.label(part_id)
        else:
            name = f"{self[link.source]} → {self[link.target]}"
        self[part_id] = name
        return name


def naming(labels: list[str]) -> Text | str:
    """At most twelve names, and how many more there are."""
    shown = ", ".join(labels[:MOST_NAMED])
    if len(labels) <= MOST_NAMED:
        return shown
    return say("analysis", _AND_MORE, names=shown, more=len(labels) - MOST_NAMED)


_AND_MORE = QT_TRANSLATE_NOOP("analysis", "{names} and {more} more")
