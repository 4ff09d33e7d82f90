"""What every effect is told: which cohort, which plan, which day; and what there is to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from programs.dates import reach
from programs.plan import Plan


class Stage(StrEnum):
    """The parts of a cohort's day, in the order in which they run."""

    ENROLL = "enroll"
    MATCH = "match"
    MILESTONES = "milestones"
    REFLECT = "reflect"
    CLOSE = "close"
    DELIVER = "deliver"


@dataclass(frozen=True)
class Turn:
    """One run's view of a cohort. `today` is a day in the cohort's zone, `now` the instant for the books (aware, UTC)."""

    cohort_id: int
    cohort: str
    plan: Plan
    today: date
    now: datetime
    by: str = "program"
    mail_domain: str = "mentorflow.invalid"
    """The right side of Message-IDs."""

    @property
    def reach(self) -> date:
        """Up to which day what is planned has come: today, but for what the program moves off a weekend."""
        return reach(self.today, self.plan.program.weekend)

    @property
    def is_off(self) -> bool:
        """Whether today is a day on which nothing begins by itself."""
        return self.plan.working_day(self.today) != self.today


@dataclass(frozen=True)
class Work:
    """Something that is due: a verb, what it is about, and for how many."""

    stage: Stage
    verb: str
    key: str
    count: int

    @property
    def name(self) -> str:
        return f"{self.verb} {self.key}".strip()


@dataclass(frozen=True)
class Done:
    """What came of a piece of work. Notes speak in ids, never in names."""

    work: Work
    count: int
    notes: tuple[str, ...] = field(default=())
