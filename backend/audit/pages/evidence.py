"""留痕查询: who did what when and how it ended, and whether the chain of evidence is whole."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import fields, validate

from backend.api import MAX_PAGE, page
from backend.audit import actions, queries
from backend.audit.actions import Report
from backend.audit.identity import Faces, Gate
from backend.audit.models import AuditEvent
from backend.audit.pages import words
from backend.audit.queries import Sought
from backend.audit.rules import PERSONAL
from backend.audit.schemas import EvidenceArguments, VerificationArguments
from backend.console import Pages, show
from backend.days import end_of, start_of

ROWS = 30


class EventListArguments(EvidenceArguments):
    """`object` and `actor`: everything about one record, or by one person."""

    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MAX_PAGE))
    community_id = fields.UUID(load_default=None, data_key="community")
    kind = fields.String(load_default=None, validate=validate.OneOf(tuple(words.KINDS)))
    outcome = fields.String(load_default=None, validate=validate.OneOf(tuple(words.OUTCOMES)))
    actor_id = fields.UUID(load_default=None, data_key="actor")
    object_id = fields.UUID(load_default=None, data_key="object")
    first_on = fields.Date(load_default=None, data_key="from")
    last_on = fields.Date(load_default=None, data_key="to")


class ChainArguments(EvidenceArguments):
    community_id = fields.UUID(load_default=None, data_key="community")


class VerificationFormSchema(VerificationArguments):
    community_id = fields.UUID(load_default=None, data_key="community")


def audit_desk(gate: Gate, faces: Faces) -> Pages:
    """The pages, behind `gate`; `faces` puts names to ids."""
    desk = Pages("audit_desk", __name__, who=gate.require_caller)
    desk.door(
        "留痕查询", "evidence", permission="audit.read", icon="scroll-text", key="l", order=90
    )
    permitted = gate.permitted

    @desk.get("/audit")
    @permitted("audit.read")
    @desk.asked(EventListArguments)
    def evidence(asked: dict[str, Any]) -> Response:
        """Audited acts, newest first; supervisors see how their community is governed."""
        chain, everywhere = gate.chain(asked["community_id"])
        found = queries.events(
            chain,
            everywhere=everywhere,
            hidden=() if gate.sees_persons() else PERSONAL,
            sought=_sought(asked),
            limit=asked["limit"],
            after=asked["after"],
        )
        kinds = words.KINDS.items()
        seen = [kind for kind in kinds if gate.sees_persons() or kind[0] not in PERSONAL]
        return show(
            "audit/evidence.html",
            title="留痕查询",
            parts={"rows": "audit/rows.html", "more": "audit/rows.html"},
            asked={name: request.args.get(name, "") for name in request.args},
            kinds=seen,
            words=words,
            who=_who(faces, found),
            title_of=faces.title,
            communities=dict(faces.communities()) if gate.sees_persons() else {},
            **page(found, asked["limit"], key=lambda event: event.id),
        )

    @desk.get("/audit/chain")
    @permitted("audit.verify")
    @desk.asked(ChainArguments)
    def chain(asked: dict[str, Any]) -> Response:
        """The sealed blocks, and the form that has them recomputed."""
        return chain_page(**asked)

    def chain_again() -> Response:
        return chain_page(community_id=None, after=None, limit=ROWS)

    @desk.post("/audit/chain")
    @permitted("audit.verify")
    @desk.form(VerificationFormSchema, again=chain_again)
    def verify(asked: dict[str, Any]) -> Response:
        """Recompute the chains from their rows and say where each is broken first."""
        wished = asked.pop("community_id")
        own, _ = gate.chain(wished)
        report = actions.verify_for(gate.current_caller(), chain=own, **asked)
        return chain_page(community_id=wished, after=None, limit=ROWS, report=report)

    def chain_page(
        *, community_id: UUID | None, after: UUID | None, limit: int, report: Report | None = None
    ) -> Response:
        own, everywhere = gate.chain(community_id)
        found = queries.blocks(own, everywhere=everywhere, limit=limit, after=after)
        return show(
            "audit/chain.html",
            title="查验留痕",
            parts={"rows": "audit/block_rows.html", "more": "audit/block_rows.html"},
            report=report,
            words=words,
            chosen=community_id,
            communities=dict(faces.communities()) if gate.sees_persons() else {},
            **page(found, limit, key=lambda block: block.id),
        )

    return desk


def _sought(asked: dict[str, Any]) -> Sought:
    last_on = asked["last_on"]
    return Sought(
        kind=asked["kind"],
        outcome=asked["outcome"],
        actor_id=asked["actor_id"],
        object_id=asked["object_id"],
        since=asked["first_on"] and start_of(asked["first_on"]),
        before=last_on and end_of(last_on),
    )


def _who(faces: Faces, events: Iterable[AuditEvent]) -> dict[UUID, str]:
    """By event: staff by their names, residents masked, and nobody who complained.

    A proxy is named with the principal: 乙代甲.
    """
    shown = [event for event in events if event.actor_role not in words.NAMELESS]
    known = faces.names(event.actor_id for event in shown if not _is_of_resident(event))
    masked = faces.masked_names(
        person
        for event in shown
        if _is_of_resident(event)
        for person in (event.actor_id, _principal_of(event))
    )
    who = {
        event.id: (masked if _is_of_resident(event) else known).get(event.actor_id, "")
        for event in shown
        if event.actor_id is not None
    }
    for event in shown:
        principal_id = _principal_of(event)
        if principal_id is not None and principal_id in masked:
            who[event.id] += f"代{masked[principal_id]}"
    return who


def _principal_of(event: AuditEvent) -> UUID | None:
    return event.on_behalf_of_id if event.actor_role == words.PROXY else None


def _is_of_resident(event: AuditEvent) -> bool:
    return event.session_kind == "resident" or event.actor_role == "resident"
