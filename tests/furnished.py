"""A community with at least one object of every kind a path can name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, text

from backend import clock
from backend.clock import SHANGHAI, today, utc_now
from backend.database import Base, db, quoted, transaction
from backend.moderation.models import ModerationCase
from backend.notifications.models import Delivery
from backend.publication.models import BulletinErratum, DueItem
from backend.residents.models import LoginSession, Residency, RoleAssignment
from backend.residents.queries.spans import between
from backend.virtue_bank.models import (
    DeedObjection,
    DutyPost,
    GrantBatch,
    GrantLine,
    Honour,
    HonourRound,
    IntegrityCase,
    Nomination,
    PointsSheet,
    Settlement,
    ThanksObjection,
)
from backend.virtue_bank.rules.cells import sheet_cells
from backend.virtue_bank.rules.points_sheets import COUNTS, Period, canonical_sha256, month_body
from backend.virtue_bank.rules.settlements import year_end
from tests.deliberation.conversations.stories import opened, statement_ids
from tests.deliberation.outcomes.story import MONDAY, Story, a_story
from tests.deliberation.queued import a_queued_matter
from tests.doubles import RunningDouble
from tests.factories import Neighbourhood, Person
from tests.files.pictures import a_kept_photo
from tests.notifications.outbox import Outbox
from tests.residents.desk import an_invited_desk
from tests.virtue_bank.a_bank import BANK, IN_FORCE_DAYS, Bank
from tests.virtue_bank.a_shop import a_shop_at

NOT_TENANT = {"short_code"}


@dataclass(kw_only=True)
class Furnished:
    """The place, its people, and an id for every name of a path argument."""

    app: Flask
    place: Neighbourhood
    story: Story
    people: dict[str, Person]
    ids: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def secrets(self) -> set[str]:
        """What nobody of another community may ever read."""
        told = {*self.ids.values(), *self.more.values(), *(str(p.id) for p in self.people.values())}
        return {each for each in told if not each.isdecimal()}  # the books' small numbers

    def rows(self) -> dict[str, Any]:
        """How many rows of this community each table holds, and a sum of what is in them."""
        return rows_of(self.app, self.place.id)


def rows_of(app: Flask, community_id: UUID) -> dict[str, Any]:
    told = {}
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            if "community_id" in table.c and table.name not in NOT_TENANT:
                sum_up = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM"
                sum_up += f" {quoted(table)} t WHERE community_id = :here"
                found = db.session.execute(text(sum_up), {"here": community_id}).one()
                told[table.fullname] = tuple(found)
        db.session.remove()
    return told


@contextmanager
def on_monday() -> Iterator[None]:
    """A working hour long before any clock of the furniture runs out."""
    with clock.at(MONDAY - timedelta(minutes=30)):
        yield


def a_furnished_community(app: Flask, double: RunningDouble) -> Furnished:
    """A matter that is being appraised, one in the queue, a meeting, and all that goes with them.

    Sessions are those of `on_monday()`.
    """
    story = a_story(app, supporters=3)
    place = story.place
    story.to_appraising()
    with on_monday():
        people = {
            role: place.a_worker(role)
            for role in ("chair", "committee_member", "grid_worker", "supervisor", "moderator")
        }
        people["author"] = place.a_resident(name="郭作者")
        people["neighbour"] = place.a_resident(name="何邻居")
        people["visitor"] = place.a_visitor(name="林访客")
        made = Furnished(app=app, place=place, story=story, people=people)
        made.ids = {
            "community_id": str(place.id),
            "building_id": str(place.building_id),
            "grid_id": str(place.grid_id),
            "household_id": str(people["author"].household_id),
            "person_id": str(people["author"].id),
            "task_id": str(story.task_ids[0]),
            "question_id": str(story.question().id),
        }
        _a_matter_at_the_table(made)
        _matters_on_their_way(made)
        _a_conversation(made)
        _people_and_homes(made)
        _what_is_published(made)
        _a_complaint(made)
        _a_points_shop(made)
        _sheets_and_books(made)
        _thanks_and_honours(made)
        _what_the_calendar_does_to_points(made)
        _a_proxy_offered(made)
        _a_message(made, double)
    return made


def _a_matter_at_the_table(made: Furnished) -> None:
    _count_the_storys_matter(made)
    recorder, chair = made.people["committee_member"], made.people["chair"]
    author = made.people["author"]
    case = a_queued_matter(made.place, author=author)
    made.ids["proposal_id"] = case["id"]
    url = f"/proposals/{case['id']}"
    asked = went(made.people["supervisor"].post(f"{url}/oversight-questions", {"text": "何时办？"}))
    made.ids["objection_id"] = asked["id"]
    meeting = went(recorder.post("/meetings", new_meeting(chair, recorder)))["id"]
    made.ids["meeting_id"] = meeting
    seat = {"party": "property_company", "resident_id": str(made.people["neighbour"].id)}
    made.ids["seat_id"] = went(recorder.post(f"/meetings/{meeting}/seats", seat))["id"]
    item = {"proposal_id": case["id"]}
    made.ids["item_id"] = went(recorder.post(f"/meetings/{meeting}/agenda-items", item))["id"]
    notice = {"title": "停水通知", "text": "明天检修水管，上午停水。"}
    made.ids["bulletin_id"] = went(chair.post("/bulletins", notice))["id"]
    with made.app.app_context():
        cases = select(ModerationCase.id).where(ModerationCase.community_id == made.place.id)
        made.ids["case_id"] = str(db.session.scalars(cases).first())


def _count_the_storys_matter(made: Furnished) -> None:
    """The story wrote its matter's number down itself: the next one filed is number two."""
    with made.app.app_context(), transaction():
        numbers = "INSERT INTO proposal_serial (community_id, year, last_no) VALUES (:c, :y, 1)"
        db.session.execute(text(numbers), {"c": made.place.id, "y": MONDAY.year})


def new_meeting(host: Person, recorder: Person) -> dict[str, Any]:
    starts = (utc_now() + timedelta(days=20)).astimezone(SHANGHAI).replace(hour=19, minute=0)
    return {
        "kind": "four_party",
        "body": "four_party",
        "starts_at": starts.isoformat(),
        "place": "社区议事厅",
        "host_id": str(host.id),
        "recorder_id": str(recorder.id),
    }


def _matters_on_their_way(made: Furnished) -> None:
    """A second matter in the queue, one that has just been accepted, and a draft."""
    author = made.people["author"]
    second = a_queued_matter(
        made.place,
        author=made.people["neighbour"],
        title="花园添长椅",
        body="中心花园没有坐的地方。",
    )
    made.more["second_matter_id"] = second["id"]
    for name in ("accepted", "draft"):
        words = {"title": f"{name}号井盖响", "body": "夜里车压过井盖很响。", "place": "东门"}
        case = went(author.post("/proposals", words | {"category": "facilities"}))
        made.more[f"{name}_id"] = case["id"]
    url = f"/proposals/{made.more['accepted_id']}"
    went(author.post(f"{url}/submission", {"version": 1, "similar_answer": "different"}))
    case = went(author.get(url))
    accepted = went(
        made.people["grid_worker"].post(f"{url}/acceptance", {"version": case["version"]})
    )
    made.versions["accepted_id"] = accepted["version"]


def _a_conversation(made: Furnished) -> None:
    conversation = opened(made.place, by=made.people["committee_member"])
    statement = statement_ids(made.people["author"], conversation)[1]
    made.ids |= {"conversation_id": conversation, "statement_id": statement}


def _people_and_homes(made: Furnished) -> None:
    place, author, chair = made.place, made.people["author"], made.people["chair"]
    wanted = {
        "community_id": str(place.id),
        "building_id": str(place.building_id),
        "unit_no": "1",
        "room_no": "101",
        "relation": "head",
        "tenure": "owner",
    }
    claim = went(made.people["visitor"].post("/me/residence", wanted))
    made.ids["verification_id"] = claim["id"]
    group = went(chair.post("/groups", {"code": "Z1", "name": "第一居民小组"}))
    made.ids["group_id"] = group["id"]
    desk, _ = an_invited_desk(made.app, place, f"desk.{place.code}")
    made.ids["account_id"] = str(desk.id)
    number = {"value": 9, "valid_from": next_week(), "basis": "居民会议决定"}
    own_number = went(chair.put("/settings/residence.appeal_days", number))
    made.ids["setting_id"] = own_number["id"]
    with made.app.app_context():
        one = db.session.scalar
        roles = select(RoleAssignment.id).where(RoleAssignment.resident_id == chair.id)
        sessions = select(LoginSession.id).where(LoginSession.resident_id == author.id)
        homes = select(Residency.id).where(Residency.resident_id == author.id)
        grids = text("SELECT id FROM grid WHERE community_id = :c AND level = 2")
        dwellings = text("SELECT id FROM dwelling WHERE community_id = :c LIMIT 1")
        made.ids["assignment_id"] = str(one(roles))
        made.ids["session_id"] = str(one(sessions))
        made.ids["residency_id"] = str(one(homes))
        made.more["middle_grid_id"] = str(one(grids, {"c": place.id}))
        made.more["dwelling_id"] = str(one(dwellings, {"c": place.id}))


def _what_is_published(made: Furnished) -> None:
    with made.app.app_context(), transaction():
        due = select(DueItem.id).where(DueItem.community_id == made.place.id)
        made.ids["due_item_id"] = str(db.session.scalars(due).first())
        erratum = BulletinErratum(
            community_id=made.place.id,
            bulletin_id=UUID(made.ids["bulletin_id"]),
            text="时间有误。",
            drafted_by=made.people["chair"].id,
        )
        db.session.add(erratum)
        made.ids["erratum_id"] = str(erratum.id)


def _a_complaint(made: Furnished) -> None:
    said = {"kind": "complaint", "text": "反映的事一直没人回话。"}
    made.ids["complaint_id"] = went(made.people["author"].post("/complaints", said))["id"]


def _a_points_shop(made: Furnished) -> None:
    shop = a_shop_at(made.place, member=made.people["committee_member"])
    made.people["counter_clerk"] = shop.clerk
    item = shop.an_item(received=0)
    gift = shop.receive(item, 5, gift={"may_be_named": True, "donor_name": "东门超市"})
    shop.credit(made.people["author"], 100)
    order, _ = shop.ordered(made.people["author"], item)
    home = {"household_id": made.ids["household_id"]}
    family = went(made.people["author"].post("/virtue-bank/families", home))
    made.ids |= {
        "counter_id": shop.counter_id,
        "shop_item_id": item,
        "shop_order_id": order,
        "donation_id": gift["donation_id"],
        "family_id": family["id"],
    }


def _sheets_and_books(made: Furnished) -> None:
    """A sheet in force, a budget, quotas, and an award somebody holds to be wrong."""
    bank = Bank(
        app=made.app,
        place=made.place,
        chair=made.people["chair"],
        member=made.people["committee_member"],
        worker=made.people["grid_worker"],
        supervisor=made.people["supervisor"],
    )
    sheet_id = bank.sheet(begins_on=today() - timedelta(days=IN_FORCE_DAYS))
    bank.budget_id = bank.a_budget(10_000)
    allotment_id = bank.quotas({bank.worker.id: 500, bank.member.id: 500})
    award = bank.award(made.people["author"], 30)
    url = f"{BANK}/transfers/{award}/reversal-requests"
    account_id = bank.account_of(made.people["author"])
    freezing = f"{BANK}/accounts/{account_id}/freezing"
    why = {"reason": "核实后不是本人所为。", "decision_ref": "居委会决定"}
    made.ids |= {
        "sheet_id": sheet_id,
        "budget_id": bank.budget_id,
        "allotment_id": allotment_id,
        "points_account_id": str(account_id),
        "freezing_id": went(bank.now(bank.chair).post(freezing, why))["id"],
        "transfer_id": str(award),
        "request_id": went(bank.now(bank.chair).post(url, why))["id"],
    }
    made.more["quota_id"] = str(bank.quota(bank.worker).id)
    _a_deed(made, went(bank.now(bank.chair).get(f"{BANK}/rule-sheets/{sheet_id}")))


def _a_deed(made: Furnished, sheet: dict[str, Any]) -> None:
    """A deed with a picture that waits for its witnesses, and an objection to it."""
    author, neighbour = made.people["author"], made.people["neighbour"]
    photo = a_kept_photo(author, seed=made.place.id.int % 10**6)
    made.more["rule_item_id"] = item = next(i["id"] for i in sheet["items"] if i["code"] == "A1")
    told = {
        "item_id": item,
        "occurred_on": today().isoformat(),
        "story": "给行动不便的老人送了午饭。",
        "helped_id": str(neighbour.id),
        "files": [photo],
    }
    draft = went(author.post(f"{BANK}/deeds", told))
    deed = went(author.post(f"{BANK}/deeds/{draft['id']}/submit", {"row_version": 1}))
    with made.app.app_context(), transaction():
        objection = DeedObjection(
            community_id=made.place.id,
            deed_id=UUID(deed["id"]),
            kind="objection",
            text="那几天是他女儿送的饭。",
            due_at=utc_now() + timedelta(days=7),
            actor_id=neighbour.id,
            channel="paper",
        )
        db.session.add(objection)
        made.ids["deed_objection_id"] = str(objection.id)
    made.ids |= {"deed_id": deed["id"], "file_id": photo}
    unused = a_kept_photo(author, seed=made.place.id.int % 10**6 + 1)
    made.more["unused_file_id"] = unused


def _thanks_and_honours(made: Furnished) -> None:
    """A captain's post, a batch with a line somebody objects to, a round and an honour."""
    here, author, chair = made.place.id, made.people["author"].id, made.people["chair"].id
    neighbour, worker = made.people["neighbour"].id, made.people["grid_worker"].id
    month = today().replace(day=1)
    post = DutyPost(
        community_id=here,
        resident_id=author,
        post="building_captain",
        building_id=made.place.building_id,
        valid=between(month, None),
        points_per_month=20,
        entered_by=chair,
    )
    batch = GrantBatch(
        community_id=here,
        kind="meeting",
        item_id=UUID(made.more["rule_item_id"]),
        period_start=month,
    )
    line = GrantLine(
        community_id=here,
        batch_id=batch.id,
        resident_id=author,
        period_start=month,
        points=5,
        basis_kind="meeting",
        basis_id=UUID(made.ids["meeting_id"]),
    )
    round_ = HonourRound(
        community_id=here,
        title="好邻居",
        criteria="热心帮助邻里。",
        counted_from=month,
        counted_until=today() + timedelta(days=1),
        places=1,
        planned_by=chair,
    )
    nomination = Nomination(
        community_id=here,
        round_id=round_.id,
        nominee_id=author,
        story="常年给老人送报纸。",
        state="honoured",
        consent_recorded_by=worker,
        actor_id=neighbour,
        channel="mini_program",
    )
    honour = Honour(
        community_id=here,
        nomination_id=nomination.id,
        resident_id=author,
        title="好邻居",
        number=f"RY-{made.place.code}-0001",
        verify_code=made.place.id.hex[-12:],
        decided_on=today(),
    )
    objection = ThanksObjection(
        community_id=here,
        line_id=line.id,
        text="那天他没有来。",
        due_at=utc_now() + timedelta(days=7),
        actor_id=neighbour,
        channel="paper",
    )
    with made.app.app_context(), transaction():
        for each in (post, batch, line, round_, nomination, honour, objection):
            db.session.add(each)
            db.session.flush()
        made.ids |= {
            "duty_post_id": str(post.id),
            "batch_id": str(batch.id),
            "grant_line_id": str(line.id),
            "honour_round_id": str(round_.id),
            "nomination_id": str(nomination.id),
            "honour_id": str(honour.id),
            "thanks_objection_id": str(objection.id),
        }


def _what_the_calendar_does_to_points(made: Furnished) -> None:
    """A month's sheet nobody has checked, a planned settlement, and a case for the supervisors."""
    here, nothing = made.place.id, sheet_cells([])
    body = month_body(
        Period(kind="month", since=date(2026, 1, 1), until=date(2026, 2, 1)),
        issued={"items": nothing, "grids": nothing},
        redeemed={"items": nothing, "grids": nothing},
        expired={"grids": nothing},
        budget=None,
        coverage={"shelf": 0, "percent": 100},
        objections=dict.fromkeys(COUNTS, 0),
        reversals=[],
        seal=(None, None),
    )
    sheet = PointsSheet(
        community_id=here,
        kind="month",
        period=between(date(2026, 1, 1), date(2026, 2, 1)),
        body=body,
        sha256=canonical_sha256(body),
        block_seq=None,
        block_hash=None,
    )
    settlement = Settlement(
        community_id=here,
        cutoff_at=year_end(2025),
        expires_on=today() + timedelta(days=60),
        planned_by=made.people["chair"].id,
    )
    case = IntegrityCase(
        community_id=here,
        kind="call_back",
        subject_kind="deed",
        subject_id=uuid4(),
        facts={"serials": ["VB-2026-000001"], "concerned": []},
    )
    with made.app.app_context(), transaction():
        db.session.add_all([sheet, settlement, case])
        db.session.flush()
        made.ids |= {
            "points_sheet_id": str(sheet.id),
            "settlement_id": str(settlement.id),
            "integrity_case_id": str(case.id),
        }


def _a_proxy_offered(made: Furnished) -> None:
    offer = {"proxy_id": str(made.people["neighbour"].id), "scopes": ["virtue_bank"]}
    made.ids["proxy_grant_id"] = went(made.people["author"].post("/proxy-grants", offer))["id"]


def _a_message(made: Furnished, double: RunningDouble) -> None:
    outbox = Outbox(app=made.app, neighbourhood=made.place, double=double)
    outbox.announce(made.people["author"], event_key=f"furnished:{uuid4()}")
    outbox.expand()
    with made.app.app_context():
        messages = select(Delivery.id).where(Delivery.resident_id == made.people["author"].id)
        made.ids["message_id"] = str(db.session.scalars(messages).first())


def went(answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def next_week() -> str:
    return (today() + timedelta(days=7)).isoformat()
