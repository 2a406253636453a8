"""Frames around elements: teams, hosts, zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.architecture.base import replace
from models.architecture.edits.error import EditError, changed, element_named
from models.architecture.edits.identity import fresh_id
from models.architecture.edits.removal import remove
from models.architecture.elements import Element, Group, GroupType
from models.architecture.model import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, say


def group(
    architecture: Architecture, ids: Iterable[str], name: str | None = None, group_type: GroupType | None = None
) -> Architecture:
    """A new group around these elements; groups among them come to lie in it, where their parent was.

    Raises:
        EditError: an unknown element, or a group type that does not exist.
    """
    members = [element_named(architecture, element_id) for element_id in dict.fromkeys(ids)]
    parents = {member.parent if isinstance(member, Group) else None for member in members}
    parent = parents.pop() if len(parents) == 1 else None
    group_id = fresh_id(architecture, name or group_type or "group")
    frame = changed(Group(id=group_id), {"name": name, "group_type": group_type, "parent": parent})
    after = changed(architecture, {"elements": (*architecture.elements, frame)})
    return join(after, [member.id for member in members], group_id)


def ungroup(architecture: Architecture, group_id: str) -> Architecture:
    """Without the group; its members stay, in the group around it if there is one.

    Raises:
        EditError: there is no such group.
    """
    frame = _group_named(architecture, group_id)
    if frame.parent is not None:
        architecture = join(architecture, architecture.members[group_id], frame.parent)
    return remove(architecture, [group_id])


def join(architecture: Architecture, ids: Iterable[str], group_id: str | None) -> Architecture:
    """These elements in that group, out of any other of its type; None = in no group at all.

    Raises:
        EditError: an unknown element or group, or a group would come to lie inside itself.
    """
    frame = None if group_id is None else _group_named(architecture, group_id)
    wanted = {element_named(architecture, element_id).id for element_id in ids}
    if frame is not None and frame.id in wanted:
        template = QT_TRANSLATE_NOOP("edits", "{group} cannot lie inside itself; choose another group.")
        raise EditError(say("edits", template, group=architecture.label(frame.id)))
    elements = tuple(
        _in_group(architecture, element, frame) if element.id in wanted else element
        for element in architecture.elements
    )
    return changed(architecture, {"elements": elements})


def _in_group(architecture: Architecture, element: Element, frame: Group | None) -> Element:
    changes: dict[str, Any]
    if isinstance(element, Group):
        changes = {"parent": frame.id if frame else None}
    elif frame is None:
        changes = {"groups": ()}
    else:
        others = (known for known in element.groups if _type(architecture, known) != (frame.group_type or frame.id))
        changes = {"groups": (*others, frame.id)}
    (name,) = changes
    if changes[name] == getattr(element, name):
        return element
    if name in element.provenance:
        changes["provenance"] = {key: source for key, source in element.provenance.items() if key != name}
    return replace(element, **changes)


def _type(architecture: Architecture, group_id: str) -> str:
    return getattr(architecture.element_by_id[group_id], "group_type", None) or group_id


def _group_named(architecture: Architecture, group_id: str) -> Group:
    found = element_named(architecture, group_id)
    if not isinstance(found, Group):
        template = QT_TRANSLATE_NOOP("edits", "{element} is no group; its kind is {kind}.")
        raise EditError(say("edits", template, element=architecture.label(group_id), kind=found.kind))
    return found
