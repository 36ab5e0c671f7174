"""Who must be there and how many must agree, in whole numbers, with the formula printed."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from backend.errors import Invalid

Base = Literal["attending", "cast", "entitled"]
Unit = Literal["person", "household", "member", "owner", "seat"]
Origin = Literal["law", "local_rule", "default"]
Outcome = Literal["agreed", "not_agreed", "quorum_failed"]

CHANNELS = ("mini_program", "phone", "home_visit", "walk_in", "paper", "at_meeting")
AT_MEETING = ("at_meeting",)


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


def least(whole: int, num: int, den: int, *, inclusive: bool) -> int:
    """The smallest part that reaches the threshold."""
    return -(-whole * num // den) if inclusive else whole * num // den + 1


def quorum_met(row: RuleRow, present: int, entitled: int) -> bool:
    if entitled == 0:
        return False
    reaches = at_least if row.quorum_inclusive else more_than
    return reaches(present, entitled, row.quorum_num, row.quorum_den)


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
