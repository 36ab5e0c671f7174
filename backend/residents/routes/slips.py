"""Door slips over HTTP: a way in for people without WeChat."""

from uuid import UUID

from backend.api import Blueprint, shown_once
from backend.residents.actions import slips as actions
from backend.residents.actions.slips import IssuedSlip
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.residents.schemas.sign_in import IssuedSlipSchema

slips = Blueprint("slips", __name__, url_prefix="/api/v1", description="入户码")
slips.before_request(require_caller)


@slips.post("/people/<uuid:person_id>/slips")
@permitted("slip.issue")
@slips.response(201, IssuedSlipSchema)
@shown_once
def issue_slip(person_id: UUID) -> IssuedSlip:
    """Write a door slip for somebody of one's grid; shown once, valid for seven days."""
    return actions.issue(current_caller(), current_community_id(), person_id)
