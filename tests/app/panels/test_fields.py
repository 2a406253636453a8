"""Forms follow the model: every attribute has a form, a name and a group, and reads back what it shows."""

from typing import Any, get_args

import pytest

from app.panels.editors import editor_for
from app.panels.fields import Field, fields_of, read, write
from app.panels.form import start_of, with_value
from app.panels.labels import GROUPS, LABELS
from app.panels.units import UnitError
from app.panels.wording import VALUES
from models.architecture import KINDS, STYLES, Journey, Load, Retry, Scenario, SyncLink
from models.architecture.base import Frozen
from models.architecture.scenarios import Fault

PARTS: list[type[Frozen]] = [
    *(traits.type for traits in KINDS.values()),
    *(traits.type for traits in STYLES.values()),
    *get_args(Fault),
    Scenario,
    Journey,
    Load,
]


def every_field(model: type[Frozen]) -> list[Field]:
    found = []
    for field in fields_of(model):
        found.append(field)
        if field.part is not None:
            found.extend(every_field(field.part))
    return found


@pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)
def test_every_attribute_has_a_name_for_people(model: type[Frozen]) -> None:
    for field in every_field(model):
        assert field.name in LABELS or field.name == "profile", field.name
        assert LABELS[field.name].group in GROUPS


@pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)
def test_every_word_a_person_may_choose_is_translatable(model: type[Frozen]) -> None:
    for field in every_field(model):
        assert set(field.choices) <= VALUES.keys(), field.name
        assert set(field.words) <= VALUES.keys(), field.name


def field_of(model: type[Frozen], name: str) -> Field:
    return next(field for field in fields_of(model) if field.name == name)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("timeout_ms", "2 s", 2000.0),
        ("timeout_ms", "none", "none"),
        ("timeout_ms", "", None),
        ("bulkhead", "8", 8),
        ("bulkhead", "None", "none"),
        ("payload_bytes", "64 KiB", 65536.0),
        ("probability", "25%", 0.25),
        ("tags", "a, b,, c", ("a", "b", "c")),
    ],
)
def test_a_field_reads_what_it_shows(name: str, text: str, value: Any) -> None:
    field = field_of(SyncLink, name)
    assert read(field, text) == value
    assert read(field, write(field, value)) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("timeout_ms", "-1 s"), ("timeout_ms", "unlimited"), ("bulkhead", "0"), ("bulkhead", "2.5"), ("probability", "2")],
)
def test_what_is_out_of_bounds_is_refused_with_a_sentence(name: str, text: str) -> None:
    with pytest.raises(UnitError) as caught:
        read(field_of(SyncLink, name), text)
    assert str(caught.value.told).endswith(".")


def test_a_part_that_says_nothing_any_more_is_not_said_unless_being_there_says_something() -> None:
    link = SyncLink(id="l", source="a", target="b", retry=Retry(max_attempts=3))
    assert with_value(link, ("retry", "max_attempts"), None) == Retry()
    named = SyncLink(id="l", source="a", target="b").model_validate(
        {"id": "l", "source": "a", "target": "b", "contract": {"name": "orders"}}
    )
    assert with_value(named, ("contract", "name"), None) is None


def test_every_part_has_a_beginning_that_is_valid() -> None:
    for model in PARTS:
        for field in every_field(model):
            if field.part is not None and field.part is not Load:
                assert isinstance(start_of(field.part), field.part)


def test_every_form_of_field_has_an_editor(qtbot: Any) -> None:
    for model in PARTS:
        for field in every_field(model):
            if field.form != "part":
                qtbot.addWidget(editor_for(field))
