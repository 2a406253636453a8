"""What holds for every test: no screen is needed, a Qt warning is a failure, property tests have a profile."""

import gc
import importlib
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.fonts.warning=false")
os.environ.setdefault("LC_ALL", "C.UTF-8")

providers._get_local_constants = lambda: providers._local_constants
"""Else Hypothesis also draws constants that it reads in modules loaded so far, and those depend on what ran before."""

SAME_EACH_TIME: dict[str, Any] = {
    "derandomize": True,
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("quick", max_examples=50, **SAME_EACH_TIME)
settings.register_profile("ci", max_examples=100, **SAME_EACH_TIME)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What the tests import stays to the end: it counts as old at once, without being looked through for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.enable()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpus(repository: Path) -> Path:
    """Real systems to import and judge, kept beside the checkout; a test that needs them is skipped without them."""
    folder = repository.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("the corpus of real systems (../shared/corpus) is not on this machine")
    return folder


@pytest.fixture(autouse=True)
def _own_settings_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, recovery journals and caches of a test never reach those of the person who runs it."""
    home = tmp_path_factory.getbasetemp() / "home"
    for variable, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_STATE_HOME", "state")):
        target = home / folder
        target.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(variable, str(target))


@pytest.fixture(scope="session")
def broken_laws() -> Iterator[list[str]]:
    """Collects what simulations of this process break, whichever thread runs them."""
    from tests.conservation import of_run

    session: Any = importlib.import_module("models.simulation.session")
    broken: list[str] = []
    make = session.result_of

    def checked(compiled: Any, replications: Any, wall_s: float) -> Any:
        result = make(compiled, replications, wall_s)
        try:
            of_run(compiled, replications, result)
        except AssertionError as error:
            broken.append(str(error))
        return result

    session.result_of = checked
    yield broken
    session.result_of = make


@pytest.fixture(autouse=True)
def _conservation_laws_hold(broken_laws: list[str]) -> Iterator[None]:
    """A test in which any simulation, of whatever part of the program, breaks a law of conservation fails."""
    broken_laws.clear()
    yield
    assert not broken_laws, "\n".join(broken_laws)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A test that leaves a window open or a thread running, or makes the program log a warning, fails."""
    threads = set(threading.enumerate())
    yield
    logged = [
        r.getMessage() for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.WARNING
    ]
    assert not logged, f"logged: {logged}"
    running = [t.name for t in threading.enumerate() if t not in threads and not t.daemon]
    assert not running, f"threads still running: {running}"
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is not None and widgets.QApplication.instance() is not None:
        shown = [repr(w) for w in widgets.QApplication.topLevelWidgets() if w.isVisible()]
        assert not shown, f"windows still open: {shown}"
