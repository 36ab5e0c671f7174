"""Telling those who look after the evidence that it was touched."""

from uuid import UUID

from backend.residents import notices
from backend.residents.actions.news import tell
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.places import find_community, oldest_community_id

KEEPERS = ("sec_admin", "auditor")


def tell_broken_chain(chain: UUID | None, block_no: int | None, event_id: UUID | None) -> None:
    """Security administrator and auditor hear of it; of the district's chain in any community."""
    community_id = chain or oldest_community_id()
    if community_id is None:
        return  # no community, no inbox: the log and the metric say it
    where = find_community(chain).name if chain else "全区"
    tell(
        notices.audit_broken(
            community_id, person, chain=chain, where=where, block_no=block_no, event_id=event_id
        )
        for person in holder_ids(community_id, *KEEPERS)
    )
