"""Queues, topics and the channels nobody drew, with those who take from them."""

from dataclasses import dataclass, field

from models.architecture import Link, Queue
from models.simulation.compiler.facts import Facts, number
from models.simulation.compiler.links import Links
from models.simulation.compiler.stations import Stations
from models.simulation.program import Assembly, Row


@dataclass
class Channel:
    """One row: a queue, one subscription of a topic, or an implied channel; `consumers` are consumer rows."""

    row: int
    shown_as: str
    consumers: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class Channels:
    """Where a message published over a link goes: `of_link` gives its channels (one per subscription of a topic)."""

    def __init__(self, assembly: Assembly, facts: Facts, stations: Stations, links: Links) -> None:
        self.assembly = assembly
        self.facts = facts
        self.stations = stations
        self.links = links
        self.shown: list[str] = []
        self._of_element: dict[str, list[Channel]] = {}
        self._of_link: dict[str, list[Channel]] = {}
        architecture = facts.architecture
        for element in architecture.elements:
            if element.kind == "queue":
                channel = self._add(element.id)
                self._of_element[element.id] = [channel]
            elif element.kind == "topic":
                self._of_element[element.id] = []
        for element in architecture.elements:
            if isinstance(element, Queue):
                row = assembly.channels[self._of_element[element.id][0].row]
                row["max_length"] = number(facts.value(element, "max_length", note=False), -1)
        for link in architecture.links:
            if link.style not in ("async", "event"):
                continue
            source = architecture.element_by_id[link.source].kind
            if source == "queue":
                self._consume(self._of_element[link.source][0], link, link.source)
            elif source == "topic":
                channel = self._add(link.source)
                self._of_element[link.source].append(channel)
                self._consume(channel, link, None)
            elif link.target not in self._of_element:
                channel = self._add(link.id)
                self._of_link[link.id] = [channel]
                self._consume(channel, link, None)
        self._lay_out_consumers()

    def of_link(self, link: Link) -> list[Channel]:
        """The channels a message over this link goes to; none when the topic has no subscriber."""
        return self._of_link.get(link.id) or self._of_element.get(link.target, [])

    def of_element(self, element_id: str) -> list[Channel]:
        """The channels of a queue or a topic."""
        return self._of_element.get(element_id, [])

    def of_anything(self, part_id: str) -> list[Channel]:
        """The channels of a queue or topic, of a link (the one it takes from, or those it publishes to), or all those
        an element takes from."""
        architecture = self.facts.architecture
        if part_id in architecture.link_by_id:
            link = architecture.link_by_id[part_id]
            taken = [channel for channel in self._every() if part_id in channel.links]
            return taken or (self.of_link(link) if link.style in ("async", "event") else [])
        if part_id in self._of_element:
            return self._of_element[part_id]
        links = {link.id for link in architecture.links_to[part_id]}
        return [channel for channel in self._every() if links & set(channel.links)]

    def _every(self) -> list[Channel]:
        return [channel for group in (self._of_element, self._of_link) for found in group.values() for channel in found]

    def max_bytes(self, link: Link) -> float:
        """The largest message the link's channel takes; inf when nobody said."""
        element = self.facts.architecture.element_by_id[link.target]
        return number(getattr(element, "max_message_bytes", None), float("inf"))

    def _add(self, shown_as: str) -> Channel:
        self.assembly.channels.append({"first": -1, "head": -1, "tail": -1, "max_length": -1})
        self.shown.append(shown_as)
        return Channel(len(self.assembly.channels) - 1, shown_as)

    def _consume(self, channel: Channel, link: Link, queue_id: str | None) -> None:
        facts = self.facts
        station = self.stations.index[link.target]
        once = facts.value(link, "delivery.guarantee", note=False) == "at_most_once"
        visibility = float(facts.value(link, "delivery.visibility_timeout_ms", note=not once))
        row: Row = {
            "link": self.links.index[link.id],
            "station": station,
            "chan": channel.row,
            "max_deliveries": number(facts.value(link, "delivery.max_deliveries", note=not once), -1),
            "once": float(once),
            "visible_at_once": float(visibility == 0),
            "visibility": visibility,
            "timer": -1,
            "dead_letter": self._dead_letter(link, queue_id),
            "slot_first": self.assembly.slots,
        }
        if visibility > 0 and not once:
            row["timer"] = self.assembly.add_timer()
        slots = facts.said(link, "delivery.concurrency")
        workers = self.assembly.stations[station]["workers"]
        row["slots"] = number(slots, workers)
        self.assembly.slots += len(self.stations.instances(station))
        channel.consumers.append(len(self.assembly.consumers))
        channel.links.append(link.id)
        self.assembly.consumers.append(row)

    def _dead_letter(self, link: Link, queue_id: str | None) -> int:
        told = self.facts.said(link, "delivery.dead_letter")
        if told is None and queue_id is not None:
            told = getattr(self.facts.architecture.element_by_id[queue_id], "dead_letter", None)
        if told is None or told == "none":
            return -1
        return self._of_element[told][0].row if self._of_element.get(told) else -1

    def _lay_out_consumers(self) -> None:
        """Put each channel's consumers side by side, as the kernel reads them."""
        rows: list[Row] = []
        for channel in self._every():
            self.assembly.channels[channel.row]["first"] = len(rows)
            self.assembly.channels[channel.row]["consumers"] = len(channel.consumers)
            old, channel.consumers = channel.consumers, []
            for consumer in old:
                channel.consumers.append(len(rows))
                rows.append(self.assembly.consumers[consumer])
        self.assembly.consumers = rows
