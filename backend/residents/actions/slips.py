"""入户码: a grid worker writes one at the door, and its owner comes in with it once."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from backend import crypto
from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.residents import notices
from backend.residents.actions.news import tell
from backend.residents.actions.sessions import SignedIn, open_for
from backend.residents.models import Caller, DoorSlip
from backend.residents.queries import slips
from backend.residents.queries.covering import covers_household
from backend.residents.queries.people import lock_resident, residencies_of
from backend.residents.rules import slips as rules

SECRET = "door_slip.secret"  # noqa: S105, the name of a column


@dataclass(frozen=True, kw_only=True)
class IssuedSlip:
    """A slip just written: the one moment in which its digits are known."""

    code: str
    expires_at: datetime


def issue(caller: Caller, community_id: UUID, person_id: UUID) -> IssuedSlip:
    """Digits for somebody who lives in the caller's grid; earlier ones no longer count."""
    homes = [
        home for home in residencies_of(person_id, today()) if home.community_id == community_id
    ]
    if not any(covers_household(caller, home.household_id, today()) for home in homes):
        raise NotFound
    lock_resident(person_id)
    slips.drop_slips_of(person_id)
    number = rules.new_half()
    while slips.is_number_taken(number):
        number = rules.new_half()
    secret = rules.new_half()
    slip = DoorSlip(
        resident_id=person_id,
        number=number,
        secret_mac=crypto.mac(SECRET, number + secret),
        issued_by=caller.resident_id,
        expires_at=utc_now() + rules.VALID,
    )
    db.session.add(slip)
    db.session.flush()
    record(
        "slip.issued",
        object_type="resident",
        object_id=person_id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
    )
    tell(notices.slip_issued(slip, community_id))
    return IssuedSlip(code=number + secret, expires_at=slip.expires_at)


def sign_in(code: str, *, device_label: str = "") -> SignedIn:
    """Open a session for the slip's owner, once.

    Raises:
        SlipRefused: nobody has such a slip, or it was used, is old, or was tried too often.
    """
    number, secret = rules.halves(code)
    slip, now = slips.lock_slip(number), utc_now()
    if slip is None or not rules.is_open(
        expires_at=slip.expires_at, used_at=slip.used_at, tries=slip.tries, now=now
    ):
        raise rules.SlipRefused("请看清12位数字，或请网格员重新开一张。")
    if not any(
        compare_digest(slip.secret_mac, mac) for mac in crypto.macs(SECRET, number + secret)
    ):
        slip.tries += 1
        raise rules.SlipRefused("请看清12位数字，或请网格员重新开一张。")
    slip.used_at = now
    return open_for(slip.resident_id, "resident", device_label=device_label)
