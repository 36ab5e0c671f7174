"""Objections to lines and honours on the board: filed, decided, appealed, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.limits import OBJECTIONS, keep_pace
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to, household_ids_of, names
from backend.residents.queries.places import find_community
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.batches import COMMITTEE, strike
from backend.virtue_bank.actions.dropped_objections import close_dropped
from backend.virtue_bank.actions.standing import check_speaks_for, witness
from backend.virtue_bank.models import GrantLine, Nomination, ThanksObjection
from backend.virtue_bank.notices import thanks_objections as notices
from backend.virtue_bank.notices.batches import title_of
from backend.virtue_bank.queries import batches, honours
from backend.virtue_bank.queries import thanks_objections as queries
from backend.virtue_bank.queries.batches import ON_THE_BOARD
from backend.virtue_bank.queries.objections import past_due
from backend.virtue_bank.rules import objections as course
from backend.virtue_bank.rules import thanks_objections as rules

DAYS = "points.thanks_objection_working_days"
OTHER_UPHELD = "另一件异议已经成立，内容已经撤下，这件异议不再单独答复。"
SHOWN = ("shown", "objected")
OVERSEERS = ("chair", "supervisor")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an objection is about: whose it is, and who had a hand in it."""

    title: str
    holder_id: UUID
    hands: Sequence[UUID | None]


def object_to_line(
    caller: Caller,
    line_id: UUID,
    *,
    text: str,
    person_id: UUID | None = None,
    channel: str | None = None,
) -> ThanksObjection:
    """Say that a line is not deserved; the line waits, the others of the batch do not.

    Raises:
        WindowClosed, AlreadyObjected, NotAResident, NotForOthers, WhoSaidIt
        AskedTooOften: a resident, very many within a day; not what a worker types in.
    """
    community_id = community_of(caller)
    line = batches.lock_line(community_id, line_id)
    said_by = _who_speaks(caller, community_id, person_id)
    batch = batches.find_batch(community_id, line.batch_id)
    rules.check_window(
        shown=batch.state == "publicity" and line.state in ON_THE_BOARD,
        shown_until=batch.shown_until,
        now=utc_now(),
    )
    line.state = "objected"
    return _file(caller, community_id, said_by, channel, text=text, line_id=line.id)


def object_to_nomination(
    caller: Caller,
    nomination_id: UUID,
    *,
    text: str,
    person_id: UUID | None = None,
    channel: str | None = None,
) -> ThanksObjection:
    """Say that an honour on the board is not deserved; it waits, the others do not.

    Raises:
        WindowClosed, AlreadyObjected, NotAResident, NotForOthers, WhoSaidIt
        AskedTooOften: a resident, very many within a day; not what a worker types in.
    """
    community_id = community_of(caller)
    nomination = honours.lock_nomination(community_id, nomination_id)
    said_by = _who_speaks(caller, community_id, person_id)
    round_ = honours.find_round(community_id, nomination.round_id)
    rules.check_window(
        shown=round_.state == "publicity" and nomination.state in SHOWN,
        shown_until=round_.shown_until,
        now=utc_now(),
    )
    nomination.state = "objected"
    return _file(caller, community_id, said_by, channel, text=text, nomination_id=nomination.id)


def decide(caller: Caller, objection_id: UUID, *, outcome: str, reason: str) -> ThanksObjection:
    """A member of the committee without a hand in it says how it is.

    Raises:
        NothingToDecide, Involved
    """
    objection = queries.lock_objection(community_of(caller), objection_id)
    course.check_open(objection.state)
    subject = subject_of(objection)
    _check_uninvolved(caller, objection, subject)
    until = in_working_days(objection.community_id, DAYS)
    objection.answer(outcome, by=caller.resident_id, reason=reason, at=utc_now(), until=until)
    witness(
        caller,
        "thanks_objection.decided",
        "thanks_objection",
        objection.id,
        outcome=outcome,
    )
    loser = objection.actor_id if outcome == "dismissed" else subject.holder_id
    announce_all(
        [
            notices.decided(objection, subject.title, each, may_appeal=each == loser)
            for each in {objection.actor_id, subject.holder_id}
        ]
    )
    db.session.flush()
    return objection


def appeal(
    caller: Caller,
    objection_id: UUID,
    *,
    text: str,
    person_id: UUID | None = None,
) -> ThanksObjection:
    """Whoever the decision went against asks the supervisors, once.

    Raises:
        NotAParty, NothingToAppeal, AppealTooLate, NotForOthers, WhoSaidIt
    """
    community_id = community_of(caller)
    objection = queries.lock_objection(community_id, objection_id)
    said_by = _who_speaks(caller, community_id, person_id)
    subject = subject_of(objection)
    course.check_may_appeal(
        state=objection.state,
        outcome=objection.outcome,
        is_objector=objection.actor_id == said_by,
        is_holder=subject.holder_id == said_by,
        due_at=objection.due_at,
        now=utc_now(),
    )
    objection.appeal(text, by=said_by, at=utc_now(), until=in_working_days(community_id, DAYS))
    announce_all(
        [
            notices.to_handle(objection, subject.title, each)
            for each in holder_ids(community_id, "supervisor")
            if each not in {objection.actor_id, subject.holder_id}
        ]
    )
    db.session.flush()
    return objection


def judge(caller: Caller, objection_id: UUID, *, outcome: str, reason: str) -> ThanksObjection:
    """A supervisor decides for good.

    Raises:
        NothingToDecide, Involved
    """
    community_id = community_of(caller)
    objection = _locked_with_subject(community_id, objection_id)
    course.check_appealed(objection.state)
    subject = subject_of(objection)
    _check_uninvolved(caller, objection, subject)
    objection.judge(outcome, by=caller.resident_id, reason=reason, at=utc_now())
    _settle(objection)
    witness(caller, "thanks_objection.judged", "thanks_objection", objection.id, outcome=outcome)
    announce_all(
        [
            notices.judged(objection, subject.title, each)
            for each in {objection.actor_id, subject.holder_id}
        ]
    )
    db.session.flush()
    return objection


def due_objections() -> list[tuple[UUID, UUID]]:
    """(community, objection) of all whose day has passed."""
    return past_due(ThanksObjection, utc_now())


def move_due(community_id: UUID, objection_id: UUID) -> None:
    """Nobody appealed: it is closed. Nobody decided: those above and who waits hear of it, once."""
    objection = _locked_with_subject(community_id, objection_id)
    asked = objection.asks_for(utc_now())
    if asked == "closing":
        objection.close(utc_now())
        _settle(objection)
    elif asked == "telling":
        objection.overdue_told_at = utc_now()
        subject = subject_of(objection)
        for overseer in holder_ids(community_id, *OVERSEERS):
            announce(notices.overdue(objection, subject.title, overseer))
        phone = find_community(community_id).phone
        for person in course.awaited_by(objection.actor_id, objection.appeal_by):
            announce(notices.late_to_person(objection, subject.title, person, phone))


def subject_of(objection: ThanksObjection) -> Subject:
    """The line or nomination it is about."""
    community_id = objection.community_id
    if objection.line_id is not None:
        line = batches.find_line(community_id, objection.line_id)
        batch = batches.find_batch(community_id, line.batch_id)
        return Subject(
            title=title_of(batch),
            holder_id=line.resident_id,
            hands=[batch.prepared_by, batch.reviewed_by, batch.approved_by],
        )
    if objection.nomination_id is None:
        raise AssertionError
    nomination = honours.find_nomination(community_id, objection.nomination_id)
    round_ = honours.find_round(community_id, nomination.round_id)
    panel = [each.resident_id for each in honours.panel_of(community_id, round_.id)]
    return Subject(
        title=round_.title,
        holder_id=nomination.nominee_id,
        hands=[round_.selected_by, nomination.actor_id, *panel],
    )


def objections_told(objections: Sequence[ThanksObjection]) -> list[dict[str, Any]]:
    """Each objection with what it is about, for those who may handle it; not from whom."""
    lines = queries.lines_of(objections)
    nominations = queries.nominations_of(objections)
    about = [
        (title_of(lines[each.id][1]), lines[each.id][0].resident_id)
        if each.line_id is not None
        else (nominations[each.id][1].title, nominations[each.id][0].nominee_id)
        for each in objections
    ]
    people = names([holder_id for _, holder_id in about])
    return [
        {"objection": objection, "title": title, "person": people.get(holder_id, "")}
        for objection, (title, holder_id) in zip(objections, about, strict=True)
    ]


def _who_speaks(caller: Caller, community_id: UUID, person_id: UUID | None) -> UUID:
    """Whose word it is: a resident's of the community."""
    said_by = course.check_speaks(person_id, caller_id=caller.resident_id, is_staff=caller.is_staff)
    if not household_ids_of(community_id, [said_by]):
        raise rules.NotAResident("请先完成居住核验。")
    if said_by != caller.resident_id:
        check_speaks_for(caller, said_by)
    return said_by


def _file(
    caller: Caller,
    community_id: UUID,
    said_by: UUID,
    channel: str | None,
    *,
    text: str,
    line_id: UUID | None = None,
    nomination_id: UUID | None = None,
) -> ThanksObjection:
    if queries.has_objected(community_id, said_by, line_id=line_id, nomination_id=nomination_id):
        raise course.AlreadyObjected("有新的情况可以告诉处理的同事。")
    if not caller.is_staff:
        keep_pace(OBJECTIONS, said_by)
    objection = ThanksObjection(
        community_id=community_id,
        text=text,
        due_at=in_working_days(community_id, DAYS),
        line_id=line_id,
        nomination_id=nomination_id,
        **caller.act(channel=channel, person_id=said_by),
    )
    db.session.add(objection)
    db.session.flush()
    subject = subject_of(objection)
    concerned = {said_by, subject.holder_id, *subject.hands}
    announce_all(
        [
            notices.to_handle(objection, subject.title, each)
            for each in holder_ids(community_id, *COMMITTEE)
            if each not in concerned
        ]
    )
    return objection


def _check_uninvolved(caller: Caller, objection: ThanksObjection, subject: Subject) -> None:
    rules.check_uninvolved(
        caller.resident_id,
        concerned=[objection.actor_id, objection.handler_id, subject.holder_id, *subject.hands],
        near=close_to(objection.community_id, caller),
    )


def _locked_with_subject(community_id: UUID, objection_id: UUID) -> ThanksObjection:
    """What it is about first, then the objection: two about one line are closed in turn."""
    found = queries.find_objection(community_id, objection_id)
    if found.line_id is not None:
        batches.lock_line(community_id, found.line_id)
    elif found.nomination_id is not None:
        honours.lock_nomination(community_id, found.nomination_id)
    return queries.lock_objection(community_id, objection_id)


def _settle(objection: ThanksObjection) -> None:
    """It is closed: what it was about stands again, waits for another, or falls."""
    db.session.flush()
    about = queries.objections_about(
        objection.community_id,
        line_id=objection.line_id,
        nomination_id=objection.nomination_id,
    )
    verdict = course.come_to([each.last_word for each in about])
    if verdict is None:
        return
    falls = verdict == "upheld"
    if objection.line_id is not None:
        said = objection.judged_reason or objection.reason
        _move_line(batches.find_line(objection.community_id, objection.line_id), said, falls=falls)
    elif objection.nomination_id is not None:
        nomination = honours.find_nomination(objection.community_id, objection.nomination_id)
        _move_nomination(nomination, falls=falls)
    if falls:
        _drop_others(objection)


def _move_line(line: GrantLine, said: str, *, falls: bool) -> None:
    if line.state != "objected":
        return
    if falls:
        strike(line, f"异议成立：{said}", by_id=None)
    else:
        line.state = "standing"
    db.session.flush()


def _move_nomination(nomination: Nomination, *, falls: bool) -> None:
    if nomination.state != "objected":
        return
    nomination.state = "struck" if falls else "shown"
    db.session.flush()


def _drop_others(objection: ThanksObjection) -> None:
    """What else was said against it has nothing left to decide."""
    community_id = objection.community_id
    if objection.line_id is not None:
        others = queries.lock_open_about_lines(community_id, [objection.line_id])
    elif objection.nomination_id is not None:
        others = queries.lock_open_about_nominations(community_id, [objection.nomination_id])
    else:
        raise AssertionError
    close_dropped(others, subject_of(objection).title, reason=OTHER_UPHELD)
