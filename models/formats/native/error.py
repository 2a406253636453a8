"""A file that cannot be read or written, told in one sentence: what, where, and what to do."""

from __future__ import annotations

from models.architecture.text import Text, say


class FormatError(ValueError):
    """`text` is the sentence; its parts are kept for those who show them apart.

    `name` is the file's name, `place` the way through its data ('links[3].timeout_ms ("order-payment")', "" for the
    whole file), `line` and `column` count from 1 (None when they are not known), `problem` says what is wrong and what
    to do about it.
    """

    def __init__(
        self, problem: Text, *, name: str = "", place: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        self.problem = problem
        self.name = name
        self.place = place
        self.line = line
        self.column = column
        where = [name] if name else []
        if line is not None:
            where.append(f"line {line}, column {column}")
        if place:
            where.append(place)
        self.text = (
            say("format", "{where}: {problem}.", where=": ".join(where), problem=problem)
            if where
            else say("format", "{problem}.", problem=problem)
        )
        super().__init__(str(self.text))

    def in_file(self, name: str) -> FormatError:
        """The same, told of the file `name`."""
        return FormatError(self.problem, name=name, place=self.place, line=self.line, column=self.column)
