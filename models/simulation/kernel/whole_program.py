"""Compiling the kernel as one program: every helper goes into the library of the function that Python calls.

By itself numba optimises each helper and turns it into machine code of its own, together with all helpers it calls,
before it compiles their caller, again with all of them. Here that happens once, for the whole, which more than halves
the time. It leans on numba's insides, as `compiled` does: numba is pinned.
"""
# mypy: disable-error-code="no-untyped-call, attr-defined, override"

import gc
from typing import Any

from numba import _dynfunc
from numba.core import funcdesc, lowering
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, _LowerResult
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.typed_passes import NativeLowering

from models.simulation.kernel.frugal import frugal

_LEFT_OUT = {
    *("WithLifting", "InlineClosureLikes", "MakeFunctionToJitFunction", "InlineInlinables", "InlineOverloads"),
    *("RewriteSemanticConstants", "RewriteDynamicRaises", "GenericRewrites", "NopythonRewrites", "DeadBranchPrune"),
    *("FindLiterallyCalls", "LiteralUnroll", "LiteralPropagationSubPipelinePass"),
    *("DumpParforDiagnostics", "NoPythonSupportedFeatureValidation"),
}
"""Passes for closures, literals, array expressions and exceptions: helpers have none of them."""


class _Program(JITCodeLibrary):
    """A library with helpers that nobody outside of it calls."""

    def __init__(self, codegen: Any, name: str) -> None:
        super().__init__(codegen, name)
        self.helpers: dict[str, bool] = {}
        """Whether each is inlined, by its name in the machine code."""

    def _optimize_final_module(self) -> None:
        for name, inlined in self.helpers.items():
            function = self._final_module.get_function(name)
            function.linkage = "internal"
            if not inlined:
                function.add_function_attribute("noinline")
        super()._optimize_final_module()


_open: list[_Program] = []
"""The program being compiled; numba compiles one function at a time."""


@register_pass(mutates_CFG=True, analysis_only=False)
class _HelperLowering(LoweringPass):
    """Writes a helper into the program being compiled, where the others find it."""

    _name = "helper_lowering"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """As numba's own lowering, without the machine code."""
        program, context, flags = _open[-1], state.targetctx, state.flags
        described = funcdesc.PythonFunctionDescriptor.from_specialized_function(
            state.func_ir,
            state.typemap,
            state.return_type,
            state.calltypes,
            mangler=context.mangler,
            inline=flags.forceinline,
            noalias=flags.noalias,
            abi_tags=[flags.get_mangle_string()],
        )
        state.library = program
        with context.push_code_library(program):
            lower = lowering.Lower(context, program, described, state.func_ir, metadata=state.metadata)
            lower.lower()
        program.helpers[described.mangled_name] = flags.forceinline
        name = described.qualname.split(".")[-1]
        not_for_python = _dynfunc.make_function(described.lookup_module(), name, "", 0, lower.env, (program,))
        context.insert_user_function(not_for_python, described, [])
        state["cr"] = _LowerResult(described, lower.call_helper, cfunc=not_for_python, env=lower.env)
        return True


class HelperCompiler(CompilerBase):
    """For functions that only compiled ones call."""

    def define_pipelines(self) -> list[Any]:
        """Numba's passes, with those left out that helpers do not need."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [
            (_HelperLowering if kind is NativeLowering else kind, text)
            for kind, text in passes.passes
            if kind.__name__ not in _LEFT_OUT
        ]
        return [passes]


class ProgramCompiler(CompilerBase):
    """For the function that Python calls."""

    def compile_extra(self, function: Any) -> Any:
        """Compile it and all it calls."""
        program = _Program(self.state.targetctx.codegen(), function.__qualname__)
        program.enable_object_caching()
        self.state.library = program
        _open.append(program)
        collecting = gc.isenabled()
        gc.disable()
        try:
            with frugal():
                return super().compile_extra(function)
        finally:
            _open.pop()
            if collecting:
                gc.enable()

    def define_pipelines(self) -> list[Any]:
        """Numba's passes."""
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]
