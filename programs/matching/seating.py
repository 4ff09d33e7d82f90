"""A mentor's mentees in several groups, those in one who are to stay together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from programs.errors import MentorflowError
from programs.matching.pairing import Pair
from programs.spec.program import Size


def seated(own: Sequence[Pair], many: int, together: Collection[tuple[str, str]], size: Size) -> list[tuple[Pair, ...]]:
    """A mentor's mentees in so many groups. Raises MentorflowError where two who stay together leave no right size."""
    held = [set(two) for two in together if {pair.mentee for pair in own} >= set(two)]
    if many == 1 or not held:
        return [tuple(own[at::many]) for at in range(many)]
    clusters: list[set[str]] = []
    for each in (*held, *({pair.mentee} for pair in own)):
        touching = [cluster for cluster in clusters if cluster & each]
        clusters = [cluster for cluster in clusters if not cluster & each] + [each.union(*touching)]
    seats: list[set[str]] = [set() for _ in range(many)]
    for cluster in sorted(clusters, key=lambda cluster: (-len(cluster), sorted(cluster))):
        min(seats, key=len).update(cluster)
    if any(not size.at_least <= len(seat) <= size.at_most for seat in seats):
        raise MentorflowError(f"those who stay together make no groups of the right size with {own[0].mentor}")
    return [tuple(pair for pair in own if pair.mentee in seat) for seat in seats]
