"""A round of honours from its plan to the certificates, and when one is taken back. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.days import day_of, end_of
from backend.errors import Conflict, Invalid, NotAllowed, Outdated
from backend.virtue_bank.rules.deeds import may_be_minor

LEAST_PANEL = 3
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12


class RoundMoved(Outdated):
    title = "这次评选现在不能这样办"


class StaleRound(Outdated):
    title = "这次评选已有新的变化，请刷新后再办"


class DaysUnclear(Invalid):
    title = "评选的起止日期有误"


class AlreadyNominated(Conflict):
    title = "此人已经被推荐"


class NominationsClosed(Conflict):
    title = "推荐已经截止"


class CannotBeNominated(Conflict):
    title = "此人不参加评选"


class NoConsent(Conflict):
    title = "没有本人同意，不能继续"


class AlreadyAnswered(Conflict):
    title = "已经答复过"


class PanelTooSmall(Invalid):
    title = "评议组至少三人"


class PanelRelated(Conflict):
    title = "评议组成员与候选人有亲属关系或同住"


class NotOnThePanel(NotAllowed):
    title = "只有评议组成员可以评议"


class PanelSilent(Conflict):
    title = "评议组还没有评议完"


class NotSupported(Conflict):
    title = "没有得到评议组过半数同意"


class TooManyChosen(Conflict):
    title = "入选人数超过名额"


class AlreadyRevoked(Outdated):
    title = "这份荣誉已经撤销"


class OwnHonour(NotAllowed):
    title = "涉及本人或亲属的事项须由他人办理"


def check_days(counted_from: date, counted_until: date, *, today: date) -> None:
    """Deeds of days that are over or running, at most three years of them."""
    if counted_from > today:
        raise DaysUnclear(errors={"counted_from": ["不能晚于今天"]})
    if not counted_from < counted_until <= counted_from + timedelta(days=3 * 366):
        raise DaysUnclear(errors={"counted_until": ["须晚于开始日期，最长三年"]})


def check_state(state: str, *wanted: str) -> None:
    """The round stands where this is done.

    Raises:
        RoundMoved: it does not.
    """
    if state not in wanted:
        told = {
            "planned": "还没有开始推荐。",
            "nominating": "正在推荐。",
            "consenting": "正在征求本人意见。",
            "reviewing": "正在评议。",
            "publicity": "正在公示。",
            "decided": "已经公布。",
            "cancelled": "已经取消。",
        }
        raise RoundMoved(told[state])


def check_version(given: int, present: int) -> None:
    if given != present:
        raise StaleRound("有人同时在办理，请核对后再提交。")


def end_of_days(began: datetime, days: int) -> datetime:
    """The first moment after `days` whole days; the day it begins is not counted."""
    return end_of(day_of(began) + timedelta(days=days))


def check_nomination(
    state: str,
    *,
    nominations_until: datetime | None,
    now: datetime,
    is_resident: bool,
    is_staff: bool,
    born_year: int | None,
) -> None:
    """A grown-up resident without an office, while the round takes names.

    Raises:
        NominationsClosed, CannotBeNominated
    """
    if state != "nominating" or nominations_until is None or now >= nominations_until:
        raise NominationsClosed("可以留意下一次评选。")
    if not is_resident:
        raise CannotBeNominated("评选面向已核验的居民。")
    if is_staff:
        raise CannotBeNominated("在职工作人员不参加居民评选。")
    if may_be_minor(born_year, day_of(now)):
        raise CannotBeNominated("未满十八周岁的不公开评选，今年才满的请明年再来。")


def is_entered(points: int, least_points: int | None) -> bool:
    """The filter at the door; beyond it points count nothing."""
    return least_points is None or points >= least_points


def check_panel(
    members: Collection[UUID], *, nominees: Collection[UUID], near: Collection[UUID]
) -> None:
    """At least three, none of them a nominee or near one (`near` are those near any nominee).

    Raises:
        PanelTooSmall, PanelRelated
    """
    if len(set(members)) < LEAST_PANEL:
        raise PanelTooSmall(errors={"member_ids": [f"请选至少{LEAST_PANEL}人"]})
    if related := set(members) & {*nominees, *near}:
        raise PanelRelated(f"有{len(related)}位成员须回避，请换人。")


def is_supported(in_favour: int, panel: int) -> bool:
    """More than half of the whole panel, not only of those who spoke."""
    return in_favour * 2 > panel


def check_selection(
    chosen: Collection[UUID],
    *,
    voices: Mapping[UUID, tuple[int, int]],
    panel: int,
    places: int,
) -> None:
    """Everybody was spoken about by all, the chosen are supported and not more than the places.

    `voices` maps every nomination under review to (voices, in favour).

    Raises:
        PanelTooSmall, PanelSilent, NotSupported, TooManyChosen
    """
    if panel < LEAST_PANEL:
        raise PanelTooSmall("请先确定评议组。")
    if silent := sum(spoken < panel for spoken, _ in voices.values()):
        raise PanelSilent(f"还有{silent}位候选人没有评议完。")
    if len(set(chosen)) > places:
        raise TooManyChosen(f"名额是{places}个。", places=places)
    for nomination in chosen:
        if nomination not in voices:
            raise NoConsent("名单里有没有进入评议的人。")
        if not is_supported(voices[nomination][1], panel):
            raise NotSupported("每位入选人都要得到评议组过半数同意。")


def certificate_number(community_code: str, year: int, number: int) -> str:
    """`RYyyyy-community-seq`, as it is printed."""
    return f"RY{year}-{community_code}-{number:04d}"


def check_revocable(*, revoked: bool) -> None:
    if revoked:
        raise AlreadyRevoked("请刷新查看撤销决定。")
