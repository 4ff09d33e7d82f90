"""A small program, its people, and how a cohort of them is led from the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows import cli

PROGRAM = """\
program: walk
title: A walk
timezone: Europe/London
enrollment:
  columns: {"work address": email}
  fields:
    wants: {type: tags, roles: [mentee]}
    offers: {type: tags, roles: [mentor]}
matching:
  criteria:
    - overlap: {mentee: wants, mentor: offers}
      weight: 5
  approval: operator
phases:
  - id: going
    lasts: 4 weeks
    checklist: {mentee: [Bring a map], mentor: [Bring tea]}
    milestones:
      - id: aims
        at: start
        ask: {form: aims, roles: [mentor, mentee], due: in 7 days}
        required: true
    reflect: {form: back, due: in 3 weeks}
closure:
  reasons: [completed, no_fit, left_organisation, other]
  rematch: {reasons: [no_fit, left_organisation]}
forms:
  aims:
    questions:
      - {id: aim, ask: What do you want?, type: text, required: true}
  back:
    questions:
      - {id: learned, ask: What did you learn?, type: text, share: partner}
      - {id: worry, ask: Any worry?, type: text}
"""
ROSTER = """\
role,email,first_name,last_name,wants,offers
mentor,ada@example.org,Ada,Byron,,"python, statistics"
mentor,kay@example.org,Kay,McNulty,,writing
mentee,tim@example.org,Tim,Lee,python,
mentee,ann@example.org,Ann,Other,writing,
mentee,joe@example.org,Joe,Doe,painting,
"""
START = "2027-01-11"


def launch(*more: str) -> int:
    words = ["--cohort", "w1", "--start", START, "--roster", "people.csv", "--today", "2027-01-04"]
    return cli.run(["launch", "walk.yaml", *words, *more])


def data(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command prints as data."""
    assert cli.run([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def of(capsys: pytest.CaptureFixture[str], email: str) -> str:
    """The relationship of a person."""
    found: str = next(ask["relationship"] for ask in data(capsys, "answer", "w1") if ask["email"] == email)
    return found
