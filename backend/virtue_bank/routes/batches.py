"""Batches over HTTP: drafting, reviewing, approving, the board, and what could not be paid."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of
from backend.clock import utc_now
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import batches as actions
from backend.virtue_bank.actions import duty_posts, paying, proposing
from backend.virtue_bank.actions import showing_batches as showing
from backend.virtue_bank.models import DutyPost, GrantBatch, GrantLine
from backend.virtue_bank.queries import batches as queries
from backend.virtue_bank.queries.duty_posts import duty_posts_page
from backend.virtue_bank.schemas.batches import (
    BatchApprovalSchema,
    BatchListArguments,
    BatchReasonSchema,
    BatchReviewSchema,
    BatchSchema,
    DutyMonthSchema,
    DutyPostEndSchema,
    DutyPostSchema,
    GrantLineSchema,
    NewBatchSchema,
    NewDutyPostSchema,
    OwnLineSchema,
    ShownLineSchema,
)

grant_batches = Blueprint(
    "grant_batches", __name__, url_prefix="/api/v1/virtue-bank", description="批量发放"
)
grant_batches.before_request(require_caller)


@grant_batches.get("/duty-posts")
@permitted("points.duty")
@grant_batches.arguments(ShortPageArguments, location="query")
@grant_batches.response(200, page_of(DutyPostSchema))
def list_duty_posts(asked: dict[str, Any]) -> dict[str, Any]:
    """List the posts of captains that are thanked for, newest first."""
    community_id = current_community_id()
    found = duty_posts_page(community_id, **asked)
    told = page(found, asked["limit"], key=lambda post: post.id)
    return told | {"items": duty_posts.posts_told(community_id, told["items"])}


@grant_batches.post("/duty-posts")
@permitted("points.duty")
@grant_batches.arguments(NewDutyPostSchema)
@grant_batches.response(201, DutyPostSchema)
def enter_duty_post(new: dict[str, Any]) -> dict[str, Any]:
    """Have a captain's duty thanked for each month from a day on."""
    return _post_told(duty_posts.enter_post(current_caller(), **new))


@grant_batches.post("/duty-posts/<uuid:duty_post_id>/end")
@permitted("points.duty")
@grant_batches.arguments(DutyPostEndSchema)
@grant_batches.response(200, DutyPostSchema)
def end_duty_post(said: dict[str, Any], duty_post_id: UUID) -> dict[str, Any]:
    """End a post; the month's points still come if half of it was served."""
    return _post_told(duty_posts.end_post(current_caller(), duty_post_id, **said))


@grant_batches.get("/batches")
@permitted("points.batch.read")
@grant_batches.arguments(BatchListArguments, location="query")
@grant_batches.response(200, page_of(BatchSchema))
def list_batches(asked: dict[str, Any]) -> dict[str, Any]:
    """List batches, newest first."""
    community_id, state = current_community_id(), asked.pop("state")
    found = queries.batches_page(community_id, states=[state] if state else [], **asked)
    told = page(found, asked["limit"], key=lambda batch: batch.id)
    return told | {"items": showing.batches_told(community_id, told["items"])}


@grant_batches.post("/batches")
@permitted("points.batch.propose")
@grant_batches.arguments(NewBatchSchema)
@grant_batches.response(201, BatchSchema)
def write_batch(new: dict[str, Any]) -> dict[str, Any]:
    """Draft a batch from what is on paper; each line says why."""
    return _told(proposing.write_batch(current_caller(), **new))


@grant_batches.post("/batches/duty")
@permitted("points.batch.propose")
@grant_batches.arguments(DutyMonthSchema)
@grant_batches.response(201, BatchSchema)
def draft_duty_batch(asked: dict[str, Any]) -> dict[str, Any]:
    """Draft the duty batch of a month that is over, of whoever is in none yet."""
    return _told(duty_posts.propose_duty(current_caller(), **asked))


@grant_batches.get("/batches/<uuid:batch_id>")
@permitted("points.batch.read")
@grant_batches.response(200, BatchSchema)
def show_batch(batch_id: UUID) -> dict[str, Any]:
    """Show one batch; its lines are a list of their own."""
    return _told(queries.find_batch(current_community_id(), batch_id))


@grant_batches.get("/batches/<uuid:batch_id>/lines")
@permitted("points.batch.read")
@grant_batches.arguments(ShortPageArguments, location="query")
@grant_batches.response(200, page_of(GrantLineSchema))
def list_batch_lines(asked: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """List the lines of a batch as they were written down."""
    batch = queries.find_batch(current_community_id(), batch_id)
    found = queries.lines_page(batch.community_id, batch.id, **asked)
    told = page(found, asked["limit"], key=lambda line: line.id)
    return told | {"items": showing.lines_told(told["items"])}


@grant_batches.post("/batches/<uuid:batch_id>/review")
@permitted("points.batch.review")
@grant_batches.arguments(BatchReviewSchema)
@grant_batches.response(200, BatchSchema)
def review_batch(said: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Say that every line was looked at, and strike what is wrong."""
    return _told(actions.review_batch(current_caller(), batch_id, **said))


@grant_batches.post("/batches/<uuid:batch_id>/approval")
@permitted("points.batch.approve")
@grant_batches.arguments(BatchApprovalSchema)
@grant_batches.response(200, BatchSchema)
def approve_batch(said: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Let it hang on the board; one's own quota of the month holds the total."""
    return _told(actions.approve_batch(current_caller(), batch_id, **said))


@grant_batches.post("/batches/<uuid:batch_id>/cancellation")
@permitted("points.batch.approve")
@grant_batches.arguments(BatchReasonSchema)
@grant_batches.response(200, BatchSchema)
def cancel_batch(said: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Drop the whole batch, with a reason, before anything of it is paid."""
    return _told(actions.cancel_batch(current_caller(), batch_id, **said))


@grant_batches.get("/batch-board")
@permitted("points.read")
@grant_batches.arguments(ShortPageArguments, location="query")
@grant_batches.response(200, page_of(ShownLineSchema))
def list_shown_lines(asked: dict[str, Any]) -> dict[str, Any]:
    """List the lines that hang on the board, with half of each name."""
    found = queries.board_page(current_community_id(), utc_now(), **asked)
    told = page(found, asked["limit"], key=lambda row: row[0].id)
    return told | {"items": showing.board_told(told["items"])}


@grant_batches.get("/me/grant-lines")
@permitted("points.own")
@grant_batches.arguments(ShortPageArguments, location="query")
@grant_batches.response(200, page_of(OwnLineSchema))
def list_own_lines(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's own lines since they were shown, newest first."""
    me = current_caller().resident_id
    found = queries.own_lines(current_community_id(), me, **asked)
    told = page(found, asked["limit"], key=lambda row: row[0].id)
    return told | {"items": showing.board_told(told["items"])}


@grant_batches.post("/grant-lines/<uuid:grant_line_id>/retry")
@permitted("points.batch.approve")
@grant_batches.response(200, GrantLineSchema)
def retry_line(grant_line_id: UUID) -> dict[str, Any]:
    """Have a line paid again that failed."""
    return _line_told(paying.try_again(current_caller(), grant_line_id))


@grant_batches.post("/grant-lines/<uuid:grant_line_id>/strike")
@permitted("points.batch.approve")
@grant_batches.arguments(BatchReasonSchema)
@grant_batches.response(200, GrantLineSchema)
def strike_line(said: dict[str, Any], grant_line_id: UUID) -> dict[str, Any]:
    """Give a line up that cannot be paid, with a reason."""
    return _line_told(paying.strike_failed(current_caller(), grant_line_id, **said))


def _told(batch: GrantBatch) -> dict[str, Any]:
    return showing.batches_told(batch.community_id, [batch])[0]


def _line_told(line: GrantLine) -> dict[str, Any]:
    return showing.lines_told([line])[0]


def _post_told(post: DutyPost) -> dict[str, Any]:
    return duty_posts.posts_told(post.community_id, [post])[0]
