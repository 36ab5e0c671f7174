"""A yearly settlement: planned by one, announced by another, run line by line, once."""

from datetime import date
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.ledger.actions import pay, special_account
from backend.ledger.models import (
    SYSTEM_ID,
    Asset,
    Code,
    InsufficientPoints,
    OwnerKind,
    Source,
)
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import Settlement, SettlementLine
from backend.virtue_bank.notices import settlements as notices
from backend.virtue_bank.queries import settlements as queries
from backend.virtue_bank.queries.families import adults_of_account, membership_of
from backend.virtue_bank.rules import settlements as rules

POLICY, NOTICE_DAYS = "points.expire_by_year", "points.settlement_notice_days"
OBJECT = "settlement"
ANNOUNCERS = ("committee_member", "chair")
LINES_AT_A_TIME = 200


def plan_settlement(caller: Caller, *, year: int, expires_on: date) -> Settlement:
    """Foresee that what was earned until the end of `year` expires when `expires_on` begins."""
    community_id = community_of(caller)
    queries.hold_settlements(community_id)
    settlement = Settlement(
        community_id=community_id,
        cutoff_at=rules.year_end(year),
        expires_on=expires_on,
        planned_by=caller.resident_id,
    )
    rules.check_plan(
        expires_by_year=bool(setting_on(community_id, POLICY, expires_on)),
        cutoff_at=settlement.cutoff_at,
        last_cutoff=queries.last_cutoff(community_id, settlement.asset),
        underway=queries.is_underway(community_id, settlement.asset),
        expires_on=expires_on,
        today=today(),
        notice_days=setting_on(community_id, NOTICE_DAYS, today()),
    )
    db.session.add(settlement)
    db.session.flush()
    witness(
        caller,
        "settlement.planned",
        OBJECT,
        settlement.id,
        year=year,
        expires_on=expires_on.isoformat(),
    )
    announce_all(
        [
            notices.to_announce(settlement, each)
            for each in holder_ids(community_id, *ANNOUNCERS)
            if each != caller.resident_id
        ]
    )
    return settlement


def announce_settlement(caller: Caller, settlement_id: UUID) -> Settlement:
    """Write down for every holder the most that may expire; each is told by the next run.

    What was earned before the cut-off is known by now, so nothing is added later. What open
    orders hold is counted in here, for they may be given up; it does not expire while they wait.
    """
    settlement = queries.lock_settlement(community_of(caller), settlement_id)
    rules.check_announcement(
        state=settlement.state,
        planned_by=settlement.planned_by,
        announces=caller.resident_id,
        cutoff_at=settlement.cutoff_at,
        now=utc_now(),
        expires_on=settlement.expires_on,
        today=today(),
        notice_days=setting_on(settlement.community_id, NOTICE_DAYS, today()),
    )
    settlement.state = "announced"
    settlement.announced_by, settlement.announced_at = caller.resident_id, utc_now()
    found = queries.holdings(settlement.community_id, settlement.asset, settlement.cutoff_at)
    lines = [
        SettlementLine(
            community_id=settlement.community_id,
            settlement_id=settlement.id,
            account_id=each.account_id,
            owner_kind=each.owner_kind,
            owner_id=each.owner_id,
            announced=most,
        )
        for each in found
        if (most := rules.expiring(earned=each.earned, debits=each.debits, pending=0))
    ]
    db.session.add_all(lines)
    witness(caller, "settlement.announced", OBJECT, settlement.id, lines=len(lines))
    db.session.flush()
    return settlement


def drop_settlement(caller: Caller, settlement_id: UUID, *, reason: str) -> Settlement:
    """Give it up before its day; whoever was told hears that it is off."""
    settlement = queries.lock_settlement(community_of(caller), settlement_id)
    rules.check_droppable(settlement.state)
    was_announced = settlement.state == "announced"
    settlement.state = "dropped"
    settlement.dropped_by, settlement.dropped_reason = caller.resident_id, reason
    if was_announced:
        announce(notices.settlement_dropped(settlement))
    witness(caller, "settlement.dropped", OBJECT, settlement.id)
    db.session.flush()
    return settlement


def tell_holders(community_id: UUID, settlement_id: UUID) -> int:
    """Tell the next holders what may expire; how many lines that were."""
    settlement = queries.find_settlement(community_id, settlement_id)
    if settlement.state not in {"announced", "running"}:
        return 0
    lines = queries.lock_untold(community_id, settlement_id, LINES_AT_A_TIME)
    for line in lines:
        line.told_at = utc_now()
        announce_all(
            [notices.points_will_expire(settlement, line, each) for each in _holders(line)]
        )
    return len(lines)


def begin(community_id: UUID, settlement_id: UUID) -> bool:
    """Its day has come: from now on it is not dropped. Whether there is something to run."""
    settlement = queries.lock_settlement(community_id, settlement_id)
    if settlement.state == "announced" and settlement.expires_on <= today():
        settlement.state = "running"
    return settlement.state == "running"


def settle_line(community_id: UUID, line_id: UUID) -> None:
    """Let expire what of the line is neither spent nor held by now; a settled line stays.

    A frozen account gives nothing; the next settlement counts all of it again.

    Raises:
        InsufficientPoints, AccountFrozen: the account has moved since it was read.
    """
    line = queries.lock_line(community_id, line_id)
    if line.settled_at is not None:
        return
    settlement = queries.find_settlement(community_id, line.settlement_id)
    now = queries.holding(community_id, settlement.asset, line.account_id, settlement.cutoff_at)
    left = rules.expiring(earned=now.earned, debits=now.debits, pending=now.pending)
    expired = min(line.announced, left)
    line.was_frozen = now.frozen
    amount = 0 if now.frozen else expired
    sink = special_account(community_id, Asset(settlement.asset), OwnerKind.EXPIRED_SINK)
    if amount:
        line.transfer_id = pay(
            community_id,
            asset=Asset(settlement.asset),
            code=Code.EXPIRE,
            debit_id=line.account_id,
            credit_id=sink,
            amount=amount,
            source=Source.SETTLEMENT_LINE,
            source_id=line.id,
            actor_id=SYSTEM_ID,
            approver_id=settlement.announced_by,
        ).transfer_id
    line.expired, line.settled_at = amount, utc_now()
    if amount:
        _check_unmoved(settlement, line.account_id, amount)
        announce_all([notices.points_expired(settlement, line, each) for each in _holders(line)])


def _check_unmoved(settlement: Settlement, account_id: int, amount: int) -> None:
    """Look once more, for now the account is held: what was earned since pays for nothing."""
    now = queries.holding(
        settlement.community_id, settlement.asset, account_id, settlement.cutoff_at
    )
    left = rules.expiring(earned=now.earned, debits=now.debits - amount, pending=now.pending)
    if left < amount:
        raise InsufficientPoints


def finish(community_id: UUID, settlement_id: UUID) -> bool:
    """Done once every line is settled; whether it is."""
    settlement = queries.lock_settlement(community_id, settlement_id)
    if settlement.state != "running":
        return settlement.state == "done"
    if queries.open_lines(community_id, settlement_id, above=0, limit=1):
        return False
    settlement.state, settlement.done_at = "done", utc_now()
    record(
        "settlement.done",
        object_type=OBJECT,
        object_id=settlement.id,
        community_id=community_id,
        detail={},
    )
    return True


def settlements_told(caller: Caller, settlements: list[Settlement]) -> list[dict[str, object]]:
    """With each settlement what the caller's own account and the family's have in it.

    Of a family one was only asked to join there is nothing.
    """
    community_id = community_of(caller)
    member = membership_of(community_id, caller.resident_id)
    owners = [caller.resident_id]
    if member is not None and member.consented_at is not None:
        owners.append(member.family_id)
    lines = queries.lines_of_owners(community_id, [each.id for each in settlements], owners)
    return [
        {
            "settlement": each,
            "own": [line for line in lines if line.settlement_id == each.id],
        }
        for each in settlements
    ]


def _holders(line: SettlementLine) -> list[UUID]:
    """Whoever is told of the account: the person, or every adult of the family."""
    if line.owner_kind == int(OwnerKind.FAMILY):
        return list(adults_of_account(line.community_id, line.account_id))
    return [line.owner_id]
