"""The two doors open: the residents' pages at `/`, the committee's desk at `/console`."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.database import db, transaction
from backend.deliberation.models import Proposal
from backend.links.actions import short_code_for
from tests.browser.arriving import wait_for_all
from tests.browser.pages import phone_pages
from tests.browser.village import Village
from tests.browser.watching import axe


def test_the_residents_front_page_opens(phone: Page) -> None:
    phone.goto("/")

    expect(phone.locator("uni-tabbar").get_by_text("首页")).to_be_visible()
    expect(phone.get_by_text("我要说事").first).to_be_visible()
    assert axe(phone) == []


def test_a_stranger_may_open_any_page_and_nothing_breaks(phone: Page) -> None:
    for path in phone_pages():
        phone.goto("about:blank")
        phone.goto(f"/#/{path}")
        wait_for_all(phone)


def test_a_printed_code_leads_to_the_page_of_its_matter(phone: Page, village: Village) -> None:
    with village.house.app.app_context(), transaction():
        matter = db.session.scalars(select(Proposal)).first()
        assert matter is not None
        code = short_code_for(matter.community_id, "proposal", matter.id)
        led_to = f"/#/matter/detail?id={matter.id}"

    phone.goto(f"/q/{code}")

    expect(phone).to_have_url(f"{village.url}{led_to}")
    expect(phone.locator("uni-page-body")).to_be_visible()


def test_the_desks_sign_in_opens(desk: Page) -> None:
    desk.goto("/console/")

    expect(desk).to_have_url(re.compile("/console/sign-in"))
    expect(desk.get_by_role("button", name="下一步")).to_be_visible()
    assert axe(desk) == []
