"""A council: hands are counted before witnesses, and a majority is called one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.clock import SHANGHAI
from tests.deliberation.meetings.stories import FIRST_MORNING, Table, refused, went
from tests.deliberation.meetings.test_rules import TABLE, set_rule
from tests.factories import Person

DAY = datetime(2026, 12, 8, 19, tzinfo=SHANGHAI)


class Council:
    """Five neighbours invited to a council on 8 December, one matter on its agenda."""

    def __init__(self, table: Table) -> None:
        self.table = table
        with table.at(FIRST_MORNING):
            new = {
                "kind": "council",
                "body": "council",
                "starts_at": DAY.isoformat(),
                "place": "活动室",
            }
            self.meeting = str(went(table.recorder.post("/meetings", new))["id"])
            table.officers(self.meeting)
            self.people: list[Person] = [table.place.a_resident() for _ in range(5)]
            self.seats = [
                table.invite(self.meeting, "representative", person) for person in self.people
            ]
            self.expert = table.invite(self.meeting, "expert", table.place.a_resident())
            self.case = table.a_matter(required_body="council")
            self.item = table.schedule(self.meeting, self.case)
        with table.at(DAY - timedelta(days=4)):
            table.minute()

    def opened(self, present: int) -> Any:
        for seat in self.seats[:present]:
            self.table.here(self.meeting, seat)
        return self.table.chair.post(f"/meetings/{self.meeting}/opening")

    def counted(self, yes: int, no: int, abstain: int = 0, **other: str) -> Any:
        witnesses = {"witness1_id": str(self.people[0].id), "witness2_id": str(self.people[1].id)}
        body: dict[str, Any] = {"yes": yes, "no": no, "abstain": abstain} | witnesses | other
        return self.table.recorder.post(f"/agenda-items/{self.item}/hand-count", body)


@pytest.fixture
def council(table: Table) -> Council:
    return Council(table)


@pytest.mark.parametrize(
    ("hands", "result", "how"),
    [
        ((4, 0, 0), "agreed", "协商一致"),
        ((3, 1, 0), "agreed", "多数意见"),
        ((2, 2, 0), "not_agreed", "未通过"),
        ((2, 0, 2), "not_agreed", "未通过"),
    ],
)
def test_hands_decide_and_the_formula_is_printed(
    council: Council, hands: tuple[int, int, int], result: str, how: str
) -> None:
    table = council.table
    with table.at(DAY):
        went(council.opened(4))
        went(council.counted(*hands))
        tasks = [table.a_task()] if result == "agreed" else []
        outcome = went(table.outcome(council.item, tasks=tasks))

    assert outcome["result"] == result
    sentence = outcome["resolution"]["result_sentence"]
    assert "应到5，实到4，4×2=8 ≥ 5×1=5" in sentence
    assert how in sentence


def test_the_hands_must_be_as_many_as_are_here(council: Council) -> None:
    with council.table.at(DAY):
        went(council.opened(4))
        answer = council.counted(4, 1)

    assert refused(answer) == "count-mismatch"
    assert (answer.get_json()["counted"], answer.get_json()["present"]) == (5, 4)


def test_counter_and_witnesses_are_three_people_in_the_room(council: Council) -> None:
    table = council.table
    with table.at(DAY):
        went(council.opened(4))
        same = council.counted(4, 0, witness2_id=str(council.people[0].id))
        herself = council.counted(4, 0, witness2_id=str(table.recorder.id))
        outside = council.counted(4, 0, witness2_id=str(council.people[4].id))

    assert [refused(each) for each in (same, herself, outside)] == [
        "same-witness",
        "same-witness",
        "witness-not-here",
    ]


def test_a_count_is_entered_once(council: Council) -> None:
    with council.table.at(DAY):
        went(council.opened(4))
        went(council.counted(4, 0))

        assert refused(council.counted(0, 4)) == "already-counted"


def test_without_a_count_everybody_here_must_have_spoken(council: Council) -> None:
    table = council.table
    with table.at(DAY):
        went(council.opened(3))
        for seat in council.seats[:2]:
            went(table.says(council.item, seat))
        assert refused(table.outcome(council.item)) == "position-missing"
        went(table.says(council.item, council.seats[2], "condition", "先公示费用"))

        assert went(table.outcome(council.item))["result"] == "agreed"


@pytest.mark.parametrize(("present", "met"), [(2, False), (3, True)])
def test_half_of_the_invited_must_be_here(council: Council, *, present: int, met: bool) -> None:
    with council.table.at(DAY):
        meeting = went(council.opened(present))

    assert meeting["quorum_met"] is met
    assert council.table.status(council.case) == ("deliberating" if met else "adjourned")


def test_who_sits_in_is_neither_due_nor_counted(council: Council) -> None:
    table = council.table
    with table.at(DAY):
        table.here(council.meeting, council.expert)
        went(council.opened(4))
        went(table.says(council.item, council.expert, "against", "建议换声控灯"))
        went(council.counted(4, 0))
        went(table.outcome(council.item))
        went(table.chair.post(f"/meetings/{council.meeting}/closing"))
        content = went(table.chair.get(f"/meetings/{council.meeting}/minutes"))["content"]

    assert (content["attendance"]["due"], content["attendance"]["present"]) == (5, 4)
    assert [each["party"] for each in content["attendance"]["sitting_in"]] == ["专业人士"]
    assert content["items"][0]["positions"][0]["text"] == "建议换声控灯"


def test_who_came_late_is_counted_and_who_leaves_early_stays_counted(council: Council) -> None:
    table = council.table
    with table.at(DAY):
        went(council.opened(3))
        table.here(council.meeting, council.seats[3])
        url = f"/meetings/{council.meeting}/seats/{council.seats[0]}/attendance"
        assert refused(table.recorder.put(url, {"present": False})) == "not-open"
        went(council.counted(4, 0))

        assert "实到4" in went(table.outcome(council.item))["resolution"]["result_sentence"]


def test_four_parties_are_not_counted_by_hands(table: Table) -> None:
    prepared = table.ready()
    with table.at(datetime(2026, 12, 10, 19, tzinfo=SHANGHAI)):
        went(prepared.opened())
        body = {
            "yes": 4,
            "no": 0,
            "abstain": 0,
            "witness1_id": str(table.seated["party_org"].id),
            "witness2_id": str(table.seated["property_company"].id),
        }
        answer = table.recorder.post(f"/agenda-items/{prepared.item}/hand-count", body)

    assert refused(answer) == "not-counted-by-hands"


def test_who_comes_after_the_count_is_let_in_after_the_outcome(council: Council) -> None:
    table = council.table
    url = f"/meetings/{council.meeting}/seats/{council.seats[3]}/attendance"
    with table.at(DAY):
        went(council.opened(3))
        went(council.counted(2, 1))
        assert refused(table.recorder.put(url, {"present": True})) == "not-open"
        outcome = went(table.outcome(council.item))
        went(table.recorder.put(url, {"present": True}))

    assert outcome["result"] == "agreed"
    assert "实到3" in outcome["resolution"]["result_sentence"]


def test_what_the_next_session_gives_too_little_time_for_waits_and_stops_nothing(
    council: Council,
) -> None:
    table = council.table
    longer = {
        "days": [5],
        "cutoff_time": "18:00",
        "starts_at": "19:00",
        "place": "活动室",
        "valid_from": "2026-12-05",
        "notice_days": 5,
    }
    next_one = {
        "kind": "council",
        "body": "council",
        "starts_at": "2026-12-20T19:00:00+08:00",
        "place": "活动室",
    }
    url = "/calendar-rules/discussion_day"
    with table.at(DAY - timedelta(days=4)):
        went(table.recorder.post("/meetings", next_one))
        went(table.chair.put(url, longer))
        rule = TABLE | {"notice_days": 5, "valid_from": "2026-12-09"}
        went(set_rule(table, "council", **rule))
        shorter = table.chair.put(url, longer | {"notice_days": 3, "valid_from": "2026-12-21"})
    with table.at(DAY + timedelta(days=1)):
        table.minute()

    assert table.status(council.case) == "queued"
    assert refused(shorter) == "notice-too-short"
