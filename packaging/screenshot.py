"""Takes the README's picture: opens the real window on a sample, runs its scenario, and saves what is on the screen.

`python packaging/screenshot.py [--theme light|dark] [--sample NAME] [--finding ID] [--tab NAME] OUT.png`
Works without a screen. The picture is the program's own; nothing is drawn over it.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 300.0


def wait(application: Any, until: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Lets the program work until something is so."""
    ends = time.monotonic() + seconds
    while not until():
        if time.monotonic() > ends:
            raise SystemExit("The window did not get ready in time.")
        application.processEvents()
        time.sleep(0.01)


def rest(application: Any, seconds: float) -> None:
    """Lets the program work for a while."""
    ends = time.monotonic() + seconds
    wait(application, lambda: time.monotonic() > ends, seconds + 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--sample", default="music-shop")
    parser.add_argument("--finding", default="")
    parser.add_argument("--tab", default="findings")
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--size", type=int, nargs=2, default=(1440, 900))
    options = parser.parse_args()

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        os.environ[variable] = tempfile.mkdtemp(prefix="loadpath-screenshot-")
    from PySide6.QtWidgets import QApplication

    from app.session import Session
    from models import resources

    application = QApplication([])
    session = Session(application)
    session.show_theme(options.theme)
    window = session.open_window(resources.path("samples", f"{options.sample}.loadpath.json"))
    window.resize(*options.size)
    wait(application, lambda: window.status.isVisible() and bool(window.findings.model.rowCount()))
    if options.run:
        window.shelf["run"].trigger()
        rest(application, 1)
        wait(application, lambda: not window.runner.running)
    window.show_tab(options.tab)
    if options.finding:
        window.findings.show_finding(options.finding)
    rest(application, 1.5)
    window.canvas.fit()
    rest(application, 0.5)
    window.grab().save(str(options.out))
    window.close()
    session.close()


if __name__ == "__main__":
    main()
