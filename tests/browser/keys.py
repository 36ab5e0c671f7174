"""Somebody at the desk who has no mouse: everything is reached and done by keys."""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page, expect

FAR: Final = 250
IS_THERE = "one => one === document.activeElement"
SHOWS_ITSELF = """one => getComputedStyle(one).outlineStyle !== 'none'
  || getComputedStyle(one.closest('label') ?? one).outlineStyle !== 'none'"""
IS_OF_ITS_GROUP = """one => document.activeElement?.type === 'radio'
  && document.activeElement.name === one.name && document.activeElement.form === one.form"""


@dataclass
class Keys:
    """Goes with Tab to what is wanted, and fails where that does not lead there, or unseen."""

    page: Page

    def open_door(self, name: str) -> None:
        """g and the letter that the door tells."""
        door = self.page.locator(".doors a").filter(has_text=name)
        key = door.get_attribute("data-key")
        assert key
        self.page.keyboard.press("g")
        self.page.keyboard.press(key)
        expect(door).to_have_attribute("aria-current", "page")

    def go_to_rows(self, row: Locator) -> None:
        """j from row to row."""
        self._press_until("j", row, IS_THERE)

    def reach(self, wanted: Locator) -> None:
        expect(wanted).to_have_count(1)
        self._press_until("Tab", wanted, IS_THERE)
        assert wanted.evaluate(SHOWS_ITSELF), f"one does not see that {wanted} is reached"

    def enter(self, wanted: Locator) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Enter")

    def write(self, wanted: Locator, words: str) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(words)
        expect(wanted).to_have_value(words)

    def choose(self, radio: Locator) -> None:
        """Tab leads to the group, arrows within it."""
        self._press_until("Tab", radio, IS_OF_ITS_GROUP)
        self._press_until("ArrowDown", radio, IS_THERE)
        self.page.keyboard.press("Space")
        expect(radio).to_be_checked()

    def pick(self, listed: Locator, words: str) -> None:
        self.reach(listed)
        self._press_until("ArrowDown", listed, f"one => one.selectedOptions[0]?.text === '{words}'")

    def _press_until(self, key: str, wanted: Locator, holds: str) -> None:
        for _ in range(FAR):
            if wanted.evaluate(holds):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {wanted}")
