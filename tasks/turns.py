"""Whose turn it is in a circle: the mentor's part goes round, and follows from what the books say.

Next is the present member whose last turn lies furthest back, by their place in the circle among those who had none.
Knows nothing of who leaves and why; whoever changes a circle's meetings, steps or members asks for `settle`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select, update

from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import LIVE, StepStatus
from tasks.history import note
from tasks.models import Meeting, Member, Relationship, Step
from tasks.outbox import queue
from tasks.sql import number
from tasks.turn import Turn


@dataclass(frozen=True)
class Held:
    """A meeting that took place."""

    relationship_id: int
    held_on: date
    minutes: int
    led_by: int | None = None
    """In a circle: who took the mentor's part; None where it was the one whose turn it was."""


LEAD = "lead"
"""The event of history: the turn has come to somebody."""


def go_round(turn: Turn) -> bool:
    """Whether the program's circles take turns."""
    return turn.plan.program.relationships.turns is not None


@dataclass
class Circle:
    """Who is in a circle, and on which day each had their last turn."""

    places: dict[int, int] = field(default_factory=dict)
    """Present members by their place."""
    last: dict[int, date] = field(default_factory=dict)
    taken: int = 0
    lead: int | None = None
    """As the books have it now."""

    @property
    def following(self) -> int | None:
        """The member who leads next; None where nobody is left."""
        return min(self.places, key=lambda who: (self.last.get(who, date.min), self.places[who]), default=None)

    def had(self, who: int, on: date) -> None:
        self.last[who] = max(on, self.last.get(who, on))
        self.taken += 1


def circles(conn: Connection, turn: Turn, where: ColumnElement[bool]) -> dict[int, Circle]:
    """Running circles as the books have them."""
    these = (Relationship.cohort_id == turn.cohort_id) & Relationship.status.in_(LIVE) & where
    rows = conn.execute(select(Relationship.id, Relationship.lead_id).where(these).order_by(Relationship.id))
    found = {row.id: Circle(lead=row.lead_id) for row in rows}
    members = select(Member.relationship_id, Member.participant_id, Member.position)
    for row in conn.execute(members.where(Member.relationship_id.in_(found), Member.left_on.is_(None))):
        found[row.relationship_id].places[row.participant_id] = row.position
    for relationship, who, on in [*_led(conn, found), *_passed(conn, turn, found)]:
        found[relationship].had(who, on)
    return found


def _led(conn: Connection, ids: Iterable[int]) -> list[tuple[int, int, date]]:
    columns = select(Meeting.relationship_id, Meeting.led_by, Meeting.held_on)
    rows = conn.execute(columns.where(Meeting.relationship_id.in_(ids), Meeting.led_by.is_not(None)))
    return [(relationship, who, on) for relationship, who, on in rows if who]


def _passed(conn: Connection, turn: Turn, ids: Iterable[int]) -> list[tuple[int, int, date]]:
    """Turns that passed because a meeting was not held; where they stay, none does."""
    declared = turn.plan.program.relationships.turns
    if declared is None or declared.missed != "passes":
        return []
    missed = Step.relationship_id.in_(ids) & (Step.status == StepStatus.MISSED) & Step.lead_id.is_not(None)
    rows = conn.execute(select(Step.relationship_id, Step.lead_id, Step.due_on).where(missed))
    return [(relationship, who, on) for relationship, who, on in rows if who and on]


def begin(conn: Connection, turn: Turn, started: ColumnElement[bool]) -> None:
    """Circles that have just started: everybody gets a place, in the order in which they were dealt, and the first leads."""
    if not go_round(turn):
        return
    theirs = Member.relationship_id.in_(select(Relationship.id).where(started))
    other = Member.__table__.alias("earlier")
    before = select(func.count()).where(
        other.c.relationship_id == Member.relationship_id, other.c.id < Member.id, other.c.left_on.is_(None)
    )
    conn.execute(update(Member).where(theirs).values(position=before.correlate(Member).scalar_subquery()))
    settle(conn, turn, conn.execute(select(Relationship.id).where(started)).scalars().all())


def settle(conn: Connection, turn: Turn, ids: Sequence[int]) -> int:
    """Let the turn stand where the books say it is, and write to whoever it has come to. Returns how many circles it moved in."""
    if not go_round(turn):
        return 0
    moved = {
        relationship: circle
        for relationship, circle in circles(conn, turn, Relationship.id.in_(ids)).items()
        if circle.following not in (None, circle.lead)
    }
    for relationship, circle in moved.items():
        assert circle.following
        this = Relationship.id == relationship
        conn.execute(update(Relationship).where(this).values(lead_id=circle.following))
        note(conn, turn, Relationship, LEAD, this, f"it is the turn of {code('P', circle.following)}")
        _write(conn, turn, relationship, circle)
    return len(moved)


def _write(conn: Connection, turn: Turn, relationship: int, circle: Circle) -> None:
    """The occasion is the number of turns so far: a turn that comes back by a correction is not told twice."""
    declared = turn.plan.program.relationships.turns
    assert declared
    mine = (Member.relationship_id == relationship) & (Member.participant_id == circle.following)
    queue(
        conn, turn, select(Member.id).where(mine), declared.message,
        ("relationship", Member.relationship_id, "turn", number(circle.taken), Member.participant_id),
        participant=Member.participant_id, relationship=Member.relationship_id,
    )  # fmt: skip


def leaders(conn: Connection, turn: Turn, held: Sequence[Held]) -> list[int | None]:
    """Who led each of these meetings: whoever is named, else whose turn it was on that day.

    Raises MentorflowError for somebody who is not in the circle, or where nobody takes turns.
    """
    ids = {meeting.relationship_id for meeting in held}
    if not go_round(turn):
        _refuse_leaders(held)
        return [None] * len(held)
    found, thought_missed = circles(conn, turn, Relationship.id.in_(ids)), _missed(conn, ids)
    logged = _logged(conn, ids)
    said: dict[int, int | None] = {}
    for at in sorted(range(len(held)), key=lambda at: held[at].held_on):
        meeting = held[at]
        circle, key = found[meeting.relationship_id], (meeting.relationship_id, meeting.held_on)
        if meeting.led_by is not None and meeting.led_by not in circle.places:
            names = ", ".join(code("P", who) for who in sorted(circle.places))
            raise MentorflowError(
                f"{code('P', meeting.led_by)} is not in {code('R', meeting.relationship_id)} now, so they did not lead its "
                f"meeting; its members: {names}"
            )
        missed = next((lead for first, last, lead in thought_missed[key[0]] if first <= key[1] <= last), None)
        said[at] = meeting.led_by or missed or circle.following
        if key not in logged and said[at] is not None:
            logged.add(key)
            circle.had(said[at] or 0, meeting.held_on)
    return [said[at] for at in range(len(held))]


def _refuse_leaders(held: Sequence[Held]) -> None:
    for meeting in held:
        if meeting.led_by is not None:
            raise MentorflowError(
                f"nobody takes turns in {code('R', meeting.relationship_id)}, so its meetings are led by nobody in particular; "
                "leave out who led"
            )


def _logged(conn: Connection, ids: Iterable[int]) -> set[tuple[int, date]]:
    rows = conn.execute(select(Meeting.relationship_id, Meeting.held_on).where(Meeting.relationship_id.in_(ids)))
    return {(relationship, on) for relationship, on in rows}


def _missed(conn: Connection, ids: Iterable[int]) -> Mapping[int, list[tuple[date, date, int]]]:
    """Days in which a meeting was expected and not heard of, and who was to lead it."""
    found: defaultdict[int, list[tuple[date, date, int]]] = defaultdict(list)
    until = func.coalesce(Step.closes_on, Step.due_on)
    missed = Step.relationship_id.in_(ids) & (Step.status == StepStatus.MISSED) & Step.lead_id.is_not(None)
    for relationship, first, last, lead in conn.execute(
        select(Step.relationship_id, Step.opens_on, until, Step.lead_id).where(missed).order_by(Step.due_on)
    ):
        if first and last and lead:
            found[relationship].append((first, last, lead))
    return found


def miss(conn: Connection, turn: Turn, steps: Sequence[int]) -> None:
    """Note whose meeting it was that was not held; where the turn passes, one after the other's."""
    if not go_round(turn) or not steps:
        return
    declared = turn.plan.program.relationships.turns
    assert declared
    rows = conn.execute(
        select(Step.id, Step.relationship_id, Step.due_on)
        .where(Step.id.in_(steps), Step.lead_id.is_(None))
        .order_by(Step.due_on, Step.id)
    ).all()
    ids = sorted({row.relationship_id for row in rows})
    found = circles(conn, turn, Relationship.id.in_(ids))
    for row in rows:
        circle = found.get(row.relationship_id)
        if circle is None or circle.following is None:
            continue
        who = circle.following
        conn.execute(update(Step).where(Step.id == row.id).values(lead_id=who))
        note(
            conn,
            turn,
            Step,
            "miss turn",
            Step.id == row.id,
            f"{code('P', who)} was to lead it; the turn {declared.missed}",
        )
        if declared.missed == "passes" and row.due_on:
            circle.had(who, row.due_on)
    settle(conn, turn, ids)


def expected_meetings(turn: Turn) -> list[str]:
    """The keys of steps at which a circle is expected to meet."""
    return [step.key for step in turn.plan.steps if step.expect is not None and step.expect.meeting is not None]
