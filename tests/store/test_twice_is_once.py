"""Running a day again, on any day of a life, does nothing; what people send twice is taken once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tasks import endings, offers, timing
from tasks.day import advance, due
from tasks.models import Message, Relationship
from tasks.turn import Stage
from tests.store.dumps import changed_tables, dump
from tests.store.scenes import ENROLLED, Scene, a_cohort, a_rich_day, day, tandem


def ran_again(scene: Scene) -> list[str]:
    """What a second run of the day did, and which tables it changed."""
    before = dump(scene.engine)
    work = [one.work.name for one in advance(scene.engine, scene.turn())]
    return work + sorted(changed_tables(before, dump(scene.engine)))


def test_the_second_run_of_a_rich_day_does_nothing(engine: Engine) -> None:
    scene = a_rich_day(engine)
    assert len({one.work.verb for one in scene.on(scene.today)}) >= 14
    assert ran_again(scene) == []


def test_a_second_run_does_nothing_on_any_day_of_a_life(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, program=tandem(lambda data: data["matching"].update(approval="none")))
    found = {}
    for count in range(-14, 110, 2):
        scene.on(day(count))
        found[count] = ran_again(scene)
        if count % 4 == 0:
            scene.everybody_answers()
        if count % 10 == 0:
            scene.everybody_meets()
    assert {count: again for count, again in found.items() if again} == {}
    assert scene.statuses(Relationship) == ["closed", "closed"]


def test_a_day_with_nothing_due_writes_nothing(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.on(day(8))
    before = dump(scene.engine)
    assert scene.on(day(9)) == []
    assert list(changed_tables(before, dump(scene.engine))) == ["cohort"]  # only how far its calendar has come
    assert [due(scene.engine, scene.turn(), stage) for stage in Stage] == [[]] * 5 + [
        due(scene.engine, scene.turn(), Stage.DELIVER)
    ]


REQUESTS: dict[str, Callable[[Scene], None]] = {}


def request(work: Callable[[Scene], None]) -> Callable[[Scene], None]:
    REQUESTS[work.__name__] = work
    return work


@request
def approve_all(scene: Scene) -> None:
    scene.approve()


@request
def end_all(scene: Scene) -> None:
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), None, endings.Ending("other", note="over"))


@request
def pause_first(scene: Scene) -> None:
    mine = scene.relationship().id
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), mine)


@request
def waive_first(scene: Scene) -> None:
    mine = scene.relationship().id
    with scene.writing() as conn:
        timing.waive(conn, scene.turn(), mine, "middle")


@request
def meet_all(scene: Scene) -> None:
    scene.everybody_meets()


@request
def consent_all(scene: Scene) -> None:
    with scene.writing() as conn:
        offers.ask_consent(conn, scene.turn(), "mentee")


@pytest.mark.parametrize("name", list(REQUESTS))
def test_a_request_that_is_repeated_is_done_once(engine: Engine, name: str) -> None:
    scene = a_cohort(engine, pairs=2).at_work()
    scene.join(1)
    scene.on(scene.today)
    REQUESTS[name](scene)
    before = dump(scene.engine)
    REQUESTS[name](scene)
    assert changed_tables(before, dump(scene.engine)) == {}


def test_a_mail_has_one_key_and_one_message_id(engine: Engine) -> None:
    scene = a_rich_day(engine)
    scene.on(scene.today)
    mails = scene.rows(Message)
    assert len(mails) > 100
    assert len({mail.message_id for mail in mails}) == len({mail.idempotency_key for mail in mails}) == len(mails)


LIVES = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["answer", "meet", "nothing", "no", "twice"])),
    min_size=3,
    max_size=8,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LIVES)
def test_whatever_people_do_and_however_often_a_cohort_is_run_a_second_run_does_nothing(
    sqlite_template, tmp_path_factory, life: list[tuple[int, str]]
) -> None:
    import shutil

    from tasks import db

    path = tmp_path_factory.mktemp("life") / "life.db"
    shutil.copyfile(sqlite_template, path)
    scene = a_cohort(db.engine(f"sqlite:///{path}"), pairs=2, mentors=3)
    scene.today = ENROLLED
    for days, act in life:
        scene.approve()
        scene.on(scene.today + timedelta(days=days))
        assert ran_again(scene) == []
        if act == "no":
            for ask in scene.asks(status="open")[:1]:
                scene.send(ask, **({"accept": False} if ask.key.startswith("consent") else {}))
        elif act == "meet":
            scene.everybody_meets()
        elif act != "nothing":
            scene.everybody_answers()
        if act == "twice":
            assert scene.everybody_answers() == 0
    shutil.rmtree(path.parent)
