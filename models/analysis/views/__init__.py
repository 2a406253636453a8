"""What overlays, the report and rules show of a whole architecture, as data. Imports `models.analysis` and below.

Each view is a shared fact of one architecture: `view(facts_of(architecture))`, or `facts.once(view)` within a rule.
"""

from __future__ import annotations

from models.analysis.catalogue import catalogue
from models.analysis.facts import Facts
from models.analysis.views.amplification import Amplification, amplification
from models.analysis.views.crossings import Crossing, crossings
from models.analysis.views.needed import Needed, Needs, needs
from models.analysis.views.together import UpTogether, up_together
from models.analysis.views.utilisation import Utilisation, utilisation
from models.analysis.views.waterfall import Budget, Waterfall, waterfalls
from models.architecture import Architecture

__all__ = [
    "Amplification",
    "Budget",
    "Crossing",
    "Needed",
    "Needs",
    "UpTogether",
    "Utilisation",
    "Waterfall",
    "amplification",
    "crossings",
    "facts_of",
    "needs",
    "up_together",
    "utilisation",
    "waterfalls",
]


def facts_of(architecture: Architecture) -> Facts:
    """The shared facts of an architecture, with the thresholds of the whole catalogue."""
    return Facts(architecture, catalogue())
