"""Charts of bars: where each bar stands, for a template to draw as SVG, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160
"""Of the drawing, in units of its own: it is as wide as its page."""
_LABELS = 24
_GAP = 0.3
"""How much of a group's width is left between it and the next."""


@dataclass(frozen=True)
class Group:
    """Bars that stand together, such as those of a month."""

    label: str
    values: tuple[int, ...]
    """Not below 0; the same number in each group."""


@dataclass(frozen=True)
class Bar:
    series: int
    """Which of a group's values it is, from 0."""
    value: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    groups: Sequence[Group]
    bars: Sequence[Bar]
    labels: Sequence[tuple[float, str]]
    """Where each label stands, by its middle."""
    highest: int
    """Of all values; 0 when there is nothing to be drawn."""

    @property
    def is_empty(self) -> bool:
        return self.highest == 0


def chart(groups: Sequence[Group]) -> Chart:
    """Return the drawing of some groups, the highest bar as high as there is room."""
    highest = max((value for group in groups for value in group.values), default=0)
    room = HEIGHT - _LABELS
    step = WIDTH / max(len(groups), 1)
    bars, labels = [], []
    for place, group in enumerate(groups):
        width = step * (1 - _GAP) / len(group.values)
        labels.append((step * (place + 0.5), group.label))
        for series, value in enumerate(group.values):
            height = room * value / highest if highest else 0
            x = step * (place + _GAP / 2) + width * series
            bars.append(
                Bar(series, value, round(x, 1), round(room - height, 1), round(width, 1), round(height, 1))
            )
    return Chart(WIDTH, HEIGHT, groups, bars, labels, highest)
