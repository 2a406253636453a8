"""Run by a test in a process of its own: a Dask cluster of two worker processes on this machine does the work, loses
a worker in the middle, and prints what came of it as JSON."""

import contextlib
import io
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import dask
from distributed import Client, LocalCluster

from app.cli import main as loadpath
from models.evidence.blast_radius import blast_radius
from models.evidence.sweep import sweep
from models.formats import native


def main(file: str, folder: str) -> None:
    architecture = native.load(Path(file)).architecture
    settings: dict[str, Any] = {"replications": 10, "duration_ms": 20_000}
    ours = json.dumps(blast_radius(architecture, **settings).as_json())
    curve = json.dumps(sweep(architecture, "load_factor=0.2:1:3", "p99_ms", replications=2).as_json())
    told: dict[str, Any] = {}
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1s"}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        before = client.run(os.getpid)
        told["workers"] = len(set(before.values()) - {os.getpid()})
        executor = client.get_executor(retries=3)
        told["same"] = json.dumps(blast_radius(architecture, executor=executor, **settings).as_json()) == ours
        theirs = sweep(architecture, "load_factor=0.2:1:3", "p99_ms", replications=2, executor=executor)
        told["same_sweep"] = json.dumps(theirs.as_json()) == curve
        killed: list[int] = []

        def kill_one(share: float) -> None:
            if 0.2 < share < 0.8 and not killed:
                killed.append(next(iter(before.values())))
                os.kill(killed[0], signal.SIGKILL)

        again = blast_radius(architecture, executor=executor, progress=kill_one, **settings)
        told["killed_at_work"] = len(killed)
        told["same_after_a_loss"] = json.dumps(again.as_json()) == ours
        out = Path(folder) / "blast.json"
        arguments = ["blast", file, "--replications", "10", "--duration-ms", "20000", "--json", str(out)]
        with contextlib.redirect_stdout(io.StringIO()):
            told["exit_code"] = loadpath([*arguments, "--cluster", cluster.scheduler_address])
        told["same_by_command"] = json.dumps(json.loads(out.read_text("utf-8"))) == ours
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
