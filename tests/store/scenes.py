"""Scenes from the life of a cohort, for tests of the engine: people, the days they live through, and what they answer.

The program is `tandem` unless another is named. Mentee n is best matched with mentor n, and shares a topic with every mentor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from programs.codes import code
from programs.library import load
from programs.lifecycle import AskStatus, RelationshipStatus
from programs.plan import make
from programs.spec import Form, Program, Question, QuestionType, Role
from tasks import cohorts, meetings, offers
from tasks.answer import Received, Submission, form_for, take
from tasks.day import advance
from tasks.db import reading, transaction
from tasks.models import Ask, Base, Member, Message, Participant, Person, Relationship, Step
from tasks.participants import standing
from tasks.turn import Done, Turn
from tests.store.copies import keep, restored, warmed

START = date(2027, 3, 1)
"""A Monday."""
ENROLLED = date(2027, 2, 15)
DECLARATIONS = Path(__file__).resolve().parent.parent / "declarations" / "valid"
ANSWERS: Mapping[QuestionType, Any] = {
    QuestionType.TEXT: "a few words",
    QuestionType.LONG_TEXT: "quite a few words",
    QuestionType.YES_NO: True,
    QuestionType.SCALE: 4,
    QuestionType.NUMBER: 3,
    QuestionType.DATE: "2027-05-01",
    QuestionType.GOAL: "Lead a meeting",
    QuestionType.PROGRESS: 60,
    QuestionType.ACTIONS: ["Write it down", "by 2027-05-01: Ask somebody"],
}


def day(count: int) -> date:
    """So many days after the cohort's first day."""
    return START + timedelta(days=count)


@lru_cache(maxsize=4)
def declared(name: str) -> Program:
    """A program of the test declarations, or a shipped one."""
    own = DECLARATIONS / f"{name}.yaml"
    return load(own if own.exists() else name)


def tandem(change: Callable[[dict[str, Any]], object] | None = None) -> Program:
    """The small program, with something declared otherwise."""
    program = declared("tandem")
    if change is None:
        return program
    data = program.model_dump(mode="json", by_alias=True)
    change(data)
    return Program.model_validate(data)


def milestone(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The declaration of a milestone, to be changed."""
    return next(one for phase in data["phases"] for one in phase["milestones"] if one["id"] == name)


@dataclass
class Scene:
    """A cohort and the day it has come to."""

    engine: Engine
    base: Turn
    today: date = ENROLLED
    mentees: list[int] = field(default_factory=list)
    mentors: list[int] = field(default_factory=list)

    def turn(self, today: date | None = None) -> Turn:
        today = today or self.today
        now = datetime(today.year, today.month, today.day, 8, tzinfo=UTC)
        return Turn(self.base.cohort_id, self.base.cohort, self.base.plan, today, now)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with transaction(self.engine, self.base.cohort_id) as conn:
            yield conn

    def on(self, today: date) -> list[Done]:
        """Run the cohort on that day, however long it has been."""
        self.today = today
        return advance(self.engine, self.turn())

    def through(self, last: date) -> list[Done]:
        """Run the cohort on every day up to and including the last."""
        done: list[Done] = []
        while self.today < last:
            done += self.on(self.today + timedelta(days=1))
        return done

    def rows(self, table: type[Base], *where: Any, **equal: Any) -> Sequence[Any]:
        columns = table.__table__
        query = select(columns).where(*where).order_by(columns.c.id)
        for name, value in equal.items():
            query = query.where(columns.c[name] == value)
        with reading(self.engine) as conn:
            return conn.execute(query).all()

    def count(self, table: type[Base], *where: Any, **equal: Any) -> int:
        return len(self.rows(table, *where, **equal))

    def statuses(self, table: type[Base], *where: Any, **equal: Any) -> list[str]:
        """Sorted, of every row."""
        return sorted(row.status for row in self.rows(table, *where, **equal))

    def relationship(self, number: int = 1) -> Any:
        """The newest relationship of mentee `number`."""
        return self.relationships_of(self.mentees[number - 1])[-1]

    def relationships_of(self, participant: int) -> Sequence[Any]:
        columns, member = Relationship.__table__, Member.__table__
        query = select(columns).join(member, member.c.relationship_id == columns.c.id)
        with reading(self.engine) as conn:
            return conn.execute(query.where(member.c.participant_id == participant).order_by(columns.c.id)).all()

    def partners(self) -> dict[int, int]:
        """Mentee to mentor, both counted from 1, of every relationship on the way or under way."""
        found = {}
        for number in range(1, len(self.mentees) + 1):
            for row in self.relationships_of(self.mentees[number - 1]):
                if row.status in ("proposed", "offered", "agreed", "active", "paused"):
                    found[number] = self.mentors.index(self.members(row.id)["mentor"]) + 1
        return found

    def members(self, relationship: int) -> dict[str, int]:
        return {row.role: row.participant_id for row in self.rows(Member, relationship_id=relationship)}

    def step(self, key: str, relationship: int | None = None, occurrence: int = 0) -> Any:
        """The one step of that name of a relationship, by default the first mentee's."""
        mine = relationship or self.relationship().id
        (found,) = self.rows(Step, relationship_id=mine, key=key, occurrence=occurrence)
        return found

    def asks(self, key: str | None = None, **equal: Any) -> Sequence[Any]:
        return self.rows(Ask, **({"key": key} if key else {}), **equal)

    def ask(self, key: str, role: str = "mentee", number: int = 1) -> Any:
        """What was asked of one side of mentee `number`'s relationship."""
        (found,) = self.asks(key, relationship_id=self.relationship(number).id, role=role)
        return found

    def mails(self, template: str | None = None, **equal: Any) -> Sequence[Any]:
        return self.rows(Message, **({"template": template} if template else {}), **equal)

    def propose(self) -> None:
        """Match, as of today."""
        self.on(self.today)

    def approve(self, ids: Sequence[int] | None = None) -> int:
        with self.writing() as conn:
            return offers.approve(conn, self.turn(), ids)

    def reject(self, ids: Sequence[int] | None = None) -> None:
        with self.writing() as conn:
            offers.reject(conn, self.turn(), ids)

    def send(self, ask: Any, answers: Mapping[str, Any] | None = None, **more: Any) -> Received:
        """An answer to an ask: plausible words, with what is said otherwise. None leaves a question out."""
        given = {**plausible(self.form(ask), ask.role), **more} if answers is None else dict(answers)
        with self.writing() as conn:
            return take(conn, self.turn(), [Submission(ask.id, {k: v for k, v in given.items() if v is not None})])[0]

    def form(self, ask: Any) -> Form:
        return form_for(self.turn(), ask.key, ask.form)

    def everybody_answers(self, key: str | None = None, consent: bool = False, **more: Any) -> int:
        """Every open ask is answered, all, those of one key, or only proposals. Returns how many."""
        open_ = self.asks(key, status=AskStatus.OPEN)
        open_ = [ask for ask in open_ if ask.key.startswith("consent.") or not consent]
        given = [{**plausible(self.form(ask), ask.role), **more} for ask in open_]
        with self.writing() as conn:
            received = take(
                conn, self.turn(), [Submission(ask.id, words) for ask, words in zip(open_, given, strict=True)]
            )
        return len([one for one in received if one.outcome == "taken"])

    def everybody_meets(self, minutes: int = 45, held_on: date | None = None) -> int:
        running = self.rows(Relationship, status=RelationshipStatus.ACTIVE)
        return self.meet(*[row.id for row in running], minutes=minutes, held_on=held_on)

    def meet(self, *relationships: int, minutes: int = 45, held_on: date | None = None) -> int:
        held = [meetings.Held(one, held_on or self.today, minutes) for one in relationships]
        with self.writing() as conn:
            return meetings.log_meetings(conn, self.turn(), held)

    def code(self, number: int = 1) -> str:
        return code("R", self.relationship(number).id)

    def join(self, pairs: int) -> list[int]:
        """As many mentees and mentors come in later. Returns the numbers of the mentees."""
        numbers = range(len(self.mentees) + 1, len(self.mentees) + 1 + pairs)
        with self.writing() as conn:
            self.mentees += [_enroll(conn, self, "mentee", number, 0) for number in numbers]
            self.mentors += [_enroll(conn, self, "mentor", number, 1) for number in numbers]
        return list(numbers)

    def agree(self) -> None:
        """Whoever is proposed or offered something begins."""
        while self.on(self.today) or self.everybody_answers(consent=True):
            self.approve()

    # The scenes from which most tests begin.

    def agreed(self) -> Scene:
        """Everybody is matched, approved and has said yes."""
        return self._as_at("agreed", self.agree)

    def started(self) -> Scene:
        """Everybody has begun on the first day of the cohort."""
        return self._as_at("started", lambda: self.agreed().on(START))

    def at_work(self) -> Scene:
        """Everybody has answered at once what the first phase requires, and works since day 7."""
        return self._as_at("at work", self._to_work)

    def _to_work(self) -> None:
        self.started()
        self.through(day(2))
        self.everybody_answers("begin.intro")
        self.through(day(7))

    def closing(self) -> Scene:
        """Everybody is in the last phase since day 49, and meets every week until then."""
        return self._as_at("closing", self._to_the_close)

    def _to_the_close(self) -> None:
        self.at_work()
        while self.today < day(49):
            self.everybody_meets()
            self.everybody_answers()
            self.through(self.today + timedelta(days=7))

    def _as_at(self, scene: str, live: Callable[[], object]) -> Scene:
        """Lived through once for each program and crowd; then everybody begins from a copy."""
        name = (scene, self.base.plan.hash, len(self.mentees), len(self.mentors), *self._places())
        if self.today != ENROLLED or self.count(Relationship):
            live()
        elif restored(self.engine, name):
            self.today = _reached[name]
        else:
            live()
            keep(self.engine, name)
            _reached[name] = self.today
        return self

    def _places(self) -> list[int]:
        return [row.capacity for row in self.rows(Participant)]


_reached: dict[tuple[object, ...], date] = {}


def plausible(form: Form, role: str) -> dict[str, Any]:
    """An answer to every question asked of the role."""
    return {question.id: _words(question) for question in form.questions if question.asked_of(Role(role))}


def _words(question: Question) -> Any:
    if question.options:
        first = next(iter(question.options))
        return [first] if question.type is QuestionType.CHOICES else first
    return ANSWERS[question.type]


def a_cohort(
    engine: Engine,
    pairs: int = 1,
    program: Program | None = None,
    mentors: int | None = None,
    capacity: int = 1,
    starts_on: date = START,
) -> Scene:
    """A cohort with as many mentees as pairs, and as many mentors unless said otherwise, enrolled and not yet matched."""
    program = program or tandem()
    now = datetime(ENROLLED.year, ENROLLED.month, ENROLLED.day, 7, tzinfo=UTC)
    warm = warmed(engine)
    with transaction(warm) as conn:
        cohort = cohorts.launch(conn, program, "spring", starts_on, now=now)
        scene = Scene(warm, Turn(cohort, "spring", make(program, starts_on), ENROLLED, now))
        for number in range(1, pairs + 1):
            scene.mentees.append(_enroll(conn, scene, "mentee", number, 0))
        for number in range(1, (pairs if mentors is None else mentors) + 1):
            scene.mentors.append(_enroll(conn, scene, "mentor", number, capacity))
    return scene


def _enroll(conn: Connection, scene: Scene, role: str, number: int, capacity: int) -> int:
    """Mentee n ranks mentor n first, then those that follow, round and round."""
    email = address(role, number)
    person = {"email": email, "email_key": email, "first_name": f"{role}{number}", "last_name": "Doe"}
    person_id = conn.execute(insert(Person).values(person).returning(Person.id)).scalar_one()
    fields = _fields(scene.base.plan.program, role, number)
    row = {
        "cohort_id": scene.base.cohort_id,
        "person_id": person_id,
        "roles": role,
        "capacity": capacity,
        "fields": fields,
        "enrolled_on": scene.today,
        **standing(scene.turn(), [Role(role)]),
    }
    return conn.execute(insert(Participant).values(row).returning(Participant.id)).scalar_one()


def _fields(program: Program, role: str, number: int) -> dict[str, Any]:
    ranked = [address("mentor", number + more) for more in range(3)]
    if program.program == "tandem":
        return {"topics": ["common", f"topic {number}"]} | ({"choices": ranked} if role == "mentee" else {})
    grade = "lead" if role == "mentor" else "junior"
    fields = {"department": f"{role}s", "grade": grade, "timezone": "Europe/London", "languages": ["en"]}
    topics = ["common", f"topic {number}"]
    return fields | ({"offers": topics} if role == "mentor" else {"wants": topics, "choices": ranked})


def address(role: str, number: int) -> str:
    return f"{role}{number}@example.org"


def a_rich_day(engine: Engine) -> Scene:
    """Pairs that came in wave after wave, so that on day 70, the next one to be run, there is work of every kind."""
    scene = a_cohort(engine, pairs=2, program=tandem(_brisk))
    name = ("rich", scene.base.plan.hash)
    if restored(scene.engine, name):
        today, mentees, mentors = _crowds[name]
        return replace(scene, today=today, mentees=list(mentees), mentors=list(mentors))
    _live_until_rich(scene)
    keep(scene.engine, name)
    _crowds[name] = (scene.today, tuple(scene.mentees), tuple(scene.mentors))
    return scene


_crowds: dict[tuple[object, ...], tuple[date, tuple[int, ...], tuple[int, ...]]] = {}


def _live_until_rich(scene: Scene) -> None:
    _wave_by_wave(scene)
    scene.through(day(62))
    scene.send(scene.ask("close.reflection", number=1))
    for role in ("mentee", "mentor"):
        scene.send(scene.ask("begin.intro", role, number=8))
    agreed, offered, _ = scene.join(3)
    scene.on(day(62))
    scene.approve([scene.relationship(agreed).id])
    scene.on(day(62))
    scene.send(scene.ask("consent.mentee", number=agreed))
    scene.on(day(62))
    scene.send(scene.ask("consent.mentor", "mentor", agreed))
    scene.approve([scene.relationship(offered).id])
    scene.join(1)
    scene.today = day(70)


def _brisk(data: dict[str, Any]) -> None:
    """The follow-up comes soon, and something can be over before it was opened."""
    data["closure"]["follow_up"].update(after="1 week")
    quick = {"id": "quick", "at": "1 day after start", "expect": {"goals": 1, "due": "in 1 day"}}
    data["phases"][0]["milestones"].append(quick)


def _wave_by_wave(scene: Scene) -> None:
    """Two pairs from the first day on, and others that begin on later days and do as the day of their beginning says."""
    scene.agree()
    for count in range(62):
        scene.on(day(count))
        if count in (14, 32, 40, 45, 54, 57):
            scene.join(1)
            scene.agree()
        if count == 58:
            lapsing = scene.join(1)
            scene.on(day(count))
            scene.approve([scene.relationship(lapsing[0]).id])
        busy = [scene.relationship(number) for number in (1, 2, 3, 4) if len(scene.mentees) >= number]
        live = [row.id for row in busy if row.status == "active" and row.started_on < day(count)]
        if count % 7 == 3 and count < 40:
            scene.meet(*live)
        if count % 7 == 5:
            for ask in scene.asks(status=AskStatus.OPEN):
                if ask.relationship_id in live and ask.key != "close.reflection":
                    scene.send(ask, **({"fit": False} if ask.key == "work.fit" and ask.relationship_id == 4 else {}))
        if count % 7 == 6 and count > 40:
            scene.meet(*live[:2])
