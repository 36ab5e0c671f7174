"""From one notice to a row for each person and channel, in blocks, without rows in Python."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    false,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import array, insert
from sqlalchemy.orm import aliased

from backend.database import db
from backend.notifications.models import (
    LANES,
    Delivery,
    Notice,
    NoticePreference,
    Plan,
    Subscription,
)
from backend.notifications.queries.audiences import ResidentIds
from backend.notifications.queries.reach import has_message, has_phone, is_message_of, withdrew
from backend.notifications.queries.subscriptions import return_messages
from backend.residents.models import Resident, WechatIdentity

Count = tuple[str, str, int]  # channel, state, how many
Recipients = Select[*tuple[Any, ...]]  # community_id, notice_id, resident_id


class Block(NamedTuple):
    """The next people of an audience: who was the last, how many they are, what they got."""

    upto: UUID | None  # None: there was nobody
    number: int
    added: list[Count]


_COLUMNS = (
    "community_id",
    "id",
    "created_at",
    "notice_id",
    "resident_id",
    "channel",
    "lane",
    "urgency",
    "state",
    "due_at",
    "finished_at",
    "attempts",
    "unsure",
)


_OF_NOTICE = tuple(Notice.__table__.columns.keys())


def add_notices(notices: Iterable[Notice]) -> None:
    """Save each notice unless the community has one of the same event."""
    rows = [{name: getattr(notice, name) for name in _OF_NOTICE} for notice in notices]
    # JSON's null is not the absence of a value.
    given = {name for row in rows for name, value in row.items() if value is not None}
    db.session.execute(
        insert(Notice)
        .values([{name: _or_null(row[name]) for name in sorted(given)} for row in rows])
        .on_conflict_do_nothing(index_elements=["community_id", "event_key"])
    )


def _or_null(value: Any) -> Any:
    return null() if value is None else value


def lock_personal_notices(kinds: Collection[str], limit: int) -> Sequence[Notice]:
    """Notices of one person each, urgent and old ones first, that no other worker expands.

    Those of other `kinds` wait for a worker who knows them: they came from a newer program.
    """
    return db.session.scalars(
        select(Notice)
        .where(
            Notice.expanded_at.is_(None),
            Notice.resident_id.is_not(None),
            Notice.kind.in_(kinds),
        )
        .order_by(Notice.urgency, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def next_audience_notice(
    kinds: Collection[str], audiences: Collection[str], without: Collection[UUID]
) -> tuple[UUID, UUID] | None:
    """(community, notice): the next of these kinds to one of these audiences, not `without`."""
    row = db.session.execute(
        select(Notice.community_id, Notice.id)
        .where(
            Notice.expanded_at.is_(None),
            Notice.resident_id.is_(None),
            Notice.kind.in_(kinds),
            Notice.audience["kind"].astext.in_(audiences),
            Notice.id.not_in(without),
        )
        .order_by(Notice.urgency, Notice.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.community_id, row.id)


def lock_notice(community_id: UUID, notice_id: UUID) -> Notice | None:
    """The notice, unless it is expanded or another worker expands it."""
    return db.session.scalar(
        select(Notice)
        .where(
            Notice.community_id == community_id,
            Notice.id == notice_id,
            Notice.expanded_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    )


def deliver_to_persons(notices: Sequence[Notice], plan: Plan, now: datetime) -> list[Count]:
    """Deliver each of the notices to its one person, if there still is one."""
    persons = (
        select(Notice.community_id, Notice.id.label("notice_id"), Notice.resident_id)
        .join(Resident, Resident.id == Notice.resident_id)
        .where(Notice.id.in_([notice.id for notice in notices]), Resident.status == "active")
    )
    counted = _delivered(persons, plan, now)
    return [tuple(row) for row in db.session.execute(select(counted))]


def deliver_to_block(
    notice: Notice, people: ResidentIds, plan: Plan, now: datetime, *, limit: int
) -> Block:
    """Deliver the notice to the next `limit` people by id, all of it in one statement."""
    block = _keyset(people, notice.expanded_upto).limit(limit).cte("block")
    recipients = select(
        literal(notice.community_id, Uuid).label("community_id"),
        literal(notice.id, Uuid).label("notice_id"),
        block.c.id.label("resident_id"),
    )
    counted = _delivered(recipients, plan, now)
    last = select(block.c.id).order_by(block.c.id.desc()).limit(1).scalar_subquery()
    people_in_it = select(func.count()).select_from(block).scalar_subquery()
    rows = db.session.execute(
        select(last, people_in_it, counted).select_from(
            select(literal(1, Integer)).subquery().outerjoin(counted, true())
        )
    ).all()
    upto, number = rows[0][:2]
    return Block(upto, number, [tuple(row[2:]) for row in rows if row[2] is not None])


def _delivered(recipients: Recipients, plan: Plan, now: datetime) -> CTE:
    """An inbox row for everybody; a card or a place in the digest for whom it can reach.

    Rows that exist already stay as they are, so a block may be done again. Only what was added
    is counted.
    """
    who = _planned(recipients, plan)
    # Not VALUES: SQLAlchemy would compile the whole statement again for every block.
    names = array(["inbox", "wechat", "digest"], type_=Text)
    channels = func.unnest(names).table_valued(column("name", Text)).render_derived("channels")
    channel = channels.c.name
    rows = (
        select(
            who.c.community_id,
            _new_id(now),
            literal(now, DateTime(timezone=True)),
            who.c.notice_id,
            who.c.resident_id,
            channel,
            who.c.lane,
            literal(plan.urgency, Integer),
            case((channel == "inbox", "delivered"), else_="due"),
            _due_at(channel, who.c.lane, plan),
            case((channel == "inbox", now), else_=cast(null(), DateTime(timezone=True))),
            literal(0, Integer),
            false(),
        )
        .select_from(who)
        .join(
            channels,
            or_(
                channel == "inbox",
                and_(channel == "wechat", who.c.mode == "now", who.c.has_message),
                and_(channel == "digest", who.c.mode == "digest"),
            ),
        )
        .where(or_(channel == "inbox", who.c.may_get_cards))
    )
    added = (
        insert(Delivery)
        .from_select(list(_COLUMNS), rows, include_defaults=False)
        .on_conflict_do_nothing()
        .returning(Delivery.channel, Delivery.state)
        .cte("added")
    )
    return (
        select(added.c.channel, added.c.state, func.count().label("number"))
        .group_by(added.c.channel, added.c.state)
        .cte("counted")
    )


def cancel_superseded(
    community_id: UUID,
    threads: Sequence[str],
    now: datetime,
    *,
    block: tuple[UUID | None, UUID] | None = None,
) -> None:
    """Cancel what still waits in a thread for people who have something newer of it.

    `block` narrows it to the people after the first id, up to the second.
    """
    newer, seen = aliased(Notice), aliased(Delivery)
    has_newer = (
        select(newer.id)
        .join(
            seen,
            and_(
                seen.community_id == newer.community_id,
                seen.notice_id == newer.id,
                seen.resident_id == Delivery.resident_id,
                seen.channel == "inbox",
            ),
        )
        .where(
            newer.community_id == community_id,
            newer.thread_key == Notice.thread_key,
            newer.id > Notice.id,
        )
        .exists()
    )
    cancelled = db.session.execute(
        update(Delivery)
        .where(
            Delivery.community_id == community_id,
            Notice.community_id == community_id,
            Notice.thread_key.in_(threads),
            Delivery.notice_id == Notice.id,
            Delivery.state == "due",
            Delivery.channel.in_(["wechat", "digest"]),
            has_newer,
            *_within(block),
        )
        .values(state="cancelled", reason="superseded", due_at=None, finished_at=now)
        .returning(Delivery.subscription_id, Delivery.unsure)
        .execution_options(synchronize_session=False)
    ).all()
    return_messages([held for held, unsure in cancelled if held and not unsure])


def _within(block: tuple[UUID | None, UUID] | None) -> list[ColumnElement[bool]]:
    if block is None:
        return []
    after, upto = block
    lower = [] if after is None else [Delivery.resident_id > after]
    return [*lower, Delivery.resident_id <= upto]


def _new_id(now: datetime) -> ColumnElement[UUID]:
    """A UUIDv7 for each row: the milliseconds of `now`, then chance."""
    stamp = f"{int(now.timestamp() * 1000):012x}7"
    chance = func.replace(cast(func.gen_random_uuid(), Text), "-", "")
    return cast(literal(stamp) + func.substr(chance, len(stamp) + 1), Uuid)


def _keyset(people: ResidentIds, after: UUID | None) -> Select[UUID]:
    everybody = people.subquery()
    person = list(everybody.c)[0]  # noqa: RUF015, a column collection, not a list
    ids = select(person.label("id")).distinct().order_by(person)
    return ids if after is None else ids.where(person > after)


def _planned(recipients: Recipients, plan: Plan) -> Any:
    """The recipients, each with a lane, a mode and whether a card can reach them.

    Joined and grouped, not asked person by person: without fresh statistics PostgreSQL takes a
    block for one row, and a question asked once may scan a table, asked 5,000 times it may not.
    """
    one = recipients.subquery()
    person = one.c.resident_id
    chosen = (
        select(NoticePreference.mode)
        .where(NoticePreference.resident_id == person, NoticePreference.topic == plan.kind)
        .scalar_subquery()
    )
    mode: ColumnElement[str] = func.coalesce(chosen, plan.mode)
    if plan.forced:
        mode = case((mode == "inbox", "inbox"), else_="now")
    last_byte = func.get_byte(func.uuid_send(person), 15)
    return (
        select(
            one.c.community_id,
            one.c.notice_id,
            person,
            last_byte.op("&", return_type=Integer())(LANES - 1).label("lane"),
            mode.label("mode"),
            and_(has_phone(), ~withdrew(person)).label("may_get_cards"),
            has_message().label("has_message"),
        )
        .select_from(one)
        .outerjoin(WechatIdentity, WechatIdentity.resident_id == person)
        .outerjoin(Subscription, is_message_of(WechatIdentity.id, plan.template_id))
        .group_by(one.c.community_id, one.c.notice_id, person)
        .cte("who")
        .prefix_with("MATERIALIZED")
    )


def _due_at(channel: Any, lane: Any, plan: Plan) -> ColumnElement[Any]:
    stagger = lane * text(f"interval '{int(plan.release.seconds_per_lane)} seconds'")
    at = literal(plan.release.at, DateTime(timezone=True))
    return case(
        (channel == "wechat", at + stagger),
        (channel == "digest", literal(plan.digest_at, DateTime(timezone=True))),
        else_=cast(null(), DateTime(timezone=True)),
    )
