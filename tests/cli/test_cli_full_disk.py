"""Where nothing more can be written, a command says so in a sentence, and leaves nothing half-written behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flows import cli
from tests.cli.walk import PROGRAM, ROSTER
from tests.room import room_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("MENTORFLOW_PROGRAMS", "MENTORFLOW_DATABASE_URL", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MENTORFLOW_MAIL_FOLDER", str(tmp_path / "mail"))


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["plan", "--help"],
        ["programs", "--json"],
        ["plan", "four-phase", "--start", "2027-01-11"],
        ["plan", "four-phase", "--start", "2027-01-11", "--format", "ics"],
    ],
)
def test_an_output_that_does_not_fit_is_told_in_a_sentence(words: list[str]) -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from flows.cli import main; main()"
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", program, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.stderr == "the output cannot be written: the disk is full\n"
    assert ended.returncode == 1


def test_pairs_that_do_not_fit_leave_no_empty_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("walk.yaml").write_text(PROGRAM)
    Path("people.csv").write_text(ROSTER)
    with room_for(20):
        assert cli.run(["pair", "walk.yaml", "--roster", "people.csv", "--out", "pairs.csv"]) == 1
    assert capsys.readouterr().err.startswith("pairs.csv cannot be written: ")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["people.csv", "walk.yaml"]


@pytest.mark.parametrize("size", [20, 5_000])
def test_a_new_program_that_does_not_fit_is_not_begun(
    size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with room_for(size):
        assert cli.run(["new", "own", "--from", "four-phase"]) == 1
    name = "own.yaml" if size < 1_000 else "program.schema.json"
    assert capsys.readouterr().err.startswith(f"{name} cannot be written: ")
    assert not list(tmp_path.iterdir())
    assert cli.run(["new", "own", "--from", "four-phase"]) == 0


def test_a_full_disk_is_found_before_a_command_needs_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with room_for(200_000):
        assert cli.run(["doctor", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [one["what"].partition(":")[0] for one in found["database"]] == [
        f"the database cannot be written in {tmp_path}"
    ]
    assert f"mails cannot be written to {tmp_path / 'mail'}" in found["settings"][0]["what"]
    assert not list(tmp_path.iterdir())
