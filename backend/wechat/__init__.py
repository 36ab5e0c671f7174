"""WeChat's API: who the phones belong to, messages to them, checks of texts."""

from collections.abc import Mapping
from typing import Protocol, cast

from flask import current_app

from backend.wechat.answers import ListedTemplate, Login, TextCheck
from backend.wechat.templates import Template


class WeChat(Protocol):
    """What the domains ask of WeChat; every method may raise `WeChatProblem`."""

    @property
    def enabled(self) -> bool:
        """False: this installation sends no messages by WeChat; everything is in the inbox."""

    @property
    def templates(self) -> Mapping[str, Template]:
        """The messages we may send, by kind of notice."""

    def code_to_session(self, code: str) -> Login:
        """Who signs in with the one-use `code` of a mini program."""

    def send_subscribe_message(
        self, openid: str, template_id: str, page: str, data: Mapping[str, str]
    ) -> str | None:
        """Send one card, `data` by WeChat's keywords; the number WeChat gives it."""

    def get_templates(self) -> list[ListedTemplate]:
        """The templates the account has."""

    def renew_token(self) -> None:
        """End the present access token at once, for all processes; WeChat allows 20 a day."""

    def paused_templates(self) -> Mapping[str, float]:
        """Templates that wait after refusals, with the seconds left."""

    def check_text(self, openid: str, scene: int, content: str, title: str = "") -> TextCheck:
        """WeChat's opinion of a text written by `openid`."""


def wechat() -> WeChat:
    """The way to WeChat that `create_app` was given."""
    return cast("WeChat", current_app.extensions["wechat"])
