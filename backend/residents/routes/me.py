"""What people see and settle about themselves."""

from typing import Any

from backend.api import Blueprint, shown_once
from backend.clock import today
from backend.residents.actions import accounts, erasing
from backend.residents.actions import me as actions
from backend.residents.identity import current_caller, permitted, require_caller
from backend.residents.models import Caller, Consent, Residency
from backend.residents.queries import identities, people, places
from backend.residents.rules.consents import PURPOSES
from backend.residents.schemas.me import (
    ConsentsSchema,
    ErasureSchema,
    GivenConsentSchema,
    MeSchema,
    NewConsentSchema,
    NewPasswordSchema,
    OwnSettingsSchema,
)

me = Blueprint("me", __name__, url_prefix="/api/v1", description="我的")
me.before_request(require_caller)


@me.get("/me")
@permitted("self")
@me.response(200, MeSchema)
def read_me() -> dict[str, Any]:
    """Read who I am here."""
    return _as_seen_by_oneself(current_caller())


@me.put("/me")
@permitted("self")
@me.arguments(OwnSettingsSchema)
@me.response(200, MeSchema)
def settle_me(given: dict[str, Any]) -> dict[str, Any]:
    """Set nickname, preferences, or the community I look at."""
    actions.settle(current_caller(), **given)
    return _as_seen_by_oneself(current_caller())


@me.get("/me/erasure")
@permitted("self")
@me.response(200, ErasureSchema)
def before_erasure() -> dict[str, Any]:
    """Say what I should use or settle before I give up my account."""
    return {"losses": erasing.losses(current_caller())}


@me.delete("/me")
@permitted("self")
@me.response(204)
def erase_me() -> None:
    """Give up my account for good: what says who I was is emptied, what I did keeps an id."""
    erasing.erase(current_caller())


@me.put("/me/password")
@permitted("self")
@me.arguments(NewPasswordSchema)
@me.response(204)
@shown_once
def change_password(given: dict[str, str]) -> None:
    """Change the password of my staff account; other desks are signed out."""
    accounts.change_password(current_caller(), **given)


@me.get("/me/consents")
@permitted("self")
@me.response(200, ConsentsSchema)
def list_consents() -> dict[str, Any]:
    """List every purpose and whether I agreed to it."""
    latest = {
        consent.purpose: (consent, version)
        for consent, version in identities.consents_of(current_caller().resident_id)
    }
    policy = identities.current_policy(today())
    return {
        "items": [
            {
                "purpose": purpose.code,
                "title": purpose.title,
                "required": purpose.required,
                "given_at": consent and consent.given_at,
                "withdrawn_at": consent and consent.withdrawn_at,
                "policy_version": version,
            }
            for purpose in PURPOSES.values()
            for consent, version in [latest.get(purpose.code, (None, None))]
        ],
        "current_policy_version": policy and policy.version,
    }


@me.post("/me/consents")
@permitted("self")
@me.arguments(NewConsentSchema)
@me.response(201, GivenConsentSchema)
def agree(given: dict[str, Any]) -> Consent:
    """Agree to one purpose under the policy I was shown."""
    return actions.agree(current_caller(), **given)


@me.delete("/me/consents/<string:purpose>")
@permitted("self")
@me.response(204)
def withdraw(purpose: str) -> None:
    """Withdraw a consent."""
    actions.withdraw(current_caller(), purpose)


def _as_seen_by_oneself(caller: Caller) -> dict[str, Any]:
    resident = identities.find_resident(caller.resident_id)
    community_id = caller.community_id or resident.home_community_id
    return {
        "id": resident.id,
        "name": resident.name,
        "nickname": resident.nickname,
        "level": caller.level,
        "session_kind": caller.session_kind,
        "community": places.find_community(community_id) if community_id else None,
        "roles": sorted(caller.roles),
        "households": _homes(people.residencies_of(resident.id, today())),
        "large_type": resident.large_type,
        "preferred_channel": resident.preferred_channel,
        "basic_consent_missing": not identities.has_consent(resident.id, "basic"),
    }


def _homes(residencies: list[Residency]) -> list[dict[str, Any]]:
    """One statement for each community the person lives in, of which there is nearly always one."""
    lived_in = {residency.community_id for residency in residencies}
    addresses = {
        household_id: home.address
        for community_id in lived_in
        for household_id, home in places.homes_of(
            community_id, [r.household_id for r in residencies if r.community_id == community_id]
        ).items()
    }
    return [
        {
            "household_id": residency.household_id,
            "community_id": residency.community_id,
            "address": addresses[residency.household_id],
            "relation": residency.relation,
            "is_main": residency.is_main,
        }
        for residency in residencies
    ]
