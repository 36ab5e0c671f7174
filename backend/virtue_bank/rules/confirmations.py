"""Who can prove a deed, and when enough have. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from backend.errors import Conflict, Invalid
from backend.virtue_bank.models.sheets import RuleItem

State = Literal["enough", "refuted", "waiting"]


class NotIndependent(Conflict):
    title = "须由没有参与、也不是家人的人证明"


class AlreadyAnswered(Conflict):
    title = "已经说过了"


class OneHand(Conflict):
    title = "一个人不能替两个人证明同一件事"


class SomebodyUnclear(Invalid):
    title = "请写明是谁说的"


@dataclass(frozen=True, kw_only=True)
class Word:
    """What one person said, whose standing was looked at when they said it."""

    role: str
    stance: str
    unrelated: bool


def independent(
    said_by: Collection[UUID],
    *,
    interested: Collection[UUID],
    near: Collection[UUID],
) -> bool:
    """None of them claims or acted (`interested`), nor is of the home or kin of who did (`near`).

    Somebody in no register is taken at their word: it is said by nobody we know.
    """
    return set(said_by).isdisjoint({*interested, *near})


def check_independent(
    said_by: Collection[UUID], *, interested: Collection[UUID], near: Collection[UUID]
) -> None:
    if not independent(said_by, interested=interested, near=near):
        raise NotIndependent("请换一位邻居或受助人来说。")


def check_no_namesake(*, is_namesake: bool) -> None:
    """A name typed alone is taken for whoever of the deed bears it: better asked than believed."""
    if is_namesake:
        raise NotIndependent("与申报人、做事的人或登记的人同名。是另一位居民的，请选登记的居民。")


def check_one_hand(hands: Collection[UUID], said: Iterable[Collection[UUID]]) -> None:
    """Nobody brings two words of one deed: not their own and another's, nor two others'."""
    if any(not set(each).isdisjoint(hands) for each in said):
        raise OneHand("请另一位代办人来说，或者本人打电话告诉网格员。")


def check_somebody(resident_id: UUID | None, name: str) -> None:
    """A known resident, or the name of somebody in no register."""
    if (resident_id is None) == (not name):
        raise SomebodyUnclear(errors={"resident_id": ["请选一位居民，或写下姓名"]})


def check_not_recording_oneself(recorder: UUID, resident_id: UUID | None) -> None:
    if recorder == resident_id:
        raise NotIndependent("本人的话请用自己的手机说，或由另一位工作人员登记。")


def confirmed(words: Iterable[Word], item: RuleItem) -> State:
    """Whether enough independent people say yes; one clear no from any of them is a doubt."""
    counted = [word for word in words if word.unrelated]
    if any(word.stance == "no" for word in counted):
        return "refuted"
    yes = [word for word in counted if word.stance == "yes"]
    helped = any(word.role == "helped" for word in yes)
    if len(yes) >= item.confirmations and (helped or not item.needs_helped):
        return "enough"
    return "waiting"
