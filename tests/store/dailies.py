"""What must hold in the books besides, once a day has been run or mails have gone out."""

from __future__ import annotations

from tasks.models import Ask, Flag, Message, Participant, Relationship
from tasks.sendable import AFTERWARDS, FAREWELL
from tests.store.ledger import OVER, Books


def nothing_is_to_be_done_about_what_has_ended(books: Books) -> None:
    """Once a day has been run; what is decided in between is looked at in the next."""
    ended = {row.id for row in books.of(Relationship) if row.status in OVER}
    for row in books.of(Flag):
        assert row.relationship_id not in ended or row.cleared_on or row.kind == "concern", row


def only_what_may_be_sent_was_sent(before: Books, now: Books) -> None:
    """Nothing to somebody who is gone, about a relationship that is over, or about what is asked no more."""
    sent = {row.id for row in before.of(Message) if row.status == "sent"}
    withdrawn = {row.id for row in now.of(Participant) if row.status == "withdrawn"}
    is_open = {row.id for row in now.of(Ask) if row.status == "open"}
    for mail in now.of(Message):
        if mail.status != "sent" or mail.id in sent:
            continue
        assert mail.not_before <= now.scene.today, mail
        assert mail.participant_id not in withdrawn or mail.template == FAREWELL, mail
        assert mail.ask_id is None or mail.ask_id in is_open or mail.template == "feedback_shared", mail
        bond = now.relationships.get(mail.relationship_id)
        if bond is not None and bond.status in OVER:
            assert mail.template in AFTERWARDS or mail.ask_id in is_open, mail


def nobody_is_waited_for_beyond_their_time(books: Books) -> None:
    """Once a day has been run: what is still open may still be answered."""
    paused = {row.id for row in books.of(Relationship) if row.status == "paused"}
    for row in books.of(Ask):
        if row.status == "open" and row.relationship_id not in paused:
            assert row.closes_on is None or row.closes_on >= books.scene.today, row


DAILY = (nothing_is_to_be_done_about_what_has_ended, nobody_is_waited_for_beyond_their_time)
