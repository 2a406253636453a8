"""`loadpath import`: from files of another kind to a model one can go on with."""

import json
from pathlib import Path

from models.formats import native
from tests.app.cli.conftest import Run, is_one_sentence

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: app, image: shop/%s, env: [{name: STOCK_ADDR, value: "stock:80"}]}]}
---
"""


def test_an_imported_model_is_placed_checked_and_says_what_it_guessed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("".join(MANIFEST % ((name,) * 4) for name in ("web", "stock")), "utf-8")
    out = tmp_path / "shop.loadpath.json"
    told = run("import", tmp_path / "shop.yaml", "-o", out)
    assert told.code == 0
    assert "web → stock  sync" in told.out
    assert "Guessed (" in told.out
    assert "Left out (" in told.out
    model = native.load(out).architecture
    assert set(model.diagrams[0].positions) == {"web", "stock"}
    findings = json.loads(run("check", out, "--format", "json").out)["findings"]
    assert all(finding["grade"] != "stated" or finding["rule"] == "U01" for finding in findings)


def test_the_name_and_the_format_can_be_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(MANIFEST % (("web",) * 4), "utf-8")
    out = tmp_path / "shop.loadpath.json"
    assert run("import", tmp_path, "-o", out, "--from", "kubernetes", "--name", "음반 가게").code == 0
    assert native.load(out).architecture.name == "음반 가게"


def test_a_model_that_is_there_already_is_put_aside(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(MANIFEST % (("web",) * 4), "utf-8")
    out = tmp_path / "shop.loadpath.json"
    assert "was there already" not in run("import", tmp_path, "-o", out).out
    assert "was there already" not in run("import", tmp_path, "-o", out).out
    out.write_text("my own work", "utf-8")
    assert "was there already" in run("import", tmp_path / "shop.yaml", "-o", out).out
    assert (tmp_path / "shop.loadpath.json.bak").read_text("utf-8") == "my own work"


def test_what_cannot_be_imported_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing", "utf-8")
    (tmp_path / "values.yaml").write_text("a: 1", "utf-8")
    out = tmp_path / "out.loadpath.json"
    for arguments, word in (
        ((tmp_path / "nowhere",), "is not there"),
        ((tmp_path,), "recognised"),
        ((tmp_path, "--from", "kubernetes"), "No Kubernetes workload"),
        ((tmp_path, "--from", "visio"), "kubernetes"),
    ):
        told = run("import", *arguments, "-o", out)
        assert told.code == 2
        assert is_one_sentence(told.err)
        assert word in told.err
        assert not out.exists()


def test_online_boutique_goes_all_the_way_to_a_report(run: Run, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "ob.loadpath.json"
    told = run("import", corpus / "online-boutique" / "kubernetes", "-o", out)
    assert told.code == 0
    for edge in ("loadgenerator → frontend", "frontend → shoppingassistantservice", "cartservice → redis-cart"):
        assert edge in told.out
    assert run("check", out).code in (0, 1)
    assert run("simulate", out, "--duration-ms", 5000).code == 0
    page = tmp_path / "ob.html"
    assert run("report", out, "-o", page).code == 0
    assert "Guessed by an import" in page.read_text("utf-8")
