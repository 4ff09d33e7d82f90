"""What a program becomes: flows with its names and words. No server is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

from flows import compiled as by_name
from flows.compile import STAGES, compile_program
from flows.wording import entrypoint
from programs import library
from programs.errors import DeclarationError
from tasks.orchestrated import task
from tasks.turn import Stage, Work
from tasks.wording import called

OWN = """
program: spring-circle
title: "Spring & autumn: a <quick> circle"
phases:
  - {id: only, lasts: 2 weeks}
"""


@pytest.mark.parametrize("name", library.shipped())
def test_every_flow_of_a_program_is_found_by_the_path_that_deployments_name(name: str) -> None:
    program = library.load(name)
    for stage in (None, *STAGES):
        flow = load_flow_from_entrypoint(entrypoint(program, stage))
        assert isinstance(flow, Flow)
        assert f"{flow.fn.__module__}.{flow.fn.__qualname__}" == entrypoint(program, stage)


def test_flows_are_called_like_the_program_and_describe_its_lifecycle() -> None:
    flow = by_name.four_phase
    assert flow.name == "Four-phase mentoring"
    assert by_name.four_phase_milestones.name == "Four-phase mentoring: milestones"
    for phase in library.load("four-phase").phases:
        assert phase.label in flow.description
    assert "3 days after start: Training (required)" in flow.description


def test_the_form_of_the_close_offers_the_reasons_of_the_program_and_asks_for_no_words() -> None:
    form = by_name.civil_service_close.parameters.model_dump()["properties"]
    assert tuple(form["reason"]["anyOf"][0]["enum"]) == library.load("civil-service").closure.reasons
    assert set(form) == {"cohort", "relationship", "participant", "reason", "today"}
    assert form["relationship"]["description"] == "The relationship to end, such as R-7F3K2."


def test_a_program_of_the_operators_own_folder_has_flows_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spring_circle.yaml").write_text(OWN)
    monkeypatch.setenv("MENTORFLOW_PROGRAMS", str(tmp_path))
    assert by_name.spring_circle.name == "Spring and autumn: a quick circle"
    assert "spring_circle_close" in dir(by_name)


def test_an_edited_program_has_new_flows_and_an_untouched_one_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "spring_circle.yaml"
    file.write_text(OWN)
    monkeypatch.setenv("MENTORFLOW_PROGRAMS", str(tmp_path))
    first = by_name.spring_circle
    assert by_name.spring_circle is first
    file.write_text(OWN.replace("2 weeks", "3 weeks"))
    assert "3 weeks" in by_name.spring_circle.description


def test_a_program_with_problems_says_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spring_circle.yaml").write_text(OWN.replace("2 weeks", "2 weeeks"))
    monkeypatch.setenv("MENTORFLOW_PROGRAMS", str(tmp_path))
    with pytest.raises(DeclarationError, match=r"spring_circle\.yaml:5:"):
        by_name.spring_circle  # noqa: B018


def test_a_flow_that_does_not_exist_is_answered_with_what_does() -> None:
    with pytest.raises(AttributeError, match=r"no flow 'four_fase' \(did you mean 'four_phase'\?\)"):
        by_name.four_fase  # noqa: B018


def test_compiling_a_program_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    compile_program(library.load("four-phase"))
    assert list(tmp_path.iterdir()) == []


def test_work_is_called_by_the_labels_of_the_program() -> None:
    from datetime import date

    from programs.plan import make

    plan = make(library.load("four-phase"), date(2027, 3, 1))
    works = {
        Work(Stage.MILESTONES, "open", "preparation.training", 3): "open Training",
        Work(Stage.MILESTONES, "leave", "negotiating", 3): "pass Agreeing how to work",
        Work(Stage.MILESTONES, "remind", "consent.mentee", 3): "remind mentees of a proposal",
        Work(Stage.MATCH, "offer", "mentor", 3): "ask mentors whether they agree",
        Work(Stage.CLOSE, "close", "relationships", 3): "close relationships",
    }
    assert {work: called(work, plan) for work in works} == works


def test_every_verb_of_the_engine_has_words() -> None:
    from datetime import date

    from programs.plan import make
    from tasks.day import VERBS

    plan = make(library.load("four-phase"), date(2027, 3, 1))
    for verb in VERBS:
        key = "1" if verb == "silence" else plan.steps[0].key
        assert called(Work(Stage.MILESTONES, verb, key, 1), plan).strip() not in ("", verb)


def test_a_task_keeps_nothing_and_never_takes_an_earlier_result() -> None:
    from prefect.cache_policies import NO_CACHE

    made = task("open Training", lambda: 1, stage=Stage.MILESTONES, count=1200)
    assert made.task_run_name() == "open Training (1,200)"
    assert made.cache_policy == NO_CACHE
    assert made.persist_result is False


def test_shipped_sheets_are_found_by_name_and_others_where_they_are(tmp_path: Path) -> None:
    from tasks.opening import SHEETS, located

    assert located("leadership.csv") == SHEETS / "leadership.csv"
    shutil.copy(SHEETS / "leadership.csv", tmp_path / "own.csv")
    assert located(str(tmp_path / "own.csv")) == tmp_path / "own.csv"
