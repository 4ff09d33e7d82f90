"""A summary record as Markdown for people. Works from the stored data alone, so that an old record reads the same for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from programs.summary.aims_text import actions, goals
from programs.summary.asked import shown as asked
from programs.summary.layout import block, bullet, day, days, escaped, number, table, words_of
from programs.summary.left import in_words
from programs.summary.shape import (
    MilestoneRecord,
    OutcomeRecord,
    RecordData,
    ScoreRecord,
    SideRecord,
    WordsRecord,
)
from programs.summary.turns import shown
from programs.survey import next_step_words

STATUS_WORDS = {
    "reached": "reached",
    "missed": "missed",
    "skipped": "skipped, its time was over",
    "waived": "waived",
    "cancelled": "cut short",
}

_KNOWN_BY_ROLE = ("program", "operator", "mentor", "mentee", "member")


def markdown(data: RecordData) -> str:
    """The whole record. What there is nothing to say about is left out."""
    parts = (
        _head(data),
        asked(data.get("asked")),
        _ending(data),
        _dates(data),
        _phases(data),
        _milestones(data),
        _meetings(data),
        shown(data.get("turns", [])),
        _checklist(data),
        goals(data),
        actions(data),
        _outcome(data["outcome"]),
        _scores(data["scores"]),
        _told(data["words"]),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(data: RecordData) -> str:
    program = data["program"]
    whose = f"{escaped(program['title'])}, cohort {escaped(data['cohort'])}."
    follows = _follows(data)
    return f"# Relationship {data['relationship']}\n\n{whose}{follows}\n\n{_members(data)}"


def _members(data: RecordData) -> str:
    """Who came after the start and who left before the end, where anybody did."""
    since = data["dates"]["started_on"]
    columns = {
        "Member": [member["id"] for member in data["members"]],
        "Role": [member["role"] for member in data["members"]],
        "Joined on": [_after(since, member["accepted_on"]) for member in data["members"]],
        "Left on": [day(member["left_on"]) for member in data["members"]],
    }
    told = {title: cells for title, cells in columns.items() if any(cells)}
    return table(list(told), [list(row) for row in zip(*told.values(), strict=True)])


def _after(since: str | None, on: str | None) -> str:
    return day(on) if since and on and on > since else ""


def _follows(data: RecordData) -> str:
    if not data["follows"]:
        return ""
    cycle = data.get("cycle", 1)
    return f" It carried on {data['follows']}" + (f", as cycle {cycle}." if cycle > 1 else ".")


def _ending(data: RecordData) -> str:
    closure = data["closure"]
    how = "as planned" if closure["planned"] else "early"
    who = f"the {closure['closed_by']}" if closure["closed_by"] in _KNOWN_BY_ROLE else escaped(closure["closed_by"])
    why = f"**{escaped(words_of(closure['reason']))}**"
    lines = [f"Closed {how} on {day(data['dates']['closed_on'])} by {who}: {why}."]
    if closure["note"]:
        lines.append(f"Note: {escaped(closure['note'])}")
    if closure["rematch"]:
        lines.append("To be matched again.")
    step = closure["next_step"]
    if step["decided"]:
        onward = f", as {data['carried_on_by']}" if data.get("carried_on_by") else ""
        lines.append(f"Next step: {escaped(step['words'] or step['decided'])}{onward}.")
    elif step["wishes"]:
        wishes = "; ".join(f"{one['id']}: {escaped(next_step_words(str(one['value'])))}" for one in step["wishes"])
        lines.append(f"Next step: not decided together ({wishes}).")
    return block("How it ended", "\n\n".join(lines))


def _dates(data: RecordData) -> str:
    dates = data["dates"]
    rows = [
        ["Proposed", "", day(dates["proposed_on"])],
        ["Agreed", "", day(dates["agreed_on"])],
        ["Started", "", day(dates["started_on"])],
        ["Ended", day(dates["planned_end_on"]), day(dates["closed_on"])],
        ["Lasted", days(dates["days_planned"]), days(dates["days"])],
    ]
    if dates["days_paused"]:
        rows.append(["Of these paused", "", days(dates["days_paused"])])
    if dates.get("days_extended"):
        rows.append(["Of these by extension", "", days(dates["days_extended"])])
    return block("Dates", table(["", "Planned", "As it was"], [row for row in rows if row[1] or row[2]]))


def _phases(data: RecordData) -> str:
    told = any(in_words(phase) for phase in data["phases"])
    columns = ["Phase", "From", "Until", "Planned at most", "Took", "Passed", *(["Left by"] if told else [])]
    rows = [
        [
            escaped(phase["title"]),
            day(phase["entered_on"]),
            day(phase["left_on"]),
            days(phase["days_planned"]),
            days(phase["days"]),
            "yes" if phase["passed"] else "no",
            *([in_words(phase)] if told else []),
        ]
        for phase in data["phases"]
    ]
    shown = table(columns, rows) if rows else ""
    titles = data.get("titles_not_entered") or [words_of(phase) for phase in data["phases_not_entered"]]
    never = ", ".join(f"“{escaped(title)}”" for title in titles)
    return block("Phases", "\n\n".join(part for part in (shown, f"Not entered: {never}." if never else "") if part))


def _milestones(data: RecordData) -> str:
    milestones = data["milestones"]
    if not milestones["items"]:
        return ""
    counts = [f"{count} {status}" for status, count in milestones["counts"].items() if count]
    rows = [
        [escaped(item["title"]), "yes" if item["required"] else "", _statuses(item), _settled(item)]
        for item in milestones["items"]
    ]
    shown = table(["Milestone", "Required", "What became of it", "Settled on"], rows)
    return block("Milestones", f"{', '.join(counts).capitalize()}.\n\n{shown}")


def _statuses(item: MilestoneRecord) -> str:
    if len(item["occurrences"]) == 1:
        return STATUS_WORDS.get(item["occurrences"][0]["status"], item["occurrences"][0]["status"])
    return ", ".join(f"{count} {status}" for status, count in item["counts"].items())


def _settled(item: MilestoneRecord) -> str:
    return day(item["occurrences"][0]["settled_on"]) if len(item["occurrences"]) == 1 else ""


def _meetings(data: RecordData) -> str:
    met = data["meetings"]
    if not met["count"]:
        return block("Meetings", "None was logged.")
    rows = [
        ["Number", str(met["count"])],
        ["Minutes together", str(met["minutes"])],
        ["First", day(met["first_on"])],
        ["Last", day(met["last_on"])],
    ]
    if met["mean_gap"] is not None:
        rows += [["From one to the next", f"{number(met['mean_gap'])} days on average"]]
        rows += [["Longest gap", days(met["longest_gap"])]]
    return block("Meetings", table(["", ""], rows))


def _checklist(data: RecordData) -> str:
    rows = [
        [escaped(line["title"]), f"{line['participant']} ({line['role']})", f"{line['done']} of {line['of']}"]
        for line in data["checklist"]
    ]
    return block("Checklist", table(["Phase", "Who", "Done"], rows)) if rows else ""


def _outcome(outcome: Sequence[OutcomeRecord]) -> str:
    lines = []
    for one in outcome:
        earlier = one.get("beside")
        beside = f", beside “{escaped(earlier)}”" if earlier else ""
        lines.append(f"**{escaped(one['ask'])}**{_scale(one['least'], one['most'])}{beside}\n")
        for member in one["by"]:
            expected = member["expected"]
            said = "expected" if earlier or isinstance(expected, str) else "before"
            had = f" ({said}: {_value(expected)})" if expected is not None else ""
            lines.append(bullet(f"{member['id']} ({member['role']}): {_value(member['outcome'])}{had}"))
        lines.append("")
    return block("Outcome against expectation", "\n".join(lines).rstrip()) if lines else ""


def _scores(scores: Sequence[ScoreRecord]) -> str:
    rows = [
        [
            escaped(score["title"]) + (f" {score['occurrence']}" if score["occurrence"] else ""),
            escaped(score["ask"]) + _scale(score["least"], score["most"]),
            _of_role(score["by"], ("mentor",)),
            _of_role(score["by"], ("mentee",)),
            _of_role(score["by"], ("member",)),
            number(score["gap"]),
        ]
        for score in scores
    ]
    columns = ["When", "Question", "Mentor", "Mentee", "Members", "Gap"]
    kept = [place for place, title in enumerate(columns) if title == "Gap" or any(row[place] for row in rows)]
    shown = [[row[place] for place in kept] for row in rows]
    return block("Answers side by side", table([columns[place] for place in kept], shown)) if rows else ""


def _told(words: Sequence[WordsRecord]) -> str:
    lines = []
    for one in words:
        who = one["by"]
        lines.append(f"**{escaped(one['ask'])}** ({escaped(one['title'])}, {who['id']}, {who['role']})\n")
        lines.append(f"> {_value(who['value'])}\n")
    return block("In their own words", "\n".join(lines).rstrip()) if lines else ""


def _scale(least: int | None, most: int | None) -> str:
    return f" ({least} to {most})" if least is not None else ""


def _of_role(sides: Iterable[SideRecord], roles: tuple[str, ...]) -> str:
    return ", ".join(_value(side["value"]) for side in sides if side["role"] in roles)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, (int, float)) else escaped(str(value))
