"""The virtual calendar of a rehearsal: on some days the program runs, in between people answer, meet and fall silent, and the operator steps in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, Engine

from flows.demo.operator import Operator
from flows.demo.replies import Occasion, accepts, failing, fill, occasion, passing
from flows.demo.sayings import REMARKS
from flows.demo.temper import USUAL, Person, Relation, drawn
from programs.plan import CONSENT, Plan
from programs.spec import Form, Objective, Role
from tasks import actions, answer, cohorts, day, meetings, scene
from tasks.agenda import CHANGING
from tasks.db import reading, transaction
from tasks.turn import Done, Turn

RunDay = Callable[[date], Sequence[Done]]
"""Runs the cohort's compiled flow for a virtual day and says what it did."""

RUNS_ON = frozenset({0})
"""Weekdays on which the rehearsal runs the cohort: Mondays. What has come due in between is done then, once."""

NOT_YET = 1 / 6
"""How many do not know enough at their first try, where only some answers are good enough."""

REMARKED, GIVEN_UP = 0.3, 0.01
"""How many items of action plans get a remark when they are done; how many are given up in a week."""

ANOTHER_TRY = timedelta(days=4)

LIMIT = 900
"""Days after which a rehearsal gives up: a program that has not ended by then does not end by itself."""


@dataclass
class Rehearsal:
    """One cohort in rehearsal."""

    engine: Engine
    cohort: str
    seed: int
    first_on: date
    run_day: RunDay
    planned: defaultdict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Day → asks that will be answered on it."""
    seen: int = 0
    """The newest ask that has been noticed."""
    tried: set[int] = field(default_factory=set)
    """Asks that were answered once, not well enough."""
    limit: int = LIMIT
    calm_after: date = date.max
    """From then on little is due, and the cohort is run every other week."""

    def days(self) -> Iterator[tuple[date, Sequence[Done]]]:
        """Live through the cohort, day by day, until it is closed; yields what each run did."""
        operator = Operator(self.engine, self.seed)
        for offset in range(self.limit):
            today = self.first_on + timedelta(days=offset)
            if offset == 0 or today.weekday() in RUNS_ON:
                if offset == 0 or (self._has_a_run(today) and self._is_anything_due(today)):
                    done = self.run_day(today)
                    self._notice(today)
                    yield today, done
                    if self._is_closed():
                        return
                self._meet(today)
                operator.act(self.turn(today))
            self._answer(today)

    def turn(self, today: date) -> Turn:
        """The cohort on a virtual day."""
        with reading(self.engine) as conn:
            return cohorts.turn(conn, self.cohort, today, noon(today), by="demo")

    def _has_a_run(self, today: date) -> bool:
        return today <= self.calm_after or (today - self.first_on).days // 7 % 2 == 0

    def _is_anything_due(self, today: date) -> bool:
        """A cohort that is deployed runs all the same, and ends at once; a rehearsal passes over such days."""
        turn = self.turn(today)
        return any(day.due(self.engine, turn, stage) for stage in CHANGING)

    def _is_closed(self) -> bool:
        with reading(self.engine) as conn:
            return cohorts.find(conn, self.cohort).closed_on is not None

    def _notice(self, today: date) -> None:
        """Everybody who has been asked something decides when they will answer, or that they never will."""
        with reading(self.engine) as conn:
            fresh = scene.asks_after(conn, self.turn(today).cohort_id, self.seen)
        for asked in fresh:
            self.seen = max(self.seen, asked.id)
            alone = asked.started_on is None and not asked.key.startswith(f"{CONSENT}.")
            days = Person(self.seed, asked.participant_id).days_until_answer(f"{asked.key}/{asked.occurrence}", alone)
            if days is not None:
                self.planned[today + timedelta(days=days)].append(asked.id)

    def _answer(self, today: date) -> None:
        """Those who meant to answer today do, unless their relationship has fallen silent."""
        ids = self.planned.pop(today, [])
        if not ids:
            return
        turn = self.turn(today)
        with transaction(self.engine, turn.cohort_id) as conn:
            submissions = [one for asked in scene.asks(conn, ids) if (one := self._submission(turn, asked)) is not None]
            _must_be_taken(answer.take(conn, turn, submissions))
            again = [asked.id for asked in scene.asks(conn, [one.ask_id for one in submissions]) if asked.is_open]
        self.planned[today + ANOTHER_TRY].extend(again)

    def _submission(self, turn: Turn, asked: scene.Asked) -> answer.Submission | None:
        person, relation = Person(self.seed, asked.participant_id), Relation(self.seed, asked.relationship_id)
        too_late = asked.closes_on is not None and asked.closes_on < turn.today
        if not asked.is_open or too_late:
            return None
        form = answer.form_for(turn, asked.key, asked.form, asked.cycle)
        if asked.key.startswith(f"{CONSENT}."):
            return answer.Submission(asked.id, accepts(form, person, relation, _is_asked(turn, asked)))
        moment = _moment(turn, asked)
        if relation.is_quiet(asked.started_on, turn.today) and not (moment.decides and relation.can_be_reached):
            return None
        given = fill(form, Role(asked.role), relation, person, turn.today, moment)
        self._examine(turn, asked, form, given)
        return answer.Submission(asked.id, given) if given else None

    def _examine(self, turn: Turn, asked: scene.Asked, form: Form, given: dict[str, object]) -> None:
        """Where only some answers are good enough, a few need a second try."""
        step = turn.plan.by_key.get(asked.key)
        wanted = step.milestone.passes if step and step.milestone else None
        question = form.question(wanted.question) if wanted else None
        if wanted is None or question is None or not question.asked_of(Role(asked.role)):
            return
        chance = drawn(self.seed, "passes", asked.id)
        short = failing(question, wanted.answer, chance) if chance.random() < NOT_YET else None
        if short is not None and asked.id not in self.tried:
            self.tried.add(asked.id)
            given[question.id] = short
        else:
            given[question.id] = passing(question, wanted.answer, given.get(question.id))

    def _meet(self, today: date) -> None:
        """Meetings since the last run are logged, and here and there an item of the checklist is ticked."""
        turn = self.turn(today)
        with transaction(self.engine, turn.cohort_id) as conn:
            running, usual = scene.running(conn, turn.cohort_id), _usual(turn.plan)
            held = [
                meetings.Held(one.id, held_on, minutes)
                for one in running
                for held_on, minutes in Relation(self.seed, one.id).meets_on(
                    one.started_on, one.last_meeting_on, today, usual
                )
                if held_on >= one.started_on
            ]
            meetings.log_meetings(conn, turn, held)
            self._tick(conn, turn, running)
            self._finish(conn, turn, running)

    def _tick(self, conn: Connection, turn: Turn, running: Sequence[scene.Running]) -> None:
        diligent = [
            one.id
            for one in running
            if not one.has_ticked
            and (of := Relation(self.seed, one.id)).looks_at_the_list(one.entered_on, turn.today)
            and not of.is_quiet(one.started_on, turn.today)
        ]
        meetings.tick_all(conn, turn, scene.checklists(conn, turn, diligent))

    def _finish(self, conn: Connection, turn: Turn, running: Sequence[scene.Running]) -> None:
        """Items of action plans are done some weeks after they were written down; some never are, and a few are given up."""
        started = {one.id: one.started_on for one in running}
        ready: list[int] = []
        for item in scene.open_items(conn, turn.cohort_id):
            of = Relation(self.seed, item.relationship)
            if item.relationship not in started or of.is_quiet(started[item.relationship], turn.today):
                continue
            chance = drawn(self.seed, "remark", item.id, turn.today)
            if of.will_have_done(item.id, item.set_on, turn.today):
                ready.append(item.id)
                if chance.random() < REMARKED:
                    remark = chance.choice(REMARKS)
                    actions.comment(conn, turn, item.relationship, item.number, remark, item.participant)
            elif chance.random() < GIVEN_UP:
                actions.drop(conn, turn, item.relationship, item.number)
        actions.finish_all(conn, turn, ready)


def _moment(turn: Turn, asked: scene.Asked) -> Occasion:
    days = (turn.today - asked.started_on).days if asked.started_on else 0
    return occasion(turn.plan, turn.plan.by_key.get(asked.key), days)


def _usual(plan: Plan) -> int:
    """Days from one meeting to the next: as often as the program expects, and at least every two weeks."""
    expected = [step.milestone for step in plan.steps if step.milestone and step.expect and step.expect.meeting]
    every = [one.every.days for one in expected if one.every and one.every.days]
    return min([USUAL, *every])


def _is_asked(turn: Turn, asked: scene.Asked) -> bool:
    """Whether a mentee has chosen to ask this mentor."""
    return turn.plan.program.matching.objective is Objective.MENTEE_LED and asked.role == Role.MENTOR


def _must_be_taken(received: Sequence[answer.Received]) -> None:
    """Made-up people only give answers that their forms accept; anything else is a fault of ours."""
    for one in received:
        if one.outcome is answer.Outcome.REFUSED:
            raise RuntimeError(f"a made-up answer to ask {one.submission.ask_id} was refused: {one.why}")


def noon(day: date) -> datetime:
    """The instant that stands for a virtual day in the books."""
    return datetime.combine(day, time(12), UTC)
