"""The five styles between which the advisor chooses, and how a link is made one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.architecture import Architecture, Link, allowed, said
from models.architecture.edits import retag, set_attributes
from models.architecture.links import LinkStyle
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

FormId = Literal["sync", "async_request", "async_command", "event", "shared_data"]


@dataclass(frozen=True, slots=True)
class StyleForm:
    """A style as the advisor ranks it: an asynchronous message is either a request or a command."""

    id: FormId
    style: LinkStyle
    label: str
    carried: frozenset[str]
    """What a technology must be able to carry, one of these (`technologies.CARRIES`)."""
    section: str

    @property
    def name(self) -> Text:
        return say("advisor", self.label)


FORMS: dict[FormId, StyleForm] = {
    form.id: form
    for form in (
        StyleForm(
            "sync",
            "sync",
            QT_TRANSLATE_NOOP("advisor", "synchronous request-response"),
            frozenset({"sync"}),
            "S4",
        ),
        StyleForm(
            "async_request",
            "async",
            QT_TRANSLATE_NOOP("advisor", "asynchronous request-response"),
            frozenset({"async", "callback"}),
            "S7",
        ),
        StyleForm(
            "async_command", "async", QT_TRANSLATE_NOOP("advisor", "asynchronous command"), frozenset({"async"}), "S5"
        ),
        StyleForm("event", "event", QT_TRANSLATE_NOOP("advisor", "event"), frozenset({"event"}), "S8"),
        StyleForm(
            "shared_data", "shared_data", QT_TRANSLATE_NOOP("advisor", "common data"), frozenset({"shared_data"}), "S6"
        ),
    )
}
_REPLIES: dict[FormId, str] = {"async_request": "queue", "async_command": "none"}


def form_of(architecture: Architecture, link: Link) -> tuple[FormId, bool]:
    """What the link is now, and whether that is stated: a message of which nobody said whether it is answered is
    taken for a command."""
    if link.style != "async":
        return ("sync" if link.style == "sync" else "event" if link.style == "event" else "shared_data"), True
    reply = said(architecture, link, "reply")
    if reply is None:
        awaited = said(architecture, link, "awaited") is True
        return ("async_request" if awaited else "async_command"), awaited
    return ("async_command" if reply == "none" else "async_request"), True


def permitted(architecture: Architecture, link: Link, form: FormId) -> bool:
    """Whether the ends of the link allow it."""
    kinds = (architecture.element_by_id[end].kind for end in (link.source, link.target))
    return allowed(FORMS[form].style, *kinds)


def adopt(architecture: Architecture, link_id: str, form: FormId) -> Architecture:
    """The link in another style, keeping all that the new style can say; a message then says whether it is answered.

    Raises:
        EditError: there is no such link, or its ends do not allow it.
    """
    after = retag(architecture, link_id, FORMS[form].style)
    if form not in _REPLIES:
        return after
    link = after.link_by_id[link_id]
    stated = said(after, link, "reply")
    if form == "async_request" and stated in ("queue", "callback"):
        return after
    if form == "async_command" and stated == "none":
        return after
    return set_attributes(after, [link_id], {"reply": _REPLIES[form]})
