"""What the operator decides about the way of one relationship: on to another phase, along the ways that the program declares."""

from __future__ import annotations

from sqlalchemy import Connection, select

from programs.codes import code
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import RelationshipStatus
from programs.spec import Phase
from programs.ways import END, By, Way, plain, target
from tasks.models import Relationship
from tasks.passages import go
from tasks.turn import Turn


def move(conn: Connection, turn: Turn, relationship_id: int, phase_id: str, why: str | None = None) -> bool:
    """Take a running relationship into another phase, or to its end. False where it is there already.

    Raises NotFoundError for an unknown relationship, MentorflowError where no way leads there.
    """
    name, program = code("R", relationship_id), turn.plan.program
    to = target(program, phase_id)
    mine = (Relationship.id == relationship_id) & (Relationship.cohort_id == turn.cohort_id)
    row = conn.execute(select(Relationship.status, Relationship.phase, Relationship.ending_on).where(mine)).first()
    if row is None:
        raise NotFoundError(f"cohort '{turn.cohort}' has no relationship {name}")
    if row.phase == to or (to == END and row.ending_on is not None):
        return False
    if row.status == RelationshipStatus.PAUSED:
        raise MentorflowError(f"{name} is paused; resume it before it goes on: mentorflow resume {name}")
    if row.status != RelationshipStatus.ACTIVE or row.phase is None or row.ending_on is not None:
        status = "about to end" if row.status == RelationshipStatus.ACTIVE else row.status
        raise MentorflowError(f"{name} is {status}; only a running relationship goes from phase to phase")
    phase = program.phase(row.phase)
    for way in _ways(turn, phase):
        if way.to == to and go(conn, turn, way, mine, _decided(why)):
            return True
    raise MentorflowError(_refusal(conn, turn, name, phase, to))


def _ways(turn: Turn, phase: Phase) -> list[Way]:
    """What may be chosen: the operator's own ways first, then the others, and the next phase of the file in any case."""
    declared = sorted(turn.plan.ways(phase.id), key=lambda way: way.by is not By.OPERATOR)
    following = plain(turn.plan.program, phase)
    return [*(way for way in declared if way.trail), *([following] if following.to != END else [])]


def _decided(why: str | None) -> str:
    return f"as the operator decided: {why}" if why else "as the operator decided"


def _refusal(conn: Connection, turn: Turn, name: str, phase: Phase, to: str) -> str:
    there = [way for way in _ways(turn, phase) if way.to == to]
    if there:
        times = "once" if there[0].at_most == 1 else f"{there[0].at_most} times"
        return f"{name} has gone from '{phase.id}' to '{to}' as often as it may: {times}"
    known = dict.fromkeys(way.to for way in _ways(turn, phase))
    open_to = ["end" if one == END else one for one in known]
    if to == END:
        return f"{name} does not end from '{phase.id}'; to end it early: mentorflow close {name} --reason …"
    what = "is no phase of the program" if to not in {one.id for one in turn.plan.program.phases} else "is not reached"
    ahead = f"it may go to: {', '.join(open_to)}" if open_to else f"to end it: mentorflow close {name} --reason …"
    return f"{name} cannot go to '{to}', which {what} from '{phase.id}'; {ahead}"
