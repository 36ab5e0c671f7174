"""When a card goes out, how a person hears of a notice, and what an answer of WeChat means."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from backend.days import SHANGHAI
from backend.errors import Invalid
from backend.notifications.models import EMERGENCY, Plan, Release

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
DIGEST_AT = time(18, 30)
SECONDS_BETWEEN_LANES = 30  # after a quiet night the lanes start one after another

URGENCIES = (1, 2, 3)
NOW, DIGEST, INBOX = "now", "digest", "inbox"

# How people hear of a notice that is worth a card at once, unless they chose otherwise.
KINDS = {
    "matter_progress": NOW,
    "meeting_notice": NOW,
    "vote_reminder": NOW,
    "activity_reminder": NOW,
    "review_result": NOW,
    "publication": DIGEST,
    "points_change": DIGEST,
    "digest": NOW,
    "emergency": NOW,
}
TOPICS = {
    "matter_progress": "事项进展",
    "meeting_notice": "议事通知",
    "vote_reminder": "表决提醒",
    "activity_reminder": "活动提醒",
    "review_result": "审核结果",
    "publication": "公示",
    "points_change": "积分变动",
    "digest": "每日汇总",
    "emergency": "紧急通知",
}
# Where a tap may lead: pages of the mini program. WeChat opens a card on them, unseen by us.
PAGES = frozenset(
    {
        "account/complaint",
        "account/inbox",
        "account/proxy",
        "account/review",
        "grid/work",
        "matter/detail",
        "matter/hall",
        "matter/rate",
        "matter/statements",
        "pages/home/index",
        "points/account",
        "points/appeal",
        "points/confirm",
        "points/deed",
        "points/family",
        "points/honour",
        "points/honours",
        "points/nominee",
        "points/order",
        "points/orders",
        "public/board",
    }
)
MODES_OF = {"digest": (NOW, INBOX), "emergency": (NOW, INBOX)}

MAX_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
JITTER = 0.2
UNSURE_WAIT = timedelta(minutes=2)  # WeChat's sent event may still come
SETUP_WAIT_S = 600.0
# The message is as good as before, only nothing can be sent for a while.
PAUSES = {"wait_second", "wait_minute", "wait_day", "broken_setup", "pause_template"}

PAIRING = timedelta(minutes=10)  # the client's word and WeChat's push about one tap
ASK_AGAIN_AFTER = timedelta(days=7)
RESULTS = {
    "accept": "accept",
    "acceptWithAudio": "accept",
    "acceptWithAlert": "accept",
    "reject": "reject",
    "ban": "ban",
    "filter": "filter",
}


class UnknownTopic(Invalid):
    title = "没有这类通知"


class ModeNotOffered(Invalid):
    title = "这类通知不能这样设置"


# --- when


def is_quiet(moment: datetime) -> bool:
    clock = moment.astimezone(SHANGHAI).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def release(moment: datetime, urgency: int) -> Release:
    """When a card that is due at `moment` may go out: not at night, unless in an emergency."""
    if urgency == EMERGENCY or not is_quiet(moment):
        return Release(moment)
    local = moment.astimezone(SHANGHAI)
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    morning = datetime.combine(day, QUIET_UNTIL, SHANGHAI)
    return Release(morning.astimezone(moment.tzinfo), SECONDS_BETWEEN_LANES)


def sendable_urgencies(now: datetime) -> tuple[int, ...]:
    return (EMERGENCY,) if is_quiet(now) else URGENCIES


def next_digest(now: datetime) -> datetime:
    local = now.astimezone(SHANGHAI)
    day = local.date() + timedelta(days=local.time() >= DIGEST_AT)
    return datetime.combine(day, DIGEST_AT, SHANGHAI).astimezone(now.tzinfo)


def next_attempt(attempts: int, now: datetime, chance: float) -> datetime | None:
    """A minute after the first failure, doubling up to an hour; None to give up.

    `chance` between 0 and 1 spreads it by a fifth to either side.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return now + wait * (1 + JITTER * (2 * chance - 1))


# --- how


def plan_for(
    kind: str, *, urgency: int, at_once: bool, template_id: str | None, now: datetime
) -> Plan:
    forced = kind == "emergency"
    return Plan(
        kind=kind,
        urgency=urgency,
        mode=KINDS[kind] if at_once or forced else DIGEST,
        forced=forced,
        template_id=template_id,
        release=release(now, urgency),
        digest_at=next_digest(now),
    )


def modes_of(topic: str) -> tuple[str, ...]:
    return MODES_OF.get(topic, (NOW, DIGEST, INBOX))


def check_preference(topic: str, mode: str) -> None:
    if topic not in KINDS:
        raise UnknownTopic
    if mode not in modes_of(topic):
        raise ModeNotOffered(f"“{TOPICS[topic]}”可以选：马上提醒，或只放进我的消息。")


def digest_hint(counts: dict[str, int]) -> str:
    """「公示2 事项进展1」: kinds and numbers, nothing of the contents; a lock screen is public."""
    named = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return " ".join(f"{TOPICS[kind]}{number}" for kind, number in named)


# --- what came of it


@dataclass(frozen=True)
class Outcome:
    """What a delivery becomes after one try.

    `counted`: whether it was an attempt. `subscription`: what happens to the balance the
    message was taken from: "" stays spent, "return", "empty", "forget" (all of the person's).
    """

    state: str
    due_at: datetime | None = None
    reason: str | None = None
    unsure: bool = False
    counted: bool = True
    subscription: str = ""


def outcome_of(
    problem: str | None,
    *,
    attempts: int,
    urgency: int,
    was_unsure: bool,
    is_unsure: bool,
    wait_s: float | None,
    now: datetime,
    chance: float,
) -> Outcome:
    """What `problem` (a kind of `backend.wechat.errors`; None: sent) makes of a delivery."""
    unsure = was_unsure or is_unsure
    held = "" if unsure else "return"
    if problem is None:
        return Outcome("delivered")
    if problem == "no_balance":
        state, reason = ("delivered", "probably") if was_unsure else ("given_up", problem)
        return Outcome(state, reason=reason, subscription="empty")
    if problem == "unknown_person":
        return Outcome("given_up", reason=problem, subscription="forget")
    when = _again(problem, attempts, wait_s, now, chance)
    if when is None:
        reason = problem if problem == "retry" else "refused"
        return Outcome("given_up", reason=reason, unsure=unsure, subscription=held)
    if problem == "retry" and is_unsure:
        when = max(when, now + UNSURE_WAIT)
    return Outcome(
        "due",
        release(when, urgency).at,
        unsure=unsure,
        counted=problem == "retry",
        subscription=held if problem == "pause_template" else "",
    )


def _again(
    problem: str, attempts: int, wait_s: float | None, now: datetime, chance: float
) -> datetime | None:
    if problem == "retry":
        return next_attempt(attempts, now, chance)
    if problem == "one_at_a_time":
        return now + timedelta(seconds=5 + 10 * chance)
    if problem in PAUSES:
        return now + timedelta(seconds=(SETUP_WAIT_S if wait_s is None else wait_s) + chance)
    return None
