"""One's own place at the desk: which community it serves, the password, leaving."""

from typing import Any
from uuid import UUID

from flask import Response, g, redirect, session, url_for

from backend.console import Pages, Seat, done, show
from backend.errors import NotFound
from backend.residents.actions import accounts
from backend.residents.actions import sessions as session_actions
from backend.residents.identity import (
    CHOSEN_COMMUNITY,
    current_caller,
    may,
    permitted,
    require_desk,
)
from backend.residents.models import Caller
from backend.residents.queries.callers import seat_names
from backend.residents.queries.holders import communities_served
from backend.residents.schemas.desk import CommunityFormSchema
from backend.residents.schemas.me import NewPasswordSchema
from backend.tokens import DESK_COOKIE, DESK_PATH

own_desk = Pages("own_desk", __name__, who=require_desk)
own_desk.menu_item("我的账号", "account", icon="user-round")


def seat() -> Seat | None:
    """Who sits at the desk that this request comes from."""
    caller: Caller | None = g.get("caller")
    if caller is None:
        return None
    person, community = seat_names(caller.resident_id, caller.community_id)
    return Seat(person=person, community=community, may=may)


@own_desk.get("/account")
@permitted("self")
def account() -> Response:
    """Which communities one serves, and one's password."""
    caller = current_caller()
    return show(
        "residents/account.html",
        title="我的账号",
        communities=[(each.id, each.name) for each in communities_served(caller.resident_id)],
        here=caller.community_id,
    )


@own_desk.post("/account/community")
@permitted("self")
@own_desk.form(CommunityFormSchema, again=account)
def choose_community(given: dict[str, UUID]) -> Response:
    """Look at another community one serves; the desk shows that one from now on."""
    served = {each.id: each for each in communities_served(current_caller().resident_id)}
    chosen = served.get(given["community_id"])
    if chosen is None:
        raise NotFound("请从列出的社区中选择。")
    session[CHOSEN_COMMUNITY] = str(chosen.id)
    return done(f"现在看的是{chosen.name}。", to=url_for(".account"))


@own_desk.post("/account/password")
@permitted("self")
@own_desk.form(NewPasswordSchema, again=account)
def change_password(given: dict[str, Any]) -> Response:
    """A new password, with the old one and the code of the moment."""
    accounts.change_password(current_caller(), **given)
    return done("密码换好了。别的电脑上的登录已退出。", to=url_for(".account"))


@own_desk.post("/sign-out")
@permitted("self")
def sign_out() -> Response:
    """Leave the desk."""
    session_actions.sign_out(current_caller())
    session.clear()
    answer = redirect(url_for("sign_in_desk.sign_in"), 303)
    answer.delete_cookie(DESK_COOKIE, path=DESK_PATH)
    return answer  # type: ignore[return-value]
