"""What made-up people answer to a form: some options rarely, expectations that come true or do not, days that can be kept. Knows no store."""

from __future__ import annotations

import operator
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flows.demo.sayings import TO_DO, expectation, is_about_the_result, is_about_the_same, saying
from flows.demo.sentences import MATCHING
from flows.demo.temper import Person, Relation, drawn
from programs.plan import Plan, Step, StepKind
from programs.spec import Consequence, Form, Question, QuestionType, Role
from programs.survey import NEXT_STEP
from programs.ways import By

SILENT, SILENT_FOR_THE_RECORD, UNTROUBLED = 0.15, 0.06, 0.95
"""How many leave out a question that is not required; one whose answer goes into the record; one for a concern."""

NOT_FOR_ME = 0.1
"""How many decide against it before they are matched."""

_COMPARE = {"": operator.eq, ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}

Named = frozenset[tuple[str | None, str]]
"""Answers: (question, answer)."""


@dataclass(frozen=True)
class Occasion:
    """What is known of the moment in which a form is answered."""

    key: str = ""
    """What was asked."""
    grave: Named = frozenset()
    """Answers by which something ends, or that call for somebody."""
    turning: Named = frozenset()
    """Answers that lead to another phase than most go to."""
    decides: bool = False
    """Whether any answer leads from phase to phase, at once or later."""
    alone: bool = False
    last: bool = False
    """Whether it is the look back at the end."""
    days: int = 0
    """Since the start of the relationship."""
    common: frozenset[str] = frozenset()
    """Goals of the relationship: its members say the same of them."""
    reached: bool | None = None
    """In the look back: whether the goal that is asked for first was reached."""


def occasion(plan: Plan, step: Step | None, days: int) -> Occasion:
    if step is None:
        return Occasion()
    milestone = step.milestone.id if step.milestone else None
    ways = [way for way in plan.ways(step.phase.id) if way.condition and way.milestone == milestone]
    conditions = [way.condition for way in ways if way.by is By.OVER and way.condition]
    return Occasion(
        step.key,
        frozenset((named.question, _word(named.answer)) for named in _consequences(plan, step)),
        frozenset((named.question, _word(named.answer)) for named in conditions),
        bool(ways),
        step.phase.alone,
        step.kind is StepKind.REFLECT,
        days,
        _common(plan),
    )


def _consequences(plan: Plan, step: Step) -> list[Consequence]:
    """Those of the step, and those of another step that asks the same form: an answer means the same wherever it is given."""
    return [named for other in plan.steps if other.form == step.form for named in other.consequences]


def _common(plan: Plan) -> frozenset[str]:
    questions = (question for form in plan.program.forms.values() for question in form.questions)
    return frozenset(question.id for question in questions if question.of == "relationship")


def fill(
    form: Form, role: Role, relation: Relation, person: Person, today: date, when: Occasion = Occasion()
) -> dict[str, object]:
    """A plausible answer to every question that is asked of the role; some optional ones are left out."""
    chance = drawn(person.seed, "answer", person.id, relation.id, when.key or form.questions[0].id)
    when = replace(when, reached=_reached(form, relation, person, when))
    answers: dict[str, object] = {}
    for question in form.questions:
        if not question.asked_of(role) or (not question.required and chance.random() < _silence(question)):
            continue
        answers[question.id] = _answer(question, role, relation, person, chance, today, when)
    return answers


def _reached(form: Form, relation: Relation, person: Person, when: Occasion) -> bool | None:
    """Only of a goal that they share: what became of somebody's own, the others need not know."""
    goal = next((question.goal for question in form.questions if question.type is QuestionType.PROGRESS), None)
    return _final(goal, relation, person, when) == 100 if when.last and goal in when.common and goal else None


def accepts(form: Form, person: Person, relation: Relation, asked: bool = False) -> Mapping[str, object]:
    """Whether somebody accepts a proposal; one in twelve does not, and of those whom a mentee has asked every third. Most say why."""
    chance = drawn(person.seed, "consent", person.id, relation.id)
    if chance.random() < (0.67 if asked else 0.92):
        return {"accept": True}
    said = {
        question.id: chance.choices(list(question.options), range(len(question.options), 0, -1))[0]
        for question in form.questions
        if question.type is QuestionType.CHOICE and chance.random() < 0.85
    }
    return {"accept": False, **said}


def passing(question: Question, wanted: str | int | bool, given: object) -> object:
    """An answer that is as the milestone wants it: their own where it is."""
    if question.type is QuestionType.YES_NO:
        return _word(wanted) == "yes"
    if question.options:
        return [wanted] if question.type is QuestionType.CHOICES else wanted
    sign, number = _comparison(wanted)
    if number is None:
        return wanted
    if isinstance(given, int) and _COMPARE[sign](given, number):
        return given
    return number + {">": 1, "<": -1}.get(sign, 0)


def failing(question: Question, wanted: str | int | bool, chance: random.Random) -> object | None:
    """An answer that is not yet as the milestone wants it; None where hardly anybody gives one."""
    sign, number = _comparison(wanted)
    if question.type is QuestionType.YES_NO:
        return _word(wanted) != "yes" if chance.random() < 0.2 else None
    if question.options or number is None:
        return None
    return number + chance.randint(1, 3) * (1 if sign.startswith("<") else -1)


def _silence(question: Question) -> float:
    if question.id == NEXT_STEP:
        return 0.0
    return UNTROUBLED if question.concern else SILENT_FOR_THE_RECORD if question.record else SILENT


def _answer(
    question: Question,
    role: Role,
    relation: Relation,
    person: Person,
    chance: random.Random,
    today: date,
    when: Occasion,
) -> object:
    match question.type:
        case QuestionType.SCALE:
            middle = question.from_ + relation.mood * (question.to - question.from_)
            return max(question.from_, min(question.to, round(chance.gauss(middle, 0.7))))
        case QuestionType.YES_NO:
            return _yes(question, relation.mood, chance, when)
        case QuestionType.CHOICE:
            if question.id == NEXT_STEP:
                return relation.goes_on_as(list(question.options)) or chance.choice(list(question.options))
            return _option(question, relation.mood, chance, when)
        case QuestionType.CHOICES:
            return sorted(chance.sample(list(question.options), chance.randint(1, min(3, len(question.options)))))
        case QuestionType.NUMBER:
            return chance.randint(8, 10) if re.search("of the ten", question.ask) else chance.randint(6, 14)
        case QuestionType.DATE:
            return _day(question, chance, today).isoformat()
        case QuestionType.PROGRESS:
            return _progress(question, relation, person, when)
        case QuestionType.ACTIONS:
            return _items(chance, today)
        case _:
            return _text(question, role, relation, person, chance, when)


def _yes(question: Question, mood: float, chance: random.Random, when: Occasion) -> bool:
    """An answer that calls for somebody is rare, whether it is the yes or the no; so is a no before the match."""
    if when.reached is not None and is_about_the_result(question):
        return when.reached
    rare = NOT_FOR_ME if when.alone else 0.04 + 0.15 * (1 - mood)
    grave = {answer for name, answer in when.grave if name == question.id}
    if grave or question.concern:
        return (chance.random() < rare) is ("no" not in grave)
    return chance.random() < 0.75 + 0.25 * mood


def _option(question: Question, mood: float, chance: random.Random, when: Occasion) -> str:
    """What has consequences is rare, and rarer the better two people get on; so is what leads another way than the first."""
    first, *others = question.options
    grave = [one for one in others if {(question.id, one), (None, one)} & when.grave]
    turning = [one for one in others if {(question.id, one), (None, one)} & when.turning and one not in grave]
    rare = NOT_FOR_ME if when.alone else 0.30 * (1 - mood)
    if grave and chance.random() < rare:
        return chance.choice(grave)
    if turning and chance.random() < 0.3 * (1 - mood):
        return chance.choice(turning)
    harmless = [one for one in others if one not in grave and one not in turning]
    return chance.choice(harmless) if harmless and chance.random() > 0.5 + mood / 2 else first


def _day(question: Question, chance: random.Random, today: date) -> date:
    """Done: lately. Wanted until: in some months, now and then more than a year. Anything else: in some weeks, on a working day."""
    if re.search("finish|did you", question.ask):
        return today
    if re.search("until", question.ask.lower()):
        return today + timedelta(weeks=chance.choices((6, 9, 13, 18, 26, 57), (3, 4, 4, 3, 2, 1))[0])
    day = today + timedelta(days=chance.randint(35, 63))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _progress(question: Question, relation: Relation, person: Person, when: Occasion) -> int:
    """On the way a part of what it comes to in the end; small goals are reached sooner."""
    goal = question.goal or ""
    final = _final(goal, relation, person, when)
    if when.last:  # where all of it is reached, so is what was to be done first
        return 100 if when.reached and goal in when.common else final
    soon = 1.6 if re.search("short|near|first", goal) else 1.0
    return round(final * min(1.0, soon * min(0.8, 0.2 + when.days / 200)) / 5) * 5


def _final(goal: str, relation: Relation, person: Person, when: Occasion) -> int:
    return relation.gets_to(0 if goal in when.common else person.id, goal)


def _items(chance: random.Random, today: date) -> list[str]:
    return [
        f"{item} by {today + timedelta(days=chance.randint(14, 80))}" if chance.random() < 0.7 else item
        for item in chance.sample(TO_DO, chance.randint(2, 4))
    ]


def _text(
    question: Question, role: Role, relation: Relation, person: Person, chance: random.Random, when: Occasion
) -> str:
    """What became of an expectation is said of the same expectation; how well it turned out depends on how they get on."""
    told = expectation(question, role)
    if told is None:
        sentences = saying(question)
        own = drawn(person.seed, "request", person.id) if sentences in MATCHING else chance
        return own.choice(sentences)
    whose = f"R{relation.id}" if is_about_the_same(question) else person.id
    expected, fulfilled, in_part = drawn(person.seed, "expects", whose, told[0][0]).choice(told)
    if question.beside is None:
        return expected
    well = chance.random() < relation.mood
    if when.reached is not None and is_about_the_result(question):
        well = when.reached
    return fulfilled if well else in_part


def _comparison(wanted: str | int | bool) -> tuple[str, int | None]:
    found = re.fullmatch(r"\s*([<>]=?)?\s*(-?\d+)\s*", str(wanted))
    return (found[1] or "", int(found[2])) if found else ("", None)


def _word(answer: str | int | bool) -> str:
    """Programs may write yes and no as words or as booleans."""
    return {"True": "yes", "False": "no"}.get(str(answer), str(answer))
