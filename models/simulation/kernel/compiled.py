"""How kernel functions are compiled: `hot` is inlined into its caller, `cold` is not, `entry` is what Python calls.

All three leave the function as it is; the entry turns itself and all it calls into machine code when it is first
called, or loads what is kept on disk. With `LOADPATH_UNCOMPILED=1` it just runs, some thousand times slower and with
bit-identical results.
"""

import ctypes
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast

from models.simulation import machine
from models.simulation.kernel.layout import smallest
from models.simulation.machine.code import Loaded, machine_code, target
from models.simulation.machine.kept import kept, users_cache
from models.simulation.machine.kinds import INTEGER, STATE, tables
from models.simulation.machine.translation import Program

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED = not any(os.environ.get(name) == "1" for name in ("LOADPATH_UNCOMPILED", "NUMBA_DISABLE_JIT"))
"""Whether functions are compiled; the second name is that of earlier releases."""

_INLINED: dict[Any, bool] = {}


def hot(function: Function) -> Function:
    """Inline into the caller."""
    _INLINED[function] = True
    return function


def cold(function: Function) -> Function:
    """Compile once and call: for what happens rarely."""
    _INLINED[function] = False
    return function


def inlined(function: Any) -> bool | None:
    """Whether a function is `hot`; None for what is neither `hot` nor `cold`."""
    return _INLINED.get(function)


def entry(function: Callable[[Any, Any], int]) -> Callable[[Any, Any], int]:
    """Callable from Python with what `prepared` prepared and an integer, without the interpreter lock."""
    return Entry(cast(FunctionType, function)) if COMPILED else function


def sources_hash() -> str:
    """A hash over what the machine code is made from and by: the sources of kernel and translation, and the target."""
    digest = hashlib.sha256(target().encode())
    for folder in (Path(__file__).parent, Path(machine.__file__).parent):
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_file() -> Path | None:
    """The file that keeps the compiled kernel, or None where there is no place for it."""
    given = os.environ.get("LOADPATH_KERNEL_CACHE")
    try:
        return (Path(given) if given else users_cache() / "kernel") / f"{sources_hash()}.o"
    except RuntimeError:
        return None


class Entry:
    """A compiled function of a state and an integer."""

    def __init__(self, function: FunctionType) -> None:
        self.function = function
        self._run: Callable[[int, int], int] | None = None
        self._loaded: Loaded | None = None
        self._lock = threading.Lock()

    def __call__(self, words: Any, number: Any) -> int:
        """Run it on the addresses and shapes of a state's arrays."""
        run = self._run or self._load()
        return run(words.ctypes.data, int(number))

    def translated(self) -> Program:
        """The entry and all it calls, in LLVM's language."""
        program = Program(tables(smallest()), inlined)
        program.add(self.function, (STATE, INTEGER), entry="entry")
        return program

    def _load(self) -> Callable[[int, int], int]:
        with self._lock:
            if self._run is None:
                self._loaded = Loaded(kept(cache_file(), lambda: machine_code(self.translated().text)))
                call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)
                self._run = call(self._loaded.address("entry"))
            return self._run
