"""The best matching over given arcs, exactly, by one of two solvers. Knows pairs and their worth, nothing of people.

Whichever solver runs, nothing it says is believed: see `proof`.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from programs.errors import MentorflowError
from programs.matching.arcs import Arcs
from programs.matching.columns import Ints, spread
from programs.matching.pairing import Solver

if TYPE_CHECKING:
    from programs.matching.prices import Prices

ALONE = -1
COPIES = 1 << 25
"""Places are columns of their own, up to so many entries (about a gigabyte)."""
FLOWS = 1 << 62
"""OR-Tools multiplies costs by the number of people and needs the product below this."""


def fastest() -> Solver:
    """OR-Tools where it is installed (extra `fast`)."""
    return Solver.ORTOOLS if find_spec("ortools") else Solver.SCIPY


def assign(
    arcs: Arcs,
    worth: Ints,
    places: Ints,
    mentees: int,
    solver: Solver = Solver.SCIPY,
    near: Prices | None = None,
) -> Ints:
    """Mentor of each mentee, or ALONE, with the greatest sum of `worth`, none of which is negative.

    `near` are prices that almost support the result; a solver that can begin there needs less time.
    """
    usable = np.minimum(places, np.bincount(arcs.mentor, minlength=len(places)))
    open_ = usable[arcs.mentor] > 0
    arcs, worth = arcs.only(open_), worth[open_]
    if not len(arcs):
        return np.full(mentees, ALONE, dtype=np.int64)
    if solver is Solver.ORTOOLS and int(worth.max()) * (mentees + len(places) + 2) < FLOWS:
        return _flow(arcs, _costs(arcs, worth, places, mentees, near), usable, mentees)
    if int(usable[arcs.mentor].sum()) > COPIES:
        raise MentorflowError(
            f"{len(places)} mentors with {int(places.sum())} places are too many for scipy's solver, in which every place is "
            "a column; install mentorflow with the extra 'fast', whose solver counts places"
        )
    return _assignment(arcs, worth, usable, mentees)


def _assignment(arcs: Arcs, worth: Ints, places: Ints, mentees: int) -> Ints:
    """Shortest augmenting paths on sparse arcs (LAPJVsp; Jonker and Volgenant 1987).

    Every place is a column of its own, and every mentee has one more for staying alone.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only a matching has to pay
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    match = np.full(mentees, ALONE, dtype=np.int64)
    arc, slot = spread((np.cumsum(places) - places)[arcs.mentor], places[arcs.mentor])
    alone, own = int(worth.max()) + 1, np.arange(mentees, dtype=np.int32)
    cost = np.concatenate([alone - worth[arc], np.full(mentees, alone)]).astype(np.float64)
    row = np.concatenate([arcs.mentee[arc].astype(np.int32), own])
    column = np.concatenate([slot.astype(np.int32), np.int32(places.sum()) + own])
    shape = (mentees, int(places.sum()) + mentees)
    rows, columns = min_weight_full_bipartite_matching(csr_matrix((cost, (row, column)), shape=shape))
    taken = columns < places.sum()
    match[rows[taken]] = np.repeat(np.arange(len(places)), places)[columns[taken]]
    return match


def _costs(arcs: Arcs, worth: Ints, places: Ints, mentees: int, near: Prices | None) -> tuple[Ints, Ints, Ints]:
    """Of pairs, of mentees who stay alone, and of places that are taken.

    Prices shift what every matching costs by the same, and leave small numbers to compare.
    """
    if near is None:
        return -worth, np.zeros(mentees, dtype=np.int64), np.zeros(len(places), dtype=np.int64)
    return near.asked(arcs.mentee, arcs.mentor) - worth, near.mentee, -near.mentor


def _flow(arcs: Arcs, costs: tuple[Ints, Ints, Ints], places: Ints, mentees: int) -> Ints:
    """The cheapest flow from mentees through mentors, or past them, to one sink (cost scaling; Goldberg 1997)."""
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - an extra that need not be there

    sink, flow = mentees + len(places), min_cost_flow.SimpleMinCostFlow()
    below, above = np.arange(mentees, dtype=np.int32), np.arange(mentees, sink, dtype=np.int32)
    ways = [
        (arcs.mentee.astype(np.int32), (mentees + arcs.mentor).astype(np.int32), np.ones(len(arcs), np.int64)),
        (below, np.full(mentees, sink, np.int32), np.ones(mentees, np.int64)),
        (above, np.full(len(places), sink, np.int32), places),
    ]
    for (tails, heads, capacities), cost in zip(ways, costs, strict=True):
        flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, cost)
    supplies = np.concatenate([np.ones(mentees), np.zeros(len(places)), [-mentees]]).astype(np.int64)
    flow.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supplies)
    if (status := flow.solve()) != flow.OPTIMAL:
        raise MentorflowError(
            f"OR-Tools found no matching ({status}); leave out the extra 'fast' to use scipy's solver"
        )
    used = flow.flows(np.arange(len(arcs), dtype=np.int32)) > 0
    match = np.full(mentees, ALONE, dtype=np.int64)
    match[arcs.mentee[used]] = arcs.mentor[used]
    return match
