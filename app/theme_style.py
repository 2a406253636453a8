"""How Qt's own widgets look: one stylesheet made from the colours of a theme.

Widgets name what they are by the property `role` (`title`, `section`, `secondary`, `error`, `primary`, `quiet`, ...);
nothing outside this file sets a style of its own.
"""

from collections.abc import Mapping
from pathlib import Path

from models import resources

ICONS: dict[str, tuple[str, str]] = {
    "down": ("chevron-down", "secondary"),
    "right": ("chevron-right", "secondary"),
    "left": ("chevron-left", "secondary"),
    "check": ("check", "on_accent"),
    "menu-check": ("check", "text"),
    "close": ("close", "secondary"),
}
"""Name in the stylesheet -> (icon, colour)."""


def draw_icons(colours: Mapping[str, str], folder: Path) -> None:
    """Writes the icons that the stylesheet shows into `folder`, in the colours of the theme."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (icon, colour) in ICONS.items():
        drawn = resources.path("icons", f"{icon}.svg").read_text("utf-8").replace("currentColor", colours[colour])
        (folder / f"{name}.svg").write_text(drawn, "utf-8")


def mix(over: str, under: str, share: float) -> str:
    """The colour seen when `share` of `over` ("#rrggbb") lies on `under`.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(bytes.fromhex(over[1:7]), bytes.fromhex(under[1:7]), strict=True)
    return "#" + "".join(f"{round(top * share + bottom * (1 - share)):02x}" for top, bottom in pairs)


def stylesheet(colours: Mapping[str, str], icons: Path) -> str:
    """The stylesheet of the whole program; `icons` is the folder that `draw_icons` filled."""
    values = dict(colours)
    values["hover"] = mix(colours["text"], colours["panel"], 0.05)
    values["pressed"] = mix(colours["text"], colours["panel"], 0.10)
    values["row"] = mix(colours["text"], colours["panel"], 0.04)
    values["accent_hover"] = mix(colours["text"], colours["accent"], 0.12)
    values["handle"] = mix(colours["text"], colours["panel"], 0.22)
    values["disabled"] = mix(colours["secondary"], colours["panel"], 0.55)
    values["error_tint"] = mix(colours["error"], colours["panel"], 0.10)
    values["warning_tint"] = mix(colours["warning"], colours["panel"], 0.12)
    values["icons"] = icons.as_posix()
    sheet = resources.path("themes", "style.qss").read_text("utf-8")
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}@", values[name])
    return sheet
