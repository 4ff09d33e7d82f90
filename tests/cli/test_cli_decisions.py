"""Deciding about single pairs from the command line: the cost first, then the proposals made again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from tasks.db import shared_engine
from tests.cli.kept import led

PROGRAM = """\
program: walk
title: A walk
enrollment:
  fields:
    wants: {type: tags, roles: [mentee]}
    offers: {type: tags, roles: [mentor]}
matching:
  criteria:
    - overlap: {mentee: wants, mentor: offers}
      weight: 5
phases:
  - {id: going, lasts: 4 weeks}
"""
ROSTER = """\
role,email,first_name,last_name,wants,offers
mentor,ada@example.org,Ada,Byron,,"python, statistics"
mentor,kay@example.org,Kay,McNulty,,writing
mentee,tim@example.org,Tim,Lee,python,
mentee,ann@example.org,Ann,Other,writing,
mentee,joe@example.org,Joe,Doe,painting,
"""
TODAY = ("--today", "2027-01-04")


@pytest.fixture
def asked() -> tuple[str, ...]:
    """Who is asked for consent: nobody, unless a test says otherwise."""
    return ()


@pytest.fixture
def place(
    tmp_path: Path, database_url: str, asked: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> Iterator[Path]:  # fmt: skip
    """A cohort with two proposals that wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", database_url)
    for name in ("MENTORFLOW_PROGRAMS", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    consent = f"matching:\n  consent: [{', '.join(asked)}]\n"
    Path("walk.yaml").write_text(PROGRAM.replace("matching:\n", consent) if asked else PROGRAM)
    Path("people.csv").write_text(ROSTER)
    led(database_url, tmp_path / "mail", ("proposed", *asked), propose)
    capsys.readouterr()
    yield tmp_path
    shared_engine(database_url).dispose()


def propose() -> None:
    launch = ["launch", "walk.yaml", "--cohort", "w1", "--start", "2027-01-11", "--roster", "people.csv", *TODAY]
    assert cli.run(launch) == 0
    assert cli.run(["match", "w1", *TODAY]) == 0


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert cli.run(["match", "w1", *words, *TODAY]) == 0
    return capsys.readouterr().out


def pairs(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """Mentee → mentor and proposal."""
    found: Any = json.loads(run(capsys, "--json"))
    named = [
        ({one["role"]: one["name"] for one in each["members"]}, each["relationship"]) for each in found["proposals"]
    ]
    return {members["mentee"]: (members["mentor"], relationship) for members, relationship in named}


@pytest.mark.usefixtures("place")
def test_the_cost_is_said_first_and_a_dry_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = pairs(capsys)
    told = run(capsys, "--force", "joe@example.org:ada@example.org", "--dry-run")
    assert "Joe Doe and Ada Byron together: costs 5 points" in told
    assert [line.split() for line in told.splitlines() if "Ada" in line][1:] == [
        ["Joe", "Doe", "nobody", "Ada", "Byron"],
        ["Tim", "Lee", "Ada", "Byron", "nobody"],
    ]
    assert pairs(capsys) == before
    data = json.loads(run(capsys, "--force", "joe@example.org:ada@example.org", "--dry-run", "--json"))
    assert (data["together"]["people"], data["together"]["points"]) == (0, 5.0)


@pytest.mark.usefixtures("place")
def test_proposals_are_made_again_around_what_was_decided(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--force", "joe@example.org:ada@example.org")
    assert {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()} == {
        "Joe Doe": "Ada Byron",
        "Ann Other": "Kay McNulty",
    }
    run(capsys, "--forbid", "ann@example.org:kay@example.org")
    after = {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()}
    assert after == {"Joe Doe": "Ada Byron", "Tim Lee": "Kay McNulty"}


@pytest.mark.usefixtures("place")
def test_two_proposals_exchange_their_mentors(capsys: pytest.CaptureFixture[str]) -> None:
    before = pairs(capsys)
    told = run(capsys, "--swap", ":".join(relationship for _, relationship in before.values()))
    assert "All decisions together: costs 10 points" in told
    assert {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()} == {
        "Tim Lee": "Kay McNulty",
        "Ann Other": "Ada Byron",
    }


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--force", "joe@example.org"], "does not name two; write MENTEE:MENTOR"),
        (["--force", "joe@example.org:nobody@example.org"], "nobody in this cohort has the address"),
        (["--force", "ada@example.org:kay@example.org"], "is not among the mentees"),
        (["--swap", "R-58HKY:R-MF3V4"], "waits for no decision"),
        (["--dry-run"], "add --force, --forbid or --swap"),
        (["--approve", "--forbid", "joe@example.org:ada@example.org"], "then --approve or --reject"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["match", "w1", *words, *TODAY]) == 1
    assert complaint in capsys.readouterr().err


@pytest.mark.usefixtures("place")
def test_a_relationship_shows_why_and_who_would_have_been_next(capsys: pytest.CaptureFixture[str]) -> None:
    _, tims = pairs(capsys)["Tim Lee"]
    assert cli.run(["show", tims]) == 0
    told = capsys.readouterr().out
    assert "5 points, choice 1 of 2" in told
    assert "shares 1 of 1 in wants: python" in told
    assert "next best: P-" in told
    assert " Kay McNulty (0 points)" in told
    assert cli.run(["show", "joe@example.org"]) == 0
    told = capsys.readouterr().out
    assert "found nobody: both possible mentors have no place left (held: Ada Byron by Tim Lee; Kay" in told
    (room,) = [line.partition(" most with: ")[2] for line in told.splitlines() if "more room would help" in line]
    assert sorted(room.split(", ")) == ["Ada Byron (1 person more)", "Kay McNulty (1 person more)"]


@pytest.mark.usefixtures("place")
def test_a_decided_relationship_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--force", "joe@example.org:ada@example.org")
    _, joes = pairs(capsys)["Joe Doe"]
    assert cli.run(["show", joes]) == 0
    assert "0 points, choice 1 of 2, decided by the operator" in capsys.readouterr().out


@pytest.mark.usefixtures("place")
def test_two_who_are_kept_apart_already_are_named_and_nothing_is_doubled(capsys: pytest.CaptureFixture[str]) -> None:
    apart = ("--forbid", "ann@example.org:kay@example.org")
    assert "Ann Other and Kay McNulty apart: costs" in run(capsys, *apart)
    after = pairs(capsys)
    relationships = everything_of(capsys, "ann@example.org")
    told = run(capsys, *apart, *apart)
    assert told.count("Ann Other and Kay McNulty are kept apart already; nothing changes.") == 1
    assert "apart: costs" not in told
    assert pairs(capsys) == after
    assert everything_of(capsys, "ann@example.org") == relationships


@pytest.mark.usefixtures("place")
def test_a_decision_said_twice_is_taken_once_and_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    force = ("--force", "joe@example.org:ada@example.org")
    assert "Joe Doe and Ada Byron together: costs" in run(capsys, *force, *force)
    after = pairs(capsys)
    told = run(capsys, *force)
    assert "Joe Doe and Ada Byron are together already by an earlier decision; nothing changes." in told
    assert "together: costs" not in told
    assert pairs(capsys) == after
    found = json.loads(run(capsys, *force, "--dry-run", "--json"))
    assert ([set(one) for one in found["together_already"]], found["each"]) == ([{"mentee", "mentor"}], [])
    run(capsys, "--approve", after["Joe Doe"][1])
    assert "Joe Doe and Ada Byron are together already" in run(capsys, *force)


@pytest.mark.usefixtures("place")
def test_an_exchange_said_twice_is_not_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    before = pairs(capsys)
    numbers = ":".join(relationship for _, relationship in before.values())
    for swap in (("--swap", "tim@example.org:ann@example.org"), ("--swap", "ann@example.org:tim@example.org")):
        told = run(capsys, *swap)
        assert {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()} == {
            "Tim Lee": "Kay McNulty",
            "Ann Other": "Ada Byron",
        }
    assert "Ann Other and Tim Lee have exchanged their places already; nothing changes." in told
    found = json.loads(run(capsys, *swap, "--dry-run", "--json"))
    assert len(found["exchanged_already"]) == 1
    assert "gave way to an earlier decision; nothing changes." in run(capsys, "--swap", numbers)
    run(capsys, "--swap", ":".join(relationship for _, relationship in pairs(capsys).values()))
    assert {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()}["Tim Lee"] == "Ada Byron"


@pytest.mark.usefixtures("place")
def test_a_pair_forced_together_after_all_can_be_kept_apart_again(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("--forbid", "--force", "--forbid"):
        run(capsys, words, "ann@example.org:kay@example.org")
        together = pairs(capsys).get("Ann Other", ("nobody",))[0] == "Kay McNulty"
        assert together is (words == "--force")


@pytest.mark.usefixtures("place")
def test_two_who_are_under_way_together_are_not_said_to_be_kept_apart(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--approve")
    assert cli.run(["match", "w1", "--forbid", "ann@example.org:kay@example.org", *TODAY]) == 1
    assert "apart already" not in capsys.readouterr().out


@pytest.mark.usefixtures("place")
def test_a_dry_run_names_whom_is_kept_apart_already(capsys: pytest.CaptureFixture[str]) -> None:
    apart = ("--forbid", "ann@example.org:kay@example.org")
    assert json.loads(run(capsys, *apart, "--dry-run", "--json"))["already"] == []
    run(capsys, *apart)
    found = json.loads(run(capsys, *apart, "--dry-run", "--json"))
    assert [set(one) for one in found["already"]] == [{"mentee", "mentor"}]
    assert found["each"] == []


@pytest.mark.usefixtures("place")
def test_what_was_decided_already_is_said_to_be_and_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    _, tims = pairs(capsys)["Tim Lee"]
    for words, said in (("--approve", "1 was approved already"), ("--reject", "1 was rejected already")):
        run(capsys, words, tims)
        assert cli.run(["match", "w1", words, tims, *TODAY]) == 0
        shown = capsys.readouterr()
        assert said in shown.out + shown.err
    assert cli.run(["match", "w1", "--approve", tims, *TODAY]) == 1
    assert f"not proposed in cohort 'w1': {tims} (rejected)" in capsys.readouterr().err


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("asked", [(), ("mentee", "mentor")])
def test_what_is_out_for_consent_is_taken_back_and_the_members_are_asked_no_more(
    capsys: pytest.CaptureFixture[str], asked: tuple[str, ...]
) -> None:
    _, tims = pairs(capsys)["Tim Lee"]
    run(capsys, "--approve", tims)
    assert cli.run(["advance", "w1", *TODAY]) == 0
    capsys.readouterr()
    assert cli.run(["close", tims, "--reason", "other", *TODAY]) == 1
    assert f"take it back by: mentorflow match w1 --reject {tims}" in capsys.readouterr().err
    run(capsys, "--reject", tims)
    run(capsys, "--reject", tims)
    assert cli.run(["show", tims, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], [ask["status"] for ask in found["asks"]]) == ("rejected", ["withdrawn"] * bool(asked))
    assert pairs(capsys).get("Tim Lee", ("nobody",))[0] != "Ada Byron"


@pytest.mark.usefixtures("place")
def test_everything_is_rejected_only_where_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    before = pairs(capsys)
    assert cli.run(["match", "w1", "--reject", *TODAY]) == 1
    assert "add --all" in capsys.readouterr().err
    assert pairs(capsys) == before
    run(capsys, "--reject", "--all")
    assert not {relationship for _, relationship in before.values()} & {one for _, one in pairs(capsys).values()}


def everything_of(capsys: pytest.CaptureFixture[str], email: str) -> list[Any]:
    """All relationships somebody is or was in."""
    capsys.readouterr()
    assert cli.run(["show", email, "--json"]) == 0
    found: list[Any] = json.loads(capsys.readouterr().out)["relationships"]
    return found


@pytest.mark.usefixtures("place")
def test_proposals_are_told_with_points_per_criterion_the_choice_and_the_next_best(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = run(capsys).splitlines()
    (line,) = [line for line in told if "Tim Lee" in line and line.startswith("R-")]
    assert "1 of 2" in line
    assert "shares 1 of 1 in wants: python (5)" in line
    assert line.rstrip().endswith("Kay McNulty (0)")
    (left,) = [line for line in told if "Joe Doe" in line]
    assert "both possible mentors have no place left (held: Ada Byron by Tim Lee; Kay McNulty by Ann Other)" in left


@pytest.mark.usefixtures("place")
def test_it_is_said_where_one_more_place_would_help_most(capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys)
    assert "One more place would help most with:" in told
    helped = [line for line in told.splitlines() if line.rstrip().endswith("1 person more")]
    assert sorted(line.split("  ")[1] for line in helped) == ["Ada Byron", "Kay McNulty"]
    found = json.loads(run(capsys, "--json"))["one_more_place"]
    assert [(one["people"], one["points"]) for one in found] == [(1, 0.0), (1, 0.0)]


@pytest.mark.usefixtures("place")
def test_who_came_since_is_proposed_together_with_those_who_wait(capsys: pytest.CaptureFixture[str]) -> None:
    """A better mentor for Tim comes: only when everybody is proposed again does Joe get a place."""
    Path("late.csv").write_text(
        "role,email,first_name,last_name,wants,offers\nmentor,eva@example.org,Eva,Late,,python\n"
    )
    assert cli.run(["enroll", "w1", "--roster", "late.csv", *TODAY]) == 0
    run(capsys, "--again")
    assert sorted(pairs(capsys)) == ["Ann Other", "Joe Doe", "Tim Lee"]


GROUPS = PROGRAM.replace("program: walk", "program: band").replace(
    "enrollment:", "relationships: {shape: group, size: {at_least: 2, at_most: 3}}\nenrollment:"
)
MANY = """\
role,email,first_name,last_name,wants,offers
mentor,ada@example.org,Ada,Byron,,"python, statistics"
mentor,kay@example.org,Kay,McNulty,,writing
mentee,tim@example.org,Tim,Lee,python,
mentee,tom@example.org,Tom,May,python,
mentee,tia@example.org,Tia,Roe,python,
mentee,ann@example.org,Ann,Other,writing,
mentee,amy@example.org,Amy,Poe,writing,
mentee,abe@example.org,Abe,Moe,writing,
"""


@pytest.fixture
def band(place: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A cohort of groups, with two proposals that wait."""
    Path("band.yaml").write_text(GROUPS)
    Path("many.csv").write_text(MANY)
    launch = ["launch", "band.yaml", "--cohort", "b1", "--start", "2027-01-11", "--roster", "many.csv", *TODAY]
    assert cli.run(launch) == 0
    assert cli.run(["match", "b1", *TODAY]) == 0
    capsys.readouterr()
    return place


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert cli.run(["match", "b1", *words, *TODAY]) == 0
    return capsys.readouterr().out


def groups(capsys: pytest.CaptureFixture[str]) -> dict[str, set[str]]:
    """Mentor → mentees."""
    found = json.loads(said(capsys, "--json"))["proposals"]
    return {
        next(one["name"] for one in each["members"] if one["role"] == "mentor"): {
            one["name"] for one in each["members"] if one["role"] == "mentee"
        }
        for each in found
    }


@pytest.mark.usefixtures("band")
def test_it_is_said_where_one_more_group_would_help_most_or_why_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("late.csv").write_text(
        "role,email,first_name,last_name,wants,offers\nmentee,eva@example.org,Eva,Late,python,\n"
    )
    assert cli.run(["enroll", "b1", "--roster", "late.csv", *TODAY]) == 0
    told = said(capsys, "--again")
    assert "One more group would help most with:" in told
    assert any(line.rstrip().endswith("1 person more, 5 points more") for line in told.splitlines() if "Ada" in line)
    found = json.loads(said(capsys, "--json"))
    assert (found["one_more_group"][0]["people"], found["one_more_group_unstated"]) == (1, "")
    monkeypatch.setattr("programs.matching.more_groups.UP_TO", 0)
    told = said(capsys, "--again")
    assert "Where one more group would help most is not stated: for so many people it takes too long" in told


@pytest.mark.usefixtures("place")
def test_it_is_said_where_a_place_would_help_also_where_nobody_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--approve")
    Path("more.csv").write_text(
        ROSTER.replace("example.org", "example.net")
        .replace("painting", "python")
        .replace("ann@example.net,Ann,Other,writing", "ann@example.net,Ann,Other,python")
        .replace("mentee,tim@example.net,Tim,Lee,python,\n", "")
    )
    launch = ["launch", "walk.yaml", "--cohort", "w2", "--start", "2027-01-11", "--roster", "more.csv", *TODAY]
    assert cli.run(launch) == 0
    capsys.readouterr()
    assert cli.run(["match", "w2", *TODAY]) == 0
    told = capsys.readouterr().out
    assert "Without a mentor" not in told
    assert "One more place would help most with:" in told
    assert any(line.rstrip().endswith("5 points more") for line in told.splitlines() if "Ada" in line)


@pytest.mark.usefixtures("band")
def test_every_mentee_of_a_group_is_told_with_their_points(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line in said(capsys).splitlines() if line.startswith("R-")]
    assert len(lines) == 6
    assert all("(5)" in line and "1 of 2" in line for line in lines)


@pytest.mark.usefixtures("band")
def test_two_people_exchange_their_groups_and_the_cost_is_said_first(capsys: pytest.CaptureFixture[str]) -> None:
    swap = ("--swap", "tim@example.org:ann@example.org")
    assert "All decisions together: costs 10 points" in said(capsys, *swap, "--dry-run")
    assert groups(capsys)["Ada Byron"] == {"Tim Lee", "Tom May", "Tia Roe"}
    said(capsys, *swap)
    assert groups(capsys) == {
        "Ada Byron": {"Ann Other", "Tom May", "Tia Roe"},
        "Kay McNulty": {"Tim Lee", "Amy Poe", "Abe Moe"},
    }


@pytest.mark.usefixtures("band")
def test_a_decision_about_groups_said_twice_is_taken_once(capsys: pytest.CaptureFixture[str]) -> None:
    swap, force = ("--swap", "tim@example.org:ann@example.org"), ("--force", "tia@example.org:abe@example.org")
    said(capsys, *swap)
    after = groups(capsys)
    assert "Tim Lee and Ann Other have exchanged their places already; nothing changes." in said(capsys, *swap)
    assert groups(capsys) == after
    said(capsys, *force)
    after = groups(capsys)
    told = said(capsys, "--force", "abe@example.org:tia@example.org")
    assert "Abe Moe and Tia Roe are together already by an earlier decision; nothing changes." in told
    assert groups(capsys) == after


@pytest.mark.usefixtures("band")
def test_two_mentees_are_kept_out_of_one_group(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--forbid", "tim@example.org:tom@example.org")
    assert "Tim Lee and Tom May apart: costs 10 points" in told
    assert not any({"Tim Lee", "Tom May"} <= mentees for mentees in groups(capsys).values())
    again = said(capsys, "--forbid", "tom@example.org:tim@example.org")
    assert "Tom May and Tim Lee are kept apart already; nothing changes." in again


@pytest.mark.usefixtures("band")
def test_two_mentees_in_one_group_by_decision_are_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--force", "tim@example.org:ann@example.org")
    assert "Tim Lee and Ann Other together: costs 10 points" in told
    (group,) = [mentees for mentees in groups(capsys).values() if "Tim Lee" in mentees]
    assert "Ann Other" in group
    relationship = next(line.split()[0] for line in said(capsys).splitlines() if "Tim Lee" in line)
    assert cli.run(["show", relationship]) == 0
    shown = capsys.readouterr().out
    assert "Tim Lee and Ann Other together, decided by the operator" in shown.replace(
        "Ann Other and Tim Lee", "Tim Lee and Ann Other"
    )


@pytest.mark.usefixtures("place")
def test_circles_are_told_with_how_mixed_they_are_until_some_of_them_are_approved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shape = "relationships: {shape: circle, size: {at_least: 3, at_most: 4}}\nenrollment:\n  fields:\n    site: {type: text}\n"
    rules = "matching:\n  consent: [member]\n  rules: [{different: site}]\nphases:"
    head = PROGRAM.partition("enrollment:")[0].replace("walk", "ring")
    Path("ring.yaml").write_text(head + shape + rules + "\n  - {id: going, lasts: 4 weeks}\n")
    rows = [f"m{at}@example.org,M{at},Doe,{'ABC'[at % 3]}" for at in range(8)]
    Path("ring.csv").write_text("\n".join(["email,first_name,last_name,site", *rows, ""]))
    launch = ["launch", "ring.yaml", "--cohort", "b1", "--start", "2027-01-11", "--roster", "ring.csv", *TODAY]
    assert cli.run(launch) == 0
    told = said(capsys)
    assert "2 pairs sit together who should be apart; proven, fewer are impossible." in told
    assert "Within them people differ" in told
    before = json.loads(said(capsys, "--json"))
    assert (before["circles"]["of"], before["circles"]["together"], before["circles"]["fewest"]) == (2, 2, 2)
    members = [{one["participant"] for one in each["members"]} for each in before["proposals"]]
    one, other = (min(each) for each in members)
    assert "in each other's place:" in said(capsys, "--swap", f"{one}:{other}")
    assert "have exchanged their places already; nothing changes." in said(capsys, "--swap", f"{other}:{one}")
    after = json.loads(said(capsys, "--json"))
    assert after["circles"]["of"] == 2
    said(capsys, "--approve", after["proposals"][0]["relationship"])
    assert json.loads(said(capsys, "--json"))["circles"] is None


@pytest.mark.usefixtures("band")
def test_who_waits_in_no_group_cannot_exchange_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["match", "b1", "--swap", "ada@example.org:ann@example.org", *TODAY]) == 1
    assert "is a mentee in none of them; name two proposals that wait" in capsys.readouterr().err
