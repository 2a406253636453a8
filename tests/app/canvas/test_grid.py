"""What lies in a part of the scene is found: rectangles exactly, lines wherever something of them may be drawn."""

from hypothesis import given
from hypothesis import strategies as st

from app.canvas.grid import BESIDE, Grid
from models.architecture.diagram.geometry import Path, Rect, bounds, meets

PLACE = st.floats(-9_000, 9_000).map(lambda value: round(value, 1))
SIDE = st.floats(0.5, 4_000).map(lambda value: round(value, 1))
RECTS = st.builds(Rect, PLACE, PLACE, SIDE, SIDE)
COMMAND = st.tuples(st.just("L"), PLACE, PLACE) | st.tuples(st.just("C"), PLACE, PLACE, PLACE, PLACE, PLACE, PLACE)
PATHS = st.tuples(st.tuples(st.just("M"), PLACE, PLACE), st.lists(COMMAND, min_size=1, max_size=3)).map(
    lambda drawn: (drawn[0], *drawn[1])
)


@given(st.lists(RECTS, max_size=8), st.lists(RECTS, max_size=8), RECTS)
def test_rectangles_are_found_where_they_stand_now(first: list[Rect], later: list[Rect], asked: Rect) -> None:
    grid = Grid()
    stands = {str(number): rect for number, rect in enumerate(first)}
    stands |= {str(number): rect for number, rect in enumerate(later, len(first) // 2)}
    for number, rect in [*enumerate(first), *enumerate(later, len(first) // 2)]:
        grid.put(str(number), rect)
    assert grid.meeting(asked) == {known for known, rect in stands.items() if rect.meets(asked)}
    grid.drop("0")
    assert "0" not in grid.meeting(asked)


@given(PATHS, RECTS)
def test_a_line_is_found_wherever_it_runs_and_goes_when_it_is_filed_elsewhere(path: Path, asked: Rect) -> None:
    grid = Grid()
    around = bounds(path).grown(12)
    grid.put("line", around, path)
    if meets(path, asked.grown(BESIDE - 20), 1.0) and around.meets(asked):
        assert grid.meeting(asked) == {"line"}
    grid.put("line", Rect(50_000, 50_000, 10, 10), (("M", 50_000, 50_000), ("L", 50_010, 50_010)))
    assert not grid.meeting(asked)


def test_a_long_line_is_not_found_across_its_bounds() -> None:
    grid = Grid()
    grid.put("line", Rect(0, 0, 8_000, 8_000), (("M", 0, 0), ("L", 8_000, 8_000)))
    assert grid.meeting(Rect(4_000, 4_000, 100, 100)) == {"line"}
    assert not grid.meeting(Rect(6_500, 500, 100, 100))
