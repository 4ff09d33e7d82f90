"""The dashboard's text: markdown with a chart of the phases. Takes figures, asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from programs.describe.as_mermaid import text as plain
from programs.lifecycle import PENDING, RelationshipStatus
from programs.spec import Lasts, Phase
from tasks.dashboard import Dashboard, Waiting
from tasks.turn import Done, Turn
from tasks.wording import about, called


def markdown(turn: Turn, board: Dashboard, done: Sequence[Done]) -> str:
    """The whole picture, what needs somebody first."""
    program = turn.plan.program
    parts = [
        f"# {turn.cohort}",
        f"{_safe(program.title)}, from {turn.plan.starts_on} ({turn.plan.timezone}). As of **{turn.today}**.",
        *_section("What needs somebody", [_waiting(one) for one in board.waiting]),
        "## Where the relationships are",
        _phases(turn, board),
        _counts(board),
        *_section("Done in this run", [f"{_safe(called(one.work, turn.plan))}: **{one.count:,}**" for one in done]),
        *_section(
            "Coming",
            [
                *([f"{turn.plan.starts_on}: the cohort starts"] if turn.today < turn.plan.starts_on else []),
                *(f"{day.on}: open {_safe(about(day.key, turn.plan))} for {day.count:,}" for day in board.coming),
            ],
        ),
        "## The way they take",
        f"```mermaid\n{chart(turn, board)}\n```",
    ]
    return "\n\n".join(part for part in parts if part)


def chart(turn: Turn, board: Dashboard) -> str:
    """The phases in order, with their lengths and how many relationships are in each."""
    phases = turn.plan.program.phases
    lines = ["flowchart LR", f'    before(["Before the start<br/><b>{_ahead(board):,}</b>"])']
    lines += [
        f"    {_box(number, phase, (board.phases | board.getting_ready).get(phase.id, 0))}"
        for number, phase in enumerate(phases, 1)
    ]
    lines.append(f'    closed(["Closed<br/><b>{board.relationships.get(RelationshipStatus.CLOSED, 0):,}</b>"])')
    names = ["before", *(f"phase{number}" for number in range(1, len(phases) + 1)), "closed"]
    lines.append(f"    {' --> '.join(names)}")
    return "\n".join(lines)


def length(lasts: Lasts) -> str:
    return str(lasts.at_least) if lasts.is_fixed else f"{lasts.at_least} to {lasts.at_most}"


def _box(number: int, phase: Phase, count: int) -> str:
    label = plain(phase.label).replace('"', "#34;")
    return f'phase{number}["{label}<br/>{length(phase.lasts)}<br/><b>{count:,}</b>"]'


def _ahead(board: Dashboard) -> int:
    return sum(board.relationships.get(status, 0) for status in PENDING)


def _phases(turn: Turn, board: Dashboard) -> str:
    """The same as the chart, for pages that draw none."""
    rows = [("Before the start", "", _ahead(board))]
    rows += [
        (_safe(one.label), length(one.lasts), (board.phases | board.getting_ready).get(one.id, 0))
        for one in turn.plan.program.phases
    ]
    rows.append(("Closed", "", board.relationships.get(RelationshipStatus.CLOSED, 0)))
    lines = [f"| {name} | {lasts} | {count:,} |" for name, lasts, count in rows]
    return "\n".join(["| Phase | Lasts | Relationships |", "|---|---|---:|", *lines])


def _counts(board: Dashboard) -> str:
    rows = [
        ("Participants", _listed(board.participants)),
        ("Looking for somebody", f"{board.seeking:,}" if board.seeking else ""),
        ("Left over by matching", f"{board.unmatched:,}" if board.unmatched else ""),
        ("With fewer mentors than wanted", f"{board.fewer:,}" if board.fewer else ""),
        ("Relationships", _listed(board.relationships)),
        ("Closed for", _listed(board.closures)),
        ("Mails", _listed(board.mails)),
    ]
    return "\n".join(["| In all | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows if value)])


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {_safe(name.replace('_', ' '))}" for name, count in sorted(counts.items()))


def _waiting(one: Waiting) -> str:
    more = f" and {one.count - len(one.ids):,} more" if len(one.ids) < one.count else ""
    ids = f": {', '.join(one.ids)}{more}" if one.ids else ""
    return f"**{one.count:,}** {_safe(one.what)}{ids}"


def _section(title: str, points: Iterable[str]) -> list[str]:
    found = [f"- {point}" for point in points]
    return [f"## {title}", "\n".join(found)] if found else [f"## {title}", "Nothing."]


def _safe(words: str) -> str:
    """Words of a program file, in which markdown and HTML mean nothing."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in words.replace("\n", " "))
