"""Where one more place, or one more group, would help most: as a screen and as data tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flows.cli import console
from programs.matching import Gains
from tasks.roster import Entry

NAMED = 3
"""Mentors on a screen."""


def tell(gains: Gains, what: str, name: Callable[[str], str]) -> None:
    """`what` is a place or a group."""
    if gains.unstated:
        console.say("", f"Where one more {what} would help most is not stated: {gains.unstated}.")
    elif gains.each:
        console.say("", f"One more {what} would help most with:")
        console.table(("mentor", "adds"), [(name(gain.mentor), str(gain)) for gain in gains.each[:NAMED]])


def data(gains: Gains, what: str, people: Mapping[str, Entry]) -> dict[str, Any]:
    each = [
        {"mentor": people[gain.mentor].email, "people": gain.people, "points": gain.points, "words": str(gain)}
        for gain in gains.each
    ]
    return {f"one_more_{what}": each, f"one_more_{what}_unstated": gains.unstated}
