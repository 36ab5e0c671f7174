"""委托代办 over HTTP: offer, accept, list, end; and what a worker types for both."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, PageArguments, page, page_of
from backend.residents.actions import proxies as actions
from backend.residents.actions.proxies import ShownGrant
from backend.residents.identity import current_caller, permitted, require_caller
from backend.residents.schemas.proxies import (
    NewProxyGrantSchema,
    ProxyEndingSchema,
    ProxyGrantSchema,
    RecordedProxyGrantSchema,
)

proxies = Blueprint("proxies", __name__, url_prefix="/api/v1", description="委托代办")
proxies.before_request(require_caller)


@proxies.post("/proxy-grants")
@permitted("proxy.own")
@proxies.arguments(NewProxyGrantSchema)
@proxies.response(201, ProxyGrantSchema)
def offer_grant(new: dict[str, Any]) -> ShownGrant:
    """Ask a neighbour to act for one; it counts once they accept, within seven days."""
    return actions.offer(current_caller(), **new)


@proxies.get("/proxy-grants")
@permitted("proxy.own")
@proxies.arguments(PageArguments, location="query")
@proxies.response(200, page_of(ProxyGrantSchema))
def own_grants(asked: dict[str, Any]) -> dict[str, Any]:
    """List the grants one gave and those by which one acts, newest first."""
    found = actions.own(current_caller(), **asked)
    return page(found, asked["limit"], key=lambda each: each.id)


@proxies.post("/proxy-grants/<uuid:proxy_grant_id>/acceptance")
@permitted("proxy.own")
@proxies.response(200, ProxyGrantSchema)
def accept_grant(proxy_grant_id: UUID) -> ShownGrant:
    """Agree to act for whoever asked; for three people at most."""
    return actions.accept(current_caller(), proxy_grant_id)


@proxies.delete("/proxy-grants/<uuid:proxy_grant_id>")
@permitted("proxy.own")
@proxies.response(204)
def end_grant(proxy_grant_id: UUID) -> None:
    """Take it back, decline it or lay it down; from this moment nobody acts by it."""
    actions.end(current_caller(), proxy_grant_id)


@proxies.post("/proxy-grants/on-behalf")
@permitted("proxy.record")
@proxies.arguments(RecordedProxyGrantSchema)
@proxies.response(201, ProxyGrantSchema)
def key_in_grant(said: dict[str, Any]) -> ShownGrant:
    """Type what both signed on paper, or said together at the counter; it counts at once."""
    return actions.key_in(current_caller(), **said)


@proxies.get("/proxy-grants/in-care")
@permitted("proxy.record")
@proxies.arguments(PageArguments, location="query")
@proxies.response(200, page_of(ProxyGrantSchema, "ProxyGrantInCarePage"))
def grants_in_care(asked: dict[str, Any]) -> dict[str, Any]:
    """List what is offered or counts among the people in a worker's care, newest first."""
    found = actions.in_care(current_caller(), **asked)
    return page(found, asked["limit"], key=lambda each: each.id)


@proxies.post("/proxy-grants/<uuid:proxy_grant_id>/ending")
@permitted("proxy.record")
@proxies.arguments(ProxyEndingSchema)
@proxies.response(204)
def end_grant_for(said: dict[str, str], proxy_grant_id: UUID) -> None:
    """End it for one who said so at the counter or by phone, or who cannot any more."""
    actions.end_for(current_caller(), proxy_grant_id, **said)
