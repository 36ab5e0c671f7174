"""Giving up the account on the phone: what goes is told first, then the phone knows nobody."""

from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import expect

from backend.database import db
from backend.residents.models import Resident
from tests.browser.arriving import IS_STRANGER, NARROW, Browsers
from tests.browser.conftest import Screens
from tests.browser.lodgers import a_lodger, come_in
from tests.browser.test_points import press, turn
from tests.browser.village import Village
from tests.browser.watching import axe

LARGE: Final = "换成长辈版"


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_an_account_is_given_up_after_a_second_look(
    mode: str, village: Village, browsers: Browsers, screens: Screens
) -> None:
    name = {"standard": "方远行", "elder": "高远行"}[mode]
    lodger, community_id = a_lodger(village, name, f"o_leaving_{mode}")
    page = browsers.phone(**(NARROW if mode == "elder" else {}))
    come_in(page, lodger, community_id)
    expect(page.get_by_text(name)).to_be_visible()
    if mode == "elder":
        turn(page, LARGE)
    page.goto("/#/account/privacy")
    press(page, "我要注销账号")
    expect(page.get_by_text("您还有30积分")).to_be_visible()
    expect(page.get_by_text("注销了不能恢复")).to_be_visible()
    page.get_by_text("注销了不能恢复").scroll_into_view_if_needed()
    screens.take(page, f"giving-up-{mode}")
    assert axe(page) == []
    press(page, "不注销")
    press(page, "我要注销账号")
    press(page, "注销账号")

    expect(page.get_by_text("进入后，能收到消息")).to_be_visible()
    assert page.evaluate(IS_STRANGER)
    screens.take(page, f"gave-up-{mode}")
    with village.house.app.app_context():
        assert db.session.get_one(Resident, UUID(lodger.id)).name is None
