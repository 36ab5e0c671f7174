"""善行: what waits for a look, one deed with all that proves it, and what hangs on the board."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, url_for

from backend.api import due_place, page, place_after, row_after
from backend.console import done, show
from backend.console.words import day, last_day
from backend.errors import NotFound
from backend.files.actions import read as read_file
from backend.residents.identity import current_caller, may, permitted
from backend.virtue_bank.actions import decisions, listing_deeds, showing_deeds, showing_objections
from backend.virtue_bank.models import Deed
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries.deeds import shares_of
from backend.virtue_bank.rules.decisions import REASONS
from backend.virtue_bank.schemas.deeds import DeedDecisionSchema, SecondDeedDecisionSchema
from backend.virtue_bank.schemas.forms import DeedRowsArguments

_AT = "/points/deeds/<uuid:deed_id>"


@points_desk.get("/points/deeds")
@permitted("points.deed")
@points_desk.asked(DeedRowsArguments)
def deeds(asked: dict[str, Any]) -> Response:
    """What waits for one's look, first due first; what one may read; or the board."""
    reviews = may("points.decide")
    view = asked.pop("view") or ("waiting" if reviews else "scope")
    rows = "virtue_bank/board_rows.html" if view == "board" else "virtue_bank/deed_rows.html"
    tabs = [("waiting", "等我看的")] if reviews else []
    return show(
        "virtue_bank/deeds.html",
        title="善行",
        parts={"more": rows},
        rows=rows,
        view=view,
        tabs=[*tabs, ("scope", "所有的"), ("board", "公示中")],
        words=words,
        **_rows(view, **asked),
    )


def _rows(view: str, *, limit: int, after: tuple[datetime, UUID] | UUID | None) -> dict[str, Any]:
    caller = current_caller()
    if view == "waiting":
        found = listing_deeds.waiting(caller, limit=limit, after=place_after(after))
        return page(found, limit, key=lambda each: due_place(each["due_at"], each["id"]))
    if view == "board":
        lines, following = listing_deeds.board(caller, limit=limit, after=row_after(after))
        return {"items": lines, "next": following}
    found = listing_deeds.in_scope(caller, limit=limit, after=row_after(after))
    return page(found, limit, key=lambda each: each["id"])


@points_desk.get(_AT)
@permitted("points.deed")
def deed(deed_id: UUID) -> Response:
    """One deed: what was told, who says it is so, how it counts, what can be decided now."""
    caller = current_caller()
    told = showing_deeds.show(caller, deed_id)
    why = showing_deeds.explain(caller, deed_id)
    posted = {}
    if told["state"] == "credited" and may("points.reverse"):
        shares = shares_of(showing_deeds.readable(caller, deed_id))
        posted = {share.acted_id: share.posted_id for share in shares}
    sums = why["sums"] if len(why["sums"]) == len(told["shares"]) else []
    return show(
        "virtue_bank/deed.html",
        title=told["serial"] or told["item"],
        deed=told,
        why=why,
        shares=[share | {"sum": each} for share, each in zip(told["shares"], sums, strict=False)],
        objections=showing_objections.of_deed(caller, deed_id),
        can={each.action: each for each in told["allowed_actions"]},
        posted=posted,
        reasons=list(REASONS.items()),
        words=words,
    )


@points_desk.get(f"{_AT}/pictures/<uuid:file_id>")
@permitted("points.deed")
def picture(deed_id: UUID, file_id: UUID) -> Response:
    """A picture that was sent with it."""
    if file_id not in showing_deeds.show(current_caller(), deed_id)["files"]:
        raise NotFound
    kept, content = read_file(current_caller(), file_id)
    answer = current_app.response_class(content, mimetype=kept.mime)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@points_desk.post(f"{_AT}/decision")
@permitted("points.decide")
@points_desk.form(DeedDecisionSchema, again=deed)
def decide(given: dict[str, Any], deed_id: UUID) -> Response:
    """The first look."""
    points = {each["acted_id"]: each["points"] for each in given.pop("points")}
    version = given.pop("row_version")
    made = decisions.decide(current_caller(), deed_id, points=points, version=version, **given)
    return _went_on(made)


@points_desk.post(f"{_AT}/second-decision")
@permitted("points.second")
@points_desk.form(SecondDeedDecisionSchema, again=deed)
def decide_again(given: dict[str, Any], deed_id: UUID) -> Response:
    """The second look."""
    version = given.pop("row_version")
    return _went_on(decisions.decide_second(current_caller(), deed_id, version=version, **given))


def _went_on(made: Deed) -> Response:
    """What happens next, by when."""
    until = day(last_day(made.due_at)) if made.due_at else ""
    said = {
        "publicity": f"通过了，公示到{until}。没有异议就自动入账。",
        "second_review": f"通过了，还要另一位复核，{until}前。",
        "returned": f"退回了，本人{until}前可以补充再交。",
        "rejected": "不通过，本人会收到原因，可以申诉一次。",
        "objected": "不通过，积分先不入账，由居委会其他人按异议核实答复。",
    }[made.state]
    return done(said, to=url_for("points_desk.deeds"))
