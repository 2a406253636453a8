"""`loadpath export`: draws a model as a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.files import read_model, write
from app.cli.terminal import Terminal
from app.cli.words import told, translate

if TYPE_CHECKING:
    from models.architecture import Architecture

EXAMPLE = """
loadpath export shop.loadpath.json -o shop.svg
loadpath export shop.loadpath.json -o shop.pdf --diagram main --theme dark
"""
LATER = ("mmd", "puml", "dsl", "d2", "drawio", "graphml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=translate("cli", "a model file"))
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        required=True,
        help=translate("cli", "the picture: OUT.svg, OUT.png or OUT.pdf"),
    )
    parser.add_argument("--diagram", metavar="ID", help=translate("cli", "default: the first one"))
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help=translate("cli", "default: light"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    suffix = Path(arguments.output).suffix.lower().lstrip(".")
    if suffix in LATER:
        text = translate("cli", "Drawing as .{suffix} comes with a later version; .svg, .png and .pdf are there.")
        raise CommandError(text.format(suffix=suffix))
    if suffix not in ("svg", "png", "pdf"):
        text = translate("cli", '"{file}" should end in .svg, .png or .pdf: that says what to draw.')
        raise CommandError(text.format(file=arguments.output))
    from models.architecture.diagram.layout import place_missing

    architecture = read_model(arguments.file, terminal)
    known = [diagram.id for diagram in architecture.diagrams]
    if arguments.diagram is not None and arguments.diagram not in known:
        text = translate("cli", 'There is no diagram "{id}" in this model; it has: {known}.')
        raise CommandError(text.format(id=arguments.diagram, known=", ".join(known) or translate("cli", "none")))
    diagram = arguments.diagram or (known[0] if known else "main")
    architecture = place_missing(architecture, diagram)
    write(arguments.output, _drawn(architecture, diagram, suffix, arguments.theme))
    terminal.line(translate("cli", "{file} is written.").format(file=arguments.output))
    return 0


def _drawn(architecture: Architecture, diagram: str, suffix: str, theme: str) -> str | bytes:
    if suffix == "svg":
        from models.formats.exporters.svg import svg

        return svg(architecture, diagram, theme=theme)
    from app.export_image import ExportError, pdf, png

    try:
        return (png if suffix == "png" else pdf)(architecture, diagram, theme=theme)
    except ExportError as error:
        text = translate("cli", "The picture cannot be drawn: {reason}.")
        raise CommandError(text.format(reason=told(getattr(error, "text", error)))) from error
