"""Links that say the worst of an attribute, or nothing of it at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from models.analysis.facts import Facts
from models.analysis.rule import Flaw, Silences


def unsaid(
    facts: Facts, attribute: str, worst: str, link_ids: Sequence[str], tell: Callable[[str], Flaw]
) -> Iterator[Flaw | Silences]:
    """A flaw for every link of which `worst` is said, and one for the silence of all the others that say nothing."""
    said = facts.stating(attribute)
    for link_id in link_ids:
        if said.get(link_id) == worst:
            yield tell(link_id)
    silent = [link_id for link_id in link_ids if link_id not in said]
    if silent:
        yield Silences(silent, "error", tell, attribute)
