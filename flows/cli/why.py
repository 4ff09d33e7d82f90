"""Why people were brought together, and why somebody was not, as it was kept with the proposal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flows.cli import console
from programs.codes import number
from tasks.helpful import OneMore

_CODES = re.compile(r"\bP-[0-9A-Z]{5,}\b")


def mentioned(*told: object) -> set[int]:
    """Participants whom reasons name."""
    return {number(found, "P") for one in told for found in _CODES.findall(str(one))}


def by_name(text: str, name: Callable[[str], str]) -> str:
    """`name` of P-…"""
    return _CODES.sub(lambda found: name(found.group()), text)


def tell_why_together(reasons: Mapping[str, Any] | None, names: Mapping[str, str]) -> None:
    """`names` of those who may be named, by P-…; nothing is said where nothing was kept."""
    lines = list(_lines(reasons or {}, names))
    if lines:
        console.say("", "Why these:", *(f"  {line}" for line in lines))


def tell_why_alone(unmatched: str | None, names: Mapping[str, str]) -> None:
    if not unmatched:
        return
    told = json.loads(unmatched)
    found = f"has {told['has']} of their mentors, and found nobody further" if told.get("has") else "found nobody"
    console.say(f"  {found}: {by_name(told['why'], lambda key: names.get(key, key))}")
    more = OneMore.of(told)
    if more.each:
        places = ", ".join(f"{names.get(one.mentor, one.mentor)} ({one})" for one in more.each)
        console.say(f"  more room would help most with: {places}")


def _lines(reasons: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    pairs: Sequence[Mapping[str, Any]] = reasons.get("pairs", ())
    for pair in pairs:
        who = f"{names.get(pair['mentee'], pair['mentee'])}: " if len(pairs) > 1 else ""
        decided = ", decided by the operator" if pair.get("decided") else ""
        yield f"{who}{pair['points']:g} points, choice {pair['rank']} of {pair['possible']}{decided}"
        yield from (f"  {one['points']:>7g}  {one['words']}" for one in pair["criteria"])
        yield from (f"  although it breaks '{rule}'" for rule in pair.get("breaks", ()))
        others = [_other(one["mentor"], one["points"], names) for one in pair.get("alternatives", ())]
        if others:
            yield f"  next best: {', '.join(others)}"
    for both in reasons.get("beside", ()):
        yield f"{' and '.join(names.get(who, who) for who in both)} together, decided by the operator"
    yield from reasons.get("mix", ())
    for one in reasons.get("together", ()):
        both = " and ".join(names.get(one[side], one[side]) for side in ("one", "other"))
        yield f"although {both} break '{one['rule']}'"


def _other(mentor: str, points: float, names: Mapping[str, str]) -> str:
    named = f" {names[mentor]}" if mentor in names else ""
    return f"{mentor}{named} ({points:g} points)"
