"""What hangs on the paper board, laid out: everything a poster says, and the code that leads on."""

from typing import Any

from backend.documents import qr_svg
from backend.links.queries import code_of
from backend.publication.models import Bulletin
from backend.publication.rules.bulletins import HASH_SHOWN
from backend.publication.rules.corrections import corrected
from backend.publication.rules.poster import sheet
from backend.residents.models import Community
from backend.residents.queries.holidays import holidays


def lay_out(bulletin: Bulletin, community: Community, *, public_url: str) -> dict[str, Any]:
    """The poster of a published notice, in words.

    With a correction that is still to be hung its days begin anew: they are filled in by hand.
    """
    address = f"{public_url}/q/{code_of(community.id, 'bulletin', bulletin.id)}"
    hangs = all(each.board_posted_at for each in bulletin.errata)
    return {
        "bulletin": bulletin,
        "community": community,
        "sheet": sheet(
            item_code=bulletin.item_code,
            kind=bulletin.kind,
            title=bulletin.shown_title,
            plain_text=corrected(bulletin.shown_text, [each.text for each in bulletin.errata]),
            fields=bulletin.shown_fields,
            online_at=bulletin.online_at,
            board_posted_at=bulletin.board_posted_at if hangs else None,
            until_at=bulletin.until_at if hangs else None,
            min_days=bulletin.min_days,
            objection_days=bulletin.objection_days,
            holidays=holidays(),
        ),
        "shown_hash": bulletin.content_sha256[:HASH_SHOWN],
        "qr": qr_svg(address),
        "address": address,
    }
