"""What is typed or picked in place: names, notes, and the element at the end of a new link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt

from app.canvas import commands
from app.canvas.chooser import Chooser
from app.canvas.commands import Creation
from app.canvas.gestures import Gesture, Press
from app.canvas.naming import Done, NameField, TextField
from app.canvas.painting import rect_f
from models.architecture import KINDS, allowed_styles
from models.architecture.diagram.geometry import Rect, union

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

OFFERED_LAST = ("external", "client")


class Editing:
    """At most one field or chooser at a time, standing over the part it belongs to."""

    def __init__(self, canvas: CanvasView) -> None:
        self._canvas = canvas
        self.field: NameField | TextField | None = None
        self.chooser: Chooser | None = None
        self._part: str | None = None

    def rename(self, part_id: str) -> None:
        """Opens the name of an element or link, or a note's text."""
        document = self._canvas.document
        part = document.architecture.element_by_id.get(part_id) or document.architecture.link_by_id.get(part_id)
        if part is None:
            return
        is_note = part_id in self._canvas.mirror.boxes and getattr(part, "kind", None) == "note"
        text = (getattr(part, "text", None) if is_note else part.name) or ""

        def done(typed: str | None) -> None:
            if typed is not None and typed != text:
                commands.rename(document, part_id, typed)

        self._open(part_id, text, is_note, done)

    def christen(self, creation: Creation) -> None:
        """Opens the name of an element that was just made, and shows all of it, wherever there was a place for it."""
        self._canvas.show_whole(creation.element_id)
        document = self._canvas.document
        element = document.architecture.element_by_id[creation.element_id]
        is_note = element.kind == "note"
        text = (getattr(element, "text", None) if is_note else element.name) or ""

        def done(typed: str | None) -> None:
            if typed and typed != text:
                commands.christen(document, creation, typed)

        self._open(creation.element_id, text, is_note, done)

    def offer(self, source: str, at: Press, pending: Gesture | None = None) -> None:
        """Offers the kinds that may stand at the end of a link from `source`, dropped at `at`.

        `pending` is drawn until one is chosen.
        """
        self.finish()
        canvas, document = self._canvas, self._canvas.document
        kind = document.architecture.element_by_id[source].kind
        wanted = canvas.current_style
        kinds = [known for known in KINDS if allowed_styles(kind, known)]
        kinds.sort(key=lambda known: (known in OFFERED_LAST, wanted not in allowed_styles(kind, known)))
        if not kinds:
            return

        def chosen(picked: str | None) -> None:
            self.chooser = None
            canvas.show_pending(None)
            canvas.setFocus(Qt.FocusReason.OtherFocusReason)
            if picked is None or source not in document.architecture.element_by_id:
                return
            styles = allowed_styles(kind, picked)
            style = wanted if wanted in styles else styles[0]
            group = canvas.mirror.frame_at(at.scene.x(), at.scene.y())
            creation = commands.create(document, picked, at.scene, group=group, linked_from=source, style=style)
            if creation is not None:
                canvas.style_used.emit(style)
                self.christen(creation)

        self.chooser = Chooser(kinds, canvas.theme, chosen, canvas.viewport())
        self.chooser.stand_at(at.viewport)
        canvas.show_pending(pending)

    def finish(self) -> None:
        """Keeps what was typed and closes."""
        if self.field is not None:
            self.field.finish(keep=True)
        if self.chooser is not None:
            self.chooser.finish(None)

    def check(self, _changes: object) -> None:
        """Closes without keeping when the part is gone."""
        part, known = self._part, self._canvas.document.architecture
        if self.field is not None and part not in known.element_by_id and part not in known.link_by_id:
            self.field.finish(keep=False)

    def follow(self) -> None:
        """Stands where the part stands now."""
        if self.field is not None and self._part is not None:
            self._stand(self.field, self._part)

    def _open(self, part_id: str, text: str, is_note: bool, done: Done) -> None:
        self.finish()
        canvas = self._canvas
        if part_id not in canvas.mirror.boxes and part_id not in canvas.mirror.routes:
            return
        size = max(11.0, (12 if is_note else 13) * canvas.zoom_factor)

        def closed(typed: str | None) -> None:
            self.field = self._part = None
            canvas.setFocus(Qt.FocusReason.OtherFocusReason)
            done(typed)

        field = (TextField if is_note else NameField)(text, canvas.theme, size, closed, canvas.viewport())
        self.field, self._part = field, part_id
        self._stand(field, part_id)
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stand(self, field: NameField | TextField, part_id: str) -> None:
        """Puts the field over the words; over those in the middle of a line or under a person in the middle."""
        mirror = self._canvas.mirror
        box, centred = mirror.boxes.get(part_id), True
        if box is not None:
            picture, element = mirror.picture(part_id), mirror.architecture.element_by_id[part_id]
            names = [line.rect for line in picture.texts if line.weight == "semibold" and line.colour == "text"]
            rect = picture.title_rect
            if names:
                high = union(*names)
                rect = Rect(rect.x, high.y, rect.width, high.height)
            rect = rect.moved(box.x, box.y)
            centred = KINDS[element.kind].shape == "person"
        else:
            route = mirror.routes[part_id]
            x, y = route.middle
            rect = route.label.plate if route.label is not None else Rect(x - 56, y - 9, 112, 18)
        field.stand_at(QRectF(self._canvas.mapFromScene(rect_f(rect)).boundingRect()), centred=centred)
