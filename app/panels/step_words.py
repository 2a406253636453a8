"""A step of a journey in one line."""

from PySide6.QtCore import QCoreApplication

from app.panels.fields import fields_of, write
from app.panels.wording import translate as say
from models.architecture import STYLES, Architecture
from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep, UseStep, WorkStep

translate = QCoreApplication.translate


def step_line(architecture: Architecture, step: AnyStep) -> str:
    """ "Order → Payment · sync · 2 calls"."""
    match step:
        case LinkStep():
            return " · ".join(_link_words(architecture, step))
        case ChoiceStep():
            return translate("Steps", "One of {count}").format(count=len(step.choice))
        case UseStep():
            return translate("Steps", "As in {journey}").format(journey=architecture.label(step.use))
        case WorkStep():
            work = next(field for field in fields_of(WorkStep) if field.name == "work_ms")
            return translate("Steps", "Works {time} more").format(time=write(work, step.work_ms))


def _link_words(architecture: Architecture, step: LinkStep) -> list[str]:
    link = architecture.link_by_id[step.link]
    words = [architecture.ends(link), say("styles", STYLES[link.style].label).lower()]
    if link.name:
        words.insert(1, link.name)
    if step.calls is not None and step.calls > 1:
        words.append(translate("Steps", "{count} calls").format(count=step.calls))
    if step.probability is not None and step.probability < 1:
        words.append(translate("Steps", "in {share}% of cases").format(share=f"{step.probability * 100:.3g}"))
    if step.parallel:
        words.append(translate("Steps", "at the same time as the one before"))
    return words
