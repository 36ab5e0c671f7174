"""民主评事: those concerned are asked in secret, and what they say decides what follows."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.days import day_of, end_of
from backend.deliberation.actions.kinship import near_the_work
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.actions.referring import refer_again
from backend.deliberation.actions.rule_rows import install_rule_rows
from backend.deliberation.actions.standing import Standing, timetable_stands
from backend.deliberation.actions.tasks import mend
from backend.deliberation.models import Proposal, Question, SecretBallot
from backend.deliberation.notices import outcomes as notices
from backend.deliberation.queries import appraisals
from backend.deliberation.queries import outcomes as found
from backend.deliberation.queries.cases import find_proposal
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.queries.rule_rows import rule_in_force
from backend.deliberation.rules import appraisal, chain, clocks
from backend.deliberation.rules import outcomes as rules
from backend.deliberation.rules.refusals import AppraisalOpen
from backend.notifications.actions import announce
from backend.residents.models import CHANNEL_NAMES, Caller, community_of
from backend.residents.queries.covering import covers_grid, covers_person
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import (
    household_ids_of,
    masked_names,
)

RULE = "appraisal"
JUST_BEFORE = timedelta(microseconds=1)  # a deadline at 24:00 belongs to the day it ends
LATE = timedelta(days=1)


def open_appraisal(proposal: Proposal, by: Standing, *, payload: dict[str, Any]) -> Question:
    """The matter is now appraised: by its author, supporters and those who sat at the table.

    The roll is frozen here; who did the work is not on it.
    """
    now = utc_now()
    asked_before = appraisals.latest_question(proposal)
    question = Question(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        kind="appraisal",
        round=proposal.round,
        attempt=asked_before.attempt + 1 if asked_before else 1,
        text=f"您对事项 {proposal.serial_no} 的办理结果满意吗？",
        options=list(rules.OPTIONS),
        rule_row_id=_rule_id(proposal.community_id, now),
        opens_at=now,
        closes_at=clocks.due_at(now, clocks.CLOCKS["appraising"], holidays()),
        state="open",
    )
    people = _invited(proposal)
    question.roll_sha256 = chain.sha256("\n".join(sorted(str(person) for person in people)))
    db.session.add(question)
    db.session.flush()
    appraisals.add_to_roll(question, masked_names(people))
    move(
        proposal,
        "appraising",
        by,
        payload={
            **payload,
            "question_id": str(question.id),
            "invited": len(people),
            "roll_sha256": question.roll_sha256,
        },
        due_at=question.closes_at,
    )
    announce(notices.appraisal_opened(proposal, question))
    return question


def answer(
    caller: Caller,
    question_id: UUID,
    *,
    score: int,
    comment: str,
    resident_id: UUID | None,
    channel: str | None,
) -> dict[str, Any]:
    """One answer a person, by whatever channel; only the author's carries a name.

    Raises:
        NotOnRoll: the person is not among those asked.
        QuestionClosed: the time for answering is over.
        AlreadyParticipated: the person has answered, by this channel or another.
    """
    question = appraisals.hold_question(community_of(caller), question_id)
    if question is None:
        raise rules.NoSuchQuestion
    proposal = find_proposal(question.community_id, question.proposal_id)
    person_id, now = resident_id or caller.resident_id, utc_now()
    keyed = person_id != caller.resident_id
    rules.check_on_roll(on_roll=appraisals.is_on_roll(question, person_id))
    if keyed:
        channel = rules.check_keyed(channel)
        rules.check_keyer(
            near_the_work=near_the_work(proposal, caller.resident_id),
            in_reach=_in_reach(caller, proposal, person_id),
        )
    rules.check_open(
        state=question.state, opens_at=question.opens_at, closes_at=question.closes_at, now=now
    )
    appraisal.check_score(score, comment)
    is_author = person_id == proposal.author_id
    receipt = appraisals.add_participation(
        question,
        unit_id=person_id,
        channel=channel if keyed else caller.channel,
        cast_by=person_id,
        keyed_by=caller.resident_id if keyed else None,
        cast_at=now,
        option_no=score if is_author else None,
        reason=(comment or None) if is_author else None,
    )
    if receipt is None:
        _refuse_second(question, person_id)
    if not is_author:
        db.session.add(
            SecretBallot(
                community_id=question.community_id,
                question_id=question.id,
                option_no=score,
                comment=comment or None,
            )
        )
        db.session.flush()
    if keyed:
        announce(notices.answer_keyed(proposal, person_id, _channel_name(channel), now))
    return {
        "id": receipt,
        "question_id": question.id,
        "channel": channel if keyed else caller.channel,
        "keyed": keyed,
        "cast_at": now,
    }


def show(caller: Caller, question_id: UUID) -> dict[str, Any]:
    """The question as one person sees it: no count before the close."""
    question, proposal = _readable(caller, question_id)
    mine = appraisals.participation_of(question, caller.resident_id)
    shown = question.snapshot["published"] if question.snapshot else {}
    return {
        "id": question.id,
        "proposal_id": proposal.id,
        "serial_no": proposal.serial_no,
        "kind": question.kind,
        "text": question.text,
        "options": question.options,
        "state": question.state,
        "secret": question.secret,
        "round": question.round,
        "attempt": question.attempt,
        "opens_at": question.opens_at,
        "closes_at": question.closes_at,
        "extended": question.extended,
        "roll_size": appraisals.roll_size(question),
        "roll_sha256": question.roll_sha256,
        "on_roll": appraisals.is_on_roll(question, caller.resident_id),
        "named": caller.resident_id == proposal.author_id,
        "my_participation": mine
        and {
            "id": mine.id,
            "channel": mine.channel,
            "keyed": mine.keyed_by is not None,
            "cast_at": mine.cast_at,
            "score": mine.option_no,
        },
        "counts_by_channel": shown.get("channels"),
    }


def result(caller: Caller, question_id: UUID) -> dict[str, Any]:
    """What came of it. Staff also read what people wrote, if enough wrote to hide among."""
    question, proposal = _readable(caller, question_id)
    rules.check_closed(question.state)
    snapshot = question.snapshot or {}
    told: dict[str, Any] = {
        "question_id": question.id,
        "next": snapshot["next"],
        **snapshot["published"],
        "author_score": None,
        "comments": [],
    }
    reads = caller.is_staff and bool(caller.roles)
    if reads or caller.resident_id == proposal.author_id:
        said = appraisals.participation_of(question, proposal.author_id)
        told["author_score"] = said.option_no if said else None
    if reads and told["answered"] is not None:
        told["comments"] = list(appraisals.comments_on(question))
    return told


def close_appraisal(proposal: Proposal, at: datetime) -> bool:
    """Count and go on, if the time for answering is over at `at`; a second close does nothing.

    Answers in flight hold the question; they are waited for and counted.
    """
    latest = appraisals.latest_question(proposal)
    if latest is None or latest.state != "open":
        return False
    question = appraisals.lock_question(latest.community_id, latest.id)
    if question.state != "open" or at < question.closes_at:
        return False
    answers, invited = appraisals.answers_to(question), appraisals.roll_size(question)
    scores = answers.scores
    then = appraisal.after(
        invited, scores, extended=question.extended, rework_count=proposal.rework_count
    )
    if then == "extend":
        _extend(proposal, question, at)
        return True
    question.state = "closed"
    question.snapshot = {
        "next": then,
        "invited": invited,
        "answered": len(scores),
        "need": appraisal.need(invited),
        "satisfied": appraisal.satisfied(scores),
        "ballots_sha256": ballots_sha256(answers),
        "published": rules.published_appraisal(invited, scores, answers.channels),
    }
    db.session.flush()
    by = timetable_stands(proposal, at)
    payload = {
        "question_id": str(question.id),
        "next": then,
        "ballots_sha256": question.snapshot["ballots_sha256"],
    }
    if then == "rework":
        _rework(proposal, by, at, payload)
    else:
        record(proposal, "appraisal_closed", by, payload=payload, at=at)
        proposal.status_due_at = clocks.due_at(
            question.closes_at - JUST_BEFORE, clocks.OUTCOME_PUBLISHING, holidays()
        )
        for chair in holder_ids(proposal.community_id, "chair"):
            announce(notices.to_publish(proposal, chair))
    return True


def ballots_sha256(answers: appraisals.Answers) -> str:
    """What was counted, in an order that says nothing: who took part, and every score."""
    took_part = sorted(f"{unit},{channel}" for unit, channel in answers.ballots)
    return chain.sha256("\n".join([*took_part, *(str(score) for score in answers.scores)]))


def remind() -> None:
    """On the fifth day, once, those who have not answered."""
    now = utc_now()
    for question, proposal in appraisals.open_since(now - timedelta(days=5), now, "reminder"):
        announce(notices.appraisal_reminder(proposal, question))


def reply_to_author(caller: Caller, proposal_id: UUID, *, version: int, reply: str) -> Proposal:
    """A dissatisfied author has no veto, but is owed a written answer."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    if proposal.status == "appraising" and not by.facts.appraisal_closed:
        raise AppraisalOpen("评事结束后再答复提出人的意见。")
    record(proposal, "complaint_answered", by, action="answer_complaint", note=reply)
    announce(notices.complaint_answered(proposal, reply))
    return proposal


def record_reply(
    caller: Caller, proposal_id: UUID, *, version: int, receipt_no: str | None, reply: str
) -> Proposal:
    """部门答复: what the department says; then the author and supporters say what they think."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    referral = found.lock_open_referral(proposal)
    if referral is None:
        raise rules.AlreadyReplied("该次转办已经登记答复，不能覆盖。")
    referral.receipt_no = receipt_no or referral.receipt_no
    referral.replied_at, referral.reply = utc_now(), reply
    db.session.flush()
    open_appraisal(
        proposal, by.knowing(reply_recorded=True), payload={"referral_id": str(referral.id)}
    )
    announce(notices.replied(proposal, referral.department))
    return proposal


def _extend(proposal: Proposal, question: Question, at: datetime) -> None:
    """Too few have answered: another week, once; counted from now if the close came late."""
    now = utc_now()
    began = now if now - question.closes_at > LATE else question.closes_at - JUST_BEFORE
    question.closes_at = clocks.due_at(began, clocks.APPRAISAL_EXTENSION, holidays())
    question.extended = True
    record(
        proposal,
        "appraisal_extended",
        timetable_stands(proposal, at),
        payload={
            "question_id": str(question.id),
            "closes_at": question.closes_at.isoformat(timespec="seconds"),
        },
        at=at,
    )
    proposal.status_due_at = question.closes_at
    announce(notices.appraisal_extended(proposal, question))


def _rework(proposal: Proposal, by: Standing, at: datetime, payload: dict[str, Any]) -> None:
    if proposal.triage_class == "major":
        move(proposal, "referred", by, payload=payload, at=at)
        refer_again(proposal, at=at)
    else:
        due_on = clocks.last_day(day_of(at), clocks.REWORK_PLAN, holidays())
        move(proposal, "acting", by, payload=payload, at=at, due_at=end_of(due_on))
        for task in mend(proposal, due_on):
            announce(notices.task_given(proposal, task))
    announce(notices.rework(proposal))
    if appraisal.street_supervises(proposal.rework_count):
        for clerk in holder_ids(proposal.community_id, "street_clerk", "street_lead"):
            announce(notices.street_supervises(proposal, clerk))


def _invited(proposal: Proposal) -> set[UUID]:
    """The author in any case; of the others those who live here and did not do the work."""
    others = {*found.supporters(proposal), *found.attendees(proposal)}
    live_here = set(household_ids_of(proposal.community_id, others))
    return {proposal.author_id, *(live_here - found.doers(proposal))}


def _rule_id(community_id: UUID, now: datetime) -> UUID:
    """Our default, unless the community has succeeded it; put in place if nobody has yet."""
    on = day_of(now)
    row = rule_in_force(community_id, RULE, on)
    if row is None:
        install_rule_rows(community_id)
        row = rule_in_force(community_id, RULE, on)
    if row is None:
        raise AssertionError
    return row.id


def _readable(caller: Caller, question_id: UUID) -> tuple[Question, Proposal]:
    """For whoever may see the matter, and for those asked."""
    community_id = community_of(caller)
    question = appraisals.find_question(community_id, question_id)
    if question is None:
        raise rules.NoSuchQuestion
    if appraisals.is_on_roll(question, caller.resident_id):
        return question, find_proposal(community_id, question.proposal_id)
    return question, find_visible(community_id, caller, question.proposal_id)


def _in_reach(caller: Caller, proposal: Proposal, person_id: UUID) -> bool:
    """Staff of the community for all; a grid worker for the people and matters of the grid."""
    if not caller.is_staff:
        return False
    if caller.roles & {"counter_clerk", "committee_member", "chair"}:
        return True
    if covers_grid(caller, proposal.grid_id, "grid_worker"):
        return True
    return covers_person(caller, person_id, day_of(utc_now()), "grid_worker")


def _refuse_second(question: Question, person_id: UUID) -> None:
    before = appraisals.participation_of(question, person_id)
    if before is None:
        raise AssertionError
    raise rules.AlreadyParticipated(
        f"方式：{_channel_name(before.channel)}，{before.cast_at:%Y-%m-%d}。每人一票，不能更改。",
        channel=before.channel,
        cast_at=before.cast_at.isoformat(timespec="seconds"),
    )


def _channel_name(channel: str | None) -> str:
    return CHANNEL_NAMES.get(channel or "", "")
