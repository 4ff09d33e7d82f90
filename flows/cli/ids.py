"""What an operator names: the number behind an id, or what it is that was named instead and what leads on."""

from __future__ import annotations

import shlex

from sqlalchemy import Connection, Engine

from programs.codes import number
from programs.errors import NotFoundError
from tasks import cohorts
from tasks.db import reading
from tasks.people import ParticipantRow, participant_by_code_or_email

LOOK = "see: mentorflow status {cohort}"


def relationship(engine: Engine, text: str, whole: str = LOOK) -> int:
    """The number behind R-…. `whole` is what to say where a cohort is named. Raises NotFoundError."""
    try:
        return number(text, "R")
    except NotFoundError as error:
        with reading(engine) as conn:
            raise instead(conn, text, whole) or error from None


def participant(conn: Connection, text: str, whole: str = LOOK) -> ParticipantRow:
    """Whom P-… or an address means, in whatever cohort. Raises NotFoundError."""
    try:
        return participant_by_code_or_email(conn, None, text)
    except NotFoundError as error:
        raise instead(conn, text, whole, people=True) or error from None


def instead(conn: Connection, text: str, whole: str, *, people: bool = False) -> NotFoundError | None:
    """What was named, where it is something else."""
    if text in {row.name for row in cohorts.listed(conn)}:
        return NotFoundError(f"'{text}' is a cohort; {whole.format(cohort=shlex.quote(text))}")
    kind = text.strip().upper()[:2]
    if not people and ("@" in text or kind == "P-"):
        return NotFoundError(
            f"'{text}' is not a relationship (R-…); theirs are told by: mentorflow show {shlex.quote(text)}"
        )
    if kind == "A-":
        whose = "whom it was asked" if people else "its relationship"
        return NotFoundError(f"'{text}' is something asked; {whose} is told by: mentorflow show {shlex.quote(text)}")
    return None
