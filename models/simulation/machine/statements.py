"""From the statements of a function, as Python's parser sees them, to LLVM's language."""

import ast
from collections.abc import Callable
from types import FunctionType
from typing import Any

from models.simulation.machine import arithmetic
from models.simulation.machine.arithmetic import UnknownError
from models.simulation.machine.expressions import Expressions, Signature, Surroundings
from models.simulation.machine.kinds import BOOLEAN, FLOAT, INTEGER, NOTHING, STATE, Kind, Place, Value
from models.simulation.machine.writing import integer

_SAID = {"State": STATE, "int": INTEGER, "float": FLOAT, "bool": BOOLEAN, "None": NOTHING}
"""Annotations; for `Any`, what the first caller gives and the first `return` returns."""


class Statements(Expressions):
    """One function, from its first statement to its last."""

    def __init__(
        self, around: Surroundings, function: FunctionType, definition: ast.FunctionDef, given: tuple[Kind, ...]
    ) -> None:
        super().__init__(around, function)
        self._definition = definition
        self._loops: list[tuple[str, str]] = []
        self._left: set[str] = set()
        said = [ast.unparse(argument.annotation or ast.Constant(None)) for argument in definition.args.args]
        if len(said) != len(given):
            raise UnknownError(f"{function.__name__} takes {len(said)} arguments")
        self._takes = tuple(_SAID.get(name, kind) for name, kind in zip(said, given, strict=True))
        self._gives = _SAID.get(ast.unparse(definition.returns)) if definition.returns else NOTHING

    def write(self, called: str, define: str, attributes: str) -> Signature:
        """Translate the function, to be `called` so. Raises UnknownError, which tells where."""
        names = [argument.arg for argument in self._definition.args.args]
        for name, kind in zip(names, self._takes, strict=True):
            self._assign(name, Value(kind, f"%{name}"))
        self._block(self._definition.body)
        if self.writer.open:
            if self._gives not in (None, NOTHING):
                raise UnknownError("the function may end without a result").at(self._place(self._definition))
            self.writer.give_back(None)
        gives = self._gives or NOTHING
        taken = ", ".join(f"{kind.llvm} %{name}" for name, kind in zip(names, self._takes, strict=True))
        self.writer.finish(f"{define} {gives.llvm} @{called}({taken}) {attributes}")
        return Signature(called, self._takes, gives)

    def _block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if not self.writer.open:
                return
            write = _STATEMENTS.get(type(statement))
            try:
                if write is None:
                    raise UnknownError(f"{type(statement).__name__} is not known")
                write(self, statement)
            except UnknownError as unknown:
                raise unknown.at(self._place(statement)) from None

    def _place(self, node: ast.stmt) -> str:
        return f"{self.function.__code__.co_filename}, line {node.lineno}, {ast.unparse(node).splitlines()[0]}"

    def _expression(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.value(node.value)

    def _nothing(self, node: ast.Pass) -> None:
        pass

    def _return(self, node: ast.Return) -> None:
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
            if self._gives not in (None, NOTHING):
                raise UnknownError("a result is missing")
            self._gives = NOTHING
            self.writer.give_back(None)
            return
        value = self.value(node.value)
        if self._gives is None:
            self._gives = value.kind
        self.writer.give_back(arithmetic.converted(self.writer, value, self._gives))

    def _assignment(self, node: ast.Assign) -> None:
        if len(node.targets) != 1:
            raise UnknownError("one target at a time")
        target = node.targets[0]
        if isinstance(target, ast.Tuple):
            if not isinstance(node.value, ast.Tuple) or len(node.value.elts) != len(target.elts):
                raise UnknownError("as many values as targets are wanted")
            for part, value in zip(target.elts, [self.value(part) for part in node.value.elts], strict=True):
                self._store(part, value)
            return
        self._store(target, self.value(node.value))

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._store(node.target, self.value(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            before = self.value(node.target)
            after = arithmetic.binary(self.writer, node.op, before, self.value(node.value))
            self._assign(node.target.id, after)
            return
        place = self.memory(node.target)
        before = self.writer.get(place)
        after = arithmetic.binary(self.writer, node.op, before, self.value(node.value))
        self._put(after, place)

    def _if(self, node: ast.If) -> None:
        writer = self.writer
        yes, no, after = writer.label(), writer.label(), writer.label()
        self.condition(node.test, yes, no if node.orelse else after)
        writer.begin(yes)
        self._block(node.body)
        reached = writer.open or not node.orelse
        writer.jump(after)
        if node.orelse:
            writer.begin(no)
            self._block(node.orelse)
            reached |= writer.open
            writer.jump(after)
        if reached:
            writer.begin(after)

    def _while(self, node: ast.While) -> None:
        if node.orelse:
            raise UnknownError("a loop with else is not known")
        writer = self.writer
        again, body, after = writer.label(), writer.label(), writer.label()
        writer.begin(again)
        for_ever = isinstance(node.test, ast.Constant) and bool(node.test.value)
        if not for_ever:
            self.condition(node.test, body, after)
            writer.begin(body)
        self._loop(node.body, again, after)
        if not for_ever or after in self._left:
            writer.begin(after)

    def _for(self, node: ast.For) -> None:
        call = node.iter
        if node.orelse or not isinstance(node.target, ast.Name) or not isinstance(call, ast.Call):
            raise UnknownError("this loop is not known")
        if self.outside(call.func) is not range or not 1 <= len(call.args) <= 2:
            raise UnknownError("a loop is over range(end) or range(begin, end)")
        writer = self.writer
        bounds = [arithmetic.converted(writer, self.value(bound), INTEGER) for bound in call.args]
        first, end = (integer(0), *bounds)[-2:]
        counter = writer.place(INTEGER)
        writer.put(first, counter)
        again, body, following, after = writer.label(), writer.label(), writer.label(), writer.label()
        writer.begin(again)
        at = writer.get(counter)
        writer.branch(arithmetic.compared(writer, ast.Lt(), at, end), body, after)
        writer.begin(body)
        self._assign(node.target.id, at)
        self._loop(node.body, following, after)
        writer.begin(following)
        writer.put(writer.value(INTEGER, f"add nsw i64 {at.text}, 1"), counter)
        writer.jump(again)
        writer.begin(after)

    def _loop(self, body: list[ast.stmt], again: str, after: str) -> None:
        self._loops.append((again, after))
        self._block(body)
        self._loops.pop()
        self.writer.jump(again)

    def _break(self, node: ast.Break) -> None:
        self._left.add(self._loops[-1][1])
        self.writer.jump(self._loops[-1][1])

    def _continue(self, node: ast.Continue) -> None:
        self.writer.jump(self._loops[-1][0])

    def _store(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self._assign(target.id, value)
            return
        self._put(value, self.memory(target))

    def _put(self, value: Value, place: Place) -> None:
        self.writer.put(arithmetic.converted(self.writer, value, place.holds.kind), place)

    def _assign(self, name: str, value: Value) -> None:
        if name not in self.variables:
            if value.kind == NOTHING:
                raise UnknownError("there is no value")
            self.variables[name] = self.writer.place(value.kind)
        self._put(value, self.variables[name])


_STATEMENTS: dict[type[ast.stmt], Callable[[Statements, Any], None]] = {
    ast.Expr: Statements._expression,
    ast.Pass: Statements._nothing,
    ast.Return: Statements._return,
    ast.Assign: Statements._assignment,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.If: Statements._if,
    ast.While: Statements._while,
    ast.For: Statements._for,
    ast.Break: Statements._break,
    ast.Continue: Statements._continue,
}
