"""Both themes have the same tokens, and text can be read on every ground it stands on."""

import json
from typing import Any

import pytest

from models import resources

GROUNDS = ("canvas", "panel", "node")
WORDS = ("text", "secondary", "error", "warning", "info", "good", "sync", "async", "event", "shared_data")
ON = (("on_accent", "accent"), ("on_severity", "error"), ("on_severity", "warning"), ("on_severity", "info"))


def theme(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(resources.path("themes", f"{name}.json").read_text("utf-8"))
    return loaded


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_light_and_dark_have_the_same_tokens() -> None:
    light, dark = theme("light"), theme("dark")
    assert light["colours"].keys() == dark["colours"].keys()
    assert light["fonts"] == dark["fonts"]
    assert (light["dark"], dark["dark"]) == (False, True)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_has_a_contrast_of_at_least_four_and_a_half(name: str) -> None:
    colours = theme(name)["colours"]
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS]
    pairs += [("text", "selection"), ("text", "note"), ("on_hop", "hop"), *ON]
    faint = [(one, two, contrast(colours[one], colours[two])) for one, two in pairs]
    assert not [pair for pair in faint if pair[2] < 4.5]


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
