"""What a file of one's own breaks in the program it extends is told at the line of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import library
from programs.errors import DeclarationError, Problem

CHILD = "program: child\nextends: parent\n"
PARENT = """\
program: parent
title: Parent
enrollment:
  fields:
    wants: {type: tags, roles: [mentee]}
    offers: {type: tags, roles: [mentor]}
matching:
  criteria:
    - overlap: {mentee: wants, mentor: offers}
phases:
  - id: main
    title: Main
    lasts: 8 weeks
    milestones:
      - {id: middle, at: 14 days after start, ask: {form: well, roles: [mentee], due: in 3 days}}
forms:
  well: {questions: [{id: well, ask: Are you well?, type: yes_no}]}
"""


def told(folder: Path, child: str, parent: str = PARENT) -> list[Problem]:
    (folder / "parent.yaml").write_text(parent)
    (folder / "child.yaml").write_text(CHILD + child)
    with pytest.raises(DeclarationError) as refused:
        library.read(folder / "child.yaml")
    return list(refused.value.problems)


@pytest.mark.parametrize("before", ["", "title: Mine, "])
def test_a_phase_made_too_short_is_told_where_it_is_made_so(before: str, tmp_path: Path) -> None:
    (problem,) = told(tmp_path, f"phases:\n  - {{id: main, {before}lasts: 2 days}}\n")
    assert (Path(problem.file).name, problem.line) == ("child.yaml", 4)
    assert problem.column == len(f"  - {{id: main, {before}lasts: ") + 1
    assert problem.path == "phases[main].lasts"
    assert "phases[main].milestones[middle].at: '14 days after start' lies after the end" in problem.message
    assert f"{tmp_path / 'parent.yaml'}:15:" in (problem.hint or "")


def test_the_shipped_file_is_not_to_blame_for_what_is_said_of_its_phases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("program: mine\nextends: four-phase\nphases: [{id: preparation, lasts: 2 days}]\n")
    with pytest.raises(DeclarationError) as refused:
        library.load("mine.yaml")
    assert {(problem.file, problem.line) for problem in refused.value.problems} == {("mine.yaml", 3)}
    assert ("phases[preparation].lasts", 35) in {(problem.path, problem.column) for problem in refused.value.problems}
    assert all("programs/four_phase.yaml:" in (problem.hint or "") for problem in refused.value.problems)


def test_a_form_that_asks_other_roles_is_told_at_the_form(tmp_path: Path) -> None:
    (problem,) = told(
        tmp_path,
        "forms:\n  well:\n    questions:\n      - {id: well, ask: Are you well?, type: yes_no, roles: [mentor]}\n",
    )
    assert (Path(problem.file).name, problem.line) == ("child.yaml", 4)


def test_a_field_that_becomes_another_kind_is_told_at_the_field(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, "enrollment:\n  fields:\n    wants: {type: number}\n")
    assert (Path(problem.file).name, problem.line) == ("child.yaml", 5)


def test_what_the_parent_has_wrong_by_itself_stays_there(tmp_path: Path) -> None:
    wrong = PARENT.replace("at: 14 days after start", "at: 100 days after start")
    (problem,) = told(tmp_path, "phases:\n  - {id: main, title: Mine}\n", wrong)
    assert (Path(problem.file).name, problem.line) == ("parent.yaml", 15)


def test_where_nothing_of_ones_own_takes_part_the_place_stays(tmp_path: Path) -> None:
    wrong = PARENT.replace("at: 14 days after start", "at: 100 days after start")
    (problem,) = told(tmp_path, "title: Mine\n", wrong)
    assert Path(problem.file).name == "parent.yaml"
