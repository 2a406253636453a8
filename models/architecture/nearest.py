"""The known word that someone who wrote an unknown one probably meant."""

import difflib
from collections.abc import Iterable
from itertools import islice


def nearest(word: str, known: Iterable[str]) -> str:
    """ " (did you mean "order"?)" when a known word is close, else nothing."""
    if len(word) > 200:
        return ""
    match = difflib.get_close_matches(word, [name for name in islice(known, 5000) if len(name) <= 200], n=1)
    return f' (did you mean "{match[0]}"?)' if match else ""
