"""What the containers of a workload are told: environment variables, ConfigMaps and command lines, resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.foreign.images import is_sidecar
from models.formats.importers.kubernetes.objects import Cluster, Container, Workload, mapping, text

_REFERENCE = re.compile(r"\$[({]([A-Za-z_][A-Za-z0-9_.-]*)[)}]")
_MISSING = QT_TRANSLATE_NOOP(
    "import", "{workload} takes settings from the ConfigMap {map}, which is not among the files"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A value a workload gets. `map` is the ConfigMap it stands in, `whole` when all of that map is handed over."""

    name: str
    value: str
    place: str
    map: str | None = None
    whole: bool = False
    is_text: bool = False
    """Free text (a file, a command line), not the value of a variable."""


@dataclass(slots=True)
class Settings:
    values: list[Setting] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    """Names of the Secrets that it takes something from; what is in them stays unread."""
    left_out: list[Text] = field(default_factory=list)


def settings_of(workload: Workload, cluster: Cluster) -> Settings:
    """Everything the workload's containers are told, in the order of the manifest; sidecars are passed over."""
    found = Settings()
    for container in workload.containers:
        if not is_sidecar(container.name, container.image):
            _of_container(workload, container, cluster, found)
    found.secrets += workload.secret_volumes
    return found


def _of_container(workload: Workload, container: Container, cluster: Cluster, found: Settings) -> None:
    own: list[Setting] = []
    for item in container.env_from:
        prefix = text(item.get("prefix"))
        reference = mapping(item.get("configMapRef"))
        if (name := text(reference.get("name"))) and (data := _data(workload, name, reference, cluster, found)):
            for key, value in data.items():
                own.append(Setting(prefix + key, value, f"{prefix}{key} of the ConfigMap {name}", name, whole=True))
        if secret := text(mapping(item.get("secretRef")).get("name")):
            found.secrets.append(secret)
    for item in container.env:
        name, source = text(item.get("name")), mapping(item.get("valueFrom"))
        if "value" in item:
            own.append(Setting(name, text(item.get("value")), name))
        elif reference := mapping(source.get("configMapKeyRef")):
            data = _data(workload, text(reference.get("name")), reference, cluster, found)
            if (key := text(reference.get("key"))) in data:
                place = f"{name} from the ConfigMap {text(reference.get('name'))}"
                own.append(Setting(name, data[key], place, text(reference.get("name"))))
        elif reference := mapping(source.get("secretKeyRef")):
            found.secrets.append(text(reference.get("name")))
    known = {setting.name: setting.value for setting in own}
    found.values += [
        Setting(s.name, expanded(s.value, known), s.place, s.map, s.whole, s.is_text) for s in own if s.value
    ]
    words = " ".join(container.words)
    if words:
        place = f"the command line of {container.name}"
        found.values.append(Setting(container.name, expanded(words, known), place, is_text=True))
    for volume in container.mounts:
        for name in workload.config_volumes.get(volume, ()):
            for key, value in _data(workload, name, {}, cluster, found).items():
                place = f"the file {key} of the ConfigMap {name}"
                found.values.append(Setting(key, value, place, name, is_text=True))


def expanded(value: str, known: dict[str, str]) -> str:
    """The value with $(NAME) and ${NAME} replaced once by what the same container is told; unknown ones stay."""
    if "$" not in value:
        return value
    return _REFERENCE.sub(lambda match: known.get(match[1], match[0]), value[:20_000])


def _data(
    workload: Workload, name: str, reference: dict[str, object], cluster: Cluster, found: Settings
) -> dict[str, str]:
    data = cluster.config.get((workload.namespace, name))
    if data is None and name and text(reference.get("optional")) != "true":
        told = say("import", _MISSING, workload=workload.name, map=name)
        if told not in found.left_out:
            found.left_out.append(told)
    return data or {}
