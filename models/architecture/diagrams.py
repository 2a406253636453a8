"""Where things stand on a picture; apart from meaning, so that dragging a box changes no finding."""

from typing import Literal

from pydantic import Field

from models.architecture.base import Frozen, FrozenDict, FrozenMap, Id, Name, Positive, Real

Point = tuple[Real, Real]


class Diagram(Frozen):
    """One picture of the model: element id -> top left corner, size, and link id -> bend points, in pixels."""

    id: Id
    name: Name | None = None
    include: Literal["*"] | tuple[Id, ...] = "*"
    positions: FrozenMap[Point] = Field(default_factory=FrozenDict)
    sizes: FrozenMap[tuple[Positive, Positive]] = Field(default_factory=FrozenDict)
    bends: FrozenMap[tuple[Point, ...]] = Field(default_factory=FrozenDict)
    collapsed: tuple[Id, ...] = ()
    locked: tuple[Id, ...] = ()
