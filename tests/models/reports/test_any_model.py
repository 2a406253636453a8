"""Whatever the model: it can be reported, compared and told in Markdown."""

from datetime import UTC, datetime

from hypothesis import given, settings

from models.analysis import analyse
from models.architecture import Architecture
from models.reports import markdown
from models.reports.html import report
from tests.models.architecture.strategies import architectures
from tests.models.reports.test_html import Page


@given(architectures())
@settings(max_examples=10)
def test_any_model_makes_a_well_formed_page(model: Architecture) -> None:
    analysis = analyse(model)
    text = Page(report(model, analysis, generated=datetime(2026, 3, 1, tzinfo=UTC))).text
    for element in model.elements:
        if element.name and element.name.isprintable() and element.kind not in ("group", "note"):
            assert element.name in text
    assert markdown.findings(model, analysis.findings).startswith("# Findings")
