"""What the canvas asks of the document: each a single undo step with a title. Keys, gestures and menus share these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF

from app.document import Document
from models.architecture import KINDS, STYLES, Architecture, Element, Link, allowed_styles, edits
from models.architecture.diagram.layout import cleared
from models.architecture.links import LinkStyle
from models.architecture.text import QT_TRANSLATE_NOOP

GRID = 8.0
ROLES = {
    "gateway": QT_TRANSLATE_NOOP("kinds", "Gateway"),
    "bff": QT_TRANSLATE_NOOP("kinds", "Backend for frontend"),
    "adapter": QT_TRANSLATE_NOOP("kinds", "Adapter"),
    "orchestrator": QT_TRANSLATE_NOOP("kinds", "Orchestrator"),
    "job": QT_TRANSLATE_NOOP("kinds", "Job"),
    "function": QT_TRANSLATE_NOOP("kinds", "Function"),
}
translate = QCoreApplication.translate


def kind_label(kind: str) -> str:
    """ "Service" in the reader's language, for a kind or a role of a service."""
    return translate("kinds", ROLES[kind] if kind in ROLES else KINDS[kind].label)  # type: ignore[index]


def style_label(style: LinkStyle) -> str:
    return translate("styles", STYLES[style].label)


def is_kind(kind: str) -> bool:
    """Whether the palette word names a kind of element, or a role of a service."""
    return kind in KINDS or kind in ROLES


def size_of(kind: str) -> tuple[float, float]:
    """(width, height) in pixels of a new element of this kind or role."""
    traits = KINDS["service" if kind in ROLES else kind]  # type: ignore[index]
    return traits.width, traits.height


def snapped(x: float, y: float) -> tuple[float, float]:
    """The nearest place on the grid."""
    return round(x / GRID) * GRID, round(y / GRID) * GRID


@dataclass(frozen=True)
class Creation:
    """An element that was just made and may still get its name, and with it a readable id, in the same undo step."""

    element_id: str
    before: Architecture
    after: Architecture
    make: Callable[[Architecture, str | None], tuple[Architecture, str]]
    title: str
    key: str


def create(
    document: Document,
    kind: str,
    centre: QPointF,
    *,
    group: str | None = None,
    linked_from: str | None = None,
    style: LinkStyle | None = None,
) -> Creation | None:
    """Adds an element of `kind` around `centre` and selects it; with `linked_from` also the link that leads to it.

    Where something stands already it gets the nearest free place.

    None when the document refused.
    """
    width, height = size_of(kind)
    position = snapped(centre.x() - width / 2, centre.y() - height / 2)
    real_kind = "service" if kind in ROLES else kind
    traits = KINDS[real_kind]  # type: ignore[index]

    def make(architecture: Architecture, name: str | None) -> tuple[Architecture, str]:
        wanted = name or _free_name(architecture, kind_label(kind))
        element_id = edits.fresh_id(architecture, wanted)
        said: dict[str, object] = {"id": element_id, "name": wanted}
        if kind in ROLES:
            said["role"] = kind
        if real_kind == "note":
            said = {"id": edits.fresh_id(architecture, "note"), "text": name or translate("Canvas", "Note")}
            element_id = str(said["id"])
        if group is not None and real_kind != "group":
            said["groups"] = (group,)
        elif group is not None:
            said["parent"] = group
        element = traits.type.model_validate(said)
        added = edits.add_element(architecture, element, diagram=document.diagram_id, position=position)
        added = cleared(added, document.diagram_id, (element_id,))
        if linked_from is not None and style is not None:
            added = edits.add_link(added, new_link(added, linked_from, element_id, style))
        return added, element_id

    title = translate("Canvas", "Add {kind}").format(kind=kind_label(kind).lower())
    before = document.architecture
    made: list[str] = []

    def edit(architecture: Architecture) -> Architecture:
        added, element_id = make(architecture, None)
        made.append(element_id)
        return added

    key = f"create:{document.revision}"
    if not document.apply(edit, title, key):
        return None
    document.selection.set(made)
    return Creation(made[0], before, document.architecture, make, title, key)


def christen(document: Document, creation: Creation, name: str) -> None:
    """Gives a new element its name: part of the step that made it, as long as nothing happened since."""
    if not name:
        return
    if document.architecture is not creation.after:
        rename(document, creation.element_id, name)
        return
    made: list[str] = []

    def edit(_architecture: Architecture) -> Architecture:
        added, element_id = creation.make(creation.before, name)
        made.append(element_id)
        return added

    if document.apply(edit, creation.title, creation.key):
        document.selection.set(made)


def new_link(architecture: Architecture, source: str, target: str, style: LinkStyle) -> Link:
    """A link that says nothing but its style."""
    link_id = edits.fresh_id(architecture, f"{source}-{target}")
    return STYLES[style].type(id=link_id, source=source, target=target)


def style_between(architecture: Architecture, source: str, target: str, wanted: LinkStyle) -> LinkStyle | None:
    """`wanted` if it may connect the two, else the first style that may, else None."""
    kinds = architecture.element_by_id[source].kind, architecture.element_by_id[target].kind
    styles = allowed_styles(*kinds)
    return wanted if wanted in styles else next(iter(styles), None)


def connect(document: Document, source: str, target: str, wanted: LinkStyle) -> LinkStyle | None:
    """Links two elements and selects the link; the style it got, or None when nothing may connect them."""
    style = style_between(document.architecture, source, target, wanted)
    if style is None:
        document.notice.emit(refusal(document.architecture, source, target))
        return None
    made: list[str] = []

    def edit(architecture: Architecture) -> Architecture:
        link = new_link(architecture, source, target, style)
        made.append(link.id)
        return edits.add_link(architecture, link)

    if not document.apply(
        edit, translate("Canvas", "Link {ends}").format(ends=_ends(document.architecture, source, target))
    ):
        return None
    document.selection.set(made)
    if style != wanted:
        told = translate("Canvas", "{ends}: {wanted} cannot connect these, so the link is {style}.")
        document.notice.emit(
            told.format(
                ends=_ends(document.architecture, source, target),
                wanted=style_label(wanted),
                style=style_label(style),
            )
        )
    return style


def refusal(architecture: Architecture, source: str, target: str) -> str:
    """Why nothing may connect the two, and what may be reached instead."""
    kinds = architecture.element_by_id[source].kind, architecture.element_by_id[target].kind
    reachable = [kind_label(kind).lower() for kind in KINDS if allowed_styles(kinds[0], kind)]
    if not reachable:
        return translate("Canvas", "A {kind} takes no links.").format(kind=kind_label(kinds[0]).lower())
    told = translate("Canvas", "No link can run from {source} to {target}. From {source} one may reach: {kinds}.")
    return told.format(source=architecture.label(source), target=architecture.label(target), kinds=", ".join(reachable))


def retag(document: Document, ids: Iterable[str], style: LinkStyle) -> bool:
    """Gives the links among `ids` another style, as one step; False when there is no link among them."""
    links = [part_id for part_id in ids if part_id in document.architecture.link_by_id]
    if not links:
        return False

    def edit(architecture: Architecture) -> Architecture:
        for link_id in links:
            architecture = edits.retag(architecture, link_id, style)
        return architecture

    document.apply(edit, translate("Canvas", "Make {style}").format(style=style_label(style).lower()))
    return True


def rename(document: Document, part_id: str, name: str) -> None:
    if (note := document.architecture.element_by_id.get(part_id)) is not None and note.kind == "note":
        document.apply(
            lambda a: edits.set_attributes(a, [part_id], {"text": name or None}), translate("Canvas", "Edit note")
        )
        return
    title = translate("Canvas", "Rename {part}").format(part=document.architecture.label(part_id))
    document.apply(lambda a: edits.rename(a, part_id, name), title)


def delete(document: Document, ids: Sequence[str]) -> bool:
    """Removes parts with all that hangs on them."""
    if not ids:
        return False
    return document.apply(
        lambda a: edits.remove(a, ids), translate("Canvas", "Delete {what}").format(what=what(document, ids))
    )


def duplicate(document: Document, ids: Sequence[str]) -> bool:
    """A second set of the selected elements beside them, selected."""
    made: dict[str, str] = {}

    def edit(architecture: Architecture) -> Architecture:
        after, fresh = edits.duplicate(architecture, ids, diagram=document.diagram_id)
        made.update(fresh)
        return cleared(after, document.diagram_id, fresh.values())

    if not ids or not document.apply(edit, translate("Canvas", "Duplicate {what}").format(what=what(document, ids))):
        return False
    document.selection.set(made.values())
    return True


@dataclass(frozen=True)
class Regrouping:
    """One element that leaves groups, or enters one, by being dragged.

    `left` has the corners of their frames, where they stay when nothing is left in them.
    """

    element_id: str
    left: Mapping[str, tuple[float, float]]
    entered: str | None = None


def place(
    document: Document,
    positions: Mapping[str, tuple[float, float]],
    bends: Mapping[str, tuple[tuple[float, float], ...]] | None = None,
    regroupings: Sequence[Regrouping] = (),
    *,
    merge_key: str | None = None,
) -> bool:
    """Moves elements, with the bends of links among them, out of groups and into others, as one step."""

    def edit(architecture: Architecture) -> Architecture:
        after = edits.place(architecture, document.diagram_id, positions)
        for link_id, points in (bends or {}).items():
            after = edits.bend(after, document.diagram_id, link_id, points)
        for regrouping in regroupings:
            after = _regrouped(after, regrouping)
            emptied = {group: corner for group, corner in regrouping.left.items() if not after.members[group]}
            after = edits.place(after, document.diagram_id, emptied)
        return after

    moved = tuple(positions)
    return document.apply(edit, translate("Canvas", "Move {what}").format(what=what(document, moved)), merge_key)


def _regrouped(architecture: Architecture, regrouping: Regrouping) -> Architecture:
    element = architecture.element_by_id[regrouping.element_id]
    ids = [element.id]
    if element.kind == "group":
        return edits.join(architecture, ids, regrouping.entered)
    kept = tuple(group for group in element.groups if group not in regrouping.left)
    if kept != element.groups:
        architecture = edits.set_attributes(architecture, ids, {"groups": kept})
    return architecture if regrouping.entered is None else edits.join(architecture, ids, regrouping.entered)


def what(document: Document, ids: Sequence[str]) -> str:
    """ "Order", or "3 parts"."""
    if len(ids) == 1:
        return document.architecture.label(ids[0])
    return translate("Canvas", "{count} parts").format(count=len(ids))


def _ends(architecture: Architecture, source: str, target: str) -> str:
    return f"{architecture.label(source)} → {architecture.label(target)}"


def _free_name(architecture: Architecture, wanted: str) -> str:
    taken = {element.name for element in architecture.elements}
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name


def kind_of(element: Element) -> str:
    """The palette's word for an element: its role if it has a special one, else its kind."""
    role = getattr(element, "role", None)
    return role if role in ROLES else element.kind
