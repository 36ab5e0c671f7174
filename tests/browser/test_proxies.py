"""Somebody asks a neighbour to act for them, who claims in their name until it is taken back."""

import re
from typing import Final

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.arriving import Browsers, box
from tests.browser.conftest import Screens
from tests.browser.pages import CLERK, MOTHER, NEIGHBOUR, TEACHER, WIDOWER
from tests.browser.test_access import LEAST, LEAST_MAIN, SMALL, WIDER_BY
from tests.browser.test_neighbours import half
from tests.browser.test_points import choose, press, turn
from tests.browser.watching import axe

NARROW: Final[ViewportSize] = {"width": 320, "height": 640}


def is_for_everybody(page: Page, least_main: int = LEAST) -> None:
    """Axe, sizes and width, where the page is as nobody sees it who acts for nobody."""
    assert axe(page) == []
    assert page.evaluate(SMALL, [LEAST, least_main]) == []
    assert page.evaluate(WIDER_BY) <= 0


def open_anew(page: Page, path: str) -> None:
    page.goto("about:blank")
    page.goto(path)


def asks_a_neighbour(mother: Page, screens: Screens) -> None:
    mother.goto("/#/account/proxy")
    screens.take(mother, "proxy-none")
    press(mother, "请人代办")
    press(mother, "找一找这位邻居")
    box(mother, "邻居的姓名").fill(NEIGHBOUR)
    choose(mother, "住几号楼", "3号楼")
    press(mother, "找一找")
    choose(mother, "办多久", "12个月")
    is_for_everybody(mother)
    screens.take(mother, "proxy-offering")
    press(mother, f"请{half(NEIGHBOUR)}代办")
    expect(mother.get_by_text("等对方接受")).to_be_visible()
    screens.take(mother, "proxy-offered")


def test_a_neighbour_acts_for_one_until_it_is_taken_back(
    browsers: Browsers, screens: Screens
) -> None:
    mother, neighbour = browsers.resident(MOTHER), browsers.resident(NEIGHBOUR)
    asks_a_neighbour(mother, screens)
    neighbour.goto("/#/account/proxy")
    press(neighbour, "我愿意代办")
    expect(neighbour.get_by_text(f"您可以替{MOTHER}办，")).to_be_visible()
    screens.take(neighbour, "proxy-accepted")
    open_anew(neighbour, "/#/points/account")
    choose(neighbour, "为谁办", MOTHER)
    expect(neighbour.get_by_role("heading", name=f"{MOTHER}的积分")).to_be_visible()
    expect(neighbour.get_by_text("积分兑换")).to_have_count(0)
    is_for_everybody(neighbour)
    screens.take(neighbour, "proxy-account")
    press(neighbour, f"替{MOTHER}申报善行")
    expect(neighbour.get_by_text(f"您正在替{MOTHER}办").locator("visible=true")).to_be_visible()
    choose(neighbour, "是哪一样好事", "清理楼道")
    choose(neighbour, "哪一天做的", "今天")
    box(neighbour, "做了什么").fill("她把二层堆的旧家具清走了。")
    box(neighbour, "一共几小时").fill("1")
    screens.take(neighbour, "proxy-claim")
    press(neighbour, "交上去")
    press(neighbour, "看这件善行")
    told = neighbour.get_by_text(f"{NEIGHBOUR}代{MOTHER}申报").locator("visible=true")
    expect(told).to_be_visible()
    screens.take(neighbour, "proxy-deed")

    neighbour.set_viewport_size(NARROW)
    turn(neighbour, "换成长辈版")
    open_anew(neighbour, "/#/points/claim")
    choose(neighbour, "为谁办", MOTHER)
    is_for_everybody(neighbour, LEAST_MAIN)
    screens.take(neighbour, "proxy-claim-elder")
    open_anew(neighbour, "/#/account/proxy")
    expect(neighbour.get_by_text(f"您可以替{MOTHER}办，")).to_be_visible()
    is_for_everybody(neighbour, LEAST_MAIN)
    screens.take(neighbour, "proxy-elder")
    turn(neighbour, "换成标准版")

    open_anew(mother, "/#/account/proxy")
    press(mother, f"收回，不再让对方办，{NEIGHBOUR}代{MOTHER}")
    press(mother, "结束")
    expect(mother.get_by_text("结束了，从现在起不能再代办。")).to_be_visible()
    open_anew(neighbour, "/#/points/claim")
    expect(neighbour.get_by_role("radiogroup", name="是哪一样好事")).to_be_visible()
    expect(neighbour.get_by_role("radiogroup", name="为谁办")).to_have_count(0)


def test_what_two_signed_on_paper_is_typed_at_the_desk(
    browsers: Browsers, screens: Screens
) -> None:
    desk = browsers.official(CLERK)
    desk.goto("/console/people/proxies")
    desk.get_by_role("link", name="登记代办授权").click()
    for name in (WIDOWER, TEACHER):
        desk.get_by_label("姓名").fill(name)
        desk.get_by_role("button", name="找一找").click()
        desk.get_by_role("link", name=name).click()
    desk.get_by_label(re.compile("^委托书编号")).fill("委-2026-1")
    screens.take(desk, "proxy-desk-form")
    desk.get_by_role("button", name="登记").click()
    expect(desk.get_by_text(f"{TEACHER}代{WIDOWER}")).to_be_visible()
    screens.take(desk, "proxy-desk")

    teacher = browsers.resident(TEACHER)
    teacher.goto("/#/points/confirm")
    choose(teacher, "为谁办", WIDOWER)
    screens.take(teacher, "proxy-asked")
    teacher.get_by_text("为老人送餐").locator("visible=true").first.click()
    expect(teacher.get_by_text(f"替{WIDOWER}说")).to_be_visible()
    expect(teacher.get_by_text(f"做好事的人和{WIDOWER}或者您是一家人或亲戚吗")).to_be_visible()
    is_for_everybody(teacher)
    screens.take(teacher, "proxy-word")

    desk.get_by_text("结束", exact=True).click()
    desk.get_by_label("为什么").select_option("revoked")
    desk.get_by_role("button", name="结束代办").click()
    expect(desk.get_by_text("还没有人请人代办")).to_be_visible()
