"""Whole relationships of the four-phase program as facts, for tests of what is written down about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from programs.library import load
from programs.plan import Plan, make
from programs.spec import Program
from programs.summary import (
    AnswerFacts,
    EndingFacts,
    GoalFacts,
    MeetingFacts,
    MemberFacts,
    PauseFacts,
    PhaseFacts,
    RelationshipFacts,
    StepFacts,
    TickFacts,
)

START = date(2027, 1, 4)
MENTOR, MENTEE = 11, 12


def after(days: int) -> date:
    return START + timedelta(days=days)


@lru_cache(maxsize=1)
def plan() -> Plan:
    return make(load("four-phase"), START)


def program_with(**changes: Any) -> Plan:
    """The four-phase program, with something declared differently."""
    declared = plan().program.model_dump(mode="json", by_alias=True) | changes
    return make(Program.model_validate(declared), START)


def answered(who: int, key: str, form: str, days: int, occurrence: int = 0, **answers: Any) -> AnswerFacts:
    role = "mentor" if who == MENTOR else "mentee"
    return AnswerFacts(who, role, 1, key, occurrence, form, after(days), answers)


def a_full_life() -> RelationshipFacts:
    """From proposal to a planned end, with most of what can happen on the way."""
    return RelationshipFacts(
        plan=plan(),
        cohort="spring-2027",
        id=17,
        round=1,
        proposed_on=after(-20),
        agreed_on=after(-6),
        started_on=START,
        planned_end_on=after(197),
        ending=EndingFacts("completed", after(190), "program", planned=True),
        members=(MemberFacts(MENTOR, "mentor", after(-6)), MemberFacts(MENTEE, "mentee", after(-9))),
        phases=(
            PhaseFacts(1, "preparation", START, after(21), after(10), "preparation: next"),
            PhaseFacts(2, "negotiating", after(10), after(38), after(30), "negotiating: next"),
            PhaseFacts(3, "enabling-growth", after(30), after(170), after(176), "enabling-growth: next"),
            PhaseFacts(4, "closure", after(176), after(190), after(190), "closure: next"),
        ),
        steps=_steps(),
        meetings=tuple(MeetingFacts(after(day), 45 + 15 * (day % 2)) for day in (16, 33, 47, 61, 96, 110, 180)),
        goals=(
            GoalFacts(
                "agreement.near_goal", MENTEE, "Lead the Monday meeting", "reached", 100, after(20), after(80), "short"
            ),
            GoalFacts("agreement.far_goal", MENTEE, "Run | a project of my *own*", "open", 60, after(20), None, "long"),
        ),
        ticks=tuple(
            TickFacts(who, phase, item, after(5))
            for who, phase, item in (
                (MENTOR, "preparation", 1),
                (MENTEE, "preparation", 1),
                (MENTEE, "preparation", 2),
                (MENTEE, "closure", 3),
            )
        ),
        answers=_answers(),
        pauses=(PauseFacts(after(64), after(85)),),
    )


def _steps() -> tuple[StepFacts, ...]:
    meetings = [
        StepFacts(3, "enabling-growth.meeting", n, "missed" if n == 5 else "reached", False, after(30 + 14 * n))
        for n in range(1, 8)
    ]
    return (
        StepFacts(1, "preparation.welcome", 0, "reached", False, after(1), after(1)),
        StepFacts(1, "preparation.training", 0, "reached", True, after(10), after(9)),
        StepFacts(2, "negotiating.first_meeting", 0, "reached", False, after(24), after(16)),
        StepFacts(2, "negotiating.agreement", 0, "waived", True, after(27), after(29)),
        *meetings,
        StepFacts(3, "enabling-growth.fit", 0, "skipped", False, after(35), after(36)),
        StepFacts(3, "enabling-growth.checkpoint", 0, "reached", False, after(107), after(105)),
        StepFacts(4, "closure.closing_meeting", 0, "reached", False, after(187), after(180)),
        StepFacts(4, "closure.reflection", 0, "open", False, after(187)),
    )


def _answers() -> tuple[AnswerFacts, ...]:
    checkpoint = ("enabling-growth.checkpoint", "checkpoint")
    reflection = ("closure.reflection", "reflection")
    return (
        answered(MENTEE, "consent.mentee", "consent", -9, accept=True, note="Glad to"),
        answered(MENTEE, "enabling-growth.check_in", "check_in", 58, going=4, as_agreed=True, help="More time, CONFIDED"),
        answered(MENTOR, "enabling-growth.check_in", "check_in", 59, going=5, as_agreed=False, call_me=False),
        answered(MENTEE, *checkpoint, 104, near_goal_progress=80, driving=5, boundaries=4, involvement=2, change="CONFIDED"),
        answered(MENTOR, *checkpoint, 105, driving=3, boundaries=4, involvement=4),
        answered(
            MENTEE, *reflection, 186, expectations=4, near_goal_progress=100, far_goal_progress=60, recommend=True,
            skills="Speaking up.\n# Not a heading", personal_results="CONFIDED", feedback="CONFIDED", would_stay=2,
            concern="CONFIDED", next_step="as_peers",
        ),
        answered(
            MENTOR, *reflection, 188, expectations=2, recommend=True, skills="=1+1", would_stay=5, next_step="as_peers"
        ),
    )  # fmt: skip


def an_early_end() -> RelationshipFacts:
    """It never got beyond the second phase; the mentee ended it."""
    from programs.codes import code

    whole = a_full_life()
    return replace(
        whole,
        id=18,
        previous_id=17,
        ending=EndingFacts(
            "no_fit", after(33), code("P", MENTEE), planned=False, note="Better now than later", rematch=True
        ),
        phases=(*whole.phases[:1], PhaseFacts(2, "negotiating", after(10), after(38), None)),
        steps=(*whole.steps[:3], StepFacts(2, "negotiating.agreement", 0, "open", True, after(27))),
        meetings=whole.meetings[:1],
        goals=(),
        answers=(),
        pauses=(),
    )
