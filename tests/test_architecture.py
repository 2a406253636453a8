"""The house of Loadpath as sentences: who may import whom, what a file may be called and how long it may grow."""

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter import configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import Contract

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["app", "models"]

# From the top down: a line imports only from those below it. What | joins never imports each other, what : joins
# may.
MODELS_LAYERS = ["reports", "evidence", "analysis | simulation | formats", "architecture", "resources"]
APP_LAYERS = [
    "__main__",
    "cli",
    "session",
    "main_window",
    "dialogs | panels | plots | canvas",
    "actions",
    "background",
    "document",
    "export_image",
    "settings : theme : theme_style : translation : resources",
]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "stuff"}
LONGEST_FILE = 420
LONGER_FOR_A_REASON = {
    "models/simulation/kernel/": "functions that call each other in a ring must be compiled from one module",
}
TOP_LEVEL = {
    *("app", "models", "resources", "tests", "packaging", "pyproject.toml"),
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci", ".gitattributes", ".gitignore"),
}
HEAVY = {"PySide6", "shiboken6", "pyqtgraph", "llvmlite", "numpy", "scipy"}

configuration.configure()


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def breaches(contract: type[Contract], imports: grimp.ImportGraph | None = None, **options: object) -> str:
    """What the contract finds wrong with the imports (ours unless given), chain by chain; empty when it is kept."""
    checked = contract(
        name="contract",
        session_options={"root_packages": PACKAGES, "include_external_packages": "True"},
        contract_options=dict(options),
    )
    result = checked.check(imports or graph(), verbose=False)
    if result.kept:
        return ""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        checked.render_broken_contract(result)
    return told.getvalue() or str(result.metadata)


def layers(package: str, lines: list[str]) -> list[str]:
    return [re.sub(r"\w+", lambda name: f"({package}.{name[0]})", line) for line in lines]


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def modules_below(package: str) -> set[str]:
    return {module.removeprefix(f"{package}.").split(".")[0] for module in graph().find_descendants(package)}


def test_a_breach_is_noticed_and_told() -> None:
    imports = grimp.ImportGraph()
    for module in ("models", "models.reports", "models.architecture"):
        imports.add_module(module)
    imports.add_import(importer="models.architecture", imported="models.reports", line_number=1, line_contents="")
    told = breaches(LayersContract, imports, layers=layers("models", ["reports", "architecture"]))
    assert "models.architecture" in told
    assert "models.reports" in told


def test_models_never_import_the_application() -> None:
    assert not breaches(ForbiddenContract, source_modules=["models"], forbidden_modules=["app"])


def test_models_never_import_a_screen() -> None:
    screen = [name for name in ("PySide6", "shiboken6", "pyqtgraph") if name in graph().modules]
    assert not breaches(ForbiddenContract, source_modules=["models"], forbidden_modules=screen)


def test_imports_in_models_only_point_down() -> None:
    assert not breaches(LayersContract, layers=layers("models", MODELS_LAYERS))


def test_imports_in_the_application_only_point_down() -> None:
    assert not breaches(LayersContract, layers=layers("app", APP_LAYERS))


@pytest.mark.parametrize(("package", "lines"), [("models", MODELS_LAYERS), ("app", APP_LAYERS)])
def test_every_module_has_its_place_in_the_layers(package: str, lines: list[str]) -> None:
    placed = {name for line in lines for name in re.findall(r"\w+", line)}
    assert modules_below(package) <= placed


def test_no_rule_imports_another_rule() -> None:
    assert not breaches(IndependenceContract, modules=["models.analysis.rules.*.*"])


@pytest.mark.parametrize("folder", ["importers", "exporters"])
def test_no_format_imports_another_format(folder: str) -> None:
    package = f"models.formats.{folder}"
    formats = sorted(graph().find_children(package)) if package in graph().modules else []
    assert not breaches(IndependenceContract, modules=formats)


def test_the_architecture_knows_nothing_of_speed_and_drawing() -> None:
    heavy = sorted(HEAVY & graph().modules)
    assert not breaches(ForbiddenContract, source_modules=["models.architecture"], forbidden_modules=heavy)


def test_checking_a_model_loads_nothing_heavy() -> None:
    sample = ROOT / "resources" / "samples" / "music-shop.loadpath.json"
    program = (
        "import sys; from app.cli import main; code = main(['check', sys.argv[1]]);"
        f"loaded = sorted({HEAVY!r} & set(sys.modules)); print('LOADED', loaded); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(sample)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.rstrip().endswith("LOADED []")


def test_no_file_grows_beyond_what_one_head_can_hold() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in python_files(*PACKAGES)
    }
    too_long = {name for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert not [name for name in too_long if not name.startswith(tuple(LONGER_FOR_A_REASON))]


def test_no_module_is_named_for_nothing_in_particular() -> None:
    stems = {path: path.stem if path.stem != "__init__" else path.parent.name for path in python_files(*PACKAGES)}
    assert not [path for path, stem in stems.items() if FORBIDDEN_NAMES & set(stem.strip("_").split("_"))]


def test_every_package_says_what_it_is() -> None:
    silent = [
        path for path in python_files(*PACKAGES) if not path.read_text("utf-8").lstrip().startswith(('"""', 'r"""'))
    ]
    assert not silent


def test_the_packaging_folder_is_not_a_package() -> None:
    assert not list((ROOT / "packaging").rglob("__init__.py"))


def test_only_replace_copies_a_model_without_validating() -> None:
    users = {str(p.relative_to(ROOT)) for p in python_files(*PACKAGES) if "model_copy(" in p.read_text("utf-8")}
    assert users <= {"models/architecture/base.py"}


def test_colours_live_in_the_theme() -> None:
    colour = re.compile(r"[\"']#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})[\"']")
    elsewhere = [
        path for path in python_files("app") if "theme" not in path.name and colour.search(path.read_text("utf-8"))
    ]
    assert not [path for path in elsewhere if "theme" not in path.parent.name]


def test_untrusted_text_is_never_run_as_code() -> None:
    dangerous = re.compile(r"(?<![\w.])(?:eval|exec)\(|\bpickle\.loads?\(|yaml\.unsafe|shell=True|os\.system\(")
    assert not [path for path in python_files(*PACKAGES) if dangerous.search(path.read_text("utf-8"))]


def test_the_repository_holds_plain_files_under_the_fixed_top_level() -> None:
    listed = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    tracked = [(entry.split(maxsplit=1)[0], entry.split("\t", 1)[1]) for entry in listed.stdout.splitlines()]
    assert [path for mode, path in tracked if mode == "120000"] == []
    assert {path.split("/", 1)[0] for _, path in tracked} <= TOP_LEVEL
