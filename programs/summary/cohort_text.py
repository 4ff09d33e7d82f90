"""A cohort's record as Markdown. Works from the stored data alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from programs.summary.cohort_shape import CohortData, CohortMilestone, Figure
from programs.summary.layout import block, days, escaped, number, table, words_of
from programs.survey import next_step_words

_LINES = {
    "active": "Under way",
    "paused": "Paused",
    "waiting": "Waiting for a decision, an answer or the start",
    "completed": "Completed",
    "closed_early": "Closed early",
    "withdrawn": "Withdrawn",
    "not_matched": "Not matched",
}


def markdown(data: CohortData) -> str:
    """The whole record. What there is nothing to say about is left out."""
    program = escaped(data["program"]["title"])
    head = f"# Cohort {escaped(data['cohort'])}\n\n{program}, from {data['starts_on']}, as of {data['as_of']}."
    parts = (
        head,
        _people(data),
        _match_rate(data),
        _goals(data),
        _goals_set(data),
        _relationships(data),
        _phases(data),
        _milestones("Milestones before the match, by people", data.get("milestones_alone", [])),
        _milestones("Milestones", data["milestones"]),
        _meetings(data),
        _attention(data),
        _scores(data),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _people(data: CohortData) -> str:
    """With the sum below, which is the number enrolled."""
    roles = sorted({role for line in data["people"] for role in line["by_roles"]}, reverse=True)
    titles = [_title(role) for role in roles]
    rows = [
        [
            _line(line["line"], line["reason"]),
            *(str(line["by_roles"].get(role, 0)) for role in roles),
            str(line["total"]),
        ]
        for line in data["people"]
    ]
    sums = [str(sum(line["by_roles"].get(role, 0) for line in data["people"])) for role in roles]
    rows.append(["**Enrolled**", *sums, f"**{data['enrolled']}**"])
    return block("People", table(["What became of them", *titles, "All"], rows))


def _title(roles: str) -> str:
    return "Both roles" if "," in roles else f"{roles.capitalize()}s"


def _line(line: str, reason: str | None) -> str:
    return f"{_LINES[line]}: {escaped(words_of(reason))}" if reason else _LINES[line]


def _match_rate(data: CohortData) -> str:
    rate = data["match_rate"]
    if rate["per_cent"] is None:
        return ""
    how = "reached" if rate["reached"] else "not reached"
    return block(
        "Match rate",
        f"{rate['matched']} of {rate['looking']} {rate['role']}s were matched: {number(rate['per_cent'])} %. "
        f"The target of {rate['target']} % is {how}.",
    )


def _goals(data: CohortData) -> str:
    said = {True: "yes", False: "no", None: "not measured: too few answers"}
    rows = [
        [
            escaped(goal["objective"]),
            escaped(goal["target"]),
            _rounded(goal["figure"]) + (" %" if goal["figure"] is not None and "%" in goal["target"] else ""),
            "" if goal["people"] is None else str(goal["people"]),
            said[goal["reached"]],
        ]
        for goal in data["goals"]
    ]
    return (
        block("Goals of the program", table(["Goal", "Target", "Figure", "Answers", "Reached"], rows)) if rows else ""
    )


def _goals_set(data: CohortData) -> str:
    """What people set themselves, and the items of their action plans."""
    unsaid = any(level.get("not_said") for level in data.get("goals_set", []))
    columns = ["Goals", "Set", "Reached", "Dropped", *(["Nobody said how far"] if unsaid else [])]
    rows = [
        [
            "Of relationships" if level["of"] == "relationship" else "Of members",
            str(level["set"]),
            str(level["reached"]),
            str(level["by_status"].get("dropped", 0)),
            *([str(level.get("not_said", 0))] if unsaid else []),
        ]
        for level in data.get("goals_set", [])
    ]
    parts = [table(columns, rows)] if rows else []
    items = data.get("actions", {})
    if items:
        counts = ", ".join(f"{count} {status}" for status, count in items.items())
        parts.append(f"Items of action plans: {sum(items.values())} ({counts}).")
    return block("Goals of relationships and members", "\n\n".join(parts)) if parts else ""


def _relationships(data: CohortData) -> str:
    sums = data["relationships"]
    rows = [[words_of(status).capitalize(), str(count)] for status, count in sums["by_status"].items()]
    rows.append(["**All**", f"**{sums['total']}**"])
    parts = [table(["Relationships", ""], rows)]
    if sums["closed_by_reason"]:
        parts.append(table(["Closed", ""], _counted(sums["closed_by_reason"])))
    if any(step != "no_common_decision" for step in sums.get("went_on_as", {})):
        steps = {next_step_words(step): count for step, count in sums["went_on_as"].items()}
        parts.append(table(["Completed, and the next step", ""], _counted(steps)))
    if sums.get("carried_on"):
        parts.append(f"{sums['carried_on']} of them carried on an earlier one of the same people.")
    if sums["mean_days"] is not None:
        parts.append(f"Those that are closed lasted {number(sums['mean_days'])} days on average.")
    return block("Relationships", "\n\n".join(parts))


def _counted(counts: Mapping[str, int]) -> list[list[str]]:
    return [[escaped(words_of(name)).capitalize(), str(count)] for name, count in counts.items()]


def _phases(data: CohortData) -> str:
    rows = [
        [
            escaped(phase["title"]),
            str(phase["entered"]),
            str(phase["left"]),
            number(phase["mean_days"]),
            days(phase["shortest"]),
            days(phase["longest"]),
        ]
        for phase in data["phases"]
        if phase["entered"]
    ]
    columns = ["Phase", "Entered", "Left", "Days on average", "Shortest", "Longest"]
    return block("Phases", table(columns, rows)) if rows else ""


def _milestones(title: str, milestones: Sequence[CohortMilestone]) -> str:
    rows = [
        [
            escaped(item["title"]),
            "yes" if item["required"] else "",
            ", ".join(f"{count} {status}" for status, count in item["counts"].items()),
            "" if item["reached_per_cent"] is None else f"{number(item['reached_per_cent'])} %",
        ]
        for item in milestones
    ]
    return block(title, table(["Milestone", "Required", "What became of it", "Reached"], rows)) if rows else ""


def _meetings(data: CohortData) -> str:
    met = data["meetings"]
    if not met["count"]:
        return ""
    mean = met["mean_per_relationship"]
    each = f", {number(mean)} for each that started" if mean is not None else ""
    return block(
        "Meetings",
        f"{met['count']} meetings in {met['relationships']} relationships{each}; {met['minutes'] // 60} hours together.",
    )


def _attention(data: CohortData) -> str:
    listed = data.get("attention", [])
    if not listed:
        return ""
    rows = [[one["title"].capitalize(), str(one["raised"]), str(one["cleared"])] for one in listed]
    return block("What needed somebody", table(["What", "How often", "Over, or seen to"], rows))


def _scores(data: CohortData) -> str:
    rows = [
        [
            escaped(figure["title"]),
            escaped(figure["ask"]),
            _mean(figure, figure["mean"]),
            ", ".join(f"{role} {_mean(figure, part['mean'])} ({part['people']})" for role, part in _roles(figure)),
            str(figure["people"]),
        ]
        for figure in data["scores"]
    ]
    return block("Answers", table(["When", "Question", "Average", "By role", "People"], rows)) if rows else ""


def _roles(figure: Figure) -> list[tuple[str, dict[str, float]]]:
    return [(role, {"mean": part["mean"], "people": part["people"]}) for role, part in figure["by_role"].items()]


def _mean(figure: Figure, mean: float) -> str:
    if figure["type"] == "yes_no":
        return f"{_rounded(100 * mean)} % yes"
    return f"{_rounded(mean)} of {figure['most']}" if figure["most"] is not None else _rounded(mean)


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{round(value, 2):g}"
