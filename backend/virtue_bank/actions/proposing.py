"""A batch before anybody has looked at it: what others propose, and what is typed from paper."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today
from backend.database import db
from backend.days import month_of
from backend.notifications.actions import announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import GRID_ROLES, holder_ids, roles_of
from backend.residents.queries.people import close_to, household_ids_of
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import GrantBatch, GrantLine, ProposedLine, RuleItem
from backend.virtue_bank.notices import batches as notices
from backend.virtue_bank.queries import batches as queries
from backend.virtue_bank.rules import batches as rules

REVIEW_DAYS = "points.batch_review_working_days"


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
    month = month_of(earned_on)
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
        month_of(period),
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


def due_anew(batch: GrantBatch) -> None:
    """Whoever is next has the days of a review from today."""
    batch.due_at = in_working_days(batch.community_id, REVIEW_DAYS)
    batch.overdue_told_at = None


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
    due_anew(batch)
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
