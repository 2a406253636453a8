"""Whether a line comes into a rectangle: compared with points along it, closely spaced."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from models.architecture.diagram.geometry import Command, Path, Rect, flattened, meets

FINE = 16.0
PLACE = st.floats(-2_000, 2_000).map(lambda value: round(value, 1))
SIDE = st.floats(0.5, 1_500).map(lambda value: round(value, 1))
STROKE = st.tuples(st.just("L"), PLACE, PLACE)
CURVE = st.tuples(st.just("C"), PLACE, PLACE, PLACE, PLACE, PLACE, PLACE)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    commands: list[Command] = [("M", draw(PLACE), draw(PLACE)), *draw(st.lists(STROKE | CURVE, min_size=1, max_size=3))]
    return tuple(commands)


def points_of(path: Path) -> list[tuple[float, float]]:
    """Points along the path, every few pixels."""
    corners = flattened(path, 2_000)
    found = []
    for (ax, ay), (bx, by) in itertools.pairwise(corners):
        count = 1 + int(max(abs(bx - ax), abs(by - ay)) / 4)
        found += [(ax + (bx - ax) * step / count, ay + (by - ay) * step / count) for step in range(count + 1)]
    return found


@given(paths(), st.builds(Rect, PLACE, PLACE, SIDE, SIDE))
def test_a_line_meets_what_it_comes_into_and_nothing_that_is_not_near(path: Path, rect: Rect) -> None:
    points = points_of(path)
    answer = meets(path, rect, FINE)
    if any(rect.grown(-0.01).holds(point) for point in points):
        assert answer
    if not any(rect.grown(FINE + 4).holds(point) for point in points):
        assert not answer


def test_a_line_that_passes_between_its_corners_is_met() -> None:
    rect = Rect(490, -5, 10, 10)
    assert meets((("M", 0, 0), ("L", 1_000, 0)), rect)
    assert meets((("M", 0, 0), ("C", 300, 0, 700, 0, 1_000, 0)), rect)
    assert not meets((("M", 0, 40), ("C", 300, 40, 700, 40, 1_000, 40)), rect)
    assert meets((("M", 0, -100), ("L", 1_000, -100), ("L", 500, 400), ("L", 0, 50), ("Z",)), Rect(-5, -20, 10, 10))
