"""Photos on a claim, as they come off a telephone: taken in, refused, taken out again."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from backend.uploads import MOST_BYTES
from tests.browser.arriving import Browsers, box
from tests.browser.conftest import Screens
from tests.browser.pages import NEIGHBOUR
from tests.browser.test_points import SERIAL, choose, press
from tests.files.pictures import a_photo

ADD = "加照片"
USED_BEFORE = "这张照片已经用在另一件善行里"
NO_NETWORK = "网络不通。连上网后再试"


def photo(seed: int, content: bytes = b"") -> FilePayload:
    taken = content or a_photo(seed, size=(640, 480))
    return {"name": f"IMG_{seed}.jpg", "mimeType": "image/jpeg", "buffer": taken}


def add(page: Page, *photos: FilePayload) -> None:
    with page.expect_file_chooser() as chosen:
        press(page, ADD)
    chosen.value.set_files(list(photos))


def shown(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^第.张照片，放大看$"))


def tell(page: Page, day: str) -> None:
    choose(page, "是哪一样好事", "代购代取")
    choose(page, "哪一天做的", day)
    box(page, "做了什么").fill("替二楼的奶奶取了一趟快递，送到门口。")
    box(page, "帮了谁，谁看见了").fill("3号楼二楼的吴奶奶")


def test_photos_are_taken_in_refused_and_taken_out(browsers: Browsers, screens: Screens) -> None:
    page = browsers.resident(NEIGHBOUR)
    page.goto("/#/points/claim")
    add(page, photo(101), photo(102))
    expect(shown(page)).to_have_count(2)

    add(page, photo(103, bytes(MOST_BYTES + 1)), photo(111))
    expect(page.get_by_text("图片太大")).to_be_visible()
    expect(shown(page)).to_have_count(3)
    screens.take(page, "photos-too-large")
    press(page, "去掉第3张照片")
    add(page, photo(104, "不是照片，是一段话。".encode() * 40))
    expect(page.get_by_text("这个文件不是图片")).to_be_visible()
    expect(shown(page)).to_have_count(2)

    press(page, "去掉第1张照片")
    expect(shown(page)).to_have_count(1)
    add(page, *(photo(seed) for seed in range(105, 110)))
    expect(shown(page)).to_have_count(6)
    expect(page.get_by_role("button", name=ADD)).to_have_count(0)
    screens.take(page, "photos-six")


def test_a_photo_waits_for_the_network_and_proves_one_deed(
    browsers: Browsers, screens: Screens
) -> None:
    page = browsers.resident(NEIGHBOUR)
    page.goto("/#/points/claim")
    page.get_by_role("button", name=ADD).wait_for()
    page.context.set_offline(True)
    add(page, photo(201))
    expect(page.get_by_text(NO_NETWORK)).to_be_visible()
    expect(shown(page)).to_have_count(0)
    page.context.set_offline(False)
    add(page, photo(201))
    expect(shown(page)).to_have_count(1)
    tell(page, "今天")
    press(page, "交上去")
    expect(page.get_by_text(SERIAL)).to_be_visible()

    press(page, "再报一件")
    expect(shown(page)).to_have_count(0)
    add(page, photo(201))
    expect(shown(page)).to_have_count(1)
    tell(page, "昨天")
    press(page, "交上去")
    expect(page.get_by_text(USED_BEFORE).last).to_be_in_viewport()
    expect(page.get_by_text(SERIAL)).to_have_count(0)
    screens.take(page, "photos-used-before")
    press(page, "去掉第1张照片")
    press(page, "交上去")
    expect(page.get_by_text(SERIAL)).to_be_visible()
