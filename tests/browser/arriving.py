"""People before a screen: each comes in on the real pages once, and is known there afterwards."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pyotp
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from scripts.demonstration.visitors import World
from scripts.replaying.staff import STEP_SECONDS
from tests.browser.watching import Watch

PATIENCE_MS = 30_000
PHONE = {
    "viewport": {"width": 375, "height": 667},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
NARROW = {"viewport": {"width": 320, "height": 568}}
DESK = {"viewport": {"width": 1280, "height": 800}}
IS_STRANGER = "localStorage.getItem('session') === null"
SIGN_IN: Final = re.compile(r"/console/sign-in")
LOADING: Final = "正在取，请稍等"


def box(page: Page, label: str) -> Locator:
    """The field of the residents' client with this label, whatever keyboard it opens."""
    return page.locator(f":is(input, textarea)[aria-label^='{label}']")


def wait_for_all(page: Page) -> None:
    """Until nothing on a page of the residents' client is still on its way."""
    expect(page.locator("uni-page-body")).to_be_visible()
    expect(page.get_by_text(LOADING)).to_have_count(0)


@dataclass
class Browsers:
    """Opens browsers of different people; what any of them does wrong fails the test."""

    chromium: Browser
    origin: str
    world: World
    person: Callable[[str], dict[str, Any]]
    known: dict[str, StorageState]  # which door and who → what their browser keeps
    stack: ExitStack
    watches: list[Watch] = field(default_factory=list)

    def phone(self, **changed: Any) -> Page:
        return self._open(PHONE | changed)

    def desk(self, **changed: Any) -> Page:
        return self._open(DESK | changed)

    def resident(self, who: str, **changed: Any) -> Page:
        """A resident's phone, signed in, on the first page."""
        page = self._known("phone", who, PHONE | changed)
        page.goto("/#/account/signin")
        if page.evaluate(IS_STRANGER):
            page.get_by_role("button", name=self.person(who)["name"], exact=True).click()
            expect(page).not_to_have_url(re.compile("account/signin"))
            self._keep("phone", who, page)
        page.goto("/#/pages/home/index")
        return page

    def grid_worker(self, who: str, **changed: Any) -> Page:
        """A worker's phone, signed in for work, on 我的."""
        page = self._known("field", who, PHONE | changed)
        page.goto("/#/pages/me/index")
        if page.evaluate(IS_STRANGER):
            self.come_in_for_work(page, who)
        return page

    def come_in_for_work(self, page: Page, who: str) -> None:
        person = self.person(who)
        page.goto("/#/account/staff")
        box(page, "登录名").fill(person["login"])
        box(page, "密码").fill(person["password"])
        page.get_by_role("button", name="下一步").click()
        code = box(page, "验证码")
        code.wait_for()
        code.fill(self.code(who))
        page.get_by_role("button", name="进入", exact=True).click()
        expect(page).to_have_url(re.compile("pages/me/index"))
        self._keep("field", who, page)

    def official(self, who: str, **changed: Any) -> Page:
        """Somebody at the desk, on the first page of the console."""
        page = self._known("desk", who, DESK | changed)
        self.go(page, who, "/console")
        return page

    def go(self, page: Page, who: str, path: str) -> None:
        """Open a page of the desk; a session that ended meanwhile is opened anew."""
        page.goto(path)
        if not SIGN_IN.search(page.url):
            return
        person = self.person(who)
        page.get_by_label("登录名").fill(person["login"])
        page.get_by_label("密码").fill(person["password"])
        page.get_by_role("button", name="下一步").click()
        page.get_by_label("验证码").fill(self.code(who))
        page.get_by_role("button", name="登录").click()
        expect(page).not_to_have_url(SIGN_IN)
        self._keep("desk", who, page)

    def code(self, who: str) -> str:
        """What the authenticator shows; one code opens one session, so time moves on first."""
        self.world.pass_time(timedelta(seconds=STEP_SECONDS))
        return pyotp.TOTP(self.person(who)["totp_secret"]).at(self.world.now())

    def _known(self, door: str, who: str, options: dict[str, Any]) -> Page:
        kept = self.known.get(f"{door} {who}")
        return self._open(options | ({"storage_state": kept} if kept else {}))

    def _keep(self, door: str, who: str, page: Page) -> None:
        self.known[f"{door} {who}"] = page.context.storage_state()

    def _open(self, options: dict[str, Any]) -> Page:
        context = self.chromium.new_context(
            base_url=self.origin, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        self.stack.callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        self.watches.append(Watch(context, self.origin))
        return context.new_page()
