"""Rehearsals show a program at work: made-up people are such as its own rules bring together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.demo.people import make_up, write_sheets
from programs.library import load, shipped
from programs.matching import Person, pair
from programs.spec import Objective, Role, Shape
from tasks.roster import RosterFile, read_roster

PAIRED = [
    name
    for name in shipped()
    if (program := load(name)).relationships.shape is Shape.PAIR and program.matching.objective is not Objective.GIVEN
]


@pytest.mark.parametrize("name", PAIRED)
def test_most_made_up_people_find_somebody_by_the_rules_of_the_program(name: str, tmp_path: Path) -> None:
    program = load(name)
    people = read_roster([RosterFile(one) for one in write_sheets(program, make_up(program, 60, 1), tmp_path)], program)
    of = {
        role: [
            Person(one.email_key, dict(one.fields), one.capacity or 1, one.email)
            for one in people.entries
            if role in one.roles
        ]
        for role in (Role.MENTEE, Role.MENTOR)
    }
    found = pair(of[Role.MENTEE], of[Role.MENTOR], program, on=date(2027, 1, 4))
    places = min(len(of[Role.MENTEE]), sum(one.capacity for one in of[Role.MENTOR]))
    assert len(found.pairs) >= 0.8 * places


def test_what_people_share_of_themselves_is_nothing_that_one_is_trained_in(tmp_path: Path) -> None:
    people = make_up(load("civil-service"), 60, 1)
    named = {one for person in people for one in person.fields.get("identity", "").split(",") if one}
    assert "parent" in named
    assert "negotiation" not in named
