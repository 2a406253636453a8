"""The known word that someone who wrote an unknown one probably meant."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """ " (did you mean "order"?)" when a known word is close, else nothing."""
    match = difflib.get_close_matches(word, list(known)[:5000], n=1)
    return f' (did you mean "{match[0]}"?)' if match else ""
