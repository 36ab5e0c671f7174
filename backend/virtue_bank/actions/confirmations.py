"""Saying that a deed is so, is not so, or that one does not know; by any channel alike."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from backend import crypto
from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Caller
from backend.residents.queries.people import household_ids_of, names
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.deed_moves import (
    SYSTEM,
    move,
    near_to,
    reaches,
    standing_on,
    take,
)
from backend.virtue_bank.actions.standing import RECORDERS, witness
from backend.virtue_bank.models import Deed, DeedConfirmation
from backend.virtue_bank.queries import confirmations as queries
from backend.virtue_bank.queries import sheets
from backend.virtue_bank.queries.deeds import shares_of
from backend.virtue_bank.rules import confirmations as rules
from backend.virtue_bank.rules import deed_states
from backend.virtue_bank.rules.deeds import NotAResident, NotYourPerson
from backend.virtue_bank.rules.neighbours import bare_name

NAME = "deed_confirmation.name"


def confirm(
    caller: Caller, deed_id: UUID, *, stance: str, unrelated: bool, note: str
) -> DeedConfirmation:
    """Say it oneself, as whoever was asked.

    Raises:
        NotFound: nobody asked the caller.
        NotIndependent: claimed or acted, or lives with or is kin of who did.
        AlreadyAnswered: everybody says it once.
    """
    deed = take(caller, deed_id)
    role = queries.role_asked(deed, caller.resident_id)
    if role is None:
        raise NotFound
    deed_states.check_work("confirm", deed.state, {"asked"})
    return _said(
        deed,
        DeedConfirmation(
            community_id=deed.community_id,
            deed_id=deed.id,
            round=deed.round,
            role=role,
            stance=stance,
            unrelated=unrelated,
            resident_id=caller.resident_id,
            note=note,
            **caller.act(),
        ),
    )


def confirm_for(
    caller: Caller,
    deed_id: UUID,
    *,
    resident_id: UUID | None,
    name: str,
    role: str,
    channel: str,
    stance: str,
    unrelated: bool,
    note: str,
) -> DeedConfirmation:
    """Type what somebody said on the phone, at the door or on paper.

    Raises:
        NotYourPerson: the deed is of another grid.
        NotIndependent, AlreadyAnswered: as in `confirm`; nobody types their own word, nor a
            name that is also the claimant's, theirs who acted, or the worker's.
    """
    deed = take(caller, deed_id)
    by = standing_on(caller, deed)
    deed_states.check_work("confirm", deed.state, by.roles & {"recorder"})
    if not reaches(caller, deed, RECORDERS):
        raise NotYourPerson("请由负责这栋楼的网格员或社区窗口代录。")
    rules.check_somebody(resident_id, name)
    rules.check_not_recording_oneself(caller.resident_id, resident_id)
    if resident_id and not household_ids_of(deed.community_id, [resident_id]):
        raise NotAResident(errors={"resident_id": ["请先办理居住核验，或只写姓名"]})
    said = _said(
        deed,
        DeedConfirmation(
            community_id=deed.community_id,
            deed_id=deed.id,
            round=deed.round,
            role=(resident_id and queries.role_asked(deed, resident_id)) or role,
            stance=stance,
            unrelated=unrelated,
            resident_id=resident_id,
            name_mac=crypto.mac(NAME, bare_name(name)) if name else None,
            note=note,
            **caller.act(channel=channel, person_id=resident_id),
        ),
    )
    witness(caller, "deed.word_recorded", "deed", deed.id, stance=stance, channel=channel)
    return said


def _said(deed: Deed, word: DeedConfirmation) -> DeedConfirmation:
    """Keep it, and look whether it is enough now."""
    acted = [share.acted_id for share in shares_of(deed)]
    interested = {*deed.claimed_by, *acted}
    rules.check_independent(word.said_by, interested=interested, near=_family_of(deed, acted))
    macs = [word.name_mac] if word.name_mac else []
    if word.name_mac:
        typed_for = _macs_of({*interested, word.actor_id})
        rules.check_no_namesake(is_namesake=word.name_mac in typed_for)
    if queries.has_said(deed, resident_id=word.resident_id, name_macs=macs) or (
        word.name_mac and word.name_mac in _names_of(queries.confirmations_of(deed))
    ):
        raise rules.AlreadyAnswered("每人说一次；要更正的，请联系网格员。")
    rules.check_one_hand(word.said_by, [each.said_by for each in queries.confirmations_of(deed)])
    db.session.add(word)
    db.session.flush()
    gather(deed)
    return word


def gather(deed: Deed) -> frozenset[UUID]:
    """Look whether what was said of the deed's wording is enough; who has said it."""
    said = queries.confirmations_of(deed)
    known = _names_of(said)
    words = [
        rules.Word(role=each.role, stance=each.stance, unrelated=each.unrelated)
        for each in said
        if each.name_mac not in known  # their own word stands for what was typed by name
    ]
    answered = frozenset(each.resident_id for each in said if each.resident_id is not None)
    found = rules.confirmed(words, sheets.item(deed.community_id, deed.item_id))
    if found == "waiting":
        return answered
    deed.doubted = deed.doubted or found == "refuted"
    with db.session.no_autoflush:
        due_at = in_working_days(deed.community_id, "points.review_working_days")
    move(deed, "confirmed" if found == "enough" else "refuted", SYSTEM, due_at=due_at)
    return answered


def names_family(deed: Deed) -> bool:
    """Whether somebody who was typed by name bears the name of one of the doers' family.

    It may be somebody else: no software knows, so the deed is looked at twice.
    """
    typed = {each.name_mac for each in queries.confirmations_of(deed) if each.name_mac}
    if not typed:
        return False
    acted = [share.acted_id for share in shares_of(deed)]
    return not typed.isdisjoint(_macs_of(_family_of(deed, acted)))


def _family_of(deed: Deed, acted: Sequence[UUID]) -> frozenset[UUID]:
    """Who lives with those who acted or is their kin; a proxy who claimed is as close to it."""
    proxy = [deed.by_proxy_id] if deed.by_proxy_id is not None else []
    return near_to(deed.community_id, [*acted, *proxy])


def _names_of(said: Sequence[DeedConfirmation]) -> frozenset[str]:
    """How the names of the residents among them would be kept, had they been typed by name."""
    return _macs_of(each.resident_id for each in said)


def _macs_of(people: Iterable[UUID | None]) -> frozenset[str]:
    known = names(people).values()
    return frozenset(mac for name in known for mac in crypto.macs(NAME, bare_name(name)))
