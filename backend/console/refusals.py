"""How a page says no: in plain words, where the reader is, with everything still there."""

from urllib.parse import quote

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from backend.console.faces import SIGN_IN, is_swap, leave
from backend.console.forms import refuse_typed, typed
from backend.database import reading
from backend.errors import DomainError, Invalid, NotSignedIn, Outdated

UNAUTHORIZED, SERVER_ERRORS = 401, 500


class SignedOut(NotSignedIn):
    title = "您已退出登录"


class NoSuchPage(DomainError):
    title = "这一页不在了"


class PageTooOld(DomainError):
    title = "这一页放得太久了"


class NotLikeThis(DomainError):
    title = "不能这样打开"


class TooMuch(DomainError):
    title = "内容太大"


class Broken(DomainError):
    title = "系统出了问题"


_BY_STATUS: dict[int, DomainError] = {
    400: PageTooOld("请刷新这一页，再交一次。"),
    404: NoSuchPage("可能已合并或撤下，也可能地址不全。"),
    405: NotLikeThis("请从页面上的按钮进入。"),
    413: TooMuch("请少写一些，分几次交。"),
}
_BROKEN = Broken("已经记下来了。请稍等一会儿再试；急事请先打电话办理。")


def refused(refusal: DomainError, status: int) -> Response:
    """The answer to a refusal at the desk; whatever was half done is undone before."""
    if isinstance(refusal, NotSignedIn) and typed() is None:
        return _to_the_door(refusal)
    if is_swap() and not isinstance(refusal, Invalid):
        return _notice(refusal, status)
    return _form_again(refusal, status) or _page(refusal, status)


def refused_by_http(error: HTTPException) -> Response:
    """As `refused`, for what never reached a page: a wrong address, an old form, our own fault."""
    status = error.code or 500
    refusal = _BY_STATUS.get(status, _BROKEN)
    return _notice(refusal, status) if is_swap() else _page(refusal, status)


def _to_the_door(refusal: NotSignedIn) -> Response:
    """To the sign-in page and back; but a page with words on it stays where it is."""
    if is_swap() and request.method != "GET":
        return _notice(SignedOut(refusal.title), UNAUTHORIZED)
    if is_swap():
        return leave(SIGN_IN)
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return leave(f"{SIGN_IN}?next={quote(back)}" if back else SIGN_IN)


def _notice(refusal: DomainError, status: int) -> Response:
    answer = make_response(
        render_template(
            "console/notice.html",
            refusal=refusal,
            status=status,
            is_outdated=isinstance(refusal, Outdated),
        ),
        status,
    )
    answer.headers["X-Desk"] = "notice"
    return _with_pause(answer, refusal)


def _form_again(refusal: DomainError, status: int) -> Response | None:
    """The page the form stood on, in its newest state, with what was typed."""
    refuse_typed(refusal)
    this = typed()
    if this is None:
        return None
    try:
        with reading():
            answer = this.again()
    except DomainError:
        return None  # the page itself is no longer to be seen
    if not this.is_shown:
        return None  # the form is gone from it, and with it the place that says why
    answer.status_code = status
    return _with_pause(answer, refusal)


def _page(refusal: DomainError, status: int) -> Response:
    html = render_template(
        "console/page.html",
        fragment="console/refusal.html",
        title=refusal.title,
        refusal=refusal,
        is_broken=status >= SERVER_ERRORS,
    )
    return _with_pause(make_response(html, status), refusal)


def _with_pause(answer: Response, refusal: DomainError) -> Response:
    wait = refusal.members.get("retry_after_seconds")
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer
