"""Slips of the hand at the command line: they are told in words that lead on, and can be put right."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows import cli, clock
from tasks import health
from tasks.db import reading, shared_engine
from tests.cli.walk import START, data, launch, of

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is said does not depend on the database."""
    return sqlite_url


def refused(capsys: Capture, words: Sequence[str]) -> str:
    """Why a command is refused."""
    capsys.readouterr()
    assert cli.run(words) == 1
    return capsys.readouterr().err


def told(capsys: Capture, words: Sequence[str]) -> str:
    capsys.readouterr()
    assert cli.run(words) == 0
    return capsys.readouterr().out


def meeting(relationship: str, minutes: int, *more: str) -> list[str]:
    return ["log-meeting", relationship, "--on", START, "--minutes", str(minutes), "--today", START, *more]


@pytest.mark.usefixtures("running")
def test_a_meeting_logged_with_other_minutes_is_refused_with_both_figures(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    assert told(capsys, meeting(tims, 450)) == f"{tims}: logged.\n"
    why = refused(capsys, meeting(tims, 45))
    assert why == f"{tims} has a meeting of 450 minutes on {START} already, not of 45; if 45 is right, add --correct\n"
    assert [one["minutes"] for one in data(capsys, "show", tims)["meetings"]] == [450]


@pytest.mark.usefixtures("running")
def test_the_same_meeting_twice_is_harmless(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    told(capsys, meeting(tims, 45))
    before = data(capsys, "show", tims)
    for more in ((), ("--correct",)):
        assert told(capsys, meeting(tims, 45, *more)) == f"{tims}: was logged already, with 45 minutes.\n"
    assert data(capsys, "show", tims) == before


@pytest.mark.usefixtures("running")
def test_a_meeting_is_corrected_on_demand_and_its_history_says_so(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    told(capsys, meeting(tims, 450))
    correct = meeting(tims, 45, "--correct")
    assert told(capsys, correct) == f"{tims}: corrected, 45 minutes instead of 450.\n"
    assert "was logged already" in told(capsys, correct)
    found = data(capsys, "show", tims)
    assert [one["minutes"] for one in found["meetings"]] == [45]
    corrections = [one for one in found["history"] if one["event"] == "correct"]
    assert [(one["why"], one["by"]) for one in corrections] == [
        (f"the meeting on {START} took 45 minutes, not 450", "operator")
    ]


@pytest.mark.usefixtures("running")
def test_what_was_never_logged_cannot_be_corrected(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    why = refused(capsys, meeting(tims, 45, "--correct"))
    assert f"{tims} has no meeting on {START} that could be corrected" in why
    told(capsys, meeting(tims, 45))
    assert "a meeting of 0 minutes cannot be" in refused(capsys, meeting(tims, 0, "--correct"))


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("words", [["close", "w1"], ["close", "--participant", "w1"]])
def test_a_cohort_that_is_named_without_its_option_is_recognised(words: list[str], capsys: Capture) -> None:
    why = refused(capsys, [*words, "--reason", "other", "--today", START])
    assert why == "'w1' is a cohort; to end everything that runs in it: --cohort w1\n"
    assert data(capsys, "status", "w1")["relationships"] == {"active": 2}


@pytest.mark.usefixtures("running")
def test_every_command_for_a_relationship_says_what_was_named_instead(capsys: Capture) -> None:
    for words in (
        ["pause"], ["resume"], ["extend", "--by", "1 week"], ["waive", "aims"], ["tick", "1", "--participant", "x"],
        ["goal", "far", "--participant", "x", "--text", "y"], ["feedback", "tim@example.org"],
        ["log-meeting", "--on", START, "--minutes", "5"],
    ):  # fmt: skip
        assert "'w1' is a cohort" in refused(capsys, [words[0], "w1", *words[1:]]), words
        why = refused(capsys, [words[0], "tim@example.org", *words[1:]])
        assert (
            why
            == "'tim@example.org' is not a relationship (R-…); theirs are told by: mentorflow show tim@example.org\n"
        )
    asked = data(capsys, "answer", "w1", "--today", START)[0]["ask"]
    assert f"'{asked}' is something asked" in refused(capsys, ["pause", asked])


@pytest.mark.usefixtures("running")
def test_showing_a_cohort_leads_to_its_status(capsys: Capture) -> None:
    assert refused(capsys, ["show", "w1"]) == "'w1' is a cohort; see: mentorflow status w1\n"


@pytest.mark.usefixtures("running")
def test_something_asked_is_shown_with_whom_it_waits_for_and_what_takes_its_answer(capsys: Capture) -> None:
    asked = next(one for one in data(capsys, "answer", "w1", "--today", START) if one["email"] == "tim@example.org")
    shown = told(capsys, ["show", asked["ask"]])
    assert f"{asked['ask']} in w1: “Aims”, asked of Tim Lee <tim@example.org>, open" in shown
    assert asked["relationship"] in shown
    assert f"due {asked['due_on']}" in shown
    assert "mentorflow answer w1 --file" in shown
    found = data(capsys, "show", asked["ask"].lower())
    assert {name: found[name] for name in ("ask", "form", "email", "status", "cohort")} == {
        "ask": asked["ask"], "form": "aims", "email": "tim@example.org", "status": "open", "cohort": "w1",
    }  # fmt: skip


@pytest.mark.usefixtures("running")
def test_something_asked_that_nobody_knows_is_told_as_such(capsys: Capture) -> None:
    why = refused(capsys, ["show", "A-00000"])
    assert "nothing was asked under the id A-00000" in why
    assert "mentorflow answer COHORT" in why


@pytest.mark.usefixtures("running")
def test_a_day_before_the_last_run_is_refused_in_words_for_the_day_that_was_typed(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    early = ("--today", "2027-01-10")
    for words in (["pause", tims], ["advance", "w1"], ["enroll", "w1", "--roster", "people.csv"], ["match", "w1"]):
        why = refused(capsys, [*words, *early])
        assert why == (
            f"cohort 'w1' has been run for {START}, and its calendar never goes back; name that day or a later one, not "
            "--today 2027-01-10\n"
        ), words
    assert data(capsys, "show", tims)["status"] == "active"


@pytest.mark.usefixtures("running")
def test_what_is_wrong_on_any_day_is_told_before_the_day_is(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    early = ("--today", "2027-01-10")
    for words, why in (
        (["close", "R-00000", "--reason", "other"], "there is no relationship R-00000"),
        (["close", tims, "--reason", "because"], "because"),
        (["waive", tims, "nothing"], "has no milestone 'nothing'"),
        (["extend", tims, "--by", "2 fortnights"], "fortnights"),
        (["tick", tims, "1", "--participant", "P-00000"], "nobody in this cohort has the id 'P-00000'"),
        (["match", "w1", "--approve", "R-00000"], "R-00000"),
        (["enroll", "w1", "--roster", "nowhere.csv"], "nowhere.csv"),
        (["match", "w1", "--force", "x@example.org:y@example.org"], "x@example.org"),
    ):
        told_why = refused(capsys, [*words, *early])
        assert why in told_why, words
        assert "never goes back" not in told_why, words


@pytest.mark.usefixtures("place")
def test_without_a_day_nothing_is_dated_before_what_it_follows_from(capsys: Capture) -> None:
    with clock.standing_at(datetime(2027, 1, 2, 12, tzinfo=UTC)):
        assert launch() == 0
        told(capsys, ["match", "w1", "--today", "2027-01-05"])
        told(capsys, ["match", "w1", "--approve"])
        told(capsys, ["advance", "w1", "--today", START])
        tims = of(capsys, "tim@example.org")
        told(capsys, ["pause", tims, "--today", "2027-02-01"])
        assert told(capsys, ["resume", tims]) == f"{tims}: running again, on the day on which it was paused.\n"
    events = {one["event"]: one["happened_on"] for one in data(capsys, "show", tims)["history"]}
    assert (events["approve"], events["resume"]) == ("2027-01-05", "2027-02-01")


@pytest.mark.usefixtures("running")
def test_a_clock_that_stands_behind_the_last_run_is_doubted_where_a_day_is_run(capsys: Capture) -> None:
    with clock.standing_at(datetime(2027, 1, 2, 12, tzinfo=UTC)):
        assert "Is the clock of this machine right?" in refused(capsys, ["advance", "w1"])


@pytest.mark.usefixtures("running")
def test_a_pause_is_not_ended_before_it_began(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    told(capsys, ["pause", tims, "--today", "2027-01-20"])
    why = refused(capsys, ["resume", tims, "--today", "2027-01-15"])
    assert why == f"{tims} has been paused since 2027-01-20; it cannot be resumed on 2027-01-15\n"


@pytest.mark.usefixtures("running")
def test_a_pause_does_not_move_the_day_on_which_a_phase_was_entered(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    since = f"in Going since {START}"
    assert since in told(capsys, ["show", tims])
    told(capsys, ["pause", tims, "--today", "2027-01-13"])
    told(capsys, ["resume", tims, "--today", "2027-01-27"])
    assert since in told(capsys, ["show", tims])
    shown = data(capsys, "show", tims)
    assert (shown["entered_on"], shown["expected_end_on"]) == (START, "2027-02-22")


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("", "See far", "a goal needs a short name"),
        ("  ", "See far", "a goal needs a short name"),
        ("far", "", "say what is to be reached"),
        ("far", " \n", "say what is to be reached"),
    ],
)
def test_a_goal_without_a_name_or_without_words_is_refused(key: str, text: str, why: str, capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    words = ["goal", tims, key, "--participant", "tim@example.org", "--text", text, "--today", START]
    assert why in refused(capsys, words)
    assert data(capsys, "show", tims)["goals"] == []


@pytest.mark.usefixtures("running")
def test_a_goal_that_stands_so_already_is_said_to(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")

    def goal(*more: str) -> str:
        return told(capsys, ["goal", tims, "far", "--participant", "tim@example.org", *more, "--today", START])

    assert goal("--text", "See far") == f"{tims}: goal 'far' set.\n"
    assert goal("--text", "See far") == f"{tims}: goal 'far' stood so already.\n"
    assert goal("--text", "See farther") == f"{tims}: goal 'far' worded anew.\n"
    assert goal("--text", "See farther", "--term", "long") == f"{tims}: goal 'far' worded anew.\n"
    assert goal("--text", "See farther", "--term", "long", "--progress", "10") == f"{tims}: goal 'far' at 10 %.\n"
    goal("--drop")
    assert goal("--text", "See farther", "--term", "long") == f"{tims}: goal 'far' taken up again.\n"


@pytest.mark.usefixtures("launched")
def test_a_day_with_nothing_due_says_whom_it_waits_for(capsys: Capture) -> None:
    told(capsys, ["advance", "w1", "--today", "2027-01-04"])
    shown = told(capsys, ["advance", "w1", "--today", "2027-01-04"])
    assert "w1, 2027-01-04: nothing is due." in shown
    (line,) = [line for line in shown.splitlines() if "proposals to approve: 2 (R-" in line]
    assert line.endswith("see: mentorflow match w1")


@pytest.mark.usefixtures("place")
def test_a_day_with_nothing_due_in_which_nobody_is_waited_for_says_no_more(capsys: Capture) -> None:
    told(capsys, ["launch", "walk.yaml", "--cohort", "w0", "--start", START, "--today", "2027-01-04"])
    assert told(capsys, ["advance", "w0", "--today", "2027-01-04"]) == "w0, 2027-01-04: nothing is due.\n"


@pytest.mark.usefixtures("place")
def test_a_start_that_is_long_past_is_doubted_with_its_days(capsys: Capture) -> None:
    capsys.readouterr()
    assert cli.run(["launch", "walk.yaml", "--cohort", "w0", "--start", "2026-01-12", "--today", "2026-02-09"]) == 0
    why = "warning: w0 starts on 2026-01-12 and by plan ends on 2026-02-09, and it is 2026-02-09 already"
    assert why in capsys.readouterr().err
    assert cli.run(["enroll", "w0", "--roster", "people.csv", "--today", "2026-02-10"]) == 0
    assert why.replace("02-09 already", "02-10 already") in capsys.readouterr().err
    assert cli.run(["launch", "walk.yaml", "--cohort", "w2", "--start", "2026-01-12", "--today", "2026-02-08"]) == 0
    assert capsys.readouterr().err == ""


def test_the_bare_name_shows_the_commands_and_is_no_mistake(capsys: Capture) -> None:
    shown = told(capsys, [])
    assert shown.startswith("Usage: mentorflow COMMAND")
    assert "launch" in shown


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("9999 years", "'9999 years' is longer than 50 years; no program plans that far"),
        ("51 years", "'51 years' is longer than 50 years; no program plans that far"),
        ("0 days", "0 days is no extension"),
        ("50 years", "would end on 2077-02-08, more than 50 years from 2027-01-11; extend it by less"),
    ],
)
def test_an_extension_beyond_all_planning_is_refused(by: str, why: str, capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    before = data(capsys, "show", tims)
    assert why in refused(capsys, ["extend", tims, "--by", by, "--today", START])
    assert data(capsys, "show", tims) == before


@pytest.mark.usefixtures("place")
def test_a_program_that_does_not_fit_into_the_calendar_is_refused(capsys: Capture) -> None:
    late = ("--start", "9999-12-20")
    for words in (
        ["launch", "walk.yaml", "--cohort", "w9", *late, "--roster", "people.csv"],
        ["plan", "walk.yaml", *late],
    ):
        why = refused(capsys, words)
        assert "A walk cannot start on 9999-12-20: calendars end with the year 9999" in why, words


@pytest.mark.usefixtures("running")
def test_a_tick_names_its_item_and_when_it_was_ticked_before(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    tick = ["tick", tims, "1", "--participant", "tim@example.org"]
    assert told(capsys, [*tick, "--today", START]) == f"{tims}: ticked 'Bring a map'.\n"
    again = told(capsys, [*tick, "--today", "2027-01-13"])
    assert again == f"{tims}: 'Bring a map' was ticked already, on {START}.\n"


@pytest.mark.usefixtures("running")
def test_an_item_that_is_not_there_is_told_with_those_that_are(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    why = refused(capsys, ["tick", tims, "2", "--participant", "tim@example.org", "--today", START])
    assert why == "the checklist of a mentee in phase 'Going' has 1 item; there is no 2: 1 Bring a map\n"


def test_what_is_printed_to_be_typed_can_be_typed_whatever_a_cohort_is_called(place: Path, capsys: Capture) -> None:
    name = "Ann's 1st walk"
    when = ("--today", "2027-01-04")
    shown = told(capsys, ["launch", "walk.yaml", "--cohort", name, "--start", START, *when])
    told(capsys, ["enroll", name, "--roster", "people.csv", *when])
    for words in (["match", name], ["advance", name]):
        shown += told(capsys, [*words, *when])
    (proposal, other) = (one["relationship"] for one in data(capsys, "match", name, *when)["proposals"])
    told(capsys, ["match", name, "--approve", proposal, *when])
    shown += told(capsys, ["match", name, "--approve", proposal, *when])
    shown += refused(capsys, ["match", name, "--swap", f"{proposal}:{other}", *when])
    told(capsys, ["match", name, "--approve", *when])
    shown += told(capsys, ["advance", name, "--today", START]) + told(capsys, ["status", name])
    (ask, *_) = data(capsys, "answer", name)
    shown += told(capsys, ["show", ask["ask"]]) + refused(capsys, ["show", name])
    shown += refused(capsys, ["close", name, "--reason", "other"])
    shown += told(capsys, ["close", "--cohort", name, "--reason", "other", "--no-rematch", "--today", START])
    with reading(shared_engine(f"sqlite:///{place / 'mentorflow.db'}")) as conn:
        shown += "\n".join(trouble.fix for trouble in health.troubles(conn, date(2027, 3, 1), clock.now()))
    hints = re.findall(r"(?:mentorflow [a-z]+|--cohort) \S*Ann.*?walk\S*", shown)
    assert len(hints) >= 10
    for hint in hints:
        assert shlex.quote(name) in hint, hint
    assert f"mentorflow enroll {shlex.quote(name)} --roster SHEET.csv" in shown
