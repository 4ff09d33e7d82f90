from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.errors import NotFoundError
from programs.render import LINES, NAMES, Templates, render
from programs.spec import Message

GREETING = Message(subject="For {{ you.first_name }}", body="Dear {{ you.first_name }},\n\n{{ phase.guide }}\n")


@pytest.mark.parametrize(
    "name",
    [
        "Ana\r\nBcc: everybody@example.org",
        "Ana\nBcc: everybody@example.org",
        "Ana\rBcc: everybody@example.org",
        "Ana\x0bBcc: everybody@example.org",
        "Ana\x85Bcc: everybody@example.org",
        "Ana\u2028Bcc: everybody@example.org",
    ],
)
def test_a_name_can_neither_add_a_header_nor_a_line(name: str):
    mail = render(GREETING, {"you": {"first_name": name}})
    assert mail.subject == "For Ana Bcc: everybody@example.org"
    assert mail.body == "Dear Ana Bcc: everybody@example.org,\n"


@pytest.mark.parametrize(
    "name", ["{{ you.last_name }}", "{% if x %}", "{# hm #}", "{{ 7*7 }}", "<b>&amp;</b>", "%s {0}"]
)
def test_a_name_is_put_in_as_it_is_and_never_read_as_a_template(name: str):
    mail = render(GREETING, {"you": {"first_name": name, "last_name": "secret"}})
    assert mail.subject == f"For {name}"
    assert mail.body == f"Dear {name},\n"


def test_marks_that_turn_the_direction_of_what_follows_are_left_out_but_right_to_left_names_stay():
    mail = render(GREETING, {"you": {"first_name": "\u202eanA\u202c \u2066x\u2069 דנה\u200f"}})
    assert mail.subject == "For anA x דנה\u200f"


def test_characters_that_no_mail_can_carry_are_left_out():
    mail = render(GREETING, {"you": {"first_name": "A\x00n\ud800a\x1b[31m"}})
    assert mail.subject == "For Ana[31m"
    assert mail.body.encode()


def test_a_very_long_name_does_not_make_a_very_long_subject():
    mail = render(GREETING, {"you": {"first_name": "Ana " * 10_000}})
    assert len(mail.subject) <= 200
    assert mail.subject.endswith("…")


def test_texts_of_several_lines_keep_them():
    mail = render(GREETING, {"you": {"first_name": "Ana"}, "phase": {"guide": "One.\r\nTwo.\u2028Three.\x00"}})
    assert mail.body == "Dear Ana,\n\nOne.\nTwo.\nThree.\n"


def test_what_is_not_known_is_empty_and_leaves_no_hole():
    message = Message(
        subject="{{ ask.title }}",
        body="One\n\n{% if ask.link %}\nLink: {{ ask.link }}\n\n{% endif %}\n{{ phase.guide }}   \n\n\n\nTwo\n\n",
    )
    assert render(message, {}).body == "One\n\nTwo\n"


def test_a_context_of_other_names_is_a_mistake_that_is_noticed():
    with pytest.raises(ValueError, match=r"'ask\.due' is not a name that messages know"):
        render(GREETING, {"ask": {"due": "Monday"}})
    with pytest.raises(ValueError, match=r"'person\.name'"):
        render(GREETING, {"person": {"name": "Ana"}})


def test_a_message_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(NotFoundError, match="there is no message 'helo'; there are hello"):
        Templates({"hello": GREETING}).render("helo", {})


@given(st.sampled_from(sorted(NAMES)), st.text())
def test_whatever_somebody_is_called_the_subject_is_one_line_and_the_body_can_be_sent(name: str, value: str):
    group, part = name.split(".")
    message = Message(subject=f"a {{{{ {name} }}}}", body=f"b {{{{ {name} }}}}\nc")
    mail = render(message, {group: {part: value}})
    assert len(mail.subject.splitlines()) == 1
    assert len(mail.subject) <= 200
    assert mail.body.encode()
    assert mail.body.endswith("c\n")
    assert name in LINES or len(mail.body.splitlines()) == 2
