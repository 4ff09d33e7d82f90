"""Who leads, in sentences: circles that take turns, and mentees who ask."""

from __future__ import annotations

from programs.spec import Objective, Program
from programs.words import count


def leading(program: Program) -> list[str]:
    """Nothing where a mentor is a mentor and the matching is made for everybody at once."""
    return [*_turns(program), *_asks(program)]


def _turns(program: Program) -> list[str]:
    relationships = program.relationships
    told = []
    if relationships.turns:
        missed = {"passes": "passes to the next", "stays": "stays with whoever has it"}[relationships.turns.missed]
        told.append(
            "There is no fixed mentor: from meeting to meeting another member takes that part, and nobody twice before "
            f"everybody has had it. When an expected meeting is not held, the turn {missed}."
        )
    if relationships.merge:
        told.append("A circle that has become too small joins another that has room.")
    return told


def _asks(program: Program) -> list[str]:
    matching = program.matching
    if matching.objective is not Objective.MENTEE_LED:
        return []
    at_once = (
        "one mentee at a time asks"
        if matching.open_asks == 1
        else f"at most {count(matching.open_asks, 'mentee')} at a time ask"
    )
    told = [
        "The mentees lead: each is shown the mentor who suits them best and decides whether to ask; then the mentor says "
        f"yes or no, and after a no the next best follows, never the same again. Of one mentor, {at_once}."
    ]
    if matching.asks:
        told.append(f"After {count(matching.asks, 'ask')} in vain a coordinator helps.")
    return told
