"""代办 at the desk: who acts for whom, what both signed on paper or said at the counter."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.api import page
from backend.clock import today
from backend.console import done, show
from backend.residents.actions import proxies
from backend.residents.identity import current_caller, current_community_id, permitted
from backend.residents.models.proxies import ENDINGS, MADE, PROXY_SCOPES
from backend.residents.pages import words
from backend.residents.pages.claims import people_desk
from backend.residents.pages.people import tabs
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.people import household_ids_of, names
from backend.residents.queries.registers import people_page
from backend.residents.rules.proxies import BY_STAFF
from backend.residents.schemas.people_desk import (
    ROWS,
    DeskPageArguments,
    NewProxyArguments,
)
from backend.residents.schemas.proxies import (
    MADE_BY_STAFF,
    ProxyEndingSchema,
    RecordedProxyGrantSchema,
)

FOUND = 10


@people_desk.get("/people/proxies")
@permitted("proxy.record")
@people_desk.asked(DeskPageArguments)
def grants(asked: dict[str, Any]) -> Response:
    """What is offered or counts among the people in the reader's care."""
    return _grants(asked)


def _grants(asked: dict[str, Any]) -> Response:
    found = proxies.in_care(current_caller(), **asked)
    return show(
        "residents/proxies.html",
        title="代办",
        parts={"rows": "residents/proxy_rows.html", "more": "residents/proxy_rows.html"},
        tabs=tabs(),
        endings=[(each, ENDINGS[each]) for each in BY_STAFF],
        words=words,
        **page(found, asked["limit"], key=lambda each: each.id),
    )


@people_desk.get("/people/proxies/new")
@permitted("proxy.record")
@people_desk.asked(NewProxyArguments)
def new_grant(asked: dict[str, Any]) -> Response:
    """First whose affairs, then who is to act, then what both signed."""
    return _new_grant(**asked)


def _new_grant(q: str, principal: UUID | None, proxy: UUID | None) -> Response:
    here = current_community_id()
    people = names(household_ids_of(here, [each for each in (principal, proxy) if each]))
    chosen = [principal] if principal in people else []
    looked_for, found = q.strip(), []
    if looked_for:
        found = people_page(
            here,
            name=looked_for,
            on=today(),
            buildings=buildings_covered(current_caller(), today(), *proxies.RECORDERS),
            after=None,
            limit=FOUND + len(chosen),
        )
    others = [each for each in found if each.id not in chosen]
    return show(
        "residents/new_proxy.html",
        title="登记代办授权",
        tabs=tabs(),
        principal=principal if principal in people else None,
        proxy=proxy if proxy in people else None,
        people=people,
        q=looked_for,
        found=others[:FOUND],
        is_more=len(others) > FOUND,
        scopes=PROXY_SCOPES.items(),
        ways=[(each, MADE[each]) for each in MADE_BY_STAFF],
    )


def new_grant_again() -> Response:
    typed = {each: request.form.get(f"{each}_id", type=UUID) for each in ("principal", "proxy")}
    return _new_grant("", **typed)


@people_desk.post("/people/proxies")
@permitted("proxy.record")
@people_desk.form(RecordedProxyGrantSchema, again=new_grant_again)
def key_in_grant(given: dict[str, Any]) -> Response:
    """Type it; both are told, and either may take it back."""
    grant = proxies.key_in(current_caller(), **given)
    said = f"登记好了：从今天起，{grant.proxy}可以替{grant.principal}代办。两个人都会收到消息。"
    return done(said, to=url_for("people_desk.grants"))


def _grants_again(proxy_grant_id: UUID) -> Response:  # noqa: ARG001, named so
    return _grants({"limit": ROWS, "after": None})


@people_desk.post("/people/proxies/<uuid:proxy_grant_id>/end")
@permitted("proxy.record")
@people_desk.form(ProxyEndingSchema, again=_grants_again)
def end_grant(given: dict[str, str], proxy_grant_id: UUID) -> Response:
    """End it for one of the two."""
    proxies.end_for(current_caller(), proxy_grant_id, **given)
    return done("结束了。从现在起不能再代办。", to=url_for("people_desk.grants"))


__all__ = ["people_desk"]
