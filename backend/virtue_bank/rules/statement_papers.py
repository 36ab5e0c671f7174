"""A statement laid out for A4, as a bank hands it out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backend.days import SHANGHAI
from backend.documents import Column, Paper
from backend.ledger.models import Account, Asset, Balance, Block
from backend.ledger.queries import Line
from backend.residents.models import Community
from backend.virtue_bank.models.words import READ_REASONS
from backend.virtue_bank.rules.statements import told_of

MOST_LINES = 3000  # ninety pages; a second of work
TITLES = {Asset.POINTS: ("积分对账单", "分"), Asset.MINUTES: ("时间币对账单", "分钟")}
COLUMNS = (
    Column(title="时间", width=102),
    Column(title="事由", width=150),
    Column(title="变动", width=54, is_number=True),
    Column(title="余额", width=58, is_number=True),
    Column(title="流水号", width=62, is_number=True),
    Column(title="封存", width=55.8, is_number=True),
)
SIGNED = ("经办人", "盖章", "日期")
NOT_SEALED = "待封存"
NO_BALANCE = "写着公示中、留着、放回、不入账的，余额不变。"
SEALED = (
    "每一笔都记在社区账本里，谁也改不了；错了只能再记一笔更正，叫冲正。“封存”是这一笔所在的区块，每块"
    "带着前一块的校验值，改动任何一笔，后面的都对不上。"
)
CHECKED = (
    "核对真假：扫右上角的二维码，看账本里是不是一样；也可以请社区窗口按同一起止日期再打一份，每一笔应当"
    "相同；还可以请居务监督委员会查验账本，看{known}。有疑问请打居委会电话{phone}。"
)
CHECK_AT = "/api/v1/virtue-bank/verify/statements/"


@dataclass(frozen=True, kw_only=True)
class Number:
    """Which paper it is: what came after its last line does not belong to it."""

    community_id: UUID
    account_id: int
    since: date
    until: date
    last_id: int

    def __str__(self) -> str:
        days = f"{self.since:%Y%m%d}-{self.until:%Y%m%d}"
        return f"{self.community_id.hex}-{self.account_id}-{days}-{self.last_id}"


def number_of(text: str) -> Number:
    """The number that was written so."""
    community, account, since, until, last = text.split("-")
    return Number(
        community_id=UUID(community),
        account_id=int(account),
        since=date.fromisoformat(since),
        until=date.fromisoformat(until),
        last_id=int(last),
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """What stands on it: `lines` newest first, `opening` the balance before the oldest of them.

    `reason` is why staff print it; None for who prints their own. `code` goes with the number, so
    that nobody reads what they hold no paper of.
    """

    community: Community
    account: Account
    holder: str
    balance: Balance
    since: date
    until: date
    lines: Sequence[Line]
    opening: int
    head: Block | None
    made_at: datetime
    reason: str | None
    code: str

    @property
    def days(self) -> str:
        return f"{_day(self.since)}至{_day(self.until)}"

    @property
    def unit(self) -> str:
        return TITLES[Asset(self.account.asset)][1]

    @property
    def came(self) -> int:
        return sum(line.change for line in self.lines if line.change > 0)

    @property
    def went(self) -> int:
        return -sum(line.change for line in self.lines if line.change < 0)

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.went

    @property
    def sealed(self) -> int:
        """How many of the lines stand in a sealed block."""
        return sum(line.block is not None for line in self.lines)


def laid_out(told: Told, public_url: str) -> Paper:
    """One line a posting, oldest first, as one reads a page."""
    title, unit = TITLES[Asset(told.account.asset)]
    place = told.community.name
    return Paper(
        office=f"{place}居民委员会",
        title=title,
        running=f"{place}{title}　{told.holder}　账户{told.account.id}　{told.days}",
        facts=_facts(told, unit),
        columns=COLUMNS,
        rows=[_row(line, unit) for line in reversed(told.lines)],
        nothing="这段日子没有进出。",
        notes=_notes(told),
        signed=SIGNED if told.reason else (),
        qr=f"{public_url.rstrip('/')}{CHECK_AT}{told.code}",
        qr_says="扫码核对真假",
    )


def file_name(told: Told) -> str:
    title, _ = TITLES[Asset(told.account.asset)]
    return f"{title}-{told.account.id}-{told.since}-{told.until}.pdf"


def _facts(told: Told, unit: str) -> list[list[tuple[str, str]]]:
    balance = told.balance
    facts = [
        [("户名", told.holder)],
        [("账户号", str(told.account.id)), ("制作时间", _minute(told.made_at))],
        [("起止日期", f"{told.days}，两头都算")],
        [("期初余额", f"{told.opening}{unit}"), ("期末余额", f"{told.closing}{unit}")],
        [("一共收入", f"{told.came}{unit}"), ("一共支出", f"{told.went}{unit}")],
        [("现在可用", f"{balance.available}{unit}"), ("另外留着", f"{balance.pending}{unit}")],
        [("还欠", f"{balance.debt}{unit}"), ("一共几笔", f"{len(told.lines)}笔")],
    ]
    if balance.frozen:
        facts.append([("账户状态", "冻结着，公示完的解冻以后入账")])
    if told.head is None:
        return [*facts, [("账本封存", "还没有封存过")]]
    sealed = f"到第{told.head.seq}块，{_minute(told.head.sealed_at)}封存"
    return [*facts, [("账本封存", sealed)], [("校验值", told.head.hash.hex())]]


def _row(line: Line, unit: str) -> tuple[str, ...]:
    return (
        _minute(line.created_at),
        told_of(line.kind, line.code, line.amount, line.reverses_id, unit),
        f"{line.change:+d}" if line.change else "",
        "" if line.balance is None else str(line.balance),
        str(line.id),
        NOT_SEALED if line.block is None else str(line.block),
    )


def _notes(told: Told) -> list[str]:
    known = f"第{told.head.seq}块的校验值同上面的一样" if told.head else "每一块都和当初一样"
    notes = [NO_BALANCE, SEALED, CHECKED.format(known=known, phone=told.community.phone)]
    if told.reason:
        notes.append(f"由工作人员打印，原因：{READ_REASONS[told.reason]}。打印已经留痕。")
    return notes


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
