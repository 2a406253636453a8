"""uTOSCA models, as microFreshener reads them: services, stores, brokers and routers with their interactions.

Such a model says of an interaction whether it has a timeout, a circuit breaker and dynamic discovery, and nothing of
how long or how often; of a store who uses it, but not how; of a broker who is connected, but not who sends. What is
filled in here is marked as a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.foreign import Imported, Importer, SourceError
from models.formats.foreign.draft import Draft, guess, imported
from models.formats.foreign.members import Known, Members, words
from models.formats.foreign.reading import Source, read_sources
from models.formats.foreign.yaml_documents import MalformedYamlError, documents

SUFFIXES = (".yml", ".yaml")
LOOKED_AT = 40
SOME_TIMEOUT_MS = 1_000.0
KINDS = {
    "service": "service",
    "datastore": "datastore",
    "database": "datastore",
    "messagebroker": "queue",
    "communicationpattern": "queue",
    "messagerouter": "service",
    "kingress": "service",
    "kproxy": "service",
    "kservice": "service",
}
"""Last part of a node's type in small letters -> kind of element."""
ROUTERS = ("messagerouter", "kingress", "kproxy", "kservice")
GROUPS = {"team": "team", "squadgroup": "team"}
_YES, _NO = ("true", "yes", "on"), ("false", "no", "off")


KNOWN = {
    "document": Known(words("topology_template tosca_definitions_version imports"), words("description metadata")),
    "topology": Known(words("node_templates groups relationship_templates"), words("description")),
    "node": Known(words("type requirements"), words("description metadata")),
    "interaction": Known(words("node relationship")),
    "relationship": Known(words("type properties"), words("description metadata")),
    "properties": Known(words("timeout circuit_breaker dynamic_discovery")),
    "group": Known(words("type members"), words("description metadata")),
}


@dataclass
class _Reading:
    draft: Draft
    members: Members = field(default_factory=lambda: Members(KNOWN))
    guessed: list[Text] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)
    timeouts: int = 0
    accesses: int = 0
    brokers: int = 0
    topologies: int = 0


def recognise(paths: tuple[Path, ...]) -> bool:
    """Whether one of the first files speaks of nodes of the micro profile."""
    try:
        files = [
            file
            for path in paths
            for file in (sorted(path.rglob("*"))[:2000] if path.is_dir() else [path])
            if file.suffix.lower() in SUFFIXES and file.is_file()
        ]
        for file in files[:LOOKED_AT]:
            with file.open("rb") as stream:
                start = stream.read(200_000)
            if b"topology_template" in start and b"micro.nodes." in start:
                return True
    except OSError:
        return False
    return False


def read(paths: tuple[Path, ...]) -> Imported:
    """A model of all topologies in the files.

    Raises:
        SourceError: there is none, or the files are too many or too large.
    """
    sources = read_sources(paths, SUFFIXES)
    reading = _Reading(Draft("microtosca"), left_out=list(sources.left_out))
    for source in sources.files:
        _read(source, reading)
    if not reading.topologies:
        reason = reading.left_out[0] if reading.left_out else say("import", _NO_TOPOLOGY)
        raise SourceError(say("import", _NOTHING, file=paths[0].name, reason=reason))
    for count, template in (
        (reading.timeouts, _TIMEOUTS),
        (reading.accesses, _ACCESSES),
        (reading.brokers, _BROKERS),
    ):
        if count:
            reading.guessed.append(say("import", template, count=count, value=f"{SOME_TIMEOUT_MS:.0f}"))
    reading.left_out += reading.members.told()
    name = paths[0].stem if not paths[0].is_dir() else paths[0].resolve().name
    return Imported(reading.draft.architecture(name), tuple(reading.guessed), tuple(reading.left_out))


def _read(source: Source, reading: _Reading) -> None:
    try:
        found = documents(source.text)
    except MalformedYamlError as error:
        reading.left_out.append(say("import", _MALFORMED, file=source.name, line=error.line or "?", problem=error))
        return
    for document in found:
        topology = _mapping(_mapping(document).get("topology_template"))
        nodes = _mapping(topology.get("node_templates"))
        if any(_type(node).startswith("micro.nodes.") for node in nodes.values()):
            reading.topologies += 1
            reading.members.look("document", document, source.name)
            reading.members.look("topology", topology, source.name)
            _Topology(source.name, topology, nodes, reading).draw()


class _Topology:
    """One topology template while it is drawn; `ids` are the elements by the names of their nodes."""

    def __init__(self, file: str, topology: dict[str, Any], nodes: dict[str, Any], reading: _Reading) -> None:
        self.file = file
        self.nodes = nodes
        self.groups = _mapping(topology.get("groups"))
        self.relationships = _mapping(topology.get("relationship_templates"))
        self.reading = reading
        self.ids: dict[str, str] = {}
        self.routers: set[str] = set()

    def draw(self) -> None:
        hosts = self._hosts()
        teams = self._teams()
        for name, node in self.nodes.items():
            self._look("node", node, name)
            last = _type(node).rpartition(".")[2].lower()
            if last == "compute":
                continue
            if last not in KINDS:
                self._leave(_UNKNOWN_NODE, node=name, type=_type(node) or "-")
                continue
            kind = KINDS[last]
            said: dict[str, Any] = {"owner": (teams.get(name) or (None,))[0]}
            provenance = {}
            if kind == "datastore":
                said["store"] = "relational"
                provenance["store"] = guess("the source does not say what kind of store it is")
            said["groups"] = tuple(hosts[host] for host in self._hosts_of(node) if host in hosts) or None
            if last in ROUTERS:
                said["role"] = "gateway"
            self.ids[name] = self.reading.draft.element(kind, name, f"{self.file}/{name}", provenance, **said)
            if last in ROUTERS:
                self.routers.add(self.ids[name])
        for name, node in self.nodes.items():
            if name in self.ids:
                for number, (key, told) in enumerate(self._requirements(node)):
                    if key == "interaction":
                        self._interaction(name, number, told)
                    elif key not in ("deployed_on", "run_on"):
                        self._leave(_UNKNOWN_REQUIREMENT, node=name, requirement=key)
        self._edge()

    def _hosts(self) -> dict[str, str]:
        used = {host for node in self.nodes.values() for host in self._hosts_of(node)}
        return {
            name: self.reading.draft.element("group", name, f"{self.file}/{name}", {}, group_type="host")
            for name, node in self.nodes.items()
            if name in used and _type(node).lower().endswith(".compute")
        }

    def _hosts_of(self, node: Any) -> list[str]:
        return [
            str(_node_of(told)) for key, told in self._requirements(node) if key in ("deployed_on", "run_on") and told
        ]

    def _teams(self) -> dict[str, list[str]]:
        """Node name -> the teams that it is a member of."""
        found: dict[str, list[str]] = {}
        for name, group in self.groups.items():
            self._look("group", group, name)
            last = _type(group).rpartition(".")[2].lower()
            if last in GROUPS:
                for member in _members(group):
                    found.setdefault(member, []).append(name)
            elif last != "edge":
                self._leave(_UNKNOWN_GROUP, group=name, type=_type(group) or "-")
        return found

    def _requirements(self, node: Any) -> Iterator[tuple[str, Any]]:
        told = _mapping(node).get("requirements")
        for one in told if isinstance(told, list) else [told]:
            yield from _mapping(one).items()

    def _interaction(self, name: str, number: int, told: Any) -> None:
        target = _node_of(told)
        if target not in self.ids:
            self._leave(_DANGLING, node=name, target=target if isinstance(target, str) else "-")
            return
        source, end = self.ids[name], self.ids[target]
        draft = self.reading.draft
        kinds = draft.kind(source), draft.kind(end)
        key = f"{self.file}/{name}/{number}"
        self._look("interaction", told, f"{name} - {target}")
        if kinds[0] != "service":
            self._leave(_NO_CALLER, node=name, target=target)
            return
        if kinds[1] == "datastore":
            self.reading.accesses += 1
            access = {"access": guess("the source does not say whether it reads or writes")}
            draft.link("shared_data", source, end, key, access="read_write", provenance=access)
            return
        if kinds[1] == "queue":
            self.reading.brokers += 1
            draft.link("async", source, end, key, provenance={"target": guess("it may also take from the broker")})
            return
        self._call(source, end, key, self._properties(told, f"{name} - {target}"))

    def _call(self, source: str, end: str, key: str, properties: dict[str, Any]) -> None:
        """What the type leaves out is false by its definition; a limit nobody has set is still not said to be none."""
        said: dict[str, Any] = {}
        provenance = {}
        timeout, breaker, lookup = (
            properties.get(name) for name in ("timeout", "circuit_breaker", "dynamic_discovery")
        )
        if _true(timeout):
            self.reading.timeouts += 1
            said["timeout_ms"] = SOME_TIMEOUT_MS
            provenance["timeout_ms"] = guess("the source says that there is a timeout, not how long it is")
        elif timeout is not None:
            said["timeout_ms"] = "none"
            provenance["timeout_ms"] = imported()
        if breaker is not None:
            said["circuit_breaker"] = {} if _true(breaker) else "none"
            provenance["circuit_breaker"] = imported()
        if lookup is not None or source not in self.routers:
            said["discovery"] = "dynamic" if _true(lookup) else "static"
            provenance["discovery"] = imported(None if lookup is not None else "false is the default of the type")
        self.reading.draft.link("sync", source, end, key, provenance=provenance, **said)

    def _properties(self, told: Any, place: str) -> dict[str, Any]:
        """What an interaction says of itself; a value that is neither true nor false counts as not said."""
        relationship = _mapping(told).get("relationship")
        if isinstance(relationship, str):
            relationship = self.relationships.get(relationship)
        self._look("relationship", relationship, place)
        properties = _mapping(_mapping(relationship).get("properties"))
        self._look("properties", properties, place)
        known = {}
        for name, value in properties.items():
            if name in KNOWN["properties"].taken and value is not None:
                if _is_flag(value):
                    known[name] = value
                else:
                    self._leave(_NO_FLAG, place=place, name=name)
        return known

    def _look(self, sort: str, value: Any, place: str) -> None:
        self.reading.members.look(sort, value, f"{self.file}, {place}")

    def _edge(self) -> None:
        """A client outside for every group of services that can be reached from there."""
        for name, group in self.groups.items():
            if _type(group).rpartition(".")[2].lower() != "edge":
                continue
            inside = [self.ids[one] for one in dict.fromkeys(_members(group)) if one in self.ids]
            reached = [one for one in inside if self.reading.draft.kind(one) == "service"]
            if reached:
                note = {"name": guess(f"whoever calls the members of {name} from outside")}
                outside = self.reading.draft.element("client", "Outside", f"{self.file}/{name}", note)
                self.reading.guessed.append(say("import", _OUTSIDE, group=name))
                for one in reached:
                    self.reading.draft.link("sync", outside, one, f"{self.file}/{name}/{one}")

    def _leave(self, template: str, **values: object) -> None:
        self.reading.left_out.append(say("import", template, file=self.file, **values))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _type(value: Any) -> str:
    told = _mapping(value).get("type")
    return told if isinstance(told, str) else ""


def _node_of(told: Any) -> Any:
    node = _mapping(told).get("node") if isinstance(told, dict) else told
    return node if isinstance(node, str) else None


def _members(group: Any) -> list[str]:
    told = _mapping(group).get("members")
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def _is_flag(value: Any) -> bool:
    return isinstance(value, str) and value.lower() in (*_YES, *_NO)


def _true(value: Any) -> bool:
    return isinstance(value, str) and value.lower() in _YES


_MALFORMED = QT_TRANSLATE_NOOP("import", "{file} is not YAML (line {line}: {problem})")
_NOTHING = QT_TRANSLATE_NOOP("import", "No uTOSCA topology was found in {file}: {reason}.")
_NO_TOPOLOGY = QT_TRANSLATE_NOOP("import", "there is no topology_template with nodes of type micro.nodes")
_TIMEOUTS = QT_TRANSLATE_NOOP(
    "import", "Timeouts ({count}) of {value} ms: the source says that there are any, not how long they are"
)
_ACCESSES = QT_TRANSLATE_NOOP(
    "import", "Uses of stores ({count}) read and write, and the stores are relational: the source says neither"
)
_BROKERS = QT_TRANSLATE_NOOP(
    "import", "Links with a broker ({count}) send to it: the source does not say who sends and who receives"
)
_OUTSIDE = QT_TRANSLATE_NOOP("import", "A client calls every service of the edge group {group}")
_UNKNOWN_NODE = QT_TRANSLATE_NOOP("import", "{file}: node {node} of type {type}")
_UNKNOWN_GROUP = QT_TRANSLATE_NOOP("import", "{file}: group {group} of type {type}")
_UNKNOWN_REQUIREMENT = QT_TRANSLATE_NOOP("import", "{file}: requirement {requirement} of {node}")
_DANGLING = QT_TRANSLATE_NOOP("import", "{file}: an interaction of {node} with {target}, which is not there")
_NO_FLAG = QT_TRANSLATE_NOOP("import", "{file}, {place}: {name} is neither true nor false")
_NO_CALLER = QT_TRANSLATE_NOOP("import", "{file}: an interaction of {node} with {target}: only services call others")

IMPORTER = Importer("microtosca", "uTOSCA models", ("*.yml", "*.yaml"), recognise, read)
