"""`loadpath self-test`: whether this installation has all its parts and they work."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import models
from app.cli.terminal import Terminal
from app.cli.words import QT_TRANSLATE_NOOP, translate

EXAMPLE = "loadpath self-test"
SAMPLE = "music-shop.loadpath.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes no arguments."""


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Exit code 1 when something is missing or does not work."""
    failed = 0
    terminal.line(f"loadpath {models.__version__} · Python {platform.python_version()} · {platform.platform()}")
    for title, check in CHECKS.items():
        title = translate("cli", title)
        try:
            found = check()
        except Exception as error:  # whatever it is, it belongs into the list and the next check should run
            failed += 1
            reason = (str(error).splitlines() or [""])[0]
            terminal.paragraph(f"{title}: {type(error).__name__}: {reason}", indent=f"{terminal.mark('bad')} ")
        else:
            terminal.line(f"{terminal.mark('good')} {title}: {found}")
    text = translate("cli", "{failed} of {count} checks failed.").format(failed=failed, count=len(CHECKS))
    terminal.line(text if failed else translate("cli", "All is well."))
    return 1 if failed else 0


def _resources() -> str:
    from models import resources

    counts = {folder: len(resources.names(folder)) for folder in ("fonts", "icons", "samples", "themes")}
    missing = [folder for folder, count in counts.items() if not count]
    if missing:
        raise FileNotFoundError(
            translate("cli", "there is nothing in {folders}; install Loadpath again").format(folders=", ".join(missing))
        )
    return ", ".join(f"{count} {folder}" for folder, count in counts.items())


def _model() -> str:
    from models import resources
    from models.formats import native

    names = resources.names("samples", suffix=".loadpath.json")
    for name in names:
        path = resources.path("samples", name)
        if native.dumps(native.load(path).architecture) != path.read_bytes():
            raise ValueError(translate("cli", "{file} is not read and written alike").format(file=name))
    return translate("cli", "{count} samples are read and written back byte for byte").format(count=len(names))


def _analysis() -> str:
    from models import resources
    from models.analysis import analyse, catalogue
    from models.formats import native

    findings = analyse(native.load(resources.path("samples", SAMPLE)).architecture).findings
    if not findings:
        raise ValueError(translate("cli", "the sample has no findings, which cannot be right"))
    text = translate("cli", "{rules} rules, {findings} findings in the sample")
    return text.format(rules=len(catalogue()), findings=len(findings))


def _simulation() -> str:
    from models import resources
    from models.formats import native
    from models.simulation import simulate

    architecture = native.load(resources.path("samples", SAMPLE)).architecture
    told = [simulate(architecture, seed=1, replications=1, duration_ms=5000).as_json() for _ in range(2)]
    if told[0]["journeys"] != told[1]["journeys"]:
        raise ValueError(translate("cli", "the same seed gave two different results"))
    return translate("cli", "{count} events, twice the same").format(count=f"{told[0]['events']:,}")


def _report() -> str:
    from models import resources
    from models.analysis import analyse
    from models.formats import native
    from models.reports.html import report

    architecture = native.load(resources.path("samples", SAMPLE)).architecture
    page = report(architecture, analyse(architecture), (), generated=datetime(2026, 1, 1, tzinfo=UTC))
    return translate("cli", "{size} KiB of HTML").format(size=len(page) // 1024)


def _window() -> str:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

    from models import resources

    application = QtWidgets.QApplication.instance() or QtGui.QGuiApplication.instance() or QtGui.QGuiApplication([])
    font = QtGui.QFontDatabase.addApplicationFont(str(resources.path("fonts", "Pretendard-Regular.otf")))
    if font < 0 or not QtSvg.QSvgRenderer(str(resources.path("icons", "loadpath.svg"))).isValid():
        raise RuntimeError(translate("cli", "the typeface or the icons cannot be loaded"))
    assert application is not None
    return translate("cli", "Qt {version}, typeface and icons load").format(version=QtCore.qVersion())


def _folders() -> str:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "probe").write_bytes(b"")
    return translate("cli", "temporary files can be written")


CHECKS: dict[str, Callable[[], str]] = {
    QT_TRANSLATE_NOOP("cli", "Resources"): _resources,
    QT_TRANSLATE_NOOP("cli", "Model files"): _model,
    QT_TRANSLATE_NOOP("cli", "Analysis"): _analysis,
    QT_TRANSLATE_NOOP("cli", "Simulation"): _simulation,
    QT_TRANSLATE_NOOP("cli", "Report"): _report,
    QT_TRANSLATE_NOOP("cli", "Window"): _window,
    QT_TRANSLATE_NOOP("cli", "Folders"): _folders,
}
