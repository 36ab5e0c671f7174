"""Who may change whose staff account. Pure."""

from backend.errors import Conflict, Invalid, NotAllowed, NotFound

MAY_BE_RESET = ("invited", "active", "suspended")


class LoginNameTaken(Conflict):
    title = "这个登录名已被使用"


class HasAccount(Conflict):
    title = "这个人已有工作账号"


class AccountState(Conflict):
    title = "账号的状态不允许这样做"


class OwnAccount(NotAllowed):
    title = "不能处理自己的账号"


class NoWitness(NotAllowed):
    title = "需要另一位管理员在场确认"


class PasswordsDiffer(Invalid):
    title = "两次输入的密码不一样"


class AdminsExist(Conflict):
    title = "已有管理员，不能再次初始化"


def check_owner(*, resident_id: object, name: object) -> None:
    """An account is for a person already known, or for one newly written down."""
    if (resident_id is None) == (name is None):
        raise Invalid(errors={"name": ["请填写姓名，或选择已登记的人，二者选一"]})


def check_change(*, is_own: bool, status: str, may_be: tuple[str, ...]) -> None:
    if is_own:
        raise OwnAccount("请由另一位管理员办理。")
    if status not in may_be:
        raise AccountState


def check_witness(*, is_caller: bool, is_owner: bool, is_admin: bool) -> None:
    """A reset is seen by a second admin: neither who does it nor whose account it is."""
    if is_caller or is_owner or not is_admin:
        raise NoWitness


def check_person(*, status: str | None) -> None:
    if status != "active":
        raise NotFound
