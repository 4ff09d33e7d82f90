"""A program with something before the match: everybody considers it alone, mentees look for somebody, and there are gates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from programs.spec import Program
from tests.store.scenes import START, Scene, tandem


def considered(change: Callable[[dict[str, Any]], object] | None = None) -> Program:
    """The small program, which everybody first considers for up to two weeks; who says no, or never says, is let go."""

    def declare(data: dict[str, Any]) -> None:
        data["phases"].insert(0, _considering())
        data["phases"].insert(1, _aims())
        data["closure"]["reasons"] += ["not_for_me", "undecided"]
        data["forms"]["decision"] = {"questions": [_yes_or_no()]}
        data["forms"]["aims"] = {"questions": [{"id": "aim", "ask": "What for?", "type": "goal", "required": True}]}
        if change:
            change(data)

    return tandem(declare)


def _considering() -> dict[str, Any]:
    decision = {
        "id": "decision",
        "at": "start",
        "ask": {
            "form": "decision",
            "roles": ["mentor", "mentee"],
            "due": "in 5 days",
            "remind": ["1 day before", "2 days after"],
        },
        "required": True,
        "when": [{"question": "join", "answer": "no", "then": "close", "reason": "not_for_me"}],
    }
    return {
        "id": "considering",
        "alone": True,
        "lasts": {"at_least": "1 day", "at_most": "2 weeks"},
        "until": "required milestones reached",
        "overrun": {"after": "3 days", "then": "close", "reason": "undecided"},
        "guide": "Ask somebody who has done it.",
        "milestones": [decision],
    }


def _aims() -> dict[str, Any]:
    asked = {"form": "aims", "roles": ["mentee"], "due": "in 5 days"}
    return {
        "id": "aims",
        "alone": True,
        "roles": ["mentee"],
        "lasts": {"at_least": "1 day", "at_most": "2 weeks"},
        "until": "required milestones reached",
        "overrun": {"after": "3 days", "then": "close", "reason": "undecided"},
        "milestones": [{"id": "purpose", "at": "start", "ask": asked, "required": True}],
    }


def _yes_or_no() -> dict[str, Any]:
    return {"id": "join", "ask": "Is it for you?", "type": "yes_no", "required": True}


def begun(scene: Scene) -> Scene:
    """Everybody is through with it, matched, and has begun on the first day of the cohort."""
    through(scene)
    scene.approve()
    scene.agree()
    scene.on(max(START, scene.today))
    return scene


def through(scene: Scene) -> None:
    """Everybody answers whatever is asked of them alone, until everybody is matched."""
    while not scene.partners():
        scene.on(scene.today)
        scene.everybody_answers()
        scene.through(scene.today + timedelta(days=1))
