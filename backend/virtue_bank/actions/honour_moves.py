"""What the calendar does to a round of honours, to the certificates, and taking one back."""

import secrets
from datetime import datetime
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to
from backend.residents.queries.places import find_community
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.proposing import propose_batch
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import Honour, HonourRound, Nomination, ProposedLine
from backend.virtue_bank.notices import honours as notices
from backend.virtue_bank.queries import honours as queries
from backend.virtue_bank.rules import honours as rules

ANSWER_DAYS = "points.nominee_answer_working_days"


def due_rounds() -> list[tuple[UUID, UUID]]:
    """(community, round) of all whose present step is over."""
    return queries.due_rounds(utc_now())


def move_due(community_id: UUID, round_id: UUID) -> bool:
    """What the calendar does to a round; nothing if it is not due any more."""
    round_ = queries.lock_round(community_id, round_id)
    now = utc_now()
    if round_.state == "nominating" and _is_over(round_.nominations_until, now):
        consents_until = in_working_days(community_id, ANSWER_DAYS)
        round_.state, round_.consents_until = "consenting", consents_until
    elif round_.state == "consenting" and _is_over(round_.consents_until, now):
        _enter(round_)
    elif round_.state == "publicity" and _is_over(round_.shown_until, now):
        return _decide(round_)
    else:
        return False
    round_.row_version += 1
    db.session.flush()
    return True


def revoke(caller: Caller, honour_id: UUID, *, reason: str, decision_ref: str) -> Honour:
    """Take an honour back, by a decision; whoever asks by its code reads that it is void.

    Raises:
        AlreadyRevoked, OwnHonour
    """
    honour = queries.lock_honour(community_of(caller), honour_id)
    rules.check_revocable(revoked=honour.revoked_at is not None)
    if honour.resident_id in {caller.resident_id, *close_to(honour.community_id, caller)}:
        raise rules.OwnHonour("请另一位同事办理。")
    honour.revoked_at, honour.revoked_by = utc_now(), caller.resident_id
    honour.revoked_reason, honour.decision_ref = reason, decision_ref
    witness(caller, "honour.revoked", "honour", honour.id)
    announce(notices.revoked(honour))
    db.session.flush()
    return honour


def _enter(round_: HonourRound) -> None:
    """Who did not answer is out; who agreed is in if the filter lets them."""
    nominations = queries.lock_nominations(round_.community_id, round_.id, ("asked", "agreed"))
    acted = queries.points_acted(
        round_.community_id,
        [each.nominee_id for each in nominations],
        since=round_.counted_from,
        until=round_.counted_until,
    )
    for nomination in nominations:
        if nomination.state == "asked":
            nomination.state = "unanswered"
        elif not rules.is_entered(acted.get(nomination.nominee_id, 0), round_.least_points):
            nomination.state = "not_entered"
            announce(notices.not_entered(nomination, round_))
    round_.state = "reviewing"
    announce_all(
        [notices.to_name_panel(round_, each) for each in holder_ids(round_.community_id, "chair")]
    )


def _decide(round_: HonourRound) -> bool:
    """Whoever hangs there without an open objection is honoured; the last one ends the round."""
    shown = queries.lock_nominations(round_.community_id, round_.id, ("shown", "objected"))
    fresh = [each for each in shown if each.state == "shown"]
    honours = [_honoured(round_, nomination) for nomination in fresh]
    if len(fresh) == len(shown):
        round_.state, round_.decided_at = "decided", utc_now()
        round_.row_version += 1
    elif not fresh:
        return False
    record(
        "honour_round.decided",
        object_type="honour_round",
        object_id=round_.id,
        community_id=round_.community_id,
        detail={"honours": [str(honour.id) for honour in honours]},
    )
    db.session.flush()
    if round_.gives_points and honours:
        propose_batch(
            round_.community_id,
            "honour",
            [
                ProposedLine(
                    resident_id=honour.resident_id,
                    basis_kind="honour",
                    basis_id=honour.id,
                    note=f"{honour.title}（{honour.number}）",
                )
                for honour in honours
            ],
        )
    return True


def _honoured(round_: HonourRound, nomination: Nomination) -> Honour:
    year = today().year
    number = queries.next_number(round_.community_id, year)
    honour = Honour(
        community_id=round_.community_id,
        nomination_id=nomination.id,
        resident_id=nomination.nominee_id,
        title=round_.title,
        number=rules.certificate_number(find_community(round_.community_id).code, year, number),
        verify_code="".join(secrets.choice(rules.CODE_LETTERS) for _ in range(rules.CODE_LENGTH)),
        decided_on=today(),
    )
    nomination.state = "honoured"
    db.session.add(honour)
    db.session.flush()
    announce(notices.honoured(nomination, honour))
    return honour


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is not None and now >= until
