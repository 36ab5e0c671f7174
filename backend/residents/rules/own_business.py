"""Nobody decides on themselves, their household or their near relatives."""

from collections.abc import Collection
from uuid import UUID

from backend.errors import NotAllowed


class OwnBusiness(NotAllowed):
    title = "涉及本人或亲属的事项须由他人办理"


def check_not_own_business(
    decider_id: UUID,
    *,
    person_id: UUID,
    kin: Collection[UUID],
    shares_home: bool,
) -> None:
    """Raise if the decider is the person, lives with them, or is declared kin (`kin`)."""
    if decider_id == person_id or shares_home or decider_id in kin:
        raise OwnBusiness("请由其他工作人员办理。")


def check_other_decider(decider_id: UUID, *, first_decider_id: UUID | None) -> None:
    """An appeal is never judged by whoever decided first."""
    if decider_id == first_decider_id:
        raise OwnBusiness("申诉须由另一位居委会成员处理。")
