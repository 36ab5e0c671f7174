"""Nominations and honours as people may read them: with whole names, halves, or none."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from backend.residents.queries.people import masked_names, names
from backend.virtue_bank.models import Honour, HonourRound, Nomination
from backend.virtue_bank.queries import honours as queries


def nominations_told(nominations: Sequence[Nomination], *, masked: bool) -> list[dict[str, Any]]:
    """Each with who it is; with half a name for everybody who does not see to the round."""
    named = (masked_names if masked else names)([each.nominee_id for each in nominations])
    return [{"nomination": each, "person": named.get(each.nominee_id, "")} for each in nominations]


def own_nominations_told(
    rows: Sequence[tuple[Nomination, HonourRound]],
) -> list[dict[str, Any]]:
    """Each with what for, and until when one may still agree."""
    return [
        {
            "nomination": nomination,
            "title": round_.title,
            "answer_until": (round_.consents_until or round_.nominations_until)
            if nomination.state == "asked"
            else None,
        }
        for nomination, round_ in rows
    ]


def honours_told(rows: Sequence[tuple[Honour, Nomination]]) -> list[dict[str, Any]]:
    """Each with the name as far as the person agrees to it today."""
    open_names = _openly_named([nomination for _, nomination in rows])
    whole = names([honour.resident_id for honour, _ in rows])
    halves = masked_names([honour.resident_id for honour, _ in rows])
    return [
        {
            "honour": honour,
            "person": (whole if nomination.id in open_names else halves).get(
                honour.resident_id, ""
            ),
        }
        for honour, nomination in rows
    ]


def certificate_told(verify_code: str) -> dict[str, Any]:
    """What strangers read who have the code: half a name, and whether it still stands."""
    found = queries.certificate(verify_code)
    person = masked_names([found.resident_id]).get(found.resident_id, "")
    return {
        "number": found.number,
        "title": found.title,
        "person": person,
        "community": found.community,
        "decided_on": found.decided_on,
        "stands": found.revoked_at is None,
        "revoked_at": found.revoked_at,
    }


def _openly_named(nominations: Sequence[Nomination]) -> set[UUID]:
    """Those whose consent to be named stands."""
    given = {each.consent_id for each in nominations if each.consent_id is not None}
    live = queries.live_consents(given)
    return {
        each.id
        for each in nominations
        if each.name_withdrawn_at is None
        and (each.consent_recorded_by is not None or each.consent_id in live)
    }
