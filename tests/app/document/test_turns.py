"""Work that follows a change is done piece by piece, and never two pieces in one turn of the event loop."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Turns


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
