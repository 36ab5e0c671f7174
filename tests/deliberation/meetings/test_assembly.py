"""Assemblies: called in time, reviewed before, and counted as the law says."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.clock import SHANGHAI
from backend.database import db
from backend.notifications.models import Notice
from tests.deliberation.meetings.stories import FIRST_MORNING, Table, refused, went
from tests.factories import Person

DAY = datetime(2026, 12, 12, 15, tzinfo=SHANGHAI)
REVIEW = {"reason": "经社区党组织审核，同意提交。"}


def called(table: Table, body: str, kind: str | None = None, day: datetime = DAY) -> Any:
    new = {
        "kind": kind or body.removesuffix("_persons"),
        "body": body,
        "starts_at": day.isoformat(),
        "place": "社区礼堂",
    }
    return table.recorder.post("/meetings", new)


def reviewed(table: Table, case: dict[str, Any]) -> None:
    version = went(table.recorder.get(f"/proposals/{case['id']}"))["version"]
    went(
        table.recorder.post(f"/proposals/{case['id']}/party-review", REVIEW | {"version": version})
    )


class Assembly:
    """Four representatives and a committee member; one matter on the agenda."""

    def __init__(self, table: Table, *, representatives: int = 4, members: int = 1) -> None:
        self.table = table
        with table.at(FIRST_MORNING):
            self.case = table.a_matter(required_body="representatives_assembly")
            self.meeting = str(went(called(table, "representatives_assembly"))["id"])
            table.officers(self.meeting)
            self.people: list[Person] = []
            self.seats: list[str] = []
            parties = ["representative"] * representatives + ["residents_committee"] * members
            for party in parties:
                self.people.append(table.place.a_resident())
                self.seats.append(table.invite(self.meeting, party, self.people[-1]))
            self.listener = table.invite(self.meeting, "resident", table.place.a_resident())
            reviewed(table, self.case)
            self.item = table.schedule(self.meeting, self.case)
        with table.at(DAY - timedelta(days=6, hours=-3)):
            table.minute()

    def opened(self, present: int) -> Any:
        self.table.here(self.meeting, self.listener)
        for seat in self.seats[:present]:
            self.table.here(self.meeting, seat)
        return self.table.chair.post(f"/meetings/{self.meeting}/opening")

    def counted(self, yes: int, no: int, abstain: int) -> Any:
        witnesses = {"witness1_id": str(self.people[0].id), "witness2_id": str(self.people[1].id)}
        body = {"yes": yes, "no": no, "abstain": abstain} | witnesses
        return self.table.recorder.post(f"/agenda-items/{self.item}/hand-count", body)


def test_a_matter_for_the_representatives_is_scheduled_after_the_party_has_reviewed_it(
    table: Table,
) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter(required_body="representatives_assembly")
        meeting = went(called(table, "representatives_assembly"))["id"]
        item = {"proposal_id": case["id"]}
        early = table.recorder.post(f"/meetings/{meeting}/agenda-items", item)
        assert refused(early) == "party-review-missing"
        reviewed(table, case)
        table.schedule(meeting, case)

        assert table.status(case) == "scheduled"


def test_a_matter_for_four_parties_needs_no_review(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter()
        answer = table.recorder.post(
            f"/proposals/{case['id']}/party-review", REVIEW | {"version": case["version"]}
        )

    assert refused(answer) == "no-review-needed"


@pytest.mark.parametrize(
    ("body", "earliest"),
    [("representatives_assembly", "12月7日"), ("residents_assembly_persons", "12月12日")],
)
def test_an_assembly_is_called_with_the_clear_days_of_its_law(
    table: Table, body: str, earliest: str
) -> None:
    with table.at(FIRST_MORNING):
        answer = called(table, body, day=FIRST_MORNING + timedelta(days=4))

    assert refused(answer) == "notice-too-short"
    assert earliest in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("representatives_assembly", "council"),
        ("four_party", "residents_assembly"),
        ("residents_assembly_persons", "representatives_assembly"),
    ],
)
def test_an_assembly_is_called_by_its_name(table: Table, body: str, kind: str) -> None:
    with table.at(FIRST_MORNING):
        assert called(table, body, kind).status_code == 422


@pytest.mark.parametrize(
    ("hands", "result", "sentence"),
    [
        (
            (3, 1, 0),
            "agreed",
            "应到5，实到4，4×3=12 ≥ 5×2=10，达到法定人数；同意3，3×2=6 > 4×1=4，通过。",
        ),
        ((2, 0, 2), "not_agreed", "同意2，2×2=4 ≤ 4×1=4，未通过。"),
    ],
)
def test_representatives_decide_by_more_than_half_of_those_who_came(
    table: Table, hands: tuple[int, int, int], result: str, sentence: str
) -> None:
    assembly = Assembly(table)
    with table.at(DAY):
        went(assembly.opened(4))
        without = table.outcome(assembly.item)
        assert refused(without) == "hands-missing"
        went(assembly.counted(*hands))
        tasks = [table.a_task()] if result == "agreed" else []
        outcome = went(table.outcome(assembly.item, tasks=tasks))
        minutes = went(table.chair.post(f"/meetings/{assembly.meeting}/closing"))

    assert outcome["result"] == result
    assert sentence in outcome["resolution"]["result_sentence"]
    assert minutes["state"] == "closed"


def test_without_two_thirds_of_the_members_the_assembly_is_adjourned(table: Table) -> None:
    assembly = Assembly(table)
    with table.at(DAY):
        meeting = went(assembly.opened(3))

    assert "应到5，实到3，3×3=9 < 5×2=10" in meeting["quorum_sentence"]
    assert table.status(assembly.case) == "adjourned"


def test_four_fifths_of_the_assembly_are_representatives(table: Table) -> None:
    assembly = Assembly(table, representatives=4, members=2)
    with table.at(DAY):
        answer = assembly.opened(6)

    assert refused(answer) == "too-few-representatives"


def test_only_who_comes_to_the_hall_is_counted_in_an_assembly(table: Table) -> None:
    assembly = Assembly(table)
    by_phone = {"present": True, "channel": "phone"}
    with table.at(DAY):
        url = f"/meetings/{assembly.meeting}/seats/{assembly.seats[0]}/attendance"
        answer = table.recorder.put(url, by_phone)

    assert refused(answer) == "channel-not-counted"


def test_a_residents_assembly_counts_all_adults_who_live_here(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter(required_body="residents_assembly_persons")
        meeting = str(went(called(table, "residents_assembly_persons"))["id"])
        table.officers(meeting)
        seat = table.invite(meeting, "resident", table.author)
        reviewed(table, case)
        table.schedule(meeting, case)
    with table.at(DAY - timedelta(days=11, hours=-3)):
        table.minute()
    with table.at(DAY):
        table.here(meeting, seat)
        opened = went(table.chair.post(f"/meetings/{meeting}/opening"))
    with table.app.app_context():
        told = (
            db.session.query(Notice).filter(Notice.event_key == f"meeting:{meeting}:called").one()
        )

    assert opened["quorum_met"] is False
    assert "应到5，实到1，1×2=2 ≤ 5×1=5" in opened["quorum_sentence"]
    assert told.audience == {"kind": "community"}


def test_who_was_called_to_a_residents_assembly_hears_that_it_is_moved_and_that_it_is_off(
    table: Table,
) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter(required_body="residents_assembly_persons")
        meeting = str(went(called(table, "residents_assembly_persons"))["id"])
        reviewed(table, case)
        table.schedule(meeting, case)
    with table.at(DAY - timedelta(days=11, hours=-3)):
        table.minute()
        new = {"starts_at": "2026-12-14T15:00:00+08:00", "place": "礼堂", "reason": "停电"}
        went(table.recorder.put(f"/meetings/{meeting}/time", new))
        went(table.recorder.post(f"/meetings/{meeting}/cancellation", {"reason": "停水。"}))
    with table.app.app_context():
        told = db.session.query(Notice).filter(Notice.kind == "meeting_notice").order_by(Notice.id)
        heard = [each.headline for each in told if each.audience == {"kind": "community"}]

    assert heard == [
        "12月12日召开居民会议，请您参加",
        "居民会议改到12月14日",
        "12月14日的居民会议不开了",
    ]
