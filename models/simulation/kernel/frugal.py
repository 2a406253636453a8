"""Numba's front end with less repetition, in force only while the kernel is compiled.

Numba looks the type of every `a + b` up anew, trying all that might be meant by `+`, asks for the signature of each
Python function that writes code, and follows every list of variables through several tests of type. None of this
changes what is compiled. It leans on numba's insides, as `whole_program` does: numba is pinned.
"""
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from numba.core import base, errors, ir
from numba.core.typing.context import BaseContext

_Found = dict[tuple[Any, ...], tuple[Any, ...]]


def _remembering(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """`resolve_function_type` that answers what it has been asked before. Types exist once, so their identity will do;
    what is remembered keeps them alive."""
    found: _Found = {}

    def resolve_function_type(self: Any, func: Any, args: Any, kws: Any) -> Any:
        if kws:
            return resolve(self, func, args, kws)
        asked = (id(self), id(func), *map(id, args))
        known = found.get(asked)
        if known is not None:
            return known[0]
        answer = resolve(self, func, args, kws)
        if answer is not None:
            found[asked] = (answer, self, func, args)
        return answer

    return resolve_function_type


def _finding(find: Callable[..., Any]) -> Callable[..., Any]:
    """`OverloadSelector.find` that also remembers what it has not found."""
    missed: dict[tuple[int, int, Any], tuple[Any, Exception]] = {}

    def find_overload(self: Any, signature: Any) -> Any:
        asked = (id(self), len(self.versions), signature)
        known = missed.get(asked)
        if known is not None:
            raise known[1]
        try:
            return find(self, signature)
        except errors.NumbaNotImplementedError as failure:
            missed[asked] = (self, failure)
            raise

    return find_overload


class _Colourless:
    """A scheme of colours for messages, most of which nobody sees."""

    def __getattr__(self, _: str) -> Callable[[Any], str]:
        return str


def _nothing(_: Any) -> list[Any]:
    return []


def _in_sequence(values: Any) -> list[Any]:
    return [variable for value in values for variable in _variables(value)]


def _in_mapping(values: Any) -> list[Any]:
    return _in_sequence(values.values())


@cache
def _listing(kind: type) -> Callable[[Any], list[Any]]:
    if issubclass(kind, ir.Var):
        return lambda variable: [variable]
    if issubclass(kind, ir.Inst):
        return lambda instruction: list(instruction.list_vars())
    if issubclass(kind, (list, tuple)):
        return _in_sequence
    return _in_mapping if issubclass(kind, dict) else _nothing


def _variables(value: Any) -> list[Any]:
    return _listing(type(value))(value)


def _variables_of(_: Any, value: Any) -> list[Any]:
    return _variables(value)


@contextmanager
def frugal() -> Iterator[None]:
    """Within, numba remembers and counts faster. Only for use under numba's own lock for compiling."""
    changed = (
        (BaseContext, "resolve_function_type", _remembering(BaseContext.resolve_function_type)),
        (ir.Inst, "_rec_list_vars", _variables_of),
        (base, "_has_loc", cache(base._has_loc)),
        (base.OverloadSelector, "find", _finding(base.OverloadSelector.find)),
        (errors, "_termcolor_inst", _Colourless()),
    )
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changed]
    for owner, name, better in changed:
        setattr(owner, name, better)
    try:
        yield
    finally:
        for owner, name, original in before:
            setattr(owner, name, original)
