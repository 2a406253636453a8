"""How fast the simulator is: against SimPy on the same models, against C, and against itself. Prints a table of ratios
and what each should be; never fails on time, since only ratios within one run mean anything on a busy machine. All is
processor time, which others at work on the machine disturb least, except for what is done in two threads.

SimPy runs fewer requests, since only its rate counts; both agree on the mean response time, which is printed. The C
program is W1 by the same algorithm with statistics; without a C compiler it is left out, and that is said.

    python tests/benchmarks/simulation_speed.py [--quick]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from models.architecture import Architecture
from models.simulation import Result, simulate, start, warm_up
from tests.benchmarks.simulation_workloads import (
    ladder_model,
    simpy_w1,
    simpy_w2,
    simpy_w3,
    w1_model,
    w2_model,
    w3_model,
)

ROOT = Path(__file__).resolve().parents[2]


def row(name: str, measured: str, wanted: str = "", remark: str = "") -> None:
    print(f"{name:<34}{measured:>22}   {wanted:<12}{remark}", flush=True)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    value = work()
    return time.process_time() - began, value


def offered(result: Result) -> int:
    return sum(journey["offered"] for journey in result.journeys.values())


def mean_response(result: Result) -> float:
    rows = list(result.journeys.values())
    succeeded = sum(each["succeeded"] for each in rows)
    return float(sum(each["latency_ms"]["mean"] * each["succeeded"] for each in rows) / succeeded)


def compiled_c(folder: Path) -> Path | None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    program = folder / "mm1"
    source = Path(__file__).with_name("mm1.c")
    command = [compiler, "-O3", "-ffp-contract=off", str(source), "-o", str(program), "-lm"]
    return program if subprocess.run(command, check=False).returncode == 0 else None


def against_others(
    name: str,
    ours: Architecture,
    theirs: Callable[[int], float],
    simpy_requests: int,
    rounds: int,
    wanted: str,
    c_program: Path | None = None,
) -> None:
    """Rates from model to result; what is compared runs in turn."""
    ratios, shares, rates, events = [], [], [], []
    mean = simpy_mean = 0.0
    for _ in range(rounds):
        simpy_s, simpy_mean = timed(partial(theirs, simpy_requests))
        seconds, result = timed(partial(simulate, ours))
        rates.append(offered(result) / seconds)
        events.append(result.events / seconds)
        ratios.append(rates[-1] / (simpy_requests / simpy_s))
        mean = mean_response(result)
        if c_program is not None:
            told = subprocess.run([str(c_program), str(offered(result))], capture_output=True, text=True, check=True)
            shares.append(rates[-1] / (offered(result) / float(told.stdout.split()[0])))
    row(
        f"{name} against SimPy",
        f"{median(ratios):.0f}x",
        wanted,
        f"{median(rates):,.0f} requests/s, {median(events):,.0f} events/s; mean response {mean:.4g} ms,"
        f" SimPy {simpy_mean:.4g} ms",
    )
    if shares:
        row(f"{name} against C", f"{median(shares):.2f}", ">= 0.6")


def threads(ours: Architecture, rounds: int) -> None:
    """Twice the work on two cores in the time of once."""
    gains = []
    for _ in range(rounds):
        one = simulate(ours, replications=1).wall_s
        two = simulate(ours, replications=2, threads=2).wall_s
        gains.append(2 * one / two)
    row(
        "two replications on two cores", f"{median(gains):.2f}x", ">= 1.8x", "twice the time of one, by the time of two"
    )


def slices(ours: Architecture, rounds: int) -> None:
    def in_slices(size: int) -> float:
        def run() -> None:
            running = start(ours)
            while not running.advance(size):
                pass

        return timed(run)[0]

    runs = [(in_slices(1 << 40), in_slices(10_000)) for _ in range(2 * rounds)]
    whole, parts = (min(each) for each in zip(*runs, strict=True))
    row("slices of 10,000 events cost", f"{100 * (parts / whole - 1):+.1f}%", "< 2%", "the best of each")


def growth(requests: int, rounds: int) -> None:
    """What an event more costs: the difference between a long run and a short one of the same model."""
    costs: list[float] = []
    for services in (10, 100, 1000):
        ours = ladder_model(services, requests)
        whole = ours.scenarios[0].duration_ms or 0.0
        best, events = [], []
        for duration in (whole, whole / 10):
            runs = [timed(partial(simulate, ours, duration_ms=duration)) for _ in range(rounds)]
            best.append(min(seconds for seconds, _ in runs))
            events.append(runs[0][1].events)
        costs.append((best[0] - best[1]) / (events[0] - events[1]))
    told = " / ".join(f"{1e9 * cost:.0f}" for cost in costs)
    row(
        "cost per event, 1,000 to 10 services", f"{costs[2] / costs[0]:.2f}x", "< 2x", f"{told} ns for 10 / 100 / 1,000"
    )


def in_new_process(code: str, **environment: str) -> list[float]:
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )
    return [float(part) for part in told.stdout.split()]


def memory(requests: int) -> None:
    code = (
        "import resource; from tests.benchmarks.simulation_workloads import w3_model;"
        "from models.simulation import simulate; simulate(w3_model({n}));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    few, many = (in_new_process(code.format(n=n))[0] / 1024 for n in (requests, 10 * requests))
    row("peak memory, ten times the requests", f"{many / few:.2f}x", "flat", f"{few:.0f} MB, then {many:.0f} MB")


def compile_and_load() -> None:
    code = (
        "import time; import numpy, models.architecture; t=time.process_time();"
        "import models.simulation as s; s.warm_up(); print(time.process_time()-t)"
    )
    with tempfile.TemporaryDirectory() as folder:
        cold = in_new_process(code, LOADPATH_KERNEL_CACHE=folder)[0]
        loads = [in_new_process(code, LOADPATH_KERNEL_CACHE=folder)[0] for _ in range(5)]
    row("cold compile", f"{cold:.1f} s", "<= 10 s")
    row("warm load", f"{median(loads):.2f} s", "<= 0.5 s", "after numpy and the schema are imported")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests, one round")
    quick = parser.parse_args().quick
    scale, rounds = (10, 1) if quick else (1, 5)
    warm_up()
    with tempfile.TemporaryDirectory() as folder:
        c_program = compiled_c(Path(folder))
        if c_program is None:
            print("no C compiler: the comparison with C is left out")
        w1, w2, w3 = w1_model(1_000_000 // scale), w2_model(200_000 // scale), w3_model(200_000 // scale)
        simulate(w1, duration_ms=1000)
        against_others("W1", w1, simpy_w1, 50_000 // scale, rounds, ">= 100x", c_program)
        against_others("W2", w2, simpy_w2, 4_000 // min(scale, 2), rounds, ">= 100x")
        against_others("W3", w3, simpy_w3, 4_000 // min(scale, 2), rounds, ">= 60x")
    threads(w1_model(20_000_000 // scale), min(rounds, 3))
    slices(w1_model(5_000_000 // scale), rounds)
    growth(300_000 // scale, rounds)
    memory(100_000 // scale)
    compile_and_load()


if __name__ == "__main__":
    main()
