"""What people have, and who may read it."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today
from backend.database import db
from backend.ledger.models import OwnerKind
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, Bank, noon, refused, went


def statement(bank: Bank, person: Person, **asked: Any) -> dict[str, Any]:
    told: dict[str, Any] = went(
        person.get(f"{BANK}/accounts/{bank.account_of(person)}/statement", **asked)
    )
    return told


def test_who_never_earned_anything_has_no_account_yet(bank: Bank) -> None:
    assert went(bank.place.a_resident().get(f"{BANK}/me/accounts")) == {"items": []}


def test_the_holder_sees_what_is_free(bank: Bank) -> None:
    person = bank.place.a_resident()
    bank.award(person, 30)

    assert went(person.get(f"{BANK}/me/accounts"))["items"] == [
        {
            "id": bank.account_of(person),
            "asset": "points",
            "owner": "person",
            "available": 30,
            "pending": 0,
            "debt": 0,
            "frozen": False,
            "on_board": 0,
            "hung": 0,
        }
    ]


def test_a_statement_tells_every_line_with_its_balance_newest_first(bank: Bank) -> None:
    person = bank.place.a_resident()
    for points in (10, 20, 5):
        bank.award(person, points)

    told = statement(bank, person)

    assert [(line["change"], line["balance"]) for line in told["lines"]] == [
        (5, 35),
        (20, 30),
        (10, 10),
    ]
    assert {(line["title"], line["kind"], line["block"]) for line in told["lines"]} == {
        ("善行积分", "single", None)
    }
    assert (told["next"], told["account"]["available"]) == (None, 35)
    assert told["to"] == str(today())


def test_pages_of_a_statement_join_without_gap(bank: Bank) -> None:
    person = bank.place.a_resident()
    for points in range(1, 8):
        bank.award(person, points)

    lines, older = [], None
    while True:
        told = statement(bank, person, limit=3, **({"before": older} if older else {}))
        lines += told["lines"]
        older = told["next"]
        if older is None:
            break

    assert [line["change"] for line in lines] == [7, 6, 5, 4, 3, 2, 1]
    assert [line["balance"] for line in lines] == [28, 21, 15, 10, 6, 3, 1]


def test_a_statement_is_of_days_in_shanghai(bank: Bank) -> None:
    person = bank.place.a_resident()
    midnight = (noon(today()) + timedelta(days=1)).replace(hour=0)
    quota = bank.quota(bank.worker)
    for moment, points in ((midnight - timedelta(seconds=1), 10), (midnight, 20)):
        with clock.at(moment):
            bank.award(person, points, out_of=quota)
    tomorrow = str(midnight.date())

    with clock.at(midnight + timedelta(minutes=1)):
        assert [each["change"] for each in statement(bank, person)["lines"]] == [20, 10]
        late = statement(bank, person, **{"from": tomorrow})["lines"]
        early = statement(bank, person, to=str(today() - timedelta(days=1)))["lines"]

    assert [(each["change"], each["balance"]) for each in late] == [(20, 30)]
    assert [(each["change"], each["balance"]) for each in early] == [(10, 10)]


def test_a_file_holds_all_lines_oldest_first(bank: Bank) -> None:
    person = bank.place.a_resident()
    for points in range(1, 41):
        bank.award(person, points)

    answer = person.get(f"{BANK}/accounts/{bank.account_of(person)}/statement", format="csv")

    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [int(row["变动"]) for row in rows] == list(range(1, 41))
    assert int(rows[-1]["余额"]) == sum(range(1, 41))
    assert {row["事由"] for row in rows} == {"善行积分"}


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2020-01-01"},
        {"from": "2026-02-30"},
        {"to": "9999-12-31"},
        {"to": "0001-01-01"},
        {"from": str(today() + timedelta(days=1))},
        {"before": 0},
        {"before": 2**63},
        {"limit": 51},
        {"format": "docx"},
    ],
    ids=str,
)
def test_questions_without_sense_are_refused(bank: Bank, asked: dict[str, Any]) -> None:
    url = f"{BANK}/accounts/{bank.account_of(bank.worker)}/statement"

    assert bank.worker.get(url, **asked).status_code == 422


def test_nobody_reads_anothers_account(bank: Bank) -> None:
    person, neighbour = bank.place.a_resident(), bank.place.a_resident()
    bank.award(person, 10)
    account_id = bank.account_of(person)
    url = f"{BANK}/accounts/{account_id}/statement"
    elsewhere = a_neighbourhood(bank.app)

    for stranger in (neighbour, bank.chair, elsewhere.a_resident(), elsewhere.a_worker("chair")):
        assert stranger.get(url).status_code == 404
    assert person.get(f"{BANK}/accounts/{10**30}/statement").status_code == 404


def test_staff_read_for_a_reason_that_is_kept(bank: Bank) -> None:
    person = bank.place.a_resident()
    bank.award(person, 10)
    url = f"{BANK}/accounts/{bank.account_of(person)}/readings"

    assert bank.chair.post(url).status_code == 422
    assert bank.chair.post(url, {"reason": "curiosity"}).status_code == 422
    assert bank.worker.post(url, {"reason": "complaint"}).status_code == 403
    assert person.post(url, {"reason": "complaint"}).status_code == 403
    elsewhere = a_neighbourhood(bank.app).a_worker("chair")
    assert elsewhere.post(url, {"reason": "complaint"}).status_code == 404
    told = went(bank.supervisor.post(url, {"reason": "inspection"}))

    assert [line["change"] for line in told["lines"]] == [10]
    with bank.app.app_context():
        kept = db.session.query(AuditEvent).filter_by(action="points_account.read").one()
        assert (kept.actor_id, kept.object_id) == (bank.supervisor.id, person.id)
        assert kept.detail["reason"] == "inspection"


def test_an_approver_reads_the_own_quota_and_nobody_elses(bank: Bank) -> None:
    bank.award(bank.place.a_resident(), 10)
    url = f"{BANK}/accounts/{bank.quota(bank.worker).account_id}/statement"

    told = went(bank.worker.get(url))

    assert [(line["change"], line["balance"]) for line in told["lines"]] == [
        (-10, 990),
        (1000, 1000),
    ]
    assert bank.member.get(url).status_code == 404


def test_the_communitys_own_accounts_are_nobodys_to_read_here(bank: Bank) -> None:
    with bank.app.app_context():
        issuer = db.session.execute(
            db.text("SELECT id FROM ledger.account WHERE community_id = :c AND owner_kind = :k"),
            {"c": bank.place.id, "k": int(OwnerKind.ISSUER)},
        ).scalar_one()

    refused(
        bank.chair.post(f"{BANK}/accounts/{issuer}/readings", {"reason": "inspection"}),
        "not-found",
        404,
    )


def test_a_statement_costs_the_same_few_statements_however_long(app: Flask, bank: Bank) -> None:
    person = bank.place.a_resident()
    bank.award(person, 1)
    url = f"{BANK}/accounts/{bank.account_of(person)}/statement"
    with counted_statements(app) as few:
        went(person.get(url))
    for _ in range(20):
        bank.award(person, 1)
    with counted_statements(app) as more:
        assert len(went(person.get(url))["lines"]) == 20

    assert len(more) == len(few)
