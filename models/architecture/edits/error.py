"""How an edit fails: with one sentence, whatever the schema or an invariant had to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from models.architecture.base import Frozen, replace
from models.architecture.elements import Element
from models.architecture.explanation import explanations
from models.architecture.links import Link
from models.architecture.model import Architecture
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

M = TypeVar("M", bound=Frozen)


class EditError(ValueError):
    """What was asked cannot be done; `text` is the sentence, in any language."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def changed(model: M, changes: Mapping[str, Any]) -> M:
    """`replace`, with `EditError` in place of pydantic's errors."""
    try:
        return replace(model, **changes)
    except ValidationError as error:
        found = explanations(error, type(model))[0]
        if isinstance(model, Architecture):
            raise EditError(say("edits", "{problem}.", problem=found.problem)) from error
        raise EditError(found.sentence) from error


def element_named(architecture: Architecture, element_id: str) -> Element:
    """The element with this id, or `EditError`."""
    found = architecture.element_by_id.get(element_id)
    if found is None:
        raise _unknown(element_id, architecture.element_by_id, QT_TRANSLATE_NOOP("edits", "There is no element {id}."))
    return found


def link_named(architecture: Architecture, link_id: str) -> Link:
    """The link with this id, or `EditError`."""
    found = architecture.link_by_id.get(link_id)
    if found is None:
        raise _unknown(link_id, architecture.link_by_id, QT_TRANSLATE_NOOP("edits", "There is no link {id}."))
    return found


def part_named(architecture: Architecture, part_id: str) -> Element | Link:
    """The element or link with this id, or `EditError`."""
    found = architecture.element_by_id.get(part_id) or architecture.link_by_id.get(part_id)
    if found is None:
        known = {**architecture.element_by_id, **architecture.link_by_id}
        raise _unknown(part_id, known, QT_TRANSLATE_NOOP("edits", "There is no element or link {id}."))
    return found


def _unknown(part_id: str, known: Mapping[str, object], template: str) -> EditError:
    return EditError(say("edits", template, id=f'"{part_id}"{nearest(part_id, known)}'))
