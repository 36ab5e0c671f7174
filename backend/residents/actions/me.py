"""What people settle about themselves: their nickname, preferences and consents."""

import hashlib
from typing import Any

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.residents.actions.sessions import end_sessions_of
from backend.residents.models import Caller, Consent, Policy, Resident
from backend.residents.queries import identities
from backend.residents.rules import consents as rules


def settle(caller: Caller, **wished: Any) -> Resident:
    """Set what is given of nickname, large_type, preferred_channel and community_id.

    `community_id` chooses the community a person without verified residence looks at.
    """
    resident = identities.lock_resident(caller.resident_id)
    if nickname := wished.get("nickname"):
        rules.check_nickname(nickname)
        if not caller.is_staff and not identities.has_consent(resident.id, "basic"):
            raise rules.NotAgreed
    if home := identities.find_live_community(community_id=wished.pop("community_id", None)):
        resident.home_community_id = home.id
    for column, value in wished.items():
        setattr(resident, column, value)
    return resident


def agree(caller: Caller, *, purpose: str, policy_version: int) -> Consent:
    """Agree to one purpose under the policy that was shown; agreeing again changes nothing.

    Raises:
        PolicyChanged: another version is in force than the one that was read.
    """
    rules.check_purpose(purpose)
    identities.lock_resident(caller.resident_id)
    policy = identities.current_policy(today())
    if policy is None:
        raise rules.PolicyMissing
    if policy.version != policy_version:
        raise rules.PolicyChanged
    if given := identities.live_consent(caller.resident_id, purpose, policy.id):
        return given
    consent = Consent(
        resident_id=caller.resident_id,
        purpose=purpose,
        policy_id=policy.id,
        channel=caller.channel,
        given_at=utc_now(),
    )
    db.session.add(consent)
    _record("consent.given", caller, purpose=purpose, policy_version=policy.version)
    return consent


def withdraw(caller: Caller, purpose: str) -> None:
    """End a consent; without the basic one the phone is signed out and asked anew."""
    rules.check_purpose(purpose)
    if not identities.withdraw_consents(caller.resident_id, purpose, now=utc_now()):
        return
    _record("consent.withdrawn", caller, purpose=purpose)
    if rules.PURPOSES[purpose].required:
        end_sessions_of(caller.resident_id, "consent_withdrawn", by=caller, kinds=("resident",))


def publish_shipped_policy(*, operator: str, contact: str) -> Policy:
    """Put the policy we ship in force, in the name of whoever runs this installation."""
    return publish_policy(rules.general_policy(operator=operator, contact=contact))


def publish_policy(text: str) -> Policy:
    """A new version of the general policy, in force from today."""
    identities.hold("policy")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    policy = Policy(
        kind="general",
        version=identities.newest_policy_version("general") + 1,
        text=text,
        sha256=sha256,
        effective_on=today(),
    )
    db.session.add(policy)
    record(
        "policy.published",
        object_type="policy",
        object_id=policy.id,
        detail={"version": policy.version, "sha256": sha256},
    )
    return policy


def _record(action: str, caller: Caller, **detail: Any) -> None:
    record(
        action,
        object_type="resident",
        object_id=caller.resident_id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        detail=detail,
    )
