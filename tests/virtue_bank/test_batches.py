"""A batch from its draft to the last line paid, as people meet it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from backend import clock
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.ledger.queries.reconciliation import reconcile
from backend.notifications.models import Notice
from backend.residents.models import Kin
from backend.virtue_bank.jobs.batches import tell_overdue_batches
from backend.virtue_bank.jobs.sheets import freeze_quotas
from backend.virtue_bank.queries.families import contributions
from backend.virtue_bank.rules import batches as rules
from tests.counting import counted_statements
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, an_open_bank, month_end, noon, refused, went
from tests.virtue_bank.a_batch import RULED_DAYS, Thanks, a_thankful_bank


@pytest.fixture
def thanks(app: Flask) -> Thanks:
    return a_thankful_bank(app)


def test_a_batch_is_reviewed_approved_shown_and_paid(thanks: Thanks) -> None:
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    drafted = thanks.batch(batch_id)
    assert (drafted["state"], drafted["lines"], drafted["points"]) == ("drafted", 3, 15)

    assert went(thanks.review(batch_id))["state"] == "reviewed"
    shown = went(thanks.approve(batch_id))
    assert shown["state"] == "publicity"
    quota = thanks.bank.quota(thanks.bank.member).account_id
    assert thanks.bank.left(quota) == (985, 15, 0)
    thanks.pay()
    assert thanks.points(thanks.people[0]) == 0

    with thanks.after_window(batch_id):
        thanks.pay()
        assert thanks.batch(batch_id)["state"] == "posted"
    assert [thanks.points(each) for each in thanks.people] == [5, 5, 5]
    assert thanks.bank.left(quota) == (985, 0, 0)


def of_one_family(thanks: Thanks, first: Person, second: Person) -> int:
    """The number of the account they keep together."""
    first, second = thanks.bank.now(first), thanks.bank.now(second)
    home = {"household_id": str(first.household_id)}
    family = went(first.post(f"{BANK}/families", home), 201)
    asked = {"resident_id": str(second.id), "role": "adult"}
    went(first.post(f"{BANK}/families/{family['id']}/members", asked))
    went(second.post(f"{BANK}/families/{family['id']}/consent"))
    return int(family["account_id"])


def counts_for(thanks: Thanks, credit_to: str) -> None:
    with thanks.app.app_context(), transaction():
        db.session.execute(text("UPDATE rule_item SET credit_to = :to"), {"to": credit_to})


def test_lines_count_for_the_family_where_the_sheet_says_so(thanks: Thanks) -> None:
    alone, wife, _ = thanks.people
    husband = thanks.bank.place.a_resident(name="周五", household_id=wife.household_id)
    account_id = of_one_family(thanks, wife, husband)
    counts_for(thanks, "family")
    batch_id = thanks.shown([alone, wife, husband])

    with thanks.after_window(batch_id):
        thanks.pay()
        thanks.pay()

        assert thanks.bank.left(account_id) == (10, 0, 0)
        assert thanks.points(alone) == 5
        with thanks.app.app_context():
            told = select(Notice.resident_id, Notice.body).where(Notice.kind == "points_change")
            assert set(db.session.execute(told)) == {
                (alone.id, "议事会，5分已入账。"),
                (wife.id, "议事会，5分已记到家庭积分账户。"),
                (husband.id, "议事会，5分已记到家庭积分账户。"),
            }
            assert not reconcile(thanks.community_id)
            assert contributions(thanks.community_id, account_id) == {wife.id: 5, husband.id: 5}
        mine = went(thanks.bank.now(husband).get(f"{BANK}/me/family"))
        gone = thanks.bank.now(husband).post(f"{BANK}/families/{mine['id']}/leaving", {})
        assert went(gone)["share"] == 5
    assert (thanks.bank.left(account_id), thanks.points(husband)) == ((5, 0, 0), 5)


def test_lines_stay_ones_own_where_the_sheet_says_so(thanks: Thanks) -> None:
    wife = thanks.people[0]
    husband = thanks.bank.place.a_resident(name="周五", household_id=wife.household_id)
    account_id = of_one_family(thanks, wife, husband)
    batch_id = thanks.shown([wife])

    with thanks.after_window(batch_id):
        thanks.pay()

    assert (thanks.bank.left(account_id), thanks.points(wife)) == ((0, 0, 0), 5)


def test_a_line_to_a_family_is_taken_back_from_the_family_and_its_person_answers(
    thanks: Thanks,
) -> None:
    wife = thanks.people[0]
    husband = thanks.bank.place.a_resident(name="周五", household_id=wife.household_id)
    account_id = of_one_family(thanks, wife, husband)
    counts_for(thanks, "choice")
    batch_id = thanks.shown([wife])
    why = {"reason": "会议没有开成。", "decision_ref": "居委会决定〔2026〕9号"}
    bank = thanks.bank
    with thanks.after_window(batch_id):
        thanks.pay()
        url = f"{BANK}/accounts/{account_id}/statement"
        [paid] = went(bank.now(wife).get(url))["lines"]
        asked = bank.now(bank.chair).post(f"{BANK}/transfers/{paid['id']}/reversal-requests", why)
        request = went(asked, 201)
        answered = bank.now(wife).post(
            f"{BANK}/reversal-requests/{request['id']}/answer", {"text": "会开了。"}
        )
        went(answered)
        confirmation = f"{BANK}/reversal-requests/{request['id']}/confirmation"
        went(bank.now(bank.member).post(confirmation))

        assert bank.left(account_id) == (0, 0, 0)
        with thanks.app.app_context():
            assert contributions(thanks.community_id, account_id) == {}
            assert not reconcile(thanks.community_id)


def test_paying_again_changes_nothing(thanks: Thanks) -> None:
    batch_id = thanks.shown(thanks.people)
    with thanks.after_window(batch_id):
        thanks.pay()
        before = thanks.rows(), thanks.bank.books()
        thanks.pay()
        assert (thanks.rows(), thanks.bank.books()) == before


def test_the_last_moment_of_the_window_pays_nothing(thanks: Thanks) -> None:
    batch_id = thanks.shown(thanks.people)
    before = thanks.bank.books()
    with thanks.after_window(batch_id):
        until = utc_now()
    with clock.at(until - timedelta(minutes=1)):
        thanks.pay()
    assert thanks.bank.books() == before


def test_a_struck_line_gives_nothing_and_says_why(thanks: Thanks) -> None:
    one, *others = thanks.people
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    line = thanks.line_of(batch_id, one)
    reviewed = went(thanks.review(batch_id, (line["id"], "当天没有到会。")))
    assert (reviewed["lines"], reviewed["points"]) == (2, 10)
    went(thanks.approve(batch_id))
    with thanks.after_window(batch_id):
        thanks.pay()
    assert thanks.points(one) == 0
    assert [thanks.points(each) for each in others] == [5, 5]
    assert thanks.line_of(batch_id, one)["struck_reason"] == "当天没有到会。"


def test_a_batch_is_never_struck_whole(thanks: Thanks) -> None:
    batch_id = thanks.proposed(thanks.people[:1])
    assert batch_id is not None
    line = thanks.line_of(batch_id, thanks.people[0])
    refused(thanks.review(batch_id, (line["id"], "没有到会。")), "nobody-left")


def test_the_same_ground_earns_once(thanks: Thanks) -> None:
    meeting = uuid4()
    assert thanks.proposed(thanks.people[:2], basis_id=meeting) is not None
    again = thanks.proposed(thanks.people, basis_id=meeting)

    assert again is not None
    assert [line["resident_id"] for line in thanks.lines(again)] == [str(thanks.people[2].id)]
    assert thanks.proposed(thanks.people, basis_id=meeting) is None


def test_staff_and_people_from_elsewhere_get_no_line(thanks: Thanks) -> None:
    visitor = thanks.bank.place.a_visitor()
    helper = thanks.people[0]
    thanks.captain(helper)
    batch_id = thanks.proposed([thanks.bank.worker, visitor, helper])

    assert batch_id is not None
    assert [line["resident_id"] for line in thanks.lines(batch_id)] == [str(helper.id)]
    assert thanks.proposed([thanks.bank.worker, visitor]) is None


def test_without_an_item_in_the_sheet_nothing_is_drafted(bank_of_deeds: Thanks) -> None:
    assert bank_of_deeds.proposed(bank_of_deeds.people) is None


@pytest.fixture
def bank_of_deeds(app: Flask) -> Thanks:
    """A sheet in force that knows deeds alone."""
    bank = an_open_bank(app)
    return Thanks(bank=bank, second_worker=bank.worker, people=[bank.place.a_resident(name="钱一")])


def test_three_people_see_to_it(thanks: Thanks) -> None:
    bank = thanks.bank
    new = {
        "kind": "volunteer",
        "period": today().isoformat(),
        "lines": [{"resident_id": str(thanks.people[0].id), "basis_note": "清扫楼道两小时"}],
    }
    batch_id = went(bank.now(bank.member).post(f"{BANK}/batches", new), 201)["id"]
    went(thanks.review(batch_id))

    refused(thanks.approve(batch_id, by=bank.member), "same-hands", 403)
    assert went(thanks.approve(batch_id, by=bank.chair))["points"] == 10


def siblings(thanks: Thanks, one: Person, other: Person) -> None:
    with thanks.app.app_context(), transaction():
        db.session.add(
            Kin(
                resident_a=min(one.id, other.id),
                resident_b=max(one.id, other.id),
                relation="sibling",
                declared_by=other.id,
            )
        )


def test_nobody_passes_what_goes_to_their_household(thanks: Thanks) -> None:
    bank = thanks.bank
    neighbour = thanks.people[0]
    worker = bank.place.a_resident(name="许网格", household_id=neighbour.household_id)
    siblings(thanks, neighbour, bank.worker)
    batch_id = thanks.proposed([neighbour, worker])
    assert batch_id is not None

    refused(thanks.review(batch_id), "own-business", 403)
    went(thanks.review(batch_id, by=thanks.second_worker))


def test_the_quota_of_whoever_approves_covers_the_total(app: Flask) -> None:
    thanks = a_thankful_bank(app, quota=14)
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    went(thanks.review(batch_id))
    before = thanks.bank.books()

    refused(thanks.approve(batch_id), "budget-spent")
    assert thanks.bank.books() == before
    assert thanks.batch(batch_id)["state"] == "reviewed"
    other = thanks.bank.place.a_worker("committee_member", name="无额度")
    refused(thanks.approve(batch_id, by=other), "budget-spent")


def test_whoever_looked_at_an_older_batch_looks_again(thanks: Thanks) -> None:
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    worker = thanks.bank.now(thanks.bank.worker)
    url = f"{BANK}/batches/{batch_id}/review"
    refused(worker.post(url, {"row_version": 7, "strikes": []}), "stale-batch")
    went(worker.post(url, {"row_version": 1, "strikes": []}))
    refused(worker.post(url, {"row_version": 2, "strikes": []}), "batch-moved")


def test_a_cancelled_batch_gives_everything_back(thanks: Thanks) -> None:
    bank = thanks.bank
    batch_id = thanks.shown(thanks.people)
    quota = bank.quota(bank.member).account_id
    url = f"{BANK}/batches/{batch_id}/cancellation"
    cancelled = went(bank.now(bank.chair).post(url, {"reason": "名单用错了。"}))

    assert (cancelled["state"], cancelled["lines"]) == ("cancelled", 0)
    assert bank.left(quota) == (1000, 0, 0)
    refused(bank.now(bank.chair).post(url, {"reason": "再一次。"}), "batch-moved")
    assert thanks.proposed(thanks.people) is not None


def test_the_month_may_end_while_a_batch_hangs_on_the_board(thanks: Thanks) -> None:
    bank = thanks.bank
    quota = bank.quota(bank.member).account_id
    with clock.at(noon(month_end(today()))):
        batch_id = thanks.shown(thanks.people)
    with thanks.after_window(batch_id):
        bank.run(freeze_quotas)
        thanks.pay()
        assert thanks.batch(batch_id)["state"] == "posted"
    assert [thanks.points(each) for each in thanks.people] == [5, 5, 5]
    assert bank.left(quota) == (985, 0, 0)


def test_a_batch_of_many_is_paid_in_blocks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LINES_A_CALL", 2)
    thanks = a_thankful_bank(app)
    more = [thanks.bank.place.a_resident(name=f"居民{n}") for n in range(4)]
    batch_id = thanks.shown([*thanks.people, *more])
    with thanks.after_window(batch_id):
        thanks.pay()
    assert [thanks.points(each) for each in [*thanks.people, *more]] == [5] * 7


def test_the_board_shows_half_of_each_name(thanks: Thanks) -> None:
    batch_id = thanks.shown(thanks.people)
    neighbour = thanks.bank.now(thanks.people[0])
    shown = went(neighbour.get(f"{BANK}/batch-board"))["items"]

    assert [line["person"] for line in shown] == ["钱*", "孙*", "李*"]
    assert {"id", "title", "person", "basis_note", "points", "shown_until", "state"} < set(shown[0])
    assert went(neighbour.get(f"{BANK}/me/grant-lines"))["items"][0]["points"] == 5
    with thanks.after_window(batch_id):
        assert went(thanks.bank.now(neighbour).get(f"{BANK}/batch-board"))["items"] == []


def test_lists_ask_as_much_for_many_lines_as_for_one(thanks: Thanks) -> None:
    few = thanks.proposed(thanks.people[:1], basis_id=uuid4())
    many = thanks.proposed(thanks.people, basis_id=uuid4())
    member = thanks.bank.now(thanks.bank.member)
    asked = []
    for batch_id in (few, many):
        with counted_statements(thanks.app) as statements:
            went(member.get(f"{BANK}/batches/{batch_id}/lines"))
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_what_nobody_reviews_is_told_to_the_chair_once(thanks: Thanks) -> None:
    thanks.proposed(thanks.people)
    bank = thanks.bank
    with clock.at(utc_now() + timedelta(days=9)):
        bank.run(tell_overdue_batches)
        bank.run(tell_overdue_batches)
    assert [each for each in bank.told(bank.chair) if "超过期限" in each] == [
        bank.told(bank.chair)[-1]
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ({"points": 51}, "points-above-sheet"),
        ({"resident_id": "worker"}, "not-a-resident"),
    ],
)
def test_what_is_written_by_hand_stays_within_the_sheet(
    thanks: Thanks, line: dict[str, object], kind: str
) -> None:
    bank = thanks.bank
    if line.get("resident_id") == "worker":
        line = {"resident_id": str(bank.worker.id)}
    new = {"resident_id": str(thanks.people[0].id), "basis_note": "清扫"} | line
    body = {"kind": "volunteer", "period": today().isoformat(), "lines": [new]}
    refused(bank.now(bank.member).post(f"{BANK}/batches", body), kind)


def test_a_kind_the_sheet_does_not_know_cannot_be_written(bank_of_deeds: Thanks) -> None:
    bank = bank_of_deeds.bank
    new = {"resident_id": str(bank_of_deeds.people[0].id), "basis_note": "清扫"}
    body = {"kind": "volunteer", "period": today().isoformat(), "lines": [new]}
    refused(bank.now(bank.member).post(f"{BANK}/batches", body), "no-item-for-it")


def test_nothing_is_thanked_for_under_a_rule_that_came_later(thanks: Thanks) -> None:
    bank, one = thanks.bank, thanks.people[0]
    new = {"resident_id": str(one.id), "basis_note": "清扫"}
    body = {"kind": "volunteer", "lines": [new]}
    before = (today() - timedelta(days=RULED_DAYS + 1)).isoformat()
    refused(
        bank.now(bank.member).post(f"{BANK}/batches", body | {"period": before}), "no-item-for-it"
    )
    later = (today() + timedelta(days=1)).isoformat()
    refused(
        bank.now(bank.member).post(f"{BANK}/batches", body | {"period": later}),
        "not-earned-yet",
        422,
    )


def test_what_is_thanked_in_batches_is_not_claimed_besides(thanks: Thanks) -> None:
    bank, one, other = thanks.bank, *thanks.people[:2]
    sheet = went(bank.now(bank.chair).get(f"{BANK}/rule-sheets/{bank.sheet_id}"))
    [duty] = [item["id"] for item in sheet["items"] if item["code"] == "D1"]
    told = {
        "item_id": duty,
        "occurred_on": today().isoformat(),
        "story": "这个月每天巡楼，请给我积分。",
        "helped_id": str(other.id),
    }
    refused(bank.now(one).post(f"{BANK}/deeds", told), "thanked-in-batches")


def test_the_books_add_up_after_every_turn_a_batch_can_take(thanks: Thanks) -> None:
    frozen, objected, _ = thanks.people
    thanks.freeze(frozen)
    batch_id = thanks.shown(thanks.people)
    line = thanks.line_of(batch_id, objected)["id"]
    url = f"{BANK}/grant-lines/{line}/objections"
    went(thanks.bank.now(frozen).post(url, {"text": "那天他没有来。"}))
    cancelled = thanks.shown(thanks.people, basis_id=uuid4())
    chair = thanks.bank.now(thanks.bank.chair)
    went(chair.post(f"{BANK}/batches/{cancelled}/cancellation", {"reason": "重复。"}))
    with thanks.after_window(batch_id):
        thanks.pay()
    with thanks.app.app_context():
        assert reconcile(thanks.community_id) == []
