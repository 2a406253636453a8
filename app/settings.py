"""What the program remembers between starts: recent files, theme, language, where panels stand."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, QStandardPaths, Signal

MOST_RECENT = 10


class Settings(QObject):
    """A settings file in the user's configuration folder. A value of the wrong type counts as absent."""

    recent_changed = Signal()

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
        self._store = QSettings(str(file or Path(base) / "loadpath" / "loadpath.ini"), QSettings.Format.IniFormat)

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Newest first."""
        stored = self._store.value("recent_files", [])
        if isinstance(stored, str):
            stored = [stored]
        return tuple(Path(name) for name in stored if isinstance(name, str)) if isinstance(stored, list) else ()

    def add_recent(self, path: Path) -> None:
        path = path.absolute()
        self._set_recent([path, *(other for other in self.recent_files if other != path)])

    def forget_recent(self, path: Path) -> None:
        self._set_recent([other for other in self.recent_files if other != path.absolute()])

    def _set_recent(self, paths: list[Path]) -> None:
        self._store.setValue("recent_files", [str(path) for path in paths[:MOST_RECENT]])
        self.recent_changed.emit()

    @property
    def theme(self) -> str:
        """ "light", "dark" or "system"."""
        wanted = self.text("theme")
        return wanted if wanted in ("light", "dark") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self.set("theme", name)

    @property
    def language(self) -> str | None:
        """A language code such as "ko", or None for the system's."""
        return self.text("language") or None

    @language.setter
    def language(self, code: str | None) -> None:
        self.set("language", code or "")

    def text(self, key: str, default: str = "") -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool = False) -> bool:
        return self.text(key, str(default)).lower() == "true"

    def number(self, key: str, default: float = 0.0) -> float:
        try:
            return float(self.text(key, str(default)))
        except ValueError:
            return default

    def state(self, key: str) -> QByteArray:
        """Opaque state, such as a window's geometry; empty when there is none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set(self, key: str, value: str | bool | float | QByteArray) -> None:
        self._store.setValue(key, value if isinstance(value, QByteArray) else str(value))

    def sync(self) -> None:
        """Writes to disk at once."""
        self._store.sync()
