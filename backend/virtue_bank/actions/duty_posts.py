"""Posts of captains: entered, ended, and thanked for each month."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from backend.clock import today
from backend.database import db
from backend.days import last_of_month, month_before, month_of
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import live_holders
from backend.residents.queries.people import close_to, names
from backend.residents.queries.places import building_names, find_building
from backend.residents.queries.spans import between, until
from backend.virtue_bank.actions.proposing import item_of, propose_batch, staff_among
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import POSTS, DutyPost, GrantBatch, ProposedLine
from backend.virtue_bank.queries import batches
from backend.virtue_bank.queries import duty_posts as queries
from backend.virtue_bank.rules import duty_posts as rules
from backend.virtue_bank.rules.batches import IsStaff, NothingToGive
from backend.virtue_bank.rules.duty_posts import Duty, Span


def enter_post(
    caller: Caller,
    *,
    resident_id: UUID,
    post: str,
    building_id: UUID,
    unit_no: str | None,
    paid_allowance: bool,
    points_per_month: int,
    from_on: date,
    until_on: date | None,
) -> DutyPost:
    """A captain gets points for each month from a day on.

    Raises:
        NoItemForIt, OwnPost, NotACaptain, TermUnclear, PointsAboveSheet, PostTaken
        IsStaff: the captain holds an office, too.
    """
    community_id = community_of(caller)
    find_building(community_id, building_id)
    item = item_of(community_id, "duty", today())
    held = live_holders(community_id, post)
    rules.check_post(
        enterer_id=caller.resident_id,
        resident_id=resident_id,
        near=close_to(community_id, caller),
        holds_role=any(
            person == resident_id and role.scope_id == building_id for person, role in held
        ),
        points=points_per_month,
        most=item.points_max,
        from_on=from_on,
        until_on=until_on,
    )
    if staff_among([resident_id]):
        raise IsStaff("有职务补贴的工作不再计积分。")
    batches.hold_proposing(community_id)
    days = between(from_on, until_on)
    if queries.is_post_taken(community_id, resident_id, post, building_id, days):
        raise rules.PostTaken("请先结束原来的登记。")
    entered = DutyPost(
        community_id=community_id,
        resident_id=resident_id,
        post=post,
        building_id=building_id,
        unit_no=unit_no,
        paid_allowance=paid_allowance,
        points_per_month=points_per_month,
        valid=days,
        entered_by=caller.resident_id,
    )
    db.session.add(entered)
    witness(
        caller,
        "duty_post.entered",
        "duty_post",
        entered.id,
        person=str(resident_id),
        post=post,
        points=points_per_month,
    )
    db.session.flush()
    return entered


def end_post(caller: Caller, duty_post_id: UUID, *, until_on: date) -> DutyPost:
    """The post is thanked for up to a day, that day not included.

    Raises:
        PostEnded, TermUnclear
    """
    post = queries.lock_duty_post(community_of(caller), duty_post_id)
    rules.check_end(_span(post), until_on)
    post.valid = until(post.valid, until_on)
    witness(caller, "duty_post.ended", "duty_post", post.id, until_on=until_on.isoformat())
    db.session.flush()
    return post


def propose_duty(caller: Caller, month: date) -> GrantBatch:
    """Draft the duty batch of a month that is over by hand: of who is not in one yet.

    Raises:
        NoItemForIt, NothingToGive
    """
    community_id = community_of(caller)
    first = month_of(month)
    if first > month_before(today()):
        raise NothingToGive("这个月还没有过完。")
    item_of(community_id, "duty", last_of_month(first))
    batch = _draft_duty(community_id, first)
    if batch is None:
        raise NothingToGive("没有履职满半个月而还未发放的人。")
    witness(caller, "grant_batch.asked_for", "grant_batch", batch.id, kind="duty")
    return batch


def communities_on_duty() -> Sequence[UUID]:
    """Where somebody held a post in the month that is over."""
    return queries.communities_with_duty(queries.days_of(month_before(today())))


def draft_duty(community_id: UUID) -> bool:
    """Draft the batch of the month that is over, once; whether there was one to draft."""
    month = month_before(today())
    batches.hold_proposing(community_id)
    if batches.has_batch(community_id, "duty", month):
        return False
    return _draft_duty(community_id, month) is not None


def posts_told(community_id: UUID, posts: Sequence[DutyPost]) -> list[dict[str, Any]]:
    """Each post with whose it is and where."""
    people = names([post.resident_id for post in posts])
    places = building_names(community_id, [post.building_id for post in posts])
    return [
        {
            "post": post,
            "person": people.get(post.resident_id, ""),
            "building": places[post.building_id],
        }
        for post in posts
    ]


def _draft_duty(community_id: UUID, month: date) -> GrantBatch | None:
    item = batches.item_of_kind(community_id, "duty", last_of_month(month))
    if item is None:
        return None
    days = queries.days_of(month)
    thanked = batches.people_given(community_id, "duty_post", month)
    posts = [
        post
        for post in queries.duty_posts_in(community_id, days)
        if post.resident_id not in thanked
    ]
    people = {post.resident_id for post in posts}
    roles = queries.roles_held(community_id, people, POSTS, days)
    places = building_names(community_id, {post.building_id for post in posts})
    duties = [
        Duty(
            post_id=post.id,
            resident_id=post.resident_id,
            points_per_month=post.points_per_month,
            paid_allowance=post.paid_allowance,
            span=_span(post),
            held=[
                (role.valid.lower or date.min, role.valid.upper)
                for role in roles
                if (role.resident_id, role.role, role.scope_id)
                == (post.resident_id, post.post, post.building_id)
            ],
            note=_note(post, places[post.building_id]),
        )
        for post in posts
    ]
    lines = [
        ProposedLine(
            resident_id=line.resident_id,
            basis_kind="duty_post",
            basis_id=line.post_id,
            note=line.note,
            points=line.points,
        )
        for line in rules.earned(month, duties, most=item.points_max, staff=staff_among(people))
    ]
    return propose_batch(community_id, "duty", lines, earned_on=last_of_month(month))


def _note(post: DutyPost, building: str) -> str:
    unit = f"{post.unit_no}单元" if post.unit_no else ""
    return f"{building}{unit}{post.post_label}"[:100]


def _span(post: DutyPost) -> Span:
    return post.valid.lower or date.min, post.valid.upper
