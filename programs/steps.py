"""What happens at the milestones of a program, and what everybody who comes to them is asked or told. Knows no days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from programs.awaited import Awaited, day_of
from programs.dates import Anchor, Nudge
from programs.spec import Ask, Call, Consequence, Cycles, Expect, Milestone, Phase, Program, Reflect, Role
from programs.ways import cycles

REFLECTION = "reflection"


class StepKind(StrEnum):
    TELL = "tell"
    ASK = "ask"
    EXPECT = "expect"
    REFLECT = "reflect"


@dataclass(frozen=True)
class Step:
    """A step of the plan: what happens at a milestone, for every relationship that comes to it."""

    key: str
    """`PHASE.MILESTONE`; unique in the program and the same for all occurrences."""
    phase: Phase
    kind: StepKind
    label: str
    milestone: Milestone | None
    """None for the reflection, which a phase declares by itself."""
    roles: tuple[Role, ...]
    required: bool = False
    awaits: Awaited | None = None
    """What its day is counted from, where that is another milestone or an answer."""
    cycles: Cycles = Cycles.ALL
    """In which cycles of a relationship it comes."""

    @property
    def instead_of(self) -> tuple[str, ...]:
        """The milestones that it stands for in later cycles."""
        return self.milestone.instead_of if self.milestone else ()

    @property
    def call(self) -> Call | None:
        return self.milestone.call if self.milestone else None

    @property
    def ask(self) -> Ask | None:
        return self.milestone.ask if self.milestone else None

    @property
    def is_exchanged(self) -> bool:
        """Whether people are told that what was shared in it can be read."""
        return self.kind is StepKind.REFLECT or (self.ask is not None and self.ask.exchange)

    @property
    def reflect(self) -> Reflect | None:
        return self.phase.reflect if self.kind is StepKind.REFLECT else None

    @property
    def expect(self) -> Expect | None:
        return self.milestone.expect if self.milestone else None

    @property
    def form(self) -> str | None:
        asked = self.ask or self.reflect
        return asked.form if asked else None

    @property
    def message(self) -> str | None:
        """The mail that goes out when the step opens."""
        if self.milestone and self.milestone.news:
            return self.milestone.news.message
        asked = self.ask or self.reflect
        return asked.message if asked else None

    @property
    def reminder(self) -> str | None:
        asked = self.ask or self.reflect
        return asked.reminder if asked else None

    @property
    def nudges(self) -> tuple[Nudge, ...]:
        asked = self.ask or self.reflect
        return tuple(sorted(asked.remind, key=lambda nudge: nudge.days)) if asked else ()

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        return self.milestone.when if self.milestone else ()

    @property
    def anchor(self) -> Anchor:
        """What the day is counted from; recurring steps and the reflection count from the start of the phase."""
        return self.milestone.at.anchor if self.milestone and self.milestone.at else Anchor.START

    @property
    def outlasts_its_phase(self) -> bool:
        """Whether it is looked for until its own due day even if the phase is left earlier: a meeting or goals expected once."""
        expected = self.expect is not None and self.expect.checklist is None
        return expected and self.milestone is not None and self.milestone.every is None

    @property
    def waits_for(self) -> str | None:
        """The key of the step whose reaching sets the day of this one."""
        return self.awaits.key if self.awaits and self.awaits.question is None else None

    def follows(self, key: str) -> bool:
        """Whether the reaching of that step sets the day of this one, in the first cycle or in later ones."""
        return self.awaits is not None and self.awaits.question is None and key in self.awaits.keys

    @property
    def named_in(self) -> Awaited | None:
        """The answer that names the day of this one."""
        return self.awaits if self.awaits and self.awaits.question else None


def steps(program: Program, phase: Phase) -> list[Step]:
    """The steps of a phase, in the order of the program."""
    found = [_step(program, phase, milestone) for milestone in phase.milestones]
    if phase.reflect:
        label = f"{phase.label}: reflection"
        found.append(Step(f"{phase.id}.{REFLECTION}", phase, StepKind.REFLECT, label, None, program.roles))
    return found


def _step(program: Program, phase: Phase, milestone: Milestone) -> Step:
    kind, roles = _done(program, milestone)
    return Step(
        f"{phase.id}.{milestone.id}", phase, kind, milestone.label, milestone, roles, milestone.required,
        day_of(program, phase, milestone), cycles(program, milestone),
    )  # fmt: skip


def _done(program: Program, milestone: Milestone) -> tuple[StepKind, tuple[Role, ...]]:
    """What happens there, and to whom."""
    if milestone.news:
        return StepKind.TELL, milestone.news.roles
    if milestone.ask:
        return StepKind.ASK, milestone.ask.roles
    return StepKind.EXPECT, program.roles
