"""Makes ready for edits ahead of time."""

from __future__ import annotations

from models.architecture.diagrams import Diagram
from models.architecture.journeys import Journey
from models.architecture.kinds import KINDS, STYLES
from models.architecture.scenarios import Scenario


def make_ready() -> None:
    """Builds what checks parts; otherwise the first edit of each kind of part waits for that."""
    kinds = (traits.type for traits in KINDS.values())
    styles = (traits.type for traits in STYLES.values())
    for model in (*kinds, *styles, Diagram, Journey, Scenario):
        model.model_rebuild()
