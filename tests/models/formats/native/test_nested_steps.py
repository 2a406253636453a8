"""Mistakes deep inside a journey are told at their own place."""

import json

import pytest

from models.formats import native


@pytest.mark.parametrize(
    ("step", "place", "told"),
    [
        ({"link": 3}, "journeys[0].steps[0].steps[0].steps[0].link", "3 does not fit here"),
        ({"link": "l", "cals": 2}, "journeys[0].steps[0].steps[0].steps[0].cals", 'did you mean "calls"'),
        ({"choice": [{"weight": 1, "steps": [{"work_ms": "slow"}]}]}, "steps[0].choice[0].steps[0].work_ms", "a time"),
    ],
)
def test_a_mistake_in_a_nested_step_names_its_place(step: dict[str, object], place: str, told: str) -> None:
    data = {
        "format": "loadpath/1.0",
        "elements": [{"id": "a", "kind": "service"}, {"id": "c", "kind": "client"}],
        "links": [
            {"id": "l", "source": "c", "target": "a", "style": "sync"},
            {"id": "m", "source": "a", "target": "a", "style": "sync"},
        ],
        "journeys": [
            {
                "id": "j",
                "entry": "c",
                "steps": [{"link": "l", "steps": [{"link": "m", "steps": [step]}]}],
            }
        ],
    }
    with pytest.raises(native.FormatError) as raised:
        native.loads(json.dumps(data).encode())
    assert place in str(raised.value)
    assert told in str(raised.value)
