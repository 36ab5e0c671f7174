"""People who have just moved in: what happens to them happens to nobody else of the village."""

from typing import Final
from uuid import UUID, uuid4

from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from backend.clock import today
from backend.database import db, transaction
from backend.ledger.actions import open_account, pay, special_account
from backend.ledger.models import SYSTEM_ID, Asset, Code, OwnerKind, Source
from backend.residents.models import Household, Residency, Resident
from scripts.demonstration.visitors import Visitor
from tests.browser.village import Village

# As the client keeps who has come in; the sheet of demo phones shows the first six alone.
COME_IN: Final = """([token, person, communityId]) => {
  const data = {token, person, communityId, kind: 'resident', level: 2, consentMissing: false}
  localStorage.setItem('session', JSON.stringify({type: 'object', data}))
  localStorage.setItem('person', person)
}"""


def a_lodger(village: Village, name: str, openid: str) -> tuple[Visitor, str]:
    """Somebody who lives here and has thirty points."""
    village.world.phones.ask("POST", "/_double/person", {"openid": openid, "name": name})
    visitor = Visitor(village.world, {"name": name, "openid": openid})
    visitor.post("/me/consents", {"purpose": "basic", "policy_version": 1})
    with village.house.app.app_context(), transaction():
        resident_id = UUID(visitor.id)
        home = db.session.scalars(select(Household).order_by(Household.id)).all()[-1]
        db.session.get_one(Resident, resident_id).name = name
        db.session.add(
            Residency(
                community_id=home.community_id,
                resident_id=resident_id,
                household_id=home.id,
                relation="lodger",
                valid=Range(today(), None),
            )
        )
        pay(
            home.community_id,
            asset=Asset.POINTS,
            code=Code.AWARD,
            debit_id=special_account(home.community_id, Asset.POINTS, OwnerKind.ISSUER),
            credit_id=open_account(home.community_id, Asset.POINTS, OwnerKind.PERSON, resident_id),
            amount=30,
            source=Source.GRANT_LINE,
            source_id=uuid4(),
            actor_id=SYSTEM_ID,
        )
        return visitor, str(home.community_id)


def come_in(page: Page, lodger: Visitor, community_id: str) -> None:
    """On their own phone, on the first page."""
    page.goto("/#/account/signin")
    page.evaluate(COME_IN, [lodger.token, lodger.id, community_id])
    page.goto("about:blank")
    page.goto("/#/pages/me/index")
