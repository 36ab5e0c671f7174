"""An account that stands still: its holder reads why, and says no; two people free it."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import ViewportSize, expect

from scripts.demonstration.visitors import Visitor
from tests.browser.arriving import Browsers, box, wait_for_all
from tests.browser.conftest import Screens
from tests.browser.pages import CHAIR, MOTHER, SUPERVISOR
from tests.browser.test_points import press, turn
from tests.browser.village import Village
from tests.browser.watching import axe

SMALL: Final[ViewportSize] = {"width": 320, "height": 568}
WHY = {"reason": "两件善行的证明对不上，正在核查。", "decision_ref": "核查〔2026〕3号"}


def settle(village: Village, account: int, what: str) -> None:
    """The chair asks, a supervisor confirms."""
    chair, supervisor = (Visitor(village.world, village.person(who)) for who in (CHAIR, SUPERVISOR))
    request = chair.post(f"/virtue-bank/accounts/{account}/{what}", WHY)
    supervisor.post(f"/virtue-bank/freezing-requests/{request['id']}/confirmation")


@pytest.fixture
def frozen(village: Village) -> Iterator[None]:
    mother = Visitor(village.world, village.person(MOTHER))
    account = int(mother.get("/virtue-bank/me/accounts")["items"][0]["id"])
    settle(village, account, "freezing")
    yield
    settle(village, account, "unfreezing")


@pytest.mark.usefixtures("frozen")
def test_who_is_frozen_reads_why_and_appeals(browsers: Browsers, screens: Screens) -> None:
    mother = browsers.resident(MOTHER)
    mother.goto("/#/points/account")
    wait_for_all(mother)
    expect(mother.get_by_text("我的积分冻结了")).to_be_visible()
    expect(mother.get_by_text(WHY["reason"])).to_be_visible()
    expect(mother.get_by_role("button", name="打居委会电话问")).to_be_visible()
    assert not axe(mother)
    screens.take(mother, "frozen-account")

    mother.set_viewport_size(SMALL)
    turn(mother, "换成长辈版")
    mother.goto("/#/points/account")
    wait_for_all(mother)
    expect(mother.get_by_text("我的积分冻结了")).to_be_visible()
    assert not axe(mother)
    screens.take(mother, "frozen-account-elder")
    press(mother, "不同意，申诉，我的积分冻结了")
    box(mother, "为什么不该冻结").fill("那两天我都在，邻居可以作证。")
    screens.take(mother, "frozen-appeal")
    press(mother, "交上去")
    press(mother, "看看我提过的")
    expect(mother.get_by_text("监督委员会里另一位")).to_be_visible()
    assert not axe(mother)
    screens.take(mother, "frozen-appealed-elder")
    turn(mother, "换成标准版")
