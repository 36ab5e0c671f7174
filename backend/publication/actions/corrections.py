"""What happens to a notice after it is published: a correction, or that it is taken back."""

import hashlib
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.notifications.actions import announce
from backend.publication import notices, queries
from backend.publication.actions.bulletins import record_act
from backend.publication.models import Bulletin, BulletinErratum
from backend.publication.rules import corrections as rules
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids


def draft_erratum(caller: Caller, bulletin_id: UUID, *, text: str) -> BulletinErratum:
    """Write what was wrong; the notice itself stays as it was published.

    Raises:
        NothingToCorrect: it is not published, or taken back.
    """
    bulletin = queries.lock_bulletin(community_of(caller), bulletin_id)
    rules.check_published(bulletin.state)
    erratum = BulletinErratum(
        community_id=bulletin.community_id,
        bulletin_id=bulletin.id,
        text=text,
        drafted_by=caller.resident_id,
    )
    db.session.add(erratum)
    db.session.flush()
    return erratum


def publish_erratum(caller: Caller, bulletin_id: UUID, erratum_id: UUID) -> BulletinErratum:
    """Put the correction beside the notice; its full days run once its poster hangs.

    Raises:
        OwnDraft: drafter and publisher are the same person.
        AlreadyPublished: it is out.
    """
    bulletin = queries.lock_bulletin(community_of(caller), bulletin_id)
    rules.check_published(bulletin.state)
    erratum = queries.lock_erratum(bulletin, erratum_id)
    rules.check_may_publish_erratum(
        online_at=erratum.online_at,
        drafted_by=erratum.drafted_by,
        publisher_id=caller.resident_id,
    )
    erratum.no = queries.errata_online(bulletin) + 1
    erratum.published_by, erratum.online_at = caller.resident_id, utc_now()
    sha256 = hashlib.sha256(erratum.text.encode()).hexdigest()
    record_act("bulletin.corrected", caller, bulletin, erratum_no=erratum.no, text_sha256=sha256)
    db.session.flush()
    return erratum


def withdraw_bulletin(caller: Caller, bulletin_id: UUID, *, ground: str, reason: str) -> Bulletin:
    """Take a notice back for illegality or a person's privacy; the reason stands in its place.

    What had to be published is due again, and the supervisors are told; told anew, too, where
    nobody publishes it by the day.

    Raises:
        NothingToCorrect: it is not published, or taken back already.
    """
    bulletin = queries.lock_bulletin(community_of(caller), bulletin_id)
    rules.check_published(bulletin.state)
    bulletin.state, bulletin.withdrawn_at = "withdrawn", utc_now()
    bulletin.withdrawn_by = caller.resident_id
    bulletin.withdrawal_ground, bulletin.withdrawal_reason = ground, reason
    due = queries.lock_due_item(bulletin)
    if due is not None and due.satisfied_by == bulletin.id:
        due.satisfied_by = due.overdue_told_at = None
    for person in holder_ids(bulletin.community_id, "supervisor"):
        announce(notices.bulletin_withdrawn(bulletin, person))
    record_act("bulletin.withdrawn", caller, bulletin, ground=ground)
    db.session.flush()
    return bulletin
