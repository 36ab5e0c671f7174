"""Everybody can use every page of both doors: axe, sizes, a narrow screen, both modes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import url_for
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.arriving import NARROW, Browsers, wait_for_all
from tests.browser.conftest import Screens
from tests.browser.pages import Facts, Shown
from tests.browser.village import Village
from tests.browser.watching import axe

STANDARD, ELDER = "standard", "elder"
LEAST, LEAST_MAIN = 44, 60
# What is pressed. A link within a sentence is as large as its words, as WCAG 2.5.8 has it.
SMALL = """([least, leastMain]) => {
  const tapped = 'button, uni-button, a[href], summary, select, [role=button], [role=link],'
    + ' [role=radio], [role=checkbox], [role=tab], [role=switch], textarea, label:has(input),'
    + ' input:not([type=hidden], [type=radio], [type=checkbox])'
  const isWithinWords = (one) => one.matches('a') && getComputedStyle(one).display === 'inline'
  const wanted = (one) => one.matches('uni-button.main, .button.main') ? leastMain : least
  return [...document.querySelectorAll(tapped)].flatMap((one) => {
    if (!one.checkVisibility({visibilityProperty: true}) || isWithinWords(one)) return []
    if (one.closest('.skip, .out, [aria-hidden=true]')) return []
    const {width, height} = one.getBoundingClientRect()
    const size = wanted(one)
    if (!width || (height > size - 0.5 && width > least - 0.5)) return []
    const words = (one.getAttribute('aria-label') || one.innerText || one.name || '').slice(0, 30)
    return [`${Math.round(width)}x${Math.round(height)}: ${one.tagName} ${words}`]
  })
}"""
WIDER_BY = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def told(village: Village) -> Iterator[list[str]]:
    """Everything found on all pages is told at once."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(["", *found])


def test_no_page_is_forgotten(village: Village) -> None:
    assert set(pages.phone_pages()) == set(pages.PHONE)
    assert pages.desk_pages(village) == set(pages.DESK)


@pytest.mark.parametrize("mode", [STANDARD, ELDER])
def test_residents_pages(
    mode: str, browsers: Browsers, facts: Facts, screens: Screens, told: list[str]
) -> None:
    opened: dict[str, Page] = {}
    for path, shown in pages.PHONE.items():
        if shown.who not in opened:
            opened[shown.who] = _phone_of(browsers, shown.who, mode)
        page = opened[shown.who]
        page.goto("about:blank")
        page.goto(f"/#/{path}{shown.rest(facts)}")
        wait_for_all(page)
        found = _what_is_wrong(page, shown, LEAST_MAIN if mode == ELDER else LEAST)
        told += [f"{path}: {each}" for each in found]
        screens.take(page, f"phone-{mode}-{path}")
    for page in opened.values():
        _turn_to(page, STANDARD)


def test_pages_of_the_desk(
    village: Village, browsers: Browsers, facts: Facts, screens: Screens, told: list[str]
) -> None:
    opened: dict[str, Page] = {pages.STRANGER: browsers.desk()}
    for endpoint, shown in pages.DESK.items():
        if shown.who not in opened:
            opened[shown.who] = browsers.official(shown.who)
        page = opened[shown.who]
        address = _address(village, endpoint, shown, facts)
        if shown.who == pages.STRANGER:
            page.goto(address)
        else:
            browsers.go(page, shown.who, address)
        found = _what_is_wrong(page, shown, LEAST)
        page.set_viewport_size({"width": 1024, "height": 768})
        found += _too_wide(page)
        screens.take(page, f"desk-1024-{endpoint}")
        page.set_viewport_size({"width": 1280, "height": 800})
        told += [f"{endpoint}: {each}" for each in found]
        screens.take(page, f"desk-{endpoint}")


def _phone_of(browsers: Browsers, who: str, mode: str) -> Page:
    changed = NARROW if mode == ELDER else {}
    if who == pages.STRANGER:
        page = browsers.phone(**changed)
    elif who in pages.AT_WORK:
        page = browsers.grid_worker(who, **changed)
    else:
        page = browsers.resident(who, **changed)
    _turn_to(page, mode)
    return page


def _turn_to(page: Page, mode: str) -> None:
    """The account remembers it, so whoever comes after finds it so."""
    page.goto("/#/pages/me/index")
    switch = page.get_by_role("button", name=re.compile("换成(标准|长辈)版"))
    wanted = "换成标准版" if mode == ELDER else "换成长辈版"
    if wanted not in (switch.get_attribute("aria-label") or ""):
        switch.click()
    expect(page.get_by_role("button", name=wanted)).to_be_visible()


def _address(village: Village, endpoint: str, shown: Shown, facts: Facts) -> str:
    given: Any = shown.rest(facts) or {}
    with village.house.app.test_request_context():
        return url_for(endpoint, **given)


def _what_is_wrong(page: Page, shown: Shown, least_main: int) -> list[str]:
    try:
        expect(page.get_by_text(shown.says).locator("visible=true").first).to_be_visible()
    except AssertionError:
        return [f"does not say {shown.says}"]
    small = page.evaluate(SMALL, [LEAST, least_main])
    return [*_too_wide(page), *(f"too small: {each}" for each in small), *axe(page)]


def _too_wide(page: Page) -> list[str]:
    wider = page.evaluate(WIDER_BY)
    return [f"{wider} px too wide"] if wider > 0 else []
