"""Large packages are imported from threads one after the other."""

import sys
import threading
import time
from pathlib import Path

import pytest

from app.background import import_alone


def test_two_threads_never_import_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("heavy_one", "heavy_two"):
        text = "import time\nbegan = time.monotonic()\ntime.sleep(0.1)\nended = time.monotonic()\n"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
    threads = [threading.Thread(target=import_alone, args=(name,)) for name in ("heavy_one", "heavy_two")]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = sorted((sys.modules["heavy_one"], sys.modules["heavy_two"]), key=lambda module: module.began)
    assert started <= first.ended <= second.began


def test_a_failing_import_lets_the_next_one_through() -> None:
    with pytest.raises(ModuleNotFoundError):
        import_alone("no_such_module_anywhere")
    assert import_alone("json").__name__ == "json"
