"""What people may agree to, and what a nickname may be. Pure."""

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from backend.errors import Conflict, Invalid, NotAllowed, NotFound


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One use of personal data; only the required ones stand between a person and an account."""

    code: str
    title: str
    required: bool = False


PURPOSES = {
    purpose.code: purpose
    for purpose in (
        Purpose(code="basic", title="账号与基本功能", required=True),
        Purpose(code="residence", title="居住核验"),
        Purpose(code="phone", title="手机号"),
        Purpose(code="wechat_notice", title="微信通知"),
        Purpose(code="photo", title="照片"),
        Purpose(code="honour_list", title="光荣榜"),
        Purpose(code="care", title="关爱服务"),
        Purpose(code="minor", title="未成年人信息"),
        Purpose(code="volunteer_record", title="志愿服务记录"),
    )
}


class PolicyChanged(Conflict):
    title = "隐私政策已更新，请阅读新版后再确认"


class PolicyMissing(NotFound):
    title = "隐私政策尚未发布"


class UnknownPurpose(NotFound):
    title = "没有这一项同意"


class NotAgreed(NotAllowed):
    title = "请先阅读并同意隐私政策"


def general_policy(*, operator: str, contact: str) -> str:
    """The policy we ship, in the name of whoever runs this installation."""
    shipped = files("backend.residents").joinpath("general_policy.txt").read_text("utf-8")
    return Template(shipped).substitute(operator=operator, contact=contact)


def check_purpose(code: str) -> None:
    if code not in PURPOSES:
        raise UnknownPurpose


def check_nickname(nickname: str) -> None:
    """A name of digits looks like a phone number or a house number."""
    if not any(character.isalpha() for character in nickname):
        raise Invalid(errors={"nickname": ["昵称里要有文字"]})
