"""How one relationship, one participant and one thing asked are told on a screen."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flows.cli import console, questions
from flows.cli.attention import as_data, tell_needs
from flows.cli.why import by_name, tell_why_alone, tell_why_together
from programs.codes import code
from programs.lifecycle import ALONE, LIVE, AskStatus, GoalStatus
from programs.plan import Plan
from programs.spec import Question, QuestionType
from programs.summary.layout import words_of
from programs.survey import next_step_words
from tasks.facts import lived
from tasks.inbox import AskRow
from tasks.people import full_name
from tasks.story import ParticipantStory, RelationshipStory
from tasks.wording import about


def tell_relationship(found: RelationshipStory, plan: Plan, json: bool, names: Mapping[str, str]) -> None:
    """Where it stands, who is in it, its steps, and its history. `names` of those whom its reasons mention, by P-…"""
    if json:
        console.as_json(
            {
                **_record(found.row, "R"),
                **_lived(found, plan),
                "needs": [as_data(one) for one in found.needs],
                **_parts(found, ("members", "steps", "asks", "goals", "actions", "meetings", "history")),
                "carried_on_by": code("R", found.carried_on_by) if found.carried_on_by else None,
            }
        )
        return
    row = found.row
    console.say(f"{code('R', row.id)} in {found.cohort}: {row.status}{_where(found, plan)}")
    for member in found.members:
        name = full_name(member.first_name, member.last_name)
        console.say(
            f"  {member.role:<8} {code('P', member.participant_id)}  {name} <{member.email}>{_turn(member, found, plan)}"
        )
    _cycles(found)
    _dates(row, found, plan)
    members = {code("P", one.participant_id): full_name(one.first_name, one.last_name) for one in found.members}
    tell_why_together(row.reasons, {**names, **members})
    if found.steps:
        console.say("")
        _steps(found.steps, plan)
    _lists(found, plan, members)
    _history(found.history, plan, members)


def _steps(steps: Iterable[Any], plan: Plan) -> None:
    days = ("opens_on", "due_on", "settled_on")
    rows = [
        (_step(one, plan), one.status, *(_day(getattr(one, day)) for day in days), "yes" if one.required else "")
        for one in steps
    ]
    console.table(("step", "status", "opens", "due", "settled", "required"), rows)


def _turn(member: Any, found: RelationshipStory, plan: Plan) -> str:
    """Beside a name: that they have left, or that it is their turn."""
    if member.left_on is not None:
        return f", left on {member.left_on}"
    turns = plan.program.relationships.turns
    if turns is None or found.closure is not None or member.participant_id != found.row.lead_id:
        return ""
    return f", {turns.title} next"


def tell_participant(
    found: ParticipantStory, plan: Plan, json: bool, ahead: Sequence[tuple[str, date]], names: Mapping[str, str]
) -> None:
    """Who they are here, what they are in, and what is asked of them. `names` as for `tell_relationship`."""
    if json:
        known = _parts(found, ("gates", "relationships", "asks", "history"))
        console.as_json({**_record(found.row, "P"), "needs": [as_data(one) for one in found.needs], **known})
        return
    row = found.row
    name = full_name(row.first_name, row.last_name)
    console.say(
        f"{code('P', row.id)} in {found.cohort}: {name} <{row.email}>, {row.roles.replace(',', ' and ')}, {row.status}"
    )
    if row.withdrawn_on:
        console.say(f"  left on {row.withdrawn_on}: {words_of(row.withdrawn_why or 'no reason given')}")
    titles = {gate.id: gate.label for gate in plan.program.enrollment.gates}
    for gate in found.gates:
        console.say(f"  passed “{titles.get(gate.gate, words_of(gate.gate))}” on {gate.passed_on}")
    for title, since in ahead:
        console.say(f"  stands before “{title}” since {since}")
    if row.seeking_on:
        console.say(f"  looks for a mentor from {row.seeking_on}")
    tell_why_alone(row.unmatched, names)
    tell_needs(found.needs)
    for one in found.relationships:
        alone = one.status in ALONE
        what = f"getting ready as {one.role}" if alone else f"{one.role} in {code('R', one.id)}"
        phase = f", in {plan.program.phase(one.phase).label}" if one.phase and one.status in (*LIVE, *ALONE) else ""
        console.say(f"  {what}: {one.status}{phase}")
    _asks(found.asks, plan, {code("P", row.id): name})
    _history(found.history, plan, {code("P", row.id): name})


def tell_ask(cohort: str, one: AskRow, title: str, asked: Sequence[Question], json: bool) -> None:
    """What was asked of whom, in which questions, and what takes the answer."""
    relationship, participant = code("R", one.relationship_id), code("P", one.participant_id)
    if json:
        console.as_json(
            {
                "ask": one.code, "cohort": cohort, "form": one.form, "key": one.key, "status": one.status, "role": one.role,
                "email": one.email, "participant": participant, "relationship": relationship,
                "opened_on": one.opened_on, "due_on": one.due_on, "questions": questions.data(asked),
            }
        )  # fmt: skip
        return
    name = full_name(one.first_name, one.last_name)
    console.say(
        f"{one.code} in {cohort}: “{title}”, asked of {name} <{one.email}>, {one.status}",
        f"  {participant}, {one.role} in {relationship}",
        f"  since {one.opened_on}" + (f", due {one.due_on}" if one.due_on else ""),
    )
    questions.tell(asked)
    if one.status in (AskStatus.OPEN, AskStatus.ANSWERED):
        how = f"mentorflow answer {shlex.quote(cohort)} --file SHEET, with {one.code} in its column `ask`"
        console.say(f"An answer {'that changes it ' if one.status == AskStatus.ANSWERED else ''}is taken by: {how}")


def _where(found: RelationshipStory, plan: Plan) -> str:
    row = found.row
    if found.closure is not None:
        planned = "as planned" if found.closure.planned else "early"
        return f" on {found.closure.closed_on}, {planned}, by {found.closure.by}: {words_of(found.closure.reason)}"
    if row.phase is None:
        return f", waits for the {row.consent} until {row.answer_by}" if row.consent and row.answer_by else ""
    return f", in {plan.program.phase(row.phase).label} since {_entered_on(found, plan)}"


def _entered_on(found: RelationshipStory, plan: Plan) -> date | None:
    """The day on which people came to the present phase: a pause moves the days ahead, and not that one."""
    until = found.closure.closed_on if found.closure is not None else date.max
    entered = {one.visit: one.entered_on for one in lived(plan, found.passages, until)}
    return entered.get(found.row.visit)


def _dates(row: Any, found: RelationshipStory, plan: Plan) -> None:
    told = {
        "proposed": row.proposed_on, "started": plan.working_day(row.started_on) if row.started_on else None,
        "phase until": plan.working_day(row.latest_on) if row.latest_on else None, "paused since": row.paused_on,
        "expected end": row.expected_end_on, "last contact": row.last_contact_on,
        "last meeting": found.meetings[-1].held_on if found.meetings else None,
    }  # fmt: skip
    console.say(*(f"  {what:<14} {day}" for what, day in told.items() if day))


def _cycles(found: RelationshipStory) -> None:
    """The link to the cycle before and the one after, and what everybody chose."""
    if found.row.previous_id:
        console.say(f"  carries on {code('R', found.row.previous_id)}, as cycle {found.row.cycle}")
    if found.carried_on_by:
        console.say(f"  carried on by {code('R', found.carried_on_by)}")
    elif found.row.decided_next:
        console.say(f"  chosen by everybody: {next_step_words(found.row.decided_next)}")


def _lists(found: RelationshipStory, plan: Plan, members: Mapping[str, str]) -> None:
    _asks(found.asks, plan, members)
    asked = (each for form in plan.program.forms.values() for each in form.questions)
    questions = {each.id: each.ask for each in asked if each.type is QuestionType.GOAL}
    for goal in found.goals:
        named = members.get(code("P", goal.participant_id)) if goal.participant_id else None
        whose = "the relationship" if goal.of == "relationship" else named
        title = f" “{questions[goal.key]}”" if goal.key in questions else ""
        console.say(f"  goal '{goal.key}'{f' of {whose}' if whose else ''}{title}: {_goal(goal)}")
    if found.actions:
        counts = ", ".join(f"{one.items} {one.status}" for one in found.actions)
        console.say(f"  action plan: {counts}; see: mentorflow actions {code('R', found.row.id)}")
    tell_needs(found.needs)


def _goal(goal: Any) -> str:
    """What became of it, and how far it is, once anybody has said so."""
    status = str(goal.status).replace("_", " ")
    if goal.said_on is not None or goal.progress:
        return f"{status}, {goal.progress} %"
    return {
        GoalStatus.OPEN: f"{status}, nobody has said yet how far it is",
        GoalStatus.NOT_REACHED: "how far it got was not said",
    }.get(goal.status, status)


def _asks(asks: Sequence[Any], plan: Plan, names: Mapping[str, str]) -> None:
    waiting = [ask for ask in asks if ask.status == "open"]
    if waiting:
        console.say("", "Open forms:")
        rows = [
            (code("A", ask.id), about(ask.key, plan), _named(ask, names), _day(ask.opened_on), _day(ask.due_on))
            for ask in waiting
        ]
        console.table(("ask", "form", "who", "since", "due"), rows)


def _named(ask: Any, names: Mapping[str, str]) -> str:
    who = code("P", ask.participant_id)
    return f"{who} {names[who]}" if who in names else who


def _history(rows: Sequence[Any], plan: Plan, names: Mapping[str, str]) -> None:
    """Reasons and people in words: the ids of reasons, and P-… without a name, tell an operator little."""
    console.say("", "History:")
    reasons = {one: words_of(one) for one in plan.program.closure.reasons}
    for row in rows:
        why = by_name(reasons.get(row.why, row.why), lambda who: names.get(who, who)) if row.why else ""
        console.say(f"  {row.happened_on}  {row.event}{f': {why}' if why else ''} (by {row.by})")


def _step(step: Any, plan: Plan) -> str:
    return about(step.key, plan) + (f" {step.occurrence}" if step.occurrence else "")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _lived(found: RelationshipStory, plan: Plan) -> dict[str, Any]:
    """The days of its calendar as people live them: what falls on a weekend comes when the program says."""
    row, told = found.row, ("started_on", "ends_on", "latest_on")
    days = {name: plan.working_day(day) if (day := row._mapping[name]) else None for name in told}
    return days | {"entered_on": _entered_on(found, plan)}


def _parts(found: Any, names: Iterable[str]) -> dict[str, Any]:
    lists = {name: [_record(row, _OWN.get(name)) for row in getattr(found, name)] for name in names}
    return {"cohort": found.cohort, **lists}


_CODED = {
    "relationship_id": "R",
    "participant_id": "P",
    "previous_id": "R",
    "lead_id": "P",
    "led_by": "P",
    "ask_id": "A",
}
_OWN = {"relationships": "R", "asks": "A"}
_NOUNS = {"R": "relationship", "P": "participant", "A": "ask"}
_UNTOLD = ("id", "cohort_id", "person_id", "step_id", "goal_id", "noun", "noun_id")
"""Numbers by which nothing can be called up."""


def _record(row: Any, own: str | None = None) -> dict[str, Any]:
    """A row with the codes that people can paste: its own, where it has one, and those of what it belongs to."""
    values = row._mapping
    told: dict[str, Any] = {_NOUNS[own]: code(own, values["id"])} if own else {}
    for name, value in values.items():
        if kind := _CODED.get(name):
            told[name.removesuffix("_id")] = code(kind, value) if value else None
        elif name not in _UNTOLD:
            told[name] = value
    return told
