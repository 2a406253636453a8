"""Queues, topics and the channels nobody drew, with those who take from them."""

from dataclasses import dataclass, field

from models.architecture import Element, Link, Queue
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.compiler.facts import FOREVER, Facts, number
from models.simulation.compiler.links import Links
from models.simulation.compiler.stations import Stations
from models.simulation.errors import SimulationError
from models.simulation.program import Assembly, Row

_UNORDERED = QT_TRANSLATE_NOOP(
    "simulation", "order_key of {part}: without partitions nothing keeps the messages of a key in order"
)
_ONE_AHEAD = QT_TRANSLATE_NOOP("simulation", "prefetch of {part}: of each partition one message is taken at a time")
MOST_PARTITIONS = 10_000


@dataclass
class Channel:
    """A queue, one subscription of a topic, or an implied channel: its row, followed by those of further partitions.

    `consumers` are consumer rows (those of the first partition), `rows` all rows: partitions, and replies on their way
    through a queue.
    """

    row: int
    shown_as: str
    rows: list[int]
    lanes: int = 1
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
                row["ttl"] = number(facts.value(element, "message_ttl_ms", note=False), FOREVER)
                if self._of_element.get(element.dead_letter or ""):
                    row["letters"] = self._of_element[element.dead_letter or ""][0].row
        for link in architecture.links:
            if link.style not in ("async", "event"):
                continue
            source = architecture.element_by_id[link.source].kind
            if source == "queue":
                self._consume(self._of_element[link.source][0], link, link.source)
            elif source == "topic":
                topic = architecture.element_by_id[link.source]
                channel = self._subscription(link, topic)
                self._of_element[link.source].append(channel)
                self._consume(channel, link, None)
            elif link.target not in self._of_element:
                channel = self._add(link.id)
                if facts.said(link, "order_required"):
                    self._in_order(channel)
                elif facts.order_key(link) is not None:
                    facts.ignore_part(f"{link.id} order", _UNORDERED, link.id)
                self._of_link[link.id] = [channel]
                self._consume(channel, link, None)
        self._lay_out_consumers()

    def of_link(self, link: Link) -> list[Channel]:
        """The channels a message over this link goes to; none when the topic has no subscriber."""
        return self._of_link.get(link.id) or self._of_element.get(link.target, [])

    def of_element(self, element_id: str) -> list[Channel]:
        """The channels of a queue or a topic."""
        return self._of_element.get(element_id, [])

    def add_replies(self, queue_id: str | None) -> int:
        """The row in which the replies to one kind of request are counted and wait: as a part of a queue, or hidden."""
        queue = self._of_element.get(queue_id or "")
        row = self._row("")
        if queue:
            queue[0].rows.append(row)
            self.assembly.channels[row]["home"] = queue[0].row
        return row

    def dead_letters(self) -> list[tuple[str, int]]:
        """(queue, row) of the queues that take dead letters which someone can put back."""
        rows = {int(row["dead_letter"]) for row in self.assembly.consumers} | {
            int(row["letters"]) for row in self.assembly.channels
        }
        found = [(element.id, element) for element in self.facts.architecture.elements if isinstance(element, Queue)]
        return [
            (name, self._of_element[name][0].row)
            for name, queue in found
            if queue.replay and self._of_element[name][0].row in rows
        ]

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

    def _row(self, shown_as: str) -> int:
        row = len(self.assembly.channels)
        empty: Row = {"first": -1, "head": -1, "tail": -1, "max_length": -1, "letters": -1}
        self.assembly.channels.append(
            empty | {"home": row, "lanes": 1, "up": 1, "ttl": FOREVER, "replay_at": -FOREVER, "expiry_key": 0}
        )
        self.shown.append(shown_as)
        return row

    def _add(self, shown_as: str) -> Channel:
        row = self._row(shown_as)
        return Channel(row, shown_as, [row])

    def _in_order(self, channel: Channel) -> None:
        self.assembly.channels[channel.row]["lane"] = 1

    def _subscription(self, link: Link, topic: Element) -> Channel:
        """The channel of one subscriber, a row for each partition; without any, one when the order must be kept."""
        facts = self.facts
        channel = self._add(topic.id)
        rows = self.assembly.channels
        rows[channel.row]["ttl"] = number(facts.said(topic, "retention_ms"), FOREVER)
        partitions = facts.said(topic, "partitions")
        if partitions is None:
            around = (link, *facts.architecture.links_to[topic.id])
            if any(facts.said(one, "order_required") for one in around if one.style == "event"):
                self._in_order(channel)
            ordered = rows[channel.row].get("lane")
            for one in around:
                if one.style == "event" and facts.order_key(one) is not None and not ordered:
                    facts.ignore_part(f"{one.id} order", _UNORDERED, one.id)
            return channel
        if partitions > MOST_PARTITIONS:
            name = facts.architecture.label(topic.id)
            raise SimulationError(f"{name} has more than {MOST_PARTITIONS:,} partitions: simulate fewer.")
        self._in_order(channel)
        rows[channel.row]["lanes"] = channel.lanes = int(partitions)
        for _ in range(int(partitions) - 1):
            part = self._row("")
            rows[part] |= {"home": channel.row, "lane": 1, "ttl": rows[channel.row]["ttl"]}
            channel.rows.append(part)
        return channel

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
        instances = len(self.stations.instances(station))
        self.assembly.slots += instances
        ahead = number(facts.said(link, "delivery.prefetch"), 0)
        if ahead and self.assembly.channels[channel.row].get("lane"):
            facts.ignore_part(f"{link.id} prefetch", _ONE_AHEAD, link.id)
        elif ahead and row["slots"] >= 0:
            row["ahead"] = ahead
            row["work_first"] = self.assembly.slots
            self.assembly.slots += instances
            row["ahead_first"] = self.assembly.queues
            for _ in range(instances):
                self.assembly.add_queue()
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
            old, channel.consumers = channel.consumers, []
            for part in range(channel.row, channel.row + channel.lanes):
                self.assembly.channels[part]["first"] = len(rows)
                self.assembly.channels[part]["consumers"] = len(old)
                for consumer in old:
                    if part == channel.row:
                        channel.consumers.append(len(rows))
                    rows.append(self.assembly.consumers[consumer] | {"chan": part})
        self.assembly.consumers = rows
