"""Measures the bundled typeface with Qt and writes `resources/fonts/widths.json`: run it when the typeface changes.

python tests/models/architecture/diagram/measure_typeface.py
"""

import json
import os
import unicodedata
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QRawFont

ROOT = Path(__file__).resolve().parents[4]
BLOCKS = ((0x20, 0x52F), (0x2000, 0x22FF), (0x3000, 0x303F), (0x3131, 0x318E))
SAMPLES = {"hangul": "가", "kana": "か", "full": "Ａ"}


def measure(weight: str) -> dict[str, object]:
    """Advances in thousandths of the font size; -1 where the face has no glyph."""
    font = QRawFont(str(ROOT / "resources" / "fonts" / f"Pretendard-{weight}.otf"), 1000.0)

    def advance(character: str) -> int:
        glyphs = font.glyphIndexesForString(character)
        if unicodedata.combining(character):
            return 0
        return round(font.advancesForGlyphIndexes(glyphs[:1])[0].x()) if glyphs and glyphs[0] else -1

    return {
        "blocks": [[low, [advance(chr(code)) for code in range(low, high + 1)]] for low, high in BLOCKS],
        **{name: advance(sample) for name, sample in SAMPLES.items()},
    }


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    widths = {"regular": measure("Regular"), "semibold": measure("SemiBold")}
    target = ROOT / "resources" / "fonts" / "widths.json"
    target.write_text(json.dumps(widths, separators=(",", ":")) + "\n", "utf-8")
