"""Loadpath as a wheel: built, installed into a clean environment, started somewhere else."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

EVERY_RESOURCE = (
    "from models import resources as r; print(r.root()); print(sum(p.is_file() for p in r.root().rglob('*')))"
)


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=surroundings, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, repository, cwd=out)
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = out.glob("loadpath-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with the wheel; third-party packages are those of the running one."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    programs = home / "bin"
    done = run(
        sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-deps", "--no-index",
        "--disable-pip-version-check", wheel, cwd=home,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "third-party.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return programs


def test_the_installed_program_uses_its_own_files(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import app, models; print(app.__file__, models.__file__)", cwd=tmp_path)
    assert where.stdout.count(str(installed.parent)) == 2, where.stdout + where.stderr


def test_every_resource_of_the_checkout_is_in_the_wheel(installed: Path, repository: Path, tmp_path: Path) -> None:
    told = run(installed / "python", "-c", EVERY_RESOURCE, cwd=tmp_path)
    folder, count = told.stdout.split()
    assert Path(folder).is_relative_to(installed.parent)
    in_checkout = {
        p.relative_to(repository / "resources") for p in (repository / "resources").rglob("*") if p.is_file()
    }
    assert not [path for path in in_checkout if not (Path(folder) / path).is_file()]
    assert int(count) >= len(in_checkout) > 0


def test_the_installed_command_lists_the_rules(installed: Path, tmp_path: Path) -> None:
    told = run(installed / "loadpath", "rules", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "R01" in told.stdout


def test_the_installed_command_checks_a_sample_it_brought(installed: Path, tmp_path: Path) -> None:
    sample = run(
        installed / "python", "-c",
        "from models.resources import path; print(path('samples', 'music-shop.loadpath.json'))", cwd=tmp_path,
    )  # fmt: skip
    told = run(installed / "loadpath", "check", sample.stdout.strip(), "--fail-on", "never", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "R01" in told.stdout


def test_the_installation_checks_itself(installed: Path, tmp_path: Path) -> None:
    told = run(installed / "loadpath", "self-test", cwd=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_window_of_the_installation_opens(installed: Path, tmp_path: Path) -> None:
    program = (
        "from PySide6.QtCore import QTimer; from PySide6.QtWidgets import QApplication; import sys;"
        "sys.argv = ['loadpath']; application = QApplication(sys.argv);"
        "QTimer.singleShot(1500, application.quit);"
        "from app.__main__ import main; code = main(); print('CLOSED', code)"
    )
    told = run(installed / "python", "-c", program, cwd=tmp_path)
    assert "CLOSED 0" in told.stdout, told.stdout + told.stderr
