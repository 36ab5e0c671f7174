"""Agendas: what may be put on them until when, in what order, and what becomes of the rest."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from backend.clock import SHANGHAI
from backend.database import db, transaction
from backend.deliberation.actions.moves import verify_chain
from backend.deliberation.models import Meeting, Proposal
from backend.deliberation.queries.audiences import matter_circle
from backend.deliberation.queries.cases import find_proposal, moves_of
from backend.notifications.models import Notice
from tests.counting import counted_statements
from tests.deliberation.meetings.stories import (
    CUTOFF,
    EVENING,
    FIRST_MORNING,
    SECOND,
    Table,
    refused,
    went,
)
from tests.factories import a_neighbourhood


def meeting_notices(table: Table) -> list[Notice]:
    with table.app.app_context():
        return list(
            db.session.scalars(
                select(Notice)
                .where(Notice.community_id == table.place.id, Notice.kind == "meeting_notice")
                .order_by(Notice.id)
            )
        )


@pytest.mark.parametrize(
    ("moment", "taken"), [(CUTOFF - SECOND * 2, True), (CUTOFF, False), (CUTOFF + SECOND, False)]
)
def test_the_agenda_closes_to_the_second(table: Table, moment: Any, *, taken: bool) -> None:
    with table.at(FIRST_MORNING):
        case, meeting = table.a_matter(), table.session_on("2026-12-10")
    with table.at(moment):
        answer = table.recorder.post(
            f"/meetings/{meeting}/agenda-items", {"proposal_id": case["id"]}
        )

    assert (answer.status_code == 201) is taken
    if not taken:
        assert refused(answer) == "past-cutoff"
        assert "12月06日18:00" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("moment", "state"),
    [(CUTOFF - SECOND * 2, "shell"), (CUTOFF, "frozen"), (CUTOFF + SECOND, "frozen")],
)
def test_the_cut_off_freezes_what_is_there(table: Table, moment: Any, state: str) -> None:
    with table.at(FIRST_MORNING):
        meeting = table.session_on("2026-12-10")
        table.schedule(meeting, table.a_matter())
    with table.at(moment):
        table.minute()
        table.minute()
        shown = went(table.author.get(f"/meetings/{meeting}"))

    assert shown["state"] == state
    assert len(meeting_notices(table)) == (state == "frozen")


def test_an_agenda_nobody_filled_is_empty_and_nobody_is_told(table: Table) -> None:
    with table.at(CUTOFF):
        table.minute()
        states = {each["held_on"]: each["state"] for each in table.sessions()}

    assert states["2026-12-10"] == "empty"
    assert states["2026-12-20"] == "shell"
    assert meeting_notices(table) == []


def test_author_supporters_followers_and_the_invited_are_told_once(table: Table) -> None:
    with table.at(FIRST_MORNING):
        supporter, follower = table.place.a_resident(), table.place.a_resident()
        muted, stranger = table.place.a_resident(), table.place.a_resident()
        case, meeting = table.a_matter(), table.session_on("2026-12-10")
        url = f"/proposals/{case['id']}"
        went(supporter.put(f"{url}/support"))
        went(follower.put(f"{url}/follow"))
        went(muted.put(f"{url}/support"))
        went(muted.delete(f"{url}/follow"))
        seats = table.invite_all(meeting)
        table.schedule(meeting, case)
    with table.at(CUTOFF):
        table.minute()
    [notice] = meeting_notices(table)
    with table.app.app_context():
        audience = notice.audience or {}
        told = set(db.session.scalars(matter_circle(table.place.id, audience)))

    assert told >= {table.author.id, supporter.id, follower.id}
    assert told >= {person.id for person in table.seated.values()}
    assert not told & {muted.id, stranger.id}
    assert len(seats) == 4
    assert notice.payload["time"] == "2026年12月10日 19:00"
    assert "3号楼楼道灯坏了" in notice.body
    assert "灯" not in notice.payload["topic"]


def test_what_most_people_stand_behind_comes_first_unless_the_recorder_says_so(
    table: Table,
) -> None:
    with table.at(FIRST_MORNING):
        lamp = table.a_matter()
        bins = table.a_matter(
            title="垃圾桶要移走", body="东门垃圾桶离窗户太近，夏天气味大，请换一个地方。"
        )
        bench = table.a_matter(title="花园添长椅", body="中心花园没有坐的地方，希望添三张长椅。")
        for neighbour in (table.place.a_resident(), table.place.a_resident()):
            went(neighbour.put(f"/proposals/{bins['id']}/support"))
        meeting = table.session_on("2026-12-10")
        for case in (lamp, bins):
            table.schedule(meeting, case)
        first = {"proposal_id": bench["id"], "position": 1}
        went(table.recorder.post(f"/meetings/{meeting}/agenda-items", first))
        shown = went(table.author.get(f"/meetings/{meeting}"))

    assert [item["proposal_id"] for item in shown["agenda"]] == [
        case["id"] for case in (bench, bins, lamp)
    ]
    assert [item["position"] for item in shown["agenda"]] == [1, 2, 3]


def test_a_postponed_matter_waits_again_and_goes_before_newer_ones(table: Table) -> None:
    with table.at(FIRST_MORNING):
        old = table.a_matter()
        meeting, later = table.session_on("2026-12-10"), table.session_on("2026-12-20")
        item = table.schedule(meeting, old)
        went(table.recorder.delete(f"/meetings/{meeting}/agenda-items/{item}"))
        assert table.status(old) == "queued"
        new = table.a_matter(title="花园添长椅", body="中心花园没有坐的地方，希望添三张长椅。")
        went(table.place.a_resident().put(f"/proposals/{new['id']}/support"))
        table.schedule(later, new)
        table.schedule(later, old)
        shown = went(table.author.get(f"/meetings/{later}"))

    assert [each["proposal_id"] for each in shown["agenda"]] == [old["id"], new["id"]]


def test_a_matter_may_return_to_the_agenda_it_was_taken_off(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case, meeting = table.a_matter(), table.session_on("2026-12-10")
        item = table.schedule(meeting, case)
        went(table.recorder.delete(f"/meetings/{meeting}/agenda-items/{item}"))

        assert table.schedule(meeting, case) == item
        assert table.status(case) == "scheduled"


def test_after_the_notice_an_item_goes_only_with_a_reason_and_everybody_hears(
    table: Table,
) -> None:
    prepared = table.ready()
    url = f"/meetings/{prepared.meeting}/agenda-items/{prepared.item}"
    with table.at(CUTOFF + SECOND):
        assert refused(table.recorder.delete(url)) == "reason-missing"
        went(table.recorder.ask("DELETE", url, query_string={"reason": "等物业报价。"}))

    assert table.status(prepared.case) == "queued"
    assert "等物业报价" in meeting_notices(table)[-1].body
    assert meeting_notices(table)[-1].at_once


def test_a_matter_goes_only_to_the_table_it_was_sent_to(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case, meeting = table.a_matter(required_body="council"), table.session_on("2026-12-10")
        answer = table.recorder.post(
            f"/meetings/{meeting}/agenda-items", {"proposal_id": case["id"]}
        )

    assert refused(answer) == "wrong-body"


def test_a_matter_is_on_one_agenda_only(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter()
        meeting, later = table.session_on("2026-12-10"), table.session_on("2026-12-20")
        table.schedule(meeting, case)
        twice = [
            table.recorder.post(f"/meetings/{each}/agenda-items", {"proposal_id": case["id"]})
            for each in (meeting, later)
        ]

    assert [refused(each) for each in twice] == ["already-on-agenda", "not-in-this-state"]


def test_two_recorders_scheduling_one_matter_schedule_it_once(table: Table, app: Flask) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter()
        meetings = [table.session_on("2026-12-10"), table.session_on("2026-12-20")] * 4
        workers = [table.place.a_worker("committee_member") for _ in meetings]

        def schedule(pair: Any) -> int:
            worker, meeting = pair
            body = {"proposal_id": case["id"]}
            return int(worker.post(f"/meetings/{meeting}/agenda-items", body).status_code)

        with ThreadPoolExecutor(8) as pool:
            answers = sorted(pool.map(schedule, zip(workers, meetings, strict=True)))

    assert answers == [201] + [409] * 7
    with app.app_context():
        proposal = find_proposal(table.place.id, case["id"])
        assert [to for to, _, _ in moves_of(proposal)].count("scheduled") == 1
        verify_chain(proposal)


def test_of_two_outcomes_at_once_one_stands(table: Table, app: Flask) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened())
        for seat in prepared.seats.values():
            went(table.says(prepared.item, seat))
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: table.outcome(prepared.item), range(6)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    with app.app_context():
        proposal = find_proposal(table.place.id, prepared.case["id"])
        assert [to for to, _, _ in moves_of(proposal)].count("resolved") == 1
        verify_chain(proposal)


def test_a_meeting_that_was_not_held_rolls_over_to_the_next_of_its_kind(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING + timedelta(hours=4)):
        table.minute()
        assert table.status(prepared.case) == "scheduled"  # the day is not over
    with table.at(EVENING + timedelta(hours=6)):
        table.minute()
        table.minute()
        later = went(table.chair.get(f"/meetings/{table.session_on('2026-12-20')}"))
        missed = went(table.chair.get(f"/meetings/{prepared.meeting}"))

    assert missed["state"] == "cancelled"
    assert [item["proposal_id"] for item in later["agenda"]] == [prepared.case["id"]]
    assert table.status(prepared.case) == "scheduled"
    assert "不开了" in meeting_notices(table)[-1].headline
    with table.app.app_context():
        proposal = find_proposal(table.place.id, prepared.case["id"])
        assert [(to, who) for to, who, _ in moves_of(proposal)][-2:] == [
            ("queued", "system"),
            ("scheduled", "system"),
        ]
        verify_chain(proposal)


def test_a_meeting_that_cannot_be_closed_holds_up_no_other_communitys(
    app: Flask, table: Table
) -> None:
    other, meetings = Table(app), []
    for each in (table, other):
        with each.at(FIRST_MORNING):
            meetings.append(each.session_on("2026-12-10"))
            each.schedule(meetings[-1], each.a_matter())
    with table.at(CUTOFF):
        table.minute()
    with app.app_context(), transaction():
        broken = update(Proposal).where(Proposal.community_id == table.place.id)
        db.session.execute(broken.values(status="queued"))

    states = []
    with table.at(EVENING + timedelta(days=1)), other.at(EVENING + timedelta(days=1)):
        table.minute()
        for each, meeting in zip((table, other), meetings, strict=True):
            states.append(went(each.author.get(f"/meetings/{meeting}"))["state"])

    assert states == ["frozen", "cancelled"]


def test_who_is_invited_after_the_notice_hears_at_once(table: Table) -> None:
    prepared = table.ready()
    with table.at(CUTOFF + SECOND):
        late = table.place.a_resident()
        table.invite(prepared.meeting, "resident", late)

    assert meeting_notices(table)[-1].resident_id == late.id
    assert meeting_notices(table)[-1].at_once


def test_a_meeting_called_off_sends_its_matters_on(table: Table) -> None:
    prepared = table.ready()
    with table.at(CUTOFF + SECOND):
        body = {"reason": "议事厅停电。"}
        called_off = went(table.recorder.post(f"/meetings/{prepared.meeting}/cancellation", body))
        again = table.recorder.post(f"/meetings/{prepared.meeting}/cancellation", body)

    assert called_off["state"] == "cancelled"
    assert refused(again) == "meeting-closed"
    assert table.status(prepared.case) == "scheduled"
    assert "议事厅停电" in meeting_notices(table)[-1].body


def test_a_moved_meeting_keeps_its_clear_days_and_tells_again(table: Table) -> None:
    prepared = table.ready()
    url = f"/meetings/{prepared.meeting}/time"
    new = {"starts_at": "2026-12-11T19:00:00+08:00", "place": "活动室", "reason": "议事厅停电"}
    with table.at(CUTOFF + timedelta(days=1)):
        moved = went(table.recorder.put(url, new))
        sooner = table.recorder.put(url, new | {"starts_at": "2026-12-10T19:00:00+08:00"})

    assert moved["place"] == "活动室"
    with table.at(CUTOFF + timedelta(days=1)):
        case = went(table.chair.get(f"/proposals/{prepared.case['id']}"))
        assert datetime.fromisoformat(case["due_at"]) == datetime(2026, 12, 12, tzinfo=SHANGHAI)
    assert refused(sooner) == "notice-too-short"
    assert "12月11日（周五）19:00" in meeting_notices(table)[-1].body


def test_a_meeting_of_another_community_does_not_exist(table: Table, app: Flask) -> None:
    prepared = table.ready()
    with table.at(CUTOFF):
        stranger = a_neighbourhood(app).a_worker("chair")
        meeting, item = prepared.meeting, prepared.item
        answers = [
            stranger.get(f"/meetings/{meeting}"),
            stranger.post(f"/meetings/{meeting}/opening"),
            stranger.get(f"/meetings/{meeting}/minutes"),
            stranger.post(
                f"/meetings/{meeting}/agenda-items", {"proposal_id": prepared.case["id"]}
            ),
            stranger.post(
                f"/agenda-items/{item}/outcome", {"text": "不属于我们", "outcome": "continued"}
            ),
        ]

    assert {answer.status_code for answer in answers} == {404}


def test_neighbours_read_the_agenda_but_not_the_names(table: Table) -> None:
    prepared = table.ready()
    with table.at(CUTOFF):
        seen = went(table.place.a_resident().get(f"/meetings/{prepared.meeting}"))

    assert seen["agenda"][0]["title"] == "3号楼楼道灯坏了"
    assert seen["host_name"] == "周*任"
    assert {seat["resident_id"] for seat in seen["seats"]} == {None}


def test_a_long_agenda_asks_no_more_than_a_short_one(table: Table, app: Flask) -> None:
    with table.at(FIRST_MORNING):
        meeting = table.session_on("2026-12-10")
        table.officers(meeting)
        table.schedule(meeting, table.a_matter())
        with counted_statements(app) as few:
            went(table.chair.get(f"/meetings/{meeting}"))
        with counted_statements(app) as listed_few:
            went(table.chair.get("/meetings"))
        table.invite_all(meeting)
        for number in range(3):
            case = table.a_matter(title=f"第{number}件", body=f"{number}" * 40 + "不同的事")
            table.schedule(meeting, case)
        with counted_statements(app) as many:
            shown = went(table.chair.get(f"/meetings/{meeting}"))
        with counted_statements(app) as listed_many:
            page = went(table.chair.get("/meetings", limit=2))

    assert len(shown["agenda"]) == 4
    assert len(few) == len(many)
    assert len(listed_few) == len(listed_many)
    assert len(page["items"]) == 2
    assert page["next"] is not None


def test_meetings_are_listed_by_their_day_page_by_page(table: Table) -> None:
    with table.at(FIRST_MORNING):
        table.session_on("2026-12-10")
        whole = went(table.chair.get("/meetings"))["items"]
        pages = [went(table.chair.get("/meetings", limit=2))]
        while pages[-1]["next"]:
            pages.append(went(table.chair.get("/meetings", limit=2, after=pages[-1]["next"])))

    days = [each["starts_at"] for each in whole]
    assert len(days) > 2
    assert days == sorted(days, reverse=True)
    assert [each["id"] for one in pages for each in one["items"]] == [each["id"] for each in whole]


def test_a_meeting_moved_while_somebody_reads_hides_no_other_and_shows_none_twice(
    table: Table,
) -> None:
    with table.at(FIRST_MORNING):
        table.session_on("2026-12-10")
        whole = [each["id"] for each in went(table.chair.get("/meetings"))["items"]]
        first = went(table.chair.get("/meetings", limit=2))
        with table.app.app_context(), transaction():
            last = UUID(first["items"][-1]["id"])
            db.session.get_one(Meeting, (table.place.id, last)).starts_at += timedelta(days=400)
        second = went(table.chair.get("/meetings", after=first["next"]))

    assert [each["id"] for each in [*first["items"], *second["items"]]] == whole


def test_another_place_at_the_same_hour_is_told_too_and_the_same_again_is_not(
    table: Table,
) -> None:
    prepared = table.ready()
    url = f"/meetings/{prepared.meeting}/time"
    new = {"starts_at": "2026-12-11T19:00:00+08:00", "place": "活动室", "reason": "议事厅停电"}
    with table.at(CUTOFF + timedelta(days=1)):
        for place in ("活动室", "三号楼大厅", "三号楼大厅"):
            went(table.recorder.put(url, new | {"place": place}))

    told = [notice.body for notice in meeting_notices(table) if "改到" in notice.headline]
    assert ["活动室" in body for body in told] == [True, False]
    assert "三号楼大厅" in told[-1]
