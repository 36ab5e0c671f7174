"""Opening cases where something is unusual, and what the supervisors found."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from backend.clock import today, utc_now
from backend.crypto import mac
from backend.database import db
from backend.days import month_before
from backend.notifications.actions import announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to, names
from backend.residents.queries.settings import settings_on
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import IntegrityCase
from backend.virtue_bank.notices import integrity as notices
from backend.virtue_bank.queries import integrity as queries
from backend.virtue_bank.rules import integrity as rules
from backend.virtue_bank.rules.integrity import Given, Proof

PAIR_PERCENT, CALL_BACK_PERCENT = "points.pair_share_percent", "points.call_back_percent"
LOOKED_BACK = timedelta(days=90)
CALLED_BACK_WITHIN = timedelta(days=30)
# what `facts` calls somebody → as what the case shows them
PARTS = {
    "holder_id": "审批人",
    "resident_id": "得到积分的居民",
    "decided_by": "审批人",
    "helped_id": "受助人",
}


def open_cases(community_id: UUID) -> int:
    """Look through what was approved lately; how many new cases. Again opens none."""
    percents = settings_on(community_id, (PAIR_PERCENT, CALL_BACK_PERCENT), today())
    found = queries.proofs(community_id, utc_now() - LOOKED_BACK)
    opened = queries.add_cases(
        community_id,
        [
            *_pairs(community_id, percents[PAIR_PERCENT]),
            *_repeated(community_id, found),
            *_drawn(community_id, found, percents[CALL_BACK_PERCENT]),
        ],
    )
    if opened:
        announce_all(
            [
                notices.cases_opened(community_id, person, today())
                for person in holder_ids(community_id, "supervisor")
            ]
        )
    return opened


def read_case(caller: Caller, case_id: UUID) -> dict[str, Any]:
    """One case with the names a supervisor needs to ask the people."""
    return case_told(queries.find_case(community_of(caller), case_id))


def close_case(caller: Caller, case_id: UUID, *, state: str, finding: str) -> IntegrityCase:
    """Write what was found.

    Raises:
        CaseClosed: somebody was quicker.
        OwnCase: it concerns the caller, the own household or kin.
    """
    case = queries.lock_case(community_of(caller), case_id)
    close = close_to(case.community_id, caller) | {caller.resident_id}
    concerned = [UUID(each) for each in case.facts["concerned"]]
    rules.check_closable(case.state, concerned=concerned, close=close)
    case.state, case.finding = state, finding
    case.handled_by, case.closed_at = caller.resident_id, utc_now()
    witness(caller, "integrity_case.closed", "integrity_case", case.id, state=state)
    db.session.flush()
    return case


def case_told(case: IntegrityCase) -> dict[str, Any]:
    facts = case.facts
    parts = [(said, facts[name]) for name, said in PARTS.items() if facts.get(name)]
    parts += [("证明人", each) for each in facts.get("confirmers", [])]
    known = names(UUID(each) for _, each in parts)
    return {
        "case": case,
        "serials": facts["serials"],
        "percent": facts.get("percent"),
        "people": [
            {"part": said, "name": known.get(UUID(each), "")}
            for said, each in parts
            if UUID(each) in known
        ],
    }


def _pairs(community_id: UUID, percent: int) -> Iterator[IntegrityCase]:
    since = month_before(today())
    rows = queries.given(community_id, since)
    seen = [
        Given(
            pot_id=row["pot_id"],
            holder_id=row["holder_id"],
            resident_id=row["resident_id"],
            points=int(row["points"]),
            of=row["of"],
            serials=tuple(row["serials"]),
        )
        for row in rows
    ]
    for pair in rules.unusual_pairs(seen, percent):
        yield IntegrityCase(
            community_id=community_id,
            kind="pair_share",
            subject_kind="pair",
            subject_id=rules.pair_id(pair.pot_id, pair.resident_id),
            facts={
                "holder_id": str(pair.holder_id),
                "resident_id": str(pair.resident_id),
                "percent": pair.points * 100 // pair.of,
                "serials": list(pair.serials),
                "concerned": [str(pair.holder_id), str(pair.resident_id)],
            },
        )


def _repeated(community_id: UUID, found: list[dict[str, Any]]) -> Iterator[IntegrityCase]:
    rows = {row["deed_id"]: row for row in found}
    proofs = [
        Proof(
            deed_id=row["deed_id"],
            acted=frozenset(row["acted"] or ()),
            confirmers=frozenset(row["confirmers"] or ())
            | {uuid5(NAMESPACE_OID, each) for each in row["name_macs"] or ()},
            has_files=row["has_files"],
        )
        for row in found
    ]
    for proof, before in rules.repeated_proofs(proofs):
        row = rows[proof.deed_id]
        yield _about_deed(
            community_id,
            "same_confirmers",
            row,
            serials=[rows[before.deed_id]["serial"], row["serial"]],
            confirmers=[str(each) for each in row["confirmers"] or ()],
        )


def _drawn(
    community_id: UUID, found: list[dict[str, Any]], percent: int
) -> Iterator[IntegrityCase]:
    for row in found:
        is_young = row["decided_at"] >= utc_now() - CALLED_BACK_WITHIN
        number = mac("integrity_case.call_back", str(row["deed_id"]))
        if row["helped_id"] and is_young and rules.is_drawn(number, percent):
            yield _about_deed(
                community_id,
                "call_back",
                row,
                serials=[row["serial"]],
                helped_id=str(row["helped_id"]),
            )


def _about_deed(community_id: UUID, kind: str, row: dict[str, Any], **facts: Any) -> IntegrityCase:
    people = [
        *(row["acted"] or ()),
        *(row["confirmers"] or ()),
        *(each for each in (row["helped_id"], row["decided_by"]) if each),
    ]
    return IntegrityCase(
        community_id=community_id,
        kind=kind,
        subject_kind="deed",
        subject_id=row["deed_id"],
        facts={**facts, "concerned": sorted({str(each) for each in people})},
    )
