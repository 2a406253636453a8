"""What is written on a terminal and what to a file: colours, the bar, tables in any script."""

import io
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.terminal import Terminal, cell_width, wrapped


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return Screen()


def test_colours_are_for_a_terminal_only(screen: Screen) -> None:
    assert Terminal(screen).styled("x", "error") == "\x1b[31mx\x1b[0m"
    assert Terminal(io.StringIO()).styled("x", "error") == "x"


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_declined(screen: Screen, monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    assert Terminal(screen).styled("x", "error") == "x"


def test_a_bar_appears_on_a_terminal_after_a_while_and_goes_away(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("app.cli.terminal.time.monotonic", lambda: now[0])
    with Terminal(io.StringIO(), screen).progress("Bank slows down") as progress:
        progress(0.1)
        assert screen.getvalue() == ""
        now[0] = 1.0
        progress(0.5)
        assert "Bank slows down ━━━━━━━━━━━━━━──────────────  50%" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[2K")


def test_no_bar_is_written_into_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("app.cli.terminal.BAR_AFTER_S", 0.0)
    with Terminal(io.StringIO(), pipe).progress("x") as progress:
        progress(0.5)
    assert pipe.getvalue() == ""


def test_tables_line_up_in_any_script() -> None:
    out = io.StringIO()
    Terminal(out).table(("Element", "busy"), [("결제", "7%"), ("Order", "100%")])
    lines = out.getvalue().splitlines()
    assert {cell_width(line) for line in lines} == {13}
    assert lines[1] == "결제       7%"


def test_text_is_broken_between_words_and_keeps_its_indent() -> None:
    told = wrapped("one two three four", 10, indent="- ", hang="  ")
    assert told == ["- one two", "  three", "  four"]


def test_marks_fall_back_where_the_encoding_has_none() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert Terminal(out).mark("error") == "E"
    assert Terminal(io.StringIO()).mark("error") == "●"


@pytest.mark.parametrize("text", ["", "a b", " a", "a ", "a\tb", "a\u00a0b", "one two three four five", "a\n\nb", "  "])
def test_a_short_text_is_broken_as_python_breaks_it(text: str) -> None:
    for width in (8, 100):
        assert wrapped(text, width, "  ", " ") == broken_by_python(text, width, "  ", " ")


@given(
    st.text(alphabet="ab -한\u00a0\t\n", max_size=60),
    st.integers(1, 30),
    st.sampled_from(["", "  ", " " * 12]),
    st.text("> "),
)
def test_any_text_is_broken_as_python_breaks_it(text: str, width: int, indent: str, hang: str) -> None:
    assert wrapped(text, width, indent, hang) == broken_by_python(text, width, indent, hang)


def broken_by_python(text: str, width: int, indent: str, hang: str) -> list[str]:
    return [
        line
        for paragraph in text.splitlines() or [""]
        for line in textwrap.wrap(
            paragraph,
            width,
            initial_indent=indent,
            subsequent_indent=hang,
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [""]
    ]
