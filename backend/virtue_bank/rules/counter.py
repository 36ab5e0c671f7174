"""Handing out against a code: how often one may try, and how much may be given. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from backend.errors import Conflict, Invalid, NotAllowed, TooManyRequests
from backend.virtue_bank.rules.orders import ALPHABET, LENGTH

TRIES = 5
WITHIN = timedelta(minutes=10)


class WrongCode(Conflict):
    """Whether it never was one or no longer is stays unsaid."""

    title = "没有这个取货码，或者已经用过、过期了"
    kept = True


class TooManyTries(TooManyRequests):
    title = "这个领取点输错太多次，请稍后再试"


class NotYourCounter(NotAllowed):
    title = "您不在这个领取点值班"


class CounterClosed(Conflict):
    title = "这个领取点已经停用"


class OtherCounter(Conflict):
    title = "这个取货码不在这里领"


class NotInThisBasket(Invalid):
    title = "领取的内容有误"


def tries_left(tries: int, since: datetime | None, now: datetime) -> int:
    """How many wrong codes may still be told here before everybody waits."""
    if since is None or now >= since + WITHIN:
        return TRIES
    return max(0, TRIES - tries)


def check_may_try(tries: int, since: datetime | None, now: datetime) -> None:
    if since is not None and tries_left(tries, since, now) == 0:
        wait = int((since + WITHIN - now).total_seconds()) + 1
        raise TooManyTries("请核对取货码，过几分钟再输。", retry_after_seconds=wait)


def after_wrong_try(tries: int, since: datetime | None, now: datetime) -> tuple[int, datetime]:
    """The count with one more wrong code, and since when it counts."""
    if since is None or now >= since + WITHIN:
        return 1, now
    return tries + 1, since


def plain_code(typed: str) -> str | None:
    """The code as it was given out, however it was typed; None for what cannot be one."""
    told = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(each for each in told if not each.isspace() and each not in "-_.")
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        return None
    return code


def pieces_to_give(
    ordered: Mapping[UUID, int], wished: Sequence[tuple[UUID, int]]
) -> dict[UUID, int]:
    """Of each order how many pieces go out; nothing wished means all there is.

    What is not named stays waiting for the same code.
    """
    if not wished:
        return dict(ordered)
    given = dict(wished)
    if len(given) != len(wished):
        raise NotInThisBasket(errors={"lines": ["同一份兑换写了两次"]})
    for order_id, pieces in given.items():
        if order_id not in ordered:
            raise NotInThisBasket(errors={"lines": ["有一份不在这个取货码里"]})
        if not 1 <= pieces <= ordered[order_id]:
            most = ordered[order_id]
            raise NotInThisBasket(errors={"lines": [f"领取数量应在1到{most}之间"]})
    return given
