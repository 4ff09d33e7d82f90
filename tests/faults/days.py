"""Days on which much is to be done at once, besides the rich day of the pairs: before the match and from cycle to cycle, in
circles, and at the very end. Each stands before the day that is to be run next.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from programs.spec import Program
from tasks import gates
from tasks.models import Relationship
from tests.store.peers import circle_program, enrolled, lead, seats
from tests.store.preparing import considered
from tests.store.scenes import Scene, a_cohort, day, tandem

RICH = 64
"""The first pair's first cycle has been closed the day before."""
WAVES: Mapping[int, str] = {
    -4: "willing",
    RICH - 17: "undecided",
    RICH - 16: "not screened",
    RICH - 9: "proposed",
    RICH - 8: "screened late",
    RICH - 7: "not screened",
    RICH - 3: "willing",
    RICH - 2: "unwilling",
}
"""Who comes in one day, a mentee and a mentor each time, and how they go about it."""


def a_day_before_the_match(engine: Engine) -> Scene:
    """Some begin to prepare, are through with it, or are let go; some go on in a new cycle; attention is raised and cleared."""
    scene = a_cohort(engine, pairs=1, program=_cycling())
    comers = ["willing"]
    while scene.today < day(RICH - 1):
        scene.on(_next(scene.today))
        _do(scene, comers)
        count = (scene.today - day(0)).days
        if count in WAVES:
            scene.join(1)
            comers.append(WAVES[count])
    scene.join(1)
    scene.today = day(RICH)
    _let_in(scene, comers, "screened late")
    return scene


def _next(today: date) -> date:
    """Every day at the beginning and at the end, and every week of the long time in between."""
    return today + timedelta(days=7 if day(7) <= today < day(RICH - 22) else 1)


def _cycling() -> Program:
    """Everybody first considers it, the operator speaks to every mentor, and two who like it go on for a second time."""

    def change(data: dict[str, Any]) -> None:
        data["closure"] |= {"new_cycle": {"begins": "work", "at_most": 1}}
        data["enrollment"]["gates"].append({"id": "screening", "by": "operator", "roles": ["mentor"]})

    return considered(change)


def _do(scene: Scene, comers: list[str]) -> None:
    """What people and the operator do in the evening of a day."""
    _let_in(scene, comers, "willing", "proposed")
    scene.approve(
        [row.id for number, how in enumerate(comers, 1) if how == "willing" for row in _newest(scene, number)]
    )
    for ask in scene.asks(status="open"):
        how = comers[_number(scene, ask.participant_id) - 1]
        if how == "unwilling":
            scene.send(ask, join=False)
        elif how != "undecided":
            scene.send(ask)
    if (scene.today - day(0)).days % 7 == 0:
        scene.everybody_meets()


def _let_in(scene: Scene, comers: list[str], *ways: str) -> None:
    mentors = [scene.mentors[place] for place, how in enumerate(comers) if how in ways]
    with scene.writing() as conn:
        gates.pass_by_hand(conn, scene.turn(), "screening", mentors)


def _newest(scene: Scene, number: int) -> list[Any]:
    return [row for row in scene.relationships_of(scene.mentees[number - 1])[-1:] if row.status == "proposed"]


def _number(scene: Scene, participant: int) -> int:
    crowd = scene.mentees if participant in scene.mentees else scene.mentors
    return crowd.index(participant) + 1


def a_day_of_circles(engine: Engine) -> Scene:
    """One circle has missed a meeting, so that its turn passes; another joins it when two of its members leave."""
    data = circle_program(size={"at_least": 3, "at_most": 6}, merge=True).model_dump(mode="json", by_alias=True)
    data["closure"]["reasons"] = ["completed", "merged", "too_few", "other"]
    scene = enrolled(engine, 12, Program.model_validate(data))
    scene.agree()
    scene.on(scene.base.plan.starts_on)
    first, *others = (row.id for row in scene.rows(Relationship))
    for count in (7, 14, 21):
        scene.through(day(count))
        scene.meet(*others)
    for ask in scene.asks(status="open"):
        if ask.relationship_id != first:
            scene.send(ask)
    scene.through(day(27))
    scene.today = day(28)
    return scene


def who_leaves(scene: Scene) -> list[int]:
    """Of a small circle, as they leave on the day of circles: who leads next, and one more, which is one too many."""
    _, small, _ = (row.id for row in scene.rows(Relationship))
    return [lead(scene, small), *[one for one in seats(scene, small) if one != lead(scene, small)]][:2]


def the_last_day(engine: Engine) -> Scene:
    """All pairs close, and with them the cohort, in which a mentor is still waiting."""
    scene = a_cohort(
        engine, pairs=2, mentors=3, program=tandem(lambda data: data["closure"].pop("follow_up"))
    ).closing()
    scene.everybody_answers()
    scene.through(day(62))
    scene.today = day(63)
    return scene
