"""Promising a notice to one person or to an audience."""

from collections.abc import Sequence
from uuid import UUID

from backend.database import Json, db
from backend.notifications.models import Notice
from backend.notifications.queries import audiences, expansion
from backend.notifications.queries.audiences import AudienceBuilder, ResidentIds
from backend.notifications.rules import KINDS, PAGES

_audiences: dict[str, AudienceBuilder] = {
    "residents": audiences.residents,
    "community": audiences.community,
}


def register_audience(kind: str, builder: AudienceBuilder) -> None:
    """Let notices go to the residents whom `builder(community_id, parameters)` selects.

    The builder returns a SELECT of resident ids. Registered at start-up, from create_app().
    """
    _audiences[kind] = builder


def announce(notice: Notice) -> None:
    """Promise to deliver `notice`, if and only if the current transaction commits.

    The same event announced again (`event_key`, in one community) is one notice.
    """
    announce_all([notice])


def announce_all(notices: Sequence[Notice]) -> None:
    """As `announce`, for several that are promised together."""
    for notice in notices:
        if notice.kind not in KINDS:
            raise ValueError(f"Unknown kind of notice: {notice.kind}")
        if notice.page.partition("?")[0] not in PAGES:
            raise ValueError(f"No page of the client: {notice.page}")
        if notice.audience is not None:
            if notice.audience.get("kind") not in _audiences:
                raise ValueError(f"Unknown audience: {notice.audience.get('kind')}")
            # What is left out shows here, to whoever announces, and holds up no one else's notices.
            people_of(notice.community_id, notice.audience)
    if notices:
        db.session.flush()  # a notice may name somebody who was just added
        expansion.add_notices(notices)


def known_audiences() -> list[str]:
    return list(_audiences)


def people_of(community_id: UUID, audience: Json) -> ResidentIds:
    parameters = {name: value for name, value in audience.items() if name != "kind"}
    return _audiences[audience["kind"]](community_id, parameters)
