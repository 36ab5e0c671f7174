"""One matter from the first word to its end, in the browsers of the people concerned."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from backend.clock import SHANGHAI
from backend.database import db, transaction
from backend.deliberation.models import AgendaItem, Meeting, Proposal, Question
from scripts.demonstration.walk import MORNING, TOPICS
from tests.browser.arriving import Browsers, box, wait_for_all
from tests.browser.village import Village

# Nearly what a neighbour has said already of another place.
TITLE, ALIKE = "希望在西门口加两张带靠背的长椅", "希望在小花园加两张带靠背的长椅"
WORDS = f"{TITLE}。老人散步走到一半没处坐。现有石凳冬天太凉，想要两张木椅，带靠背和扶手。"
AUTHOR, BACKERS = "陈知夏", ("林安然", "许明远")
PROPERTY, OWNERS = "赵清和", "周望舒"
CHAIR, SECRETARY, RECORDER = "李桂兰", "王建国", "马欣怡"
ASSIGNEE, COMMITTEE, SUPERVISOR = "张志强", "刘海燕", "朱德明"
GRID_WORKER, MODERATOR = "沈俊杰", "谢雨桐"
SEATED = (SECRETARY, COMMITTEE, OWNERS, PROPERTY)
SCORES = {AUTHOR: "很满意", BACKERS[0]: "很满意", BACKERS[1]: "满意", OWNERS: "满意"}
PATH = [
    *("submitted", "inquiring", "queued", "scheduled", "deliberating", "resolved"),
    *("publicized", "acting", "inspecting", "appraising", "outcome_publicized", "closed"),
]
COME_IN = re.compile("^进入")  # the button's name goes on with what is inside
CARDS = 12
BREATHS = 300


@dataclass
class Walk:
    """The people's screens, and what became of the matter by now."""

    village: Village
    browsers: Browsers
    pages: dict[str, Page] = field(default_factory=dict)
    matter: str = ""
    statuses: list[str] = field(default_factory=list)

    # --- screens

    def phone(self, who: str, path: str) -> Page:
        """A resident's phone on a page; it shows the time everybody lives in."""
        page = self.pages.get(who) or self.browsers.resident(who)
        return self._turned_to(page, who, path)

    def work_phone(self, who: str, path: str) -> Page:
        """A worker's phone; work asks for the code again after some hours."""
        name = f"{who} at work"
        page = self.pages.get(name) or self.browsers.grid_worker(who)
        self._turned_to(page, name, path)
        wait_for_all(page)
        if page.get_by_role("button", name=COME_IN).is_visible():
            self.browsers.come_in_for_work(page, who)
            self._turned_to(page, name, path)
        return page

    def desk(self, who: str, path: str) -> Page:
        page = self.pages.get(f"{who} at the desk")
        if page is None:
            page = self.pages[f"{who} at the desk"] = self.browsers.official(who)
        self.browsers.go(page, who, path)
        return page

    def matter_at_desk(self, who: str) -> Page:
        return self.desk(who, f"/console/matters/{self.matter}")

    def _turned_to(self, page: Page, name: str, path: str) -> Page:
        self.pages[name] = page
        page.clock.set_system_time(self.village.world.now())
        page.goto("about:blank")
        page.goto(f"/#/{path}")
        return page

    # --- time

    def go_to(self, moment: datetime) -> None:
        self.village.world.go_to(moment)

    def next_morning(self, days: int = 1) -> None:
        day = self.village.world.now().date() + timedelta(days=days)
        self.go_to(datetime.combine(day, MORNING, SHANGHAI))

    def wait_for_status(self, status: str) -> None:
        self.village.world.wait_for(status, lambda: self.now_at(status), breaths=BREATHS)

    # --- what the books and the phones say

    def now_at(self, status: str) -> bool:
        """Whether the matter stands there; the path it took is kept."""
        now = self.ask(select(Proposal.status).where(Proposal.id == UUID(self.matter)))
        if now not in self.statuses[-1:]:
            self.statuses.append(now)
        return bool(now == status)

    def ask(self, query: Any) -> Any:
        with self.village.house.app.app_context(), transaction():
            return db.session.scalar(query)

    def wait_for_card(self, who: str, word: str) -> None:
        openid = self.village.person(who)["openid"]
        world = self.village.world
        world.wait_for(
            f"the card “{word}” on {who}'s phone",
            lambda: any(
                card["openid"] == openid and any(word in value for _, value in card["rows"])
                for card in world.cards()
            ),
            breaths=BREATHS,
        )


def test_a_matter_walks_from_filing_to_closing_on_screens(
    village: Village, browsers: Browsers
) -> None:
    walk = Walk(village, browsers)
    _wait_for_a_weekday_morning(walk)
    _allow_cards(walk, AUTHOR)

    _file(walk)
    _pass_its_text(walk)
    _accept(walk)
    _support(walk)
    _look_into_it(walk)
    _sort_it(walk)
    held = _put_on_the_agenda(walk)
    _hold_the_meeting(walk, held)
    _sign_the_minutes(walk, held)
    _publish(walk, "result", "结果公示")
    _object_to_nothing(walk, "acting")
    _do_the_work(walk)
    _inspect(walk)
    _appraise(walk)
    _publish(walk, "implementation", "落实公示")
    _object_to_nothing(walk, "closed")
    _look_back(walk)


# --- 说事


def _wait_for_a_weekday_morning(walk: Walk) -> None:
    walk.next_morning()
    while walk.village.world.now().weekday() >= 5:
        walk.next_morning()


def _allow_cards(walk: Walk, who: str) -> None:
    """Some taps on 允许, in WeChat; two in one second are one."""
    asked = {"openid": walk.village.person(who)["openid"], "templates": TOPICS}
    for _ in range(CARDS):
        walk.village.world.pass_time(timedelta(seconds=2))
        walk.village.world.phones.ask("POST", "/_double/consent", asked)


def _file(walk: Walk) -> None:
    phone = walk.phone(AUTHOR, "pages/home/index")
    phone.get_by_role("button", name="我要说事").click()
    box(phone, "说说是什么事").fill(WORDS)
    phone.get_by_role("radio", name="公共设施").click()
    box(phone, "具体地方").fill("西门口")
    expect(phone.get_by_text(ALIKE)).to_be_visible()
    phone.get_by_role("button", name="都不是，是另一件事").click()
    phone.get_by_role("button", name="交上去").click()

    expect(phone.get_by_text("收到了", exact=True)).to_be_visible()
    phone.get_by_role("button", name="看这件事").click()
    expect(phone.get_by_role("heading", name=TITLE)).to_be_visible()
    walk.matter = phone.url.partition("id=")[2]
    assert walk.now_at("submitted")
    walk.wait_for_card(AUTHOR, "已提交")


def _pass_its_text(walk: Walk) -> None:
    desk = walk.desk(MODERATOR, "/console/moderation")
    desk.get_by_role("link", name=TITLE).click()
    desk.get_by_role("radio", name=re.compile("^通过")).check()
    desk.get_by_role("button", name="定下来").click()
    expect(_notice(desk)).not_to_be_empty()
    walk.wait_for_card(AUTHOR, "已通过")


def _accept(walk: Walk) -> None:
    phone = walk.work_phone(GRID_WORKER, "grid/work")
    phone.get_by_role("link", name=TITLE).click()
    phone.get_by_role("button", name="受理", exact=True).click()
    box(phone, "想说的话").fill("已收到，本周去现场看。")
    phone.get_by_role("button", name="受理", exact=True).click()
    expect(phone.get_by_text("受理了，已经告诉说事的人")).to_be_visible()
    assert walk.now_at("inquiring")
    walk.wait_for_card(AUTHOR, "已受理")


def _support(walk: Walk) -> None:
    for backer in BACKERS:
        phone = walk.phone(backer, f"matter/detail?id={walk.matter}")
        phone.get_by_role("button", name="我也这样想，附议").click()
        expect(phone.get_by_role("button", name="不再附议")).to_be_visible()
    expect(phone.get_by_text("2人附议")).to_be_visible()


# --- 问事


def _look_into_it(walk: Walk) -> None:
    phone = walk.work_phone(GRID_WORKER, f"grid/matter?id={walk.matter}")
    phone.get_by_role("button", name="写问事记录").click()
    phone.get_by_role("radio", name="看现场").click()
    box(phone, "问到、看到了什么").fill("西门口有一处空地，放得下两张椅子。")
    box(phone, "影响多少户").fill("15")
    box(phone, "大约要花多少元").fill("1600")
    phone.get_by_role("button", name="记下来").click()
    expect(phone.get_by_text("记下来了", exact=True)).to_be_visible()


def _sort_it(walk: Walk) -> None:
    chair = walk.desk(CHAIR, "/console/triage?view=sort")
    _row(chair).get_by_label("由谁来问事").select_option(label=ASSIGNEE)
    _row(chair).get_by_role("button", name="请他来问").click()
    expect(_row(chair)).to_contain_text(f"{ASSIGNEE}在办")

    desk = walk.desk(ASSIGNEE, "/console/triage?view=sort")
    row = _row(desk)
    row.get_by_role("radio", name="小事").check()
    row.get_by_label("依据").select_option(label="公共设施维护")
    row.get_by_label("由谁来议").select_option(label="四方协商")
    row.get_by_label("理由").fill("椅子是共用的，由四方商量。")
    row.get_by_role("button", name="定下来").click()
    expect(_notice(desk)).to_contain_text("待议")
    assert walk.now_at("queued")
    walk.wait_for_card(AUTHOR, "待议")


# --- 议事


def _put_on_the_agenda(walk: Walk) -> str:
    """On the first day still open, with the four parties invited; the address of its sheet."""
    desk = walk.desk(RECORDER, "/console/calendar")
    waiting = desk.locator(f"#waiting-{walk.matter}")
    waiting.get_by_role("button", name="列进去").click()
    expect(_notice(desk)).to_contain_text("列进议程了")
    assert walk.now_at("scheduled")

    meeting = walk.ask(
        select(AgendaItem.meeting_id).where(AgendaItem.proposal_id == UUID(walk.matter))
    )
    sheet = f"/console/meetings/{meeting}"
    walk.browsers.go(desk, RECORDER, sheet)
    officers = _open(desk.locator("#officers"))
    officers.get_by_label("谁主持").select_option(label=CHAIR)
    officers.get_by_label("谁记录").select_option(label=RECORDER)
    officers.get_by_label("谁监督").select_option(label=SUPERVISOR)
    officers.get_by_role("button", name="记下来").click()
    expect(_notice(desk)).to_contain_text("记下了谁主持")

    seats = desk.locator("#seats")
    invited = (
        seats.locator(".seat-list").inner_text() if seats.locator(".seat-list").count() else ""
    )
    missing = [name for name in SEATED if name not in invited]
    if missing:
        usual = _open(seats.locator("details").filter(has_text="从常来的人里勾"))
        for name in missing:
            usual.get_by_role("checkbox", name=name).check()
        usual.get_by_role("button", name="请他们来").click()
        expect(_notice(desk)).to_contain_text("都加进席位了")
    for name in SEATED:
        expect(seats.locator(".seat-list")).to_contain_text(name)

    cutoff = walk.ask(select(Meeting.cutoff_at).where(Meeting.id == meeting))
    walk.go_to(cutoff + timedelta(minutes=1))
    walk.village.world.wait_for(
        "the frozen agenda",
        lambda: walk.ask(select(Meeting.state).where(Meeting.id == meeting)) == "frozen",
        breaths=BREATHS,
    )
    return sheet


def _hold_the_meeting(walk: Walk, sheet: str) -> None:
    meeting = UUID(sheet.rpartition("/")[2])
    starts_at = walk.ask(select(Meeting.starts_at).where(Meeting.id == meeting))
    walk.go_to(starts_at)
    recorder = walk.desk(RECORDER, sheet)
    for name in SEATED:
        here = recorder.get_by_role("checkbox", name=name)
        here.check()
    expect(recorder.locator("#quorum")).to_contain_text("4")
    recorder.get_by_role("button", name="记下签到").click()
    expect(recorder.locator("#quorum")).to_contain_text("4")

    chair = walk.desk(CHAIR, sheet)
    chair.get_by_role("button", name="宣布开会").click()
    expect(_notice(chair)).to_contain_text("开会了")
    assert walk.now_at("deliberating")

    walk.browsers.go(recorder, RECORDER, sheet)
    topic = recorder.locator(".topic", has_text=TITLE)
    for name in SEATED:
        speech = topic.get_by_role("group", name=f"{name}的意见")
        speech.get_by_role("radio", name="同意", exact=True).check()
        speech.get_by_role("textbox").fill("同意，费用和工期公开。")
    topic.get_by_role("textbox", name="决定").fill(
        "由物业在三周内装好两张木椅，费用从公共收益列支。"
    )
    task = topic.get_by_role("group", name="第1项任务")
    task.get_by_label("做什么").fill("装两张木椅")
    task.get_by_label("谁来办").select_option(label=PROPERTY)
    task.get_by_label("算哪一方").select_option("property_company")
    due = starts_at.astimezone(SHANGHAI).date() + timedelta(days=40)
    task.get_by_label("哪天办完").fill(due.isoformat())
    task.get_by_label("预算").fill("1600")
    topic.get_by_role("button", name="记为结论").click()
    expect(_notice(recorder)).to_contain_text("记下了")
    assert walk.now_at("resolved")
    _leave_the_rest_for_another_day(recorder)

    walk.browsers.go(chair, CHAIR, sheet)
    chair.get_by_role("button", name="散会").click()
    expect(_notice(chair)).to_contain_text("散会了")


def _leave_the_rest_for_another_day(recorder: Page) -> None:
    settle = recorder.get_by_role("button", name="记为结论")
    for left in reversed(range(settle.count())):
        topic = recorder.locator(".topic").filter(has=settle).first
        topic.get_by_role("textbox", name="决定").fill("时间不够，下次接着议。")
        topic.get_by_role("radio", name="没议完，下次接着议").check()
        settle.first.click()
        expect(settle).to_have_count(left)


def _sign_the_minutes(walk: Walk, sheet: str) -> None:
    walk.next_morning()
    recorder = walk.desk(RECORDER, sheet)
    recorder.get_by_role("button", name="发给参会人核对").click()
    expect(_notice(recorder)).to_contain_text("发给参会人了")
    walk.next_morning(days=5)
    for name in (RECORDER, CHAIR, SUPERVISOR):
        desk = walk.desk(name, sheet)
        desk.get_by_role("button", name="签字").click()
        expect(_notice(desk)).to_contain_text("签")
    expect(_notice(desk)).to_contain_text("定稿")


# --- 公示


def _publish(walk: Walk, kind: str, name: str) -> None:
    """One prepares it, another publishes what was seen, a third hangs it up."""
    recorder = walk.matter_at_desk(RECORDER)
    recorder.get_by_role("link", name=f"{name}：预览和发布").click()
    recorder.get_by_role("button", name="拟公示稿").click()
    expect(_notice(recorder)).to_contain_text("公示稿拟好了")

    chair = walk.desk(CHAIR, f"/console/matters/{walk.matter}/notice/{kind}")
    chair.get_by_role("button", name="我核对过，发布").click()
    expect(_notice(chair)).to_contain_text("公示单")
    assert walk.now_at("publicized" if kind == "result" else "outcome_publicized")

    worker = walk.desk(GRID_WORKER, "/console/publication?view=hanging")
    worker.get_by_role("link", name=f"关于“{TITLE}”的{name}").click()
    worker.get_by_role("button", name="贴好了，记下").click()
    expect(_notice(worker)).to_contain_text("公示到")


def _object_to_nothing(walk: Walk, then: str) -> None:
    """Everybody can read it for fifteen days."""
    stranger = walk.browsers.phone()
    stranger.clock.set_system_time(walk.village.world.now())
    stranger.goto("/#/public/board")
    expect(stranger.get_by_text(TITLE).first).to_be_visible()
    walk.next_morning(days=16)
    walk.wait_for_status(then)


# --- 办事


def _do_the_work(walk: Walk) -> None:
    _report(walk, "办了50%", "椅子订好了，下周到。")
    walk.next_morning()
    _report(walk, "办好了", "两张椅子都装好了。")
    assert walk.now_at("inspecting")


def _report(walk: Walk, how_far: str, what: str) -> None:
    phone = walk.phone(PROPERTY, f"matter/detail?id={walk.matter}")
    phone.get_by_role("button", name="说说办得怎样：装两张木椅").click()
    phone.get_by_role("radio", name=how_far).click()
    box(phone, "做了什么").fill(what)
    phone.get_by_role("button", name="记下来").click()
    expect(phone.get_by_text("记下来了，大家能看到")).to_be_visible()


def _inspect(walk: Walk) -> None:
    desk = walk.matter_at_desk(SUPERVISOR)
    form = _open(desk.locator("#inspection"))
    form.get_by_role("radio", name=re.compile("^通过")).check()
    form.get_by_role("button", name="交验收单").click()
    expect(_notice(desk)).not_to_be_empty()
    assert walk.now_at("appraising")
    walk.wait_for_card(AUTHOR, "评事")


# --- 评事


def _appraise(walk: Walk) -> None:
    question = walk.ask(select(Question.id).where(Question.proposal_id == UUID(walk.matter)))
    for name, word in (
        (AUTHOR, "很满意"),
        (BACKERS[0], "很满意"),
        (BACKERS[1], "满意"),
        (OWNERS, "满意"),
    ):
        phone = walk.phone(name, f"matter/rate?id={question}")
        phone.get_by_role("radio", name=word, exact=True).click()
        phone.get_by_role("button", name="交上去").click()
        expect(phone.get_by_text("收到了，谢谢您")).to_be_visible()
    closes = walk.ask(select(Question.closes_at).where(Question.id == question))
    walk.go_to(closes + timedelta(hours=10))
    walk.village.world.wait_for(
        "the appraisal's close",
        lambda: walk.ask(select(Question.state).where(Question.id == question)) == "closed",
        breaths=BREATHS,
    )


def _look_back(walk: Walk) -> None:
    assert walk.statuses == PATH
    phone = walk.phone(AUTHOR, f"matter/detail?id={walk.matter}")
    expect(phone.get_by_text("办结").first).to_be_visible()
    expect(phone.get_by_role("heading", name="走到哪一步")).to_be_visible()
    desk = walk.matter_at_desk(CHAIR)
    expect(desk.get_by_text("办结").first).to_be_visible()


# --- parts of screens


def _row(desk: Page) -> Locator:
    """The matter's row on the board."""
    return desk.locator("li.sort").filter(has_text=TITLE)


def _open(fold: Locator) -> Locator:
    """What is folded away until its line is pressed."""
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return fold


def _notice(desk: Page) -> Locator:
    return desk.locator("#notice")
