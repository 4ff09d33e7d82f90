"""Finding and loading programs: by path, by name, with inheritance, and from a stored plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import library
from programs.errors import DeclarationError, NotFoundError

SMALL = "program: {name}\ntitle: {title}\nphases:\n  - {{id: main, lasts: 2 weeks}}\n"


def write(folder: Path, stem: str, text: str) -> Path:
    path = folder / f"{stem}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def small(folder: Path, stem: str, title: str = "Small") -> Path:
    return write(folder, stem, SMALL.format(name=stem.replace("_", "-"), title=title))


@pytest.mark.parametrize("name", library.shipped())
def test_every_shipped_program_is_free_of_problems_and_answers_to_its_name(name: str) -> None:
    assert library.load(name).program == name


@pytest.mark.parametrize("name", library.shipped())
def test_a_stored_program_is_the_program(name: str) -> None:
    program = library.load(name)
    assert library.from_data(program.model_dump(mode="json", by_alias=True)) == program


def test_the_four_phases_are_shipped() -> None:
    assert "four-phase" in library.shipped()
    assert "standard" not in library.shipped()


def test_a_name_is_the_same_with_dashes_and_underscores(tmp_path: Path) -> None:
    small(tmp_path, "our_program")
    assert library.load("our-program", [tmp_path]) == library.load("our_program", [tmp_path])


def test_the_operators_own_program_wins_over_the_shipped_one(tmp_path: Path) -> None:
    small(tmp_path, "four_phase", "Ours")
    assert library.load("four-phase", [tmp_path]).title == "Ours"
    assert library.load("four-phase").title != "Ours"


def test_an_unknown_name_says_which_one_was_meant(tmp_path: Path) -> None:
    small(tmp_path, "induction")
    with pytest.raises(NotFoundError, match="did you mean 'induction'"):
        library.load("indution", [tmp_path])


def test_a_folder_that_does_not_exist_holds_no_programs(tmp_path: Path) -> None:
    assert library.available([tmp_path / "nowhere"]) == library.shipped()


def test_a_program_that_calls_itself_otherwise_than_its_file_is_refused_by_name_only(tmp_path: Path) -> None:
    path = write(tmp_path, "one", SMALL.format(name="other", title="Other"))
    assert library.load(path).program == "other"
    with pytest.raises(DeclarationError, match="calls itself 'other' but its file is called 'one'"):
        library.load("one", [tmp_path])


def test_standard_messages_are_there_unless_declared() -> None:
    declared = library.read(Path(__file__).parents[2] / "declarations" / "valid" / "small.yaml")
    assert {"ask", "reminder", "reflect", "follow_up"} <= set(declared.program.messages)


def test_a_chain_of_programs_is_followed_to_its_end(tmp_path: Path) -> None:
    small(tmp_path, "grand", "Grand")
    write(tmp_path, "parent", "program: parent\nextends: grand\nsummary: From the parent\n")
    child = write(tmp_path, "child", "program: child\nextends: parent\nversion: 3\n")
    program = library.load(child)
    assert (program.program, program.title, program.summary, program.version) == (
        "child",
        "Grand",
        "From the parent",
        3,
    )


def test_the_operators_own_may_extend_the_shipped_program_of_the_same_name(tmp_path: Path) -> None:
    write(tmp_path, "four_phase", "program: four-phase\nextends: four-phase\ntitle: Ours\n")
    program = library.load("four-phase", [tmp_path])
    assert program.title == "Ours"
    assert program.phases == library.load("four-phase").phases


def test_a_circle_of_programs_is_a_problem_where_it_closes(tmp_path: Path) -> None:
    write(tmp_path, "one", "program: one\nextends: two\n")
    write(tmp_path, "two", "program: two\nextends: one\n")
    with pytest.raises(DeclarationError, match=r"two\.yaml:2:10: extends: the program extends itself: one → two → one"):
        library.load("one", [tmp_path])


def test_a_circle_is_found_however_its_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "one", "program: one\nextends: ./two.yaml\n")
    write(tmp_path, "two", "program: two\nextends: one\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DeclarationError, match="extends itself"):
        library.load("one.yaml", [tmp_path])


def test_a_problem_of_inheritance_points_into_the_file_that_stands_wrong(tmp_path: Path) -> None:
    write(tmp_path, "parent", "program: parent\ntitle: Parent\nphases:\n  - {id: main, lasts: 2 weks}\n")
    child = write(tmp_path, "child", "program: child\nextends: parent\nversion: many\n")
    with pytest.raises(DeclarationError) as refused:
        library.load(child)
    assert [Path(problem.file).name for problem in refused.value.problems] == ["child.yaml", "parent.yaml"]


def test_stored_data_of_another_shape_is_refused_in_words() -> None:
    with pytest.raises(DeclarationError, match="stored plan:1:1: 'phases' is missing"):
        library.from_data({"program": "a", "title": "A"})
