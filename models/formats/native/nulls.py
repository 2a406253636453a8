"""`null` in a file means what an absent field means: nobody said it."""

from __future__ import annotations

from functools import cache
from typing import Any

from models.architecture.base import Frozen

_FREE = "properties"
"""What a team keeps for itself; a null there is theirs."""


def without_nulls(raw: Any) -> Any:
    """The data with `null` left out wherever the schema has a list, an object or a default of its own.

    Fields that may be None take null as it is, and an unknown field with null stays, so that it is told.
    """
    if isinstance(raw, dict):
        return {
            name: value if name == _FREE else without_nulls(value)
            for name, value in raw.items()
            if value is not None or name not in _never_none()
        }
    if isinstance(raw, list):
        return [without_nulls(item) for item in raw]
    return raw


@cache
def _never_none() -> frozenset[str]:
    """Names of fields that have a default other than None in every class that has them."""
    defaults: dict[str, bool] = {}
    waiting: list[type[Frozen]] = [Frozen]
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        for name, field in model.model_fields.items():
            never = not field.is_required() and field.get_default(call_default_factory=True) is not None
            defaults[name] = defaults.get(name, True) and never
    return frozenset(name for name, never in defaults.items() if never)
