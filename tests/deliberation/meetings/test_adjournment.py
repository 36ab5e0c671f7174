"""Too few people, again and again: another session, the body above, or shelved in public."""

from datetime import datetime, timedelta

from backend.clock import SHANGHAI
from backend.database import db
from backend.deliberation.jobs.matters import move_due_matters
from backend.notifications.models import Notice
from tests.deliberation.meetings.stories import EVENING, SECOND, Table, refused, went

DUE = datetime(2026, 12, 26, tzinfo=SHANGHAI)  # fifteen days after the tenth have passed
WHY = {"reason": "业委会两次缺席，请居民代表会议议定。"}


def adjourned_once(table: Table) -> str:
    """The id of a matter for which too few people came on 10 December."""
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened("party_org"))
    return str(prepared.case["id"])


def adjourned_twice(table: Table) -> str:
    case = adjourned_once(table)
    with table.at(EVENING):
        later = table.session_on("2026-12-20")
        table.officers(later)
        seats = table.invite_all(later)
        table.schedule(later, {"id": case})
    with table.at(EVENING + timedelta(days=7)):
        table.minute()
    with table.at(EVENING + timedelta(days=10)):
        for party, seat in seats.items():
            if party == "party_org":
                table.absent(later, seat)
            else:
                table.here(later, seat)
        went(table.chair.post(f"/meetings/{later}/opening"))
    return case


def sweep(table: Table) -> None:
    with table.app.app_context():
        move_due_matters()


def told(table: Table, event: str) -> list[str]:
    with table.app.app_context():
        notices = db.session.query(Notice).filter(Notice.event_key.contains(event)).all()
        return [each.headline for each in notices]


def test_without_a_new_day_in_fifteen_the_matter_waits_for_the_next_session(table: Table) -> None:
    case = adjourned_once(table)
    with table.at(DUE - SECOND):
        sweep(table)
        assert table.status({"id": case}) == "adjourned"
    with table.at(DUE):
        sweep(table)
        sweep(table)
        went_back = went(table.chair.get(f"/proposals/{case}"))
        events = went(table.chair.get(f"/proposals/{case}/events"))["items"]
        table.plan()
        [later] = [
            session["meeting_id"]
            for session in table.sessions(to="2027-01-31")
            if (session["kind"], session["held_on"]) == ("consultation_day", "2027-01-10")
        ]
        table.schedule(str(later), {"id": case})

    assert went_back["status"] == "queued"
    assert went_back["required_body"] == "four_party"
    queued = [event for event in events if event["reason_code"] == "no_new_day"]
    assert [event["actor_role"] for event in queued] == ["system"]
    assert sum("回到待议" in headline for headline in told(table, case)) == 1


def test_after_two_adjournments_the_same_body_is_not_tried_a_third_time(table: Table) -> None:
    case = adjourned_twice(table)
    with table.at(EVENING + timedelta(days=10)):
        again = table.recorder.post(
            f"/meetings/{table.session_on('2026-12-30')}/agenda-items", {"proposal_id": case}
        )

    assert refused(again) == "adjourned-twice"


def test_after_two_adjournments_the_chair_hands_the_matter_to_the_representatives(
    table: Table,
) -> None:
    case = adjourned_twice(table)
    with table.at(EVENING + timedelta(days=11)):
        seen = {"version": went(table.chair.get(f"/proposals/{case}"))["version"]}
        by_recorder = table.recorder.post(f"/proposals/{case}/handing-up", WHY | seen)
        assert by_recorder.status_code == 403
        handed = went(table.chair.post(f"/proposals/{case}/handing-up", WHY | seen))

    assert (handed["status"], handed["required_body"]) == ("queued", "representatives_assembly")
    assert any("改由居民代表会议议事" in headline for headline in told(table, case))


def test_one_adjournment_is_no_reason_for_the_body_above(table: Table) -> None:
    case = adjourned_once(table)
    with table.at(EVENING):
        seen = {"version": went(table.chair.get(f"/proposals/{case}"))["version"]}
        answer = table.chair.post(f"/proposals/{case}/handing-up", WHY | seen)

    assert refused(answer) == "not-yet-above"


def test_the_timetable_does_not_choose_between_the_body_above_and_shelving(table: Table) -> None:
    case = adjourned_twice(table)
    with table.at(DUE + timedelta(days=30)):
        sweep(table)

        assert table.status({"id": case}) == "adjourned"
        assert any("请督促" in headline for headline in told(table, f"{case}:overdue-up"))
