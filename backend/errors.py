"""The ways the backend says no. `backend.problems` puts them into HTTP."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A request the rules refuse. `title` is what the resident reads, in Chinese.

    `detail` says what can be done next; `members` are further facts for the client
    (the current case, both counts, a closing time) and end up in the problem document.
    """

    title = "请求未被接受"
    kept: ClassVar[bool] = False
    """True: what the transaction wrote before this refusal stays (failure counters, denials)."""

    def __init__(self, detail: str = "", **members: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.members = members


class Invalid(DomainError):
    """Well-formed JSON that means nothing here; `errors` names the fields."""

    title = "填写的内容有误"

    def __init__(self, detail: str = "", *, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(detail, **({"errors": {"json": errors}} if errors else {}))


class NotSignedIn(DomainError):
    title = "请先登录"


class NotAllowed(DomainError):
    title = "没有权限"


class AccessDenied(NotAllowed):
    """A missing permission; of staff it is kept as evidence."""

    title = "没有权限做这件事"


class NotFound(DomainError):
    title = "内容不存在"


class Conflict(DomainError):
    title = "与当前状态冲突"


class Outdated(Conflict):
    """It has moved on since the person looked: a look at how it stands now is the next step."""

    title = "已有新的变化，请看过再办"


class TooManyRequests(DomainError):
    title = "操作太频繁，请稍后再试"


class Unavailable(DomainError):
    title = "服务暂时不可用，请稍后再试"
