"""Every change a person can make to a model, as pure functions from one `Architecture` to the next.

None of them changes what it is given, each keeps the invariants, and each raises `EditError`, one sentence, when what
is asked cannot be. Imports `models.architecture` only.
"""

from models.architecture.edits.copying import duplicate, fragment, paste
from models.architecture.edits.error import EditError
from models.architecture.edits.explicit import make_channel_explicit
from models.architecture.edits.grouping import group, join, ungroup
from models.architecture.edits.identity import fresh_id
from models.architecture.edits.linking import reconnect, retag, reverse
from models.architecture.edits.parts import add_element, add_link, add_links, rename, set_attributes, set_each
from models.architecture.edits.placing import bend, place, resize
from models.architecture.edits.removal import remove
from models.architecture.edits.spaces import drop, put, set_policy, unwaive, waive

__all__ = [
    "EditError",
    "add_element",
    "add_link",
    "add_links",
    "bend",
    "drop",
    "duplicate",
    "fragment",
    "fresh_id",
    "group",
    "join",
    "make_channel_explicit",
    "paste",
    "place",
    "put",
    "reconnect",
    "remove",
    "rename",
    "resize",
    "retag",
    "reverse",
    "set_attributes",
    "set_each",
    "set_policy",
    "ungroup",
    "unwaive",
    "waive",
]
