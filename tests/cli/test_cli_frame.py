"""What is typed comes out as one of four exit codes, quickly and in words for an operator."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows import cli
from flows.cli.commands import COMMANDS, application
from programs.errors import MentorflowError
from tests.cli.walk import START, of

HEAVY = ("prefect", "sqlalchemy", "numpy", "scipy", "icalendar", "alembic", "starlette")
ROOT = Path(__file__).parents[2]


def mentorflow(*words: str, probe: str = "") -> subprocess.CompletedProcess[str]:
    """The console command in a process of its own, which starts without what the tests have loaded."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from flows.cli import run; code = run(sys.argv[1:]); {probe}"
    )
    return subprocess.run(
        [sys.executable, "-P", "-c", f"{program}\nsys.exit(code)", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words", [["--help"], ["check", "four-phase"], ["plan", "four-phase", "--start", "2027-01-11"]]
)
def test_a_quick_command_loads_nothing_heavy(words: list[str]) -> None:
    probe = f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    ended = mentorflow(*words, probe=probe)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("HEAVY []\n")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_command_that_only_looks_or_takes_down_loads_prefect(
    running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One process for all of them, in which no test has loaded anything yet."""
    tims = of(capsys, "tim@example.org")
    (running / "answers.csv").write_text("email,form,aim\ntim@example.org,aims,To walk far\n")
    commands = (
        ["check", "walk.yaml"],
        ["plan", "walk.yaml", "--start", START, "--json"],
        ["pair", "walk.yaml", "--roster", "people.csv"],
        ["status"],
        ["status", "w1"],
        ["status", "w1", "--attention"],
        ["show", tims],
        ["show", "tim@example.org"],
        ["answer", "w1", "--today", START],
        ["answer", "w1", "--file", "answers.csv", "--today", START],
        ["records", "w1"],
        ["tick", tims, "1", "--participant", "tim@example.org", "--today", START],
    )
    watched = (
        f"found = [words for words in {commands!r} if run(words) or 'prefect' in sys.modules]; print('FOUND', found)"
    )
    assert mentorflow("--version", probe=watched).stdout.splitlines()[-1] == "FOUND []"


def test_whoever_asks_for_no_help_does_not_wait_for_what_lays_it_out() -> None:
    probe = "print([name for name in ('cyclopts.help', 'rich', 'programs.describe') if name in sys.modules])"
    assert mentorflow("check", "four-phase", probe=probe).stdout.endswith("[]\n")


def test_the_list_of_commands_is_shown_without_reading_markdown() -> None:
    probe = "print([name for name in ('markdown_it', 'pydantic') if name in sys.modules])"
    assert mentorflow("--help", probe=probe).stdout.endswith("[]\n")


def test_only_commands_that_exist_are_quick() -> None:
    assert {*cli.QUICK} - {command.name for command in COMMANDS} == {"--help"}


def test_every_command_says_the_same_in_the_list_and_on_its_own_page() -> None:
    app = application()
    for command in COMMANDS:
        function = application([command.name])[command.name].default_command
        assert function is not None, command.name
        assert (function.__doc__ or "").splitlines()[0] == command.about
        assert command.name in app


def test_an_unknown_command_is_usage_and_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["chekc"]) == 2
    assert capsys.readouterr().err == "there is no command 'chekc'; did you mean 'check'?\n"


def test_an_unknown_option_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["plan", "four-phase", "--start", "2027-01-11", "--formt", "ics"]) == 2
    assert "mentorflow plan --help" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("2027-02-30", "does not exist: 2027-02 has 28 days; write a day as YYYY-MM-DD, like 2027-01-31"),
        ("2027-2-30", "does not exist: 2027-02 has 28 days; write a day as YYYY-MM-DD, like 2027-01-31"),
        ("2027-13-01", "does not exist: there is no month 13; write a day as YYYY-MM-DD, like 2027-01-31"),
        ("2027-2-3", "is not written as it is read here; write 2027-02-03"),
        ("2027-01-11T10:00", "is not written as it is read here; write 2027-01-11"),
        ("12/01/2027", "is not written as it is read here; write 2027-01-12 or 2027-12-01"),
        ("12.12.2027", "is not written as it is read here; write 2027-12-12"),
        ("31.1.2027", "is not written as it is read here; write 2027-01-31"),
        ("31.2.2027", "does not exist: 2027-02 has 28 days; write a day as YYYY-MM-DD, like 2027-01-31"),
        ("0000-01-01", "has no year; write a day as YYYY-MM-DD, like 2027-01-31"),
        ("monday", "is not a day; write a day as YYYY-MM-DD, like 2027-01-31"),
    ],
)
def test_a_day_that_is_no_day_is_usage_with_why_and_how_to_write_it(
    said: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["plan", "four-phase", "--start", said]) == 2
    assert capsys.readouterr().err.splitlines() == [f"--start: '{said}' {told}", "See: mentorflow plan --help"]


def test_another_wrong_value_is_told_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["plan", "four-phase", "--start", "2027-01-11", "--format", "pdf"]) == 2
    assert "pdf" in capsys.readouterr().err


def test_what_the_operator_can_fix_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["plan", "four-fase", "--start", "2027-01-11"]) == 1
    told = capsys.readouterr().err
    assert "did you mean 'four-phase'?" in told
    assert "Traceback" not in told


def test_a_fault_of_ours_shows_a_traceback_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(words: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("flows.cli.commands.application", broken)
    assert cli.run(["check", "four-phase"]) == 3
    told = capsys.readouterr().err
    assert "KeyError: 'ours'" in told
    assert "fault in mentorflow" in told


def test_a_base_error_of_ours_ends_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(words: object) -> None:
        raise MentorflowError("do this first")

    monkeypatch.setattr("flows.cli.commands.application", refuses)
    assert cli.run(["check", "four-phase"]) == 1
    assert capsys.readouterr().err == "do this first\n"


def test_the_version_is_the_one_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    declared = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert declared
    assert capsys.readouterr().out.strip() in (declared[1], "not installed; run from a folder with its source")


def test_help_is_drawn_without_boxes_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    assert "╭" not in capsys.readouterr().out


def test_data_goes_to_the_output_and_nothing_else_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["plan", "four-phase", "--start", "2027-01-11", "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["starts_on"] == "2027-01-11"
    assert shown.err == ""
