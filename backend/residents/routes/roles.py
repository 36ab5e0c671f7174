"""Roles and kinship over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, page, page_of
from backend.residents.actions import roles as actions
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.residents.models import Kin
from backend.residents.queries.holders import Appointment, appointments_page
from backend.residents.schemas.roles import (
    AppointedSchema,
    ConfirmationSchema,
    KinSchema,
    NewKinSchema,
    NewRoleSchema,
    RoleListArguments,
    RoleSchema,
)

roles = Blueprint("roles", __name__, url_prefix="/api/v1", description="职务")
roles.before_request(require_caller)


@roles.get("/roles")
@permitted("role.read")
@roles.arguments(RoleListArguments, location="query")
@roles.response(200, page_of(RoleSchema))
def list_roles(asked: dict[str, Any]) -> dict[str, Any]:
    """Who holds or is proposed for which role here, newest first."""
    found = appointments_page(
        _place(),
        states=asked["state"],
        roles=asked["role"],
        after=asked["after"],
        limit=asked["limit"],
    )
    return page(found, asked["limit"], key=lambda held: held.id)


@roles.post("/roles")
@permitted("role.appoint")
@roles.arguments(NewRoleSchema)
@roles.response(201, AppointedSchema)
def appoint(new: dict[str, Any]) -> dict[str, Any]:
    """Give somebody a role from a day on; some wait for a second person."""
    role, warnings = actions.appoint(current_caller(), _place(), **new)
    return {"role": role, "warnings": warnings}


@roles.post("/roles/<uuid:assignment_id>/confirmation")
@permitted("role.confirm")
@roles.arguments(ConfirmationSchema)
@roles.response(200, RoleSchema)
def confirm_role(wish: dict[str, bool], assignment_id: UUID) -> Appointment:
    """Confirm or drop a proposed role as the second person."""
    return actions.confirm(current_caller(), assignment_id, **wish)


@roles.delete("/roles/<uuid:assignment_id>")
@permitted("role.appoint")
@roles.response(204)
def end_role(assignment_id: UUID) -> None:
    """End a role today; the next request already goes without it."""
    actions.end_role(current_caller(), _place(), assignment_id)


@roles.post("/kin")
@permitted("kin.declare")
@roles.arguments(NewKinSchema)
@roles.response(201, KinSchema)
def declare_kin(new: dict[str, Any]) -> Kin:
    """Declare near relatives, one of whom holds a role."""
    return actions.declare_kin(current_caller(), _place(), **new)


def _place() -> UUID | None:
    """The community acted in; only a role over the whole district needs none."""
    caller = current_caller()
    if any(duty.scope_type == "district" for duty in caller.duties):
        return caller.community_id
    return current_community_id()
