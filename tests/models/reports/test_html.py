"""The report: whole, self-contained, safe whatever a model's names are, and always the same."""

import html
import re
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser

import pytest

from models import resources
from models.analysis import analyse
from models.architecture import Architecture, Journey, Policy, Service, SyncLink, Waiver, replace
from models.formats import native
from models.reports.html import report
from models.reports.words import WORDS
from models.simulation import Result, simulate

WHEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Collects tags and text, and fails on a tag that is not closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@cache
def shop() -> Architecture:
    return native.load(resources.path("samples", "music-shop.loadpath.json")).architecture


@cache
def ran() -> Result:
    return simulate(shop(), seed=7, duration_ms=60_000)


@cache
def page() -> str:
    return report(shop(), analyse(shop()), (ran(),), generated=WHEN)


def test_the_page_is_well_formed_and_its_links_lead_somewhere() -> None:
    parsed = Page(page())
    assert len(parsed.ids) == len(set(parsed.ids))
    inner = [attrs["href"] for tag, attrs in parsed.tags if tag == "a"]
    assert inner
    assert {str(href).removeprefix("#") for href in inner} <= set(parsed.ids)


def test_the_page_has_every_part() -> None:
    text = Page(page()).text
    for expected in (
        "Music shop",
        "2026-03-01 09:30",
        "Errors",
        "Missing timeout",
        "3 attempts x 3 attempts x 3 attempts = 27 calls",
        "Accepted risks",
        "Place order",
        "Bank slows down",
        "Bank is slow × 10",
        "Values nobody said",
        "How far the numbers can be trusted",
        "Seen and agreed",
    ):
        assert expected in text
    for finding in analyse(shop()).findings:
        assert str(finding.message) in text


def test_the_page_has_the_diagram_path_pictures_and_charts_as_vectors() -> None:
    parsed = Page(page())
    drawings = [attrs for tag, attrs in parsed.tags if tag == "svg"]
    assert sum(attrs.get("class") == "path" for attrs in drawings) >= 8
    charts = [attrs["aria-label"] for attrs in drawings if attrs.get("class") == "chart"]
    for title in ("goodput", "latency", "utilisation", "queue"):
        assert WORDS[title] in charts
    assert "Shop gateway" in page()


def test_nothing_is_fetched_and_nothing_runs() -> None:
    parsed = Page(page())
    assert not [tag for tag, _ in parsed.tags if tag in ("script", "link", "img", "iframe", "object", "embed", "form")]
    for tag, attrs in parsed.tags:
        assert not [name for name in attrs if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href"):
            assert not attrs.get(name) or str(attrs[name]).startswith("#")
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]{1,30})", page())
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert "@import" not in page()


def test_the_same_model_gives_the_same_page() -> None:
    again = report(shop(), analyse(shop()), (ran(),), generated=WHEN)
    assert again == page()


HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "{{ 7*7 }}",
    "</style><b>x",
    "&lt;b&gt;",
    "\u202eevil",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_and_not_obeyed(name: str) -> None:
    one, two = Service(id="a", name=name, owner=name), Service(id="b", name=name, description=name)
    link = SyncLink(id="ab", source="a", target="b", name=name, technology=name, timeout_ms="none")
    journey = Journey(id="j", name=name, entry="a", description=name)
    waiver = Waiver(finding="R01:ab", reason=name, owner=name, until=date(2099, 1, 1))
    model = Architecture(
        name=name,
        description=name,
        elements=(one, two),
        links=(link,),
        journeys=(journey,),
        policy=Policy(waivers=(waiver,)),
    )
    written = report(model, analyse(model), (simulate(model, duration_ms=2000),), generated=WHEN)
    parsed = Page(written)
    assert name.replace("\u202e", "") in parsed.text
    assert not [tag for tag, attrs in parsed.tags if tag == "script" or any(key.startswith("on") for key in attrs)]


def test_a_name_that_turns_the_direction_of_writing_does_not() -> None:
    shop = Service(id="a", name="Shop\u202egpj.exe\u2066 שלום")
    model = Architecture(
        name="A\u202eB", elements=(shop, Service(id="b")), links=(SyncLink(id="l", source="a", target="b"),)
    )
    page = report(model, analyse(model), (), generated=datetime(2026, 1, 1, tzinfo=UTC))
    assert "Shopgpj.exe שלום" in page
    assert not any(turning in page for turning in "\u202e\u2066")


def test_accepted_risks_are_listed_apart_with_owner_and_date() -> None:
    waiver = Waiver(finding="R01:order-payment", reason="Bank is replaced in May", owner="Ida", until=date(2099, 5, 1))
    model = replace(shop(), policy=Policy(waivers=(waiver,)))
    text = Page(report(model, analyse(model), generated=WHEN)).text
    accepted = text[text.index("Accepted risks") :]
    assert "Bank is replaced in May" in accepted
    assert "2099-05-01" in accepted
    assert "No scenario was simulated" in text


def test_an_empty_model_still_makes_a_page() -> None:
    model = Architecture()
    text = Page(report(model, analyse(model), generated=WHEN)).text
    assert "Unnamed model" in text
    assert "found nothing to object to" in text


def test_the_page_speaks_the_readers_language() -> None:
    def shout(_context: str, template: str) -> str:
        return template.upper() if "{" not in template else template

    text = Page(report(shop(), analyse(shop()), generated=WHEN, translate=shout)).text
    assert "ACCEPTED RISKS" in text
    assert "MISSING TIMEOUT" in text


def test_colours_come_from_the_theme_alone() -> None:
    for name in ("report.css", "report.html", "parts.html"):
        assert not re.search(r"#[0-9A-Fa-f]{6}\b|rgb\(", resources.path("report", name).read_text("utf-8")), name


def test_every_word_of_the_report_is_used() -> None:
    templates = "".join(resources.path("report", name).read_text("utf-8") for name in ("report.html", "parts.html"))
    sources = (resources.root().parent / "models" / "reports").glob("*.py")
    code = "".join(path.read_text("utf-8") for path in sources if path.name != "words.py")
    built = {f"grade_{grade}" for grade in ("stated", "assumed", "heuristic", "simulated")}
    built |= {f"title_{s}" for s in ("error", "warning", "info")} | {"error", "warning", "info"}
    built |= {"errors", "warnings", "infos", "safe", "review", "advice"}
    begun = re.findall(r"f[\"'](\w+_){", code)
    built |= {key for key in WORDS if any(key.startswith(beginning) for beginning in begun)}
    unused = [
        key
        for key in WORDS
        if key not in built and not re.search(rf"\bw\.{key}\b", templates) and f'"{key}"' not in code
    ]
    assert unused == []


def blurred(_context: str, template: str) -> str:
    """A language in which every letter is x."""
    pieces = re.split(r"(\{[^}]*\})", template)
    return "".join(piece if piece.startswith("{") else re.sub(r"[A-Za-z]", "x", piece) for piece in pieces)


@pytest.mark.parametrize("name", ["music-shop", "poison-message"])
def test_every_word_that_is_not_the_models_own_is_in_the_readers_language(name: str) -> None:
    model = native.load(resources.path("samples", f"{name}.loadpath.json")).architecture
    results = [simulate(model, scenario, seed=1, replications=1, duration_ms=5_000) for scenario in model.scenarios]
    text = report(model, analyse(model), results, generated=WHEN, translate=blurred)
    text = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<style>.*?</style>", "", text)))
    own = re.findall(r"[A-Za-z]+", native.dumps(model).decode() + str(native.json_schema()))
    foreign = {word for word in re.findall(r"[A-Za-z]{3,}", text) if set(word.lower()) != {"x"}}
    assert foreign <= {part for word in own for part in word.split("_")}


def test_a_small_drawing_is_not_blown_up() -> None:
    two = Architecture(elements=(Service(id="a"), Service(id="b")), links=(SyncLink(id="ab", source="a", target="b"),))
    text = report(two, analyse(two), (), generated=WHEN)
    natural = re.search(r'style="--natural: (\d+)px"', text)
    assert natural is not None
    assert 100 < int(natural[1]) < 600
    assert "max-width: calc(var(--natural) * 1.4)" in text


def test_the_page_tells_what_follows_without_a_run() -> None:
    text = " ".join(Page(report(shop(), analyse(shop()), generated=WHEN)).text.split())
    before, _, after = text.partition("What follows from the model alone")
    assert "Must be up at the same moment Catalogue, Customer, Recommendation, Shop gateway: together 99.7" in before
    busy, _, rest = after.partition("Where retries multiply calls")
    assert "Payment20/s5.612028.1" in busy
    multiplied, _, between = rest.partition("Between owners")
    assert "Payment → BankShopper27" in multiplied
    assert "SalesPaymentsOrder → Payment" in between
    bare = Architecture(elements=(Service(id="a", name="A"),))
    assert "What follows" not in report(bare, analyse(bare), generated=WHEN)
