"""Circles of peers who take turns, for tests: eight weeks of a meeting every other week, then they look back."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine, update

from programs.spec import Program
from tasks import meetings
from tasks.models import Meeting, Member, Participant, Relationship
from tests.store.scenes import Scene, a_cohort, declared


def circle_program(missed: str = "passes", **relationships: Any) -> Program:
    data = declared("circle").model_dump(mode="json", by_alias=True)
    data["relationships"] |= {"turns": {"missed": missed}, **relationships}
    data["weekend"] = "none"
    rotate = next(phase for phase in data["phases"] if phase["id"] == "rotate")
    rotate["lasts"] = "8 weeks"
    rotate["milestones"][0] |= {"every": "2 weeks", "expect": {"meeting": {"minutes": 30}}}
    rotate["milestones"].append(
        {
            "id": "half", "at": "3 weeks after start",
            "ask": {"form": "survey", "roles": ["member"], "due": "1 week"},
        }
    )  # fmt: skip
    data["phases"] = [rotate, next(phase for phase in data["phases"] if phase["id"] == "reflect")]
    return Program.model_validate(data)


def enrolled(engine: Engine, people: int, program: Program) -> Scene:
    scene = a_cohort(engine, pairs=people, mentors=0, program=program)
    with scene.writing() as conn:
        for number, participant in enumerate(scene.mentees):
            fields = {"site": "north" if number % 2 else "south", "skills": [f"skill {number % 3}"]}
            conn.execute(update(Participant).where(Participant.id == participant).values(roles="member", fields=fields))
    return scene


def running(engine: Engine, people: int = 4, missed: str = "passes", **relationships: Any) -> Scene:
    """Circles that began on the cohort's first day."""
    scene = enrolled(engine, people, circle_program(missed, **relationships))
    scene.agree()
    scene.on(scene.base.plan.starts_on)
    return scene


def seats(scene: Scene, relationship: int) -> list[int]:
    """Present members in the order of their places."""
    rows = [row for row in scene.rows(Member, relationship_id=relationship) if row.left_on is None]
    return [row.participant_id for row in sorted(rows, key=lambda row: row.position)]


def lead(scene: Scene, relationship: int | None = None) -> int:
    (row,) = scene.rows(Relationship, id=relationship or the_circle(scene))
    return int(row.lead_id)


def the_circle(scene: Scene) -> int:
    (row,) = [row for row in scene.rows(Relationship) if row.status in ("active", "paused")]
    return int(row.id)


def meet(scene: Scene, on: date | None = None, led_by: int | None = None, minutes: int = 45) -> int:
    held = meetings.Held(the_circle(scene), on or scene.today, minutes, led_by)
    with scene.writing() as conn:
        return meetings.log_meetings(conn, scene.turn(), [held])


def led(scene: Scene) -> list[int]:
    """Who led the meetings, in the order of their days."""
    return [row.led_by for row in sorted(scene.rows(Meeting), key=lambda row: row.held_on)]
