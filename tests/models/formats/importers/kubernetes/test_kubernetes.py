"""Manifests of our own with everything the importer knows, real systems, and hostile files."""

import json
from pathlib import Path

import pytest

from models.architecture import Architecture
from models.formats import native
from models.formats.foreign import SourceError
from models.formats.importers import importers
from models.formats.importers.kubernetes import IMPORTER

SHOP = Path(__file__).parent / "record-shop"
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: app, image: shop/%s, env: [%s]}]}
---
"""


def deployment(name: str, *env: str) -> str:
    pairs = ", ".join(json.dumps(dict(zip(("name", "value"), pair.split("=", 1), strict=True))) for pair in env)
    return DEPLOYMENT % (name, name, name, name, pairs)


def read(folder: Path, **files: str) -> tuple[Architecture, list[str], list[str]]:
    """(the model, what was guessed, what was left out) of these manifests."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    imported = IMPORTER.read((folder,))
    return imported.architecture, [str(text) for text in imported.guessed], [str(text) for text in imported.left_out]


def edges(architecture: Architecture) -> set[tuple[str, str]]:
    return {(link.source, link.target) for link in architecture.links}


def test_our_own_shop_becomes_the_expected_model() -> None:
    imported = IMPORTER.read((SHOP / "manifests",))
    assert native.dumps(imported.architecture).decode() == (SHOP / "expected.loadpath.json").read_text("utf-8")


def test_what_was_guessed_and_left_out_is_told_in_full() -> None:
    imported = IMPORTER.read((SHOP / "manifests",))
    told = ["guessed:", *(f"- {text}" for text in imported.guessed)]
    told += ["left out:", *(f"- {text}" for text in imported.left_out)]
    assert told == (SHOP / "expected.txt").read_text("utf-8").splitlines()


def test_secrets_are_never_read() -> None:
    imported = IMPORTER.read((SHOP / "manifests",))
    assert b"hidden" not in native.dumps(imported.architecture).lower()


def test_every_guess_is_marked_and_what_cannot_be_seen_is_said(tmp_path: Path) -> None:
    architecture, _, left_out = read(tmp_path, shop=deployment("web", "STOCK_ADDR=stock:80") + deployment("stock"))
    link = architecture.link_by_id["web-stock"]
    assert link.style == "sync"
    assert link.provenance["style"].from_ == "guess"
    assert link.provenance["target"].from_ == "import"
    assert link.provenance["timeout_ms"].note == "not visible in the import"
    assert getattr(link, "timeout_ms", 0) is None
    assert link.origin is not None and link.origin.source == "kubernetes"
    assert any("Timeouts" in text for text in left_out)


def test_members_that_are_not_understood_are_told_with_their_place_and_known_ones_counted(tmp_path: Path) -> None:
    slips = deployment("web").replace("selector:", "replica: 3\n  paused: false\n  selector:")
    slips = slips.replace("{name: app,", "{name: app, enviroment: [], livenessProbe: {},")
    _, _, left_out = read(tmp_path, shop=slips + deployment("stock"))
    assert [text for text in left_out if "understood" in text or "no place" in text] == [
        'shop.yaml, Deployment web: "replica" is not understood',
        'shop.yaml, Deployment web, app: "enviroment" is not understood',
        "Members that the model has no place for: selector (2), livenessProbe (1), paused (1)",
    ]


def test_of_very_many_strange_members_the_rest_is_counted(tmp_path: Path) -> None:
    strange = ", ".join(f"strange{number}: 1" for number in range(40))
    slips = deployment("web").replace("{name: app,", f"{{name: app, {strange}, {'x' * 500}: 1,")
    _, _, left_out = read(tmp_path, shop=slips)
    assert sum("is not understood" in text for text in left_out) == 30
    assert "11 more members are not understood" in left_out
    assert max(map(len, left_out)) < 300


def test_a_map_with_the_workload_in_it_is_a_directory_and_draws_no_links(tmp_path: Path) -> None:
    directory = """
apiVersion: v1
kind: ConfigMap
metadata: {name: addresses}
data: {WEB_ADDR: "web:80", STOCK_ADDR: "stock:80", PRICE_ADDR: "price:80"}
---
"""
    whole = DEPLOYMENT.replace("env: [%s]", "envFrom: [{configMapRef: {name: addresses}}]")
    services = deployment("price") + "".join(whole % ((name,) * 4) for name in ("front", "stock"))
    architecture, _, left_out = read(tmp_path, shop=directory + services + deployment("web"))
    assert edges(architecture) == {("front", "web"), ("front", "stock"), ("front", "price")}
    assert any(text.startswith("stock gets the whole ConfigMap addresses") for text in left_out)


def test_links_from_a_map_that_several_get_whole_are_doubtful(tmp_path: Path) -> None:
    shared = """
apiVersion: v1
kind: ConfigMap
metadata: {name: addresses}
data: {STOCK_ADDR: "stock:80", PRICE_ADDR: "price:80"}
---
"""
    whole = DEPLOYMENT.replace("env: [%s]", "envFrom: [{configMapRef: {name: addresses}}]")
    services = "".join(whole % ((name,) * 4) for name in ("web", "app")) + deployment("stock") + deployment("price")
    architecture, guessed, _ = read(tmp_path, shop=shared + services)
    assert len(architecture.links) == 4
    for link in architecture.links:
        assert link.provenance["target"].from_ == "guess"
        assert link.tags == ("doubtful",)
    assert any("app, web all get the whole ConfigMap addresses" in text for text in guessed)


def test_an_address_is_told_from_a_word(tmp_path: Path) -> None:
    env = ("LEVEL=stock", "GREETING=ask stock for more", "NOTE=see stock:yes", "STOCK_HOST=stock", "TIME=10:30")
    architecture, _, _ = read(tmp_path, shop=deployment("web", *env) + deployment("stock"))
    assert edges(architecture) == {("web", "stock")}
    link = architecture.links[0]
    assert link.provenance["target"].note == "STOCK_HOST"


def test_one_server_with_two_databases_keeps_them_apart(tmp_path: Path) -> None:
    database = deployment("db").replace("shop/db", "postgres:16")
    one = deployment("orders", "DB_URL=postgres://u:p@db:5432/orders")
    two = deployment("stock", "DB_HOST=db", "DB_NAME=stock", "DB_PORT=5432")
    architecture, _, _ = read(tmp_path, shop=database + one + two)
    assert {link.source: getattr(link, "dataset", None) for link in architecture.links} == {
        "orders": "orders",
        "stock": "stock",
    }


def test_only_what_makes_requests_and_gets_none_is_a_client(tmp_path: Path) -> None:
    shop = deployment("web") + deployment("load-generator", "TARGET_ADDR=web:80") + deployment("loadgen-api")
    architecture, _, _ = read(tmp_path, shop=shop + deployment("app", "LOADGEN_URL=http://loadgen-api"))
    kinds = {element.id: element.kind for element in architecture.elements}
    assert kinds["load-generator"] == "client"
    assert kinds["loadgen-api"] == "service"


def test_anchors_and_merge_keys_are_followed(tmp_path: Path) -> None:
    text = deployment("stock") + DEPLOYMENT.replace("[%s]", "[&a {name: STOCK_ADDR, value: 'stock:80'}, *a]") % (
        ("web",) * 4
    )
    architecture, _, _ = read(tmp_path, shop=text)
    assert edges(architecture) == {("web", "stock")}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a bomb of aliases", "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
        )),
        ("deep nesting", "[" * 5000),
        ("a self-reference", "a: &a [*a]"),
        ("a tag that would run code", "!!python/object/apply:os.system ['true']"),
        ("a null character", "kind: \0"),
        ("no mapping", "- just\n- a list"),
        ("an endless scalar", "kind: '" + "x" * 100_000),
        ("nothing", ""),
    ],
)  # fmt: skip
def test_a_hostile_file_is_left_out_and_told(tmp_path: Path, name: str, text: str) -> None:
    architecture, _, left_out = read(tmp_path, good=deployment("web"), hostile=text)
    assert [element.id for element in architecture.elements] == ["web"]
    if text:
        assert any("hostile.yaml" in entry for entry in left_out), name
    (tmp_path / "good.yaml").unlink()
    with pytest.raises(SourceError, match="No Kubernetes workload"):
        IMPORTER.read((tmp_path,))


def test_wrong_types_in_a_manifest_are_no_accident(tmp_path: Path) -> None:
    odd = """
apiVersion: apps/v1
kind: Deployment
metadata: [x]
spec:
  replicas: many
  selector: 3
  template: {metadata: {labels: [a]}, spec: {containers: [null, 3, {env: [1, {name: [x], value: {a: b}}], ports: x}]}}
---
apiVersion: v1
kind: Service
metadata: {name: {a: b}}
spec: {selector: [a], ports: {a: 1}, type: [LoadBalancer]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
spec: {rules: [[[{backend: 3}]]]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec: {maxReplicas: -1, metrics: {a: b}}
"""
    architecture, _, _ = read(tmp_path, odd=odd)
    assert [element.id for element in architecture.elements] == ["unnamed"]


def test_files_that_are_too_large_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.formats.foreign.reading.MAX_FILE_BYTES", 1000)
    _, _, left_out = read(tmp_path, good=deployment("web"), large=deployment("stock") + "#" * 2000)
    assert any(text.startswith("large.yaml is ") for text in left_out)


def test_manifests_are_recognised_and_other_files_are_not(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: web}}", "utf-8")
    assert not IMPORTER.recognise((tmp_path,))
    assert not IMPORTER.recognise((tmp_path / "nowhere",))
    (tmp_path / "web.yaml").write_text(deployment("web"), "utf-8")
    assert IMPORTER.recognise((tmp_path,))
    assert IMPORTER in importers()


def test_every_importer_has_an_id_a_name_and_patterns() -> None:
    found = importers()
    assert len({importer.id for importer in found}) == len(found)
    assert all(importer.name and importer.patterns for importer in found)


def test_online_boutique_has_the_edges_its_authors_allow(corpus: Path) -> None:
    truth = json.loads((corpus / "online-boutique" / "expected-edges.json").read_text("utf-8"))
    imported = IMPORTER.read((corpus / "online-boutique" / "kubernetes",))
    found = edges(imported.architecture)
    assert {tuple(edge) for edge in truth["authors_network_policies"]} <= found
    assert {tuple(edge) for edge in truth["manifest_env_refs"]} == found - {("users", "frontend")}
    kinds = {element.id: element.kind for element in imported.architecture.elements}
    assert kinds["redis-cart"] == "datastore"
    assert kinds["loadgenerator"] == "client"
    assert any("shoppingassistantservice" in str(text) for text in imported.guessed)


def test_bank_of_anthos_is_not_over_reported(corpus: Path) -> None:
    imported = IMPORTER.read((corpus / "bank-of-anthos" / "kubernetes",))
    found = edges(imported.architecture)
    apis = {"ledgerwriter", "balancereader", "transactionhistory", "contacts", "userservice"}
    assert {target for source, target in found if source == "frontend"} == apis
    assert {target for source, target in found if source == "ledgerwriter"} == {"ledger-db"}
    users = {"ledger-db": {"ledgerwriter", "balancereader", "transactionhistory"}}
    users["accounts-db"] = {"userservice", "contacts"}
    for store, expected in users.items():
        assert {source for source, target in found if target == store} == expected
        assert imported.architecture.element_by_id[store].kind == "datastore"
    assert any("ledgerwriter gets the whole ConfigMap" in str(text) for text in imported.left_out)
