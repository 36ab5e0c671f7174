"""居务公开 over JSON, for members, staff and strangers, and the poster for the paper board."""

from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, render_template

from backend.api import Blueprint, PageArguments, page, page_of
from backend.publication import actions, queries
from backend.publication.actions import corrections, waivers
from backend.publication.actions.posters import lay_out
from backend.publication.models import Bulletin, BulletinErratum, DueItem
from backend.publication.schemas import (
    BulletinSchema,
    DueItemSchema,
    ErratumDraftSchema,
    ErratumDraftsSchema,
    NewBulletinSchema,
    NewErratumSchema,
    PosterArguments,
    PostingSchema,
    PublicationSchema,
    PublishSchema,
    WaiverAnswerSchema,
    WaiverSchema,
    WithdrawalSchema,
)
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.settings import Settings

bulletins = Blueprint("bulletins", __name__, url_prefix="/api/v1", description="居务公开")
bulletins.before_request(require_caller)
publications = Blueprint(
    "publications",
    __name__,
    url_prefix="/api/v1",
    description="居务公开：任何人可看",
    template_folder="templates",
)


@bulletins.get("/bulletins")
@permitted("notice.read")
@bulletins.arguments(PageArguments, location="query")
@bulletins.response(200, page_of(BulletinSchema))
def list_bulletins(asked: dict[str, Any]) -> dict[str, Any]:
    """List the community's bulletins, newest first; staff see drafts too."""
    found = queries.bulletins(current_community_id(), drafts=_sees_drafts(), **asked)
    return page(found, asked["limit"], key=lambda bulletin: bulletin.id)


@bulletins.get("/bulletins/<uuid:bulletin_id>")
@permitted("notice.read")
@bulletins.response(200, BulletinSchema)
def read_bulletin(bulletin_id: UUID) -> Bulletin:
    """Read a bulletin; of a draft this is the preview that its publisher confirms."""
    return queries.find_bulletin(current_community_id(), bulletin_id, drafts=_sees_drafts())


@bulletins.post("/bulletins")
@permitted("bulletin.draft")
@bulletins.arguments(NewBulletinSchema)
@bulletins.response(201, BulletinSchema)
def draft(new: dict[str, Any]) -> Bulletin:
    """Draft a notice of common interest (P7)."""
    return actions.draft_plain(current_caller(), **new)


@bulletins.post("/bulletins/<uuid:bulletin_id>/publication")
@permitted("bulletin.publish")
@bulletins.arguments(PublishSchema)
@bulletins.response(200, BulletinSchema)
def publish(confirmed: dict[str, Any], bulletin_id: UUID) -> Bulletin:
    """Publish a draft that another person wrote."""
    return actions.publish_by_hand(current_caller(), bulletin_id, **confirmed)


@bulletins.post("/bulletins/<uuid:bulletin_id>/postings")
@permitted("bulletin.post_on_board")
@bulletins.arguments(PostingSchema)
@bulletins.response(201, BulletinSchema)
def confirm_posting(posting: dict[str, Any], bulletin_id: UUID) -> Bulletin:
    """Note the day the poster went up on the paper board; the display runs from then."""
    return actions.confirm_board_posting(current_caller(), bulletin_id, **posting)


@bulletins.get("/bulletins/<uuid:bulletin_id>/errata")
@permitted("bulletin.publish")
@bulletins.response(200, ErratumDraftsSchema)
def list_errata(bulletin_id: UUID) -> dict[str, Any]:
    """List the corrections of a notice, those that wait for a second person among them."""
    return {"items": queries.errata_of(current_community_id(), bulletin_id)}


@bulletins.post("/bulletins/<uuid:bulletin_id>/errata")
@permitted("bulletin.publish")
@bulletins.arguments(NewErratumSchema)
@bulletins.response(201, ErratumDraftSchema)
def draft_erratum(new: dict[str, Any], bulletin_id: UUID) -> BulletinErratum:
    """Write a correction of a published notice; another person publishes it."""
    return corrections.draft_erratum(current_caller(), bulletin_id, **new)


@bulletins.post("/bulletins/<uuid:bulletin_id>/errata/<uuid:erratum_id>/publication")
@permitted("bulletin.publish")
@bulletins.response(200, ErratumDraftSchema)
def publish_erratum(bulletin_id: UUID, erratum_id: UUID) -> BulletinErratum:
    """Publish a correction that another person wrote."""
    return corrections.publish_erratum(current_caller(), bulletin_id, erratum_id)


@bulletins.post("/bulletins/<uuid:bulletin_id>/withdrawal")
@permitted("bulletin.withdraw")
@bulletins.arguments(WithdrawalSchema)
@bulletins.response(200, BulletinSchema)
def withdraw(why: dict[str, Any], bulletin_id: UUID) -> Bulletin:
    """Take a notice back for illegality or a person's privacy; the reason takes its place."""
    return corrections.withdraw_bulletin(current_caller(), bulletin_id, **why)


@bulletins.post("/due-items/<uuid:due_item_id>/waiver")
@permitted("due_item.waive")
@bulletins.arguments(WaiverSchema)
@bulletins.response(200, DueItemSchema)
def ask_waiver(why: dict[str, Any], due_item_id: UUID) -> DueItem:
    """Ask the supervisors to let a due publication be."""
    return waivers.ask_waiver(current_caller(), due_item_id, **why)


@bulletins.post("/due-items/<uuid:due_item_id>/waiver/answer")
@permitted("due_item.agree")
@bulletins.arguments(WaiverAnswerSchema)
@bulletins.response(200, DueItemSchema)
def answer_waiver(answer: dict[str, bool], due_item_id: UUID) -> DueItem:
    """Agree as a supervisor that it need not be published, or not."""
    return waivers.answer_waiver(current_caller(), due_item_id, **answer)


@bulletins.get("/due-items")
@permitted("due_item.read")
@bulletins.arguments(PageArguments, location="query")
@bulletins.response(200, page_of(DueItemSchema))
def due_items(asked: dict[str, Any]) -> dict[str, Any]:
    """List what must still be published."""
    found = queries.due_items(current_community_id(), **asked)
    return page(found, asked["limit"], key=lambda item: item.id)


@publications.get("/communities/<string:code>/publications")
@publications.arguments(PageArguments, location="query")
@publications.response(200, page_of(PublicationSchema))
def list_publications(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """List what a community has published, newest first; open to everybody."""
    found = queries.open_bulletins(code, **asked)
    return page(found, asked["limit"], key=lambda bulletin: bulletin.id)


@publications.get("/publications/<uuid:bulletin_id>")
@publications.response(200, PublicationSchema)
def read_publication(bulletin_id: UUID) -> Bulletin:
    """Read one publication; open to everybody."""
    return queries.open_bulletin(bulletin_id)[0]


@publications.get("/publications/<uuid:bulletin_id>/poster")
@publications.arguments(PosterArguments, location="query")
@publications.doc(responses={"200": {"content": {"text/html": {}}, "description": "To print"}})
def poster(asked: dict[str, Any], bulletin_id: UUID) -> Response:
    """Lay a publication out for the paper board, on A3 or A4; open to everybody."""
    bulletin, community = queries.open_bulletin(bulletin_id)
    public_url = cast("Settings", current_app.extensions["settings"]).public_url
    told = lay_out(bulletin, community, public_url=public_url)
    html = render_template("publication/poster.html", size=asked["size"], **told)
    answer = current_app.response_class(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


def _sees_drafts() -> bool:
    caller = current_caller()
    return caller.is_staff and bool(caller.duties)
