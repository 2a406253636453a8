"""What to do first, written on an empty drawing."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from app.canvas import CanvasView
from app.document import Document


class EmptyHint(QLabel):
    """Stands in the middle of the canvas while the model has no element; the mouse goes through it."""

    def __init__(self, document: Document, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._document, self._canvas = document, canvas
        self.setText(self.tr("Drag a service here, or double-click"))
        self.setProperty("role", "hint")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        canvas.installEventFilter(self)
        document.changed.connect(lambda _changes: self._follow())
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        self.setVisible(not self._document.architecture.elements)
        self.setGeometry(0, self._canvas.height() // 2 - 16, self._canvas.width(), 32)
