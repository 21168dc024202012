"""Distances on a floor plan: which shelves a shopper comes past on the walk from the door to one zone and to the till."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]
Cell = tuple[int, int]

STEP = 0.5  # metres: how finely a walk is drawn
MOST_CELLS = 200_000  # a shop of 50,000 square metres


@dataclass(frozen=True, slots=True)
class Floor:
    """Metres between things.

    to_walk [zones, zones]: from a zone to the walk door - other zone - till. to_door, to_till [zones]. apart [zones,
    zones]: the free floor between two zones, 0 where they touch. walks: for each zone, the cells of its walk.
    """

    to_walk: Floats
    to_door: Floats
    to_till: Floats
    apart: Floats
    walks: tuple[tuple[Cell, ...], ...]


def measure(corners: Floats, door: Point, till: Point, size: Point) -> Floor:
    """Measure a floor of size metres with zones [zones, (left, bottom, right, top)]; shelves are walls.

    Raises ValueError where door or till lie outside, or no walk leads from the door to the till.
    """
    columns, rows = max(1, round(size[0] / STEP)), max(1, round(size[1] / STEP))
    if columns * rows > MOST_CELLS:
        raise ValueError("the floor is too large")
    if not all(0 <= value <= limit for point in (door, till) for value, limit in zip(point, size, strict=True)):
        raise ValueError("door and till lie inside of the shop")
    free = np.ones((columns, rows), bool)
    for left, bottom, right, top in np.rint(corners / STEP).astype(int):
        free[left:right, bottom:top] = False
    entry, pay = (
        (min(columns - 1, int(point[0] / STEP)), min(rows - 1, int(point[1] / STEP))) for point in (door, till)
    )
    from_door, from_till = _reached(free, entry), _reached(free, pay)
    both = [cell for cell in from_door if cell in from_till]
    if not both:
        raise ValueError("no walk leads from the door to the till")
    stands = _stands(corners, both)
    walks = tuple((*reversed(_back(from_door, stand)), *_back(from_till, stand)[1:]) for stand in stands)
    return Floor(
        to_walk=np.stack([_distances(corners, walk).min(axis=1) for walk in walks], axis=1),
        to_door=_distances(corners, [entry])[:, 0],
        to_till=_distances(corners, [pay])[:, 0],
        apart=_apart(corners),
        walks=walks,
    )


def _reached(free: npt.NDArray[np.bool_], start: Cell) -> dict[Cell, Cell]:
    """Each cell that can be reached, and the one before it on a shortest walk there; the start is its own."""
    columns, rows = free.shape
    before, waiting = {start: start}, deque([start])
    while waiting:
        here = waiting.popleft()
        column, row = here
        for there in ((column + 1, row), (column, row + 1), (column - 1, row), (column, row - 1)):
            inside = 0 <= there[0] < columns and 0 <= there[1] < rows
            if inside and there not in before and free[there]:
                before[there] = here
                waiting.append(there)
    return before


def _back(before: dict[Cell, Cell], cell: Cell) -> list[Cell]:
    walk = [cell]
    while before[cell] != cell:
        cell = before[cell]
        walk.append(cell)
    return walk


def _stands(corners: Floats, cells: list[Cell]) -> list[Cell]:
    """Where one stands before each zone: the nearest cell, and of those the nearest to its middle."""
    points = _middles(cells)
    near = _distances(corners, cells).round(6)
    middle = (corners[:, :2] + corners[:, 2:]) / 2
    aside = np.abs(points[None, :, :] - middle[:, None, :]).sum(axis=-1)
    return [cells[int(np.lexsort((aside[zone], near[zone]))[0])] for zone in range(len(corners))]


def _distances(corners: Floats, cells: list[Cell] | tuple[Cell, ...]) -> Floats:
    """Metres [zones, cells] from each zone to each cell's middle."""
    points = _middles(cells)[None, :, :]
    beyond = np.maximum(np.maximum(corners[:, None, :2] - points, points - corners[:, None, 2:]), 0.0)
    return np.hypot(beyond[..., 0], beyond[..., 1])


def _middles(cells: list[Cell] | tuple[Cell, ...]) -> Floats:
    return (np.asarray(cells, float) + 0.5) * STEP


def _apart(corners: Floats) -> Floats:
    low, high = corners[:, :2], corners[:, 2:]
    between = np.maximum(np.maximum(low[:, None] - high[None, :], low[None, :] - high[:, None]), 0.0)
    return np.hypot(between[..., 0], between[..., 1])
