"""The words of the command line in the reader's language, found without Qt.

The language is that of the environment, as programs on a terminal have it; the words come from the same catalogues as
those of the window, `resources/translations/loadpath_<language>.ts`. What is missing there stays English, and JSON is
for programs and stays English throughout.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from models import resources

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def QT_TRANSLATE_NOOP(context: str, template: str) -> str:
    """Marks a template for extraction and returns it unchanged; as in the models, without importing them."""
    return template


def translate(context: str, template: str) -> str:
    """The template in the reader's language, its named `{values}` still to be filled in."""
    return _spoken().get((context, template), template)


def told(text: object) -> str:
    """A sentence of the model layer in the reader's language; anything else as it is."""
    translated = getattr(text, "translated", None) if _spoken() else None
    if translated is None:
        return str(text)
    return str(translated(translate))


def counted(number: int, one: str, many: str) -> str:
    """`one` or `many`, translated templates with `{count}`, by the number."""
    return (one if number == 1 else many).format(count=f"{number:,}")


def language(environment: Mapping[str, str]) -> str:
    """The language and country that the environment asks for, such as "ko_KR"; "en" when it asks for none.

    >>> language({"LANG": "ko_KR.UTF-8"}), language({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}), language({})
    ('ko_KR', 'en', 'en')
    """
    said = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    code = said.partition(".")[0].partition("@")[0]
    return code if code.replace("_", "").isalnum() and code not in ("C", "POSIX") else "en"


def read_catalogue(path: Path) -> dict[tuple[str, str], str]:
    """(context, template) -> translation, of all finished translations in one file of Qt's translation tools."""
    from xml.etree import ElementTree

    found: dict[tuple[str, str], str] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.get("type") is None and translation.text:
                found[name, message.findtext("source", "")] = translation.text
    return found


def listen() -> None:
    """Asks the environment anew for the language, as every command does when it begins."""
    _spoken.cache_clear()


@cache
def _spoken() -> dict[tuple[str, str], str]:
    return _catalogue(language(os.environ))


@cache
def _catalogue(code: str) -> dict[tuple[str, str], str]:
    folder = resources.root() / "translations"
    for name in (code, code.partition("_")[0]):
        path = folder / f"loadpath_{name}.ts"
        if name != "en" and path.is_file():
            return read_catalogue(path)
    return {}
