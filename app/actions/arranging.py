"""Aligning and spreading what is selected: each one undo step that moves elements and nothing else."""

from collections.abc import Callable, Mapping
from functools import partial

from app.actions import editing
from app.actions.action import Action
from app.actions.desk import Desk
from app.document import Document
from models.architecture import edits
from models.architecture.diagram.frames import shown
from models.architecture.diagram.geometry import Point, Rect
from models.architecture.text import QT_TRANSLATE_NOOP

Places = dict[str, Point]


def left(boxes: Mapping[str, Rect]) -> Places:
    edge = min(box.x for box in boxes.values())
    return {part: (edge, box.y) for part, box in boxes.items()}


def right(boxes: Mapping[str, Rect]) -> Places:
    edge = max(box.right for box in boxes.values())
    return {part: (edge - box.width, box.y) for part, box in boxes.items()}


def top(boxes: Mapping[str, Rect]) -> Places:
    edge = min(box.y for box in boxes.values())
    return {part: (box.x, edge) for part, box in boxes.items()}


def bottom(boxes: Mapping[str, Rect]) -> Places:
    edge = max(box.bottom for box in boxes.values())
    return {part: (box.x, edge - box.height) for part, box in boxes.items()}


def centre(boxes: Mapping[str, Rect]) -> Places:
    """Middles one above the other, halfway between the outer edges."""
    line = (min(box.x for box in boxes.values()) + max(box.right for box in boxes.values())) / 2
    return {part: (line - box.width / 2, box.y) for part, box in boxes.items()}


def middle(boxes: Mapping[str, Rect]) -> Places:
    """Middles side by side, halfway between the outer edges."""
    line = (min(box.y for box in boxes.values()) + max(box.bottom for box in boxes.values())) / 2
    return {part: (box.x, line - box.height / 2) for part, box in boxes.items()}


def spread_across(boxes: Mapping[str, Rect]) -> Places:
    """Equal gaps from left to right; the outer two stay."""
    row = sorted(boxes, key=lambda part: boxes[part].center[0])
    room = boxes[row[-1]].right - boxes[row[0]].x - sum(box.width for box in boxes.values())
    gap, x, places = room / (len(row) - 1), boxes[row[0]].x, {}
    for part in row:
        places[part] = (x, boxes[part].y)
        x += boxes[part].width + gap
    return places


def spread_down(boxes: Mapping[str, Rect]) -> Places:
    """Equal gaps from top to bottom; the outer two stay."""
    column = sorted(boxes, key=lambda part: boxes[part].center[1])
    room = boxes[column[-1]].bottom - boxes[column[0]].y - sum(box.height for box in boxes.values())
    gap, y, places = room / (len(column) - 1), boxes[column[0]].y, {}
    for part in column:
        places[part] = (boxes[part].x, y)
        y += boxes[part].height + gap
    return places


def _movable(document: Document) -> list[str]:
    """What is selected and stands by itself: groups follow their members and are left out."""
    known = document.architecture.element_by_id
    return [part for part in editing.elements_of(document) if known[part].kind != "group"]


def _arrange(desk: Desk, rule: Callable[[Mapping[str, Rect]], Places], title: str) -> None:
    boxes = desk.drawing.boxes(_movable(desk.document))
    moved = {part: place for part, place in rule(boxes).items() if place != (boxes[part].x, boxes[part].y)}
    if moved:
        document = desk.document
        document.apply(lambda a: edits.place(a, document.diagram_id, moved), editing.translate("actions", title))


def _several(least: int) -> Callable[[Desk], bool]:
    def are_drawn(desk: Desk) -> bool:
        """Asked after each change, before the drawing has followed it."""
        diagram = desk.document.diagram
        placed = diagram.positions.keys() & _movable(desk.document)
        if len(placed) >= least and (diagram.include != "*" or diagram.collapsed):
            placed &= shown(desk.document.architecture, diagram).elements.keys()
        return len(placed) >= least

    return are_drawn


ARRANGE = tuple(
    Action(
        action_id,
        title,
        "draw",
        partial(_arrange, rule=rule, title=title),
        part=5,
        enabled_when=_several(least),
    )
    for action_id, title, rule, least in (
        ("align-left", QT_TRANSLATE_NOOP("actions", "Align left"), left, 2),
        ("align-centre", QT_TRANSLATE_NOOP("actions", "Align centre"), centre, 2),
        ("align-right", QT_TRANSLATE_NOOP("actions", "Align right"), right, 2),
        ("align-top", QT_TRANSLATE_NOOP("actions", "Align top"), top, 2),
        ("align-middle", QT_TRANSLATE_NOOP("actions", "Align middle"), middle, 2),
        ("align-bottom", QT_TRANSLATE_NOOP("actions", "Align bottom"), bottom, 2),
        ("spread-across", QT_TRANSLATE_NOOP("actions", "Spread from left to right"), spread_across, 3),
        ("spread-down", QT_TRANSLATE_NOOP("actions", "Spread from top to bottom"), spread_down, 3),
    )
)
