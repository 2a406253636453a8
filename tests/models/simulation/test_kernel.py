"""The compiled kernel keeps what makes it fast: no reference counting, one signature per helper, plain field names."""

import importlib
import pkgutil

import numba
import numpy as np
import pytest

from models.simulation import kernel, warm_up
from models.simulation.kernel import layout
from models.simulation.kernel.compiled import cache_folder, cold, hot, sources_hash
from models.simulation.kernel.reference import prepared
from models.simulation.kernel.run import run


def test_no_field_of_a_record_hides_behind_an_attribute_of_numpy() -> None:
    taken = set(dir(np.record)) | set(dir(np.recarray))
    for name, fields in vars(layout).items():
        if isinstance(fields, list):
            scalar_only = {field for field, _ in fields} & set(dir(np.record))
            assert not scalar_only, name
    assert "base" in taken


def test_the_kernel_has_one_signature_and_no_reference_counting() -> None:
    warm_up()
    if not isinstance(run, numba.core.registry.CPUDispatcher):
        pytest.skip("not compiled: NUMBA_DISABLE_JIT is set")
    assert len(run.signatures) == 1
    for module in pkgutil.iter_modules(kernel.__path__):
        for helper in vars(importlib.import_module(f"{kernel.__name__}.{module.name}")).values():
            if isinstance(helper, numba.core.registry.CPUDispatcher):
                assert len(helper.signatures) <= 1, helper
    folder = cache_folder()
    assert folder is not None
    machine_code = [path.read_bytes() for path in folder.rglob("*.nbc")]
    assert machine_code
    for code in machine_code:
        assert b"NRT_incref" not in code
        assert b"NRT_decref" not in code


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
    assert heap.t.min() == np.inf


def test_the_cache_is_keyed_by_the_sources_of_the_kernel() -> None:
    assert sources_hash() == sources_hash()
    assert len(sources_hash()) == 16


def test_only_what_is_hot_is_inlined_whoever_calls_it_first() -> None:
    def helper(x: int) -> int:
        return x

    if not isinstance(run, numba.core.registry.CPUDispatcher):
        pytest.skip("not compiled: NUMBA_DISABLE_JIT is set")
    assert cold(helper).targetoptions["forceinline"] is False  # type: ignore[attr-defined]
    assert hot(helper).targetoptions["forceinline"] is True  # type: ignore[attr-defined]


def test_an_array_of_the_wrong_kind_is_refused_before_the_kernel_reads_it() -> None:
    if not isinstance(run, numba.core.registry.CPUDispatcher):
        pytest.skip("not compiled: NUMBA_DISABLE_JIT is set")
    state = layout.smallest()
    assert len(prepared(state)) == sum(1 + array.ndim for array in state)
    for wrong in (np.zeros(4, dtype=np.float32), np.zeros((2, 2)), np.zeros(8)[::2]):
        with pytest.raises(TypeError, match="EP is a"):
            prepared(state._replace(EP=wrong))


def test_compiling_leaves_numba_as_it_was() -> None:
    from numba.core import base, errors, ir
    from numba.core.typing.context import BaseContext

    from models.simulation.kernel.frugal import frugal

    def now() -> list[object]:
        return [
            BaseContext.resolve_function_type,
            ir.Inst._rec_list_vars,
            base._has_loc,
            base.OverloadSelector.find,
            vars(errors)["_termcolor_inst"],
        ]

    def fail() -> None:
        with frugal():
            assert all(a is not b for a, b in zip(now(), before, strict=True))
            raise ValueError("on the way")

    before = now()
    with pytest.raises(ValueError, match="on the way"):
        fail()
    assert all(a is b for a, b in zip(now(), before, strict=True))
