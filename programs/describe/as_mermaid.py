"""A plan as a mermaid Gantt chart: phases as sections, messages as diamonds, everything else as bars up to its due day."""

from __future__ import annotations

from programs.describe.timeline import DAY, PhaseView, StepView, Timeline, Window
from programs.describe.wording import length, title
from programs.plan import StepKind

_SPECIAL = str.maketrans({":": "∶", ";": ",", "#": "♯", "<": "‹", ">": "›", "`": "’", "\n": " ", "\r": " "})
"""Signs that end a task, begin a comment or would be read as HTML, and what looks like them. Charts show mermaid's own
codes for characters as they are written, so these are no way out."""

_UNSEEN = "\u200b"
"""A space without width: nothing to the eye, but no command begins with it."""

_LETTER, _LEAST_ROOM, _MOST_ROOM = 6, 100, 320
"""In pixels: a letter in the name of a section, on average, and the least and the most that the names get."""

_KEYWORDS = frozenset({
    "gantt", "title", "section", "click", "call", "href", "date", "dateformat", "axisformat", "tickinterval", "excludes",
    "includes", "inclusiveenddates", "todaymarker", "topaxis", "weekday", "weekend", "acctitle", "accdescr",
})  # fmt: skip
"""A task that begins with one of these would be read as a command, in whatever case it is written."""


def mermaid(line: Timeline) -> str:
    """The chart's text. Where phases vary in length, it shows the longest; their names say how long they can be."""
    program = line.plan.program
    return "\n".join(
        [
            "gantt",
            f"    {_room(line)}",
            f"    title {text(program.title)}",
            "    dateFormat YYYY-MM-DD",
            "    axisFormat %d %b %Y",
            "    todayMarker off",
            *(["    section Before", _point("First matching", "matching", line.matching)] if line.matching else []),
            *(
                entry
                for number, view in enumerate(line.phases, 1)
                if view.begins and view.last
                for entry in _section(number, view, view.begins, view.last)
            ),
            *(["    section In a new cycle"] if line.again else []),
            *(_step(f"again{place}", view, view.opens) for place, view in enumerate(line.again, 1) if view.opens),
            "    section Ending",
            _point("Notice of the end", "notice", line.notice),
            _point("Relationship closes", "closes", line.closes),
            *([_point("Follow-up", "follow_up", line.follow_up)] if line.follow_up else []),
            "",
        ]
    )


def text(words: str) -> str:
    """Words that mean nothing to mermaid."""
    plain = words.translate(_SPECIAL).replace("%%", "% %")
    if words.split(maxsplit=1)[0].lower() in _KEYWORDS:
        return _UNSEEN + plain
    return plain


def _room(line: Timeline) -> str:
    """So much room for the names of the sections that they do not lie upon the bars."""
    longest = max((len(_heading(view)) for view in line.phases if view.begins), default=0)
    room = min(max(_LEAST_ROOM, _LETTER * longest + 20), _MOST_ROOM)
    return f'%%{{init: {{"gantt": {{"leftPadding": {room}}}}}}}%%'


def _heading(view: PhaseView) -> str:
    return f"Before the match, alone - {view.phase.label}" if view.phase.alone else view.phase.label


def _section(number: int, view: PhaseView, first: Window, last: Window) -> list[str]:
    begins, ends = first.latest_on, last.latest_on + DAY
    return [
        f"    section {text(_heading(view))}",
        f"    {text(f'{view.phase.label} ({length(view.phase)})')} :active, phase{number}, {begins}, {ends}",
        *(
            _step(f"phase{number}_{place}", step, step.opens)
            for place, step in enumerate(view.steps, 1)
            if step.opens is not None
        ),
    ]


def _step(name: str, view: StepView, opens: Window) -> str:
    if view.step.kind is StepKind.TELL or view.due is None or view.due == opens:
        return _point(_label(view), name, opens)
    critical = "crit, " if view.step.required else ""
    return f"    {text(_label(view))} :{critical}{name}, {opens.latest_on}, {view.due.latest_on + DAY}"


def _label(view: StepView) -> str:
    return f"{title(view)} (at the latest)" if view.step.named_in else title(view)


def _point(label: str, name: str, window: Window) -> str:
    return f"    {text(label)} :milestone, {name}, {window.latest_on}, 0d"
