"""How each rule of the catalogue stands with one model: what it found, what keeps it from judging, what policy says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from models.analysis.analyzer import Analysis
from models.analysis.catalogue import catalogue
from models.analysis.facts import Facts
from models.analysis.policy import Judgement
from models.analysis.rule import SEVERITIES, Rule, Severity
from models.architecture import Architecture, SeveritySetting, Threshold

State = Literal["found", "accepted", "off", "later", "waiting", "clean"]


@dataclass(frozen=True, slots=True)
class RuleState:
    """One rule and one model.

    `found`: findings nobody has accepted, by severity, each absence counted; `accepted`: those someone has.
    `undecided`: parts that do not say what the rule needs to judge them. `settings`: what its policy says of it.
    """

    rule: Rule
    state: State
    found: dict[Severity, int]
    accepted: int
    undecided: int
    settings: tuple[SeveritySetting | Threshold, ...]

    @property
    def worst(self) -> Severity | None:
        """The worst severity of what was found."""
        return next((severity for severity in SEVERITIES if self.found[severity]), None)


def rule_states(architecture: Architecture, analysis: Analysis) -> tuple[RuleState, ...]:
    """The state of every rule, by code; `analysis` is that of this model.

    "found": it blames something; "accepted": all that it blames was accepted. Where it blames nothing: "off" where the
    policy wants nothing of it, "later" where it judges a sketch only in what was said to be wrong, "waiting" where some
    part does not say what it needs, else "clean".
    """
    rules = catalogue()
    judgement = Judgement(architecture)
    facts = Facts(architecture, rules, judgement)
    policy = architecture.policy
    settings: tuple[SeveritySetting | Threshold, ...] = ()
    if policy is not None:
        settings = (*policy.severity, *policy.thresholds)
    found: dict[str, dict[Severity, int]] = {code: dict.fromkeys(SEVERITIES, 0) for code in rules}
    accepted = dict.fromkeys(rules, 0)
    for finding in analysis.each:
        if finding.waived is None:
            found[finding.rule][finding.severity] += 1
        else:
            accepted[finding.rule] += 1
    told = []
    for code, rule in rules.items():
        lacks = () if rule.waits is None else rule.waits(facts)
        undecided = len({part_id for _, part_ids in lacks for part_id in part_ids})
        ours = tuple(setting for setting in settings if setting.rule == code)
        state: State = "clean"
        if any(found[code].values()):
            state = "found"
        elif accepted[code]:
            state = "accepted"
        elif _off_everywhere(ours):
            state = "off"
        elif judgement.stage == "sketch" and not rule.shape:
            state = "later"
        elif undecided:
            state = "waiting"
        told.append(RuleState(rule, state, found[code], accepted[code], undecided, ours))
    return tuple(told)


def _off_everywhere(settings: Iterable[SeveritySetting | Threshold]) -> bool:
    """Whether the last severity for all parts is "off", and no part has another."""
    severities = [setting for setting in settings if isinstance(setting, SeveritySetting)]
    everywhere = [setting.value for setting in severities if setting.where == "*"]
    elsewhere = [setting.value for setting in severities if setting.where != "*"]
    return everywhere[-1:] == ["off"] and all(value == "off" for value in elsewhere)
