"""Where things stand on a diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.architecture.base import replace
from models.architecture.diagrams import Diagram
from models.architecture.edits.error import EditError, changed, element_named, link_named
from models.architecture.model import Architecture
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, say

Pair = tuple[float, float]
FIRST_DIAGRAM = "main"


def place(architecture: Architecture, diagram_id: str | None, positions: Mapping[str, Pair | None]) -> Architecture:
    """Elements with their top left corners at `positions` (pixels; None = nowhere yet).

    `diagram_id` None means the first diagram, and a model without any gets one.

    Raises:
        EditError: an unknown diagram or element, or a position that is not two finite numbers.
    """
    for element_id in positions:
        element_named(architecture, element_id)
    architecture, diagram = with_diagram(architecture, diagram_id)
    after = {**diagram.positions, **positions}
    changes: dict[str, object] = {"positions": {key: pair for key, pair in after.items() if pair is not None}}
    if diagram.include != "*":
        changes["include"] = tuple(dict.fromkeys((*diagram.include, *positions)))
    return _drawn(architecture, changed(diagram, changes))


def resize(architecture: Architecture, diagram_id: str | None, sizes: Mapping[str, Pair | None]) -> Architecture:
    """Elements with `sizes` (width, height in pixels; None = the size of their kind).

    Raises:
        EditError: an unknown diagram or element, or a size that is not above zero.
    """
    for element_id in sizes:
        element_named(architecture, element_id)
    architecture, diagram = with_diagram(architecture, diagram_id)
    after = {**diagram.sizes, **sizes}
    return _drawn(architecture, changed(diagram, {"sizes": {key: pair for key, pair in after.items() if pair}}))


def bend(architecture: Architecture, diagram_id: str | None, link_id: str, points: Iterable[Pair]) -> Architecture:
    """A link drawn through `points` (pixels, from its source on); none of them = the program's own route.

    Raises:
        EditError: an unknown diagram or link, or a point that is not two finite numbers.
    """
    link_named(architecture, link_id)
    architecture, diagram = with_diagram(architecture, diagram_id)
    after = {**diagram.bends, link_id: tuple(points)}
    return _drawn(architecture, changed(diagram, {"bends": {key: bends for key, bends in after.items() if bends}}))


def with_diagram(architecture: Architecture, diagram_id: str | None) -> tuple[Architecture, Diagram]:
    """(the architecture, its diagram of that id, else its first); one without any gets one."""
    if not architecture.diagrams and diagram_id in (None, FIRST_DIAGRAM):
        diagram = Diagram(id=FIRST_DIAGRAM)
        return replace(architecture, diagrams=(diagram,)), diagram
    for diagram in architecture.diagrams:
        if diagram_id in (None, diagram.id):
            return architecture, diagram
    hint = nearest(str(diagram_id), [diagram.id for diagram in architecture.diagrams])
    template = QT_TRANSLATE_NOOP("edits", 'There is no diagram "{id}"{hint}.')
    raise EditError(say("edits", template, id=diagram_id, hint=hint))


def _drawn(architecture: Architecture, diagram: Diagram) -> Architecture:
    diagrams = tuple(diagram if known.id == diagram.id else known for known in architecture.diagrams)
    return changed(architecture, {"diagrams": diagrams})
