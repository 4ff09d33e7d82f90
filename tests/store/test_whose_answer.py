"""What is known of asks of which a row of a sheet can mean one or another, in both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tasks import inbox
from tasks.db import reading
from tasks.models import Message
from tests.store.scenes import Scene, a_cohort, day


def asked(engine: Engine, pairs: int = 1) -> Scene:
    scene = a_cohort(engine, pairs=pairs).started()
    scene.through(day(6))
    return scene


def test_the_newest_version_of_an_answer_is_what_was_said(engine: Engine) -> None:
    scene = asked(engine)
    mine, other = scene.ask("begin.intro"), scene.ask("begin.intro", "mentor")
    first = dict(scene.send(mine).submission.answers)
    text = next(name for name, value in first.items() if isinstance(value, str))
    scene.send(mine, {**first, text: "other words"})
    with reading(engine) as conn:
        found = inbox.said(conn, [mine.id, other.id])
        assert inbox.said(conn, []) == {}
    assert set(found) == {mine.id}
    assert found[mine.id].answers[text] == "other words"
    assert found[mine.id].received_at.tzinfo is not None


def test_an_ask_is_as_old_as_the_first_mail_about_it(engine: Engine) -> None:
    scene = asked(engine)
    mine = scene.ask("begin.intro")
    with reading(engine) as conn:
        found = inbox.asked_at(conn, [mine.id])
    assert found == {mine.id: min(one.queued_at for one in scene.rows(Message, ask_id=mine.id))}


@pytest.mark.parametrize("size", [1, 2])
def test_many_asks_are_looked_up_in_portions(size: int, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = asked(engine, pairs=2)
    asks = sorted(one.id for one in scene.asks("begin.intro"))
    assert len(asks) == 4
    for one in scene.asks("begin.intro"):
        scene.send(one)
    monkeypatch.setattr(inbox, "BATCH", size)
    with reading(engine) as conn:
        assert sorted(inbox.said(conn, asks)) == asks
        assert sorted(inbox.asked_at(conn, asks)) == asks


def test_whom_an_ask_is_about_is_told_by_the_relationship(engine: Engine) -> None:
    scene = asked(engine, pairs=2)
    with reading(engine) as conn:
        found = inbox.members(conn, scene.turn().cohort_id)
        known = {one.id: one for one in inbox.all_asks(conn, scene.turn().cohort_id)}
    mine = known[scene.ask("begin.intro").id]
    assert set(found[mine.relationship_id]) == set(scene.members(mine.relationship_id).values())
    assert found[mine.relationship_id][mine.participant_id] == f"{mine.first_name} {mine.last_name}".strip()
