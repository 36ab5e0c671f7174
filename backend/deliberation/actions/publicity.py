"""公示: prepare a notice from the records, look at it, publish it, and learn that it hangs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.database import db
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.actions.standing import stand
from backend.deliberation.models import Proposal
from backend.deliberation.notices import outcomes as notices
from backend.deliberation.queries import outcomes as found
from backend.deliberation.queries.appraisals import latest_question
from backend.deliberation.queries.cases import lock_proposal
from backend.deliberation.queries.circumstances import is_taken_back, notices_on_the_board
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.rules import chain, publishing
from backend.deliberation.rules import outcomes as rules
from backend.deliberation.rules.refusals import AppraisalOpen, NotYourTurn, ReworkDue
from backend.notifications.actions import announce
from backend.publication.actions import draft_bulletin, objections_end_at, publish_bulletin
from backend.publication.models import Bulletin
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import names

DRAFTED = "publication_drafted"


@dataclass(frozen=True, kw_only=True)
class Content:
    """A notice as the records make it."""

    item_code: str
    title: str
    plain_text: str
    fields: dict[str, Any]

    @property
    def sha256(self) -> str:
        return chain.sha256(
            chain.canonical([self.item_code, self.title, self.plain_text, self.fields])
        )


def preview(caller: Caller, proposal_id: UUID, kind: str) -> dict[str, Any]:
    """The prepared notice, or what would be prepared, with everything that may name somebody."""
    proposal = find_visible(community_of(caller), caller, proposal_id)
    _check_ready(proposal, kind)
    content = _content(proposal, kind)
    draft = found.draft_notice(proposal, kind)
    title, plain_text, fields = (
        (draft.title, draft.plain_text, draft.fields)
        if draft is not None
        else (content.title, content.plain_text, content.fields)
    )
    around = list(names(found.people_around(proposal)).values())
    serial_no = proposal.serial_no or " "  # it only looks like a room
    texts = {"plain_text": plain_text, **rules.written_texts(fields)}
    return {
        "kind": kind,
        "title": title,
        "plain_text": plain_text,
        "fields": fields,
        "marks": [
            {
                "field": path,
                "start": mark.start,
                "end": mark.end,
                "kind": mark.kind,
                "text": text[mark.start : mark.end],
            }
            for path, text in texts.items()
            for mark in publishing.marks(text.replace(serial_no, "#" * len(serial_no)), around)
        ],
        "bulletin_id": draft and draft.id,
        "content_sha256": draft and draft.content_sha256,
        "is_drafted": draft is not None,
        "is_current": draft is not None and _drafted_from(proposal, draft) == content.sha256,
        "may_publish": draft is not None and draft.drafted_by != caller.resident_id,
        "version": proposal.version,
    }


def draft(
    caller: Caller, proposal_id: UUID, *, version: int, kind: str, hide: list[str]
) -> Bulletin:
    """Prepare the notice; another person, who sees the marks, publishes it.

    The words in `hide` (a name, a phone number) are left out of every text people wrote.
    """
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    if not by.roles & {"recorder", "staff"}:
        raise NotYourTurn("公示稿由记录人或两委干部拟定。")
    _check_ready(proposal, kind)
    content = _content(proposal, kind)
    shown = rules.without(hide, content.fields)
    texts = rules.without(hide, {"title": content.title, "body": content.plain_text})
    bulletin = draft_bulletin(
        caller,
        item_code=content.item_code,
        kind=kind,
        title=texts["title"],
        plain_text=texts["body"],
        fields=shown,
        source_type="proposal",
        source_id=proposal.id,
        source_round=proposal.round,
        again=True,
    )
    record(
        proposal,
        DRAFTED,
        by,
        payload={
            "kind": kind,
            "bulletin_id": str(bulletin.id),
            "records_sha256": content.sha256,
            "content_sha256": bulletin.content_sha256,
        },
    )
    for chair in holder_ids(proposal.community_id, "chair"):
        if chair != caller.resident_id:
            announce(notices.draft_ready(proposal, chair, bulletin.id))
    return bulletin


def publish(
    caller: Caller, proposal_id: UUID, *, version: int, kind: str, content_sha256: str
) -> Bulletin:
    """Confirm exactly what was seen, and put it online; the paper board starts its clock.

    Raises:
        DraftMissing: nobody has prepared it.
        PreviewChanged: the records, or the prepared text, are no longer what was seen.
        OwnDraft: who prepared it does not publish it.
    """
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    _check_ready(proposal, kind)
    prepared = found.draft_notice(proposal, kind)
    if prepared is None:
        raise rules.DraftMissing("请记录人或两委干部先拟公示稿。")
    publishing.check_confirmed(
        confirmed_sha256=content_sha256, current_sha256=prepared.content_sha256
    )
    if _drafted_from(proposal, prepared) != _content(proposal, kind).sha256:
        raise publishing.PreviewChanged("拟稿后事项的记录有变化，请重新拟稿。")
    seen = {"bulletin_id": str(prepared.id), "content_sha256": content_sha256}
    if proposal.status == rules.PUBLISHED_FROM[kind]:
        move(proposal, rules.LEADS_TO[kind], by.knowing(preview_confirmed=True), payload=seen)
    else:
        record(proposal, "notice_replaced", by, payload={"kind": kind, **seen})
    bulletin = publish_bulletin(caller, prepared.id, content_sha256=content_sha256)
    also = found.attendees(proposal)
    said = bulletin.fields.get("result_sentence") or bulletin.plain_text
    announce(
        notices.result_published(proposal, said, also)
        if kind == rules.RESULT
        else notices.outcome_published(proposal, bulletin.plain_text, also)
    )
    return bulletin


def note_posting(caller: Caller, bulletin: Bulletin) -> None:
    """The poster hangs: from now on the matter's own clock is that of the paper board."""
    if bulletin.source_id is None:
        return
    proposal = lock_proposal(bulletin.community_id, bulletin.source_id)
    by = stand(caller, proposal)
    record(
        proposal,
        "notice_posted",
        by,
        payload={"bulletin_id": str(bulletin.id), "kind": bulletin.kind},
    )
    if bulletin.source_round != proposal.round:
        return
    hanging = notices_on_the_board(proposal)
    if proposal.status == rules.LEADS_TO[rules.IMPLEMENTATION] and rules.IMPLEMENTATION in hanging:
        # A result that was taken back and hangs anew may hang longer than the outcome.
        proposal.status_due_at = max(each.until_at for each in hanging.values() if each.until_at)
    elif proposal.status == rules.LEADS_TO.get(bulletin.kind):
        waits_for_objections = bulletin.kind == rules.RESULT and by.facts.outcome == "agreed"
        proposal.status_due_at = (
            objections_end_at(bulletin, holidays()) if waits_for_objections else bulletin.until_at
        )
    db.session.flush()


def _check_ready(proposal: Proposal, kind: str) -> None:
    """Whether there is something to publish: a decision, or an appraisal that is over."""
    publishing.check_public(is_private=proposal.is_private)
    rules.check_publishing_status(
        kind,
        proposal.status,
        taken_back=proposal.status in rules.OWED_IN[kind] and is_taken_back(proposal, kind),
    )
    rules.check_words_passed(proposal.text_state)
    if kind == rules.IMPLEMENTATION:
        asked = latest_question(proposal)
        if asked is None or asked.state != "closed" or asked.snapshot is None:
            raise AppraisalOpen("请等待评事期满。")
        if asked.snapshot["next"] == "rework":
            raise ReworkDue("请责任方先整改。")


def _content(proposal: Proposal, kind: str) -> Content:
    known = found.known_of(proposal)
    snapshot = known["snapshot"]
    known["appraisal"] = rules.appraisal_fields(snapshot) if snapshot else None
    fields = (
        rules.result_fields(known) if kind == rules.RESULT else rules.implementation_fields(known)
    )
    title, plain_text = rules.announcement(kind, fields)
    return Content(
        item_code=rules.item_code(proposal.required_body),
        title=title,
        plain_text=plain_text,
        fields=fields,
    )


def _drafted_from(proposal: Proposal, bulletin: Bulletin) -> str | None:
    """The hash of the records the notice was prepared from."""
    event = found.newest_event_since_entering(proposal, DRAFTED)
    if event is None or event.payload["bulletin_id"] != str(bulletin.id):
        return None
    records_sha256: str = event.payload["records_sha256"]
    return records_sha256
