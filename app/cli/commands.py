"""The table of commands: name, what it does in one line, and the module that does it.

A command's module has `add_arguments(parser)`, `EXAMPLE` and `run(arguments, terminal) -> exit code`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    summary: str
    module: str


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command("check", "say what is wrong with a model", "app.cli.check"),
        Command("explain", "tell what a rule means, why it matters and what to do", "app.cli.explain"),
        Command("rules", "list all rules", "app.cli.rules"),
        Command("fix", "apply the fixes that findings offer", "app.cli.fix"),
        Command("simulate", "put a model under load and faults", "app.cli.simulate"),
        Command("report", "write everything about a model into one file", "app.cli.report"),
        Command("diff", "compare two models and their findings", "app.cli.diff"),
        Command("import", "make a model from files of another kind", "app.cli.import_files"),
        Command("export", "draw a model as a picture", "app.cli.export"),
        Command("schema", "print the JSON Schema of the model file", "app.cli.schema"),
        Command("self-test", "check this installation", "app.cli.self_test"),
    )
}

NOT_YET: dict[str, str] = {
    "demonstrate": "running a finding's demonstration",
    "advise": "the style advisor",
    "blast": "the blast radius of every fault",
    "sweep": "varying one value over a range",
}
"""Commands that a later version brings; asked for, they say so."""
