"""Every program that ships, lived through from a sheet of people to summary records, and what is particular to its lifecycle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.summary import markdown
from tasks import actions, attention, gates, reflect
from tasks.db import reading
from tasks.end_now import end_now
from tasks.models import Flag, Member
from tasks.records import cohort_record
from tests.store.copies import warmed
from tests.store.lifelike import ON_BOTH, SLOW_ON_POSTGRESQL, START, Life, a_life, beside, phases, unlike_elsewhere
from tests.store.rescans import listened_to

WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def both_databases_tell_the_same(engine: Engine, request: pytest.FixtureRequest) -> Iterator[None]:
    """Whichever kind of database a life is lived on second ends with the same books as the first, row by row."""
    yield
    assert unlike_elsewhere(engine, request.function.__name__) == {}


@pytest.fixture(autouse=True)
def no_table_is_looked_through_for_every_row_of_another(engine: Engine) -> Iterator[None]:
    """Else a cohort with ten times the people takes a hundred times as long. SQLite's plans tell it for both."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with listened_to(warmed(engine)) as statements:
        yield
    assert len(statements.asked) > 100
    assert statements.rescans() == {}


@SLOW_ON_POSTGRESQL
def test_four_phase_goes_through_its_phases_in_order_and_each_pair_takes_its_own_time(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "four-phase", START - 3 * WEEK)
    life.to_the_end()
    quick, slow = life.record("ada"), life.record("ben")
    in_order = ["preparation", "negotiating", "enabling-growth", "closure"]
    assert phases(quick) == phases(slow) == in_order
    assert [record["closure"]["reason"] for record in (quick, slow)] == ["completed"] * 2
    took = [[phase["days"] for phase in record["phases"]] for record in (quick, slow)]
    assert took[0][0] < took[1][0], "getting ready lasts as long as it takes"
    assert took[0][2:] == took[1][2:] == [140, 14]
    for record in (quick, slow):
        later = zip(record["phases"], record["phases"][1:], strict=False)
        assert all(one["left_on"] == following["entered_on"] for one, following in later)
        keys = [item["key"].partition(".")[0] for item in record["milestones"]["items"]]
        assert list(dict.fromkeys(keys)) == in_order, "each has steps of its own"
    assert quick["closure"]["next_step"]["decided"] == "as_peers"


@ON_BOTH
def test_in_five_stages_people_decide_first_contact_that_wanes_comes_back_and_both_choose_another_cycle(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "five-stage", START - 4 * WEEK)
    life.until(START - 1 * WEEK)
    assert {life.person(name).available_on is not None for name in ("ada", "mia")} == {True}
    assert (life.person("ben").status, life.person("ben").withdrawn_why) == ("withdrawn", "not_for_me")
    life.until(START + 1 * WEEK)
    assert (life.person("max").status, life.person("max").withdrawn_why) == ("withdrawn", "undecided")
    assert life.mails("max").count("reminder") == 3
    life.until(START + 8 * WEEK)
    assert life.phase("ada") == "growth"
    life.silent = ("ada", "mia")
    life.until(life.today + timedelta(days=40))
    assert life.phase("ada") == "decline"
    life.silent = ()
    life.meet(now=True)
    life.until(life.today + WEEK)
    assert life.phase("ada") == "growth"
    life.to_the_end()
    first, second = life.records()
    assert phases(first) == ["initiation", "goals", "growth", "decline", "growth", "redefinition"]
    assert beside(first, "met") == [("Curiosity", "She was curious"), ("Honest words", "They were honest")]
    assert (first["closure"]["next_step"]["decided"], first["carried_on_by"]) == ("new_cycle", second["relationship"])
    assert (second["follows"], second["cycle"]) == (first["relationship"], 2)
    assert phases(second) == ["goals", "growth", "redefinition"]
    goals = [goal["text"] for record in (first, second) for goal in record["goals"] if goal["key"] == "goal"]
    assert goals == ["Plan a year", "Plan a life"]
    assert second["closure"]["next_step"]["decided"] == "as_friends"
    assert len(life.records()) == 2, "nobody who did not take part has a record"


@SLOW_ON_POSTGRESQL
def test_cultivation_opens_only_after_two_meetings_an_agreement_and_a_yes_of_both(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "cultivation", START - 4 * WEEK, pace=3, every=21)
    life.says["agreement ada"] = None
    life.until(START + 5 * WEEK)
    assert life.phase("ada") == "initiation", "she has not signed yet"
    del life.says["agreement ada"]
    assert life.phase("ben") == "second-try", "his mentor is not sure"
    apart = life.record("cyd")
    assert (apart["closure"]["reason"], apart["closure"]["rematch"]) == ("no_fit", True)
    life.to_the_end()
    whole_way = ["cultivation", "separation", "redefinition"]
    assert phases(life.record("ada")) == ["initiation", *whole_way]
    assert phases(life.record("ben")) == ["initiation", "second-try", *whole_way]
    again = life.record("cyd")
    assert again["round"] > apart["round"]
    mentors = [next(one["id"] for one in record["members"] if one["role"] == "mentor") for record in (apart, again)]
    assert len(set(mentors)) == 2, "never the same two again"
    for name in ("ada", "ben", "cyd"):
        done = {item["key"]: item["occurrences"][0] for item in life.record(name)["milestones"]["items"]}
        opened = next(phase["entered_on"] for phase in life.record(name)["phases"] if phase["id"] == "cultivation")
        needed = [done[f"initiation.{one}"] for one in ("first_meeting", "second_meeting", "agreement")]
        assert all(one["status"] == "reached" and one["settled_on"] <= opened for one in needed)


@SLOW_ON_POSTGRESQL
def test_a_project_lasts_as_long_as_its_request_and_ends_with_results_beside_expectations(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "project", START - 4 * WEEK, pace=3)
    life.to_the_end()
    short, long = life.record("ada"), life.record("ben")
    worked = [next(one for one in record["phases"] if one["id"] == "implementation") for record in (short, long)]
    left = [phase["left_on"] for phase in worked]
    assert left == ["2027-05-17", "2028-05-22"], "the Monday after the last day that was asked for, a Friday"
    assert (short["dates"]["days"] < 100, long["dates"]["days"] > 366) == (True, True)
    for name, fixed_on in (("ada", date(2027, 4, 20)), ("ben", date(2027, 10, 19))):
        late = {(ask.opened_on - fixed_on).days for ask in life.asks("checkpoint", name)}
        assert late <= set(range(life.pace)), "asked on the day that they fixed in the first session"
        assert late
    assert beside(short, "result") == [("Something that lasts", "It lasts"), ("One sheet", "One sheet, and a second")]
    assert beside(long, "learning") == [("The trade", "The trade"), ("To throw away", "To keep")]
    assert beside(short, "working") == [("With candour", "With candour"), ("Briefly", "Briefly indeed")]
    assert beside(long, "cared") == [("I read in time", "Yes"), ("I carry", "Mostly")]
    asked = [one["by"]["value"] for one in long["words"] if one["key"] == "request.request"]
    assert asked == ["An archive to be moved", "An empty cellar", "2028-05-19"], "the request itself is kept"
    fixed = [one["by"]["value"] for one in long["words"] if one["question"] == "checkpoint_on"]
    assert fixed == ["2027-10-19"], "and so is the day that they fixed"


@SLOW_ON_POSTGRESQL
def test_skills_grow_from_a_training_with_a_minimum_through_a_plan_to_new_goals(engine: Engine, tmp_path: Path) -> None:
    life = a_life(engine, tmp_path, "skills-growth", START - 3 * WEEK, pace=3)
    life.until(START + 2 * WEEK)
    assert life.mails("ada").count("again") == 2, "seven of ten are enough, five and six are not"
    mine = life.of("ada").id
    assert read(life, mine, "mia")["Strengths, weaknesses, ways of talking"]["weaknesses"] == "Crowds"
    assert read(life, mine, "ada")["Strengths, weaknesses, ways of talking"]["style"] == "asked"
    assert life.mails("ada").count("feedback_shared") == 1, "they are told that they can read it"
    life.until(START + 10 * WEEK)
    with life.scene.writing() as conn:
        assert actions.finish(conn, life.scene.turn(), mine, 1)
        assert actions.comment(conn, life.scene.turn(), mine, 1, "It took two evenings", life.people["ada"])
    life.to_the_end()
    first, second = life.records()
    plan = [(one["text"], one["role"], one["due_on"], one["status"], one["comments"]) for one in first["actions"]]
    assert sorted(plan, key=str) == [
        ("Find a room", "mentor", "2027-05-08", "open", 0),
        ("Speak at the fair", "mentee", None, "open", 0),
        ("Write it down", "mentee", "2027-05-01", "done", 1),
    ]
    assert "celebrate" in life.mails("ada")
    profile = {one["question"] for one in first["words"] if one["key"] == "rapport.profile"}
    assert profile == {"strengths", "style"}, "what somebody finds hard stays between the two"
    goals = [{goal["key"]: (goal["text"], goal["status"]) for goal in record["goals"]} for record in (first, second)]
    assert goals[0]["short_goal"] == ("Speak for five minutes", "reached")
    assert goals[0]["long_goal"] == ("Speak for an hour", "not_reached")
    assert goals[1]["short_goal"] == ("Speak without notes", "reached"), "a new cycle has goals of its own"
    assert goals[1]["long_goal"] == ("Teach somebody to speak", "reached")
    assert (second["follows"], phases(second)[0]) == (first["relationship"], "goal-setting")


def read(life: Life, relationship: int, name: str) -> dict[str, dict[str, Any]]:
    """What somebody may read of the other side, by what it is about."""
    with reading(life.scene.engine) as conn:
        told = reflect.shared_with(conn, life.scene.turn(), relationship, life.people[name])
    return {one["about"]: one["answers"] for one in told}


@SLOW_ON_POSTGRESQL
def test_in_reverse_the_junior_mentors_once_screened_and_both_are_trained_and_keep_the_guidelines(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "reverse", START - 6 * WEEK, pace=3)
    life.until(START - 3 * WEEK)
    assert life.person("ada").available_on is not None
    assert life.person("jim").available_on is None, "nobody has spoken to him yet"
    with life.scene.writing() as conn:
        gates.pass_by_hand(conn, life.scene.turn(), "screening", [life.people["jim"]])
    life.until(START + 2 * WEEK)
    assert life.phase("ada") == "train", "one of them has not accepted the guidelines yet"
    assert {row.role: life.name(row.participant_id) for row in members(life, "ada")} == {
        "mentor": "jim",
        "mentee": "ada",
    }
    grades = [life.person(name).fields["grade"] for name in ("jim", "ada")]
    assert grades == ["starter", "director"]
    life.to_the_end()
    (record,) = life.records()
    done = {item["key"]: item["occurrences"][0]["settled_on"] for item in record["milestones"]["items"]}
    began = next(phase["entered_on"] for phase in record["phases"] if phase["id"] == "run")
    assert max(done["train.training"], done["train.guidelines"]) <= began
    assert life.mails("ada").count("again") == 2, "a test with seven right answers, and a no to the guidelines"
    assert beside(record, "met") == [("To be asked", "I was asked"), ("To see it anew", "I do")]
    assert {goal["key"]: goal["role"] for goal in record["goals"]} == {"learn": "mentee", "say": "mentor"}
    with reading(engine) as conn:
        goals = cohort_record(conn, life.scene.turn()).data["goals"]
    assert {goal["id"]: (goal["figure"], goal["reached"]) for goal in goals} == {
        "understanding": (4, True),
        "heard": (3, False),
        "halfway": (3.5, True),
    }


def members(life: Life, name: str) -> Sequence[Any]:
    return life.scene.rows(Member, relationship_id=life.of(name).id)


@ON_BOTH
def test_in_a_peer_circle_the_lead_goes_round_a_turn_is_missed_a_member_leaves_and_small_circles_join(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "peer-circle", START - 3 * WEEK, pace=3)
    life.until(START + 5 * WEEK)
    circles = sorted({life.of(name).id for name in life.people}, key=lambda one: len(life.members(one)))
    small, host = circles
    assert [len(life.members(one)) for one in circles] == [4, 4]
    life.silent = life.members(host)
    life.until(START + 12 * WEEK)
    life.silent = ()
    *leavers, third, fourth = life.members(small)
    for name in leavers:
        end_now(life.scene.engine, life.scene.turn(), "left_organisation", participant=life.code(name))
    assert {life.of(name).id for name in (third, fourth)} == {host}
    life.to_the_end()
    joined, whole = (life.record_of(one) for one in circles)
    assert joined["closure"]["reason"] == "merged"
    assert whole["closure"]["reason"] == "completed"
    assert len(whole["members"]) == 6, "one record for all of them"
    turns = whole["turns"]
    assert {one["participant"] for one in turns if one["held"]} == {one["id"] for one in whole["members"]}
    missed = [place for place, one in enumerate(turns) if not one["held"]]
    assert missed
    assert all(turns[place]["participant"] != turns[place + 1]["participant"] for place in missed), (
        "it passes to the next"
    )
    assert len(beside(whole, "met")) == 6


@ON_BOTH
def test_a_mentee_asks_one_after_the_other_never_learns_why_not_gets_help_and_then_begins(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "mentee-led", START - 8 * WEEK, pace=1)
    mentors = [name for name in life.people if life.person(name).roles == "mentor"]
    busy = {"accept": False, "why": "no_time", "note": "Not with somebody so green"}
    life.says |= {f"consent {name}": busy for name in mentors}
    life.until(START)
    asked = [life.name(row.participant_id) for row in life.scene.asks("consent.mentor")]
    assert len(asked) == len(set(asked)) == 5, "five, one after the other, nobody twice"
    assert asked[0] == "kim", "who is known to somebody whom she knows comes before her own acquaintances"
    assert [flag.kind for flag in life.scene.rows(Flag, kind="asked_in_vain", cleared_on=None)] == ["asked_in_vain"]
    assert set(life.mails("ada")) <= {"phase_alone", "ask", "proposal"}, "no mail tells her of a no"
    (willing,) = set(mentors) - set(asked)
    life.says[f"consent {willing}"] = {"accept": True}
    with life.scene.writing() as conn:
        attention.clear(conn, life.scene.turn(), "P", life.people["ada"], "asked_in_vain")
    life.to_the_end()
    (record,) = life.records()
    assert phases(record) == ["first-meeting", "run", "close"]
    assert {one["id"] for one in record["members"]} == {life.code("ada"), life.code(willing)}
    assert record["asked"] == {"choice": 1, "of": 1, "in_vain_before": 5}, "of six, the last"
    text = markdown(record)
    assert "The mentor was asked after 5 others in vain, as choice 1 of the 1 who were possible then." in text
    assert "What has this person done, and what do they know?" in text
    assert "green" not in str(record)
    assert beside(record, "met") == [("A clear matter", "It was clear"), ("Candour", "I got it")]
