"""Rounds of honours over HTTP, and the check of a certificate that is open to strangers."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import honour_moves
from backend.virtue_bank.actions import honours as actions
from backend.virtue_bank.actions import showing_honours as showing
from backend.virtue_bank.models import Honour, HonourRound, Nomination
from backend.virtue_bank.queries import honours as queries
from backend.virtue_bank.schemas.honours import (
    HonourCertificateSchema,
    HonourPanelSchema,
    HonourReasonSchema,
    HonourRoundSchema,
    HonourRoundVersionSchema,
    HonourSchema,
    HonourSelectionSchema,
    HonourVoiceSchema,
    NewHonourRoundSchema,
    NewNominationSchema,
    NominationSchema,
    NomineeAnswerSchema,
    OwnHonourSchema,
    OwnNominationSchema,
    RevocationSchema,
    RevokedHonourSchema,
)

honours = Blueprint("honours", __name__, url_prefix="/api/v1/virtue-bank", description="评选")
honours.before_request(require_caller)
open_honours = Blueprint(
    "open_honours", __name__, url_prefix="/api/v1/virtue-bank", description="证书查验"
)


@honours.get("/honour-rounds")
@permitted("honour.read")
@honours.arguments(ShortPageArguments, location="query")
@honours.response(200, page_of(HonourRoundSchema))
def list_rounds(asked: dict[str, Any]) -> dict[str, Any]:
    """List rounds, newest first; plans are the committee's."""
    found = queries.rounds_page(current_community_id(), planned=may("honour.hold"), **asked)
    return page(found, asked["limit"], key=lambda each: each.id)


@honours.post("/honour-rounds")
@permitted("honour.hold")
@honours.arguments(NewHonourRoundSchema)
@honours.response(201, HonourRoundSchema)
def plan_round(new: dict[str, Any]) -> HonourRound:
    """Plan a round; nobody hears of it yet."""
    return actions.plan_round(current_caller(), **new)


@honours.post("/honour-rounds/<uuid:honour_round_id>/opening")
@permitted("honour.hold")
@honours.arguments(HonourRoundVersionSchema)
@honours.response(200, HonourRoundSchema)
def open_round(said: dict[str, Any], honour_round_id: UUID) -> HonourRound:
    """Take nominations from now on."""
    return actions.open_round(current_caller(), honour_round_id, **said)


@honours.post("/honour-rounds/<uuid:honour_round_id>/cancellation")
@permitted("honour.hold")
@honours.arguments(HonourReasonSchema)
@honours.response(200, HonourRoundSchema)
def cancel_round(said: dict[str, Any], honour_round_id: UUID) -> HonourRound:
    """End a round without an honour, with a reason."""
    return actions.cancel_round(current_caller(), honour_round_id, **said)


@honours.get("/honour-rounds/<uuid:honour_round_id>/nominations")
@permitted("honour.review")
@honours.arguments(ShortPageArguments, location="query")
@honours.response(200, page_of(NominationSchema))
def list_nominations(asked: dict[str, Any], honour_round_id: UUID) -> dict[str, Any]:
    """List nominations as they came in: all to who sees to the round, others what is public."""
    found, masked = actions.nominations_for(current_caller(), honour_round_id, **asked)
    told = page(found, asked["limit"], key=lambda each: each.id)
    return told | {"items": showing.nominations_told(told["items"], masked=masked)}


@honours.post("/honour-rounds/<uuid:honour_round_id>/nominations")
@permitted("honour.nominate")
@honours.arguments(NewNominationSchema)
@honours.response(201, NominationSchema)
def nominate(new: dict[str, Any], honour_round_id: UUID) -> dict[str, Any]:
    """Put a neighbour or oneself forward; the nominee is asked first of all."""
    return _told(actions.nominate(current_caller(), honour_round_id, **new), masked=True)


@honours.post("/honour-rounds/<uuid:honour_round_id>/panel")
@permitted("honour.hold")
@honours.arguments(HonourPanelSchema)
@honours.response(200, HonourRoundSchema)
def name_panel(said: dict[str, Any], honour_round_id: UUID) -> HonourRound:
    """Name who reviews the nominations: at least three, related to none of them."""
    return actions.name_panel(current_caller(), honour_round_id, **said)


@honours.post("/honour-rounds/<uuid:honour_round_id>/decision")
@permitted("honour.hold")
@honours.arguments(HonourSelectionSchema)
@honours.response(200, HonourRoundSchema)
def select_honours(said: dict[str, Any], honour_round_id: UUID) -> HonourRound:
    """Have what the panel supports hang on the board."""
    return actions.select_honours(current_caller(), honour_round_id, **said)


@honours.get("/me/nominations")
@permitted("points.own")
@honours.arguments(ShortPageArguments, location="query")
@honours.response(200, page_of(OwnNominationSchema))
def list_own_nominations(asked: dict[str, Any]) -> dict[str, Any]:
    """List where one was put forward, newest first."""
    me = current_caller().resident_id
    found = queries.own_nominations(current_community_id(), me, **asked)
    told = page(found, asked["limit"], key=lambda row: row[0].id)
    return told | {"items": showing.own_nominations_told(told["items"])}


@honours.post("/nominations/<uuid:nomination_id>/consent")
@permitted("honour.answer")
@honours.arguments(NomineeAnswerSchema)
@honours.response(200, NominationSchema)
def answer_nomination(said: dict[str, Any], nomination_id: UUID) -> dict[str, Any]:
    """Agree to be considered or not, and separately to a photograph."""
    return _told(actions.answer(current_caller(), nomination_id, **said), masked=False)


@honours.post("/nominations/<uuid:nomination_id>/voices")
@permitted("honour.review")
@honours.arguments(HonourVoiceSchema)
@honours.response(201, NominationSchema)
def speak(said: dict[str, Any], nomination_id: UUID) -> dict[str, Any]:
    """Say yes or no to a nomination, as one of the panel."""
    return _told(actions.speak(current_caller(), nomination_id, **said), masked=False)


@honours.get("/honours")
@permitted("honour.read")
@honours.arguments(ShortPageArguments, location="query")
@honours.response(200, page_of(HonourSchema))
def list_honours(asked: dict[str, Any]) -> dict[str, Any]:
    """List honours that stand, newest first."""
    found = queries.honours_page(current_community_id(), **asked)
    told = page(found, asked["limit"], key=lambda row: row[0].id)
    return told | {"items": showing.honours_told(told["items"])}


@honours.get("/me/honours")
@permitted("points.own")
@honours.arguments(ShortPageArguments, location="query")
@honours.response(200, page_of(OwnHonourSchema))
def list_own_honours(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's own certificates with their codes, newest first."""
    me = current_caller().resident_id
    found = queries.own_honours(current_community_id(), me, **asked)
    told = page(found, asked["limit"], key=lambda each: each.id)
    return told | {"items": [{"honour": each} for each in told["items"]]}


@honours.post("/honours/<uuid:honour_id>/revocation")
@permitted("honour.revoke")
@honours.arguments(RevocationSchema)
@honours.response(200, RevokedHonourSchema)
def revoke_honour(said: dict[str, Any], honour_id: UUID) -> Honour:
    """Take an honour back, by a decision."""
    return honour_moves.revoke(current_caller(), honour_id, **said)


@open_honours.get("/verify/honours/<string(length=12):verify_code>")
@open_honours.response(200, HonourCertificateSchema)
def verify_honour(verify_code: str) -> dict[str, Any]:
    """Say whether a certificate is true and still stands."""
    return showing.certificate_told(verify_code)


def _told(nomination: Nomination, *, masked: bool) -> dict[str, Any]:
    return showing.nominations_told([nomination], masked=masked)[0]
