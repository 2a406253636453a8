"""Instructions of LLVM's language, written as text: one function at a time, of one module.

Every variable is a place on the stack, as that language has none that change; the optimiser puts them into registers.
"""

import struct
from collections.abc import Sequence

from models.simulation.machine.kinds import BOOLEAN, FLOAT, INTEGER, NOTHING, Kind, Place, Row, Stored, Table, Value

_FLOOR_DIVISION = """
define internal i64 @floor_quotient(i64 %a, i64 %b) alwaysinline {
  %none = icmp eq i64 %b, 0
  %by = select i1 %none, i64 1, i64 %b
  %quotient = sdiv i64 %a, %by
  %rest = srem i64 %a, %by
  %uneven = icmp ne i64 %rest, 0
  %signs = xor i64 %rest, %by
  %apart = icmp slt i64 %signs, 0
  %below = and i1 %uneven, %apart
  %less = sext i1 %below to i64
  %floor = add i64 %quotient, %less
  %result = select i1 %none, i64 0, i64 %floor
  ret i64 %result
}

define internal i64 @floor_rest(i64 %a, i64 %b) alwaysinline {
  %none = icmp eq i64 %b, 0
  %by = select i1 %none, i64 1, i64 %b
  %rest = srem i64 %a, %by
  %uneven = icmp ne i64 %rest, 0
  %signs = xor i64 %rest, %by
  %apart = icmp slt i64 %signs, 0
  %below = and i1 %uneven, %apart
  %more = select i1 %below, i64 %by, i64 0
  %floor = add i64 %rest, %more
  %result = select i1 %none, i64 0, i64 %floor
  ret i64 %result
}
"""
"""Python's // and %: towards minus infinity, and as numpy says, 0 when dividing by 0."""

_OF_ONE = ("sqrt", "exp", "log", "ceil", "floor", "fabs")


class Module:
    """Functions, and what they say about the memory they touch."""

    def __init__(self) -> None:
        self.functions: list[str] = [_FLOOR_DIVISION]
        self._touched: dict[str, int] = {}

    def touching(self, what: str) -> str:
        """The remark that an access touches `what`; accesses to different things never touch the same memory."""
        return f", !tbaa !{self._touched.setdefault(what, 2 * len(self._touched) + 3)}"

    @property
    def text(self) -> str:
        """The module in LLVM's language. `!0` says that memory never changes while the kernel runs."""
        declared = [f"declare double @llvm.{name}.f64(double)" for name in _OF_ONE]
        declared.append("declare double @llvm.pow.f64(double, double)")
        remarks = ["!0 = !{}", '!1 = !{!"state"}']
        for what, k in self._touched.items():
            remarks += [f'!{k - 1} = !{{!"{what}", !1, i64 0}}', f"!{k} = !{{!{k - 1}, !{k - 1}, i64 0}}"]
        return "\n".join((*declared, *self.functions, *remarks))


def integer(value: int) -> Value:
    """A constant."""
    return Value(INTEGER, str(value))


def floating(value: float) -> Value:
    """A constant, written bit by bit."""
    return Value(FLOAT, f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}")


class Writer:
    """The body of one function. `open` says whether the place where it writes can be reached."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.open = True
        self.block = "start"
        self._places: list[str] = []
        self._lines: list[str] = []
        self._numbered = 0

    def finish(self, head: str) -> None:
        """Put the function, which begins with `head`, into the module."""
        body = "\n".join((*self._places, *self._lines))
        self.module.functions.append(f"{head} {{\nstart:\n{body}\n}}\n")

    def _number(self) -> int:
        """Makes a name new; behind a point, which no name of Python's has."""
        self._numbered += 1
        return self._numbered

    def line(self, text: str) -> None:
        """An instruction without a result."""
        self._lines.append(f"  {text}")

    def value(self, kind: Kind, text: str) -> Value:
        """The result of an instruction."""
        name = f"%v.{self._number()}"
        self._lines.append(f"  {name} = {text}")
        return Value(kind, name)

    def label(self) -> str:
        """A new label, to be placed with `begin`."""
        return f"b.{self._number()}"

    def begin(self, label: str) -> None:
        """Go on writing after a label, which is reached from where this was until now."""
        if self.open:
            self.line(f"br label %{label}")
        self._lines.append(f"{label}:")
        self.block, self.open = label, True

    def jump(self, label: str) -> None:
        """Go to a label; what follows cannot be reached but by a label."""
        if self.open:
            self.line(f"br label %{label}")
        self.open = False

    def branch(self, condition: Value, yes: str, no: str) -> None:
        """Go to one of two labels."""
        self.line(f"br i1 {condition.text}, label %{yes}, label %{no}")
        self.open = False

    def give_back(self, value: Value | None) -> None:
        """Leave the function."""
        self.line("ret void" if value is None else f"ret {value.kind.llvm} {value.text}")
        self.open = False

    def place(self, kind: Kind) -> Place:
        """Room for a variable, which is zero at first."""
        name = f"%p.{self._number()}"
        self._places += [f"  {name} = alloca {kind.llvm}", f"  store {kind.llvm} zeroinitializer, ptr {name}"]
        return Place(name, Stored(kind, kind.llvm))

    def get(self, place: Place) -> Value:
        """Read memory; narrow integers are widened."""
        kind, llvm = place.holds
        found = self.value(kind, f"load {llvm}, ptr {place.address}{place.remark}")
        return found if llvm == kind.llvm else self.value(kind, f"sext {llvm} {found.text} to {kind.llvm}")

    def put(self, value: Value, place: Place) -> None:
        """Write memory; integers are cut to their width there."""
        kind, llvm = place.holds
        if llvm != kind.llvm:
            value = self.value(kind, f"trunc {kind.llvm} {value.text} to {llvm}")
        self.line(f"store {llvm} {value.text}, ptr {place.address}{place.remark}")

    def phi(self, ways: Sequence[tuple[Value, str]]) -> Value:
        """The value of the way, by its last label, on which this place was reached."""
        kind = ways[0][0].kind
        told = ", ".join(f"[{value.text}, %{label}]" for value, label in ways)
        return self.value(kind, f"phi {kind.llvm} {told}")

    def call(self, kind: Kind, name: str, arguments: Sequence[Value]) -> Value:
        """Call a function of the module."""
        text = f"call {kind.llvm} @{name}({', '.join(f'{value.kind.llvm} {value.text}' for value in arguments)})"
        if kind is NOTHING:
            self.line(text)
            return Value(NOTHING, "")
        return self.value(kind, text)

    def word(self, table: Value, k: int, kind: Kind = INTEGER) -> Value:
        """Word `k` of a table's address and shape."""
        place = self.value(kind, f"getelementptr inbounds i64, ptr {table.text}, i64 {k}").text
        return self.get(Place(place, Stored(kind, kind.llvm), ", !invariant.load !0"))

    def table(self, state: Value, kind: Table) -> Value:
        """An array of the state."""
        return self.value(kind, f"getelementptr inbounds i64, ptr {state.text}, i64 {kind.first_word}")

    def element(self, table: Value, kind: Table, at: Sequence[Value]) -> str:
        """The address of an element. Indices are neither checked nor counted from the end."""
        index = at[0].text
        for k, part in enumerate(at[1:], 2):
            inner = self.value(INTEGER, f"mul nsw i64 {index}, {self.word(table, k).text}").text
            index = self.value(INTEGER, f"add nsw i64 {inner}, {part.text}").text
        offset = self.value(INTEGER, f"mul nsw i64 {index}, {kind.element_bytes}").text
        data = self.word(table, 0, Kind("an address", "ptr")).text
        return self.value(INTEGER, f"getelementptr inbounds i8, ptr {data}, i64 {offset}").text

    def member(self, row: Value, kind: Row, name: str) -> Place:
        """A field of a record."""
        offset, stored = kind.table.fields[name]
        place = self.value(INTEGER, f"getelementptr inbounds i8, ptr {row.text}, i64 {offset}").text
        return Place(place, stored, self.module.touching(f"{kind.table.name}.{name}"))

    def negated(self, condition: Value) -> Value:
        """`not`."""
        return self.value(BOOLEAN, f"xor i1 {condition.text}, true")

    def as_float(self, value: Value) -> Value:
        """An integer or bool as a float."""
        if value.kind == FLOAT:
            return value
        how = "sitofp" if value.kind == INTEGER else "uitofp"
        return self.value(FLOAT, f"{how} {value.kind.llvm} {value.text} to double")

    def as_integer(self, value: Value, kind: Kind = INTEGER) -> Value:
        """A float without its fraction, a bool as 0 or 1, the bits of an unsigned integer; or unsigned from those."""
        if value.kind == FLOAT:
            how = "fptosi" if kind == INTEGER else "fptoui"
            return self.value(kind, f"{how} double {value.text} to i64")
        if value.kind == BOOLEAN:
            return self.value(kind, f"zext i1 {value.text} to i64")
        return Value(kind, value.text)

    def intrinsic(self, name: str, arguments: Sequence[Value]) -> Value:
        """A function of floats that LLVM knows."""
        return self.call(FLOAT, f"llvm.{name}.f64", arguments)
