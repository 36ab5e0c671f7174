"""Every page of both doors, who opens it, and the words that show that it has come."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from backend.clock import utc_now
from backend.database import db, transaction
from backend.deliberation.models import (
    AgendaItem,
    Conversation,
    Meeting,
    Proposal,
    ProposalText,
    Question,
)
from backend.moderation.models import ModerationCase
from backend.publication.models import Bulletin
from backend.residents.models import Building
from backend.virtue_bank.models import (
    Budget,
    Counter,
    Deed,
    PointsSheet,
    ReversalRequest,
    RuleSheet,
    ShopItem,
    ShopOrder,
)
from scripts.demonstration.visitors import Visitor
from tests.browser.thanks import Thanks, a_round_of_thanks
from tests.browser.village import Village
from tests.processes import MAIN

One = TypeVar("One")

MOTHER, NEIGHBOUR, TEACHER, OWNER, WIDOWER = "陈知夏", "孙若谷", "林安然", "周望舒", "许明远"
NEWCOMER = "o_newcomer"
GRID_WORKER, CHAIR, CLERK, SUPERVISOR = "沈俊杰", "李桂兰", "马欣怡", "朱德明"
MEMBER = "刘海燕"
STRANGER = ""
AT_WORK = {GRID_WORKER, CLERK}  # on the phone, with a session of work
SWING, LOCKER = "小花园儿童滑梯开裂，请更换", "希望三号楼一层装一个快递柜"


class Facts:
    """What there is in the village, with the few things the demonstration leaves out."""

    def __init__(self, village: Village) -> None:
        self._village = village
        self._who = {
            name: Visitor(village.world, village.person(name))
            for name in (MOTHER, NEIGHBOUR, CLERK)
        }
        mother, neighbour = self._who[MOTHER], self._who[NEIGHBOUR]
        self.complaint = mother.post(
            "/complaints", {"kind": "suggestion", "text": "公开栏太高了，坐轮椅的看不清。"}
        )["id"]
        neighbour.post(
            f"/proposals/{self.matter(SWING)}/objections",
            {"target": "publication", "text": "只换滑梯不够，地垫也裂了。"},
        )
        self.draft = self._who[CLERK].post(
            "/bulletins", {"title": "冬季取暖安全提醒", "text": "睡前关好燃气，留一点窗缝。"}
        )["id"]
        self.claim = self._claim_of_a_newcomer()

    def matter(self, title: str) -> UUID:
        found = (
            select(Proposal.id)
            .join(ProposalText, ProposalText.proposal_id == Proposal.id)
            .where(ProposalText.title == title)
        )
        return self._one(found)

    def at(self, status: str) -> UUID:
        """A matter that stands there."""
        return self._one(select(Proposal.id).where(Proposal.status == status))

    def conversation(self) -> UUID:
        return self._one(select(Conversation.id))

    def appraisal(self) -> UUID:
        return self._one(select(Question.id).where(Question.state == "open"))

    def meeting(self, state: str) -> UUID:
        """One with something on its agenda."""
        items = select(AgendaItem.id).where(AgendaItem.meeting_id == Meeting.id)
        return self._one(select(Meeting.id).where(Meeting.state == state, items.exists()))

    def bulletin(self) -> UUID:
        """It hangs, and can be objected to."""
        wanted = select(Bulletin.id).where(
            Bulletin.state == "published",
            Bulletin.source_id == self.matter(SWING),
            Bulletin.until_at > utc_now(),
        )
        return self._one(wanted)

    def review(self, state: str) -> UUID:
        return self._one(select(ModerationCase.id).where(ModerationCase.state == state))

    def own_review(self) -> UUID:
        self._who[MOTHER].sign_in()
        mine = ModerationCase.author_id == UUID(self._who[MOTHER].id)
        return self._one(select(ModerationCase.id).where(mine))

    def deed(self, who: str, state: str) -> UUID:
        """A deed of somebody that stands there."""
        return self._one(select(Deed.id).where(Deed.actor_id == self._id(who), Deed.state == state))

    def resident(self, name: str) -> str:
        return str(self._who[name].get("/me")["id"])

    def points_account(self) -> int:
        accounts = self._who[MOTHER].get("/virtue-bank/me/accounts")["items"]
        return int(accounts[0]["id"])

    def on_the_shelf(self, title: str) -> UUID:
        return self._one(select(ShopItem.id).where(ShopItem.title == title))

    def order(self) -> UUID:
        """It waits to be fetched."""
        mine = ShopOrder.placed_by == self._id(MOTHER)
        return self._one(select(ShopOrder.id).where(mine, ShopOrder.state == "placed"))

    @cached_property
    def thanks(self) -> Thanks:
        return a_round_of_thanks(self._village, member=CLERK, nominee=NEIGHBOUR)

    @cached_property
    def family(self) -> str:
        """One keeps points together; the page needs no more of the address."""
        mother = self._who[MOTHER]
        [home] = mother.get("/me")["households"]
        mother.post("/virtue-bank/families", {"household_id": home["household_id"]})
        return ""

    @cached_property
    def open_round(self) -> str:
        """A round of honours that takes names."""
        return a_round_that_is_open(self._village)

    @cached_property
    def put_forward(self) -> str:
        """Somebody who has not answered yet whether they want to be considered."""
        told = {"nominee_id": str(self._id(WIDOWER)), "story": "每天下楼替大家看门禁。"}
        url = f"/virtue-bank/honour-rounds/{self.open_round}/nominations"
        return str(self._who[MOTHER].post(url, told)["id"])

    @cached_property
    def draft_rules(self) -> UUID:
        """The next version of the rule sheet, as the chair begins it."""
        chair = Visitor(self._village.world, self._village.person(CHAIR))
        return UUID(chair.post("/virtue-bank/rule-sheets")["id"])

    def rules(self) -> UUID:
        return self._one(select(RuleSheet.id).where(RuleSheet.state == "in_force"))

    def budget(self) -> UUID:
        return self._one(select(Budget.id))

    def counter(self) -> UUID:
        return self._one(select(Counter.id))

    def points_sheet(self) -> UUID:
        return self._one(select(PointsSheet.id))

    def reversal(self) -> UUID:
        return self._one(select(ReversalRequest.id))

    @cached_property
    def freezing(self) -> str:
        """The chair asks that an account stand still; no supervisor has confirmed it."""
        chair = Visitor(self._village.world, self._village.person(CHAIR))
        told = {"reason": "两件善行的证明对不上，正在核查。", "decision_ref": "核查〔2026〕3号"}
        account = self._one(select(ReversalRequest.account_id))
        url = f"/virtue-bank/accounts/{account}/freezing"
        return str(chair.post(url, told)["id"])

    def _id(self, who: str) -> UUID:
        visitor = self._who.setdefault(who, Visitor(self._village.world, self._village.person(who)))
        visitor.sign_in()
        return UUID(visitor.id)

    def _claim_of_a_newcomer(self) -> str:
        world = self._village.world
        world.phones.ask("POST", "/_double/person", {"openid": NEWCOMER, "name": "何小满"})
        visitor = Visitor(world, {"name": "何小满", "openid": NEWCOMER})
        visitor.post("/me/consents", {"purpose": "basic", "policy_version": 1})
        visitor.post("/me/consents", {"purpose": "residence", "policy_version": 1})
        here = str(self._one(select(Building.community_id)))
        visitor.put("/me", {"community_id": here})
        asked = {
            "community_id": here,
            "building_id": str(self._one(select(Building.id).where(Building.name == "3号楼"))),
            "unit_no": "1",
            "room_no": "101",
            "relation": "lodger",
            "tenure": "tenant",
        }
        return str(visitor.post("/me/residence", asked)["id"])

    def _one(self, query: Select[One]) -> One:
        with self._village.house.app.app_context(), transaction():
            found = db.session.scalars(query).first()
        assert found is not None, query
        return found


@dataclass(frozen=True)
class Shown:
    """`says` stands on the page once everything has come; `rest` completes its address."""

    who: str
    says: str
    rest: Callable[[Facts], str | Mapping[str, Any]] = lambda _: ""


PHONE: Final[Mapping[str, Shown]] = {
    "pages/home/index": Shown(MOTHER, "我的楼长"),
    "pages/matters/index": Shown(MOTHER, "议事"),
    "pages/me/index": Shown(MOTHER, "通知设置"),
    "matter/new": Shown(MOTHER, "说说是什么事"),
    "matter/detail": Shown(MOTHER, "走到哪一步", lambda f: f"?id={f.matter(SWING)}"),
    "matter/say": Shown(TEACHER, "交上去", lambda f: f"?act=withdraw&id={f.matter(LOCKER)}"),
    "matter/rate": Shown(OWNER, "您满意吗", lambda f: f"?id={f.appraisal()}"),
    "matter/statements": Shown(MOTHER, "大家怎么看", lambda f: f"?id={f.conversation()}"),
    "matter/meetings": Shown(MOTHER, "开过的"),
    "matter/hall": Shown(MOTHER, "谁来商量", lambda f: f"?id={f.meeting('closed')}"),
    "public/board": Shown(STRANGER, SWING),
    "public/item": Shown(STRANGER, SWING, lambda f: f"?id={f.bulletin()}"),
    "public/objection": Shown(
        TEACHER, "您觉得哪里不对", lambda f: f"?act=object&id={f.matter(SWING)}"
    ),
    "public/deeds": Shown(MOTHER, "有异议的"),
    "points/account": Shown(MOTHER, "分可以用"),
    "points/claim": Shown(MOTHER, "是哪一样好事"),
    "points/confirm": Shown(WIDOWER, "这件事属实吗", lambda f: f"?id={f.deed(OWNER, 'submitted')}"),
    "points/deed": Shown(MOTHER, "走到哪一步", lambda f: f"?id={f.deed(MOTHER, 'publicity')}"),
    "points/rules": Shown(MOTHER, "为老人送餐"),
    "points/statement": Shown(MOTHER, "分可以用", lambda f: f"?id={f.points_account()}"),
    "points/appeal": Shown(
        NEIGHBOUR,
        "您觉得哪里不对",
        lambda f: f"?act=object&id={f.deed(MOTHER, 'publicity')}&title=",
    ),
    "points/shop": Shown(MOTHER, "抽纸"),
    "points/order": Shown(MOTHER, "领的时候才扣", lambda f: f"?item={f.on_the_shelf('垃圾袋')}"),
    "points/orders": Shown(MOTHER, "洗衣液"),
    "points/family": Shown(MOTHER, "在里面的", lambda f: f.family),
    "points/honours": Shown(WIDOWER, "等您答复", lambda f: f.put_forward and ""),
    "points/honour": Shown(MOTHER, "推荐邻居，或推荐自己", lambda f: f"?id={f.open_round}"),
    "points/nominee": Shown(WIDOWER, "您愿意参加吗", lambda f: f"?id={f.put_forward}"),
    "points/donate": Shown(MOTHER, "捐多少"),
    "account/inbox": Shown(MOTHER, "我的消息"),
    "account/notices": Shown(MOTHER, "通知设置"),
    "account/proxy": Shown(MOTHER, "请人代办"),
    "account/complaint": Shown(MOTHER, "公开栏太高了", lambda f: f"?id={f.complaint}"),
    "account/complain": Shown(MOTHER, "不想打字"),
    "account/privacy": Shown(MOTHER, "隐私"),
    "account/review": Shown(MOTHER, "我写的内容", lambda f: f"?id={f.own_review()}"),
    "account/signin": Shown(STRANGER, "进入邻里"),
    "account/staff": Shown(STRANGER, "下一步"),
    "account/slip": Shown(STRANGER, "用登录码进入"),
    "grid/work": Shown(GRID_WORKER, "上门常用"),
    "grid/intake": Shown(GRID_WORKER, "替居民记一件事"),
    "grid/matter": Shown(GRID_WORKER, "受理", lambda f: f"?id={f.matter(LOCKER)}"),
    "grid/inquiry": Shown(GRID_WORKER, "问到、看到了什么", lambda f: f"?id={f.matter(LOCKER)}"),
    "grid/act": Shown(GRID_WORKER, "登记没有微信的人", lambda _: "?act=register&id=new&title="),
    "grid/check": Shown(GRID_WORKER, "核实下来", lambda f: f"?id={f.claim}"),
    "grid/slip": Shown(GRID_WORKER, "只交给本人"),
    "grid/votes": Shown(GRID_WORKER, "哪一件"),
    "grid/deeds": Shown(GRID_WORKER, "等人证明的"),
    "grid/deed": Shown(
        GRID_WORKER, "您看怎么办", lambda f: f"?id={f.deed(NEIGHBOUR, 'confirmed')}"
    ),
    "grid/paper": Shown(GRID_WORKER, "谁做的好事"),
    "grid/counter": Shown(CLERK, "取货码"),
}
# By the names of their routes; the rest of the address are its parts and its query.
DESK: Final[Mapping[str, Shown]] = {
    "queue_desk.queue": Shown(CHAIR, "待办"),
    "own_desk.account": Shown(CHAIR, "我的账号"),
    "audit_desk.evidence": Shown("董学文", "留痕"),
    "audit_desk.chain": Shown("董学文", "重新计算"),
    "calendar_desk.month": Shown(CLERK, "协商日历"),
    "feedback_desk.feedback": Shown(CHAIR, "公开栏太高了"),
    "feedback_desk.one": Shown(CHAIR, "公开栏太高了", lambda f: {"complaint_id": f.complaint}),
    "feedback_desk.new": Shown(CLERK, "记"),
    "matters_desk.board": Shown(CHAIR, "分流台", lambda _: {"view": "sort"}),
    "matters_desk.matter_list": Shown(CHAIR, "事项"),
    "matters_desk.matter": Shown(CHAIR, "经过", lambda f: {"proposal_id": f.at("inquiring")}),
    "meetings_desk.meeting_list": Shown(CLERK, "会议"),
    "meetings_desk.meeting": Shown(CLERK, "签到", lambda f: {"meeting_id": f.meeting("open")}),
    "moderation_desk.lists": Shown("谢雨桐", "内容审核"),
    "moderation_desk.case": Shown("谢雨桐", "怎么定", lambda f: {"case_id": f.review("held")}),
    "notices_desk.notice": Shown(
        CLERK, "公示稿", lambda f: {"proposal_id": f.at("resolved"), "kind": "result"}
    ),
    "people_desk.grants": Shown(CLERK, "代办"),
    "people_desk.new_grant": Shown(CLERK, "替谁办"),
    "people_desk.tree": Shown(CHAIR, "网格"),
    "people_desk.gaps": Shown(CHAIR, "网格"),
    "people_desk.households": Shown(CHAIR, "户"),
    "people_desk.holders": Shown(CHAIR, CHAIR),
    "people_desk.search": Shown(CHAIR, MOTHER, lambda _: {"who": MOTHER}),
    "people_desk.claims": Shown(CHAIR, "3号楼"),
    "people_desk.claim": Shown(CHAIR, "3号楼", lambda f: {"verification_id": f.claim}),
    "publication_desk.lists": Shown(CHAIR, "公示台", lambda _: {"view": "hanging"}),
    "publication_desk.notice": Shown(CHAIR, SWING, lambda f: {"bulletin_id": f.bulletin()}),
    "publication_desk.confirm_publication": Shown(
        CHAIR, "发布公示", lambda f: {"bulletin_id": f.draft}
    ),
    "publication_desk.confirm_withdrawal": Shown(
        CHAIR, "撤回公示", lambda f: {"bulletin_id": f.bulletin()}
    ),
    "publication_desk.new": Shown(CLERK, "写一份公示"),
    "objections_desk.waiting": Shown(CHAIR, SWING),
    "points_desk.start": Shown(CHAIR, "细则"),
    "points_desk.counters": Shown(CLERK, "取货码"),
    "points_desk.counter": Shown(CLERK, "等人来领", lambda f: {"counter_id": f.counter()}),
    "points_desk.order": Shown(CLERK, "发不了", lambda f: {"shop_order_id": f.order()}),
    "points_desk.stock": Shown(MEMBER, "库存"),
    "points_desk.new_item": Shown(MEMBER, "上架一样东西"),
    "points_desk.item": Shown(
        MEMBER, "进出记录", lambda f: {"shop_item_id": f.on_the_shelf("洗衣液")}
    ),
    "points_desk.shop_counters": Shown(MEMBER, "开一个领取点"),
    "points_desk.returns": Shown(MEMBER, "退回"),
    "points_desk.rule_sheets": Shown(CHAIR, "积分细则"),
    "points_desk.rule_sheet": Shown(CHAIR, "上限", lambda f: {"sheet_id": f.rules()}),
    "points_desk.rule_item": Shown(
        CHAIR, "一次最多多少分", lambda f: {"sheet_id": f.draft_rules, "item_code": "A1"}
    ),
    "points_desk.rule_caps": Shown(CHAIR, "最多几分", lambda f: {"sheet_id": f.draft_rules}),
    "points_desk.adoption": Shown(CHAIR, "确认通过", lambda f: {"sheet_id": f.rules()}),
    "points_desk.budgets": Shown(CHAIR, "预算额度"),
    "points_desk.new_budget": Shown(CHAIR, "够不够换"),
    "points_desk.budget": Shown(CHAIR, "每月额度", lambda f: {"budget_id": f.budget()}),
    "points_desk.deeds": Shown(GRID_WORKER, "等我看的"),
    "points_desk.deed": Shown(
        GRID_WORKER, "怎么算的", lambda f: {"deed_id": f.deed(NEIGHBOUR, "confirmed")}
    ),
    "points_desk.objections": Shown(CHAIR, "异议"),
    "points_desk.reversals": Shown(CHAIR, "冲正"),
    "points_desk.new_reversal": Shown(CHAIR, "流水号"),
    "points_desk.reversal": Shown(CHAIR, "为什么", lambda f: {"request_id": f.reversal()}),
    "points_desk.confirming": Shown(CHAIR, "确认以后", lambda f: {"request_id": f.reversal()}),
    "points_desk.freezings": Shown(CHAIR, "冻结与解冻"),
    "points_desk.new_freezing": Shown(
        CHAIR, "冻结哪个账户", lambda f: {"account": f.points_account()}
    ),
    "points_desk.freezing": Shown(CHAIR, "撤回申请", lambda f: {"freezing_id": f.freezing}),
    "points_desk.confirming_freezing": Shown(
        SUPERVISOR, "确认以后", lambda f: {"freezing_id": f.freezing}
    ),
    "points_desk.points_sheets": Shown(CHAIR, "积分公示表"),
    "points_desk.points_sheet": Shown(
        CHAIR, "公示期间", lambda f: {"points_sheet_id": f.points_sheet()}
    ),
    "points_desk.ledger": Shown(SUPERVISOR, "重新计算"),
    "points_desk.statements": Shown(CLERK, "打哪一份", lambda f: {"person": f.resident(MOTHER)}),
    "points_desk.settlements": Shown(CHAIR, "安排一次清算"),
    "points_desk.announcing": Shown(
        CHAIR, "公告以后", lambda f: {"settlement_id": f.thanks.settlement_id}
    ),
    "points_desk.cases": Shown(SUPERVISOR, "待核查"),
    "points_desk.case": Shown(
        SUPERVISOR, "问下来", lambda f: {"integrity_case_id": f.thanks.integrity_case_id}
    ),
    "points_desk.batches": Shown(CHAIR, "批量发放"),
    "points_desk.new_batch": Shown(CHAIR, "发给谁", lambda _: {"q": MOTHER}),
    "points_desk.batch": Shown(CHAIR, "这一批", lambda f: {"batch_id": f.thanks.batch_id}),
    "points_desk.approving": Shown(CHAIR, "批准以后", lambda f: {"batch_id": f.thanks.batch_id}),
    "points_desk.posts": Shown(CHAIR, "楼栋长、楼道长"),
    "points_desk.new_post": Shown(CHAIR, "是谁"),
    "points_desk.honour_rounds": Shown(CHAIR, "评选"),
    "points_desk.new_round": Shown(CHAIR, "筹备评选"),
    "points_desk.honour_round": Shown(
        CHAIR, "什么样的人", lambda f: {"honour_round_id": f.thanks.honour_round_id}
    ),
    "points_desk.selecting": Shown(
        CHAIR, "公示以后", lambda f: {"honour_round_id": f.thanks.honour_round_id}
    ),
    "points_desk.certificates": Shown(CHAIR, "证书"),
    "settings_desk.numbers": Shown(CHAIR, "设置"),
    "settings_desk.holidays": Shown(CHAIR, "放假安排"),
    "procedures_desk.rules": Shown(CHAIR, "议事规则"),
    "sign_in_desk.recovery": Shown(STRANGER, "手机换了或丢了"),
    "sign_in_desk.set_up": Shown(STRANGER, "第一次登录"),
    "sign_in_desk.sign_in": Shown(STRANGER, "登录"),
}
# Answers below /console that are no pages of the desk: numbers, files, a step between two
# others, and sheets of paper, which are looked at where they are printed.
NO_PAGES: Final = {
    *("console.static", "console.with_a_slash", "queue_desk.queue_count"),
    *("sign_in_desk.ask_code", "meetings_desk.print_minutes", "points_desk.picture"),
    "publication_desk.print_poster",
}


def a_round_that_is_open(village: Village) -> str:
    """As the chair plans it and opens it."""
    chair = Visitor(village.world, village.person(CHAIR))
    planned = chair.post(
        "/virtue-bank/honour-rounds",
        {
            "title": "好邻居",
            "criteria": "邻里有事肯搭手，大家都说好的。",
            "counted_from": (utc_now() - timedelta(days=200)).date().isoformat(),
            "counted_until": (utc_now() + timedelta(days=30)).date().isoformat(),
            "places": 3,
        },
    )
    version = {"row_version": planned["row_version"]}
    return str(chair.post(f"/virtue-bank/honour-rounds/{planned['id']}/opening", version)["id"])


def phone_pages() -> list[str]:
    """The addresses that the client's page list names."""
    text = (MAIN / "miniprogram-stub" / "src" / "pages.json").read_text()
    told = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    apart = [
        f"{part['root']}/{page['path']}" for part in told["subPackages"] for page in part["pages"]
    ]
    return [*(page["path"] for page in told["pages"]), *apart]


def desk_pages(village: Village) -> set[str]:
    """What the application answers below /console to whoever looks."""
    rules = village.house.app.url_map.iter_rules()
    return {
        rule.endpoint
        for rule in rules
        if rule.rule.startswith("/console") and "GET" in (rule.methods or ())
    } - NO_PAGES
