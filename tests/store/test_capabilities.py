"""Capabilities that are shown nowhere else: the part that a mentor plays, and what a check-in in the middle is for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, update

from tasks import needs
from tasks.db import reading
from tasks.models import Flag, Participant
from tests.store.scenes import Scene, a_cohort, day, tandem


def with_parts(data: dict[str, Any]) -> None:
    parts = {"type": "tags", "options": ["consultant", "sponsor"]}
    data["enrollment"]["fields"] |= {"parts": parts | {"roles": ["mentor"]}, "hoped_for": parts | {"roles": ["mentee"]}}
    data["matching"]["criteria"].append({"overlap": {"mentee": "hoped_for", "mentor": "parts"}, "weight": 100})


def says(scene: Scene, participant: int, field: str, part: str) -> None:
    (row,) = scene.rows(Participant, id=participant)
    with scene.writing() as conn:
        known = Participant.id == participant
        conn.execute(update(Participant).where(known).values(fields={**row.fields, field: [part]}))


def test_who_hopes_for_a_sponsor_is_brought_together_with_somebody_who_likes_that_part(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, program=tandem(with_parts))
    for number, (hoped_for, plays) in enumerate((("sponsor", "consultant"), ("consultant", "sponsor"))):
        says(scene, scene.mentees[number], "hoped_for", hoped_for)
        says(scene, scene.mentors[number], "parts", plays)
    scene.propose()
    assert scene.partners() == {1: 2, 2: 1}, (
        "without that each would have been best matched with the first of their list"
    )


def checked(data: dict[str, Any]) -> None:
    """In the middle both are asked who drives, and whether the limits are kept."""
    questions = [{"id": one, "ask": f"{one}?", "type": "scale", "required": True} for one in ("driving", "limits")]
    data["forms"]["middle"] = {"questions": questions}
    middle = {
        "id": "middle",
        "at": "halfway",
        "ask": {"form": "middle", "roles": ["mentee", "mentor"], "due": "7 days"},
    }
    flags = {"driving": "The mentee is not setting the course.", "limits": "The limits are not kept."}
    middle["when"] = [{"question": one, "answer": "<= 2", "then": "flag", "note": note} for one, note in flags.items()]
    work = next(phase for phase in data["phases"] if phase["id"] == "work")
    work["milestones"].append(middle)


def test_who_does_not_drive_and_whose_limits_are_not_kept_is_shown_to_the_coordinator(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(checked)).at_work()
    while not scene.asks("work.middle"):
        scene.everybody_meets()
        scene.everybody_answers()
        scene.through(scene.today + (day(7) - day(0)))
    scene.send(scene.ask("work.middle", "mentee"), driving=4, limits=5)
    assert [flag for flag in scene.rows(Flag, cleared_on=None) if flag.kind == "answer"] == []
    scene.send(scene.ask("work.middle", "mentor"), driving=2, limits=1)
    with reading(scene.engine) as conn:
        listed = [str(need) for need in needs.needs(conn, scene.turn())]
    assert any("not setting the course" in need for need in listed)
    assert any("limits are not kept" in need for need in listed)
