"""Journeys as code: the steps of each place in order, what each call's target does next, groups of parallel steps."""

from typing import Any

from models.architecture import Architecture, Journey, Link
from models.architecture.derived import steps_are_derived, unfold
from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep, WorkStep
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.compiler.blocks import Block
from models.simulation.compiler.channels import Channels
from models.simulation.compiler.data import Data
from models.simulation.compiler.facts import Facts, distribution
from models.simulation.compiler.links import Links
from models.simulation.compiler.publications import Publications
from models.simulation.compiler.stations import Stations
from models.simulation.kernel.layout import (
    BESIDE,
    KEPT_FALLBACK,
    OP_CALL,
    OP_DIE,
    OP_FAIL,
    OP_JUMP,
    OP_PAR,
    OP_PROB,
    OP_RET,
    OP_WORK,
)
from models.simulation.program import Assembly

_TOO_LONG = QT_TRANSLATE_NOOP("simulation", "{part} makes more than {most} calls: the rest is left out.")
_NO_REPLY = QT_TRANSLATE_NOOP("simulation", "on_reply of a step over {part}: only an asynchronous request has a reply")

MOST_INSTRUCTIONS = 10_000
"""A journey's calls are written out to this many instructions, repeated ones counted as often as they run."""


class Coder:
    """Writes journeys into an assembly. `longest` is the most instructions one journey can run through."""

    def __init__(
        self, assembly: Assembly, facts: Facts, stations: Stations, links: Links, channels: Channels, data: Data
    ) -> None:
        self.assembly = assembly
        self.facts = facts
        self.stations = stations
        self.links = links
        self.channels = channels
        self.data = data
        self.longest = 0
        self.journey_id = ""
        self.left = 0
        self._cut = False
        self._publishes = self._derived = False
        self.publications = Publications(self)
        self._add_default_consumers()

    @property
    def architecture(self) -> Architecture:
        """The architecture being compiled."""
        return self.facts.architecture

    def journey(self, journey: Journey) -> tuple[int, bool]:
        """(where the journey's code begins, whether it sets off anything that happens later)."""
        self.journey_id = journey.id
        self.left = MOST_INSTRUCTIONS
        self._cut = self._publishes = False
        self._derived = steps_are_derived(journey)
        steps, cut = unfold(self.architecture, journey)
        for i, sentence in enumerate(cut):
            self.facts.ignore(f"{journey.id} cut {i}", sentence)
        start = self._entered(journey, steps)
        self.longest = max(self.longest, MOST_INSTRUCTIONS - self.left)
        if self._cut:
            self.facts.ignore_part(f"{journey.id} cut", _TOO_LONG, journey.id, most=f"{MOST_INSTRUCTIONS:,}")
        return start, self._publishes

    def _entered(self, journey: Journey, steps: tuple[AnyStep, ...]) -> int:
        entry = self.architecture.element_by_id[journey.entry]
        patience = self.links.patience(journey)
        block = Block()
        if entry.kind in ("queue", "topic"):
            for channel in self.channels.of_element(entry.id):
                self.publications.publish_to(block, [channel], self.links.entrance(journey), steps)
        elif entry.id in self.stations.index:
            station = self.stations.index[entry.id]
            self.facts.uses(entry.id)
            body = self.served(station, steps, None)
            row = patience if patience is not None else self.links.entrance(journey)
            block.emit(OP_CALL, self.site(row, station, body, -1))
        elif patience is not None:
            inner = Block()
            self.sequence(inner, steps, None)
            inner.emit(OP_RET)
            # Links that pass deadlines on know how patient the client is.
            self.assembly.links[patience]["propagates"] = 1
            block.emit(OP_CALL, self.site(patience, -1, inner.place(self.assembly), -1))
        else:
            self.sequence(block, steps, None)
        block.emit(OP_RET)
        return block.place(self.assembly)

    def _add_default_consumers(self) -> None:
        """What a consumer does with a message of which no step says anything: its own work."""
        for row in self.assembly.consumers:
            row["code"] = self.served(int(row["station"]), (), None, self.architecture.links[int(row["link"])].id)
            row["poison_code"] = self._dying(int(row["station"]))

    def _dying(self, station: int) -> int:
        """Code of a consumer that works on a message and falls over."""
        block = Block()
        block.emit(OP_WORK, self.stations.work[station], int(self.assembly.stations[station]["work_stream"]))
        block.emit(OP_DIE)
        return block.place(self.assembly)

    def site(self, link: int, station: int, code: int, on_failure: int) -> int:
        self.assembly.sites.append({"link": link, "station": station, "code": code, "on_failure": on_failure})
        return len(self.assembly.sites) - 1

    def publishes(self) -> None:
        """The journey being written sets off something that happens later."""
        self._publishes = True

    def served(self, station: int, steps: tuple[AnyStep, ...], work: Any, *arrived_over: str) -> int:
        """Code of a request at a station: whom its arrival notifies, its work, then the steps.

        What it publishes before it commits comes before the work.
        """
        block = Block()
        for link_id in arrived_over:
            self.data.wake(block, link_id, station)
        early = tuple(step for step in steps if self.publications.comes_early(step))
        if early:
            steps = tuple(step for step in steps if step not in early)
            self.sequence(block, early, station)
        row = self.stations.work[station] if work is None else distribution(self.assembly, work)
        block.emit(OP_WORK, row, int(self.assembly.stations[station]["work_stream"]))
        self.sequence(block, steps, station)
        block.emit(OP_RET)
        return block.place(self.assembly)

    def sequence(self, block: Block, steps: tuple[AnyStep, ...], station: int | None) -> None:
        alone = [
            not self._is_parallel(step) and not (i + 1 < len(steps) and self._is_parallel(steps[i + 1]))
            for i, step in enumerate(steps)
        ]
        special = self.data.special(steps, alone)
        if special is not None:
            self.sequence(block, steps[:special], station)
            self.data.emit_special(self, block, steps, special, alone)
            return
        group: list[AnyStep] = []
        for step in steps:
            if group and not self._is_parallel(step):
                self._group(block, group, station)
                group = []
            group.append(step)
        if group:
            self._group(block, group, station)

    def _is_parallel(self, step: AnyStep) -> bool:
        if not isinstance(step, LinkStep):
            return False
        if step.parallel is not None:
            return step.parallel
        link = self.architecture.link_by_id[step.link]
        return bool(self.facts.value(link, "parallel_with_previous", note=False))

    def _group(self, block: Block, steps: list[AnyStep], station: int | None) -> None:
        if len(steps) == 1:
            self._step(block, steps[0], station)
            return
        starts = []
        for step in steps:
            branch = Block()
            self._step(branch, step, station)
            branch.emit(OP_RET)
            starts.append(branch.place(self.assembly))
        table = Block()
        for start in starts:
            table.emit(OP_RET, start)
        block.emit(OP_PAR, table.place(self.assembly), len(starts))
        self.left -= len(starts)

    def _step(self, block: Block, step: AnyStep, station: int | None) -> None:
        if self.left <= 0:
            self._cut = True
            return
        self.left -= 1
        if isinstance(step, LinkStep):
            self._link_step(block, step, station)
        elif isinstance(step, ChoiceStep):
            self._choice(block, step, station)
        elif isinstance(step, WorkStep):
            if station is None:
                stream = self.assembly.stream(f"journey {self.journey_id}", "work")
            else:
                stream = int(self.assembly.stations[station]["work_stream"])
            block.emit(OP_WORK, distribution(self.assembly, step.work_ms), stream)

    def _choice(self, block: Block, step: ChoiceStep, station: int | None) -> None:
        stream = self.assembly.stream(f"journey {self.journey_id}", "choice")
        left = sum(branch.weight for branch in step.choice)
        ends = []
        for i, branch in enumerate(step.choice):
            if branch.weight <= 0:
                continue
            share = min(1.0, branch.weight / left)
            last = share >= 1.0 or not any(other.weight > 0 for other in step.choice[i + 1 :])
            skip = None if last else block.emit(OP_PROB, 0, stream, share)
            self.sequence(block, branch.steps, station)
            if skip is not None:
                ends.append(block.emit(OP_JUMP))
                block.jump_here(skip)
            left -= branch.weight
            if last:
                break
        for end in ends:
            block.jump_here(end)

    def _link_step(self, block: Block, step: LinkStep, station: int | None) -> None:
        link = self.architecture.link_by_id[step.link]
        if self._derived and self.data.only_polls(link):
            return
        self.facts.uses(link.id)
        if step.on_reply and link.style != "async":
            self.facts.ignore_part(f"{link.id} on_reply", _NO_REPLY, link.id)
        stream = self.assembly.stream(link.id, "probability")
        skip = None
        probability = step.probability if step.probability is not None else self.facts.value(link, "probability", False)
        if probability < 1:
            skip = block.emit(OP_PROB, 0, stream, float(probability))
        calls = float(step.calls if step.calls is not None else self.facts.value(link, "calls_per_request", False))
        whole = int(calls)
        if whole or calls > whole:
            before = self.left
            instruction = self._use(link, step)
            cost = before - self.left + 1
            for time in range(whole):
                if instruction is None:
                    break
                if time > 0:
                    if self.left < cost:
                        self._cut = True
                        break
                    self.left -= cost
                self._emit_use(block, link, step, instruction)
            if instruction is not None and calls > whole:
                rest = block.emit(OP_PROB, 0, stream, calls - whole)
                self._emit_use(block, link, step, instruction)
                block.jump_here(rest)
        if skip is not None:
            block.jump_here(skip)

    def use(self, block: Block, step: LinkStep, within: tuple[AnyStep, ...] | None = None) -> None:
        """Emit one access to data, with the caller's steps that happen `within` its transaction."""
        link = self.architecture.link_by_id[step.link]
        self.left -= 1
        self.facts.uses(link.id)
        instruction = self._use(link, step, within or ())
        if instruction is not None:
            self._emit_use(block, link, step, instruction, then_fill=within is not None)

    def _emit_use(
        self, block: Block, link: Link, step: LinkStep, instruction: tuple[Any, ...], then_fill: bool = True
    ) -> None:
        """The instruction; after a call over a link with a fallback, what is done when it fails, before going on."""
        block.emit(*instruction)
        self.publications.go_on(block, link, step, instruction)
        if instruction[0] == OP_CALL and self.assembly.sites[instruction[1]]["on_failure"] == BESIDE:
            over = block.emit(OP_JUMP)
            self.sequence(block, step.on_failure, self.stations.index.get(link.source))
            block.jump_here(over)
        if link.style == "shared_data" and step.steps and then_fill:
            self.data.fill(self, block, link, step)

    def _use(self, link: Link, step: LinkStep, within: tuple[AnyStep, ...] = ()) -> tuple[Any, ...] | None:
        """The instruction that uses a link once; None when using it does nothing."""
        if link.style in ("async", "event"):
            return self.publications.publish(link, step)
        self.facts.uses(link.target)
        if link.style == "shared_data":
            station = self.data.store(link)
            body = self.data.body(self, link, step, within)
        else:
            station = self.stations.index[link.target]
            body = self.served(station, step.steps, step.work_ms, link.id)
        if step.on_failure and self.assembly.links[self.links.index[link.id]].get("fallback"):
            on_failure = int(BESIDE)
        else:
            on_failure = self.repair(link, step)
        self._buffer(link)
        return OP_CALL, self.site(self.links.index[link.id], station, body, on_failure), 0

    def repair(self, link: Link, step: LinkStep) -> int:
        """Code of what makes up for a failure, at the link's source; -1 when nothing does."""
        if not step.on_failure:
            return -1
        block = Block()
        self.sequence(block, step.on_failure, self.stations.index.get(link.source))
        block.emit(OP_FAIL)
        return block.place(self.assembly)

    def _buffer(self, link: Link) -> None:
        """Where a call kept by a fallback goes on when it has succeeded: behind this instruction."""
        row = self.assembly.links[self.links.index[link.id]]
        if row.get("fallback") != float(KEPT_FALLBACK):
            return
        self.publishes()
        if "kept" not in row:
            row["kept"] = self.assembly.emit(OP_FAIL)
            self.assembly.emit(OP_RET)
