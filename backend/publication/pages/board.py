"""公示台: what is still to be made public, what is drafted, what hangs, what hung."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from marshmallow import Schema, fields, validate

from backend.api import MAX_PAGE, DuePlaceOrId, due_place, page, place_after, row_after
from backend.console import Pages, done, show
from backend.publication import actions, queries
from backend.publication.actions import waivers
from backend.publication.models import Bulletin, DueItem
from backend.publication.pages import words
from backend.publication.rules.catalogue import CATALOGUE
from backend.publication.schemas import NewBulletinSchema, WaiverAnswerFormSchema, WaiverSchema
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_desk,
)

# view of the desk → the states of what it lists
STATES = {
    "drafts": ("draft",),
    "hanging": ("published",),
    "past": ("ended", "withdrawn"),
}
VIEWS = ("due", *STATES)
ROWS = 20


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where notices of one kind come from: the record, and the page that prepares its notice."""

    record: Callable[[Bulletin | DueItem], str]
    prepare: Callable[[Bulletin | DueItem], str]


_sources: dict[str, Source] = {}
_tabs: list[tuple[str, str, str]] = []

publication_desk = Pages("publication_desk", __name__, who=require_desk)
publication_desk.door(
    "公示台", "lists", permission="notice.read", icon="megaphone", key="p", order=60
)


class ListArguments(Schema):
    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MAX_PAGE))
    after = DuePlaceOrId(load_default=None)
    view = fields.String(load_default=None, validate=validate.OneOf(VIEWS))


def comes_from(source_type: str, source: Source) -> None:
    """Let the desk lead to the record behind a notice; registered at start-up by its owner."""
    _sources[source_type] = source


def also_shows(title: str, endpoint: str, *, permission: str) -> None:
    """Put a page of a domain above beside the lists; registered at start-up by its owner."""
    if (title, endpoint, permission) not in _tabs:
        _tabs.append((title, endpoint, permission))


def source_of(each: Bulletin | DueItem) -> Source | None:
    """Who prepares it; None for what is typed by hand."""
    return _sources.get(each.source_type or "")


def tabs() -> list[tuple[str, str, bool]]:
    """(title, address, whether it is open) of the lists the reader may see."""
    named = [("due", "应公开")] if may("due_item.read") else []
    if current_caller().duties:
        named.append(("drafts", "草稿"))
    named += [("hanging", "公示中"), ("past", "公示过的")]
    lists = [(title, url_for("publication_desk.lists", view=view)) for view, title in named]
    more = [(title, url_for(endpoint)) for title, endpoint, wanted in _tabs if may(wanted)]
    here = request.path
    is_list = here == url_for("publication_desk.lists")
    shown = request.args.get("view") or named[0][0]
    at = next((url for view, url in zip(named, lists, strict=False) if view[0] == shown), None)
    open_url = at[1] if is_list and at else here
    return [(title, url, url == open_url) for title, url in [*lists, *more]]


@publication_desk.get("/publication")
@permitted("notice.read")
@publication_desk.asked(ListArguments)
def lists(asked: dict[str, Any]) -> Response:
    """One of the four lists, by default what must still be made public."""
    return _lists(**asked)


def _lists(*, view: str | None, after: tuple[datetime, UUID] | UUID | None, limit: int) -> Response:
    here = current_community_id()
    sees_due = may("due_item.read")
    view = view or ("due" if sees_due else "hanging")
    found: Any
    if view == "due" and sees_due:
        found = queries.due_first(here, limit=limit, after=place_after(after))
    elif view == "due":
        found = []
    else:
        found = queries.bulletins(
            here,
            drafts=bool(current_caller().duties),
            states=STATES[view],
            limit=limit,
            after=row_after(after),
        )
    rows = "publication/due_rows.html" if view == "due" else "publication/rows.html"
    return show(
        "publication/lists.html",
        title="公示台",
        parts={"rows": rows, "more": rows},
        rows=rows,
        view=view,
        tabs=tabs(),
        words=words,
        catalogue=CATALOGUE,
        source_of=source_of,
        me=current_caller().resident_id,
        may_draft=may("bulletin.draft"),
        may_ask=may("due_item.waive"),
        may_agree=may("due_item.agree"),
        **page(found, limit, key=_place_of),
    )


def _place_of(row: Bulletin | DueItem) -> UUID | str:
    if isinstance(row, Bulletin):
        return row.id
    return due_place(datetime.combine(row.due_on, time(), UTC), row.id)


@publication_desk.get("/publication/new")
@permitted("bulletin.draft")
def new() -> Response:
    """An empty notice of common interest."""
    return show(
        "publication/new.html",
        title="写一份公示",
        item=CATALOGUE["P7"],
        audiences=list(words.AUDIENCES.items()),
    )


@publication_desk.post("/publication/new")
@permitted("bulletin.draft")
@publication_desk.form(NewBulletinSchema, again=new)
def draft(given: dict[str, Any]) -> Response:
    """Keep it as a draft; another person publishes."""
    made = actions.draft_plain(current_caller(), **given)
    return done(
        "草稿写好了。请另一位委员核对后发布。",
        to=url_for("publication_desk.notice", bulletin_id=made.id),
    )


def _due_again(due_item_id: UUID) -> Response:  # noqa: ARG001, named so
    return _lists(view="due", after=None, limit=ROWS)


@publication_desk.post("/publication/due/<uuid:due_item_id>/waiver")
@permitted("due_item.waive")
@publication_desk.form(WaiverSchema, again=_due_again)
def ask_waiver(given: dict[str, str], due_item_id: UUID) -> Response:
    """Ask the supervisors to let it be."""
    waivers.ask_waiver(current_caller(), due_item_id, **given)
    return done("提请好了。监督委员会同意后，这一项就不用公开了。", to=_due_list())


@publication_desk.post("/publication/due/<uuid:due_item_id>/waiver/answer")
@permitted("due_item.agree")
@publication_desk.form(WaiverAnswerFormSchema, again=_due_again)
def answer_waiver(given: dict[str, bool], due_item_id: UUID) -> Response:
    """The supervisors' word."""
    waivers.answer_waiver(current_caller(), due_item_id, **given)
    said = "同意了，这一项不用公开。" if given["agreed"] else "没有同意，这一项仍要按期公开。"
    return done(said, to=_due_list())


def _due_list() -> str:
    return url_for("publication_desk.lists", view="due")
