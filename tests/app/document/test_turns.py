"""Work that follows a change is done piece by piece, and never two pieces in one turn of the event loop."""

from functools import partial
from itertools import pairwise
from threading import Event, Thread
from time import perf_counter

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Turns
from app.document import turns as turns_module


def test_each_piece_gets_a_turn_of_its_own(qapp: QApplication, qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: done.append("beat"))
    beat.start()
    for name in ("one", "two", "three"):
        turns.soon(partial(done.append, name))
    qtbot.waitUntil(lambda: not turns.busy)
    places = [done.index(name) for name in ("one", "two", "three")]
    assert places == sorted(places)
    assert all("beat" in done[one + 1 : two] for one, two in pairwise(places))


def test_what_is_asked_for_again_is_done_once_and_what_is_looked_for_first(qapp: QApplication) -> None:
    turns, done = Turns(), list[str]()

    def one() -> None:
        done.append("one")

    def two() -> None:
        done.append("two")

    turns.soon(one)
    turns.soon(two)
    turns.soon(one)
    turns.soon(two, first=True)
    assert turns.busy
    turns.finish()
    assert done == ["two", "one"]
    assert not turns.busy


def test_what_was_dropped_is_not_done_and_work_may_ask_for_more(qapp: QApplication) -> None:
    turns, done = Turns(), list[str]()

    def more() -> None:
        done.append("more")

    def work() -> None:
        done.append("work")
        turns.soon(more)

    turns.soon(work)
    turns.soon(turns.finish)
    turns.drop(turns.finish)
    turns.finish()
    assert done == ["work", "more"]


def test_other_threads_give_way_while_the_window_is_at_work_but_not_for_ever(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, passed = Turns(), Event()

    def go() -> None:
        turns.give_way()
        passed.set()

    monkeypatch.setattr(turns_module, "LONGEST_S", 30.0)
    with turns.at_work(), turns.at_work():
        other = Thread(target=go)
        other.start()
        assert not passed.wait(0.05)
    assert passed.wait(5.0)
    other.join()
    monkeypatch.setattr(turns_module, "LONGEST_S", 0.01)
    passed.clear()
    with turns.at_work():
        other = Thread(target=go)
        other.start()
        assert passed.wait(5.0)
    other.join()


def test_a_turn_counts_as_work_even_when_it_breaks(qapp: QApplication) -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.at_work():
        _ = 1 // 0
    before = perf_counter()
    turns.give_way()
    assert perf_counter() - before < turns_module.LONGEST_S
