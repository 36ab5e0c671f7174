"""Drafting, publishing and posting bulletins, and knowing what is still due."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.days import end_of
from backend.links.actions import short_code_for
from backend.notifications.actions import announce
from backend.publication import notices, queries
from backend.publication.models import BoardPosting, Bulletin, DueItem
from backend.publication.rules import board, bulletins, catalogue
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import working_days_after
from backend.residents.queries.settings import setting_on, settings_on

DISPLAY_DAYS, OBJECTION_DAYS = "publication.display_days", "publication.objection_days"

PostingListener = Callable[[Caller, Bulletin], None]

_posting_listeners: dict[str, PostingListener] = {}


def on_posting(source_type: str, listener: PostingListener) -> None:
    """Let whoever owns `source_type` know, in the same transaction, that its notice hangs.

    Registered at start-up, from create_app().
    """
    _posting_listeners[source_type] = listener


def draft_bulletin(
    caller: Caller,
    *,
    item_code: str,
    kind: str,
    title: str,
    plain_text: str,
    fields: Mapping[str, Any],
    source_type: str | None = None,
    source_id: UUID | None = None,
    source_round: int = 1,
    audience: str = "open",
    objection_days: int | None = None,
    again: bool = False,
) -> Bulletin:
    """Prepare a notice; its content is fixed, a change is a new version.

    `again` says that the event itself happened another time in the same round (decided anew
    after an objection): the published version stands, and this one follows it.

    Raises:
        UnknownItem: `item_code` is not in the catalogue.
        NotOnTheList: `fields` holds something the item does not make public.
        AlreadyPublished: a version of this notice is out.
    """
    community_id = community_of(caller)
    catalogue.check_fields(catalogue.item_of(item_code), fields)
    spans = settings_on(community_id, [DISPLAY_DAYS, OBJECTION_DAYS], today())
    bulletin = Bulletin(
        community_id=community_id,
        item_code=item_code,
        kind=kind,
        title=title,
        plain_text=plain_text,
        fields=dict(fields),
        content_sha256="",
        drafted_by=caller.resident_id,
        min_days=spans[DISPLAY_DAYS],
        objection_days=spans[OBJECTION_DAYS] if objection_days is None else objection_days,
        source_type=source_type,
        source_id=source_id,
        source_round=source_round,
        audience=audience,
    )
    bulletin.content_sha256 = bulletins.content_sha256(_content(bulletin))
    _replace_earlier_drafts(bulletin, again=again)
    _expect(bulletin)
    db.session.add(bulletin)
    db.session.flush()
    return bulletin


def draft_plain(
    caller: Caller,
    *,
    title: str,
    text: str,
    held_on: date | None,
    place: str,
    contact: str,
    audience: str,
) -> Bulletin:
    """Draft a notice of common interest (P7), typed by hand."""
    said = {
        "held_on": held_on and held_on.isoformat(),
        "place": place,
        "contact": contact,
    }
    return draft_bulletin(
        caller,
        item_code="P7",
        kind="plain",
        title=title,
        plain_text=text,
        fields={name: value for name, value in said.items() if value},
        audience=audience,
    )


def publish_by_hand(caller: Caller, bulletin_id: UUID, *, content_sha256: str) -> Bulletin:
    """As `publish_bulletin`, for a notice that stands alone.

    Raises:
        PublishedElsewhere: it comes of something that goes on when it is published.
    """
    bulletin = queries.find_bulletin(community_of(caller), bulletin_id, drafts=True)
    bulletins.check_stands_alone(is_owned=bulletin.source_type in _posting_listeners)
    return publish_bulletin(caller, bulletin_id, content_sha256=content_sha256)


def publish_bulletin(caller: Caller, bulletin_id: UUID, *, content_sha256: str) -> Bulletin:
    """Put the notice online, numbered; `content_sha256` is that of the preview the person saw.

    Raises:
        AlreadyPublished: it is out, or a later version took its place.
        OwnDraft: drafter and publisher are the same person.
        PreviewChanged: the text seen is not this text.
    """
    community = queries.lock_numbers(community_of(caller))
    bulletin = queries.lock_bulletin(community.id, bulletin_id)
    bulletins.check_may_publish(
        state=bulletin.state,
        drafted_by=bulletin.drafted_by,
        publisher_id=caller.resident_id,
        seen_sha256=content_sha256,
        current_sha256=bulletins.content_sha256(_content(bulletin)),
    )
    year = today().year
    seq = queries.last_seq(community.id, bulletins.number_prefix(community.code, year)) + 1
    bulletin.number = bulletins.number(community.code, year, seq)
    bulletin.state = "published"
    bulletin.published_by = caller.resident_id
    bulletin.online_at = utc_now()
    if (due := queries.lock_due_item(bulletin)) is not None:
        due.satisfied_by = bulletin.id
    short_code_for(community.id, "bulletin", bulletin.id)
    record_act("bulletin.published", caller, bulletin, content_sha256=bulletin.content_sha256)
    db.session.flush()
    return bulletin


def confirm_board_posting(
    caller: Caller, bulletin_id: UUID, up_on: date, place: str | None = None
) -> Bulletin:
    """Note the day the poster went up (at the community's board); the display runs from then.

    A poster with a correction hangs its full days again.

    Raises:
        NotPublished: it is not online yet.
        AlreadyOnTheBoard: the day was noted before.
        BoardDayImpossible: the day is to come, or before the notice was online.
    """
    bulletin = queries.lock_bulletin(community_of(caller), bulletin_id)
    errata = queries.lock_unposted_errata(bulletin)
    is_first = bulletin.board_posted_at is None or not errata
    online_at = board.check_board_day(
        state="published" if bulletin.state == "ended" and not is_first else bulletin.state,
        online_at=bulletin.online_at if is_first else errata[-1].online_at,
        board_posted_at=bulletin.board_posted_at if is_first else None,
        up_on=up_on,
        today=today(),
    )
    posted_at = board.board_moment(up_on, online_at, utc_now())
    until_at = board.until(online_at, posted_at, min_days=bulletin.min_days)
    bulletin.until_at = max(bulletin.until_at or until_at, until_at)
    bulletin.state = "published"
    if is_first:
        bulletin.board_posted_at = posted_at
    for erratum in errata:
        if board.is_on_poster(up_on, erratum.online_at):
            erratum.board_posted_at = posted_at
    db.session.add(
        BoardPosting(
            community_id=bulletin.community_id,
            bulletin_id=bulletin.id,
            place=place or queries.board_place(bulletin.community_id),
            up_on=up_on,
            by_id=caller.resident_id,
        )
    )
    record_act("bulletin.posted", caller, bulletin, up_on=up_on.isoformat())
    db.session.flush()
    if is_first and bulletin.source_type in _posting_listeners:
        _posting_listeners[bulletin.source_type](caller, bulletin)
    return bulletin


def objections_end_at(bulletin: Bulletin, holidays: Mapping[date, bool]) -> datetime | None:
    """The first moment that is too late for an objection; None while no poster hangs."""
    if bulletin.until_at is None:
        return None
    last = board.objection_until_on(
        bulletin.until_at,
        min_days=bulletin.min_days,
        objection_days=bulletin.objection_days,
        holidays=holidays,
    )
    return end_of(last)


def expect_publication(
    community_id: UUID,
    *,
    item_code: str,
    kind: str,
    title: str,
    source_type: str,
    source_id: UUID,
    happened_on: date,
    source_round: int = 1,
) -> None:
    """Note that something happened that must be published by a day; said twice it is one item."""
    working_days = setting_on(community_id, catalogue.item_of(item_code).due, happened_on)
    queries.add_due_item(
        DueItem(
            community_id=community_id,
            item_code=item_code,
            kind=kind,
            title=title,
            source_type=source_type,
            source_id=source_id,
            source_round=source_round,
            happened_on=happened_on,
            due_on=working_days_after(happened_on, working_days),
        )
    )


def end_displays() -> None:
    """End every display whose last day is over; the notice stays in the archive."""
    for bulletin in queries.lock_ended(utc_now()):
        bulletin.state = "ended"


def tell_overdue() -> None:
    """Tell chair and supervisors, once, what should have been published by now."""
    for item in queries.lock_overdue(today()):
        item.overdue_told_at = told_at = utc_now()
        for person in holder_ids(item.community_id, "chair", "supervisor"):
            announce(notices.publication_overdue(item, person, told_at))


def _replace_earlier_drafts(bulletin: Bulletin, *, again: bool) -> None:
    """The version before is withdrawn if nobody has published it; a published one stands."""
    if bulletin.source_type is None or bulletin.source_id is None:
        return
    queries.hold_notice(bulletin)
    earlier = queries.lock_versions(
        bulletin.community_id,
        bulletin.source_type,
        bulletin.source_id,
        bulletin.source_round,
        bulletin.kind,
    )
    for version in earlier:
        if not again:
            bulletins.check_not_published(version.state)
        if version.state == "draft":
            version.state = "withdrawn"
    bulletin.version = len(earlier) + 1


def _expect(bulletin: Bulletin) -> None:
    if bulletin.source_type is None or bulletin.source_id is None:
        return
    expect_publication(
        bulletin.community_id,
        item_code=bulletin.item_code,
        kind=bulletin.kind,
        title=bulletin.title,
        source_type=bulletin.source_type,
        source_id=bulletin.source_id,
        source_round=bulletin.source_round,
        happened_on=today(),
    )


def _content(bulletin: Bulletin) -> dict[str, Any]:
    """What the hash stands for; `fields` as JSON keeps it, so that it can be recomputed."""
    return {
        "item_code": bulletin.item_code,
        "kind": bulletin.kind,
        "title": bulletin.title,
        "plain_text": bulletin.plain_text,
        "fields": bulletin.fields,
        "source_type": bulletin.source_type,
        "source_id": bulletin.source_id,
        "source_round": bulletin.source_round,
    }


def record_act(action: str, caller: Caller, bulletin: Bulletin, **detail: Any) -> None:
    """Keep as evidence what was done to a bulletin."""
    record(
        action,
        object_type="bulletin",
        object_id=bulletin.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=bulletin.community_id,
        detail={"number": bulletin.number, **detail},
    )
