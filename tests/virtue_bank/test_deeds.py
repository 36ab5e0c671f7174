"""A deed from the claim to the credit, through HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from backend import clock
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.residents.models import Residency
from backend.virtue_bank.jobs.deeds import forget_old_deeds
from backend.virtue_bank.models import CapCounter, Deed
from tests.counting import counted_statements
from tests.factories import Person
from tests.files.pictures import a_kept_photo, a_photo, sent
from tests.virtue_bank.a_bank import BANK, Bank, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours, set_number


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def test_a_deed_proved_by_two_hangs_five_days_and_is_credited(people: Neighbours) -> None:
    deed = people.submitted()
    assert (deed["state"], deed["serial"][:3]) == ("submitted", "VB-")
    asked = went(people.helped.get(f"{BANK}/me/confirmations"))["items"]
    assert [(each["id"], each["role"], each["people"]) for each in asked] == [
        (deed["id"], "helped", ["王小芳"])
    ]

    went(people.say(deed["id"], people.helped), 201)
    assert went(people.say(deed["id"], people.witness), 201)["state"] == "confirmed"
    assert not went(people.helped.get(f"{BANK}/me/confirmations"))["items"]
    waiting = went(people.bank.worker.get(f"{DEEDS}/waiting"))["items"]
    assert [each["id"] for each in waiting] == [deed["id"]]

    hung = went(people.decide(deed))

    assert (hung["state"], hung["points"]) == ("publicity", 10)
    quota = people.bank.quota(people.bank.worker)
    assert people.bank.left(quota.account_id) == (990, 10, 0)
    assert people.has(people.doer) == 0
    people.sweep()
    assert people.state(deed["id"]) == "publicity"
    with people.when_over(deed):
        people.sweep()
        people.sweep()
        assert people.has(people.doer) == 10
        told = people.read(deed["id"])
        assert told["state"] == "credited"
        assert [visit["state"] for visit in told["timeline"]] == [
            *("submitted", "confirmed", "publicity", "credited")
        ]
        assert people.bank.left(quota.account_id) == (990, 0, 0)
    assert "10分已入账" in people.bank.told(people.doer)


def test_somebody_without_a_phone_claims_on_paper_and_is_credited(people: Neighbours) -> None:
    worker = people.bank.worker
    doer = people.bank.place.a_resident(name="赵大爷")
    said = people.told(resident_id=str(doer.id), channel="paper", slip_no="纸单-001")

    deed = went(worker.post(f"{DEEDS}/on-behalf", said), 201)
    assert deed["claimant"] == "赵大爷"
    refused(worker.post(f"{DEEDS}/on-behalf", said), "slip-taken")
    deed = went(worker.post(f"{DEEDS}/{deed['id']}/submit", {"row_version": deed["row_version"]}))
    url = f"{DEEDS}/{deed['id']}/confirmations/on-behalf"
    by_phone = {"stance": "yes", "unrelated": True, "channel": "phone"}
    went(worker.post(url, by_phone | {"resident_id": str(people.helped.id)}), 201)
    visit = by_phone | {"channel": "home_visit", "name": "楼下 老张"}
    assert went(worker.post(url, visit), 201)["state"] == "confirmed"
    refused(people.decide(deed), "conflict-of-interest", 403)  # typed it

    hung = went(people.decide(deed, by=people.bank.member))

    assert hung["state"] == "publicity"
    with people.when_over(deed):
        people.sweep()
        assert people.has(doer) == 10
    row = people.row(deed["id"])
    assert (row.actor_id, row.recorded_by, row.channel) == (doer.id, worker.id, "paper")


def test_who_acted_and_their_family_prove_nothing(people: Neighbours) -> None:
    wife = people.bank.place.a_resident(name="刘妻", household_id=people.doer.household_id)
    deed = people.submitted(witness_ids=[str(wife.id)])

    refused(people.say(deed["id"], wife), "not-independent")
    assert people.say(deed["id"], people.doer).status_code == 404
    assert people.say(deed["id"], people.other).status_code == 404
    went(people.say(deed["id"], people.helped), 201)
    refused(people.say(deed["id"], people.helped), "already-answered")
    assert people.state(deed["id"]) == "submitted"


def test_a_clear_no_puts_the_deed_in_doubt_and_before_two_reviewers(people: Neighbours) -> None:
    deed = people.submitted()
    went(people.say(deed["id"], people.helped, "no"), 201)
    assert people.state(deed["id"]) == "refuted"

    assert went(people.decide(deed))["state"] == "second_review"
    refused(people.second(deed, by=people.bank.worker), "same-reviewer", 403)
    assert went(people.second(deed))["state"] == "publicity"
    with people.when_over(deed):
        people.sweep()
        assert people.has(people.doer) == 10


def test_fifty_points_or_no_name_need_two_reviewers(people: Neighbours) -> None:
    many = people.confirmed(
        item_id=people.bank.items["A2"],
        shares=[{"acted_id": str(people.doer.id), "units": 4}],
    )
    nameless = people.confirmed(display="building", place="别处")
    books = people.bank.books()

    assert went(people.decide(many))["state"] == "second_review"
    assert went(people.decide(nameless))["state"] == "second_review"
    assert people.bank.books() == books
    turned_down = people.second(
        many, outcome="reject", reason_code="wrong_facts", reason="时间对不上。"
    )
    assert went(turned_down)["state"] == "rejected"
    assert people.bank.books() == books


def test_one_in_ten_is_drawn(people: Neighbours) -> None:
    set_number_again(people.bank, 100)
    deed = people.confirmed()

    assert went(people.decide(deed))["state"] == "second_review"


def set_number_again(bank: Bank, value: int) -> None:
    with clock.at(utc_now() + timedelta(days=1)):
        set_number(bank, "points.second_review_percent", value)


def test_nobody_decides_on_themselves_or_their_family(people: Neighbours) -> None:
    member = people.bank.place.a_resident(name="钱委员家人")
    bank = people.bank
    deed = people.confirmed()
    books = bank.books()
    grant = {
        "resident_a": str(min(bank.worker.id, people.witness.id)),
        "resident_b": str(max(bank.worker.id, people.witness.id)),
    }
    declare_kin(bank, **grant)

    refused(people.decide(deed), "conflict-of-interest", 403)
    refused(people.decide(deed, by=member), "access-denied", 403)
    offered = people.read(deed["id"], by=bank.worker)["allowed_actions"]
    assert [each["allowed"] for each in offered if each["action"] == "approve"] == [False]
    assert bank.books() == books
    assert went(people.decide(deed, by=bank.member))["state"] == "publicity"


def test_who_is_asked_decides_nothing_even_before_they_have_answered(people: Neighbours) -> None:
    bank = people.bank
    lives_here(bank, bank.member)
    asked = [str(people.witness.id), str(bank.member.id)]
    deed = people.confirmed(witness_ids=asked)

    refused(people.decide(deed, by=bank.member), "conflict-of-interest", 403)

    assert went(people.decide(deed))["state"] == "publicity"


def lives_here(bank: Bank, person: Person) -> None:
    household_id = bank.place.a_resident().household_id
    assert household_id is not None
    with bank.app.app_context(), transaction():
        db.session.add(
            Residency(
                community_id=bank.place.id,
                resident_id=person.id,
                household_id=household_id,
                relation="other",
                valid=Range(today() - timedelta(days=100), None),
            )
        )


def declare_kin(bank: Bank, *, resident_a: str, resident_b: str) -> None:
    with bank.app.app_context():
        db.session.execute(
            db.text(
                "INSERT INTO kin (id, created_at, resident_a, resident_b, relation, declared_by)"
                " VALUES (gen_random_uuid(), :now, :a, :b, 'sibling', :a)"
            ),
            {"now": utc_now(), "a": resident_a, "b": resident_b},
        )
        db.session.commit()


def test_staff_earn_nothing(people: Neighbours) -> None:
    worker = str(people.bank.worker.id)

    refused(
        people.doer.post(DEEDS, people.told(shares=[{"acted_id": worker}])), "staff-earn-nothing"
    )


def test_the_same_deed_is_claimed_once(people: Neighbours) -> None:
    first = people.submitted()
    again = people.a_draft(place="3 号楼 201。")
    url = f"{DEEDS}/{again['id']}/submit"

    told = refused(people.doer.post(url, {"row_version": 1}), "already-claimed")

    assert told["twin"]["serial"] == first["serial"]
    went(people.doer.post(f"{DEEDS}/{first['id']}/withdraw"))
    assert went(people.doer.post(url, {"row_version": 1}))["state"] == "submitted"


@pytest.mark.parametrize(
    ("about", "kind", "status"),
    [
        ({"occurred_on": "tomorrow"}, "day-to-come", 422),
        ({"occurred_on": "long ago"}, "no-sheet", 409),
        ({"item_id": "00000000-0000-0000-0000-000000000000"}, "unknown-item", 422),
        ({"helped_id": "the doer"}, "shares-unclear", 422),
        ({"witness_ids": ["00000000-0000-0000-0000-000000000000"]}, "not-a-resident", 422),
        ({"files": ["00000000-0000-0000-0000-000000000000"]}, "unknown-file", 422),
    ],
)
def test_what_the_sheet_does_not_take_is_refused(
    people: Neighbours, about: dict[str, Any], kind: str, status: int
) -> None:
    days = {"tomorrow": today() + timedelta(days=1), "long ago": today() - timedelta(days=40)}
    if "occurred_on" in about:
        about = {"occurred_on": days[about["occurred_on"]].isoformat()}
    if "helped_id" in about:
        about = {"helped_id": str(people.doer.id)}
    books = people.bank.books()

    refused(people.doer.post(DEEDS, people.told(**about)), kind, status)

    assert people.bank.books() == books


def test_a_picture_proves_one_deed_and_its_likeness_is_a_hint(people: Neighbours) -> None:
    photo = a_kept_photo(people.doer, 5)
    deed = people.confirmed(files=[photo])
    same = a_kept_photo(people.doer, 5)
    refused(people.doer.post(DEEDS, people.told(place="别处", files=[same])), "file-already-used")
    alike = a_smaller_copy(people, 5)
    other = people.confirmed(place="别处", files=[alike], story="帮独居的张爷爷修好了水龙头。")

    review = people.read(other["id"], by=people.bank.worker)["review"]

    assert [each["id"] for each in review["alike_pictures"]] == [deed["id"]]
    assert [each["id"] for each in review["same_day"]] == [deed["id"]]
    assert review["alike_stories"] == []
    assert review["left_to_give"] == 1000
    assert people.bank.worker.get(f"/files/{photo}").status_code == 200
    assert people.witness.get(f"/files/{photo}").status_code == 200
    assert people.other.get(f"/files/{photo}").status_code == 404
    assert went(people.decide(deed, call_note=""))["state"] == "publicity"  # the picture is enough


def test_ninety_days_after_the_decision_the_picture_is_gone_and_still_known(
    people: Neighbours,
) -> None:
    deed = people.on_the_board(files=[a_kept_photo(people.doer, 5)])
    photo = people.read(deed["id"])["files"][0]
    with people.when_over(deed):
        people.sweep()
        assert people.now(people.doer).get(f"/files/{photo}").status_code == 200
    with clock.at(utc_now() + timedelta(days=91)):
        people.bank.run(forget_old_deeds)
        assert people.now(people.doer).get(f"/files/{photo}").status_code == 404
    again = people.told(place="别处", files=[a_kept_photo(people.doer, 5)])
    refused(people.doer.post(DEEDS, again), "file-already-used")


def a_smaller_copy(people: Neighbours, seed: int) -> str:
    return str(went(sent(people.doer, a_photo(seed, size=(200, 125))), 201)["id"])


def test_a_story_told_before_is_a_hint(people: Neighbours) -> None:
    first = people.submitted()
    second = people.confirmed(story="给行动不便的老人送了两天午饭。", place="别处")

    review = people.read(second["id"], by=people.bank.worker)["review"]

    assert [each["id"] for each in review["alike_stories"]] == [first["id"]]
    assert "review" not in people.read(second["id"])


def test_without_a_picture_the_person_helped_is_asked(people: Neighbours) -> None:
    deed = people.confirmed()

    refused(people.decide(deed, call_note=""), "call-missing", 422)
    assert people.state(deed["id"]) == "confirmed"


def test_what_comes_back_is_completed_and_proved_anew(people: Neighbours) -> None:
    deed = people.confirmed()
    refused(people.decide(deed, outcome="return"), "reason-missing", 422)
    sent_back = people.decide(
        deed, outcome="return", reason_code="wrong_facts", reason="请写清是哪一天。"
    )
    assert went(sent_back)["state"] == "returned"

    told = people.told(place="3号楼301", row_version=people.version(deed["id"]))
    changed = went(people.doer.put(f"{DEEDS}/{deed['id']}", told))
    assert changed["serial"] == deed["serial"]
    version = {"row_version": changed["row_version"]}
    assert went(people.doer.post(f"{DEEDS}/{deed['id']}/submit", version))["state"] == "submitted"

    went(people.say(deed["id"], people.helped), 201)
    assert went(people.say(deed["id"], people.witness), 201)["state"] == "confirmed"
    assert went(people.decide(deed))["state"] == "publicity"


def test_what_comes_back_for_a_picture_alone_stays_proved(people: Neighbours) -> None:
    deed = sent_back(people)
    photo = a_kept_photo(people.doer, 5)

    again = handed_in_again(people, deed, files=[photo])

    assert again["state"] == "confirmed"
    assert people.bank.told(people.helped).count("请您说说一件善行是否属实") == 1
    assert went(people.decide(deed, call_note=""))["state"] == "publicity"


def test_what_comes_back_when_the_days_to_claim_are_over_is_still_completed(
    people: Neighbours,
) -> None:
    deed = people.confirmed()
    with clock.at(utc_now() + timedelta(days=31)):
        sent_back(people, deed)
        assert handed_in_again(people, deed, place="3号楼301")["state"] == "submitted"


def sent_back(people: Neighbours, deed: dict[str, Any] | None = None) -> dict[str, Any]:
    reason = "请写清楚一些，有照片的补一张。"
    deed = deed or people.confirmed()
    return went(people.decide(deed, outcome="return", reason_code="unclear", reason=reason))


def handed_in_again(people: Neighbours, deed: dict[str, Any], **about: Any) -> dict[str, Any]:
    doer, day = people.now(people.doer), {"occurred_on": deed["occurred_on"]}
    told = people.told(row_version=people.version(deed["id"]), **day, **about)
    changed = went(doer.put(f"{DEEDS}/{deed['id']}", told))
    version = {"row_version": changed["row_version"]}
    return went(doer.post(f"{DEEDS}/{deed['id']}/submit", version))


def test_an_older_version_is_told(people: Neighbours) -> None:
    deed = people.confirmed()

    told = refused(people.decide(deed, row_version=1), "stale-version")

    assert (told["your_version"], told["current_version"]) == (1, people.version(deed["id"]))


def test_several_who_acted_are_credited_each(people: Neighbours) -> None:
    shares = [{"acted_id": str(people.doer.id)}, {"acted_id": str(people.other.id)}]
    deed = people.confirmed(shares=shares)
    too_many = [{"acted_id": str(people.doer.id), "points": 11}]
    stranger = [{"acted_id": str(people.helped.id), "points": 5}]
    refused(people.decide(deed, points=too_many), "points-out-of-range", 422)
    refused(people.decide(deed, points=stranger), "points-out-of-range", 422)

    hung = went(people.decide(deed, points=[{"acted_id": str(people.other.id), "points": 4}]))

    assert hung["points"] == 14
    with people.when_over(deed):
        people.sweep()
        assert (people.has(people.doer), people.has(people.other)) == (10, 4)
        assert [share["is_credited"] for share in people.read(deed["id"])["shares"]] == [True] * 2


def test_a_cap_refuses_with_what_is_left_and_nothing_moves(people: Neighbours) -> None:
    third, fourth = people.confirmed(place="三"), people.a_draft(place="四")
    people.on_the_board()
    people.on_the_board(place="二")
    books, used = people.bank.books(), caps_used(people.bank)

    told = refused(people.decide(third), "cap-reached")

    assert told["room"] == 0
    early = people.doer.post(f"{DEEDS}/{fourth['id']}/submit", {"row_version": 1})
    assert refused(early, "cap-reached")["room"] == 0
    assert people.state(third["id"]) == "confirmed"
    assert (people.bank.books(), caps_used(people.bank)) == (books, used)


def caps_used(bank: Bank) -> int:
    with bank.app.app_context():
        used = select(func.sum(CapCounter.used)).where(CapCounter.community_id == bank.place.id)
        return int(db.session.scalar(used) or 0)


def test_without_a_quota_or_with_a_spent_one_nothing_is_approved(people: Neighbours) -> None:
    deed = people.confirmed()
    books = people.bank.books()
    third = people.bank.place.a_worker("committee_member", name="冯委员")

    refused(people.decide(deed, by=third), "no-quota")
    people.bank.award(people.other, 995)
    spent = people.bank.books()
    refused(people.decide(deed), "budget-spent")

    assert people.bank.books() == spent != books
    assert people.state(deed["id"]) == "confirmed"


def test_the_board_names_whom_consents_and_no_longer_from_the_moment_it_ends(
    people: Neighbours,
) -> None:
    deed = people.on_the_board()
    assert people.board()[0]["people"] == []

    people.consents(people.doer)
    line = people.board()[0]
    assert (line["item"], line["building"], line["people"]) == ("为老人送餐", "3号楼", ["王*芳"])
    assert set(line) == {"id", "item", "occurred_on", "building", "people", "points", "until"}
    went(people.doer.post(f"{DEEDS}/{deed['id']}/display", {"display": "full"}))
    assert people.board()[0]["people"] == ["王小芳"]

    people.withdraws_consent(people.doer)
    assert people.board()[0]["people"] == []
    with people.when_over(deed):
        people.sweep()
        assert people.board() == []


def test_of_a_child_there_is_no_line(people: Neighbours) -> None:
    people.consents(people.doer)
    with people.bank.app.app_context():
        db.session.execute(
            db.text("UPDATE resident SET born_year = :year WHERE id = :id"),
            {"year": today().year - 12, "id": people.doer.id},
        )
        db.session.commit()
    people.on_the_board()

    assert people.board() == []


def test_what_nobody_proves_or_completes_lapses_and_frees_its_picture(people: Neighbours) -> None:
    photo = a_kept_photo(people.doer, 9)
    deed = people.submitted(files=[photo])
    with people.after(people.row(deed["id"]).due_at):
        people.sweep()
        assert people.state(deed["id"]) == "lapsed"
        again = a_kept_photo(people.now(people.doer), 9)
        assert people.submitted(files=[again])["state"] == "submitted"


def test_what_is_not_reviewed_in_time_is_told_once_and_stays(people: Neighbours) -> None:
    deed = people.confirmed()
    with people.after(people.row(deed["id"]).due_at):
        people.sweep()
        people.sweep()
        assert people.state(deed["id"]) == "confirmed"
    late = [headline for headline in people.bank.told(people.bank.chair) if "超时" in headline]
    assert len(late) == 1
    assert any("没有按时办理" in headline for headline in people.bank.told(people.doer))


def test_a_draft_is_nobody_elses_and_gone_after_thirty_days(people: Neighbours) -> None:
    draft = people.a_draft()
    for person in (people.witness, people.bank.worker, people.bank.chair):
        assert person.get(f"{DEEDS}/{draft['id']}").status_code == 404
        url = f"{DEEDS}/{draft['id']}/submit"
        assert person.post(url, {"row_version": 1}).status_code == 404
    with clock.at(utc_now() + timedelta(days=32)):
        people.bank.run(forget_old_deeds)
    with people.bank.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Deed)) == 0


def test_who_is_no_party_reads_nothing(people: Neighbours) -> None:
    deed = people.confirmed()
    url = f"{DEEDS}/{deed['id']}"

    assert people.other.get(url).status_code == 404
    assert people.other.get(f"{url}/explanation").status_code == 404
    assert people.witness.get(url).status_code == 200
    assert people.bank.supervisor.get(url).status_code == 200
    clerk = people.bank.place.a_worker("counter_clerk")
    assert clerk.get(url).status_code == 404


def test_the_points_are_explained(people: Neighbours) -> None:
    deed = people.on_the_board()

    told = went(people.doer.get(f"{DEEDS}/{deed['id']}/explanation"))

    assert told["sheet_version"] == 1
    assert told["rule"]["title"] == "为老人送餐"
    assert told["sums"] == [
        {
            "who": "王小芳",
            "points_each": 10,
            "units": 1,
            "points_max": 10,
            "asked": 10,
            "granted": 10,
        }
    ]
    assert {(cap["period"], cap["used"]) for cap in told["caps"]} >= {("day", 10), ("year", 10)}


def test_lists_ask_as_much_of_many_deeds_as_of_one(people: Neighbours) -> None:
    people.on_the_board()
    urls = [
        (people.doer, DEEDS, {}),
        (people.bank.worker, DEEDS, {"view": "scope"}),
        (people.bank.worker, f"{DEEDS}/waiting", {}),
        (people.witness, f"{BANK}/me/confirmations", {}),
        (people.other, f"{BANK}/board", {}),
    ]
    people.confirmed(place="二")
    people.submitted(place="三")
    few = statements(people, urls)
    for number in range(4):
        people.submitted(place=f"第{number}处")

    assert statements(people, urls) == few


def statements(people: Neighbours, urls: Any) -> list[int]:
    counts = []
    for person, url, query in urls:
        with counted_statements(people.bank.app) as asked:
            went(person.get(url, **query))
        counts.append(len(asked))
    return counts
