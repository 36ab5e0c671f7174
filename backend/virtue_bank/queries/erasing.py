"""What the bank holds of somebody who gives up the account, and the statements that empty it.

The ledger is not touched: its transfers name people by ids, which say nothing any more.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Update,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import Range

from backend.database import db
from backend.residents.models import Residency, Resident
from backend.virtue_bank.models import (
    OPEN,
    CounterClerk,
    Deed,
    DeedConfirmation,
    DeedEvent,
    DeedFile,
    DeedObjection,
    DeedShare,
    DeedWitness,
    DutyPost,
    FamilyMember,
    FreezingRequest,
    GrantLine,
    HonourVoice,
    Nomination,
    ReversalRequest,
    ShopOrder,
    ThanksObjection,
)
from backend.virtue_bank.models.deeds import ENDED

BY_RESIDENTS = ("claimant", "acted", "asked", "resident")
NOMINATION_ENDED = ("declined", "unanswered", "not_entered", "not_chosen", "struck", "honoured")
REVERSAL_ENDED = ("dropped", "restored", "stands")
FREEZING_ENDED = ("stands", "lifted")

Who = Select[UUID]


def communities_of(resident_id: UUID) -> Sequence[UUID]:
    """Where the person lives or lived."""
    lived = select(Residency.community_id).where(Residency.resident_id == resident_id)
    return db.session.scalars(lived.distinct()).all()


def uncredited_deeds(resident_id: UUID) -> int:
    """How many deeds the person did that may still be credited."""
    under_way = (
        select(func.count())
        .select_from(DeedShare)
        .join(Deed, and_(Deed.community_id == DeedShare.community_id, Deed.id == DeedShare.deed_id))
        .where(
            DeedShare.acted_id == resident_id,
            or_(
                Deed.state.not_in(("draft", *ENDED)),
                and_(Deed.state == "credited", DeedShare.posted_id.is_(None)),
            ),
        )
    )
    return db.session.scalar(under_way) or 0


def memberships_of(resident_id: UUID) -> Sequence[FamilyMember]:
    """The families the person is of, or was asked to join, in any community."""
    own = select(FamilyMember).where(
        FamilyMember.resident_id == resident_id, FamilyMember.left_at.is_(None)
    )
    return db.session.scalars(own.order_by(FamilyMember.id)).all()


def lock_claims(resident_id: UUID, states: Collection[str]) -> Sequence[Deed]:
    """What the person claimed and stands in one of these states, held."""
    own = select(Deed).where(Deed.actor_id == resident_id, Deed.state.in_(states))
    return db.session.scalars(own.order_by(Deed.id).with_for_update(key_share=True)).all()


def nominations_of(resident_id: UUID, states: Collection[str]) -> Sequence[Nomination]:
    """Where the person is put forward, in one of these states."""
    own = select(Nomination).where(
        Nomination.nominee_id == resident_id, Nomination.state.in_(states)
    )
    return db.session.scalars(own.order_by(Nomination.id)).all()


def end_duties(resident_id: UUID, on: date) -> None:
    """From that day on no post earns the person points, and no counter is theirs."""
    own = DutyPost.resident_id == resident_id
    began, ends = func.lower(DutyPost.valid), func.upper(DutyPost.valid)
    _run(delete(DutyPost).where(own, began >= on))
    _run(
        update(DutyPost)
        .where(own, or_(ends.is_(None), ends > on))
        .values(valid=DutyPost.valid * Range(None, on))
    )
    _run(delete(CounterClerk).where(CounterClerk.resident_id == resident_id))


def unname(resident_id: UUID, name: str, instead: str) -> None:
    """Put `instead` where words about the person have the name, whoever wrote them."""
    for column, about in _words_about(resident_id):
        _run(
            update(column.class_)
            .where(about, func.strpos(column, name) > 0)
            .values({column: func.replace(column, name, instead)})
        )


def empty_words(resident_id: UUID | None = None) -> None:
    """Empty what this person, or everybody erased, said and what was said of them.

    Only where nothing is open any more: until then whoever decides has to read it.
    """
    for statement in _emptying(_gone(resident_id)):
        _run(statement)


def pictures_of_gone(resident_id: UUID | None = None) -> Sequence[tuple[UUID, UUID]]:
    """(community, file) of deeds that are over, claimed by this person or anybody erased."""
    rows = db.session.execute(
        select(DeedFile.community_id, DeedFile.file_id)
        .join(Deed, and_(Deed.community_id == DeedFile.community_id, Deed.id == DeedFile.deed_id))
        .where(Deed.actor_id.in_(_gone(resident_id)), _is_over())
    )
    return [(community_id, file_id) for community_id, file_id in rows]


def _emptying(gone: Who) -> Iterator[Update]:
    over = select(Deed.id).where(_is_over())
    yield _emptied(Deed.actor_id.in_(gone), _is_over(), of=(Deed.story, Deed.place))
    concerned = or_(Deed.actor_id.in_(gone), Deed.helped_id.in_(gone))
    yield _emptied(concerned, _is_over(), of=(Deed.helped_note, Deed.call_note))
    yield _emptied(
        DeedConfirmation.resident_id.in_(gone),
        DeedConfirmation.deed_id.in_(over),
        of=(DeedConfirmation.note,),
    )
    yield _emptied(
        DeedEvent.by_id.in_(gone),
        DeedEvent.by_role.in_(BY_RESIDENTS),
        DeedEvent.deed_id.in_(over),
        of=(DeedEvent.reason,),
    )
    for kind in (DeedObjection, ThanksObjection):
        closed = kind.state == "closed"
        yield _emptied(kind.actor_id.in_(gone), closed, of=(kind.text,))
        yield _emptied(kind.appeal_by.in_(gone), closed, of=(kind.appeal_text,))
    named = or_(Nomination.nominee_id.in_(gone), Nomination.actor_id.in_(gone))
    ended = Nomination.state.in_(NOMINATION_ENDED)
    yield _emptied(named, ended, of=(Nomination.story,))
    spoken_of = select(Nomination.id).where(Nomination.nominee_id.in_(gone), ended)
    yield _emptied(HonourVoice.nomination_id.in_(spoken_of), of=(HonourVoice.reason,))
    yield _emptied(
        GrantLine.resident_id.in_(gone),
        GrantLine.state.in_(("posted", "struck")),
        of=(GrantLine.basis_note,),
    )
    settled = ReversalRequest.state.in_(REVERSAL_ENDED)
    for said in (ReversalRequest.answer, ReversalRequest.appeal):
        yield _emptied(ReversalRequest.holder_id.in_(gone), settled, of=(said,))
    frozen = or_(FreezingRequest.holder_id.in_(gone), FreezingRequest.appealed_by.in_(gone))
    judged = FreezingRequest.state.in_(FREEZING_ENDED)
    yield _emptied(frozen, judged, of=(FreezingRequest.appeal,))
    yield _emptied(
        ShopOrder.placed_by.in_(gone), ShopOrder.state.not_in(OPEN), of=(ShopOrder.brought_by,)
    )


def _emptied(*about: ColumnElement[bool], of: Sequence[Any]) -> Update:
    """Where one of these columns has words; a column without any stays as it is."""
    return (
        update(of[0].class_)
        .where(*about, or_(*(column != "" for column in of)))
        .values(dict.fromkeys(of, ""))
    )


def _words_about(resident_id: UUID) -> Iterator[tuple[Any, ColumnElement[bool]]]:
    """(column, which rows of it) of all that may have the person's name in it."""
    deeds = _deeds_of(resident_id)
    for column in (Deed.story, Deed.place, Deed.helped_note, Deed.call_note):
        yield column, Deed.id.in_(deeds)
    yield DeedConfirmation.note, DeedConfirmation.deed_id.in_(deeds)
    yield DeedEvent.reason, DeedEvent.deed_id.in_(deeds)
    lines = select(GrantLine.id).where(GrantLine.resident_id == resident_id)
    named = select(Nomination.id).where(Nomination.nominee_id == resident_id)
    thanked = or_(ThanksObjection.line_id.in_(lines), ThanksObjection.nomination_id.in_(named))
    for kind, about in (
        (DeedObjection, DeedObjection.deed_id.in_(deeds)),
        (ThanksObjection, thanked),
    ):
        for column in (kind.text, kind.reason, kind.appeal_text, kind.judged_reason):
            yield column, about
    yield GrantLine.struck_reason, GrantLine.resident_id == resident_id
    yield ShopOrder.reason, ShopOrder.placed_by == resident_id
    for told in (
        ReversalRequest.reason,
        ReversalRequest.dropped_reason,
        ReversalRequest.judged_reason,
    ):
        yield told, ReversalRequest.holder_id == resident_id
    families = select(FamilyMember.family_id).where(FamilyMember.resident_id == resident_id)
    frozen = or_(FreezingRequest.holder_id == resident_id, FreezingRequest.family_id.in_(families))
    for told in (
        FreezingRequest.reason,
        FreezingRequest.declined_reason,
        FreezingRequest.judged_reason,
        FreezingRequest.appeal,
    ):
        yield told, frozen


def _deeds_of(resident_id: UUID) -> Any:
    """The deeds the person claimed, did, was helped by, or is asked about."""
    return union(
        select(Deed.id).where(or_(Deed.actor_id == resident_id, Deed.helped_id == resident_id)),
        select(DeedShare.deed_id).where(DeedShare.acted_id == resident_id),
        select(DeedWitness.deed_id).where(DeedWitness.resident_id == resident_id),
    )


def _gone(resident_id: UUID | None) -> Who:
    people = select(Resident.id)
    if resident_id is None:
        return people.where(Resident.status == "erased")
    return people.where(Resident.id == resident_id)


def _is_over() -> ColumnElement[bool]:
    """Of a deed: decided for good, and nobody's objection or complaint waits."""
    waits = exists().where(
        DeedObjection.community_id == Deed.community_id,
        DeedObjection.deed_id == Deed.id,
        DeedObjection.state != "closed",
    )
    return and_(Deed.state.in_(ENDED), ~waits)


def _run(statement: Update | Delete) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
