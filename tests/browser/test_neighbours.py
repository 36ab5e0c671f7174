"""Naming neighbours in a claim: found by whole name and building, and in words where not."""

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.browser.arriving import Browsers, box
from tests.browser.conftest import Screens
from tests.browser.pages import MOTHER, NEIGHBOUR, WIDOWER
from tests.browser.test_points import choose, press, turn
from tests.browser.village import Village

SERIAL: Final = re.compile(r"VB-\d{4}-\d{6}")
SMALL: Final = {"width": 320, "height": 640}


def seek(page: Page, button: str, name: str, building: str = "3号楼") -> None:
    press(page, button)
    box(page, "邻居的姓名").fill(name)
    choose(page, "住几号楼", building)
    press(page, "找一找")


def test_neighbours_are_found_by_name_and_building(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/claim")
    choose(mother, "是哪一样好事", "代购代取")
    choose(mother, "哪一天做的", "昨天")
    box(mother, "做了什么").fill("给楼上的邻居取了两次药，送到家里。")

    seek(mother, "找一找帮的这位邻居", "无此人")
    expect(mother.get_by_text("3号楼没有找到“无此人”")).to_be_visible()
    screens.take(mother, "claim-nobody")
    press(mother, "写进文字里")
    expect(box(mother, "帮了谁")).to_have_value("无此人，3号楼")
    seek(mother, "找一找帮的这位邻居", MOTHER)
    expect(mother.get_by_text("这是您自己")).to_be_visible()
    press(mother, "不找了")
    seek(mother, "找一找帮的这位邻居", NEIGHBOUR)
    expect(mother.get_by_text(half(NEIGHBOUR))).to_be_visible()
    seek(mother, "找一找看见的邻居", NEIGHBOUR)
    expect(mother.get_by_text("已经写过了")).to_be_visible()
    press(mother, "不找了")
    seek(mother, "找一找看见的邻居", WIDOWER)
    expect(mother.get_by_text(half(WIDOWER))).to_be_visible()
    screens.take(mother, "claim-found")
    press(mother, "交上去")

    expect(mother.get_by_text(SERIAL)).to_be_visible()
    press(mother, "看这件善行")
    expect(mother.get_by_text(f"{WIDOWER}（见证人）")).to_be_visible()


def test_in_large_type_it_asks_one_thing_after_the_other_and_without_network_takes_words(
    village: Village, browsers: Browsers, screens: Screens
) -> None:
    mother = browsers.resident(MOTHER, viewport=SMALL)
    turn(mother, "换成长辈版")
    mother.goto("/#/points/claim")
    choose(mother, "是哪一样好事", "为老人送餐")
    press(mother, "下一步")
    choose(mother, "哪一天做的", "前天")
    press(mother, "下一步")
    press(mother, "下一步")
    box(mother, "做了什么").fill("给腿脚不便的奶奶送了午饭。")
    press(mother, "下一步")

    press(mother, "找一找帮的这位邻居")
    press(mother, "姓名写好了")
    expect(mother.get_by_text("请写姓和名")).to_be_visible()
    box(mother, "邻居的姓名").fill(NEIGHBOUR)
    screens.take(mother, "claim-elder-name")
    press(mother, "姓名写好了")
    expect(box(mother, "邻居的姓名")).to_have_count(0)
    choose(mother, f"{NEIGHBOUR}住几号楼", "3号楼")
    screens.take(mother, "claim-elder-building")
    mother.context.set_offline(True)
    press(mother, "找一找")
    expect(mother.get_by_text("现在没有网，找不了")).to_be_visible()
    screens.take(mother, "claim-elder-offline")
    press(mother, "写进文字里")
    expect(box(mother, "帮了谁")).to_have_value(f"{NEIGHBOUR}，3号楼")
    mother.context.set_offline(False)

    press(mother, "下一步")
    expect(mother.get_by_text("谁看见了，可以不选")).to_be_visible()
    press(mother, "找一找看见的邻居")
    box(mother, "邻居的姓名").fill(WIDOWER)
    press(mother, "姓名写好了")
    choose(mother, f"{WIDOWER}住几号楼", "3号楼")
    press(mother, "找一找")
    expect(mother.get_by_text(half(WIDOWER))).to_be_visible()
    screens.take(mother, "claim-elder-found")
    press(mother, f"去掉{half(WIDOWER)}")
    expect(mother.get_by_text(half(WIDOWER))).to_have_count(0)
    press(mother, "下一步")
    expect(mother.get_by_text("还有谁一起做，可以不选")).to_be_visible()
    screens.take(mother, "claim-elder-together")
    turn(mother, "换成标准版")


def half(name: str) -> str:
    return f"{name[0]}*{name[2:]}"
