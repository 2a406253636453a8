"""The table of commands: name, what it does in one line, and the module that does it.

A command's module has `add_arguments(parser)`, `EXAMPLE` and `run(arguments, terminal) -> exit code`.
"""

from dataclasses import dataclass

from app.cli.words import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    summary: str
    module: str


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command("check", QT_TRANSLATE_NOOP("cli", "say what is wrong with a model"), "app.cli.check"),
        Command(
            "explain",
            QT_TRANSLATE_NOOP("cli", "tell what a rule means, why it matters and what to do"),
            "app.cli.explain",
        ),
        Command("rules", QT_TRANSLATE_NOOP("cli", "list all rules"), "app.cli.rules"),
        Command("fix", QT_TRANSLATE_NOOP("cli", "apply the fixes that findings offer"), "app.cli.fix"),
        Command("advise", QT_TRANSLATE_NOOP("cli", "say which style suits a link, and why"), "app.cli.advise"),
        Command("simulate", QT_TRANSLATE_NOOP("cli", "put a model under load and faults"), "app.cli.simulate"),
        Command(
            "demonstrate",
            QT_TRANSLATE_NOOP("cli", "show a finding in the simulator, before and after its fix"),
            "app.cli.demonstrate",
        ),
        Command("blast", QT_TRANSLATE_NOOP("cli", "try every fault on every element"), "app.cli.blast"),
        Command("sweep", QT_TRANSLATE_NOOP("cli", "vary one number and look for the limit"), "app.cli.sweep"),
        Command("compare", QT_TRANSLATE_NOOP("cli", "say what a change of a model does under load"), "app.cli.compare"),
        Command("report", QT_TRANSLATE_NOOP("cli", "write everything about a model into one file"), "app.cli.report"),
        Command("diff", QT_TRANSLATE_NOOP("cli", "compare two models and their findings"), "app.cli.diff"),
        Command("import", QT_TRANSLATE_NOOP("cli", "make a model from files of another kind"), "app.cli.import_files"),
        Command("export", QT_TRANSLATE_NOOP("cli", "draw a model as a picture"), "app.cli.export"),
        Command("schema", QT_TRANSLATE_NOOP("cli", "print the JSON Schema of the model file"), "app.cli.schema"),
        Command("self-test", QT_TRANSLATE_NOOP("cli", "check this installation"), "app.cli.self_test"),
    )
}
