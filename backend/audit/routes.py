"""Evidence over JSON. Audit lies below people, so `app.py` hands it the gate to stand behind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from backend.api import Blueprint, page, page_of
from backend.audit import actions, queries
from backend.audit.actions import Report, record
from backend.audit.rules import PERSONAL
from backend.audit.schemas import (
    AuditBlockSchema,
    AuditEventSchema,
    AuditReportSchema,
    EvidenceArguments,
    VerificationArguments,
)
from backend.errors import NotFound

View = Callable[..., Any]


class Reader(Protocol):
    """What evidence needs to know of whoever reads it."""

    @property
    def resident_id(self) -> UUID: ...
    @property
    def community_id(self) -> UUID | None: ...
    @property
    def acting_role(self) -> str: ...
    @property
    def session_kind(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Identity, as the floor above offers it."""

    require_caller: Callable[[], None]
    permitted: Callable[[str], Callable[[View], View]]
    current_caller: Callable[[], Reader]
    current_scopes: Callable[[], frozenset[str]]

    def chain(self, wished: UUID | None) -> tuple[UUID | None, bool]:
        """The chain to read, and whether it is all of them.

        Raises:
            NotFound: a supervisor asks for another community.
        """
        if self.sees_persons():
            return wished, wished is None
        own = self.current_caller().community_id
        if own is None or wished not in {None, own}:
            raise NotFound
        return own, False

    def sees_persons(self) -> bool:
        """Supervisors look at governance, the auditor at everything."""
        return "d" in self.current_scopes()


def audit_blueprint(gate: Gate) -> Blueprint:
    """The routes, behind `gate`."""
    audit = Blueprint("audit", __name__, url_prefix="/api/v1/audit", description="审计")
    audit.before_request(gate.require_caller)
    permitted = gate.permitted

    @audit.get("/events")
    @permitted("audit.read")
    @audit.arguments(EvidenceArguments, location="query")
    @audit.response(200, page_of(AuditEventSchema))
    def events(asked: dict[str, Any]) -> dict[str, Any]:
        """List audited acts, newest first; supervisors see how their community is governed."""
        chain, everywhere = gate.chain(asked.pop("community_id"))
        hidden = () if gate.sees_persons() else PERSONAL
        found = queries.events(chain, everywhere=everywhere, hidden=hidden, **asked)
        return page(found, asked["limit"], key=lambda event: event.id)

    @audit.get("/blocks")
    @permitted("audit.read")
    @audit.arguments(EvidenceArguments, location="query")
    @audit.response(200, page_of(AuditBlockSchema))
    def blocks(asked: dict[str, Any]) -> dict[str, Any]:
        """List sealed blocks, newest first; supervisors see those of their community."""
        chain, everywhere = gate.chain(asked.pop("community_id"))
        found = queries.blocks(chain, everywhere=everywhere, **asked)
        return page(found, asked["limit"], key=lambda block: block.id)

    @audit.post("/verifications")
    @permitted("audit.verify")
    @audit.arguments(VerificationArguments)
    @audit.response(200, AuditReportSchema)
    def verify(asked: dict[str, Any]) -> Report:
        """Recompute the chains from their rows and name the first fault of each."""
        chain, _ = gate.chain(asked.pop("community_id"))
        report = actions.verify(chain=chain, **asked)
        reader = gate.current_caller()
        record(
            "audit.verified",
            object_type="audit_chain",
            object_id=chain,
            actor_id=reader.resident_id,
            actor_role=reader.acting_role,
            session_kind=reader.session_kind,
            community_id=chain,
            detail={"faults": len(report.faults), "blocks": report.blocks},
        )
        return report

    return audit
