"""The line at the bottom: how many findings, what runs in the background, the zoom."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from app.actions import Shelf


class Status(QStatusBar):
    """Three parts: left the model's health, in the middle what works in the background, right the zoom."""

    def __init__(self, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(24)
        self.health = QLabel()
        self.work = QLabel()
        self.work.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.zoom = QToolButton()
        self.zoom.setToolTip(self.tr("Actual size"))
        self.zoom.clicked.connect(shelf["zoom-actual"].trigger)
        self.addWidget(_padded(self.health, 16), 1)
        self.addWidget(self.work, 1)
        for action_id in ("zoom-out", "zoom-in", "fit"):
            button = QToolButton()
            button.setDefaultAction(shelf[action_id])
            button.setIconSize(QSize(14, 14))
            button.setFixedSize(24, 20)
            self.addPermanentWidget(button)
        self.addPermanentWidget(self.zoom)
        self._analysis = self._kernel = self._job = self._hint = ""

    def show_health(self, summary: dict[str, int]) -> None:
        errors, warnings, infos = (summary.get(severity, 0) for severity in ("error", "warning", "info"))
        told = (
            self.tr("1 error") if errors == 1 else self.tr("{count} errors").format(count=errors),
            self.tr("1 warning") if warnings == 1 else self.tr("{count} warnings").format(count=warnings),
            self.tr("1 remark") if infos == 1 else self.tr("{count} remarks").format(count=infos),
        )
        self.health.setText(" · ".join(told))

    def show_analysis(self, state: str) -> None:
        self._analysis = {
            "current": self.tr("analysis current"),
            "working": self.tr("analysing"),
            "failed": self.tr("analysis failed; the log has the details"),
        }.get(state, "")
        self._tell()

    def show_kernel(self, state: str) -> None:
        self._kernel = {
            "warming": self.tr("simulator getting ready"),
            "ready": self.tr("simulator ready"),
            "failed": self.tr("simulator failed; the log has the details"),
        }.get(state, "")
        self._tell()

    def show_job(self, sentence: str) -> None:
        """What else is being worked on; empty for nothing."""
        self._job = sentence
        self._tell()

    def show_hint(self, sentence: str) -> None:
        """What can be done right now; empty for nothing."""
        self._hint = sentence
        self._tell()

    def show_zoom(self, factor: float) -> None:
        self.zoom.setText(f"{round(factor * 100)}%")

    def _tell(self) -> None:
        state = " · ".join(text for text in (self._analysis, self._kernel, self._job) if text)
        self.work.setText(self._hint or state)


def _padded(label: QLabel, left: int) -> QLabel:
    label.setContentsMargins(left, 0, 0, 0)
    return label
