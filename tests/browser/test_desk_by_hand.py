"""The desk by hand: without script, without a mouse, and two people at the same thing at once."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from backend.clock import SHANGHAI
from tests.browser.arriving import Browsers
from tests.browser.keys import Keys
from tests.browser.pages import CHAIR, CLERK, Facts

ASSIGNEE, PROPERTY = "张志强", "赵清和"
SEATED = ("王建国", "刘海燕", "周望舒", PROPERTY)
BY_TEXT, BY_KEYS = "地下室有人堆放杂物和旧家具", "绿化带被踩出小路，请补种或铺石板"
HEATING, OUTAGE = "冬季取暖安全提醒", "3号楼停水两小时"
OURS, THEIRS = "白天走东门，晚上走北门。", "外卖车一律走东门。"
SEEN, REASON = "看了现场，确有此事。", "大家共用的地方，由四方商量。"
BASIS, BODY = "公共设施维护", "四方协商"
WEEKS = timedelta(weeks=4)


def test_two_people_write_on_one_sheet_and_neither_loses_a_word(
    browsers: Browsers, facts: Facts
) -> None:
    clerk, chair = _both_at_the_sheet(browsers, facts)
    _decision(clerk).fill(THEIRS)
    _decision(chair).fill(OURS)
    _press(clerk, "存草稿")
    expect(_notice(clerk)).to_contain_text("存")

    _press(chair, "存草稿")

    expect(_notice(chair)).to_contain_text("您写的还在")
    expect(_decision(chair)).to_have_value(OURS)
    _notice(chair).get_by_role("link", name="看看新内容").click()
    expect(chair.get_by_text(f"现在存着的是：{THEIRS}")).to_be_visible()
    expect(_decision(chair)).to_have_value(OURS)


def test_without_script_too_the_second_of_two_finds_the_words_again(
    browsers: Browsers, facts: Facts
) -> None:
    clerk, chair = _both_at_the_sheet(browsers, facts, java_script_enabled=False)
    _decision(clerk).fill(f"{THEIRS}货车也是。")
    _decision(chair).fill(OURS)
    _press(clerk, "存草稿")

    _press(chair, "存草稿")

    expect(chair.get_by_role("alert")).to_be_visible()
    expect(_decision(chair)).to_have_value(OURS)


def test_by_keys_alone_from_triage_over_the_meeting_to_the_board(
    browsers: Browsers, facts: Facts
) -> None:
    matter = facts.matter(BY_KEYS)
    assignee = Keys(browsers.official(ASSIGNEE))
    row = assignee.page.locator(f"#row-{matter}")
    assignee.open_door("分流台")
    assignee.enter(assignee.page.locator(".tabs").get_by_role("link", name="待分流"))
    assignee.go_to_rows(row.get_by_role("link", name=BY_KEYS))
    assignee.enter(row.get_by_role("link", name="写问事记录"))
    note = assignee.page.locator("#note_inquiry")
    assignee.choose(note.get_by_role("radio", name="到现场"))
    assignee.write(note.get_by_label("看到什么，听到什么"), SEEN)
    assignee.page.keyboard.press("Control+Enter")
    expect(_notice(assignee.page)).not_to_be_empty()
    assignee.open_door("分流台")
    assignee.enter(assignee.page.locator(".tabs").get_by_role("link", name="待分流"))
    assignee.choose(row.get_by_role("radio", name="小事"))
    assignee.pick(row.get_by_label("依据"), BASIS)
    assignee.write(row.get_by_label("理由"), REASON)
    assignee.enter(row.get_by_role("button", name="定下来"))
    expect(_notice(assignee.page)).to_contain_text("待议")

    clerk = Keys(browsers.official(CLERK))
    clerk.open_door("日历")
    clerk.enter(clerk.page.locator(f"#waiting-{matter}").get_by_role("button", name="列进去"))
    expect(_notice(clerk.page)).to_contain_text("列进议程了")
    browsers.go(clerk.page, CLERK, _sheet(facts))
    clerk.choose(_stance(clerk.page, SEATED[0]))
    clerk.write(_decision(clerk.page), OURS)
    clerk.enter(clerk.page.get_by_role("button", name="存草稿"))
    expect(_notice(clerk.page)).to_contain_text("存")

    chair = Keys(browsers.official(CHAIR))
    chair.open_door("公示台")
    chair.enter(chair.page.locator(".tabs").get_by_role("link", name="草稿"))
    chair.go_to_rows(chair.page.get_by_role("link", name=HEATING))
    chair.page.keyboard.press("Enter")
    chair.enter(chair.page.get_by_role("link", name="发布…"))
    chair.enter(chair.page.get_by_role("button", name="我核对过，发布"))
    expect(_notice(chair.page)).to_contain_text("公示单")


def test_without_script_from_triage_over_the_meeting_to_the_board(
    browsers: Browsers, facts: Facts
) -> None:
    matter = facts.matter(BY_TEXT)
    assignee = browsers.official(ASSIGNEE, java_script_enabled=False)
    browsers.go(assignee, ASSIGNEE, f"/console/matters/{matter}")
    note = assignee.locator("#note_inquiry")
    if note.get_attribute("open") is None:
        note.locator("summary").click()
    note.get_by_role("radio", name="到现场").check()
    note.get_by_label("看到什么，听到什么").fill(SEEN)
    note.get_by_role("button").click()
    browsers.go(assignee, ASSIGNEE, "/console/triage?view=sort")
    row = assignee.locator(f"#row-{matter}")
    row.get_by_role("radio", name="小事").check()
    row.get_by_label("依据").select_option(label=BASIS)
    row.get_by_label("由谁来议").select_option(label=BODY)
    row.get_by_label("理由").fill(REASON)
    _press(row, "定下来")
    expect(_notice(assignee)).to_contain_text("待议")

    clerk = browsers.official(CLERK, java_script_enabled=False)
    browsers.go(clerk, CLERK, "/console/calendar")
    _press(clerk.locator(f"#waiting-{matter}"), "列进去")
    expect(_notice(clerk)).to_contain_text("列进议程了")
    _conclude(browsers, clerk, facts)

    browsers.go(clerk, CLERK, "/console/publication/new")
    clerk.get_by_label("标题").fill(OUTAGE)
    clerk.get_by_label("内容").fill("明天9点到11点检修水管，请提前存些水。")
    _press(clerk, "存为草稿")
    expect(clerk.get_by_role("heading", name=OUTAGE).first).to_be_visible()
    chair = browsers.official(CHAIR, java_script_enabled=False)
    browsers.go(chair, CHAIR, clerk.url)
    chair.get_by_role("link", name="发布…").click()
    _press(chair, "我核对过，发布")
    expect(_notice(chair)).to_contain_text("公示单")


def _conclude(browsers: Browsers, clerk: Page, facts: Facts) -> None:
    """Everybody is for it, somebody has it done by a day: the sheet as it stands is sent."""
    browsers.go(clerk, CLERK, _sheet(facts))
    for name in SEATED:
        _stance(clerk, name).check()
        clerk.get_by_role("textbox", name=f"{name}说了什么").fill("同意。")
    _decision(clerk).fill(OURS)
    task = clerk.get_by_role("group", name="第1项任务")
    task.get_by_label("做什么").fill("立两块指路牌")
    task.get_by_label("谁来办").select_option(label=PROPERTY)
    task.get_by_label("算哪一方").select_option("property_company")
    due = (browsers.world.now().astimezone(SHANGHAI) + WEEKS).date()
    task.get_by_label("哪天办完").fill(due.isoformat())
    _press(clerk, "记为结论")
    expect(_notice(clerk)).to_contain_text("记下了")


def _both_at_the_sheet(browsers: Browsers, facts: Facts, **changed: Any) -> tuple[Page, Page]:
    pages = browsers.official(CLERK, **changed), browsers.official(CHAIR, **changed)
    for page, who in zip(pages, (CLERK, CHAIR), strict=True):
        browsers.go(page, who, _sheet(facts))
    return pages


def _sheet(facts: Facts) -> str:
    return f"/console/meetings/{facts.meeting('open')}"


def _decision(page: Page) -> Locator:
    return page.get_by_role("textbox", name="决定")


def _stance(page: Page, name: str) -> Locator:
    speech = page.get_by_role("group", name=f"{name}的意见")
    return speech.get_by_role("radio", name="同意", exact=True)


def _press(where: Page | Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def _notice(page: Page) -> Locator:
    return page.locator("#notice")
