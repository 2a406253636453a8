"""What a fix would do: the parts it changes, the findings that would go and those that would come. No Qt."""

from dataclasses import dataclass

from models.analysis import Finding, Fix, analyse
from models.architecture import Architecture
from models.architecture.changes import changes


@dataclass(frozen=True, slots=True)
class Preview:
    """`changed` are ids of parts that are added, removed or changed, `other_severity` (before, after)."""

    fix: Fix
    gone: tuple[Finding, ...]
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
    old = {finding.id: finding for finding in analyse(architecture).each if finding.waived is None}
    new = {finding.id: finding for finding in analyse(after).each if finding.waived is None}
    what = changes(architecture, after)
    return Preview(
        fix,
        tuple(finding for finding_id, finding in old.items() if finding_id not in new),
        tuple(finding for finding_id, finding in new.items() if finding_id not in old),
        tuple(
            (finding, new[finding_id])
            for finding_id, finding in old.items()
            if finding_id in new and new[finding_id].severity != finding.severity
        ),
        (*what.added, *what.removed, *what.changed),
        after,
    )
