"""Autoscaling: every so often the workers that were busy decide how many instances there should be."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from models.architecture import Element, in_force
from models.architecture.elements import Service
from tests.models.simulation.oracle.records import Gauge
from tests.models.simulation.oracle.stations import Instance, Station


class Scaler:
    def __init__(self, architecture: Any, element: Element, station: Station, come_up: Callable[[Instance], None]):
        assert isinstance(element, Service) and element.autoscale is not None
        told = element.autoscale
        self.station = station
        self.clock = station.clock
        self.come_up = come_up
        self.least, self.most = told.min, told.max
        self.target = float(in_force(architecture, element, "autoscale.target_utilisation").value)
        self.delay_ms = float(in_force(architecture, element, "autoscale.delay_ms").value)
        self.every_ms = self.delay_ms or 1000.0
        self.starting = 0
        self.force = Gauge(self.clock)
        first = min(max(element.instances or told.min, told.min), told.max)
        self.force.set(first)
        for instance in station.instances[first:]:
            instance.out, instance.up, instance.in_rotation = True, False, False
        self.seen = 0.0

    def start(self) -> None:
        self.clock.at(self.every_ms, self.decide)

    def decide(self) -> None:
        """As many as would be used to their target by the workers busy since the last time."""
        area = self.station.busy.area()
        busy, self.seen = (area - self.seen) / self.every_ms, area
        wanted = math.ceil(busy / (self.station.workers * self.target) - 1e-9)
        wanted = min(max(wanted, self.least), self.most)
        if wanted > self.force.value + self.starting:
            self._add(wanted - self.force.value - self.starting)
        elif wanted < self.force.value:
            self._remove(self.force.value - wanted)
        self.clock.after(self.every_ms, self.decide)

    def _add(self, more: int) -> None:
        for instance in [one for one in self.station.instances if one.out and not one.starting][:more]:
            instance.starting = True
            self.starting += 1
            self.clock.after(self.delay_ms + self.station.startup_ms, partial(self._begin, instance))

    def _begin(self, instance: Instance) -> None:
        instance.out = instance.starting = False
        self.starting -= 1
        self.force.set(self.force.value + 1)
        if not instance.down:
            self.come_up(instance)

    def _remove(self, fewer: int) -> None:
        """The last take nothing new and finish what they have."""
        for instance in [one for one in self.station.instances if not one.out][::-1][:fewer]:
            instance.out, instance.in_rotation = True, False
            if self.station.balancing == "shared_queue":
                instance.up = False
            self.force.set(self.force.value - 1)
