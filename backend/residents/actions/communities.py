"""Opening a community: the street it belongs to, and its first row."""

from uuid import UUID

from backend.audit.actions import record
from backend.database import db
from backend.errors import Conflict
from backend.residents.models import Community, Street
from backend.residents.queries.places import is_code_taken, street_coded


class CommunityExists(Conflict):
    title = "这个社区代码已经在用"


def open_community(
    *, street_code: str, street_name: str, code: str, name: str, phone: str, board_place: str
) -> UUID:
    """A new tenant; its street is made where it is the first community of it."""
    if is_code_taken(code):
        raise CommunityExists
    street = street_coded(street_code)
    if street is None:
        street = Street(code=street_code, name=street_name)
        db.session.add(street)
        db.session.flush()
    community = Community(
        street_id=street.id, code=code, name=name, phone=phone, board_place=board_place
    )
    db.session.add(community)
    db.session.flush()
    record(
        "community.opened",
        object_type="community",
        object_id=community.id,
        community_id=community.id,
    )
    return community.id
