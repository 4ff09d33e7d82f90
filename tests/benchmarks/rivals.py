"""What a due milestone is measured against: the same writes as plain SQL, and one Prefect task per relationship, as one would write it by hand."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, text

STATEMENTS = (
    """INSERT INTO ask (cohort_id, relationship_id, step_id, participant_id, role, visit, key, occurrence, form, status,
                        opened_on, due_on, closes_on, reminder)
       SELECT s.cohort_id, s.relationship_id, s.id, m.participant_id, m.role, s.visit, s.key, s.occurrence, 'check_in', 'open',
              :today, s.due_on, s.closes_on, 0
       FROM step s JOIN member m ON m.relationship_id = s.relationship_id
       WHERE s.cohort_id = :cohort AND s.status = 'planned' AND s.key = :key""",
    """INSERT INTO message (cohort_id, participant_id, relationship_id, ask_id, template, subject_key, idempotency_key, message_id,
                            status, queued_at, not_before, expires_on, attempts)
       SELECT a.cohort_id, a.participant_id, a.relationship_id, a.id, 'ask', a.key, 'ask/' || a.id || '/open',
              '<ask.' || a.id || '.open.x@mentorflow.invalid>', 'queued', :now, :today, a.closes_on, 0
       FROM ask a JOIN step s ON s.id = a.step_id
       WHERE s.cohort_id = :cohort AND s.status = 'planned' AND s.key = :key""",
    """INSERT INTO history (cohort_id, noun, noun_id, event, before, after, happened_on, recorded_at, by)
       SELECT s.cohort_id, 'step', s.id, 'open', s.status, 'open', :today, :now, 'program'
       FROM step s WHERE s.cohort_id = :cohort AND s.status = 'planned' AND s.key = :key""",
    """UPDATE step SET status = 'open', opened_on = :today
       WHERE cohort_id = :cohort AND status = 'planned' AND key = :key""",
)


def raw_sql(engine: Engine, cohort: int, key: str, today: date, where: str = "") -> None:
    """The writes of a due milestone, in one transaction, with nothing around them. `where` narrows them to a relationship."""
    values = {"cohort": cohort, "key": key, "today": today.isoformat(), "now": f"{today} 06:00:00.000000"}
    with engine.begin() as conn:
        for statement in STATEMENTS:
            narrowed = statement.replace("s.key = :key", f"s.key = :key {where}") if "s.key" in statement else statement
            if statement.startswith("UPDATE"):
                narrowed = statement + where.replace("s.", "")
            conn.execute(text(narrowed), values)
