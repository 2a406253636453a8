"""Who reads and writes which data."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.analysis.facts import Facts
from models.architecture import Link, SharedDataLink
from models.architecture.graph import unit_of
from models.architecture.model import Arc


@dataclass
class Dataset:
    """Who uses one dataset: deployment unit -> its links, and their ids."""

    users: dict[str, list[SharedDataLink]] = field(default_factory=dict)
    _ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, unit: str, link_id: str, link: SharedDataLink) -> None:
        """One more link to it."""
        self.users.setdefault(unit, []).append(link)
        self._ids.setdefault(unit, []).append(link_id)

    @property
    def links(self) -> list[SharedDataLink]:
        """All links to it, by unit."""
        return [link for unit in sorted(self.users) for link in self.users[unit]]

    @property
    def link_ids(self) -> list[str]:
        """The ids of `links`."""
        return [link_id for unit in sorted(self._ids) for link_id in self._ids[unit]]

    def readers(self, facts: Facts) -> set[str]:
        return self._among(facts.once(_reading))

    def writers(self, facts: Facts) -> set[str]:
        return self._among(facts.once(_writing))

    def _among(self, link_ids: frozenset[str]) -> set[str]:
        """The units of which some link is one of these."""
        return {unit for unit, ids in self._ids.items() if not link_ids.isdisjoint(ids)}

    def undecided(self, facts: Facts) -> list[SharedDataLink]:
        said = facts.stating("access")
        return [link for links in self.users.values() for link in links if link.id not in said]


@dataclass(frozen=True)
class Shared:
    """Data of one store in the hands of several: one dataset, or the whole store where `name` is empty."""

    store: str
    name: str
    dataset: Dataset
    writers: int

    @property
    def subject(self) -> str:
        """What a finding about it is called by."""
        return f"{self.store}/{self.name}" if self.name else self.store


def shared_data(facts: Facts) -> dict[str, list[Shared]]:
    """Shared fact: datastore id -> what of it one party writes and others use.

    Where those who name no dataset share the store with each other, that is one matter, with all other users in it;
    otherwise each dataset is one of its own.
    """
    named, units = facts.stating("dataset"), unit_of(facts.architecture)
    found: dict[str, list[Shared]] = {}
    for store, sets in sorted(facts.once(datasets).items()):
        every, whole = Dataset(), Dataset()  # left empty where nobody names a dataset
        if sets.keys() != {""}:
            for link in {link.id: link for dataset in sets.values() for link in dataset.links}.values():
                unit = units.get(link.source, link.source)
                every.add(unit, link.id, link)
                if link.id not in named:
                    whole.add(unit, link.id, link)
        parts = {"": every} if _shared_by(facts, whole) else sets
        writers = {name: _shared_by(facts, dataset) for name, dataset in sorted(parts.items())}
        shared = [Shared(store, name, parts[name], count) for name, count in writers.items() if count]
        if shared:
            found[store] = shared
    return found


def _shared_by(facts: Facts, dataset: Dataset) -> int:
    """How many write what others use too; 0 of what one alone uses."""
    return len(dataset.writers(facts)) if len(dataset.users) > 1 else 0


def _reading(facts: Facts) -> frozenset[str]:
    access = facts.stating("access").items()
    return frozenset([link_id for link_id, way in access if way in ("read", "read_write")])


def _writing(facts: Facts) -> frozenset[str]:
    access = facts.stating("access").items()
    return frozenset([link_id for link_id, way in access if way in ("write", "read_write")])


def access_of(facts: Facts, link: Link) -> tuple[bool, bool]:
    """(reads, writes), as said."""
    return link.id in facts.once(_reading), link.id in facts.once(_writing)


def datasets(facts: Facts) -> dict[str, dict[str, Dataset]]:
    """Shared fact: datastore id -> dataset ("" = the whole store) -> its users.

    Whoever names no dataset uses the whole store, and so every dataset that others name.
    """
    units, named = unit_of(facts.architecture), facts.stating("dataset")
    found: dict[str, dict[str, Dataset]] = {}
    by_store: dict[str, list[Arc]] = {}
    for arc in facts.arcs_of("shared_data"):
        if facts.kind[arc[2]] == "datastore":
            by_store.setdefault(arc[2], []).append(arc)
    for store, arcs in by_store.items():
        every = sorted({str(named[arc[0]]) for arc in arcs if arc[0] in named}) or [""]
        sets = found.setdefault(store, {})
        for link_id, source, _, _, link in arcs:
            for name in [str(named[link_id])] if link_id in named else every:
                if name not in sets:
                    sets[name] = Dataset()
                if isinstance(link, SharedDataLink):
                    sets[name].add(units.get(source, source), link_id, link)
    return found
