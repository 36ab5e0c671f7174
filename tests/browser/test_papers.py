"""Statements on paper: a resident keeps one, the counter opens one to print."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.arriving import NARROW, Browsers, wait_for_all
from tests.browser.conftest import Screens
from tests.browser.pages import CLERK, MOTHER
from tests.browser.test_points import press, turn
from tests.browser.watching import axe

DAYS = re.compile(r"起止日期\s*(\d+)年\d+月\d+日至(\d+)年")
KEPT = "存好了，在“下载”里找“积分对账单”。"


def taken(page: Page) -> str:
    """What the paper says that the button brings."""
    with page.expect_download() as download:
        press(page, "保存或打印对账单")
    expect(page.get_by_text(KEPT)).to_be_visible()
    assert download.value.suggested_filename.startswith("积分对账单")
    return "".join(each.extract_text() for each in PdfReader(Path(download.value.path())).pages)


def test_a_statement_is_kept_to_be_printed(browsers: Browsers, screens: Screens) -> None:
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/account")
    press(mother, "看每一笔，我的积分")
    said = taken(mother)
    screens.take(mother, "phone-standard-statement-kept")
    assert MOTHER in said
    assert axe(mother) == []


def test_in_large_type_a_whole_year_is_kept(browsers: Browsers, screens: Screens) -> None:
    mother = browsers.resident(MOTHER, **NARROW)
    turn(mother, "换成长辈版")
    mother.goto("/#/points/account")
    press(mother, "看每一笔，我的积分")
    mother.get_by_role("radio", name="最近一年").click()
    wait_for_all(mother)
    days = DAYS.search(taken(mother))
    screens.take(mother, "phone-elder-statement-kept")
    assert axe(mother) == []
    turn(mother, "换成标准版")
    assert days is not None
    assert int(days[2]) - int(days[1]) == 1


def test_the_counter_opens_a_statement_to_print(browsers: Browsers, screens: Screens) -> None:
    clerk = browsers.official(CLERK)
    clerk.goto("/console/points")
    clerk.get_by_role("link", name="对账单").click()
    clerk.get_by_label("姓名").fill(MOTHER)
    press(clerk, "找一找")
    clerk.get_by_role("link", name=MOTHER).click()
    expect(clerk.get_by_role("heading", name="打哪一份")).to_be_visible()
    screens.take(clerk, "desk-statement-form")
    with clerk.expect_response("**/console/points/statements") as answered:
        press(clerk, "做成A4，打开打印")
    assert answered.value.header_value("content-type") == "application/pdf"
