"""What a fix would do: the parts it changes, the findings that would go and those that would come. No Qt."""

from dataclasses import dataclass

from models.analysis import Finding, Fix, analyse
from models.architecture import Architecture
from models.architecture.changes import changes


@dataclass(frozen=True, slots=True)
class Preview:
    """`changed` are ids of parts that are added, removed or changed, `other_severity` (before, after).

    `accepted_gone` are findings that somebody has accepted and that the fix removes as well.
    """

    fix: Fix
    gone: tuple[Finding, ...]
    accepted_gone: tuple[Finding, ...]
    came: tuple[Finding, ...]
    other_severity: tuple[tuple[Finding, Finding], ...]
    changed: tuple[str, ...]
    after: Architecture


def preview(architecture: Architecture, fix: Fix) -> Preview:
    """Applies `fix` to a copy and judges both.

    Raises:
        EditError: the fix no longer fits the model.
    """
    after = fix.apply(architecture)
    before, judged = analyse(architecture).each, analyse(after).each
    old = {finding.id: finding for finding in before if finding.waived is None}
    new = {finding.id: finding for finding in judged if finding.waived is None}
    left = {finding.id for finding in judged}
    what = changes(architecture, after)
    return Preview(
        fix,
        tuple(finding for finding_id, finding in old.items() if finding_id not in new),
        tuple(finding for finding in before if finding.waived is not None and finding.id not in left),
        tuple(finding for finding_id, finding in new.items() if finding_id not in old),
        tuple(
            (finding, new[finding_id])
            for finding_id, finding in old.items()
            if finding_id in new and new[finding_id].severity != finding.severity
        ),
        (*what.added, *what.removed, *what.changed),
        after,
    )
