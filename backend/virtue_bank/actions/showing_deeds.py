"""A deed as its people see it and as those who review it do; and why so many points."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.errors import NotFound
from backend.ledger.queries import balances
from backend.residents.models import CHANNEL_NAMES, Caller, community_of
from backend.residents.models.masks import NOBODY
from backend.residents.queries.people import names
from backend.virtue_bank.actions.caps import as_caps, used_of
from backend.virtue_bank.actions.confirmations import names_family
from backend.virtue_bank.actions.deed_moves import reaches, standing_on
from backend.virtue_bank.actions.listing_deeds import SEEN_BY_STAFF, row
from backend.virtue_bank.actions.objections import may_complain
from backend.virtue_bank.actions.showing_credits import (
    Credit,
    credit_of,
    label_of,
    standing_still,
    state_of,
)
from backend.virtue_bank.models import CONFIRMING, STANCES, Deed, DeedShare
from backend.virtue_bank.models.words import CREDITED_TO
from backend.virtue_bank.queries import budgets, likeness, sheets
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.queries.confirmations import confirmations_of
from backend.virtue_bank.queries.objections import objections_of
from backend.virtue_bank.rules import deeds as rules
from backend.virtue_bank.rules.caps import Share, cap_periods, room
from backend.virtue_bank.rules.deed_states import Facts, Visit, allowed_actions, timeline

FOR_ONESELF = ("change_display", "complain")  # no proxy is offered what it would be refused


def may_read(caller: Caller, deed_id: UUID) -> bool:
    """Whether the caller may read the deed, and so its pictures."""
    try:
        _readable(caller, deed_id)
    except NotFound:
        return False
    return True


def readable(caller: Caller, deed_id: UUID) -> Deed:
    """The deed, for its parties and for staff in whose scope it is.

    Raises:
        NotFound: the caller is neither.
    """
    return _readable(caller, deed_id)[0]


def show(caller: Caller, deed_id: UUID) -> dict[str, Any]:
    """One deed with its people, what was said, its history, and what the caller may do.

    Raises:
        NotFound: the caller is no party, and no staff it is in the scope of.
    """
    deed, is_staff = _readable(caller, deed_id)
    shares, asked = queries.shares_of(deed), queries.witnesses_of(deed)
    said = confirmations_of(deed)
    people = names(
        [
            *(share.acted_id for share in shares),
            *(each.resident_id for each in asked),
            *(deed.actor_id, deed.helped_id, deed.recorded_by),
            *(hand for each in said for hand in each.said_by),
        ]
    )
    by = standing_on(caller, deed)
    facts = _facts(caller, deed, by.facts)
    still = standing_still(caller, [deed], {deed.id: shares})
    reader_id = None if is_staff else caller.resident_id
    credit = credit_of(deed, shares, still=still, reader_id=reader_id)
    told = row(deed, *queries.titles_of_one(deed), credit=credit)
    told |= {
        "claimant": people.get(deed.actor_id, NOBODY),
        "proxy": people.get(deed.by_proxy_id, NOBODY) if deed.by_proxy_id else None,
        "channel_label": CHANNEL_NAMES[deed.channel],
        "helped_id": deed.helped_id,
        "helped": people.get(deed.helped_id, "") if deed.helped_id else "",
        "helped_note": deed.helped_note,
        "credit_to": deed.credit_to,
        "credit_label": CREDITED_TO[deed.credit_to],
        "shares": [
            _share(share, people) | {"state_label": state_of(deed, share, still)}
            for share in shares
        ],
        "asked": [
            {
                "resident_id": each.resident_id,
                "role": CONFIRMING[each.role],
                "name": people.get(each.resident_id, NOBODY),
            }
            for each in asked
        ],
        "confirmations": [
            {
                "role": CONFIRMING[each.role],
                "stance": each.stance,
                "stance_label": STANCES[each.stance],
                "channel_label": CHANNEL_NAMES[each.channel],
                "by_proxy": each.basis == "proxy",
                "whose": rules.by_whom(people, each.resident_id, each.by_proxy_id)
                if is_staff
                else "",
                "counts": each.unrelated,
                "note": each.note if is_staff else "",
            }
            for each in said
        ],
        "files": [each.file_id for each in queries.files_of(deed)],
        "call_note": deed.call_note if is_staff else "",
        "timeline": _visits(deed, credit),
        "allowed_actions": [
            each
            for each in allowed_actions(deed.state, by.roles, facts)
            if caller.proxy is None or each.action not in FOR_ONESELF
        ],
    }
    if is_staff:
        told["review"] = _hints(caller, deed)
    return told


def explain(caller: Caller, deed_id: UUID) -> dict[str, Any]:
    """Which rule it was counted by, the arithmetic, the caps, and who decided in what role."""
    deed, is_staff = _readable(caller, deed_id)
    item = sheets.item(deed.community_id, deed.item_id)
    sheet = sheets.find_sheet(deed.community_id, item.sheet_id)
    everybody = queries.shares_of(deed)
    shares = [
        share
        for share in everybody
        if is_staff or caller.resident_id in {share.acted_id, deed.actor_id}
    ]
    reader_id = None if is_staff else caller.resident_id
    people = names([share.acted_id for share in shares])
    sums = rules.explained(item, {share.acted_id: (share.units, share.points) for share in shares})
    return {
        "id": deed.id,
        "serial": deed.serial,
        "sheet_version": sheet.version,
        "resolution_ref": sheet.resolution_ref,
        "rule": item,
        "sums": [{"who": people.get(who, NOBODY), **sum_} for who, sum_ in sums.items()],
        "caps": _caps(deed, shares, caller),
        "timeline": _visits(deed, credit_of(deed, everybody, still=(), reader_id=reader_id)),
    }


def _visits(deed: Deed, credit: Credit) -> list[Visit]:
    """Its history; that it was credited is said as far as it is so for the reader."""
    visits = timeline(
        [
            (each.to_state, each.created_at, each.by_role, each.reason)
            for each in queries.events_of(deed)
        ]
    )
    return [
        replace(each, label=label_of(deed, credit)) if each.state == "credited" else each
        for each in visits
    ]


def _readable(caller: Caller, deed_id: UUID) -> tuple[Deed, bool]:
    deed = queries.find_deed(community_of(caller), deed_id)
    is_staff = bool(
        not caller.roles.isdisjoint(SEEN_BY_STAFF)
        and deed.state != "draft"
        and reaches(caller, deed, SEEN_BY_STAFF)
    )
    if is_staff:
        return deed, True
    own = {deed.actor_id, deed.filer_id}
    if caller.resident_id in own or (
        deed.state != "draft" and queries.is_party(deed, caller.resident_id)
    ):
        return deed, False
    raise NotFound


def _facts(caller: Caller, deed: Deed, facts: Facts) -> Facts:
    made = objections_of(deed)
    until = deed.display_until
    return replace(
        facts,
        window_open=until is not None and until > utc_now(),
        nothing_open=all(each.state == "closed" for each in made),
        complaint_open=deed.actor_id == caller.resident_id and may_complain(deed),
    )


def _hints(caller: Caller, deed: Deed) -> dict[str, Any]:
    """What a reviewer sees beside the deed; software never refuses for likeness."""
    pictures: dict[UUID, str] = {}
    for own in queries.files_of(deed):
        near = [rules.bands_near(band) for band in rules.bands(own.dhash)]
        for other, serial in likeness.near_pictures(deed, near):
            if rules.are_alike(own.dhash, other.dhash):
                pictures[other.deed_id] = serial or ""
    stories = likeness.alike_stories(deed, at_least=rules.ALIKE_STORY, days=rules.ALIKE_DAYS)
    quota = budgets.quota_of(deed.community_id, caller.resident_id, today())
    left = None
    if quota is not None and quota.account_id is not None:
        left = balances(deed.community_id, [quota.account_id])[quota.account_id].available
    return {
        "same_day": [_hint(each) for each in likeness.same_day_deeds(deed)],
        "alike_stories": [
            _hint(other) | {"percent": round(degree * 100)} for other, degree in stories
        ],
        "alike_pictures": [{"id": other, "serial": serial} for other, serial in pictures.items()],
        "left_to_give": left,
        "doubted": deed.doubted,
        "names_family": names_family(deed),
    }


def _hint(deed: Deed) -> dict[str, Any]:
    return {"id": deed.id, "serial": deed.serial, "state_label": deed.state_label}


def _caps(deed: Deed, shares: Sequence[DeedShare], caller: Caller) -> list[dict[str, Any]]:
    """The caps of the caller's own share, or of the first shown."""
    own = next((each for each in shares if each.acted_id == caller.resident_id), None)
    share = own or next(iter(shares), None)
    if share is None:
        return []
    item = sheets.item(deed.community_id, deed.item_id)
    caps = as_caps(sheets.caps_of(deed.community_id, item.sheet_id))
    uses = cap_periods(
        caps,
        Share(
            item_id=item.id,
            acted_id=share.acted_id,
            account_id=share.account_id or 0,
            points=share.points or rules.points_asked(item, share.units),
            helped_id=deed.helped_id,
        ),
        deed.occurred_on,
    )
    periods = {cap.id: cap for cap in caps}
    told = []
    for use in uses:
        used = used_of(deed.community_id, use)
        told.append(
            {
                "subject": periods[use.rule_cap_id].subject,
                "period": periods[use.rule_cap_id].period,
                "since": use.period_start,
                "cap": use.cap,
                "used": used,
                "room": room(use.cap, used),
            }
        )
    return told


def _share(share: DeedShare, people: dict[UUID, str]) -> dict[str, Any]:
    return {
        "acted_id": share.acted_id,
        "acted": people.get(share.acted_id, NOBODY),
        "units": share.units,
        "points": share.points,
        "is_credited": share.posted_id is not None,
    }
