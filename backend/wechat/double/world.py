"""What the double remembers: people, codes, tokens, balances, cards and planned faults."""

import random
import re
import secrets
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backend.clock import utc_now
from backend.wechat.answers import LONG_TERM, template_keywords
from backend.wechat.double import account

CODE_LIFE = timedelta(minutes=5)
VISIT_LIFE = timedelta(hours=2)
TOKEN_LIFE = timedelta(hours=2)
TOKEN_OVERLAP = timedelta(minutes=5)  # the platform renews so much earlier
FORCED_PER_DAY = 20
FORCED_APART = timedelta(seconds=30)
LATENCY_MS = 30
_LABEL = re.compile(r"^(.*?)[:：]\s*\{\{(\w+)\.DATA\}\}", re.MULTILINE)


class Refused(Exception):
    """An errcode, as the double answers it."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


@dataclass
class Template:
    id: str
    title: str
    content: str
    type: int = 2
    enums: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def keywords(self) -> tuple[tuple[str, str], ...]:
        return template_keywords(self.content, self.type).keywords

    @property
    def labels(self) -> dict[str, str]:
        """Keyword → what the card calls it."""
        return {keyword: label.strip() for label, keyword in _LABEL.findall(self.content)}


@dataclass
class Subscription:
    balance: int = 0
    long_term: bool = False


@dataclass
class Person:
    openid: str
    name: str
    phone: str
    visited_at: datetime | None = None
    blocked: bool = False
    is_being_sent_to: bool = False
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    cards: list["Card"] = field(default_factory=list)


@dataclass(frozen=True)
class Card:
    """A message on somebody's phone."""

    openid: str
    template_id: str
    title: str
    page: str
    data: Mapping[str, str]
    rows: tuple[tuple[str, str], ...]
    msgid: int
    state: str
    sent_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "openid": self.openid,
            "template_id": self.template_id,
            "title": self.title,
            "page": self.page,
            "data": dict(self.data),
            "rows": [list(row) for row in self.rows],
            "msgid": str(self.msgid),
            "miniprogram_state": self.state,
            "sent_at": self.sent_at.isoformat(),
        }


@dataclass
class Code:
    openid: str
    expires_at: datetime
    used: bool = False


@dataclass
class Fault:
    """Something that will go wrong on `path` ("*": on every path)."""

    path: str
    times: int | None = None
    rate: float | None = None
    chance: random.Random = field(default_factory=random.Random)
    errcode: int | None = None
    status: int | None = None
    body: str | None = None
    delay_s: float = 0
    drop: bool = False
    after: bool = False  # go wrong once the call has taken effect

    def strikes(self) -> bool:
        if self.times is not None:
            self.times -= 1
            return self.times >= 0
        return self.rate is None or self.chance.random() < self.rate


class World:
    """Everything the double knows, behind one lock."""

    def __init__(
        self, *, push_url: str | None = None, latency_ms: int = LATENCY_MS, accepted: int = 0
    ) -> None:
        """`accepted` is how often each of the six has allowed each template beforehand."""
        self.lock = threading.RLock()
        self._start = (push_url, latency_ms)
        self._accepted = accepted
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.push_url, self.latency_ms = self._start
            self.push_format = "json"
            self.push_list: str | None = None  # object | array; None: as in WeChat's samples
            self.ahead = timedelta()
            self.pages: set[str] | None = None  # None: every page exists
            self.faults: list[Fault] = []
            self.minute_limits: dict[str, int] = {}
            self.codes: dict[str, Code] = {}
            self.tokens: dict[str, datetime] = {}
            self.token = ""
            self.forced_at: list[datetime] = []
            self.cards: list[Card] = []
            self.calls: Counter[str] = Counter()
            self.answered: Counter[int] = Counter()
            self._minutes: dict[tuple[str, str], tuple[datetime, int]] = {}
            self._msgid = secrets.randbelow(10**18) + 10**18
            self.people = {row[0]: Person(*row) for row in account.PEOPLE}
            self.templates = {
                template_id: Template(template_id, title, account.content_of(labels))
                for template_id, title, labels in account.TEMPLATES
            }
            for person in self.people.values():
                person.subscriptions = {
                    template_id: Subscription(balance=self._accepted)
                    for template_id in self.templates
                }

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def person(self, openid: str) -> Person:
        """The person, or 40003."""
        try:
            return self.people[openid]
        except KeyError:
            raise Refused(40003, "invalid openid") from None

    def add_people(self, openids: Iterable[str]) -> None:
        for openid in openids:
            if openid not in self.people:
                number = 10_000_000_000 + len(self.people) + 1
                self.people[openid] = Person(openid, f"居民{len(self.people) + 1}", str(number))

    def visit(self, openid: str) -> str:
        """The person opens the mini program, which gets a code from `wx.login`."""
        self.person(openid).visited_at = self.now()
        code = "0" + secrets.token_urlsafe(23)
        self.codes[code] = Code(openid, self.now() + CODE_LIFE)
        return code

    def redeem(self, text: str) -> Person:
        code = self.codes.get(text)
        if code is None or code.expires_at <= self.now():
            raise Refused(40029, "invalid code")
        if code.used:
            raise Refused(40163, "code been used")
        code.used = True
        person = self.person(code.openid)
        if person.blocked:
            raise Refused(40226, "code blocked")
        person.visited_at = self.now()
        return person

    def answer(self, openid: str, template_id: str, result: str, *, times: int = 1) -> Subscription:
        """The person's answer to a subscription question."""
        template = self.templates[template_id]
        subscription = self.person(openid).subscriptions.setdefault(template_id, Subscription())
        if result == "accept":
            subscription.long_term = template.type == LONG_TERM
            subscription.balance += times
        return subscription

    def issue_token(self, *, force: bool) -> tuple[str, int]:
        """The token of the account and its seconds left; the same for all until it is renewed."""
        now = self.now()
        expires_at = self.tokens.get(self.token, now)
        if force:
            self._count_forced(now)
            self.tokens.pop(self.token, None)
            expires_at = now
        if expires_at - now <= TOKEN_OVERLAP:
            self.token = f"99_{secrets.token_urlsafe(96)}"
            expires_at = self.tokens[self.token] = now + TOKEN_LIFE
        return self.token, int((expires_at - now).total_seconds())

    def check_token(self, token: str | None) -> None:
        if not token:
            raise Refused(41001, "access_token missing")
        if not token.startswith("99_"):
            raise Refused(40014, "invalid access_token")
        if token not in self.tokens:
            raise Refused(40001, "invalid credential, access_token is invalid or not latest")
        if self.tokens[token] <= self.now():
            raise Refused(42001, "access_token expired")

    def expire_tokens(self, *, revoke: bool) -> None:
        """Let time end all tokens, or make them unknown as another secret holder would."""
        if revoke:
            self.tokens.clear()
            self.token = ""
        else:
            self.tokens = dict.fromkeys(self.tokens, self.now())

    @contextmanager
    def sending_to(self, person: Person) -> Iterator[None]:
        """One message at a time to a person: 43108 for the second."""
        with self.lock:
            if person.is_being_sent_to:
                raise Refused(43108, "concurrent sending to the same user")
            person.is_being_sent_to = True
        try:
            yield
        finally:
            person.is_being_sent_to = False

    def deliver(self, person: Person, template: Template, data: Mapping[str, str]) -> Card:
        """Spend one acceptance and put the card on the phone."""
        subscription = person.subscriptions[template.id]
        if not subscription.long_term:
            subscription.balance -= 1
        self._msgid += 1
        labels = template.labels
        card = Card(
            openid=person.openid,
            template_id=template.id,
            title=template.title,
            page=data.get("page", ""),
            data={keyword: data[keyword] for keyword, _ in template.keywords},
            rows=tuple((labels.get(name, name), data[name]) for name, _ in template.keywords),
            msgid=self._msgid,
            state=data.get("miniprogram_state", ""),
            sent_at=self.now(),
        )
        person.cards.append(card)
        self.cards.append(card)
        return card

    def count_in_minute(self, path: str, who: str, limit: int) -> bool:
        """Count one call; False when the minute is full."""
        minute = self.now().replace(second=0, microsecond=0)
        since, calls = self._minutes.get((path, who), (minute, 0))
        calls = calls + 1 if since == minute else 1
        self._minutes[path, who] = (minute, calls)
        return calls <= limit

    def fault_on(self, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.path in {path, "*"} and fault.strikes():
                    return fault
        return None

    def _count_forced(self, now: datetime) -> None:
        today = [moment for moment in self.forced_at if now - moment < timedelta(days=1)]
        if len(today) >= FORCED_PER_DAY:
            raise Refused(45009, "reach max api daily quota limit")
        if today and now - today[-1] < FORCED_APART:
            raise Refused(45011, "api minute-quota reach limit, try later")
        self.forced_at = [*today, now]
