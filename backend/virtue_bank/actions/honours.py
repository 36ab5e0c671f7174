"""A round of honours: planned, names taken, consents asked, reviewed by a panel, decided."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.notifications.actions import announce, announce_all
from backend.residents.actions.me import agree
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import (
    close_to,
    household_ids_of,
    kin_of,
    residents_of_households,
)
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.dropped_objections import close_dropped
from backend.virtue_bank.actions.proposing import staff_among
from backend.virtue_bank.actions.standing import check_speaks_for, witness
from backend.virtue_bank.models import (
    NOMINATION_STATES,
    HonourPanelist,
    HonourRound,
    HonourVoice,
    Nomination,
)
from backend.virtue_bank.notices import honours as notices
from backend.virtue_bank.queries import honours as queries
from backend.virtue_bank.queries.thanks_objections import lock_open_about_nominations
from backend.virtue_bank.rules import honours as rules
from backend.virtue_bank.rules.objections import check_speaks

NOMINATION_DAYS = "points.nomination_days"
BOARD_DAYS = "points.honour_publicity_working_days"
OVERSEERS = ("committee_member", "chair", "supervisor")
SHOWN: tuple[str, ...] = ("shown", "objected", "honoured")
ON_THEIR_WAY = ("asked", "agreed", "shown", "objected")


def plan_round(
    caller: Caller,
    *,
    title: str,
    criteria: str,
    counted_from: date,
    counted_until: date,
    places: int,
    least_points: int | None,
    gives_points: bool,
) -> HonourRound:
    """Plan a round; nobody hears of it yet.

    Raises:
        DaysUnclear
    """
    rules.check_days(counted_from, counted_until, today=today())
    round_ = HonourRound(
        community_id=community_of(caller),
        title=title,
        criteria=criteria,
        counted_from=counted_from,
        counted_until=counted_until,
        places=places,
        least_points=least_points,
        gives_points=gives_points,
        planned_by=caller.resident_id,
    )
    db.session.add(round_)
    witness(caller, "honour_round.planned", "honour_round", round_.id, places=places)
    db.session.flush()
    return round_


def open_round(caller: Caller, round_id: UUID, *, row_version: int) -> HonourRound:
    """From now on everybody may put somebody forward, or themselves.

    Raises:
        StaleRound, RoundMoved
    """
    round_ = _locked(caller, round_id, row_version, "planned")
    days = setting_on(round_.community_id, NOMINATION_DAYS, today())
    round_.state, round_.nominations_until = "nominating", rules.end_of_days(utc_now(), days)
    witness(caller, "honour_round.opened", "honour_round", round_.id)
    announce(notices.nominations_open(round_))
    db.session.flush()
    return round_


def cancel_round(caller: Caller, round_id: UUID, *, reason: str) -> HonourRound:
    """The round ends without an honour.

    Raises:
        RoundMoved: it is decided, or was cancelled.
    """
    round_ = queries.lock_round(community_of(caller), round_id)
    rules.check_state(round_.state, "planned", "nominating", "consenting", "reviewing", "publicity")
    nominations = queries.lock_nominations(round_.community_id, round_id, ON_THEIR_WAY)
    panel = queries.panel_of(round_.community_id, round_id) if round_.state == "reviewing" else []
    for nomination in nominations:
        nomination.state = "unanswered" if nomination.state == "asked" else "not_chosen"
    dropped = [each.id for each in nominations]
    said = lock_open_about_nominations(round_.community_id, dropped)
    close_dropped(said, round_.title, reason=f"评选取消：{reason}")
    round_.state, round_.cancelled_by = "cancelled", caller.resident_id
    round_.cancel_reason = reason
    round_.row_version += 1
    witness(caller, "honour_round.cancelled", "honour_round", round_.id)
    announce_all(
        [
            *(notices.cancelled(each, round_) for each in nominations),
            *(notices.cancelled_to_panel(round_, each.resident_id) for each in panel),
        ]
    )
    db.session.flush()
    return round_


def nominate(
    caller: Caller,
    round_id: UUID,
    *,
    nominee_id: UUID | None,
    story: str,
    person_id: UUID | None = None,
    channel: str | None = None,
) -> Nomination:
    """Put a neighbour forward, or oneself; the nominee is asked before anything follows.

    Raises:
        NominationsClosed, CannotBeNominated, AlreadyNominated, NotForOthers, WhoSaidIt
    """
    community_id = community_of(caller)
    round_ = queries.lock_round(community_id, round_id)
    said_by = check_speaks(person_id, caller_id=caller.resident_id, is_staff=caller.is_staff)
    nominee_id = nominee_id or said_by
    residents = household_ids_of(community_id, [nominee_id, said_by])
    if said_by not in residents:
        raise rules.CannotBeNominated("推荐人须是已核验的居民。")
    if said_by != caller.resident_id:
        check_speaks_for(caller, said_by)
    rules.check_nomination(
        round_.state,
        nominations_until=round_.nominations_until,
        now=utc_now(),
        is_resident=nominee_id in residents,
        is_staff=bool(staff_among([nominee_id])),
        born_year=queries.born_year(nominee_id),
    )
    if queries.is_nominated(community_id, round_id, nominee_id):
        raise rules.AlreadyNominated("不用重复推荐。")
    nomination = Nomination(
        community_id=community_id,
        round_id=round_.id,
        nominee_id=nominee_id,
        story=story,
        **caller.act(channel=channel, person_id=said_by),
    )
    db.session.add(nomination)
    db.session.flush()
    announce(notices.asked(nomination, round_))
    return nomination


def answer(
    caller: Caller,
    nomination_id: UUID,
    *,
    agreed: bool,
    photo: bool,
    policy_version: int | None,
    person_id: UUID | None = None,
    channel: str | None = None,
) -> Nomination:
    """The nominee agrees or not, and separately to a photograph; no stays possible afterwards.

    Raises:
        NotFound: it is somebody else's nomination.
        AlreadyAnswered, RoundMoved, NoConsent
        PolicyChanged: another privacy policy is in force than the one that was read.
    """
    community_id = community_of(caller)
    found = queries.find_nomination(community_id, nomination_id)
    said_by = check_speaks(person_id, caller_id=caller.resident_id, is_staff=caller.is_staff)
    round_ = queries.lock_round(community_id, found.round_id)
    nomination = queries.lock_nomination(community_id, nomination_id)
    if nomination.nominee_id != said_by:
        raise NotFound
    if said_by != caller.resident_id:
        check_speaks_for(caller, said_by)
    if not agreed:
        return _declined(nomination, round_)
    rules.check_state(round_.state, "nominating", "consenting")
    if nomination.state != "asked":
        raise rules.AlreadyAnswered("改主意的，随时可以不参加。")
    if caller.resident_id == said_by:
        if policy_version is None:
            raise rules.NoConsent("请先阅读隐私政策。")
        consent = agree(caller, purpose="honour_list", policy_version=policy_version)
        pictured = agree(caller, purpose="photo", policy_version=policy_version) if photo else None
        db.session.flush()
        nomination.consent_id = consent.id
        nomination.photo_consent_id = pictured.id if pictured else None
    else:
        nomination.consent_recorded_by = caller.resident_id
    nomination.consent_channel = channel or caller.channel
    nomination.state, nomination.answered_at = "agreed", utc_now()
    db.session.flush()
    return nomination


def name_panel(caller: Caller, round_id: UUID, *, member_ids: Sequence[UUID]) -> HonourRound:
    """Name who reviews; three at least, none related to anybody under review.

    Raises:
        RoundMoved, PanelTooSmall, PanelRelated
    """
    community_id = community_of(caller)
    round_ = queries.lock_round(community_id, round_id)
    rules.check_state(round_.state, "reviewing")
    if queries.panel_of(community_id, round_id):
        raise rules.RoundMoved("评议组已经确定。")
    known = household_ids_of(community_id, member_ids).keys() | staff_here(community_id)
    if strangers := set(member_ids) - known:
        raise rules.PanelTooSmall(errors={"member_ids": [f"有{len(strangers)}人不是本社区的"]})
    nominees = [
        each.nominee_id for each in queries.lock_nominations(community_id, round_id, ("agreed",))
    ]
    rules.check_panel(member_ids, nominees=nominees, near=_near(community_id, nominees))
    members = list(dict.fromkeys(member_ids))
    db.session.add_all(
        HonourPanelist(
            community_id=community_id,
            round_id=round_id,
            resident_id=member,
            named_by=caller.resident_id,
        )
        for member in members
    )
    round_.row_version += 1
    witness(
        caller,
        "honour_round.panel_named",
        "honour_round",
        round_.id,
        members=[str(member) for member in members],
    )
    announce_all([notices.to_panel(round_, member) for member in members])
    db.session.flush()
    return round_


def speak(caller: Caller, nomination_id: UUID, *, in_favour: bool, reason: str) -> Nomination:
    """One of the panel says yes or no to one nomination, once.

    Raises:
        NotOnThePanel, RoundMoved, AlreadyAnswered
        PanelRelated: they became related since they were named.
    """
    community_id = community_of(caller)
    found = queries.find_nomination(community_id, nomination_id)
    round_ = queries.lock_round(community_id, found.round_id)
    seat = queries.panelist(community_id, round_.id, caller.resident_id)
    if seat is None:
        raise rules.NotOnThePanel("由居委会确定的评议组评议。")
    rules.check_state(round_.state, "reviewing")
    if found.state != "agreed":
        raise rules.NoConsent("此人没有参加评议。")
    if found.nominee_id in {caller.resident_id, *close_to(community_id, caller)}:
        raise rules.PanelRelated("请告诉社区换人评议。")
    if queries.has_spoken(community_id, nomination_id, seat.id):
        raise rules.AlreadyAnswered("每位候选人评议一次。")
    db.session.add(
        HonourVoice(
            community_id=community_id,
            nomination_id=nomination_id,
            panelist_id=seat.id,
            in_favour=in_favour,
            reason=reason,
        )
    )
    db.session.flush()
    return found


def select_honours(
    caller: Caller, round_id: UUID, *, nomination_ids: Sequence[UUID], row_version: int
) -> HonourRound:
    """What the panel supports, within the places, hangs on the board.

    Raises:
        StaleRound, RoundMoved, PanelTooSmall, PanelSilent, NotSupported, TooManyChosen
        OwnHonour: the caller is near one of the chosen.
    """
    round_ = _locked(caller, round_id, row_version, "reviewing")
    community_id = round_.community_id
    reviewed = {
        each.id: each for each in queries.lock_nominations(community_id, round_id, ("agreed",))
    }
    chosen = set(nomination_ids)
    rules.check_selection(
        chosen,
        voices=queries.voices_of(community_id, reviewed.keys()),
        panel=len(queries.panel_of(community_id, round_id)),
        places=round_.places,
    )
    near = {caller.resident_id, *close_to(community_id, caller)}
    if any(reviewed[each].nominee_id in near for each in chosen):
        raise rules.OwnHonour("请另一位同事公示。")
    shown_until = in_working_days(community_id, BOARD_DAYS)
    for nomination in reviewed.values():
        nomination.state = "shown" if nomination.id in chosen else "not_chosen"
    round_.state, round_.selected_by = "publicity", caller.resident_id
    round_.shown_until = shown_until
    witness(
        caller,
        "honour_round.selected",
        "honour_round",
        round_.id,
        chosen=[str(each) for each in chosen],
    )
    announce_all(
        [
            notices.chosen(each, round_) if each.id in chosen else notices.not_chosen(each, round_)
            for each in reviewed.values()
        ]
    )
    announce(notices.honours_shown(round_))
    db.session.flush()
    return round_


def nominations_for(
    caller: Caller, round_id: UUID, *, after: UUID | None, limit: int
) -> tuple[Sequence[Nomination], bool]:
    """A page of the nominations the caller may read, and whether with half a name only.

    Who sees to the round reads all, the panel what it reviews, everybody what hangs on the board.
    """
    community_id = community_of(caller)
    round_ = queries.find_round(community_id, round_id)
    sees_to_it = not caller.roles.isdisjoint(OVERSEERS)
    on_panel = queries.panelist(community_id, round_id, caller.resident_id) is not None
    if round_.state == "planned" and not sees_to_it:
        raise NotFound
    states = tuple(NOMINATION_STATES) if sees_to_it else SHOWN
    if on_panel:
        states = tuple({*states, "agreed"})
    found = queries.nominations_page(
        community_id, round_id, states=states, after=after, limit=limit
    )
    return found, not (sees_to_it or on_panel)


def staff_here(community_id: UUID) -> set[UUID]:
    """Whoever holds an office of the community that may sit on a panel."""
    return set(holder_ids(community_id, "committee_member", "chair", "counter_clerk", "supervisor"))


def _declined(nomination: Nomination, round_: HonourRound) -> Nomination:
    """No, at any time: before the honour it ends the nomination, after it hides the name."""
    if nomination.state == "honoured":
        nomination.name_withdrawn_at = nomination.name_withdrawn_at or utc_now()
    elif nomination.state in ON_THEIR_WAY:
        said = lock_open_about_nominations(nomination.community_id, [nomination.id])
        close_dropped(said, round_.title, reason="这项提名已经撤下。")
        nomination.state = "declined"
        nomination.answered_at = utc_now()
        round_.row_version += 1
    else:
        raise rules.AlreadyAnswered("这次评选对您已经结束。")
    db.session.flush()
    return nomination


def _near(community_id: UUID, people: Collection[UUID]) -> set[UUID]:
    """Who lives with any of these people, or is their declared near relative."""
    homes = household_ids_of(community_id, people).values()
    housemates = residents_of_households(community_id, {each for home in homes for each in home})
    return {*kin_of(people), *(person for home in housemates.values() for person in home)}


def _locked(caller: Caller, round_id: UUID, row_version: int, *states: str) -> HonourRound:
    """The round, held, if it is as the caller saw it and stands in one of these states."""
    round_ = queries.lock_round(community_of(caller), round_id)
    rules.check_version(row_version, round_.row_version)
    rules.check_state(round_.state, *states)
    round_.row_version += 1
    return round_
