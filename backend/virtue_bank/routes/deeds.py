"""善行 over HTTP: claim, change, hand in, and read."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of, shown_once
from backend.residents.identity import (
    current_caller,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import confirmations, listing_deeds, neighbours, showing_deeds
from backend.virtue_bank.actions import deeds as actions
from backend.virtue_bank.rules.deeds import Told
from backend.virtue_bank.schemas.deeds import (
    AskedDeedSchema,
    BoardLineSchema,
    ChangedDeedSchema,
    DeedDisplaySchema,
    DeedExplanationSchema,
    DeedListArguments,
    DeedRowSchema,
    DeedSchema,
    DeedVersionSchema,
    DeedWordForSchema,
    DeedWordSchema,
    NewDeedForSchema,
    NewDeedSchema,
)
from backend.virtue_bank.schemas.neighbours import NeighbourAnswerSchema, SoughtNeighbourSchema

deeds = Blueprint("deeds", __name__, url_prefix="/api/v1/virtue-bank", description="善行")
deeds.before_request(require_caller)


@deeds.post("/deeds")
@permitted("points.claim")
@deeds.arguments(NewDeedSchema)
@deeds.response(201, DeedSchema)
def claim_deed(told: Told) -> dict[str, Any]:
    """Write down a deed as a draft, which nobody but oneself sees until it is handed in."""
    deed = actions.claim(current_caller(), told)
    return showing_deeds.show(current_caller(), deed.id)


@deeds.post("/deeds/on-behalf")
@permitted("points.record")
@deeds.arguments(NewDeedForSchema)
@deeds.response(201, DeedSchema)
def claim_deed_for(said: dict[str, Any]) -> dict[str, Any]:
    """Type what somebody said on the phone, at the door, at the counter or on a slip."""
    whose = {name: said.pop(name) for name in ("resident_id", "channel", "slip_no")}
    deed = actions.claim_for(current_caller(), Told(**said), **whose)
    return showing_deeds.show(current_caller(), deed.id)


@deeds.post("/neighbours")
@permitted("points.neighbour")
@deeds.arguments(SoughtNeighbourSchema)
@deeds.response(200, NeighbourAnswerSchema)
@shown_once
def seek_neighbour(known: dict[str, Any]) -> neighbours.Answer:
    """Find the one neighbour a claim is to name, by whole name and building; so often a day."""
    return neighbours.seek(current_caller(), **known)


@deeds.put("/deeds/<uuid:deed_id>")
@permitted("points.deed")
@deeds.arguments(ChangedDeedSchema)
@deeds.response(200, DeedSchema)
def change_deed(said: dict[str, Any], deed_id: UUID) -> dict[str, Any]:
    """Tell a draft, or a deed that came back, in other words."""
    version = said.pop("row_version")
    deed = actions.edit(current_caller(), deed_id, Told(**said), version=version)
    return showing_deeds.show(current_caller(), deed.id)


@deeds.post("/deeds/<uuid:deed_id>/submit")
@permitted("points.deed")
@deeds.arguments(DeedVersionSchema)
@deeds.response(200, DeedSchema)
def submit_deed(seen: dict[str, int], deed_id: UUID) -> dict[str, Any]:
    """Hand a deed in; it gets its number, and those who can prove it are asked."""
    deed = actions.submit(current_caller(), deed_id, version=seen["row_version"])
    return showing_deeds.show(current_caller(), deed.id)


@deeds.post("/deeds/<uuid:deed_id>/withdraw")
@permitted("points.deed")
@deeds.response(200, DeedSchema)
def withdraw_deed(deed_id: UUID) -> dict[str, Any]:
    """Take a deed back before it hangs on the board."""
    deed = actions.withdraw(current_caller(), deed_id)
    return showing_deeds.show(current_caller(), deed.id)


@deeds.post("/deeds/<uuid:deed_id>/display")
@permitted("points.display")
@deeds.arguments(DeedDisplaySchema)
@deeds.response(200, DeedSchema)
def change_display(wish: dict[str, str], deed_id: UUID) -> dict[str, Any]:
    """Say how the board names those who acted."""
    deed = actions.change_display(current_caller(), deed_id, **wish)
    return showing_deeds.show(current_caller(), deed.id)


@deeds.get("/deeds")
@permitted("points.deed")
@deeds.arguments(DeedListArguments, location="query")
@deeds.response(200, page_of(DeedRowSchema))
def list_deeds(asked: dict[str, Any]) -> dict[str, Any]:
    """List what one claimed or did, or, as staff, what is in one's scope; newest first."""
    look = listing_deeds.mine if asked["view"] == "mine" else listing_deeds.in_scope
    found = look(current_caller(), limit=asked["limit"], after=asked["after"])
    return page(found, asked["limit"], key=lambda each: each["id"])


@deeds.get("/deeds/<uuid:deed_id>")
@permitted("points.deed")
@deeds.response(200, DeedSchema)
def read_deed(deed_id: UUID) -> dict[str, Any]:
    """Show a deed to its parties and to staff in whose scope it is."""
    return showing_deeds.show(current_caller(), deed_id)


@deeds.get("/deeds/<uuid:deed_id>/explanation")
@permitted("points.deed")
@deeds.response(200, DeedExplanationSchema)
def explain_deed(deed_id: UUID) -> dict[str, Any]:
    """Show by which rule, arithmetic and caps a deed got its points."""
    return showing_deeds.explain(current_caller(), deed_id)


@deeds.get("/me/confirmations")
@permitted("points.attest")
@deeds.arguments(ShortPageArguments, location="query")
@deeds.response(200, page_of(AskedDeedSchema))
def asked_of_me(asked: dict[str, Any]) -> dict[str, Any]:
    """List the deeds one is asked about and has not answered."""
    found = listing_deeds.waiting_for_word(current_caller(), **asked)
    return page(found, asked["limit"], key=lambda each: each["id"])


@deeds.post("/deeds/<uuid:deed_id>/confirmations")
@permitted("points.attest")
@deeds.arguments(DeedWordSchema)
@deeds.response(201, DeedRowSchema)
def confirm_deed(said: dict[str, Any], deed_id: UUID) -> dict[str, Any]:
    """Say, as whoever was asked, that a deed is so, is not so, or that one does not know."""
    confirmations.confirm(current_caller(), deed_id, **said)
    return listing_deeds.show_row(current_caller(), deed_id)


@deeds.post("/deeds/<uuid:deed_id>/confirmations/on-behalf")
@permitted("points.record")
@deeds.arguments(DeedWordForSchema)
@deeds.response(201, DeedRowSchema)
def confirm_deed_for(said: dict[str, Any], deed_id: UUID) -> dict[str, Any]:
    """Type what the person helped or a witness said on the phone, at the door or on paper."""
    confirmations.confirm_for(current_caller(), deed_id, **said)
    return listing_deeds.show_row(current_caller(), deed_id)


@deeds.get("/board")
@permitted("points.read")
@deeds.arguments(ShortPageArguments, location="query")
@deeds.response(200, page_of(BoardLineSchema, "DeedBoardPage"))
def read_board(asked: dict[str, Any]) -> dict[str, Any]:
    """List the deeds on the board, newest first, named as their people consent."""
    lines, following = listing_deeds.board(current_caller(), **asked)
    return {"items": lines, "next": following}
