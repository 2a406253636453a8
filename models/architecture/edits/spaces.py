"""Journeys, scenarios, profiles, diagrams and policy: each put in or taken out as a whole."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.architecture.base import replace
from models.architecture.diagrams import Diagram
from models.architecture.edits.error import EditError, changed
from models.architecture.edits.removal import without_parts
from models.architecture.edits.settling import settled, walkable
from models.architecture.journeys import Journey
from models.architecture.links import Profile
from models.architecture.model import Architecture
from models.architecture.nearest import nearest
from models.architecture.policy import Policy, Waiver
from models.architecture.scenarios import Scenario
from models.architecture.text import QT_TRANSLATE_NOOP, say

Space = Literal["journeys", "scenarios", "profiles", "diagrams"]
_SPACES: dict[type, Space] = {Journey: "journeys", Scenario: "scenarios", Profile: "profiles", Diagram: "diagrams"}


def put(architecture: Architecture, part: Journey | Scenario | Profile | Diagram) -> Architecture:
    """`part` in the place of the one with its id, or after the others of its space.

    Raises:
        EditError: it refers to something that does not exist, or cannot be walked.
    """
    space = _SPACES[type(part)]
    before = getattr(architecture, space)
    if any(known.id == part.id for known in before):
        after = tuple(part if known.id == part.id else known for known in before)
    else:
        after = (*before, part)
    return settled(architecture, {space: after})


def drop(architecture: Architecture, space: Space, part_id: str) -> Architecture:
    """Without the journey, scenario, profile or diagram `part_id`, and without what refers to it.

    Raises:
        EditError: there is no such space or part.
    """
    if space not in _SPACES.values():
        template = QT_TRANSLATE_NOOP("edits", 'There is no "{space}"; there are {spaces}.')
        raise EditError(say("edits", template, space=space, spaces=", ".join(_SPACES.values())))
    before = getattr(architecture, space)
    if all(known.id != part_id for known in before):
        template = QT_TRANSLATE_NOOP("edits", 'There is no "{id}" among {space}{hint}.')
        hint = nearest(part_id, [known.id for known in before])
        raise EditError(say("edits", template, id=part_id, space=space, hint=hint))
    kept = tuple(known for known in before if known.id != part_id)
    if space == "journeys":
        return _without_journey(architecture, kept, part_id)
    if space == "profiles":
        links = tuple(replace(link, profile=None) if link.profile == part_id else link for link in architecture.links)
        return settled(architecture, {"profiles": kept, "links": links})
    return changed(architecture, {space: kept})


def set_policy(architecture: Architecture, policy: Policy | None) -> Architecture:
    """Judged by `policy`; None or one that says nothing = by the defaults.

    Raises:
        EditError: it names an element, link or group that does not exist.
    """
    silent = policy is not None and not policy.said() and not policy._unknown
    return changed(architecture, {"policy": None if silent else policy})


def waive(
    architecture: Architecture,
    finding_id: str,
    *,
    reason: str | None = None,
    owner: str | None = None,
    until: date | str | None = None,
) -> Architecture:
    """The risk of this finding accepted: why, by whom, until which day (a date or "2027-03-01").

    Raises:
        EditError: `until` is no date.
    """
    waiver = changed(Waiver(finding=finding_id), {"reason": reason, "owner": owner, "until": until})
    policy = architecture.policy or Policy()
    others = tuple(known for known in policy.waivers if known.finding != finding_id)
    return set_policy(architecture, replace(policy, waivers=(*others, waiver)))


def unwaive(architecture: Architecture, finding_id: str) -> Architecture:
    """The risk of this finding no longer accepted.

    Raises:
        EditError: it was not.
    """
    policy = architecture.policy or Policy()
    others = tuple(known for known in policy.waivers if known.finding != finding_id)
    if len(others) == len(policy.waivers):
        template = QT_TRANSLATE_NOOP("edits", 'Nobody has accepted the finding "{finding}".')
        raise EditError(say("edits", template, finding=finding_id))
    return set_policy(architecture, replace(policy, waivers=others))


def _without_journey(architecture: Architecture, kept: tuple[Journey, ...], journey_id: str) -> Architecture:
    journeys = walkable(kept, architecture.link_by_id, architecture.element_by_id)
    scenarios = tuple(without_parts(architecture, scenario, (), (journey_id,)) for scenario in architecture.scenarios)
    return settled(architecture, {"journeys": journeys, "scenarios": scenarios})
