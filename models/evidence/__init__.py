"""What changed between two versions of a model and whether it helped; what each fault harms (`blast_radius`); what one
number does to a metric (`sweep`). What simulates is imported by its own name, so that the rest stays light. May import
`models.analysis`, `models.simulation` and `models.formats`, and what lies below them.
"""

from models.evidence.difference import FindingsDifference, findings_that_came_and_went, only_new
from models.evidence.model_difference import Difference, as_json, differences

__all__ = ["Difference", "FindingsDifference", "as_json", "differences", "findings_that_came_and_went", "only_new"]
