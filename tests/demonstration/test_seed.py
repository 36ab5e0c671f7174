"""The demo community: everything in it came about through the actions themselves."""

from collections import Counter
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from backend.complaints.models import Complaint
from backend.database import db, transaction
from backend.deliberation.actions.moves import verify_chain
from backend.deliberation.models import Objection, Proposal
from backend.deliberation.rules.stages import STATES
from backend.ledger.actions.checking import reconcile
from backend.residents.models import RoleAssignment
from backend.residents.rules.grants import ROLES
from backend.virtue_bank.models import Deed, DeedObjection, PointsSheet, ReversalRequest, ShopOrder
from backend.virtue_bank.models.deeds import DEED_STATES
from backend.virtue_bank.queries.shop import reconcile_stock
from scripts.demonstration.seeding import NotEmpty, seed

pytestmark = pytest.mark.long


def silently(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def test_a_neighbourhood_with_matters_at_every_step(context: Flask) -> None:
    with transaction():
        sheet = seed(silently)

    matters = db.session.scalars(select(Proposal)).all()
    statuses = Counter(matter.status for matter in matters)
    assert set(statuses) == set(STATES)
    assert {"satisfied", "unsatisfied", "not_agreed", "guided", "no_matter"} <= {
        matter.closed_as for matter in matters
    }
    for matter in matters:
        verify_chain(matter)
    waiting = {each.state for each in db.session.scalars(select(Complaint))}
    assert waiting == {"received", "accepted", "answered", "closed"}
    assert (
        "publication"
        in db.session.scalars(select(Objection.target).where(Objection.decided_at.is_(None))).all()
    )
    held = set(
        db.session.scalars(select(RoleAssignment.role).where(RoleAssignment.state == "live"))
    )
    assert held == ROLES
    _check_points(matters[0].community_id)
    assert {"o_demo_01", "o_demo_06"} <= {person.get("openid") for person in sheet}
    with pytest.raises(NotEmpty):
        seed(silently)


def _check_points(community_id: UUID) -> None:
    deeds = db.session.scalars(select(Deed)).all()
    assert {deed.state for deed in deeds} == set(DEED_STATES)
    ordered = set(db.session.scalars(select(ShopOrder.state)))
    assert ordered == {"placed", "picked_up", "cancelled", "expired"}
    assert db.session.scalars(select(ReversalRequest.state)).all() == ["requested"]
    assert "open" in db.session.scalars(select(DeedObjection.state)).all()
    sheets = db.session.scalars(select(PointsSheet)).all()
    assert [sheet for sheet in sheets if sheet.kind == "month" and sheet.checked_at]
    assert reconcile(community_id) == []
    assert reconcile_stock(community_id) == []
