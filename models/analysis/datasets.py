"""Who reads and writes which data."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.analysis.facts import Facts
from models.architecture import Link, SharedDataLink
from models.architecture.graph import unit_of


@dataclass
class Dataset:
    """Who uses one dataset: deployment unit -> its links."""

    users: dict[str, list[SharedDataLink]] = field(default_factory=dict)

    @property
    def links(self) -> list[SharedDataLink]:
        """All links to it, by unit."""
        return [link for unit in sorted(self.users) for link in self.users[unit]]

    def writers(self, facts: Facts) -> set[str]:
        access = facts.stating("access")
        return {
            unit
            for unit, links in self.users.items()
            if any(access.get(link.id) in ("write", "read_write") for link in links)
        }

    def undecided(self, facts: Facts) -> list[SharedDataLink]:
        return [link for links in self.users.values() for link in links if facts.said(link, "access") is None]


def access_of(facts: Facts, link: Link) -> tuple[bool, bool]:
    """(reads, writes), as said."""
    access = facts.said(link, "access")
    return access in ("read", "read_write"), access in ("write", "read_write")


def datasets(facts: Facts) -> dict[str, dict[str, Dataset]]:
    """Shared fact: datastore id -> dataset ("" = the whole store) -> its users.

    Whoever names no dataset uses the whole store, and so every dataset that others name.
    """
    units = unit_of(facts.architecture)
    found: dict[str, dict[str, Dataset]] = {}
    by_store: dict[str, list[SharedDataLink]] = {}
    for link in facts.links_of("shared_data"):
        if isinstance(link, SharedDataLink) and facts.kind[link.target] == "datastore":
            by_store.setdefault(link.target, []).append(link)
    for store, links in by_store.items():
        named = {link.id: facts.said(link, "dataset") for link in links}
        every = sorted({str(name) for name in named.values() if name is not None}) or [""]
        sets = found.setdefault(store, {})
        for link in links:
            for name in every if named[link.id] is None else [str(named[link.id])]:
                users = sets.setdefault(name, Dataset()).users
                users.setdefault(units.get(link.source, link.source), []).append(link)
    return found
