"""Deeds and points on the screens of those concerned: told, proved, passed, turned to use."""

import re
from typing import Final
from uuid import uuid4

from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.database import db, transaction
from backend.ledger.actions import pay, special_account
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.virtue_bank.models import Counter
from scripts.demonstration.visitors import Visitor
from tests.browser.arriving import NARROW, Browsers, box
from tests.browser.conftest import Screens
from tests.browser.pages import (
    CLERK,
    GRID_WORKER,
    MEMBER,
    MOTHER,
    NEIGHBOUR,
    NEWCOMER,
    OWNER,
    TEACHER,
    WIDOWER,
    Facts,
    a_round_that_is_open,
)
from tests.browser.village import Village
from tests.browser.watching import axe

CODE: Final = re.compile(r"^取货码 ")
SERIAL: Final = re.compile(r"VB-\d{4}-\d{6}")
STORY = "雨天替二楼的奶奶取了一趟快递，送到门口。"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, question: str, answer: str) -> None:
    group = page.get_by_role("radiogroup", name=question)
    group.get_by_role("radio", name=re.compile(f"^{answer}")).click()


def turn(page: Page, name: str) -> None:
    page.goto("/#/pages/me/index")
    page.get_by_role("button", name=name).click()


def test_somebody_turns_points_into_something(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/shop")
    press(mother, "兑换垃圾袋")
    press(mother, "用8分换")
    code = mother.get_by_role("img", name=CODE)
    expect(code).to_be_visible()
    screens.take(mother, "phone-standard-points-code")
    letters = (code.get_attribute("aria-label") or "").removeprefix("取货码 ")
    mother.goto("/#/points/orders")
    expect(mother.get_by_role("img", name=f"取货码 {letters}")).to_be_visible()

    clerk = browsers.grid_worker(CLERK)
    clerk.goto("/#/grid/counter")
    box(clerk, "取货码").fill(letters.lower())
    press(clerk, "看看是什么")
    expect(clerk.get_by_text("垃圾袋，换了1份")).to_be_visible()
    press(clerk, "东西给了，记下来")
    expect(clerk.get_by_text("扣8分")).to_be_visible()

    mother.goto("about:blank")
    mother.goto("/#/points/orders")
    expect(mother.get_by_text("领走了，用了8分")).to_be_visible()
    expect(mother.get_by_role("img", name=f"取货码 {letters}")).to_have_count(0)


def test_an_order_is_taken_back_and_a_code_replaced(village: Village, browsers: Browsers) -> None:
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/shop")
    press(mother, "兑换磨刀")
    press(mother, "用5分换")
    first = mother.get_by_role("img", name=CODE).get_attribute("aria-label")
    press(mother, "看看我的兑换")
    press(mother, "取消，或换一个码，磨刀")
    press(mother, "码让别人看见了，换一个")
    press(mother, "出新的码")
    expect(mother.get_by_role("img", name=CODE)).not_to_have_attribute("aria-label", first or "")
    press(mother, "不要了，取消")
    press(mother, "取消这份")
    expect(mother.get_by_text("积分退回来了")).to_be_visible()


def test_a_deed_is_told_proved_by_phone_and_passed(village: Village, browsers: Browsers) -> None:
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/claim")
    press(mother, "交上去")
    expect(mother.get_by_text("请选一样").first).to_be_visible()
    choose(mother, "是哪一样好事", "代购代取")
    choose(mother, "哪一天做的", "今天")
    box(mother, "做了什么").fill(STORY)
    box(mother, "帮了谁，谁看见了").fill("3号楼二楼的吴奶奶，对门的钱阿姨看见了")
    press(mother, "交上去")
    expect(mother.get_by_text(SERIAL)).to_be_visible()
    press(mother, "看这件善行")
    expect(mother.get_by_text("请帮到的人和见证的人").locator("visible=true")).to_be_visible()

    worker = browsers.grid_worker(GRID_WORKER)
    worker.goto("/#/grid/deeds")
    worker.get_by_role("link").filter(has_text="代购代取").filter(has_text="待证明").first.click()
    for name, role in (("吴奶奶", "受助人"), ("钱阿姨", "见证人")):
        press(worker, "替人记一句证明")
        choose(worker, "是谁说的", "别的人")
        box(worker, "姓名").fill(name)
        choose(worker, "是", role)
        choose(worker, "怎么说的", "打电话")
        choose(worker, "属实吗", "属实")
        choose(worker, "和做好事的人是一家人或亲戚吗", "不是")
        press(worker, "记下来")
        expect(worker.get_by_text(f"{role}说属实（电话）")).to_be_visible()
    choose(worker, "您看怎么办", "通过")
    press(worker, "定下来")
    expect(worker.get_by_text("没有照片，请打电话或上门问一下受助人")).to_be_visible()
    box(worker, "问过受助人的情况").fill("今天上午打电话问过吴奶奶，说是的。")
    press(worker, "定下来")
    expect(worker.get_by_text(re.compile("正在公示，到|由另一位工作人员再看一遍"))).to_be_visible()


def test_what_is_on_paper_is_typed_for_somebody(village: Village, browsers: Browsers) -> None:
    worker = browsers.grid_worker(GRID_WORKER)
    worker.goto("/#/grid/paper")
    box(worker, "谁做的好事").fill(TEACHER)
    press(worker, "找一找，谁做的好事")
    worker.get_by_role("link", name=re.compile(TEACHER)).first.click()
    choose(worker, "怎么说的", "写纸条")
    box(worker, "纸单编号").fill("HP-1024")
    choose(worker, "是哪一样好事", "清理楼道")
    choose(worker, "哪一天做的", "昨天")
    box(worker, "做了什么").fill("把三层堆的旧纸箱搬下楼，扫了一遍。")
    box(worker, "一共几小时").fill("2")
    press(worker, "念给对方听")
    expect(worker.get_by_text("您报的是“清理楼道”")).to_be_visible()
    press(worker, "对方说对，交上去")
    expect(worker.get_by_text(SERIAL)).to_be_visible()


def test_in_large_type_one_question_is_asked_at_a_time(
    village: Village, browsers: Browsers
) -> None:
    mother = browsers.resident(MOTHER, **NARROW)
    turn(mother, "换成长辈版")
    mother.goto("/#/points/claim")
    expect(mother.get_by_text("第1问，一共9问")).to_be_visible()
    press(mother, "下一步")
    expect(mother.get_by_text("请选一样")).to_be_visible()
    choose(mother, "是哪一样好事", "清理楼道")
    press(mother, "下一步")
    expect(mother.get_by_role("radiogroup", name="哪一天做的")).to_be_visible()
    expect(mother.get_by_role("radiogroup", name="是哪一样好事")).to_have_count(0)
    press(mother, "上一步")
    choose(mother, "是哪一样好事", "为老人送餐")
    press(mother, "下一步")
    choose(mother, "哪一天做的", "昨天")
    for question, words in {"在哪里": "", "做了什么": "多煮了一份饺子", "帮了谁": "许爷爷"}.items():
        press(mother, "下一步")
        expect(mother.get_by_text(question).first).to_be_in_viewport()
        if words:
            box(mother, question).fill(words)
    expect(mother.get_by_role("button", name="就写这些，交上去")).to_have_count(0)
    press(mother, "下一步")
    expect(mother.get_by_text("谁看见了，可以不选")).to_be_in_viewport()
    press(mother, "就写这些，交上去")
    expect(mother.get_by_text("收到了", exact=True)).to_be_visible()
    turn(mother, "换成标准版")


def test_a_visitor_hears_before_writing_that_they_must_be_known_first(
    facts: Facts, browsers: Browsers
) -> None:
    assert facts.claim  # the newcomer's wish to be known is there
    phone = browsers.phone()
    one = {"items": [{"openid": NEWCOMER, "name": "何小满"}]}
    phone.route("**/api/v1/development/phones", lambda route: route.fulfill(json=one))
    phone.goto("/#/account/signin")
    press(phone, "何小满")
    expect(phone).not_to_have_url(re.compile("account/signin"))
    phone.goto("/#/points/account")
    expect(phone.get_by_text("请先完成居住核验")).to_be_visible()
    expect(phone.get_by_role("button", name=re.compile("^打居委会电话"))).to_be_visible()
    press(phone, "申报善行")

    expect(phone.get_by_text("先请网格员核实您住在这里")).to_be_visible()


def has_much(village: Village, account_id: int) -> None:
    """So much on an account that something dear, on the shelf now, takes two to have."""
    member = Visitor(village.world, village.person(MEMBER))
    with village.house.app.app_context(), transaction():
        counter = db.session.scalars(select(Counter)).first()
        assert counter is not None
        pay(
            counter.community_id,
            asset=Asset.POINTS,
            code=Code.AWARD,
            debit_id=special_account(counter.community_id, Asset.POINTS, OwnerKind.ISSUER),
            credit_id=account_id,
            amount=600,
            source=Source.GRANT_LINE,
            source_id=uuid4(),
            actor_id=counter.id,
        )
        pot = {"title": "电饭锅", "kind": "goods", "points": 250, "counter_id": str(counter.id)}
    item = member.post("/virtue-bank/shop/items", pot)["id"]
    arrived = {"kind": "received", "quantity": 2}
    member.post(f"/virtue-bank/shop/items/{item}/movements", arrived)


def test_whoever_hands_in_is_brought_to_what_is_wrong(facts: Facts, browsers: Browsers) -> None:
    """On the smallest phone in large type: the question is far above the button."""
    phone = browsers.resident(WIDOWER, **NARROW)
    phone.goto(f"/#/points/confirm?id={facts.deed(OWNER, 'submitted')}")
    box(phone, "还想说的").fill("我在家，看见了")

    press(phone, "交上去")
    expect(phone.get_by_text("请选一样，不知道就选")).to_be_in_viewport()
    choose(phone, "这件事属实吗", "属实")
    choose(phone, "做好事的人和您是一家人", "不是")
    enough = {"status": 409, "json": {"title": "已经够了", "detail": "不用再说了，谢谢您。"}}
    phone.route("**/deeds/*/confirmations", lambda route: route.fulfill(**enough))
    press(phone, "交上去")

    expect(phone.get_by_text("已经够了。不用再说了，谢谢您。")).to_be_in_viewport()
    expect(box(phone, "还想说的")).to_have_value("我在家，看见了")


def test_a_couple_keeps_points_together_and_parts_again(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    teacher, widower = browsers.resident(TEACHER), browsers.resident(WIDOWER)
    teacher.goto("/#/points/account")
    teacher.get_by_role("link").filter(has_text="家庭积分").click()
    screens.take(teacher, "family-1-none")
    press(teacher, "开家庭账户")
    expect(teacher.get_by_text("开好了")).to_be_visible()
    screens.take(teacher, "family-2-alone")
    press(teacher, f"请{WIDOWER}加入")
    press(teacher, f"请{WIDOWER}加入")
    expect(teacher.get_by_text("请选一样")).to_be_visible()
    choose(teacher, f"{WIDOWER}是大人还是孩子", "大人")
    screens.take(teacher, "family-3-asking")
    press(teacher, f"请{WIDOWER}加入")
    expect(teacher.get_by_text("还没有答复")).to_be_visible()

    his = Visitor(village.world, village.person(WIDOWER))
    village.world.wait_for("the invitation", lambda: "邀请您加入" in str(his.news()))
    widower.goto("/#/account/inbox")
    widower.get_by_role("link").filter(has_text="邀请您加入家庭积分账户").click()
    press(widower, "去看看")
    expect(widower.get_by_text("家人请您加入")).to_be_visible()
    screens.take(widower, "family-4-asked")
    press(widower, "同意加入")
    expect(widower.get_by_text("您加入了")).to_be_visible()
    expect(widower.get_by_text(f"{WIDOWER}（您）")).to_be_visible()
    screens.take(widower, "family-5-member")

    has_much(village, int(his.get("/virtue-bank/me/family")["account_id"]))
    widower.goto("/#/points/shop")
    press(widower, "兑换电饭锅")
    choose(widower, "用谁的积分", "全家的积分")
    screens.take(widower, "family-7-ordering")
    press(widower, "用250分换")
    expect(widower.get_by_text("等家里人同意")).to_be_visible()
    teacher.goto("/#/points/account")
    teacher.goto("/#/points/family")
    expect(teacher.get_by_text("家人想换：电饭锅")).to_be_visible()
    screens.take(teacher, "family-8-deciding")
    press(teacher, "同意换电饭锅")
    expect(teacher.get_by_text("您同意了")).to_be_visible()
    expect(teacher.get_by_text("等家里人去领")).to_be_visible()

    widower.goto("/#/points/family")
    press(widower, "我要退出")
    screens.take(widower, "family-6-leaving")
    press(widower, "退出")
    expect(widower.get_by_text("您退出了")).to_be_visible()


def test_a_neighbour_is_put_forward_and_says_yes_without_a_photograph(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    round_id = a_round_that_is_open(village)
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/account")
    mother.get_by_role("link").filter(has_text="评选").click()
    expect(mother.get_by_text("正在评的")).to_be_visible()
    screens.take(mother, "honours-1-list")
    mother.goto(f"/#/points/honour?id={round_id}")
    screens.take(mother, "honours-2-round")
    press(mother, "推荐邻居，或推荐自己")
    press(mother, "交上去")
    expect(mother.get_by_text("请选一位")).to_be_visible()
    assert axe(mother) == []
    press(mother, "推荐别的邻居")
    box(mother, "邻居的姓名").fill(NEIGHBOUR)
    choose(mother, "住几号楼", "3号楼")
    press(mother, "找一找")
    chosen = mother.get_by_role("radio", name=re.compile(NEIGHBOUR))
    expect(chosen).to_have_attribute("aria-checked", "true")
    press(mother, "推荐别的邻居")
    box(mother, "邻居的姓名").fill(OWNER)
    choose(mother, "住几号楼", "1号楼")
    press(mother, "找一找")
    press(mother, "去掉周*舒")
    choose(mother, "推荐谁", f".*{NEIGHBOUR}")
    box(mother, "做过什么好事").fill("楼道灯坏了都是他先去看，帮老人换灯泡。")
    screens.take(mother, "honours-3-nominating")
    press(mother, "交上去")
    expect(mother.get_by_text("已经去问本人愿不愿意")).to_be_visible()

    neighbour = browsers.resident(NEIGHBOUR)
    his = Visitor(village.world, village.person(NEIGHBOUR))
    village.world.wait_for("the question", lambda: "有人推荐您参评" in str(his.news()))
    neighbour.goto("/#/account/inbox")
    neighbour.get_by_role("link").filter(has_text="有人推荐您参评").first.click()
    press(neighbour, "去看看")
    choose(neighbour, "您愿意参加吗", "愿意")
    press(neighbour, "交上去")
    expect(neighbour.get_by_text("请选一样")).to_be_visible()
    choose(neighbour, "照片可以用吗", "不用照片")
    screens.take(neighbour, "honours-4-answering")
    assert axe(neighbour) == []
    press(neighbour, "交上去")
    expect(neighbour.get_by_text("您同意参加了")).to_be_visible()
    screens.take(neighbour, "honours-5-answered")


def test_points_are_given_to_the_community_after_a_second_look(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/account")
    mother.get_by_role("link").filter(has_text="捐积分").click()
    choose(mother, "捐多少", "别的数")
    box(mother, "几分").fill("0")
    press(mother, "捐")
    expect(mother.get_by_text("请写一个整数")).to_be_visible()
    box(mother, "几分").fill("1")
    expect(mother.get_by_text("请写一个整数")).to_be_hidden()
    press(mother, "捐")
    expect(mother.get_by_text("捐了就不能拿回来")).to_be_visible()
    screens.take(mother, "donate-1-sure")
    press(mother, "捐1分")
    expect(mother.get_by_text("捐了1分，谢谢您")).to_be_visible()
    expect(mother.get_by_text("进了社区的积分池")).to_be_visible()
    screens.take(mother, "donate-2-given")
