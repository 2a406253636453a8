"""Text widths without Qt agree with Qt's, and what is cut or broken fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from app.theme import install_fonts
from models.architecture.diagram.text_width import Weight, elided, text_width, wrapped

REAL = [
    "Order",
    "Payment",
    "Recommendation of further albums",
    "external · p99 900 ms",
    "4 × 20 workers",
    "topic · Kafka",
    "productcatalogservice",
    "주문 서비스",
    "Fjällräven Größe naïve",
    "Заказы и оплата",
    "shared by 2 · 3 attempts (10/s)",
]


def measured(text: str, size: float, weight: Weight) -> float:
    """Qt's own answer, kerning included."""
    assert "Pretendard" in install_fonts()
    font = QFont("Pretendard")
    font.setPixelSize(round(size))
    font.setWeight(QFont.Weight.DemiBold if weight == "semibold" else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return QFontMetricsF(font).horizontalAdvance(text)


@pytest.mark.parametrize("weight", ["regular", "semibold"])
@pytest.mark.parametrize("size", [11, 13])
@pytest.mark.parametrize("text", REAL)
def test_widths_agree_with_qt_within_three_percent(qtbot: QtBot, weight: Weight, size: int, text: str) -> None:
    assert text_width(text, size, weight) == pytest.approx(measured(text, size, weight), rel=0.03)


@pytest.mark.parametrize("weight", ["regular", "semibold"])
def test_words_full_of_kerning_are_taken_for_wider_never_for_narrower(qtbot: QtBot, weight: Weight) -> None:
    text = "AVATAR Type To Wave"
    assert measured(text, 13, weight) <= text_width(text, 13, weight) <= 1.07 * measured(text, 13, weight)


def test_ideographs_take_a_full_em() -> None:
    assert text_width("漢字", 20) == 40


def test_combining_marks_take_no_room() -> None:
    assert text_width("e\u0301", 13) == text_width("e", 13)


@given(st.text(max_size=60), st.floats(20, 300))
def test_elided_text_fits_or_is_only_an_ellipsis(text: str, width: float) -> None:
    shown = elided(text, width, 13)
    assert text_width(shown, 13) <= width or shown == "…"
    assert shown == text or shown.endswith("…")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=80), st.floats(40, 300))
def test_wrapped_lines_fit_and_keep_every_letter(text: str, width: float) -> None:
    lines = wrapped(text, width, 13)
    assert all(text_width(line, 13) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_limit_on_lines_ends_in_an_ellipsis_when_something_is_missing() -> None:
    lines = wrapped("one two three four five six seven", 60, 13, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert wrapped("one two", 200, 13, lines=2) == ("one two",)
