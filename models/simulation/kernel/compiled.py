"""How kernel functions are compiled: `hot` is inlined into its caller, `cold` is not, `entry` is what Python calls.

`_nrt=False` leaves out numba's reference counting, which alone halves the speed; with `forceinline` it is
undocumented, so numba is pinned and a test looks for reference counting in the compiled code. With
`NUMBA_DISABLE_JIT=1` all three leave the function as it is, and the results are bit-identical.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from models.simulation.kernel.whole_program import HelperCompiler, ProgramCompiler

Function = TypeVar("Function", bound=Callable[..., Any])


def sources_hash() -> str:
    """A hash over the kernel's own sources: numba does not notice an edit in a module it only imports."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "loadpath" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "loadpath"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loadpath"


def cache_folder() -> Path | None:
    """The folder that keeps the compiled kernel, or None when it cannot be written and memory must do."""
    given = os.environ.get("LOADPATH_KERNEL_CACHE")
    try:
        root = Path(given) if given else _user_cache() / "kernel"
        folder = root / sources_hash()
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except (OSError, RuntimeError):
        return None
    return folder


def _helper(**options: bool) -> Any:
    return numba.njit(
        _nrt=False,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        error_model="numpy",
        pipeline_class=HelperCompiler,
        **options,
    )


def hot(function: Function) -> Function:
    """Inline into the caller."""
    return cast(Function, _helper(forceinline=True)(function))


def cold(function: Function) -> Function:
    """Compile once and call: for what happens rarely. Unless told, numba would do with it as with its first caller."""
    return cast(Function, _helper(forceinline=False)(function))


def entry(function: Function) -> Function:
    """Callable from Python without the interpreter lock; its machine code is kept on disk where that is possible."""
    folder = cache_folder()
    config: Any = numba.config
    before = config.CACHE_DIR
    if folder is not None:
        config.CACHE_DIR = str(folder)
    try:
        jit = numba.njit(
            _nrt=False,
            nogil=True,
            no_cfunc_wrapper=True,
            cache=folder is not None,
            error_model="numpy",
            pipeline_class=ProgramCompiler,
        )
        return cast(Function, jit(function))
    finally:
        config.CACHE_DIR = before
