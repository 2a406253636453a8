"""`loadpath schema`: the JSON Schema of the model file."""

from __future__ import annotations

import argparse
import json

from app.cli.terminal import Terminal

EXAMPLE = "loadpath schema > loadpath.schema.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes no arguments."""


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.formats import native

    terminal.raw(json.dumps(native.json_schema(), ensure_ascii=False, indent=2))
    return 0
