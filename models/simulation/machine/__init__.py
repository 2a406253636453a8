"""From the kernel's Python to machine code, by way of LLVM's own language. It knows nothing of simulation.

The kernel is written in a small part of Python: numbers, records in arrays, `if`, `while`, `for ... in range(...)` and
calls of other functions of the kernel. Every variable has one kind of value and every function one signature, so the
translation needs one pass, and what does not belong to that part is refused with its file and line. The same functions
run as they are, uncompiled, with the same results. Imports numpy, llvmlite and itself only.
"""
