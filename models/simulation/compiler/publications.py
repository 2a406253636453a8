"""Publications as code: who takes a message and what they do with it, and requests whose reply comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.architecture import Link, replace
from models.architecture.journeys import AnyStep, LinkStep
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.compiler.blocks import Block
from models.simulation.compiler.channels import Channel
from models.simulation.compiler.facts import distribution
from models.simulation.compiler.requests import Request, Requests
from models.simulation.kernel.layout import (
    L_FIRST,
    L_KEY,
    L_ROUND_ROBIN,
    OP_ASK,
    OP_FAIL_WITH,
    OP_JUMP,
    OP_PROB,
    OP_PROGRESS,
    OP_PUB,
    OP_RET,
    OP_WORK,
    OVERSIZE,
)

if TYPE_CHECKING:
    from models.simulation.compiler.steps import Coder

_NO_SUBSCRIBER = QT_TRANSLATE_NOOP("simulation", "{part} has no subscriber: what is published there goes nowhere")
_STRANGERS = QT_TRANSLATE_NOOP(
    "simulation", "{steps} steps of {part} stand under a message but are no consumer's link: they are left out"
)
_NO_CONSUMER_FAILURE = QT_TRANSLATE_NOOP(
    "simulation", "on_failure of a step over {part}: a message that fails is delivered again, nothing else follows"
)
_ONE_DELIVERY = QT_TRANSLATE_NOOP("simulation", "{attribute} of {part}: a consumer takes each message once")
_NO_WAY_BACK = QT_TRANSLATE_NOOP("simulation", "payload of {part}: {consumer} has no call back to {publisher}")


class Publications:
    """The part of a coder that writes asynchronous links."""

    def __init__(self, coder: Coder) -> None:
        self.coder = coder
        self.facts = coder.facts
        self.assembly = coder.assembly
        self.architecture = coder.facts.architecture
        self.requests = Requests(coder)

    def comes_early(self, step: AnyStep) -> bool:
        """Whether a step publishes an event before the work it tells of is committed; an outbox never does."""
        if not isinstance(step, LinkStep):
            return False
        link = self.architecture.link_by_id[step.link]
        said = self.facts.said
        return link.style == "event" and said(link, "published") == "before_commit" and not said(link, "outbox")

    def publish(self, link: Link, step: LinkStep) -> tuple[Any, ...] | None:
        """The instruction that publishes over a link once; None when nobody would take it."""
        coder = self.coder
        size = self.facts.said(link, "payload_bytes")
        repair = coder.repair(link, step)
        if size is not None and size > coder.channels.max_bytes(link):
            return OP_FAIL_WITH, int(OVERSIZE), 0, float(repair)
        channels = coder.channels.of_link(link)
        if not channels:
            self.facts.ignore_part(f"{link.target} nobody", _NO_SUBSCRIBER, link.target)
            return None
        block = Block()
        implied = link.target not in {channel.shown_as for channel in channels}
        request = self.requests.of(link, step, channels, implied)
        if request is not None:
            step = request.step
        self.publish_to(
            block, channels, coder.links.index[link.id], step.steps, step if implied else None, link, request
        )
        op, a, b, _ = block.code[0]
        if request is None:
            return op, a, b, float(repair)
        return OP_ASK, self.requests.add(request, link, a, channels, repair), 0

    def go_on(self, block: Block, link: Link, step: LinkStep, instruction: tuple[Any, ...]) -> None:
        """What the asking place does when a reply it waits for has come."""
        if instruction[0] != OP_ASK or not self.requests.made[instruction[1]].awaited:
            return
        station = self.coder.stations.index.get(link.source)
        if station is not None and not self.assembly.stations[station].get("nonblocking"):
            stream = int(self.assembly.stations[station]["work_stream"])
            block.emit(OP_WORK, distribution(self.assembly, 0.0), stream)
        self.coder.sequence(block, self.requests.made[instruction[1]].on_reply, station)

    def publish_to(
        self,
        block: Block,
        channels: list[Channel],
        link: int,
        steps: tuple[AnyStep, ...],
        implied: LinkStep | None = None,
        published: Link | None = None,
        request: Request | None = None,
    ) -> None:
        """Emit a publication. Through a queue or topic the steps are the consuming links; else what the target does."""
        coder = self.coder
        coder.publishes()
        named = {step.link: step for step in steps if isinstance(step, LinkStep)} if implied is None else {}
        notifies = (published.id,) if published is not None and coder.data.woken_by(published.id) else ()
        codes = []
        for channel in channels:
            first = []
            for consumer, consuming in zip(channel.consumers, channel.links, strict=True):
                row = self.assembly.consumers[consumer]
                consuming_link = self.architecture.link_by_id[consuming]
                self.facts.uses(consuming, consuming_link.target)
                step = implied or named.get(consuming)
                back = self._way_back(consuming_link, published, step)
                if step is None and (back or notifies or self._says_how_often(consuming_link)):
                    step = LinkStep(link=consuming)
                if step is not None and back:
                    step = replace(step, steps=(back, *step.steps))
                code = int(row["code"])
                if step is not None:
                    code = self._consumed(int(row["station"]), step, implied is not None, notifies)
                if request is not None and self.facts.said(request.link, "progress_replies"):
                    code = self._reporting(code)
                first.append(code)
            codes.append(first)
        at = len(self.assembly.targets)
        order = self._order(published)
        for channel, first in zip(channels, codes, strict=True):
            self.assembly.targets.append(
                {"chan": channel.row, "link": link, "codes": len(self.assembly.codes), "ask": -1, **order}
            )
            self.assembly.codes.extend(first)
        block.emit(OP_PUB, at, len(channels), -1.0)
        coder.left -= len(channels)
        strangers = [
            step
            for step in steps
            if implied is None
            and getattr(step, "link", None) not in {name for channel in channels for name in channel.links}
        ]
        if strangers:
            self.facts.ignore_part(f"{coder.journey_id} {at}", _STRANGERS, coder.journey_id, steps=len(strangers))

    def _order(self, link: Link | None) -> dict[str, float]:
        """How messages choose a partition: by their key, all the first where their order must be kept, else in turn.

        Keys of one name have one value in a journey instance, whichever link bears them.
        """
        if link is None or link.style != "event":
            return {"order": float(L_ROUND_ROBIN)}
        key = self.facts.order_key(link)
        if key is not None:
            stream = self.assembly.stream
            return {
                "order": float(L_KEY),
                "order_stream": stream(link.id, "order"),
                "key_stream": stream(key, "key"),
            }
        return {"order": float(L_FIRST if self.facts.said(link, "order_required") else L_ROUND_ROBIN)}

    def _says_how_often(self, link: Link) -> bool:
        return any(self.facts.value(link, name, False) != 1 for name in ("probability", "calls_per_request"))

    def _way_back(self, consuming: Link, published: Link | None, step: LinkStep | None) -> LinkStep | None:
        """The call by which a consumer of an event without its data fetches it, unless the journey says so itself."""
        if published is None or published.style != "event":
            return None
        if not any(self.facts.said(link, "payload") == "id_only" for link in (published, consuming)):
            return None
        ways = [
            link
            for link in self.architecture.links_from[consuming.target]
            if link.target == published.source and link.style in ("sync", "shared_data")
        ]
        if not ways:
            self.facts.ignore_part(
                f"{published.id} {consuming.target}",
                _NO_WAY_BACK,
                published.id,
                consumer=self.architecture.label(consuming.target),
                publisher=self.architecture.label(published.source),
            )
            return None
        taken = {getattr(inner, "link", None) for inner in step.steps} if step is not None else set()
        if taken & {link.id for link in ways}:
            return None
        return LinkStep(link=min(ways, key=lambda link: link.style != "sync").id)

    def _consumed(self, station: int, step: LinkStep, publishes: bool, over: tuple[str, ...]) -> int:
        """Code of a consumer; where the channel is implied the step `publishes` and its probability is spent."""
        link = self.architecture.link_by_id[step.link]
        probability = 1.0
        if not publishes:
            told = step.probability if step.probability is not None else self.facts.value(link, "probability", False)
            probability = float(told)
            if step.on_failure:
                self.facts.ignore_part(f"{link.id} on_failure", _NO_CONSUMER_FAILURE, link.id)
            if step.calls not in (None, 1):
                self.facts.ignore_part(f"{link.id} calls", _ONE_DELIVERY, link.id, attribute="calls")
            elif step.calls is None and self.facts.value(link, "calls_per_request", False) != 1:
                self.facts.ignore_part(f"{link.id} calls", _ONE_DELIVERY, link.id, attribute="calls_per_request")
        body = self.coder.served(station, step.steps, step.work_ms, *dict.fromkeys((step.link, *over)))
        if probability >= 1:
            return body
        block = Block()
        maybe = block.emit(OP_PROB, 0, self.assembly.stream(step.link, "probability"), float(probability))
        block.emit(OP_JUMP, body)
        block.jump_here(maybe)
        block.emit(OP_RET)
        base = block.place(self.assembly)
        self.assembly.patch(base + 1, body)
        return base

    def _reporting(self, body: int) -> int:
        """Code of a consumer that tells when it begins."""
        base = self.assembly.emit(OP_PROGRESS)
        self.assembly.emit(OP_JUMP, body)
        return base
