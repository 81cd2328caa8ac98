"""Geometry of the page's charts: plain numbers that the template draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

#: shades of the heat map beside "none"
SHADES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of a chart whose area is 100 high and one wide a column."""

    #: left edge
    x: float
    #: width
    width: float
    #: upper edge
    y: float
    #: height
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A chart's vertical axis."""

    #: the value at the upper edge
    top: int
    #: values that get a line
    ticks: tuple[int, ...]


def scale(largest: int) -> Scale:
    """Return an axis from zero with at most five round ticks."""
    step = 1
    while largest > 4 * step:
        # 1, 2, 5, 10, 20, 50, …
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    top = max(step, -(-largest // step) * step)
    return Scale(top=top, ticks=tuple(range(0, top + 1, step)))


def columns(values: Sequence[int], axis: Scale) -> tuple[Column, ...]:
    """Return one column a value; a value above zero is never too small to be seen."""
    gap = 0.12 if len(values) <= 60 else 0.05
    tall = [0.0 if not value else max(100 * value / axis.top, 1.0) for value in values]
    return tuple(
        Column(x=round(index + gap, 3), width=round(1 - 2 * gap, 3), y=round(100 - height, 2), height=round(height, 2))
        for index, height in enumerate(tall)
    )


def label_places(count: int, wanted: int) -> tuple[int, ...]:
    """Return which of `count` columns carry a label, evenly spread."""
    if count <= wanted:
        return tuple(range(count))
    step = -(-count // wanted)
    return tuple(range(0, count, step))


def shade(value: int, largest: int) -> int:
    """Return how dark a cell is, 0 for nothing; the root keeps rare events visible beside a peak."""
    if not value or not largest:
        return 0
    return min(SHADES, 1 + int(sqrt(value / largest) * (SHADES - 0.001)))


def width(value: int, largest: int) -> float:
    """Return a bar's width of 100; a value above zero is never too small to be seen."""
    if not value or not largest:
        return 0.0
    return round(max(100 * value / largest, 0.8), 2)
