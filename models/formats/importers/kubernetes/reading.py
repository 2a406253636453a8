"""Reads manifests from files and folders and tells what of them is not in the model."""

from __future__ import annotations

import re
from pathlib import Path

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.foreign import Imported, SourceError
from models.formats.foreign.members import Members
from models.formats.foreign.reading import Source, read_sources
from models.formats.foreign.yaml_documents import MalformedYamlError, documents
from models.formats.importers.kubernetes.drafting import draft
from models.formats.importers.kubernetes.members import KNOWN, look
from models.formats.importers.kubernetes.objects import WORKLOADS, Cluster
from models.formats.importers.kubernetes.tracing import trace

SUFFIXES = (".yaml", ".yml", ".json")
LOOKED_AT = 40
"""How many files of a folder are looked at to recognise it."""
_KIND = re.compile(rf'^\s*"?kind"?\s*:\s*"?({"|".join((*WORKLOADS, "Service"))})\b', re.MULTILINE)
_VERSION = re.compile(r'^\s*"?apiVersion"?\s*:', re.MULTILINE)
_TEMPLATE = re.compile(r"(^|[\s:\"'-])\{\{[-\s]*[./$\w(]", re.MULTILINE)
_HELM = QT_TRANSLATE_NOOP(
    "import", '{file} is a Helm template, not YAML; run "helm template" and import what it writes'
)
_MALFORMED = QT_TRANSLATE_NOOP("import", "{file} is not YAML (line {line}: {problem})")
_FOREIGN = QT_TRANSLATE_NOOP("import", "{file} holds no Kubernetes object")
_OTHERS = QT_TRANSLATE_NOOP("import", "Objects that say nothing about who calls whom: {kinds}")
_CODE = QT_TRANSLATE_NOOP(
    "import",
    "Timeouts, retries, circuit breakers and calls whose addresses stand in code: manifests do not show them, so they "
    "are not said in the model",
)
_NOTHING = QT_TRANSLATE_NOOP(
    "import", "No Kubernetes workload was found in {sources}; name the files or folders that have Deployments."
)
_NOTHING_BECAUSE = QT_TRANSLATE_NOOP("import", "No Kubernetes workload was found in {sources}: {reason}.")
_AND_MORE = QT_TRANSLATE_NOOP("import", "{names} and {count} more")


def recognise(paths: tuple[Path, ...]) -> bool:
    """Whether one of the first files looks like a manifest of a workload or a service."""
    try:
        files = [
            file
            for path in paths
            for file in (sorted(path.rglob("*"))[:2000] if path.is_dir() else [path])
            if file.suffix.lower() in SUFFIXES and file.is_file()
        ]
        for file in files[:LOOKED_AT]:
            with file.open("rb") as stream:
                start = stream.read(200_000).decode("utf-8", "replace")
            if _KIND.search(start) and _VERSION.search(start):
                return True
    except OSError:
        return False
    return False


def read(paths: tuple[Path, ...]) -> Imported:
    """A model of what the manifests run.

    Raises:
        SourceError: nothing in the files runs anything, or they are too many.
    """
    sources = read_sources(paths, SUFFIXES)
    cluster = Cluster()
    members = Members(KNOWN)
    left_out: list[Text] = list(sources.left_out)
    for source in sources.files:
        _add(source, cluster, members, left_out)
    if not cluster.workloads:
        values = {"sources": _listed(paths), "reason": left_out[0] if left_out else ""}
        raise SourceError(say("import", _NOTHING_BECAUSE if left_out else _NOTHING, **values))
    traced = trace(cluster)
    made, guessed, not_drawn = draft(cluster, traced, None)
    left_out += traced.left_out + not_drawn
    if cluster.others:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(cluster.others.items()))
        left_out.append(say("import", _OTHERS, kinds=kinds))
    left_out += members.told()
    left_out.append(say("import", _CODE))
    return Imported(made.architecture(_name(paths)), (*guessed, *traced.guessed), tuple(left_out))


def _add(source: Source, cluster: Cluster, members: Members, left_out: list[Text]) -> None:
    try:
        found = documents(source.text)
    except MalformedYamlError as error:
        if _TEMPLATE.search(source.text):
            left_out.append(say("import", _HELM, file=source.name))
        else:
            left_out.append(say("import", _MALFORMED, file=source.name, line=error.line or "?", problem=error))
        return
    if _TEMPLATE.search(source.text) and "templates/" in f"/{source.name}":
        left_out.append(say("import", _HELM, file=source.name))
        return
    held = [document for document in found if document is not None]
    added = [cluster.add(document) for document in held]
    for document in held:
        look(document, source.name, members)
    if held and not any(added):
        left_out.append(say("import", _FOREIGN, file=source.name))


def _name(paths: tuple[Path, ...]) -> str:
    """The folder's name, or that of the one above where it only says what kind of files it holds."""
    first = paths[0].resolve()
    folder = first if first.is_dir() else first.parent
    general = {"kubernetes", "kubernetes-manifests", "k8s", "kube", "manifests", "deploy", "deployment", "base"}
    while folder.name.lower() in general and folder.parent != folder:
        folder = folder.parent
    words = re.sub(r"[-_]+", " ", folder.name).strip()
    return words[:1].upper() + words[1:] if words else "Imported system"


def _listed(paths: tuple[Path, ...]) -> Text | str:
    shown = ", ".join(f'"{path}"' for path in paths[:3])
    return shown if len(paths) <= 3 else say("import", _AND_MORE, names=shown, count=len(paths) - 3)
