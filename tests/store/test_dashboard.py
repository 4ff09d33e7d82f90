"""What an operator is told to wait for: people and things that need somebody, as long as anything can still become of it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update

from programs.lifecycle import CohortStatus, MessageStatus
from tasks.dashboard import Dashboard, dashboard
from tasks.db import reading
from tasks.models import Cohort, Flag, Message
from tests.store.scenes import Scene, a_cohort


def looked(scene: Scene) -> Dashboard:
    with reading(scene.engine) as conn:
        return dashboard(conn, scene.turn())


@pytest.fixture
def unfinished(engine: Engine) -> Scene:
    """People before the gate, somebody who looks for a mentor, a proposal, and mails on their way."""
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.propose()
    scene.join(1)
    return scene


def test_who_stands_before_a_gate_and_what_waits_for_approval_is_told(unfinished: Scene) -> None:
    found = looked(unfinished)
    waiting = {one.what: one.count for one in found.waiting}
    assert waiting["proposals to approve"] == 1
    assert waiting["before the gate “Intro”, the longest since 2027-02-15"] == 5
    assert found.seeking == 1


def test_a_closed_cohort_waits_for_nobody_once_its_attention_list_is_seen_to(unfinished: Scene) -> None:
    with unfinished.writing() as conn:
        conn.execute(update(Cohort).values(status=CohortStatus.CLOSED))
        conn.execute(update(Flag).where(Flag.cleared_on.is_(None)).values(cleared_on=unfinished.today))
    found = looked(unfinished)
    assert found.waiting == ()
    assert found.seeking == 0
    assert sum(found.participants.values()) == 5


def test_mails_that_were_refused_are_told_of_a_closed_cohort_too(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    with scene.writing() as conn:
        conn.execute(update(Message).values(status=MessageStatus.DEAD))
        conn.execute(update(Cohort).values(status=CohortStatus.CLOSED))
    assert [one.what for one in looked(scene).waiting] == ["mails that were refused, for"]
