"""When a month is over, its holders hear once what it brought."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from backend import clock
from backend.clock import SHANGHAI, today
from backend.database import db, transaction
from backend.ledger.actions import pay, reverse, special_account
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.notifications.models import Notice
from backend.virtue_bank.actions import monthly_statements as actions
from backend.virtue_bank.jobs.monthly_statements import tell_months
from tests.counting import counted_statements
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, month_end, went

HOUR = timedelta(hours=1)


def midnight() -> datetime:
    """When the month of today is over."""
    return datetime.combine(month_end(today()) + timedelta(days=1), time(), SHANGHAI)


def tell(bank: Bank, moment: datetime) -> None:
    with clock.at(moment):
        bank.run(tell_months)


def heard(bank: Bank, person: Person) -> list[tuple[str, str]]:
    """Headline and body of what the person was told about whole months."""
    with bank.app.app_context():
        found = db.session.query(Notice).filter(
            Notice.resident_id == person.id, Notice.event_key.like("points_account:%")
        )
        return [(each.headline, each.body) for each in found.order_by(Notice.id)]


def spend(bank: Bank, account_id: int, points: int, actor: Person) -> None:
    with bank.app.app_context(), transaction():
        pay(
            bank.place.id,
            asset=Asset.POINTS,
            code=Code.REDEEM,
            debit_id=account_id,
            credit_id=special_account(bank.place.id, Asset.POINTS, OwnerKind.SHOP_SINK),
            amount=points,
            source=Source.SHOP_ORDER,
            source_id=uuid4(),
            actor_id=actor.id,
        )


def test_who_got_or_spent_points_hears_of_it_once_the_month_is_over(bank: Bank) -> None:
    saver, still = bank.place.a_resident(), bank.place.a_resident()
    bank.award(saver, 30)
    spend(bank, bank.account_of(saver), 12, saver)
    bank.held(still, 5)  # what is only promised is no movement
    month, end = today().month, midnight()

    tell(bank, end + HOUR - timedelta(seconds=1))
    assert heard(bank, saver) == []
    with clock.at(end):  # the next month's first point is not in it, and not in what was left
        spend(bank, bank.account_of(saver), 3, saver)
    for later in (HOUR, 2 * HOUR, timedelta(days=9)):
        tell(bank, end + later)

    [(headline, body)] = heard(bank, saver)
    assert headline == f"{month}月积分增加30分，减少12分"
    assert "月底有18分" in body
    assert heard(bank, still) == []


def test_every_month_is_told_by_itself(bank: Bank) -> None:
    person = bank.place.a_resident()
    bank.award(person, 30)
    end = midnight()
    tell(bank, end + HOUR)
    with clock.at(end + timedelta(days=3)):
        spend(bank, bank.account_of(person), 7, person)
    tell(bank, end + timedelta(days=35))

    months = [(end - HOUR).month, end.month]
    assert [headline for headline, _ in heard(bank, person)] == [
        f"{months[0]}月积分增加30分",
        f"{months[1]}月积分减少7分",
    ]
    assert "月底有23分" in heard(bank, person)[-1][1]


def test_a_debt_is_called_one(bank: Bank) -> None:
    person = bank.place.a_resident()
    transfer_id = bank.award(person, 30)
    spend(bank, bank.account_of(person), 20, person)
    with bank.app.app_context(), transaction():
        reverse(
            bank.place.id,
            transfer_id=transfer_id,
            amount=30,
            code=Code.REVERSE,
            source=Source.REVERSAL_REQUEST,
            source_id=uuid4(),
            actor_id=bank.chair.id,
            approver_id=bank.member.id,
        )
    tell(bank, midnight() + HOUR)

    [(headline, body)] = heard(bank, person)
    assert "减少50分" in headline
    assert "月底还欠20分" in body


def test_every_adult_of_a_family_hears_of_its_account(bank: Bank) -> None:
    mother = bank.place.a_resident()
    father = bank.place.a_resident(household_id=mother.household_id)
    family = went(
        bank.now(mother).post(f"{BANK}/families", {"household_id": str(mother.household_id)}), 201
    )
    asked = {"resident_id": str(father.id), "role": "adult"}
    went(bank.now(mother).post(f"{BANK}/families/{family['id']}/members", asked))
    went(bank.now(father).post(f"{BANK}/families/{family['id']}/consent"))
    bank.award(mother, 30)
    with bank.app.app_context(), transaction():
        pay(
            bank.place.id,
            asset=Asset.POINTS,
            code=Code.AWARD,
            debit_id=bank.account_of(mother),
            credit_id=int(family["account_id"]),
            amount=8,
            source=Source.FAMILY_SPLIT,
            source_id=uuid4(),
            actor_id=mother.id,
        )
    tell(bank, midnight() + HOUR)

    month = today().month
    assert [headline for headline, _ in heard(bank, father)] == [f"{month}月家庭积分增加8分"]
    assert sorted(headline for headline, _ in heard(bank, mother)) == [
        f"{month}月家庭积分增加8分",
        f"{month}月积分增加30分，减少8分",
    ]


def test_who_is_stopped_goes_on_behind_those_already_told(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "ACCOUNTS_AT_A_TIME", 2)
    people = [bank.place.a_resident() for _ in range(5)]
    for person in people:
        bank.award(person, 4)

    with clock.at(midnight() + HOUR), bank.app.app_context():
        [(community_id, month)] = actions.months_to_tell()
        with transaction():
            assert actions.tell_next_holders(community_id, month)
        told = [person for person in people if heard(bank, person)]
        assert len(told) == 2
        bank.run(tell_months)
        assert actions.months_to_tell() == []
        with transaction():
            assert not actions.tell_next_holders(community_id, month)

    assert [len(heard(bank, person)) for person in people] == [1] * 5


def test_a_block_of_accounts_is_told_in_a_few_statements(bank: Bank) -> None:
    def statements() -> int:
        with clock.at(midnight() + HOUR), bank.app.app_context():
            [(community_id, month)] = actions.months_to_tell()
            with counted_statements(bank.app) as counted, transaction():
                actions.tell_next_holders(community_id, month)
            return len(counted)

    for _ in range(12):
        bank.award(bank.place.a_resident(), 4)

    assert statements() <= 8
