"""Finding and loading programs: by path, by name, with inheritance, and from a stored plan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from programs import library, source
from programs.check import uses
from programs.errors import DeclarationError, NotFoundError

EXAMPLES = ("civil-service", "internship", "open-science")
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


def own_forms(name: str) -> set[str]:
    found = library.find(name)
    assert isinstance(found, Path)
    return set(source.read_file(found).data.get("forms") or {})


@pytest.mark.parametrize("name", library.shipped())
def test_every_shipped_program_says_what_it_takes_from_the_standard(name: str) -> None:
    program = library.load(name)
    asked = {use.form for use in uses.forms(program)} | ({"consent"} if program.matching.consent else set())
    found = library.find(name)
    assert isinstance(found, Path)
    said = re.search(r"^extends: standard +# from there: (.*)$", found.read_text(encoding="utf-8"), re.M)
    assert said
    standard = set(source.read_file(found.parents[name in EXAMPLES] / "standard.yaml").data["forms"])
    assert set(re.findall(r"\w+", said[1])) & standard == asked - own_forms(name)
    assert "mail" in said[1]


def test_to_extend_the_standard_is_to_extend_nothing_else(tmp_path: Path) -> None:
    plain = library.load(small(tmp_path, "plain"))
    said = library.load(write(tmp_path, "plain", SMALL.format(name="plain", title="Small") + "extends: standard\n"))
    assert said.extends == "standard"
    assert said.model_copy(update={"extends": None}) == plain


def test_an_own_form_takes_the_place_of_a_standard_one_whole_however_it_is_inherited(tmp_path: Path) -> None:
    own = "forms: {fit: {questions: [{id: fit, ask: Fine?, type: choice, options: {not_a_fit: no, yes: yes}}]}}\n"
    for extended in ("four-phase", "standard"):
        text = SMALL.format(name="own", title="Own") if extended == "standard" else "program: own\n"
        program = library.load(write(tmp_path, "own", f"{text}extends: {extended}\n{own}"))
        assert [question.id for question in program.forms["fit"].questions] == ["fit"]
        assert program.forms["fit"].intro is None


def test_an_operators_own_program_may_be_called_standard(tmp_path: Path) -> None:
    write(tmp_path, "standard", SMALL.format(name="standard", title="Ours") + "extends: standard\nsummary: Ours\n")
    child = write(tmp_path, "child", "program: child\nextends: standard\n")
    assert library.load(child, [tmp_path]).summary == "Ours"


def test_a_copy_of_all_that_ships_says_the_same(tmp_path: Path) -> None:
    found = library.find("civil-service")
    assert isinstance(found, Path)
    for file in (found, found.parents[1] / "standard.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert library.load(tmp_path / found.name) == library.load("civil-service")


def test_what_ships_extends_what_ships_whatever_the_operator_calls_standard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = library.load("civil-service")
    write(tmp_path, "standard", SMALL.format(name="standard", title="Ours") + "closure: {reasons: [completed, ours]}\n")
    assert library.load("civil-service", [tmp_path]) == before
    found = library.find("civil-service")
    assert isinstance(found, Path)
    monkeypatch.chdir(found.parents[1])
    assert library.load("examples/civil_service.yaml", [Path()]) == before


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
