"""What the architect calls the parts of one architecture."""

from __future__ import annotations

from models.architecture import Architecture


class Labels(dict[str, str]):
    """Part id -> its name; of a link without one, the names of its ends. Each is found when first asked for."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self._architecture = architecture

    def __missing__(self, part_id: str) -> str:
        link = self._architecture.link_by_id.get(part_id)
        if link is None or link.name or part_id in self._architecture.element_by_id:
            name = self._architecture.label(part_id)
        else:
            name = f"{self[link.source]} → {self[link.target]}"
        self[part_id] = name
        return name
