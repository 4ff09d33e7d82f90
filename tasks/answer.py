"""The one way in for responses, wherever they were collected: checked against the form, kept in versions, and their consequences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from programs.codes import code
from programs.errors import AnswerRefusedError
from programs.lifecycle import RUNNING, AskStatus, RelationshipStatus
from programs.plan import CONSENT, FOLLOW_UP, StepKind
from programs.spec import Form, Role, Then
from programs.survey import Answers, form_of, reflection_form, validate
from tasks import actions, cohorts, consequences, cycles, filled, goals, renamed, worries
from tasks.anchors import anchor_after
from tasks.asks import settle_asked
from tasks.contact import touch
from tasks.history import move_all
from tasks.models import Ask, Relationship, Response, Step
from tasks.passages import come_back
from tasks.sql import BATCH, insert_all
from tasks.sufficient import ask_again, suffices
from tasks.turn import Turn


class Outcome(StrEnum):
    TAKEN = "taken"
    UNCHANGED = "unchanged"
    """The same answers as before: nothing was written."""
    REFUSED = "refused"


@dataclass(frozen=True)
class Submission:
    """What somebody sends in for one ask."""

    ask_id: int
    answers: Mapping[str, object]
    by: str = "participant"


@dataclass(frozen=True)
class Received:
    """What became of a submission; `why` says why it was refused, without repeating an answer."""

    submission: Submission
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True)
class Accepted:
    """An answer that counts: what was asked of whom, and what they said."""

    ask: Row[Any]
    form: Form
    answers: Answers
    by: str
    before: Mapping[str, Any]
    """What they said until now."""


def take(conn: Connection, turn: Turn, submissions: Sequence[Submission]) -> list[Received]:
    """Take responses in the order given; a refused one stops none of the others. All that is taken is written at once."""
    received: list[Received] = []
    for start in range(0, len(submissions), BATCH):
        received += _take_batch(conn, turn, submissions[start : start + BATCH])
    return received


def form_for(turn: Turn, key: str, form_id: str, cycle: int = 1) -> Form:
    """The form of an ask, with what is asked by itself: a reflection's question about the next step.

    Of a later cycle than the first, with what is offered in it; that one would like another where none is left is taken as well.
    """
    step = turn.plan.by_key.get(key)
    if step is not None and step.kind is StepKind.REFLECT:
        return reflection_form(turn.plan.program, step.phase, cycle)
    return form_of(turn.plan.program, form_id)


def _take_batch(conn: Connection, turn: Turn, submissions: Sequence[Submission]) -> list[Received]:
    asks = _asks(conn, turn, [submission.ask_id for submission in submissions])
    latest = _latest(conn, list(asks))
    is_open = cohorts.is_open(conn, turn)
    received: list[Received] = []
    accepted: dict[int, Accepted] = {}
    rows: list[dict[str, Any]] = []
    for submission in submissions:
        ask = asks.get(submission.ask_id)
        try:
            _admit(turn, ask, is_open)
            assert ask is not None
            form = form_for(turn, ask.key, ask.form)
            answers = validate(form, Role(ask.role), submission.answers)
        except AnswerRefusedError as refusal:
            received.append(Received(submission, Outcome.REFUSED, str(refusal)))
            continue
        version, known = latest.get(ask.id, (0, None))
        if known == dict(answers):
            received.append(Received(submission, Outcome.UNCHANGED))
            continue
        if ask.key.startswith(f"{CONSENT}.") and (known is not None or ask.status == AskStatus.ANSWERED):
            decided = f"the proposal {code('R', ask.relationship_id)} has been answered already"
            received.append(Received(submission, Outcome.REFUSED, decided))
            continue
        latest[ask.id] = (version + 1, dict(answers))
        rows.append(_response(turn, ask.id, version + 1, answers, submission.by))
        before = accepted[ask.id].before if ask.id in accepted else known
        accepted[ask.id] = Accepted(ask, form, answers, submission.by, before or {})
        received.append(Received(submission, Outcome.TAKEN))
    insert_all(conn, Response, rows)
    _follow(conn, turn, list(accepted.values()))
    return received


def _asks(conn: Connection, turn: Turn, ids: Iterable[int]) -> dict[int, Row[Any]]:
    rows = conn.execute(
        select(
            Ask.id, Ask.key, Ask.form, Ask.role, Ask.status, Ask.step_id, Ask.participant_id, Ask.relationship_id,
            Ask.closes_on, Relationship.status.label("relationship"), Relationship.paused_on,
        )
        .join(Relationship, Relationship.id == Ask.relationship_id)
        .where(Ask.cohort_id == turn.cohort_id, Ask.id.in_(set(ids)))
    )  # fmt: skip
    return {row.id: row for row in rows}


def _latest(conn: Connection, ids: Sequence[int]) -> dict[int, tuple[int, dict[str, Any]]]:
    newest = select(Response.ask_id, func.max(Response.version).label("version")).where(Response.ask_id.in_(ids))
    last = newest.group_by(Response.ask_id).subquery()
    rows = conn.execute(
        select(Response.ask_id, Response.version, Response.answers).join(
            last, (last.c.ask_id == Response.ask_id) & (last.c.version == Response.version)
        )
    )
    return {row.ask_id: (row.version, row.answers) for row in rows}


def _admit(turn: Turn, ask: Row[Any] | None, cohort_is_open: bool) -> None:
    """Raise AnswerRefusedError unless an answer may still be given."""
    if ask is None:
        raise AnswerRefusedError(f"nothing was asked under this id in cohort '{turn.cohort}'")
    relationship = code("R", ask.relationship_id)
    if not cohort_is_open:
        raise AnswerRefusedError(f"cohort '{turn.cohort}' is closed; its records stand")
    if ask.key == FOLLOW_UP or ask.key.startswith(f"{CONSENT}."):
        pass
    elif ask.relationship == RelationshipStatus.LEFT:
        raise AnswerRefusedError(f"{code('P', ask.participant_id)} takes part no more; back again they are asked anew")
    elif ask.relationship == RelationshipStatus.CLOSED:
        raise AnswerRefusedError(f"{relationship} is closed; its summary record stands and takes no more answers")
    if ask.status == AskStatus.WITHDRAWN:
        raise AnswerRefusedError(f"this is no longer asked: {relationship} has moved on")
    as_of = ask.paused_on or turn.today
    if ask.status == AskStatus.EXPIRED or (ask.closes_on is not None and ask.closes_on < as_of):
        raise AnswerRefusedError(f"the time to answer was over on {ask.closes_on}")


def _response(turn: Turn, ask_id: int, version: int, answers: Answers, by: str) -> dict[str, Any]:
    return {
        "ask_id": ask_id,
        "version": version,
        "answers": dict(answers),
        "answered_on": turn.today,
        "received_at": turn.now,
        "by": by,
    }


def _follow(conn: Connection, turn: Turn, accepted: Sequence[Accepted]) -> None:
    """What answers bring about: the asks are answered, steps reached, contact noted, and what the program declares."""
    if not accepted:
        return
    enough = {one.ask.id for one in accepted if suffices(turn, one)}
    move_all(conn, turn, Ask, "answer", Ask.id.in_(enough), answered_on=turn.today, remind_on=None)
    live = {one.ask.relationship_id for one in accepted if one.ask.relationship in RUNNING}
    touch(conn, turn, sorted(live), turn.today)
    by_key: defaultdict[str, list[Accepted]] = defaultdict(list)
    for one in accepted:
        by_key[one.ask.key].append(one)
    for key, group in by_key.items():
        if key.startswith(f"{CONSENT}."):
            consequences.decide(conn, turn, group)
            continue
        goals.keep(conn, turn, group)
        actions.keep(conn, turn, group)
        filled.fill(conn, turn, key, group)
        worries.look_through(conn, turn, key, group)
        if key in turn.plan.by_key:
            _reach(conn, turn, key, [one for one in group if one.ask.id in enough], turn.today)
            renamed.follow(conn, turn, key, [one for one in group if one.ask.id in enough])
            consequences.follow(conn, turn, turn.plan.by_key[key], group)
        if cycles.asks_what_next(turn, key):
            cycles.decide(conn, turn, sorted({one.ask.relationship_id for one in group}))
    if short := [one for one in accepted if one.ask.id not in enough]:
        ask_again(conn, turn, short)
    deciding = {one.ask.relationship_id for one in accepted if _decides(turn, one.ask.key)}
    come_back(conn, turn, sorted(live - deciding), turn.today)


def _decides(turn: Turn, key: str) -> bool:
    """Whether answers there say themselves where to go: they are no contact that leads back besides."""
    step = turn.plan.by_key.get(key)
    return step is not None and any(one.then is Then.GO for one in step.consequences)


def _reach(conn: Connection, turn: Turn, key: str, group: Sequence[Accepted], today: date) -> None:
    steps = [one.ask.step_id for one in group]
    settle_asked(conn, turn, today, Step.id.in_(steps), only=key)
    consequences.pass_gate(conn, turn, turn.plan.by_key[key], [one.ask.participant_id for one in group])
    anchor_after(conn, turn, key, Step.relationship_id.in_([one.ask.relationship_id for one in group]))
