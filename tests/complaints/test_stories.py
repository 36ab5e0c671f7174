"""Complaints over HTTP: from the receipt to the person's own word, and who never sees them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import utc_now
from backend.complaints.jobs import tell_overdue_complaints
from backend.complaints.models import Complaint
from backend.database import db, transaction
from backend.deliberation.models import Statement
from backend.moderation.models import ModerationCase
from backend.notifications.models import Notice
from backend.residents.models import Kin
from tests.counting import counted_statements
from tests.deliberation.conversations.stories import added, opened
from tests.deliberation.queued import a_queued_matter, with_rules
from tests.factories import Neighbourhood, Person, a_neighbourhood

SAID = {"kind": "complaint", "text": "3号楼的灯报了两回，没有人回话。"}
FOUND = {"text": "电工周三来过，零件周五到，到了当天换。"}


@dataclass(kw_only=True)
class Office:
    place: Neighbourhood
    clerk: Person
    chair: Person
    supervisor: Person

    def filed(self, person: Person, **changed: Any) -> dict[str, Any]:
        answer = person.post("/complaints", SAID | changed)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def accepted(self, person: Person) -> str:
        complaint_id: str = self.filed(person)["id"]
        assert self.does("acceptance", complaint_id).status_code == 200
        return complaint_id

    def answered(self, person: Person) -> str:
        complaint_id = self.accepted(person)
        assert self.does("answer", complaint_id, FOUND).status_code == 200
        return complaint_id

    def does(
        self,
        what: str,
        complaint_id: str,
        body: dict[str, Any] | None = None,
        *,
        who: Person | None = None,
    ) -> Any:
        return (who or self.clerk).post(f"/complaints/{complaint_id}/{what}", body)

    def told(self, person: Person) -> list[str]:
        with self.place.app.app_context():
            found = db.session.query(Notice).filter_by(resident_id=person.id)
            return [each.headline for each in found.order_by(Notice.id)]

    def late(self) -> None:
        with self.place.app.app_context():
            tell_overdue_complaints()


@pytest.fixture
def office(app: Flask) -> Office:
    place = with_rules(a_neighbourhood(app))
    return Office(
        place=place,
        clerk=place.a_worker("counter_clerk", name="钱窗口"),
        chair=place.a_worker("chair", name="赵主任"),
        supervisor=place.a_worker("supervisor", name="孙监督"),
    )


def test_a_visitor_complains_gets_a_number_and_an_answer_and_is_satisfied(office: Office) -> None:
    visitor = office.place.a_visitor()
    receipt = office.filed(visitor)
    assert receipt["number"] == f"TS{clock.today().year}-{office.place.code}-0001"
    assert office.told(office.clerk) == ["收到一件投诉"]
    complaint_id = receipt["id"]

    assert office.does("acceptance", complaint_id).get_json()["state"] == "accepted"
    assert office.does("answer", complaint_id, FOUND).get_json()["state"] == "answered"
    mine = visitor.get(f"/me/complaints/{complaint_id}").get_json()
    assert mine["may_say"]
    assert mine["history"][-1]["note"] == FOUND["text"]
    done = visitor.post(f"/me/complaints/{complaint_id}/verdict", {"satisfied": True}).get_json()

    assert (done["state"], done["closed_as"], done["due_at"]) == ("closed", "satisfied", None)
    assert office.told(visitor) == ["投诉：已受理", "投诉：已答复", "投诉：已办结"]
    again = visitor.post(f"/me/complaints/{complaint_id}/verdict", {"satisfied": False})
    assert again.status_code == 409


def test_who_is_not_satisfied_opens_it_again_once(office: Office) -> None:
    author = office.place.a_resident()
    complaint_id = office.answered(author)
    verdict = {"satisfied": False, "note": "没有说什么时候修。"}

    again = author.post(f"/me/complaints/{complaint_id}/verdict", verdict).get_json()
    assert (again["state"], again["is_again"]) == ("accepted", True)
    assert office.told(office.clerk)[-1] == "一件投诉要重新办理"
    office.does("answer", complaint_id, FOUND)
    end = author.post(f"/me/complaints/{complaint_id}/verdict", verdict).get_json()

    assert (end["state"], end["closed_as"]) == ("closed", "unsatisfied")
    history = author.get(f"/me/complaints/{complaint_id}").get_json()["history"]
    assert [each["kind"] for each in history] == [
        "received",
        "accepted",
        "answered",
        "unsatisfied",
        "answered",
        "unsatisfied",
    ]


def test_two_calls_in_vain_close_it_and_the_person_may_still_come_back(office: Office) -> None:
    author = office.place.a_resident()
    complaint_id = office.answered(author)
    call = {"outcome": "unreachable", "channel": "phone"}

    states = [office.does("call-backs", complaint_id, call).get_json()["state"] for _ in range(2)]
    assert states == ["answered", "closed"]
    back = author.post(f"/me/complaints/{complaint_id}/verdict", {"satisfied": False})

    assert back.get_json()["state"] == "accepted"


def test_each_step_needs_the_one_before(office: Office) -> None:
    complaint_id = office.filed(office.place.a_resident())["id"]
    call = {"outcome": "satisfied", "channel": "phone"}

    assert office.does("answer", complaint_id, FOUND).status_code == 409
    assert office.does("call-backs", complaint_id, call).status_code == 409
    office.does("acceptance", complaint_id)
    assert office.does("acceptance", complaint_id).status_code == 409
    assert office.does("answer", complaint_id, {"text": " "}).status_code == 422


def test_the_one_it_is_about_neither_sees_nor_handles_nor_hears_of_it(office: Office) -> None:
    author = office.place.a_resident()
    complaint_id = office.filed(author, about_id=str(office.clerk.id))["id"]

    assert office.told(office.clerk) == []
    assert office.told(office.chair) == ["收到一件投诉"]
    assert office.clerk.get("/complaints").get_json()["items"] == []
    assert office.clerk.get(f"/complaints/{complaint_id}").status_code == 404
    assert office.does("acceptance", complaint_id).status_code == 404
    assert office.does("acceptance", complaint_id, who=office.chair).status_code == 200


def test_kin_of_the_one_it_is_about_leave_it_to_others(office: Office) -> None:
    with office.place.app.app_context(), transaction():
        db.session.add(
            Kin(
                resident_a=min(office.chair.id, office.clerk.id),
                resident_b=max(office.chair.id, office.clerk.id),
                relation="sibling",
                declared_by=office.chair.id,
            )
        )
    complaint_id = office.filed(office.place.a_resident(), about_id=str(office.clerk.id))["id"]

    answer = office.does("acceptance", complaint_id, who=office.chair)

    assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/own-complaint")
    seen = office.chair.get(f"/complaints/{complaint_id}").get_json()
    assert (seen["may_handle"], seen["complainant"]) == (False, "")


def test_where_the_whole_committee_is_concerned_the_street_hears_of_it(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, street = place.a_worker("chair"), place.a_worker("street_clerk")
    office = Office(place=place, clerk=street, chair=chair, supervisor=street)

    office.filed(place.a_resident(), about_id=str(chair.id))

    assert (office.told(chair), office.told(street)) == ([], ["收到一件投诉"])


def test_a_stranger_can_be_named_by_nobody(office: Office) -> None:
    neighbour = office.place.a_resident(name="邻居")

    answer = office.place.a_visitor().post("/complaints", SAID | {"about_id": str(neighbour.id)})

    assert answer.status_code == 404


def test_neighbours_never_read_it_and_lists_do_not_say_who_wrote(office: Office) -> None:
    author, neighbour = office.place.a_resident(name="郭作者"), office.place.a_resident()
    complaint_id = office.filed(author)["id"]

    assert neighbour.get(f"/me/complaints/{complaint_id}").status_code == 404
    assert neighbour.get(f"/complaints/{complaint_id}").status_code == 403
    assert neighbour.get("/me/complaints").get_json()["items"] == []
    verdict = neighbour.post(f"/me/complaints/{complaint_id}/verdict", {"satisfied": True})
    assert verdict.status_code == 404
    rows = office.clerk.get("/complaints").get_json()["items"]
    assert str(author.id) not in str(rows)
    assert "郭作者" not in str(rows)
    whole = office.clerk.get(f"/complaints/{complaint_id}").get_json()
    assert whole["complainant"] == "郭作者"
    overseen = office.supervisor.get(f"/complaints/{complaint_id}")
    assert overseen.status_code == 200
    assert "郭作者" not in overseen.text


def test_the_person_does_not_read_which_worker_did_what(office: Office) -> None:
    author = office.place.a_resident()
    complaint_id = office.answered(author)

    mine = author.get(f"/me/complaints/{complaint_id}")

    assert [each["by"] for each in mine.get_json()["history"]] == ["我", "居委会", "居委会"]
    assert "钱窗口" not in mine.text


def test_somebody_in_no_register_phones_and_is_called_back(office: Office) -> None:
    body = SAID | {"channel": "phone", "contact": "王大爷 13800001111"}

    written = office.clerk.post("/complaints/on-behalf", body)
    nobody = office.clerk.post("/complaints/on-behalf", SAID | {"channel": "phone"})

    assert (written.status_code, nobody.status_code) == (201, 422)
    complaint_id = written.get_json()["id"]
    with office.place.app.app_context():
        kept = db.session.get(Complaint, (office.place.id, complaint_id))
        assert kept is not None
        assert (kept.basis, kept.channel, kept.complainant_id) == ("recorded", "phone", None)
        assert "王大爷" not in str(kept.contact_sealed)
    assert office.clerk.get("/me/complaints").get_json()["items"] == []
    told = office.chair.get(f"/complaints/{complaint_id}").get_json()
    assert told["contact"] == "王大爷 13800001111"
    office.does("acceptance", complaint_id)
    office.does("answer", complaint_id, FOUND)
    call = {"outcome": "satisfied", "channel": "phone", "note": "谢谢。"}
    assert office.does("call-backs", complaint_id, call).get_json()["state"] == "closed"


def test_what_is_written_down_for_a_resident_is_theirs(office: Office) -> None:
    author = office.place.a_resident()
    body = SAID | {"channel": "walk_in", "person_id": str(author.id)}

    written = office.clerk.post("/complaints/on-behalf", body).get_json()

    assert [each["id"] for each in author.get("/me/complaints").get_json()["items"]] == [
        written["id"]
    ]


def test_a_grid_worker_writes_down_what_people_of_the_own_grid_say(office: Office) -> None:
    place, author, visitor = office.place, office.place.a_resident(), office.place.a_visitor()
    here, elsewhere = place.a_worker("grid_worker"), place.a_worker("grid_worker", grid_id=uuid4())

    def written(worker: Person, **whom: str) -> int:
        body = SAID | {"channel": "home_visit"} | whom
        return int(worker.post("/complaints/on-behalf", body).status_code)

    assert written(elsewhere, person_id=str(author.id)) == 403
    assert written(elsewhere, person_id=str(visitor.id)) == 403
    assert author.get("/me/complaints").get_json()["items"] == []
    assert written(elsewhere, contact="王大爷 13800001111") == 201
    assert written(here, person_id=str(author.id)) == 201
    assert written(office.clerk, person_id=str(visitor.id)) == 201


def test_the_same_key_files_once(office: Office) -> None:
    author, key = office.place.a_resident(), {"Idempotency-Key": "one"}

    first = author.post("/complaints", SAID, **key).get_json()
    second = author.post("/complaints", SAID, **key).get_json()

    assert first == second
    assert len(author.get("/me/complaints").get_json()["items"]) == 1


def test_what_waits_too_long_is_told_once_to_those_who_oversee_and_to_the_person(
    office: Office,
) -> None:
    author = office.place.a_resident()
    office.filed(author)
    office.late()
    assert office.told(office.supervisor) == []

    with clock.at(utc_now() + timedelta(days=12)):
        office.late()
        office.late()

    assert office.told(office.supervisor) == ["有投诉超时"]
    assert office.told(author) == ["投诉：超时"]


def test_the_days_are_numbers_the_community_sets(office: Office) -> None:
    number = {"value": 3, "valid_from": clock.today().isoformat(), "basis": "居民会议决定"}
    before = office.filed(office.place.a_resident())
    office.chair.put("/settings/complaint.accept_working_days", number)

    after = office.filed(office.place.a_resident())

    assert before["due_at"] < after["due_at"]


def test_a_reported_statement_goes_to_the_review_too(office: Office) -> None:
    writer, reader = office.place.a_resident(), office.place.a_resident()
    conversation = opened(office.place, by=office.chair)
    statement = added(writer, conversation)
    report = {
        "kind": "report",
        "reason_code": "privacy",
        "subject_type": "statement",
        "subject_id": statement,
    }

    first = office.filed(reader, **report)
    again = reader.post("/complaints", SAID | report)

    assert first["subject_name"].endswith("条意见")
    assert again.status_code == 409
    assert first["number"] in again.get_json()["detail"]
    with office.place.app.app_context():
        kept = db.session.get(Complaint, (office.place.id, first["id"]))
        assert kept is not None
        case = db.session.get(ModerationCase, (office.place.id, kept.case_id))
        assert case is not None
        assert case.state == "held"
    whole = office.clerk.get(f"/complaints/{first['id']}").get_json()
    assert (whole["reason"], whole["review"]) == ("泄露他人隐私", "正在审核")


def test_whoever_wrote_a_reported_text_does_not_read_the_report_whomever_it_names(
    office: Office,
) -> None:
    reader, clerk = office.place.a_resident(), office.clerk
    conversation = opened(office.place, by=office.place.a_worker("committee_member"))
    statement = added(office.place.a_resident(), conversation)
    with office.place.app.app_context(), transaction():
        db.session.execute(
            update(Statement).where(Statement.id == UUID(statement)).values(author_id=clerk.id)
        )
    report = {
        "kind": "report",
        "subject_type": "statement",
        "subject_id": statement,
        "reason_code": "abuse",
    }

    other = reader.post("/complaints", SAID | report | {"about_id": str(office.chair.id)})
    assert (other.status_code, set(other.get_json()["errors"]["json"])) == (422, {"about_id"})
    complaint_id = office.filed(reader, **report)["id"]

    assert clerk.get(f"/complaints/{complaint_id}").status_code == 404
    assert clerk.get("/complaints").get_json()["items"] == []
    assert office.chair.get(f"/complaints/{complaint_id}").status_code == 200


def test_a_matter_is_reported_by_whoever_can_see_it(office: Office) -> None:
    author, reader = office.place.a_resident(), office.place.a_visitor()
    case = a_queued_matter(office.place, author=author)
    report = {"kind": "report", "reason_code": "untrue", "subject_type": "proposal"}

    told = office.filed(reader, subject_id=case["id"], **report)
    elsewhere = a_neighbourhood(office.place.app).a_resident()
    foreign = elsewhere.post("/complaints", SAID | report | {"subject_id": case["id"]})

    assert told["subject_name"].startswith("事项 ")
    assert case["title"] not in told["subject_name"]
    assert foreign.status_code == 404


def test_the_drafter_of_a_reported_notice_does_not_handle_the_report(office: Office) -> None:
    notice = {"title": "停水通知", "text": "明天检修水管，上午停水。"}
    draft = office.clerk.post("/bulletins", notice).get_json()
    bulletin = draft["id"]
    report = {
        "kind": "report",
        "reason_code": "untrue",
        "subject_type": "bulletin",
        "subject_id": bulletin,
    }
    reader = office.place.a_visitor()
    assert reader.post("/complaints", SAID | report).status_code == 404  # a draft is not there
    seen = {"content_sha256": draft["content_sha256"]}
    assert office.chair.post(f"/bulletins/{bulletin}/publication", seen).status_code == 200

    told = office.filed(reader, **report)

    assert office.clerk.get(f"/complaints/{told['id']}").status_code == 404
    assert office.chair.get(f"/complaints/{told['id']}").status_code == 200


def test_every_step_is_evidence_without_the_words(office: Office) -> None:
    complaint_id = office.answered(office.place.a_resident())

    with office.place.app.app_context():
        events = db.session.query(AuditEvent).filter_by(object_id=complaint_id).all()
        assert [each.action for each in events] == [
            "complaint.received",
            "complaint.accepted",
            "complaint.answered",
        ]
        assert "灯" not in str([each.detail for each in events])


def test_the_queue_stands_by_the_day_it_is_due_a_page_at_a_time(office: Office) -> None:
    later = office.accepted(office.place.a_resident())
    first = office.filed(office.place.a_resident())["id"]
    second = office.filed(office.place.a_resident())["id"]

    one = office.clerk.get("/complaints", limit=2).get_json()
    two = office.clerk.get("/complaints", limit=2, after=one["next"]).get_json()

    assert [each["id"] for each in one["items"]] == [first, second]
    assert [each["id"] for each in two["items"]] == [later]
    assert two["next"] is None


def test_the_lists_cost_the_same_however_long_they_are(office: Office) -> None:
    author = office.place.a_resident()
    costs = []
    for _ in range(2):
        office.filed(author)
        with counted_statements(office.place.app) as statements:
            office.clerk.get("/complaints")
            author.get("/me/complaints")
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_the_list_goes_on_where_it_was_though_the_last_was_closed_or_is_due_later(
    office: Office,
) -> None:
    author = office.place.a_resident()
    filed = [office.filed(author)["id"] for _ in range(4)]
    first = office.clerk.get("/complaints", limit=2).get_json()
    assert [each["id"] for each in first["items"]] == filed[:2]
    office.does("acceptance", filed[1])
    office.does("answer", filed[1], FOUND)
    author.post(f"/me/complaints/{filed[1]}/verdict", {"satisfied": True})

    rest = office.clerk.get("/complaints", limit=1, after=first["next"]).get_json()
    assert [each["id"] for each in rest["items"]] == filed[2:3]
    office.does("acceptance", filed[2])
    last = office.clerk.get("/complaints", limit=1, after=rest["next"]).get_json()

    assert [each["id"] for each in last["items"]] == filed[3:]
