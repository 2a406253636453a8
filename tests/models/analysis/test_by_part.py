"""How many findings a part has, as badges on the drawing tell."""

from models.analysis import analyse
from tests.models.analysis.case_files import written_out


def test_remarks_told_as_one_mark_nothing_and_warnings_told_as_one_mark_each() -> None:
    model = written_out(
        {
            "elements": {"a": {"is": "service", "owner": "A"}, "b": {"is": "service", "owner": "B"}, "q": "queue"},
            "links": {"one": "sync a b", "two": "sync a b", "in": "async a q", "out": "async q b"},
        }
    )
    analysis = analyse(model)
    together = {finding.id for finding in analysis.findings if finding.id.endswith("*")}
    assert {"E05:*", "R01:*"} <= together
    shown = analysis.by_part
    assert shown == {"out": (1, "warning"), "one": (1, "warning"), "two": (1, "warning"), "a": (1, "info")}
