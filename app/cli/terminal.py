"""Where a command writes: colours and a progress bar on a terminal, plain text everywhere else."""

from __future__ import annotations

import io
import os
import sys
import textwrap
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from app.cli.words import told

STYLES = {
    "bold": "1",
    "quiet": "2",
    "italic": "3",
    "error": "31",
    "warning": "33",
    "info": "34",
    "good": "32",
    "accent": "36",
}
MARKS = {"error": "●", "warning": "▲", "info": "■", "good": "✓", "bad": "✗", "none": "·"}
MARKS_IN_ASCII = {"error": "E", "warning": "W", "info": "i", "good": "ok", "bad": "!!", "none": "-"}
BAR_AFTER_S = 0.5
BAR_CELLS = 28
LARGE = 1 << 16
"""Characters that are written at once."""


class Terminal:
    """Text output of one command; `width` is in cells and 100 when there is no terminal."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.err = err or sys.stderr
        for stream in (self.out, self.err):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="backslashreplace")
        self.coloured = _takes_colour(self.out)
        self.width = max(40, min(_columns(self.out), 120))
        self._marks = MARKS if _can_write(self.out, "".join(MARKS.values())) else MARKS_IN_ASCII

    def line(self, text: object = "") -> None:
        print(self._harmless(told(text)), file=self.out)

    def raw(self, text: str) -> None:
        """Writes a document (JSON, Markdown) as it is, with one newline at the end."""
        self.out.write(text if text.endswith("\n") else f"{text}\n")

    def document(self, pieces: Iterable[str]) -> None:
        """Writes a document that comes in pieces, with a newline at the end."""
        with self.in_large_pieces():
            for piece in pieces:
                self.out.write(piece)
            self.out.write("\n")

    @contextmanager
    def in_large_pieces(self) -> Iterator[None]:
        """Whatever is written meanwhile goes out in large pieces, even where Python was told not to buffer.

        Containers often tell it so, and every piece is a call of the system then.
        """
        whole, gathered = self.out, _Gathered(self.out)
        self.out = gathered
        try:
            yield
        finally:
            self.out = whole
            gathered.give()

    def note(self, text: object) -> None:
        """A line for the person and not for the next program: goes to the error output."""
        print(harmless(told(text)), file=self.err)

    def paragraph(self, text: object, indent: str = "", style: str | None = None, hang: str | None = None) -> None:
        for written in wrapped(told(text), self.width, indent, hang):
            self.line(self.styled(written, style) if style else written)

    def mark(self, severity: str) -> str:
        return self.styled(self._marks[severity], {"bad": "error", "none": "quiet"}.get(severity, severity))

    def styled(self, text: object, style: str) -> str:
        written = self._harmless(told(text))
        return f"\x1b[{STYLES[style]}m{written}\x1b[0m" if self.coloured else written

    def _harmless(self, text: str) -> str:
        """Without what could drive the terminal; colour codes stay where we write some."""
        return harmless(text, with_colours=self.coloured)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "") -> None:
        """The first column is text and stands left, the others are numbers and stand right."""
        cells = [[self._harmless(cell) for cell in row] for row in (head, *rows)]
        widths = [max(cell_width(row[i]) for row in cells) for i in range(len(head))]
        for number, row in enumerate(cells):
            padded = [
                cell + " " * (width - cell_width(cell)) if i == 0 else " " * (width - cell_width(cell)) + cell
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            text = (indent + "  ".join(padded)).rstrip()
            print(self.styled(text, "quiet") if number == 0 else text, file=self.out)

    def progress(self, title: str) -> Progress:
        return Progress(title, self.err if _is_terminal(self.err) else None)


class _Gathered(io.TextIOBase):
    """Keeps text until there is enough of it to be worth writing."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._parts: list[str] = []
        self._size = 0

    def write(self, text: str) -> int:
        self._parts.append(text)
        self._size += len(text)
        if self._size > LARGE:
            self.give()
        return len(text)

    def give(self) -> None:
        """Writes what there is."""
        written = "".join(self._parts)
        self._parts, self._size = [], 0
        self._out.write(written)


class Progress:
    """A bar on the error output, shown once the work has lasted half a second; nothing when that is no terminal."""

    def __init__(self, title: str, stream: TextIO | None) -> None:
        self._title, self._stream = title, stream
        self._since = time.monotonic()
        self._shown = -1

    def __call__(self, share: float) -> None:
        """Shows how much is done, 0..1."""
        if self._stream is None or time.monotonic() - self._since < BAR_AFTER_S:
            return
        done = round(max(0.0, min(1.0, share)) * BAR_CELLS)
        if done != self._shown:
            self._shown = done
            bar = "━" * done + "─" * (BAR_CELLS - done)
            self._stream.write(f"\r{self._title} {bar} {share:4.0%}")
            self._stream.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._stream is not None and self._shown >= 0:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def wrapped(text: str, width: int, indent: str = "", hang: str | None = None) -> list[str]:
    """The lines of a text broken at `width` cells; paragraphs of the text are kept."""
    lines: list[str] = []
    following = indent if hang is None else hang
    for paragraph in text.splitlines() or [""]:
        if paragraph.isprintable() and paragraph == paragraph.strip() and "  " not in paragraph:
            lines += _broken(paragraph, width, indent, following)
        else:
            lines += textwrap.wrap(
                paragraph,
                width,
                initial_indent=indent,
                subsequent_indent=following,
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]
    return lines


def _broken(paragraph: str, width: int, indent: str, hang: str) -> list[str]:
    """What `textwrap.wrap` gives in a tenth of the time, for words with one space between any two."""
    lines: list[str] = []
    left, margin = paragraph, indent
    while len(margin) + len(left) > width:
        at = left.rfind(" ", 0, max(0, width - len(margin)) + 1)
        if at < 0:
            at = left.find(" ")
        if at < 0:
            break
        lines.append(margin + left[:at])
        left, margin = left[at + 1 :], hang
    return [*lines, margin + left if left else ""]


def cell_width(text: str) -> int:
    """How many cells of a terminal a text takes: East Asian wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def harmless(text: str, *, with_colours: bool = False) -> str:
    """Control characters, which could drive the terminal, written as escapes; line breaks stay, and colours if so."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in "\n\t" or (with_colours and character == "\x1b" and _ours(text, i))
        else character.encode("unicode_escape").decode()
        for i, character in enumerate(text)
    )


def _ours(text: str, at: int) -> bool:
    """Whether the escape character at this place begins one of our own colour codes."""
    end = text.find("m", at, at + 5)
    return end > 0 and (code := text[at + 1 : end]).startswith("[") and code[1:] in {"0", *STYLES.values()}


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns if _is_terminal(stream) else 100
    except (OSError, ValueError):
        return 100


def _takes_colour(stream: TextIO) -> bool:
    return _is_terminal(stream) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _can_write(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
