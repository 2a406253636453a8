"""The SVG is well formed, safe, the same every time, and says what it shows."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import resources
from models.architecture import Architecture, Client, Diagram, Group, Note, Service, SyncLink
from models.architecture.diagram.layout import LayoutError
from models.formats import native
from models.formats.exporters import exporter_for, exporters
from models.formats.exporters.svg import number, path_data, svg, write

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("1")</script>&amp;\x00\x1b"\'<!-- ]]> \ufffe'
SAMPLES = resources.names("samples", suffix=".loadpath.json")


def sample(name: str) -> Architecture:
    return native.load(resources.path("samples", name)).architecture


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode("utf-8"))


def texts(root: ElementTree.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def hostile() -> Architecture:
    return Architecture(
        name=HOSTILE,
        elements=(
            Client(id="c", name=HOSTILE),
            Service(id="s", name=HOSTILE, groups=("g",)),
            Group(id="g", name=HOSTILE),
            Note(id="n", text=HOSTILE),
        ),
        links=(SyncLink(id="l", source="c", target="s", name=HOSTILE),),
    )


def test_hostile_names_stay_text() -> None:
    root = parsed(svg(hostile()))
    assert {node.tag for node in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "path", "g", "text")
    }
    assert any("<script>" in (node.text or "") for node in root.iter(f"{SVG}title"))


@given(st.text(max_size=60))
def test_any_name_gives_well_formed_xml(name: str) -> None:
    model = Architecture(name=name, elements=(Service(id="s", name=name or None), Note(id="n", text=name)))
    assert texts(parsed(svg(model))) is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_model_gives_the_same_bytes(name: str) -> None:
    assert write(sample(name)) == write(sample(name))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_element_is_named_in_the_picture(name: str) -> None:
    model = sample(name)
    root = parsed(svg(model))
    titles = {node.text for node in root.iter(f"{SVG}title")}
    assert {model.label(element.id) for element in model.elements} <= titles
    assert {model.label(link.id) for link in model.links} <= titles


def test_nothing_is_drawn_beyond_the_edge() -> None:
    root = parsed(svg(sample("music-shop.loadpath.json")))
    left, top, width, height = (float(value) for value in root.attrib["viewBox"].split())
    for node in root.iter(f"{SVG}path"):
        values = [float(value) for value in re.findall(r"-?\d+\.?\d*", node.attrib["d"])]
        assert all(left <= x <= left + width for x in values[0::2])
        assert all(top <= y <= top + height for y in values[1::2])


def test_only_colours_of_the_theme_are_used() -> None:
    for theme in ("light", "dark"):
        known = set(json.loads(resources.path("themes", f"{theme}.json").read_text("utf-8"))["colours"].values())
        text = svg(sample("music-shop.loadpath.json"), theme=theme)
        assert set(re.findall(r"#[0-9A-Fa-f]{6}", text)) <= known
    assert svg(sample("music-shop.loadpath.json"), theme="dark") != svg(sample("music-shop.loadpath.json"))


def test_nothing_is_fetched() -> None:
    text = svg(sample("music-shop.loadpath.json"))
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert "href" not in text and "url(" not in text and "style=" not in text


def test_it_can_be_read_aloud() -> None:
    root = parsed(svg(sample("music-shop.loadpath.json")))
    assert root.attrib["role"] == "img"
    title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == sample("music-shop.loadpath.json").name
    assert about is not None and about.text is not None and "Payment" in about.text


def test_badges_and_a_path_are_drawn_when_given() -> None:
    model = sample("music-shop.loadpath.json")
    link = model.links[0]
    plain = texts(parsed(svg(model)))
    marked = texts(parsed(svg(model, badges={link.target: (7, "error")}, witness=(link.source, link.id, link.target))))
    assert sorted(marked) == sorted([*plain, "7", "1"])


def test_an_empty_model_is_an_empty_picture() -> None:
    root = parsed(svg(Architecture()))
    assert texts(root) == []
    assert float(root.attrib["width"]) > 0


def test_a_model_without_positions_is_placed_in_the_picture_only() -> None:
    model = Architecture(elements=(Service(id="a", name="Alone"),))
    assert "Alone" in texts(parsed(svg(model)))
    assert model.diagrams == ()


def test_a_diagram_shows_what_it_includes() -> None:
    model = Architecture(
        elements=(Service(id="a", name="In"), Service(id="b", name="Out")),
        diagrams=(Diagram(id="all"), Diagram(id="part", include=("a",))),
    )
    assert "Out" in svg(model)
    assert "Out" not in svg(model, "part")
    with pytest.raises(LayoutError):
        svg(model, "none")


def test_senseless_sizes_places_and_bends_still_give_a_picture() -> None:
    model = Architecture(
        elements=(Group(id="g"), Service(id="a", groups=("g",)), Service(id="b"), Service(id="c", groups=("g",))),
        links=(SyncLink(id="l", source="a", target="b"),),
        diagrams=(
            Diagram(
                id="main",
                positions={"a": (1e308, -1e308), "b": (0, 0)},
                sizes={"a": (1e300, 1e-9), "b": (1e-9, 1e9)},
                bends={"l": ((-1e300, 5.0), (1e12, 1e12))},
                collapsed=("b",),
            ),
        ),
    )
    text = svg(model)
    assert len(texts(parsed(text))) > 3
    assert not re.search(r"\b(nan|inf)\b", text)


@given(st.floats(-1e6, 1e6))
def test_numbers_are_short_and_close(value: float) -> None:
    assert abs(float(number(value)) - value) <= 0.0051
    assert number(value) != "-0"


def test_paths_are_written_with_their_letters() -> None:
    assert path_data((("M", 0, 0.5), ("L", 1.25, -0.001), ("Z",))) == "M0 0.5 L1.25 0 Z"


def test_exporters_are_found_by_suffix() -> None:
    assert "svg" in {exporter.id for exporter in exporters()}
    found = exporter_for(Path("Drawing.SVG"))
    assert found is not None
    assert found.write(Architecture(name="x"), None).startswith(b"<svg")
    assert exporter_for("model.txt") is None
    assert len({exporter.suffix for exporter in exporters()}) == len(exporters())


def test_documents_are_white_unless_asked_otherwise() -> None:
    architecture = Architecture(elements=(Service(id="a"),))
    first = re.compile(r'<path[^>]* fill="([^"]+)"')
    drawn = (svg(architecture), svg(architecture, paper="canvas"), svg(architecture, theme="dark"))
    found = [first.search(text) for text in drawn]
    assert [match.group(1) if match else None for match in found] == ["#FFFFFF", "#F6F7F9", "#12161D"]


def test_a_name_that_turns_the_direction_of_writing_is_drawn_without_that() -> None:
    drawn = write(Architecture(elements=(Service(id="a", name="Shop\u202egpj"),))).decode()
    assert "Shopgpj" in drawn and "\u202e" not in drawn
