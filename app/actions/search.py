"""Finds actions by what a person types: part of a word, an abbreviation, or something misspelt."""

from collections.abc import Sequence
from typing import TypeVar

from rapidfuzz import fuzz

_T = TypeVar("_T")
WORTH_SHOWING = 55.0


def search(query: str, titles: Sequence[tuple[_T, str]]) -> list[_T]:
    """The things whose title suits `query`, best first; all of them in their order when it is empty.

    A title that holds the query as it stands comes before those that only resemble it.
    """
    query = query.strip().lower()
    if not query:
        return [thing for thing, _title in titles]
    lowered = [title.lower() for _thing, title in titles]
    scores = [_score(query, title) for title in lowered]
    ranked = sorted(range(len(titles)), key=lambda place: (-scores[place], place))
    return [titles[place][0] for place in ranked if scores[place] >= WORTH_SHOWING]


def _score(query: str, title: str) -> float:
    if title.startswith(query):
        return 300.0
    if any(word.startswith(query) for word in title.split()):
        return 200.0
    words = title.split()
    if all(any(word.startswith(part) for word in words) for part in query.split()):
        return 180.0
    if query in title:
        return 150.0
    initials = "".join(word[0] for word in title.split())
    if len(query) > 1 and initials.startswith(query):
        return 140.0
    return float(fuzz.WRatio(query, title))
