"""`loadpath import`: makes a model from files of another kind and says what it guessed and left out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.terminal import Terminal

if TYPE_CHECKING:
    from models.formats.importers import Importer

EXAMPLE = """
loadpath import deploy/kubernetes -o shop.loadpath.json
loadpath import frontend.yaml backend.yaml -o shop.loadpath.json --from kubernetes
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="files or folders")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the model file to write")
    parser.add_argument("--from", dest="format", metavar="FORMAT", help="what the sources are; default: recognised")
    parser.add_argument("--name", help="the model's name; default: taken from the sources")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.architecture import replace
    from models.architecture.diagram.layout import place_missing
    from models.formats import native
    from models.formats.importers import SourceError

    paths = tuple(Path(source) for source in arguments.sources)
    for path in paths:
        if not path.exists():
            raise CommandError(f'"{path}" is not there; name the files or folders to import.')
    importer = _importer(arguments.format, paths)
    try:
        imported = importer.read(paths)
    except SourceError as error:
        raise CommandError(str(error)) from error
    architecture = imported.architecture
    if arguments.name:
        architecture = replace(architecture, name=arguments.name)
    architecture = place_missing(architecture, "main")
    kept = _kept(Path(arguments.output), native.dumps(architecture))
    try:
        native.save(Path(arguments.output), architecture)
    except native.FormatError as error:
        raise CommandError(str(error)) from error
    kinds = [element.kind for element in architecture.elements]
    facts = ", ".join(f"{kinds.count(kind)} {_plural(kind, kinds.count(kind))}" for kind in dict.fromkeys(kinds))
    terminal.line(terminal.styled(f"{importer.name}: {facts}, {len(architecture.links)} links", "bold"))
    for link in architecture.links:
        target = link.provenance.get("target")
        quiet = terminal.styled(f"  {link.style.replace('_', ' ')}", "quiet")
        doubt = terminal.styled("  doubtful", "warning") if target is not None and target.from_ == "guess" else ""
        terminal.line(f"  {architecture.ends(link)}{quiet}{doubt}")
    for title, texts in (("Guessed", imported.guessed), ("Left out", imported.left_out)):
        if texts:
            terminal.line()
            terminal.line(terminal.styled(f"{title} ({len(texts)}):", "bold"))
            for text in texts:
                terminal.paragraph(text, indent="  · ", hang="    ")
    terminal.line()
    if kept is not None:
        terminal.line(f"{arguments.output} was there already and is now {kept}.")
    terminal.line(f'{arguments.output} is written. Next: "loadpath check {arguments.output}".')
    return 0


def _kept(output: Path, data: bytes) -> Path | None:
    """Puts a different file of that name aside, so that no one's work is lost, and returns where it is now.

    Raises:
        CommandError: it cannot be moved.
    """
    try:
        if not output.is_file() or output.read_bytes() == data:
            return None
        aside = output.with_name(f"{output.name}.bak")
        output.replace(aside)
    except OSError as error:
        raise CommandError(f'"{output}" is there already and cannot be moved: {error.strerror or error}.') from error
    return aside


def _importer(wanted: str | None, paths: tuple[Path, ...]) -> Importer:
    from models.formats.importers import importers

    known = {importer.id: importer for importer in importers()}
    if wanted is not None:
        if wanted not in known:
            raise CommandError(f'Loadpath cannot import "{wanted}"; it imports: {", ".join(known)}.')
        return known[wanted]
    for importer in known.values():
        if importer.recognise(paths):
            return importer
    raise CommandError(
        f"Nothing in {_listed(paths)} was recognised; Loadpath imports {', '.join(i.name for i in known.values())}. "
        f"Name the format with --from if these files are of that kind."
    )


def _listed(paths: tuple[Path, ...]) -> str:
    shown = ", ".join(f'"{path}"' for path in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"


def _plural(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}s"
