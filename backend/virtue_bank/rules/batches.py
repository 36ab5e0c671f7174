"""A batch from its draft to the last line paid: who may do what to it when. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from backend.errors import Conflict, Invalid, NotAllowed, Outdated
from backend.virtue_bank.models import ProposedLine

LINES_A_CALL = 200
HELPERS = frozenset(
    {
        "building_captain",
        "stair_captain",
        "owners_committee",
        "property_company",
        "partner_org",
    }
)
"""Roles of neighbours who help; all others are staff, who earn nothing."""


class IsStaff(Conflict):
    title = "在职工作人员不参加积分发放"


class NotAResident(Conflict):
    title = "只能发给已核验的居民"


class NothingToGive(Conflict):
    title = "没有可以发放的人"


class NoItemForIt(Conflict):
    title = "现行细则没有这一项"


class PointsAboveSheet(Conflict):
    title = "积分超过细则规定"


class NobodyLeft(Conflict):
    title = "这一批已经没有可以发放的人"


class NamedTwice(Invalid):
    title = "同一人不能填写两次"


class NotEarnedYet(Invalid):
    title = "日期有误"


class StaleBatch(Outdated):
    title = "这一批已有新的变化，请刷新后再办"


class BatchMoved(Outdated):
    title = "这一批现在不能这样办"


class LineMoved(Outdated):
    title = "这一行现在不能这样办"


class SameHands(NotAllowed):
    title = "起草、核对、批准须由三个人分别办理"


class OwnBusiness(NotAllowed):
    title = "涉及本人或亲属的事项须由他人办理"


def is_staff(roles: Iterable[str]) -> bool:
    """Whether one of these roles is an office and not a neighbour's help."""
    return any(role not in HELPERS for role in roles)


def may_get(
    lines: Sequence[ProposedLine], *, residents: Collection[UUID], staff: Collection[UUID]
) -> list[ProposedLine]:
    """The lines of residents who are no staff; one line a person, the first one named."""
    found: dict[UUID, ProposedLine] = {}
    for line in lines:
        if line.resident_id in residents and line.resident_id not in staff:
            found.setdefault(line.resident_id, line)
    return list(found.values())


def check_lines(
    lines: Sequence[ProposedLine], *, residents: Collection[UUID], staff: Collection[UUID]
) -> None:
    """What a person typed is refused where a job would leave it out.

    Raises:
        NothingToGive, NamedTwice, NotAResident, IsStaff
    """
    people = [line.resident_id for line in lines]
    if not people:
        raise NothingToGive("请至少写一个人。")
    if len(set(people)) < len(people):
        raise NamedTwice("每人一行。")
    if strangers := set(people) - set(residents):
        raise NotAResident(f"有{len(strangers)}人没有通过居住核验。")
    if working := set(people) & set(staff):
        raise IsStaff(f"名单里有{len(working)}位在职工作人员，请去掉。")


def check_earned(day: date, today: date) -> None:
    if day > today:
        raise NotEarnedYet(errors={"period": ["不能晚于今天"]})


def points_of(asked: int | None, *, points: int, points_max: int) -> int:
    """What the line gives: what was asked, or the item's points; the sheet is the limit.

    Raises:
        PointsAboveSheet: more than the item gives at most.
    """
    given = points if asked is None else asked
    if not 0 < given <= points_max:
        raise PointsAboveSheet(f"这一项每次最多{points_max}分。", most=points_max)
    return given


def check_version(given: int, present: int) -> None:
    if given != present:
        raise StaleBatch("有人同时在办理，请核对后再提交。")


def check_hands(person_id: UUID, *, others: Collection[UUID | None]) -> None:
    """Draft, review and approval are three people's."""
    if person_id in {each for each in others if each is not None}:
        raise SameHands("请另一位同事办理。")


def check_not_near(person_id: UUID, *, people: Collection[UUID], near: Collection[UUID]) -> None:
    """Nobody decides on what goes to themselves, their household or near relatives."""
    if not {person_id, *near}.isdisjoint(people):
        raise OwnBusiness("名单里有您本人或亲属，请另一位同事办理。")


def check_review(state: str, *, lines: Mapping[UUID, str], strikes: Collection[UUID]) -> None:
    """A draft, struck where it should be; somebody is left. `lines` maps ids to states.

    Raises:
        BatchMoved, LineMoved, NobodyLeft
    """
    if state != "drafted":
        raise BatchMoved("已经核对过了。")
    if not set(strikes) <= {line for line, at in lines.items() if at == "standing"}:
        raise LineMoved("要划去的行不在这一批里，或已经划去。")
    if all(line in set(strikes) or at == "struck" for line, at in lines.items()):
        raise NobodyLeft("一行都不留的，请取消这一批并写明理由。")


def check_approval(state: str) -> None:
    if state == "drafted":
        raise BatchMoved("请网格员先核对。")
    if state != "reviewed":
        raise BatchMoved("已经批准或取消了。")


def check_cancel(state: str) -> None:
    """Until the first point is paid."""
    if state not in {"drafted", "reviewed", "publicity"}:
        raise BatchMoved("已经开始入账，不能整批取消；有误的行可以冲正。")


def check_mend(batch_state: str, line_state: str) -> None:
    """Only what could not be paid is tried again or struck after the window."""
    if batch_state not in {"paying", "posted"} or line_state != "failed":
        raise LineMoved("只有未能入账的行可以重办或划去。")


def is_due_to_pay(state: str, shown_until: datetime | None, now: datetime) -> bool:
    """The window is over, and something may still be owed."""
    if shown_until is None or state not in {"publicity", "paying"}:
        return False
    return now >= shown_until


def is_paid(line_states: Iterable[str]) -> bool:
    """Every line is paid, struck, or could not be paid: nothing waits for the timetable."""
    return all(state in {"posted", "struck", "failed"} for state in line_states)


def is_settled(line_states: Iterable[str]) -> bool:
    """Every line is paid or struck: what is left in the batch's account is nobody's."""
    return all(state in {"posted", "struck"} for state in line_states)
