"""批量: lines for many at once, drafted, looked through, approved by a third; captains' posts."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.api import page
from backend.console import done, show
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import names
from backend.residents.queries.places import buildings_of
from backend.virtue_bank.actions import batches as actions
from backend.virtue_bank.actions import duty_posts, paying, proposing
from backend.virtue_bank.actions import showing_batches as showing
from backend.virtue_bank.models import BATCH_KINDS, BATCH_STATES, POSTS
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.pages.finding import found_people
from backend.virtue_bank.queries import batches as queries
from backend.virtue_bank.queries.duty_posts import duty_posts_page
from backend.virtue_bank.schemas.batches import (
    MOST_LINES,
    WRITTEN_KINDS,
    BatchApprovalSchema,
    BatchReasonSchema,
    DutyPostEndSchema,
    NewDutyPostSchema,
)
from backend.virtue_bank.schemas.forms import (
    BatchRowsArguments,
    DutyMonthFormSchema,
    NewBatchFormSchema,
    NothingSchema,
    PeopleArguments,
    ReviewFormSchema,
    RowsArguments,
)

_AT = "/points/batches/<uuid:batch_id>"


@points_desk.get("/points/batches")
@permitted("points.batch.read")
@points_desk.asked(BatchRowsArguments)
def batches(asked: dict[str, Any]) -> Response:
    """Batches, newest first."""
    return _batches(**asked)


def _batches(*, state: str | None, limit: int, after: UUID | None) -> Response:
    here, states = current_community_id(), [state] if state else []
    found = queries.batches_page(here, states=states, kind=None, limit=limit, after=after)
    told = page(found, limit, key=lambda each: each.id)
    return show(
        "virtue_bank/batches.html",
        title="批量发放",
        parts={"more": "virtue_bank/batch_rows.html"},
        tones=words.BATCHES,
        states=BATCH_STATES,
        state=state,
        may_propose=may("points.batch.propose"),
        may_keep_posts=may("points.duty"),
        **told | {"items": showing.batches_told(here, told["items"])},
    )


def batches_again() -> Response:
    return _batches(state=None, limit=20, after=None)


@points_desk.post("/points/batches/duty")
@permitted("points.batch.propose")
@points_desk.form(DutyMonthFormSchema, again=batches_again)
def draft_duty(given: dict[str, Any]) -> Response:
    """Draft the captains' batch of a month that is over."""
    made = duty_posts.propose_duty(current_caller(), **given)
    return done("拟好了。请网格员核对。", to=_page_of(made.id))


@points_desk.get("/points/batches/new")
@permitted("points.batch.propose")
@points_desk.asked(PeopleArguments)
def new_batch(asked: dict[str, Any]) -> Response:
    """Whom it is for, one after another, and what for."""
    return _new_batch(**asked)


def _new_batch(q: str, person: list[UUID]) -> Response:
    chosen = list(dict.fromkeys(person))
    known = names(chosen)
    return show(
        "virtue_bank/new_batch.html",
        title="写一批",
        kinds=[(kind, BATCH_KINDS[kind]) for kind in WRITTEN_KINDS],
        people=[(each, known[each]) for each in chosen if each in known],
        **found_people(q),
    )


def new_batch_again() -> Response:
    return _new_batch("", _typed_ids("resident_id"))


@points_desk.post("/points/batches")
@permitted("points.batch.propose")
@points_desk.form(NewBatchFormSchema, again=new_batch_again)
def write_batch(given: dict[str, Any]) -> Response:
    """Draft a batch by hand."""
    made = proposing.write_batch(current_caller(), **given)
    return done("写好了。请网格员核对。", to=_page_of(made.id))


@points_desk.get(_AT)
@permitted("points.batch.read")
def batch(batch_id: UUID) -> Response:
    """One batch with all its lines, and the one step that comes next."""
    here, me = current_community_id(), current_caller().resident_id
    this = queries.find_batch(here, batch_id)
    lines = queries.lines_page(here, batch_id, limit=MOST_LINES, after=None)
    hands = {this.prepared_by, this.reviewed_by}
    return show(
        "virtue_bank/batch.html",
        **showing.batches_told(here, [this])[0] | {"lines": showing.lines_told(lines)},
        people=names([this.prepared_by, this.reviewed_by, this.approved_by]),
        tones=words.BATCHES,
        line_tones=words.LINES,
        is_free=me not in hands,
        may_review=may("points.batch.review") and this.state == "drafted" and me not in hands,
        may_approve=may("points.batch.approve") and this.state == "reviewed",
        may_cancel=may("points.batch.approve")
        and this.state in ("drafted", "reviewed", "publicity"),
        may_mend=may("points.batch.approve") and this.state in ("paying", "posted"),
    )


@points_desk.post(f"{_AT}/review")
@permitted("points.batch.review")
@points_desk.form(ReviewFormSchema, again=batch)
def review_batch(given: dict[str, Any], batch_id: UUID) -> Response:
    """Every line was looked at."""
    actions.review_batch(current_caller(), batch_id, **given)
    return done("核对好了。请居委会另一位批准。", to=_page_of(batch_id))


@points_desk.get(f"{_AT}/approval")
@permitted("points.batch.approve")
def approving(batch_id: UUID) -> Response:
    """What the approval does."""
    here, me = current_community_id(), current_caller().resident_id
    this = queries.find_batch(here, batch_id)
    return show(
        "virtue_bank/approve_batch.html",
        **showing.batches_told(here, [this])[0],
        people=names([this.prepared_by, this.reviewed_by]),
        is_free=me not in {this.prepared_by, this.reviewed_by},
    )


@points_desk.post(f"{_AT}/approval")
@permitted("points.batch.approve")
@points_desk.form(BatchApprovalSchema, again=approving)
def approve_batch(given: dict[str, int], batch_id: UUID) -> Response:
    """Let it hang on the board."""
    actions.approve_batch(current_caller(), batch_id, **given)
    return done("批准了，开始公示。没有异议的期满入账。", to=_page_of(batch_id))


@points_desk.post(f"{_AT}/cancellation")
@permitted("points.batch.approve")
@points_desk.form(BatchReasonSchema, again=batch)
def cancel_batch(given: dict[str, str], batch_id: UUID) -> Response:
    """Drop the whole batch."""
    actions.cancel_batch(current_caller(), batch_id, **given)
    return done("整批取消了。", to=_page_of(batch_id))


def _line_again(batch_id: UUID, grant_line_id: UUID) -> Response:  # noqa: ARG001, named so
    return batch(batch_id)


@points_desk.post(f"{_AT}/lines/<uuid:grant_line_id>/retry")
@permitted("points.batch.approve")
@points_desk.form(NothingSchema, again=_line_again)
def retry_line(_given: dict[str, Any], batch_id: UUID, grant_line_id: UUID) -> Response:
    """What kept it from being paid is mended."""
    paying.try_again(current_caller(), grant_line_id)
    return done("过一会儿会再入账一次。", to=_page_of(batch_id))


@points_desk.post(f"{_AT}/lines/<uuid:grant_line_id>/strike")
@permitted("points.batch.approve")
@points_desk.form(BatchReasonSchema, again=_line_again)
def strike_line(given: dict[str, str], batch_id: UUID, grant_line_id: UUID) -> Response:
    """Give a line up that cannot be paid."""
    paying.strike_failed(current_caller(), grant_line_id, **given)
    return done("划去了，本人会收到原因。", to=_page_of(batch_id))


@points_desk.get("/points/posts")
@permitted("points.duty")
@points_desk.asked(RowsArguments)
def posts(asked: dict[str, Any]) -> Response:
    """The captains' posts that are thanked for, newest first."""
    return _posts(asked)


def _posts(asked: dict[str, Any]) -> Response:
    here = current_community_id()
    told = page(duty_posts_page(here, **asked), asked["limit"], key=lambda each: each.id)
    return show(
        "virtue_bank/posts.html",
        title="楼栋长、楼道长",
        parts={"more": "virtue_bank/post_rows.html"},
        **told | {"items": duty_posts.posts_told(here, told["items"])},
    )


@points_desk.get("/points/posts/new")
@permitted("points.duty")
@points_desk.asked(PeopleArguments)
def new_post(asked: dict[str, Any]) -> Response:
    """Who it is, then which post."""
    return _new_post(**asked)


def _new_post(q: str, person: list[UUID]) -> Response:
    known = names(person[:1])
    return show(
        "virtue_bank/new_post.html",
        title="登记履职积分",
        people=[(each, known[each]) for each in person[:1] if each in known],
        posts=list(POSTS.items()),
        buildings=[(each.id, each.name) for each in buildings_of(current_community_id())],
        **found_people(q),
    )


def new_post_again() -> Response:
    return _new_post("", _typed_ids("resident_id"))


@points_desk.post("/points/posts")
@permitted("points.duty")
@points_desk.form(NewDutyPostSchema, again=new_post_again)
def enter_post(given: dict[str, Any]) -> Response:
    """Have a captain thanked each month."""
    duty_posts.enter_post(current_caller(), **given)
    return done("登记好了。每月1日自动拟上个月的。", to=url_for("points_desk.posts"))


def _post_again(duty_post_id: UUID) -> Response:  # noqa: ARG001, named so
    return _posts({"limit": 20, "after": None})


@points_desk.post("/points/posts/<uuid:duty_post_id>/end")
@permitted("points.duty")
@points_desk.form(DutyPostEndSchema, again=_post_again)
def end_post(given: dict[str, Any], duty_post_id: UUID) -> Response:
    """End a post."""
    duty_posts.end_post(current_caller(), duty_post_id, **given)
    return done("记下了。", to=url_for("points_desk.posts"))


def _typed_ids(name: str) -> list[UUID]:
    keys: Iterable[str] = [key for key in request.form if key.rpartition(".")[2] == name]
    typed = [request.form.get(key, type=UUID) for key in keys]
    return [each for each in typed if each is not None]


def _page_of(batch_id: UUID) -> str:
    return url_for("points_desk.batch", batch_id=batch_id)
