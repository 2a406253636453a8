"""The state by reference: one pointer to the addresses and shapes of its arrays, instead of every array.

Compiled functions find an array from there, and read fields as C would: indices are not checked and must not be
negative (a test runs the kernel uncompiled and looks). The optimiser is told that addresses never change while the
kernel runs, and that different fields of records, and different arrays, do not overlap.
"""

from typing import Any

import numpy as np

from models.simulation.kernel.compiled import COMPILED
from models.simulation.kernel.layout import State, smallest

_KINDS = [(name, array.dtype, array.ndim) for name, array in zip(State._fields, smallest(), strict=True)]


def prepared(state: State) -> Any:
    """What `run` takes: the addresses and shapes of a state's arrays, which must live as long; uncompiled the state.

    Raises:
        TypeError: an array is not of the kind that the kernel was compiled for.
    """
    if not COMPILED:
        return state
    words: list[int] = []
    for (name, kind, dimensions), array in zip(_KINDS, state, strict=True):
        if array.dtype != kind or array.ndim != dimensions or not array.flags.c_contiguous:
            raise TypeError(f"{name} is a {array.ndim}-dimensional array of {array.dtype}, which is none of its kind")
        words += (array.ctypes.data, *array.shape)
    return np.array(words, dtype=np.int64)
