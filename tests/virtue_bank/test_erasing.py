"""Giving up the account with points: names, words and pictures go, the ledger stays true."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Text, select, text

from backend import clock
from backend.clock import utc_now
from backend.database import Base, db, transaction
from backend.ledger.actions.checking import reconcile, verify
from backend.ledger.jobs import seal_ledger
from backend.virtue_bank.jobs.deeds import forget_old_deeds
from tests.factories import Person
from tests.files.pictures import a_kept_photo
from tests.virtue_bank.a_bank import BANK, LEDGER, Bank, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours
from tests.virtue_bank.a_shop import a_shop
from tests.virtue_bank.an_honour import a_round
from tests.virtue_bank.test_families import AFamily

ELSEWHERE = {"notice", "kept_answer"}  # what was sent is kept by its own days, not by the bank


def books(bank: Bank) -> Any:
    with bank.app.app_context():
        return db.session.execute(text(LEDGER), {"here": bank.place.id}).one()


def is_true(bank: Bank) -> bool:
    """Sealed, verified from the first block on, and every balance recomputed."""
    bank.run(seal_ledger)
    with bank.app.app_context():
        return verify(bank.place.id) is None and not reconcile(bank.place.id)


def columns_with(app: Flask, word: str) -> set[str]:
    """Every column of every table that has the word somewhere."""
    found = set()
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            if table.name in ELSEWHERE:
                continue
            for column in table.columns:
                if isinstance(column.type, Text) and db.session.scalar(
                    select(column).where(column.contains(word)).limit(1)
                ):
                    found.add(f"{table.name}.{column.name}")
    return found


def goes(people: Neighbours | None, person: Person) -> None:
    asked = people.now(person) if people else person
    answer = asked.delete("/me")
    assert answer.status_code == 204, answer.text


def test_the_story_the_pictures_and_the_name_go_and_the_transfers_stay(bank: Bank) -> None:
    people = neighbours(bank)
    photo = a_kept_photo(people.doer, 5)
    told = {"story": "王小芳送了三天午饭，老人爱吃面。", "place": "3号楼201", "files": [photo]}
    deed = people.on_the_board(**told)
    with people.when_over(deed):
        people.sweep()
        assert people.has(people.doer) == 10
        asked = went(people.now(people.doer).get("/me/erasure"))["losses"]
        assert asked == ["您还有10积分。可以先兑换，或捐到公益积分池；注销后用不了。"]
        assert is_true(bank)
        before = books(bank)

        goes(people, people.doer)

        assert books(bank) == before
        assert is_true(bank)
        assert columns_with(bank.app, "王小芳") == columns_with(bank.app, "老人爱吃面") == set()
        seen = people.read(deed["id"], by=bank.chair)
        assert (seen["state"], seen["story"], seen["place"]) == ("credited", "", "")
        assert (seen["claimant"], seen["shares"][0]["acted"]) == ("已注销用户", "已注销用户")
        assert people.now(bank.chair).get(f"/files/{photo}").status_code == 404
    assert people.has(people.doer) == 10


def test_what_hangs_on_the_board_runs_its_days_and_then_its_words_go(bank: Bank) -> None:
    people = neighbours(bank)
    deed = people.on_the_board(display="masked")
    people.consents(people.doer)
    assert [line["people"] for line in people.board()] == [["王*芳"]]
    asked = went(people.now(people.doer).get("/me/erasure"))["losses"]
    assert asked == ["有1件善行还没有入账，注销后领不到积分。"]

    goes(people, people.doer)

    [line] = people.board()
    assert "王" not in str(line)
    assert people.read(deed["id"], by=bank.chair)["story"]
    with people.when_over(deed):
        people.sweep()
        bank.run(forget_old_deeds)
        bank.run(forget_old_deeds)
        seen = people.read(deed["id"], by=bank.chair)
    assert (seen["state"], seen["story"]) == ("credited", "")
    assert people.has(people.doer) == 10
    assert is_true(bank)


def test_what_nobody_decided_is_taken_back_and_may_be_claimed_by_who_was_there(
    bank: Bank,
) -> None:
    people = neighbours(bank)
    draft, deed = people.a_draft(place="1号楼"), people.confirmed()

    goes(people, people.doer)

    row = people.row(deed["id"])
    assert (row.state, row.story) == ("withdrawn", "")
    assert people.now(bank.chair).get(f"{DEEDS}/{draft['id']}").status_code == 404
    again = replace(people, doer=people.other).submitted()
    assert again["state"] == "submitted"


def test_others_keep_their_deed_and_their_words_without_the_name(bank: Bank) -> None:
    people = neighbours(bank)
    deed = people.on_the_board(story="给李奶奶送了三天午饭。", helped_note="李奶奶不便下楼")

    goes(people, people.helped)

    assert columns_with(bank.app, "李奶奶") == set()
    seen = people.read(deed["id"], by=people.doer)
    assert (seen["story"], seen["helped"]) == ("给某人送了三天午饭。", "已注销用户")
    with people.when_over(deed):
        people.sweep()
    assert people.has(people.doer) == 10


def test_a_witness_takes_the_own_words_along(bank: Bank) -> None:
    people = neighbours(bank)
    deed = people.submitted()
    said = {"stance": "yes", "unrelated": True, "note": "我从窗口看见的"}
    went(people.now(people.witness).post(f"{DEEDS}/{deed['id']}/confirmations", said), 201)
    went(people.say(deed["id"], people.helped), 201)
    went(people.decide(deed))
    with people.when_over(deed):
        people.sweep()

        goes(people, people.witness)

        assert columns_with(bank.app, "从窗口看见") == set()
        said_of = people.read(deed["id"], by=people.doer)["confirmations"]
        assert len(said_of) == 2


def test_an_objection_is_read_until_it_is_decided_and_then_empty(bank: Bank) -> None:
    people = neighbours(bank)
    deed = people.on_the_board()
    objection = went(people.object(deed), 201)
    goes(people, people.other)
    assert columns_with(bank.app, "他女儿送的饭") == {"deed_objection.text"}

    went(people.answer(objection, "dismissed"))
    with clock.at(utc_now() + timedelta(days=30)):
        people.sweep()
        people.sweep()
        bank.run(forget_old_deeds)
        assert columns_with(bank.app, "他女儿送的饭") == set()


def test_a_nominee_is_out_and_a_certificate_names_nobody(app: Flask) -> None:
    prize = a_round(app)
    place = prize.thanks.bank.place
    honoured, leaving = place.a_resident(name="孙好人"), place.a_resident(name="钱走人")
    neighbour = place.a_resident(name="周推荐")
    first = prize.agreed(honoured, by=neighbour)
    second = prize.agreed(leaving, by=neighbour)

    goes(None, prize.now(leaving))
    assert prize.state_of(second) == "declined"
    until = prize.to_publicity(first)
    with clock.at(until):
        prize.sweep()
        [own] = went(prize.now(honoured).get(f"{BANK}/me/honours"))["items"]
        goes(None, prize.now(honoured))
        verified = went(prize.chair.get(f"{BANK}/verify/honours/{own['verify_code']}"))

        assert (verified["stands"], "孙" in str(verified)) == (True, False)
        assert {each["story"] for each in prize.nominations()} == {""}
        assert columns_with(app, "孙好人") == columns_with(app, "钱走人") == set()


def test_a_family_goes_on_without_who_left(app: Flask) -> None:
    shop = a_shop(app)
    family = AFamily(shop).together().has(100)
    assert went(family.father.get("/me/erasure"))["losses"] == [
        "您在家庭积分账户里。注销时您的一份一起退出；想留给家里人的，请先兑换。"
    ]

    goes(None, family.father)

    assert family.left == (50, 0)
    [left] = went(family.mother.get(f"{BANK}/me/family"))["members"]
    assert (left["name"], left["role"]) == ("王秀兰", "owner")
    with shop.app.app_context(), transaction():
        assert not reconcile(shop.place.id)
