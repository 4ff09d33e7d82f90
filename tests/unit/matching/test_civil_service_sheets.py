"""The sign-up sheets of a real service (Open Government Licence v3.0): the figures that are known for them come out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from programs import library
from programs.matching import Pairing, Person, pair
from programs.spec.enrollment import FieldType
from programs.spec.program import Program
from tests.unit.matching.crowd import ON


@pytest.fixture(scope="module")
def program() -> Program:
    return library.load("civil-service")


def read(program: Program, sheet: Path) -> list[Person]:
    """Headings and values as the program maps them, without the roster's own reader."""
    enrollment = program.enrollment

    def value(field: str, text: str) -> object:
        text = enrollment.values.get(field, {}).get(text, text).strip()
        if enrollment.fields[field].type is FieldType.TAGS:
            return tuple(entry.strip() for entry in text.split(",") if entry.strip())
        return text or None

    found = []
    with sheet.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            assert set(row) <= {*enrollment.columns, *enrollment.ignore}
            named = {enrollment.columns[head]: cell for head, cell in row.items() if head in enrollment.columns}
            fields = {name: value(name, cell) for name, cell in named.items() if name in enrollment.fields}
            found.append(Person(named["email"], fields, program.relationships.mentor_capacity, named["email"]))
    return found


@pytest.fixture(scope="module")
def pairing(program: Program, shared_data: Path) -> Pairing:
    sheets = shared_data / "civil-service-small"
    return pair(read(program, sheets / "mentees.csv"), read(program, sheets / "mentors.csv"), program, on=ON)


def test_the_known_figures_come_out(pairing: Pairing) -> None:
    assert (pairing.possible, len(pairing.pairs), pairing.points) == (392, 35, 750.0)
    assert pairing.proof.primal == pairing.proof.dual == 750_000 + 35 * pairing.proof.bonus
    assert pairing.notes == ()


def test_everybody_is_in_exactly_one_line(pairing: Pairing) -> None:
    assert len({one.mentee for one in pairing.pairs} | {one.key for one in pairing.unmatched}) == 50
    assert len({one.mentor for one in pairing.pairs} | {one.key for one in pairing.idle}) == 50
    assert (len(pairing.unmatched), len(pairing.idle)) == (15, 15)


def test_one_mentor_has_nobody_possible(pairing: Pairing) -> None:
    (alone,) = [one for one in pairing.idle if not one.possible]
    assert alone.key == "mentor.36@gov.uk"
    assert alone.why.startswith("no mentee is possible among 50: 'mentor 1 to 2 levels above in grade' rules out 48")
    assert all(one.possible for one in pairing.unmatched)


def test_the_reasons_of_every_pair_add_up_to_its_score(pairing: Pairing) -> None:
    for one in pairing.pairs:
        assert [reason.criterion for reason in one.reasons] == [
            "levels between in grade",
            "same profession",
            "identity to match",
        ]
        assert sum(reason.units for reason in one.reasons) == one.units
        assert 1 <= one.rank <= one.possible
