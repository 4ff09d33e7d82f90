"""A cohort led from the command line, as an operator would, on both databases; every command a second time without harm."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from flows import cli
from tests.cli.walk import PROGRAM, ROSTER, START, data, launch, of


def relationships(capsys: pytest.CaptureFixture[str]) -> list[str]:
    asked = data(capsys, "answer", "w1", "--today", START)
    return sorted({ask["relationship"] for ask in asked})


def contents(url: str) -> dict[str, list[Any]]:
    """Every row of every table but what says when."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    tables = ("cohort", "person", "participant", "relationship", "member", "step", "ask", "response", "goal", "meeting",
              "tick", "message", "closure", "history")  # fmt: skip
    with engine.connect() as conn:
        found = {
            name: [tuple(row) for row in conn.execute(text(f"SELECT * FROM {name} ORDER BY id"))] for name in tables
        }
    engine.dispose()
    return found


def test_a_cohort_is_launched_once_however_often_it_is_typed(
    place: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert launch() == 0
    assert "5 people added" in capsys.readouterr().out
    before = contents(database_url)
    assert launch() == 0
    assert "5 people unchanged" in capsys.readouterr().out
    assert contents(database_url) == before


def test_a_bad_sheet_opens_no_cohort(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text(ROSTER + "mentor,nobody,No,Body,,\n")
    assert launch() == 1
    assert "people.csv:7" in capsys.readouterr().err
    assert cli.run(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_report_has_every_problem_of_which_the_screen_shows_the_first(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("people.csv").write_text(ROSTER + "".join(f"mentor,nobody{number},No,Body,,\n" for number in range(30)))
    assert launch("--report", "report.txt") == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "report.txt: written, with 30 problems and 0 notes"
    assert (len(told), told[-1]) == (23, "30 problems; nothing was done")
    assert len(Path("report.txt").read_text().splitlines()) == 30


def test_refused_rows_can_be_left_out_and_go_to_a_sheet(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text(ROSTER + "mentor,nobody,No,Body,,\n")
    assert launch("--skip-invalid") == 0
    assert "1 row was refused; correct it in refused-w1.csv and enroll that sheet." in capsys.readouterr().out
    assert "nobody" in Path("refused-w1.csv").read_text(encoding="utf-8-sig")


def test_an_edited_program_does_not_change_a_cohort(launched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("walk.yaml").write_text(PROGRAM.replace("4 weeks", "5 weeks"))
    assert launch() == 1
    assert "plan" in capsys.readouterr().err


def test_proposals_are_shown_and_decided(launched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "match", "w1", "--today", "2027-01-04")
    assert [one["points"] for one in found["proposals"]] == [5, 5]
    assert [one["name"] for one in found["left"]] == ["Joe Doe"]
    first = found["proposals"][0]["relationship"]
    assert cli.run(["match", "w1", "--reject", first, "--today", "2027-01-04"]) == 0
    assert cli.run(["match", "w1", "--approve", "--today", "2027-01-04"]) == 0
    whose = ["--participant", found["proposals"][0]["members"][0]["participant"], "--today", "2027-01-04"]
    assert cli.run(["goal", first, "far", "--text", "Walk far", *whose]) == 1
    assert f"{first} came to nothing (rejected)" in capsys.readouterr().err
    assert data(capsys, "match", "w1", "--today", "2027-01-04")["proposals"][0]["relationship"] != first


def test_a_decision_needs_one_direction(launched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["match", "w1", "--approve", "--reject"]) == 1
    assert cli.run(["match", "w1", "R-58HKY"]) == 1


def test_a_day_is_run_once(running: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(database_url)
    mails = sorted(path.name for path in Path("mail").iterdir())
    assert cli.run(["advance", "w1", "--today", START]) == 0
    assert "nothing is due" in capsys.readouterr().out
    assert contents(database_url) == before
    assert sorted(path.name for path in Path("mail").iterdir()) == mails


def test_answers_come_in_by_ask_or_by_address_and_once(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = data(capsys, "answer", "w1", "--today", START)
    Path("by_ask.csv").write_text(f"ask,aim\n{asked[0]['ask']},To see far\n")
    Path("by_mail.csv").write_text(f"email,aim\n{asked[1]['email'].upper()},To walk on\n")
    assert cli.run(["answer", "w1", "--file", "by_ask.csv", "--today", START]) == 0
    assert cli.run(["answer", "w1", "--file", "by_mail.csv", "--form", "aims", "--today", START]) == 0
    assert capsys.readouterr().out.count("1 taken, 0 known already, 0 refused.") == 2
    assert cli.run(["answer", "w1", "--file", "by_ask.csv", "--today", START]) == 0
    assert "0 taken, 1 known already" in capsys.readouterr().out
    assert len(data(capsys, "answer", "w1", "--today", START)) == len(asked) - 2


def test_a_refused_answer_is_named_by_its_line_and_stops_no_other(
    running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = data(capsys, "answer", "w1", "--today", START)
    Path("in.csv").write_text(
        f'ask,aim\n{asked[0]["ask"]},"a\nb"\nA-00000,x\n\n{asked[1]["ask"]},{"x" * 301}\n{asked[2]["ask"]},go\n'
    )
    assert cli.run(["answer", "w1", "--file", "in.csv", "--today", START]) == 1
    shown = capsys.readouterr()
    assert "2 taken, 0 known already, 2 refused." in shown.out
    assert "in.csv:4:" in shown.err
    assert "in.csv:6:" in shown.err


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("aim\nx\n", "no column says what is answered"),
        ("ask,aim,aim\nA-1,x,y\n", "both mean 'aim'"),
        ('ask,aim\nA-1,"x\n', "the file was cut"),
    ],
)
def test_a_sheet_of_answers_that_cannot_be_read_is_refused_whole(
    sheet: str, told: str, running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("in.csv").write_text(sheet)
    assert cli.run(["answer", "w1", "--file", "in.csv", "--today", START]) == 1
    assert told in capsys.readouterr().err


def test_what_members_do_is_noted_once(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tims = of(capsys, "tim@example.org")
    meeting = ["log-meeting", tims, "--on", START, "--minutes", "45", "--today", START]
    tick = ["tick", tims, "1", "--participant", "tim@example.org", "--today", START]
    goal = ["goal", tims, "far", "--participant", "tim@example.org", "--text", "See far", "--today", START]
    for words in (meeting, tick, goal) * 2:
        assert cli.run(words) == 0
    capsys.readouterr()
    assert (
        cli.run(["goal", tims, "far", "--participant", "tim@example.org", "--progress", "100", "--today", START]) == 0
    )
    capsys.readouterr()
    found = data(capsys, "show", tims)
    assert len(found["meetings"]) == 1
    assert [(one["key"], one["status"]) for one in found["goals"]] == [("far", "reached")]


def test_what_cannot_be_done_is_refused_in_words(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tims = of(capsys, "tim@example.org")
    far = ["goal", tims, "far", "--participant"]
    for words in (
        [*far, "tim@example.org"],
        [*far, "tim@example.org", "--progress", "101"],
        [*far, "tim@example.org", "--progress", "10"],
        [*far, "joe@example.org", "--text", "x"],
        ["log-meeting", tims, "--on", "2027-02-11", "--minutes", "45"],
        ["tick", tims, "9", "--participant", "tim@example.org"],
        ["extend", tims, "--by", "2 fortnights"],
        ["waive", tims, "nothing"],
        ["close", tims, "--reason", "because"],
        ["close", "--reason", "other"],
    ):
        assert cli.run([*words, "--today", START]) == 1, words
        told = capsys.readouterr().err
        assert told.strip(), words
        assert "Traceback" not in told, words
    for what in ("R-00000", "whoever", "P-00000", "no@example.org"):
        assert cli.run(["show", what]) == 1, what


def test_a_relationship_is_paused_resumed_extended_and_let_off(
    running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tims = of(capsys, "tim@example.org")
    ends = data(capsys, "show", tims)["expected_end_on"]
    for words in (
        ["pause", tims, "--today", "2027-01-12"],
        ["pause", tims, "--today", "2027-01-12"],
        ["resume", tims, "--today", "2027-01-15"],
        ["resume", tims, "--today", "2027-01-15"],
        ["waive", tims, "aims", "--today", "2027-01-15"],
        ["waive", tims, "aims", "--today", "2027-01-15"],
    ):
        assert cli.run(words) == 0
    assert "was paused already" in capsys.readouterr().out
    assert data(capsys, "show", tims)["expected_end_on"] == "2027-02-11" > ends
    assert cli.run(["extend", tims, "--by", "1 week", "--today", "2027-01-15"]) == 0
    capsys.readouterr()
    found = data(capsys, "show", tims)
    assert found["expected_end_on"] == "2027-02-18"
    assert {step["status"] for step in found["steps"] if step["key"] == "going.aims"} == {"waived"}


def test_an_ending_prints_its_record_and_happens_once(
    running: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tims = of(capsys, "tim@example.org")
    words = ["close", tims, "--reason", "no_fit", "--note", "No common path", "--today", "2027-01-12"]
    assert cli.run(words) == 0
    record = capsys.readouterr().out
    assert tims in record
    assert "No common path" in record
    before = contents(database_url)
    assert cli.run(words) == 0
    assert "nothing was ended" in capsys.readouterr().out
    assert contents(database_url) == before
    assert data(capsys, "records", "w1")["relationships"][0]["relationship"] == tims


def test_a_participant_who_leaves_ends_what_they_are_in_and_is_matched_no_more(
    running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = data(
        capsys, "close", "--participant", "tim@example.org", "--reason", "left_organisation", "--today", START
    )
    assert len(closed) == 1
    tim = data(capsys, "show", "tim@example.org")
    assert (tim["status"], tim["seeking_on"]) == ("withdrawn", None)
    assert [one["status"] for one in tim["relationships"]] == ["closed"]


def test_who_leaves_before_it_began_takes_the_proposal_along_and_the_other_looks_again(
    launched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data(capsys, "match", "w1", "--today", "2027-01-04")
    words = ["close", "--participant", "ada@example.org", "--reason", "left_organisation", "--today", "2027-01-04"]
    assert data(capsys, *words) == []
    assert data(capsys, *words) == []
    found = data(capsys, "match", "w1", "--today", "2027-01-04")
    names = {member["name"] for one in found["proposals"] for member in one["members"]}
    assert "Ada Byron" not in names
    assert {"Tim Lee", "Joe Doe"} == {one["name"] for one in found["left"]}


def test_a_whole_cohort_can_be_ended(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["close", "--cohort", "w1", "--reason", "other", "--no-rematch", "--today", "2027-01-12"]) == 0
    assert "2 relationships ended" in capsys.readouterr().out
    assert cli.run(["records", "w1", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["reason"] for row in rows] == ["other", "other"]


def test_proposals_that_are_taken_back_with_their_cohort_are_told(
    launched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data(capsys, "match", "w1", "--today", "2027-01-04")
    words = ["close", "--cohort", "w1", "--reason", "other", "--no-rematch", "--today", "2027-01-04"]
    assert cli.run(words) == 0
    assert capsys.readouterr().out.startswith("2 relationships that had not begun are taken back.\nNothing was running")


def test_a_partner_reads_only_what_is_shared_and_only_after_the_exchange(
    running: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tims = of(capsys, "tim@example.org")
    asked = [ask for ask in data(capsys, "answer", "w1") if ask["relationship"] == tims and ask["form"] == "back"]
    for ask in asked:
        Path("in.csv").write_text(f"ask,learned,worry\n{ask['ask']},to look up,my knees\n")
        assert data(capsys, "feedback", tims, "ada@example.org") == []
        assert cli.run(["answer", "w1", "--file", "in.csv", "--today", START]) == 0
        capsys.readouterr()
    assert cli.run(["advance", "w1", "--today", "2027-01-12"]) == 0
    assert cli.run(["advance", "w1", "--today", "2027-02-02"]) == 0
    capsys.readouterr()
    assert data(capsys, "feedback", tims, "ada@example.org") == [
        {"from": "mentee", "about": "Back", "answers": {"learned": "to look up"}}
    ]
    assert cli.run(["feedback", tims, "ada@example.org"]) == 0
    assert capsys.readouterr().out == "From the mentee, Back:\n  What did you learn? to look up\n"


def test_who_is_no_member_is_told_so(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tims = of(capsys, "tim@example.org")
    assert cli.run(["feedback", tims, "kay@example.org"]) == 1
    assert f"kay@example.org is not a member of {tims}" in capsys.readouterr().err


def test_where_nothing_waits_no_decision_is_counted(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["match", "w1", "--approve", "--today", START]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "No proposal waits" in shown.out


def test_status_counts_and_says_what_waits(launched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data(capsys, "match", "w1", "--today", "2027-01-04")
    assert cli.run(["status", "w1", "--today", "2027-01-04"]) == 0
    shown = capsys.readouterr().out
    assert "proposals to approve: 2" in shown
    assert data(capsys, "status", "w1", "--today", "2027-01-04")["relationships"] == {"proposed": 2}
    assert [one["cohort"] for one in data(capsys, "status")] == ["w1"]


def test_an_operator_sees_no_answer_where_progress_is_shown(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = data(capsys, "answer", "w1", "--today", START)
    Path("in.csv").write_text("ask,aim\n" + "".join(f"{ask['ask']},SECRET\n" for ask in asked if ask["form"] == "aims"))
    assert cli.run(["answer", "w1", "--file", "in.csv", "--today", START]) == 0
    for words in (["status", "w1"], ["show", asked[0]["relationship"]], ["show", asked[0]["email"]], ["answer", "w1"]):
        assert cli.run(words) == 0
        assert cli.run([*words, "--json"]) == 0
    assert "SECRET" not in capsys.readouterr().out


def test_without_a_database_a_command_says_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MENTORFLOW_DATABASE_URL", raising=False)
    assert cli.run(["status"]) == 1
    assert "mentorflow launch" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_cohort_that_is_not_there_is_told_with_those_that_are(
    launched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["status", "w2"]) == 1
    assert "w1" in capsys.readouterr().err


def test_a_name_that_another_programs_cohort_has_is_told_before_anything_of_the_sheets(
    launched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("others.csv").write_text("role,nothing\nmentor,x\n")
    words = ["launch", "five-stage", "--cohort", "w1", "--start", START, "--roster", "others.csv"]
    assert cli.run([*words, "--today", "2027-01-04"]) == 1
    told = capsys.readouterr().err
    assert "there is a cohort 'w1' already, and it runs the program walk, not five-stage" in told
    assert "column" not in told
