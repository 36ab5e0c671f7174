"""The virtue bank of 和平里社区: how it opened, what was done and given, and what waits today."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.clock import today
from backend.database import db
from backend.days import month_after, month_of, months_later
from backend.publication import actions as publication
from backend.publication.models import Bulletin
from backend.residents.actions import me
from backend.residents.models import Caller, Resident
from backend.virtue_bank.actions import (
    budgets,
    confirmations,
    counter,
    crediting,
    decisions,
    deeds,
    objections,
    orders,
    points_sheets,
    reversals,
    sheets,
    shop,
)
from backend.virtue_bank.models import DeedShare, PointsSheet, RuleItem, ShopItem
from backend.virtue_bank.queries.deeds import find_deed
from backend.virtue_bank.rules.deeds import Acted
from backend.virtue_bank.rules.deeds import Told as Claim
from scripts.demonstration.deeds import (
    CALLED,
    CAPS,
    DEEDS,
    ITEMS,
    OBJECTION,
    ORDERS,
    SHELF,
    UPHELD,
    WORDS,
    Told,
)
from scripts.demonstration.history import Story, ago, at, in_days, in_hours
from scripts.demonstration.people import GRID_WORKERS, Town

BUDGET, QUOTA = 60_000, 500
ELDER_BORN, GROWN_UP_BORN = 1953, 1995
ANNOUNCERS = ("member1", "chair")
DOUBTS = "同一次陪同报了两回，请说明。"
WITNESSES_FROM = 100  # among the grown-ups: nobody who has done one of the deeds
MONTHS_OPEN = 2


class Bank:
    """Who does what with points in one town."""

    def __init__(self, town: Town, *, opens_on: date | None = None) -> None:
        self.town = town
        self.opens_on = opens_on or months_later(month_of(today()), -MONTHS_OPEN)
        self.items: dict[str, UUID] = {}
        self.shelf: dict[str, UUID] = {}
        self.counter_id: UUID | None = None
        self.elders, self.grown_ups = _by_age(town)

    def stories(self) -> Iterator[tuple[Story, datetime]]:
        """Everything that happens, and when it begins."""
        yield self.opening(), at(self.opens_on - timedelta(days=15), 14)
        yield self.months(BUDGET, QUOTA), at(self.opens_on, 9)
        yield self.checking(), at(self.opens_on, 10, 30)
        yield self.supplying(), at(self.opens_on + timedelta(days=2), 10)
        yield timetable(), at(self.opens_on, 1, 30)
        for number, told in enumerate(DEEDS):
            yield self._deed(number, told), ago(told.begins, 19, number)
        for who, title, days, until in ORDERS:
            yield self.order(self.person(who), title, until), ago(days, 16)
        yield self.reversal(self.person(21)), ago(2, 11)

    def opening(self) -> Story:
        """The rule sheet: drafted, open to everybody, resolved, confirmed by another."""
        chair = self.town.at_desk("chair")
        sheet = sheets.begin_sheet(chair)
        sheet_id = sheet.id
        sheets.set_items(
            chair, sheet_id, row_version=sheet.row_version, items=list(ITEMS), caps=list(CAPS)
        )
        sheets.consult(chair, sheet_id, row_version=sheet.row_version)
        yield in_days(9, 10)
        sheets.note_adoption(
            chair,
            sheet_id,
            resolution_ref=f"居民代表会议决议〔{today().year}〕3号",
            adopted_on=today(),
            begins_on=self.opens_on,
        )
        yield in_days(1, 10)
        sheets.confirm_adoption(self.town.at_desk("member1"), sheet_id)
        rows = db.session.query(RuleItem).filter_by(sheet_id=sheet_id)
        self.items = {row.code: row.id for row in rows}

    def months(self, points: int, quota: int) -> Story:
        """A budget for each year, and on the first of each month quotas for all who decide."""
        chair, second = self.town.at_desk("chair"), self.town.at_desk("member1")
        deciding = [*(f"grid{n + 1}" for n in range(len(GRID_WORKERS))), "member2", "member3"]
        while True:
            year = today()
            budget = budgets.propose_budget(
                chair,
                since=year,
                until=months_later(year, 12) - timedelta(days=1),
                points=points,
                resolution_ref=f"居民代表会议决议〔{today().year}〕4号",
                coverage_reason="货架按季补货，服务和场地每月都有新名额。",
            )
            budget_id = budget.id
            yield in_hours(1)
            budgets.confirm_budget(second, budget_id)
            for _ in range(12):
                allotment = budgets.propose_quotas(
                    chair,
                    budget_id,
                    month=today(),
                    quotas=[
                        {"holder_id": self.town.staff[login].resident_id, "points": quota}
                        for login in deciding
                    ],
                )
                allotment_id = allotment.id
                yield in_hours(1)
                budgets.confirm_quotas(second, allotment_id)
                yield at(month_after(today()), 9)

    def checking(self) -> Story:
        """Whatever sheet the calendar has drafted: one checks it, another publishes it."""
        checks, publishes = (self.town.at_desk(login) for login in ANNOUNCERS)
        while True:
            found = db.session.query(PointsSheet).filter_by(
                community_id=self.town.community_id, bulletin_id=None
            )
            for sheet in found.order_by(PointsSheet.id).all():
                points_sheets.check_sheet(checks, sheet.id, sha256=sheet.sha256)
                bulletin = db.session.query(Bulletin).filter_by(id=sheet.bulletin_id).one()
                publication.publish_bulletin(
                    publishes, bulletin.id, content_sha256=bulletin.content_sha256
                )
                publication.confirm_board_posting(self.town.at_desk("grid1"), bulletin.id, today())
            yield in_days(1, 10, 30)

    def life(
        self, claim: Claim, doer: UUID, *, until: str = "credited", slip_no: str = ""
    ) -> Story:
        """A deed from the claim to where it stands today; crediting is the timetable's."""
        teller = self.town.caller(doer)
        if slip_no:
            teller = self.town.at_desk("counter")
            deed = deeds.claim_for(
                teller, claim, resident_id=doer, channel="paper", slip_no=slip_no
            )
        else:
            deed = deeds.claim(teller, claim)
        deed_id, building_id, version = deed.id, deed.building_id, deed.row_version
        if until == "draft" or building_id is None:
            return
        yield in_hours(0.05)
        deeds.submit(teller, deed_id, version=version)
        if until == "withdrawn":
            yield in_hours(3)
            deeds.withdraw(teller, deed_id)
        if until in {"submitted", "lapsed", "withdrawn"}:
            return
        yield in_days(1, 9, 15)
        yield from self._proof(claim, deed_id, refuted=until == "refuted")
        if until in {"refuted", "confirmed"}:
            return
        yield in_days(1, 10, 20)
        yield from self._review(deed_id, self.town.worker_of(building_id), until)
        if until in {"objected", "voided"}:
            yield in_days(1, 20)
            yield from self._objection(deed_id, upheld=until == "voided")

    def person(self, who: str | int) -> UUID:
        """A phone's, or a grown-up by number: the same one each time."""
        return self.town.phones[who] if isinstance(who, str) else self.grown_ups[who].id

    def supply(self) -> None:
        """A counter with its clerk, and everything on the shelf."""
        member = self.town.at_desk("member2")
        place = shop.add_counter(
            member,
            title="便民窗口",
            place="社区服务站一楼",
            hours="工作日9点到17点",
            clerk_ids=[self.town.staff["counter"].resident_id],
        )
        self.counter_id = place.id
        for each in SHELF:
            words: dict[str, Any] = {"funded_by": "社区公益金", "per_person_month": 3} | each
            pieces, slots = words.pop("pieces", 0), words.pop("slots", None)
            item = shop.add_item(member, slots=slots, counter_id=place.id, **words)
            if pieces:
                shop.move_stock(
                    member, item.id, kind="received", quantity=pieces, reason="", gift=None
                )
            self.shelf[item.title] = item.id

    def supplying(self) -> Story:
        self.supply()
        for openid in ("o_demo_02", "o_demo_03", "o_demo_06"):
            consents = self.town.caller(self.town.phones[openid])
            me.agree(consents, purpose="honour_list", policy_version=1)
        yield in_days(1)

    def _deed(self, number: int, told: Told) -> Story:
        doer = self.person(told.doer)
        neighbour = self.elders[told.helped].id
        if told.helped_phone:
            neighbour = self.town.phones[told.helped_phone]
        item = next(each for each in ITEMS if each["code"] == told.item)
        is_helped = item.get("needs_helped", True)
        other = self.grown_ups[WITNESSES_FROM + number].id
        claim = Claim(
            item_id=self.items[told.item],
            occurred_on=today(),
            story=WORDS[told.item][number % 2],
            display=told.display,
            place="" if is_helped else "楼前",
            slot="evening" if told.item == "C1" else "",
            helped_id=neighbour if is_helped else None,
            shares=[Acted(acted_id=doer, units=told.units)],
            witness_ids=[other] if is_helped else [neighbour, other],
        )
        yield from self.life(claim, doer, until=told.until, slip_no=told.slip_no)

    def _proof(self, claim: Claim, deed_id: UUID, *, refuted: bool) -> Story:
        """Everybody asked says so; or the first of them says that it was not so."""
        asked = [claim.helped_id] if claim.helped_id else []
        for person in [*asked, *claim.witness_ids]:
            stance = "no" if refuted else "yes"
            confirmations.confirm(
                self.town.caller(person), deed_id, stance=stance, unrelated=True, note=""
            )
            if refuted:
                return
            yield in_hours(1.5)

    def _review(self, deed_id: UUID, worker: Caller, until: str) -> Story:
        if until == "returned":
            self._decide(worker, deed_id, "return", "unclear", "请补充送餐的日期和楼栋。")
            return
        if until == "rejected":
            self._decide(worker, deed_id, "reject", "duty", "那天是志愿队排班，已由志愿队记录。")
            return
        self._decide(worker, deed_id, "approve")
        if until == "second_review":
            return
        if find_deed(self.town.community_id, deed_id).state == "second_review":
            yield in_days(1, 10)
            decisions.decide_second(
                self.town.at_desk("member2"),
                deed_id,
                version=find_deed(self.town.community_id, deed_id).row_version,
                outcome="approve",
                reason_code=None,
                reason="",
            )

    def _decide(
        self,
        worker: Caller,
        deed_id: UUID,
        outcome: str,
        code: str | None = None,
        reason: str = "",
    ) -> None:
        decisions.decide(
            worker,
            deed_id,
            version=find_deed(self.town.community_id, deed_id).row_version,
            outcome=outcome,
            points={},
            call_note=CALLED,
            reason_code=code,
            reason=reason,
        )

    def _objection(self, deed_id: UUID, *, upheld: bool) -> Story:
        said = objections.object_to(
            self.town.caller(self.grown_ups[WITNESSES_FROM - 1].id), deed_id, text=OBJECTION
        )
        objection_id = said.id
        if upheld:
            yield in_days(2, 15)
            objections.decide(
                self.town.at_desk("chair"), objection_id, outcome="upheld", reason=UPHELD
            )

    def order(self, who: UUID, title: str, until: str) -> Story:
        """Something from the shop, and how that ends; what nobody fetches is the timetable's."""
        resident, item_id = self.town.caller(who), self.shelf[title]
        points = db.session.get_one(ShopItem, (self.town.community_id, item_id)).points
        line = orders.Line(item_id=item_id, quantity=1, points=points)
        placed = orders.place(resident, [line], key=None)
        if until == "picked_up" and placed.code and self.counter_id:
            yield in_days(1, 10, 40)
            counter.hand_out(
                self.town.at_desk("counter"), self.counter_id, placed.code, lines=[], brought_by=""
            )
        elif until == "cancelled":
            yield in_hours(5)
            orders.cancel(resident, placed.order_ids[0])

    def reversal(self, person_id: UUID, until: str = "requested") -> Story:
        """The newest award of somebody is held to be wrong; what comes of it."""
        paid = (
            db.session.query(DeedShare.posted_id)
            .filter(
                DeedShare.community_id == self.town.community_id,
                DeedShare.acted_id == person_id,
                DeedShare.posted_id.is_not(None),
            )
            .order_by(DeedShare.id.desc())
            .first()
        )
        if paid is None:
            return
        request = reversals.request_reversal(
            self.town.at_desk("member2"),
            paid.posted_id,
            reason=DOUBTS,
            decision_ref="居委会会议纪要〔积分〕2号",
        )
        request_id = request.id
        if until == "requested":
            return
        yield in_days(1, 20)
        holder = self.town.caller(person_id)
        reversals.answer(holder, request_id, text="那两次是不同的日子，都有人证明。")
        yield in_days(2, 9)
        if until == "dropped":
            reversals.drop(self.town.at_desk("member3"), request_id, reason="已核对，没有重复。")
            return
        reversals.confirm(self.town.at_desk("member3"), request_id)
        if until == "confirmed":
            return
        yield in_days(3, 19)
        reversals.appeal(holder, request_id, text="请监督委员会再看一下登记。")
        yield in_days(4, 10)
        reversals.judge(
            self.town.at_desk("supervisor1"), request_id, decision=until, reason="查过登记和回访。"
        )


def timetable() -> Story:
    """What the jobs do with points, once a day when the sheets of a month that is over are due."""
    while True:
        sheets.turn_sheets()
        while budgets.freeze_ended_quotas():
            pass
        for community_id, item_id in shop.items_to_open():
            shop.open_month(community_id, item_id)
        _move_deeds()
        for community_id, order_id, _ in orders.due_now(None):
            orders.void_due(community_id, order_id)
        reversals.close_answer_windows()
        for community_id in points_sheets.communities_due():
            points_sheets.draft_due_sheets(community_id)
        yield in_days(1, 1, 30)


def _move_deeds() -> None:
    for community_id, deed_id, share_id in crediting.due_awards():
        crediting.credit(community_id, deed_id, share_id)
    for community_id, deed_id in crediting.due_deeds():
        crediting.let_lapse_or_tell(community_id, deed_id)
    for community_id, objection_id in objections.due():
        objections.close_or_tell(community_id, objection_id)


def _by_age(town: Town) -> tuple[list[Resident], list[Resident]]:
    """Elders and other grown-ups, one of a household, so that none is kin to another."""
    phones = {town.place.home_of[person] for person in town.phones.values()}
    first: dict[UUID, Resident] = {}
    for person in town.place.people:
        home = town.place.home_of[person.id]
        if home not in phones and person.born_year and person.born_year <= GROWN_UP_BORN:
            first.setdefault(home, person)
    elders = [each for each in first.values() if (each.born_year or 0) < ELDER_BORN]
    return elders, [each for each in first.values() if (each.born_year or 0) >= ELDER_BORN]
