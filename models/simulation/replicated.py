"""Replications that have been run, to be measured together or one by one."""

from dataclasses import dataclass

from models.simulation.compiler import Compiled
from models.simulation.replication import Replication, epochs_of
from models.simulation.result import Measured, Result, measured, result_of, warm_up_of


@dataclass(frozen=True)
class Replicated:
    """Finished replications of one program."""

    compiled: Compiled
    replications: tuple[Replication, ...]

    @property
    def warm_up_ms(self) -> float:
        """What would be cut off as warm-up by these replications alone."""
        return warm_up_of(self.compiled, self.replications)[1]

    @property
    def events(self) -> int:
        """How many events have been handled in all."""
        return sum(replication.events for replication in self.replications)

    def result(self, wall_s: float = 0.0) -> Result:
        """All of them together."""
        return result_of(self.compiled, self.replications, wall_s)

    def samples(self, warm_up_ms: float | None = None) -> tuple[Measured, ...]:
        """Each of them alone, counted from the first cut at or after `warm_up_ms` (as in `result` when None).

        Two versions that are compared are counted from the same time when both are given the later of their two.
        """
        epochs = epochs_of(self.compiled)
        since = self.warm_up_ms if warm_up_ms is None else warm_up_ms
        epoch = next((k for k, at in enumerate(epochs) if at >= since), len(epochs) - 1)
        return tuple(measured(self.compiled, [replication], epoch) for replication in self.replications)
