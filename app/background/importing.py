"""Imports of large packages from threads, one after the other.

Python's import system lets two threads wait for each other's half-imported modules and then breaks the wait: one of
them sees a module without its contents (the kernel and pyqtgraph share numpy, whose loser raised KeyError).
"""

import threading
from importlib import import_module
from types import ModuleType

_ONE_AT_A_TIME = threading.Lock()


def import_alone(name: str) -> ModuleType:
    """The module, imported while no other import of this kind is going on."""
    with _ONE_AT_A_TIME:
        return import_module(name)
