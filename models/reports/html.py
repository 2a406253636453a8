"""The report: one self-contained HTML page, with the diagram, findings, journeys, simulations and assumptions.

Nothing is fetched from anywhere and nothing runs: no script, no outside font or picture; everything a model brings is
escaped. Colours are those of the light theme.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

import models
from models import resources
from models.analysis.views import facts_of
from models.architecture import Architecture
from models.architecture.kinds import STYLES
from models.architecture.text import Text, Translate, without_direction
from models.formats.exporters.svg import svg
from models.reports import runs, structure, system, units
from models.reports.paths import path_picture
from models.reports.words import english, words

if TYPE_CHECKING:
    from models.analysis import Analysis, Finding
    from models.simulation import Result

TEMPLATES = ("report.html", "parts.html")
FACES = ((400, "face-regular.woff2"), (600, "face-semibold.woff2"))
FAMILIES = "'Loadpath Report', Pretendard, Inter, system-ui, 'Noto Sans', 'Noto Sans KR', 'DejaVu Sans', sans-serif"
MOST_SENTENCES = 4
"""A finding of more members than this lists where they are, instead of a sentence for each."""
MOST_PLACES = 40


def report(
    architecture: Architecture,
    analysis: Analysis,
    results: Sequence[Result] = (),
    *,
    generated: datetime,
    translate: Translate = english,
) -> str:
    """The page as text.

    Args:
        analysis: of this architecture.
        results: of simulations of this architecture, in the order to show them.
        generated: the moment to name on it; the same arguments give the same page.
        translate: the reader's language.
    """
    told = words(translate)
    theme = json.loads(resources.path("themes", "light.json").read_text("utf-8"))
    shown = _findings(architecture, analysis, translate)
    ran = [runs.run_view(architecture, result, told, translate) for result in results]
    facts = facts_of(architecture)
    journeys, derived = system.journeys(architecture, told)
    rows = system.element_rows(architecture, told, translate)
    living = [finding for finding in shown if finding["waiver"] is None]
    diagram = _diagram(architecture, analysis, translate) if architecture.elements else ""
    page = _environment(translate).get_template("report.html")
    shown_page = page.render(
        w=told,
        styles={style: translate("styles", traits.label) for style, traits in STYLES.items()},
        colours=theme["colours"],
        faces=[(weight, _face(name)) for weight, name in FACES],
        families=Markup(FAMILIES),
        style=Markup(resources.path("report", "report.css").read_text("utf-8")),
        name=architecture.name or told["unnamed"],
        description=architecture.description or "",
        generated=told["generated"].format(date=generated.strftime("%Y-%m-%d %H:%M"), version=models.__version__),
        diagram=Markup(diagram),
        diagram_width=_width(diagram),
        counts=system.counts(architecture, translate),
        elements=rows,
        columns={name for name in ("owner", "availability") if any(row[name] for row in rows)},
        summary=analysis.summary,
        accepted=[finding for finding in shown if finding["waiver"] is not None],
        groups=[
            (severity, [finding for finding in living if finding["severity"] == severity])
            for severity in ("error", "warning", "info")
        ],
        pressing=living[:3],
        journeys=journeys,
        derived=derived,
        together=structure.together(facts, told, translate),
        busy=structure.busy_rows(facts),
        multiplied=structure.multiplied_rows(facts),
        crossings=structure.crossing_rows(facts),
        runs=ran,
        expectations=[expectation for run in ran for expectation in run["expectations"]],
        assumptions=_assumptions(ran),
        ignored=list(dict.fromkeys(text for run in ran for text in run["ignored"])),
        guesses=system.guesses(architecture),
    )
    return without_direction(shown_page)


def _environment(translate: Translate) -> Environment:
    sources = {name: resources.path("report", name).read_text("utf-8") for name in TEMPLATES}
    environment = Environment(
        loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["told"] = lambda text: _unbroken(
        text.translated(translate) if isinstance(text, Text) else str(text)
    )
    environment.filters["svg"] = Markup
    return environment


def _diagram(architecture: Architecture, analysis: Analysis, translate: Translate) -> str:
    """The first diagram with its legend, and on it how many findings each part has."""
    badges: dict[str, tuple[int, Any]] = {}
    order = ("error", "warning", "info")
    for finding in analysis.findings:
        parts = finding.elements[:1] or finding.links[:1]
        if finding.waived is not None or finding.severity == "info":
            continue
        for part in parts:
            count, worst = badges.get(part, (0, "info"))
            badges[part] = (count + 1, min(worst, finding.severity, key=order.index))
    return svg(architecture, badges=badges, background=False, family=FAMILIES, translate=translate)


def _width(diagram: str) -> str:
    """How wide a drawing is by nature, in pixels, so that a small one is not blown up."""
    found = re.search(r' width="([\d.]+)"', diagram[:2000])
    return f"{float(found[1]):.0f}px" if found is not None else "1180px"


def _face(name: str) -> Markup:
    """A typeface as a data address."""
    return Markup("data:font/woff2;base64," + base64.b64encode(resources.path("report", name).read_bytes()).decode())


def _findings(architecture: Architecture, analysis: Analysis, translate: Translate) -> list[dict[str, Any]]:
    """The findings in order; why a rule matters is told at its first one only."""
    titles = {
        finding.id: f"{finding.name.translated(translate)}, {_where(architecture, finding)}"
        for finding in analysis.each
    }
    shown = []
    told: set[str] = set()
    for finding in analysis.findings:
        shown.append(_finding(architecture, finding, titles, translate, explained=finding.rule in told))
        told.add(finding.rule)
    return shown


def _finding(
    architecture: Architecture, finding: Finding, titles: dict[str, str], translate: Translate, *, explained: bool
) -> dict[str, Any]:
    from models.analysis import catalogue

    rule = catalogue().get(finding.rule)
    members = [member for member in finding.members if member.id != finding.id]
    return {
        "id": finding.id,
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "grade": finding.grade,
        "where": _where(architecture, finding),
        "message": finding.message,
        "path": Markup(path_picture(architecture, finding.path)),
        "arithmetic": finding.arithmetic,
        "assumed": finding.assumed,
        "cause": finding.cause,
        "cause_title": titles.get(finding.cause or "", finding.cause),
        "why": rule.help.why if rule is not None and not explained else None,
        "fixes": finding.fixes,
        "waiver": finding.waived,
        "members": [member.message for member in members] if len(members) <= MOST_SENTENCES else [],
        "places": _places(architecture, members) if len(members) > MOST_SENTENCES else [],
    }


def _places(architecture: Architecture, members: list[Finding]) -> list[tuple[str, str]]:
    """(attribute or "", names of the parts that lack it) of a finding's members."""
    by_attribute: dict[str, list[str]] = {}
    for member in members:
        if not member.undecided:
            by_attribute.setdefault("", []).append(_where(architecture, member))
        for part, attribute in member.undecided:
            by_attribute.setdefault(attribute.replace("_", " "), []).append(architecture.label(part))
    return [
        (attribute, _in_a_row(parts[:MOST_PLACES]) + (" · …" if len(parts) > MOST_PLACES else ""))
        for attribute, parts in by_attribute.items()
    ]


def _in_a_row(names: list[str]) -> str:
    return "\N{NO-BREAK SPACE}· ".join(map(_unbroken, names))


def _unbroken(text: str) -> str:
    """The text with no line broken at an arrow."""
    return text.replace(" → ", "\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}")


def _where(architecture: Architecture, finding: Finding) -> str:
    """What the finding is about, as far as one name says it."""
    if finding.stands_for_many:
        return ""
    subject = finding.id.partition(":")[2]
    if (link := architecture.link_by_id.get(subject)) is not None:
        return architecture.ends(link)
    if subject in architecture.element_by_id:
        return architecture.label(subject)
    if finding.elements:
        return architecture.label(finding.elements[0])
    return architecture.ends(architecture.link_by_id[finding.links[0]]) if finding.links else ""


def _assumptions(ran: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for run in ran:
        for path, value in run["assumptions"]:
            found.setdefault(path, units.plain(value))
    return list(found.items())
