"""Values of a model as they stand in its file, and told in a few characters."""

from __future__ import annotations

from typing import Any

from models.architecture.base import Frozen
from models.architecture.text import QT_TRANSLATE_NOOP, Translate

MOST_CHARACTERS = 90
UNSAID = QT_TRANSLATE_NOOP("values", "not said")


def plain(value: Any) -> Any:
    """A value as it stands in the file: dict, list, text, number, truth value or None."""
    if isinstance(value, Frozen):
        said = value.said()
        return {"from" if name == "from_" else name: plain(part) for name, part in said.items()}
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def shortened(value: Any, translate: Translate = lambda _context, template: template) -> str:
    """A plain value in few characters; nothing is "not said"."""
    if value is None:
        return translate("values", UNSAID)
    if isinstance(value, str):
        words = " ".join(value.split())
        text = f'"{words}"' if " " in words or words != value or not value else value
    elif isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), dict):
        (name, inner), *_ = value.items()
        text = f"{name} ({', '.join(f'{key} {shortened(part)}' for key, part in inner.items())})"
    elif isinstance(value, dict):
        text = ", ".join(f"{key} {shortened(part)}" for key, part in value.items())
    elif isinstance(value, list):
        text = f"[{', '.join(shortened(part) for part in value)}]"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
