"""The same sheet and the same seed give the same relationships, whether they are tried out without a database or proposed in a cohort."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from tasks.db import shared_engine

PROGRAM = """\
program: even
title: Everybody is as good as anybody
relationships: {{shape: {shape}{size}}}
enrollment:
  fields:
    skills: {{type: tags}}
matching:
  objective: {objective}
  consent: {consent}
  seed: {seed}
  criteria:
    - overlap: skills
phases:
  - {{id: going, lasts: 4 weeks}}
"""
NAMES = ("Zoe", "ann", "Max", "bea", "kim", "Lou", "eve", "Tom", "ida", "Pam")
DAY = ("--today", "2027-01-04")


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", sqlite_url)
    for name in ("MENTORFLOW_PROGRAMS", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path
    shared_engine(sqlite_url).dispose()


def write(shape: str, objective: str, seed: int) -> None:
    size = "" if shape == "pair" else ", size: {at_least: 2, at_most: 3}"
    consent = "[member]" if shape == "circle" else "[mentee, mentor]"
    told = PROGRAM.format(shape=shape, size=size, objective=objective, consent=consent, seed=seed)
    Path("even.yaml").write_text(told)
    Path("people.csv").write_text(sheet(shape))


def sheet(shape: str) -> str:
    """People between whom only the lot can decide."""
    role = {"circle": ("",)}.get(shape, (",mentor", ",mentee"))
    rows = [f"{name}{at}@Example.org,{name},Doe,sql{side}" for at, side in enumerate(role) for name in NAMES]
    return "\n".join([f"email,first_name,last_name,skills{',role' if role[0] else ''}", *rows, ""])


def data(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert cli.run([*words, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def tried(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    found = data(capsys, "pair", "even.yaml", "--roster", "people.csv", *DAY)
    if "circles" in found:
        return sorted(each["members"] for each in found["circles"])
    if "groups" in found:
        return sorted([each["mentor"], *sorted(one["mentee"] for one in each["mentees"])] for each in found["groups"])
    return sorted([each["mentor"], each["mentee"]] for each in found["pairs"])


def proposed(capsys: pytest.CaptureFixture[str], shape: str) -> list[list[str]]:
    launch = ["launch", "even.yaml", "--cohort", "w1", "--start", "2027-01-11", "--roster", "people.csv"]
    assert cli.run([*launch, *DAY]) == 0
    found = data(capsys, "match", "w1", *DAY)["proposals"]
    named = [
        [(member["role"], data(capsys, "show", member["participant"])["email"]) for member in each["members"]]
        for each in found
    ]
    if shape == "circle":
        return sorted([email for _, email in each] for each in named)
    return sorted(
        [
            *(email for role, email in each if role == "mentor"),
            *sorted(email for role, email in each if role != "mentor"),
        ]
        for each in named
    )


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(
    ("shape", "objective"),
    [
        ("pair", "most_then_best"),
        ("pair", "stable"),
        ("pair", "mentee_led"),
        ("group", "most_then_best"),
        ("circle", "most_then_best"),
    ],
)
def test_the_same_sheet_and_seed_give_the_same_relationships_with_and_without_a_database(
    shape: str, objective: str, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shape, objective, seed)
    first = tried(capsys)
    assert len(first) >= 3
    assert proposed(capsys, shape) == first


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("shape", ["pair", "two", "group"])
def test_another_seed_decides_otherwise_and_another_order_of_rows_does_not(
    shape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for seed in (0, 7):
        write("group" if shape == "group" else "pair", "most_then_best", seed)
        if shape == "two":
            told = Path("even.yaml").read_text()
            Path("even.yaml").write_text(told.replace("{shape: pair}", "{shape: pair, mentors: 2}"))
        found.append(tried(capsys))
        first, *rows = Path("people.csv").read_text().splitlines()
        Path("people.csv").write_text("\n".join([first, *rows[::-1], ""]))
        assert tried(capsys) == found[-1]
    assert found[0] != found[1]
