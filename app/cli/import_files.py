"""`loadpath import`: makes a model from files of another kind and says what it guessed and left out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.terminal import Terminal
from app.cli.words import QT_TRANSLATE_NOOP, counted, told, translate

if TYPE_CHECKING:
    from models.architecture import Architecture
    from models.architecture.links import Link
    from models.formats.foreign.merge import Merged
    from models.formats.importers import Importer

EXAMPLE = """
loadpath import deploy/kubernetes -o shop.loadpath.json
loadpath import frontend.yaml backend.yaml -o shop.loadpath.json --from kubernetes
"""
KINDS = {
    "client": (QT_TRANSLATE_NOOP("cli", "client"), QT_TRANSLATE_NOOP("cli", "clients")),
    "service": (QT_TRANSLATE_NOOP("cli", "service"), QT_TRANSLATE_NOOP("cli", "services")),
    "external": (QT_TRANSLATE_NOOP("cli", "external system"), QT_TRANSLATE_NOOP("cli", "external systems")),
    "datastore": (QT_TRANSLATE_NOOP("cli", "datastore"), QT_TRANSLATE_NOOP("cli", "datastores")),
    "queue": (QT_TRANSLATE_NOOP("cli", "queue"), QT_TRANSLATE_NOOP("cli", "queues")),
    "topic": (QT_TRANSLATE_NOOP("cli", "topic"), QT_TRANSLATE_NOOP("cli", "topics")),
    "group": (QT_TRANSLATE_NOOP("cli", "group"), QT_TRANSLATE_NOOP("cli", "groups")),
    "note": (QT_TRANSLATE_NOOP("cli", "note"), QT_TRANSLATE_NOOP("cli", "notes")),
}
STYLES = {
    "sync": QT_TRANSLATE_NOOP("cli", "sync"),
    "async": QT_TRANSLATE_NOOP("cli", "async"),
    "event": QT_TRANSLATE_NOOP("cli", "event"),
    "shared_data": QT_TRANSLATE_NOOP("cli", "data access"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=translate("cli", "files or folders"))
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help=translate("cli", "the model file to write; a model that is there already is brought up to date"),
    )
    parser.add_argument(
        "--from",
        dest="format",
        metavar="FORMAT",
        help=translate("cli", "what the sources are; default: recognised"),
    )
    parser.add_argument("--name", help=translate("cli", "the model's name; default: taken from the sources"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.architecture import replace
    from models.formats import native
    from models.formats.foreign.merge import merged
    from models.formats.importers import SourceError

    paths = tuple(Path(source) for source in arguments.sources)
    for path in paths:
        if not path.exists():
            raise CommandError(
                translate("cli", '"{path}" is not there; name the files or folders to import.').format(path=path)
            )
    output = Path(arguments.output)
    before = _there_already(output, terminal)
    importer = _importer(arguments.format, paths)
    try:
        imported = importer.read(paths)
        merge = merged(before, imported.architecture) if before is not None else None
    except SourceError as error:
        raise CommandError(told(error.text)) from error
    architecture = merge.architecture if merge is not None else imported.architecture
    if arguments.name:
        architecture = replace(architecture, name=arguments.name)
    architecture = _placed(architecture)
    if architecture != before:
        try:
            native.save(output, architecture)
        except native.FormatError as error:
            raise CommandError(told(error.text)) from error
    if merge is None:
        _show_model(importer.name, imported.architecture, terminal)
    else:
        _show_merge(importer.name, merge, terminal)
    for title, texts in (
        (translate("cli", "Guessed ({count}):"), imported.guessed),
        (translate("cli", "Left out ({count}):"), imported.left_out),
    ):
        _show_list(title, texts, terminal)
    terminal.line()
    if architecture == before:
        terminal.line(translate("cli", "{file} says all this already and is left as it is.").format(file=output))
    elif merge is not None:
        terminal.line(translate("cli", "{file} is brought up to date.").format(file=output))
    else:
        text = translate("cli", '{file} is written. Next: "loadpath check {file}".').format(file=output)
        terminal.line(text)
    return 0


def _there_already(output: Path, terminal: Terminal) -> Architecture | None:
    """The model in the file that is to be written, None when there is no such file yet.

    Raises:
        CommandError: the file is something else, or cannot be read.
    """
    from models.formats import native

    if not output.exists() or output.is_dir():
        return None
    try:
        loaded = native.load(output)
    except (native.FormatError, OSError) as error:
        problem = told(error.text).rstrip(".") if isinstance(error, native.FormatError) else error.strerror
        text = translate("cli", "{problem}; an import changes only models, so name another file with -o.")
        raise CommandError(text.format(problem=problem)) from error
    for remark in loaded.notes:
        terminal.note(f"{output}: {told(remark)}")
    return loaded.architecture


def _placed(architecture: Architecture) -> Architecture:
    """A place for what is new, on every diagram that shows everything."""
    from models.architecture.diagram.layout import MAIN, place_missing

    for diagram in [diagram.id for diagram in architecture.diagrams if diagram.include == "*"]:
        architecture = place_missing(architecture, diagram)
    return architecture if architecture.diagrams else place_missing(architecture, MAIN)


def _show_model(importer: str, architecture: Architecture, terminal: Terminal) -> None:
    kinds = [element.kind for element in architecture.elements]
    facts = [f"{kinds.count(kind)} {_kind(kind, kinds.count(kind))}" for kind in dict.fromkeys(kinds)]
    links = len(architecture.links)
    facts.append(counted(links, translate("cli", "{count} link"), translate("cli", "{count} links")))
    terminal.line(terminal.styled(f"{importer}: {', '.join(facts)}", "bold"))
    for link in architecture.links:
        _show_link(architecture, link, terminal)


def _show_merge(importer: str, merge: Merged, terminal: Terminal) -> None:
    facts = translate("cli", "added {added}, updated {updated}, kept as people said {kept}, gone {gone}").format(
        added=len(merge.added), updated=len(merge.updated), kept=len(merge.kept), gone=len(merge.gone)
    )
    terminal.line(terminal.styled(f"{importer}: {facts}", "bold"))
    if merge.added:
        terminal.line()
        terminal.line(terminal.styled(translate("cli", "Added ({count}):").format(count=len(merge.added)), "bold"))
    for part in merge.added:
        element = merge.architecture.element_by_id.get(part)
        if element is None:
            _show_link(merge.architecture, merge.architecture.link_by_id[part], terminal)
        else:
            kind = terminal.styled(_kind(element.kind, 1), "quiet")
            terminal.line(f"  {merge.architecture.label(part)}  {kind}")
    gone = [merge.architecture.label(part) for part in merge.gone]
    for title, texts in (
        (translate("cli", "Updated ({count}):"), merge.updated),
        (translate("cli", "Kept, because a person said it ({count}):"), merge.kept),
        (
            translate("cli", "Gone from the source and still in the model ({count}); delete what no longer exists:"),
            gone,
        ),
    ):
        _show_list(title, texts, terminal)


def _show_link(architecture: Architecture, link: Link, terminal: Terminal) -> None:
    target = link.provenance.get("target")
    style = terminal.styled(f"  {translate('cli', STYLES[link.style])}", "quiet")
    doubtful = target is not None and target.from_ == "guess"
    doubt = "  " + terminal.styled(translate("cli", "doubtful"), "warning") if doubtful else ""
    terminal.line(f"  {architecture.ends(link)}{style}{doubt}")


def _show_list(title: str, texts: Sequence[object], terminal: Terminal) -> None:
    if texts:
        terminal.line()
        terminal.line(terminal.styled(title.format(count=len(texts)), "bold"))
        for text in texts:
            terminal.paragraph(text, indent="  · ", hang="    ")


def _importer(wanted: str | None, paths: tuple[Path, ...]) -> Importer:
    from models.formats.importers import importers

    known = {importer.id: importer for importer in importers()}
    if wanted is not None:
        if wanted not in known:
            text = translate("cli", 'Loadpath cannot import "{format}"; it imports: {known}.')
            raise CommandError(text.format(format=wanted, known=", ".join(known)))
        return known[wanted]
    for importer in known.values():
        if importer.recognise(paths):
            return importer
    text = translate(
        "cli",
        "Nothing in {sources} was recognised; Loadpath imports {known}. Name the format with --from if these files are "
        "of that kind.",
    )
    raise CommandError(text.format(sources=_listed(paths), known=", ".join(one.name for one in known.values())))


def _listed(paths: tuple[Path, ...]) -> str:
    shown = ", ".join(f'"{path}"' for path in paths[:3])
    more = translate("cli", "{names} and {count} more").format(names=shown, count=len(paths) - 3)
    return shown if len(paths) <= 3 else more


def _kind(kind: str, number: int) -> str:
    return translate("cli", KINDS[kind][number != 1])
