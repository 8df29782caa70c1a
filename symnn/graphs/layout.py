"""Where the vertices of a graph stand in a picture: in columns from the data to the end, with few crossings.

After Sugiyama, Tagawa and Toda (1981): a column for each length of the longest way, points through which edges pass the
columns between, the order in a column by the mean of the neighbours, and then the heights by the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 12

Point = tuple[float, float]
Links = Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Layout:
    """A point for each vertex, x being its column, and for each edge the points that it passes, ends included."""

    points: tuple[Point, ...]
    ways: tuple[tuple[Point, ...], ...]


def layout(count: int, edges: Sequence[tuple[int, int]]) -> Layout:
    """Places of `count` vertices with edges from earlier to later ones; neighbours in a column are 1 apart or more."""
    columns = _columns(count, edges)
    links: list[tuple[int, int]] = []
    ways = []
    for source, target in edges:
        way = [source]
        for column in range(columns[source] + 1, columns[target]):
            way.append(len(columns))
            columns.append(column)
        way.append(target)
        links.extend(pairwise(way))
        ways.append(way)
    heights = _heights(columns, links)
    points = list(zip(map(float, columns), heights, strict=True))
    return Layout(tuple(points[:count]), tuple(tuple(points[place] for place in way) for way in ways))


def _columns(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The longest way to a vertex; what nothing leads to stands just before its first user."""
    columns = [0] * count
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        columns[target] = max(columns[target], columns[source] + 1)
    targets = {target for _, target in edges}
    for source in set(range(count)) - targets:
        users = [columns[target] for start, target in edges if start == source]
        columns[source] = min(users, default=1) - 1
    return columns


def _heights(columns: Sequence[int], links: Sequence[tuple[int, int]]) -> list[float]:
    """Heights that are near those of the neighbours, in both directions in turn."""
    before = {place: [source for source, target in links if target == place] for place in range(len(columns))}
    after = {place: [target for source, target in links if source == place] for place in range(len(columns))}
    layers = [[place for place, own in enumerate(columns) if own == column] for column in range(max(columns) + 1)]
    heights = [0.0] * len(columns)
    for layer in layers:
        _spread(layer, {place: float(at) for at, place in enumerate(layer)}, heights)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        neighbours = before if forward else after
        for layer in layers if forward else reversed(layers):
            wanted = {place: _mean(neighbours[place], heights, heights[place]) for place in layer}
            layer.sort(key=wanted.__getitem__)
            _spread(layer, wanted, heights)
    return heights


def _mean(places: Sequence[int], heights: Sequence[float], otherwise: float) -> float:
    return sum(heights[place] for place in places) / len(places) if places else otherwise


def _spread(layer: Sequence[int], wanted: Mapping[int, float], heights: list[float]) -> None:
    """Heights in the order of a column as near to the wanted ones as a distance of 1 allows, their mean being kept."""
    lowest = float("-inf")
    for place in layer:
        heights[place] = lowest = max(wanted[place], lowest + 1)
    excess = sum(heights[place] - wanted[place] for place in layer) / len(layer)
    for place in layer:
        heights[place] -= excess
