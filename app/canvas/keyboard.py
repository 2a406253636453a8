"""The canvas by keyboard: move about, nudge, rename, retag, link, delete. The window's shortcuts come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.canvas import commands
from app.canvas.gestures import KeyboardLinking
from app.canvas.gestures.keyboard_linking import ARROWS, nearest, reading_order
from app.canvas.navigation import pan
from models.architecture import STYLES

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

Key = Qt.Key
Modifiers = Qt.KeyboardModifier
NUDGE, LONG_NUDGE = 8.0, 40.0
PAN = 64


def press(canvas: CanvasView, event: QKeyEvent) -> bool:
    """Handles a key; False when it means nothing here."""
    return _standard(canvas, event) or _plain(canvas, event)


def _standard(canvas: CanvasView, event: QKeyEvent) -> bool:
    standard = QKeySequence.StandardKey
    for keys, run in (
        (standard.Undo, canvas.document.undo),
        (standard.Redo, canvas.document.redo),
        (standard.SelectAll, canvas.select_all),
        (standard.Copy, canvas.copy),
        (standard.Cut, canvas.cut),
        (standard.Paste, canvas.paste),
    ):
        if event.matches(keys):
            run()
            return True
    return False


def _plain(canvas: CanvasView, event: QKeyEvent) -> bool:
    key, modifiers = event.key(), event.modifiers() & ~Modifiers.KeypadModifier
    shift, control = Modifiers.ShiftModifier, Modifiers.ControlModifier
    if key in ARROWS:
        _arrow(canvas, ARROWS[Key(key)], modifiers)
    elif control in (modifiers, modifiers & ~shift):
        return _with_control(canvas, key)
    elif key in (Key.Key_Delete, Key.Key_Backspace):
        canvas.delete_selected()
    elif key in (Key.Key_F2, Key.Key_Return, Key.Key_Enter):
        canvas.rename_selected()
    elif modifiers:
        return False
    elif key == Key.Key_F:
        canvas.fit()
    elif key == Key.Key_L:
        start_linking(canvas)
    else:
        style = next((style for style, traits in STYLES.items() if event.text() == traits.key), None)
        if style is None:
            return False
        canvas.retag_selected(style)
    return True


def _with_control(canvas: CanvasView, key: int) -> bool:
    match key:
        case Key.Key_D:
            canvas.duplicate_selected()
        case Key.Key_Plus | Key.Key_Equal:
            canvas.zoom_in()
        case Key.Key_Minus:
            canvas.zoom_out()
        case Key.Key_0:
            canvas.zoom_to(1.0)
        case _:
            return False
    return True


def _arrow(canvas: CanvasView, direction: tuple[int, int], modifiers: Modifiers) -> None:
    selected = [part_id for part_id in canvas.document.selection if part_id in canvas.mirror.boxes]
    if modifiers & Modifiers.ControlModifier:
        boxes = {known: box for known, box in canvas.mirror.boxes.items() if not canvas.mirror.is_frame(known)}
        here = canvas.mirror.boxes[selected[-1]].center if selected else (0.0, 0.0)
        others = {known: box for known, box in boxes.items() if known not in selected[-1:]}
        if selected and (found := nearest(here, others, direction)) is not None:
            canvas.select_and_show(found)
    elif selected:
        nudge(canvas, direction, LONG_NUDGE if modifiers & Modifiers.ShiftModifier else NUDGE)
    else:
        pan(canvas, QPoint(direction[0] * PAN, direction[1] * PAN))


def nudge(canvas: CanvasView, direction: tuple[int, int], by: float) -> None:
    """Moves what is selected; nudges of the same selection are one step."""
    mirror, document = canvas.mirror, canvas.document
    wanted: set[str] = set()
    for part_id in document.selection:
        wanted |= {part_id, *mirror.inside(part_id)}
    wanted -= set(mirror.diagram.locked)
    corners = {
        known: (box.x + direction[0] * by, box.y + direction[1] * by)
        for known, box in mirror.boxes.items()
        if known in wanted and mirror.stands(known)
    }
    if corners:
        commands.place(document, corners, merge_key=f"nudge:{canvas.selection_count}:{','.join(sorted(corners))}")


def start_linking(canvas: CanvasView) -> None:
    """L: from the selected element to one that the keys pick."""
    selected = [part_id for part_id in canvas.document.selection if part_id in canvas.mirror.boxes]
    if len(selected) != 1:
        canvas.hint.emit(commands.translate("Canvas", "Select one element to link from, then press L"))
        return
    canvas.begin(KeyboardLinking(canvas, selected[0]))


def cycle(canvas: CanvasView, *, forward: bool) -> bool:
    """Tab: the next element in reading order; False past the last one, so that the focus can leave."""
    order = reading_order({k: box for k, box in canvas.mirror.boxes.items() if not canvas.mirror.is_frame(k)})
    selected = [part_id for part_id in canvas.document.selection if part_id in order]
    place = order.index(selected[-1]) if selected else (-1 if forward else len(order))
    place += 1 if forward else -1
    if not 0 <= place < len(order):
        return False
    canvas.select_and_show(order[place])
    return True
