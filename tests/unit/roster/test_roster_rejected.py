"""Refused rows come back as a sheet that can be corrected and handed in again."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from pathlib import Path

from programs.spec import Program
from tasks.roster import Roster, RosterFile, read_roster, write_rejected

Read = Callable[..., Roster]
MENTORS = "email,first_name,last_name,department,capacity\nben,Ben,Bell,Arts,2\ncleo@example.org,Cleo,Cox,Arts,1\n"
MENTEES = "email,name,department\nada@example.org,Ada Lovelace,\n"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_refused_row_is_written_with_its_place_and_the_reason(read: Read, tmp_path: Path) -> None:
    roster = read(mentors=MENTORS, mentees=MENTEES)
    assert write_rejected(roster, tmp_path / "refused.csv") == 2
    ben, ada = rows_of(tmp_path / "refused.csv")
    assert (ben["email"], ben["role"], ben["capacity"]) == ("ben", "mentor", "2")
    assert ben["refused at"] == f"{tmp_path / 'mentors.csv'}:2"
    assert ben["refused because"].startswith("email: 'ben' is not an e-mail address")
    assert (ada["name"], ada["role"]) == ("Ada Lovelace", "mentee")
    assert ada["refused because"] == "department: is empty, and the program requires it"


def test_a_corrected_sheet_of_refused_rows_is_a_roster_again(
    read: Read, make_program: Callable[..., Program], tmp_path: Path
) -> None:
    path = tmp_path / "refused.csv"
    write_rejected(read(mentors=MENTORS, mentees=MENTEES), path)
    rows = rows_of(path)
    rows[0]["email"], rows[1]["department"] = "ben@example.org", "Engines"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    roster = read_roster([RosterFile(path)], make_program())
    assert roster.problems == ()
    assert [(entry.email, entry.roles) for entry in roster.entries] == [
        ("ben@example.org", ("mentor",)),
        ("ada@example.org", ("mentee",)),
    ]


def test_the_row_of_a_person_whose_other_row_is_wrong_says_so(read: Read, tmp_path: Path) -> None:
    twice = "email,name,department\nada@example.org,Ada,E\nada@example.org,Ada,E\n"
    write_rejected(read(mentees=twice), tmp_path / "refused.csv")
    assert rows_of(tmp_path / "refused.csv")[0]["refused because"] == "another row of the person is wrong"


def test_the_sheet_is_for_its_owner_only(read: Read, tmp_path: Path) -> None:
    write_rejected(read(mentors=MENTORS), tmp_path / "refused.csv")
    assert stat.S_IMODE((tmp_path / "refused.csv").stat().st_mode) & 0o077 == 0
