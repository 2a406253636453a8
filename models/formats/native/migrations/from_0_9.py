"""loadpath/0.9, the trial version, to 1.0.

A link's style was called `kind`, its timeout `timeout`, in seconds; elements lay in one `group` at most.
"""

from typing import Any


def migrate(raw: dict[str, Any]) -> dict[str, Any]:
    """The data of a 0.9 file as 1.0 says it. What has an unexpected shape is left for the reader to complain about."""
    after = dict(raw)
    if isinstance(raw.get("links"), list):
        after["links"] = [_link(link) if isinstance(link, dict) else link for link in raw["links"]]
    if isinstance(raw.get("elements"), list):
        after["elements"] = [_element(part) if isinstance(part, dict) else part for part in raw["elements"]]
    return after


def _link(before: dict[str, Any]) -> dict[str, Any]:
    link = dict(before)
    if "kind" in link and "style" not in link:
        link["style"] = link.pop("kind")
    if "timeout" in link and "timeout_ms" not in link:
        timeout = link.pop("timeout")
        is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
        link["timeout_ms"] = timeout * 1000 if is_number else timeout
    return link


def _element(before: dict[str, Any]) -> dict[str, Any]:
    element = dict(before)
    if "group" in element and "groups" not in element:
        group = element.pop("group")
        if group is not None:
            element["groups"] = [group]
    return element
