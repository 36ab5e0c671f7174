"""Grants by which one resident acts for another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from backend.clock import today
from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Dwelling, ProxyGrant, Residency
from backend.residents.queries.places import with_building, with_household

AT_A_TIME = 200


@dataclass(frozen=True, kw_only=True)
class LiveGrant:
    """What a proxy acts by today."""

    id: UUID
    scopes: Sequence[str]
    principal_homes: frozenset[UUID]


def find_grant(community_id: UUID, grant_id: UUID) -> ProxyGrant:
    """One of the community's.

    Raises:
        NotFound: there is none.
    """
    return _found(db.session.get(ProxyGrant, (community_id, grant_id)))


def lock_grant(community_id: UUID, grant_id: UUID) -> ProxyGrant:
    """As `find_grant`, held until the transaction ends."""
    return _found(
        db.session.get(
            ProxyGrant,
            (community_id, grant_id),
            with_for_update={"key_share": True},
            populate_existing=True,
        )
    )


def live_grant(
    community_id: UUID, *, principal_id: UUID, proxy_id: UUID, on: date, hold: bool
) -> LiveGrant | None:
    """What lets the proxy act for the principal on that day, if both still live here.

    `hold`: until the transaction ends nobody takes it back, who came first is first.
    """
    live = select(ProxyGrant).where(
        ProxyGrant.community_id == community_id,
        ProxyGrant.principal_id == principal_id,
        ProxyGrant.proxy_id == proxy_id,
        ProxyGrant.state == "live",
        ProxyGrant.valid.contains(on),
    )
    if hold:
        live = live.with_for_update(read=True).execution_options(populate_existing=True)
    grant = db.session.scalar(live)
    if grant is None:
        return None
    homes = db.session.execute(
        select(Residency.resident_id, Residency.household_id).where(
            Residency.community_id == community_id,
            Residency.resident_id.in_([principal_id, proxy_id]),
            Residency.valid.contains(on),
        )
    ).all()
    if {person for person, _ in homes} != {principal_id, proxy_id}:
        return None
    return LiveGrant(
        id=grant.id,
        scopes=grant.scopes,
        principal_homes=frozenset(home for person, home in homes if person == principal_id),
    )


def principals_of(proxy_id: UUID, on: date) -> int:
    """For how many people somebody acts on that day, in any community."""
    live = select(func.count()).where(
        ProxyGrant.proxy_id == proxy_id,
        ProxyGrant.state == "live",
        func.upper(ProxyGrant.valid) > on,
    )
    return db.session.scalar(live) or 0


def has_open_grant(community_id: UUID, principal_id: UUID, proxy_id: UUID) -> bool:
    """Whether one is offered or live between the two."""
    between = exists().where(
        ProxyGrant.community_id == community_id,
        ProxyGrant.principal_id == principal_id,
        ProxyGrant.proxy_id == proxy_id,
        ProxyGrant.state != "ended",
    )
    return bool(db.session.scalar(select(between)))


def is_paper_taken(community_id: UUID, serial: str) -> bool:
    taken = exists().where(
        ProxyGrant.community_id == community_id, ProxyGrant.paper_serial == serial
    )
    return bool(db.session.scalar(select(taken)))


def hold_papers(community_id: UUID) -> None:
    """Let nobody else type a form here until the transaction ends."""
    lock = func.hashtextextended(f"proxy_paper:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def grants_of_person(
    community_id: UUID, person_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[ProxyGrant]:
    """Those of which the person is one of the two, newest first, one more than `limit`."""
    own = or_(ProxyGrant.principal_id == person_id, ProxyGrant.proxy_id == person_id)
    return _page(community_id, own, limit=limit, after=after)


def open_grants_in(
    community_id: UUID,
    *,
    buildings: Collection[UUID] | None,
    limit: int,
    after: UUID | None,
) -> Sequence[ProxyGrant]:
    """Those offered or live, newest first; of principals of these buildings (None: all)."""
    wanted: ColumnElement[bool] = ProxyGrant.state != "ended"
    if buildings is not None:
        living = with_building(with_household(select(Residency.resident_id))).where(
            Residency.community_id == community_id,
            Residency.valid.contains(today()),
            Dwelling.building_id.in_(buildings),
        )
        wanted = and_(wanted, ProxyGrant.principal_id.in_(living))
    return _page(community_id, wanted, limit=limit, after=after)


def lock_open_grants_of(person_id: UUID, community_id: UUID | None = None) -> Sequence[ProxyGrant]:
    """Offered or live, of one of the two, held until the transaction ends; here or anywhere."""
    open_ = select(ProxyGrant).where(
        or_(ProxyGrant.principal_id == person_id, ProxyGrant.proxy_id == person_id),
        ProxyGrant.state != "ended",
    )
    if community_id is not None:
        open_ = open_.where(ProxyGrant.community_id == community_id)
    held = open_.order_by(ProxyGrant.id).with_for_update(key_share=True)
    return db.session.scalars(held.execution_options(populate_existing=True)).all()


def grants_over(on: date, now: datetime) -> list[tuple[UUID, UUID]]:
    """(community, grant) of what nobody accepted in time, and of what is past its last day."""
    over = or_(
        and_(ProxyGrant.state == "offered", ProxyGrant.offer_until <= now),
        and_(ProxyGrant.state != "ended", func.upper(ProxyGrant.valid) <= on),
    )
    return _due(over)


def grants_ending(by: date) -> list[tuple[UUID, UUID]]:
    """(community, grant) of what counts no more on that day and nobody was told of."""
    return _due(
        and_(
            ProxyGrant.state == "live",
            ProxyGrant.ending_told_at.is_(None),
            func.upper(ProxyGrant.valid) <= by,
        )
    )


def _due(wanted: ColumnElement[bool]) -> list[tuple[UUID, UUID]]:
    due = select(ProxyGrant.community_id, ProxyGrant.id).where(wanted).order_by(ProxyGrant.id)
    return [(community, grant) for community, grant in db.session.execute(due.limit(AT_A_TIME))]


def _page(
    community_id: UUID, wanted: ColumnElement[bool], *, limit: int, after: UUID | None
) -> Sequence[ProxyGrant]:
    found = select(ProxyGrant).where(ProxyGrant.community_id == community_id, wanted)
    if after is not None:
        found = found.where(ProxyGrant.id < after)
    return db.session.scalars(found.order_by(ProxyGrant.id.desc()).limit(limit + 1)).all()


def _found(grant: ProxyGrant | None) -> ProxyGrant:
    if grant is None:
        raise NotFound
    return grant
