"""`loadpath advise`: which style of communication suits a link, why, and what can carry it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.files import read_model
from app.cli.json_text import written
from app.cli.terminal import Terminal, cell_width, wrapped
from app.cli.words import told, translate

if TYPE_CHECKING:
    from models.analysis.advisor import Advice, Answer, Question, RankedStyle
    from models.architecture import Architecture

EXAMPLE = """
loadpath advise shop.loadpath.json order-payment
loadpath advise shop.loadpath.json order-payment --answer result_needed=no --answer answer_ms=3s
"""
WIDTH = 80
MOST_NAMED = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=translate("cli", "a model file"))
    parser.add_argument("link", metavar="LINK", help=translate("cli", "the id or the name of a link"))
    parser.add_argument(
        "--answer",
        metavar="QUESTION=VALUE",
        action="append",
        default=[],
        help=translate(
            "cli",
            "answer a question, whatever the model says; may be repeated. VALUE is yes, no, unknown, or a figure such "
            'as "2 s", "64 KiB", "10/s"',
        ),
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help=translate("cli", "default: text"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis.advisor import AnswerError, advise

    architecture = read_model(arguments.file, terminal)
    link_id = _link(architecture, arguments.link)
    try:
        advice = advise(architecture, link_id, _answers(arguments.answer))
    except AnswerError as error:
        raise CommandError(told(error.told)) from error
    if arguments.format == "json":
        terminal.raw(written({"model": architecture.name, **advice.as_json()}))
    else:
        _show(advice, terminal)
    return 0


def _link(architecture: Architecture, wanted: str) -> str:
    """The id of the link with this id or name.

    Raises:
        CommandError: there is none, or several have that name.
    """
    import difflib

    if wanted in architecture.link_by_id:
        return wanted
    named = sorted(link.id for link in architecture.links if architecture.label(link.id) == wanted)
    if len(named) == 1:
        return named[0]
    if named:
        text = translate("cli", 'Several links are called "{name}"; name one of {ids}.')
        raise CommandError(text.format(name=wanted, ids=_listed(named)))
    if wanted in architecture.element_by_id:
        its = sorted({link.id for link in architecture.links if wanted in (link.source, link.target)})
        text = translate("cli", '"{id}" is no link but an element; its links: {ids}.')
        raise CommandError(text.format(id=wanted, ids=_listed(its) or translate("cli", "none")))
    ids = sorted(architecture.link_by_id)
    close = difflib.get_close_matches(wanted, ids, n=3, cutoff=0.4) if len(wanted) <= 200 else []
    if close:
        text = translate("cli", 'There is no link "{id}" in this model; the nearest: {ids}.')
        raise CommandError(text.format(id=wanted, ids=_listed(close)))
    text = translate("cli", 'There is no link "{id}" in this model; it has: {ids}.')
    raise CommandError(text.format(id=wanted, ids=_listed(ids) or translate("cli", "none")))


def _listed(ids: list[str]) -> str:
    shown = ", ".join(ids[:MOST_NAMED])
    return shown if len(ids) <= MOST_NAMED else f"{shown}, …"


def _answers(given: list[str]) -> dict[str, object]:
    """Question id -> answer, figures read with their units.

    Raises:
        CommandError: one has no value, or a question is answered twice.
        AnswerError: there is no such question.
    """
    from models.analysis.advisor import question

    found: dict[str, object] = {}
    for answer in given:
        name, equals, value = answer.partition("=")
        name = name.strip()
        if not equals or not value.strip():
            text = translate("cli", 'Write an answer as QUESTION=VALUE, such as result_needed=no, not "{answer}".')
            raise CommandError(text.format(answer=answer))
        asked = question(name)
        if name in found:
            raise CommandError(translate("cli", '"{question}" is answered twice.').format(question=name))
        found[name] = _read(asked, value.strip())
    return found


def _read(asked: Question, value: str) -> object:
    from app.panels import units
    from models.analysis.advisor import UNKNOWN

    readers = {
        "ms": units.parse_duration,
        "bytes": units.parse_bytes,
        "per_s": units.parse_rate,
        "share": units.parse_share,
        "count": units.parse_count,
    }
    if asked.unit not in readers or value.lower() == UNKNOWN:
        return value
    try:
        return readers[asked.unit](value)
    except units.UnitError as error:
        text = translate("cli", '"{value}" does not answer "{question}". {problem}')
        raise CommandError(text.format(value=value, question=asked.id, problem=told(error.told))) from error


def _show(advice: Advice, terminal: Terminal) -> None:
    now = next(style for style in advice.styles if style.current)
    _write(terminal, f"{advice.label}: {told(now.form.name)}", style="bold")
    _write(terminal, told(advice.verdict))
    for note in advice.notes:
        _write(terminal, told(note), style="quiet")
    possible = [style for style in advice.styles if style.allowed]
    terminal.line()
    terminal.line(terminal.styled(translate("cli", "Styles, best first"), "bold"))
    for place, style in enumerate(possible, start=1):
        _show_style(place, style, terminal)
    others = [told(style.form.name) for style in advice.styles if not style.allowed]
    if others:
        text = translate("cli", "Not possible between these ends: {styles}.").format(styles=", ".join(others))
        _write(terminal, text, style="quiet")
    _show_answers(advice, terminal)


def _show_style(place: int, style: RankedStyle, terminal: Terminal) -> None:
    from models.analysis.advisor import listed

    marks = [translate("cli", "as it is now")] if style.current else []
    marks += [translate("cli", "suits best")] if style.best else []
    head = f"{place}. {told(style.form.name)}  {_signed(style.score)}"
    terminal.line(f"{head}  ({', '.join(marks)})" if marks else head)
    for ground in style.grounds:
        sign = terminal.styled(_signed(ground.weight), "good" if ground.side == "for" else "error")
        lines = wrapped(f"{told(ground.text)} ({ground.section})", _width(terminal) - 7)
        terminal.line(f"   {sign}  {lines[0]}")
        for line in lines[1:]:
            terminal.line(f"       {line}")
    if not style.grounds:
        _write(terminal, translate("cli", "Nothing is known for or against it."), indent=7, style="quiet")
    if style.technologies:
        named = listed(style.technologies, told)
        text = translate("cli", "Carried by: {technologies}. (S2)").format(technologies=named)
        _write(terminal, text, indent=7, style="quiet")
    if style.left_out:
        named = listed(style.left_out, told)
        text = translate("cli", "Not by: {technologies}.").format(technologies=named)
        _write(terminal, text, indent=7, style="quiet")


def _show_answers(advice: Advice, terminal: Terminal) -> None:
    known = [answer for answer in advice.answers if answer.value is not None]
    unknown = [answer for answer in advice.answers if answer.value is None]
    if known:
        terminal.line()
        terminal.line(terminal.styled(translate("cli", "What is known"), "bold"))
    labels = {answer.question.id: f"{answer.question.id}={_written(answer)}" for answer in known}
    wide = max(map(cell_width, labels.values()), default=0)
    for answer in known:
        label = labels[answer.question.id]
        padded = label + " " * (wide - cell_width(label))
        lines = wrapped(_basis(answer), max(24, _width(terminal) - wide - 4))
        terminal.line(f"  {padded}  {terminal.styled(lines[0], 'quiet')}")
        for line in lines[1:]:
            terminal.line(" " * (wide + 4) + terminal.styled(line, "quiet"))
    if unknown:
        terminal.line()
        terminal.line(terminal.styled(translate("cli", "What is not known"), "bold"))
        _write(terminal, translate("cli", "An answer may change the order: --answer QUESTION=VALUE."), style="quiet")
    wide = max((cell_width(answer.question.id) for answer in unknown), default=0)
    for answer in unknown:
        lines = wrapped(f"{told(answer.text)} ({answer.question.section})", max(24, _width(terminal) - wide - 4))
        terminal.line(f"  {answer.question.id:<{wide}}  {lines[0]}")
        for line in lines[1:]:
            terminal.line(" " * (wide + 4) + line)


def _written(answer: Answer) -> str:
    return told(answer.told)


def _basis(answer: Answer) -> str:
    if answer.origin == "given":
        return translate("cli", "given here")
    if answer.origin == "saved":
        return translate("cli", "saved on the link")
    return told(answer.basis) if answer.basis is not None else ""


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else " 0"


def _width(terminal: Terminal) -> int:
    return min(terminal.width, WIDTH)


def _write(terminal: Terminal, text: str, *, indent: int = 0, style: str | None = None) -> None:
    for line in wrapped(text, _width(terminal), " " * indent):
        terminal.line(terminal.styled(line, style) if style else line)
