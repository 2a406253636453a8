"""Machine code for this computer, made by LLVM from a module in its language, and loaded so that it can be called."""

import ctypes
import sys
from typing import Any

import llvmlite
import llvmlite.binding as llvm

_OPTIMISING = 3
_OF_C = ("exp", "log", "pow", "exp2", "ldexp", "ceil", "floor")


def target() -> str:
    """What machine code depends on: the release of LLVM, and this computer's processor."""
    parts = (llvmlite.__version__, llvm.get_process_triple(), llvm.get_host_cpu_name(), _features())
    return " ".join((*parts, str(_OPTIMISING)))


def _features() -> str:
    return str(llvm.get_host_cpu_features().flatten())


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    found = llvm.Target.from_triple(llvm.get_process_triple())
    return found.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=_features(),
        opt=_OPTIMISING,
        reloc="static" if found.name.startswith("x86") else "default",
        codemodel="jitdefault",
        jit=True,
    )


def machine_code(text: str) -> bytes:
    """The machine code of a module, as an object file. Raises RuntimeError when LLVM does not understand it."""
    machine = _machine()
    module = llvm.parse_assembly(text)
    module.triple = llvm.get_process_triple()
    module.data_layout = str(machine.target_data)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=_OPTIMISING)
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


class Loaded:
    """Machine code in memory, for as long as this lives."""

    def __init__(self, code: bytes) -> None:
        if sys.platform == "win32":
            for name in _OF_C:
                llvm.add_symbol(name, ctypes.cast(getattr(ctypes.cdll.ucrtbase, name), ctypes.c_void_p).value)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function of it begins."""
        return int(self._engine.get_function_address(name))
