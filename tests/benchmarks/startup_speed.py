"""How quickly Loadpath answers and shows itself. Prints; never fails on a time, since a busy machine is not a bug.

Run as a script: `python tests/benchmarks/startup_speed.py`. Each line is the best and the median of several fresh
starts in milliseconds, beside what is wanted. The first start is left out: it fills the caches.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.formats.native import save
from tests.benchmarks.analysis_speed import random_system

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "samples" / "music-shop.loadpath.json"
STARTS = 7

FIRST_FRAME = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class FirstFrame(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest and watched.isWidgetType() and watched.isWindow():
            QTimer.singleShot(0, report)
        return False

def report():
    print("FIRST FRAME", time.time(), flush=True)
    import os
    os._exit(0)

class Watched(QApplication):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.first_frame = FirstFrame()
        self.installEventFilter(self.first_frame)

import PySide6.QtWidgets
PySide6.QtWidgets.QApplication = Watched
sys.argv = ["loadpath", *sys.argv[1:]]
from app.__main__ import main
main()
"""


def once(*command: str) -> float:
    """Milliseconds of one fresh process, up to its first frame when it says so."""
    surroundings = os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    started = time.time()
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=surroundings, capture_output=True, text=True)
    wall = (time.time() - started) * 1000
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)[:80]} failed: {done.stderr[-500:]}")
    if done.stdout.startswith("FIRST FRAME"):
        return (float(done.stdout.split()[-1]) - started) * 1000
    return wall


def measure(name: str, wanted_ms: float, *command: str) -> None:
    once(*command)
    times = [once(*command) for _ in range(STARTS)]
    print(
        f"{name:<42} best {min(times):6.0f} ms   median {statistics.median(times):6.0f} ms   wanted {wanted_ms:.0f} ms"
    )


def measure_large_model(services: int) -> None:
    """Checks of a large model in every format."""
    with TemporaryDirectory() as folder:
        model = Path(folder) / "large.loadpath.json"
        save(model, random_system(services, 3 * services))
        for told in ("text", "markdown", "json", "sarif"):
            name = f"loadpath check, {services:,} services, {told}"
            measure(name, 2000, "-m", "app", "check", str(model), "--fail-on", "never", "--format", told)


def main() -> None:
    measure("Python itself", 0, "-c", "pass")
    measure("loadpath --help", 600, "-m", "app", "--help")
    measure("loadpath check on a sample", 600, "-m", "app", "check", str(SAMPLE), "--fail-on", "never")
    measure_large_model(1_000)
    measure("window: first frame, welcome", 1000, "-c", FIRST_FRAME)
    measure("window: first frame, sample", 1000, "-c", FIRST_FRAME, str(SAMPLE))


if __name__ == "__main__":
    main()
