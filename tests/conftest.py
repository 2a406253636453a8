"""What holds for every test: no screen is needed, a Qt warning is a failure, property tests have a profile."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.fonts.warning=false")
os.environ.setdefault("LC_ALL", "C.UTF-8")

settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))


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
