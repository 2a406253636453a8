"""How much is asked of a model: its stage, severities and thresholds by part, and the risks someone accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

from models.analysis.labels import naming
from models.analysis.rule import Rule, Severity
from models.architecture import Architecture, SeveritySetting, Threshold, Waiver
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_S = TypeVar("_S", SeveritySetting, Threshold)
Stage = Literal["sketch", "design", "operate"]
MILDER: dict[Severity, Severity] = {"error": "warning", "warning": "info", "info": "info"}
_ALIKE = ("*", *(f"*/{severity}" for severity in MILDER))
"""What rolled-up findings of a rule are called, behind its code."""


@dataclass(frozen=True)
class Judgement:
    """The policy of one architecture, ready to be asked."""

    architecture: Architecture

    @cached_property
    def stage(self) -> Stage:
        policy = self.architecture.policy
        return (policy.stage if policy else None) or "design"

    @cached_property
    def waivers(self) -> Mapping[str, Waiver]:
        """Finding id -> waiver; of several of one finding the one that holds longest, of equals the last."""
        policy = self.architecture.policy
        ordered = sorted(policy.waivers, key=lambda waiver: waiver.until or date.max) if policy else []
        return {waiver.finding: waiver for waiver in ordered}

    def severity(
        self, rule: Rule, proposed: Severity, absence: bool, about: Iterable[str]
    ) -> Severity | Literal["off"]:
        """The severity in force. One that the policy sets is final; an absence is one step milder before operation."""
        settings = self._severities.get(rule.code)
        if settings and (setting := self._nearest(settings, about)) is not None:
            return setting.value
        return MILDER[proposed] if absence and self.stage != "operate" else proposed

    def sets_severity(self, code: str) -> bool:
        """Whether the policy says anything about how severe a rule is."""
        return code in self._severities

    @property
    def sets_thresholds(self) -> bool:
        """Whether the policy sets any figure of any rule."""
        return bool(self._thresholds)

    def threshold(self, rule: Rule, name: str, *about: str) -> float:
        """The policy's figure for these parts, else the rule's own."""
        return self.figure(rule.code, name, rule.thresholds[name], *about)

    def figure(self, code: str, name: str, otherwise: float, *about: str) -> float:
        """The policy's figure of a rule for these parts, `otherwise` when it sets none."""
        settings = self._thresholds.get((code, name))
        if settings and (setting := self._nearest(settings, about)) is not None:
            return setting.value
        return otherwise

    def waiver(self, finding_id: str, silence: Severity | None) -> Waiver | None:
        """Who accepted this finding; `silence` is the severity of one that lies in what nobody said.

        As rolled-up findings are called, "CODE:*" accepts all silences of a rule, "CODE:*/SEVERITY" those so severe.
        """
        found = self.waivers.get(finding_id)
        if found is None and silence is not None:
            alike = f"{finding_id.partition(':')[0]}:*"
            found = self.waivers.get(f"{alike}/{silence}") or self.waivers.get(alike)
        return found

    def notes(self, rules: Mapping[str, Rule], is_found: Callable[[str], bool] | None = None) -> tuple[Text, ...]:
        """What of the policy has no effect: what no rule understands, tags nobody bears, acceptances of nothing.

        And which acceptances do not say why, or who answers for them.
        `is_found`: whether there is a finding of an id; None where not all rules have looked.
        """
        policy = self.architecture.policy
        if policy is None:
            return ()
        found = []
        settings: tuple[SeveritySetting | Threshold, ...] = (*policy.severity, *policy.thresholds)
        for setting in settings:
            rule = rules.get(setting.rule)
            if rule is None:
                found.append(say("analysis", _NO_RULE, code=setting.rule, hint=nearest(setting.rule, rules)))
            elif isinstance(setting, Threshold) and setting.name not in rule.thresholds:
                known = ", ".join(rule.thresholds) or "-"
                found.append(say("analysis", _NO_THRESHOLD, code=rule.code, name=setting.name, known=known))
            if setting.where.startswith("tag:") and setting.where.removeprefix("tag:") not in self._every_tag:
                found.append(say("analysis", _NO_TAG, tag=setting.where.removeprefix("tag:"), code=setting.rule))
        in_force = []
        for accepted, waiver in self.waivers.items():
            code, _, subject = accepted.partition(":")
            if code not in rules:
                found.append(say("analysis", _NO_RULE, code=code, hint=nearest(code, rules)))
            elif is_found is not None and self.stage != "sketch" and subject not in _ALIKE and not is_found(accepted):
                found.append(say("analysis", _NOTHING_ACCEPTED, finding=accepted))
            else:
                in_force.append(waiver)
        unreasoned = [waiver.finding for waiver in in_force if not (waiver.reason or "").strip()]
        unowned = [waiver.finding for waiver in in_force if not (waiver.owner or "").strip()]
        found += _silence(unreasoned, _NO_REASON, _NO_REASONS) + _silence(unowned, _NO_OWNER, _NO_OWNERS)
        return tuple(found)

    @cached_property
    def _every_tag(self) -> frozenset[str]:
        parts = (*self.architecture.elements, *self.architecture.links)
        return frozenset(tag for part in parts for tag in part.tags)

    @cached_property
    def _severities(self) -> dict[str, list[SeveritySetting]]:
        found: dict[str, list[SeveritySetting]] = {}
        for setting in self.architecture.policy.severity if self.architecture.policy else ():
            found.setdefault(setting.rule, []).append(setting)
        return found

    @cached_property
    def _thresholds(self) -> dict[tuple[str, str], list[Threshold]]:
        found: dict[tuple[str, str], list[Threshold]] = {}
        for setting in self.architecture.policy.thresholds if self.architecture.policy else ():
            found.setdefault((setting.rule, setting.name), []).append(setting)
        return found

    def _nearest(self, settings: list[_S], about: Iterable[str]) -> _S | None:
        """The setting whose place fits best: the part itself, else its nearest group, a tag, everywhere; last wins."""
        ranks: dict[str, int] = {"*": 0}
        for part_id in about:
            for tag in self._tags(part_id):
                ranks.setdefault(f"tag:{tag}", 1)
            for depth, group in enumerate(self._groups(part_id)):
                ranks[group] = max(ranks.get(group, 0), 1000 - min(depth, 900))
                for tag in self._tags(group):
                    ranks.setdefault(f"tag:{tag}", 1)
        for part_id in about:
            ranks[part_id] = 3000 if part_id in self.architecture.link_by_id else 2000
        best: _S | None = None
        for setting in settings:
            rank = ranks.get(setting.where)
            if rank is not None and (best is None or rank >= ranks[best.where]):
                best = setting
        return best

    def _tags(self, part_id: str) -> tuple[str, ...]:
        part = self.architecture.element_by_id.get(part_id) or self.architecture.link_by_id.get(part_id)
        return part.tags if part is not None else ()

    def _groups(self, part_id: str) -> Iterator[str]:
        element = self.architecture.element_by_id.get(part_id)
        if element is None:
            return
        waiting = [*element.groups, *([element.parent] if element.kind == "group" and element.parent else [])]
        while waiting:
            group_id = waiting.pop(0)
            yield group_id
            group = self.architecture.element_by_id[group_id]
            if group.kind == "group" and group.parent is not None:
                waiting.append(group.parent)


def _silence(accepted: list[str], one: str, many: str) -> list[Text]:
    """That acceptances of these findings do not say something; nothing where there are none."""
    if not accepted:
        return []
    return [say("analysis", many if len(accepted) > 1 else one, findings=naming(accepted), count=len(accepted))]


def expired(waiver: Waiver, today: date) -> bool:
    """Whether the acceptance of a risk has run out."""
    return waiver.until is not None and waiver.until < today


_NO_RULE = QT_TRANSLATE_NOOP(
    "analysis", "The policy names a rule {code}, which does not exist{hint}; this has no effect."
)
_NO_TAG = QT_TRANSLATE_NOOP(
    "analysis", 'The policy of {code} is for what is tagged "{tag}", and nothing is; this has no effect.'
)
_NOTHING_ACCEPTED = QT_TRANSLATE_NOOP(
    "analysis", "The policy accepts {finding}, which is no finding of this model (any more); this has no effect."
)
_NO_REASON = QT_TRANSLATE_NOOP(
    "analysis", "The policy accepts {findings} and does not say why: give the waiver a reason."
)
_NO_REASONS = QT_TRANSLATE_NOOP(
    "analysis", "The policy accepts {count} findings and does not say why: give the waivers a reason ({findings})."
)
_NO_OWNER = QT_TRANSLATE_NOOP(
    "analysis", "Nobody is named who answers for accepting {findings}: give the waiver an owner."
)
_NO_OWNERS = QT_TRANSLATE_NOOP(
    "analysis", "Nobody is named who answers for accepting {count} findings: give the waivers an owner ({findings})."
)
_NO_THRESHOLD = QT_TRANSLATE_NOOP(
    "analysis", 'The policy sets a threshold "{name}" of {code}, which has none of that name (it has: {known}).'
)
