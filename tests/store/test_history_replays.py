"""History is complete: whoever replays it comes to the present status of everything that ever moved, and only by allowed moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine

from tasks import endings, timing
from tasks.history import MOVES
from tasks.models import History
from tests.store.scenes import Scene, a_cohort, day

FIRST = {
    "step": "planned",
    "ask": "open",
    "relationship": "proposed",
    "participant": "enrolled",
    "message": "queued",
    "goal": "open",
    "action": "open",
}
"""The status in which each noun comes into the books."""


@dataclass(frozen=True)
class Lived:
    """What is left of a life: the history, and the rows of every noun that has a status."""

    history: Sequence[Any]
    rows: dict[str, Sequence[Any]]


_lives: dict[str, Lived] = {}


def eventful(engine: Engine) -> Scene:
    """Declined, paused, silent, misfit, rematched and completed: six pairs, each on its own way."""
    scene = a_cohort(engine, pairs=6)
    scene.propose()
    scene.approve()
    scene.propose()
    scene.send(scene.ask("consent.mentee", number=1), {"accept": False})
    while scene.on(scene.today) or scene.everybody_answers():
        scene.everybody_answers()
    scene.approve()
    while scene.on(scene.today) or scene.everybody_answers():
        scene.everybody_answers()
    scene.on(day(0))
    scene.through(day(3))
    scene.everybody_answers()
    scene.through(day(7))
    two, three, four = (scene.relationship(number).id for number in (2, 3, 4))
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), two)
        timing.waive(conn, scene.turn(), three, "fit")
    scene.through(day(12))
    running = [row.id for number in (3, 4, 5, 6) for row in [scene.relationship(number)] if row.status == "active"]
    scene.meet(*running)
    scene.through(day(14))
    for ask in scene.asks("work.fit", status="open"):
        scene.send(ask, fit=ask.relationship_id != four)
    scene.through(day(21))
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), two)
    scene.approve()
    scene.through(day(29))
    scene.everybody_answers()
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [three], endings.Ending("conduct"))
    for count in range(35, 140, 7):
        scene.on(day(count))
        if count < 70:
            scene.everybody_meets()
        scene.everybody_answers()
    return scene


def replayed(rows: Sequence[Any]) -> dict[tuple[str, int], str]:
    """Noun and id to the status to which the history leads. Fails where a row does not begin where the one before ended."""
    status: dict[tuple[str, int], str] = {}
    for row in rows:
        what = (row.noun, row.noun_id)
        if row.before is not None and what in status:
            assert row.before == status[what], row
        if row.after is not None:
            status[what] = row.after
    return status


@pytest.fixture
def lived(engine: Engine) -> Lived:
    """The life is lived once on each kind of database."""
    kind = engine.dialect.name
    if kind not in _lives:
        scene = eventful(engine)
        _lives[kind] = Lived(scene.rows(History), {table.__tablename__: scene.rows(table) for table in MOVES})
    return _lives[kind]


def test_the_history_leads_to_the_present_status_of_everything(lived: Lived) -> None:
    status = replayed(lived.history)
    for noun, rows in lived.rows.items():
        for row in rows:
            assert status.get((noun, row.id), FIRST[noun]) == row.status, (noun, row.id)


def test_every_move_in_the_history_is_an_allowed_one(lived: Lived) -> None:
    moves = {table.__tablename__: table_moves for table, table_moves in MOVES.items()}
    seen = set()
    for row in lived.history:
        if row.noun in moves and row.before != row.after:
            allowed = {(str(origin), event): str(after) for (origin, event), after in moves[row.noun].items()}
            assert allowed[row.before, row.event] == row.after, row
            seen.add((row.noun, row.event))
    assert {
        ("relationship", event) for event in ("approve", "accept", "decline", "start", "pause", "resume", "close")
    } <= seen
    assert {("step", event) for event in ("open", "reach", "miss", "waive", "cancel")} <= seen
    assert {("ask", event) for event in ("answer", "withdraw", "expire")} <= seen
    assert ("participant", "activate") in seen


def test_every_row_of_history_says_when_and_by_whom(lived: Lived) -> None:
    assert len({row.cohort_id for row in lived.history}) == 1
    for row in lived.history:
        assert row.happened_on
        assert row.recorded_at.utcoffset() is not None
        assert row.by in ("program", "operator")
