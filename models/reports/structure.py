"""What follows from a model without any run: what must be up at once, how busy its parts are, where calls multiply,
and what crosses between owners. The numbers are the views of the analysis."""

from __future__ import annotations

import math
from typing import Any

from models.analysis.facts import Facts
from models.analysis.labels import naming
from models.analysis.views import amplification, crossings, up_together, utilisation
from models.architecture.text import Text, Translate
from models.reports import units
from models.reports.system import Cell

MOST_ROWS = 20


def _percent(share: float | None) -> str:
    """Of workers: more than all of them are wanted where an element cannot keep up."""
    return units.NOTHING if share is None else f"{units.number(100 * share)}%"


def together(facts: Facts, words: dict[str, str], translate: Translate) -> dict[str, str]:
    """Journey id -> what must be up at the same moment for it to succeed, and how often that is so."""
    found: dict[str, str] = {}
    for one in up_together(facts):
        names = naming(sorted(facts.label(member) for member in one.members))
        text = names.translated(translate) if isinstance(names, Text) else names
        if one.availability is not None:
            form = words["up_share" if one.stated == len(one.members) else "up_share_at_most"]
            text = form.format(names=text, share=units.share(one.availability))
        if one.members:
            found[one.journey] = text
    return found


def busy_rows(facts: Facts) -> list[dict[str, Any]]:
    """The busiest elements at the journeys' rates, those that cannot keep up first; nothing without rates."""
    rows = sorted(utilisation(facts).values(), key=lambda row: (-(row.share or 0.0), -row.busy, row.element))
    return [
        {
            "name": facts.label(row.element),
            "rate": units.rate(row.rate_per_s),
            "busy": Cell(units.number(row.busy), assumed="work_ms" in row.assumed),
            "capacity": Cell(
                "∞" if row.capacity is None else units.number(row.capacity),
                assumed=bool(set(row.assumed) - {"work_ms"}),
            ),
            "share": Cell(_percent(row.share), assumed=bool(row.assumed)),
        }
        for row in rows[:MOST_ROWS]
    ]


def multiplied_rows(facts: Facts) -> list[dict[str, str]]:
    """The links on which one request can become several calls, the most first."""
    rows = [row for row in amplification(facts).values() if row.calls > 1]
    rows.sort(key=lambda row: (-row.calls, row.link))
    return [
        {
            "link": facts.label(row.link),
            "start": facts.label(row.start),
            "calls": "∞" if math.isinf(row.calls) else units.number(row.calls),
        }
        for row in rows[:MOST_ROWS]
    ]


def crossing_rows(facts: Facts) -> list[dict[str, str]]:
    """The links between what two owners have, by owners and name."""
    rows = [
        {"source": one.source_owner, "target": one.target_owner, "link": facts.label(one.link)}
        for one in crossings(facts)
    ]
    return sorted(rows, key=lambda row: (row["source"], row["target"], row["link"]))[:MOST_ROWS]
