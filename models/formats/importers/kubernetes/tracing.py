"""Whom a workload names: each address in its settings, traced to the workload, store, broker or outsider behind it."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from dataclasses import dataclass, field

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.foreign.addresses import Address, addresses, is_address_name
from models.formats.foreign.images import product_by_scheme
from models.formats.importers.kubernetes.objects import Cluster, ServiceObject, Workload
from models.formats.importers.kubernetes.settings import Setting, settings_of

_DATASET_NAME = re.compile(r"(^|_)(DB|DATABASE|DB_NAME|DATABASE_NAME|DBNAME|SCHEMA)$", re.IGNORECASE)
_DIRECTORY = QT_TRANSLATE_NOOP(
    "import",
    "{workload} gets the whole ConfigMap {map}, its own address included: that is a directory, not a list of whom it "
    "calls. Whether it calls {targets} cannot be seen, and no link is drawn; draw one where it does",
)
_SECRET = QT_TRANSLATE_NOOP("import", "The secret {secret} (of {workloads}): secrets are never read")
_SHARED = QT_TRANSLATE_NOOP(
    "import",
    "{workloads} all get the whole ConfigMap {map} with the addresses of {targets}; which of them each one calls "
    "cannot be seen, so these links are doubtful",
)


@dataclass(slots=True)
class Call:
    """That one workload names another place. `doubt` says why the link may not exist."""

    source: Workload
    target: Workload | str
    """A workload, or the name of something that no manifest defines."""
    address: Address
    setting: Setting
    external: bool = False
    protocol: str | None = None
    dataset: str | None = None
    doubt: Text | None = None


@dataclass(slots=True)
class Traced:
    calls: list[Call] = field(default_factory=list)
    guessed: list[Text] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)


class Directory:
    """Names inside a cluster and what stands behind them."""

    def __init__(self, cluster: Cluster) -> None:
        self._services = {(service.namespace, service.name): service for service in cluster.services}
        self._workloads = {(workload.namespace, workload.name): workload for workload in cluster.workloads}
        self._namespaces = {workload.namespace for workload in cluster.workloads}
        self._by_label: dict[tuple[str, str, str], list[Workload]] = defaultdict(list)
        for workload in cluster.workloads:
            for label, value in workload.labels.items():
                self._by_label[workload.namespace, label, value].append(workload)

    def service(self, host: str, namespace: str) -> ServiceObject | None:
        name, place = self._split(host, namespace)
        return self._services.get((place, name))

    def find(self, host: str, namespace: str) -> Workload | None:
        """The workload that a host name seen from `namespace` leads to, or None."""
        name, place = self._split(host, namespace)
        service = self._services.get((place, name))
        if service is not None:
            behind = self.behind(service)
            if behind is not None:
                return behind
        if (workload := self._workloads.get((place, name))) is not None:
            return workload
        stem = re.sub(r"-\d+$", "", name)
        return self._workloads.get((place, stem)) if stem != name else None

    def name(self, workload: Workload) -> str:
        """What others call a workload: its service's name where that is how its own begins, else its own."""
        begins = [
            service.name
            for service in self._services.values()
            if service.namespace == workload.namespace
            and workload.name.startswith(f"{service.name}-")
            and self.behind(service) is workload
        ]
        return begins[0] if len(begins) == 1 else workload.name

    def behind(self, service: ServiceObject) -> Workload | None:
        """The first workload whose labels have all that the service selects by."""
        if not service.selector:
            return None
        first = next(iter(service.selector.items()))
        for workload in self._by_label[service.namespace, *first]:
            if service.selector.items() <= workload.labels.items():
                return workload
        return None

    def _split(self, host: str, namespace: str) -> tuple[str, str]:
        parts = host.rstrip(".").removesuffix(".cluster.local").removesuffix(".svc").split(".")
        if len(parts) == 1:
            return parts[0], namespace
        if len(parts) == 3 and (parts[2], parts[1]) in self._services:  # pod.service.namespace of a stateful set
            return parts[1], parts[2]
        if len(parts) != 2:
            return host, namespace
        pod_of_a_service = (namespace, parts[1]) in self._services and parts[1] not in self._namespaces
        return (parts[1], namespace) if pod_of_a_service else (parts[0], parts[1])


def trace(cluster: Cluster) -> Traced:
    """Every place that a workload's settings name, itself excepted, each once with the setting that names it best."""
    directory = Directory(cluster)
    traced = Traced()
    per_map: dict[tuple[str, str], dict[str, list[Call]]] = defaultdict(dict)
    secrets: dict[str, dict[str, None]] = defaultdict(dict)
    for workload in cluster.workloads:
        told = settings_of(workload, cluster)
        traced.left_out += told.left_out
        for secret in told.secrets:
            secrets[secret].setdefault(workload.name)
        calls: dict[tuple[str, str | None], Call] = {}
        selves: set[str] = set()
        for setting in told.values:
            for call in _calls(workload, setting, told.values, directory):
                if call.target is workload:
                    selves |= {setting.map} if setting.map and setting.whole else set()
                    continue
                target = call.target if isinstance(call.target, str) else call.target.key
                known = calls.get((target, call.dataset))
                if known is None or (known.setting.whole and not setting.whole):
                    calls[target, call.dataset] = call
        kept = _without_directories(workload, list(calls.values()), selves, traced)
        for call in _once_per_dataset(kept):
            traced.calls.append(call)
            if call.setting.whole and call.setting.map:
                per_map[workload.namespace, call.setting.map].setdefault(workload.name, []).append(call)
    _doubt_shared_maps(per_map, traced)
    for secret, users in secrets.items():
        traced.left_out.append(say("import", _SECRET, secret=secret, workloads=", ".join(users)))
    return traced


def _calls(workload: Workload, setting: Setting, all_settings: list[Setting], directory: Directory) -> list[Call]:
    found: list[Call] = []
    for address in addresses(setting.value):
        target = directory.find(address.host, workload.namespace)
        service = directory.service(address.host, workload.namespace)
        if target is not None:
            if not address.certain and (setting.is_text or not is_address_name(setting.name)):
                continue
            call = Call(workload, target, address, setting)
            call.protocol = _protocol(address, service)
            call.dataset = address.dataset or _dataset(setting, address, all_settings)
            found.append(call)
        elif service is not None and service.external_name:
            found.append(Call(workload, service.external_name, address, setting, external=True))
        elif (outside := _outside(address, setting, service)) is not None:
            found.append(Call(workload, address.host, address, setting, external=outside, protocol=address.scheme))
            found[-1].dataset = address.dataset
    return found


def _outside(address: Address, setting: Setting, service: ServiceObject | None) -> bool | None:
    """Whether an address that leads to no workload is outside the cluster (True), inside (False), or none (None)."""
    connects = product_by_scheme(address.scheme or "") is not None
    if not address.certain or (setting.is_text and (setting.map is not None or not connects)):
        return None
    if not is_address_name(setting.name) and address.scheme is None:
        return None
    try:
        return not ipaddress.ip_address(address.host).is_loopback or None
    except ValueError:
        pass
    if "." not in address.host:
        return False if connects or is_address_name(setting.name) or service is not None else None
    if address.host.endswith((".svc", ".cluster.local", ".internal", ".local")):
        return False
    return True if address.host.rsplit(".", 1)[1].isalpha() else None


def _protocol(address: Address, service: ServiceObject | None) -> str | None:
    if address.scheme is not None:
        return address.scheme
    if service is None:
        return None
    if address.port is not None and service.protocols.get(address.port):
        return service.protocols[address.port]
    return next(iter(service.protocols.values())) or None if len(service.protocols) == 1 else None


def _dataset(setting: Setting, address: Address, settings: list[Setting]) -> str | None:
    """The database that a neighbouring variable names: DB_NAME beside DB_HOST."""
    if address.scheme not in (None, "tcp") or setting.is_text:
        return None
    stem = re.sub(r"_?(HOST|HOSTNAME|ADDR|ADDRESS|SERVER|URL|URI|ENDPOINT)$", "", setting.name, flags=re.IGNORECASE)
    stem = stem.removesuffix("_DB").removesuffix("_DATABASE")
    near = [
        other.value
        for other in settings
        if other.map == setting.map and not other.is_text and _DATASET_NAME.search(other.name)
        if other.name.upper().startswith(stem.upper()) and re.fullmatch(r"[\w.-]{1,100}", other.value)
    ]
    return near[0] if len(set(near)) == 1 else None


def _once_per_dataset(calls: list[Call]) -> list[Call]:
    """Without the calls that name no dataset where another to the same target does."""
    named = {id(call.target) if isinstance(call.target, Workload) else call.target for call in calls if call.dataset}
    return [
        call
        for call in calls
        if call.dataset or (id(call.target) if isinstance(call.target, Workload) else call.target) not in named
    ]


def target_name(call: Call) -> str:
    return call.target if isinstance(call.target, str) else call.target.name


def _without_directories(workload: Workload, calls: list[Call], selves: set[str], traced: Traced) -> list[Call]:
    """Leaves out what comes only from a map that names the workload itself among others."""
    kept: list[Call] = []
    by_map: dict[str, list[str]] = defaultdict(list)
    for call in calls:
        if call.setting.whole and call.setting.map in selves and call.setting.map is not None:
            by_map[call.setting.map].append(target_name(call))
        else:
            kept.append(call)
    for name, targets in by_map.items():
        told = say("import", _DIRECTORY, workload=workload.name, map=name, targets=", ".join(targets))
        traced.left_out.append(told)
    return kept


def _doubt_shared_maps(per_map: dict[tuple[str, str], dict[str, list[Call]]], traced: Traced) -> None:
    """A map of several addresses handed whole to several workloads does not say who uses which."""
    for (_namespace, name), users in per_map.items():
        targets = {target_name(call) for calls in users.values() for call in calls}
        if len(users) < 2 or len(targets) < 2:
            continue
        values = {"workloads": ", ".join(sorted(users)), "map": name, "targets": ", ".join(sorted(targets))}
        told = say("import", _SHARED, **values)
        traced.guessed.append(told)
        for calls in users.values():
            for call in calls:
                call.doubt = told
