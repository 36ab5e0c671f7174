"""Statements on A4: what the file says is what the books say, and only for those who may know."""

import io
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today
from backend.database import db, transaction
from backend.ledger.actions import award_batch, special_account
from backend.ledger.actions.checking import seal_block
from backend.ledger.models import Asset, BatchLine, Code, OwnerKind, Source
from backend.ledger.queries import head
from backend.virtue_bank.rules.statement_papers import MOST_LINES
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, Bank, noon, refused, went
from tests.virtue_bank.a_shop import a_shop, a_shop_at
from tests.virtue_bank.test_families import AFamily
from tests.virtue_bank.test_freezings import frozen

A4 = (595, 842)
A_BATCH = 250
VERIFY = "/api/v1/virtue-bank/verify/"
ROW = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d\s*(.*?)\s*([+-]\d+)?\s*(\d+)\s+(\d+)\s+(待封存|\d+)$")
WAYS_TO_FAIL = [
    {"from": "2020-01-01"},
    {"from": "2026-02-30"},
    {"to": "9999-12-31"},
    {"from": str(today() + timedelta(days=1))},
    {"limit": 51},
    {"format": "docx"},
]


def url_of(bank: Bank, person: Person) -> str:
    return f"{BANK}/accounts/{bank.account_of(person)}/statement"


def paper(answer: TestResponse) -> PdfReader:
    assert answer.status_code == 200, answer.text[:300]
    assert answer.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(answer.data))


def printed(bank: Bank, person: Person, **asked: Any) -> str:
    return text_of(paper(person.get(url_of(bank, person), format="pdf", **asked)))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def rows_of(said: str) -> list[tuple[str, ...]]:
    """The lines of the table: (what, change, balance, number, block)."""
    return [found.groups(default="") for found in map(ROW.match, said.splitlines()) if found]


def many(bank: Bank, person: Person, lines: int) -> None:
    """So many awards of one point, as batches bring them."""
    account_id = bank.account_of(person)
    for begun in range(0, lines, A_BATCH):
        with bank.app.app_context(), transaction():
            award_batch(
                bank.place.id,
                asset=Asset.POINTS,
                code=Code.DUTY,
                debit_id=special_account(bank.place.id, Asset.POINTS, OwnerKind.ISSUER),
                source=Source.GRANT_LINE,
                lines=[
                    BatchLine(credit_id=account_id, amount=1, source_id=uuid4())
                    for _ in range(min(A_BATCH, lines - begun))
                ],
                actor_id=bank.member.id,
                approver_id=bank.chair.id,
            )


def said_all(words: Sequence[str], said: str) -> None:
    assert [each for each in words if each not in said] == []


def test_the_paper_says_what_the_books_say_oldest_first(bank: Bank) -> None:
    person = bank.place.a_resident(name="冯居民")
    for points in (10, 20, 5):
        bank.award(person, points)
    bank.posted(bank.held(person, 7), 7)
    shop = a_shop_at(bank.place, member=bank.member)
    went(shop.order(person, (shop.an_item(points=12), 1)), 201)

    reader = paper(person.get(url_of(bank, person), format="pdf"))

    told = went(person.get(url_of(bank, person), limit=50))
    said = text_of(reader)
    rows = rows_of(said)
    assert [row[1:] for row in rows] == [
        (
            f"{each['change']:+d}" if each["change"] else "",
            f"{each['balance']}",
            f"{each['id']}",
            "待封存",
        )
        for each in reversed(told["lines"])
    ]
    assert [row[0] for row in rows] == [
        *["善行积分"] * 3,
        "善行积分（公示中7分）",
        "善行积分",
        "兑换（留着12分）",
    ]
    came = sum(each["change"] for each in told["lines"])
    facts = ["积分对账单", "户名 冯居民", f"一共收入 {came}分 一共支出 0分", "还没有封存过"]
    facts += [
        f"期初余额 0分 期末余额 {came}分",
        "现在可用 30分 另外留着 12分",
        "还欠 0分 一共几笔 6笔",
        "第 1 页，共 1 页",
    ]
    said_all(["居民委员会", *facts], said)
    assert "经办人" not in said
    assert [round(each) for each in reader.pages[0].mediabox[2:]] == list(A4)
    assert reader.metadata is not None
    assert reader.metadata.title == "积分对账单"


def test_the_seal_over_the_books_stands_on_it(bank: Bank) -> None:
    person = bank.place.a_resident()
    bank.award(person, 10)
    with bank.app.app_context(), transaction():
        seal_block(bank.place.id)
    with bank.app.app_context():
        newest = head(bank.place.id)
    assert newest is not None
    bank.award(person, 20)

    said = printed(bank, person)

    assert [row[-1] for row in rows_of(said)] == [str(newest.seq), "待封存"]
    whole = said.replace("\n", "")
    said_all([f"到第{newest.seq}块", newest.hash.hex(), "有疑问请打居委会电话"], whole)


def test_a_part_of_the_books_begins_with_what_was_there_before(bank: Bank) -> None:
    person = bank.place.a_resident()
    quota = bank.quota(bank.worker)
    for days, points in ((10, 10), (5, 20), (0, 5)):
        with clock.at(noon(today() - timedelta(days=days))):
            bank.award(person, points, out_of=quota)
    since, until = (str(today() - timedelta(days=days)) for days in (6, 4))

    said = printed(bank, person, **{"from": since, "to": until})

    assert [row[1:3] for row in rows_of(said)] == [("+20", "30")]
    said_all(["期初余额 10分 期末余额 30分", "一共收入 20分 一共支出 0分", "现在可用 35分"], said)


def test_days_without_a_line_are_on_paper_too(bank: Bank) -> None:
    person = bank.place.a_resident()
    quota = bank.quota(bank.worker)
    for days, points in ((10, 10), (0, 5)):
        with clock.at(noon(today() - timedelta(days=days))):
            bank.award(person, points, out_of=quota)
    since, until = (str(today() - timedelta(days=days)) for days in (6, 4))

    said = printed(bank, person, **{"from": since, "to": until})
    never = printed(bank, bank.place.a_resident())

    assert rows_of(said) == rows_of(never) == []
    said_all(["这段日子没有进出。", "期初余额 10分 期末余额 10分", "第 1 页，共 1 页"], said)
    said_all(["这段日子没有进出。", "期初余额 0分 期末余额 0分"], never)


def test_a_debt_is_told(bank: Bank) -> None:
    person = bank.place.a_resident()
    award = bank.award(person, 10)
    shop = a_shop_at(bank.place, member=bank.member)
    code = went(shop.order(person, (shop.an_item(points=10), 1)), 201)["code"]
    went(shop.brings(code))
    why = {"reason": "核实后不是本人所为。", "decision_ref": "居委会决定〔2026〕8号"}
    request = went(bank.chair.post(f"{BANK}/transfers/{award}/reversal-requests", why), 201)
    went(person.post(f"{BANK}/reversal-requests/{request['id']}/answer", {"text": "没有意见。"}))
    went(bank.member.post(f"{BANK}/reversal-requests/{request['id']}/confirmation"))

    said = printed(bank, person)

    said_all(["还欠 10分", "期末余额 -10分", f"冲正（第{award}笔）"], said)


def test_that_an_account_stands_still_is_told(bank: Bank) -> None:
    person = bank.place.a_resident()
    bank.award(person, 10)
    assert "账户状态" not in printed(bank, person)
    frozen(bank, bank.account_of(person))

    said_all(["账户状态 冻结着，公示完的解冻以后入账"], printed(bank, person))


def test_every_page_tells_whose_it_is_and_which_of_how_many(bank: Bank) -> None:
    person = bank.place.a_resident(name="冯居民")
    many(bank, person, 300)

    reader = paper(person.get(url_of(bank, person), format="pdf"))

    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 5
    for number, said in enumerate(pages, start=1):
        said_all([f"第 {number} 页，共 {len(pages)} 页", "冯居民"], said)
        assert not rows_of(said) or "流水号" in said
    rows = rows_of(text_of(reader))
    assert [int(row[2]) for row in rows] == list(range(1, 301))


def test_who_asks_for_more_than_paper_holds_is_told_how_much_it_holds(bank: Bank) -> None:
    person = bank.place.a_resident()
    many(bank, person, MOST_LINES)
    assert len(paper(person.get(url_of(bank, person), format="pdf")).pages) > 80
    many(bank, person, 1)

    told = refused(person.get(url_of(bank, person), format="pdf"), "too-much-at-once", 422)

    assert str(MOST_LINES) in told["detail"]
    assert "分成几段" in told["detail"]


def test_names_with_rare_characters_are_whole_or_said_not_to_be(bank: Bank) -> None:
    rare = bank.place.a_resident(name="王堃喆")
    odd = bank.place.a_resident(name="王\U000f0000小\u200d明")  # for private use: in no font

    said = printed(bank, odd)

    assert "户名 王堃喆" in printed(bank, rare)
    assert "户名 王〓小明" in said
    assert "U+F0000" in said
    assert "请手写补上" in said


def test_strangers_get_no_paper(bank: Bank) -> None:
    person, neighbour = bank.place.a_resident(), bank.place.a_resident()
    bank.award(person, 10)
    url = url_of(bank, person)
    elsewhere = a_neighbourhood(bank.app)

    for stranger in (neighbour, bank.chair, elsewhere.a_resident(), elsewhere.a_worker("chair")):
        assert stranger.get(url, format="pdf").status_code == 404
    assert bank.app.test_client().get(f"/api/v1{url}?format=pdf").status_code == 401


@pytest.mark.parametrize("asked", WAYS_TO_FAIL, ids=str)
def test_questions_without_sense_are_refused(bank: Bank, asked: dict[str, Any]) -> None:
    person = bank.place.a_resident()

    answer = person.get(url_of(bank, person), **{"format": "pdf"} | asked)

    assert answer.status_code == 422


@pytest.mark.parametrize("wanted", ["csv", "pdf"])
def test_staff_take_a_file_for_a_reason_that_is_kept(bank: Bank, wanted: str) -> None:
    person = bank.place.a_resident(name="冯居民")
    bank.award(person, 10)
    url = f"{BANK}/accounts/{bank.account_of(person)}/readings"
    why = {"reason": "complaint", "format": wanted}

    assert bank.supervisor.post(url, {"format": wanted}).status_code == 422
    assert bank.worker.post(url, why).status_code == 403
    assert a_neighbourhood(bank.app).a_worker("chair").post(url, why).status_code == 404
    answer = bank.supervisor.post(url, why, **{"Idempotency-Key": "once"})
    again = bank.supervisor.post(url, why, **{"Idempotency-Key": "once"})

    assert (
        answer.mimetype == again.mimetype == {"csv": "text/csv", "pdf": "application/pdf"}[wanted]
    )
    if wanted == "pdf":
        said_all(["冯居民", "原因：办理投诉或异议", "经办人："], text_of(paper(answer)))
    else:
        assert "善行积分" in answer.text
    with bank.app.app_context():
        kept = db.session.query(AuditEvent).filter_by(action="points_account.read").all()
        assert {(each.actor_id, each.object_id) for each in kept} == {
            (bank.supervisor.id, person.id)
        }
        assert {each.detail["reason"] for each in kept} == {"complaint"}


def test_an_approver_prints_the_own_quota(bank: Bank) -> None:
    bank.award(bank.place.a_resident(), 10)
    url = f"{BANK}/accounts/{bank.quota(bank.worker).account_id}/statement"

    said = text_of(paper(bank.worker.get(url, format="pdf")))

    said_all(["吴网格（每月额度）", "期末余额 990分", "分配额度"], said)


def test_a_long_paper_asks_the_books_what_a_short_one_asks(app: Flask, bank: Bank) -> None:
    person = bank.place.a_resident()
    many(bank, person, 1)
    url = url_of(bank, person)
    with counted_statements(app) as few:
        paper(person.get(url, format="pdf"))
    many(bank, person, 400)
    with counted_statements(app) as more:
        paper(person.get(url, format="pdf"))

    assert len(more) == len(few) <= 9


def link_in(reader: PdfReader) -> str:
    """Where the code on a paper leads: it can be tapped on a screen, too."""
    [link] = reader.pages[0].annotations or []
    host, path, code = str(link.get_object()["/A"]["/URI"]).partition(VERIFY)
    assert host == "http://localhost"
    return path + code


def link_of(bank: Bank, person: Person, **asked: Any) -> str:
    return link_in(paper(person.get(url_of(bank, person), format="pdf", **asked)))


def test_whoever_holds_a_paper_is_told_what_the_books_say(bank: Bank) -> None:
    person = bank.place.a_resident(name="冯居民")
    bank.award(person, 10)
    bank.award(person, 20)
    link = link_of(bank, person)
    bank.award(person, 5)  # came after the paper

    answer = bank.app.test_client().get(link)

    assert answer.status_code == 200
    told = [("户名", "冯*民"), ("账户号", str(bank.account_of(person))), ("期初余额", "0分")]
    told += [("一共收入", "30分"), ("期末余额", "30分"), ("一共几笔", "2笔")]
    said_all([f"<dt>{name}</dt><dd>{said}</dd>" for name, said in told], answer.text)
    assert "冯居民" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_books_speak_of_the_days_of_the_paper_alone(bank: Bank) -> None:
    person = bank.place.a_resident()
    quota = bank.quota(bank.worker)
    for days, points in ((10, 10), (5, 20), (0, 5)):
        with clock.at(noon(today() - timedelta(days=days))):
            bank.award(person, points, out_of=quota)
    since, until = (str(today() - timedelta(days=days)) for days in (6, 4))

    seen = bank.app.test_client().get(link_of(bank, person, **{"from": since, "to": until})).text
    never = bank.app.test_client().get(link_of(bank, bank.place.a_resident())).text

    said_all(["<dd>10分</dd>", "<dd>20分</dd>", "<dd>30分</dd>", "<dd>1笔</dd>"], seen)
    said_all(["<dd>0分</dd>", "<dd>0笔</dd>"], never)


def test_a_paper_nobody_was_handed_is_said_to_be_none(bank: Bank) -> None:
    person, other = bank.place.a_resident(), bank.place.a_resident()
    bank.award(person, 10)
    bank.award(other, 10)
    link = link_of(bank, person)
    stranger = bank.app.test_client()
    mine, theirs = (f"-{bank.account_of(each)}-" for each in (person, other))

    for forged in (
        link[:-1],
        link[:-1] + ("1" if link.endswith("0") else "0"),
        f"{link}0",
        link.replace(mine, theirs),
        f"{VERIFY}statements/1",
        f"{VERIFY}statements/善-善",
    ):
        answer = stranger.get(forged)
        assert answer.status_code == 404
        assert "没有出过这样的对账单" in answer.text


def test_a_family_is_told_by_masked_names(app: Flask) -> None:
    family = AFamily(a_shop(app)).together().has(30)
    url = f"{BANK}/accounts/{family.account_id}/statement"

    reader = paper(family.mother.get(url, format="pdf"))

    said = app.test_client().get(link_in(reader)).text
    both = (family.mother.name, family.father.name)
    said_all([*both, "（全家的账户）", "期末余额 30分"], text_of(reader))
    assert not [name for name in both if name in said]
    assert "（全家的账户）" in said
    assert family.child.get(url, format="pdf").status_code == 404
