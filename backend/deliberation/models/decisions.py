"""Rules in force, decisions taken under them, and how they were carried out and appraised."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Json, TenantRecord, one_of, within_community
from backend.deliberation.models.words import OUTCOMES, known_channel


class RuleRow(TenantRecord):
    """How many must come and agree; never updated, only succeeded by a later row."""

    __tablename__ = "rule_row"

    code: Mapped[str]
    body: Mapped[str]
    unit: Mapped[str]
    quorum_num: Mapped[int] = mapped_column(SmallInteger)
    quorum_den: Mapped[int] = mapped_column(SmallInteger)
    quorum_inclusive: Mapped[bool]
    pass_num: Mapped[int] = mapped_column(SmallInteger)
    pass_den: Mapped[int] = mapped_column(SmallInteger)
    pass_inclusive: Mapped[bool]
    pass_base: Mapped[str]
    counted_channels: Mapped[list[str]]
    notice_days: Mapped[int] = mapped_column(SmallInteger)
    window_days: Mapped[int] = mapped_column(SmallInteger)
    proxy_max: Mapped[int] = mapped_column(SmallInteger)
    origin: Mapped[str]
    legal_basis: Mapped[str]
    valid_from: Mapped[date]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    checked_on: Mapped[date | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("community_id", "code", "valid_from"),
        one_of("unit", ("person", "household", "member", "owner", "seat")),
        one_of("pass_base", ("attending", "cast", "entitled")),
        one_of("origin", ("law", "local_rule", "default")),
        CheckConstraint("0 < quorum_num AND quorum_num <= quorum_den", name="quorum_is_a_share"),
        CheckConstraint("0 < pass_num AND pass_num <= pass_den", name="pass_is_a_share"),
        CheckConstraint("origin = 'default' OR legal_basis <> ''", name="law_names_its_article"),
        {"info": {"append_only": True}},
    )


class HandCount(TenantRecord):
    """举手: counted by one person before two witnesses."""

    __tablename__ = "hand_count"

    agenda_item_id: Mapped[UUID]
    yes: Mapped[int]
    no: Mapped[int]
    abstain: Mapped[int]
    counted_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    witness1_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    witness2_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))

    __table_args__ = (
        within_community("agenda_item_id", "agenda_item"),
        UniqueConstraint("community_id", "agenda_item_id"),
        CheckConstraint("yes >= 0 AND no >= 0 AND abstain >= 0", name="no_negative_hands"),
        CheckConstraint(
            "counted_by <> witness1_id AND counted_by <> witness2_id"
            " AND witness1_id <> witness2_id",
            name="three_people",
        ),
        {"info": {"append_only": True}},
    )


class Resolution(TenantRecord):
    """What was decided, with the sentence and the numbers it was decided by."""

    __tablename__ = "resolution"

    proposal_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(SmallInteger)
    attempt: Mapped[int] = mapped_column(SmallInteger)
    outcome: Mapped[str]
    text: Mapped[str]
    result_sentence: Mapped[str]
    dissent: Mapped[str]
    snapshot: Mapped[Json]
    decided_at: Mapped[datetime]
    meeting_id: Mapped[UUID | None] = mapped_column(default=None)
    agenda_item_id: Mapped[UUID | None] = mapped_column(default=None)
    rule_row_id: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        within_community("meeting_id", "meeting"),
        within_community("agenda_item_id", "agenda_item"),
        within_community("rule_row_id", "rule_row"),
        UniqueConstraint("community_id", "proposal_id", "round", "attempt"),
        one_of("outcome", OUTCOMES),
        CheckConstraint("outcome = 'shelved' OR rule_row_id IS NOT NULL", name="by_a_rule"),
        {"info": {"append_only": True}},
    )


class Task(TenantRecord):
    """Something agreed to be done: by whom, until when, for how much."""

    __tablename__ = "task"

    proposal_id: Mapped[UUID]
    resolution_id: Mapped[UUID]
    party: Mapped[str]
    assignee_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    title: Mapped[str]
    due_on: Mapped[date]
    budget_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    spent_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    percent: Mapped[int] = mapped_column(SmallInteger, default=0)
    extensions: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[str] = mapped_column(default="open")
    news_at: Mapped[datetime | None] = mapped_column(default=None)  # the last update

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        within_community("resolution_id", "resolution"),
        one_of("state", ("open", "done", "dropped")),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("state <> 'done' OR percent = 100", name="done_is_a_hundred"),
        CheckConstraint("extensions BETWEEN 0 AND 2", name="at_most_two_extensions"),
        CheckConstraint("budget_fen >= 0 AND spent_fen >= 0", name="money_not_negative"),
        Index("ix_task_of", "community_id", "proposal_id"),
        Index("ix_task_by_assignee", "community_id", "assignee_id", "state"),
    )


class TaskUpdate(TenantRecord):
    """News of a task: progress, money, or a later date with its reason."""

    __tablename__ = "task_update"

    task_id: Mapped[UUID]
    percent: Mapped[int] = mapped_column(SmallInteger)
    note: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    spent_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    new_due_on: Mapped[date | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("task_id", "task"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("spent_fen >= 0", name="money_not_negative"),
        Index("ix_task_update_of", "community_id", "task_id", "id"),
        {"info": {"append_only": True}},
    )


class Inspection(TenantRecord):
    """验收: somebody who did not do the work looked at it."""

    __tablename__ = "inspection"

    proposal_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(SmallInteger)
    inspector_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    result: Mapped[str]
    defects: Mapped[list[str]]
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        one_of("result", ("accepted", "defects")),
        CheckConstraint("inspector_id <> second_id", name="two_people"),
        CheckConstraint(
            "(result = 'defects') = (jsonb_array_length(defects) > 0)", name="defects_are_listed"
        ),
        Index("ix_inspection_of", "community_id", "proposal_id", "round"),
        {"info": {"append_only": True}},
    )


class Question(TenantRecord):
    """What is asked of a roll of people: here, the appraisal of a finished matter."""

    __tablename__ = "question"

    proposal_id: Mapped[UUID]
    kind: Mapped[str]
    round: Mapped[int] = mapped_column(SmallInteger)
    attempt: Mapped[int] = mapped_column(SmallInteger)  # grows with every rework
    text: Mapped[str]
    options: Mapped[list[str]]
    rule_row_id: Mapped[UUID]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    secret: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(default="draft")
    extended: Mapped[bool] = mapped_column(default=False)
    roll_sha256: Mapped[str | None] = mapped_column(default=None)
    snapshot: Mapped[Json | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        within_community("rule_row_id", "rule_row"),
        UniqueConstraint("community_id", "proposal_id", "kind", "round", "attempt"),
        one_of("kind", ("appraisal",)),
        one_of("state", ("draft", "open", "closed", "void")),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("state = 'draft' OR roll_sha256 IS NOT NULL", name="roll_frozen"),
        CheckConstraint("(state = 'closed') = (snapshot IS NOT NULL)", name="closed_with_snapshot"),
        Index("ix_question_open", "closes_at", postgresql_where=sql("state = 'open'")),
    )


class RollEntry(TenantRecord):
    """名册: one who may answer, fixed when the question opens."""

    __tablename__ = "roll_entry"

    question_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    unit_kind: Mapped[str]
    label: Mapped[str]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    household_id: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("question_id", "question"),
        within_community("household_id", "household"),
        UniqueConstraint("community_id", "question_id", "unit_id"),
        one_of("unit_kind", ("person", "household")),
        Index("ix_roll_entry_by_resident", "community_id", "resident_id"),
        {"info": {"append_only": True}},
    )


class Participation(TenantRecord):
    """That a unit of the roll answered, by which channel; the answer itself may be secret."""

    __tablename__ = "participation"

    question_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    channel: Mapped[str]
    cast_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    cast_at: Mapped[datetime]
    option_no: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    keyed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    superseded_at: Mapped[datetime | None] = mapped_column(default=None)
    superseded_by: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "question_id", "unit_id"],
            ["roll_entry.community_id", "roll_entry.question_id", "roll_entry.unit_id"],
        ),
        within_community("superseded_by", "participation"),
        known_channel(),
        CheckConstraint(
            "channel <> 'mini_program' OR keyed_by IS NULL", name="self_cast_is_not_keyed"
        ),
        CheckConstraint(
            "channel NOT IN ('phone', 'home_visit', 'walk_in', 'paper') OR keyed_by IS NOT NULL",
            name="assisted_names_its_keyer",
        ),
        CheckConstraint("reason IS NULL OR option_no IS NOT NULL", name="secret_has_no_reason"),
        Index(
            "ux_participation_counted_once",
            "community_id",
            "question_id",
            "unit_id",
            unique=True,
            postgresql_where=sql("superseded_at IS NULL"),
        ),
    )


class SecretBallot(Base):
    """An answer nobody can trace: a random id, no time, no unit, no order.

    Not a TenantRecord, because those carry the time in their id and beside it.
    """

    __tablename__ = "secret_ballot"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4, init=False)
    question_id: Mapped[UUID]
    option_no: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("question_id", "question"),
        Index("ix_secret_ballot_of", "community_id", "question_id"),
        {"info": {"append_only": True}},
    )
