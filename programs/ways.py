"""The lifecycle as a graph: which ways lead out of each phase, where they lead, and what is gone when nobody does anything.

Knows what is declared, and no relationship: what has happened to one comes in as counts and days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from programs.spec import Consequence, Cycles, Milestone, Path, Phase, Program, Rung, Then

END = "(end)"
"""Where the last way leads; a phase may be called `end`."""
COMPLETED = "completed"


class By(StrEnum):
    """What sends a relationship on its way."""

    OVER = "over"
    """The time of the phase has come, and nothing required is outstanding."""
    CONTACT = "contact"
    OPERATOR = "operator"
    ANSWER = "answer"
    SILENCE = "silence"
    OVERRUN = "overrun"


@dataclass(frozen=True)
class Way:
    """One way out of a phase."""

    key: str
    """Unique in the program; kept with every phase that was left by it."""
    origin: str
    to: str
    """A phase, or END."""
    by: By
    at_most: int | None = None
    """How often a relationship goes this way."""
    reason: str = COMPLETED
    """For END: how it ended."""
    condition: Consequence | None = None
    """The answer that opens it; without one it is always open."""
    milestone: str | None = None
    """Whose answer that is."""
    rung: int | None = None
    """By silence: the step of the ladder, from 0."""
    trail: tuple[str | int, ...] = field(default=(), compare=False)
    """Where it is declared; nowhere for the next phase of the file."""

    @property
    def is_certain(self) -> bool:
        """Taken for sure once the phase is over, however often."""
        return self.by is By.OVER and self.condition is None and self.at_most is None


def ways(program: Program, phase: Phase) -> tuple[Way, ...]:
    """All ways out of the phase, those for when it is over first, in the order in which they are tried."""
    declared = tuple(_by_path(program, phase))
    over = [way for way in declared if way.by is By.OVER]
    if not any(way.is_certain for way in over):
        over.append(plain(program, phase))
    others = (way for way in declared if way.by is not By.OVER)
    return (*over, *others, *_by_answer(program, phase), *_by_silence(program, phase), *_by_overrun(program, phase))


def target(program: Program, name: str) -> str:
    """The phase of that name, or END where `end` is no phase."""
    return END if name == "end" and not _exists(program, name) else name


def plain(program: Program, phase: Phase) -> Way:
    """The way to the next phase of the file, or to the end."""
    phases = program.alone_phases if phase.alone else program.shared_phases
    position = [one.id for one in phases].index(phase.id)
    to = phases[position + 1].id if position + 1 < len(phases) else END
    return Way(f"{phase.id}: next", phase.id, to, By.OVER)


def _by_path(program: Program, phase: Phase) -> Iterator[Way]:
    at = [one.id for one in program.phases].index(phase.id)
    for number, path in enumerate(phase.paths):
        yield Way(
            f"{phase.id}: path {number + 1}", phase.id, target(program, path.to), By(path.when), path.at_most, path.reason or COMPLETED,
            _condition(path), path.milestone, trail=("phases", at, "paths", number),
        )  # fmt: skip


def _condition(path: Path) -> Consequence | None:
    if path.answer is None:
        return None
    return Consequence(answer=path.answer, question=path.question, by=path.by, then=Then.GO, to=path.to)


def _by_answer(program: Program, phase: Phase) -> Iterator[Way]:
    at = [one.id for one in program.phases].index(phase.id)
    for place, milestone in enumerate(phase.milestones):
        for number, rule in enumerate(milestone.when):
            if rule.then is Then.GO and rule.to is not None:
                yield Way(
                    when_key(milestone.id, number), phase.id, rule.to, By.ANSWER,
                    reason=rule.reason or COMPLETED, condition=rule, milestone=milestone.id,
                    trail=("phases", at, "milestones", place, "when", number),
                )  # fmt: skip


def when_key(milestone: str, number: int) -> str:
    """The key of the way that follows from an answer at once, by its number from 0."""
    return f"when {milestone} {number + 1}"


def _by_silence(program: Program, phase: Phase) -> Iterator[Way]:
    for number, rung in rungs(program, phase.id):
        if rung.then is Then.GO and rung.to is not None:
            key = f"{phase.id}: silence {number + 1}"
            yield Way(key, phase.id, rung.to, By.SILENCE, rung=number, trail=("silence", number))


def _by_overrun(program: Program, phase: Phase) -> Iterator[Way]:
    late = phase.overrun
    if late and late.then is Then.GO and late.to is not None:
        at = [one.id for one in program.phases].index(phase.id)
        key, trail = f"{phase.id}: overrun", ("phases", at, "overrun")
        yield Way(key, phase.id, late.to, By.OVERRUN, late.at_most, late.reason or COMPLETED, trail=trail)


def rungs(program: Program, phase_id: str | None) -> tuple[tuple[int, Rung], ...]:
    """The steps of the silence ladder that count in the phase, with their numbers; where people are alone, those that name it."""
    is_alone = phase_id in {phase.id for phase in program.alone_phases}
    return tuple(
        (number, rung)
        for number, rung in enumerate(program.silence)
        if (phase_id in rung.during or not (rung.during or is_alone)) and (rung.to is None or rung.to != phase_id)
    )


def by_default(program: Program, phase: Phase, taken: Mapping[str, int] | None = None) -> Way:
    """The way of a relationship of which no answer decides anything; `taken` says how often it has gone which way."""
    counts = taken or {}
    return next(
        way
        for way in ways(program, phase)
        if way.by is By.OVER and way.condition is None and (way.at_most is None or counts.get(way.key, 0) < way.at_most)
    )


def route(program: Program, phase: Phase, taken: Mapping[str, int] | None = None) -> tuple[Phase, ...]:
    """The phase and those that follow by default up to the end, each as often as it is entered.

    Where it would never end, each is passed once.
    """
    counts = dict(taken or {})
    passed = [phase]
    seen: set[tuple[str, frozenset[tuple[str, int]]]] = set()
    while True:
        here = passed[-1]
        way = by_default(program, here, counts)
        at = (here.id, frozenset(counts.items()))
        if way.to == END or at in seen or not _exists(program, way.to):
            return tuple(passed)
        seen.add(at)
        if way.at_most is not None:
            counts[way.key] = counts.get(way.key, 0) + 1
        passed.append(program.phase(way.to))


def _exists(program: Program, phase_id: str) -> bool:
    return any(phase.id == phase_id for phase in program.phases)


def limited(program: Program) -> tuple[Way, ...]:
    """The ways that are gone by default, but only so often: on them depends how long a relationship still has."""
    found = (way for phase in program.shared_phases for way in ways(program, phase))
    return tuple(way for way in found if way.by is By.OVER and way.condition is None and way.at_most is not None)


def of_later_cycles(program: Program) -> frozenset[str]:
    """The phases that a relationship may come to when it is carried on; none where nothing carries it on."""
    declared = program.closure.new_cycle
    return reachable(program, declared.begins) - {END} if declared else frozenset()


def replaced(program: Program) -> dict[str, str]:
    """Milestone → the one that stands for it in later cycles."""
    return {name: one.id for phase in program.phases for one in phase.milestones for name in one.instead_of}


def cycles(program: Program, milestone: Milestone) -> Cycles:
    """In which cycles there is the milestone, as far as it says so or is replaced."""
    return Cycles.FIRST if milestone.id in replaced(program) else milestone.cycles


def reachable(program: Program, start: str, without: Collection[By] = ()) -> frozenset[str]:
    """Every phase that can follow on the phase sooner or later, the phase itself, and END where that can."""
    known = {phase.id: phase for phase in program.phases}
    found: set[str] = set()
    ahead = [start]
    while ahead:
        here = ahead.pop()
        if here in found:
            continue
        found.add(here)
        if here in known:
            ahead += [way.to for way in ways(program, known[here]) if way.by not in without]
    return frozenset(found)
