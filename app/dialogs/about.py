"""What this program is, and in which versions it stands here."""

import platform

from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtWidgets import QWidget

import models
from app.dialogs.reading import Reading

translate = QCoreApplication.translate


def show_about(parent: QWidget) -> Reading:
    what = translate(
        "About", "A desktop modeller for service architectures: draw it, see what is wrong, put it under load."
    )
    rows = [
        (what, ""),
        (translate("About", "Version"), models.__version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        (translate("About", "Licence"), "Apache-2.0"),
    ]
    dialog = Reading(parent, translate("About", "About Loadpath"), rows, (440, 320))
    dialog.open()
    return dialog
