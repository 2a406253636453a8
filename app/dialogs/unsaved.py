"""What to do with unsaved changes before they would be lost."""

from typing import Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

translate = QCoreApplication.translate
Choice = Literal["save", "discard", "cancel"]


def ask_unsaved(parent: QWidget, title: str) -> Choice:
    """Save, discard, or go back; closing the dialog goes back."""
    box = QMessageBox(parent)
    box.setWindowTitle(translate("Unsaved", "Unsaved changes"))
    box.setText(translate("Unsaved", "{title} has changes that are not saved.").format(title=title))
    box.setInformativeText(translate("Unsaved", "They are lost unless you save them."))
    save = box.addButton(translate("Unsaved", "Save"), QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton(translate("Unsaved", "Discard"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(translate("Unsaved", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    save.setProperty("role", "primary")
    for button, name in ((save, "save"), (discard, "discard"), (cancel, "cancel")):
        button.setObjectName(name)
        button.setIcon(button.icon().__class__())
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    return "save" if clicked is save else "discard" if clicked is discard else "cancel"
