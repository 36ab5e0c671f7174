"""What is like a deed: hints for whoever reviews it, never a reason to refuse."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, func, or_, select

from backend.database import db
from backend.virtue_bank.models import Deed, DeedFile, DeedShare

MOST_ALIKE = 5
MOST_NEAR = 200


def same_day_deeds(deed: Deed) -> Sequence[Deed]:
    """Others of the same people on that day: a hint for whoever reviews."""
    people = select(DeedShare.acted_id).where(
        DeedShare.community_id == deed.community_id, DeedShare.deed_id == deed.id
    )
    theirs = select(DeedShare.deed_id).where(
        DeedShare.community_id == deed.community_id,
        DeedShare.acted_id.in_(people),
        DeedShare.deed_id != deed.id,
    )
    same = select(Deed).where(
        Deed.community_id == deed.community_id,
        Deed.occurred_on == deed.occurred_on,
        Deed.id.in_(theirs),
        Deed.state != "draft",
    )
    return db.session.scalars(same.order_by(Deed.id.desc()).limit(MOST_ALIKE)).all()


def alike_stories(deed: Deed, *, at_least: float, days: int) -> list[tuple[Deed, float]]:
    """(deed, likeness) of stories that tell nearly the same, of the days around it."""
    likeness = func.similarity(Deed.story, deed.story)
    near = timedelta(days=days)
    rows = db.session.execute(
        select(Deed, likeness)
        .where(
            Deed.community_id == deed.community_id,
            Deed.id != deed.id,
            Deed.state != "draft",
            Deed.occurred_on.between(deed.occurred_on - near, deed.occurred_on + near),
            Deed.story.bool_op("%")(deed.story),
            likeness >= at_least,
        )
        .order_by(likeness.desc())
        .limit(MOST_ALIKE)
    )
    return [(other, float(degree)) for other, degree in rows]


def near_pictures(
    deed: Deed, near: Sequence[Sequence[int]]
) -> Sequence[tuple[DeedFile, str | None]]:
    """(picture, serial of its deed) that share a part of the hash with one of `near`'s lists."""
    columns = (DeedFile.band0, DeedFile.band1, DeedFile.band2, DeedFile.band3)
    rows = db.session.execute(
        select(DeedFile, Deed.serial)
        .join(Deed, and_(Deed.community_id == DeedFile.community_id, Deed.id == DeedFile.deed_id))
        .where(
            DeedFile.community_id == deed.community_id,
            DeedFile.deed_id != deed.id,
            or_(*(column.in_(band) for column, band in zip(columns, near, strict=True))),
        )
        .order_by(DeedFile.id.desc())
        .limit(MOST_NEAR)
    )
    return [(picture, number) for picture, number in rows]
