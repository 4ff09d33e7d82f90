"""What a mail says about its reader, their partner and what is asked, read for many mails at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, update

from programs.codes import code
from programs.lifecycle import RelationshipStatus
from programs.plan import make
from programs.render import NAMES
from programs.spec import Program
from programs.summary import summarise
from programs.words import clock_time, reflowed
from tasks.letters import Letter, write
from tasks.models import Ask, Closure, Member, Message, Participant, Person, Relationship
from tasks.settings import Settings
from tests.store.books import NOW, SETTINGS, START, Books, a_cohort, an_ask, queued
from tests.unit.summary.lives import a_full_life


def letters(books: Books, settings: Settings = SETTINGS) -> dict[int, Letter]:
    """By reader."""
    rows = books.rows(Message)
    with books.engine.connect() as conn:
        written = write(conn, books.turn, settings, [row.id for row in rows])
    return {row.participant_id: letter for row, letter in zip(rows, written, strict=True)}


def context(books: Books, reader: int = 2, settings: Settings = SETTINGS) -> Mapping[str, Mapping[str, str]]:
    return letters(books, settings)[reader].context


def test_only_names_that_messages_know_are_filled_in(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books)
    filled = {f"{group}.{name}" for group, parts in context(books).items() for name in parts}
    assert filled <= set(NAMES)


def test_each_reads_of_the_other(engine: Engine) -> None:
    books = a_cohort(engine, pairs=2)
    queued(books)
    mentee, mentor = context(books, 4), context(books, 3)
    assert mentee["you"] == {"first_name": "First4", "last_name": "Last4", "name": "First4 Last4", "role": "mentee"}
    assert mentee["partner"] == {
        "first_name": "First3",
        "name": "First3 Last3",
        "email": "p3@example.com",
        "role": "mentor",
    }
    assert (mentor["partner"]["name"], mentor["you"]["role"]) == ("First4 Last4", "mentor")


@pytest.mark.parametrize("status", [RelationshipStatus.PROPOSED, RelationshipStatus.OFFERED])
def test_nobody_gets_an_address_before_everybody_has_agreed(engine: Engine, status: str) -> None:
    books = a_cohort(engine, status=status)
    queued(books, "proposal")
    assert context(books)["partner"]["email"] == ""


def test_several_partners_are_named_together(engine: Engine) -> None:
    books = a_cohort(engine, pairs=3)
    queued(books)
    books.change(update(Member).where(Member.role == "mentee").values(relationship_id=1))
    assert context(books, 1)["partner"]["first_name"] == "First2, First4 and First6"
    assert context(books, 1)["partner"]["email"] == "p2@example.com, p4@example.com, p6@example.com"


def test_somebody_who_left_is_no_partner_any_more(engine: Engine) -> None:
    books = a_cohort(engine, pairs=2)
    queued(books)
    books.change(update(Member).where(Member.role == "mentee").values(relationship_id=1))
    books.change(update(Member).where(Member.participant_id == 4).values(left_on=START))
    assert context(books, 1)["partner"]["name"] == "First2 Last2"


def test_days_are_written_for_people(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books)
    books.change(update(Relationship).values(latest_on=START + timedelta(days=21)))
    found = context(books)
    assert (found["relationship"]["starts_on"], found["relationship"]["ends_on"]) == (
        "Monday 4 January 2027",
        "Friday 23 July 2027",
    )
    assert found["phase"]["ends_on"] == "Monday 25 January 2027"


def test_the_checklist_is_the_readers_own(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books, "phase", about="preparation")
    assert "- Recall who helped you" in context(books, 1)["phase"]["checklist"]
    assert "- Recall who helped you" not in context(books, 2)["phase"]["checklist"]
    assert context(books)["phase"]["title"] == "Getting ready"


def asked(engine: Engine, **values: object) -> Books:
    books = a_cohort(engine)
    ask = an_ask(books, 7, key="preparation.training", closes_on=START + timedelta(days=21), **values)
    queued(books, "ask", about="preparation.training")
    books.change(update(Message).values(ask_id=ask))
    return books


def test_an_ask_is_written_with_its_link_and_days(engine: Engine) -> None:
    ask = context(asked(engine))["ask"]
    assert ask["link"] == f"https://mentoring.example.org/a/{code('A', 7)}"
    assert (ask["title"], ask["due_on"], ask["closes_on"]) == (
        "Training",
        "Monday 11 January 2027",
        "Monday 25 January 2027",
    )
    assert (ask["questions"], bool(ask["intro"])) == ("", True)


def test_without_pages_the_questions_stand_in_the_mail(engine: Engine) -> None:
    ask = context(asked(engine), settings=replace(SETTINGS, answer_url=""))["ask"]
    assert ask["link"] == ""
    assert ask["questions"].startswith("1. On which day did you finish the training?")


def test_a_step_gives_its_milestone_and_phase(engine: Engine) -> None:
    found = context(asked(engine))
    assert (found["milestone"]["title"], found["phase"]["title"]) == ("Training", "Getting ready")


def with_an_overrun_that_leads_elsewhere(data: dict[str, Any]) -> None:
    data["phases"][0]["overrun"] = {"after": "2 weeks", "then": "go", "to": "negotiating"}


def without_the_overrun(data: dict[str, Any]) -> None:
    data["phases"][0]["overrun"] = None


def with_an_overrun_that_waits(data: dict[str, Any]) -> None:
    data["phases"][0]["overrun"] = {"after": "2 weeks", "then": "wait"}


def with_an_overrun_that_goes_on(data: dict[str, Any]) -> None:
    data["phases"][0]["overrun"] = {"after": "2 weeks", "then": "move_on"}


def redeclared(books: Books, change: Callable[[dict[str, Any]], None] | None) -> Books:
    data = books.turn.plan.program.model_dump(mode="json", by_alias=True)
    if change:
        change(data)
    return replace(books, turn=replace(books.turn, plan=make(Program.model_validate(data), START)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (None, ("Sunday 31 January 2027", "")),
        (with_an_overrun_that_goes_on, ("", "Sunday 31 January 2027")),
        (with_an_overrun_that_waits, ("", "")),
        (with_an_overrun_that_leads_elsewhere, ("", "Sunday 31 January 2027")),
        (without_the_overrun, ("", "")),
    ],
)
def test_what_is_waited_for_is_told_until_when_and_what_then(
    engine: Engine, change: Callable[[dict[str, Any]], None] | None, told: tuple[str, str]
) -> None:
    books = redeclared(asked(engine), change)
    books.change(update(Ask).values(closes_on=None))
    books.change(update(Relationship).values(overrun_on=START + timedelta(days=28)))
    ask = context(books)["ask"]
    assert (ask.get("ends_on", ""), ask.get("moves_on", "")) == told
    elsewhere = change is with_an_overrun_that_leads_elsewhere
    assert ask.get("moves_to", "") == ("Agreeing how to work" if elsewhere else "")


def test_an_answer_that_is_not_waited_for_ends_nothing(engine: Engine) -> None:
    books = asked(engine)
    books.change(update(Relationship).values(overrun_on=START + timedelta(days=28)))
    assert "ends_on" not in context(books)["ask"]


def test_nobody_is_told_an_end_before_the_day_by_which_they_are_asked(engine: Engine) -> None:
    books = asked(engine)
    books.change(update(Ask).values(closes_on=None, due_on=START + timedelta(days=40)))
    books.change(update(Relationship).values(overrun_on=START + timedelta(days=28)))
    assert context(books)["ask"]["ends_on"] == "Saturday 13 February 2027"


def test_where_there_are_several_others_nobody_reads_of_a_partner(engine: Engine) -> None:
    books = a_cohort(engine, pairs=3)
    ask = an_ask(books, 9, form="agreement", key="negotiating.agreement")
    queued(books, "ask", about="negotiating.agreement")
    books.change(update(Message).values(ask_id=ask))
    page = replace(SETTINGS, answer_url="")
    assert "Shared with your partner." in context(books, 2, page)["ask"]["questions"]
    books.change(update(Member).where(Member.role == "mentee").values(relationship_id=1))
    asked_of_several = context(books, 2, page)["ask"]["questions"]
    assert "Shared with the others in your group." in asked_of_several
    assert "your partner" not in asked_of_several


def test_a_reflection_asks_for_the_next_step_too(engine: Engine) -> None:
    books = a_cohort(engine)
    ask = an_ask(books, 9, form="reflection", key="closure.reflection")
    queued(books, "reflect", about="closure.reflection")
    books.change(update(Message).values(ask_id=ask))
    questions = context(books, settings=replace(SETTINGS, answer_url=""))["ask"]["questions"]
    assert "How would you like to go on?" in questions


@pytest.mark.parametrize(("cycle", "offered"), [(1, True), (2, False)])
def test_no_further_cycle_is_offered_once_there_is_none(engine: Engine, cycle: int, offered: bool) -> None:
    books = a_cohort(engine)
    ask = an_ask(books, 9, form="reflection", key="closure.reflection")
    queued(books, "reflect", about="closure.reflection")
    books.change(update(Message).values(ask_id=ask))
    books.change(update(Relationship).values(cycle=cycle))
    questions = context(books, settings=replace(SETTINGS, answer_url=""))["ask"]["questions"]
    assert ("Another cycle together" in questions) == offered
    assert "Go on as peers" in questions


def test_a_reflection_goes_by_the_title_of_its_form(engine: Engine) -> None:
    books = a_cohort(engine)
    ask = an_ask(books, 9, form="reflection", key="closure.reflection")
    queued(books, "reminder", about="closure.reflection")
    books.change(update(Message).values(ask_id=ask))
    found = context(books)
    assert (found["milestone"]["title"], found["ask"]["title"]) == ("", "Looking back")


def test_reasons_of_a_proposal_stand_one_in_a_line(engine: Engine) -> None:
    books = a_cohort(engine, status=RelationshipStatus.OFFERED)
    queued(books, "proposal")
    criteria = [
        {"points": 1.0, "words": "Same city"},
        {"points": 0.0, "words": "No"},
        {"points": 5.0, "words": "Both sail"},
    ]
    books.change(update(Relationship).values(reasons={"pairs": [{"criteria": criteria}]}, answer_by=START))
    proposal = context(books)["proposal"]
    assert proposal == {"reasons": "- Both sail\n- Same city", "answer_by": "Monday 4 January 2027"}


def test_no_proposal_names_what_only_the_coordinator_may_read(engine: Engine) -> None:
    books = a_cohort(engine, status=RelationshipStatus.OFFERED)
    queued(books, "proposal")
    criteria = [{"points": 5.0, "words": "shares one belief", "told": False}, {"points": 1.0, "words": "Same city"}]
    books.change(update(Relationship).values(reasons={"pairs": [{"criteria": criteria}]}))
    assert context(books)["proposal"]["reasons"] == "- Same city"


@pytest.mark.parametrize(
    ("by", "who"),
    [("program", "Four-phase mentoring"), ("operator", "Robin Weaver"), (code("P", 1), "First1 Last1"), (None, "")],
)
def test_who_ended_it_is_told_in_words(engine: Engine, by: str | None, who: str) -> None:
    books = a_cohort(engine)
    queued(books, "closed")
    books.change(update(Relationship).values(ending_by=by, ending_reason="no_fit"))
    assert (context(books)["closure"]["by"], context(books)["closure"]["reason"]) == (who, "no_fit")


@pytest.mark.parametrize(("wish", "words"), [("as_peers", "Go on as peers, outside the program"), ("nothing", "")])
def test_the_next_step_comes_from_the_record(engine: Engine, wish: str, words: str) -> None:
    books = a_cohort(engine)
    queued(books, "closed")
    facts = a_full_life()
    answers = tuple(replace(one, answers={**one.answers, "next_step": wish}) for one in facts.answers)
    record = summarise(replace(facts, answers=answers)).data
    closure = {"relationship_id": 1, "reason": "completed", "planned": True, "rematch": False, "closed_on": START}
    books.change(insert(Closure).values(closure | {"closed_at": NOW, "by": "program", "record": record, "text": ""}))
    assert context(books)["closure"]["next_step"] == words


def test_who_is_to_be_matched_again_is_told_so(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books, "closed")
    closure = {"relationship_id": 1, "reason": "no_fit", "planned": False, "rematch": True, "closed_on": START}
    books.change(insert(Closure).values(closure | {"closed_at": NOW, "by": "mentee", "record": {}, "text": ""}))
    assert [context(books, reader)["closure"]["rematch"] for reader in (1, 2)] == ["", ""], "nobody looks yet"
    books.change(update(Participant).where(Participant.id == 2).values(seeking_on=START))
    assert [context(books, reader)["closure"]["rematch"] for reader in (1, 2)] == ["", "yes"]


def test_silence_is_counted_from_the_last_sign_of_life(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books, "still_there")
    books.change(update(Relationship).values(last_contact_on=START - timedelta(days=21)))
    assert context(books)["silence"]["days"] == "21"


def test_a_mail_to_somebody_without_a_relationship_says_what_it_can(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books, "unmatched")
    books.change(update(Message).values(relationship_id=None))
    letter = letters(books)[2]
    assert (letter.context["you"]["role"], letter.context["partner"]["name"], letter.envelope.root) == (
        "mentee",
        "",
        None,
    )


def test_mails_about_one_relationship_make_one_thread(engine: Engine) -> None:
    books = a_cohort(engine, pairs=2)
    queued(books)
    roots = {reader: letter.envelope.root for reader, letter in letters(books).items()}
    assert roots[1] == roots[2] != roots[3] == roots[4]


def test_names_are_read_when_the_mail_goes_out(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books)
    books.change(update(Person).where(Person.id == 2).values(first_name="Zoë"))
    assert context(books)["you"]["first_name"] == "Zoë"


def test_a_hundred_mails_take_as_many_queries_as_one(engine: Engine) -> None:
    books = a_cohort(engine, pairs=50)
    queued(books)
    ids = [row.id for row in books.rows(Message)]
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    counts = []
    for some in (ids[:1], ids):
        statements.clear()
        with engine.connect() as conn:
            assert len(write(conn, books.turn, SETTINGS, some)) == len(some)
        counts.append(sum(one.startswith("SELECT") for one in statements))
    assert counts[0] == counts[1] <= 3


def test_a_guide_reads_in_paragraphs_however_the_file_broke_its_lines() -> None:
    assert reflowed("One\nparagraph.\n\nAnother:\n- an item\n- and one\n  more\n") == (
        "One paragraph.\n\nAnother:\n- an item\n- and one more"
    )


@pytest.mark.parametrize(
    ("zone", "told"), [("Etc/UTC", "17:00 (UTC)"), ("America/New_York", "17:00 (America/New York)")]
)
def test_the_time_of_a_call_says_whose_clock_is_meant(zone: str, told: str) -> None:
    assert clock_time("17:00", zone) == told


def without_an_end(data: dict[str, Any]) -> None:
    data["silence"] = [rung for rung in data["silence"] if rung["then"] != "close"]


@pytest.mark.parametrize(("change", "ends"), [(None, "yes"), (without_an_end, "")])
def test_silence_is_said_to_end_it_only_where_it_does(
    engine: Engine, change: Callable[[dict[str, Any]], None] | None, ends: str
) -> None:
    books = redeclared(a_cohort(engine), change)
    queued(books, "still_there")
    assert context(books)["silence"]["ends"] == ends
