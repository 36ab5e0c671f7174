"""Whether WeChat will let us in: token, templates, the way back, what is paused."""

import base64
import binascii
import re
from collections.abc import Iterator

from redis import RedisError

from backend.doctor.findings import Finding, bad, good
from backend.settings import Settings
from backend.wechat import WeChat
from backend.wechat.errors import WeChatProblem, cause_of
from backend.wechat.templates import mismatches

_PUSH_TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
_AES_KEY_BYTES = 32


def find_wechat(wechat: WeChat, settings: Settings, *, new_token: bool) -> Iterator[Finding]:
    if not wechat.enabled:
        yield good("微信已关闭（WECHAT_ENABLED），消息只进站内信箱。")
        return
    yield from _find_token_and_templates(wechat, new_token=new_token)
    yield _find_push(settings)
    yield _find_pauses(wechat)


def _find_token_and_templates(wechat: WeChat, *, new_token: bool) -> Iterator[Finding]:
    try:
        if new_token:
            wechat.renew_token()
        listed = wechat.get_templates()
    except WeChatProblem as problem:
        yield bad(f"微信接口不能用：{cause_of(problem)}")
        return
    yield good("已强制换取新的微信接口凭据。" if new_token else "微信接口凭据有效。")
    differing = mismatches(wechat.templates, listed)
    for line in differing:
        yield bad(f"订阅消息模板与公众平台不一致：{line}")
    if not differing:
        yield good(f"{len(wechat.templates)} 个订阅消息模板与公众平台一致。")


def _find_push(settings: Settings) -> Finding:
    """Wrong settings here fail silently: WeChat pushes, and we refuse each push."""
    address = f"{settings.public_url}/wechat/push"
    if not _PUSH_TOKEN.fullmatch(settings.wechat.push_token):
        return bad("WECHAT_PUSH_TOKEN 应为 3 至 32 个字母或数字，与公众平台的“消息推送”一致。")
    if not _is_aes_key(settings.wechat.push_aes_key):
        return bad("WECHAT_PUSH_AES_KEY 应为公众平台“消息推送”里 43 个字符的 EncodingAESKey。")
    return good(f"消息推送的密钥合乎格式；公众平台上填 {address}，安全模式，JSON。")


def _find_pauses(wechat: WeChat) -> Finding:
    kinds = {template.id: kind for kind, template in wechat.templates.items()}
    try:
        found = wechat.paused_templates()
    except RedisError:
        return bad("Redis 连不上，不知道哪些模板暂停发送。")
    paused = {kinds.get(each, each): seconds for each, seconds in found.items()}
    if not paused:
        return good("没有暂停发送的模板。")
    named = "、".join(f"{kind}（还有{seconds / 60:.0f}分钟）" for kind, seconds in paused.items())
    return bad(f"微信拒绝后暂停发送的模板：{named}；请核对模板编号和关键词。")


def _is_aes_key(text: str) -> bool:
    try:
        return len(base64.b64decode(f"{text}=", validate=True)) == _AES_KEY_BYTES
    except binascii.Error:
        return False
