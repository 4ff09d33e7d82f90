"""What members said before they were matched, as facts of the relationships that came of it. Knows nothing of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from programs.lifecycle import AskStatus, RelationshipStatus
from programs.summary import AnswerFacts
from tasks.models import Ask, Member, Relationship, Response

BEFORE = 0
"""The visit of whatever was said before the relationship began."""

_ALONE = (RelationshipStatus.PREPARING, RelationshipStatus.PREPARED)


def said_before(conn: Connection, ids: Sequence[int]) -> dict[int, tuple[AnswerFacts, ...]]:
    """By relationship: what each member answered alone, in the role that they have in it, the last to each question.

    A new cycle rests on the cycle before, and not on what was said before that one.
    """
    own, ask, said = aliased(Relationship), Ask, Response
    query = (
        select(
            *(Member.relationship_id, ask.participant_id, ask.role, ask.key, ask.occurrence, ask.form),
            *(said.answered_on, said.answers),
        )
        .join_from(Member, Relationship, Relationship.id == Member.relationship_id)
        .join(own, (own.lead_id == Member.participant_id) & (own.cohort_id == Relationship.cohort_id))
        .join(ask, (ask.relationship_id == own.id) & (ask.role == Member.role))
        .join(said, said.ask_id == ask.id)
        .where(
            *(Member.relationship_id.in_(ids), Relationship.cycle == 1, Relationship.status.not_in(_ALONE)),
            *(own.status.in_(_ALONE), ask.status == AskStatus.ANSWERED),
        )
        .order_by(ask.id, said.version)
    )
    last: defaultdict[int, dict[tuple[int, str, int], AnswerFacts]] = defaultdict(dict)
    for relationship, who, role, key, occurrence, form, answered_on, answers in conn.execute(query):
        facts = AnswerFacts(who, role, BEFORE, key, occurrence, form, answered_on, answers)
        last[relationship][who, key, occurrence] = facts
    return {relationship: tuple(found.values()) for relationship, found in last.items()}
