"""居住核验: the states of a claim to live somewhere, who may move it, and when."""

from datetime import date, timedelta

from backend.errors import Conflict, Invalid, NotAllowed, Outdated

EVIDENCE = ("document_seen", "known_in_person", "lease_seen", "household_member_confirms")
REFUSALS = ("not_found_there", "evidence_missing", "wrong_dwelling", "duplicate", "other")
RELATIONS = ("head", "spouse", "child", "parent", "other", "lodger")
TENURES = ("owner", "tenant", "other")

ARROWS: dict[tuple[str, str], str] = {
    ("requested", "confirm"): "verified",
    ("requested", "refuse"): "refused",
    ("refused", "appeal"): "appealed",
    ("appealed", "confirm"): "verified",
    ("appealed", "refuse"): "refused",
    ("verified", "grow_old"): "check_due",
    ("check_due", "renew"): "verified",
    ("check_due", "lapse"): "lapsed",
    ("verified", "move_out"): "ended",
    ("check_due", "move_out"): "ended",
    # whoever gives up the account asks for nothing any more
    ("requested", "give_up"): "refused",
    ("appealed", "give_up"): "refused",
}
STATES = ("requested", "verified", "refused", "appealed", "check_due", "lapsed", "ended")
EVENTS = ("confirm", "refuse", "appeal", "grow_old", "renew", "lapse", "move_out", "give_up")


class AlreadyDecided(Outdated):
    title = "这件核验申请的状态已改变"


class AlreadyRequested(Conflict):
    title = "这一住处已有待办的核验申请"


class AlreadyLivesHere(Conflict):
    title = "这一住处的居住核验已经通过"


class AppealTooLate(Conflict):
    title = "已超过申诉期限"


class AlreadyAppealed(Conflict):
    title = "每次核验只能申诉一次"


class OnlyMembersDecideAppeals(NotAllowed):
    title = "申诉须由居委会成员处理"


class EvidenceMissing(Invalid):
    title = "请选择核验依据"


class ReasonMissing(Invalid):
    title = "请选择并写明不通过的理由"


class WhichHousehold(Conflict):
    title = "这一住处有多户，请选择其中一户"


class BothHaveActs(Conflict):
    title = "这个微信账号下已经有办事记录，不能并入"

    def __init__(self) -> None:
        super().__init__("可以先按新登记核验，再请居委会处理重复的登记。")


class RoomUnknown(Invalid):
    title = "没有登记这一房号"

    def __init__(self) -> None:
        super().__init__(
            "请核对楼栋、单元和房号；也可以打电话或请网格员补登。",
            errors={"room_no": ["没有登记这一房号"]},
        )


def after(state: str, event: str) -> str:
    """The state that follows.

    Raises:
        AlreadyDecided: no arrow leads from `state` by `event`.
    """
    try:
        return ARROWS[state, event]
    except KeyError:
        raise AlreadyDecided("请刷新后查看最新状态。", state=state) from None


def check_confirmation(evidence_kind: str | None) -> None:
    if evidence_kind not in EVIDENCE:
        raise EvidenceMissing(errors={"evidence_kind": ["请选择核验依据"]})


def check_refusal(reason_code: str | None, reason: str | None) -> None:
    if reason_code not in REFUSALS or not reason:
        raise ReasonMissing(errors={"reason": ["请选择并写明不通过的理由"]})


def check_appeal(
    *, decided_on: date, today: date, within_days: int, is_appeal: bool, appealed: bool
) -> None:
    """Within so many days of the refusal, once."""
    if is_appeal or appealed:
        raise AlreadyAppealed("可以补充材料后重新申请，或到社区窗口咨询。")
    if today > decided_on + timedelta(days=within_days):
        raise AppealTooLate("可以重新申请，或到社区窗口咨询。")
