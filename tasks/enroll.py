"""Takes the people of a roster into a cohort: all or nobody, and the same sheet twice changes nothing. Deletes nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select, update

from programs import before
from programs.errors import RosterError
from programs.lifecycle import ParticipantStatus
from programs.spec import Role, Shape
from tasks.cohorts import require_open
from tasks.history import move_all
from tasks.hurdles import has_passed_all
from tasks.models import Participant
from tasks.offers import look_again
from tasks.participants import Known, add, apply, batches, changed_by, known_people, save_people
from tasks.readiness import make_available
from tasks.roster.entries import Roster
from tasks.turn import Turn
from tasks.wishes import resolve


@dataclass(frozen=True)
class EnrollReport:
    """What came of a roster, in people."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    """Rows that were refused and skipped."""
    withdrawn: int = 0
    """On the sheet, but withdrawn before; they come back only when that is asked for."""
    returned: int = 0
    missing: int = 0
    """Enrolled earlier and not on the sheet; they stay as they are."""
    seeking_again: int = 0
    """Mentees left over by an earlier matching who now look again."""


def enroll(
    conn: Connection, turn: Turn, roster: Roster, *, skip_invalid: bool = False, bring_back: bool = False
) -> EnrollReport:
    """Enroll everybody on the roster, in the caller's transaction; `bring_back` includes those who had withdrawn.

    Raises RosterError with everything that is wrong, unless only single rows are and `skip_invalid` leaves them out.
    """
    if roster.problems and (roster.unreadable or not skip_invalid):
        raise RosterError(roster.problems)
    require_open(conn, turn, "nobody can be enrolled")
    entries = resolve(conn, turn, roster.entries)
    known = known_people(conn, turn, entries)
    here = {key: row for key, row in known.items() if row.id is not None}
    gone = {key for key, row in here.items() if row.status == ParticipantStatus.WITHDRAWN}
    absent = _count(conn, turn) - (len(here) - len(gone))
    changes = [
        changed_by(here[entry.email_key], entry)
        for entry in entries
        if entry.email_key in here and (bring_back or entry.email_key not in gone)
    ]
    differing = [change for change in changes if change.what]
    added = [entry for entry in entries if entry.email_key not in here]
    save_people(conn, known, added, differing)
    add(conn, turn, added)
    apply(conn, turn, differing)
    returned = _bring_back(conn, turn, [here[key] for key in sorted(gone)]) if bring_back else 0
    make_available(conn, turn)
    more = any(Role.MENTOR in entry.roles for entry in added)
    together = bool(added) and turn.plan.program.relationships.shape is not Shape.PAIR
    has_places = more or together or bool(differing) or bool(returned)
    return EnrollReport(
        added=len(added),
        changed=len(differing),
        unchanged=len(changes) - len(differing),
        left_out=len(roster.refused),
        withdrawn=0 if bring_back else len(gone),
        returned=returned,
        missing=absent,
        seeking_again=look_again(conn, turn) if has_places else 0,
    )


def _bring_back(conn: Connection, turn: Turn, withdrawn: Sequence[Known]) -> int:
    """Who had withdrawn takes part again, active at once when no gate is left before them."""
    through = has_passed_all(turn.plan.program)
    for batch in batches(withdrawn):
        theirs = Participant.id.in_([row.id for row in batch])
        mentees = Participant.roles.contains(str(Role.MENTEE)) | (Participant.roles == str(Role.MEMBER))
        move_all(conn, turn, Participant, "return", theirs, withdrawn_on=None, withdrawn_why=None)
        free = theirs & mentees & Participant.available_on.is_not(None)
        conn.execute(update(Participant).where(free).values(seeking_on=turn.today, unmatched=None))
        _prepare_again(conn, turn, theirs)
        move_all(conn, turn, Participant, "activate", theirs & through)
    return len(withdrawn)


def _prepare_again(conn: Connection, turn: Turn, theirs: ColumnElement[bool]) -> None:
    """Whoever left before they were through with what comes before the match begins it anew."""
    program = turn.plan.program
    kinds = [roles for roles in before.combinations(program) if before.prepares_as(program, roles)]
    prepare = Participant.roles.in_([before.written(roles) for roles in kinds])
    outstanding = theirs & prepare & Participant.available_on.is_(None)
    conn.execute(update(Participant).where(outstanding).values(prepare_on=turn.today))


def _count(conn: Connection, turn: Turn) -> int:
    taking_part = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    return conn.execute(select(func.count()).select_from(Participant).where(taking_part)).scalar_one()
