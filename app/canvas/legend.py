"""The legend: what each kind of line means, in the lower left corner of the canvas; above it what an overlay shows."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from app.canvas.commands import style_label
from app.canvas.painting import face, paint_mark
from app.theme import Theme
from models.architecture import STYLES
from models.architecture.diagram.legend import sample

ROW = 24
SAMPLE = 56.0
KEY_WIDTH = 264


class Key(QLabel):
    """What an overlay shows, in a corner. Hidden while there is nothing to say; lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "key")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.setFixedWidth(KEY_WIDTH)
        self.hide()

    def show_words(self, words: str) -> None:
        self.setText(words)
        self.ensurePolished()
        self.resize(KEY_WIDTH, self.heightForWidth(KEY_WIDTH))
        self.setVisible(bool(words))


class Legend(QWidget):
    """Hidden until asked for. Lets the mouse through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Legend"))
        self.setVisible(False)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(188, ROW * len(STYLES) + 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("border"), 1))
        painter.setBrush(self._theme.colour("panel"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        for row, style in enumerate(STYLES):
            y = 8 + ROW * row + ROW / 2
            for mark in sample(style, double=style == "shared_data", width=SAMPLE):
                paint_mark(painter, mark.moved(16, y), self._theme)
            painter.setFont(face(self._theme, 11, "regular", False))
            painter.setPen(self._theme.colour("text"))
            painter.drawText(QPointF(20 + SAMPLE + 14, y + 4), style_label(style))
        painter.end()
