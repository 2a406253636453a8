"""What can go wrong when simulating, each told in one sentence."""


class SimulationError(Exception):
    """The model cannot be simulated as it is; the message says what, where and what to do."""


class Cancelled(Exception):  # noqa: N818 - a request, not an error
    """The run was stopped on request."""
