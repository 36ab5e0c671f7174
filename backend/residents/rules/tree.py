"""What may be entered into the grid tree and the household register."""

from datetime import date

from backend.errors import Conflict, Invalid


class CodeTaken(Conflict):
    title = "编号已被使用"


class NameTaken(Conflict):
    title = "名称已被使用"


class RoomTaken(Conflict):
    title = "这一房号已登记"


class GridNotBelow(Invalid):
    title = "网格须挂在上一级网格下"

    def __init__(self) -> None:
        super().__init__(errors={"parent_id": ["大网格没有上级，中、小网格须选上一级网格"]})


class NotASmallGrid(Invalid):
    title = "楼栋只能划入小网格"

    def __init__(self) -> None:
        super().__init__(errors={"grid_id": ["请选择小网格"]})


class AlreadyThere(Conflict):
    title = "已在所选范围内，无需调整"


class PastUntouched(Invalid):
    title = "不能更改今天以前的记录"

    def __init__(self) -> None:
        super().__init__(errors={"from_on": ["请选择今天或以后"]})


class NoSuchUnit(Invalid):
    title = "这栋楼没有这个单元"

    def __init__(self) -> None:
        super().__init__(errors={"unit_no": ["请核对单元"]})


class HouseholdLivedIn(Conflict):
    title = "户内还有人居住"


class HouseholdClosed(Conflict):
    title = "这一户已注销"


class DatesReversed(Invalid):
    title = "日期先后有误"


def check_parent(level: int, parent_level: int | None) -> None:
    if (parent_level or 0) != level - 1:
        raise GridNotBelow


def check_from_today(day: date, today: date) -> None:
    """The past keeps the assignments it had, so that old acts stay explicable."""
    if day < today:
        raise PastUntouched


def check_unit(unit_no: str, units: int) -> None:
    """Units that are numbers are counted; names such as 东 are taken as they are."""
    if unit_no.isdecimal() and not 1 <= int(unit_no) <= units:
        raise NoSuchUnit


def check_opening(opened_on: date, today: date) -> None:
    if opened_on > today:
        raise DatesReversed(errors={"opened_on": ["不能晚于今天"]})


def check_closing(opened_on: date, closed_on: date, *, already: date | None, living: int) -> None:
    if already is not None:
        raise HouseholdClosed
    if closed_on <= opened_on:
        raise DatesReversed(errors={"closed_on": ["须晚于立户日期"]})
    if living:
        raise HouseholdLivedIn("请先办理搬离。", people=living)
