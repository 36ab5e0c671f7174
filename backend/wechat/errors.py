"""What each errcode of WeChat asks us to do."""

from enum import StrEnum

LOGIN_PATH = "/sns/jscode2session"
TOKEN_PATH = "/cgi-bin/stable_token"  # noqa: S105 - a path
CODE_PICTURE_PATH = "/wxa/getwxacodeunlimit"


class Kind(StrEnum):
    REFRESH = "refresh"  # the token was refused; mended inside the client
    RETRY = "retry"  # later, and it counts as an attempt
    WAIT_SECOND = "wait_second"
    WAIT_MINUTE = "wait_minute"
    WAIT_DAY = "wait_day"
    ONE_AT_A_TIME = "one_at_a_time"  # another message to this person is on its way
    NO_BALANCE = "no_balance"
    SIGN_IN_AGAIN = "sign_in_again"
    BLOCKED_USER = "blocked_user"
    STALE_VISIT = "stale_visit"
    UNKNOWN_PERSON = "unknown_person"
    REFUSED = "refused"
    PAUSE_TEMPLATE = "pause_template"
    BROKEN_SETUP = "broken_setup"


_CODES: dict[Kind, tuple[int, ...]] = {
    Kind.REFRESH: (40001, 40014, 42001),
    Kind.RETRY: (-1,),
    Kind.WAIT_SECOND: (44990,),
    Kind.WAIT_MINUTE: (45011, 44991),
    Kind.WAIT_DAY: (45009, 44993, 85406),
    Kind.ONE_AT_A_TIME: (43108,),
    Kind.NO_BALANCE: (43101,),
    Kind.SIGN_IN_AGAIN: (40029, 40163),
    Kind.BLOCKED_USER: (40226,),
    Kind.STALE_VISIT: (61010,),
    Kind.UNKNOWN_PERSON: (40003, 43104),
    Kind.REFUSED: (
        *(45168, 47001, 47003, 44002, 40097, 40129, 40169, 85096, 40004, 87020),
        *(40165, 40212, 85401, 85402),
    ),
    Kind.PAUSE_TEMPLATE: (40037, 43107, 41030),
    Kind.BROKEN_SETUP: (
        *(40002, 40013, 40125, 40164, 40243, 41002, 41004, 43002, 50004, 50007),
        *(85079, 85407, 85408, 89503, 89506, 89507, 200100),
    ),
}
KINDS: dict[int, Kind] = {code: kind for kind, codes in _CODES.items() for code in codes}


# What to tell whoever runs the machine; codes that no sentence explains are only named.
_CAUSES: dict[int, str] = {
    -1: "微信系统繁忙，请稍后再试",
    40001: "AppSecret 不对，请核对 WECHAT_APP_SECRET",
    40013: "AppID 不对，请核对 WECHAT_APP_ID",
    40125: "AppSecret 不对，请核对 WECHAT_APP_SECRET",
    40164: "本机的出口 IP 不在公众平台的 IP 白名单里",
    40243: "AppSecret 已被冻结，请在公众平台解冻",
    41002: "请求里没有 AppID，请检查中间的代理",
    41004: "请求里没有 AppSecret，请检查中间的代理",
    43002: "请求方法被改动，请检查中间的代理",
    45009: "今天的调用次数已用完",
    45011: "调用太频繁，一分钟后再试",
    50004: "这个账号被禁止获取接口凭据",
    50007: "账号已被冻结",
    85079: "小程序还没有发布线上版本",
    89503: "本机 IP 的调用要管理员在公众平台确认",
    89506: "管理员两次拒绝本机 IP，24 小时内不能调用",
    89507: "管理员拒绝了本机 IP，1 小时内不能调用",
    200100: "读不到订阅消息的模板，请核对服务类目",
}


def kind_of(errcode: int, path: str = "") -> Kind:
    """What to do about `errcode`, answered by `path`; a code nobody knows is a refusal."""
    if errcode == 40001 and path == TOKEN_PATH:  # noqa: PLR2004 - "invalid secret" there
        return Kind.BROKEN_SETUP
    if errcode == 41030 and path == CODE_PICTURE_PATH:  # noqa: PLR2004 - one page, no template
        return Kind.REFUSED
    return KINDS.get(errcode, Kind.REFUSED)


class WeChatProblem(Exception):
    """A call that did not succeed, in words that may be logged: no URL, token or openid.

    Attributes:
        kind: what to do about it.
        errcode: WeChat's number; None if no answer was understood.
        rid: the number under which WeChat remembers the call for seven days.
        path: which endpoint.
        unsure: the call may have taken effect although we saw no answer.
        wait_s: the calls are paused for so many seconds; None if they are not.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        path: str,
        errcode: int | None = None,
        rid: str | None = None,
        unsure: bool = False,
        wait_s: float | None = None,
    ) -> None:
        super().__init__(f"WeChat {path}: {kind} (errcode {errcode}, rid {rid})")
        self.kind = kind
        self.errcode = errcode
        self.rid = rid
        self.path = path
        self.unsure = unsure
        self.wait_s = wait_s

    @property
    def is_unknown_code(self) -> bool:
        """WeChat said something we have no rule for: somebody should look."""
        return self.errcode is not None and self.errcode not in KINDS


def cause_of(problem: WeChatProblem) -> str:
    """The problem as one sentence for whoever runs the machine."""
    if problem.errcode is None:
        return "微信没有应答，请检查网络和 WECHAT_API_BASE。"
    cause = _CAUSES.get(problem.errcode, "请按错误码在微信文档中查找")
    rid = f"，rid {problem.rid}" if problem.rid else ""
    pause = f"；暂停调用，{problem.wait_s:.0f}秒后再试" if problem.wait_s else ""
    return f"{cause}（{problem.path}，errcode {problem.errcode}{rid}）{pause}。"
