"""Families that keep their points together, and gifts to the pool, over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, PageArguments, page, page_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import families as actions
from backend.virtue_bank.actions import orders
from backend.virtue_bank.actions import showing_shop as showing
from backend.virtue_bank.actions.families import Home
from backend.virtue_bank.models import FamilyMember, PointsDonation
from backend.virtue_bank.queries import families as queries
from backend.virtue_bank.schemas.families import (
    FamilyDecisionSchema,
    FamilySchema,
    LeavingSchema,
    LeftFamilySchema,
    NewDonationSchema,
    NewFamilyMemberSchema,
    NewFamilySchema,
    PointsDonationSchema,
)
from backend.virtue_bank.schemas.orders import ShopOrderSchema

points_families = Blueprint(
    "points_families", __name__, url_prefix="/api/v1/virtue-bank", description="家庭积分"
)
points_families.before_request(require_caller)


@points_families.post("/families")
@permitted("points.redeem")
@points_families.arguments(NewFamilySchema)
@points_families.response(201, FamilySchema)
def found_family(new: dict[str, Any]) -> dict[str, Any]:
    """Open a points account for one's household."""
    return _told(actions.found_family(current_caller(), **new))


@points_families.get("/me/family")
@permitted("points.own")
@points_families.response(200, FamilySchema)
def own_family() -> dict[str, Any]:
    """Show one's family, or the one that asks one in."""
    return _told(actions.own_family(current_caller()))


@points_families.post("/families/<uuid:family_id>/members")
@permitted("points.redeem")
@points_families.arguments(NewFamilyMemberSchema)
@points_families.response(201, FamilySchema)
def ask_in(new: dict[str, Any], family_id: UUID) -> dict[str, Any]:
    """Ask somebody of the household to join; an adult has to consent."""
    return _told(actions.ask_in(current_caller(), family_id, **new))


@points_families.post("/families/<uuid:family_id>/consent")
@permitted("points.redeem")
@points_families.response(200, FamilySchema)
def consent(family_id: UUID) -> dict[str, Any]:
    """Agree to join."""
    return _told(actions.consent(current_caller(), family_id))


@points_families.post("/families/<uuid:family_id>/leaving")
@permitted("points.redeem")
@points_families.arguments(LeavingSchema)
@points_families.response(200, LeftFamilySchema)
def leave(said: dict[str, Any], family_id: UUID) -> FamilyMember:
    """Leave, or take a child out; what one brought in goes along."""
    return actions.leave(current_caller(), family_id, **said)


@points_families.post("/shop/orders/<uuid:shop_order_id>/family-decision")
@permitted("points.redeem")
@points_families.arguments(FamilyDecisionSchema)
@points_families.response(200, ShopOrderSchema(many=True))
def agree(said: dict[str, Any], shop_order_id: UUID) -> list[dict[str, Any]]:
    """Say yes or no to what somebody of the family ordered for many points."""
    decided = orders.agree(current_caller(), shop_order_id, **said)
    return showing.these_orders(current_caller(), [each.id for each in decided])


@points_families.get("/me/family/orders")
@permitted("points.own")
@points_families.arguments(PageArguments, location="query")
@points_families.response(200, page_of(ShopOrderSchema, "FamilyOrderPage"))
def family_orders(asked: dict[str, Any]) -> dict[str, Any]:
    """List what waits for an adult of one's family, oldest first."""
    found = showing.family_orders(current_caller(), **asked)
    return page(found, asked["limit"], key=lambda row: row["id"])


@points_families.post("/donations")
@permitted("points.redeem")
@points_families.arguments(NewDonationSchema)
@points_families.response(201, PointsDonationSchema)
def donate(new: dict[str, Any]) -> PointsDonation:
    """Give points to the community's pool."""
    return actions.donate(current_caller(), **new)


@points_families.get("/me/donations")
@permitted("points.own")
@points_families.arguments(PageArguments, location="query")
@points_families.response(200, page_of(PointsDonationSchema))
def own_donations(asked: dict[str, Any]) -> dict[str, Any]:
    """List what one gave to the pool, newest first."""
    found = queries.own_donations(current_community_id(), current_caller().resident_id, **asked)
    return page(found, asked["limit"], key=lambda each: each.id)


def _told(home: Home) -> dict[str, Any]:
    me = current_caller().resident_id
    return {
        "id": home.family.id,
        "account_id": home.family.account_id,
        "state": home.family.state,
        "available": home.available,
        "pending": home.pending,
        "members": [
            {
                "id": each.id,
                "resident_id": each.resident_id,
                "name": home.names.get(each.resident_id, ""),
                "role": each.role,
                "has_consented": each.consented_at is not None,
                "is_me": each.resident_id == me,
            }
            for each in home.members
        ],
        "others": [{"resident_id": each, "name": home.names.get(each, "")} for each in home.others],
    }
