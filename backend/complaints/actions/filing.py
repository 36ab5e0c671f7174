"""Filing a complaint, a suggestion or a report, for oneself or for somebody who phoned."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend import crypto
from backend.clock import today
from backend.complaints import queries, rules
from backend.complaints.actions.moves import due_at, happened, tell_handlers
from backend.complaints.models import CONTACT, Complaint
from backend.database import db
from backend.deliberation.queries.cases import text_in_force
from backend.deliberation.queries.conversations import find_statement
from backend.deliberation.queries.matters import find_visible
from backend.errors import NotFound
from backend.moderation.actions import look_again
from backend.moderation.queries import cases_of
from backend.publication.queries import find_bulletin
from backend.residents.models import Caller, Resident, community_of
from backend.residents.queries.covering import covers_person
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import find_person
from backend.residents.queries.places import find_community

RECORDERS = ("grid_worker", "service_worker", "counter_clerk", "committee_member", "chair")
STAFF = (
    "grid_worker",
    "service_worker",
    "counter_clerk",
    "committee_member",
    "chair",
    "party_secretary",
    "supervisor",
    "moderator",
    "building_captain",
    "stair_captain",
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The content a report is about, as far as it can be named without repeating it.

    `moderated_as` is what its review would be filed under; what staff write has none.
    """

    name: str
    author_id: UUID | None
    moderated_as: tuple[str, UUID] | None = None


def file(caller: Caller, **said: Any) -> Complaint:
    """Complain, suggest or report as oneself.

    Raises:
        SubjectMissing: a report names no text, or something else does.
        AuthorIsKnown: a report names somebody besides.
        AlreadyReported: this person has reported it.
        NotFound: there is no such text, or nobody of the staff is called that.
    """
    return _file(caller, complainant_id=caller.resident_id, **said)


def file_for(
    caller: Caller, *, person_id: UUID | None, contact: str, channel: str, **said: Any
) -> Complaint:
    """Write down what somebody said on the phone or at the counter.

    Without `person_id` the person is known by `contact` alone, and called back.

    Raises:
        NobodyToAnswer: neither a person nor a contact.
        NotFound: the community knows no such person.
        NotOfYourGrid: they live in another grid than the worker's.
    """
    rules.check_reachable(person_id, contact)
    if person_id is not None:
        whom_to_record(caller, person_id)
    return _file(
        caller, complainant_id=person_id, contact=contact, channel=channel, is_recorded=True, **said
    )


def whom_to_record(caller: Caller, person_id: UUID) -> Resident:
    """The person whose words the caller may write down.

    Raises:
        NotFound: the community knows no such person.
        NotOfYourGrid: they live in another grid than the worker's.
    """
    person = find_person(community_of(caller), person_id)
    rules.check_may_record(is_covered=covers_person(caller, person_id, today(), *RECORDERS))
    return person


def _file(
    caller: Caller,
    *,
    complainant_id: UUID | None,
    kind: str,
    text: str,
    subject_type: str | None = None,
    subject_id: UUID | None = None,
    reason_code: str | None = None,
    about_id: UUID | None = None,
    contact: str = "",
    channel: str | None = None,
    is_recorded: bool = False,
) -> Complaint:
    here = community_of(caller)
    rules.check_filing(
        kind,
        has_subject=bool(subject_type and subject_id),
        reason_code=reason_code,
        names_somebody=about_id is not None,
    )
    if about_id is not None and about_id not in holder_ids(here, *STAFF):
        raise NotFound("请从本社区的工作人员里选。")
    subject = case_id = None
    if subject_type and subject_id:
        _refuse_second_report(here, complainant_id, subject_type, subject_id)
        subject = _subject(caller, here, subject_type, subject_id)
        about_id = subject.author_id
        if subject.moderated_as and cases_of(here, *subject.moderated_as):
            case_id = look_again(here, *subject.moderated_as).id
    act = caller.act(channel=channel, person_id=complainant_id)
    if is_recorded:
        act |= {"basis": "recorded", "recorded_by": caller.resident_id}
    complaint = Complaint(
        community_id=here,
        number=rules.receipt_number(
            find_community(here).code, today(), queries.next_number(here, today().year)
        ),
        kind=kind,
        text=text,
        due_at=due_at(here, "complaint.accept_working_days"),
        complainant_id=complainant_id,
        about_id=None if about_id == complainant_id else about_id,
        subject_type=subject_type,
        subject_id=subject_id,
        subject_name=subject.name if subject else "",
        reason_code=reason_code,
        case_id=case_id,
        **act,
    )
    if contact:
        complaint.contact_sealed = crypto.seal(contact, f"{CONTACT}:{complaint.id}")
    db.session.add(complaint)
    db.session.flush()
    by_role = caller.acting_role if is_recorded else rules.COMPLAINANT
    happened(complaint, "received", caller, by_role=by_role, channel=act["channel"])
    tell_handlers(complaint)
    return complaint


def _subject(caller: Caller, here: UUID, subject_type: str, subject_id: UUID) -> Subject:
    """What is reported, if the caller may see it."""
    if subject_type == "proposal":
        proposal = find_visible(here, caller, subject_id)
        words = text_in_force(proposal)
        return Subject(
            name=f"事项 {proposal.serial_no or ''}".strip(),
            author_id=proposal.author_id,
            moderated_as=("proposal_text", words.id),
        )
    if subject_type == "statement":
        statement = find_statement(here, subject_id)
        return Subject(
            name=f"第{statement.no}条意见",
            author_id=statement.author_id,
            moderated_as=("statement", statement.id),
        )
    bulletin = find_bulletin(here, subject_id, drafts=False)
    return Subject(name=f"公示 {bulletin.number or ''}".strip(), author_id=bulletin.drafted_by)


def _refuse_second_report(
    here: UUID, person_id: UUID | None, subject_type: str, subject_id: UUID
) -> None:
    if person_id is None:
        return
    earlier = queries.report_of(here, person_id, subject_type, subject_id)
    if earlier is not None:
        raise rules.AlreadyReported(f"编号 {earlier.number}，在“投诉建议”里看办到哪一步。")
