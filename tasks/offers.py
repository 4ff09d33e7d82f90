"""Proposed relationships on their way: the operator's decision, the members' consent in the declared order, and lapse."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select, true, update

from programs.attention import Kind
from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import LIVE, AskStatus, ParticipantStatus, RelationshipStatus
from programs.plan import CONSENT, PROPOSAL_NUDGE
from programs.spec import Objective, Role
from tasks.alone import end_with_a_word, say_farewell
from tasks.asks import withdraw
from tasks.engaged import ENGAGED, gets_several, has_enough, is_engaged
from tasks.history import move_all, note
from tasks.models import Ask, Closure, Flag, Member, Participant, Relationship
from tasks.outbox import queue
from tasks.sql import add_days, changed, day, insert_from, number, text
from tasks.turn import Turn

_APPROVED = (RelationshipStatus.OFFERED, RelationshipStatus.AGREED, *LIVE, RelationshipStatus.CLOSED)
"""Where a proposal is that was approved, as far as nobody has said no."""


def approve(conn: Connection, turn: Turn, ids: Sequence[int] | None = None) -> int:
    """Approve proposals, all or the named ones; the members are asked in the next run. Raises where one is no proposal.

    What was approved before stays as it is, and is not counted.
    """
    chosen = _chosen(conn, turn, ids, (RelationshipStatus.PROPOSED,), _APPROVED)
    order = turn.plan.program.matching.consent
    first = str(order[0]) if order else None
    count = move_all(conn, turn, Relationship, "approve", chosen, consent=first, answer_by=None)
    if first is None:
        agree(conn, turn, _mine(turn, RelationshipStatus.OFFERED) & Relationship.consent.is_(None))
    if count:
        _tell_left_over(conn, turn)
    return count


def _tell_left_over(conn: Connection, turn: Turn) -> None:
    """With the decision, those for whom nobody was found hear that they stay on the list; each once, and never before it."""
    listed = exists().where(
        Flag.participant_id == Participant.id, Flag.kind == Kind.UNMATCHED, Flag.cleared_on.is_(None)
    )
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    queue(
        conn, turn, select(Participant.id).where(here, listed.correlate(Participant)), "unmatched",
        ("participant", Participant.id, "unmatched"), participant=Participant.id,
    )  # fmt: skip


def reject(conn: Connection, turn: Turn, ids: Sequence[int] | None = None) -> int:
    """Turn proposals down; the people are looked after again in the next matching, never with each other.

    Named ones may be on their way already: their members are asked no more, and nobody is told why; where nobody is asked,
    those that have not begun. Without names, only what waits for the operator is meant. What was rejected before is not counted.
    """
    far = RelationshipStatus.OFFERED if turn.plan.program.matching.consent else RelationshipStatus.AGREED
    on_the_way = () if ids is None else (far,)
    chosen = _chosen(conn, turn, ids, (RelationshipStatus.PROPOSED, *on_the_way), (RelationshipStatus.REJECTED,))
    if ids is not None:
        asked = Ask.relationship_id.in_(select(Relationship.id).where(chosen))
        withdraw(conn, turn, asked, "the proposal was taken back")
    count = move_all(conn, turn, Relationship, "reject", chosen, closed_on=turn.today)
    seek_again(conn, turn, _ended_today(turn, RelationshipStatus.REJECTED), turn.today)
    return count


def agree(conn: Connection, turn: Turn, where: ColumnElement[bool]) -> int:
    """Everybody has said yes."""
    return move_all(conn, turn, Relationship, "accept", where, agreed_on=turn.today, consent=None, answer_by=None)


def to_ask(turn: Turn, role: str | None = None) -> ColumnElement[bool]:
    """Offers whose next role has not been asked yet."""
    whose = Relationship.consent.is_not(None) if role is None else Relationship.consent == role
    return _mine(turn, RelationshipStatus.OFFERED) & Relationship.answer_by.is_(None) & whose


def ask_consent(conn: Connection, turn: Turn, role: str) -> int:
    """Ask the members in the role whether they accept."""
    offered = to_ask(turn, role)
    answer_by = turn.plan.working_day(turn.plan.program.matching.expires.after(turn.today))
    key = f"{CONSENT}.{role}"
    members = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    columns = {
        "cohort_id": Relationship.cohort_id,
        "relationship_id": Relationship.id,
        "participant_id": Member.participant_id,
        "role": Member.role,
        "visit": number(0),
        "key": text(key),
        "occurrence": number(0),
        "form": text(CONSENT),
        "status": text(AskStatus.OPEN),
        "opened_on": day(turn.today),
        "due_on": day(answer_by),
        "closes_on": day(answer_by),
        "remind_on": add_days(day(answer_by), number(PROPOSAL_NUDGE.days)),
        "reminder": number(0),
    }
    insert_from(conn, Ask, columns, members.where(offered, Member.role == role))
    asked = select(Ask.id).join(Relationship, Relationship.id == Ask.relationship_id)
    queue(
        conn, turn, asked.where(offered, Ask.key == key), "proposal", ("ask", Ask.id, "open"),
        participant=Ask.participant_id, relationship=Ask.relationship_id, ask=Ask.id, about=key,
        expires_on=Ask.closes_on,
    )  # fmt: skip
    return changed(conn, update(Relationship).where(offered).values(answer_by=answer_by))


def unanswered(turn: Turn) -> ColumnElement[bool]:
    return _mine(turn, RelationshipStatus.OFFERED) & (Relationship.answer_by < turn.today)


def lapse(conn: Connection, turn: Turn) -> int:
    """Give up on proposals nobody answered in time. Who did not answer is left out of further matching; the others look again.

    Where mentees lead, mentors are asked by whoever finds them: a question that they let go by is no reason to leave them out.
    """
    over = Ask.relationship_id.in_(select(Relationship.id).where(unanswered(turn)))
    asks = (Ask.cohort_id == turn.cohort_id) & (Ask.status == AskStatus.OPEN) & over
    is_led = turn.plan.program.matching.objective is Objective.MENTEE_LED
    gone = asks & (Ask.role != Role.MENTOR) if is_led else asks
    _leave_out(conn, turn, exists().where(Ask.participant_id == Participant.id, gone).correlate(Participant))
    move_all(conn, turn, Ask, "expire", asks, remind_on=None)
    count = move_all(conn, turn, Relationship, "lapse", unanswered(turn), closed_on=turn.today)
    lapsed = _ended_today(turn, RelationshipStatus.LAPSED)
    seek_again(conn, turn, lapsed, turn.today, but=_was_silent(lapsed))
    return count


def _was_silent(lapsed: ColumnElement[bool]) -> ColumnElement[bool]:
    """Who was asked whether they want one of these, and let the time go by."""
    expired = (Ask.participant_id == Participant.id) & (Ask.status == AskStatus.EXPIRED)
    these = Ask.relationship_id.in_(select(Relationship.id).where(lapsed))
    return exists().where(expired, Ask.key.like(f"{CONSENT}.%"), these).correlate(Participant)


def _leave_out(conn: Connection, turn: Turn, silent: ColumnElement[bool]) -> None:
    """Who has nothing else in the cohort is withdrawn; a mentor who has other relationships keeps them, and gets no more."""
    kept = (
        select(func.count(Relationship.id.distinct()))
        .join(Member, Member.relationship_id == Relationship.id)
        .outerjoin(Closure, Closure.relationship_id == Relationship.id)
        .where(Member.participant_id == Participant.id, Relationship.cohort_id == turn.cohort_id)
        .where(
            or_(
                Relationship.status != RelationshipStatus.OFFERED,
                func.coalesce(Relationship.answer_by >= turn.today, true()),
            )
        )
        .where(or_(Relationship.status.in_(ENGAGED), Closure.planned))
        .correlate(Participant)
    )
    others, places = kept.scalar_subquery(), kept.where(Member.role == "mentor").scalar_subquery()
    here = (Participant.cohort_id == turn.cohort_id) & silent
    withdrawn: dict[str, Any] = {"withdrawn_on": turn.today, "withdrawn_why": "no_answer", "seeking_on": None}
    move_all(conn, turn, Participant, "withdraw", here & (others == 0), why="did not answer a proposal", **withdrawn)
    left = select(Participant.id).where(here, Participant.status == ParticipantStatus.WITHDRAWN).correlate(None)
    if turn.plan.program.alone_phases:
        end_with_a_word(conn, turn, Relationship.lead_id.in_(left), "no_answer")
    say_farewell(conn, turn, left)
    busy = here & (others > 0)
    note(conn, turn, Participant, "limit", busy, "did not answer a proposal")
    conn.execute(update(Participant).where(busy).values(capacity=places, seeking_on=None))


def decline(conn: Connection, turn: Turn, ids: Sequence[int]) -> int:
    """Somebody said no: without fault, and without a word to the other side."""
    chosen = _mine(turn, RelationshipStatus.OFFERED) & Relationship.id.in_(ids)
    count = move_all(conn, turn, Relationship, "decline", chosen, closed_on=turn.today)
    withdraw(conn, turn, Ask.relationship_id.in_(ids), "the proposal was declined")
    seek_again(conn, turn, _ended_today(turn, RelationshipStatus.DECLINED), turn.today)
    return count


def accept(conn: Connection, turn: Turn, ids: Sequence[int], role: str) -> int:
    """Pass the question on once all members of the role have accepted, or call it agreed after the last role."""
    order = [str(named) for named in turn.plan.program.matching.consent]
    missing = exists().where(
        Member.relationship_id == Relationship.id, Member.role == role, Member.accepted_on.is_(None)
    )
    complete = (
        _mine(turn, RelationshipStatus.OFFERED)
        & Relationship.id.in_(ids)
        & (Relationship.consent == role)
        & ~missing.correlate(Relationship)
    )
    following = order[order.index(role) + 1 :]
    if not following:
        return agree(conn, turn, complete)
    return changed(conn, update(Relationship).where(complete).values(consent=following[0], answer_by=None))


def seek_again(
    conn: Connection, turn: Turn, ended: ColumnElement[bool], seeking_on: date, but: ColumnElement[bool] | None = None
) -> int:
    """Mentees and peers of the relationships, `but` those, look for a new one, and so do all who were left over: a place has
    become free.

    That nobody was found for them stays with those who were left over, until they are matched: they come first. Whoever gets
    several mentors and has fewer was left over in the same way.
    """
    theirs = exists().where(
        Member.participant_id == Participant.id,
        Member.role != "mentor",
        Member.relationship_id.in_(select(Relationship.id).where(ended)),
    )
    looking = or_(theirs if but is None else theirs & ~but, _left_over()) & _may_look(turn)
    start = case((theirs, seeking_on), else_=turn.today)
    kept = case((theirs, None), else_=Participant.unmatched)
    return changed(conn, update(Participant).where(looking).values(seeking_on=start, unmatched=kept))


def look_again(conn: Connection, turn: Turn) -> int:
    """Like `seek_again`, where no relationship has ended: all who were left over look again."""
    waiting = _left_over() & _may_look(turn)
    return changed(conn, update(Participant).where(waiting).values(seeking_on=turn.today))


def _left_over() -> ColumnElement[bool]:
    return Participant.unmatched.is_not(None) & Participant.seeking_on.is_(None)


def _may_look(turn: Turn) -> ColumnElement[bool]:
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    return here & ~has_enough(turn) & ~needs_help()


def look_no_more(conn: Connection, turn: Turn, ended: ColumnElement[bool]) -> int:
    """Mentees who had fewer mentors than they could, and have come to the end of all that they had: they are through."""
    if not gets_several(turn):
        return 0
    theirs = exists().where(
        Member.participant_id == Participant.id,
        Member.role != "mentor",
        Member.relationship_id.in_(select(Relationship.id).where(ended)),
    )
    here = (Participant.cohort_id == turn.cohort_id) & Participant.unmatched.is_not(None)
    through = here & Participant.seeking_on.is_(None) & theirs & ~is_engaged()
    return changed(conn, update(Participant).where(through).values(unmatched=None))


def needs_help() -> ColumnElement[bool]:
    """Mentees who have asked in vain so often that they wait for the operator."""
    raised = exists().where(
        Flag.participant_id == Participant.id, Flag.kind == Kind.ASKED_IN_VAIN, Flag.cleared_on.is_(None)
    )
    return raised.correlate(Participant)


def _mine(turn: Turn, status: RelationshipStatus) -> ColumnElement[bool]:
    return (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == status)


def _ended_today(turn: Turn, status: RelationshipStatus) -> ColumnElement[bool]:
    return _mine(turn, status) & (Relationship.closed_on == turn.today)


def _chosen(
    conn: Connection, turn: Turn, ids: Sequence[int] | None, statuses: Collection[str], done: Collection[str]
) -> ColumnElement[bool]:
    """Those that may be decided about. Raises MentorflowError where one is neither such nor decided so already."""
    mine = (Relationship.cohort_id == turn.cohort_id) & Relationship.status.in_(statuses)
    if ids is None:
        return mine
    here = (Relationship.cohort_id == turn.cohort_id) & Relationship.id.in_(ids) & (Relationship.cycle == 1)
    status = {row.id: row.status for row in conn.execute(select(Relationship.id, Relationship.status).where(here))}
    if other := sorted(number for number in set(ids) if status.get(number) not in (*statuses, *done)):
        names = ", ".join(f"{code('R', one)}{f' ({status[one]})' if one in status else ''}" for one in other)
        raise MentorflowError(
            f"not proposed in cohort '{turn.cohort}': {names}; see: mentorflow match {shlex.quote(turn.cohort)}"
            + (f". What was agreed is ended by: {_WAY_OUT}" if set(status.values()) & {*_APPROVED} else "")
        )
    return mine & Relationship.id.in_(ids)


_WAY_OUT = "mentorflow close R-… --reason …, or before its start: mentorflow close --participant P-… --reason …"
