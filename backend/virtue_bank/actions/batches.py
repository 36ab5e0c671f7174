"""A batch until it hangs on the board: proposed, reviewed, approved, or cancelled."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.ledger.actions import hold, open_account, void_hold
from backend.ledger.models import Asset, BudgetSpent, Code, OwnerKind, Source
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import GRID_ROLES, holder_ids, roles_of
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import close_to, household_ids_of, masked_names, names
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import GrantBatch, GrantLine, ProposedLine, RuleItem
from backend.virtue_bank.notices import batches as notices
from backend.virtue_bank.queries import batches as queries
from backend.virtue_bank.queries.budgets import quota_of
from backend.virtue_bank.queries.thanks_objections import close_objections_of_lines
from backend.virtue_bank.rules import batches as rules

COMMITTEE = ("committee_member", "chair")
REVIEW_DAYS = "points.batch_review_working_days"
BOARD_DAYS = "points.batch_publicity_working_days"


def propose_batch(
    community_id: UUID,
    kind: str,
    lines: Sequence[ProposedLine],
    *,
    earned_on: date | None = None,
    note: str = "",
) -> GrantBatch | None:
    """Draft what another part of the house found worth thanks; a grid worker reviews it.

    Nothing where the sheet of that day has no item for it, or nobody is left: staff, people who
    do not live here and grounds that earned before are left out. Proposed twice it is one batch.
    """
    earned_on = earned_on or today()
    month = earned_on.replace(day=1)
    item = queries.item_of_kind(community_id, kind, earned_on)
    if item is None or not lines:
        return None
    queries.hold_proposing(community_id)
    residents, staff = _standing(community_id, lines)
    fresh = _fresh(community_id, lines, month)
    wanted = rules.may_get(fresh, residents=residents, staff=staff)
    if not wanted:
        return None
    points = {
        line.resident_id: rules.points_of(
            line.points and min(line.points, item.points_max),
            points=item.points,
            points_max=item.points_max,
        )
        for line in wanted
    }
    batch = _draft(community_id, kind, item, month, note=note, lines=wanted, points=points)
    record(
        "grant_batch.drafted",
        object_type="grant_batch",
        object_id=batch.id,
        community_id=community_id,
        detail={"kind": kind, "lines": len(wanted)},
    )
    return batch


def write_batch(
    caller: Caller, *, kind: str, period: date, note: str, lines: Sequence[dict[str, Any]]
) -> GrantBatch:
    """Draft a batch by hand, from what is on paper: each line says why.

    Raises:
        NotEarnedYet, NoItemForIt, NothingToGive, NamedTwice, NotAResident, IsStaff
        PointsAboveSheet
        OwnBusiness: the writer or somebody near them is on the list.
    """
    community_id = community_of(caller)
    rules.check_earned(period, today())
    item = item_of(community_id, kind, period)
    queries.hold_proposing(community_id)
    batch_basis = [
        ProposedLine(
            resident_id=line["resident_id"],
            basis_kind="paper",
            basis_id=line["resident_id"],
            note=line["basis_note"],
            points=line["points"],
        )
        for line in lines
    ]
    residents, staff = _standing(community_id, batch_basis)
    rules.check_lines(batch_basis, residents=residents, staff=staff)
    people = [line.resident_id for line in batch_basis]
    rules.check_not_near(caller.resident_id, people=people, near=close_to(community_id, caller))
    points = {
        line.resident_id: rules.points_of(
            line.points, points=item.points, points_max=item.points_max
        )
        for line in batch_basis
    }
    batch = _draft(
        community_id,
        kind,
        item,
        period.replace(day=1),
        note=note,
        lines=batch_basis,
        points=points,
        prepared_by=caller.resident_id,
    )
    witness(
        caller,
        "grant_batch.drafted",
        "grant_batch",
        batch.id,
        kind=kind,
        lines=len(batch_basis),
    )
    return batch


def review_batch(
    caller: Caller, batch_id: UUID, *, row_version: int, strikes: Sequence[dict[str, Any]]
) -> GrantBatch:
    """A grid worker has looked at every line, and strikes what is wrong with a reason.

    Raises:
        StaleBatch, BatchMoved, LineMoved, NobodyLeft, SameHands
        OwnBusiness: a line goes to the reviewer or somebody near them.
    """
    community_id = community_of(caller)
    batch = queries.lock_batch(community_id, batch_id)
    rules.check_version(row_version, batch.row_version)
    lines = {line.id: line for line in queries.lock_lines(community_id, batch_id)}
    reasons = {strike["line_id"]: strike["reason"] for strike in strikes}
    rules.check_review(
        batch.state,
        lines={line.id: line.state for line in lines.values()},
        strikes=reasons.keys(),
    )
    _check_passer(caller, batch, [line.resident_id for line in lines.values()])
    for line_id, reason in reasons.items():
        strike(lines[line_id], reason, by_id=caller.resident_id)
    _due_anew(batch)
    batch.state, batch.reviewed_by, batch.reviewed_at = "reviewed", caller.resident_id, utc_now()
    batch.row_version += 1
    witness(
        caller,
        "grant_batch.reviewed",
        "grant_batch",
        batch.id,
        struck=[str(id_) for id_ in reasons],
    )
    others = {batch.prepared_by, caller.resident_id}
    announce_all(
        [
            notices.to_approve(batch, each)
            for each in holder_ids(community_id, *COMMITTEE)
            if each not in others
        ]
    )
    db.session.flush()
    return batch


def approve_batch(caller: Caller, batch_id: UUID, *, row_version: int) -> GrantBatch:
    """A member of the committee lets it hang on the board; the own quota covers the total.

    Raises:
        StaleBatch, BatchMoved, SameHands, OwnBusiness
        BudgetSpent: this month's quota of the approver does not hold so much.
    """
    community_id = community_of(caller)
    batch = queries.lock_batch(community_id, batch_id)
    rules.check_version(row_version, batch.row_version)
    rules.check_approval(batch.state)
    lines = queries.lock_lines(community_id, batch_id, states=["standing"])
    _check_passer(caller, batch, [line.resident_id for line in lines])
    quota = quota_of(community_id, caller.resident_id, today())
    if quota is None or quota.account_id is None:
        raise BudgetSpent("您本月没有额度，请有额度的同事批准，或先申请额度。")
    total = sum(line.points for line in lines)
    account_id = open_account(community_id, Asset.POINTS, OwnerKind.QUOTA, batch.id)
    shown_until = _after(setting_on(community_id, BOARD_DAYS, today()))
    batch.state, batch.approved_by, batch.approved_at = "publicity", caller.resident_id, utc_now()
    batch.quota_id, batch.account_id, batch.due_at = quota.id, account_id, None
    batch.shown_until = shown_until
    batch.row_version += 1
    witness(caller, "grant_batch.approved", "grant_batch", batch.id, points=total, lines=len(lines))
    announce(notices.lines_shown(batch))
    return _held(batch, quota.account_id, total)


def cancel_batch(caller: Caller, batch_id: UUID, *, reason: str) -> GrantBatch:
    """The whole batch is dropped, with a reason; nothing of it was paid.

    Raises:
        BatchMoved: something of it is being paid.
    """
    community_id = community_of(caller)
    batch = queries.lock_batch(community_id, batch_id)
    rules.check_cancel(batch.state)
    was_shown = batch.state == "publicity"
    lines = queries.lock_lines(community_id, batch_id, states=["standing", "objected"])
    for line in lines:
        strike(line, f"整批取消：{reason}", by_id=None)
    close_objections_of_lines(community_id, [line.id for line in lines], utc_now())
    batch.state, batch.cancelled_by, batch.cancel_reason = (
        "cancelled",
        caller.resident_id,
        reason,
    )
    batch.closed_at, batch.due_at = utc_now(), None
    batch.row_version += 1
    witness(caller, "grant_batch.cancelled", "grant_batch", batch.id, was_shown=was_shown)
    if was_shown:
        announce_all([notices.line_struck(batch, line) for line in lines])
    db.session.flush()
    if batch.hold_id is not None:
        void_hold(
            community_id,
            hold_id=batch.hold_id,
            code=Code.ALLOT,
            source=Source.GRANT_LINE,
            source_id=batch.id,
            actor_id=caller.resident_id,
        )
    return batch


def tell_overdue() -> None:
    """Tell the chairs, once for each step, what nobody reviewed or approved in time."""
    for batch in queries.lock_overdue_batches(utc_now()):
        announce_all(
            [notices.overdue(batch, each) for each in holder_ids(batch.community_id, "chair")]
        )
        batch.overdue_told_at = utc_now()


def strike(line: GrantLine, reason: str, *, by_id: UUID | None) -> None:
    """The line gives nothing any more; its ground may be proposed again."""
    line.state, line.struck_reason, line.failure = "struck", reason, None
    line.struck_by = by_id


def item_of(community_id: UUID, kind: str, on: date) -> RuleItem:
    """The item of that day's sheet: nothing is thanked for under a rule that came later.

    Raises:
        NoItemForIt: no sheet was in force, or it has none of this kind.
    """
    item = queries.item_of_kind(community_id, kind, on)
    if item is None:
        raise rules.NoItemForIt("请先在积分细则里写入这一类事项，经会议通过后再发放。")
    return item


def staff_among(people: Collection[UUID]) -> set[UUID]:
    """Those who hold an office, here or elsewhere; helping neighbours are none."""
    return {person for person, roles in roles_of(people).items() if rules.is_staff(roles)}


def batches_told(community_id: UUID, batches: Sequence[GrantBatch]) -> list[dict[str, Any]]:
    """Each batch with its item, how many lines it has and what they come to."""
    sums = queries.points_of(community_id, [batch.id for batch in batches])
    items = queries.items_of(community_id, {batch.item_id for batch in batches})
    return [
        {
            "batch": batch,
            "title": notices.title_of(batch),
            "item_title": items[batch.item_id].title,
            "lines": sums.get(batch.id, (0, 0))[0],
            "points": sums.get(batch.id, (0, 0))[1],
        }
        for batch in batches
    ]


def lines_told(lines: Sequence[GrantLine]) -> list[dict[str, Any]]:
    """Each line with whose it is, for those who review and approve."""
    people = names([line.resident_id for line in lines])
    return [{"line": line, "person": people.get(line.resident_id, "")} for line in lines]


def board_told(
    rows: Sequence[tuple[GrantLine, GrantBatch]],
) -> list[dict[str, Any]]:
    """Each line as it hangs on the board: half the name, what for, how much, until when."""
    people = masked_names([line.resident_id for line, _ in rows])
    return [
        {
            "id": line.id,
            "title": notices.title_of(batch),
            "person": people.get(line.resident_id, ""),
            "basis_note": line.basis_note,
            "points": line.points,
            "shown_until": batch.shown_until,
            "state": line.state,
            "state_label": line.state_label,
        }
        for line, batch in rows
    ]


def _held(batch: GrantBatch, quota_account_id: int, total: int) -> GrantBatch:
    """Put the total aside on the quota for the batch's own account."""
    if batch.approved_by is None or batch.reviewed_by is None or batch.account_id is None:
        raise rules.BatchMoved
    held = hold(
        batch.community_id,
        asset=Asset.POINTS,
        code=Code.ALLOT,
        debit_id=quota_account_id,
        credit_id=batch.account_id,
        amount=total,
        source=Source.GRANT_LINE,
        source_id=batch.id,
        actor_id=batch.reviewed_by,
        approver_id=batch.approved_by,
    )
    batch.hold_id = held.transfer_id
    db.session.flush()
    return batch


def _draft(
    community_id: UUID,
    kind: str,
    item: RuleItem,
    month: date,
    *,
    note: str,
    lines: Sequence[ProposedLine],
    points: Mapping[UUID, int],
    prepared_by: UUID | None = None,
) -> GrantBatch:
    batch = GrantBatch(
        community_id=community_id,
        kind=kind,
        item_id=item.id,
        period_start=month,
        note=note,
        prepared_by=prepared_by,
    )
    _due_anew(batch)
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(
        GrantLine(
            community_id=community_id,
            batch_id=batch.id,
            resident_id=line.resident_id,
            period_start=month,
            points=points[line.resident_id],
            basis_kind=line.basis_kind,
            basis_id=batch.id if line.basis_kind == "paper" else line.basis_id,
            basis_note=line.note,
        )
        for line in lines
    )
    announce_all(
        [
            notices.to_review(batch, each)
            for each in holder_ids(community_id, *GRID_ROLES)
            if each != prepared_by
        ]
    )
    db.session.flush()
    return batch


def _due_anew(batch: GrantBatch) -> None:
    days = setting_on(batch.community_id, REVIEW_DAYS, today())
    batch.due_at = _after(days)
    batch.overdue_told_at = None


def _after(days: int) -> datetime:
    return rules.after_working_days(today(), days, holidays())


def _check_passer(caller: Caller, batch: GrantBatch, people: Sequence[UUID]) -> None:
    rules.check_hands(caller.resident_id, others=[batch.prepared_by, batch.reviewed_by])
    near = close_to(batch.community_id, caller)
    rules.check_not_near(caller.resident_id, people=people, near=near)


def _standing(
    community_id: UUID, lines: Sequence[ProposedLine]
) -> tuple[Collection[UUID], Collection[UUID]]:
    """Of those named, who lives here and who holds an office."""
    people = [line.resident_id for line in lines]
    return household_ids_of(community_id, people).keys(), staff_among(people)


def _fresh(community_id: UUID, lines: Sequence[ProposedLine], month: date) -> list[ProposedLine]:
    """Those whose ground has not earned them anything yet."""
    given = queries.taken(community_id, lines, month)
    return [
        line for line in lines if (line.basis_kind, line.basis_id, line.resident_id) not in given
    ]
