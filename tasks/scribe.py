"""Fills in the names that messages know, from rows that were read for a whole batch. Reads and sends nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from programs.codes import code
from programs.lifecycle import LIVE, RelationshipStatus
from programs.plan import Step, StepKind
from programs.render import Context, bullets, day_in_words
from programs.spec import Phase, Role, Then
from programs.survey import described, reflection_form
from programs.words import clock_time, reflowed
from tasks.settings import Settings
from tasks.turn import Turn

_ACQUAINTED = (RelationshipStatus.AGREED, *LIVE, RelationshipStatus.CLOSED)
"""From then on members know each other's addresses."""


@dataclass(frozen=True)
class Companion:
    """A member of the relationship that a mail is about."""

    relationship: int
    participant: int
    role: str
    left_on: date | None
    first_name: str
    last_name: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Scribe:
    """Fills in the names that messages know; see `programs.render.NAMES`."""

    turn: Turn
    settings: Settings
    members: Mapping[int, list[Companion]]
    next_steps: Mapping[int, str]
    questions: dict[tuple[str, str, str, bool, int], str] = field(default_factory=dict)
    """What a form asks of a role, with one other or several, in which cycle, is written out once per batch."""

    def context(self, row: Row[Any]) -> Context:
        program = self.turn.plan.program
        everybody = self.members.get(row.relationship_id, [])
        role = row.role or _role(row, everybody)
        step = self.turn.plan.by_key.get(row.subject_key or row.key or "")
        return {
            "program": {"title": program.title, "summary": program.summary or ""},
            "cohort": {"name": self.turn.cohort},
            "you": _you(row, role),
            "partner": self._partner(row),
            "relationship": self._relationship(row),
            "lead": self._lead(row, everybody),
            "phase": self._phase(row, step, role),
            "milestone": {"title": step.label if step and step.milestone else ""},
            "call": _call(row, step, self.turn.plan.timezone),
            "ask": self._ask(row, step, role),
            "proposal": {"reasons": _reasons(row.reasons), "answer_by": _day(row.answer_by)},
            "closure": {
                "reason": row.reason or row.ending_reason or "",
                "planned": self._planned(row),
                "next_step": self.next_steps.get(row.relationship_id, ""),
                "rematch": "yes" if row.rematch and row.seeking_on else "",
                "by": self._who(row.by or row.ending_by, everybody),
            },
            "feedback": {"link": self._link(row)},
            "silence": {"days": self._silent_days(row), "ends": self._silence_ends(row.phase)},
            "coordinator": {"name": self.settings.coordinator_name, "email": self.settings.coordinator_email},
        }

    def _planned(self, row: Row[Any]) -> str:
        return "yes" if (row.reason or row.ending_reason) in self.turn.plan.program.closure.planned_reasons else ""

    def _others(self, row: Row[Any]) -> Sequence[Companion]:
        everybody = self.members.get(row.relationship_id, [])
        others = [member for member in everybody if member.participant != row.participant_id]
        return [member for member in others if member.left_on is None] or others

    def _partner(self, row: Row[Any]) -> dict[str, str]:
        others = self._others(row)
        acquainted = row.status in _ACQUAINTED
        return {
            "first_name": _listed(member.first_name for member in others),
            "name": _listed(member.name for member in others),
            "email": ", ".join(member.email for member in others) if acquainted else "",
            "role": others[0].role if others else "",
        }

    def _relationship(self, row: Row[Any]) -> dict[str, str]:
        if row.relationship_id is None:
            return {}
        starts_on = row.started_on or self.turn.plan.starts_on
        return {
            "id": code("R", row.relationship_id),
            "starts_on": _day(self.turn.plan.working_day(starts_on)),
            "ends_on": _day(row.expected_end_on),
        }

    def _lead(self, row: Row[Any], everybody: Sequence[Companion]) -> dict[str, str]:
        turns = self.turn.plan.program.relationships.turns
        lead = next((member for member in everybody if member.participant == row.lead_id), None)
        if turns is None or lead is None:
            return {}
        return {"first_name": lead.first_name, "name": lead.name, "does": turns.title}

    def _phase(self, row: Row[Any], step: Step | None, role: str) -> dict[str, str]:
        phase = step.phase if step else self._phase_named(row.subject_key) or self._phase_named(row.phase)
        if phase is None:
            return {}
        items = next((items for named, items in phase.checklist.items() if named == role), ())
        return {
            "title": phase.label,
            "guide": reflowed(phase.guide or ""),
            "checklist": bullets(items),
            "ends_on": self._working_day(row.latest_on) if phase.id == row.phase else "",
        }

    def _working_day(self, on: date | None) -> str:
        return _day(self.turn.plan.working_day(on)) if on else ""

    def _phase_named(self, phase_id: str | None) -> Phase | None:
        return next((phase for phase in self.turn.plan.program.phases if phase.id == phase_id), None)

    def _ask(self, row: Row[Any], step: Step | None, role: str) -> dict[str, str]:
        program = self.turn.plan.program
        if row.ask_id is None or row.form not in program.forms:
            return {}
        link = self._link(row)
        return {
            "title": program.form_title(row.form),
            "intro": program.forms[row.form].intro or "",
            "questions": "" if link else self._questions(row, step, role),
            "due_on": _day(row.due_on),
            "closes_on": _day(row.closes_on),
            "link": link,
            **self._waited_for(row, step),
        }

    def _waited_for(self, row: Row[Any], step: Step | None) -> dict[str, str]:
        """Until when a phase waits for what it requires, and what then becomes of the relationship."""
        late = step.phase.overrun if step and step.phase.id == row.phase else None
        if late is None or late.then is Then.WAIT or row.closes_on is not None or row.overrun_on is None:
            return {}
        last_on = _day(max(row.overrun_on - timedelta(days=1), row.due_on or row.overrun_on))
        if late.then is Then.CLOSE:
            return {"ends_on": last_on}
        following = self._phase_named(late.to)
        return {"moves_on": last_on, "moves_to": following.label if following else ""}

    def _questions(self, row: Row[Any], step: Step | None, role: str) -> str:
        several = len(self._others(row)) > 1
        place = (row.key, row.form, role, several, row.cycle)
        if place not in self.questions:
            program = self.turn.plan.program
            reflects = step is not None and step.kind is StepKind.REFLECT
            form = reflection_form(program, step.phase, row.cycle) if step and reflects else program.forms[row.form]
            self.questions[place] = described(form, Role(role), several)
        return self.questions[place]

    def _link(self, row: Row[Any]) -> str:
        """Of the page of the ask that the mail belongs to; the same page shows the feedback once it is shared."""
        return f"{self.settings.answer_url}/{code('A', row.ask_id)}" if self.settings.answer_url and row.ask_id else ""

    def _silent_days(self, row: Row[Any]) -> str:
        last = row.last_contact_on or row.started_on
        return str((self.turn.today - last).days) if last else ""

    def _silence_ends(self, phase: str | None) -> str:
        ladder = self.turn.plan.program.silence
        closing = (rung for rung in ladder if rung.then is Then.CLOSE and (not rung.during or phase in rung.during))
        return "yes" if any(closing) else ""

    def _who(self, by: str | None, everybody: Sequence[Companion]) -> str:
        known = {"program": self.turn.plan.program.title, "operator": self.settings.coordinator_name}
        known |= {code("P", member.participant): member.name for member in everybody}
        return known.get(by, by) if by else ""


def _you(row: Row[Any], role: str) -> dict[str, str]:
    name = f"{row.first_name} {row.last_name}".strip()
    return {"first_name": row.first_name, "last_name": row.last_name, "name": name, "role": role}


def _role(row: Row[Any], everybody: Sequence[Companion]) -> str:
    """In the relationship, else the first of those they are enrolled in."""
    own = (member.role for member in everybody if member.participant == row.participant_id)
    return next(own, str(row.roles).partition(",")[0])


def _call(row: Row[Any], step: Step | None, zone: str) -> dict[str, str]:
    call = step.call if step else None
    if call is None:
        return {}
    minutes = str(call.minutes) if call.minutes else ""
    tasks = {"before": bullets(call.before), "after": bullets(call.after)}
    time = clock_time(call.time, zone) if call.time else ""
    return {"kind": call.kind, "on": _day(row.expires_on), "time": time, "minutes": minutes, **tasks}


def _reasons(reasons: Mapping[str, Any] | None) -> str:
    """What spoke for the pair, strongest first, without what only the coordinator reads."""
    criteria = [one for pair in (reasons or {}).get("pairs", ()) for one in pair.get("criteria", ())]
    telling = (one for one in criteria if one["points"] > 0 and one.get("told", True))
    counting = sorted(telling, key=lambda one: -one["points"])
    return bullets(dict.fromkeys(one["words"] for one in counting))


def _listed(names: Iterable[str]) -> str:
    known = [name for name in names if name]
    return " and ".join(filter(None, (", ".join(known[:-1]), known[-1]))) if known else ""


def _day(value: date | None) -> str:
    return day_in_words(value) if value else ""
