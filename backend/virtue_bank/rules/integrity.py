"""What is unusual enough to ask about, deed by deed and pair by pair, and who may not look into it.

Nobody is counted: a case is about one deed, or about one resident within one approver's month.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from backend.errors import NotAllowed, Outdated


class CaseClosed(Outdated):
    title = "这件核查已经办结"


class OwnCase(NotAllowed):
    title = "与本人或近亲属有关，不能由您核查"


@dataclass(frozen=True, kw_only=True)
class Given:
    """Points one resident was granted out of one approver's month, and for which deeds."""

    pot_id: UUID
    holder_id: UUID
    resident_id: UUID
    points: int
    of: int
    serials: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a deed stands on: those who acted, those who confirmed it, and whether it has files."""

    deed_id: UUID
    acted: frozenset[UUID]
    confirmers: frozenset[UUID]
    has_files: bool


def unusual_pairs(given: Iterable[Given], percent: int) -> list[Given]:
    """Where one resident was granted more than so much of all that the pot holds."""
    return [each for each in given if each.points * 100 > each.of * percent]


def pair_id(pot_id: UUID, resident_id: UUID) -> UUID:
    """One case for one pair of one month, however often it is looked for."""
    return uuid5(NAMESPACE_OID, f"{pot_id}:{resident_id}")


def repeated_proofs(proofs: Iterable[Proof]) -> Iterator[tuple[Proof, Proof]]:
    """(deed, earlier deed) without files, of somebody the same people confirmed before.

    `proofs` come oldest first.
    """
    seen: dict[tuple[UUID, frozenset[UUID]], Proof] = {}
    for proof in proofs:
        if proof.has_files or not proof.confirmers:
            continue
        keys = [(person, proof.confirmers) for person in sorted(proof.acted, key=str)]
        before = next((seen[key] for key in keys if key in seen), None)
        if before is not None:
            yield proof, before
        seen.update(dict.fromkeys(keys, proof))


def is_drawn(mac: str, percent: int) -> bool:
    """Whether the keyed hash of a deed falls among so many of a hundred: nobody chooses it."""
    return int(mac[:8], 16) % 100 < percent


def check_closable(state: str, *, concerned: Collection[UUID], close: Collection[UUID]) -> None:
    """`close`: whoever looks into it, and those they live with or are related to."""
    if state != "open":
        raise CaseClosed("请刷新后查看。")
    if not set(concerned).isdisjoint(close):
        raise OwnCase("请由另一位监督委员会成员核查。")
