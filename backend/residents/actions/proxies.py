"""委托代办: letting somebody act for one, and ending it; what a proxy did is told and kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.residents import notices
from backend.residents.actions.news import tell
from backend.residents.models import Caller, ProxyGrant, community_of
from backend.residents.models.masks import NOBODY, mask_name
from backend.residents.models.proxies import ENDINGS, MADE, PROXY_SCOPES, PROXY_STATES
from backend.residents.queries import proxies as queries
from backend.residents.queries.covering import buildings_covered, covers_household
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import (
    household_ids_of,
    kin_of,
    lock_resident,
    names,
)
from backend.residents.queries.spans import between
from backend.residents.rules import proxies as rules
from backend.residents.rules.own_business import check_not_own_business

RECORDERS = ("grid_worker", "service_worker", "counter_clerk")


@dataclass(frozen=True, kw_only=True)
class ShownGrant:
    """A grant as one of the two, or staff, see it."""

    id: UUID
    principal_id: UUID
    principal: str
    proxy_id: UUID
    proxy: str
    mine: str  # principal | proxy | neither
    scopes: list[str]
    scope_labels: list[str]
    made_label: str
    paper_serial: str | None
    state: str
    state_label: str
    from_on: date | None
    last_on: date
    ended_because: str | None
    ended_label: str
    may_act: bool


def offer(
    caller: Caller, *, proxy_id: UUID, scopes: Collection[str], last_on: date | None = None
) -> ShownGrant:
    """Ask a neighbour to act for one; it counts once they accept.

    Raises:
        ProxyUnfit, NoPrincipal, AlreadyProxy, GrantDays: it cannot be.
    """
    here = community_of(caller)
    grant = _new(
        here,
        principal_id=caller.resident_id,
        proxy_id=proxy_id,
        scopes=scopes,
        last_on=last_on,
        made="app",
        offer_until=utc_now() + rules.OFFER_FOR,
    )
    _keep(caller, "proxy.offered", grant)
    tell(notices.proxy_offered(grant, _name(grant.principal_id)))
    return _shown(caller, [grant])[0]


def accept(caller: Caller, grant_id: UUID) -> ShownGrant:
    """Agree to act; whoever acts for three people already does not.

    Raises:
        NotFound: nobody asked the caller.
        GrantMoved: it was accepted before, or is over.
        TooManyPrincipals, ProxyUnfit: the caller cannot.
    """
    here = community_of(caller)
    lock_resident(caller.resident_id)  # principals are counted per person
    grant = queries.lock_grant(here, grant_id)
    if grant.proxy_id != caller.resident_id:
        raise rules.NoSuchGrant
    rules.check_may_accept(grant.state, _over_because(grant))
    _check_pair(here, grant.principal_id, grant.proxy_id)
    rules.check_room(queries.principals_of(grant.proxy_id, today()))
    _begin(grant)
    _keep(caller, "proxy.accepted", grant)
    tell(notices.proxy_accepted(grant, _name(grant.proxy_id)))
    return _shown(caller, [grant])[0]


def key_in(
    caller: Caller,
    *,
    principal_id: UUID,
    proxy_id: UUID,
    scopes: Collection[str],
    made: str,
    paper_serial: str | None,
    last_on: date | None = None,
) -> ShownGrant:
    """Type what both signed on paper, or said together at the counter; it counts at once.

    Raises:
        NotFound: the principal's home is not in the worker's care.
        OwnBusiness: the worker is one of the two, or close to one.
        PaperMissing, PaperTaken: the form has no number, or one that was typed before.
        as `offer` and `accept`.
    """
    here = community_of(caller)
    homes = household_ids_of(here, [principal_id, proxy_id])
    _check_reach(caller, homes.get(principal_id, frozenset()))
    for person_id in (principal_id, proxy_id):
        check_not_own_business(
            caller.resident_id,
            person_id=person_id,
            kin=kin_of([person_id]),
            shares_home=not caller.household_ids.isdisjoint(homes.get(person_id, frozenset())),
        )
    rules.check_paper(made, paper_serial)
    queries.hold_papers(here)
    if paper_serial is not None and queries.is_paper_taken(here, paper_serial):
        raise rules.PaperTaken("请核对编号，同一张委托书只登记一次。")
    for person_id in sorted((principal_id, proxy_id)):  # both ways round, nobody waits in a ring
        lock_resident(person_id)
    rules.check_room(queries.principals_of(proxy_id, today()))
    grant = _new(
        here,
        principal_id=principal_id,
        proxy_id=proxy_id,
        scopes=scopes,
        last_on=last_on,
        made=made,
        paper_serial=paper_serial,
        recorded_by=caller.resident_id,
        state="live",
        accepted_at=utc_now(),
    )
    _keep(caller, "proxy.recorded", grant, made=made)
    tell(notices.proxy_recorded(grant, _name(grant.principal_id), _name(grant.proxy_id)))
    return _shown(caller, [grant])[0]


def end(caller: Caller, grant_id: UUID) -> None:
    """Take it back, decline it or lay it down: at once, and without a reason.

    Raises:
        NotFound: the caller is neither of the two.
        GrantMoved: it has ended.
    """
    grant = queries.lock_grant(community_of(caller), grant_id)
    because = rules.ending_by(
        caller.resident_id,
        grant.state,
        principal_id=grant.principal_id,
        proxy_id=grant.proxy_id,
    )
    _end(grant, because, by=caller)


def end_for(caller: Caller, grant_id: UUID, *, because: str) -> None:
    """As a worker: one of the two said so at the counter or on the phone, or cannot any more.

    Raises:
        NotFound: the principal's home is not in the worker's care.
        GrantMoved: it has ended.
    """
    here = community_of(caller)
    grant = queries.lock_grant(here, grant_id)
    homes = household_ids_of(here, [grant.principal_id])
    _check_reach(caller, homes.get(grant.principal_id, frozenset()))
    rules.check_open(grant.state)
    _end(grant, because, by=caller)


def own(caller: Caller, *, limit: int, after: UUID | None) -> list[ShownGrant]:
    """Those the caller gave and those they act by, newest first, one more than `limit`."""
    found = queries.grants_of_person(
        community_of(caller), caller.resident_id, limit=limit, after=after
    )
    return _shown(caller, found)


def in_care(caller: Caller, *, limit: int, after: UUID | None) -> list[ShownGrant]:
    """Those of the people in a worker's care that are offered or count, newest first."""
    found = queries.open_grants_in(
        community_of(caller),
        buildings=buildings_covered(caller, today(), *RECORDERS),
        limit=limit,
        after=after,
    )
    return _shown(caller, found)


def note_act(caller: Caller, action: str) -> None:
    """Keep that a proxy did something, and let the principal read it, once a day and kind."""
    if caller.proxy is None:
        return
    grant = queries.find_grant(community_of(caller), caller.proxy.grant_id)
    record(
        "proxy.acted",
        object_type="proxy_grant",
        object_id=grant.id,
        actor_id=caller.proxy.id,
        actor_role="proxy",
        session_kind=caller.session_kind,
        community_id=grant.community_id,
        on_behalf_of_id=grant.principal_id,
        detail={"action": action},
    )
    what = rules.DONE[action]
    tell(notices.proxy_acted(grant, today(), action, _name(grant.proxy_id), what))


def end_due() -> None:
    """Offers nobody accepted in a week lapse; what is past its last day ends."""
    for community_id, grant_id in queries.grants_over(today(), utc_now()):
        grant = queries.lock_grant(community_id, grant_id)
        because = _over_because(grant)
        if because is not None:  # nobody accepted it since it was found
            _end(grant, because)


def tell_ending() -> None:
    """Two weeks before, both hear that it ends."""
    for community_id, grant_id in queries.grants_ending(today() + rules.TOLD_BEFORE):
        grant = queries.lock_grant(community_id, grant_id)
        if grant.state != "live" or grant.ending_told_at is not None:
            continue
        grant.ending_told_at = utc_now()
        db.session.flush()
        people = _name(grant.principal_id), _name(grant.proxy_id)
        tell(notices.proxy_ending(grant, *people))


def end_grants_of_residence(community_id: UUID, person_id: UUID) -> None:
    """Who lives here no more acts for nobody here, nor does anybody for them."""
    for grant in queries.lock_open_grants_of(person_id, community_id):
        _end(grant, "moved")


def end_grants_of_erased(person_id: UUID) -> None:
    """Whoever gives up the account acts for nobody any more, nor does anybody for them."""
    for grant in queries.lock_open_grants_of(person_id):
        _end(grant, "erased")


def _new(
    here: UUID, *, principal_id: UUID, proxy_id: UUID, last_on: date | None, **about: Any
) -> ProxyGrant:
    _check_pair(here, principal_id, proxy_id)
    until_on = rules.days_of(today(), last_on)
    lock_resident(principal_id)
    if queries.has_open_grant(here, principal_id, proxy_id):
        raise rules.AlreadyProxy("要改范围或日期，请先结束，再请一次。")
    about["scopes"] = sorted(set(about["scopes"]))
    grant = ProxyGrant(
        community_id=here,
        principal_id=principal_id,
        proxy_id=proxy_id,
        valid=between(today(), until_on),
        **about,
    )
    db.session.add(grant)
    db.session.flush()
    return grant


def _check_pair(here: UUID, principal_id: UUID, proxy_id: UUID) -> None:
    rules.check_pair(
        principal_id,
        proxy_id,
        residents=household_ids_of(here, [principal_id, proxy_id]).keys(),
        staff=holder_ids(here, *rules.STAFF),
    )


def _check_reach(caller: Caller, households: Collection[UUID]) -> None:
    if not any(covers_household(caller, each, today(), *RECORDERS) for each in households):
        raise rules.NotYourPrincipal


def _begin(grant: ProxyGrant) -> None:
    grant.state, grant.offer_until, grant.accepted_at = "live", None, utc_now()
    db.session.flush()


def _end(grant: ProxyGrant, because: str, *, by: Caller | None = None) -> None:
    grant.state, grant.offer_until = "ended", None
    grant.ended_at, grant.ended_because = utc_now(), because
    grant.ended_by = by.resident_id if by else None
    db.session.flush()
    record(
        "proxy.ended",
        object_type="proxy_grant",
        object_id=grant.id,
        actor_id=by.resident_id if by else None,
        actor_role=by.acting_role if by else "system",
        session_kind=by.session_kind if by else "none",
        community_id=grant.community_id,
        detail={"because": because},
    )
    people = names([grant.principal_id, grant.proxy_id])
    told = {
        each: _proxy_as_read(grant, each, people)
        for each in (grant.principal_id, grant.proxy_id)
        if by is None or each != by.resident_id
    }
    principal = people.get(grant.principal_id, NOBODY)
    tell(notices.proxy_ended(grant, principal, told, ENDINGS[because]))


def _keep(caller: Caller, action: str, grant: ProxyGrant, **detail: str) -> None:
    is_own = caller.resident_id in {grant.principal_id, grant.proxy_id}
    record(
        action,
        object_type="proxy_grant",
        object_id=grant.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=grant.community_id,
        on_behalf_of_id=None if is_own else grant.principal_id,
        detail=detail,
    )


def _name(person_id: UUID) -> str:
    return names([person_id]).get(person_id, NOBODY)


def _over_because(grant: ProxyGrant) -> str | None:
    return rules.over_because(
        grant.state,
        offer_until=grant.offer_until,
        until_on=grant.until_on,
        now=utc_now(),
        today=today(),
    )


def _proxy_as_read(grant: ProxyGrant, reader_id: UUID, people: Mapping[UUID, str]) -> str:
    """Until somebody has agreed to act, the principal reads half their name, as of neighbours."""
    name = people.get(grant.proxy_id, NOBODY)
    has_agreed = grant.accepted_at is not None
    return name if has_agreed or reader_id != grant.principal_id else mask_name(name)


def _shown(caller: Caller, grants: Collection[ProxyGrant]) -> list[ShownGrant]:
    people = names([person for each in grants for person in (each.principal_id, each.proxy_id)])
    shown = []
    for each in grants:
        is_principal = each.principal_id == caller.resident_id
        mine = "proxy" if each.proxy_id == caller.resident_id else "neither"
        counts = each.state == "live" and each.until_on > today()
        shown.append(
            ShownGrant(
                id=each.id,
                principal_id=each.principal_id,
                principal=people.get(each.principal_id, NOBODY),
                proxy_id=each.proxy_id,
                proxy=_proxy_as_read(each, caller.resident_id, people),
                mine="principal" if is_principal else mine,
                scopes=list(each.scopes),
                scope_labels=[PROXY_SCOPES[scope] for scope in each.scopes],
                made_label=MADE[each.made],
                paper_serial=each.paper_serial,
                state=each.state,
                state_label=PROXY_STATES[each.state],
                from_on=each.valid.lower,
                last_on=each.last_on,
                ended_because=each.ended_because,
                ended_label=ENDINGS[each.ended_because] if each.ended_because else "",
                may_act=mine == "proxy" and counts,
            )
        )
    return shown
