"""Work off the window's thread: live analysis, simulation runs, and single jobs.

May import Qt, `models` and `app.document`; never a widget. Results come back as signals on the thread of their owner.
"""

from app.background.analysis import LiveAnalysis
from app.background.importing import import_alone
from app.background.jobs import Jobs
from app.background.simulation import KeptRun, Runner

__all__ = ["Jobs", "KeptRun", "LiveAnalysis", "Runner", "import_alone"]
