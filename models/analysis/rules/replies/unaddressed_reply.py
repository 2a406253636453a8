"""Q03: a reply that has nowhere to go."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, provenance_note
from models.analysis.fixes.repairs import by_fix, for_one, link_of
from models.analysis.messages.replies import asking, said_of_reply
from models.analysis.rule import Fix, Flaw, Lack, RollUp, Rule, in_words
from models.architecture import Architecture, Queue
from models.architecture.edits import add_element, fresh_id, set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(asking):
        reply = said_of_reply(facts, link, "reply")
        if reply == "callback" or reply is None or said_of_reply(facts, link, "reply_queue") is not None:
            continue
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say(
                "rules",
                _NO_REPLY if reply == "none" else _NOT_SAID,
                source=facts.label(link.source),
                target=facts.label(link.target),
                seen=provenance_note(facts, link, "reply_queue"),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, link.id, reply == "none"),
            absence=None if reply == "none" else "reply_queue",
        )


def waits(facts: Facts) -> Iterator[Lack]:
    for link in facts.once(asking):
        if said_of_reply(facts, link, "reply") is None and said_of_reply(facts, link, "reply_queue") is None:
            yield "reply", (link.id,)


def _fixes(link_id: str, said_none: bool) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "review" if said_none else "safe", for_one(_add, link_id)),)


def _add(architecture: Architecture, link_ids: tuple[str, ...]) -> Architecture:
    """Every request with a reply queue, one for each service that asks."""
    queues: dict[str, str] = {}
    for link_id in link_ids:
        link = link_of(architecture, link_id)
        if link.source not in queues:
            queue_id = fresh_id(architecture, f"{link.source}-replies")
            name = f"{architecture.label(link.source)} replies"
            architecture = add_element(architecture, Queue(id=queue_id, name=name))
            queues[link.source] = queue_id
        values = {"reply": "queue", "reply_queue": queues[link.source]}
        architecture = set_attributes(architecture, [link_id], values, provenance=by_fix("Q03"))
    return architecture


_NOT_SAID = QT_TRANSLATE_NOOP(
    "rules",
    "{source} expects replies to what it sends to {target} in a queue, and nobody has said in which{seen}.",
)
_NO_REPLY = QT_TRANSLATE_NOOP(
    "rules", "{source} waits for replies to what it sends to {target}, and it is said that there are none."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Add a reply queue")

RULE = Rule(
    code="Q03",
    name="unaddressed-reply",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unaddressed reply")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "An asynchronous request expects a reply, and there is neither a reply queue nor a callback for it. A "
            "warning when nobody has said which queue it is.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The consumer has finished the work and has nowhere to send the answer. Whoever asked waits until its "
            "patience ends, and then does not know whether the work was done.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order asks Payment by message and waits for the reply, but there is no reply queue."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Add a reply queue and name it in the request, or give an address that can be called back."
        ),
    ),
    source="S7.1",
    check=check,
    rests_on=("style", "reply"),
    waits=waits,
    roll_up=RollUp(
        message=say(
            "rules", QT_TRANSLATE_NOOP("rules", "{count} requests expect replies through a queue nobody named.")
        ),
        title=say("rules", QT_TRANSLATE_NOOP("rules", "Add reply queues for {count} requests")),
        apply=_add,
    ),
)
