"""One matter from the first word to its end over HTTP, done by the people concerned."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from backend.clock import SHANGHAI
from scripts.demonstration.visitors import Breathe, Late, Visitor, World

TITLE = "3号楼二单元门口想装一个雨棚"
BODY = "下雨下雪天推婴儿车、坐轮椅的进出都要淋着，台阶也滑。希望在门口装一个雨棚，台阶铺防滑条。"
AUTHOR, BACKERS = "陈知夏", ("林安然", "许明远", "孙若谷")
PROPERTY, OWNERS = "赵清和", "周望舒"
CHAIR, SECRETARY, RECORDER = "李桂兰", "王建国", "马欣怡"
ASSIGNEE, COMMITTEE, SUPERVISOR = "张志强", "刘海燕", "朱德明"
GRID_WORKER, MODERATOR = "沈俊杰", "谢雨桐"  # 沈俊杰 looks after 3号楼
TOPICS = (
    "demo_matter_progress",
    "demo_meeting_notice",
    "demo_digest",
    "demo_review_result",
    "demo_vote_reminder",
)
CARDS = 12
MORNING = time(9, 30)  # people are awake, no card waits for the end of the night
DIGEST = time(18, 31)
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Step:
    """What was just done, and what the backend says and sends."""

    number: int
    who: str
    did: str
    hint: str
    now: datetime
    status: str = ""
    step: str = ""
    owner: str = ""
    due_at: datetime | None = None
    facts: Sequence[tuple[str, str]] = ()
    cards: Sequence[Mapping[str, Any]] = ()
    inbox: Sequence[tuple[str, str]] = ()


@dataclass
class Walked:
    """What the walk came to."""

    serial_no: str = ""
    statuses: list[str] = field(default_factory=list)
    closed_as: str = ""
    cards: int = 0
    events: int = 0
    code: str = ""


Tell = Callable[[Step], None]


def walk(
    base_url: str,
    double_url: str,
    people: Iterable[dict[str, Any]],
    tell: Tell,
    *,
    breathe: Breathe,
) -> Walked:
    """Go the whole way; `breathe` lets the jobs run, and a moment pass."""
    world = World(base_url, double_url, breathe)
    try:
        return _Walk(
            world, {person["name"]: Visitor(world, person) for person in people}, tell
        ).go()
    finally:
        world.close()


class _Walk:
    def __init__(self, world: World, people: Mapping[str, Visitor], tell: Tell) -> None:
        self._world = world
        self._people = people
        self._tell = tell
        self._walked = Walked()
        self._number = 0
        self._cards_seen = len(world.cards())
        self._matter = ""
        self._meeting: dict[str, Any] = {}

    def go(self) -> Walked:
        self._come_in()
        self._speak()
        self._inquire()
        self._deliberate()
        self._sign()
        self._publish("result", "结果公示", "the decision")
        self._let_fifteen_days_pass("acting")
        self._act()
        self._appraise()
        self._publish("implementation", "落实公示", "what was done")
        self._let_fifteen_days_pass("closed")
        self._look_back()
        return self._walked

    # --- 说事

    def _come_in(self) -> None:
        self._wait_for_daylight()
        author = self._who(AUTHOR)
        for visitor in map(self._who, (AUTHOR, *BACKERS, OWNERS, PROPERTY, GRID_WORKER)):
            visitor.sign_in()
            visitor.news()
        asked = {"openid": author.openid, "templates": TOPICS}
        before = self._left(author)
        for _ in range(CARDS):  # two taps in one second are one, as WeChat tells them
            self._world.pass_time(timedelta(seconds=2))
            self._world.phones.ask("POST", "/_double/consent", asked)
        self._world.wait_for(
            "WeChat's pushes about 允许", lambda: self._left(author) >= before + CARDS
        )
        self._told(AUTHOR, f"微信登录，点了{CARDS}次“允许”", "signs in by WeChat, allows messages")

    def _speak(self) -> None:
        author = self._who(AUTHOR)
        alike = author.post("/proposals/similar", {"title": TITLE, "body": BODY})["items"]
        draft = author.post(
            "/proposals",
            {
                "title": TITLE,
                "body": BODY,
                "place": "3号楼二单元门口",
                "category": "facilities",
                "preclass": "common",
            },
        )
        self._matter = draft["id"]
        receipt = self._post(
            AUTHOR, "submission", version=draft["version"], similar_answer="different"
        )
        self._walked.serial_no, self._walked.code = receipt["serial_no"], receipt["code"]
        self._told(
            AUTHOR,
            "提交事项",
            "files the matter",
            facts=(("回执", receipt["url"]), ("相似事项", f"{len(alike)} 件")),
            hears=(AUTHOR, GRID_WORKER),
            card="已提交",
        )
        moderator = self._who(MODERATOR)
        (case,) = [
            case
            for case in moderator.get("/moderation?limit=100")["items"]
            if case["title"] == TITLE
        ]
        moderator.post(f"/moderation/{case['id']}/decision", {"decision": "pass"})
        self._told(MODERATOR, "审核文字，通过", "passes the text", hears=(AUTHOR,), card="已通过")
        self._step(
            GRID_WORKER, "acceptance", {}, "受理", "accepts it", hears=(AUTHOR,), card="已受理"
        )
        for name in BACKERS[:2]:
            self._who(name).put(f"/proposals/{self._matter}/support")
        self._who(GRID_WORKER).post(
            f"/proposals/{self._matter}/supports",
            {"resident_id": self._who(BACKERS[2]).id, "channel": "phone"},
        )
        self._told("、".join(BACKERS), "附议（一位打电话，由网格员代录）", "support it")

    # --- 问事

    def _inquire(self) -> None:
        self._who(ASSIGNEE).sign_in()
        self._step(
            CHAIR,
            "assignment",
            {"assignee_id": self._who(ASSIGNEE).id},
            f"指定{ASSIGNEE}承办",
            "names who looks into it",
        )
        self._step(
            ASSIGNEE,
            "inquiry-notes",
            {
                "mode": "on_site",
                "facts": "门口无遮挡，台阶磨损；一楼住户同意安装，雨棚不遮挡窗户。",
                "affected_households": 15,
                "cost_fen": 480_000,
            },
            "现场核实，写问事记录",
            "looks at the place, writes it down",
        )
        self._step(
            ASSIGNEE,
            "triage",
            {
                "class": "common",
                "basis_code": "shared_facility",
                "reason": "单元门口是共用部位，由四方协商。",
                "required_body": "four_party",
            },
            "三事分流：小事，交四方协商",
            "sorts it: a common matter, for the four parties",
            hears=(AUTHOR,),
            card="待议",
        )

    # --- 议事

    def _deliberate(self) -> None:
        recorder = self._who(RECORDER)
        self._meeting = self._next_session()
        place = f"/meetings/{self._meeting['id']}"
        for name in (CHAIR, SUPERVISOR, SECRETARY, COMMITTEE):
            self._who(name).sign_in()
        recorder.sign_in()
        recorder.put(
            f"{place}/officers",
            {
                "host_id": self._who(CHAIR).id,
                "recorder_id": recorder.id,
                "supervisor_id": self._who(SUPERVISOR).id,
            },
        )
        seated = {seat["resident_id"] for seat in recorder.get(place)["seats"]}
        for party, name in self._parties():
            if self._who(name).id not in seated:
                recorder.post(f"{place}/seats", {"party": party, "resident_id": self._who(name).id})
        recorder.post(
            f"{place}/agenda-items",
            {"proposal_id": self._matter, "version": self._case()["version"]},
        )
        held = _moment(self._meeting["starts_at"])
        self._told(
            RECORDER,
            f"列入{held:%m月%d日}逢十协商日，邀请四方",
            "puts it on the agenda of the consultation day",
        )
        self._world.go_to(_moment(self._meeting["cutoff_at"]) + timedelta(minutes=1))
        self._world.wait_for("the frozen agenda", lambda: recorder.get(place)["state"] == "frozen")
        self._told("系统", "议程截止，发出议事通知", "freezes the agenda", hears=(AUTHOR,))
        self._await_digest("议事通知")
        self._told("系统", "每日汇总到了手机上", "sends the day's digest")
        self._hold(place, held)

    def _await_digest(self, word: str) -> None:
        """This evening; or tomorrow's, if today's went out late because time had jumped."""
        for _ in range(2):
            now = self._world.now()
            day = now.date() + timedelta(days=now.time() >= DIGEST)
            self._world.go_to(datetime.combine(day, DIGEST, SHANGHAI))
            with suppress(Late):
                self._world.wait_for(word, lambda: self._is_on_phone(word), breaths=20)
                return
        raise Late(f"the digest with “{word}”")

    def _hold(self, place: str, held: datetime) -> None:
        recorder, chair = self._who(RECORDER), self._who(CHAIR)
        self._world.go_to(held)
        for seat in recorder.get(place)["seats"]:
            recorder.put(f"{place}/seats/{seat['id']}/attendance", {"present": True})
        opened = chair.post(f"{place}/opening")
        self._told(
            CHAIR,
            "宣布开会",
            "opens the meeting",
            facts=(("出席", opened["quorum_sentence"]),),
        )
        for item in opened["agenda"]:
            if item["result"] is not None:
                continue
            for seat in opened["seats"]:
                recorder.post(
                    f"/agenda-items/{item['id']}/positions",
                    {"seat_id": seat["id"], "stance": "for", "text": "同意，费用和工期公开。"},
                )
            decided = recorder.post(f"/agenda-items/{item['id']}/outcome", self._outcome(held))
            if item["proposal_id"] == self._matter:
                sentence = decided["resolution"]["result_sentence"]
        self._told(
            RECORDER,
            "记录四方意见，形成决议",
            "writes down positions and the decision",
            facts=(("结论", sentence),),
        )
        chair.post(f"{place}/closing")
        self._told(CHAIR, "散会", "closes the meeting; the minutes are drawn up")

    def _outcome(self, held: datetime) -> dict[str, Any]:
        return {
            "outcome": "agreed",
            "text": "由物业在三周内装好雨棚、铺好防滑条，费用从公共收益列支。",
            "tasks": [
                {
                    "party": "property_company",
                    "assignee_id": self._who(PROPERTY).id,
                    "title": "安装雨棚，铺防滑条",
                    "due_on": (held.date() + timedelta(days=40)).isoformat(),
                    "budget_fen": 480_000,
                }
            ],
        }

    def _sign(self) -> None:
        self._next_morning()
        place = f"/meetings/{self._meeting['id']}/minutes"
        sent = self._who(RECORDER).post(f"{place}/circulation")
        self._told(
            RECORDER, "会议记录送参会人核对", "sends the minutes round", hears=(OWNERS, PROPERTY)
        )
        self._world.go_to(_morning_after(_moment(sent["corrections_until"])))
        for name in (RECORDER, CHAIR, SUPERVISOR):
            text = self._who(name).get(place)
            signed = self._who(name).post(f"{place}/signatures", {"sha256": text["sha256"]})
        self._told(
            f"{RECORDER}、{CHAIR}、{SUPERVISOR}",
            "更正期满，三人签字",
            "sign the minutes",
            facts=(("记录", signed["state"]), ("SHA-256", signed["sha256"][:16] + "…")),
        )

    # --- 公示

    def _publish(self, kind: str, label: str, hint: str) -> None:
        recorder, chair = self._who(RECORDER), self._who(CHAIR)
        recorder.post(
            f"/proposals/{self._matter}/publication-drafts",
            {"version": self._case()["version"], "kind": kind},
        )
        seen = chair.get(f"/proposals/{self._matter}/publication-preview?kind={kind}")
        marked = "、".join(mark["text"] for mark in seen["marks"]) or "无"
        bulletin = self._post(
            CHAIR,
            "publications",
            version=seen["version"],
            kind=kind,
            content_sha256=seen["content_sha256"],
        )
        self._told(
            f"{RECORDER}拟稿，{CHAIR}",
            f"{label}",
            f"publish {hint}",
            facts=(("公告号", bulletin["number"]), ("预览标出", marked)),
            hears=(AUTHOR,),
        )
        posted = self._who(GRID_WORKER).post(
            f"/bulletins/{bulletin['id']}/postings",
            {"up_on": self._world.now().date().isoformat()},
        )
        self._told(
            GRID_WORKER,
            "贴上居务公开栏",
            "hangs the poster; the 15 days begin",
            facts=(("公示至", f"{_moment(posted['until_at']):%m月%d日 %H:%M}"),),
        )

    def _let_fifteen_days_pass(self, until: str) -> None:
        now = self._world.now()
        self._world.go_to(datetime.combine(now.date() + timedelta(days=16), MORNING, SHANGHAI))
        self._world.wait_for(until, lambda: self._case()["status"] == until)
        self._told("系统", "十五天过去", "fifteen days pass", hears=(AUTHOR,))

    # --- 办事

    def _act(self) -> None:
        responsible = self._who(PROPERTY)
        (task,) = [
            each
            for each in responsible.get("/me/tasks?state=open&limit=100")["items"]
            if each["proposal_id"] == self._matter
        ]
        responsible.post(
            f"/tasks/{task['id']}/updates", {"percent": 50, "note": "雨棚框架已装好。"}
        )
        self._told(PROPERTY, "汇报进展 50%", "reports progress")
        self._next_morning()
        responsible.post(
            f"/tasks/{task['id']}/updates",
            {"percent": 100, "note": "雨棚和防滑条都已完成。", "spent_fen": 465_000},
        )
        self._told(PROPERTY, "全部完成，申请验收", "reports it done", hears=(AUTHOR,))
        self._step(
            SUPERVISOR,
            "inspection",
            {"result": "accepted"},
            "验收通过",
            "inspects it; those concerned are asked",
            hears=(AUTHOR,),
            card="评事",
        )

    # --- 评事

    def _appraise(self) -> None:
        question = self._case()["appraisal"]["id"]
        scores = {AUTHOR: 5, BACKERS[0]: 5, BACKERS[1]: 4, OWNERS: 4}
        for name, score in scores.items():
            self._who(name).post(f"/questions/{question}/participations", {"score": score})
        self._who(GRID_WORKER).post(
            f"/questions/{question}/participations",
            {"score": 5, "resident_id": self._who(BACKERS[2]).id, "channel": "phone"},
        )
        self._told(
            "、".join([*scores, BACKERS[2]]),
            "评事打分（一位打电话，由网格员代录）",
            "appraise it",
            hears=(BACKERS[2],),
        )
        closes = _moment(self._who(AUTHOR).get(f"/questions/{question}")["closes_at"])
        self._world.go_to(_morning_after(closes))
        self._world.wait_for(
            "the appraisal's close",
            lambda: self._who(AUTHOR).get(f"/questions/{question}")["state"] == "closed",
        )
        result = self._who(AUTHOR).get(f"/questions/{question}/result")
        self._told("系统", "评事结束", "closes the appraisal", facts=(("结果", result["text"]),))

    def _look_back(self) -> None:
        case = self._case()
        events = self._who(AUTHOR).get(f"/proposals/{self._matter}/events?limit=100")["items"]
        self._walked.closed_as, self._walked.events = case["closed_as"], len(events)
        chained = all(one["hash"] == two["prev_hash"] for one, two in pairwise(events))
        self._told(
            AUTHOR,
            "回看全过程",
            "looks back",
            facts=(
                ("办结", case["closed_as"]),
                ("事件链", f"{len(events)} 条，{'首尾相接' if chained else '断裂'}"),
            ),
        )

    # --- shared

    def _who(self, name: str) -> Visitor:
        return self._people[name]

    def _case(self) -> dict[str, Any]:
        case: dict[str, Any] = self._who(AUTHOR).get(f"/proposals/{self._matter}")
        return case

    def _post(self, name: str, what: str, **body: Any) -> Any:
        return self._who(name).post(f"/proposals/{self._matter}/{what}", body)

    def _step(
        self, name: str, what: str, body: dict[str, Any], did: str, hint: str, **told: Any
    ) -> None:
        """One request about the matter as it stands now, and what comes of it."""
        self._post(name, what, version=self._case()["version"], **body)
        self._told(name, did, hint, **told)

    def _told(
        self,
        who: str,
        did: str,
        hint: str,
        *,
        facts: Sequence[tuple[str, str]] = (),
        hears: Sequence[str] = (),
        card: str | None = None,
    ) -> None:
        """Wait until those who must hear of it have, then tell what happened.

        `card` is a word on the card that the author's phone must get.
        """
        for name in hears:
            self._world.wait_for(f"{name}'s inbox after {hint}", self._who(name).has_news)
        if card is not None:
            self._world.wait_for(f"the card “{card}”", lambda: self._is_on_phone(card))
        cards = self._world.cards()[self._cards_seen :]
        self._cards_seen += len(cards)
        self._walked.cards += len(cards)
        inbox = [
            (name, line["headline"])
            for name in dict.fromkeys((*hears, AUTHOR))
            for line in self._who(name).news()
        ]
        case = self._case() if self._matter else {}
        status = case.get("status", "")
        if status and status not in self._walked.statuses[-1:]:
            self._walked.statuses.append(status)
        self._number += 1
        due_at = case.get("due_at")
        self._tell(
            Step(
                number=self._number,
                who=who,
                did=did,
                hint=hint,
                now=self._world.now(),
                status=case.get("status_label", ""),
                step=case.get("step", ""),
                owner=case.get("owner") or "",
                due_at=_moment(due_at) if due_at else None,
                facts=facts,
                cards=[self._named(card) for card in cards],
                inbox=inbox,
            )
        )

    def _named(self, card: Mapping[str, Any]) -> dict[str, Any]:
        names = {each.openid: name for name, each in self._people.items() if each.openid}
        return {**card, "name": names.get(card["openid"], card["openid"])}

    def _is_on_phone(self, word: str) -> bool:
        fresh = self._world.cards()[self._cards_seen :]
        mine = [card for card in fresh if card["openid"] == self._who(AUTHOR).openid]
        return any(word in value for card in mine for _, value in card["rows"])

    def _left(self, visitor: Visitor) -> int:
        items = visitor.get("/me/subscriptions")["items"]
        return min(int(item["left"]) for item in items if item["template_id"] in TOPICS)

    def _next_session(self) -> dict[str, Any]:
        """The first consultation day whose agenda can still be filled."""
        soon = self._world.now() + timedelta(hours=1)
        shells = self._who(RECORDER).get("/meetings?kind=consultation_day&state=shell&limit=100")
        fitting = [each for each in shells["items"] if _moment(each["cutoff_at"]) > soon]
        found: dict[str, Any] = min(fitting, key=lambda each: _moment(each["starts_at"]))
        return found

    def _parties(self) -> tuple[tuple[str, str], ...]:
        return (
            ("party_org", SECRETARY),
            ("residents_committee", COMMITTEE),
            ("owners_committee", OWNERS),
            ("property_company", PROPERTY),
        )

    def _wait_for_daylight(self) -> None:
        """Begin on a weekday between 9:30 and 16:00, when nothing is held back."""
        now = self._world.now()
        day = now.date()
        if now.time() >= time(16):
            day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        self._world.go_to(max(now, datetime.combine(day, MORNING, SHANGHAI)))

    def _next_morning(self) -> None:
        self._world.go_to(_morning(self._world.now().date() + timedelta(days=1)))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, SHANGHAI)


def _morning_after(moment: datetime) -> datetime:
    """The morning of that day, or of the next if it is over."""
    local = moment.astimezone(SHANGHAI)
    return _morning(local.date() + timedelta(days=local.time() >= MORNING))
