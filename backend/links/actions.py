"""Giving a record the code that will be printed for it."""

import secrets
from uuid import UUID

from backend.links.queries import claim_code, code_of
from backend.links.rules import new_code


def short_code_for(community_id: UUID, object_type: str, object_id: UUID) -> str:
    """The object's code, made at the first asking; printed as {PUBLIC_URL}/q/<code>.

    A kind of object needs a page in `rules.PAGES` for its code to lead anywhere.
    """
    while (code := code_of(community_id, object_type, object_id)) is None:
        claim_code(new_code(secrets.choice), community_id, object_type, object_id)
    return code
