"""The smallest model that still shows a disagreement: whatever can be left out is left out."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from models.architecture import Architecture

Path = tuple[str | int, ...]
KEPT = {"load", "network_ms", "duration_ms", "warm_up_ms", "seed"}
"""What stays as it is: without it, something random or something equal elsewhere would be assumed."""


def smallest(told: dict[str, Any], fails: Callable[[dict[str, Any]], bool], tries: int = 400) -> dict[str, Any]:
    """Take parts away, one at a time and the largest first, as long as what is left is a model that `fails`."""
    smaller = True
    while smaller and tries > 0:
        smaller = False
        for path in sorted(_paths(told), key=len):
            if tries > 0 and _exists(told, path):
                less = _without(told, path)
                tries -= 1
                if _is_model(less) and fails(less):
                    told, smaller = less, True
    return told


def _paths(part: Any, path: Path = ()) -> Iterator[Path]:
    """Every item of a list (the last first) and every entry of an object."""
    keys: list[Any] = list(part) if isinstance(part, dict) else list(reversed(range(len(part))))
    for key in keys:
        if key in KEPT or (key == "work_ms" and path[0] == "elements"):
            continue
        yield (*path, key)
        if isinstance(part[key], dict | list):
            yield from _paths(part[key], (*path, key))


def _exists(part: Any, path: Path) -> bool:
    for key in path:
        if (isinstance(part, dict) and key not in part) or (isinstance(part, list) and int(key) >= len(part)):
            return False
        part = part[key]
    return True


def _without(told: dict[str, Any], path: Path) -> dict[str, Any]:
    told = copy.deepcopy(told)
    part: Any = told
    for key in path[:-1]:
        part = part[key]
    del part[path[-1]]
    return told


def _is_model(told: dict[str, Any]) -> bool:
    try:
        return bool(Architecture.model_validate(told).scenarios) and bool(told["journeys"])
    except (ValidationError, KeyError):
        return False
