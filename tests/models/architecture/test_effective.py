"""What a part says itself, what its profile says of it, and what of that its style can mean."""

from __future__ import annotations

import pytest

from models.architecture import Architecture, in_force, said

LINKS = {
    "sync": ("service", "service"),
    "async": ("service", "queue"),
    "event": ("service", "topic"),
    "shared_data": ("service", "datastore"),
}


def model(style: str, **profile: object) -> Architecture:
    source, target = LINKS[style]
    return Architecture.model_validate(
        {
            "elements": [{"id": "a", "kind": source}, {"id": "b", "kind": target}],
            "links": [{"id": "l", "source": "a", "target": "b", "style": style, "profile": "p"}],
            "profiles": [{"id": "p", **profile}],
        }
    )


@pytest.mark.parametrize("style", LINKS)
@pytest.mark.parametrize(
    ("attribute", "value", "styles"),
    [
        ("discovery", "static", {"sync"}),
        ("payload", "id_only", {"event"}),
        ("awaited", True, {"async"}),
        ("timeout_ms", 250.0, {"sync", "async", "shared_data"}),
    ],
)
def test_a_profile_speaks_only_of_what_the_style_of_a_link_has(
    style: str, attribute: str, value: object, styles: set[str]
) -> None:
    architecture = model(style, **{attribute: value})
    link = architecture.link_by_id["l"]
    assert said(architecture, link, attribute) == (value if style in styles else None)
    assert in_force(architecture, link, attribute).from_profile is (style in styles)


def test_what_a_profile_says_of_a_part_of_an_attribute_follows_the_same_rule() -> None:
    for style, limit in (("sync", None), ("event", 3), ("async", 3)):
        architecture = model(style, delivery={"max_deliveries": 3})
        assert said(architecture, architecture.link_by_id["l"], "delivery.max_deliveries") == limit
