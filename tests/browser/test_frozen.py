"""An account that stands still: its holder reads why, and says no; two people free it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from playwright.sync_api import ViewportSize, expect
from sqlalchemy import select

from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.virtue_bank.jobs.deeds import post_due_awards
from backend.virtue_bank.models import Deed
from scripts.demonstration.visitors import Visitor
from tests.browser.arriving import Browsers, box, wait_for_all
from tests.browser.conftest import Screens
from tests.browser.pages import (
    CHAIR,
    GRID_WORKER,
    MEMBER,
    MOTHER,
    NEIGHBOUR,
    OWNER,
    SUPERVISOR,
    TEACHER,
    WIDOWER,
)
from tests.browser.test_points import choose, press, turn
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


def of_two(village: Village) -> str:
    """A deed of the mother and a neighbour that hangs on the board."""
    mother, neighbour, *witnesses = (
        Visitor(village.world, village.person(who)) for who in (MOTHER, NEIGHBOUR, TEACHER, WIDOWER)
    )
    for each in (neighbour, *witnesses):
        each.sign_in()
    sheet = mother.get("/virtue-bank/rules")
    told: dict[str, Any] = {
        "item_id": next(each["id"] for each in sheet["items"] if each["title"] == "清理楼道"),
        "occurred_on": (today() - timedelta(days=1)).isoformat(),
        "place": "三层平台",
        "story": "两个人把三层平台的旧家具搬下了楼。",
        "witness_ids": [each.id for each in witnesses],
        "shares": [{"acted_id": each.id} for each in (mother, neighbour)],
    }
    deed = mother.post("/virtue-bank/deeds", told)
    at = f"/virtue-bank/deeds/{deed['id']}"
    seen = mother.post(f"{at}/submit", {"row_version": deed["row_version"]})
    for each in witnesses:
        seen = each.post(f"{at}/confirmations", {"stance": "yes", "unrelated": True})
    said = {"outcome": "approve", "call_note": "去看过，搬走了。"}
    worker = Visitor(village.world, village.person(GRID_WORKER))
    seen = worker.post(f"{at}/decision", said | {"row_version": seen["row_version"]})
    if seen["state"] == "second_review":  # drawn by chance
        member = Visitor(village.world, village.person(MEMBER))
        looked = {"outcome": "approve", "row_version": seen["row_version"]}
        member.post(f"{at}/second-decision", looked)
    return str(deed["id"])


@pytest.fixture
def waiting(village: Village) -> Iterator[str]:
    """The deed of two, its days over, and one of the accounts frozen."""
    deed_id = of_two(village)
    mother = Visitor(village.world, village.person(MOTHER))
    account = int(mother.get("/virtue-bank/me/accounts")["items"][0]["id"])
    settle(village, account, "freezing")
    with village.house.app.app_context():
        with transaction():
            deed = db.session.scalars(select(Deed).where(Deed.id == UUID(deed_id))).one()
            deed.hang(utc_now() - timedelta(days=7), utc_now() - timedelta(hours=1))
        post_due_awards()
    yield deed_id
    settle(village, account, "unfreezing")


def a_proxy_is_not_told_why(village: Village, browsers: Browsers, screens: Screens) -> None:
    hers, his = (Visitor(village.world, village.person(who)) for who in (MOTHER, OWNER))
    his.sign_in()
    asked = hers.post("/proxy-grants", {"proxy_id": his.id, "scopes": ["virtue_bank"]})["id"]
    his.post(f"/proxy-grants/{asked}/acceptance")
    proxy = browsers.resident(OWNER)
    proxy.goto("/#/points/account")
    choose(proxy, "为谁办", MOTHER)
    expect(proxy.get_by_text(f"为什么冻结，只告诉{MOTHER}本人")).to_be_visible()
    expect(proxy.get_by_text(WHY["reason"])).to_have_count(0)
    assert not axe(proxy)
    screens.take(proxy, "share-proxy")
    proxy.goto("/#/account/proxy")
    press(proxy, f"不再代办，{OWNER}代{MOTHER}")
    press(proxy, "结束")
    expect(proxy.get_by_text("结束了，从现在起不能再代办。")).to_be_visible()


def test_of_a_deed_of_two_each_sees_the_own_share_and_a_proxy_not_why(
    village: Village, browsers: Browsers, screens: Screens, waiting: str
) -> None:
    mother, neighbour = browsers.resident(MOTHER), browsers.resident(NEIGHBOUR)
    mother.goto(f"/#/points/deed?id={waiting}")
    expect(mother.get_by_text("公示已结束，5分等账户解冻后入账。")).to_be_visible()
    assert not axe(mother)
    screens.take(mother, "share-waits")
    press(mother, "看看为什么冻结")
    expect(mother.get_by_text(WHY["reason"])).to_be_visible()
    expect(mother.get_by_text("另有5分公示完了，解冻以后入账")).to_be_visible()
    screens.take(mother, "share-waits-account")

    neighbour.goto(f"/#/points/deed?id={waiting}")
    expect(neighbour.get_by_text("5分已经入账。")).to_be_visible()
    expect(neighbour.get_by_text("冻结")).to_have_count(0)
    screens.take(neighbour, "share-credited")

    worker = browsers.grid_worker(GRID_WORKER)
    worker.goto(f"/#/grid/deed?id={waiting}")
    expect(worker.get_by_text("5分已经入账，还有5分没有入账。")).to_be_visible()
    expect(worker.get_by_text(f"{MOTHER}的5分还没有入账")).to_be_visible()
    assert not axe(worker)
    screens.take(worker, "share-worker")

    desk = browsers.official(MEMBER)
    desk.goto(f"/console/points/deeds/{waiting}")
    expect(desk.get_by_text(f"{MOTHER}，5分等账户解冻后入账")).to_be_visible()
    assert not axe(desk)
    screens.take(desk, "share-desk")
    desk.goto("/console/points/deeds?view=scope")
    expect(desk.get_by_text("其余的等账户解冻后入账")).to_be_visible()
    screens.take(desk, "share-desk-list")

    a_proxy_is_not_told_why(village, browsers, screens)

    mother.set_viewport_size(SMALL)
    turn(mother, "换成长辈版")
    mother.goto("/#/points/account")
    wait_for_all(mother)
    screens.take(mother, "share-waits-account-elder")
    mother.goto(f"/#/points/deed?id={waiting}")
    expect(mother.get_by_text("公示已结束，5分等账户解冻后入账。")).to_be_visible()
    assert not axe(mother)
    screens.take(mother, "share-waits-elder")
    turn(mother, "换成标准版")
