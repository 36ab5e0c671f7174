"""评选: a round from its plan to the board, what the panel says, certificates that stand."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.console import done, show
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import names
from backend.virtue_bank.actions import honour_moves
from backend.virtue_bank.actions import honours as actions
from backend.virtue_bank.actions import showing_honours as showing
from backend.virtue_bank.models import HonourRound
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries import honours as queries
from backend.virtue_bank.schemas.forms import RowsArguments
from backend.virtue_bank.schemas.honours import (
    HonourPanelSchema,
    HonourReasonSchema,
    HonourRoundVersionSchema,
    HonourSelectionSchema,
    HonourVoiceSchema,
    NewHonourRoundSchema,
    RevocationSchema,
)

_AT = "/points/honours/<uuid:honour_round_id>"
RUNNING = ("planned", "nominating", "consenting", "reviewing", "publicity")
MOST_ON_A_PAGE = 50


@points_desk.get("/points/honours")
@permitted("honour.review")
@points_desk.asked(RowsArguments)
def honour_rounds(asked: dict[str, Any]) -> Response:
    """Rounds, newest first."""
    found = queries.rounds_page(current_community_id(), planned=may("honour.hold"), **asked)
    return show(
        "virtue_bank/honour_rounds.html",
        title="评选",
        parts={"more": "virtue_bank/honour_round_rows.html"},
        tones=words.ROUNDS,
        until=words.round_until,
        may_hold=may("honour.hold"),
        **page(found, asked["limit"], key=lambda each: each.id),
    )


@points_desk.get("/points/honours/new")
@permitted("honour.hold")
def new_round() -> Response:
    """An empty round."""
    return show("virtue_bank/new_round.html", title="筹备评选")


@points_desk.post("/points/honours/new")
@permitted("honour.hold")
@points_desk.form(NewHonourRoundSchema, again=new_round)
def plan_round(given: dict[str, Any]) -> Response:
    """Plan it; nobody hears of it yet."""
    made = actions.plan_round(current_caller(), **given)
    return done("筹备好了，还没有告诉居民。", to=_page_of(made.id))


@points_desk.get(_AT)
@permitted("honour.review")
@points_desk.asked(RowsArguments)
def honour_round(asked: dict[str, Any], honour_round_id: UUID) -> Response:
    """One round, its nominations, and the step that comes next."""
    return _round(asked, honour_round_id)


def _round(asked: dict[str, Any], honour_round_id: UUID) -> Response:
    caller, here = current_caller(), current_community_id()
    this = queries.find_round(here, honour_round_id)
    found, masked = actions.nominations_for(caller, honour_round_id, **asked)
    told = page(found, asked["limit"], key=lambda each: each.id)
    holds = may("honour.hold")
    panel = [each.resident_id for each in queries.panel_of(here, honour_round_id)]
    seat = queries.panelist(here, honour_round_id, caller.resident_id)
    staff = actions.staff_here(here) if holds and _lacks_panel(this, panel) else set()
    return show(
        "virtue_bank/honour_round.html",
        title=this.title,
        parts={"more": "virtue_bank/nomination_rows.html"},
        this=this,
        tones=words.ROUNDS,
        nomination_tones=words.NOMINATIONS,
        until=words.round_until(this),
        holds=holds,
        panel=panel,
        staff=sorted(staff),
        people=names([*panel, *staff, this.planned_by, this.selected_by]),
        voices=queries.voices_of(here, [each.id for each in told["items"]]) if holds else {},
        spoken=queries.spoken_by(here, seat.id) if seat else set(),
        is_on_panel=seat is not None,
        may_cancel=holds and this.state in RUNNING,
        **told | {"items": showing.nominations_told(told["items"], masked=masked)},
    )


def round_again(honour_round_id: UUID) -> Response:
    return _round({"limit": MOST_ON_A_PAGE, "after": None}, honour_round_id)


@points_desk.post(f"{_AT}/opening")
@permitted("honour.hold")
@points_desk.form(HonourRoundVersionSchema, again=round_again)
def open_round(given: dict[str, int], honour_round_id: UUID) -> Response:
    """Take nominations from now on."""
    actions.open_round(current_caller(), honour_round_id, **given)
    return done("开始推荐了，居民会收到消息。", to=_page_of(honour_round_id))


@points_desk.post(f"{_AT}/cancellation")
@permitted("honour.hold")
@points_desk.form(HonourReasonSchema, again=round_again)
def cancel_round(given: dict[str, str], honour_round_id: UUID) -> Response:
    """End it without an honour."""
    actions.cancel_round(current_caller(), honour_round_id, **given)
    return done("这次评选取消了。", to=_page_of(honour_round_id))


@points_desk.post(f"{_AT}/panel")
@permitted("honour.hold")
@points_desk.form(HonourPanelSchema, again=round_again)
def name_panel(given: dict[str, Any], honour_round_id: UUID) -> Response:
    """Name who reviews."""
    actions.name_panel(current_caller(), honour_round_id, **given)
    return done("评议组定好了，他们会收到消息。", to=_page_of(honour_round_id))


def _voice_again(honour_round_id: UUID, nomination_id: UUID) -> Response:  # noqa: ARG001, named so
    return round_again(honour_round_id)


@points_desk.post(f"{_AT}/nominations/<uuid:nomination_id>/voice")
@permitted("honour.review")
@points_desk.form(HonourVoiceSchema, again=_voice_again)
def speak(given: dict[str, Any], honour_round_id: UUID, nomination_id: UUID) -> Response:
    """Say yes or no to one nomination, once."""
    actions.speak(current_caller(), nomination_id, **given)
    return done("记下了。", to=_page_of(honour_round_id))


@points_desk.get(f"{_AT}/selection")
@permitted("honour.hold")
def selecting(honour_round_id: UUID) -> Response:
    """Who the panel supports, and what showing them does."""
    here = current_community_id()
    this = queries.find_round(here, honour_round_id)
    found = queries.nominations_page(
        here, honour_round_id, states=("agreed",), after=None, limit=MOST_ON_A_PAGE
    )
    return show(
        "virtue_bank/select_honours.html",
        title="公示评选结果",
        this=this,
        items=showing.nominations_told(found, masked=False),
        voices=queries.voices_of(here, [each.id for each in found]),
        panel=len(queries.panel_of(here, honour_round_id)),
    )


@points_desk.post(f"{_AT}/selection")
@permitted("honour.hold")
@points_desk.form(HonourSelectionSchema, again=selecting)
def select_honours(given: dict[str, Any], honour_round_id: UUID) -> Response:
    """Have them hang on the board."""
    actions.select_honours(current_caller(), honour_round_id, **given)
    return done("开始公示了，期满没有异议就授予。", to=_page_of(honour_round_id))


@points_desk.get("/points/certificates")
@permitted("honour.review")
@points_desk.asked(RowsArguments)
def certificates(asked: dict[str, Any]) -> Response:
    """Honours that stand, newest first."""
    return _certificates(asked)


def _certificates(asked: dict[str, Any]) -> Response:
    told = page(
        queries.honours_page(current_community_id(), **asked),
        asked["limit"],
        key=lambda row: row[0].id,
    )
    return show(
        "virtue_bank/certificates.html",
        title="证书",
        parts={"more": "virtue_bank/certificate_rows.html"},
        may_revoke=may("honour.revoke"),
        **told | {"items": showing.honours_told(told["items"])},
    )


def _certificates_again(honour_id: UUID) -> Response:  # noqa: ARG001, named so
    return _certificates({"limit": 20, "after": None})


@points_desk.post("/points/certificates/<uuid:honour_id>/revocation")
@permitted("honour.revoke")
@points_desk.form(RevocationSchema, again=_certificates_again)
def revoke_honour(given: dict[str, str], honour_id: UUID) -> Response:
    """Take an honour back, by a decision."""
    honour_moves.revoke(current_caller(), honour_id, **given)
    return done("撤销了，扫码查验会看到已撤销。", to=url_for("points_desk.certificates"))


def _lacks_panel(this: HonourRound, panel: list[UUID]) -> bool:
    return this.state == "reviewing" and not panel


def _page_of(honour_round_id: UUID) -> str:
    return url_for("points_desk.honour_round", honour_round_id=honour_round_id)
