"""Decisions about teams that are given: a mentor joins one, or never; the sheets stay as they are."""

from __future__ import annotations

import pytest

from programs.errors import MentorflowError
from programs.matching import Decided, Person, Teams, decide_teams
from programs.spec.program import Program
from tests.store.scenes import declared

Two = tuple[str, str]


def decided(**wishes: list[Two]) -> Decided[Teams]:
    mentees = [Person("ada", {"project": "Moss"}), Person("cyd", {"project": "Fern"}), Person("eve", {})]
    mentors = [Person("kim", {"mentors": ("Moss", "Fern")}, 2), Person("lou", {"mentors": ("Moss",)})]
    return decide_teams(mentees, mentors, program(), **wishes)  # type: ignore[arg-type]


def program() -> Program:
    return declared("team")


def mentors(found: Teams) -> dict[str, set[str]]:
    return {team.name: set(team.mentors) for team in found.teams}


def test_a_mentor_joins_a_team_in_any_case() -> None:
    found = decided(force=[("cyd", "lou")])
    assert mentors(found.after) == {"Moss": {"kim", "lou"}, "Fern": {"kim", "lou"}}
    assert [str(move) for move in found.together.moves] == ["cyd: nobody → lou"]
    assert "no points" in found.caveat


def test_a_mentor_is_kept_out_of_a_team_and_it_is_said_whom_that_leaves_alone() -> None:
    found = decided(forbid=[("ada", "kim"), ("cyd", "kim")])
    assert mentors(found.after) == {"Moss": {"lou"}}
    assert [str(one.cost) for one in found.each] == ["costs nothing", "costs 1 person"]
    assert [one.key for one in found.after.left] == ["eve", "cyd"]


def test_what_was_decided_before_stands() -> None:
    found = decided(standing=[("cyd", "lou")], forbid=[("cyd", "kim")])
    assert mentors(found.before)["Fern"] == {"kim", "lou"}


def test_who_is_in_no_team_has_to_name_one_first() -> None:
    with pytest.raises(MentorflowError, match="eve is in no team; name one on the sheet"):
        decided(force=[("eve", "kim")])
