"""A bad connection, a refusal, a change of mind: nothing is lost, nothing counts twice."""

from typing import Any

from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from backend.database import db, transaction
from backend.deliberation.models import Conversation, ProposalText, Statement, StatementVoteLatest
from scripts.demonstration.matters import MATTERS
from tests.browser.arriving import Browsers, box
from tests.browser.village import Village

MOTHER, NEIGHBOUR, TEACHER = "陈知夏", "孙若谷", "林安然"
LOST = "地下室灯管一闪一闪的，晃得人头晕"
HELD = "三号楼门前的减震垫翘起来了，推车过不去"
ALIKE = next(each.body for each in MATTERS if each.title.startswith("快递车和外卖车"))
WAITS = "网络不通，您写的已存在手机里"
SOON_MS = 10_000  # no answer is waited for as long as 15 s


def test_what_is_handed_in_without_network_arrives_once(
    browsers: Browsers, village: Village
) -> None:
    phone = browsers.resident(MOTHER)
    _write(phone, LOST)

    phone.context.set_offline(True)
    _hand_in(phone)
    expect(phone.get_by_text(WAITS)).to_be_visible()
    assert _matters(village, LOST) == 0
    phone.context.set_offline(False)

    expect(phone.get_by_text("收到了", exact=True)).to_be_visible()
    assert _matters(village, LOST) == 1
    expect(phone.get_by_text("编号", exact=True)).to_be_visible()


def test_an_answer_lost_on_the_way_back_makes_no_second_matter(
    browsers: Browsers, village: Village
) -> None:
    phone = browsers.resident(MOTHER)
    _write(phone, HELD)
    arrived = []

    def lose_the_answer(route: Route) -> None:
        arrived.append(route.fetch().status)
        route.abort("internetdisconnected")

    phone.route("**/submission", lose_the_answer, times=1)
    _hand_in(phone)

    expect(phone.get_by_text("收到了", exact=True)).to_be_visible()
    assert arrived == [200]
    assert _matters(village, HELD) == 1


def test_what_waits_survives_closing_the_page(browsers: Browsers, village: Village) -> None:
    phone = browsers.resident(NEIGHBOUR)
    words = "四单元门口的扶手松了，老人不敢扶"
    _write(phone, words)
    phone.context.set_offline(True)
    _hand_in(phone)
    expect(phone.get_by_text(WAITS)).to_be_visible()
    phone.get_by_role("button", name="回首页").click()
    expect(phone.get_by_text("还在手机里的")).to_be_visible()

    phone.close()
    another = phone.context.new_page()
    phone.context.set_offline(False)
    another.goto("/")

    expect(another.get_by_text(words).first).to_be_visible()
    expect(another.get_by_text("还在手机里的")).to_be_hidden()
    assert _matters(village, words) == 1


def test_two_windows_of_a_browser_hand_it_in_once_and_both_know(
    browsers: Browsers, village: Village
) -> None:
    phone = browsers.resident(MOTHER)
    other = phone.context.new_page()
    other.goto("/")
    words = "窗台上的花盆松了，风一大就要掉下来"
    _write(phone, words, is_offline=True)
    _hand_in(phone)
    expect(other.get_by_text("还在手机里的")).to_be_visible()

    phone.route("**/api/v1/proposals", lambda route: route.abort("internetdisconnected"), times=1)
    phone.context.set_offline(False)

    expect(phone.get_by_text("收到了", exact=True)).to_be_visible()
    expect(other.get_by_text("还在手机里的")).to_be_hidden()
    expect(other.get_by_text("这次没通过")).to_be_hidden()
    assert _matters(village, words) == 1


def test_who_signs_out_is_out_at_once_in_every_window(browsers: Browsers) -> None:
    """Also where no answer comes: nobody stands waiting for the network."""
    phone = browsers.resident(TEACHER)
    other = phone.context.new_page()
    for page in (phone, other):
        page.goto("/#/pages/me/index")
        expect(page.get_by_text("通知设置", exact=True)).to_be_visible()
    phone.route("**/api/v1/sessions/current", lambda _: None)

    phone.get_by_role("button", name="退出", exact=True).click()
    phone.get_by_role("button", name="退出并清掉").click()

    for page in (phone, other):
        expect(page.get_by_text("进入后，能收到消息")).to_be_visible(timeout=SOON_MS)


def test_a_refused_form_opens_again_with_its_words(browsers: Browsers, village: Village) -> None:
    """Offline nobody could say that a neighbour had told the same."""
    before = _matters(village, ALIKE)
    phone = browsers.resident(MOTHER)
    _write(phone, ALIKE, place="东门", is_offline=True)
    _hand_in(phone)
    expect(phone.get_by_text(WAITS)).to_be_visible()
    phone.context.set_offline(False)

    expect(phone.get_by_text("有人说过相似的事")).to_be_visible()
    expect(box(phone, "说说是什么事")).to_have_value(ALIKE)
    expect(box(phone, "具体地方")).to_have_value("东门")
    phone.get_by_role("button", name="都不是，是另一件事").click()
    _hand_in(phone)

    expect(phone.get_by_text("收到了", exact=True)).to_be_visible()
    assert _matters(village, ALIKE) == before + 1


def test_a_refusal_that_came_later_leads_back_to_the_form(
    browsers: Browsers, village: Village
) -> None:
    before = _matters(village, ALIKE)
    phone = browsers.resident(NEIGHBOUR)
    _write(phone, ALIKE, is_offline=True)
    _hand_in(phone)
    phone.get_by_role("button", name="回首页").click()
    phone.context.set_offline(False)

    expect(phone.get_by_text("这次没通过：请先查看相似事项")).to_be_visible()
    phone.get_by_role("button", name="改一改再交").click()
    words = box(phone, "说说是什么事")
    expect(words).to_have_value(ALIKE)
    expect(phone.get_by_text("请先查看相似事项").first).to_be_visible()
    phone.get_by_role("button", name="都不是，是另一件事").click()
    _hand_in(phone)

    expect(phone.get_by_text("收到了", exact=True)).to_be_visible()
    assert _matters(village, ALIKE) == before + 1
    phone.goto("/#/pages/home/index")
    expect(phone.get_by_text("还在手机里的")).to_be_hidden()


def test_a_page_first_opened_without_network_comes_when_that_is_back(browsers: Browsers) -> None:
    phone = browsers.resident(TEACHER)
    phone.goto("/#/pages/me/index")
    other = phone.get_by_text("通知设置", exact=True)
    expect(other).to_be_visible()
    phone.context.set_offline(True)
    phone.get_by_text("投诉建议", exact=True).click()
    expect(other).to_be_hidden()
    wanted = phone.get_by_role("button", name="我要投诉或建议")
    expect(wanted).to_be_hidden()

    phone.context.set_offline(False)

    expect(wanted).to_be_visible()


def test_words_half_written_are_still_there_next_time(browsers: Browsers) -> None:
    phone = browsers.resident(TEACHER)
    phone.goto("/#/matter/new")
    box(phone, "说说是什么事").fill("写到一半，孩子哭了")

    phone.reload()

    expect(box(phone, "说说是什么事")).to_have_value("写到一半，孩子哭了")


def test_a_vote_that_is_changed_is_still_one_vote(browsers: Browsers, village: Village) -> None:
    conversation = _ask(village, select(Conversation.id).limit(1))
    phone = browsers.resident(MOTHER)
    phone.goto(f"/#/matter/statements?id={conversation}")
    shown = phone.locator(".statement")
    expect(shown).to_be_visible()
    text = shown.inner_text()
    before = _votes(village, text)

    phone.get_by_role("button", name=f"同意，{text}", exact=True).click()
    expect(phone.get_by_role("status")).to_contain_text("记下了：同意")
    number = phone.get_by_role("status").inner_text().removeprefix("第").partition("条")[0]
    phone.get_by_role("button", name=f"改一改第{number}条的表态").click()
    expect(phone.get_by_text("您上次选的是：同意")).to_be_visible()
    phone.get_by_role("button", name=f"不同意，{text}").click()

    expect(phone.get_by_role("status")).to_contain_text("记下了：不同意")
    assert _votes(village, text) == {**before, -1: before.get(-1, 0) + 1}


def _write(phone: Page, words: str, *, place: str = "", is_offline: bool = False) -> None:
    phone.get_by_role("button", name="我要说事").click()
    field = box(phone, "说说是什么事")
    expect(field).to_be_visible()
    phone.context.set_offline(is_offline)
    field.fill(words)
    phone.get_by_role("radio", name="公共设施").click()
    if place:
        box(phone, "具体地方").fill(place)


def _hand_in(phone: Page) -> None:
    phone.get_by_role("button", name="交上去").click()


def _matters(village: Village, words: str) -> int:
    """How many the books hold, in whatever state."""
    told = func.count(ProposalText.proposal_id.distinct())
    return int(_ask(village, select(told).where(ProposalText.body == words)))


def _votes(village: Village, text: str) -> dict[int, int]:
    """How many of each kind count for the statement."""
    counted = (
        select(StatementVoteLatest.value, func.count().label("people"))
        .join(Statement, Statement.id == StatementVoteLatest.statement_id)
        .where(Statement.text == text)
        .group_by(StatementVoteLatest.value)
    )
    with village.house.app.app_context(), transaction():
        return {row.value: row.people for row in db.session.execute(counted)}


def _ask(village: Village, query: Any) -> Any:
    with village.house.app.app_context(), transaction():
        return db.session.scalar(query)
