"""The compiled kernel: what it is made from, where it is kept, and what it refuses."""

from pathlib import Path

import numpy as np
import pytest

from models.simulation import kernel, warm_up
from models.simulation.kernel import compiled, layout
from models.simulation.kernel.compiled import COMPILED, Entry, cache_file, cold, hot, inlined, sources_hash
from models.simulation.kernel.reference import prepared
from models.simulation.kernel.run import run

needs_machine_code = pytest.mark.skipif(not COMPILED, reason="not compiled: LOADPATH_UNCOMPILED is set")


def test_no_field_of_a_record_hides_behind_an_attribute_of_numpy() -> None:
    taken = set(dir(np.record)) | set(dir(np.recarray))
    for name, fields in vars(layout).items():
        if isinstance(fields, list):
            scalar_only = {field for field, _ in fields} & set(dir(np.record))
            assert not scalar_only, name
    assert "base" in taken


@needs_machine_code
def test_all_of_the_kernel_is_compiled_and_every_part_of_it_is_used() -> None:
    assert isinstance(run, Entry)
    used = {function.__name__ for function in run.translated().signatures}
    folder = Path(kernel.__file__).parent
    marked = [text.count(f"\n@{how}\n") for text in map(Path.read_text, folder.glob("*.py")) for how in ("hot", "cold")]
    assert len(used) == sum(marked) + 1
    assert "run" in used


def test_no_record_lies_across_lines_of_the_cache_without_need() -> None:
    state = layout.smallest()
    for name, table in zip(state._fields, state, strict=True):
        if table.dtype.names:
            rows = layout.lined_up(3, table.dtype)
            size = rows.dtype.itemsize
            assert rows.__array_interface__["data"][0] % layout.LINE == 0
            assert size % layout.LINE == 0 or layout.LINE % size == 0, name


def test_the_four_events_below_one_on_the_heap_are_read_at_once() -> None:
    heap = layout.events(50)
    start = heap.__array_interface__["data"][0]
    for above in range(12):
        assert len({(start + heap.dtype.itemsize * (4 * above + k)) // layout.LINE for k in (1, 2, 3, 4)}) == 1


@needs_machine_code
def test_machine_code_is_kept_where_it_was_looked_for() -> None:
    warm_up()
    path = cache_file()
    assert path is not None
    assert path.stem == sources_hash()
    assert path.exists()


def test_the_cache_is_keyed_by_the_sources_and_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sources_hash()
    assert len(before) == 16
    assert sources_hash() == before
    monkeypatch.setattr(compiled, "target", lambda: "another processor")
    assert sources_hash() != before


def test_without_a_home_there_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("LOADPATH_KERNEL_CACHE", raising=False)
    monkeypatch.setattr(compiled, "users_cache", homeless)
    assert cache_file() is None


def test_functions_are_marked_and_otherwise_left_as_they_are() -> None:
    def often(x: int) -> int:
        return x

    def rarely(x: int) -> int:
        return x

    assert hot(often) is often
    assert inlined(often) is True
    assert cold(rarely) is rarely
    assert inlined(rarely) is False
    assert inlined(print) is None


@needs_machine_code
def test_an_array_of_the_wrong_kind_is_refused_before_the_kernel_reads_it() -> None:
    state = layout.smallest()
    assert len(prepared(state)) == sum(1 + array.ndim for array in state)
    for wrong in (np.zeros(4, dtype=np.float32), np.zeros((2, 2)), np.zeros(8)[::2]):
        with pytest.raises(TypeError, match="EP is a"):
            prepared(state._replace(EP=wrong))
