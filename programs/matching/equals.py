"""Several mentors for each mentee, where ways are equally good: the seed's lottery decides, and the order of rows never does.

At proven prices the best ways are known by what each person makes of them: pairs that all of them use, pairs that some use,
how many of these a mentee has, and which mentors are full. The greatest draws are found among exactly those ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from programs.matching.arcs import Arcs
from programs.matching.columns import Bools, Ints
from programs.matching.grid import Grid, possible
from programs.matching.lottery import Lottery
from programs.matching.prices import UnprovenError
from programs.matching.several import Several, Wanted, assigned, require_places, smallest_prices

BITS = 24
MOST = 1 << 16
"""Pairs that may belong to a best way; of more, only those that the search has looked at take part in the lottery."""


@dataclass(frozen=True)
class Open:
    """What all best ways have in common, and what they leave open."""

    arcs: Arcs
    sure: Bools
    """Pairs that every best way uses."""
    least: Ints
    most: Ints
    """Of these pairs, so many are each mentee's."""


def drawn(
    grid: Grid, places: Ints, wanted: Wanted, found: Several, seed: int, keys: tuple[Sequence[str], Sequence[str]]
) -> Several:
    """Of all ways as good as the one found, that with the greatest draws. Raises UnprovenError when something went wrong."""
    left = _open(grid, found.prices, wanted, found.looked)
    if not len(left.arcs):
        return found
    lots = Lottery.of(seed, 0, *keys, bits=BITS).of_pairs(left.arcs.mentee, left.arcs.mentor)
    bonus = int(left.most.sum()) * (1 << BITS) + 1
    full = found.prices[left.arcs.mentor] > 0
    score = lots + bonus * (left.sure.astype(np.int64) + full.astype(np.int64))
    base = bonus * (np.arange(wanted.base.shape[1]) < left.least[:, None]).astype(np.int64)
    drawing = Wanted(left.most, 1, base, wanted.levels)
    arcs = replace(left.arcs, score=score)
    own = assigned(arcs, places, drawing)
    pairs = left.arcs.only(own)
    chosen = np.bincount(pairs.mentee, minlength=grid.size[0])
    require_places(pairs, chosen, places, drawing)
    smallest_prices(arcs, own, places, drawing)
    worth = wanted.worth(chosen, pairs.score)
    if worth != found.primal:
        raise UnprovenError(f"what the lottery chose is worth {worth} instead of {found.primal}")
    return replace(found, pairs=pairs)


def _open(grid: Grid, prices: Ints, wanted: Wanted, looked: Arcs) -> Open:
    parts, kept = list[Arcs](), 0
    least, most = np.zeros(grid.size[0], dtype=np.int64), np.zeros(grid.size[0], dtype=np.int64)
    for arcs, sure in _tight(grid, prices, wanted, least, most):
        kept += len(arcs)
        parts.append(replace(arcs, score=2 * arcs.score + sure))
        if kept > MOST:
            parts = [part.only(_among(part, looked, grid.size[1])) for part in parts]
    every = Arcs.joined(parts, grid.size[1])
    return Open(replace(every, score=every.score >> 1), (every.score & 1).astype(np.bool_), least, most)


def _among(arcs: Arcs, looked: Arcs, mentors: int) -> Bools:
    found: Bools = np.isin(arcs.mentee * mentors + arcs.mentor, looked.mentee * mentors + looked.mentor)
    return found


def _tight(grid: Grid, prices: Ints, wanted: Wanted, least: Ints, most: Ints) -> Iterator[tuple[Arcs, Bools]]:
    """The pairs of each tile that best ways use, and which of them all use; fills in how many each mentee has."""
    for tile in grid.tiles():
        gain = wanted.scale * tile.units.astype(np.int64) - prices[tile.cols]
        gain[~possible(tile.units)] = np.iinfo(np.int64).min // 4
        many = min(wanted.base.shape[1], len(tile.cols))
        best = -np.sort(np.partition(-gain, many - 1, axis=1)[:, :many], axis=1)
        allowed = np.arange(many) < wanted.many[tile.rows][:, None]
        each = best + wanted.base[tile.rows][:, :many]
        least[tile.rows], most[tile.rows] = ((each > 0) & allowed).sum(axis=1), ((each >= 0) & allowed).sum(axis=1)
        last = np.take_along_axis(best, np.maximum(most[tile.rows] - 1, 0)[:, None], axis=1)
        open_ = (gain >= last) & (most[tile.rows] > 0)[:, None] & possible(tile.units)
        arcs = tile.arcs(open_)
        yield arcs, (gain > last)[open_]
