"""What changes bulletins: drafting and publishing, corrections, and what is still due."""

from backend.publication.actions.bulletins import (
    confirm_board_posting,
    draft_bulletin,
    draft_plain,
    end_displays,
    expect_publication,
    objections_end_at,
    on_posting,
    publish_bulletin,
    publish_by_hand,
    tell_overdue,
)

__all__ = [
    "confirm_board_posting",
    "draft_bulletin",
    "draft_plain",
    "end_displays",
    "expect_publication",
    "objections_end_at",
    "on_posting",
    "publish_bulletin",
    "publish_by_hand",
    "tell_overdue",
]
