"""What a matter must have before it is told, and how its words and number are made. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from backend.deliberation.rules.refusals import LivesElsewhere
from backend.errors import Conflict, Invalid, NotAllowed, NotFound

SIMILAR_ANSWERS = ("same", "related", "different")
RETURN_REASONS = ("place_unclear", "facts_unclear", "duplicate", "wrong_channel", "other")
REJECT_REASONS = ("outside_community", "unlawful", "in_court", "decided_before", "other")
ON_BEHALF_CHANNELS = ("phone", "home_visit", "walk_in", "paper")
NEGATIVE_LIST: Mapping[str, str] = {
    "law_enforcement": "行政执法事项由执法部门办理（负面清单）",
    "demolition": "拆迁拆违事项由主管部门办理（负面清单）",
}
BASES: Mapping[str, tuple[str, ...]] = {
    "major": ("public_service", "government_management"),
    "common": ("shared_space", "shared_facility", "neighbourhood_order", "community_life"),
    "private": ("one_household", "two_neighbours"),
}
OWNERS: Mapping[str, str] = {
    "major": "street",
    "common": "residents_committee",
    "private": "author",
}
TARGETS: Mapping[str, str] = {"major": "referred", "common": "queued", "private": "guided"}
DECISIONS = ("upheld", "refused")


class PlaceMissing(Invalid):
    title = "请说明事情发生在哪里"


class NotAResident(NotFound):
    title = "没有找到这位居民"


class WithdrawnInPerson(Conflict):
    title = "本人已取消附议，不能代录"


class TextFrozen(Conflict):
    title = "事项提交后文字不能再改"


class NegativeList(Conflict):
    title = "该事项在负面清单内，不能由社区办理"


class BasisMismatch(Invalid):
    title = "分流依据与类别不符"


class AlreadyTriedByYou(Conflict):
    title = "请由另一位共同决定的人确认"


class DecisionDiffers(Conflict):
    title = "两位决定人的意见不一致"


class NotADecider(NotAllowed):
    title = "由居委会主任和监督委员会共同决定"


def serial_number(community_code: str, day: date, number: int) -> str:
    """`yyyy-community-seq`, what a receipt and a phone call name a matter by."""
    return f"{day.year}-{community_code}-{number:04d}"


def text_sha256(title: str, body: str) -> str:
    return hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()


def check_place(grid_id: UUID | None) -> UUID:
    if grid_id is None:
        raise PlaceMissing(errors={"building_id": ["请选择楼栋；不清楚时选离得最近的一栋"]})
    return grid_id


def check_may_record(*, is_covered: bool) -> None:
    """Who serves a grid writes down what people of that grid say."""
    if not is_covered:
        raise LivesElsewhere("请由所在网格的网格员或社区窗口代录。")


def check_not_taken_back(*, is_keyed: bool, withdrawn: bool) -> None:
    """What a person took back themselves is not brought back by what somebody says they said."""
    if is_keyed and withdrawn:
        raise WithdrawnInPerson("请本人在小程序里再次附议。")


def check_basis(triage_class: str, basis_code: str) -> None:
    """A class needs a ground of its own; what is on the negative list cannot be taken on."""
    if basis_code in NEGATIVE_LIST:
        raise NegativeList(NEGATIVE_LIST[basis_code])
    if basis_code not in BASES[triage_class]:
        raise BasisMismatch(errors={"basis_code": ["可选：" + "、".join(BASES[triage_class])]})


def check_destination(
    triage_class: str, *, required_body: str | None, department: str | None
) -> None:
    """A common matter names the table it goes to, a great one the department."""
    if triage_class == "common" and required_body is None:
        raise Invalid(errors={"required_body": ["小事须写明由哪个组织议事"]})
    if triage_class == "major" and not department:
        raise Invalid(errors={"department": ["大事须写明转交哪个部门"]})


def check_expected(expected_on: date, today: date) -> None:
    if expected_on < today:
        raise Invalid(errors={"expected_on": ["请填写今天或以后的日期"]})


def check_joint_decision(
    *, decided_by: UUID | None, first: str | None, second: str, decider: UUID
) -> None:
    """The second of the two deciders must be another person and say the same."""
    if decided_by == decider:
        raise AlreadyTriedByYou("您已表示意见；主任与监督委员会各一人，意见一致后生效。")
    if first != second:
        raise DecisionDiffers(f"另一位决定人的意见是“{first}”，请商量一致后再确认。")


def check_other_side(side: str, first_side: str | None) -> None:
    """One of the two is the chair, the other of the supervision committee."""
    if side == first_side:
        raise AlreadyTriedByYou


def joint_role(roles: Collection[str]) -> str:
    """Which of the two sides this person stands for."""
    if "chair" in roles:
        return "chair"
    if "supervisor" in roles:
        return "supervisor"
    raise NotADecider
