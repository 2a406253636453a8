"""What a result rests on and whether it met what was expected, in words."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.panels import figures
from app.panels.fields import fields_of, write
from app.panels.wording import field_label, value_label
from models.architecture import ASSUMPTIONS, KINDS, STYLES, Architecture, Expectation, Load
from models.architecture.base import Frozen

translate = QCoreApplication.translate
METRICS = {
    "availability": figures.percent,
    "goodput_per_s": figures.per_second,
}


def expectation_line(journeys: Mapping[str, str], expectation: Expectation, measured: float | None, met: bool) -> str:
    """ "Met: Place order, 99% below 800 ms: 640 ms"."""
    tell = METRICS.get(expectation.metric) or (
        figures.milliseconds if expectation.metric.endswith("_ms") else figures.count
    )
    bounds = []
    if expectation.at_most is not None:
        bounds.append(translate("Results", "at most {value}").format(value=tell(expectation.at_most)))
    if expectation.at_least is not None:
        bounds.append(translate("Results", "at least {value}").format(value=tell(expectation.at_least)))
    told = (
        translate("Results", "Met: {journey}, {metric} {bound}: {value}")
        if met
        else translate("Results", "Not met: {journey}, {metric} {bound}: {value}")
    )
    return told.format(
        journey=journeys.get(expectation.journey, expectation.journey),
        metric=metric_label(expectation.metric),
        bound=", ".join(bounds),
        value=tell(measured),
    )


def metric_label(metric: str) -> str:
    return value_label(metric)


def assumption_lines(architecture: Architecture, assumptions: Mapping[str, Any]) -> list[str]:
    """ "Workers 16: Order, Stock", the same assumption of several parts in one line."""
    found: dict[str, list[str]] = {}
    for path, value in assumptions.items():
        part, attribute = _split(architecture, path)
        known = architecture.element_by_id.get(part) or architecture.link_by_id.get(part)
        name = attribute.rpartition(".")[2]
        told = f"{field_label(name)} {_told(known, name, value)}"
        found.setdefault(told, []).append(architecture.label(part) if part else "")
    lines = []
    for told, parts in found.items():
        named = ", ".join(part for part in parts[:6] if part)
        more = translate("Results", " and {count} more").format(count=len(parts) - 6) if len(parts) > 6 else ""
        lines.append(f"{told}: {named}{more}" if named else told)
    return lines


def _split(architecture: Architecture, path: str) -> tuple[str, str]:
    """(id of the part, attribute) of "order-payment.retry.base_ms"; ids may hold dots."""
    cut = path.rfind(".")
    while cut > 0:
        part = path[:cut]
        if any(part in known for known in (architecture.element_by_id, architecture.link_by_id)):
            return part, path[cut + 1 :]
        cut = path.rfind(".", 0, cut)
    part, _, attribute = path.partition(".")
    return (part, attribute) if attribute else ("", part)


def load_words(value: Any) -> str:
    """ "10/s, random (Poisson)" for a journey's load, as the model or a result holds it."""
    load = value if isinstance(value, Load) else Load.model_validate(value)
    if load.open is not None:
        arrivals = value_label(load.open.arrivals or ASSUMPTIONS["journey"]["load"]["open"]["arrivals"])
        return f"{figures.per_second(load.open.rate_per_s)}, {arrivals}"
    if load.closed is not None:
        return translate("Results", "users: {count}").format(count=figures.count(load.closed.users))
    if load.schedule is not None:
        return translate("Results", "{count} every {time}").format(
            count=figures.count(load.schedule.batch), time=figures.milliseconds(load.schedule.every_ms)
        )
    return value_label("profile")


def _told(part: Frozen | None, attribute: str, value: Any) -> str:
    if attribute == "load" and not isinstance(value, str):
        return load_words(value)
    types: list[type[Frozen]] = [type(part)] if part is not None else []
    types += [traits.type for traits in KINDS.values()]
    types += [traits.type for traits in STYLES.values()]
    for model in types:
        for field in fields_of(model):
            if field.name == attribute and field.form != "part":
                text = write(field, _value(model, attribute, value))
                return value_label(text) if field.form in ("choice", "flag") or text in field.words else text
    return str(value)


def _value(model: type[Frozen], attribute: str, value: Any) -> Any:
    """The value as the model holds it: results tell distributions as plain data."""
    if not isinstance(value, dict):
        return value
    field = next(field for field in fields_of(model) if field.name == attribute)
    return field.adapter.validate_python(value) if field.adapter is not None else value
