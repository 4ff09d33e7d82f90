"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("uid", sa.String(16), nullable=False),
        sa.Column("program", sa.String(80), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(80), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("record", sa.JSON()),
        sa.Column("record_text", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_cohort"),
        sa.UniqueConstraint("name", name="uq_cohort_name"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("first_name", sa.String(120), nullable=False),
        sa.Column("last_name", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email_key", name="uq_person_email_key"),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(80), nullable=False),
        sa.Column("noun_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("before", sa.String(80)),
        sa.Column("after", sa.String(80)),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("why", sa.Text()),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_history_cohort_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
    )
    op.create_index("ix_history_cohort_id_happened_on", "history", ["cohort_id", "happened_on"])
    op.create_index("ix_history_noun_noun_id", "history", ["noun", "noun_id"])

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("roles", sa.String(40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("seeking_on", sa.Date()),
        sa.Column("prepare_on", sa.Date()),
        sa.Column("available_on", sa.Date()),
        sa.Column("unmatched", sa.Text()),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date()),
        sa.Column("withdrawn_why", sa.String(80)),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_participant_cohort_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_participant_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_participant"),
        sa.UniqueConstraint("cohort_id", "person_id", name="uq_participant_cohort_id_person_id"),
    )
    op.create_index("ix_participant_cohort_id_enrolled_on", "participant", ["cohort_id", "enrolled_on"])
    op.create_index("ix_participant_cohort_id_prepare_on", "participant", ["cohort_id", "prepare_on"])
    op.create_index("ix_participant_cohort_id_seeking_on", "participant", ["cohort_id", "seeking_on"])
    op.create_index("ix_participant_cohort_id_status", "participant", ["cohort_id", "status"])
    op.create_index("ix_participant_person_id", "participant", ["person_id"])

    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("gate", sa.String(80), nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_gate_participant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gate"),
        sa.UniqueConstraint("participant_id", "gate", name="uq_gate_participant_id_gate"),
    )
    op.create_index("ix_gate_participant_id", "gate", ["participant_id"])

    op.create_table(
        "relationship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("previous_id", sa.Integer()),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("consent", sa.String(80)),
        sa.Column("answer_by", sa.Date()),
        sa.Column("agreed_on", sa.Date()),
        sa.Column("started_on", sa.Date()),
        sa.Column("planned_end_on", sa.Date()),
        sa.Column("expected_end_on", sa.Date()),
        sa.Column("phase", sa.String(80)),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("latest_on", sa.Date()),
        sa.Column("overrun_on", sa.Date()),
        sa.Column("paused_on", sa.Date()),
        sa.Column("last_contact_on", sa.Date()),
        sa.Column("silence_on", sa.Date()),
        sa.Column("silence_rung", sa.Integer(), nullable=False),
        sa.Column("notice_on", sa.Date()),
        sa.Column("ending_on", sa.Date()),
        sa.Column("ending_reason", sa.String(80)),
        sa.Column("ending_by", sa.String(80)),
        sa.Column("ending_note", sa.Text()),
        sa.Column("ending_rematch", sa.Boolean()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("follow_up_on", sa.Date()),
        sa.Column("lead_id", sa.Integer()),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("decided_next", sa.String(80)),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_relationship_cohort_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lead_id"], ["participant.id"], name="fk_relationship_lead_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["previous_id"], ["relationship.id"], name="fk_relationship_previous_id"),
        sa.PrimaryKeyConstraint("id", name="pk_relationship"),
    )
    op.create_index("ix_relationship_cohort_id_follow_up_on", "relationship", ["cohort_id", "follow_up_on"])
    op.create_index("ix_relationship_cohort_id_status_answer_by", "relationship", ["cohort_id", "status", "answer_by"])
    op.create_index(
        "ix_relationship_cohort_id_status_ending_on_ends_on",
        "relationship",
        ["cohort_id", "status", "ending_on", "ends_on"],
    )
    op.create_index(
        "ix_relationship_cohort_id_status_ending_on_overrun_on",
        "relationship",
        ["cohort_id", "status", "ending_on", "overrun_on"],
    )
    op.create_index("ix_relationship_cohort_id_status_notice_on", "relationship", ["cohort_id", "status", "notice_on"])
    op.create_index(
        "ix_relationship_cohort_id_status_phase_ends_on", "relationship", ["cohort_id", "status", "phase", "ends_on"]
    )
    op.create_index(
        "ix_relationship_cohort_id_status_silence_on", "relationship", ["cohort_id", "status", "silence_on"]
    )
    op.create_index("ix_relationship_previous_id", "relationship", ["previous_id"])

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("rematch", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_closure_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_closure"),
        sa.UniqueConstraint("relationship_id", name="uq_closure_relationship_id"),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer()),
        sa.Column("participant_id", sa.Integer()),
        sa.Column("subject", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("source", sa.String(160), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("cleared_on", sa.Date()),
        sa.Column("cleared_by", sa.String(80)),
        sa.Column("told", sa.String(80)),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_flag_cohort_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_flag_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_flag_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_flag"),
        sa.UniqueConstraint("cohort_id", "subject", "kind", "source", name="uq_flag_cohort_id_subject_kind_source"),
    )
    op.create_index("ix_flag_cohort_id_cleared_on", "flag", ["cohort_id", "cleared_on"])
    op.create_index("ix_flag_cohort_id_told_cleared_on", "flag", ["cohort_id", "told", "cleared_on"])
    op.create_index("ix_flag_participant_id", "flag", ["participant_id"])
    op.create_index("ix_flag_relationship_id", "flag", ["relationship_id"])

    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("of", sa.String(80), nullable=False),
        sa.Column("term", sa.String(80)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("said_on", sa.Date()),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date()),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_goal_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_goal_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_goal"),
        sa.UniqueConstraint(
            "relationship_id", "participant_id", "key", name="uq_goal_relationship_id_participant_id_key"
        ),
    )
    op.create_index("ix_goal_participant_id", "goal", ["participant_id"])

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("led_by", sa.Integer()),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["led_by"], ["participant.id"], name="fk_meeting_led_by", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_meeting_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
        sa.UniqueConstraint("relationship_id", "held_on", name="uq_meeting_relationship_id_held_on"),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("accepted_on", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_member_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_member_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("relationship_id", "participant_id", name="uq_member_relationship_id_participant_id"),
    )
    op.create_index("ix_member_participant_id", "member", ["participant_id"])

    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(80), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date()),
        sa.Column("way", sa.String(80)),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_passage_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_passage"),
        sa.UniqueConstraint("relationship_id", "visit", name="uq_passage_relationship_id_visit"),
    )
    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("opens_on", sa.Date()),
        sa.Column("due_on", sa.Date()),
        sa.Column("closes_on", sa.Date()),
        sa.Column("opened_on", sa.Date()),
        sa.Column("settled_on", sa.Date()),
        sa.Column("lead_id", sa.Integer()),
        sa.Column("exchange_on", sa.Date()),
        sa.Column("shared_on", sa.Date()),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_step_cohort_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lead_id"], ["participant.id"], name="fk_step_lead_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_step_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_step"),
        sa.UniqueConstraint(
            "relationship_id", "visit", "key", "occurrence", name="uq_step_relationship_id_visit_key_occurrence"
        ),
    )
    op.create_index("ix_step_cohort_id_exchange_on", "step", ["cohort_id", "exchange_on"])
    op.create_index("ix_step_cohort_id_status_kind_due_on", "step", ["cohort_id", "status", "kind", "due_on"])
    op.create_index("ix_step_cohort_id_status_opens_on", "step", ["cohort_id", "status", "opens_on"])

    op.create_table(
        "tick",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(80), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("ticked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_tick_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_tick_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tick"),
        sa.UniqueConstraint(
            "relationship_id",
            "participant_id",
            "phase",
            "item",
            name="uq_tick_relationship_id_participant_id_phase_item",
        ),
    )
    op.create_index("ix_tick_participant_id", "tick", ["participant_id"])

    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer()),
        sa.Column("participant_id", sa.Integer()),
        sa.Column("source", sa.String(160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date()),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name="fk_action_goal_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_action_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_action_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_action"),
        sa.UniqueConstraint("relationship_id", "source", name="uq_action_relationship_id_source"),
    )
    op.create_index("ix_action_goal_id", "action", ["goal_id"])
    op.create_index("ix_action_participant_id", "action", ["participant_id"])

    op.create_table(
        "ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer()),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(80), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(80), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("closes_on", sa.Date()),
        sa.Column("remind_on", sa.Date()),
        sa.Column("reminder", sa.Integer(), nullable=False),
        sa.Column("answered_on", sa.Date()),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_ask_cohort_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_ask_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_ask_relationship_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name="fk_ask_step_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_ask"),
        sa.UniqueConstraint(
            "relationship_id",
            "participant_id",
            "visit",
            "key",
            "occurrence",
            name="uq_ask_relationship_id_participant_id_visit_key_occurrence",
        ),
    )
    op.create_index("ix_ask_cohort_id_status_closes_on", "ask", ["cohort_id", "status", "closes_on"])
    op.create_index("ix_ask_cohort_id_status_remind_on", "ask", ["cohort_id", "status", "remind_on"])
    op.create_index("ix_ask_participant_id", "ask", ["participant_id"])
    op.create_index("ix_ask_step_id_status", "ask", ["step_id", "status"])

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name="fk_comment_action_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_comment_participant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index("ix_comment_action_id", "comment", ["action_id"])
    op.create_index("ix_comment_participant_id", "comment", ["participant_id"])

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("relationship_id", sa.Integer()),
        sa.Column("ask_id", sa.Integer()),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("subject_key", sa.String(80)),
        sa.Column("idempotency_key", sa.String(160), nullable=False),
        sa.Column("message_id", sa.String(250), nullable=False),
        sa.Column("status", sa.String(80), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(40)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name="fk_message_ask_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name="fk_message_cohort_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_message_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name="fk_message_relationship_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("idempotency_key", name="uq_message_idempotency_key"),
    )
    op.create_index("ix_message_ask_id", "message", ["ask_id"])
    op.create_index("ix_message_cohort_id_status_not_before", "message", ["cohort_id", "status", "not_before"])
    op.create_index("ix_message_participant_id", "message", ["participant_id"])
    op.create_index("ix_message_relationship_id_status", "message", ["relationship_id", "status"])

    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name="fk_response_ask_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.UniqueConstraint("ask_id", "version", name="uq_response_ask_id_version"),
    )
