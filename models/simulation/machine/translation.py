"""From an entry and all that it calls to a module in LLVM's language."""

import ast
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

from models.simulation.machine.arithmetic import UnknownError
from models.simulation.machine.expressions import Signature, Surroundings
from models.simulation.machine.kinds import Kind, Row, Table
from models.simulation.machine.statements import Statements
from models.simulation.machine.writing import Module


class Program:
    """All functions that an entry calls, each once, in one module."""

    def __init__(self, tables: dict[str, Table], inlined: Callable[[FunctionType], bool | None]) -> None:
        """`inlined` says whether a function becomes part of its callers; None for what is no part of the kernel."""
        rows = {table.name: Row(f"{table.name}[]", "ptr", table) for table in tables.values()}
        self.signatures: dict[FunctionType, Signature | None] = {}
        self._around = Surroundings(Module(), tables, rows, self.add)
        self._inlined = inlined
        self._parsed: dict[str, dict[str, ast.FunctionDef]] = {}

    def add(self, function: FunctionType, given: tuple[Kind, ...], *, entry: str = "") -> Signature:
        """Translate a function unless that is done; as `entry` it can be called from outside. Raises UnknownError."""
        if function in self.signatures:
            known = self.signatures[function]
            if known is None:
                raise UnknownError(f"{function.__name__} calls itself")
            return known
        inlined = self._inlined(function)
        if inlined is None and not entry:
            raise UnknownError(f"{function.__name__} is no function of the kernel")
        self.signatures[function] = None
        body = Statements(self._around, function, self._definition(function), given)
        if entry:
            signature = body.write(entry, "define", "nounwind")
        else:
            name = f"{function.__module__}.{function.__name__}"
            signature = body.write(name, "define internal", "nounwind alwaysinline" if inlined else "nounwind noinline")
        self.signatures[function] = signature
        return signature

    @property
    def text(self) -> str:
        """The module in LLVM's language."""
        return self._around.module.text

    def _definition(self, function: FunctionType) -> ast.FunctionDef:
        path = function.__code__.co_filename
        if path not in self._parsed:
            tree = ast.parse(Path(path).read_text(encoding="utf-8"))
            self._parsed[path] = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        return self._parsed[path][function.__name__]
