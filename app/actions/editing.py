"""Changes to what is selected, each one undo step through `document.apply`."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.actions.desk import Desk
from app.document import Document
from models.architecture import KINDS, Architecture, edits
from models.architecture.links import LinkStyle

translate = QCoreApplication.translate


def selected(desk: Desk) -> bool:
    return len(desk.document.selection) > 0


def one_selected(desk: Desk) -> bool:
    return len(desk.document.selection) == 1


def elements_of(document: Document) -> tuple[str, ...]:
    """The selected elements, without links."""
    return tuple(part for part in document.selection.ids if part in document.architecture.element_by_id)


def links_of(document: Document) -> tuple[str, ...]:
    return tuple(part for part in document.selection.ids if part in document.architecture.link_by_id)


def elements_selected(desk: Desk) -> bool:
    return bool(elements_of(desk.document))


def links_selected(desk: Desk) -> bool:
    return bool(links_of(desk.document))


def one_link_selected(desk: Desk) -> bool:
    return len(desk.document.selection) == 1 and links_selected(desk)


def group_selected(desk: Desk) -> bool:
    known = desk.document.architecture.element_by_id
    return any(known[part].kind == "group" for part in elements_of(desk.document))


def channel_implied(desk: Desk) -> bool:
    """Whether a selected link stands for a queue, topic or store that is not drawn."""
    return any(_implies_channel(desk.document.architecture, link) for link in links_of(desk.document))


def _implies_channel(architecture: Architecture, link_id: str) -> bool:
    link = architecture.link_by_id[link_id]
    ends = (architecture.element_by_id[link.source], architecture.element_by_id[link.target])
    if link.style == "sync" or any(KINDS[end.kind].channel for end in ends):
        return False
    return ends[1].kind != "datastore"


def what(document: Document, ids: Sequence[str]) -> str:
    """ "Order", or "3 parts"."""
    if len(ids) == 1:
        return document.architecture.label(ids[0])
    return translate("actions", "{count} parts").format(count=len(ids))


def delete(desk: Desk) -> None:
    document, ids = desk.document, desk.document.selection.ids
    title = translate("actions", "Delete {what}").format(what=what(document, ids))
    document.apply(lambda a: edits.remove(a, ids), title)


def cut(desk: Desk) -> None:
    if desk.clipboard.copy(desk.document):
        document, ids = desk.document, desk.document.selection.ids
        title = translate("actions", "Cut {what}").format(what=what(document, ids))
        document.apply(lambda a: edits.remove(a, ids), title)


def duplicate(desk: Desk) -> None:
    document, ids = desk.document, desk.document.selection.ids
    made: dict[str, str] = {}

    def edit(architecture: Architecture) -> Architecture:
        after, fresh = edits.duplicate(architecture, ids, diagram=document.diagram_id)
        made.update(fresh)
        return after

    if document.apply(edit, translate("actions", "Duplicate {what}").format(what=what(document, ids))):
        document.selection.set(made.values())


def select_all(desk: Desk) -> None:
    architecture = desk.document.architecture
    desk.document.selection.set([*architecture.element_by_id, *architecture.link_by_id])


def rename(desk: Desk) -> None:
    desk.drawing.rename(desk.document.selection.ids[0])


def group(desk: Desk) -> None:
    document, ids = desk.document, elements_of(desk.document)
    before = set(document.architecture.element_by_id)
    if document.apply(
        lambda a: edits.group(a, ids), translate("actions", "Group {what}").format(what=what(document, ids))
    ):
        made = sorted(set(document.architecture.element_by_id) - before)
        document.selection.set(made)
        for group_id in made[:1]:
            desk.drawing.rename(group_id)


def ungroup(desk: Desk) -> None:
    document = desk.document
    known = document.architecture.element_by_id
    groups = [part for part in elements_of(document) if known[part].kind == "group"]

    def edit(architecture: Architecture) -> Architecture:
        for group_id in groups:
            architecture = edits.ungroup(architecture, group_id)
        return architecture

    document.apply(edit, translate("actions", "Ungroup {what}").format(what=what(document, groups)))


def reverse(desk: Desk) -> None:
    document, links = desk.document, links_of(desk.document)

    def edit(architecture: Architecture) -> Architecture:
        for link in links:
            architecture = edits.reverse(architecture, link)
        return architecture

    document.apply(edit, translate("actions", "Reverse {what}").format(what=what(document, links)))


def make_channel_explicit(desk: Desk) -> None:
    document = desk.document
    links = [link for link in links_of(document) if _implies_channel(document.architecture, link)]

    def edit(architecture: Architecture) -> Architecture:
        for link in links:
            architecture = edits.make_channel_explicit(architecture, link)
        return architecture

    document.apply(edit, translate("actions", "Draw the channel of {what}").format(what=what(document, links)))


class StyleUse:
    """Draws new links in a style, and gives it to the selected ones."""

    def __init__(self, style: LinkStyle) -> None:
        self.style = style

    def __call__(self, desk: Desk) -> None:
        desk.use_style(self.style)

    def is_current(self, desk: Desk) -> bool:
        return desk.drawing.current_style == self.style
