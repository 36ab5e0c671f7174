"""注销账号: what a person leaves, and the row that stays without saying who it was."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.residents.actions.moving import move_out
from backend.residents.actions.proxies import end_grants_of_erased
from backend.residents.actions.roles import end_roles_of_erased
from backend.residents.actions.sessions import end_sessions_of
from backend.residents.models import Caller
from backend.residents.queries import erasing as queries
from backend.residents.queries.people import lock_resident, residencies_of
from backend.residents.rules import verification as rules


@dataclass(frozen=True, kw_only=True)
class Part:
    """What an upper domain holds of people: what they lose with it, and how it lets them go."""

    loses: Callable[[UUID], list[str]]
    erase: Callable[[Caller], None]


_parts: dict[str, Part] = {}


def on_erasing(domain: str, part: Part) -> None:
    """Let an upper domain have its say when somebody goes; registered at start-up."""
    _parts[domain] = part


def losses(caller: Caller) -> list[str]:
    """What the caller could still use or settle before going, in plain sentences."""
    return [said for part in _parts.values() for said in part.loses(caller.resident_id)]


def erase(caller: Caller) -> None:
    """Give up the own account for good, in one transaction.

    Claims to a home come before people, as everywhere. The upper domains go first: they may
    still ask what the person was called.
    """
    person_id = caller.resident_id
    for claim in queries.lock_open_claims(person_id):
        claim.state = rules.after(claim.state, "give_up")
    for part in _parts.values():
        part.erase(caller)
    end_grants_of_erased(person_id)
    for residency in residencies_of(person_id, today()):
        move_out(caller, residency.id, community_id=residency.community_id)
    person = lock_resident(person_id)
    end_roles_of_erased(person_id)
    end_sessions_of(person_id, "erased", by=caller)
    now = utc_now()
    queries.empty_account(person_id)
    queries.empty_traces(person_id, now=now)
    queries.empty_person(person, now=now)
    record(
        "person.erased",
        object_type="resident",
        object_id=person_id,
        actor_id=person_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=caller.community_id,
    )
