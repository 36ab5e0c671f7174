"""Objecting to a deed on the board, complaining of a refusal, answering, appealing, judging."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.ledger.models import SYSTEM_ID
from backend.limits import OBJECTIONS, keep_pace
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to, is_live_resident
from backend.residents.queries.places import find_community
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.decisions import release_points
from backend.virtue_bank.actions.deed_moves import (
    SYSTEM,
    Standing,
    move,
    standing_on,
    take,
)
from backend.virtue_bank.actions.deeds import check_no_twin
from backend.virtue_bank.actions.looking_again import go_on, look_again
from backend.virtue_bank.actions.standing import check_speaks_for, witness
from backend.virtue_bank.models import OUTCOMES, Deed, DeedObjection
from backend.virtue_bank.notices import deeds as notices
from backend.virtue_bank.queries import deeds as deed_queries
from backend.virtue_bank.queries import objections as queries
from backend.virtue_bank.queries.deeds import ON_THE_BOARD
from backend.virtue_bank.rules import deed_states
from backend.virtue_bank.rules import objections as rules
from backend.virtue_bank.rules.decisions import is_unconcerned

ANSWER, APPEAL = "points.objection_working_days", "points.deed_appeal_working_days"
OTHER_UPHELD = "同一件善行的另一件异议已经成立，善行不记积分，这件异议不再单独答复。"


def object_to(
    caller: Caller,
    deed_id: UUID,
    *,
    text: str,
    resident_id: UUID | None = None,
    channel: str | None = None,
) -> DeedObjection:
    """Say why a deed on the board should not count; or type what somebody wrote on a slip.

    Raises:
        NotForOthers, NotYourPerson: somebody else is named, and not by their worker.
        WindowClosed: its days are over.
        Involved: whoever claimed or acted does not object.
        AlreadyObjected: everybody does once.
        AskedTooOften: a resident, very many within a day; not what a worker types in.
    """
    deed = take(caller, deed_id)
    person_id = _who_speaks(caller, deed, resident_id)
    acted = [share.acted_id for share in deed_queries.shares_of(deed)]
    by = _as_resident(caller, deed)
    if deed.state == "objected":
        deed_states.check_work("object", deed.state, by.roles)
    else:
        deed_states.check_move(deed.state, "objected", by.roles, by.facts)
    for each in {person_id, caller.hand_id if caller.proxy else person_id}:
        rules.check_objector(each, involved={*deed.claimed_by, *acted})
    if queries.has_objected(deed, person_id, "objection"):
        raise rules.AlreadyObjected("同一件善行每人提一次，请等候答复。")
    if not caller.is_staff:
        keep_pace(OBJECTIONS, person_id)
    objection = DeedObjection(
        community_id=deed.community_id,
        deed_id=deed.id,
        kind="objection",
        text=text,
        due_at=in_working_days(deed.community_id, ANSWER),
        **caller.act(channel=channel, person_id=resident_id),
    )
    db.session.add(objection)
    db.session.flush()
    if deed.state == "publicity":
        # Who objected is the handlers' to know, so the history does not say.
        move(deed, "objected", Standing(by=None, roles=by.roles, facts=by.facts, channel="board"))
        db.session.flush()
        announce(notices.objected(deed))
    if resident_id is not None:
        witness(caller, "deed_objection.recorded", "deed_objection", objection.id)
    return objection


def complain(caller: Caller, deed_id: UUID, *, text: str) -> DeedObjection:
    """Ask the supervisors, once, about a deed that was turned down.

    Raises:
        TooLate: the days are over, or it was asked before.
    """
    deed = take(caller, deed_id)
    by = standing_on(caller, deed)
    is_open = _complaint_open(deed)
    deed_states.check_work(
        "complain", deed.state, by.roles, by.knowing(complaint_open=is_open).facts
    )
    objection = DeedObjection(
        community_id=deed.community_id,
        deed_id=deed.id,
        kind="complaint",
        text=text,
        due_at=in_working_days(deed.community_id, APPEAL),
        **caller.act(),
    )
    db.session.add(objection)
    db.session.flush()
    _tell_judges(deed, objection)
    return objection


def decide(caller: Caller, objection_id: UUID, *, outcome: str, reason: str) -> DeedObjection:
    """The committee's answer, by somebody who has nothing to do with it.

    Raises:
        ConflictOfInterest: the handler is, or is close to, one of the parties, or reviewed it.
        NothingToDecide: it is answered.
    """
    deed, objection = _held(caller, objection_id)
    rules.check_open(objection.state if objection.kind == "objection" else "closed")
    by = _unconcerned(caller, deed, objection)
    deed_states.check_work("decide_objection", deed.state, by.roles, by.facts)
    until = in_working_days(deed.community_id, APPEAL)
    objection.answer(outcome, by=caller.resident_id, reason=reason, at=utc_now(), until=until)
    db.session.flush()
    witness(caller, "deed_objection.decided", "deed_objection", objection.id, outcome=outcome)
    for person in (deed.actor_id, objection.actor_id):
        announce(notices.objection_decided(deed, objection, person, OUTCOMES[outcome]))
    return objection


def appeal(caller: Caller, objection_id: UUID, *, text: str) -> DeedObjection:
    """Whoever lost asks the supervisors; their word is the last.

    Raises:
        NotFound: the caller is no party.
        NothingToAppeal, AppealTooLate: there is no answer, it is theirs, or its days are over.
    """
    deed, objection = _held(caller, objection_id)
    rules.check_may_appeal(
        state=objection.state,
        outcome=objection.outcome,
        is_objector=objection.actor_id == caller.resident_id,
        is_holder=deed.actor_id == caller.resident_id,
        due_at=objection.due_at,
        now=utc_now(),
    )
    until = in_working_days(deed.community_id, APPEAL)
    objection.appeal(text, by=caller.resident_id, at=utc_now(), until=until)
    db.session.flush()
    _tell_judges(deed, objection)
    return objection


def judge(caller: Caller, objection_id: UUID, *, outcome: str, reason: str) -> DeedObjection:
    """The supervisors' last word on an appeal, or on a claimant's complaint."""
    deed, objection = _held(caller, objection_id)
    if objection.kind == "objection":
        rules.check_appealed(objection.state)
    else:
        rules.check_open(objection.state)
    by = _unconcerned(caller, deed, objection)
    deed_states.check_work("judge", deed.state, by.roles, by.facts)
    objection.judge(outcome, by=caller.resident_id, reason=reason, at=utc_now())
    db.session.flush()
    witness(caller, "deed_objection.judged", "deed_objection", objection.id, outcome=outcome)
    parties = {deed.actor_id, objection.actor_id}
    announce_all([notices.judged(deed, objection, each, OUTCOMES[outcome]) for each in parties])
    if objection.kind == "complaint":
        if outcome == "upheld":
            _look_anew(deed, by)
    else:
        _settle(deed, by, caller.resident_id)
    return objection


def due() -> list[tuple[UUID, UUID]]:
    """(community, objection) whose day has passed."""
    return queries.past_due(DeedObjection, utc_now())


def close_or_tell(community_id: UUID, objection_id: UUID) -> None:
    """What the timetable does once the day of an objection has passed.

    An answer nobody appealed stands; of what nobody answered the chair, the street and whoever
    waits for it hear, once.
    """
    found = queries.find_objection(community_id, objection_id)
    deed = deed_queries.lock_deed(community_id, found.deed_id)
    objection = queries.lock_objection(community_id, objection_id)
    asked = objection.asks_for(utc_now())
    if asked == "closing":
        objection.close(utc_now())
        db.session.flush()
        _settle(deed, SYSTEM, SYSTEM_ID)
    elif asked == "telling":
        objection.overdue_told_at = utc_now()
        for person in holder_ids(community_id, "chair", "street_clerk"):
            announce(notices.objection_overdue(deed, objection, person))
        phone = find_community(community_id).phone
        for person in rules.awaited_by(objection.actor_id, objection.appeal_by):
            announce(notices.objection_late(deed, objection, person, phone))


def may_complain(deed: Deed) -> bool:
    """Whether the days of a complaint run and none was made."""
    return deed.state == "rejected" and _complaint_open(deed)


def _settle(deed: Deed, by: Standing, actor_id: UUID) -> None:
    """Where the deed goes once one of its objections is closed."""
    made = queries.objections_against(deed)
    verdict = rules.come_to([each.last_word for each in made])
    if verdict == "upheld":
        _drop_others(deed, [each for each in made if each.state != "closed"])
        move(deed, "voided", by)
        db.session.flush()
        acted = [share.acted_id for share in deed_queries.shares_of(deed)]
        announce_all([notices.voided(deed, each) for each in {deed.actor_id, *acted}])
        release_points(deed, actor_id)
    elif verdict == "dismissed" and not look_again(deed):
        go_on(deed, by, because="异议不成立")


def _drop_others(deed: Deed, left: Sequence[DeedObjection]) -> None:
    """What another objection has settled: nobody says whether these were right, or says it again.

    An answer they have had stays as it was given; nothing is left to appeal or to judge.
    """
    for each in left:
        each.drop(OTHER_UPHELD, at=utc_now())
    announce_all(
        [
            notices.settled_by_another(deed, each, person)
            for each in left
            for person in rules.awaited_by(each.actor_id, each.appeal_by)
        ]
    )


def _look_anew(deed: Deed, by: Standing) -> None:
    """Another reviewer looks at it, as if it had just been confirmed."""
    deed_queries.hold_numbers(deed.community_id, utc_now().year)
    check_no_twin(deed)
    move(deed, "confirmed", by)
    deed.decided_by = deed.decided_at = deed.second_by = deed.second_at = None
    deed.points_granted = None
    for share in deed_queries.shares_of(deed):
        share.points = None
    deed.due_at = in_working_days(deed.community_id, "points.review_working_days")
    db.session.flush()


def _held(caller: Caller, objection_id: UUID) -> tuple[Deed, DeedObjection]:
    """The deed first, then the objection: the order everybody takes them in."""
    here = community_of(caller)
    found = queries.find_objection(here, objection_id)
    deed = deed_queries.lock_deed(here, found.deed_id)
    return deed, queries.lock_objection(here, objection_id)


def _who_speaks(caller: Caller, deed: Deed, resident_id: UUID | None) -> UUID:
    """Whose word it is: a resident's of the community, said or written down."""
    person_id = resident_id or caller.resident_id
    if not caller.is_staff:
        rules.check_speaks(person_id, caller_id=caller.resident_id, is_staff=False)
    if not is_live_resident(deed.community_id, person_id):
        raise rules.NotAnObjector(errors={"resident_id": ["请写是哪位居民提出的"]})
    if person_id != caller.resident_id:
        check_speaks_for(caller, person_id)
    return person_id


def _as_resident(caller: Caller, deed: Deed) -> Standing:
    """As a resident before the board; a worker types what one of them wrote."""
    if deed.state not in ON_THE_BOARD:
        told = f"现在是“{deed.state_label}”，请看过再办。"
        raise deed_states.NotInThisState(told, state=deed.state)
    until = deed.display_until
    window_open = until is not None and utc_now() < until
    standing = Standing(by=caller, roles=frozenset({"resident"}), channel=caller.channel)
    return standing.knowing(window_open=window_open)


def _unconcerned(caller: Caller, deed: Deed, objection: DeedObjection) -> Standing:
    """Nobody answers or judges what they reviewed, answered, or are close to."""
    by = standing_on(caller, deed)
    parties: Iterable[UUID | None] = (
        *(objection.actor_id, objection.recorded_by, objection.handler_id),
        *(deed.decided_by, deed.second_by),
    )
    free = is_unconcerned(
        caller.resident_id, concerned=list(parties), near=close_to(deed.community_id, caller)
    )
    return by.knowing(unconcerned=by.facts.unconcerned and free)


def _complaint_open(deed: Deed) -> bool:
    since = deed_queries.state_since(deed, "rejected")
    if since is None or queries.has_objected(deed, deed.actor_id, "complaint"):
        return False
    return utc_now() < in_working_days(deed.community_id, APPEAL, since)


def _tell_judges(deed: Deed, objection: DeedObjection) -> None:
    judges = holder_ids(deed.community_id, "supervisor")
    announce_all([notices.to_judge(deed, objection, each) for each in judges])
