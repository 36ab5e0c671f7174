"""群众说事: telling a matter, for oneself or for somebody who phones, writes or comes in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from opencc import OpenCC

from backend.clock import today, utc_now
from backend.database import db
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.models import Proposal, ProposalText
from backend.deliberation.notices import matters as notices
from backend.deliberation.queries import belongings, matters
from backend.deliberation.queries.cases import (
    find_proposal,
    lock_proposal,
    next_number,
    text_in_force,
)
from backend.deliberation.rules import clocks, duplicates, filing, stages
from backend.errors import NotFound
from backend.limits import POSTS, keep_pace
from backend.links.actions import short_code_for
from backend.moderation.actions import submit_text
from backend.moderation.models import ModerationCase
from backend.moderation.queries import cases_of
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.covering import covers_person
from backend.residents.queries.holders import grid_workers_of_building, holder_ids
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import household_ids_of, is_live_resident
from backend.residents.queries.places import (
    find_community,
    grid_path_of_building,
    home_of,
)

SUBJECT = "proposal_text"
MATTER_SCENE = 3
RECORDERS = ("grid_worker", "service_worker", "counter_clerk", "committee_member", "chair")
CLOSED_STILL_COMPARED = timedelta(days=90)

_to_simplified = OpenCC("tw2s").convert


def file_matter(caller: Caller, **matter: Any) -> Proposal:
    """A draft of one's own.

    Raises:
        AskedTooOften: the person has written very much within an hour.
    """
    draft = _draft(caller, author_id=caller.resident_id, channel=caller.channel, **matter)
    keep_pace(POSTS, caller.resident_id)
    return draft


def file_for(
    caller: Caller, *, resident_id: UUID, channel: str, consent: str, **matter: Any
) -> Proposal:
    """A draft of what somebody said or wrote to a worker; the matter is that person's.

    Raises:
        NotAResident, LivesElsewhere: the caller writes down nothing of theirs.
    """
    check_may_record(caller, resident_id)
    return _draft(
        caller,
        author_id=resident_id,
        channel=channel,
        filed_by=caller.resident_id,
        consent=consent,
        **matter,
    )


def check_may_record(caller: Caller, resident_id: UUID) -> None:
    """Whether the caller may write down what this person says.

    Raises:
        NotAResident: nobody of the community is called that.
        LivesElsewhere: they live in another grid than the worker's.
    """
    if not is_live_resident(community_of(caller), resident_id):
        raise filing.NotAResident("请先为这位居民办理居住核验。")
    filing.check_may_record(is_covered=covers_person(caller, resident_id, today(), *RECORDERS))


def edit(
    caller: Caller, proposal_id: UUID, *, version: int, title: str, body: str, place: str
) -> Proposal:
    """Other words for what is still a draft, or came back: a new version, the old one stays."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    if proposal.status not in {"draft", "returned"}:
        raise filing.TextFrozen("需要补充时，请联系网格员或在议事时说明。")
    proposal.text_version += 1
    proposal.place = place
    if proposal.status == "draft":  # nobody has seen it: its chain begins when it is handed in
        stages.check_work("edit", proposal.status, by.roles, by.facts)
        proposal.version += 1
    else:
        record(
            proposal, "edited", by, action="edit", payload={"text_version": proposal.text_version}
        )
    _words(proposal, title=title, body=body, written_by=caller.resident_id)
    return proposal


def find_similar(
    caller: Caller, *, title: str, body: str, besides: UUID | None = None
) -> list[dict[str, Any]]:
    """At most five visible matters that tell the same, with the words they share: a hint."""
    asked = duplicates.normalise(f"{title}{body}", _to_simplified)
    known = matters.similar_candidates(
        community_of(caller),
        caller,
        asked,
        at_least=duplicates.ROUGHLY,
        closed_since=utc_now() - CLOSED_STILL_COMPARED,
    )
    by_id = {row["id"]: row for row in known if row["id"] != besides}
    close = duplicates.similar(asked, [(key, row["body_norm"]) for key, row in by_id.items()])
    return [
        {
            "id": hit.key,
            "serial_no": by_id[hit.key]["serial_no"],
            "title": by_id[hit.key]["title"],
            "score": hit.score,
            "shared": list(hit.shared),
        }
        for hit in close
    ]


def submit(
    caller: Caller,
    proposal_id: UUID,
    *,
    version: int,
    similar_answer: str | None,
    similar_id: UUID | None,
) -> Proposal:
    """Hand the matter in: it gets its number, its clock, and a receipt.

    Raises:
        NoSuchProposal: the one it is said to be like is none of this community.
    """
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    if similar_id is not None:
        find_proposal(proposal.community_id, similar_id)
    words = text_in_force(proposal)
    alike = find_similar(caller, title=words.title, body=words.body, besides=proposal.id)
    again = proposal.status == "returned"
    move(
        proposal,
        "submitted",
        by.knowing(similar_answered=similar_answer is not None or not alike),
        payload={
            "text_version": proposal.text_version,
            **({"similar": similar_answer} if similar_answer else {}),
            **({"similar_to": str(similar_id)} if similar_id else {}),
        },
        serial_no=None if again else _serial_no(proposal.community_id),
    )
    if not cases_of(proposal.community_id, SUBJECT, words.id):  # new words, not just sent again
        proposal.text_state = "held"
        submit_text(
            community_id=proposal.community_id,
            subject_type=SUBJECT,
            subject_id=words.id,
            author_id=proposal.author_id,
            title=words.title,
            text=words.body,
            scene=MATTER_SCENE,
            premoderated=True,
        )
    short_code_for(proposal.community_id, "proposal", proposal.id)
    announce(notices.submitted(proposal))
    for notice in notices.to_accept(proposal, who_accepts(proposal)):
        announce(notice)
    return proposal


def take_decision(case: ModerationCase) -> None:
    """What moderation said of a matter's words; the newest words decide who sees the matter."""
    words = belongings.text_by_id(case.community_id, case.subject_id)
    if words is None:
        raise NotFound
    proposal = lock_proposal(words.community_id, words.proposal_id)
    if words.version == proposal.text_version and case.state in {"passed", "returned"}:
        proposal.text_state = case.state


def withdraw(caller: Caller, proposal_id: UUID, *, version: int, reason: str) -> Proposal:
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    move(proposal, "withdrawn", by, reason_code="withdrawn", note=reason)
    return proposal


def _draft(
    caller: Caller,
    *,
    author_id: UUID,
    channel: str,
    title: str,
    body: str,
    building_id: UUID | None,
    preclass: str | None,
    **matter: Any,
) -> Proposal:
    community_id, now = community_of(caller), utc_now()
    building_id = building_id or _home_building(community_id, author_id)
    path = grid_path_of_building(community_id, building_id, today()) if building_id else ()
    proposal = Proposal(
        community_id=community_id,
        author_id=author_id,
        channel=channel,
        building_id=building_id,
        grid_id=filing.check_place(next(iter(path), None)),
        preclass=preclass,
        is_private=preclass == "private",
        status_since=now,
        status_due_at=clocks.next_due("draft", now, holidays()),
        **matter,
    )
    db.session.add(proposal)
    db.session.flush()
    _words(proposal, title=title, body=body, written_by=caller.resident_id)
    return proposal


def _words(proposal: Proposal, *, title: str, body: str, written_by: UUID) -> None:
    db.session.add(
        ProposalText(
            community_id=proposal.community_id,
            proposal_id=proposal.id,
            version=proposal.text_version,
            title=title,
            body=body,
            body_norm=duplicates.normalise(f"{title}{body}", _to_simplified),
            sha256=filing.text_sha256(title, body),
            written_by=written_by,
        )
    )
    db.session.flush()


def _home_building(community_id: UUID, resident_id: UUID) -> UUID | None:
    homes = household_ids_of(community_id, [resident_id]).get(resident_id, frozenset())
    home = next(iter(homes), None)
    return home_of(community_id, home).building_id if home else None


def _serial_no(community_id: UUID) -> str:
    day = today()
    number = next_number(community_id, day.year)
    return filing.serial_number(find_community(community_id).code, day, number)


def who_accepts(proposal: Proposal) -> list[UUID]:
    """The grid workers of the place; where there are none, the chair."""
    workers = (
        grid_workers_of_building(proposal.community_id, proposal.building_id, today())
        if proposal.building_id
        else []
    )
    return workers or holder_ids(proposal.community_id, "chair")
