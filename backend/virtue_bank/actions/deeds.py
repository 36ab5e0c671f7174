"""Claiming a good deed, for oneself or for somebody who phoned or wrote; handing it in."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.days import day_of
from backend.files.actions import attach, release
from backend.notifications.actions import announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import roles_of
from backend.residents.queries.people import household_ids_of
from backend.residents.queries.places import find_building, homes_of
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.actions.caps import used_of
from backend.virtue_bank.actions.confirmations import gather
from backend.virtue_bank.actions.decisions import cap_uses
from backend.virtue_bank.actions.deed_moves import (
    Standing,
    move,
    standing_on,
    take,
)
from backend.virtue_bank.actions.looking_again import look_again
from backend.virtue_bank.actions.standing import check_speaks_for, witness
from backend.virtue_bank.models import Deed, DeedFile, DeedShare, DeedWitness, RuleItem
from backend.virtue_bank.notices import deeds as notices
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.queries import families, sheets
from backend.virtue_bank.rules import credit_to as crediting
from backend.virtue_bank.rules import deed_states
from backend.virtue_bank.rules import deeds as rules
from backend.virtue_bank.rules.caps import check_room
from backend.virtue_bank.rules.decisions import after_days
from backend.virtue_bank.rules.deeds import Acted, Told

# Helpers such as stair captains are residents like others; an office is what earns nothing.
STAFF = frozenset(
    {
        *("grid_worker", "service_worker", "counter_clerk", "committee_member", "chair"),
        *("party_secretary", "supervisor", "moderator", "street_clerk", "street_lead"),
        *("dept_user", "sys_admin", "sec_admin", "auditor"),
    }
)
RECORD = "deed"  # what its pictures are attached to


def claim(caller: Caller, told: Told) -> Deed:
    """A draft of one's own.

    Raises:
        NoSheet, UnknownItem, DayToCome, ClaimTooLate: the sheet's no.
        SharesUnclear, WitnessesUnclear, NotAResident, StaffEarnNothing: the people named.
        FileAlreadyUsed, UnknownFile: the pictures.
        CreditFixed, NoFamilyAccount: the account that is to get the points.
    """
    if caller.proxy is not None:
        rules.check_by_proxy(told, caller.proxy.id)
        told = rules.no_bolder_than(told, display=None, credit_to=None)
    return _draft(caller, told, actor_id=caller.resident_id, act=caller.act())


def claim_for(
    caller: Caller, told: Told, *, resident_id: UUID, channel: str, slip_no: str | None
) -> Deed:
    """A draft of what somebody said, or wrote on a slip; the deed is theirs.

    Raises:
        NotYourPerson: a grid worker records for people of the own grid alone.
        SlipTaken: this slip was typed before.
    """
    here = community_of(caller)
    if not household_ids_of(here, [resident_id]):
        raise rules.NotAResident(errors={"resident_id": ["请先办理居住核验"]})
    check_speaks_for(caller, resident_id)
    act = caller.act(channel=channel, person_id=resident_id)
    deed = _draft(caller, told, actor_id=resident_id, act=act, slip_no=slip_no)
    witness(caller, "deed.recorded", "deed", deed.id, channel=channel)
    return deed


def edit(caller: Caller, deed_id: UUID, told: Told, *, version: int) -> Deed:
    """Tell it otherwise while it is a draft, or after it came back.

    Other words are a new round: who confirmed the old ones is asked again.
    """
    deed = take(caller, deed_id, version=version)
    by = _mine(caller, deed)
    deed_states.check_work("edit", deed.state, by.roles, by.facts)
    if caller.proxy is not None:
        rules.check_by_proxy(told, caller.proxy.id)
        told = rules.no_bolder_than(told, display=deed.display, credit_to=deed.credit_to)
    told = _completed(deed.community_id, told, deed.actor_id)
    claimed_on = day_of(deed.submitted_at or utc_now())
    item = _checked(deed.community_id, told, claimed_on=claimed_on)
    before = _words(deed, queries.shares_of(deed))
    _write(deed, item, told)
    queries.clear_people(deed)
    _add_people(deed, told)
    db.session.flush()
    if deed.state == "returned" and _words(deed, queries.shares_of(deed)) != before:
        deed.round += 1
    _settle_pictures(caller, deed, told.files)
    deed.row_version += 1
    db.session.flush()
    return deed


def submit(caller: Caller, deed_id: UUID, *, version: int) -> Deed:
    """Hand it in: it gets its number, and those who can prove it are asked.

    What came back and is told in the same words stays proved by whoever has spoken.

    Raises:
        AlreadyClaimed: with the twin's number.
        CapReached: with the room that is left.
    """
    deed = take(caller, deed_id, version=version)
    by = _mine(caller, deed)
    deed_states.check_move(deed.state, "submitted", by.roles, by.facts)
    here = deed.community_id
    shares = queries.shares_of(deed)
    acted = [Acted(acted_id=share.acted_id, units=share.units) for share in shares]
    asked = queries.witnesses_of(deed)
    item = sheets.item(here, deed.item_id)
    rules.check_claim(
        item,
        occurred_on=deed.occurred_on,
        today=day_of(deed.submitted_at or utc_now()),
        shares=acted,
        helped_id=deed.helped_id,
        witness_ids=[each.resident_id for each in asked if each.role == "witness"],
        staff=_staff([each.acted_id for each in acted], deed.occurred_on),
    )
    if deed.serial is None:
        deed.serial = rules.serial(today(), queries.next_number(here, today().year))
    else:
        queries.hold_numbers(here, today().year)
    _check_account(deed, item, [each.acted_id for each in acted])
    deed.once_key = rules.once_key(
        item.code, [each.acted_id for each in acted], deed.occurred_on, deed.place, deed.slot
    )
    check_no_twin(deed)
    for use in cap_uses(deed, shares):  # counted once approved; told now, so nobody waits in vain
        check_room(use, used_of(here, use))
    deed.submitted_at = deed.submitted_at or utc_now()
    due_at = after_days(utc_now(), setting_on(here, "points.confirm_days", today()))
    came_back = deed.state == "returned"
    move(deed, "submitted", by, due_at=due_at)
    answered = gather(deed) if came_back else frozenset[UUID]()
    if deed.state == "submitted":
        to_ask = [each.resident_id for each in asked if each.resident_id not in answered]
        announce_all([notices.asked_to_confirm(deed, each, item.title) for each in to_ask])
    return deed


def withdraw(caller: Caller, deed_id: UUID) -> Deed:
    """Take it back, as long as no points hang on it; its pictures are free again."""
    deed = take(caller, deed_id)
    move(deed, "withdrawn", _mine(caller, deed))
    free_pictures(deed)
    return deed


def change_display(caller: Caller, deed_id: UUID, *, display: str) -> Deed:
    """How the board names those who acted; whoever acted may ask for less at any time.

    The board shows it at once. Where nobody is named any more the deed is looked at twice.
    """
    deed = take(caller, deed_id)
    by = standing_on(caller, deed)
    deed_states.check_work("change_display", deed.state, by.roles, by.facts)
    if "claimant" not in by.roles:
        display = min(display, deed.display, key=rules.LEVELS.index)
    deed.display = display
    deed.row_version += 1
    db.session.flush()
    if deed.state == "publicity":
        look_again(deed)
    return deed


def check_no_twin(deed: Deed) -> None:
    """Refuse what somebody else has claimed; whoever asks holds the numbers of the year.

    Raises:
        AlreadyClaimed: with the number and the state of the other.
    """
    with db.session.no_autoflush:
        twin = queries.twin_of(deed)
    if twin is not None:
        raise rules.AlreadyClaimed(
            f"编号 {twin.serial}，{twin.state_label}。如不是同一件，请写清时间和地点。",
            twin={"serial": twin.serial, "state": twin.state, "state_label": twin.state_label},
        )


def free_pictures(deed: Deed) -> None:
    """Let go of the pictures of a deed that comes to nothing."""
    kept = [each.file_id for each in queries.files_of(deed)]
    queries.drop_pictures(deed, kept)
    release(deed.community_id, kept)


def drop_old_drafts() -> None:
    """Delete drafts nobody handed in for so long."""
    for deed in queries.lock_drafts(utc_now()):
        free_pictures(deed)
        queries.drop_draft(deed)


def _draft(
    caller: Caller,
    told: Told,
    *,
    actor_id: UUID,
    act: dict[str, Any],
    slip_no: str | None = None,
) -> Deed:
    here = community_of(caller)
    told = _completed(here, told, actor_id)
    item = _checked(here, told, claimed_on=today())
    deed = Deed(
        community_id=here,
        item_id=item.id,
        occurred_on=told.occurred_on,
        story=told.story,
        display=told.display,
        slip_no=slip_no,
        **act,
    )
    if slip_no is not None:
        queries.hold_slips(here)
        if queries.is_slip_taken(here, slip_no, besides=deed.id):
            raise rules.SlipTaken("请核对编号，同一张纸单只登记一次。")
    deed.due_at = after_days(utc_now(), setting_on(here, "points.draft_days", today()))
    _write(deed, item, told)
    db.session.add(deed)
    db.session.flush()
    _add_people(deed, told)
    _settle_pictures(caller, deed, told.files)
    db.session.flush()
    return deed


def _completed(here: UUID, told: Told, actor_id: UUID) -> Told:
    """Who acted, if nobody is named, is the claimant; where, if nothing is said, is their home."""
    shares = told.shares or [Acted(acted_id=actor_id)]
    building_id = told.building_id
    if building_id is not None:
        find_building(here, building_id)
    else:
        households = household_ids_of(here, [actor_id]).get(actor_id, frozenset())
        homes = homes_of(here, households)
        building_id = next((home.building_id for home in homes.values()), None)
    return Told(**{**vars(told), "shares": shares, "building_id": building_id})


def _checked(here: UUID, told: Told, *, claimed_on: date) -> RuleItem:
    """The item, if the sheet of that day has it and the people named are as they should be.

    What was handed in once was claimed then, however often it comes back.
    """
    rules.check_day(told.occurred_on, claimed_on)
    sheet = sheets.sheet_in_force(here, told.occurred_on)
    if sheet is None:
        raise rules.NoSheet("请选细则生效以后的日子。")
    item = next((each for each in sheets.items_of(here, sheet.id) if each.id == told.item_id), None)
    if item is None:
        raise rules.UnknownItem(errors={"item_id": ["请从那一天生效的细则里选"]})
    acted = [share.acted_id for share in told.shares]
    rules.check_claim(
        item,
        occurred_on=told.occurred_on,
        today=claimed_on,
        shares=told.shares,
        helped_id=told.helped_id,
        witness_ids=told.witness_ids,
        staff=_staff(acted, told.occurred_on),
    )
    named = {*acted, *told.witness_ids, *([told.helped_id] if told.helped_id else [])}
    if named - household_ids_of(here, named).keys():
        raise rules.NotAResident(errors={"shares": ["只能写本社区已核验的居民，其他人写在说明里"]})
    return item


def _staff(people: Collection[UUID], on: date) -> frozenset[UUID]:
    return frozenset(
        person for person, held in roles_of(people, on).items() if not STAFF.isdisjoint(held)
    )


def _write(deed: Deed, item: RuleItem, told: Told) -> None:
    deed.credit_to = crediting.credited_to(item.credit_to, told.credit_to)
    _check_account(deed, item, [each.acted_id for each in told.shares])
    deed.item_id, deed.occurred_on, deed.slot = item.id, told.occurred_on, told.slot
    deed.story, deed.place, deed.building_id = told.story, told.place, told.building_id
    deed.helped_id, deed.helped_note = told.helped_id, told.helped_note
    deed.display = told.display


def _check_account(deed: Deed, item: RuleItem, acted: Collection[UUID]) -> None:
    """Whoever chose the family's account has one, and somebody of it did the deed."""
    if item.credit_to != "choice" or deed.credit_to != "family":
        return
    of_families = families.family_accounts_of(deed.community_id, {deed.actor_id, *acted})
    accounts = crediting.family_accounts(item.credit_to, "family", deed.actor_id, of_families)
    crediting.check_family({who: accounts[who] for who in acted if who in accounts})


def _add_people(deed: Deed, told: Told) -> None:
    here = deed.community_id
    db.session.add_all(
        DeedShare(community_id=here, deed_id=deed.id, acted_id=each.acted_id, units=each.units)
        for each in told.shares
    )
    asked = [(each, "witness") for each in told.witness_ids]
    asked += [(told.helped_id, "helped")] if told.helped_id else []
    db.session.add_all(
        DeedWitness(community_id=here, deed_id=deed.id, resident_id=each, role=role)
        for each, role in asked
    )


def _settle_pictures(caller: Caller, deed: Deed, wanted: Sequence[UUID]) -> None:
    """Take in the new ones and let go of those left out."""
    known = {each.file_id for each in queries.files_of(deed)}
    gone = known - set(wanted)
    queries.drop_pictures(deed, gone)
    release(deed.community_id, gone)
    owners = {caller.hand_id, deed.actor_id, deed.recorded_by or caller.resident_id}
    for kept in attach(deed.community_id, wanted, owners=owners, record=(RECORD, deed.id)):
        if kept.id in known:
            continue
        parts = rules.bands(kept.dhash)
        picture = DeedFile(
            community_id=deed.community_id,
            deed_id=deed.id,
            file_id=kept.id,
            sha256=kept.sha256,
            dhash=kept.dhash,
            **{f"band{number}": part for number, part in enumerate(parts)},
        )
        if not queries.take_picture(picture):
            raise rules.FileAlreadyUsed("请换一张这次拍的照片，也可以不传照片。")


def _words(deed: Deed, shares: Collection[DeedShare]) -> tuple[object, ...]:
    """What somebody who confirms has read."""
    people = sorted((str(share.acted_id), share.units) for share in shares)
    return (
        *(deed.item_id, deed.occurred_on, deed.slot, deed.story, deed.place, deed.helped_id),
        *people,
    )


def _mine(caller: Caller, deed: Deed) -> Standing:
    """As whoever claimed or typed it; of somebody else's draft there is none."""
    by = standing_on(caller, deed)
    if deed.state == "draft" and by.roles.isdisjoint({"claimant", "filer"}):
        raise rules.NoSuchDeed
    return by
