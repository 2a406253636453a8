"""Accepting the risk of a finding: why, who answers for it, until when. It is kept in the model."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QDateEdit,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


@dataclass(frozen=True, slots=True)
class Acceptance:
    reason: str
    owner: str
    until: date | None


class AcceptRisk(QDialog):
    """Asks for reason, owner and date. The button works once a reason is given and an owner named."""

    def __init__(self, parent: QWidget, finding: str, message: str, *, reason: str = "", owner: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Accept the risk"))
        head = QLabel(finding)
        head.setProperty("role", "title")
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        told = QLabel(message)
        told.setProperty("role", "field")
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWordWrap(True)
        self.reason = QPlainTextEdit(reason)
        self.reason.setPlaceholderText(self.tr("Why this is acceptable"))
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(80)
        self.owner = QLineEdit(owner)
        self.owner.setPlaceholderText(self.tr("A person or a team"))
        self.owner.setAccessibleName(self.tr("Owner"))
        self.limited = QCheckBox(self.tr("Until"))
        self.limited.setChecked(True)
        self.until = QDateEdit(QDate.currentDate().addMonths(6))
        self.until.setDisplayFormat("yyyy-MM-dd")
        self.until.setCalendarPopup(True)
        calendar = self.until.calendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(day, QTextCharFormat())
        self.until.setMinimumDate(QDate.currentDate())
        self.until.setAccessibleName(self.tr("Until"))
        self.limited.toggled.connect(self.until.setEnabled)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for row, (title, field) in enumerate(((self.tr("Reason"), self.reason), (self.tr("Owner"), self.owner))):
            name = QLabel(title)
            name.setProperty("role", "field")
            name.setBuddy(field)
            long = isinstance(field, QPlainTextEdit)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop if long else Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.limited, 2, 0)
        grid.addWidget(self.until, 2, 1)
        self.accept_button = QPushButton(self.tr("Accept the risk"))
        self.accept_button.setProperty("role", "primary")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(head)
        column.addWidget(told)
        column.addLayout(grid)
        column.addLayout(buttons)
        self.reason.textChanged.connect(self._check)
        self.owner.textChanged.connect(self._check)
        self._check()
        self.setMinimumWidth(460)
        self.reason.setFocus()

    def acceptance(self) -> Acceptance:
        """What was entered."""
        until = self.until.date()
        chosen = date(until.year(), until.month(), until.day()) if self.limited.isChecked() else None
        return Acceptance(self.reason.toPlainText().strip(), self.owner.text().strip(), chosen)

    def _check(self) -> None:
        answer = self.acceptance()
        self.accept_button.setEnabled(bool(answer.reason and answer.owner))
