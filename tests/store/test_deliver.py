"""Queued mails are sent once each, or end in a status that says why not."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, update

from programs.lifecycle import AskStatus, MessageStatus, ParticipantStatus, RelationshipStatus
from tasks import deliver as delivery
from tasks.courier import MOST_ATTEMPTS, PATIENCE
from tasks.deliver import deliver, due
from tasks.models import Ask, History, Message, Participant, Relationship
from tasks.notify import FolderTransport, MemoryTransport, MisconfiguredError, RefusedError, TryLaterError
from tests.store.books import NOW, SETTINGS, START, Books, a_cohort, an_ask, queued, statuses

LATER = timedelta(days=1)


def counted(books: Books, turn=None) -> int:
    with books.engine.connect() as conn:
        return due(conn, turn or books.turn)


@pytest.fixture(params=["folder", "server"])
def transport(request: pytest.FixtureRequest, tmp_path: Path):
    """Both ways of delivering: inside one transaction, and one by one under a lease."""
    return FolderTransport(tmp_path / "mail") if request.param == "folder" else MemoryTransport()


def test_every_queued_mail_is_sent_once(engine: Engine, transport, tmp_path: Path) -> None:
    books = a_cohort(engine, pairs=3)
    queued(books)
    assert counted(books) == 6
    assert deliver(engine, books.turn, transport, SETTINGS).sent == 6
    assert deliver(engine, books.turn, transport, SETTINGS).count == 0
    assert counted(books) == 0
    assert statuses(books) == {"sent": 6}
    if isinstance(transport, MemoryTransport):
        assert sorted(to for to, _ in transport.sent) == [f"p{n}@example.com" for n in range(1, 7)]
    else:
        assert len(list((tmp_path / "mail").glob("*.eml"))) == len(list((tmp_path / "mail").iterdir())) == 6


def test_a_sent_mail_says_when_and_leaves_no_lease(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books)
    deliver(engine, books.turn, transport, SETTINGS)
    for row in books.rows(Message):
        assert (row.status, row.lease, row.lease_until, row.attempts, row.error) == ("sent", None, None, 1, None)
        assert NOW <= row.sent_at < NOW + timedelta(minutes=1)


def test_sent_mails_make_no_history(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books)
    deliver(engine, books.turn, transport, SETTINGS)
    assert not books.rows(History, noun="message")


def test_no_more_are_sent_than_the_limit_allows(engine: Engine, transport) -> None:
    books = a_cohort(engine, pairs=3)
    queued(books)
    assert deliver(engine, books.turn, transport, SETTINGS, limit=4).sent == 4
    assert statuses(books) == {"queued": 2, "sent": 4}


def test_batches_follow_each_other_until_nothing_is_left(engine: Engine, transport, monkeypatch) -> None:
    monkeypatch.setattr(delivery, "BATCH", 4)
    books = a_cohort(engine, pairs=5)
    queued(books)
    assert deliver(engine, books.turn, transport, SETTINGS).sent == 10
    assert statuses(books) == {"sent": 10}


def test_a_mail_waits_for_its_day(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books, turn=books.on(START + LATER))
    assert counted(books) == 0
    assert deliver(engine, books.turn, transport, SETTINGS).count == 0
    assert deliver(engine, books.on(START + LATER), transport, SETTINGS).sent == 2


def test_a_mail_past_its_last_day_expires_with_a_word_in_the_history(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books, expires_on=START)
    report = deliver(engine, books.on(START + LATER), transport, SETTINGS)
    assert (report.sent, report.expired) == (0, 2)
    moves = [(row.event, row.before, row.after, row.why) for row in books.rows(History, noun="message")]
    assert moves == [("expire", "queued", "expired", "its occasion was over")] * 2


def test_a_mail_is_still_sent_on_its_last_day(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books, expires_on=START)
    assert deliver(engine, books.turn, transport, SETTINGS).sent == 2


def test_nothing_is_written_to_somebody_who_has_withdrawn(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books)
    books.change(update(Participant).where(Participant.id == 2).values(status=ParticipantStatus.WITHDRAWN))
    report = deliver(engine, books.turn, transport, SETTINGS)
    assert (report.sent, report.cancelled) == (1, 1)
    assert [row.status for row in books.rows(Message, participant_id=2)] == [MessageStatus.CANCELLED]


@pytest.mark.parametrize(
    "status",
    [RelationshipStatus.CLOSED, RelationshipStatus.DECLINED, RelationshipStatus.LAPSED, RelationshipStatus.REJECTED],
)
def test_a_relationship_that_is_over_gets_only_what_belongs_after_its_end(engine: Engine, transport, status) -> None:
    books = a_cohort(engine)
    queued(books, "still_there")
    queued(books, "closed")
    books.change(update(Relationship).values(status=status))
    report = deliver(engine, books.turn, transport, SETTINGS)
    assert (report.sent, report.cancelled) == (2, 2)
    assert {row.template for row in books.rows(Message, status="sent")} == {"closed"}


def test_nobody_is_reminded_of_what_they_have_answered(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    ask = an_ask(books, 7)
    queued(books, "reminder")
    books.change(update(Message).where(Message.participant_id == 2).values(ask_id=ask))
    books.change(update(Message).where(Message.participant_id == 1).values(ask_id=an_ask(books, 8, key="x.y")))
    books.change(update(Ask).where(Ask.id == ask).values(status=AskStatus.ANSWERED))
    report = deliver(engine, books.turn, transport, SETTINGS)
    assert (report.sent, report.cancelled) == (1, 1)


def test_shared_feedback_is_told_although_its_ask_is_answered(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    ask = an_ask(books, 7, status=AskStatus.ANSWERED)
    queued(books, "feedback_shared")
    books.change(update(Message).values(ask_id=ask))
    assert deliver(engine, books.turn, transport, SETTINGS).sent == 2


def refuse(first: str, error: Exception):
    def answer(_: EmailMessage, to: str) -> None:
        if to == first:
            raise error

    return answer


def test_a_refused_address_is_dead_and_listed_and_harms_no_other(engine: Engine) -> None:
    books = a_cohort(engine, pairs=2)
    queued(books)
    transport = MemoryTransport(refuse("p2@example.com", RefusedError("550 no such user")))
    report = deliver(engine, books.turn, transport, SETTINGS)
    assert (report.sent, report.dead, report.stopped) == (3, 1, None)
    (dead,) = books.rows(Message, status="dead")
    assert (dead.participant_id, dead.error, dead.lease_until) == (2, "550 no such user", None)
    (move,) = books.rows(History, noun="message")
    assert (move.event, move.before, move.after, move.why) == ("fail", "sending", "dead", "550 no such user")
    assert counted(books, books.on(START + LATER)) == 0


def test_what_is_put_off_is_tried_again_with_longer_and_longer_waits(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books)
    grey = MemoryTransport(refuse("p2@example.com", TryLaterError("451 come back")))
    assert (deliver(engine, books.turn, grey, SETTINGS).postponed, counted(books)) == (1, 0)
    (first,) = books.rows(Message, status="queued")
    assert timedelta(minutes=30) <= first.lease_until - NOW < timedelta(minutes=41)
    assert (first.error, first.attempts) == ("451 come back", 1)
    tomorrow = books.on(START + LATER)
    assert deliver(engine, tomorrow, grey, SETTINGS).postponed == 1
    (second,) = books.rows(Message, status="queued")
    assert timedelta(minutes=60) <= second.lease_until - tomorrow.now < timedelta(minutes=71)
    assert deliver(engine, books.on(START + 2 * LATER), MemoryTransport(), SETTINGS).sent == 1
    assert [row.error for row in books.rows(Message)] == [None, None]


def test_after_the_last_attempt_a_mail_is_dead(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books)
    books.change(update(Message).where(Message.participant_id == 2).values(attempts=MOST_ATTEMPTS - 1))
    grey = MemoryTransport(refuse("p2@example.com", TryLaterError("451 come back")))
    assert deliver(engine, books.turn, grey, SETTINGS).dead == 1
    assert books.rows(Message, status="dead")[0].error == f"tried {MOST_ATTEMPTS} times: 451 come back"


def test_a_wrong_setting_stops_the_queue_and_blames_nobody(engine: Engine) -> None:
    books = a_cohort(engine, pairs=3)
    queued(books)
    transport = MemoryTransport(refuse("p3@example.com", MisconfiguredError("535 wrong password")))
    report = deliver(engine, books.turn, transport, SETTINGS)
    assert (report.sent, report.dead, report.stopped) == (2, 0, "535 wrong password")
    left = books.rows(Message, status="queued")
    assert [(row.lease, row.lease_until, row.attempts) for row in left] == [(None, None, 0)] * 4
    assert deliver(engine, books.turn, MemoryTransport(), SETTINGS).sent == 4


def test_a_server_that_takes_nothing_is_left_alone_after_a_while(engine: Engine) -> None:
    books = a_cohort(engine, pairs=PATIENCE)
    queued(books)

    def answer(_: EmailMessage, __: str) -> None:
        raise TryLaterError("no connection")

    report = deliver(engine, books.turn, MemoryTransport(answer), SETTINGS)
    assert (report.postponed, report.sent, report.dead) == (PATIENCE, 0, 0)
    assert report.stopped == f"{PATIENCE} mails in a row were put off: no connection"
    assert counted(books) == PATIENCE


def test_what_somebody_died_over_is_taken_up_once_the_lease_is_over(engine: Engine) -> None:
    books = a_cohort(engine)
    queued(books)
    held = {"status": MessageStatus.SENDING, "lease": "gone", "lease_until": NOW + timedelta(minutes=15)}
    books.change(update(Message).values(**held))
    assert (counted(books), deliver(engine, books.turn, MemoryTransport(), SETTINGS).sent) == (0, 0)
    later = books.on(START + LATER)
    assert (counted(books, later), deliver(engine, later, MemoryTransport(), SETTINGS).sent) == (2, 2)


def test_what_another_has_taken_over_is_not_sent_by_the_first(engine: Engine) -> None:
    books = a_cohort(engine, pairs=2)
    queued(books)

    def rob(_: EmailMessage, __: str) -> None:
        books.change(
            update(Message)
            .where(Message.status == MessageStatus.SENDING, Message.participant_id > 1)
            .values(lease="other")
        )

    transport = MemoryTransport(rob)
    assert deliver(engine, books.turn, transport, SETTINGS).sent == 1
    assert [to for to, _ in transport.sent] == ["p1@example.com"]
    assert {row.lease for row in books.rows(Message, status="sending")} == {"other"}


def test_an_answer_that_comes_while_mails_go_out_still_stops_its_reminder(engine: Engine) -> None:
    books = a_cohort(engine)
    ask = an_ask(books, 7)
    queued(books, "reminder")
    books.change(update(Message).where(Message.participant_id == 2).values(ask_id=ask))

    def meanwhile(_: EmailMessage, __: str) -> None:
        books.change(update(Ask).values(status=AskStatus.ANSWERED))

    assert deliver(engine, books.turn, MemoryTransport(meanwhile), SETTINGS).sent == 1
    assert statuses(books) == {"queued": 1, "sent": 1}
    assert deliver(engine, books.turn, MemoryTransport(), SETTINGS).cancelled == 1


def test_a_template_that_is_not_there_kills_its_mail_only(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books)
    books.change(update(Message).where(Message.participant_id == 1).values(template="lost"))
    report = deliver(engine, books.turn, transport, SETTINGS)
    assert (report.sent, report.dead) == (1, 1)
    assert "there is no message 'lost'" in books.rows(Message, status="dead")[0].error


def test_the_mails_of_another_cohort_are_left_alone(engine: Engine, transport) -> None:
    books = a_cohort(engine)
    queued(books)
    other = type(books.turn)(99, "other", books.turn.plan, START, NOW)
    assert deliver(engine, other, transport, SETTINGS).count == 0
    assert statuses(books) == {"queued": 2}


def test_the_number_of_statements_does_not_grow_with_the_number_of_mails(engine: Engine, tmp_path: Path) -> None:
    books = a_cohort(engine, 40)
    queued(books)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    counts = []
    for limit in (2, 78):
        statements.clear()
        assert deliver(engine, books.turn, FolderTransport(tmp_path / "mail"), SETTINGS, limit=limit).sent == limit
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20
