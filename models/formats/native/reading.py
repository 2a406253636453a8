"""From a file to an `Architecture`: any version this program knows, each mistake told in one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.architecture import FORMAT, Architecture
from models.architecture.explanation import Explanation, dotted, explanations
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.native.error import FormatError
from models.formats.native.migrations import MIGRATIONS
from models.formats.native.nulls import without_nulls
from models.formats.native.parsing import MAX_BYTES, parse, too_large
from models.formats.native.positions import locate
from models.formats.native.unknown import give_back, set_aside
from models.formats.native.writing import SCHEMA

Version = tuple[int, int]
_VERSION = re.compile(r"loadpath/(\d{1,4})\.(\d{1,4})")
_EXAMPLE = f'"format": "{FORMAT}"'


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model from a file, and what a person should know about how it was read."""

    architecture: Architecture
    notes: tuple[Text, ...] = ()


def load(path: str | PathLike[str]) -> Loaded:
    """The model in the file at `path`.

    Raises:
        FormatError: the file cannot be read, or is no model.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        size = file.stat().st_size if len(data) > MAX_BYTES else len(data)
    except OSError as error:
        raise FormatError(_unreadable(error), name=file.name or str(path)) from error
    except ValueError as error:
        template = QT_TRANSLATE_NOOP("format", "this is not a file name; give the path of a model")
        raise FormatError(say("format", template), name=str(path)) from error
    if len(data) > MAX_BYTES:
        raise too_large(size).in_file(file.name)
    return loads(data, file.name)


def loads(data: bytes, name: str = "") -> Loaded:
    """The model in `data`, the contents of a file called `name`.

    Raises:
        FormatError: it is no model, or breaks a limit or an invariant.
    """
    try:
        raw, text = parse(data)
        return _understood(raw, text)
    except FormatError as error:
        raise error.in_file(name) from error.__cause__


def _understood(raw: dict[str, Any], text: str) -> Loaded:
    current = _version_of(FORMAT)
    assert current is not None
    version, notes = _stated_version(raw, text, current)
    schema, stated = raw.pop("$schema", None), raw.pop("format", FORMAT)
    schema = SCHEMA if schema is None else schema
    if version[0] > current[0]:
        template = QT_TRANSLATE_NOOP(
            "format",
            "the file was written by a newer Loadpath ({stated}), this one reads up to {ours}; update Loadpath",
        )
        raise _placed(say("format", template, stated=stated, ours=FORMAT), raw, text, ("format",))
    if version < current:
        raw = _migrated(raw, text, version)
        template = QT_TRANSLATE_NOOP("format", "Read as {stated}; saving writes {ours}.")
        return Loaded(_validated(raw, text, moved=True), (*notes, say("format", template, stated=stated, ours=FORMAT)))
    kept: dict[str, Any] = {}
    if schema != SCHEMA:
        if not isinstance(schema, str):
            template = QT_TRANSLATE_NOOP("format", 'this is the id of a JSON Schema; write "{schema}"')
            raise _placed(say("format", template, schema=SCHEMA), raw, text, ("$schema",))
        kept["$schema"] = schema
    if version == current:
        architecture = _validated(raw, text)
    else:
        kept["format"] = stated
        known, unknown = set_aside(raw)
        architecture = _validated(known, text)
        give_back(architecture, unknown)
        kept |= unknown.get((), {})
        template = QT_TRANSLATE_NOOP(
            "format",
            "The file was written by a newer Loadpath ({stated}). Fields that this one does not know are kept "
            "untouched: {count}.",
        )
        count = sum(len(fields) for fields in unknown.values())
        notes = (*notes, say("format", template, stated=stated, count=count))
    if kept:
        architecture._unknown = kept
    return Loaded(architecture, notes)


def _stated_version(raw: dict[str, Any], text: str, current: Version) -> tuple[Version, tuple[Text, ...]]:
    stated = raw.get("format")
    if stated is None:
        if not {"elements", "links"} & raw.keys():
            template = QT_TRANSLATE_NOOP("format", "this is not a Loadpath model: it does not say {example}")
            raise FormatError(say("format", template, example=_EXAMPLE), line=1, column=1)
        template = QT_TRANSLATE_NOOP("format", "The file does not say its format; it was read as {ours}.")
        return current, (say("format", template, ours=FORMAT),)
    version = _version_of(stated) if isinstance(stated, str) else None
    if version is None:
        template = QT_TRANSLATE_NOOP("format", "this is no format that Loadpath knows; write {example}")
        raise _placed(say("format", template, example=_EXAMPLE), raw, text, ("format",))
    return version, ()


def _version_of(stated: str) -> Version | None:
    match = _VERSION.fullmatch(stated)
    return (int(match[1]), int(match[2])) if match else None


def _migrated(raw: dict[str, Any], text: str, version: Version) -> dict[str, Any]:
    known = {migration.before: migration for migration in MIGRATIONS}
    current = _version_of(FORMAT)
    while version != current:
        migration = known.get(version)
        if migration is None:
            template = QT_TRANSLATE_NOOP(
                "format",
                "Loadpath no longer reads loadpath/{major}.{minor}; open and save the file in an older Loadpath",
            )
            problem = say("format", template, major=version[0], minor=version[1])
            raise _placed(problem, raw, text, ("format",))
        raw, version = migration.migrate(raw), migration.after
    return raw


def _validated(raw: dict[str, Any], text: str, *, moved: bool = False) -> Architecture:
    try:
        return Architecture.model_validate(without_nulls(raw))
    except ValidationError as error:
        first, *others = explanations(error, Architecture)
        raise _told(first, len(others), raw, text, moved) from error


def _told(found: Explanation, others: int, raw: dict[str, Any], text: str, moved: bool) -> FormatError:
    problem = found.problem
    if others:
        template = QT_TRANSLATE_NOOP("format", "{problem} (and at least {count} more to correct)")
        problem = say("format", template, problem=problem, count=others)
    return _placed(problem, raw, text, found.path, name=found.about_the_name, moved=moved)


def _placed(
    problem: Text,
    raw: dict[str, Any],
    text: str,
    path: tuple[str | int, ...],
    *,
    name: bool = False,
    moved: bool = False,
) -> FormatError:
    """The error with its line, unless a migration `moved` things about."""
    position = None if moved else locate(text, path, name=name)
    line, column = position or (None, None)
    return FormatError(problem, place=_place(raw, path), line=line, column=column)


def _place(raw: Any, path: tuple[str | int, ...]) -> str:
    """'links[3].timeout_ms ("order-payment")': with the id of the innermost part on the way that has one."""
    part_id = None
    for item in path:
        try:
            raw = raw[item]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(raw, dict) and isinstance(raw.get("id"), str):
            part_id = raw["id"]
    return f'{dotted(path)} ("{part_id}")' if part_id else dotted(path)


def _unreadable(error: OSError) -> Text:
    match error:
        case FileNotFoundError():
            template = QT_TRANSLATE_NOOP("format", "there is no such file; check its path")
        case IsADirectoryError():
            template = QT_TRANSLATE_NOOP("format", "this is a folder; name the model file in it")
        case PermissionError():
            template = QT_TRANSLATE_NOOP("format", "the file may not be read; ask for permission, or copy it")
        case _:
            template = QT_TRANSLATE_NOOP(
                "format", "the file cannot be read ({reason}); try again, or copy it elsewhere"
            )
    return say("format", template, reason=error.strerror or type(error).__name__)
