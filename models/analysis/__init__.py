"""Judges an architecture: rules, findings, and the fixes on offer. Imports `models.architecture` and nothing else.

`analyse` runs every rule of the catalogue over one set of shared facts; `rules/<family>/<flaw>.py` holds one rule each.
"""

from models.analysis.analyzer import Analysis, Cancelled, analyse, analysis_json, analysis_json_in_parts
from models.analysis.catalogue import catalogue, find_rule
from models.analysis.demonstration import demonstration
from models.analysis.explain import explain
from models.analysis.rule import Finding, Fix, Help, Rule
from models.analysis.states import RuleState, rule_states

__all__ = [
    "Analysis",
    "Cancelled",
    "Finding",
    "Fix",
    "Help",
    "Rule",
    "RuleState",
    "analyse",
    "analysis_json",
    "analysis_json_in_parts",
    "catalogue",
    "demonstration",
    "explain",
    "find_rule",
    "rule_states",
]
