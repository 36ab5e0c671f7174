"""积分: the first page of the virtue bank at the desk, with a way to all the others."""

from dataclasses import dataclass

from flask import Response, url_for

from backend.clock import today
from backend.console import Pages, show
from backend.residents.identity import current_community_id, may, permitted, require_desk
from backend.virtue_bank.queries.sheets import sheet_in_force

points_desk = Pages("points_desk", __name__, who=require_desk)
points_desk.door(
    "积分", "start", permission="points.desk", icon="heart-handshake", key="v", order=65
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One of the pages, and what is done there."""

    title: str
    view: str
    permission: str
    told: str


WAYS: dict[str, tuple[Way, ...]] = {
    "善行": (
        Way(
            title="善行",
            view="deeds",
            permission="points.deed",
            told="等初审、复核的，公示中的，以前的。",
        ),
        Way(
            title="异议",
            view="objections",
            permission="points.thanks_objection.read",
            told="对善行、发放和评选的异议和申诉，查清楚再答复。",
        ),
    ),
    "感谢": (
        Way(
            title="批量发放",
            view="batches",
            permission="points.batch.read",
            told="楼栋长履职、志愿服务、参加议事：核对、批准、公示、入账。",
        ),
        Way(
            title="评选",
            view="honour_rounds",
            permission="points.thanks_objection.read",
            told="推荐、本人同意、评议、公示、证书。",
        ),
    ),
    "兑换": (
        Way(
            title="核销",
            view="counters",
            permission="points.counter",
            told="凭取货码发东西，发不了的说明原因，退回的收下来。",
        ),
        Way(
            title="商店",
            view="stock",
            permission="points.shop.read",
            told="上架、入库、报损、领取点；退回的等另一位确认。",
        ),
    ),
    "规矩和账": (
        Way(
            title="细则",
            view="rule_sheets",
            permission="points.read",
            told="做什么得多少分。起草、征求意见、会议通过、两人确认。",
        ),
        Way(
            title="预算额度",
            view="budgets",
            permission="points.budget.read",
            told="一段时间最多发多少分，货架够不够换，每月谁能批多少。",
        ),
        Way(
            title="公示表",
            view="points_sheets",
            permission="points.read",
            told="每月发了、换了多少。一位核对，另一位发布，贴出去。",
        ),
        Way(
            title="对账单",
            view="statements",
            permission="points.statement.print",
            told="居民要纸的，按起止日期打印一份A4，查看留痕。",
        ),
        Way(
            title="冲正",
            view="reversals",
            permission="points.thanks_objection.read",
            told="记错的积分怎么收回：申请、本人说、另一位确认。",
        ),
        Way(
            title="冻结与解冻",
            view="freezings",
            permission="points.statement",
            told="查清楚以前先不能用的账户：主任申请，监督委员会确认。",
        ),
        Way(
            title="清算",
            view="settlements",
            permission="points.read",
            told="约定积分到期的，提前公告，到日子清零。",
        ),
        Way(
            title="账本校验",
            view="ledger",
            permission="points.read",
            told="记账每隔一会儿封存，改动过就对不上。",
        ),
        Way(
            title="核查",
            view="cases",
            permission="points.case",
            told="抽样回访和不寻常的情况，由监督委员会问清楚。",
        ),
    ),
}


@points_desk.get("/points")
@permitted("points.desk")
def start() -> Response:
    """What there is to do with points here, as far as the reader may."""
    groups = [
        (name, [(way, url_for(f".{way.view}")) for way in ways if may(way.permission)])
        for name, ways in WAYS.items()
    ]
    return show(
        "virtue_bank/start.html",
        title="积分",
        groups=[(name, ways) for name, ways in groups if ways],
        sheet=sheet_in_force(current_community_id(), today()),
    )
