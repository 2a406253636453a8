"""What the model says of itself: its name, its description, and at what stage the design is."""

from typing import Any, Literal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document import Document
from app.panels.form import Form, Path
from app.panels.wording import field_label
from models.architecture import Architecture, edits, replace
from models.architecture.base import Frozen, Name, Text_
from models.architecture.policy import Policy


class ModelFacts(Frozen):
    """The fields of the form."""

    name: Name | None = None
    stage: Literal["sketch", "design", "operate"] | None = None
    description: Text_ | None = None


class ModelForm(QWidget):
    """Shown by the inspector when nothing is selected."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.form = Form([ModelFacts], grouped=False)
        self.form.changed.connect(self._change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(self.form)

    def refresh(self, *, fresh: bool = True) -> None:
        held = self._document.architecture
        stage = held.policy.stage if held.policy is not None else None
        facts = ModelFacts(name=held.name, description=held.description, stage=stage)
        assumed = {"stage": "design"}
        self.form.show_parts([facts], assumed.get, lambda _field: (), fresh=fresh)

    def _change(self, path: Path, value: Any) -> None:
        name = path[0]

        def edit(architecture: Architecture) -> Architecture:
            if name == "stage":
                return edits.set_policy(architecture, replace(architecture.policy or Policy(), stage=value))
            return replace(architecture, **{name: value})

        title = self.tr("Set {attribute} of the model").format(attribute=field_label(name))
        self._document.apply(edit, title)
