"""Which roles there are, over what they reach, who gives them, and which exclude each other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.errors import Conflict, Invalid, Outdated
from backend.residents.rules.grants import ADMINS, COMMITTEE


@dataclass(frozen=True, kw_only=True)
class Seat:
    """What a role reaches over, which row of the matrix appoints to it, who confirms."""

    title: str
    scope_type: str
    action: str
    confirmed_by: str | None = None
    ends_with_residence: bool = False


def _helper(title: str, scope_type: str = "community", *, lives_here: bool = False) -> Seat:
    return Seat(
        title=title,
        scope_type=scope_type,
        action="role.appoint.helpers",
        ends_with_residence=lives_here,
    )


def _worker(title: str, scope_type: str = "community") -> Seat:
    return Seat(
        title=title,
        scope_type=scope_type,
        action="role.appoint.workers",
        confirmed_by="sec_admin",
    )


def _committee(title: str) -> Seat:
    return Seat(
        title=title,
        scope_type="community",
        action="role.appoint.committee",
        confirmed_by="sec_admin",
    )


def _guide(title: str, scope_type: str) -> Seat:
    return Seat(
        title=title, scope_type=scope_type, action="role.appoint.street", confirmed_by="sys_admin"
    )


SEATS: dict[str, Seat] = {
    "building_captain": _helper("楼栋长", "building", lives_here=True),
    "stair_captain": _helper("楼道长", "building", lives_here=True),
    "owners_committee": _helper("业委会"),
    "property_company": _helper("物业"),
    "partner_org": _helper("共建单位"),
    "grid_worker": _worker("网格员", "grid"),
    "service_worker": _worker("为民服务员", "grid"),
    "counter_clerk": _worker("窗口社工"),
    "moderator": _worker("内容审核员"),
    "committee_member": _committee("居委会委员"),
    "chair": _committee("居委会主任"),
    "party_secretary": _committee("社区党组织书记"),
    "supervisor": _committee("居务监督委员会成员"),
    "street_clerk": _guide("街道经办", "street"),
    "street_lead": _guide("街道负责人", "street"),
    "dept_user": _guide("区级部门", "district"),
}
TITLES = {role: seat.title for role, seat in SEATS.items()} | {
    "sys_admin": "系统管理员",
    "sec_admin": "安全管理员",
    "auditor": "审计管理员",
}
RESIDENCE_ROLES = frozenset(role for role, seat in SEATS.items() if seat.ends_with_residence)


class RolesClash(Conflict):
    title = "两项职务不能由同一人或近亲属担任"


class AlreadyHeld(Conflict):
    title = "这段时间内已担任该职务"


class AssignmentMoved(Outdated):
    title = "这项任命的状态已改变"


class UnitMissing(Invalid):
    title = "请填写楼道长负责的单元"

    def __init__(self) -> None:
        super().__init__(errors={"unit_no": ["请填写单元"]})


class ScopeMissing(Invalid):
    title = "请选择该职务负责的范围"

    def __init__(self) -> None:
        super().__init__(errors={"scope_id": ["请选择范围"]})


class TermReversed(Invalid):
    title = "任期结束须晚于开始，且不能早于今天"

    def __init__(self) -> None:
        super().__init__(errors={"until_on": ["请核对任期"]})


class NotTwoPeople(Invalid):
    title = "请选择两位不同的人"


class NeitherHoldsARole(Conflict):
    title = "两人都没有职务，无需申报亲属关系"


class KinAlreadyDeclared(Conflict):
    title = "这一亲属关系已申报"


class NotTheSecondPerson(Conflict):
    title = "任命须由另一位有权的人确认"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role somebody holds or is proposed for."""

    role: str
    community_id: UUID | None


def check_term(from_on: date, until_on: date | None, *, today: date) -> None:
    """A term begins today or later: the past keeps the assignments it had."""
    if from_on < today or (until_on is not None and until_on <= from_on):
        raise TermReversed


def check_scope(role: str, *, scope_id: UUID | None, unit_no: str | None) -> None:
    if SEATS[role].scope_type in {"grid", "building", "street"} and scope_id is None:
        raise ScopeMissing
    if role == "stair_captain" and not unit_no:
        raise UnitMissing


def check_no_clash(
    role: str,
    community_id: UUID | None,
    *,
    held: Iterable[Held],
    held_by_kin: Iterable[Held],
) -> None:
    """居委会组织法 36 and the three separate administrators, refused at appointment."""
    own = [(each.role, each.community_id) for each in held]
    admins = {each for each, _ in own if each in ADMINS}
    if role in ADMINS and own:
        raise RolesClash("三员不得兼任其他职务。")
    if admins:
        raise RolesClash("系统、安全、审计管理员不得兼任其他职务。")
    here = {each for each, place in own if place == community_id}
    kin = {each.role for each in held_by_kin if each.community_id == community_id}
    if role == "supervisor" and not COMMITTEE.isdisjoint(here):
        raise RolesClash("居委会成员不得兼任居务监督委员会成员（居委会组织法第三十六条）。")
    if role in COMMITTEE and "supervisor" in here:
        raise RolesClash("居务监督委员会成员不得兼任居委会职务（居委会组织法第三十六条）。")
    if role == "supervisor" and not COMMITTEE.isdisjoint(kin):
        raise RolesClash("居委会成员的近亲属不得担任居务监督委员会成员。")
    if role in COMMITTEE and "supervisor" in kin:
        raise RolesClash("居务监督委员会成员的近亲属不得担任居委会职务。")


def kin_warning(role: str, community_id: UUID | None, held_by_kin: Collection[Held]) -> str | None:
    """近亲属回避: committee members related to each other are named, not refused."""
    related = any(
        each.role in COMMITTEE and each.community_id == community_id for each in held_by_kin
    )
    if role in COMMITTEE and related:
        return "与现任居委会成员为近亲属，请核对回避要求（居委会组织法第八条）。"
    return None
