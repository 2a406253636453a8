"""The look as data: colours, opacities and fonts from `resources/themes`, the bundled faces, and the Qt palette.

No colour is written anywhere else. Widgets ask a `Theme` for a token by name.
"""

import json
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

from models import resources

NAMES = ("light", "dark")


@dataclass(frozen=True)
class Theme:
    """Tokens by name, as in the theme file: `colour("accent")`, `opacity["path"]`, `sizes["body"]` (pixels)."""

    name: str
    dark: bool
    colours: dict[str, str]
    opacity: dict[str, float]
    families: tuple[str, ...]
    sizes: dict[str, float]

    def __hash__(self) -> int:
        return hash(self.name)

    def colour(self, token: str, alpha: float | None = None) -> QColor:
        """A token's colour, at `alpha` 0..1 when given.

        Raises:
            KeyError: the theme has no such token.
        """
        colour = QColor(self.colours[token])
        if alpha is not None:
            colour.setAlphaF(alpha)
        return colour

    def font(self, size: str | float = "body", *, strong: bool = False, italic: bool = False) -> QFont:
        """The bundled face at a token's size or at that many pixels; `strong` is semibold."""
        font = QFont(list(self.families))
        font.setPixelSize(round(self.sizes[size] if isinstance(size, str) else size))
        if strong:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(italic)
        return font

    def palette(self) -> QPalette:
        """The theme for widgets that draw themselves from a palette."""
        role = QPalette.ColorRole
        tokens = {
            role.Window: "panel",
            role.WindowText: "text",
            role.Base: "canvas",
            role.AlternateBase: "panel",
            role.Text: "text",
            role.Button: "panel",
            role.ButtonText: "text",
            role.ToolTipBase: "panel",
            role.ToolTipText: "text",
            role.PlaceholderText: "secondary",
            role.Highlight: "accent",
            role.HighlightedText: "on_accent",
            role.Link: "accent",
            role.Mid: "border",
            role.Light: "panel",
            role.Dark: "border",
            role.Shadow: "border",
        }
        palette = QPalette()
        for which, token in tokens.items():
            palette.setColor(which, self.colour(token))
        for which in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, which, self.colour("secondary", 0.6))
        return palette


@lru_cache(maxsize=8)
def load(name: str) -> Theme:
    """The theme called "light" or "dark"."""
    held = json.loads(resources.path("themes", f"{name}.json").read_text("utf-8"))
    fonts = dict(held["fonts"])
    families = tuple(fonts.pop("families"))
    return Theme(held["id"], held["dark"], held["colours"], held["opacity"], families, fonts)


def wanted(setting: str) -> str:
    """ "light" or "dark" for a setting that may also be "system"."""
    if setting in NAMES:
        return setting
    hints = QGuiApplication.styleHints()
    return "dark" if hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark else "light"


@lru_cache(maxsize=1)
def install_fonts() -> tuple[str, ...]:
    """Makes the bundled faces known to Qt; the families they bring. Once per process."""
    families: list[str] = []
    for name in resources.names("fonts", suffix=".otf"):
        number = QFontDatabase.addApplicationFont(str(resources.path("fonts", name)))
        families.extend(QFontDatabase.applicationFontFamilies(number) if number >= 0 else ())
    return tuple(dict.fromkeys(families))


def wear(application: QGuiApplication, theme: Theme) -> None:
    """Gives the application the theme's face and palette."""
    install_fonts()
    application.setFont(theme.font())
    application.setPalette(theme.palette())
