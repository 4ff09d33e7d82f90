"""Rehearsals: people who can be repeated, whose sheets enroll, and whose answers every form accepts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.demo.operator import early_ending
from flows.demo.people import make_up, write_sheets
from flows.demo.replies import accepts, fill, occasion
from flows.demo.sayings import expectation
from flows.demo.temper import Person, Relation
from programs.library import load, shipped
from programs.plan import Plan, Step, StepKind, make
from programs.spec import Form, Question, Role
from programs.survey import form_of, reflection_form, validate
from tasks.roster import RosterFile, read_roster

ids = st.integers(1, 10_000)
TODAY = date(2027, 3, 1)


@pytest.mark.parametrize("name", shipped())
def test_made_up_people_can_be_enrolled_from_their_sheet(name: str, tmp_path: Path) -> None:
    program = load(name)
    files = [RosterFile(path) for path in write_sheets(program, make_up(program, 60, 1), tmp_path)]
    roster = read_roster(files, program)
    assert [str(problem) for problem in roster.problems] == []
    assert len(roster.entries) == 60


def test_the_same_seed_makes_the_same_people_and_another_does_not() -> None:
    program = load("four-phase")
    assert make_up(program, 40, 7) == make_up(program, 40, 7)
    assert make_up(program, 40, 7) != make_up(program, 40, 8)


def test_thousands_of_people_all_have_an_address_of_their_own() -> None:
    people = make_up(load("four-phase"), 6_000, 1)
    assert len({person.email for person in people}) == 6_000


@lru_cache(maxsize=1)
def planned(name: str) -> Plan:
    return make(load(name), TODAY)


@lru_cache(maxsize=1)
def forms(name: str) -> list[tuple[Step, Form]]:
    """Every step of a program at which something is asked, and what."""
    plan = planned(name)
    return [
        (
            step,
            reflection_form(plan.program, step.phase)
            if step.kind is StepKind.REFLECT
            else form_of(plan.program, step.form),
        )
        for step in plan.steps
        if step.form is not None
    ]


@pytest.mark.parametrize("name", shipped())
@settings(deadline=None)
@given(seed=ids, person=ids, relation=ids)
def test_every_form_accepts_what_made_up_people_answer(name: str, seed: int, person: int, relation: int) -> None:
    plan = planned(name)
    someone, pair = Person(seed, person), Relation(seed, relation)
    for step, form in forms(name):
        for role in step.roles:
            validate(form, role, fill(form, role, pair, someone, TODAY, occasion(plan, step, seed % 200)))
    consent = form_of(plan.program, "consent")
    validate(consent, Role.MENTEE, accepts(consent, someone, pair))


@given(seed=ids, relation=ids, days=st.integers(0, 200), gap=st.integers(1, 60))
def test_meetings_are_the_same_however_often_one_looks(seed: int, relation: int, days: int, gap: int) -> None:
    pair, today = Relation(seed, relation), TODAY + timedelta(days=days)
    at_once = pair.meets_on(TODAY, date.min, today)
    middle = TODAY + timedelta(days=min(days, gap))
    early = pair.meets_on(TODAY, date.min, middle)
    assert early + pair.meets_on(TODAY, middle, today) == at_once


@given(seed=ids, relation=ids)
def test_who_is_to_meet_every_week_meets_about_twice_as_often(seed: int, relation: int) -> None:
    pair, later = Relation(seed, relation), TODAY + timedelta(days=28)
    days, often = ([(day - TODAY).days for day, _ in pair.meets_on(TODAY, date.min, later, usual)] for usual in (14, 7))
    assert all(
        abs(2 * soon - late) <= 2 * at for at, (soon, late) in enumerate(zip(often, days, strict=False), start=1)
    )
    assert len(often) >= len(days)


def test_a_relationship_that_has_gone_quiet_does_not_meet_until_it_finds_back() -> None:
    quiet = [(pair, pair.quiet) for number in range(400) if (pair := Relation(1, number)).quiet is not None]
    assert {one.ends is None for _, one in quiet} == {True, False}
    for pair, one in quiet:
        held = [(day - TODAY).days for day, _ in pair.meets_on(TODAY, date.min, TODAY + timedelta(days=300))]
        assert not [days for days in held if one.holds(days)]
        assert (max(held) > one.begins) == (one.ends is not None)


@pytest.mark.parametrize("name", shipped())
def test_the_operator_of_a_rehearsal_ends_early_for_a_reason_that_is_early(name: str) -> None:
    program = load(name)
    reason = early_ending(program).reason
    assert reason in program.closure.reasons
    assert reason not in {*program.closure.planned_reasons, "done_early"}
    assert reason not in {phase.overrun.reason for phase in program.phases if phase.overrun}
    assert reason not in {rung.reason for rung in program.silence}


@given(seed=ids, mentor=ids, mentee=ids, relation=ids)
def test_what_two_people_say_of_their_common_result_is_the_same_and_goes_with_how_far_it_got(
    seed: int, mentor: int, mentee: int, relation: int
) -> None:
    plan, pair = planned("project"), Relation(seed, relation)
    step, form = next((step, form) for step, form in forms("project") if step.kind is StepKind.REFLECT)
    when = occasion(plan, step, 120)
    hers = fill(form, Role.MENTEE, pair, Person(seed, mentee), TODAY, when)
    his = fill(form, Role.MENTOR, pair, Person(seed, mentor), TODAY, when)
    assert hers["result_reached"] == his["result_reached"] == (hers["goal_progress"] == 100)
    assert hers["first_piece_progress"] == 100 or not hers["result_reached"]
    for said, role in ((hers, Role.MENTEE), (his, Role.MENTOR)):
        told = expectation(question(form, "result"), role)
        assert told is not None
        assert said["result"] in {one[1 if said["result_reached"] else 2] for one in told}


def question(form: Form, name: str) -> Question:
    found = form.question(name)
    assert found is not None
    return found
