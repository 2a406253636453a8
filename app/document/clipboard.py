"""Copy and paste of parts of a model, between windows and as text; pictures go along for other programs."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QByteArray, QMimeData, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.document.document import Document
from models.architecture import Architecture
from models.architecture.diagram import boxes
from models.architecture.diagram.geometry import Rect
from models.architecture.diagram.layout import cleared
from models.architecture.edits import fragment, paste
from models.formats import native
from models.formats.exporters import svg

MIME_TYPE = "application/x-loadpath+json"
STEP = 24.0
GRID = 8.0
MOST_DRAWN = 200
"""Above this many elements the clipboard carries the model only, so that copying stays instant."""
MOST_PIXELS = 4_000_000
Draw = Callable[[], tuple[bytes, QImage]]
Take = Callable[[tuple[bytes, QImage]], None]
LONGEST_SIDE = 8_000
PICTURE = QImage.Format.Format_ARGB32_Premultiplied
KEPT_BY_PROCESS = frozenset({"offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs", "vkkhrdisplay"})
"""Platforms of Qt without a clipboard of the system's: theirs lasts as long as the process, and longer than Python."""


class Clipboard(QObject):
    """The system clipboard as a source and sink of model parts.

    Pictures take a while: `elsewhere` draws them on another thread and brings them back to this one. Without it they
    are drawn at once.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.elsewhere: Callable[[Draw, Take], None] = _at_once
        self._copied: tuple[bytes, Architecture] | None = None
        self._last_pasted: bytes | None = None
        self._times = 0

    def copy(self, document: Document) -> bool:
        """Puts what is selected on the clipboard as model text, and as a drawing when that is done.

        Returns:
            False when nothing is selected.
        """
        part = fragment(document.architecture, document.selection.ids)
        if not part.elements:
            return False
        text = native.dumps(part)
        QGuiApplication.clipboard().setMimeData(_words(text))
        self._copied = text, part
        self._last_pasted, self._times = text, 0
        if part.diagrams and len(part.elements) <= MOST_DRAWN:
            self.elsewhere(partial(_drawn, part), partial(self._add_drawing, text))
        return True

    def _add_drawing(self, text: bytes, drawn: tuple[bytes, QImage]) -> None:
        """Lets a drawing join the words that it is of, unless something else was copied meanwhile."""
        clipboard = QGuiApplication.clipboard()
        if bytes(clipboard.mimeData().data(MIME_TYPE).data()) != text:
            return
        drawing, picture = drawn
        data = _words(text)
        data.setData("image/svg+xml", QByteArray(drawing))
        data.setImageData(picture)
        clipboard.setMimeData(data)

    def can_paste(self) -> bool:
        """Whether the clipboard seems to hold parts of a model; cheap enough to ask whenever a menu opens."""
        data = QGuiApplication.clipboard().mimeData()
        return data.hasFormat(MIME_TYPE) or '"format"' in data.text()[:2_000]

    def paste(self, document: Document, at: QPointF | None = None, known: Mapping[str, Rect] | None = None) -> bool:
        """Adds what the clipboard holds as one step and selects it; `at` is the centre in scene coordinates.

        Without `at` each paste of the same parts starts a step further down and to the right. What stands already is
        never covered: the nearest free place is taken. `known` are boxes that the diagram is drawn with, by id.
        """
        held = self._held()
        if held is None:
            document.notice.emit(self.tr("The clipboard holds no part of a model. Copy elements first, then paste."))
            return False
        text, part = held
        self._times = self._times + 1 if text == self._last_pasted else 1
        self._last_pasted = text
        offset = (STEP * self._times, STEP * self._times) if at is None else _offset_to(part, at)
        added: dict[str, str] = {}

        def edit(architecture: Architecture) -> Architecture:
            pasted, ids = paste(architecture, part, diagram=document.diagram_id, offset=offset)
            added.update(ids)
            return cleared(pasted, document.diagram_id, ids.values(), known)

        if not document.apply(edit, self.tr("Paste")):
            return False
        document.selection.set(added.values())
        return True

    def _held(self) -> tuple[bytes, Architecture] | None:
        data = QGuiApplication.clipboard().mimeData()
        text = bytes(data.data(MIME_TYPE).data()) if data.hasFormat(MIME_TYPE) else data.text().encode()
        if self._copied is not None and self._copied[0] == text:
            return self._copied
        if not text.lstrip().startswith(b"{"):
            return None
        try:
            return text, native.loads(text, self.tr("clipboard")).architecture
        except native.FormatError:
            return None


def let_go() -> None:
    """Empties a clipboard that no other program can read, before Python ends.

    Qt would else destroy what Python put there after Python has gone, which crashes the process. A clipboard of the
    system's is left as it is: Qt hands it over when the application object goes.
    """
    if QGuiApplication.platformName() in KEPT_BY_PROCESS:
        QGuiApplication.clipboard().clear()


def _at_once(draw: Draw, take: Take) -> None:
    take(draw())


def _words(text: bytes) -> QMimeData:
    data = QMimeData()
    data.setData(MIME_TYPE, QByteArray(text))
    data.setText(text.decode())
    return data


def _drawn(part: Architecture) -> tuple[bytes, QImage]:
    """The first diagram of a model, as SVG and as a picture."""
    drawing = svg.write(part, part.diagrams[0].id)
    return drawing, _picture(drawing)


def _picture(drawing: bytes) -> QImage:
    """The drawing at twice its size, for programs that take no SVG; smaller where parts lie far apart."""
    renderer = QSvgRenderer(QByteArray(drawing))
    size = renderer.defaultSize() * 2
    shrunk = min(1.0, (MOST_PIXELS / max(1, size.width() * size.height())) ** 0.5)
    width, height = (max(1, min(LONGEST_SIDE, round(side * shrunk))) for side in (size.width(), size.height()))
    fitting = size.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    image = QImage(fitting, PICTURE)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def _offset_to(part: Architecture, at: QPointF) -> tuple[float, float]:
    placed = [boxes(part, diagram).values() for diagram in part.diagrams[:1]]
    rects = [(box.x, box.y, box.right, box.bottom) for found in placed for box in found]
    if not rects:
        return STEP, STEP
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    dx, dy = at.x() - (min(lefts) + max(rights)) / 2, at.y() - (min(tops) + max(bottoms)) / 2
    return round(dx / GRID) * GRID, round(dy / GRID) * GRID
