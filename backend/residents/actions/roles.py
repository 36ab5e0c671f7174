"""Giving, confirming and ending roles, and declaring near relatives."""

from datetime import date
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today
from backend.database import db
from backend.errors import NotFound
from backend.residents import notices
from backend.residents.actions.accounts import suspend_without_role
from backend.residents.actions.news import tell
from backend.residents.actions.sessions import STAFF_KINDS, end_sessions_of
from backend.residents.models import Caller, Kin, RoleAssignment
from backend.residents.queries.holders import (
    Appointment,
    appointment_of,
    find_assignment,
    live_of_person_here,
    lock_assignment,
    overlapping_assignment,
    terms_over,
)
from backend.residents.queries.people import (
    find_appointee,
    has_account,
    held_by,
    is_kin,
    kin_of,
    lock_resident,
)
from backend.residents.queries.places import (
    find_building,
    find_grid,
    find_street,
    lock_community,
)
from backend.residents.queries.spans import between, until
from backend.residents.rules import appointments as rules
from backend.residents.rules.grants import check_granted

LOCAL = ("community", "grid", "building")
AT_A_TIME = 200


def appoint(
    caller: Caller,
    community_id: UUID | None,
    *,
    resident_id: UUID,
    role: str,
    scope_id: UUID | None = None,
    unit_no: str | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    basis: str = "appointed",
) -> tuple[Appointment, list[str]]:
    """Give a role from a day on; with what should be looked at beside it.

    Roles a second person confirms wait as `proposed` until then.
    """
    seat = rules.SEATS[role]
    check_granted(seat.action, caller.roles, caller.level)
    from_on = from_on or today()
    rules.check_term(from_on, until_on, today=today())
    rules.check_scope(role, scope_id=scope_id, unit_no=unit_no)
    street_id = scope_id if seat.scope_type == "street" else None
    if seat.scope_type in LOCAL:
        if community_id is None:
            raise NotFound("请先选择社区。")
        lock_community(community_id)
        _find_scope(community_id, seat.scope_type, scope_id)
    else:
        community_id = None
        if street_id is not None:
            find_street(street_id)
    scoped = seat.scope_type in {"grid", "building"}
    find_appointee(community_id, resident_id)
    lock_resident(resident_id)
    valid = between(from_on, until_on)
    kept_scope = scope_id if scoped else street_id
    if overlapping_assignment(
        resident_id, role, community_id=community_id, scope_id=kept_scope, valid=valid
    ):
        raise rules.AlreadyHeld
    warnings = _check_no_clash(resident_id, role, community_id)
    assignment = RoleAssignment(
        resident_id=resident_id,
        role=role,
        scope_type=seat.scope_type,
        scope_id=kept_scope,
        unit_no=unit_no if role == "stair_captain" else None,
        community_id=community_id,
        street_id=street_id,
        valid=valid,
        basis=basis,
        appointed_by=caller.resident_id,
        state="proposed" if seat.confirmed_by else "live",
    )
    db.session.add(assignment)
    db.session.flush()
    _audit(caller, f"role.{assignment.state}", assignment)
    if assignment.state == "live":
        tell(notices.role_changed(assignment, seat.title, ended=False))
    return appointment_of(assignment.id), warnings


def confirm(caller: Caller, assignment_id: UUID, *, accepted: bool) -> Appointment:
    """The second person: the role is live from now, or the proposal is dropped."""
    proposed = find_assignment(None, assignment_id)
    if proposed.community_id is not None:
        lock_community(proposed.community_id)
    lock_resident(proposed.resident_id)
    assignment = lock_assignment(assignment_id)
    seat = rules.SEATS.get(assignment.role)
    if seat is None or seat.confirmed_by not in caller.roles:
        raise NotFound
    if assignment.state != "proposed":
        raise rules.AssignmentMoved
    if caller.resident_id in {assignment.appointed_by, assignment.resident_id}:
        raise rules.NotTheSecondPerson
    assignment.confirmed_by = caller.resident_id
    if accepted:
        _check_no_clash(
            assignment.resident_id, assignment.role, assignment.community_id, but=assignment.id
        )
        upper = assignment.valid.upper
        if upper is not None and upper <= today():
            raise rules.AssignmentMoved("任期已经过去，请重新任命。")
        assignment.valid = between(max(today(), assignment.valid.lower or today()), upper)
        assignment.state = "live"
        tell(notices.role_changed(assignment, seat.title, ended=False))
    else:
        _close(assignment)
    _audit(caller, "role.confirmed" if accepted else "role.dropped", assignment)
    db.session.flush()
    return appointment_of(assignment.id)


def end_role(caller: Caller, community_id: UUID | None, assignment_id: UUID) -> None:
    """The role ends today, for the next request already."""
    found = find_assignment(community_id, assignment_id)
    seat = rules.SEATS.get(found.role)
    if seat is None:
        raise NotFound
    if "sec_admin" not in caller.roles:
        check_granted(seat.action, caller.roles, caller.level)
    lock_resident(found.resident_id)
    assignment = lock_assignment(assignment_id)
    if assignment.state == "ended":
        raise rules.AssignmentMoved
    _end(assignment, by=caller)
    _audit(caller, "role.ended", assignment)


def terms_to_end() -> list[tuple[UUID, UUID]]:
    """(assignment, person) of every term that is over."""
    return terms_over(today(), limit=AT_A_TIME)


def end_term(assignment_id: UUID, person_id: UUID) -> None:
    """A term that is over ends as a role that is taken away does, account and sessions with it."""
    lock_resident(person_id)
    assignment = lock_assignment(assignment_id)
    if assignment.state != "live":
        return
    assignment.state = "ended"
    db.session.flush()
    tell(notices.role_changed(assignment, rules.TITLES[assignment.role], ended=True))
    _rest_without_role(assignment, by=None)
    record(
        "role.ended",
        object_type="role_assignment",
        object_id=assignment.id,
        community_id=assignment.community_id,
        detail={"role": assignment.role, "because": "term_over"},
    )


def end_roles_of_residence(community_id: UUID, resident_id: UUID) -> None:
    """Who moves away is no longer captain of the building."""
    for assignment in live_of_person_here(
        community_id, resident_id, rules.RESIDENCE_ROLES, today()
    ):
        _end(assignment, by=None)
        record(
            "role.ended",
            object_type="role_assignment",
            object_id=assignment.id,
            community_id=community_id,
            detail={"role": assignment.role, "because": "moved_out"},
        )


def end_roles_of_erased(person_id: UUID) -> None:
    """Whoever gives up the account holds nothing any more, nor is proposed for it."""
    for assignment in held_by([person_id], today()):
        _close(assignment)
        record(
            "role.ended",
            object_type="role_assignment",
            object_id=assignment.id,
            actor_id=person_id,
            community_id=assignment.community_id,
            detail={"role": assignment.role, "because": "erased"},
        )
    db.session.flush()


def declare_kin(
    caller: Caller, community_id: UUID | None, *, one_id: UUID, other_id: UUID, relation: str
) -> Kin:
    """Two people are near relatives, one of whom holds a role."""
    if one_id == other_id:
        raise rules.NotTwoPeople
    if caller.resident_id not in {one_id, other_id}:
        check_granted("kin.declare.others", caller.roles, caller.level)
    first, second = sorted((one_id, other_id))
    for person_id in (first, second):
        find_appointee(community_id, person_id)
        lock_resident(person_id)
    if not held_by([one_id, other_id], today()):
        raise rules.NeitherHoldsARole
    if is_kin(one_id, other_id):
        raise rules.KinAlreadyDeclared
    kin = Kin(
        resident_a=first, resident_b=second, relation=relation, declared_by=caller.resident_id
    )
    db.session.add(kin)
    record(
        "kin.declared",
        object_type="kin",
        object_id=kin.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
        detail={"relation": relation},
    )
    return kin


def _find_scope(community_id: UUID, scope_type: str, scope_id: UUID | None) -> None:
    if scope_type == "grid" and scope_id is not None:
        find_grid(community_id, scope_id)
    if scope_type == "building" and scope_id is not None:
        find_building(community_id, scope_id)


def _check_no_clash(
    resident_id: UUID, role: str, community_id: UUID | None, *, but: UUID | None = None
) -> list[str]:
    """Refuse what excludes each other; what is merely to be looked at comes back."""
    held = [_held(each) for each in held_by([resident_id], today()) if each.id != but]
    kin = [_held(each) for each in held_by(kin_of([resident_id]), today())]
    rules.check_no_clash(role, community_id, held=held, held_by_kin=kin)
    warning = rules.kin_warning(role, community_id, kin)
    return [warning] if warning else []


def _held(assignment: RoleAssignment) -> rules.Held:
    return rules.Held(role=assignment.role, community_id=assignment.community_id)


def _end(assignment: RoleAssignment, *, by: Caller | None) -> None:
    was_live = assignment.state == "live"
    _close(assignment)
    db.session.flush()
    if was_live:
        tell(notices.role_changed(assignment, rules.TITLES[assignment.role], ended=True))
    _rest_without_role(assignment, by=by)


def _rest_without_role(assignment: RoleAssignment, *, by: Caller | None) -> None:
    live = any(
        each.state == "live" and today() in each.valid
        for each in held_by([assignment.resident_id], today())
    )
    if not live and has_account(assignment.resident_id):
        suspend_without_role(assignment.resident_id)
    elif not live:
        end_sessions_of(assignment.resident_id, "role_ended", by=by, kinds=STAFF_KINDS)


def _close(assignment: RoleAssignment) -> None:
    lower = assignment.valid.lower or today()
    assignment.valid = until(assignment.valid, max(today(), lower))
    assignment.state = "ended"


def _audit(caller: Caller, action: str, assignment: RoleAssignment) -> None:
    record(
        action,
        object_type="role_assignment",
        object_id=assignment.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=assignment.community_id,
        detail={"role": assignment.role, "person": str(assignment.resident_id)},
    )
