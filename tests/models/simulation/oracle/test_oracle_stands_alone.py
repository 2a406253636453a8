"""The oracle is worth something only as long as it shares nothing with what it checks."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[3]
PARTS = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith(("test_", "__")))


def test_the_oracle_imports_nothing_of_the_simulator() -> None:
    imports = "; ".join(f"import tests.models.simulation.oracle.{part}" for part in PARTS)
    program = f"import sys; {imports}; print([name for name in sys.modules if name.startswith('models.simulation')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert "requests" in PARTS and "simulator" in PARTS
