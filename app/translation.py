"""Puts the reader's language in place: our own strings and Qt's."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from models import resources
from models.architecture.text import Text

PREFIX = "loadpath_"


def languages() -> tuple[str, ...]:
    """Language codes there is a translation for; English needs none and is always first."""
    codes = (name.removeprefix(PREFIX).removesuffix(".qm") for name in resources.names("translations", suffix=".qm"))
    return ("en", *(code for code in codes if code != "en"))


def install(application: QCoreApplication, language: str | None = None) -> tuple[QTranslator, ...]:
    """Installs the translators of `language` (None = the system's) that exist, and returns them."""
    code = language or QLocale.system().name()
    installed = []
    folders = ((str(resources.root() / "translations"), PREFIX), (_qt_translations(), "qtbase_"))
    for folder, prefix in folders:
        translator = QTranslator(application)
        if code.split("_")[0] != "en" and translator.load(prefix + code, folder):
            application.installTranslator(translator)
            installed.append(translator)
    return tuple(installed)


def translated(text: Text) -> str:
    """A sentence of the model layer in the reader's language."""
    return text.translated(translate)


def translate(context: str, template: str) -> str:
    """A template of the model layer in the reader's language."""
    return QCoreApplication.translate(context, template)


def _qt_translations() -> str:
    return QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
