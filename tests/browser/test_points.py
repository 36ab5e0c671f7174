"""Deeds and points on the screens of those concerned: told, proved, passed, turned to use."""

import re
from typing import Final

from playwright.sync_api import Page, expect

from scripts.demonstration.visitors import Visitor
from tests.browser.arriving import Browsers, box
from tests.browser.conftest import Screens
from tests.browser.pages import CLERK, GRID_WORKER, MOTHER, TEACHER, WIDOWER
from tests.browser.village import Village

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
    mother = browsers.resident(MOTHER)
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
    turn(mother, "换成标准版")


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
    press(widower, "我要退出")
    screens.take(widower, "family-6-leaving")
    press(widower, "退出")
    expect(widower.get_by_text("您退出了")).to_be_visible()
