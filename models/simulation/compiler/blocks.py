"""A piece of code before it has its place in the program."""

from typing import Any

from models.simulation.kernel.layout import OP_JUMP, OP_PROB
from models.simulation.program import Assembly


class Block:
    """Instructions in order; jumps are relative to the block until it is placed."""

    def __init__(self) -> None:
        self.code: list[list[Any]] = []

    def emit(self, op: Any, a: int = 0, b: int = 0, x: float = 0.0) -> int:
        """Append an instruction: where it stands."""
        self.code.append([op, a, b, x])
        return len(self.code) - 1

    def jump_here(self, at: int) -> None:
        """Let the jump that stands `at` lead to what comes next."""
        self.code[at][1] = len(self.code)

    def place(self, assembly: Assembly) -> int:
        """Append it to the program: where it begins."""
        base = len(assembly.code)
        for op, a, b, x in self.code:
            assembly.emit(op, a + base if op in (OP_PROB, OP_JUMP) else a, b, x)
        return base
