"""What operators look at: a cohort's dashboard, and the table of proposals that wait for approval. Ids and counts only."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from sqlalchemy import Connection

from flows.picture import markdown
from programs.spec import Shape
from tasks import proposals
from tasks.dashboard import LISTED, dashboard
from tasks.helpful import OneMore
from tasks.needs import Need
from tasks.turn import Done, Turn

PROPOSALS = 500
"""Proposals, and people left over, that are listed."""

NEEDS = 500
"""Rows of the attention list."""


def key(kind: str, cohort: str) -> str:
    """The key of an artifact: small letters, digits and dashes."""
    return f"{kind}-{re.sub(r'[^a-z0-9]+', '-', cohort.lower()).strip('-')}"


def publish(conn: Connection, turn: Turn, done: Sequence[Done]) -> None:
    """Draw the cohort as it stands, with what this run did."""
    board = dashboard(conn, turn)
    text = markdown(turn, board, done)
    if any(one.what == LISTED for one in board.waiting):
        text += f"\n\nWho needs whom to do what: the table `{key('attention', turn.cohort)}`.\n"
    create_markdown_artifact(
        text,
        key=key("cohort", turn.cohort),
        description=f"{turn.plan.program.title}: {turn.cohort}, as of {turn.today}",
    )
    left = proposals.left_over(conn, turn.cohort_id, PROPOSALS)
    if waiting := proposals.table(conn, turn.cohort_id, PROPOSALS):
        more = OneMore() if left else proposals.one_more((), proposals.first_reasons(conn, turn.cohort_id))
        create_table_artifact(
            waiting,
            key=key("proposals", turn.cohort),
            description=f"Proposals of {turn.cohort} that waited for approval on {turn.today}"
            + (f" (the best {PROPOSALS})" if len({one["relationship"] for one in waiting}) == PROPOSALS else "")
            + f". Approve them with `mentorflow match {shlex.quote(turn.cohort)} --approve`."
            + (f" {_helpful(more, turn)}" if more else ""),
        )
    if left:
        more = proposals.one_more(left, ())
        create_table_artifact(
            proposals.left_table(left),
            key=key("left-over", turn.cohort),
            description=f"Those of {turn.cohort} for whom matching found nobody, or too few"
            + (f" (the first {PROPOSALS})." if len(left) == PROPOSALS else ".")
            + (f" {_helpful(more, turn)}" if more else ""),
        )


def _helpful(more: OneMore, turn: Turn) -> str:
    what = "group" if turn.plan.program.relationships.shape is Shape.GROUP else "place"
    if more.unstated:
        return f"Where one more {what} would help most is not stated: {more.unstated}."
    places = "; ".join(f"{one.mentor} ({one})" for one in more.each)
    return f"One more {what} would help most with: {places}."


def publish_needs(turn: Turn, needs: Sequence[Need]) -> None:
    """The attention list, as it is now."""
    create_table_artifact(
        [
            {"since": one.since.isoformat(), "whom": one.whom, "what": one.title, "who acts": one.who,
             "what to do": one.what, "why": one.why or ""}
            for one in needs[:NEEDS]
        ],
        key=key("attention", turn.cohort),
        description=f"Who needs whom to do what in {turn.cohort}, as of {turn.today}: {len(needs):,} in all"
        + (f" (the first {NEEDS})" if len(needs) > NEEDS else "")
        + ". What has been seen to is taken off with `mentorflow clear`.",
    )  # fmt: skip
