"""What a resident reads whose objection or appeal nobody answered in time."""

from typing import TypedDict


class Late(TypedDict):
    result: str
    headline: str
    body: str


def late(what: str, about: str, *, above: str, phone: str) -> Late:
    """That it is late, who has been told of it, and whom to call; `what` is theirs."""
    return Late(
        result="办理超时",
        headline=f"很抱歉，您的{what}没有按时答复",
        body=f"{about}：已经报告{above}，请他们督促。"
        f"想问进展，请打居委会电话{phone}，或到社区窗口问。",
    )
