"""From Python to machine code: compiled functions do what Python does, and what cannot be compiled is refused."""

import ctypes
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from models.simulation.machine.arithmetic import UnknownError
from models.simulation.machine.code import Loaded, machine_code
from models.simulation.machine.kept import kept
from models.simulation.machine.kinds import INTEGER, STATE, tables
from models.simulation.machine.translation import Program

ONE = np.int64(1)
MASK = np.uint64((1 << 31) - 1)
SEVENTEEN = np.uint64(17)


class State(NamedTuple):
    """What the functions below read and write: numbers in records, floats, random bits in rows, narrow integers."""

    P: Any
    V: Any
    B: Any
    N: Any


def a_state(seed: int = 1) -> State:
    numbers = random.Random(seed)
    pairs = np.zeros(
        8, dtype=np.dtype([("flag", "i1"), ("n", "i8"), ("small", "i4"), ("m", "i8"), ("x", "f8")], align=True)
    ).view(np.recarray)
    for row in pairs:
        row.flag, row.small = numbers.randint(-128, 127), numbers.randint(-(2**31), 2**31 - 1)
        row.n, row.m, row.x = numbers.randint(-50, 50), numbers.choice([-7, -2, 1, 3, 10]), numbers.uniform(-9, 9)
    bits = np.array([[numbers.getrandbits(64) for _ in range(3)] for _ in range(2)], dtype=np.uint64)
    narrow = np.array([numbers.randint(-1000, 1000) for _ in range(8)], dtype=np.int32)
    return State(pairs, np.array([numbers.uniform(-5, 5) for _ in range(8)]), bits, narrow)


def compiled(function: Any, *, inlined: bool = True) -> Callable[[State, int], int]:
    """The function as machine code, called as it is in Python."""
    program = Program(tables(a_state()), lambda _: inlined)
    program.add(function, (STATE, INTEGER), entry="entry")
    loaded = Loaded(machine_code(program.text))
    run = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)(loaded.address("entry"))

    def call(state: State, k: int) -> int:
        words = np.array([word for array in state for word in (array.ctypes.data, *array.shape)], dtype=np.int64)
        assert loaded
        return int(run(words.ctypes.data, k))

    return call


def whole_numbers(S: State, k: int) -> int:
    p = S.P[k]
    a, b = p.n, p.m
    a, b = b + ONE, a - ONE
    total = (p.n // p.m) * 1000 + p.n % p.m
    total += (a << 2) | (b & 15) ^ (p.n >> 1)
    total -= max(p.n, p.m) * min(a, b) + abs(p.n) - (-p.m)
    return np.int64(total)


def floats(S: State, k: int) -> int:
    p = S.P[k]
    x = p.x * 2 + p.n / 3 - 1e-3
    y = math.sqrt(abs(x)) + math.exp(-abs(p.x)) + math.log(1.0 + abs(p.n)) + 2.0 ** np.float64(p.m)
    S.V[k] = max(x, y) - min(x, 0.5) if x < y else -x
    S.V[0] = p.n
    return np.int64(x * 1000.0) + math.ceil(x) + math.floor(y) + (np.float64(y).view(np.int64) >> ONE)


def random_bits(S: State, k: int) -> int:
    row = k % 2
    bits = S.B[row, 0] ^ (S.B[row, 1] << SEVENTEEN)
    S.B[row, 2] = (bits >> SEVENTEEN) + S.B[row, 2]
    return np.int64(S.B[row, 2] & MASK)


def narrow_integers(S: State, k: int) -> int:
    p = S.P[k]
    total = np.int64(p.small) * (1 << 20) + p.flag
    p.flag = p.flag >> 1
    S.N[k] = S.N[k] - p.flag
    S.N[0] += k
    later = (p.flag < 0) | ((p.n == k) & (S.N[k] < 7))
    return np.int64(total + S.N[k] + np.int64(later))


def _is_odd(n: int) -> bool:
    return n % 2 == 1


def _count(S: State, k: int) -> int:
    """Notes that it was called, which tells whether conditions are evaluated no further than Python does."""
    S.P[k].n += 1
    return S.P[k].n


def _halved(S: State, k: int, by: float) -> None:
    if by <= 0.0:
        return
    S.P[k].x /= by


def ways_through(S: State, k: int) -> int:
    total = 0
    for i in range(S.P.shape[0]):
        if i == k:
            continue
        if _is_odd(S.P[i].n) and (_count(S, i) > 0 or _count(S, k) < 0) and not S.P[i].x > 3.0:
            total += i
        elif S.P[i].m in (-7, 3):
            total += 100
        else:
            _halved(S, i, S.P[i].x)
            total -= 1
        if total > 450:
            break
    for i in range(2, 5):
        total += i if _is_odd(i) else -i
    either = k == 3 or (k > 5 and total > 0)
    while True:
        total -= 7
        if total < 0 or either:
            return np.int64(total)


def in_order(S: State, k: int) -> int:
    S.P[k].m = _count(S, k) * 10 + _count(S, k)
    S.P[k].n += _count(S, k)
    S.P[_count(S, k) % 8].m += 1
    return np.int64(S.P[k].n)


def not_a_number(S: State, k: int) -> int:
    x = math.inf if k < 4 else math.nan
    S.V[k] = max(x, 1.0)
    S.V[0] = min(1.0, x)
    return np.int64((x == x) + 2 * (x != x) + 4 * (x < 1.0) + 8 * (x >= 1.0))


@pytest.mark.parametrize("inlined", [True, False], ids=["inlined", "called"])
@pytest.mark.parametrize(
    "function",
    [whole_numbers, floats, random_bits, narrow_integers, ways_through, in_order, not_a_number],
    ids=lambda each: each.__name__,
)
def test_machine_code_does_what_python_does(function: Callable[[State, int], int], inlined: bool) -> None:
    machine = compiled(function, inlined=inlined)
    for seed in range(20):
        for k in range(8):
            ours, pythons = a_state(seed), a_state(seed)
            with np.errstate(over="ignore"):
                assert machine(ours, k) == function(pythons, k), (seed, k)
            for mine, theirs in zip(ours, pythons, strict=True):
                assert mine.tobytes() == theirs.tobytes(), (seed, k)


def _never_assigned(S: State, k: int) -> int:
    if k > 1000:
        found = k
    return found


def _with_names_like_those_of_the_translation(S: State, k: int) -> int:
    return _summed(k, 1, 2)


def _summed(v1: int, p1: int, b1: int) -> int:
    start = v1 if v1 > p1 else b1
    return start + p1 + b1


def test_a_variable_that_was_never_assigned_is_zero() -> None:
    assert compiled(_never_assigned)(a_state(), 5) == 0


def test_names_of_the_kernel_never_meet_those_of_the_translation() -> None:
    assert compiled(_with_names_like_those_of_the_translation)(a_state(), 7) == 10


def test_division_by_zero_gives_zero_and_infinity_instead_of_a_crash() -> None:
    machine = compiled(_divided)
    state = a_state()
    state.P[0].n, state.P[0].m = 5, 0
    assert machine(state, 0) == 0
    assert state.P[0].x == np.inf


def _divided(S: State, k: int) -> int:
    S.P[k].x = S.P[k].n / S.P[k].m
    return S.P[k].n // S.P[k].m + S.P[k].n % S.P[k].m


def _with_two_kinds(S: State, k: int) -> int:
    x = 1
    x = 1.5  # type: ignore[assignment]
    return x


def _with_text(S: State, k: int) -> int:
    return len("text") + k


def _with_a_missing_field(S: State, k: int) -> int:
    return S.P[k].nothing


def _with_a_fraction_lost(S: State, k: int) -> int:
    S.P[k].n = S.P[k].x
    return k


def _for_ever(S: State, k: int) -> int:
    return _for_ever(S, k)


def _without_an_end(S: State, k: int) -> int:  # type: ignore[return]
    if k > 1:
        return k


def _with_too_few_indices(S: State, k: int) -> int:
    return np.int64(S.B[k])


def _with_signs_mixed(S: State, k: int) -> int:
    return np.int64(S.B[0, 0] + k)


def _with_an_integer_as_condition(S: State, k: int) -> int:
    found = k or S.P[k].n
    return found


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (_with_two_kinds, "a float is given where an integer is wanted"),
        (_with_text, "len of 1 is not known|is no number"),
        (_with_a_missing_field, "has no nothing"),
        (_with_a_fraction_lost, "a float is given where an integer is wanted"),
        (_for_ever, "calls itself"),
        (_without_an_end, "may end without a result"),
        (_with_too_few_indices, "an index for each of its dimensions"),
        (_with_signs_mixed, "an unsigned integer is given"),
        (_with_an_integer_as_condition, "only bools"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_cannot_be_compiled_is_refused_and_the_place_told(function: Any, told: str) -> None:
    with pytest.raises(UnknownError, match=told) as refused:
        compiled(function)
    assert f"{Path(__file__).name}, line" in str(refused.value)


def test_a_function_that_is_no_part_of_the_kernel_is_not_compiled() -> None:
    function: Any = ways_through
    program = Program(tables(a_state()), lambda _: None)
    with pytest.raises(UnknownError, match="_is_odd is no function of the kernel"):
        program.add(function, (STATE, INTEGER), entry="entry")


def test_what_is_kept_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "code.o"
    assert kept(path, lambda: b"machine code") == b"machine code"
    assert kept(path, lambda: b"made again") == b"machine code"
    assert [each.name for each in path.parent.iterdir()] == ["code.o"]


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 200])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "code.o"
    path.write_bytes(damage)
    assert kept(path, lambda: b"machine code") == b"machine code"
    assert kept(path, lambda: b"made again") == b"machine code"


def test_where_nothing_can_be_kept_it_is_made_each_time(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    for path in (None, in_the_way / "code.o"):
        assert kept(path, lambda: b"first") == b"first"
        assert kept(path, lambda: b"second") == b"second"
