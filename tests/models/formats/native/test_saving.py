"""Saving: the old file or the new one, whole, whatever happens in between."""

import os
import stat
from pathlib import Path

import pytest

from models.architecture import Architecture
from models.formats.native import FormatError, dumps, load, save

OLD = Architecture(name="old")
NEW = Architecture(name="new")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.loadpath.json"
    save(path, OLD)
    return path


def test_what_was_saved_is_read_back(file: Path) -> None:
    save(file, NEW)
    assert load(file).architecture == NEW
    assert file.read_bytes() == dumps(NEW)
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize("failing", ["fsync", "replace", "fdopen"])
def test_when_saving_fails_the_old_file_stays_and_nothing_is_left_behind(
    file: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(FormatError, match=r"No space left on device.*what was there is untouched"):
        save(file, NEW)
    monkeypatch.undo()
    assert load(file).architecture == OLD
    assert os.listdir(file.parent) == [file.name]


def test_the_new_file_is_on_the_disk_before_it_takes_the_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_fsync(descriptor)

    def replace(source: str, target: str) -> None:
        calls.append("replace")
        assert Path(source).read_bytes() == dumps(NEW)
        assert Path(source).parent == Path(target).parent
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    save(file, NEW)
    assert calls == ["file", "replace", "folder"]


def test_an_interruption_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(file, NEW)
    assert load(file).architecture == OLD
    assert os.listdir(file.parent) == [file.name]


def test_permissions_stay(file: Path) -> None:
    file.chmod(0o640)
    save(file, NEW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_file_system_without_permissions_is_no_reason_not_to_save(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_permissions(*_args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", no_permissions)
    save(file, NEW)
    assert load(file).architecture == NEW


def test_a_new_file_gets_the_permissions_that_any_new_file_gets(file: Path) -> None:
    other = file.with_name("other.json")
    other.write_text("")
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


def test_a_symbolic_link_is_followed_to_the_real_file(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = elsewhere / "link.loadpath.json"
    link.symlink_to(file)
    save(link, NEW)
    assert link.is_symlink()
    assert load(file).architecture == NEW
    assert os.listdir(elsewhere) == [link.name]


def test_a_link_that_leads_nowhere_yet_gets_its_file(tmp_path: Path) -> None:
    link = tmp_path / "link.loadpath.json"
    link.symlink_to(tmp_path / "real.loadpath.json")
    save(link, NEW)
    assert link.is_symlink()
    assert load(tmp_path / "real.loadpath.json").architecture == NEW


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="its folder does not exist; save under another path"):
        save(tmp_path / "gone" / "shop.loadpath.json", NEW)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="this is a folder; give a file name in it"):
        save(tmp_path, NEW)


def test_a_read_only_file_is_not_replaced(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anything
    with pytest.raises(FormatError, match="it is read only; save under another name"):
        save(file, NEW)
    assert load(file).architecture == OLD


def test_a_name_that_is_none_is_told() -> None:
    with pytest.raises(FormatError, match="this is not a file name"):
        save("x\0y", NEW)


def test_a_very_long_name_still_works(tmp_path: Path) -> None:
    path = tmp_path / ("주" * 80 + ".loadpath.json")
    save(path, NEW)
    assert load(path).architecture == NEW
