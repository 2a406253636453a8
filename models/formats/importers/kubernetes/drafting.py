"""From workloads and calls to a model."""

from __future__ import annotations

from models.architecture import Provenance
from models.architecture.kinds import allowed
from models.architecture.links import LinkStyle
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.foreign.draft import DOUBTFUL, NAMED_ONLY, Draft, guess, imported
from models.formats.foreign.images import (
    PRODUCTS,
    Product,
    image_name,
    is_load_generator,
    is_sidecar,
    product_by_scheme,
    product_of,
)
from models.formats.importers.kubernetes.objects import Autoscaler, Cluster, Container, Workload
from models.formats.importers.kubernetes.tracing import Call, Directory, Traced, target_name

_PRODUCT = QT_TRANSLATE_NOOP("import", "{name} is a {kind} ({product}), by its {clue}")
_CLIENT = QT_TRANSLATE_NOOP("import", "{name} is a client: it only makes requests, by its name or image")
_MISSING = QT_TRANSLATE_NOOP(
    "import", "{name} is a service of this system although no manifest defines it: {source} names it in {place}"
)
_EXTERNAL = QT_TRANSLATE_NOOP("import", "{name} is an external system: {source} names it in {place}")
_USERS = QT_TRANSLATE_NOOP("import", "Users reach {targets} from outside, by {how}")
_STYLES = QT_TRANSLATE_NOOP(
    "import", "The style of all {count} links, from what they lead to: {styles}; the manifests show addresses only"
)
_STYLE = QT_TRANSLATE_NOOP(
    "import", "The style of the link, from what it leads to: {styles}; the manifests show addresses only"
)
_BROKER = QT_TRANSLATE_NOOP(
    "import", "{source} sends to {target}; whether it sends or receives, and by which queue or topic, cannot be seen"
)
_NOT_DRAWN = QT_TRANSLATE_NOOP(
    "import", "{source} names {target} ({place}): a {kind} starts no links, so none is drawn"
)
_STYLE_NAMES = {"sync": "synchronous", "async": "asynchronous", "event": "event", "shared_data": "data access"}
_PROTOCOLS = {"grpc": "gRPC", "http": "HTTP", "https": "HTTP", "http2": "HTTP", "web": "HTTP", "thrift": "Thrift"}
_STYLE_BY_KIND: dict[str, LinkStyle] = {"datastore": "shared_data", "queue": "async", "topic": "event"}


def draft(cluster: Cluster, traced: Traced, name: str | None) -> tuple[Draft, list[Text], list[Text]]:
    """(the model in the making, what was guessed, what is left out)."""
    drafting = _Drafting(cluster, traced)
    drafting.workloads()
    drafting.strangers()
    drafting.links()
    drafting.users()
    return drafting.draft, drafting.guessed, drafting.left_out


def products(cluster: Cluster, calls: list[Call]) -> dict[str, tuple[Product, str]]:
    """Workload key -> the store or broker it runs, and the clue: its image, how others address it, or two signs."""
    schemes: dict[str, str] = {}
    for call in calls:
        if isinstance(call.target, Workload) and product_by_scheme(call.address.scheme or "") is not None:
            schemes.setdefault(call.target.key, call.address.scheme or "")
    found: dict[str, tuple[Product, str]] = {}
    for workload in cluster.workloads:
        mains = [c for c in workload.containers if not is_sidecar(c.name, c.image)]
        by_image = [(product, c) for c in mains if (product := product_of(c.image)) is not None]
        if by_image:
            found[workload.key] = (by_image[0][0], f"image {image_name(by_image[0][1].image)}")
        elif (product := product_by_scheme(schemes.get(workload.key, ""))) is not None:
            found[workload.key] = (product, f"address, which begins with {schemes[workload.key]}")
        elif mains and (signs := _signs(mains[0])) is not None:
            found[workload.key] = signs
    return found


def _signs(container: Container) -> tuple[Product, str] | None:
    """Two signs of a product in a container whose image is not known: its port, its name, its own settings."""
    for product in PRODUCTS:
        signs = [f"port {port}" for port in container.ports if port in product.ports][:1]
        signs += [f"container name {container.name}"] if product_of(container.name) is product else []
        names = [str(item.get("name")) for item in container.env]
        signs += [f"setting {name}" for name in names if name.startswith(product.variables or ("\0",))][:1]
        if len(signs) >= 2:
            return product, " and ".join(signs)
    return None


class _Drafting:
    def __init__(self, cluster: Cluster, traced: Traced) -> None:
        self.draft = Draft("kubernetes")
        self.guessed: list[Text] = []
        self.left_out: list[Text] = []
        self._cluster, self._calls = cluster, traced.calls
        self._ids: dict[str, str] = {}
        self._products = products(cluster, traced.calls)
        self._directory = Directory(cluster)

    def workloads(self) -> None:
        callers_of_stores = {
            call.source.key
            for call in self._calls
            if isinstance(call.target, Workload) and call.target.key in self._products
        }
        called = {call.target.key for call in self._calls if isinstance(call.target, Workload)}
        scalers = {(scaler.namespace, scaler.kind, scaler.name): scaler for scaler in self._cluster.autoscalers}
        for workload in self._cluster.workloads:
            if (found := self._products.get(workload.key)) is not None:
                self._add_product(workload, *found)
                continue
            names = [workload.name, *(image_name(container.image) for container in workload.containers)]
            only_calls = workload.key not in callers_of_stores | called
            if only_calls and any(is_load_generator(name) for name in names):
                told = say("import", _CLIENT, name=workload.name)
                self.guessed.append(told)
                self._ids[workload.key] = self.draft.element(
                    "client", workload.name, workload.key, {"kind": guess(str(told))}, owner=workload.owner
                )
                continue
            self._add_service(workload, scalers.get((workload.namespace, workload.kind, workload.name)))

    def _add_product(self, workload: Workload, product: Product, clue: str) -> None:
        name = self._directory.name(workload)
        told = say("import", _PRODUCT, name=name, kind=product.kind, product=product.name, clue=clue)
        self.guessed.append(told)
        provenance = {"kind": guess(str(told))} | _owned(workload)
        said: dict[str, object] = {"owner": workload.owner}
        replicas = _replicas(workload)
        if replicas is not None:
            said["replicas"] = replicas
            provenance["replicas"] = imported(None if workload.replicas_stated else "Kubernetes' default")
        if product.kind == "datastore":
            said |= {"store": product.store, "server": name}
            provenance |= {"store": guess(product.name), "server": imported()}
        else:
            said |= {"technology": product.name, "broker": name}
            provenance |= {"technology": guess(clue), "broker": imported()}
        self._ids[workload.key] = self.draft.element(product.kind, name, workload.key, provenance, **said)

    def _add_service(self, workload: Workload, scaler: Autoscaler | None) -> None:
        provenance = _owned(workload)
        said: dict[str, object] = {"owner": workload.owner}
        if workload.kind in ("Job", "CronJob"):
            said["role"] = "job"
            provenance["role"] = imported(workload.kind)
        replicas = _replicas(workload)
        if scaler is not None:
            least = scaler.least or 1
            said["autoscale"] = {"min": least, "max": max(least, scaler.most), "target_utilisation": scaler.utilisation}
            provenance["autoscale"] = imported("HorizontalPodAutoscaler")
            replicas = max(replicas or 1, least)
        if replicas is not None:
            said["instances"] = replicas
            provenance["instances"] = imported(None if workload.replicas_stated else "Kubernetes' default")
        name = self._directory.name(workload)
        self._ids[workload.key] = self.draft.element("service", name, workload.key, provenance, **said)

    def strangers(self) -> None:
        """Elements for places that settings name and no manifest defines."""
        for call in self._calls:
            if not isinstance(call.target, str) or call.target in self._ids:
                continue
            values = {"name": call.target, "source": call.source.name, "place": call.setting.place}
            product = product_by_scheme(call.address.scheme or "")
            kind: str = "external" if call.external else "service"
            said: dict[str, object] = {}
            if product is not None:
                told = say(
                    "import", _PRODUCT, name=call.target, kind=product.kind, product=product.name, clue="address"
                )
                said["store" if product.kind == "datastore" else "technology"] = product.store or product.name
                kind = product.kind
            else:
                told = say("import", _EXTERNAL if call.external else _MISSING, **values)
            self.guessed.append(told)
            provenance = {"kind": guess(str(told))} | {name: guess(str(told)) for name in said}
            self._ids[call.target] = self.draft.element(kind, call.target, NAMED_ONLY + call.target, provenance, **said)

    def links(self) -> None:
        counts: dict[str, int] = {}
        for call in self._calls:
            target = call.target if isinstance(call.target, str) else call.target.key
            source_id, target_id = self._ids[call.source.key], self._ids[target]
            source_kind, target_kind = self.draft.kind(source_id), self.draft.kind(target_id)
            style = _STYLE_BY_KIND.get(target_kind, "sync")
            if not allowed(style, source_kind, target_kind):
                values = {"source": call.source.name, "target": target_name(call), "place": call.setting.place}
                self.left_out.append(say("import", _NOT_DRAWN, kind=source_kind, **values))
                continue
            counts[style] = counts.get(style, 0) + 1
            self._add_link(call, style, source_id, target_id, target_kind)
            if style in ("async", "event"):
                self.guessed.append(say("import", _BROKER, source=call.source.name, target=target_name(call)))
        if counts:
            told = ", ".join(f"{count} {_STYLE_NAMES[style]}" for style, count in counts.items())
            number = sum(counts.values())
            self.guessed.append(say("import", _STYLE if number == 1 else _STYLES, count=number, styles=told))

    def _add_link(self, call: Call, style: LinkStyle, source_id: str, target_id: str, target_kind: str) -> None:
        where = call.setting.place
        provenance: dict[str, Provenance] = {
            "style": guess(f"it leads to a {target_kind}"),
            "target": guess(str(call.doubt)) if call.doubt is not None else imported(where),
        }
        technology = self._technology(call)
        if technology is not None:
            provenance["technology"] = imported(where)
        said: dict[str, object] = {}
        if style == "shared_data" and call.dataset is not None:
            said["dataset"] = call.dataset
            provenance["dataset"] = imported(where)
        if call.doubt is not None:
            said["tags"] = (DOUBTFUL,)
        target = call.target if isinstance(call.target, str) else call.target.key
        key = f"{call.source.key} -> {target}" + (f" ({call.dataset})" if call.dataset else "")
        self.draft.link(style, source_id, target_id, key, technology=technology, provenance=provenance, **said)

    def _technology(self, call: Call) -> str | None:
        if isinstance(call.target, Workload) and call.target.key in self._products:
            return self._products[call.target.key][0].name
        if (product := product_by_scheme(call.address.scheme or "")) is not None:
            return product.name
        spoken = (call.protocol or "").lower()
        return next(
            (name for word, name in _PROTOCOLS.items() if spoken == word or spoken.startswith(f"{word}-")), None
        )

    def users(self) -> None:
        """One client for everything that is reached from outside."""
        directory = self._directory
        reached: dict[str, str] = {}
        for service in self._cluster.services:
            if service.type in ("LoadBalancer", "NodePort") and (behind := directory.behind(service)) is not None:
                reached.setdefault(behind.key, f"the {service.type} {service.name}")
        for route in self._cluster.routes:
            for name in route.services:
                if (found := directory.find(name, route.namespace)) is not None:
                    reached.setdefault(found.key, f"the {route.kind} {route.name}")
        reached = {key: how for key, how in reached.items() if self.draft.kind(self._ids[key]) == "service"}
        if not reached:
            return
        targets = ", ".join(self._ids[key] for key in reached)
        told = say("import", _USERS, targets=targets, how=", ".join(dict.fromkeys(reached.values())))
        self.guessed.append(told)
        users = self.draft.element("client", "Users", "outside", {"kind": guess(str(told))})
        for key, how in reached.items():
            provenance = {"style": guess("it leads to a service"), "target": imported(how)}
            self.draft.link("sync", users, self._ids[key], f"outside -> {key}", provenance=provenance)


def _replicas(workload: Workload) -> int | None:
    """The stated number, Kubernetes' default of 1 where none is stated, None where nodes decide or it is 0."""
    if workload.replicas_stated or workload.kind == "DaemonSet":
        return workload.replicas
    return 1


def _owned(workload: Workload) -> dict[str, Provenance]:
    return {"owner": imported("label")} if workload.owner else {}
