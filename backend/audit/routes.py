"""Evidence over JSON, behind the gate that `app.py` hands in."""

from typing import Any

from backend.api import Blueprint, page, page_of
from backend.audit import actions, queries
from backend.audit.actions import Report
from backend.audit.identity import Gate
from backend.audit.rules import PERSONAL
from backend.audit.schemas import (
    AuditBlockSchema,
    AuditEventSchema,
    AuditReportSchema,
    EvidenceArguments,
    VerificationArguments,
)


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
        return actions.verify_for(gate.current_caller(), chain=chain, **asked)

    return audit
