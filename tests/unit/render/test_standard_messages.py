from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from importlib.resources import files

import pytest

from programs import source
from programs.render import Context, Rendered, Templates, bullets, check_template, day_in_words
from programs.spec import Form, Message, Role
from programs.survey import described

STANDARD = source.read_resource(files("programs") / "standard.yaml", "standard.yaml").data
MESSAGES = {name: Message.model_validate(message) for name, message in STANDARD["messages"].items()}
TEMPLATES = Templates(MESSAGES)
CONSENT = Form.model_validate(STANDARD["forms"]["consent"])

SENT_BY_THEMSELVES = {"proposal", "introduction", "phase", "closing_notice", "closed", "feedback_shared", "unmatched"}
SENT_BY_THEMSELVES |= {"new_cycle", "member_left", "circles_joined", "phase_alone", "let_go", "again"}
SENT_UNLESS_SAID_OTHERWISE = {"turn", "call", "ask", "reminder", "reflect", "follow_up", "still_there"}
LINK = "https://mentoring.example.org/a/k1.x"


def context(link: str = "", **groups: Mapping[str, str]) -> Context:
    full: dict[str, Mapping[str, str]] = {
        "program": {"title": "Growing together"},
        "you": {"first_name": "Ana", "name": "Ana Silva", "role": "mentee"},
        "partner": {"first_name": "Bo", "name": "Bo Lind", "email": "bo@example.org", "role": "mentor"},
        "relationship": {"starts_on": "Monday 3 May 2027", "ends_on": "Friday 29 October 2027"},
        "phase": {"title": "Getting ready", "guide": "Take some time.", "checklist": "- Write", "ends_on": "Monday"},
        "milestone": {"title": "Checkpoint"},
        "ask": {"title": "Half way", "intro": "You are halfway.", "due_on": "Friday 9 July 2027", "link": link},
        "proposal": {"reasons": "- Bo offers Python, which you want", "answer_by": "Thursday 13 May 2027"},
        "closure": {"reason": "completed", "planned": "yes", "next_step": "Go on as peers, outside the program"},
        "feedback": {"link": link},
        "silence": {"days": "21"},
        "coordinator": {"name": "Chris Wolf", "email": "chris@example.org"},
    }
    if not link:
        full["ask"] = {**full["ask"], "questions": described(CONSENT, Role.MENTEE)}
    return {**full, **groups}


def sent(name: str, link: str = "", **groups: Mapping[str, str]) -> Rendered:
    return TEMPLATES.render(name, context(link, **groups))


def test_the_file_holds_the_messages_that_are_sent_without_being_declared():
    assert set(MESSAGES) == SENT_BY_THEMSELVES | SENT_UNLESS_SAID_OTHERWISE
    assert set(STANDARD) == {"forms", "messages"}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_standard_message_keeps_to_what_a_message_may_say(name: str):
    assert check_template(MESSAGES[name].subject) == []
    assert check_template(MESSAGES[name].body) == []


@pytest.mark.parametrize("link", ["", LINK])
@pytest.mark.parametrize("name", MESSAGES)
def test_every_standard_message_reads_well_for_a_pair(name: str, link: str):
    mail = sent(name, link)
    assert mail.body.startswith("Dear Ana,\n\n")
    assert mail.body.endswith("\nChris Wolf\nGrowing together\n")
    assert_clean(mail)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_standard_message_reads_well_in_a_group(name: str):
    several = {"first_name": "Bo, Cem and Dee", "name": "Bo Lind, Cem Ay and Dee Fox", "email": "b@x.org, c@x.org"}
    assert_clean(sent(name, partner=several, you={"first_name": "Ana", "role": "member"}))


@pytest.mark.parametrize("name", MESSAGES)
def test_every_standard_message_reads_well_when_hardly_anything_is_known(name: str):
    known = ("you", "partner", "program")
    least = {group: parts for group, parts in context().items() if group in known}
    bare = TEMPLATES.render(name, {**least, "ask": {"title": "Half way"}, "phase": {"title": "Getting ready"}})
    assert bare.body.endswith("\nThe program team\nGrowing together\n")
    assert_clean(bare)


def assert_clean(mail: Rendered) -> None:
    for text in (mail.subject, mail.body):
        assert not re.search(r"[{}]|\(\)|  +\S| [.,:;?!]|,,|\.\.", text.replace("\n   ", "\n")), text
        assert "None" not in text
    assert "\n\n\n" not in mail.body
    assert 5 < len(mail.subject) < 90


@pytest.mark.parametrize("name", ["proposal", "ask", "reminder", "reflect", "follow_up"])
def test_without_a_page_people_are_told_to_reply_and_with_one_where_it_is(name: str):
    assert "eply to this mail" in sent(name).body
    assert LINK not in sent(name).body
    assert LINK in sent(name, LINK).body
    assert "eply to this mail" not in sent(name, LINK).body


@pytest.mark.parametrize("name", ["ask", "reminder", "reflect", "follow_up"])
def test_who_has_to_reply_is_shown_the_questions_and_who_reads_the_answers(name: str):
    assert "1. Would you like to begin?\n   Yes or no. Only the coordinator reads this." in sent(name).body
    assert "eside every question stands who" in sent(name).body


def test_a_proposal_says_who_and_why_and_until_when_and_that_no_is_fine():
    body = sent("proposal").body
    for said in ("Bo Lind", "Bo offers Python", "by Thursday 13 May 2027", "It is fine to say no", "against nobody"):
        assert said in body
    assert "bo@example.org" not in body, "addresses are given only once both have agreed"


@pytest.mark.parametrize("name", ["introduction", "phase", "member_left", "circles_joined"])
def test_whoever_has_the_turn_is_told_so_and_the_others_hear_who_has_it(name: str):
    mine = sent(name, lead={"first_name": "Ana", "name": "Ana Silva"}).body
    assert "Ana Silva" not in mine
    assert "your turn" in mine or "You are the first" in mine
    assert "Cem Ay" in sent(name, lead={"first_name": "Cem", "name": "Cem Ay"}).body


def test_a_reminder_of_a_proposal_says_with_whom_and_moves_no_dates():
    mail = sent("reminder")
    assert "would you like to work with Bo?" in mail.subject
    assert "after that we ask somebody else" in mail.body
    assert "dates" not in mail.body
    other = sent("reminder", proposal={})
    assert "(you and Bo)" in other.subject
    assert "“Checkpoint” (you and Bo)" in other.body


def test_an_ask_says_what_comes_without_an_answer():
    asked = context()["ask"]
    assert "before it can go on" in sent("ask").body
    assert "until Friday 23 July 2027" in sent("ask", ask={**asked, "closes_on": "Friday 23 July 2027"}).body
    last_day = sent("ask", ask={**asked, "closes_on": asked["due_on"]}).body
    assert "go on" not in last_day
    assert last_day.count(asked["due_on"]) == 1


@pytest.mark.parametrize("name", ["ask", "reminder"])
def test_what_ends_or_goes_on_without_an_answer_is_told_so_and_until_when(name: str):
    asked, until = context()["ask"], "Sunday 31 January 2027"
    ends = sent(name, ask={**asked, "ends_on": until}, proposal={}).body
    assert f"wait for it until {until}; after that we take it that this is not the time" in ends
    goes_on = sent(name, ask={**asked, "moves_on": until}, proposal={}).body
    assert f"wait for your answer until {until}; after that it goes on without" in goes_on
    elsewhere = sent(name, ask={**asked, "moves_on": until, "moves_to": "A second try"}, proposal={}).body
    assert "after that it goes on with “A second try”" in elsewhere
    assert "cannot go on" not in goes_on
    assert "before it can go on" not in goes_on


def test_who_may_answer_again_is_told_until_when():
    asked, until = context()["ask"], "Sunday 31 January 2027"
    for day in ("closes_on", "ends_on", "moves_on"):
        assert f"as you like until {until}." in sent("again", ask={**asked, day: until}).body
    assert "as you like." in sent("again").body


def test_a_mentor_whose_relationship_ended_early_is_told_that_we_may_come_back():
    closure = {"reason": "no_fit"}
    assert "we may come back to you" in sent("closed", closure=closure, you={"first_name": "Bo", "role": "mentor"}).body
    assert "come back" not in sent("closed", closure=closure).body


def test_a_proposal_says_what_silence_is_taken_for_and_what_follows_on_a_yes():
    body = sent("proposal").body
    assert "If we hear nothing by then, we take it that you cannot just now" in body
    assert "as soon as everybody has agreed" in body


def test_an_ending_before_its_time_names_no_reason_and_blames_nobody():
    for reason in ("no_fit", "no_contact", "conduct", "left_organisation", "not_started"):
        mail = sent("closed", closure={"reason": reason, "by": "Bo Lind", "next_step": ""})
        assert reason not in mail.subject + mail.body
        assert reason.replace("_", " ") not in mail.subject + mail.body
        assert "Bo Lind" not in mail.body
        assert "earlier than planned" in mail.body
        assert "matched again" in mail.body
    again = sent("closed", closure={"reason": "no_fit", "rematch": "yes"}).body
    assert "We now look for somebody else for you" in again
    assert "matched again" not in again
    assert "earlier" not in sent("closed").body
    assert "Go on as peers" in sent("closed").body


@pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
def test_no_mail_carries_what_somebody_answered(message: Message):
    assert "answers." not in message.body
    assert "feedback." not in message.body.replace("feedback.link", "")


def test_every_mail_is_short():
    longest = max(len(sent(name, LINK).body.split()) for name in MESSAGES)
    assert longest <= 150


def test_consent_asks_for_a_plain_yes_or_no_and_for_no_reason():
    required = [question.id for question in CONSENT.questions if question.required]
    assert required == ["accept"]
    assert all(question.share == "coordinator" for question in CONSENT.questions)


def test_lists_and_days_as_they_stand_in_a_mail():
    assert bullets(["One", "Two"]) == "- One\n- Two"
    assert bullets([]) == ""
    assert day_in_words(date(2027, 5, 3)) == "Monday 3 May 2027"
    assert day_in_words(date(2028, 2, 29)) == "Tuesday 29 February 2028"
