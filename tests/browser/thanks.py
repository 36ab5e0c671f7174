"""What the demonstration leaves out of the virtue bank, so that the desk has it to show."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from backend.clock import today
from backend.database import db, transaction
from backend.residents.models import Building, Resident
from backend.virtue_bank.models import (
    Deed,
    GrantBatch,
    GrantLine,
    HonourPanelist,
    HonourRound,
    IntegrityCase,
    Nomination,
    Settlement,
)
from backend.virtue_bank.rules.settlements import year_end
from tests.browser.village import Village


@dataclass(frozen=True, kw_only=True)
class Thanks:
    """By the names that the addresses of pages have for them."""

    batch_id: UUID
    honour_round_id: UUID
    settlement_id: UUID
    integrity_case_id: UUID


def a_round_of_thanks(village: Village, *, member: str, nominee: str) -> Thanks:
    """A batch that waits for its approval, a round under review, a plan and a case."""
    with village.house.app.app_context(), transaction():
        here = db.session.scalars(select(Building.community_id)).first()
        rows = db.session.execute(select(Resident.name, Resident.id))
        people = {name: person for name, person in rows if name}
        deed = db.session.scalars(select(Deed).where(Deed.serial.is_not(None))).first()
        assert here is not None
        assert deed is not None
        month = today().replace(day=1)
        batch = GrantBatch(
            community_id=here,
            kind="volunteer",
            item_id=deed.item_id,
            period_start=month,
            state="reviewed",
            reviewed_by=people[member],
        )
        line = GrantLine(
            community_id=here,
            batch_id=batch.id,
            resident_id=people[nominee],
            period_start=month,
            points=10,
            basis_kind="paper",
            basis_id=batch.id,
            basis_note="清理楼道，签到单第3行",
        )
        round_ = HonourRound(
            community_id=here,
            title="好邻居",
            criteria="热心帮助邻里，大家都说好。",
            counted_from=month - timedelta(days=300),
            counted_until=today() + timedelta(days=1),
            places=2,
            planned_by=people[member],
            state="reviewing",
            nominations_until=deed.created_at,
        )
        nomination = Nomination(
            community_id=here,
            round_id=round_.id,
            nominee_id=people[nominee],
            story="三年来每天给楼上独居的老人送报纸。",
            state="agreed",
            consent_recorded_by=people[member],
            actor_id=people[nominee],
            channel="mini_program",
        )
        seat = HonourPanelist(
            community_id=here,
            round_id=round_.id,
            resident_id=people[member],
            named_by=people[member],
        )
        settlement = Settlement(
            community_id=here,
            cutoff_at=year_end(today().year - 1),
            expires_on=today() + timedelta(days=60),
            planned_by=people[member],
        )
        case = IntegrityCase(
            community_id=here,
            kind="call_back",
            subject_kind="deed",
            subject_id=deed.id,
            facts={
                "serials": [deed.serial],
                "concerned": [],
                "helped_id": str(people[nominee]),
            },
        )
        for each in (batch, line, round_, nomination, seat, settlement, case):
            db.session.add(each)
            db.session.flush()
        return Thanks(
            batch_id=batch.id,
            honour_round_id=round_.id,
            settlement_id=settlement.id,
            integrity_case_id=case.id,
        )
