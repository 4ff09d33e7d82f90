"""Commands for what members do between the milestones: meetings, ticks, goals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from cyclopts import Parameter
from sqlalchemy import Connection

from flows.cli import console, ids, store
from flows.cli.surroundings import Today
from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import ENDED, GoalStatus, RelationshipStatus
from tasks import goals, meetings, story
from tasks.db import reading
from tasks.people import participant_by_code_or_email
from tasks.turn import Turn

Participant = Annotated[str, Parameter(help="Who: P-…, or an e-mail address.")]


def log_meeting(
    relationship: str,
    /,
    *,
    on: date,
    minutes: int,
    led_by: Annotated[
        str | None, Parameter(help="In a circle: who led, P-… or an e-mail address. Default: whose turn it was.")
    ] = None,
    correct: Annotated[bool, Parameter(help="Put right how long the meeting took, and who led it.")] = False,
    today: Today = None,
) -> None:
    """Log a meeting of a relationship.

    One meeting a day; the same one twice is logged once. A meeting counts as contact. In a circle that takes turns, the turn
    goes on to the next. What a meeting has reached stays
    reached when it is corrected.

    Parameters
    ----------
    relationship
        R-…
    on
        The day, as YYYY-MM-DD.
    minutes
        How long it was.
    """
    engine = store.opened()
    wanted = ids.relationship(engine, relationship)
    turn = _turn(wanted, today)
    with store.acting(engine, turn) as conn:
        lead = participant_by_code_or_email(conn, turn.cohort_id, led_by).id if led_by else None
        held = meetings.Held(wanted, on, minutes, lead)
        done = _corrected(conn, turn, held) if correct else _logged(conn, turn, held)
    console.say(f"{code('R', wanted)}: {done}.")


def _logged(conn: Connection, turn: Turn, held: meetings.Held) -> str:
    if meetings.log_meetings(conn, turn, [held]):
        return "logged"
    before = meetings.logged(conn, held.relationship_id, held.held_on)
    if before != held.minutes:
        raise MentorflowError(
            f"{code('R', held.relationship_id)} has a meeting of {before} minutes on {held.held_on} already, not of "
            f"{held.minutes}; if {held.minutes} is right, add --correct"
        )
    leader = meetings.led_by(conn, held.relationship_id, held.held_on)
    if held.led_by is not None and leader != held.led_by:
        raise MentorflowError(
            f"the meeting of {code('R', held.relationship_id)} on {held.held_on} was logged as led by "
            f"{code('P', leader) if leader else 'nobody'}; if {code('P', held.led_by)} is right, add --correct"
        )
    return f"was logged already, with {before} minutes"


def _corrected(conn: Connection, turn: Turn, held: meetings.Held) -> str:
    leader = meetings.led_by(conn, held.relationship_id, held.held_on)
    before = meetings.correct(conn, turn, held)
    same = before == held.minutes
    if held.led_by not in (None, leader):
        return f"corrected, {held.minutes} minutes, led by {code('P', held.led_by or 0)}"
    return (
        f"was logged already, with {before} minutes"
        if same
        else f"corrected, {held.minutes} minutes instead of {before}"
    )


def tick(relationship: str, item: int, /, *, participant: Participant, today: Today = None) -> None:
    """Tick an item of the present phase's checklist.

    Parameters
    ----------
    relationship
        R-…
    item
        Its number on the participant's checklist, from 1; `show R-…` lists them.
    """
    engine = store.opened()
    wanted = ids.relationship(engine, relationship)
    turn = _turn(wanted, today)
    with store.acting(engine, turn) as conn:
        who = participant_by_code_or_email(conn, turn.cohort_id, participant)
        new = meetings.tick(conn, turn, wanted, who.id, item)
        words, ticked_on = meetings.item(conn, turn, wanted, who.id, item)
    done = f"ticked '{words}'" if new else f"'{words}' was ticked already, on {ticked_on}"
    console.say(f"{code('R', wanted)}: {done}.")


@dataclass(frozen=True)
class Wanted:
    """What is to become of a goal. Every field is an option of the command."""

    text: Annotated[str | None, Parameter(help="What is to be reached.")] = None
    term: Annotated[Literal["short", "long"] | None, Parameter(help="For how long.")] = None
    of: Annotated[
        Literal["member", "relationship"],
        Parameter(help="Whose goal it is when it is set: the participant's own, or one of the whole relationship."),
    ] = "member"
    progress: Annotated[int | None, Parameter(help="In per cent; 100 means reached.")] = None
    drop: Annotated[bool, Parameter(help="Give the goal up.")] = False


NOTHING = Wanted()


def goal(
    relationship: str,
    key: str,
    /,
    *,
    participant: Participant,
    change: Annotated[Wanted, Parameter(name="*")] = NOTHING,
    today: Today = None,
) -> None:
    """Set a goal, record how far it is, or give it up.

    Parameters
    ----------
    relationship
        R-…
    key
        A short name of the goal; the same name later means the same goal.
    """
    key = key.strip()
    _check_goal(key, change)
    engine = store.opened()
    wanted = ids.relationship(engine, relationship)
    turn = _turn(wanted, today)
    with store.acting(engine, turn) as conn:
        who = participant_by_code_or_email(conn, turn.cohort_id, participant)
        found = story.relationship(conn, wanted)
        _check_member(found, who.id, key, is_new=change.text is not None)
        became = _change_goal(conn, turn, (wanted, who.id, key), change) or _worded(found, who.id, key, change)
    console.say(f"{code('R', wanted)}: goal '{key}' {became}.")


def _change_goal(conn: Connection, turn: Turn, named: tuple[int, int, str], change: Wanted) -> str | None:
    """What became of it; None where it was only worded."""
    whose = dict(zip(("relationship_id", "participant_id", "key"), named, strict=True))
    if change.text is not None:
        goals.set_goals(conn, turn, [{**whose, "of": change.of, "term": change.term, "text": change.text}])
    if change.progress is not None:
        goals.update_goals(conn, turn, [{**whose, "progress": change.progress}])
    if change.drop:
        return "given up" if goals.drop(conn, turn, *named) else "was given up already, or has been reached"
    return f"at {change.progress} %" if change.progress is not None else None


def _worded(before: story.RelationshipStory, participant: int, key: str, change: Wanted) -> str:
    """What wording a goal has changed, by how it was before."""
    mine = [one for one in before.goals if one.key == key and participant == one.participant_id]
    shared = [one for one in before.goals if one.key == key and one.of == goals.RELATIONSHIP]
    if not mine and not shared:
        return "set"
    (goal,) = (shared or mine)[:1]
    if goal.status == GoalStatus.DROPPED:
        return "taken up again"
    return "stood so already" if (goal.text, goal.term) == (change.text, change.term) else "worded anew"


def _check_goal(key: str, change: Wanted) -> None:
    text, progress = change.text, change.progress
    if not key:
        raise MentorflowError("a goal needs a short name, like speak-up, by which it is told from others")
    if text is not None and not text.strip():
        raise MentorflowError(f"goal '{key}' has no words; say what is to be reached with --text, or --drop it")
    if change.drop and (text is not None or progress is not None):
        raise MentorflowError("--drop gives a goal up; it goes with neither --text nor --progress")
    if text is None and progress is None and not change.drop:
        raise MentorflowError(
            "say what the goal is with --text, how far it is with --progress, or give it up with --drop"
        )
    if progress is not None and not 0 <= progress <= 100:
        raise MentorflowError(f"--progress is a percentage from 0 to 100, not {progress}")


def _check_member(found: story.RelationshipStory, participant: int, key: str, *, is_new: bool) -> None:
    name = code("R", found.row.id)
    if found.closure is not None:
        raise MentorflowError(f"{name} is closed; its summary record stands")
    if found.row.status in (*ENDED, RelationshipStatus.LEFT):
        raise MentorflowError(f"{name} came to nothing ({found.row.status}), so nothing is worked on there")
    if participant not in {member.participant_id for member in found.members}:
        raise MentorflowError(f"{code('P', participant)} is not a member of {name}")
    known = [goal.key for goal in found.goals if goal.participant_id == participant or goal.of == goals.RELATIONSHIP]
    if not is_new and key not in known:
        there = f"there is {', '.join(known)}" if known else "none has been set"
        raise MentorflowError(f"{name} has no goal '{key}' of theirs; {there}; set one with --text")


def _turn(relationship: int, today: date | None) -> Turn:
    engine = store.opened()
    with reading(engine) as conn:
        cohort = story.cohort_of_relationship(conn, relationship)
    return store.turn_to_act(engine, cohort, today)
