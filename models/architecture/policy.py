"""How much is asked of a model: stage, severities, thresholds, and accepted risks."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from models.architecture.base import Frozen, Name, Real, Text_


def _iso_date(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> object:
    raise PydanticCustomError("date", "a date is written like 2027-03-01")


Date = Annotated[
    date,
    BeforeValidator(_iso_date),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date"}),
]
RULE_CODE = r"^[A-Z]\d\d$"
RuleCode = Annotated[str, Field(strict=True, pattern=RULE_CODE)]
Severity = Literal["error", "warning", "info", "off"]


class SeveritySetting(Frozen):
    rule: RuleCode
    where: Name = "*"
    """"*", an element, link or group id, or "tag:NAME"."""
    value: Severity


class Threshold(Frozen):
    rule: RuleCode
    name: Name
    where: Name = "*"
    value: Real


class Waiver(Frozen):
    """A risk someone accepted, why, and until when."""

    finding: Name
    reason: Text_ | None = None
    owner: Name | None = None
    until: Date | None = None


class Policy(Frozen):
    stage: Literal["sketch", "design", "operate"] | None = None
    severity: tuple[SeveritySetting, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    waivers: tuple[Waiver, ...] = ()
