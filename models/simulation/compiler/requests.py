"""Asynchronous requests: what is said of their replies, and the way these take.

The reply comes through the queue that is named for it, or one implied, over links drawn for it where there are any; a
step of the consumer that publishes to that queue is the reply itself, and what it leads to at the asking service is
what the reply sets off there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.architecture import Link, replace
from models.architecture.journeys import AnyStep, LinkStep, WorkStep
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.compiler.blocks import Block
from models.simulation.compiler.channels import Channel
from models.simulation.compiler.facts import number
from models.simulation.kernel.layout import OP_RET

if TYPE_CHECKING:
    from models.simulation.compiler.steps import Coder

_NO_REPLY = QT_TRANSLATE_NOOP("simulation", "{attribute} of {part}: no reply is said")


@dataclass(frozen=True)
class Request:
    """How the reply to an asynchronous request comes back.

    `link` says so; `on_reply` is what it sets off; `step` publishes the request, without what stands for the reply.
    """

    link: Link
    step: LinkStep
    callback: bool
    queue_id: str | None
    awaited: bool
    implied: bool
    on_reply: tuple[AnyStep, ...]


class Requests:
    """Requests by the row that stands for them in the program."""

    def __init__(self, coder: Coder) -> None:
        self.coder = coder
        self.facts = coder.facts
        self.assembly = coder.assembly
        self.architecture = coder.facts.architecture
        self.made: dict[int, Request] = {}
        self._timers: dict[str, int] = {}

    def of(self, link: Link, step: LinkStep, channels: list[Channel], implied: bool) -> Request | None:
        """What is said of the reply: by the link that publishes, else by one that consumes; steps on a reply, a queue
        for it or someone who waits imply one."""
        if link.style != "async":
            return None
        said = self.facts.said
        consuming = [self.architecture.link_by_id[name] for channel in channels for name in channel.links]
        inner = [one for one in step.steps if isinstance(one, LinkStep) and not implied]
        on_reply = step.on_reply or next((one.on_reply for one in inner if one.on_reply), ())
        links = [link, *(one for one in consuming if one is not link)]
        about = next((one for one in links if said(one, "reply") not in (None, "none")), None)
        if about is None:
            wanted = next((one for one in links if said(one, "awaited") or said(one, "reply_queue")), None)
            if said(link, "reply") is None and (wanted is not None or on_reply):
                about = wanted or link
                self.facts.assumptions[f"{about.id}.reply"] = "queue"
        if about is None:
            self._tell_without_reply(link, bool(on_reply))
            return None
        callback = said(about, "reply") == "callback"
        queue = self.architecture.element_by_id.get(said(about, "reply_queue") or "")
        queue_id = queue.id if queue is not None and queue.kind == "queue" and not callback else None
        awaited = bool(self.facts.value(about, "awaited"))
        if queue_id is not None:
            drawn: list[AnyStep] = []
            if implied:
                step = self._without_reply(step, queue_id, link.source, drawn)
            else:
                rest = [
                    self._without_reply(one, queue_id, link.source, drawn) if isinstance(one, LinkStep) else one
                    for one in step.steps
                ]
                step = replace(step, steps=tuple(rest))
            on_reply = on_reply or tuple(drawn)
        return Request(about, step, callback, queue_id, awaited, implied, on_reply)

    def _tell_without_reply(self, link: Link, on_reply: bool) -> None:
        for name in ("awaited", "reply_queue", "pending_state", "progress_replies", "timeout_ms"):
            if self.facts.said(link, name) not in (None, False, "none"):
                self.facts.ignore_part(f"{link.id}.{name}", _NO_REPLY, link.id, attribute=name)
        if on_reply:
            self.facts.ignore_part(f"{link.id} on_reply", _NO_REPLY, link.id, attribute="on_reply")

    def _without_reply(self, step: LinkStep, queue_id: str, asker: str, drawn: list[AnyStep]) -> LinkStep:
        """A consumer's step without the publication that is the reply; what that leads to is `drawn`."""
        rest: list[AnyStep] = []
        for one in step.steps:
            if not isinstance(one, LinkStep) or self.architecture.link_by_id[one.link].target != queue_id:
                rest.append(one)
                continue
            for taking in one.steps:
                if isinstance(taking, LinkStep) and self.architecture.link_by_id[taking.link].target == asker:
                    own = self.facts.value(self.architecture.element_by_id[asker], "work_ms")
                    drawn += [WorkStep(work_ms=own if taking.work_ms is None else taking.work_ms), *taking.steps]
        return step if len(rest) == len(step.steps) else replace(step, steps=tuple(rest))

    def add(self, request: Request, link: Link, first: int, channels: list[Channel], repair: int) -> int:
        """The row of a request; its targets, from `first` on, learn the way their replies take."""
        coder, facts, index = self.coder, self.facts, self.coder.links.index
        about = request.link
        own = index[link.id]
        station = coder.stations.index.get(link.source)
        facts.uses(about.id)
        taking = self.architecture.links_from[request.queue_id] if request.queue_id else ()
        second = [one for one in taking if one.target == link.source]
        row: dict[str, float] = {
            "first": first,
            "targets": len(channels),
            "link": own,
            "site": coder.site(own, -1, -1, repair),
            "awaited": float(request.awaited),
            "stored": float(facts.value(about, "pending_state") == "stored" and station is not None),
            "direct": float(request.callback),
            "station": -1 if station is None else station,
            "body": -1,
            "repair": -1 if request.awaited else repair,
            "timer": -1,
            "chan": coder.channels.add_replies(request.queue_id),
            "way": -1 if request.callback or (request.implied and not request.queue_id) else own,
        }
        if second:
            row["way"], row["drawn"] = index[second[0].id], 1
            facts.uses(second[0].id)
        timeout = number(facts.value(about, "timeout_ms"), -1)
        if timeout >= 0:
            row["timeout"] = timeout
            if about.id not in self._timers:
                self._timers[about.id] = self.assembly.add_timer()
            row["timer"] = self._timers[about.id]
        if request.on_reply and not request.awaited:
            block = Block()
            coder.sequence(block, request.on_reply, station)
            block.emit(OP_RET)
            row["body"] = block.place(self.assembly)
        asked = len(self.assembly.questions)
        self.assembly.questions.append(row)
        self.made[asked] = request
        for k, channel in enumerate(channels):
            target = self.assembly.targets[first + k]
            target["ask"], target["ways"] = asked, len(self.assembly.codes)
            for consuming in channel.links:
                self.assembly.codes.append(self._way(request, link, consuming))
        return asked

    def _way(self, request: Request, link: Link, consuming: str) -> int:
        """Twice the row of the link over which a consumer replies, and one more when it was drawn for that."""
        index = self.coder.links.index
        if request.callback:
            return 2 * index[link.id]
        responder = self.architecture.link_by_id[consuming].target
        for one in self.architecture.links_from[responder]:
            if request.queue_id is not None and one.target == request.queue_id and one.style == "async":
                self.facts.uses(one.id)
                return 2 * index[one.id] + 1
        return 2 * index[consuming]
