"""A program becomes Prefect flows: one for a cohort's day, one for each stage of it. No code is written to disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from prefect import Flow, runtime, tags

from flows import clock, parameters, stages
from flows import close as closing
from flows import cohort as a_day
from flows.wording import attribute, close_words, flow_name, lifecycle, stage_words
from programs.errors import MentorflowError
from programs.spec import Program
from tasks.opening import Opening
from tasks.settings import Settings
from tasks.turn import Done, Stage

MODULE = "flows.compiled"
TAG = "mentorflow"
"""Every stage's run carries it, beside the stage's own name. Tasks get tags only there: each costs a task a request of its own."""
STAGES = (Stage.ENROLL, Stage.MATCH, Stage.MILESTONES, Stage.REFLECT, Stage.CLOSE)

AnyFlow = Flow[..., Any]
StageRuns = Literal["each", "none"]
"""Whether each stage with work is a run of its own, or all work stands in the cohort's run, which is quicker and says less."""


@dataclass(frozen=True)
class Compiled:
    """The flows of a program."""

    program: Program
    cohort: AnyFlow
    stages: Mapping[Stage, AnyFlow]

    @property
    def close(self) -> AnyFlow:
        return self.stages[Stage.CLOSE]

    @property
    def by_attribute(self) -> dict[str, AnyFlow]:
        """All of them, by the names that `flows.compiled` knows."""
        named = {attribute(self.program, stage): flow for stage, flow in self.stages.items()}
        return {attribute(self.program): self.cohort, **named}


def compile_program(program: Program, stage_runs: StageRuns = "each") -> Compiled:
    """The flows of a program. Compiling it again gives flows that do the same under the same names."""
    made = {stage: _stage(program, stage) for stage in STAGES[1:4]}
    made = {Stage.ENROLL: _enroll(program), **made, Stage.CLOSE: _close(program)}
    return Compiled(program, _cohort(program, _runs(program, made if stage_runs == "each" else {})), made)


def _cohort(program: Program, runs: a_day.Runs) -> AnyFlow:
    def run(
        cohort: str,
        today: date | None = None,
        starts_on: date | None = None,
        timezone: str | None = None,
        roster: Sequence[str] = (),
        mentors: Sequence[str] = (),
        mentees: Sequence[str] = (),
    ) -> a_day.CohortDay:
        _lasting()
        wanted = Opening(starts_on, timezone, tuple(roster), tuple(mentors), tuple(mentees))
        return a_day.run(program, runs, cohort, today, wanted)

    return _flow(program, None, run, parameters.COHORT | parameters.OPENING, lifecycle(program))


def _enroll(program: Program) -> AnyFlow:
    def run(
        cohort: str,
        today: date | None = None,
        starts_on: date | None = None,
        timezone: str | None = None,
        roster: Sequence[str] = (),
        mentors: Sequence[str] = (),
        mentees: Sequence[str] = (),
    ) -> list[Done]:
        _lasting()
        wanted = Opening(starts_on, timezone, tuple(roster), tuple(mentors), tuple(mentees))
        return stages.open_cohort(program, cohort, today, wanted)

    words = stage_words(program, Stage.ENROLL)
    return _flow(program, Stage.ENROLL, run, parameters.COHORT | parameters.OPENING, words)


def _stage(program: Program, stage: Stage) -> AnyFlow:
    def run(cohort: str, today: date | None = None) -> list[Done]:
        _lasting()
        return stages.run(program, stage, cohort, today)

    return _flow(program, stage, run, parameters.COHORT, stage_words(program, stage))


def _close(program: Program) -> AnyFlow:
    def run(
        cohort: str,
        relationship: str | None = None,
        participant: str | None = None,
        reason: str | None = None,
        today: date | None = None,
    ) -> list[Done]:
        _lasting()
        return closing.run(program, closing.Request(cohort, reason, relationship, participant, today))

    return _flow(program, Stage.CLOSE, run, parameters.closing(program), close_words(program))


def _runs(program: Program, made: Mapping[Stage, AnyFlow]) -> a_day.Runs:
    """How a cohort's run calls the stages: as flows, or directly where there are none."""
    enroll = made.get(Stage.ENROLL)

    def open_cohort(cohort: str, today: date | None, wanted: Opening) -> list[Done]:
        if enroll is None:
            return stages.open_cohort(program, cohort, today, wanted)
        sheets = {"roster": list(wanted.roster), "mentors": list(wanted.mentors), "mentees": list(wanted.mentees)}
        opening = {"starts_on": wanted.starts_on, "timezone": wanted.timezone, **sheets}
        return list(_result(Stage.ENROLL, enroll, cohort=cohort, today=today, **opening))

    calls: dict[Stage, a_day.RunStage] = {
        stage: _call(stage, flow) for stage, flow in made.items() if stage is not Stage.ENROLL
    }
    return a_day.Runs(open_cohort, calls)


def _call(stage: Stage, flow: AnyFlow) -> a_day.RunStage:
    def call(cohort: str, today: date) -> list[Done]:
        return list(_result(stage, flow, cohort=cohort, today=today))

    return call


def _result(stage: Stage, flow: Callable[..., Any], **given: object) -> Any:
    """Run a stage's flow here and now, as the function that it is; its run and the tasks in it carry the stage as a tag."""
    with tags(TAG, stage.value):
        return flow(**given)


def _flow(
    program: Program, stage: Stage | None, run: Callable[..., Any], annotations: dict[str, Any], words: str
) -> AnyFlow:
    """The function gets the name under which it can be found, and types of which Prefect makes a form."""
    run.__name__ = run.__qualname__ = attribute(program, stage)
    run.__module__ = MODULE
    run.__annotations__ = annotations
    run.__doc__ = parameters.docstring(words, list(annotations))
    return Flow(
        run,
        name=flow_name(program, stage),
        version=f"{program.version}",
        flow_run_name=_close_name if stage is Stage.CLOSE else lambda: _day_name(program, stage),
        description=words,
        persist_result=False,
        log_prints=False,
    )


def _lasting() -> None:
    """Refuse to keep anything in the folder of a deployed run: it would look well and be gone with the folder."""
    relative = Settings.from_environment().relative
    if relative and runtime.deployment.id is not None:
        raise MentorflowError(
            f"{' and '.join(relative)} would lead into the folder of this run: set MENTORFLOW_DATABASE_URL and "
            "MENTORFLOW_MAIL_FOLDER to absolute paths in the worker's environment (sqlite:////srv/mentoring/mentorflow.db), "
            "because every run starts in a folder of its own that is thrown away"
        )


def _day_name(program: Program, stage: Stage | None) -> str:
    """`leadership-2027-spring · 2027-03-02`, and for a stage its name."""
    given = runtime.flow_run.parameters
    day = given.get("today") or clock.today(given.get("timezone") or program.timezone)
    return " · ".join([given["cohort"], str(day), *([stage] if stage else [])])


def _close_name() -> str:
    given = runtime.flow_run.parameters
    asked = closing.Request(given["cohort"], given.get("reason"), given.get("relationship"), given.get("participant"))
    return asked.name if asked.reason or not given.get("today") else f"{given['cohort']} · {given['today']} · close"
