"""What was so on the screen is so no longer when the button is pressed: people read what happened.

Each time the words are plain, what was typed is still there, the page shows how it stands now,
and the button works again.
"""

import json
import re
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from playwright.sync_api import Page, Route, expect
from sqlalchemy import delete, select

from backend.clock import today
from backend.database import db, transaction
from backend.virtue_bank.models import CapCounter, Counter, RuleCap, RuleSheet
from backend.virtue_bank.queries.caps import bump_cap
from backend.virtue_bank.rules.caps import period_start
from scripts.demonstration.visitors import Visitor
from tests.browser.arriving import NARROW, Browsers, box
from tests.browser.conftest import Screens
from tests.browser.lodgers import a_lodger, come_in
from tests.browser.pages import CHAIR, MEMBER, TEACHER, a_round_that_is_open
from tests.browser.test_frozen import settle
from tests.browser.test_points import SERIAL, choose, press
from tests.browser.village import Village

BANK: Final = "/virtue-bank"
STORY: Final = "把四层楼道扫了一遍，旧纸箱搬下了楼。"
SHEET: Final = re.compile(r"/virtue-bank/rules$")
ROOM: Final = 3


def a_phone(
    village: Village, browsers: Browsers, name: str, *, is_large: bool = False
) -> tuple[Page, Visitor]:
    """Of somebody who lives here since today; with large type it is the smallest phone."""
    lodger, community_id = a_lodger(village, name, f"o_meanwhile_{name}")
    if is_large:
        lodger.put("/me", {"large_type": True})
    page = browsers.phone(**(NARROW if is_large else {}))
    come_in(page, lodger, community_id)
    return page, lodger


def read(page: Page, words: str) -> None:
    """It is said, and where the reader is."""
    expect(page.get_by_text(words).locator("visible=true").first).to_be_in_viewport()


def another_sheet(route: Route) -> None:
    """As the page is told of another version of the sheet, which begins today."""
    told = route.fetch()
    answer = told.json()
    answer["sheet"] |= {"version": answer["sheet"]["version"] + 1, "from": today().isoformat()}
    for item in answer["items"]:
        item["id"] = str(uuid4())
    route.fulfill(response=told, body=json.dumps(answer))


def test_a_claim_meets_another_sheet_a_cap_and_a_draft_that_is_gone(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    page, lodger = a_phone(village, browsers, "苗向晨")
    page.route(SHEET, another_sheet, times=1)
    page.goto("/#/points/claim")
    choose(page, "是哪一样好事", "清理楼道")
    choose(page, "哪一天做的", "今天")
    box(page, "做了什么").fill(STORY)

    press(page, "交上去")
    read(page, "积分细则换了新的")
    chosen = page.get_by_role("radio", name=re.compile("^清理楼道"))
    expect(chosen).to_have_attribute("aria-checked", "true")
    screens.take(page, "meanwhile-claim-sheet")
    has_room_for(village, lodger, ROOM)
    press(page, "交上去")
    read(page, f"还可以记{ROOM}分，这一件要5分")
    expect(box(page, "做了什么")).to_have_value(STORY)
    screens.take(page, "meanwhile-claim-cap")

    [draft] = lodger.get(f"{BANK}/deeds?view=mine")["items"]
    lodger.post(f"{BANK}/deeds/{draft['id']}/withdraw")
    has_room_for(village, lodger, None)
    press(page, "交上去")
    read(page, "存过的这一件改过了，或者收回了")
    screens.take(page, "meanwhile-claim-withdrawn")
    expect(box(page, "做了什么")).to_have_value(STORY)
    press(page, "交上去")
    expect(page.get_by_text(SERIAL)).to_be_visible()

    page.route(SHEET, another_sheet)
    press(page, "再报一件")
    anew(page, "/#/points/claim")
    choose(page, "是哪一样好事", "清理楼道")
    with page.expect_response(re.compile(r"/virtue-bank/rules/\d+$")):
        choose(page, "哪一天做的", "昨天")
    box(page, "做了什么").fill(STORY)
    expect(chosen).to_have_attribute("aria-checked", "true")
    press(page, "交上去")
    expect(page.get_by_text(SERIAL)).to_be_visible()


def has_room_for(village: Village, lodger: Visitor, points: int | None) -> None:
    """So much of what one person may be given in a year; None: nothing is counted yet."""
    with village.house.app.app_context(), transaction():
        yearly = db.session.scalars(
            select(RuleCap)
            .join(RuleSheet, RuleSheet.id == RuleCap.sheet_id)
            .where(RuleSheet.in_force.contains(today()))
            .where(RuleCap.subject == "person", RuleCap.period == "year")
        ).one()
        if points is None:
            db.session.execute(delete(CapCounter).where(CapCounter.subject_key == lodger.id))
            return
        bump_cap(
            yearly.community_id,
            rule_cap_id=yearly.id,
            subject_key=lodger.id,
            period_start=period_start("year", today()),
            points=yearly.cap - points,
            cap=yearly.cap,
        )


def test_an_order_meets_an_empty_shelf_and_a_frozen_account_and_a_gift_an_empty_one(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    page, lodger = a_phone(village, browsers, "田向晚", is_large=True)
    member = Visitor(village.world, village.person(MEMBER))
    lamp = on_the_shelf(village, member, "小台灯", points=10, pieces=2)
    page.goto(f"/#/points/order?item={lamp}")
    choose(page, "要几份", "2份")
    moves(member, lamp, "written_off")
    press(page, "用20分换")
    read(page, "东西不够了。还剩1份，可以少要些")
    screens.take(page, "meanwhile-order-fewer")
    moves(member, lamp, "written_off")
    press(page, "用10分换")
    read(page, "已经兑完了，请过些日子再来看看")
    expect(page.get_by_role("button", name="看看别的")).to_be_visible()
    screens.take(page, "meanwhile-order-none")

    moves(member, lamp, "received")
    anew(page, f"/#/points/order?item={lamp}")
    expect(page.get_by_role("button", name="用10分换")).to_be_visible()
    [account] = lodger.get(f"{BANK}/me/accounts")["items"]
    settle(village, int(account["id"]), "freezing")
    press(page, "用10分换")
    read(page, "账户已冻结")
    expect(page.get_by_role("button", name="看看为什么冻结")).to_be_visible()
    screens.take(page, "meanwhile-order-frozen")
    settle(village, int(account["id"]), "unfreezing")

    anew(page, f"/#/points/order?item={lamp}")
    expect(page.get_by_role("button", name="用10分换")).to_be_visible()
    lodger.post(f"{BANK}/donations", {"points": 25})
    press(page, "用10分换")
    read(page, "还差5分")
    screens.take(page, "meanwhile-order-short")
    anew(page, "/#/points/donate")
    choose(page, "捐多少", "5分")
    press(page, "捐")
    lodger.post(f"{BANK}/donations", {"points": 3})
    press(page, "捐5分")
    read(page, "您现在有2分")
    expect(page.locator(".count").filter(has_text="分是您的")).to_contain_text("2")
    screens.take(page, "meanwhile-donate-fewer")
    choose(page, "捐多少", "别的数")
    box(page, "几分").fill("2")
    press(page, "捐")
    press(page, "捐2分")
    read(page, "捐了2分，谢谢您")


def on_the_shelf(
    village: Village, member: Visitor, title: str, *, points: int, pieces: int
) -> UUID:
    with village.house.app.app_context(), transaction():
        counter = db.session.scalars(select(Counter.id)).first()
    told = {"title": title, "kind": "goods", "points": points, "counter_id": str(counter)}
    item = UUID(member.post(f"{BANK}/shop/items", told)["id"])
    moves(member, item, "received", pieces)
    return item


def moves(member: Visitor, item: UUID, kind: str, quantity: int = 1) -> None:
    told = {"kind": kind, "quantity": quantity, "reason": "盘点"}
    member.post(f"{BANK}/shop/items/{item}/movements", told)


def anew(page: Page, path: str) -> None:
    page.goto("about:blank")
    page.goto(path)


def test_a_family_is_another_than_the_screen_shows(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    her_page, her = a_phone(village, browsers, "安向阳")
    his_page, his = a_phone(village, browsers, "安向北", is_large=True)
    [home] = her.get("/me")["households"]
    founded = {"household_id": home["household_id"]}
    family = f"{BANK}/families/{her.post(f'{BANK}/families', founded)['id']}"
    as_adult = {"resident_id": his.id, "role": "adult", "monthly_limit": None}
    her.post(f"{family}/members", as_adult)

    his_page.goto("/#/points/family")
    expect(his_page.get_by_text("家人请您加入")).to_be_visible()
    her.post(f"{family}/leaving", {"resident_id": his.id})
    press(his_page, "同意加入")
    read(his_page, "家人把邀请收回了")
    screens.take(his_page, "meanwhile-family-no-invitation")
    press(his_page, "开家庭账户")
    read(his_page, "这一户已有家庭账户。请家人邀请您加入")
    screens.take(his_page, "meanwhile-family-taken")

    her.post(f"{family}/members", as_adult)
    her_page.goto("/#/points/family")
    press(her_page, "不请了，安向北")
    his.post(f"{family}/consent")
    press(her_page, "退出")
    read(her_page, "已经同意加入的大人，由自己退出")
    expect(her_page.get_by_text("还没有答复")).to_have_count(0)
    screens.take(her_page, "meanwhile-family-joined")
    press(her_page, "我要退出")
    her.post(f"{family}/leaving")
    press(her_page, "退出")
    read(her_page, "您已经不在这个家庭账户里了")
    screens.take(her_page, "meanwhile-family-left")
    his.post(f"{family}/leaving")


def test_who_is_asked_for_a_word_meets_what_is_decided_already(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    page, lodger = a_phone(village, browsers, "谷向前")
    teacher, chair = (Visitor(village.world, village.person(who)) for who in (TEACHER, CHAIR))
    closing, open_still = (a_round_that_is_open(village) for _ in range(2))
    page.goto(f"/#/points/honour?id={closing}")
    press(page, "推荐邻居，或推荐自己")
    choose(page, "推荐谁", "我自己")
    box(page, "做过什么好事").fill(STORY)
    chair.post(f"{BANK}/honour-rounds/{closing}/cancellation", {"reason": "并到年底一起评。"})
    press(page, "交上去")
    read(page, "推荐已经截止")
    expect(box(page, "做过什么好事")).to_have_value(STORY)
    screens.take(page, "meanwhile-honour-over")
    press(page, "回去")
    expect(page.get_by_text("这次评选取消了")).to_be_visible()

    put_forward = {"nominee_id": lodger.id, "story": STORY}
    asked = teacher.post(f"{BANK}/honour-rounds/{open_still}/nominations", put_forward)["id"]
    page.goto(f"/#/points/nominee?id={asked}")
    choose(page, "您愿意参加吗", "愿意")
    choose(page, "照片可以用吗", "不用照片")
    lodger.post(f"{BANK}/nominations/{asked}/consent", {"agreed": True, "policy_version": 1})
    press(page, "交上去")
    read(page, "已经答复过")
    expect(page.get_by_text("您同意参加了")).to_be_visible()
    screens.take(page, "meanwhile-nominee-answered")

    deed = seen_by(teacher, lodger.id)
    page.goto(f"/#/points/confirm?id={deed}")
    choose(page, "这件事属实吗", "属实")
    choose(page, "做好事的人和您是一家人", "不是")
    box(page, "还想说的").fill("我在楼下看见了")
    teacher.post(f"{BANK}/deeds/{deed}/withdraw")
    press(page, "交上去")
    read(page, "这一件不用您说了")
    screens.take(page, "meanwhile-confirm-over")


def seen_by(claimant: Visitor, witness_id: str) -> str:
    """A deed of today that the other one is asked about."""
    sheet = claimant.get(f"{BANK}/rules")
    [item] = [each["id"] for each in sheet["items"] if each["title"] == "清理楼道"]
    told: dict[str, Any] = {
        "item_id": item,
        "occurred_on": (today() - timedelta(days=1)).isoformat(),
        "place": "二层平台",
        "story": STORY,
        "witness_ids": [witness_id],
    }
    deed = claimant.post(f"{BANK}/deeds", told)
    handed_in = {"row_version": deed["row_version"]}
    return str(claimant.post(f"{BANK}/deeds/{deed['id']}/submit", handed_in)["id"])
