"""A plan as a calendar file (RFC 5545): events that keep their identity when the file is made again.

They last whole days, but for calls that say when they begin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from programs.describe.timeline import DAY, PhaseView, StepView, Timeline, Window
from programs.describe.wording import day, enumerate_words, paragraphs, sentence_case, title, what, when, who
from programs.plan import StepKind

if TYPE_CHECKING:
    from icalendar import Event

    from programs.spec import Call


@dataclass(frozen=True)
class Entry:
    """One event. `until` is its last day, inclusive."""

    key: str
    begins: date
    until: date
    summary: str
    description: str
    category: str
    begins_at: datetime | None = None
    """Where it has its hour: then it does not last the whole day. In UTC, which every calendar shows in its reader's zone."""
    ends_at: datetime | None = None
    """None where it has no hour, or nobody knows how long it takes."""


def ics(line: Timeline, made_at: datetime) -> str:
    """The calendar's text, lines ending as the standard wants. `made_at` lets calendars tell a newer copy from an older one."""
    from icalendar import Calendar  # noqa: PLC0415 - takes longer to load than a check of a program may take

    calendar = Calendar()
    calendar.add("prodid", "-//mentorflow//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", line.plan.program.title)
    calendar.add("x-wr-timezone", line.plan.timezone)
    for entry in entries(line):
        calendar.add_component(_event(entry, line, made_at))
    return str(calendar.to_ical().decode("utf-8"))


def entries(line: Timeline) -> Iterator[Entry]:
    """Phases, steps with known days, and the marks of the end."""
    if line.matching is not None:
        yield Entry("matching", line.matching.latest_on, line.matching.latest_on, "First matching", "", "Before")
    for view in line.phases:
        if view.begins and view.last:
            yield _phase(view, view.begins, view.last)
        yield from (_step(step, step.opens, line) for step in view.steps if step.opens is not None)
    for key, name, window in (
        ("notice", "Notice of the end", line.notice),
        ("closes", "Relationship closes", line.closes),
        ("follow_up", "Follow-up", line.follow_up),
    ):
        if window is not None:
            yield Entry(key, window.latest_on, window.latest_on, name, _uncertain(window), "Ending")


def uid(line: Timeline, key: str) -> str:
    """The same for the same step of the same program and start, whatever its days and its words become."""
    of = f"{line.plan.program.program}\n{line.plan.starts_on.isoformat()}\n{key}"
    return f"{hashlib.sha256(of.encode()).hexdigest()[:32]}@mentorflow"


def _event(entry: Entry, line: Timeline, made_at: datetime) -> Event:
    from icalendar import Event  # noqa: PLC0415 - see ics

    event = Event()
    event.add("uid", uid(line, entry.key))
    event.add("dtstamp", made_at)
    event.add("dtstart", entry.begins_at or entry.begins)
    if entry.begins_at is None or entry.ends_at is not None:
        event.add("dtend", entry.ends_at or entry.until + DAY)
    event.add("summary", entry.summary)
    event.add("transp", "TRANSPARENT")
    event.add("categories", [entry.category])
    if entry.description:
        event.add("description", entry.description)
    return event


def _phase(view: PhaseView, begins: Window, last: Window) -> Entry:
    about = "\n\n".join(part for part in (*paragraphs(view.phase.guide or ""), _uncertain(begins)) if part)
    label = view.phase.label
    return Entry(view.phase.id, begins.latest_on, last.latest_on, f"Phase: {label}", about, label)


def _step(view: StepView, opens: Window, line: Timeline) -> Entry:
    due = view.due or opens
    lasts = view.step.kind is not StepKind.TELL
    facts = [f"{sentence_case(what(view, line.plan))}, for {who(view.step.roles, line.plan)}."]
    if lasts and due != opens:
        facts.append(f"Due {day(due.latest_on)}.")
    if view.step.named_in:
        facts.append(f"{sentence_case(when(view, line.plan))}.")
    if view.reminders:
        facts.append(f"Reminders: {enumerate_words(day(window.latest_on) for window in view.reminders)}.")
    if view.step.call:
        facts += _tasks(view.step.call)
    about = " ".join([*facts, _uncertain(opens)]).strip()
    until = due.latest_on if lasts else opens.latest_on
    key = f"{view.step.key}.{view.occurrence}"
    hours = _hours(view.step.call, opens.latest_on, line.plan.timezone) if view.step.call else (None, None)
    return Entry(key, opens.latest_on, until, title(view), about, view.step.phase.label, *hours)


def _hours(call: Call, on: date, zone: str) -> tuple[datetime | None, datetime | None]:
    """From when to when a call goes, as far as it says so."""
    if call.time is None:
        return None, None
    begins_at = datetime.combine(on, time.fromisoformat(call.time), ZoneInfo(zone)).astimezone(UTC)
    return begins_at, begins_at + timedelta(minutes=call.minutes) if call.minutes else None


def _tasks(call: Call) -> list[str]:
    """What there is to do around it."""
    return [*(f"Before: {one}." for one in call.before), *(f"After: {one}." for one in call.after)]


def _uncertain(window: Window) -> str:
    return "" if window.is_exact else f"At the latest; at the earliest {day(window.earliest_on)}."
