"""Where the points of a deed go: to whoever acted, or to a family's account. Pure."""

from collections.abc import Mapping
from uuid import UUID

from backend.errors import Conflict, Invalid


class CreditFixed(Invalid):
    title = "积分记给谁，细则已经定了"


class NoFamilyAccount(Conflict):
    title = "没有可以记的家庭账户"


def credited_to(item_says: str, wish: str | None) -> str:
    """The sheet's word; where it leaves it open, the claimant's, and the person without one.

    Raises:
        CreditFixed: the sheet says otherwise.
    """
    if item_says == "choice":
        return wish or "person"
    if wish not in {None, item_says}:
        whose = "家庭账户" if item_says == "family" else "做事的人"
        raise CreditFixed(errors={"credit_to": [f"这一项只记给{whose}"]})
    return item_says


def family_accounts(
    item_says: str, credit_to: str, claimant_id: UUID, of_families: Mapping[UUID, int]
) -> dict[UUID, int]:
    """Whose points go to which family's account, of those who acted; all others keep their own.

    Where the claimant chose, that is the claimant's family alone: nobody disposes of what a
    neighbour earned.
    """
    if credit_to == "person":
        return {}
    if item_says == "family":
        return dict(of_families)
    own = of_families.get(claimant_id)
    return {who: account for who, account in of_families.items() if account == own}


def check_family(accounts: Mapping[UUID, int]) -> None:
    """Raises NoFamilyAccount: nobody who acted is in the claimant's family and agreed to it."""
    if not accounts:
        raise NoFamilyAccount(
            "做这件事的人没有加入同一个家庭账户，请选记给本人。",
            errors={"credit_to": ["还没有家庭账户，请选记给本人"]},
        )
