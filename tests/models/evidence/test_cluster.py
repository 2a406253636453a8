"""The same work on a Dask cluster: the same bytes, also when a worker dies in the middle of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from models import resources

PATIENCE_S = 240


def test_a_cluster_of_two_processes_gives_the_same_bytes_and_survives_the_loss_of_one(
    repository: Path, tmp_path: Path
) -> None:
    """In a process of its own, so that nothing of the cluster is left in this one, whatever happens."""
    script = Path(__file__).with_name("dask_cluster.py")
    sample = resources.path("samples", "retry-storm.loadpath.json")
    process = subprocess.Popen(
        [sys.executable, str(script), str(sample), str(tmp_path)],
        cwd=repository,
        env=os.environ | {"PYTHONPATH": str(repository), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=PATIENCE_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert process.returncode == 0, err[-4000:]
    assert json.loads(out.splitlines()[-1]) == {
        "workers": 2,
        "same": True,
        "same_sweep": True,
        "killed_at_work": 1,
        "same_after_a_loss": True,
        "exit_code": 0,
        "same_by_command": True,
    }
