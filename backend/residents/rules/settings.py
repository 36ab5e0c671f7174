"""Who may move a number, how far, and from when. Pure."""

from datetime import date

from backend.errors import Conflict, Invalid, NotAllowed, Outdated
from backend.residents.models.settings import Number


class OutOfBounds(Invalid):
    title = "数值超出可以设定的范围"


class BeginsTooEarly(Invalid):
    title = "生效日期有误"


class AlreadySet(Conflict):
    title = "这一天起的数值已经设定"


class NothingToConfirm(Outdated):
    title = "这项设定不在等待确认"


class OwnSetting(NotAllowed):
    title = "不能确认自己提出的设定"


def check_value(number: Number, value: int | None, *, districts: int | None) -> None:
    """Never below the law's floor, nor below the district's where that is the least."""
    if value is None:
        if districts is None:
            raise OutOfBounds(errors={"value": ["请填写数值"]})
        return
    least = number.least
    if number.never_less_than_the_districts and districts is not None:
        least = max(least, districts)
    if not least <= value <= number.most:
        because = f"（{number.basis}）" if number.basis and value < number.least else ""
        said = f"应在{least}到{number.most}{number.unit}之间{because}"
        raise OutOfBounds(f"{number.title}：{said}。", errors={"value": [said]})


def check_begins(valid_from: date, today: date) -> None:
    if valid_from < today:
        raise BeginsTooEarly(
            "已经过去的日子按当时的数值算。", errors={"valid_from": ["不能早于今天"]}
        )


def check_confirmable(*, confirmed: bool, is_own: bool, valid_from: date, today: date) -> None:
    """A second person, once, and before the day it begins is over."""
    if is_own:
        raise OwnSetting("请由另一位管理员确认。")
    if confirmed:
        raise NothingToConfirm("已有人确认，请刷新。")
    if valid_from < today:
        raise NothingToConfirm("生效日期已过，请重新设定。")
