"""Why people are together, and why somebody is left, as data tells it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from programs.matching import Alternative, Left, Pair
from tasks.roster import Entry


def of_pair(one: Pair, people: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        "points": one.points,
        "rank": one.rank,
        "possible": one.possible,
        "alternatives": [_other(other, people) for other in one.alternatives],
        "reasons": [{**asdict(reason), "points": reason.points} for reason in one.reasons],
    }


def of_left(one: Left, people: Mapping[str, Entry]) -> dict[str, Any]:
    obstacles = [{**asdict(obstacle), "words": str(obstacle)} for obstacle in one.obstacles]
    return {
        "who": people[one.key].email,
        "why": one.why,
        "free": one.free,
        "possible": one.possible,
        "obstacles": obstacles,
        "alternatives": [_other(other, people) for other in one.alternatives],
    }


_ADDRESS = re.compile(r"[^\s;,:()]+@[^\s;,:()]+")


def by_name(why: str, people: Mapping[str, Entry], name: Callable[[str], str]) -> str:
    """Reasons name people by their address; a screen does so by their name."""
    return _ADDRESS.sub(lambda found: name(found.group()) if found.group() in people else found.group(), why)


def _other(one: Alternative, people: Mapping[str, Entry]) -> dict[str, Any]:
    held = [people[key].email for key in one.held_by]
    return {"mentor": people[one.key].email, "points": one.points, "held_by": held}
