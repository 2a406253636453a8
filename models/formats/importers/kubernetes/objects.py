"""The objects of a cluster as far as they bear on who runs and who is reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod")


@dataclass(frozen=True, slots=True)
class Container:
    name: str
    image: str
    env: tuple[dict[str, Any], ...]
    env_from: tuple[dict[str, Any], ...]
    words: tuple[str, ...]
    """Command and arguments."""
    ports: tuple[int, ...]
    mounts: tuple[str, ...]
    """Names of the volumes it sees."""


@dataclass(slots=True)
class Workload:
    kind: str
    name: str
    namespace: str
    labels: dict[str, str]
    replicas: int | None
    replicas_stated: bool
    containers: tuple[Container, ...]
    config_volumes: dict[str, tuple[str, ...]]
    """Volume -> the ConfigMaps in it."""
    secret_volumes: tuple[str, ...]
    owner: str | None

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


@dataclass(slots=True)
class ServiceObject:
    name: str
    namespace: str
    selector: dict[str, str]
    type: str
    external_name: str | None
    protocols: dict[int, str]
    """Port -> what its name or appProtocol says is spoken there."""


@dataclass(frozen=True, slots=True)
class Route:
    """An Ingress or an HTTPRoute: the outside reaches these services."""

    kind: str
    name: str
    namespace: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Autoscaler:
    namespace: str
    kind: str
    name: str
    least: int | None
    most: int
    utilisation: float | None


@dataclass(slots=True)
class Cluster:
    workloads: list[Workload] = field(default_factory=list)
    services: list[ServiceObject] = field(default_factory=list)
    config: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """(namespace, ConfigMap) -> its data."""
    routes: list[Route] = field(default_factory=list)
    autoscalers: list[Autoscaler] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    """Kinds of objects that say nothing about calls -> how many there are."""

    def add(self, document: Any) -> bool:
        """Sorts one document in; False when it is no Kubernetes object."""
        if not isinstance(document, dict) or not isinstance(kind := document.get("kind"), str):
            return False
        if not isinstance(document.get("apiVersion"), str):
            return False
        if kind.endswith("List") and isinstance(document.get("items"), list):
            for item in sequence(document.get("items")):
                self.add(item)
        elif kind in WORKLOADS:
            self.workloads.append(_workload(kind, document))
        elif kind == "Service" and "serving.knative" not in document["apiVersion"]:
            self.services.append(_service(document))
        elif kind == "ConfigMap":
            data = mapping(document.get("data"))
            self.config[_namespace(document), _name(document)] = {key: text(value) for key, value in data.items()}
        elif kind in ("Ingress", "HTTPRoute", "GRPCRoute"):
            names = tuple(dict.fromkeys(_backends(document.get("spec"), 0)))
            self.routes.append(Route(kind, _name(document), _namespace(document), names))
        elif kind == "HorizontalPodAutoscaler":
            self._add_autoscaler(document)
        else:
            self.others[kind] += 1
        return True

    def _add_autoscaler(self, document: dict[str, Any]) -> None:
        spec = mapping(document.get("spec"))
        target = mapping(spec.get("scaleTargetRef"))
        most = number(spec.get("maxReplicas"))
        if most is None:
            return
        percent = number(spec.get("targetCPUUtilizationPercentage"))
        for metric in sequence(spec.get("metrics")):
            measured = mapping(mapping(mapping(metric).get("resource")).get("target"))
            percent = percent or number(measured.get("averageUtilization"))
        share = percent / 100 if percent is not None and 0 < percent <= 100 else None
        least = number(spec.get("minReplicas"))
        names = (text(target.get("kind")), text(target.get("name")))
        self.autoscalers.append(Autoscaler(_namespace(document), *names, least, most, share))


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def number(value: Any) -> int | None:
    """A whole number above zero and below a million, else None."""
    written = text(value)
    return int(written) if written.isascii() and written.isdigit() and 0 < int(written[:9]) <= 1_000_000 else None


def spec_of(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    """What a workload says of its pods: of a CronJob, that of the jobs it makes."""
    spec = mapping(document.get("spec"))
    return mapping(mapping(spec.get("jobTemplate")).get("spec")) if kind == "CronJob" else spec


def pod_of(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    """The template of a workload's pods, or the pod itself."""
    return document if kind == "Pod" else mapping(spec_of(kind, document).get("template"))


def _name(document: dict[str, Any]) -> str:
    meta = mapping(document.get("metadata"))
    return text(meta.get("name")) or text(meta.get("generateName")).rstrip("-") or "unnamed"


def _namespace(document: dict[str, Any]) -> str:
    return text(mapping(document.get("metadata")).get("namespace")) or "default"


def _labels(meta: Any) -> dict[str, str]:
    return {key: text(value) for key, value in mapping(mapping(meta).get("labels")).items()}


def _workload(kind: str, document: dict[str, Any]) -> Workload:
    spec, pod = spec_of(kind, document), pod_of(kind, document)
    inner = mapping(pod.get("spec"))
    labels = {**_labels(document.get("metadata")), **_labels(pod.get("metadata"))}
    counted = spec.get("parallelism") if kind in ("Job", "CronJob") else spec.get("replicas")
    volumes = [mapping(volume) for volume in sequence(inner.get("volumes"))]
    own = _labels(pod.get("metadata"))
    return Workload(
        kind,
        _name(document),
        _namespace(document),
        own or labels,
        number(counted),
        counted is not None,
        tuple(
            _container(mapping(container))
            for place in ("containers", "initContainers")
            for container in sequence(inner.get(place))
        ),
        {text(volume.get("name")): _config_maps(volume) for volume in volumes},
        tuple(text(mapping(volume["secret"]).get("secretName")) for volume in volumes if "secret" in volume),
        labels.get("team") or labels.get("owner") or None,
    )


def _config_maps(volume: dict[str, Any]) -> tuple[str, ...]:
    sources = [volume, *map(mapping, sequence(mapping(volume.get("projected")).get("sources")))]
    return tuple(name for source in sources if (name := text(mapping(source.get("configMap")).get("name"))))


def _container(container: dict[str, Any]) -> Container:
    return Container(
        text(container.get("name")),
        text(container.get("image")),
        tuple(mapping(item) for item in sequence(container.get("env"))),
        tuple(mapping(item) for item in sequence(container.get("envFrom"))),
        tuple(text(word) for part in ("command", "args") for word in sequence(container.get(part))),
        tuple(
            port
            for item in sequence(container.get("ports"))
            if (port := number(mapping(item).get("containerPort"))) is not None
        ),
        tuple(text(mapping(item).get("name")) for item in sequence(container.get("volumeMounts"))),
    )


def _service(document: dict[str, Any]) -> ServiceObject:
    spec = mapping(document.get("spec"))
    protocols: dict[int, str] = {}
    for item in map(mapping, sequence(spec.get("ports"))):
        if (port := number(item.get("port"))) is not None:
            protocols[port] = text(item.get("appProtocol")) or text(item.get("name"))
    return ServiceObject(
        _name(document),
        _namespace(document),
        {key: text(value) for key, value in mapping(spec.get("selector")).items()},
        text(spec.get("type")) or "ClusterIP",
        text(spec.get("externalName")) or None,
        protocols,
    )


def _backends(value: Any, depth: int) -> list[str]:
    """Names of services that a route leads to, wherever in its rules they stand."""
    found: list[str] = []
    if depth > 12:
        return found
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            continue
        for key, inner in item.items():
            if key in ("backend", "defaultBackend"):
                name = text(mapping(mapping(inner).get("service")).get("name")) or text(
                    mapping(inner).get("serviceName")
                )
                found += [name] if name else []
            elif key == "backendRefs":
                found += [name for ref in sequence(inner) if (name := text(mapping(ref).get("name")))]
            else:
                found += _backends(inner, depth + 1)
    return found
