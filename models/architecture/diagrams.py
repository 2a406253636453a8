"""Where things stand on a picture; apart from meaning, so that dragging a box changes no finding."""

from typing import Literal

from pydantic import Field

from models.architecture.base import Finite, FinitePositive, Frozen, FrozenDict, FrozenMap, Id, Name

Point = tuple[Finite, Finite]


class Diagram(Frozen):
    """One picture of the model: element id -> top left corner, size, and link id -> bend points, in pixels."""

    id: Id
    name: Name | None = None
    include: Literal["*"] | tuple[Id, ...] = "*"
    positions: FrozenMap[Point] = Field(default_factory=FrozenDict)
    sizes: FrozenMap[tuple[FinitePositive, FinitePositive]] = Field(default_factory=FrozenDict)
    bends: FrozenMap[tuple[Point, ...]] = Field(default_factory=FrozenDict)
    collapsed: tuple[Id, ...] = ()
    locked: tuple[Id, ...] = ()
