"""Appraisals: the question, its frozen roll, who has answered, and what was answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_not
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.database import Json, db
from backend.deliberation.models import (
    Participation,
    Proposal,
    ProposalText,
    Question,
    RollEntry,
    SecretBallot,
)
from backend.notifications.models import Notice
from backend.notifications.queries.audiences import ResidentIds
from backend.residents.models import Resident

UNANSWERED = "appraisal_unanswered"  # the audience


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What has come in: who took part by which channel, and every score, in no order."""

    ballots: Sequence[tuple[UUID, str]]  # (unit, channel)
    secret: Sequence[int]
    named: Sequence[int]

    @property
    def scores(self) -> list[int]:
        return sorted([*self.secret, *self.named])

    @property
    def channels(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for _, channel in sorted(self.ballots, key=lambda ballot: ballot[1]):
            counted[channel] = counted.get(channel, 0) + 1
        return counted


def find_question(community_id: UUID, question_id: UUID) -> Question | None:
    return db.session.get(Question, (community_id, question_id))


def hold_question(community_id: UUID, question_id: UUID) -> Question | None:
    """The question as it is now, held open: whoever closes it waits until this is answered."""
    return db.session.scalar(
        select(Question)
        .where(Question.community_id == community_id, Question.id == question_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )


def lock_question(community_id: UUID, question_id: UUID) -> Question:
    """The question, after every answer in flight has come in, and before any other."""
    return db.session.scalars(
        select(Question)
        .where(Question.community_id == community_id, Question.id == question_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def latest_question(proposal: Proposal) -> Question | None:
    """The appraisal of the present round that was asked last."""
    return db.session.scalar(
        select(Question)
        .where(
            Question.community_id == proposal.community_id,
            Question.proposal_id == proposal.id,
            Question.round == proposal.round,
            Question.kind == "appraisal",
        )
        .order_by(Question.attempt.desc())
        .limit(1)
    )


def add_to_roll(question: Question, people: Mapping[UUID, str]) -> None:
    """Freeze who may answer; `people` by id with the label under which the roll shows them."""
    now = utc_now()
    rows = [
        {
            "community_id": question.community_id,
            "id": uuid7(),
            "created_at": now,
            "question_id": question.id,
            "unit_id": person,
            "unit_kind": "person",
            "label": label,
            "resident_id": person,
        }
        for person, label in people.items()
    ]
    db.session.execute(insert(RollEntry), rows)


def roll_size(question: Question) -> int:
    size = db.session.scalar(
        select(func.count()).where(
            RollEntry.community_id == question.community_id, RollEntry.question_id == question.id
        )
    )
    return size or 0


def is_on_roll(question: Question, person_id: UUID) -> bool:
    entry = exists().where(
        RollEntry.community_id == question.community_id,
        RollEntry.question_id == question.id,
        RollEntry.unit_id == person_id,
    )
    return bool(db.session.scalar(select(entry)))


def participation_of(question: Question, person_id: UUID) -> Participation | None:
    return db.session.scalar(
        select(Participation).where(
            Participation.community_id == question.community_id,
            Participation.question_id == question.id,
            Participation.unit_id == person_id,
            Participation.superseded_at.is_(None),
        )
    )


def add_participation(question: Question, **columns: Any) -> UUID | None:
    """That somebody answers; None if they have before: of two at once, one is first."""
    columns |= {
        "community_id": question.community_id,
        "id": uuid7(),
        "created_at": columns["cast_at"],
        "question_id": question.id,
    }
    added: UUID | None = db.session.scalar(
        insert_or_not(Participation)
        .values(**columns)
        .on_conflict_do_nothing(
            index_elements=["community_id", "question_id", "unit_id"],
            index_where=Participation.superseded_at.is_(None),
        )
        .returning(Participation.id)
    )
    return added


def answers_to(question: Question) -> Answers:
    """Everything that has come in; only under the lock of the question is it complete."""
    cast = db.session.execute(
        select(Participation.unit_id, Participation.channel, Participation.option_no).where(
            Participation.community_id == question.community_id,
            Participation.question_id == question.id,
            Participation.superseded_at.is_(None),
        )
    ).all()
    secret = db.session.scalars(
        select(SecretBallot.option_no).where(
            SecretBallot.community_id == question.community_id,
            SecretBallot.question_id == question.id,
        )
    ).all()
    return Answers(
        ballots=[(unit, channel) for unit, channel, _ in cast],
        secret=secret,
        named=[option for _, _, option in cast if option is not None],
    )


def comments_on(question: Question) -> Sequence[str]:
    """What people wrote with their scores, in the order of ids that mean nothing."""
    rows = db.session.scalars(
        select(SecretBallot.comment)
        .where(
            SecretBallot.community_id == question.community_id,
            SecretBallot.question_id == question.id,
            SecretBallot.comment.is_not(None),
        )
        .order_by(SecretBallot.id)
    )
    return [comment for comment in rows if comment is not None]


def participations_page(
    community_id: UUID, person_id: UUID, *, after: UUID | None, limit: int
) -> list[Mapping[str, Any]]:
    """Where somebody has taken part, newest first, one more than `limit`."""
    rows = (
        select(
            Participation.id,
            Participation.question_id,
            Question.proposal_id,
            Question.kind,
            Question.text,
            Question.state,
            Proposal.serial_no,
            ProposalText.title.label("proposal_title"),
            Participation.channel,
            Participation.cast_at,
            Participation.keyed_by.is_not(None).label("keyed"),
            Participation.option_no.label("score"),
        )
        .join(
            Question,
            and_(
                Question.community_id == Participation.community_id,
                Question.id == Participation.question_id,
            ),
        )
        .join(
            Proposal,
            and_(
                Proposal.community_id == Question.community_id,
                Proposal.id == Question.proposal_id,
            ),
        )
        .join(
            ProposalText,
            and_(
                ProposalText.community_id == Proposal.community_id,
                ProposalText.proposal_id == Proposal.id,
                ProposalText.version == Proposal.text_version,
            ),
        )
        .where(
            Participation.community_id == community_id,
            Participation.unit_id == person_id,
            Participation.superseded_at.is_(None),
        )
        .order_by(Participation.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        rows = rows.where(Participation.id < after)
    return [dict(row) for row in db.session.execute(rows).mappings()]


def unanswered(community_id: UUID, parameters: Json) -> ResidentIds:
    """The audience: whoever is on the roll of `question_id` and has not answered by now."""
    question_id = UUID(parameters["question_id"])
    answered = exists().where(
        Participation.community_id == community_id,
        Participation.question_id == question_id,
        Participation.unit_id == RollEntry.unit_id,
        Participation.superseded_at.is_(None),
    )
    return (
        select(Resident.id)
        .join(RollEntry, RollEntry.resident_id == Resident.id)
        .where(
            RollEntry.community_id == community_id,
            RollEntry.question_id == question_id,
            Resident.status == "active",
            ~answered,
        )
    )


def open_since(before: datetime, now: datetime, said: str) -> Iterable[tuple[Question, Proposal]]:
    """Open questions that began before, of which the notice `said` has not been promised."""
    key = func.concat("question:", Question.id, ":", said)
    told = exists().where(Notice.community_id == Question.community_id, Notice.event_key == key)
    rows = db.session.execute(
        select(Question, Proposal)
        .join(
            Proposal,
            and_(
                Proposal.community_id == Question.community_id,
                Proposal.id == Question.proposal_id,
            ),
        )
        .where(
            Question.state == "open",
            Question.opens_at <= before,
            Question.closes_at > now,
            ~told,
        )
        .order_by(Question.closes_at)
        .limit(500)
    )
    return [(question, proposal) for question, proposal in rows]
