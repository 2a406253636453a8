"""`loadpath import`: from files of another kind to a model one can go on with."""

import json
from pathlib import Path

from models.architecture import edits
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


def test_a_second_import_brings_the_model_up_to_date_and_keeps_what_people_said(run: Run, tmp_path: Path) -> None:
    manifests, out = tmp_path / "manifests", tmp_path / "shop.loadpath.json"
    manifests.mkdir()
    (manifests / "shop.yaml").write_text("".join(MANIFEST % ((name,) * 4) for name in ("web", "stock", "old")), "utf-8")
    assert run("import", manifests, "-o", out, "--name", "Record shop").code == 0
    first = out.read_bytes()
    told = run("import", manifests, "-o", out)
    assert (told.code, out.read_bytes()) == (0, first)
    assert "is left as it is" in told.out
    mine = edits.set_attributes(native.load(out).architecture, ["stock"], {"instances": 4})
    mine = edits.place(edits.set_attributes(mine, ["web-stock"], {"timeout_ms": 250}), "main", {"web": (40, 400)})
    native.save(out, mine)
    replicas = (MANIFEST % (("web",) * 4)).replace("spec:\n", "spec:\n  replicas: 3\n", 1)
    (manifests / "shop.yaml").write_text(replicas + MANIFEST % (("till",) * 4), "utf-8")
    told = run("import", manifests, "-o", out)
    assert told.code == 0
    assert "added 2, updated 1, kept as people said 0, gone 2" in told.out
    assert "delete what no longer exists:\n  · old\n  · old → stock\n" in told.out
    assert "  till  service\n  till → stock  sync\n" in told.out
    assert "web: instances 1 → 3" in told.out
    after = native.load(out).architecture
    assert after.name == "Record shop"
    assert after.element_by_id["web"].said()["instances"] == 3
    assert after.element_by_id["stock"].said()["instances"] == 4
    assert after.link_by_id["web-stock"].said()["timeout_ms"] == 250
    before, now = mine.diagrams[0].positions, after.diagrams[0].positions
    assert {part: now[part] for part in before} == before
    assert set(now) == {"web", "stock", "old", "till"}


def test_a_value_that_a_person_set_is_named_where_the_source_differs(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "shop.loadpath.json"
    (tmp_path / "shop.yaml").write_text(MANIFEST % (("web",) * 4), "utf-8")
    run("import", tmp_path / "shop.yaml", "-o", out)
    native.save(out, edits.set_attributes(native.load(out).architecture, ["web"], {"instances": 4}))
    before = out.read_bytes()
    told = run("import", tmp_path / "shop.yaml", "-o", out)
    assert "Kept, because a person said it (1):" in told.out
    assert "web: instances stays 4; the source says 1" in told.out
    assert out.read_bytes() == before


def test_a_file_that_is_no_model_is_not_touched(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(MANIFEST % (("web",) * 4), "utf-8")
    out = tmp_path / "shop.loadpath.json"
    newer = b'{"format": "loadpath/9.0", "elements": []}'
    for content in (b"my own work", b"", b'{"format": "loadpath/1.0", "elements": [{"id": 1}]}', newer, b"\xff\xfe"):
        out.write_bytes(content)
        told = run("import", tmp_path / "shop.yaml", "-o", out)
        assert told.code == 2
        assert is_one_sentence(told.err)
        assert "another file with -o" in told.err
        assert out.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.loadpath.json", "shop.yaml"]


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
