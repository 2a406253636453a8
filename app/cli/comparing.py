"""How the differences between two versions are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli.terminal import Terminal
from app.cli.words import told, translate

if TYPE_CHECKING:
    from models.evidence.comparison import Comparison, Paired


def show_comparison(heading: str, comparison: Comparison, sides: tuple[str, str], terminal: Terminal) -> None:
    """A table of what it is judged by and of whatever else has been shown to differ, and what cannot be compared."""
    from models.evidence.figures import MEASURES, shown, signed

    rows = [row for row in comparison.rows if row.judged or row.sign]
    terminal.line(terminal.styled(heading, "bold"))
    table: list[tuple[str, ...]] = []
    last: str | None = ""
    for row in rows:
        if row.subject != last:
            last = row.subject
            table.append((f"  {told(comparison.label(row.subject))}", "", "", "", "", ""))
        table.append(
            (
                f"    {translate('evidence', MEASURES[row.measure].words)}",
                shown(row.measure, row.old),
                shown(row.measure, row.new),
                signed(row.measure, row.difference),
                _interval(row),
                _judgement(row),
            )
        )
    if table:
        terminal.table(("", *sides, translate("cli", "difference"), translate("cli", "95% interval"), ""), table)
    hidden = len(comparison.rows) - len(rows)
    if hidden:
        text = translate("cli", "  no difference shown in the other figures ({count})").format(count=hidden)
        terminal.line(terminal.styled(text, "quiet"))
    for note in comparison.notes:
        terminal.paragraph(note, style="warning", indent="  ")
    for parts, text in (
        (comparison.only_old, translate("cli", "Only in the older: {parts}")),
        (comparison.only_new, translate("cli", "Only in the newer: {parts}")),
    ):
        if parts:
            names = ", ".join(part for _kind, part in parts)
            terminal.paragraph(text.format(parts=names), style="quiet", indent="  ", hang="    ")
    terminal.line()


def _interval(row: Paired) -> str:
    from models.evidence.figures import signed

    if row.interval is None:
        if row.known[0] == row.known[1]:
            return "–"
        text = translate("cli", "defined in {old} and {new} of {n} runs")
        return text.format(old=row.known[0], new=row.known[1], n=row.replications)
    low, high = row.interval
    return translate("cli", "{low} to {high}").format(low=signed(row.measure, low), high=signed(row.measure, high))


def _judgement(row: Paired) -> str:
    if row.sign == 0:
        return translate("cli", "not shown")
    if row.better is None:
        return translate("cli", "differs")
    return translate("cli", "better") if row.better else translate("cli", "worse")
