"""Four-party consultation 四方协商 and councils: may they begin, and what came of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from backend.deliberation.rules.clocks import has_clear_days
from backend.deliberation.rules.quorum import (
    Counts,
    Decision,
    RuleRow,
    check_counts,
    formula,
    passed,
)
from backend.errors import Conflict

Stance = Literal["for", "against", "condition"]

PARTIES: Mapping[str, str] = {
    "party_org": "社区党组织",
    "residents_committee": "居委会",
    "owners_committee": "业委会",
    "property_company": "物业服务企业",
}
MUST_BE_PRESENT = ("party_org", "residents_committee")
NOTICE_CLEAR_DAYS = 3


class PositionMissing(Conflict):
    title = "还有到场方未表态"


@dataclass(frozen=True, slots=True)
class Seat:
    """An invited seat on the day of the meeting."""

    party: str
    present: bool
    invited_on: date
    absence_minuted: bool = False


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether a consultation may begin, and the sentence for its minutes."""

    met: bool
    due: int
    present: int
    sentence: str


def four_party_attendance(
    row: RuleRow,
    seats: Sequence[Seat],
    *,
    held_on: date,
    not_established: Sequence[str] = (),
    recused: Collection[str] = (),
) -> Attendance:
    """Whether four-party consultation may begin, and who was due, came, or is excused.

    `recused` are the parties with a recused seat; those seats are not among `seats`.
    """
    due, present = len(seats), sum(seat.present for seat in seats)
    turnout, enough = formula(
        present, due, (row.quorum_num, row.quorum_den), inclusive=row.quorum_inclusive
    )
    parts, fit = [], enough and due > 0
    for party, name in PARTIES.items():
        said, excused = _party_attendance(
            party,
            [seat for seat in seats if seat.party == party],
            held_on=held_on,
            established=party not in not_established,
            recused=party in recused,
        )
        parts.append(f"{name}{said}")
        fit = fit and excused
    end = "达到开会条件" if fit else "未达到开会条件"
    return Attendance(
        fit, due, present, f"应到{due}，实到{present}，{turnout}；{'，'.join(parts)}；{end}。"
    )


def council_attendance(row: RuleRow, due: int, present: int) -> Attendance:
    """Whether a council, hearing or talk may begin: no party is indispensable there."""
    turnout, enough = formula(
        present, due, (row.quorum_num, row.quorum_den), inclusive=row.quorum_inclusive
    )
    fit = enough and due > 0
    end = "达到开会条件" if fit else "未达到开会条件"
    return Attendance(fit, due, present, f"应到{due}，实到{present}，{turnout}；{end}。")


def four_party_consensus(
    stances: Mapping[str, Sequence[Stance | None]], attendance: Attendance
) -> Decision:
    """Consensus of the parties that are here: one against is enough for no agreement.

    `stances` holds, for every party present, what each of its seats said; a condition is
    agreement to a decision that contains it.
    """
    if not attendance.met:
        return Decision("quorum_failed", attendance.sentence)
    silent = [_party_name(party) for party, said in stances.items() if not any(said)]
    if silent or not stances:
        who = "、".join(silent) or "到场各方"
        raise PositionMissing(f"请先记录{who}的意见，再形成结论。")
    views = "，".join(f"{_party_name(party)}{_stance(said)}" for party, said in stances.items())
    against = any("against" in said for said in stances.values())
    end = "未达成一致" if against else "各方协商一致，通过"
    return Decision("not_agreed" if against else "agreed", f"{attendance.sentence}{views}；{end}。")


def council_outcome(row: RuleRow, attendance: Attendance, counts: Counts) -> Decision:
    """Consensus if nobody is against; else a majority, which is labelled as one."""
    check_counts(counts)
    if not attendance.met:
        return Decision("quorum_failed", attendance.sentence)
    votes, _ = formula(
        counts.yes,
        counts.base(row.pass_base),
        (row.pass_num, row.pass_den),
        inclusive=row.pass_inclusive,
    )
    if not passed(row, counts):
        return Decision("not_agreed", f"{attendance.sentence}同意{counts.yes}，{votes}，未通过。")
    how = "协商一致" if counts.no == 0 else "多数意见"
    return Decision("agreed", f"{attendance.sentence}同意{counts.yes}，{votes}，{how}，通过。")


def _party_attendance(
    party: str, seats: Sequence[Seat], *, held_on: date, established: bool, recused: bool
) -> tuple[str, bool]:
    """What the minutes say of one party, and whether the meeting can begin as it is."""
    if any(seat.present for seat in seats):
        return "到场", True
    if not established:
        return "未成立，已记录", party not in MUST_BE_PRESENT
    if not seats and recused:
        must = party in MUST_BE_PRESENT
        return "回避（须另派人到场）" if must else "回避，已记录", not must
    if not seats:
        return "未邀请", False
    return _absence(party, seats, held_on)


def _absence(party: str, seats: Sequence[Seat], held_on: date) -> tuple[str, bool]:
    if party in MUST_BE_PRESENT:
        return "缺席（须到场）", False
    if not all(has_clear_days(seat.invited_on, held_on, NOTICE_CLEAR_DAYS) for seat in seats):
        return f"缺席且通知不足{NOTICE_CLEAR_DAYS}日", False
    if not any(seat.absence_minuted for seat in seats):
        return "缺席，尚未记录", False
    return f"缺席，已提前{NOTICE_CLEAR_DAYS}日通知并记录", True


def _party_name(party: str) -> str:
    return PARTIES.get(party, party)


def _stance(said: Sequence[Stance | None]) -> str:
    if "against" in said:
        return "不同意"
    return "附条件同意" if "condition" in said else "同意"
