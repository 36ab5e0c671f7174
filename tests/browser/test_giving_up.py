"""Giving up the account on the phone: what goes is told first, then the phone knows nobody."""

from typing import Final
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from backend.clock import today
from backend.database import db, transaction
from backend.ledger.actions import open_account, pay, special_account
from backend.ledger.models import SYSTEM_ID, Asset, Code, OwnerKind, Source
from backend.residents.models import Household, Residency, Resident
from scripts.demonstration.visitors import Visitor
from tests.browser.arriving import IS_STRANGER, NARROW, Browsers
from tests.browser.conftest import Screens
from tests.browser.test_points import press, turn
from tests.browser.village import Village
from tests.browser.watching import axe

LARGE: Final = "换成长辈版"
# As the client keeps who has come in; the sheet of demo phones shows the first six alone.
COME_IN: Final = """([token, person, communityId]) => {
  const data = {token, person, communityId, kind: 'resident', level: 2, consentMissing: false}
  localStorage.setItem('session', JSON.stringify({type: 'object', data}))
  localStorage.setItem('person', person)
}"""


def a_lodger(village: Village, name: str, openid: str) -> tuple[Visitor, str]:
    """Somebody who lives here and has thirty points."""
    village.world.phones.ask("POST", "/_double/person", {"openid": openid, "name": name})
    visitor = Visitor(village.world, {"name": name, "openid": openid})
    visitor.post("/me/consents", {"purpose": "basic", "policy_version": 1})
    with village.house.app.app_context(), transaction():
        resident_id = UUID(visitor.id)
        home = db.session.scalars(select(Household).order_by(Household.id)).all()[-1]
        db.session.get_one(Resident, resident_id).name = name
        db.session.add(
            Residency(
                community_id=home.community_id,
                resident_id=resident_id,
                household_id=home.id,
                relation="lodger",
                valid=Range(today(), None),
            )
        )
        pay(
            home.community_id,
            asset=Asset.POINTS,
            code=Code.AWARD,
            debit_id=special_account(home.community_id, Asset.POINTS, OwnerKind.ISSUER),
            credit_id=open_account(home.community_id, Asset.POINTS, OwnerKind.PERSON, resident_id),
            amount=30,
            source=Source.GRANT_LINE,
            source_id=uuid4(),
            actor_id=SYSTEM_ID,
        )
        return visitor, str(home.community_id)


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_an_account_is_given_up_after_a_second_look(
    mode: str, village: Village, browsers: Browsers, screens: Screens
) -> None:
    name = {"standard": "方远行", "elder": "高远行"}[mode]
    lodger, community_id = a_lodger(village, name, f"o_leaving_{mode}")
    page = browsers.phone(**(NARROW if mode == "elder" else {}))
    page.goto("/#/account/signin")
    page.evaluate(COME_IN, [lodger.token, lodger.id, community_id])
    page.goto("about:blank")
    page.goto("/#/pages/me/index")
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
