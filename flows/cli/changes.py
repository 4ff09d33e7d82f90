"""Commands that change the course of single relationships, and end them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Connection, Engine, Row

from flows.cli import console, ids, running, store
from flows.cli.surroundings import Json, Today
from programs.codes import code
from programs.dates import Span
from programs.errors import MentorflowError
from programs.lifecycle import ParticipantStatus, RelationshipStatus
from programs.words import count
from tasks import endings, moving, story, timing
from tasks import postpone as deferral
from tasks.db import reading
from tasks.turn import Turn
from tasks.withdraw import withdraw

Relationship = Annotated[str, Parameter(help="R-…")]
WHOLE = "to end everything that runs in it: --cohort {cohort}"
Why = Annotated[str | None, Parameter(help="A note for the history. Name nobody in it.")]


def pause(relationship: Relationship, /, *, why: Why = None, today: Today = None) -> None:
    """Stop the calendar of a relationship.

    Nothing is asked or reminded until it is resumed.
    """
    wanted, engine, turn = _named(relationship, today)
    with store.acting(engine, turn) as conn:
        paused = timing.pause(conn, turn, wanted, why)
    console.say(f"{code('R', wanted)}: {'paused' if paused else 'was paused already'}.")


def resume(relationship: Relationship, /, *, today: Today = None) -> None:
    """Let the calendar of a paused relationship run on.

    Every day ahead moves by the days of the pause.
    """
    wanted, engine, turn = _named(relationship, today)
    with store.acting(engine, turn) as conn:
        days = timing.resume(conn, turn, wanted)
    moved = f"running again, everything ahead is {days} days later"
    how = {None: "was running", 0: "running again, on the day on which it was paused"}.get(days, moved)
    console.say(f"{code('R', wanted)}: {how}.")


def extend(relationship: Relationship, /, *, by: str, why: Why = None, today: Today = None) -> None:
    """Let the present phase of a relationship last longer.

    Unlike all other commands, a second time is a second extension.

    Parameters
    ----------
    by
        How much longer, like "2 weeks".
    """
    wanted, engine, turn = _named(relationship, today)
    try:
        span = Span.parse(by)
    except ValueError as error:
        raise MentorflowError(str(error)) from None
    with store.acting(engine, turn) as conn:
        end = timing.extend(conn, turn, wanted, span, why)
    console.say(f"{code('R', wanted)}: its phase lasts {span} longer, and it ends on {end}.")


def move(relationship: Relationship, phase: str, /, *, why: Why = None, today: Today = None) -> None:
    """Take a relationship into another phase.

    Only along the ways that the program declares, or into the next phase of its file. What is outstanding where it is, is not
    waited for any more.

    Parameters
    ----------
    phase
        The id of the phase, or `end` where the program lets a relationship end from here.
    """
    wanted, engine, turn = _named(relationship, today)
    with store.acting(engine, turn) as conn:
        moved = moving.move(conn, turn, wanted, phase, why)
    console.say(f"{code('R', wanted)}: {'goes on to' if moved else 'has come already to'} {phase}.")


def postpone(
    relationship: Relationship,
    milestone: str,
    /,
    *,
    to: Annotated[date, Parameter(help="The new due day, YYYY-MM-DD; an earlier one brings it forward.")],
    why: Why = None,
    today: Today = None,
) -> None:
    """Move the due day of a milestone.

    What comes after it in the phase moves by as many days, and so do the end of the phase and of the relationship.

    Parameters
    ----------
    milestone
        Its id, or PHASE.MILESTONE; of one that recurs, the next.
    """
    wanted, engine, turn = _named(relationship, today)
    with store.acting(engine, turn) as conn:
        moved = deferral.postpone(conn, turn, wanted, milestone, to, why)
    if not moved.days:
        console.say(f"{code('R', wanted)}: {moved.key} was due on {to} already.")
        return
    how = f"{abs(moved.days)} days {'later' if moved.days > 0 else 'earlier'}"
    console.say(
        f"{code('R', wanted)}: {moved.key} is due on {to}, everything after it comes {how}, and it ends on {moved.ends_on}."
    )


def waive(relationship: Relationship, milestone: str, /, *, why: Why = None, today: Today = None) -> None:
    """Let a relationship off a milestone.

    It goes on as if it had been reached. Who is let off the form of a gate has passed the gate.

    Parameters
    ----------
    milestone
        Its id, or PHASE.MILESTONE where several phases have one of that name.
    """
    wanted, engine, turn = _named(relationship, today)
    with store.acting(engine, turn) as conn:
        waived = timing.waive(conn, turn, wanted, milestone, why)
    gates = [one.id for one in turn.plan.program.enrollment.gates if one.id == milestone.rsplit(".", 1)[-1]]
    off = f"let off {milestone}" + (f", and past the gate '{gates[0]}' by that" if gates else "")
    console.say(f"{code('R', wanted)}: {off if waived else f'nothing of {milestone} is outstanding'}.")


def close(
    relationship: Annotated[str | None, Parameter(help="R-…")] = None,
    /,
    *,
    reason: str,
    participant: Annotated[
        str | None, Parameter(help="P-… or an address: they leave, and all they are in ends.")
    ] = None,
    cohort: Annotated[str | None, Parameter(help="End everything that runs in this cohort.")] = None,
    note: Annotated[str | None, Parameter(help="For the record.")] = None,
    rematch: Annotated[
        bool | None,
        Parameter(
            negative="--no-rematch", help="Whether the mentees look for somebody new. Default: as the program says."
        ),
    ] = None,
    today: Today = None,
    json: Json = False,
) -> None:
    """End relationships now, each with its summary record.

    Names one relationship, one participant (with everything they are in), or a whole cohort. What has ended already stays
    as it is. Who is still getting ready, each alone, leaves the cohort with a kind word and without a record.

    Parameters
    ----------
    reason
        One of the program's reasons, like no_fit.
    """
    if sum(one is not None for one in (relationship, participant, cohort)) != 1:
        raise MentorflowError("say what ends: one R-…, or --participant, or --cohort")
    engine = store.opened()
    turn, meant = _meant(engine, relationship, participant, cohort, today)
    closing = _end(engine, turn, meant, endings.Ending(reason, store.OPERATOR, note, rematch), today)
    if closing is not None:
        with reading(engine) as conn:
            _tell(conn, turn, closing, json, meant)


@dataclass(frozen=True)
class Meant:
    """What is to end: these relationships, or what somebody is in, or, with neither, all of the cohort."""

    which: Sequence[int] | None = None
    who: int | None = None
    has_left: bool = False
    """Before anything was done."""

    @property
    def is_all(self) -> bool:
        return self.which is None and self.who is None

    @property
    def codes(self) -> tuple[str | None, str | None]:
        """The relationship or the participant, as they are named to a run; neither for a whole cohort."""
        return code("R", self.which[0]) if self.which else None, code("P", self.who) if self.who else None


def _end(engine: Engine, turn: Turn, meant: Meant, ending: endings.Ending, today: date | None) -> Sequence[int] | None:
    """What has been closed, here or by the server; None where the server has yet to do it. `today`: as it was given."""
    with store.acting(engine, turn) as conn:
        closing = (
            withdraw(conn, turn, meant.who, ending) if meant.who else endings.request(conn, turn, meant.which, ending)
        )
        if not running.has_server():
            endings.close(conn, turn, closing, goes_on=not meant.is_all or bool(ending.rematch))
    if not running.has_server():
        running.send_mails(engine, turn)
    elif closing and not running.hand_over_ending(turn, ending.reason, *meant.codes, today):
        return None
    return closing


def _named(relationship: str, today: date | None, whole: str = ids.LOOK) -> tuple[int, Engine, Turn]:
    engine = store.opened()
    wanted = ids.relationship(engine, relationship, whole)
    with reading(engine) as conn:
        cohort = story.cohort_of_relationship(conn, wanted)
    return wanted, engine, store.turn_to_act(engine, cohort, today)


def _meant(
    engine: Engine, relationship: str | None, participant: str | None, cohort: str | None, today: date | None
) -> tuple[Turn, Meant]:
    """The cohort as of the day, and what is to end in it. Who goes through phases alone leaves the cohort."""
    if cohort is not None:
        return store.turn_to_act(engine, cohort, today), Meant()
    with reading(engine) as conn:
        if relationship is None:
            found = ids.participant(conn, str(participant), WHOLE)
            turn = store.turn_to_act(engine, story.cohort_of_participant(conn, found.id), today)
            return turn, Meant(who=found.id, has_left=found.status == ParticipantStatus.WITHDRAWN)
    wanted, _, turn = _named(relationship, today, WHOLE)
    with reading(engine) as conn:
        row = story.relationship(conn, wanted).row
    if row.status == RelationshipStatus.PREPARING:
        return turn, Meant(who=row.lead_id)
    if instead := _instead(turn, row):
        raise MentorflowError(f"{code('R', wanted)} is no relationship that runs, so it cannot be closed: {instead}")
    return turn, Meant(which=[wanted])


def _instead(turn: Turn, row: Row[Any]) -> str | None:
    """What leads on where nothing has begun yet."""
    name, cohort, way = code("R", row.id), shlex.quote(turn.cohort), "mentorflow close --participant P-… --reason …"
    told = {
        RelationshipStatus.PROPOSED: f"it is only proposed; turn it down by: mentorflow match {cohort} --reject {name}",
        RelationshipStatus.OFFERED: f"its members are being asked; take it back by: mentorflow match {cohort} --reject {name}; "
        f"who is not to take part is taken out by: {way}",
        RelationshipStatus.AGREED: f"it has not begun; who is not to take part is taken out by: {way}"
        if turn.plan.program.matching.consent or row.cycle > 1
        else f"it has not begun; take it back by: mentorflow match {cohort} --reject {name}; "
        f"who is not to take part is taken out by: {way}",
        RelationshipStatus.PREPARED: "somebody is through with it and may be matched; they are taken out by: "
        + way.replace("P-…", code("P", row.lead_id) if row.lead_id else "P-…"),
    }
    return told.get(RelationshipStatus(row.status))


def _tell(conn: Connection, turn: Turn, closing: Sequence[int], json: bool, meant: Meant) -> None:
    """What each ending did, and the record where it is one."""
    rows = story.closures(conn, closing)
    if json:
        console.as_json([_data(row) for row in rows])
        return
    if meant.who:
        how = "had left already" if meant.has_left else f"takes part in {turn.cohort} no more"
        console.say(f"{code('P', meant.who)}: {how}.")
    if meant.is_all and (back := endings.called_off(conn, turn)):
        console.say(f"{count(back, 'relationship')} that had not begun {'is' if back == 1 else 'are'} taken back.")
    if not rows and meant.who:
        console.say("Nothing was running there, so there is no record.")
    elif not rows:
        console.say("Nothing was running there; nothing was ended.")
    elif len(rows) == 1:
        console.say(rows[0].text)
    else:
        headings = ("relationship", "reason", "then")
        then = {True: "its mentees look for somebody new", False: "nobody is looked for"}
        console.table(headings, [(code("R", row.relationship_id), row.reason, then[row.rematch]) for row in rows])
        console.say(
            f"{len(rows):,} relationships ended. Their records: mentorflow records {shlex.quote(turn.cohort)} --format md"
        )


def _data(row: Row[Any]) -> dict[str, Any]:
    return {
        "relationship": code("R", row.relationship_id), "reason": row.reason, "rematch": row.rematch,
        "closed_on": row.closed_on, "record": row.record,
    }  # fmt: skip
