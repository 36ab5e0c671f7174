"""What the timetable does to deeds: credit what hung its days, let lapse, tell what is late."""

from datetime import timedelta
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.files.actions import empty
from backend.ledger.actions import post_hold
from backend.ledger.models import SYSTEM_ID, Code, Source
from backend.ledger.queries import is_frozen
from backend.notifications.actions import announce
from backend.residents.queries.holders import holder_ids
from backend.virtue_bank.actions.deed_moves import SYSTEM, move
from backend.virtue_bank.actions.deeds import free_pictures
from backend.virtue_bank.actions.families import pass_on
from backend.virtue_bank.models import Deed
from backend.virtue_bank.notices import deeds as notices
from backend.virtue_bank.queries import deed_lists, sheets
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.queries.families import family_state
from backend.virtue_bank.queries.objections import objections_against
from backend.virtue_bank.rules.deed_states import has_hung

AT_A_TIME = 200
LAPSING = ("submitted", "returned")
ESCALATING = ("confirmed", "refuted", "second_review")
PICTURES_KEPT = timedelta(days=90)


def due_awards() -> list[tuple[UUID, UUID, UUID]]:
    """(community, deed, share) of what is to be credited now."""
    return deed_lists.shares_to_credit(utc_now(), limit=AT_A_TIME)


def credit(community_id: UUID, deed_id: UUID, share_id: UUID) -> bool:
    """Post what is held for one share, once the window is over and nothing is open.

    The deed's row is held, as it is by whoever objects: one of the two wins, never both.
    """
    deed = queries.lock_deed(community_id, deed_id)
    if deed.state == "publicity" and not _hung_its_days(deed):
        return False
    if deed.state not in {"publicity", "credited"}:
        return False
    share = queries.lock_share(community_id, share_id)
    if share.posted_id is not None or share.hold_id is None:
        return False
    if share.points is None or share.account_id is None:
        return False
    if is_frozen(community_id, share.account_id):
        return False  # since it was found due; it waits until the account is free
    if deed.state == "publicity":
        move(deed, "credited", SYSTEM)
    item = sheets.item(community_id, deed.item_id)
    # Of several who acted, a neighbour who is of no family keeps the own points.
    family = family_state(community_id, share.account_id) if deed.credit_to == "family" else None
    db.session.flush()
    announce(notices.credited(deed, share, item.title, today(), to_family=family == "live"))
    share.posted_id = post_hold(
        community_id,
        hold_id=share.hold_id,
        amount=share.points,
        code=Code.AWARD,
        source=Source.DEED_SHARE,
        source_id=share.id,
        actor_id=SYSTEM_ID,
        approver_id=deed.second_by or deed.decided_by,
    ).transfer_id
    if family == "closed":  # since it was held for it
        pass_on(
            community_id,
            share.account_id,
            to=share.acted_id,
            points=share.points,
            source_id=share.id,
            by=SYSTEM_ID,
        )
    return True


def due_deeds() -> list[tuple[UUID, UUID]]:
    """(community, deed) of what nobody proved, completed or reviewed in time."""
    return deed_lists.due_page(utc_now(), states=(*LAPSING, *ESCALATING), limit=AT_A_TIME)


def let_lapse_or_tell(community_id: UUID, deed_id: UUID) -> None:
    """What waits for residents lapses; what waits for staff is told upwards, once."""
    deed = queries.lock_deed(community_id, deed_id)
    if deed.due_at is None or deed.due_at > utc_now():
        return
    if deed.state in LAPSING:
        move(deed, "lapsed", SYSTEM)
        free_pictures(deed)
        announce(notices.lapsed(deed))
    elif deed.state in ESCALATING and deed.overdue_told_at is None:
        deed.overdue_told_at = utc_now()
        above = ("street_clerk",) if deed.state == "second_review" else ("chair",)
        for person in holder_ids(community_id, *above):
            announce(notices.overdue_to_overseer(deed, person))
        announce(notices.overdue_to_claimant(deed))


def let_pictures_go() -> None:
    """Ninety days after the decision the pictures go; their hashes stay."""
    before = utc_now() - PICTURES_KEPT
    for community_id, file_id in deed_lists.pictures_to_empty(before, limit=AT_A_TIME):
        empty(community_id, [file_id])


def _hung_its_days(deed: Deed) -> bool:
    is_over = has_hung(deed.display_until, utc_now())
    return is_over and all(each.state == "closed" for each in objections_against(deed))
