"""Finds the data files of Loadpath: samples, icons, fonts, themes, translations.

In a checkout they lie in `resources/` beside the packages, in an installed wheel in `models/_resources/`.
"""

from pathlib import Path

_INSTALLED = Path(__file__).resolve().parent / "_resources"
_CHECKOUT = Path(__file__).resolve().parent.parent / "resources"


def root() -> Path:
    """The folder that holds all resources, whether or not it exists."""
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def path(*parts: str) -> Path:
    """The path of one resource, such as `path("icons", "service.svg")`.

    Raises FileNotFoundError, naming the resource, when this installation does not have it: a resource is part of the
    program, so one that is missing means a broken installation and not bad input.
    """
    found = root().joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(f"Loadpath's own file {'/'.join(parts)} is missing from {root()}. Install it again.")
    return found


def names(*parts: str, suffix: str = "") -> list[str]:
    """The names of the files in one resource folder that end in `suffix`, sorted; empty when there is no such folder.

    >>> "LICENSE.txt" in names("fonts", suffix=".txt")
    True
    """
    folder = root().joinpath(*parts)
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if entry.is_file() and entry.name.endswith(suffix))
