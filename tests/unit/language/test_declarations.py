"""Declarations kept as files: each valid one loads, each invalid one is refused with exactly the text beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import library
from programs.errors import DeclarationError
from programs.spec import Program

FOLDER = Path(__file__).parents[2] / "declarations"
VALID = sorted(path.stem for path in (FOLDER / "valid").glob("*.yaml"))
INVALID = sorted(path.stem for path in (FOLDER / "invalid").glob("*.yaml"))


def valid(stem: str) -> Program:
    return library.load(FOLDER / "valid" / f"{stem}.yaml")


@pytest.mark.parametrize("stem", INVALID)
def test_an_invalid_declaration_is_refused_in_these_words(stem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER / "invalid")
    with pytest.raises(DeclarationError) as refused:
        library.load(Path(f"{stem}.yaml"))
    assert str(refused.value) + "\n" == Path(f"{stem}.txt").read_text(encoding="utf-8")


def test_every_expected_text_has_its_declaration() -> None:
    assert sorted(path.stem for path in (FOLDER / "invalid").glob("*.txt")) == INVALID
    assert len(INVALID) >= 70


@pytest.mark.parametrize("stem", VALID)
def test_a_valid_declaration_survives_being_stored(stem: str) -> None:
    program = valid(stem)
    assert library.from_data(program.model_dump(mode="json", by_alias=True)) == program


def test_bare_words_stay_as_they_are_written_where_text_is_expected() -> None:
    program = valid("bare_words")
    assert (program.title, program.summary, program.phases[0].title) == ("2026", "no", "12:30")
    assert program.enrollment.fields["year"].options == ("2025", "2026", "1.10", "007", "true", "12:30", "2026-02-03")
    assert program.enrollment.fields["level"].levels == ("1", "2")
    assert program.enrollment.values == {"level": {"01": "1"}}
    assert program.phases[0].milestones[0].when[0].answer == "no"


def test_an_extended_program_says_only_what_differs() -> None:
    program = valid("extended")
    assert [phase.id for phase in program.phases] == ["begin", "main", "end"]
    assert [milestone.id for milestone in program.phase("main").milestones] == ["half"]
    assert [(question.id, question.to) for question in program.forms["check"].questions] == [("going", 7), ("why", 5)]


def test_what_is_wrong_in_many_places_is_said_at_once_however_it_is_found() -> None:
    lines = (FOLDER / "invalid" / "many_at_once.txt").read_text(encoding="utf-8").splitlines()
    kinds = ("is not a known key", "is not a whole number", "there is no form", "lies after the end", "is not a length")
    assert all(any(kind in line for line in lines) for kind in kinds)
    assert len(lines) >= 15
