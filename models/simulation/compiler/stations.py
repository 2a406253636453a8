"""Services, externals and datastores as stations: instances, workers, queues."""

from models.architecture import Datastore, External, Service
from models.architecture.effective import ASSUMPTIONS
from models.architecture.elements import Autoscale
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.compiler.facts import Facts, distribution, number
from models.simulation.kernel.layout import B_LEAST_BUSY, B_RANDOM, B_ROUND_ROBIN, B_SHARED
from models.simulation.program import Assembly, Row

_BALANCING = {
    "round_robin": B_ROUND_ROBIN,
    "random": B_RANDOM,
    "least_busy": B_LEAST_BUSY,
    "shared_queue": B_SHARED,
}
_NOTHING_TO_FOLLOW = QT_TRANSLATE_NOOP(
    "simulation", "autoscale of {part}: with unlimited workers there is no utilisation to follow"
)
MOST_INSTANCES = 100_000


class Stations:
    """Where each station stands: `index` by element id (or the id of a link with an implied store), `work` its
    distribution row, `work_stream` its stream."""

    def __init__(self, assembly: Assembly, facts: Facts) -> None:
        self.assembly = assembly
        self.facts = facts
        self.index: dict[str, int] = {}
        self.ids: list[str] = []
        self.work: list[int] = []
        for element in facts.architecture.elements:
            if isinstance(element, Service | External | Datastore):
                self._add_element(element)

    def implied_store(self, link_id: str) -> int:
        """The store between two services that nobody drew."""
        if link_id not in self.index:
            table = ASSUMPTIONS["datastore"]
            self._add(link_id, {}, 1, number(table["connections"], -1), distribution(self.assembly, table["work_ms"]))
        return self.index[link_id]

    def instances(self, station: int) -> range:
        """The instance rows of a station."""
        row = self.assembly.stations[station]
        return range(int(row["first"]), int(row["first"]) + int(row["instances"]))

    def _add_element(self, element: Service | External | Datastore) -> None:
        value = self.facts.value
        row: Row = {"availability": number(self.facts.said(element, "availability"), 1.0)}
        row["faulty"] = float(row["availability"] < 1)
        instances = 1
        if isinstance(element, Service):
            scaling = self._scaling(element)
            instances = scaling.max if scaling is not None else int(value(element, "instances"))
            balancing = value(element, "load_balancing", note=instances > 1)
            row["balancing"] = float(_BALANCING[balancing]) if instances > 1 else float(B_ROUND_ROBIN)
            row["nonblocking"] = float(value(element, "threading") == "nonblocking")
            row["lifo"] = float(value(element, "discipline") == "lifo")
            row["queue_limit"] = number(value(element, "queue_limit"), -1)
        workers = number(value(element, "connections" if isinstance(element, Datastore) else "workers"), -1)
        work = distribution(self.assembly, value(element, "work_ms"))
        if isinstance(element, Service) and workers > 0:
            row["sharing"] = float(value(element, "discipline") == "ps")
        if isinstance(element, Datastore):
            instances = int(value(element, "replicas", note=False))
            row["replicated"] = float(instances > 1)
        self._add(element.id, row, instances, workers, work)
        if isinstance(element, Service) and scaling is not None:
            self._scale(element, scaling, workers)

    def _scaling(self, element: Service) -> Autoscale | None:
        """How the number of instances follows the load; None when it does not."""
        scaling = element.autoscale
        if scaling is not None and number(self.facts.value(element, "workers"), -1) < 0:
            self.facts.ignore_part(f"{element.id} autoscale", _NOTHING_TO_FOLLOW, element.id)
            return None
        return scaling

    def _scale(self, element: Service, scaling: Autoscale, workers: float) -> None:
        """Leave out the instances that are not there at first: as many are as was said, at least the fewest."""
        value = self.facts.value
        station = self.index[element.id]
        force = min(max(element.instances or scaling.min, scaling.min), scaling.max)
        for instance in list(self.instances(station))[force:]:
            self.assembly.instances[instance] |= {"out": 1, "up": 0, "in_rotation": 0}
        delay = float(value(element, "autoscale.delay_ms"))
        self.assembly.scalers.append(
            {
                "station": station,
                "least": scaling.min,
                "most": scaling.max,
                "force": force,
                "target": float(value(element, "autoscale.target_utilisation")),
                "every": delay or 1_000.0,
                "delay": delay,
                "startup": float(value(element, "startup_ms")),
            }
        )

    def _add(self, name: str, row: Row, instances: int, workers: float, work: int) -> None:
        assembly = self.assembly
        station = len(assembly.stations)
        base: Row = {
            "first": len(assembly.instances),
            "instances": instances,
            "workers": workers,
            "queue_limit": -1,
            "availability": 1.0,
            "slow": 1.0,
            "all_down": -1.0,
            "work_stream": assembly.stream(name, "work"),
            "pick_stream": assembly.stream(name, "pick"),
            "fail_stream": assembly.stream(name, "fail"),
        }
        assembly.stations.append(base | row)
        shared = assembly.add_queue() if row.get("balancing") == B_SHARED else None
        for _ in range(instances):
            queue = shared if shared is not None else assembly.add_queue()
            instance: Row = {"station": station, "queue": queue, "up": 1, "in_rotation": 1, "crowd": -1, "slow": 1.0}
            if row.get("sharing"):
                instance["shared"] = assembly.add_queue()
            assembly.instances.append(instance)
        self.index[name] = station
        self.ids.append(name)
        self.work.append(work)
