"""Which ask a row of a sheet answers: the one it names, or the only one it can mean. Where it can mean several, it is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from programs.codes import code, number
from programs.errors import AnswerRefusedError, NotFoundError, Problem
from programs.lifecycle import AskStatus
from programs.spec import Role
from programs.survey import Answers, form_of, validate
from tasks import inbox
from tasks.answer import Submission, form_for
from tasks.inbox import AskRow
from tasks.roster.addresses import read_address
from tasks.roster.entries import Column, Findings, Place
from tasks.roster.values import Refused
from tasks.turn import Turn


@dataclass(frozen=True)
class Written:
    """A row of a sheet: what it says of the ask that it answers, by the name of the column, and the answers."""

    place: Place
    says: Mapping[str, str]
    columns: Mapping[str, Column]
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """A row of the sheet, and the ask it answers."""

    place: Place
    submission: Submission


@dataclass(frozen=True)
class Addressed:
    """All rows: those that answer an ask, what is wrong with the others, and what deserves a look."""

    sent: Sequence[Sent]
    problems: Sequence[Problem]
    notes: Sequence[Problem]


def address(conn: Connection, turn: Turn, rows: Sequence[Written], form: str | None) -> Addressed:
    """`form` counts where no column says which."""
    asks, findings = _Asks(conn, turn), Findings()
    meant: list[tuple[Written, Sequence[AskRow]]] = []
    for row in rows:
        try:
            meant.append((row, asks.that_can_be_meant(row, form)))
        except _UnsaidError as error:
            findings.refuse(row.place, row.columns.get(error.column), str(error))
        except NotFoundError as error:
            findings.refuse(row.place, None, str(error))
    past = _Past(conn, turn, [one for _, several in meant if len(several) > 1 for one in several])
    by_ask: defaultdict[int, list[Written]] = defaultdict(list)
    for row, several in meant:
        one = several[0] if len(several) == 1 else _decided(row, several, past, findings)
        if one is not None:
            by_ask[one.id].append(row)
    sent = [
        Sent(row.place, Submission(ask, row.answers, by="operator"))
        for ask, said in by_ask.items()
        for row in _only(ask, said, findings)
    ]
    problems = [problem for found in findings.rows.values() for problem in found]
    return Addressed(sorted(sent, key=lambda one: one.place), problems, findings.notes)


class _UnsaidError(Exception):
    """A cell that has to say something is empty."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__("the cell is empty; it says which ask the row answers")


class _Asks:
    """What was asked in a cohort and can be answered, by what a row can say of it."""

    def __init__(self, conn: Connection, turn: Turn) -> None:
        self.cohort, self.program = turn.cohort, turn.plan.program
        self.by_id = {ask.id: ask for ask in inbox.all_asks(conn, turn.cohort_id)}
        self.by_form: defaultdict[tuple[str, str], list[AskRow]] = defaultdict(list)
        for ask in self.by_id.values():
            if ask.status != AskStatus.WITHDRAWN:
                self.by_form[ask.email_key, ask.form].append(ask)

    def that_can_be_meant(self, row: Written, form: str | None) -> Sequence[AskRow]:
        """Raises NotFoundError where there is none."""
        says = row.says
        if not says.get("ask"):
            return self._of_person(says, form)
        ask = self.by_id.get(number(says["ask"], "A"))
        if ask is None:
            raise NotFoundError(f"nothing was asked under the id {says['ask']} in cohort '{self.cohort}'")
        self._agree(ask, says, form)
        return [ask]

    def _of_person(self, says: Mapping[str, str], form: str | None) -> Sequence[AskRow]:
        wanted = says.get("form") or form or ""
        _must_say(says, wanted)
        form_of(self.program, wanted)
        found, where = self.by_form[_key(says["email"]), wanted], ""
        if says.get("relationship"):
            relationship = number(says["relationship"], "R")
            where = f" in {code('R', relationship)}"
            found = [ask for ask in found if ask.relationship_id == relationship]
        if not found:
            raise NotFoundError(f"{says['email']} has not been asked for '{wanted}'{where}")
        return found

    def _agree(self, ask: AskRow, says: Mapping[str, str], form: str | None) -> None:
        """What else a row says of the ask that it names has to be true: an id is easily mistyped or put in the wrong row."""
        wanted = says.get("form") or form
        if says.get("email") and _key(says["email"]) != ask.email_key:
            raise NotFoundError(f"{ask.code} was asked of {ask.email}, not of {says['email']}")
        if wanted and wanted != ask.form:
            raise NotFoundError(f"{ask.code} asks for '{ask.form}', not for '{wanted}'")
        if says.get("relationship") and number(says["relationship"], "R") != ask.relationship_id:
            here = code("R", ask.relationship_id)
            raise NotFoundError(f"{ask.code} was asked in {here}, not in {says['relationship']}")


def _must_say(says: Mapping[str, str], form: str) -> None:
    if "email" not in says or not (form or "form" in says):
        raise _UnsaidError("ask")
    if not says["email"]:
        raise _UnsaidError("email")
    if not form:
        raise _UnsaidError("form")


def _key(address: str) -> str:
    try:
        return read_address(address, test=True).key
    except Refused as error:
        raise NotFoundError(error.message) from None


class _Past:
    """What was said to asks of which a row can mean one or another, and who they are about."""

    def __init__(self, conn: Connection, turn: Turn, asks: Sequence[AskRow]) -> None:
        ids = sorted({ask.id for ask in asks})
        self.conn, self.turn = conn, turn
        self.said, self.asked_at = inbox.said(conn, ids), inbox.asked_at(conn, ids)

    def is_said(self, ask: AskRow, row: Written) -> bool:
        return ask.id in self.said and self.said[ask.id].answers == _read(self.turn, ask, row)

    def follows(self, later: AskRow, answered: AskRow) -> bool:
        """Whether one was asked when the other had been answered already, so that the row may be older than it."""
        said, at = self.said[answered.id], self.asked_at.get(later.id)
        return later.opened_on >= said.answered_on if at is None else at >= said.received_at

    def named(self, ask: AskRow) -> str:
        others = [name for who, name in self._members.get(ask.relationship_id, {}).items() if who != ask.participant_id]
        whom = f" with {', '.join(others)}" if others else ""
        due = f", due {ask.due_on}" if ask.due_on else ""
        return f"{ask.code}{whom} in {code('R', ask.relationship_id)}{due}"

    @cached_property
    def _members(self) -> dict[int, dict[int, str]]:
        return inbox.members(self.conn, self.turn.cohort_id)


def _read(turn: Turn, ask: AskRow, row: Written) -> Answers | None:
    try:
        return validate(form_for(turn, ask.key, ask.form), Role(ask.role), row.answers)
    except AnswerRefusedError:
        return None


def _decided(row: Written, asks: Sequence[AskRow], past: _Past, findings: Findings) -> AskRow | None:
    """The only open one; but what was answered in the same words before that was asked is the same row once more."""
    waiting = [ask for ask in asks if ask.status == AskStatus.OPEN]
    known = [
        ask
        for ask in asks
        if past.is_said(ask, row) and all(past.follows(other, ask) for other in waiting if other is not ask)
    ]
    if known:
        if since := [past.named(ask) for ask in waiting if ask is not known[-1]]:
            why = f"these answers are known already, from {past.named(known[-1])}"
            findings.note(row.place, None, why, f"if they are for what was asked since, name it: {'; '.join(since)}")
        return known[-1]
    if len(waiting) == 1:
        return waiting[0]
    who, form, listed = asks[0].email, asks[0].form, "; ".join(past.named(ask) for ask in waiting or asks)
    how = "write its A-… in a column `ask`"
    if len({ask.relationship_id for ask in waiting or asks}) > 1:
        how += ", or its R-… in a column `relationship`"
    if waiting:
        findings.refuse(row.place, None, f"{who} has {len(waiting)} open asks of '{form}': {listed}", how)
    else:
        why = f"{who} was asked for '{form}' {len(asks)} times, and none of these is open: {listed}"
        findings.refuse(row.place, None, why, f"to change one, {how}")
    return None


def _only(ask: int, rows: Sequence[Written], findings: Findings) -> Sequence[Written]:
    """No row counts more than another: where several answer the same, none does."""
    if len(rows) == 1:
        return rows
    lines = ", ".join(str(row.place.line) for row in rows)
    for row in rows:
        why = f"{code('A', ask)} is answered by {len(rows)} rows (lines {lines})"
        findings.refuse(row.place, None, why, "keep the one that counts")
    return ()
