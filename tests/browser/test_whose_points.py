"""Whose the points are, where the sheet leaves it to whoever claims."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import ViewportSize, expect
from sqlalchemy import update

from backend.database import db, transaction
from backend.virtue_bank.models import RuleItem
from scripts.demonstration.visitors import Visitor
from tests.browser.arriving import Browsers, box
from tests.browser.conftest import Screens
from tests.browser.pages import NEIGHBOUR
from tests.browser.test_points import choose, press, turn
from tests.browser.village import Village

ITEM = "清理楼道"
SMALL: Final[ViewportSize] = {"width": 320, "height": 640}


def sheet_says(village: Village, whom: str) -> None:
    with village.house.app.app_context(), transaction():
        db.session.execute(update(RuleItem).where(RuleItem.title == ITEM).values(credit_to=whom))


@pytest.fixture
def left_open(village: Village) -> Iterator[None]:
    sheet_says(village, "choice")
    yield
    sheet_says(village, "person")


def test_who_has_a_family_account_is_asked_whose_the_points_are(
    village: Village, browsers: Browsers, screens: Screens, left_open: None
) -> None:
    neighbour = browsers.resident(NEIGHBOUR)
    neighbour.goto("/#/points/claim")
    choose(neighbour, "是哪一样好事", ITEM)
    expect(neighbour.get_by_role("radiogroup", name="积分记给谁")).to_have_count(0)

    her = Visitor(village.world, village.person(NEIGHBOUR))
    [home] = her.get("/me")["households"]
    founded = {"household_id": home["household_id"]}
    family = her.post("/virtue-bank/families", founded)["id"]
    neighbour.goto("about:blank")
    neighbour.goto("/#/points/claim")
    choose(neighbour, "是哪一样好事", ITEM)
    choose(neighbour, "哪一天做的", "今天")
    box(neighbour, "做了什么").fill("把四层楼道扫了一遍，旧纸箱搬下了楼。")
    box(neighbour, "一共几小时").fill("1")
    choose(neighbour, "积分记给谁", "记给家庭账户")
    screens.take(neighbour, "credit-standard")
    press(neighbour, "交上去")
    press(neighbour, "看这件善行")
    expect(neighbour.get_by_text("积分记给家庭账户").locator("visible=true")).to_be_visible()
    screens.take(neighbour, "credit-deed")

    neighbour.set_viewport_size(SMALL)
    turn(neighbour, "换成长辈版")
    neighbour.goto("about:blank")
    neighbour.goto("/#/points/claim")
    choose(neighbour, "是哪一样好事", ITEM)
    expect(neighbour.get_by_text("第1问，一共11问")).to_be_visible()
    press(neighbour, "下一步")
    choose(neighbour, "哪一天做的", "昨天")
    for _ in range(2):
        press(neighbour, "下一步")
    box(neighbour, "做了什么").fill("把五层楼道扫了一遍。")
    for _ in range(6):
        press(neighbour, "下一步")
    expect(neighbour.get_by_role("radiogroup", name="积分记给谁")).to_be_visible()
    screens.take(neighbour, "credit-elder")
    turn(neighbour, "换成标准版")
    her.post(f"/virtue-bank/families/{family}/leaving")
