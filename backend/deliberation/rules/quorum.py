"""Who must be there and how many must agree, in whole numbers, with the formula printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from backend.errors import Conflict, Invalid

Base = Literal["attending", "cast", "entitled"]
Unit = Literal["person", "household", "member", "owner", "seat"]
Origin = Literal["law", "local_rule", "default"]
Outcome = Literal["agreed", "not_agreed", "quorum_failed"]

CHANNELS = ("mini_program", "phone", "home_visit", "walk_in", "paper", "at_meeting")
AT_MEETING = ("at_meeting",)

# A wider base is a higher bar: of all who are entitled, of those attending, of the votes cast.
WIDTH: Mapping[str, int] = {"entitled": 2, "attending": 1, "cast": 0}


class BelowLaw(Conflict):
    title = "规则低于法定要求"


class NotAFraction(Invalid):
    title = "比例填写有误"


class CountsImpossible(Invalid):
    title = "人数或票数对不上"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One dated rule: who counts, how many must come, how many must agree."""

    code: str
    body: str
    unit: Unit
    quorum_num: int
    quorum_den: int
    quorum_inclusive: bool
    pass_num: int
    pass_den: int
    pass_inclusive: bool
    pass_base: Base
    counted_channels: tuple[str, ...]
    notice_days: int
    window_days: int
    proxy_max: int
    origin: Origin
    legal_basis: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted. Spoiled slips attend, but never say yes."""

    entitled: int
    attending: int
    yes: int = 0
    no: int = 0
    abstain: int = 0
    spoiled: int = 0

    def base(self, base: Base) -> int:
        match base:
            case "entitled":
                return self.entitled
            case "attending":
                return self.attending
            case "cast":
                return self.yes + self.no + self.abstain + self.spoiled


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    sentence: str


def at_least(part: int, whole: int, num: int, den: int) -> bool:
    """以上: the number itself is enough (Civil Code 1259)."""
    return part * den >= whole * num


def more_than(part: int, whole: int, num: int, den: int) -> bool:
    """过半数, 超过: the number itself is not enough."""
    return part * den > whole * num


def passed(row: RuleRow, counts: Counts) -> bool:
    """Abstentions and spoiled slips are in the base and never yes."""
    base = counts.base(row.pass_base)
    if base == 0:
        return False
    reaches = at_least if row.pass_inclusive else more_than
    return reaches(counts.yes, base, row.pass_num, row.pass_den)


def check_counts(counts: Counts) -> None:
    """Raise unless the numbers can be true of one meeting."""
    numbers = (
        counts.entitled,
        counts.attending,
        counts.yes,
        counts.no,
        counts.abstain,
        counts.spoiled,
    )
    if min(numbers) < 0:
        raise CountsImpossible("人数和票数不能为负数。")
    if counts.attending > counts.entitled:
        raise CountsImpossible(f"实到{counts.attending}多于应到{counts.entitled}，请核对名册。")
    if counts.base("cast") > counts.attending:
        raise CountsImpossible(
            f"各项票数合计{counts.base('cast')}，多于实到{counts.attending}，请重新清点。"
        )


def formula(
    part: int, whole: int, fraction: tuple[int, int], *, inclusive: bool
) -> tuple[str, bool]:
    """「81×3=243 ≥ 120×2=240」 and whether it holds."""
    num, den = fraction
    left, right = part * den, whole * num
    holds = left >= right if inclusive else left > right
    signs = {(True, True): "≥", (True, False): "<", (False, True): ">", (False, False): "≤"}
    return f"{part}×{den}={left} {signs[inclusive, holds]} {whole}×{num}={right}", holds


def decide(row: RuleRow, counts: Counts) -> Decision:
    """The outcome, and the sentence that lets everyone recompute it."""
    check_counts(counts)
    turnout, came = formula(
        counts.attending,
        counts.entitled,
        (row.quorum_num, row.quorum_den),
        inclusive=row.quorum_inclusive,
    )
    opening = f"应到{counts.entitled}，实到{counts.attending}，{turnout}，"
    if not (came and counts.entitled):
        return Decision("quorum_failed", f"{opening}未达到法定人数。")
    votes, _ = formula(
        counts.yes,
        counts.base(row.pass_base),
        (row.pass_num, row.pass_den),
        inclusive=row.pass_inclusive,
    )
    agreed = passed(row, counts)
    return Decision(
        "agreed" if agreed else "not_agreed",
        f"{opening}达到法定人数；同意{counts.yes}，{votes}，{'通过' if agreed else '未通过'}。",
    )


def check_fraction(field: str, num: int, den: int) -> None:
    if not 0 < num <= den:
        raise NotAFraction("比例须大于零且不超过一。", errors={field: ["分子须大于0且不大于分母"]})


def check_not_below_law(row: RuleRow, law: RuleRow) -> None:
    """A successor may ask for more than the law row, never for less."""
    check_fraction("quorum_num", row.quorum_num, row.quorum_den)
    check_fraction("pass_num", row.pass_num, row.pass_den)
    wider_channels = set(row.counted_channels) - set(law.counted_channels)
    weaker = [
        what
        for what, is_weaker in (
            ("到会比例", _quorum_rank(row) < _quorum_rank(law)),
            ("通过比例", _pass_rank(row) < _pass_rank(law)),
            ("计票基数", WIDTH[row.pass_base] < WIDTH[law.pass_base]),
            ("通知天数", row.notice_days < law.notice_days),
            ("表决期限", row.window_days < law.window_days),
            ("代理人数", row.proxy_max > law.proxy_max),
            ("计票渠道（须注明依据）", bool(wider_channels) and not row.legal_basis.strip()),
        )
        if is_weaker
    ]
    if weaker:
        raise BelowLaw(
            f"{'、'.join(weaker)}不能低于{law.legal_basis or '现行规则'}的要求，可以相同或更严。"
        )


def _quorum_rank(row: RuleRow) -> "_Threshold":
    return _Threshold(row.quorum_num, row.quorum_den, inclusive=row.quorum_inclusive)


def _pass_rank(row: RuleRow) -> "_Threshold":
    return _Threshold(row.pass_num, row.pass_den, inclusive=row.pass_inclusive)


class _Threshold:
    """A threshold that knows which of two is lower, without a float."""

    def __init__(self, num: int, den: int, *, inclusive: bool) -> None:
        self.num, self.den, self.inclusive = num, den, inclusive

    def __lt__(self, other: "_Threshold") -> bool:
        mine, others = self.num * other.den, other.num * self.den
        return mine < others or (mine == others and self.inclusive and not other.inclusive)
