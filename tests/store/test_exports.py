"""Records leave as they were stored, and no cell of theirs is a formula."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from programs.summary import summarise
from tasks.db import transaction
from tasks.exports import as_csv, as_json, as_markdown, safe_cell
from tasks.models import Closure
from tests.store.books import NOW, Books, a_cohort
from tests.unit.summary.lives import a_full_life, an_early_end

LIVES = (an_early_end(), a_full_life())


def with_closures(engine: Engine) -> Books:
    books = a_cohort(engine, pairs=2)
    rows = []
    for number, facts in enumerate(LIVES, start=1):
        record = summarise(facts)
        row = {
            "relationship_id": number,
            "reason": facts.ending.reason,
            "planned": facts.ending.planned,
            "rematch": False,
        }
        row |= {"note": None, "closed_on": facts.ending.closed_on, "closed_at": NOW, "by": "program"}
        rows.append(row | {"record": record.data, "text": record.text})
    with transaction(engine) as conn:
        conn.execute(insert(Closure), rows)
    return books


def test_json_holds_the_records_as_they_were_stored(engine: Engine) -> None:
    books = with_closures(engine)
    with engine.connect() as conn:
        assert json.loads(as_json(conn, books.turn)) == [summarise(life).data for life in LIVES]


def test_markdown_holds_the_texts_as_they_were_stored(engine: Engine) -> None:
    books = with_closures(engine)
    with engine.connect() as conn:
        assert as_markdown(conn, books.turn) == "\n---\n\n".join(summarise(life).text for life in LIVES)


def test_csv_has_one_line_for_each_record(engine: Engine) -> None:
    books = with_closures(engine)
    with engine.connect() as conn:
        early, whole = csv.DictReader(io.StringIO(as_csv(conn, books.turn), newline=""))
    assert (early["reason"], early["planned"], early["closed_by"], early["rematch"]) == (
        "no_fit",
        "no",
        "mentee",
        "yes",
    )
    assert (whole["meetings"], whole["minutes"], whole["longest_gap"], whole["days"]) == ("7", "360", "70", "190")
    assert (whole["goals"], whole["goals_reached"], whole["next_step"]) == ("2", "1", "as_peers")
    assert whole["phases"] == "preparation negotiating enabling-growth closure"
    assert whole["outcome"] == "expectations=3 near_goal_progress=100"


def test_a_cohort_without_closures_exports_no_records(engine: Engine) -> None:
    books = a_cohort(engine)
    with engine.connect() as conn:
        assert json.loads(as_json(conn, books.turn)) == []
        assert as_markdown(conn, books.turn) == ""
        assert len(as_csv(conn, books.turn).splitlines()) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\n=", "\u3000＝"])
def test_what_a_spreadsheet_would_calculate_is_text(sign: str) -> None:
    assert safe_cell(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize(
    ("value", "cell"),
    [("Plain - text", "Plain - text"), (None, ""), (-3, "-3"), (2.5, "2.5"), (True, "yes"), (False, "no")],
)
def test_everything_else_stays_as_it_is(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
