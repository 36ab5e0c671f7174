"""Rounds of honours, nominations, what the panel said, certificates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Community, Consent, Resident
from backend.virtue_bank.models import (
    Deed,
    DeedShare,
    Honour,
    HonourPanelist,
    HonourRound,
    HonourSerial,
    HonourVoice,
    Nomination,
    ReversalRequest,
)

REVERSED = ("confirmed", "appealed", "stands")
SEEN_BY_ALL = ("nominating", "consenting", "reviewing", "publicity", "decided")


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What strangers may read of an honour; the name is halved by whoever shows it."""

    number: str
    title: str
    resident_id: UUID
    community: str
    decided_on: date
    revoked_at: datetime | None


def find_round(community_id: UUID, round_id: UUID) -> HonourRound:
    """Raises NotFound: the community has no such round."""
    found = db.session.get(HonourRound, (community_id, round_id))
    if found is None:
        raise NotFound
    return found


def lock_round(community_id: UUID, round_id: UUID) -> HonourRound:
    """The round, held until the transaction ends.

    Raises:
        NotFound: the community has no such round.
    """
    found = db.session.get(
        HonourRound, (community_id, round_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def rounds_page(
    community_id: UUID, *, planned: bool, after: UUID | None, limit: int
) -> Sequence[HonourRound]:
    """Rounds, newest first, one more than `limit`; plans are the committee's."""
    rows = select(HonourRound).where(HonourRound.community_id == community_id)
    if not planned:
        rows = rows.where(HonourRound.state.in_(SEEN_BY_ALL))
    if after is not None:
        rows = rows.where(HonourRound.id < after)
    return db.session.scalars(rows.order_by(HonourRound.id.desc()).limit(limit + 1)).all()


def due_rounds(now: datetime) -> list[tuple[UUID, UUID]]:
    """(community, round) of all whose present step is over."""
    until = case(
        (HonourRound.state == "nominating", HonourRound.nominations_until),
        (HonourRound.state == "consenting", HonourRound.consents_until),
        else_=HonourRound.shown_until,
    )
    rows = db.session.execute(
        select(HonourRound.community_id, HonourRound.id)
        .where(HonourRound.state.in_(("nominating", "consenting", "publicity")), until <= now)
        .order_by(HonourRound.id)
    )
    return [(community_id, round_id) for community_id, round_id in rows]


def find_nomination(community_id: UUID, nomination_id: UUID) -> Nomination:
    """Raises NotFound: the community has no such nomination."""
    found = db.session.get(Nomination, (community_id, nomination_id))
    if found is None:
        raise NotFound
    return found


def lock_nomination(community_id: UUID, nomination_id: UUID) -> Nomination:
    """The nomination, held until the transaction ends.

    Raises:
        NotFound: the community has no such nomination.
    """
    found = db.session.get(
        Nomination, (community_id, nomination_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def is_nominated(community_id: UUID, round_id: UUID, nominee_id: UUID) -> bool:
    found = exists().where(
        Nomination.community_id == community_id,
        Nomination.round_id == round_id,
        Nomination.nominee_id == nominee_id,
    )
    return bool(db.session.scalar(select(found)))


def lock_nominations(
    community_id: UUID, round_id: UUID, states: Collection[str]
) -> Sequence[Nomination]:
    """The nominations of a round in these states, held until the transaction ends."""
    return db.session.scalars(
        select(Nomination)
        .where(
            Nomination.community_id == community_id,
            Nomination.round_id == round_id,
            Nomination.state.in_(states),
        )
        .order_by(Nomination.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def nominations_page(
    community_id: UUID,
    round_id: UUID,
    *,
    states: Collection[str],
    after: UUID | None,
    limit: int,
) -> Sequence[Nomination]:
    """The nominations of a round as they came in, one more than `limit`."""
    rows = select(Nomination).where(
        Nomination.community_id == community_id,
        Nomination.round_id == round_id,
        Nomination.state.in_(states),
    )
    if after is not None:
        rows = rows.where(Nomination.id > after)
    return db.session.scalars(rows.order_by(Nomination.id).limit(limit + 1)).all()


def own_nominations(
    community_id: UUID, nominee_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[tuple[Nomination, HonourRound]]:
    """Where the person was put forward, newest first, one more than `limit`."""
    rows = (
        select(Nomination, HonourRound)
        .join(
            HonourRound,
            and_(
                HonourRound.community_id == Nomination.community_id,
                HonourRound.id == Nomination.round_id,
            ),
        )
        .where(Nomination.community_id == community_id, Nomination.nominee_id == nominee_id)
    )
    if after is not None:
        rows = rows.where(Nomination.id < after)
    found = db.session.execute(rows.order_by(Nomination.id.desc()).limit(limit + 1))
    return [(nomination, round_) for nomination, round_ in found]


def born_year(resident_id: UUID) -> int | None:
    return db.session.scalar(select(Resident.born_year).where(Resident.id == resident_id))


def points_acted(
    community_id: UUID, people: Collection[UUID], *, since: date, until: date
) -> dict[UUID, int]:
    """What each did that was credited, by the day it was done and whoever got the points.

    What was taken back does not count, unless a supervisor restored it.
    """
    taken_back = exists().where(
        ReversalRequest.community_id == DeedShare.community_id,
        ReversalRequest.transfer_id == DeedShare.posted_id,
        ReversalRequest.state.in_(REVERSED),
    )
    rows = db.session.execute(
        select(DeedShare.acted_id, func.sum(DeedShare.points))
        .join(Deed, and_(Deed.community_id == DeedShare.community_id, Deed.id == DeedShare.deed_id))
        .where(
            DeedShare.community_id == community_id,
            DeedShare.acted_id.in_(people),
            DeedShare.posted_id.is_not(None),
            Deed.occurred_on >= since,
            Deed.occurred_on < until,
            ~taken_back,
        )
        .group_by(DeedShare.acted_id)
    )
    return {person: int(points or 0) for person, points in rows}


def panel_of(community_id: UUID, round_id: UUID) -> Sequence[HonourPanelist]:
    """The panel as it was named."""
    return db.session.scalars(
        select(HonourPanelist)
        .where(HonourPanelist.community_id == community_id, HonourPanelist.round_id == round_id)
        .order_by(HonourPanelist.id)
    ).all()


def panelist(community_id: UUID, round_id: UUID, person_id: UUID) -> HonourPanelist | None:
    """The person's seat on the panel."""
    return db.session.scalar(
        select(HonourPanelist).where(
            HonourPanelist.community_id == community_id,
            HonourPanelist.round_id == round_id,
            HonourPanelist.resident_id == person_id,
        )
    )


def has_spoken(community_id: UUID, nomination_id: UUID, panelist_id: UUID) -> bool:
    found = exists().where(
        HonourVoice.community_id == community_id,
        HonourVoice.nomination_id == nomination_id,
        HonourVoice.panelist_id == panelist_id,
    )
    return bool(db.session.scalar(select(found)))


def spoken_by(community_id: UUID, panelist_id: UUID) -> set[UUID]:
    """The nominations this seat of the panel has spoken about."""
    return set(
        db.session.scalars(
            select(HonourVoice.nomination_id).where(
                HonourVoice.community_id == community_id, HonourVoice.panelist_id == panelist_id
            )
        )
    )


def voices_of(community_id: UUID, nomination_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(voices, in favour) for each nomination; those nobody spoke about have none."""
    rows = db.session.execute(
        select(
            HonourVoice.nomination_id,
            func.count(),
            func.count().filter(HonourVoice.in_favour),
        )
        .where(
            HonourVoice.community_id == community_id,
            HonourVoice.nomination_id.in_(nomination_ids),
        )
        .group_by(HonourVoice.nomination_id)
    )
    said = {nomination: (spoken, in_favour) for nomination, spoken, in_favour in rows}
    return {nomination: said.get(nomination, (0, 0)) for nomination in nomination_ids}


def next_number(community_id: UUID, year: int) -> int:
    """The next certificate number of the year; two rounds decided at once take turns."""
    given = insert(HonourSerial).values(community_id=community_id, year=year, last_no=1)
    return int(
        db.session.scalar(
            given.on_conflict_do_update(
                index_elements=["community_id", "year"],
                set_={"last_no": HonourSerial.last_no + 1},
            ).returning(HonourSerial.last_no)
        )
        or 1
    )


def honours_page(
    community_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[tuple[Honour, Nomination]]:
    """Honours that stand, newest first, one more than `limit`."""
    rows = (
        select(Honour, Nomination)
        .join(
            Nomination,
            and_(
                Nomination.community_id == Honour.community_id,
                Nomination.id == Honour.nomination_id,
            ),
        )
        .where(Honour.community_id == community_id, Honour.revoked_at.is_(None))
    )
    if after is not None:
        rows = rows.where(Honour.id < after)
    found = db.session.execute(rows.order_by(Honour.id.desc()).limit(limit + 1))
    return [(honour, nomination) for honour, nomination in found]


def own_honours(
    community_id: UUID, resident_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Honour]:
    """A person's own certificates, newest first, one more than `limit`."""
    rows = select(Honour).where(
        Honour.community_id == community_id, Honour.resident_id == resident_id
    )
    if after is not None:
        rows = rows.where(Honour.id < after)
    return db.session.scalars(rows.order_by(Honour.id.desc()).limit(limit + 1)).all()


def lock_honour(community_id: UUID, honour_id: UUID) -> Honour:
    """The honour, held until the transaction ends.

    Raises:
        NotFound: the community has no such honour.
    """
    found = db.session.get(
        Honour, (community_id, honour_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def certificate(verify_code: str) -> Certificate:
    """What the code on a certificate stands for, in any community.

    Raises:
        NotFound: nothing.
    """
    row = db.session.execute(
        select(Honour, Community.name)
        .join(Community, Community.id == Honour.community_id)
        .where(Honour.verify_code == verify_code)
    ).first()
    if row is None:
        raise NotFound("没有这份证书，请核对编码。")
    honour, community = row
    return Certificate(
        number=honour.number,
        title=honour.title,
        resident_id=honour.resident_id,
        community=community,
        decided_on=honour.decided_on,
        revoked_at=honour.revoked_at,
    )


def live_consents(consent_ids: Collection[UUID]) -> set[UUID]:
    """Those of the consents that nobody has withdrawn."""
    return set(
        db.session.scalars(
            select(Consent.id).where(Consent.id.in_(consent_ids), Consent.withdrawn_at.is_(None))
        )
    )
