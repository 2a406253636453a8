"""Settings, themes and icons: what is remembered, and that every token and picture is there."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app import resources, theme
from app.settings import MOST_RECENT, Settings


def test_recent_files_come_newest_first_without_repeats(tmp_path: Path, qapp: QApplication) -> None:
    settings = Settings(tmp_path / "s.ini")
    for number in (*range(MOST_RECENT + 3), 5):
        settings.add_recent(tmp_path / f"{number}.json")
    settings.sync()
    again = Settings(tmp_path / "s.ini")
    assert again.recent_files[0] == tmp_path / "5.json"
    assert len(again.recent_files) == len(set(again.recent_files)) == MOST_RECENT
    again.forget_recent(tmp_path / "5.json")
    assert tmp_path / "5.json" not in again.recent_files


def test_settings_survive_nonsense_in_the_file(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "s.ini").write_text("[General]\ntheme=pink\nrecent_files=@Invalid()\nzoom=much\n", "utf-8")
    settings = Settings(tmp_path / "s.ini")
    assert settings.theme == "system"
    assert settings.recent_files == ()
    assert settings.number("zoom", 1.0) == 1.0
    assert settings.flag("absent", True)
    assert settings.state("geometry").isEmpty()


@pytest.mark.parametrize("name", theme.NAMES)
def test_text_is_readable_on_every_surface(name: str) -> None:
    shown = theme.load(name)
    for text, surface in (("text", "canvas"), ("text", "panel"), ("secondary", "panel"), ("text", "node")):
        assert _contrast(shown, text, surface) >= 4.5, (text, surface)
    for severity in ("error", "warning", "info"):
        assert _contrast(shown, "on_severity", severity) >= 4.5, severity


def test_both_themes_have_the_same_tokens() -> None:
    light, dark = (theme.load(name) for name in theme.NAMES)
    assert light.colours.keys() == dark.colours.keys()
    assert light.opacity.keys() == dark.opacity.keys()


def test_the_bundled_face_is_known_to_qt(qapp: QApplication) -> None:
    assert "Pretendard" in theme.install_fonts()


def test_icons_take_the_colour_they_are_asked_for(qapp: QApplication) -> None:
    image = resources.pixmap("service", "red", 20).toImage()
    pixels = [image.pixelColor(x, y) for x in range(20) for y in range(20)]
    colours = {(pixel.red(), pixel.green(), pixel.blue()) for pixel in pixels if pixel.alpha() > 200}
    assert colours
    assert all(red > 200 and green < 50 for red, green, _ in colours)


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        resources.icon("no-such-icon", "red")


def _contrast(shown: theme.Theme, one: str, two: str) -> float:
    """The contrast ratio of WCAG 2: (L1 + 0.05) / (L2 + 0.05)."""
    lighter, darker = sorted((_luminance(shown, one), _luminance(shown, two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(shown: theme.Theme, token: str) -> float:
    colour = shown.colour(token)
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
