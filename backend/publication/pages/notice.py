"""One notice: as everybody reads it, when it hangs, and what can be done with it now."""

from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, make_response, render_template, url_for
from marshmallow import Schema

from backend.clock import today, utc_now
from backend.console import done, show
from backend.console.words import day, last_day
from backend.publication import actions, queries
from backend.publication.actions import corrections
from backend.publication.actions.posters import lay_out
from backend.publication.models import Bulletin
from backend.publication.pages import words
from backend.publication.pages.board import publication_desk, source_of, tabs
from backend.publication.rules import board
from backend.publication.schemas import (
    NewErratumSchema,
    PosterArguments,
    PostingSchema,
    PublicationSchema,
    PublishSchema,
    WithdrawalSchema,
)
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import names
from backend.residents.queries.places import find_community
from backend.settings import Settings

_AT = "/publication/<uuid:bulletin_id>"


@publication_desk.get(_AT)
@permitted("notice.read")
def notice(bulletin_id: UUID) -> Response:
    """The notice, exactly as strangers read it, and beside it what staff do about it."""
    caller, bulletin = current_caller(), _found(bulletin_id)
    is_out = bulletin.state in queries.SHOWN
    errata = (
        queries.errata_of(bulletin.community_id, bulletin.id) if may("bulletin.publish") else []
    )
    people = [bulletin.drafted_by, bulletin.published_by, *(each.drafted_by for each in errata)]
    return show(
        "publication/notice.html",
        title=bulletin.shown_title,
        people=names(people),
        me=caller.resident_id,
        is_out=is_out,
        waiting=[each for each in errata if each.online_at is None],
        to_hang=[each for each in errata if each.online_at and not each.board_posted_at],
        until_if_today=_until_if_today(bulletin) if bulletin.state == "published" else None,
        board_place=queries.board_place(bulletin.community_id),
        today=today(),
        source=source_of(bulletin),
        may_publish=may("bulletin.publish"),
        may_post=may("bulletin.post_on_board"),
        may_withdraw=may("bulletin.withdraw"),
        **_seen(bulletin),
    )


@publication_desk.get(f"{_AT}/poster")
@permitted("notice.read")
@publication_desk.asked(PosterArguments)
def print_poster(asked: dict[str, str], bulletin_id: UUID) -> Response:
    """The poster for the paper board, also of what only the community reads on its phones."""
    here = current_community_id()
    told = lay_out(
        queries.find_bulletin(here, bulletin_id, drafts=False),
        find_community(here),
        public_url=cast("Settings", current_app.extensions["settings"]).public_url,
    )
    answer = make_response(render_template("publication/poster.html", size=asked["size"], **told))
    # A sheet of paper brings its own style along and loads nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


@publication_desk.get(f"{_AT}/publication")
@permitted("bulletin.publish")
def confirm_publication(bulletin_id: UUID) -> Response:
    """What publishing does, and once more what everybody will read."""
    bulletin = _found(bulletin_id)
    return show(
        "publication/publish.html",
        title="发布公示",
        is_mine=bulletin.drafted_by == current_caller().resident_id,
        source=source_of(bulletin),
        **_seen(bulletin),
    )


@publication_desk.post(f"{_AT}/publication")
@permitted("bulletin.publish")
@publication_desk.form(PublishSchema, again=confirm_publication)
def publish(given: dict[str, Any], bulletin_id: UUID) -> Response:
    """Publish exactly what was seen."""
    bulletin = actions.publish_by_hand(current_caller(), bulletin_id, **given)
    return done(
        f"发布了，编号 {bulletin.number}。请打印公示单贴到公开栏，贴出后才开始算天数。",
        to=_page_of(bulletin_id),
    )


@publication_desk.post(f"{_AT}/postings")
@permitted("bulletin.post_on_board")
@publication_desk.form(PostingSchema, again=notice)
def post_on_board(given: dict[str, Any], bulletin_id: UUID) -> Response:
    """Note where the poster hangs and since when; its days run from then."""
    bulletin = actions.confirm_board_posting(current_caller(), bulletin_id, **given)
    until = day(last_day(bulletin.until_at)) if bulletin.until_at else ""
    return done(f"记下了，公示到{until}。", to=_page_of(bulletin_id))


@publication_desk.post(f"{_AT}/errata")
@permitted("bulletin.publish")
@publication_desk.form(NewErratumSchema, again=notice)
def draft_erratum(given: dict[str, str], bulletin_id: UUID) -> Response:
    """Write a correction; another person publishes it."""
    corrections.draft_erratum(current_caller(), bulletin_id, **given)
    return done("更正写好了。请另一位委员核对后发布。", to=_page_of(bulletin_id))


def _again(bulletin_id: UUID, erratum_id: UUID) -> Response:  # noqa: ARG001, named so
    return notice(bulletin_id)


@publication_desk.post(f"{_AT}/errata/<uuid:erratum_id>/publication")
@permitted("bulletin.publish")
@publication_desk.form(Schema, again=_again)
def publish_erratum(_given: dict[str, Any], bulletin_id: UUID, erratum_id: UUID) -> Response:
    """Publish a correction that another person wrote."""
    erratum = corrections.publish_erratum(current_caller(), bulletin_id, erratum_id)
    return done(
        f"第{erratum.no}号更正发布了。请重新打印公示单贴出去，从贴出那天再算满天数。",
        to=_page_of(bulletin_id),
    )


@publication_desk.get(f"{_AT}/withdrawal")
@permitted("bulletin.withdraw")
def confirm_withdrawal(bulletin_id: UUID) -> Response:
    """What taking it back does; the reason will stand in its place."""
    return show(
        "publication/withdraw.html",
        title="撤回公示",
        grounds=list(words.GROUNDS.items()),
        **_seen(_found(bulletin_id)),
    )


@publication_desk.post(f"{_AT}/withdrawal")
@permitted("bulletin.withdraw")
@publication_desk.form(WithdrawalSchema, again=confirm_withdrawal)
def withdraw(given: dict[str, str], bulletin_id: UUID) -> Response:
    """Take it back for illegality or somebody's privacy."""
    bulletin = corrections.withdraw_bulletin(current_caller(), bulletin_id, **given)
    again = "要公开的事项仍要公开，请重新起草。" if bulletin.source_id else ""
    return done(f"撤回了。原处现在只显示撤回的理由。{again}", to=_page_of(bulletin_id))


def _found(bulletin_id: UUID) -> Bulletin:
    return queries.find_bulletin(
        current_community_id(), bulletin_id, drafts=bool(current_caller().duties)
    )


def _seen(bulletin: Bulletin) -> dict[str, Any]:
    """The notice through the serialiser that strangers' answers go through."""
    public = PublicationSchema().dump(bulletin)
    return {
        "bulletin": bulletin,
        "public": public,
        "pairs": words.public_pairs(public["fields"]),
        "state": words.state_of(bulletin),
        "words": words,
        "tabs": tabs(),
    }


def _until_if_today(bulletin: Bulletin) -> Any:
    """The last day of the display if the poster went up now."""
    now = utc_now()
    online_at = bulletin.online_at or now
    return board.last_day(board.until(online_at, now, min_days=bulletin.min_days))


def _page_of(bulletin_id: UUID) -> str:
    return url_for("publication_desk.notice", bulletin_id=bulletin_id)


__all__ = ["publication_desk"]
