"""Reads the case files beside this module: Markdown with fenced blocks `json model`, `json findings`, `json fixed`.

A model may be shortened: elements and links by id, "order": "service" or {"is": "service", ...}, and links as
"order-payment": "sync order payment" or {"is": "sync order payment", ...}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.architecture import Architecture

CASES = Path(__file__).parent / "cases"
_BLOCK = re.compile(r"^```json (\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Case:
    rule: str
    file: str
    title: str
    prose: str
    model: Architecture
    findings: list[dict[str, Any]]
    fixed: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.rule} {self.title}"


@cache
def all_cases() -> tuple[Case, ...]:
    """Read once: nobody changes a case."""
    return tuple(case for path in sorted(CASES.rglob("*.md")) for case in cases_in(path))


def cases_in(path: Path) -> Iterator[Case]:
    head, *sections = re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)
    code = head.removeprefix("# ").split()[0]
    for section in sections:
        title, _, body = section.partition("\n")
        blocks = {name: json.loads(text) for name, text in _BLOCK.findall(body)}
        yield Case(
            rule=code,
            file=f"{path.parent.name}/{path.stem}",
            title=title.strip(),
            prose=" ".join(_BLOCK.sub("", body).split()),
            model=written_out(blocks["model"]),
            findings=blocks["findings"],
            fixed=blocks.get("fixed"),
        )


def written_out(short: dict[str, Any]) -> Architecture:
    """The architecture that a shortened model stands for."""
    whole = dict(short)
    if isinstance(short.get("elements"), dict):
        whole["elements"] = [_element(part_id, told) for part_id, told in short["elements"].items()]
    if isinstance(short.get("links"), dict):
        whole["links"] = [_link(part_id, told) for part_id, told in short["links"].items()]
    return Architecture.model_validate(whole)


def _element(part_id: str, told: str | dict[str, Any]) -> dict[str, Any]:
    fields = {"is": told} if isinstance(told, str) else dict(told)
    return {"id": part_id, "kind": fields.pop("is"), **fields}


def _link(part_id: str, told: str | dict[str, Any]) -> dict[str, Any]:
    fields = {"is": told} if isinstance(told, str) else dict(told)
    style, source, target = fields.pop("is").split()
    return {"id": part_id, "style": style, "source": source, "target": target, **fields}
