"""A budget from the resolution to the quotas of each month, and the end of the month."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.days import month_of
from backend.ledger.actions import (
    award_batch,
    open_account,
    open_community,
    pay,
    set_account,
    special_account,
)
from backend.ledger.models import Asset, Balance, BatchLine, Code, OwnerKind, Source
from backend.ledger.queries import balances
from backend.notifications.actions import announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import GRID_ROLES, holder_ids, live_holders
from backend.residents.queries.spans import between
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import Allotment, Budget, Quota
from backend.virtue_bank.notices import budgets as notices
from backend.virtue_bank.queries import budgets as queries
from backend.virtue_bank.queries.accounts import circulation
from backend.virtue_bank.queries.shop import shelf_value
from backend.virtue_bank.rules import budgets as rules
from backend.virtue_bank.rules.second import check_second

COMMITTEE = ("committee_member", "chair")
FROZEN_AT_A_TIME = 200


def propose_budget(
    caller: Caller,
    *,
    since: date,
    until: date,
    points: int,
    resolution_ref: str,
    coverage_reason: str | None = None,
) -> Budget:
    """What may be given from `since` to `until` (included), once another person confirms it."""
    community_id = community_of(caller)
    rules.check_period(since, until, today())
    period = between(since, until + timedelta(days=1))
    queries.hold_budgets(community_id)
    if queries.budget_in(community_id, period) is not None:
        raise rules.BudgetOverlaps("请先撤回那一项，或另选时段。")
    budget = Budget(
        community_id=community_id,
        period=period,
        points=points,
        resolution_ref=resolution_ref,
        proposed_by=caller.resident_id,
        coverage_reason=coverage_reason,
        shelf=shelf_value(community_id),
        circulation=circulation(community_id),
    )
    rules.check_coverage(coverage_of(budget), coverage_reason)
    db.session.add(budget)
    db.session.flush()
    witness(
        caller,
        "budget.proposed",
        "budget",
        budget.id,
        points=points,
        since=since.isoformat(),
        until=until.isoformat(),
    )
    announce_all(
        [notices.budget_to_confirm(budget, each) for each in _seconds(budget.community_id, caller)]
    )
    return budget


def confirm_budget(caller: Caller, budget_id: UUID) -> Budget:
    """The second person's word: the issuer funds the budget's account."""
    budget = queries.lock_budget(community_of(caller), budget_id)
    rules.check_waits(budget.state)
    check_second(budget.proposed_by, caller.resident_id)
    rules.check_period(budget.since, budget.until - timedelta(days=1), today())
    budget.shelf, budget.circulation = (
        shelf_value(budget.community_id),
        circulation(budget.community_id),
    )
    rules.check_coverage(coverage_of(budget), budget.coverage_reason)
    open_community(budget.community_id, Asset.POINTS)
    issuer_id = special_account(budget.community_id, Asset.POINTS, OwnerKind.ISSUER)
    account_id = open_account(budget.community_id, Asset.POINTS, OwnerKind.BUDGET, budget.id)
    budget.account_id, budget.state = account_id, "funded"
    budget.confirmed_by, budget.confirmed_at = caller.resident_id, utc_now()
    witness(
        caller,
        "budget.funded",
        "budget",
        budget.id,
        points=budget.points,
        proposed_by=str(budget.proposed_by),
        shelf=budget.shelf,
        circulation=budget.circulation,
    )
    pay(
        budget.community_id,
        asset=Asset.POINTS,
        code=Code.FUND,
        debit_id=issuer_id,
        credit_id=account_id,
        amount=budget.points,
        source=Source.BUDGET,
        source_id=budget.id,
        actor_id=budget.proposed_by,
        approver_id=caller.resident_id,
    )
    return budget


def drop_budget(caller: Caller, budget_id: UUID) -> Budget:
    """Take back what nobody has confirmed."""
    budget = queries.lock_budget(community_of(caller), budget_id)
    rules.check_waits(budget.state)
    budget.state = "dropped"
    witness(caller, "budget.dropped", "budget", budget.id)
    db.session.flush()
    return budget


def propose_quotas(
    caller: Caller, budget_id: UUID, *, month: date, quotas: Sequence[dict[str, Any]]
) -> Allotment:
    """Who may give how much in that month, once another person confirms it."""
    budget = queries.lock_budget(community_of(caller), budget_id)
    rules.check_funded(budget.state)
    month = month_of(month)
    rules.check_month(month, today=today(), since=budget.since, until=budget.until)
    points = rules.lines_of([(line["holder_id"], line["points"]) for line in quotas])
    kinds = approvers(budget.community_id)
    rules.check_lines(
        points,
        kinds=kinds,
        taken=queries.holders_with_quota(budget.community_id, month, points.keys()),
        available=_left(budget) - queries.points_proposed(budget.community_id, budget.id),
    )
    allotment = Allotment(
        community_id=budget.community_id,
        budget_id=budget.id,
        month=month,
        proposed_by=caller.resident_id,
    )
    db.session.add(allotment)
    db.session.flush()
    db.session.add_all(
        Quota(
            community_id=budget.community_id,
            budget_id=budget.id,
            allotment_id=allotment.id,
            holder_kind=kinds[holder_id],
            holder_id=holder_id,
            month=month,
            points=wanted,
        )
        for holder_id, wanted in points.items()
    )
    witness(
        caller,
        "quota.proposed",
        "allotment",
        allotment.id,
        month=month.isoformat(),
        points=sum(points.values()),
        quotas=len(points),
    )
    announce_all(
        [
            notices.allotment_to_confirm(allotment, each)
            for each in _seconds(budget.community_id, caller)
        ]
    )
    return allotment


def confirm_quotas(caller: Caller, allotment_id: UUID) -> Allotment:
    """The second person's word: every approver of the month gets an account of their own."""
    community_id = community_of(caller)
    budget, allotment = _hold(community_id, allotment_id)
    rules.check_allotment_waits(allotment.state)
    check_second(allotment.proposed_by, caller.resident_id)
    rules.check_month(allotment.month, today=today(), since=budget.since, until=budget.until)
    quotas = queries.quotas_of(community_id, [allotment.id])
    rules.check_lines(
        {quota.holder_id: quota.points for quota in quotas},
        kinds=approvers(community_id),
        taken=(),
        available=_left(budget),
    )
    for quota in quotas:
        quota.account_id = open_account(community_id, Asset.POINTS, OwnerKind.QUOTA, quota.id)
        quota.state = "live"
    allotment.state = "allotted"
    allotment.confirmed_by, allotment.confirmed_at = caller.resident_id, utc_now()
    witness(
        caller,
        "quota.allotted",
        "allotment",
        allotment.id,
        month=allotment.month.isoformat(),
        proposed_by=str(allotment.proposed_by),
    )
    announce_all([notices.quota_allotted(quota) for quota in quotas])
    award_batch(
        community_id,
        asset=Asset.POINTS,
        code=Code.ALLOT,
        debit_id=rules.funded_account(budget.account_id),
        source=Source.QUOTA,
        lines=[
            BatchLine(credit_id=quota.account_id, amount=quota.points, source_id=quota.id)
            for quota in quotas
            if quota.account_id is not None
        ],
        actor_id=allotment.proposed_by,
        approver_id=caller.resident_id,
    )
    return allotment


def drop_quotas(caller: Caller, allotment_id: UUID) -> Allotment:
    """Take back quotas nobody has confirmed; their holders may be given others."""
    community_id = community_of(caller)
    _, allotment = _hold(community_id, allotment_id)
    rules.check_allotment_waits(allotment.state)
    allotment.state = "dropped"
    for quota in queries.quotas_of(community_id, [allotment.id]):
        quota.state = "dropped"
    witness(caller, "quota.dropped", "allotment", allotment.id)
    db.session.flush()
    return allotment


def freeze_ended_quotas() -> int:
    """At the end of a month nothing more is held on its quotas; open holds still post.

    How many were frozen: the timetable comes back for the rest.
    """
    ended = queries.lock_quotas_to_freeze(month_of(today()), FROZEN_AT_A_TIME)
    for quota in ended:
        quota.state, quota.frozen_at = "frozen", utc_now()
    db.session.flush()
    for quota in ended:
        set_account(quota.community_id, rules.funded_account(quota.account_id), frozen=True)
    return len(ended)


def approvers(community_id: UUID) -> dict[UUID, str]:
    """Who may approve here today, and as what; a committee member is that first of all."""
    kinds = {}
    for person_id, held in live_holders(community_id, *GRID_ROLES, *COMMITTEE):
        if held.role in COMMITTEE:
            kinds[person_id] = "committee"
        else:
            kinds.setdefault(person_id, "grid_worker")
    return kinds


def coverage_of(budget: Budget) -> Fraction:
    return rules.coverage(budget.shelf, budget.circulation, budget.points)


def budgets_told(community_id: UUID, budgets: Sequence[Budget]) -> list[dict[str, Any]]:
    """Each budget with what is left to allot and how far the shelves cover it."""
    left = _balances(community_id, [budget.account_id for budget in budgets])
    return [
        {
            "budget": budget,
            "since": budget.since,
            "until": budget.until - timedelta(days=1),
            "coverage_percent": int(coverage_of(budget) * 100),
            "left": left[budget.account_id].available if budget.account_id is not None else None,
        }
        for budget in budgets
    ]


def allotments_told(community_id: UUID, allotments: Sequence[Allotment]) -> list[dict[str, Any]]:
    """Each allotment with its quotas."""
    quotas = quotas_told(
        community_id, queries.quotas_of(community_id, [each.id for each in allotments])
    )
    return [
        {
            "allotment": allotment,
            "quotas": [each for each in quotas if each["quota"].allotment_id == allotment.id],
        }
        for allotment in allotments
    ]


def quotas_told(community_id: UUID, quotas: Sequence[Quota]) -> list[dict[str, Any]]:
    """Each quota with what is left and what open decisions hold."""
    left = _balances(community_id, [quota.account_id for quota in quotas])
    told = []
    for quota in quotas:
        balance = left.get(quota.account_id) if quota.account_id is not None else None
        told.append(
            {
                "quota": quota,
                "available": balance.available if balance else None,
                "held": balance.pending if balance else None,
            }
        )
    return told


def _hold(community_id: UUID, allotment_id: UUID) -> tuple[Budget, Allotment]:
    """The budget first, then the allotment: always in this order."""
    found = queries.find_allotment(community_id, allotment_id)
    budget = queries.lock_budget(community_id, found.budget_id)
    return budget, queries.lock_allotment(community_id, allotment_id)


def _left(budget: Budget) -> int:
    """What of the budget no quota has been given yet."""
    account_id = rules.funded_account(budget.account_id)
    return balances(budget.community_id, [account_id])[account_id].available


def _balances(community_id: UUID, account_ids: Sequence[int | None]) -> dict[int, Balance]:
    known = [each for each in account_ids if each is not None]
    return balances(community_id, known) if known else {}


def _seconds(community_id: UUID, caller: Caller) -> list[UUID]:
    return [each for each in holder_ids(community_id, *COMMITTEE) if each != caller.resident_id]
