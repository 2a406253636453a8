"""Starts Loadpath: the window for `loadpath` and `loadpath FILE`, the command line for everything else."""

import sys
from pathlib import Path


def wants_window(arguments: list[str]) -> bool:
    """Whether these arguments ask for the window: none at all, or first of all something that looks like a file.

    A word without a dot or a separator is taken for a command, even when a file has that name: `./check` opens it.

    >>> wants_window([]), wants_window(["shop.loadpath.json"]), wants_window(["check", "shop.loadpath.json"])
    (True, True, False)
    >>> wants_window(["--help"]), wants_window(["./check"]), wants_window(["chekc"])
    (False, True, False)
    """
    if not arguments:
        return True
    first = arguments[0]
    return not first.startswith("-") and (Path(first).name != first or "." in first)


def main() -> int:
    """Runs Loadpath with the arguments of this process and returns its exit code."""
    arguments = sys.argv[1:]
    if wants_window(arguments):
        from app.session import run

        return run(arguments)
    from app.cli import main as run_command

    return run_command(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
