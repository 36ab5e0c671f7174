"""One deed: what belongs to it, who has to do with it, and what is like it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value

from backend.database import db, tell
from backend.errors import NotFound
from backend.residents.models import Building, Consent, Resident
from backend.virtue_bank.models import (
    Deed,
    DeedEvent,
    DeedFile,
    DeedSerial,
    DeedShare,
    DeedWitness,
    RuleItem,
)
from backend.virtue_bank.models.deeds import NOT_COUNTING

ON_THE_BOARD = ("publicity", "objected")
HONOUR_LIST = "honour_list"  # the consent to be named
DRAFTS_AT_A_TIME = 200

_AROUND = """
SELECT ARRAY(SELECT resident_id FROM deed_witness
              WHERE community_id = :community_id AND deed_id = :deed_id
                AND resident_id IS NOT NULL) AS asked,
       ARRAY(SELECT hand FROM deed_confirmation,
                    unnest(ARRAY[resident_id, CASE basis WHEN 'proxy' THEN recorded_by END]) hand
              WHERE community_id = :community_id AND deed_id = :deed_id AND round = :round
                AND hand IS NOT NULL) AS said,
       ARRAY(SELECT by_id FROM deed_event
              WHERE community_id = :community_id AND deed_id = :deed_id
                AND to_state = 'rejected' AND by_id IS NOT NULL) AS turned_down_by
"""
_TITLES = """
SELECT title AS item,
       coalesce((SELECT name FROM building
                  WHERE community_id = :community_id AND id = :building_id), '') AS building
  FROM rule_item WHERE community_id = :community_id AND id = :item_id
"""
_HELD = """
UPDATE deed_share SET hold_id = :hold_id WHERE community_id = :community_id AND id = :id
"""


@dataclass(frozen=True, kw_only=True)
class Around:
    """Who has to do with a deed besides those it names itself."""

    asked: frozenset[UUID]
    said: frozenset[UUID]  # of its present wording
    turned_down_by: frozenset[UUID]


def next_number(community_id: UUID, year: int) -> int:
    """The next receipt number of the year.

    Its row is held until the transaction ends: whoever submits next sees what this one did.
    """
    count = insert(DeedSerial).values(community_id=community_id, year=year, last_no=1)
    number: int | None = db.session.scalar(
        count.on_conflict_do_update(
            index_elements=["community_id", "year"],
            set_={"last_no": DeedSerial.last_no + 1},
        ).returning(DeedSerial.last_no)
    )
    if number is None:
        raise NotFound
    return number


def hold_numbers(community_id: UUID, year: int) -> None:
    """Let nobody else submit until the transaction ends, without taking a number."""
    db.session.get(DeedSerial, (community_id, year), with_for_update=True, populate_existing=True)


def hold_slips(community_id: UUID) -> None:
    """Let nobody else type a slip here until the transaction ends."""
    lock = func.hashtextextended(f"deed_slip:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def lock_drafts(now: datetime) -> Sequence[Deed]:
    """Drafts past their day, held; those somebody is working on are left out."""
    drafts = select(Deed).where(Deed.state == "draft", Deed.due_at <= now)
    return db.session.scalars(
        drafts.order_by(Deed.due_at).limit(DRAFTS_AT_A_TIME).with_for_update(skip_locked=True)
    ).all()


def find_deed(community_id: UUID, deed_id: UUID) -> Deed:
    """One deed of the community.

    Raises:
        NotFound: there is none.
    """
    return _found(db.session.get(Deed, (community_id, deed_id)))


def lock_deed(community_id: UUID, deed_id: UUID) -> Deed:
    """As `find_deed`, held until the transaction ends."""
    return _found(
        db.session.get(
            Deed,
            (community_id, deed_id),
            with_for_update={"key_share": True},
            populate_existing=True,
        )
    )


def shares_of(deed: Deed) -> Sequence[DeedShare]:
    return shares_of_deeds(deed.community_id, [deed.id]).get(deed.id, [])


def shares_of_deeds(community_id: UUID, deed_ids: Collection[UUID]) -> dict[UUID, list[DeedShare]]:
    """The people who acted, by deed, in one statement."""
    rows = db.session.scalars(
        select(DeedShare)
        .where(DeedShare.community_id == community_id, DeedShare.deed_id.in_(deed_ids))
        .order_by(DeedShare.id)
    )
    found: dict[UUID, list[DeedShare]] = {}
    for share in rows:
        found.setdefault(share.deed_id, []).append(share)
    return found


def witnesses_of(deed: Deed) -> Sequence[DeedWitness]:
    """Who is asked, in the order they were named."""
    asked = select(DeedWitness).where(
        DeedWitness.community_id == deed.community_id, DeedWitness.deed_id == deed.id
    )
    return db.session.scalars(asked.order_by(DeedWitness.id)).all()


def files_of(deed: Deed) -> Sequence[DeedFile]:
    kept = select(DeedFile).where(
        DeedFile.community_id == deed.community_id, DeedFile.deed_id == deed.id
    )
    return db.session.scalars(kept.order_by(DeedFile.id)).all()


def events_of(deed: Deed) -> Sequence[DeedEvent]:
    """All moves, oldest first."""
    moves = select(DeedEvent).where(
        DeedEvent.community_id == deed.community_id, DeedEvent.deed_id == deed.id
    )
    return db.session.scalars(moves.order_by(DeedEvent.id)).all()


def around(deed: Deed) -> Around:
    """Who is asked, who has said something, and who has rejected it before, in one statement."""
    told = {"community_id": deed.community_id, "deed_id": deed.id, "round": deed.round}
    (found,) = tell(_AROUND, told)
    return Around(**{name: frozenset(people) for name, people in found.items()})


def note_hold(share: DeedShare, hold_id: int) -> None:
    """Which transfer holds the share's points: at once, and nothing else of the share."""
    tell(_HELD, {"community_id": share.community_id, "id": share.id, "hold_id": hold_id})
    set_committed_value(share, "hold_id", hold_id)


def state_since(deed: Deed, state: str) -> datetime | None:
    """When it last came to that state."""
    return db.session.scalar(
        select(DeedEvent.created_at)
        .where(
            DeedEvent.community_id == deed.community_id,
            DeedEvent.deed_id == deed.id,
            DeedEvent.to_state == state,
        )
        .order_by(DeedEvent.id.desc())
        .limit(1)
    )


def left_the_board(deed: Deed) -> datetime | None:
    """When it last ceased to hang: for an objection, or to be looked at again."""
    return db.session.scalar(
        select(DeedEvent.created_at)
        .where(
            DeedEvent.community_id == deed.community_id,
            DeedEvent.deed_id == deed.id,
            DeedEvent.from_state == "publicity",
        )
        .order_by(DeedEvent.id.desc())
        .limit(1)
    )


def is_party(deed: Deed, person_id: UUID) -> bool:
    """Whether the person claimed it, typed it, acted in it or is asked about it."""
    if person_id in {deed.actor_id, deed.filer_id}:
        return True
    acted = exists().where(
        DeedShare.community_id == deed.community_id,
        DeedShare.deed_id == deed.id,
        DeedShare.acted_id == person_id,
    )
    asked = exists().where(
        DeedWitness.community_id == deed.community_id,
        DeedWitness.deed_id == deed.id,
        DeedWitness.resident_id == person_id,
    )
    return bool(db.session.scalar(select(or_(acted, asked))))


def twin_of(deed: Deed) -> Deed | None:
    """Another deed that claims the same and counts."""
    return db.session.scalar(
        select(Deed).where(
            Deed.community_id == deed.community_id,
            Deed.once_key == deed.once_key,
            Deed.id != deed.id,
            Deed.state.not_in(NOT_COUNTING),
        )
    )


def is_slip_taken(community_id: UUID, slip_no: str, *, besides: UUID) -> bool:
    taken = exists().where(
        Deed.community_id == community_id, Deed.slip_no == slip_no, Deed.id != besides
    )
    return bool(db.session.scalar(select(taken)))


def take_picture(picture: DeedFile) -> bool:
    """Add the row unless this picture was ever used here; whether it was added."""
    values = {column.name: getattr(picture, column.name) for column in DeedFile.__table__.columns}
    added = insert(DeedFile).values(values)
    return (
        db.session.scalar(
            added.on_conflict_do_nothing(index_elements=["community_id", "sha256"]).returning(
                DeedFile.id
            )
        )
        is not None
    )


def drop_pictures(deed: Deed, file_ids: Collection[UUID]) -> None:
    """Take pictures from a deed, so that they may be used again."""
    db.session.execute(
        delete(DeedFile).where(
            DeedFile.community_id == deed.community_id,
            DeedFile.deed_id == deed.id,
            DeedFile.file_id.in_(file_ids),
        )
    )


def clear_people(deed: Deed) -> None:
    """Take out who acted and who is asked, to write them anew."""
    for table in (DeedShare, DeedWitness):
        db.session.execute(
            delete(table).where(table.community_id == deed.community_id, table.deed_id == deed.id)
        )


def drop_draft(deed: Deed) -> None:
    """Delete a deed nobody else has seen, with its people; its pictures are taken before."""
    clear_people(deed)
    db.session.delete(deed)
    db.session.flush()


def people_as_shown(
    resident_ids: Iterable[UUID],
) -> dict[UUID, tuple[str | None, int | None, bool]]:
    """(name, year of birth, whether they consent to be named) of each, in one statement."""
    consents = exists().where(
        Consent.resident_id == Resident.id,
        Consent.purpose == HONOUR_LIST,
        Consent.withdrawn_at.is_(None),
    )
    rows = db.session.execute(
        select(Resident.id, Resident.name, Resident.born_year, consents).where(
            Resident.id.in_(set(resident_ids))
        )
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def titles_of(
    community_id: UUID, deeds: Sequence[Deed]
) -> tuple[dict[UUID, RuleItem], dict[UUID, str]]:
    """(items by id, building names by id) of these deeds, in two statements."""
    items = db.session.scalars(
        select(RuleItem).where(
            RuleItem.community_id == community_id,
            RuleItem.id.in_({deed.item_id for deed in deeds}),
        )
    )
    buildings = db.session.execute(
        select(Building.id, Building.name).where(
            Building.community_id == community_id,
            Building.id.in_({deed.building_id for deed in deeds if deed.building_id}),
        )
    )
    return {item.id: item for item in items}, dict(buildings.all())


def titles_of_one(deed: Deed) -> tuple[str, str]:
    """(title of the item, name of the building, if there is one)."""
    told = {
        "community_id": deed.community_id,
        "item_id": deed.item_id,
        "building_id": deed.building_id,
    }
    (found,) = tell(_TITLES, told)
    return found["item"], found["building"]


def lock_share(community_id: UUID, share_id: UUID) -> DeedShare:
    """One share, held until the transaction ends."""
    share = db.session.get(
        DeedShare, (community_id, share_id), with_for_update=True, populate_existing=True
    )
    if share is None:
        raise NotFound
    return share


def _found(deed: Deed | None) -> Deed:
    if deed is None:
        raise NotFound
    return deed
