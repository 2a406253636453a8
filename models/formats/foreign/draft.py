"""A model in the making: slugs that are free, where each value comes from, and one `Architecture` in the end."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from pydantic import ValidationError

from models.architecture import Architecture, Diagram
from models.architecture.base import Origin, Provenance
from models.architecture.elements import Element
from models.architecture.explanation import explanations
from models.architecture.kinds import KINDS, STYLES
from models.architecture.links import Link, LinkStyle
from models.architecture.text import QT_TRANSLATE_NOOP, say
from models.formats.foreign.importer import SourceError

_NO_MODEL = QT_TRANSLATE_NOOP("import", "The files make no valid model: {problem}.")
NOT_VISIBLE: dict[str, tuple[str, ...]] = {
    "sync": ("timeout_ms", "retry", "circuit_breaker", "fallback"),
    "shared_data": ("timeout_ms", "retry", "access"),
    "async": ("delivery", "reply"),
    "event": ("delivery", "payload"),
}
"""Style -> what no deployment file shows, because it stands in code."""

DOUBTFUL = "doubtful"
"""Tag of a link that may not be there; why stands in the provenance of its target."""

NAMED_ONLY = "address/"
"""What the key of an element begins with that its source names and does not define."""


def imported(note: str | None = None) -> Provenance:
    return Provenance.model_validate({"from": "import", "note": note})


def guess(note: str) -> Provenance:
    return Provenance.model_validate({"from": "guess", "note": note})


class Draft:
    """Collects elements and links; ids are slugs of names, numbered where one is taken."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._taken: set[str] = set()
        self._elements: dict[str, Element] = {}
        self._links: dict[str, Link] = {}

    def element(self, kind: str, name: str, key: str, provenance: dict[str, Provenance], **said: Any) -> str:
        """Adds an element and returns its id; what is None is not said."""
        element_id = self._slug(name)
        values = {field: value for field, value in said.items() if value is not None}
        self._elements[element_id] = KINDS[kind].type.model_validate(  # type: ignore[index]  # one of the table's kinds
            {
                "id": element_id,
                "name": name[:500],
                "provenance": provenance,
                "origin": Origin(source=self.source, key=key),
                **values,
            }
        )
        return element_id

    def link(self, style: LinkStyle, source: str, target: str, key: str, **said: Any) -> str:
        """Adds a link, marks what a deployment file cannot show as not visible, and returns its id."""
        link_id = self._slug(f"{source}-{target}")
        provenance = {field: imported("not visible in the import") for field in NOT_VISIBLE[style]}
        provenance |= said.pop("provenance", {})
        values = {field: value for field, value in said.items() if value is not None}
        self._links[link_id] = STYLES[style].type.model_validate(
            {
                "id": link_id,
                "source": source,
                "target": target,
                "provenance": provenance,
                "origin": Origin(source=self.source, key=key),
                **values,
            }
        )
        return link_id

    def kind(self, element_id: str) -> str:
        return self._elements[element_id].kind

    def architecture(self, name: str | None) -> Architecture:
        """The finished model, with an empty diagram to be laid out.

        Raises:
            SourceError: the files describe something no model can hold.
        """
        try:
            return Architecture(
                name=name,
                elements=tuple(self._elements[key] for key in sorted(self._elements)),
                links=tuple(self._links[key] for key in sorted(self._links)),
                diagrams=(Diagram(id="main", name="Overview"),),
            )
        except ValidationError as error:
            problem = explanations(error, Architecture)[0].problem
            raise SourceError(say("import", _NO_MODEL, problem=problem)) from error

    def _slug(self, name: str) -> str:
        plain = unicodedata.normalize("NFC", name).lower()
        stem = re.sub(r"[^\w.-]+", "-", plain).strip("-.")[:150] or "part"
        if not re.match(r"\w", stem):
            stem = f"x{stem}"
        free, number = stem, 2
        while free in self._taken:
            free, number = f"{stem}-{number}", number + 1
        self._taken.add(free)
        return free
