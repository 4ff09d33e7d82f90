"""Commands around program files: check, plan, new, programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from icalendar import Calendar

from flows import cli
from programs import library

BROKEN = """\
program: broken
title: Broken
phases:
  - id: one
    lasts: 2 fortnights
    mielstones: []
"""


@pytest.fixture(autouse=True)
def _bare_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MENTORFLOW_PROGRAMS", raising=False)


def test_a_file_without_problems_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "four-phase"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line == "four-phase: fine. Four-phase mentoring: 4 phases, 7 forms, 24 weeks to 29 weeks."


OWN = """\
program: own
title: Own
phases:
  - {id: work, lasts: 4 weeks, milestones: [{id: fine, at: start, ask: {form: FORM, roles: [mentee], due: 3 days}}]}
forms:
  mine: {questions: [{id: well, ask: Are you well?, type: yes_no}]}
"""


@pytest.mark.parametrize(("asked", "forms"), [("mine", "1 form"), ("fit", "2 forms")])
def test_forms_are_those_declared_or_asked_and_not_all_there_are(
    asked: str, forms: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("own.yaml").write_text(OWN.replace("FORM", asked))
    assert cli.run(["check", "own.yaml"]) == 0
    assert f" {forms}, " in capsys.readouterr().out


def test_all_problems_are_listed_by_place_and_the_good_file_beside_them(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.yaml").write_text(BROKEN)
    assert cli.run(["check", "broken.yaml", "four-phase"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines[:2]] == ["broken.yaml:5:12", "broken.yaml:6:5"]
    assert lines[-1].startswith("four-phase: fine.")


def test_problems_are_data_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.yaml").write_text(BROKEN)
    assert cli.run(["check", "broken.yaml", "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)
    assert {problem["line"] for problem in problems} == {5, 6}


def test_a_missing_file_and_a_missing_name_do_not_hide_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.yaml").write_text(BROKEN)
    assert cli.run(["check", "none.yaml", "four-fase", "broken.yaml"]) == 1
    shown = capsys.readouterr().out
    assert "none.yaml:1:1: there is no such file" in shown
    assert "did you mean 'four-phase'?" in shown
    assert "broken.yaml:5:12" in shown


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        ("table", "phase"),
        ("text", "Four-phase mentoring\n==="),
        ("mermaid", "```mermaid\ngantt\n"),
        ("gantt", "gantt\n"),
        ("flow", "flowchart TD\n"),
        ("json", "{"),
        ("ics", "BEGIN:VCALENDAR"),
    ],
)
def test_a_plan_is_shown_in_every_format(form: str, beginning: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["plan", "four-phase", "--start", "2027-01-11", "--format", form]) == 0
    assert capsys.readouterr().out.startswith(beginning)


@pytest.mark.parametrize("form", ["table", "ics", "json"])
def test_a_plan_in_a_time_zone_that_is_none_is_refused_as_at_the_launch(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["plan", "open-science", "--start", "2027-01-11", "--timezone", "Europe/Lundon", "--format", form]
    assert cli.run(words) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "there is no time zone 'Europe/Lundon'; did you mean 'Europe/London'?" in shown.err


@pytest.mark.parametrize("name", library.shipped())
def test_mermaid_shows_the_days_and_the_ways_of_every_program(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    charts = {}
    for form in ("mermaid", "gantt", "flow"):
        assert cli.run(["plan", name, "--start", "2027-01-11", "--format", form]) == 0
        charts[form] = capsys.readouterr().out
    assert charts["mermaid"] == f"```mermaid\n{charts['gantt']}```\n\n```mermaid\n{charts['flow']}```\n"


def test_the_calendar_of_a_plan_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["plan", "four-phase", "--start", "2027-01-11", "--format", "ics"])
    assert Calendar.from_ical(capsys.readouterr().out).walk("VEVENT")


def test_a_new_program_is_fine_as_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["new", "spring", "--from", "four-phase"]) == 0
    assert cli.run(["check", "spring.yaml"]) == 0
    assert library.load("spring.yaml").title == "Spring"
    assert Path("spring.yaml").read_text().startswith("# yaml-language-server: $schema=./program.schema.json\n")
    assert json.loads(Path("program.schema.json").read_text())


@pytest.mark.parametrize("source", library.shipped())
def test_what_a_new_program_shows_in_comments_changes_nothing_until_it_is_changed(source: str) -> None:
    assert cli.run(["new", "own", "--from", source]) == 0
    text = Path("own.yaml").read_text()
    uncommented = re.sub(r"^# ( *(?:phases:|- id:|lasts:|timezone:).*)$", r"\1", text, flags=re.MULTILINE)
    assert uncommented != text
    Path("own.yaml").write_text(uncommented)
    program = library.load("own.yaml")
    assert program.phases == library.load(source).phases


def test_a_new_program_never_overwrites_one(capsys: pytest.CaptureFixture[str]) -> None:
    Path("spring.yaml").write_text("mine")
    assert cli.run(["new", "spring", "--from", "four-phase"]) == 1
    assert Path("spring.yaml").read_text() == "mine"
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Spring", "../spring", "spring term", "spring.yaml", "x" * 41])
def test_a_new_program_needs_a_name_that_is_safe_everywhere(name: str) -> None:
    assert cli.run(["new", name, "--from", "four-phase"]) == 1
    assert not list(Path().rglob("*.yaml"))


def test_own_programs_stand_beside_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("MENTORFLOW_PROGRAMS", str(folder))
    assert cli.run(["new", "spring", "--from", "four-phase"]) == 0
    (folder / "broken.yaml").write_text(BROKEN)
    capsys.readouterr()
    assert cli.run(["programs", "--json"]) == 0
    listed = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert listed["spring"]["from"] == "your folder"
    assert listed["four-phase"]["from"] == "mentorflow"
    assert "mentorflow check broken" in listed["broken"]["title"]
    (folder / "four-phase.yaml").write_text(BROKEN)
    assert cli.run(["programs", "--json"]) == 0
    listed = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert {listed[name]["from"] for name in ("broken", "four-phase")} == {"your folder"}


@pytest.mark.parametrize(("many", "said"), [(100, "100 problems"), (101, "100 problems, and there are more")])
def test_where_the_reading_was_given_up_more_problems_are_announced(
    many: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("own.yaml").write_text("title: One\n" * (many + 1))
    assert cli.run(["check", "own.yaml"]) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 100
    assert told.err.strip().split(":")[0] == said


def test_a_program_named_like_a_shipped_one_is_noted_wherever_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MENTORFLOW_PROGRAMS", str(tmp_path))
    note = "note: mentorflow comes with a program 'four-phase' too"
    assert cli.run(["new", "four-phase", "--from", "five-stage"]) == 0
    assert note in capsys.readouterr().err
    assert cli.run(["check", "four-phase.yaml"]) == 0
    assert note in capsys.readouterr().err
    cli.run(["doctor"])
    assert "'four-phase' means your " in capsys.readouterr().out
    assert cli.run(["new", "other", "--from", "five-stage"]) == 0
    assert cli.run(["check", "other.yaml", "five-stage"]) == 0
    assert "note" not in capsys.readouterr().err


@pytest.mark.parametrize("name", library.shipped())
def test_nothing_is_noted_of_what_ships_nor_of_a_copy_that_says_the_same(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = library.find(name)
    assert isinstance(shipped, Path)
    copy = tmp_path / shipped.name
    copy.write_bytes(shipped.read_bytes())
    for file in (name, str(shipped), str(copy)):
        assert cli.run(["check", file]) == 0
        told = capsys.readouterr()
        assert told.err == ""
        assert told.out.startswith(f"{file}: fine. ")
        assert len(told.out.splitlines()) == 1
    copy.write_bytes(shipped.read_bytes() + b"# mine\n")
    assert cli.run(["check", str(copy)]) == 0
    assert f"note: mentorflow comes with a program '{name}' too" in capsys.readouterr().err


def test_the_standard_is_fine_although_it_is_no_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = library.find("four-phase")
    assert isinstance(shipped, Path)
    for file in (str(shipped.parent / "standard.yaml"), "standard"):
        assert cli.run(["check", file, "four-phase"]) == 0
        told = capsys.readouterr()
        assert told.out.startswith(f"{file}: fine. No program, but the forms and mails that every program has")
        assert told.err == ""
    own = tmp_path / "standard.yaml"
    own.write_text("forms: {}\n")
    assert cli.run(["check", str(own)]) == 1
    assert "'program' is missing" in capsys.readouterr().out
