"""The command line: everything Loadpath can do without a window, one module per command.

May import `models`; imports no Qt unless a command draws. A command's module is imported when it is called, and what a
command needs is imported when it runs, so that `loadpath check` starts in a fraction of a second. It speaks the
language of the terminal (`words`); JSON, which scripts read, is English throughout. Names and texts from a model pass
through as they are.
"""

from app.cli.program import main

__all__ = ["main"]
