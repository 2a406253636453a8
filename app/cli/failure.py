"""What a command raises when it cannot go on: one sentence that says what, where and what to do next."""


class CommandError(Exception):
    """Bad input or usage: ends the program with exit code 2, its sentence on the error output."""
