"""The check of project files: what Prefect would ignore or find too late."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.check_deployments import check_deployments

ROOT = Path(__file__).resolve().parents[2]
GOOD = """deployments:
  - name: spring
    entrypoint: flows.compiled.four_phase
    parameters: {cohort: spring}
    tags: [mentorflow]
    schedules:
      - {slug: daily, cron: "0 6 * * *", timezone: Europe/London}
    work_pool: {name: mentoring}
    pull: []
"""


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "deployments.yaml"
    path.write_text(text, encoding="utf-8")
    return [str(problem).removeprefix(f"{path}:") for problem in check_deployments(path)]


def test_the_shipped_file_can_be_deployed() -> None:
    assert check_deployments(ROOT / "deployments.yaml") == []


def test_a_file_with_anchors_can_be_deployed(tmp_path: Path) -> None:
    shared = "definitions:\n  common: &common {tags: [mentorflow], work_pool: {name: mentoring}, pull: []}\n"
    text = GOOD.replace("    tags: [mentorflow]\n", "    <<: *common\n").replace(
        "    work_pool: {name: mentoring}\n", ""
    )
    assert problems(tmp_path, shared + text.replace("    pull: []\n", "")) == []


@pytest.mark.parametrize(
    ("was", "becomes", "place", "complaint"),
    [
        ("parameters:", "parametrs:", "4:5", "ignore it (did you mean 'parameters'?)"),
        ("deployments:", "deploymnts:", "1:1", "ignore it (did you mean 'deployments'?)"),
        ("four_phase", "four_fase", "3:17", "no program for 'four_fase' (did you mean 'four_phase'?)"),
        ("flows.compiled.four_phase", "flows/compiled.py:four_phase", "3:17", "a file path loads a second copy"),
        ("{cohort: spring}", "{cohort: spring, rooster: [a.csv]}", "4:34", "no parameter 'rooster' (did you mean 'roster'?)"),
        ("{cohort: spring}", "{cohort: spring, starts_on: soon}", "4:45", "'soon' is not a day"),
        ("{cohort: spring}", "{}", "2:5", "Four-phase mentoring needs cohort"),
        ("{cohort: spring}", "{cohort: spring, roster: [nowhere.csv]}", "4:43", "there is no sheet 'nowhere.csv' here"),
        ("schedules:", "schedulez:", "6:5", "ignore it (did you mean 'schedules'?)"),
        ("0 6 * * *", "0 25 * * *", "7:29", "'0 25 * * *' is not a valid cron"),
        ("Europe/London", "Europe/Lundon", "7:52", "did you mean 'Europe/London'?"),
        ("slug: daily, ", "", "7:9", "without a slug"),
        (", timezone: Europe/London", "", "7:9", "without a time zone"),
        ('cron: "0 6 * * *"', "crn: 1", "7:23", "did you mean 'cron'?"),
        ("{name: mentoring}", "{nam: mentoring}", "8:16", "it has no work pool"),
        ("[mentorflow]", "[mentoring]", "5:11", "pruning would not find it"),
        ("    pull: []\n", "", "2:5", "Prefect remembers the folder"),
        ("name: spring", "nme: spring", "2:5", "it has no name"),
        ("{cohort: spring}", "[cohort", "", "this is not YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(
    tmp_path: Path, was: str, becomes: str, place: str, complaint: str
) -> None:
    assert was in GOOD
    found = problems(tmp_path, GOOD.replace(was, becomes))
    assert any(problem.startswith(place) and complaint in problem for problem in found), found


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("parameters:", "parametrs:").replace("Europe/London", "Nowhere").replace("[mentorflow]", "[]")
    assert len(problems(tmp_path, text)) == 4


def test_what_prefect_fills_in_while_deploying_is_left_to_it(tmp_path: Path) -> None:
    text = GOOD.replace("{cohort: spring}", '{cohort: "{{ $COHORT }}", starts_on: "{{ $START }}"}')
    assert problems(tmp_path, text) == []


def test_two_deployments_of_the_same_flow_need_names_of_their_own(tmp_path: Path) -> None:
    second = GOOD.removeprefix("deployments:\n")
    assert any("deploys the same flow twice" in problem for problem in problems(tmp_path, GOOD + second))


def test_anchors_that_multiply_are_refused_at_once(tmp_path: Path) -> None:
    lines = ["definitions:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "anchors make it too large" in problems(tmp_path, "\n".join(lines))[0]
