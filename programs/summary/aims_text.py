"""Goals and the action plan of a record, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from programs.summary.layout import block, bullet, day, escaped
from programs.summary.shape import ActionRecord, GoalRecord, RecordData
from programs.words import count

_SHARED = "relationship"
_STATUSES = ("done", "open", "dropped")


def goals(data: RecordData) -> str:
    """How many were reached, and each with what became of it; those of the whole relationship first."""
    if not data["goals"]:
        return ""
    reached = sum(goal["status"] == "reached" for goal in data["goals"])
    ordered = sorted(data["goals"], key=lambda goal: goal.get("of") != _SHARED)
    lines = [bullet(f"{escaped(goal['text'])}: {_status(goal)} ({_about(goal)})") for goal in ordered]
    return block("Goals", f"{reached} of {len(lines)} reached.\n\n" + "\n".join(lines))


def _about(goal: GoalRecord) -> str:
    term = f"{goal['term']} term" if goal["term"] else ""
    if goal.get("of") == _SHARED:
        whose = ["of the relationship", term, f"worded by {goal['set_by']}"]
    else:
        whose = [term, goal["set_by"], goal["role"]]
    return ", ".join([*filter(None, whose), f"set on {day(goal['set_on'])}"])


def _status(goal: GoalRecord) -> str:
    settled = {"reached": "**reached**", "dropped": "dropped"}
    if known := settled.get(goal["status"]):
        return known
    if goal.get("said_on", "before this was kept") is None and not goal["progress"]:
        return "how far it got was not said" if goal.get("asked_again") else "not asked again how far it got"
    return f"{'not reached' if goal['status'] == 'not_reached' else 'open at the end'}, {goal['progress']} %"


def actions(data: RecordData) -> str:
    """How many were done, and each with who was to do it, under the goal that it serves."""
    items = data.get("actions", [])
    if not items:
        return ""
    wordings = {goal["key"]: goal["text"] for goal in data["goals"] if "key" in goal}
    keys = list(dict.fromkeys(one["goal"] for one in items))
    groups = [_group(key, wordings, [one for one in items if one["goal"] == key]) for key in keys]
    return block("Action plan", f"{_counts(items).capitalize()}.\n\n" + "\n\n".join(groups))


def _group(key: str | None, wordings: dict[str, str], items: Sequence[ActionRecord]) -> str:
    lines = "\n".join(_item(one) for one in items)
    if key is None:
        return lines
    return f"For “{escaped(wordings.get(key, key))}” ({_counts(items)}):\n\n{lines}"


def _counts(items: Sequence[ActionRecord]) -> str:
    counts = {status: sum(one["status"] == status for one in items) for status in _STATUSES}
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count)


def _item(one: ActionRecord) -> str:
    status = "**done**" if one["status"] == "done" else one["status"]
    who = f"{one['assigned_to']}, {one['role']}" if one["assigned_to"] else "together"
    comments = count(one["comments"], "comment") if one["comments"] else ""
    told = [who, f"by {day(one['due_on'])}" if one["due_on"] else "", _settled(one), comments]
    return bullet(f"{_words(one)}: {status} ({', '.join(filter(None, told))})")


def _words(one: ActionRecord) -> str:
    return escaped(one["text"]) if one["text"] is not None else "An item that they keep between them"


def _settled(one: ActionRecord) -> str:
    return f"{one['status']} on {day(one['settled_on'])}" if one["settled_on"] else ""
