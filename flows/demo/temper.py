"""How made-up people behave: how soon they answer, what they say, how often they meet. Drawn from a seed and ids alone, never from the clock."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from programs.spec import Consequence, Form, Question, QuestionType, Role
from programs.survey import NEXT_STEP

WORDS = (
    "It went better than I thought, mostly because we met regularly.",
    "I now prepare every conversation with three questions.",
    "We should have talked about goals earlier.",
    "Saying no to work that is not mine, without a bad conscience.",
    "More courage in meetings, and a network outside my own team.",
    "Thank you for listening before giving advice.",
)
GOALS = (
    "Lead a project of my own by the summer",
    "Hold the team meeting without notes",
    "Decide whether to apply for a post abroad",
    "Give feedback within a day",
    "Write a development plan and discuss it with my manager",
)


TO_DO = (
    "Ask somebody who does it already for half an hour",
    "mentor: Introduce me to two people",
    "Write one page about where I stand",
    "Try it out in a small meeting",
    "both: Look at it together once a month",
    "Read one chapter a week",
)


UNTROUBLED = 0.95
"""How many of those who are asked for a concern have none."""
LIKE_THE_OTHER = 0.85
"""How many write what both have agreed to go on as."""


def drawn(*names: object) -> random.Random:
    """A source of chance that gives the same for the same names."""
    return random.Random("/".join(str(name) for name in names))  # noqa: S311 - a rehearsal has to be repeatable


@dataclass(frozen=True)
class Person:
    """How somebody answers."""

    seed: int
    id: int

    def days_until_answer(self, what: str) -> int | None:
        """Days from being asked to the answer; None: never."""
        kind = drawn(self.seed, self.id).random()
        chance = drawn(self.seed, self.id, what)
        if kind < 0.55:
            return chance.randint(0, 3)
        if kind < 0.85:
            return chance.randint(1, 8)
        if kind < 0.95:
            return chance.randint(5, 18)
        return chance.randint(2, 12) if chance.random() < 0.5 else None


@dataclass(frozen=True)
class Relation:
    """How two people get on."""

    seed: int
    id: int

    @property
    def mood(self) -> float:
        """0 (poor) to 1 (good); most are good."""
        return drawn(self.seed, "mood", self.id).betavariate(5, 2)

    @property
    def fades_after(self) -> int | None:
        """Days after the start from which on nobody meets or answers any more; None: never."""
        chance = drawn(self.seed, "fade", self.id)
        return chance.randint(20, 90) if chance.random() < 0.07 else None

    def goes_on_as(self, steps: Sequence[str]) -> str:
        """What the two have said to each other about how they go on; not everybody then writes the same."""
        return drawn(self.seed, "next", self.id).choice(list(steps))

    def will_have_done(self, item: int, since: date, today: date) -> bool:
        """Whether what was planned that day is done by today; the better they get on, the more of it."""
        chance = drawn(self.seed, "item", self.id, item)
        return chance.random() < 0.3 + 0.6 * self.mood and (today - since).days >= chance.randint(10, 60)

    def has_faded(self, started_on: date | None, today: date) -> bool:
        return started_on is not None and self.fades_after is not None and (today - started_on).days > self.fades_after

    def meets_on(self, started_on: date, last: date, today: date) -> list[tuple[date, int]]:
        """Meetings after `last` up to today: (day, minutes), every two weeks or so."""
        held: list[tuple[date, int]] = []
        day, number = started_on, 0
        while True:
            chance = drawn(self.seed, "meeting", self.id, number)
            day += timedelta(days=chance.randint(9, 19) if self.mood > 0.4 else chance.randint(14, 34))
            number += 1
            if day > today:
                return held
            if day > last and not self.has_faded(started_on, day):
                held.append((day, chance.choice((45, 50, 60, 60, 90))))


def fill(
    form: Form, role: Role, relation: Relation, person: Person, today: date, consequences: tuple[Consequence, ...] = ()
) -> dict[str, object]:
    """A plausible answer to every question that is asked of the role; some optional ones are left out."""
    chance = drawn(person.seed, "answer", person.id, relation.id, form.questions[0].id)
    severe = {(named.question, str(named.answer)) for named in consequences}
    answers: dict[str, object] = {}
    for question in form.questions:
        silent = UNTROUBLED if question.concern else 0.15
        if not question.asked_of(role) or (not question.required and chance.random() < silent):
            continue
        answers[question.id] = (
            today.isoformat()
            if question.type is QuestionType.DATE
            else _answer(question, relation.mood, chance, severe)
        )
        if question.id == NEXT_STEP and chance.random() < LIKE_THE_OTHER:
            answers[question.id] = relation.goes_on_as(list(question.options))
    return answers


def passing(question: Question, wanted: str | int | bool) -> object:
    """An answer that is as the milestone wants it."""
    if question.type is QuestionType.YES_NO:
        return wanted in (True, "yes")
    if question.options:
        return [wanted] if question.type is QuestionType.CHOICES else wanted
    comparison = re.fullmatch(r"\s*([<>]=?)?\s*(-?\d+)\s*", str(wanted))
    if comparison is None:
        return wanted
    beyond = {">": 1, "<": -1}.get(comparison[1] or "", 0)
    return int(comparison[2]) + beyond


def accepts(person: Person, relation: Relation, asked: bool = False) -> Mapping[str, object]:
    """Whether somebody accepts a proposal; one in twelve does not, and of those whom a mentee has asked every third."""
    chance = drawn(person.seed, "consent", person.id, relation.id)
    if chance.random() < (0.67 if asked else 0.92):
        return {"accept": True}
    return {"accept": False}


def _answer(question: Question, mood: float, chance: random.Random, severe: set[tuple[str | None, str]]) -> object:
    match question.type:
        case QuestionType.SCALE:
            middle = question.from_ + mood * (question.to - question.from_)
            return max(question.from_, min(question.to, round(chance.gauss(middle, 0.7))))
        case QuestionType.YES_NO:
            return chance.random() < 0.75 + 0.25 * mood
        case QuestionType.CHOICE:
            return _option(question, mood, chance, severe)
        case QuestionType.CHOICES:
            return sorted(chance.sample(list(question.options), chance.randint(1, min(3, len(question.options)))))
        case QuestionType.NUMBER:
            return chance.randint(6, 14)
        case QuestionType.PROGRESS:
            return min(100, round((0.35 + 0.65 * mood) * chance.uniform(0.9, 1.5) * 20) * 5)
        case QuestionType.GOAL:
            return chance.choice(GOALS)
        case QuestionType.ACTIONS:
            return chance.sample(TO_DO, chance.randint(2, 4))
        case _:
            return chance.choice(WORDS)


def _option(question: Question, mood: float, chance: random.Random, severe: set[tuple[str | None, str]]) -> str:
    """An option with consequences is rare, and rarer the better two people get on."""
    grave = [option for option in question.options if {(question.id, option), (None, option)} & severe]
    harmless = [option for option in question.options if option not in grave]
    if grave and chance.random() < 0.30 * (1 - mood):
        return chance.choice(grave)
    first = 0.5 + mood / 2
    return harmless[0] if len(harmless) == 1 or chance.random() < first else chance.choice(harmless[1:])
