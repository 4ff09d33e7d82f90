"""What must hold in the books at any moment, whatever the program and whatever has happened. Each check is a claim of its own."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from typing import Any

from programs.before import looks
from programs.codes import code
from programs.lifecycle import ALONE, LIVE, PENDING, is_terminal
from programs.plan import CONSENT, FOLLOW_UP
from programs.spec import Shape
from tasks.history import MOVES
from tasks.models import (
    Action,
    Ask,
    Closure,
    Cohort,
    Flag,
    Goal,
    History,
    Meeting,
    Member,
    Message,
    Participant,
    Passage,
    Relationship,
    Step,
)
from tasks.sendable import AFTERWARDS, FAREWELL
from tests.store.ledger import OVER, Books

WORDS = {
    table.__tablename__: {str(word) for move in moves for word in (move[0], moves[move])}
    for table, moves in MOVES.items()
}
FIRST = {
    "step": "planned",
    "ask": "open",
    "message": "queued",
    "goal": "open",
    "action": "open",
}
"""In which status a noun comes into the books; the others come in several."""
UNSETTLED = ("planned", "open")
NOTED_AFTERWARDS = {"skip", "clear", "part", "correct", "kept"}
"""What may still be noted of a relationship that is over; none of it moves anything."""


def every_status_is_a_word_of_its_table(books: Books) -> None:
    for table in MOVES:
        assert {row.status for row in books.of(table)} <= WORDS[table.__tablename__]


def the_history_is_made_of_allowed_moves_and_ends_in_what_is(books: Books) -> None:
    moves = {table.__tablename__: table_moves for table, table_moves in MOVES.items()}
    last: dict[tuple[str, int], str] = {}
    for row in books.of(History):
        if row.noun in moves and row.before != row.after:
            what = row.noun, row.noun_id
            if row.before is None:
                assert what not in last, row
                last[what] = row.after
                continue
            assert row.before == last.get(what, FIRST.get(row.noun, row.before)), row
            allowed = {(str(origin), event): str(after) for (origin, event), after in moves[row.noun].items()}
            assert allowed.get((row.before, row.event)) == row.after, row
            last[what] = row.after
    for table in MOVES:
        for row in books.of(table):
            assert last.get((table.__tablename__, row.id), row.status) == row.status, row


def nothing_happens_after_the_end(books: Books) -> None:
    """A terminal status has no move; of what belongs to a relationship that is over, nothing moves either."""
    mine = {("step", row.id): row.relationship_id for row in books.of(Step)}
    for table in (Goal, Action):
        mine |= {(table.__tablename__, row.id): row.relationship_id for row in books.of(table)}
    asked = [row for row in books.of(Ask) if row.key != FOLLOW_UP and not row.key.startswith(f"{CONSENT}.")]
    mine |= {("ask", row.id): row.relationship_id for row in asked}
    for row in books.of(History):
        if row.noun == "relationship" and row.id > books.over.get(row.noun_id, row.id):
            assert row.before == row.after, row
            assert row.event in NOTED_AFTERWARDS, row
        elif (belongs := mine.get((row.noun, row.noun_id))) and row.before != row.after:
            assert row.id < books.over.get(belongs, row.id + 1), row
    for relationship, meetings in books.by(Meeting, "relationship_id").items():
        assert books.relationships[relationship].started_on <= min(one.held_on for one in meetings)
    for table, moves in MOVES.items():
        ended = {str(after) for after in moves.values() if is_terminal(moves, after)}
        left = {(row.noun, row.noun_id) for row in books.of(History) if row.before in ended and row.after != row.before}
        assert not {what for what in left if what[0] == table.__tablename__}


def nothing_is_open_in_what_has_ended(books: Books) -> None:
    ended = {row.id: row for row in books.of(Relationship) if row.status in OVER}
    assert not [row for row in books.of(Step) if row.relationship_id in ended and row.status in UNSETTLED]
    for row in books.of(Ask):
        if row.relationship_id in ended and row.status == "open":
            assert row.key == FOLLOW_UP, row
    assert all(row.left_on for row in books.of(Passage) if row.relationship_id in ended)
    for row in books.of(Goal):
        status = books.relationships[row.relationship_id].status
        assert row.status != "open" or status not in ("closed", "left"), row


def nobody_is_written_to_about_what_is_over(books: Books) -> None:
    """Written after the end: that it is over, what was shared, the follow-up, and farewells. Before: nothing that is still to be sent."""
    follow_ups = {row.id for row in books.of(Ask) if row.key == FOLLOW_UP}
    settled = {row.id for row in books.of(Ask) if row.status != "open"}
    withdrawn = {row.id: row for row in books.of(Participant) if row.status == "withdrawn"}
    gone = {(row.relationship_id, row.participant_id): row.left_on for row in books.of(Member) if row.left_on}
    for mail in books.of(Message):
        bond = books.relationships.get(mail.relationship_id)
        is_kept = mail.template in AFTERWARDS or mail.ask_id in follow_ups
        if bond is not None and bond.status in OVER and not is_kept:
            assert mail.not_before <= bond.closed_on or mail.queued_at.date() <= _day_over(books, bond.id), mail
            assert mail.status != "queued" or mail.ask_id in settled or bond.status not in ("closed", "left"), mail
        person = withdrawn.get(mail.participant_id)
        if person is not None and mail.template != FAREWELL:
            assert mail.queued_at.date() <= person.withdrawn_on, mail
        left_on = gone.get((mail.relationship_id, mail.participant_id))
        assert left_on is None or mail.template in AFTERWARDS or mail.queued_at.date() <= left_on, mail


def _day_over(books: Books, relationship: int) -> Any:
    number = books.over[relationship]
    return next(row.happened_on for row in books.of(History) if row.id == number)


def whatever_closed_has_one_record_and_nothing_else_has(books: Books) -> None:
    closed = [row.id for row in books.of(Relationship) if row.status == "closed"]
    assert sorted(row.relationship_id for row in books.of(Closure)) == closed
    assert all(row.record and row.text for row in books.of(Closure))


def who_is_alone_is_alone(books: Books) -> None:
    alone_phases = {phase.id for phase in books.scene.base.plan.program.alone_phases}
    for row in books.of(Relationship):
        members = books.members[row.id]
        if row.status in ALONE:
            assert [one.participant_id for one in members] == [row.lead_id]
        else:
            assert len(members) > 1 or row.previous_id, row
            assert row.phase not in alone_phases
    preparing = Counter(row.lead_id for row in books.of(Relationship) if row.status == "preparing")
    assert set(preparing.values()) <= {1}


def places_taken(books: Books) -> tuple[Counter[int], Counter[int]]:
    """Of mentors, planned endings included, and of all others: in how many relationships they are."""
    carried_on = {row.previous_id for row in books.of(Relationship)}
    kept = {row.relationship_id for row in books.of(Closure) if row.planned and row.relationship_id not in carried_on}
    engaged = {row.id for row in books.of(Relationship) if row.status in (*PENDING, *LIVE)}
    mentors, others = Counter[int](), Counter[int]()
    for relationship in engaged | kept:
        for one in books.members[relationship]:
            if one.role == "mentor":
                mentors[one.participant_id] += one.left_on is None
            elif relationship in engaged and one.left_on is None:
                others[one.participant_id] += 1
    return mentors, others


def nobody_has_more_than_their_places(books: Books) -> None:
    """Mentees and members are in one relationship at a time, and nobody who has left the cohort is in any."""
    engaged = {row.id for row in books.of(Relationship) if row.status in (*PENDING, *LIVE)}
    _, others = places_taken(books)
    assert set(others.values()) <= {1}
    gone = {row.id for row in books.of(Participant) if row.status == "withdrawn"}
    assert not {one for row in engaged for one in books.present(row)} & gone


def the_same_two_never_meet_twice(books: Books) -> None:
    """Except in a new cycle, where the operator decided so, where a circle has joined another as a whole, and in circles that
    say why it could not be avoided.
    """
    is_circle = books.scene.base.plan.program.relationships.shape is Shape.CIRCLE
    merged = [{one.participant_id for one in books.members[row.id]} for row in books.of(Relationship)
              if row.ending_reason == "merged"]  # fmt: skip
    met: Counter[tuple[int, int]] = Counter()
    for row in books.of(Relationship):
        is_decided = any(pair.get("decided") for pair in row.reasons.get("pairs", ()))
        if row.status in (*ALONE, "replaced") or row.previous_id is not None or is_decided:
            continue  # of a proposal that gave way to a decision nobody has heard
        members = [one for one in books.members[row.id] if row.status != "rejected" or one.left_on is None]
        for one, other in combinations(sorted(members, key=lambda member: member.participant_id), 2):
            both = one.participant_id, other.participant_id
            said = {frozenset((pair["one"], pair["other"])) for pair in row.reasons.get("together", ())}
            if any(set(both) <= circle for circle in merged) or {code("P", two) for two in both} in said:
                continue
            if is_circle or one.role != other.role:
                met[both] = max(1, met[both]) if _keeps_apart(row) else met[both] + 1
    assert set(met.values()) <= {1}


def _keeps_apart(row: Any) -> bool:
    """A note of a decision about two who may be together still, and must not be again afterwards."""
    return row.status == "rejected" and "apart" in row.reasons and not row.reasons["pairs"]


def what_runs_is_in_one_phase(books: Books) -> None:
    plan, today = books.scene.base.plan, books.scene.today
    ways = {way.key: way for phase in plan.program.phases for way in plan.ways(phase.id)}
    passages = books.by(Passage, "relationship_id")
    for row in books.of(Relationship):
        mine = passages.get(row.id, [])
        assert [one.visit for one in mine] == list(range(1, row.visit + 1))
        for one, other in pairwise(mine):
            assert one.left_on == other.entered_on, row
            is_found = one.way is None and looks(plan.program.phase(one.phase))
            assert is_found or ways[one.way].origin == one.phase, row
        if row.status not in (*LIVE, "preparing"):
            continue
        plan.program.phase(row.phase)
        assert mine[-1].phase == row.phase
        assert (mine[-1].left_on is None) == (mine[-1].way is None), row
        assert mine[-1].left_on is None or row.ending_on, row
        assert row.entered_on <= today, row
        assert row.entered_on <= row.ends_on <= row.latest_on, row
        assert row.started_on is None or row.started_on <= row.entered_on, row


def old_visits_are_settled(books: Books) -> None:
    """Except what was asked and is still open, what is expected once, and what should have opened before it was left."""
    plan = books.scene.base.plan
    left = {(row.relationship_id, row.visit): row.left_on for row in books.of(Passage)}
    for step in books.of(Step):
        bond = books.relationships[step.relationship_id]
        if bond.status not in LIVE or not 0 < step.visit < bond.visit or step.status not in UNSETTLED:
            continue
        ahead = step.status == "planned" and step.opens_on and step.opens_on < left[bond.id, step.visit]
        declared = plan.by_key[step.key]
        lasts = declared.expect is not None and (declared.outlasts_its_phase or step.due_on < left[bond.id, step.visit])
        assert ahead or lasts or (step.status == "open" and declared.form), step


def steps_and_asks_agree(books: Books) -> None:
    asks = books.by(Ask, "step_id")
    for step in books.of(Step):
        mine = [ask.status for ask in asks.get(step.id, [])]
        if step.status in ("planned", "skipped"):
            assert mine == [], step
        elif step.status != "open":
            assert step.settled_on, step
            assert step.status == "reached" or "open" not in mine, step
        elif step.kind in ("ask", "reflect"):
            assert "open" in mine, step
        if step.due_on and step.opens_on:
            assert step.opens_on <= step.due_on, step


def whoever_leads_is_there(books: Books) -> None:
    goes_round = books.scene.base.plan.program.relationships.turns is not None
    for row in books.of(Relationship):
        if row.status in LIVE:
            assert (row.lead_id in books.present(row.id)) if goes_round else row.lead_id is None, row
    for row in books.of(Meeting):
        assert row.led_by is None or row.led_by in {one.participant_id for one in books.members[row.relationship_id]}


def mails_are_queued_once_and_never_ahead(books: Books) -> None:
    mails = books.of(Message)
    assert len({mail.idempotency_key for mail in mails}) == len(mails)
    assert all(mail.not_before <= books.scene.today for mail in mails)
    assert not {mail.template: mail.error for mail in mails if mail.status == "dead"}


def what_is_concluded_has_nothing_ahead(books: Books) -> None:
    """Every ask ends answered, expired or withdrawn."""
    (cohort,) = books.of(Cohort)
    if cohort.status == "closed":
        assert not {row.status for row in books.of(Relationship)} & {*PENDING, *LIVE, "preparing"}
        assert {row.status for row in books.of(Ask)} <= {"answered", "expired", "withdrawn"}
        assert not {row.status for row in books.of(Step)} & set(UNSETTLED)
        assert {row.kind for row in books.of(Flag) if row.cleared_on is None} <= {"concern"}
        assert sum(line["total"] for line in cohort.record["people"]) == len(books.of(Participant))


CHECKS = (
    every_status_is_a_word_of_its_table,
    the_history_is_made_of_allowed_moves_and_ends_in_what_is,
    nothing_happens_after_the_end,
    nothing_is_open_in_what_has_ended,
    nobody_is_written_to_about_what_is_over,
    whatever_closed_has_one_record_and_nothing_else_has,
    who_is_alone_is_alone,
    nobody_has_more_than_their_places,
    the_same_two_never_meet_twice,
    what_runs_is_in_one_phase,
    old_visits_are_settled,
    steps_and_asks_agree,
    whoever_leads_is_there,
    mails_are_queued_once_and_never_ahead,
    what_is_concluded_has_nothing_ahead,
)
