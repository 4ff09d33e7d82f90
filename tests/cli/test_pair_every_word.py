"""Every rule, criterion and objective that a program can declare is heard by `mentorflow pair`, and read in its reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from programs.spec import Objective, RuleKind
from programs.spec.matching import CriterionKind

PROGRAM = """\
program: tiny
title: Tiny
enrollment:
  fields:
    team: {{type: text}}
    site: {{type: choice, options: [North, South]}}
    manager: {{type: email}}
    zone: {{type: timezone}}
    grade: {{type: level, levels: [junior, middle, senior, lead]}}
    skills: {{type: tags}}
    choices: {{type: ranking, roles: [mentee]}}
    wanted: {{type: ranking, roles: [mentor]}}
    avoids: {{type: ranking}}
    knows: {{type: tags}}
    goals: {{type: text}}
matching:
  objective: {objective}
  consent: [mentee, mentor]
  {what}
phases:
  - {{id: only, lasts: 4 weeks}}
"""
HEADINGS = "role,email,first_name,last_name,site,team,manager,zone,grade,skills,choices,wanted,avoids,knows,goals"
ROWS = (
    'mentee,ann@example.org,Ann,Other,North,Tax,nia@example.org,Europe/London,junior,"sql, law",mia@example.org,,nia@example.org,'
    "zoe@example.org,Negotiate with suppliers",
    "mentor,mia@example.org,Mia,Good,North,Law,,Europe/Paris,senior,sql,,ann@example.org,,zoe@example.org,Negotiating with suppliers",
    "mentor,nia@example.org,Nia,Bad,South,tax,,Asia/Tokyo,junior,quilts,,,,,Watching birds",
)
RULES = {
    RuleKind.DIFFERENT: ("different: team", "'different team' rules out 1"),
    RuleKind.SAME: ("same: site", "'same site' rules out 1"),
    RuleKind.SHARE: ("share: skills", "'something in common in skills' rules out 1"),
    RuleKind.NOT_MANAGER: ("not_manager: manager", "'not one's own manager' rules out 1"),
    RuleKind.WITHIN_HOURS: ("within_hours: {field: zone, hours: 4}", "'zone within 4 hours' rules out 1"),
    RuleKind.LEVEL_GAP: (
        "level_gap: {field: grade, at_least: 1}",
        "'mentor at least 1 level above in grade' rules out 1",
    ),
    RuleKind.EXCLUDE: ("exclude: avoids", "'nobody listed in avoids' rules out 1"),
    RuleKind.LISTED: ("listed: {mentee: choices, mentor: wanted}", "wanted is not known"),
}
CRITERIA = {
    CriterionKind.OVERLAP: ("overlap: skills", "shares 1 of 2 in skills: sql (2)", 2),
    CriterionKind.SAME: ("same: site", "same site: North (4)", 4),
    CriterionKind.NEAR: ("near: {field: zone, within: 4}", "1 hour apart in zone", 3),
    CriterionKind.GAP: (
        "gap: {field: grade, worth: {2: 0.5}}",
        "mentor 2 levels above in grade: senior and junior (2)",
        2,
    ),
    CriterionKind.RANKED: ("ranked: choices", "the mentee's choice 1 of 1 (4)", 4),
    CriterionKind.TEXT: ("text: goals", "both write in goals: suppliers", None),
    CriterionKind.NETWORK: ("network: {field: knows, worth: {2: 1}}", "2 steps apart in knows (4)", 4),
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("\n".join([HEADINGS, *ROWS, ""]))


def told(what: str, capsys: pytest.CaptureFixture[str], objective: str = "most_then_best") -> tuple[str, Any]:
    Path("tiny.yaml").write_text(PROGRAM.format(what=what, objective=objective))
    words = ["pair", "tiny.yaml", "--roster", "people.csv", "--today", "2027-01-04"]
    assert cli.run(words) == 0, capsys.readouterr().err
    shown = capsys.readouterr().out
    assert cli.run([*words, "--json"]) == 0
    return shown, json.loads(capsys.readouterr().out)


def test_every_rule_and_criterion_is_here() -> None:
    assert set(RULES) | {RuleKind.NOT_BEFORE} == set(RuleKind)
    assert set(CRITERIA) == set(CriterionKind)


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_leaves_the_one_whom_it_allows_and_says_why_the_other_is_not_possible(
    kind: RuleKind, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, said = RULES[kind]
    shown, data = told(f"rules: [{{{rule}}}]", capsys)
    assert "1 mentee, 2 mentors, 1 possible pair." in shown
    assert [(one["mentee"], one["mentor"]) for one in data["pairs"]] == [("ann@example.org", "mia@example.org")]
    (line,) = [line for line in shown.splitlines() if line.startswith("Nia Bad ")]
    assert f"no mentee is possible among 1: {said}" in line


def test_two_who_were_together_elsewhere_are_no_matter_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    shown, _ = told("rules: [not_before]", capsys)
    assert "2 possible pairs." in shown


@pytest.mark.parametrize("kind", CRITERIA)
def test_a_criterion_gives_its_points_to_the_one_who_meets_it_and_says_so(
    kind: CriterionKind, capsys: pytest.CaptureFixture[str]
) -> None:
    criterion, said, points = CRITERIA[kind]
    shown, data = told(f"criteria: [{{{criterion}, weight: 4}}]", capsys)
    (line,) = [line for line in shown.splitlines() if line.startswith("Ann Other ")]
    assert "Mia Good" in line
    assert said in line
    assert line.rstrip().endswith("Nia Bad (0)")
    (only,) = data["pairs"]
    assert only["points"] == (points if points is not None else only["points"]) > 0
    assert (only["rank"], only["possible"], [one["mentor"] for one in only["alternatives"]]) == (
        1,
        2,
        ["nia@example.org"],
    )


def test_what_a_mentor_ranks_counts_too(capsys: pytest.CaptureFixture[str]) -> None:
    shown, _ = told("criteria: [{ranked: {mentee: choices, mentor: wanted}, by: mentor, weight: 4}]", capsys)
    assert "the mentor's choice 1 of 1 (4)" in shown


@pytest.mark.parametrize("objective", [one for one in Objective if one is not Objective.GIVEN])
def test_every_objective_is_named_with_its_proof(objective: Objective, capsys: pytest.CaptureFixture[str]) -> None:
    shown, data = told("criteria: [{overlap: skills, weight: 4}]", capsys, objective)
    assert f"1 pair with 2 points in total ({objective})." in shown
    assert shown.splitlines()[2].startswith(("Proof", "Checked"))
    assert data["proof"]["primal"] == data["proof"]["dual"]
    assert (data["proof"]["looked_at"] == 2) is (objective in (Objective.STABLE, Objective.MENTEE_LED))
