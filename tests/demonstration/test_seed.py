"""The demo community: everything in it came about through the actions themselves."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from backend.complaints.models import Complaint
from backend.database import db, transaction
from backend.deliberation.actions.moves import verify_chain
from backend.deliberation.models import Objection, Proposal
from backend.deliberation.rules.stages import STATES
from backend.residents.models import RoleAssignment
from backend.residents.rules.grants import ROLES
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
    assert {"o_demo_01", "o_demo_06"} <= {person.get("openid") for person in sheet}
    with pytest.raises(NotEmpty):
        seed(silently)
