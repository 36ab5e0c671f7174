"""From submitting a text to the decision, the appeal and a second look."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from backend import clock
from backend.app import create_app
from backend.audit.models import AuditEvent
from backend.clock import SHANGHAI, utc_now
from backend.database import db, forget_connections, transaction
from backend.errors import NotFound
from backend.moderation import jobs
from backend.moderation.actions import (
    claim_texts,
    look_again,
    on_decision,
    submit_text,
    use_word_list,
)
from backend.moderation.models import RISKY, ModerationCase
from backend.notifications.models import Notice
from backend.residents.models import Kin
from backend.settings import Settings
from tests.counting import counted_statements
from tests.doubles import RunningDouble
from tests.factories import Neighbourhood, Person, a_neighbourhood

RETURN: dict[str, Any] = {
    "decision": "return",
    "reason_code": "abuse",
    "reason": "有人身攻击，请改一改。",
}


@dataclass(kw_only=True)
class Desk:
    place: Neighbourhood
    author: Person
    moderator: Person
    told: list[tuple[UUID, str]] = field(default_factory=list)

    def submits(self, text: str, **changed: Any) -> UUID:
        given: dict[str, Any] = {
            "community_id": self.place.id,
            "subject_type": "test_text",
            "subject_id": uuid4(),
            "author_id": self.author.id,
            "title": "路灯坏了",
            "text": text,
        }
        with self.place.app.app_context(), transaction():
            return submit_text(**(given | changed)).id

    def checks(self) -> None:
        with self.place.app.app_context():
            jobs.check_texts()

    def case(self, case_id: UUID) -> ModerationCase:
        with self.place.app.app_context():
            found = db.session.get(ModerationCase, (self.place.id, case_id))
            assert found is not None
            db.session.expunge(found)
            return found

    def decides(self, case_id: UUID, who: Person | None = None, **decision: Any) -> Any:
        return (who or self.moderator).post(
            f"/moderation/{case_id}/decision", decision or {"decision": "pass"}
        )

    def notices(self, person: Person) -> list[str]:
        with self.place.app.app_context():
            found = db.session.query(Notice).filter_by(resident_id=person.id)
            return [notice.payload["result"] for notice in found.order_by(Notice.id)]


@pytest.fixture
def desk(app: Flask, double: RunningDouble) -> Desk:
    place = a_neighbourhood(app)
    openid = double.person("author")
    made = Desk(
        place=place,
        author=place.a_resident(openid=openid),
        moderator=place.a_worker("moderator"),
    )
    on_decision("test_text", lambda case: made.told.append((case.id, case.state)))
    return made


@contextmanager
def later(**by: int) -> Iterator[None]:
    with clock.at(utc_now() + timedelta(**by)):
        yield


@pytest.mark.parametrize(
    ("text", "premoderated", "state", "result"),
    [
        ("三单元门前路灯不亮。", False, "passed", "pass"),
        ("三单元门前路灯不亮。", True, "held", "pass"),
        ("这个说法存疑。", False, "held", "review"),
        ("这是违法的。", False, "held", "risky"),
        ("有人在这里网 絡 賭博。", False, "held", "pass"),
    ],
)
def test_the_machine_holds_or_passes_and_never_returns(
    desk: Desk, text: str, *, premoderated: bool, state: str, result: str
) -> None:
    case_id = desk.submits(text, premoderated=premoderated)
    desk.checks()

    case = desk.case(case_id)
    assert (case.state, case.machine_result) == (state, result)
    assert desk.told == ([(case_id, "passed")] if state == "passed" else [])


def test_risky_texts_stand_first_in_the_queue_then_the_oldest(desk: Desk) -> None:
    plain, doubtful, risky, listed = (
        desk.submits(text) for text in ("路灯不亮", "这存疑", "这违法", "代开发票")
    )
    desk.checks()

    first = desk.moderator.get("/moderation", limit=2).get_json()
    second = desk.moderator.get("/moderation", limit=2, after=first["next"]).get_json()

    shown = [each["id"] for each in first["items"] + second["items"]]
    assert shown == [str(each) for each in (risky, doubtful, listed, plain)]
    assert second["next"] is None


def test_the_queue_goes_on_where_it_was_though_the_machine_calls_the_last_one_risky(
    desk: Desk,
) -> None:
    cases = [desk.submits(f"第{number}条") for number in range(3)]
    first = desk.moderator.get("/moderation", limit=2).get_json()
    with desk.place.app.app_context(), transaction():
        db.session.execute(
            update(ModerationCase).where(ModerationCase.id == cases[1]).values(priority=RISKY)
        )

    rest = desk.moderator.get("/moderation", limit=2, after=first["next"]).get_json()

    assert [each["id"] for each in rest["items"]] == [str(cases[2])]
    for other in ("appeals", "samples"):
        asked = {"list": other, "after": first["next"]}
        assert desk.moderator.get("/moderation", **asked).status_code == 200


def test_the_worst_piece_of_a_long_text_counts(desk: Desk) -> None:
    case_id = desk.submits("好话连篇。" * 700 + "最后一句违法。", premoderated=False)
    desk.checks()

    assert desk.case(case_id).machine_result == "risky"


def test_a_text_of_somebody_without_wechat_waits_for_people(desk: Desk) -> None:
    neighbour = desk.place.a_resident(name="李奶奶")
    case_id = desk.submits("路灯不亮", author_id=neighbour.id, premoderated=False)
    desk.checks()

    case = desk.case(case_id)
    assert (case.state, case.machine_result) == ("held", "none")


def test_a_text_older_than_ninety_minutes_waits_for_people_without_a_call(
    desk: Desk, double: RunningDouble
) -> None:
    case_id = desk.submits("路灯不亮", premoderated=False)
    with later(minutes=91):
        desk.checks()

    assert desk.case(case_id).machine_result == "none"
    assert "/wxa/msg_sec_check" not in double.calls()["paths"]


def test_after_two_hours_without_a_visit_people_decide(desk: Desk, double: RunningDouble) -> None:
    silent = double.person("silent", visited=False)
    neighbour = desk.place.a_resident(openid=silent)
    case_id = desk.submits("路灯不亮", author_id=neighbour.id, premoderated=False)
    desk.checks()

    assert desk.case(case_id).machine_result == "none"


def test_while_wechat_is_out_of_reach_people_decide(desk: Desk, settings: Settings) -> None:
    cut_off = create_app(
        replace(settings, wechat=replace(settings.wechat, api_base="http://127.0.0.1:9"))
    )
    case_id = desk.submits("路灯不亮", premoderated=False)
    with cut_off.app_context():
        jobs.check_texts()
        db.session.remove()
        forget_connections()

    case = desk.case(case_id)
    assert (case.state, case.machine_result) == ("held", "none")
    assert [each["id"] for each in desk.moderator.get("/moderation").get_json()["items"]] == [
        str(case_id)
    ]


def test_a_text_that_one_job_shows_wechat_is_not_shown_by_another(desk: Desk) -> None:
    desk.submits("路灯不亮")
    with desk.place.app.app_context():
        with transaction():
            assert len(claim_texts()) == 1
        with transaction():
            assert claim_texts() == []
        with later(minutes=3), transaction():
            assert len(claim_texts()) == 1  # the job that had it is gone


def test_the_operators_own_list_counts_too(desk: Desk, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("# 本地\n黑中介\n", encoding="utf-8")
    use_word_list(words)
    case_id = desk.submits("小心黑 中介", premoderated=False)
    desk.checks()
    use_word_list(None)

    assert desk.case(case_id).on_word_list
    assert desk.case(case_id).state == "held"


def test_a_pass_reaches_the_subject_and_the_author(desk: Desk) -> None:
    case_id = desk.submits("路灯不亮")

    answer = desk.decides(case_id)

    assert (answer.status_code, answer.get_json()["state"]) == (200, "passed")
    assert desk.told == [(case_id, "passed")]
    assert desk.notices(desk.author) == ["已通过"]


def test_a_return_names_the_category_and_never_the_word(desk: Desk) -> None:
    case_id = desk.submits("有人在这里网络赌博")

    desk.decides(case_id, **RETURN)
    own = desk.author.get(f"/moderation/{case_id}").get_json()

    assert (own["state"], own["category"]) == ("returned", "辱骂")
    assert "on_word_list" not in own
    assert "machine_result" not in own
    with desk.place.app.app_context():
        body = db.session.query(Notice).one().body
    assert "辱骂" in body
    assert "赌博" not in body


def test_the_subject_and_the_decision_stand_or_fall_together(desk: Desk) -> None:
    def refuse(_case: ModerationCase) -> None:
        raise RuntimeError

    on_decision("stubborn", refuse)
    case_id = desk.submits("路灯不亮", subject_type="stubborn")

    assert desk.decides(case_id).status_code == 500
    assert desk.case(case_id).state == "held"


def test_of_two_reviewers_at_once_one_decides(desk: Desk) -> None:
    case_id = desk.submits("路灯不亮")
    reviewers = [desk.moderator, desk.place.a_worker("moderator")]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: desk.decides(case_id, who).status_code, reviewers))

    assert sorted(answers) == [200, 409]
    assert len(desk.told) == 1


def test_nobody_reviews_their_own_text_or_a_relatives(desk: Desk) -> None:
    own = desk.submits("我写的", author_id=desk.moderator.id)
    with desk.place.app.app_context(), transaction():
        one, other = sorted([desk.moderator.id, desk.author.id])
        db.session.add(
            Kin(resident_a=one, resident_b=other, relation="sibling", declared_by=desk.moderator.id)
        )
    of_kin = desk.submits("哥哥写的")

    assert desk.decides(own).status_code == 403
    assert desk.decides(of_kin).status_code == 403
    assert desk.decides(of_kin, desk.place.a_worker("moderator")).status_code == 200


def test_a_case_of_another_community_does_not_exist(desk: Desk, app: Flask) -> None:
    case_id = desk.submits("路灯不亮")
    elsewhere = a_neighbourhood(app)

    assert desk.decides(case_id, elsewhere.a_worker("moderator")).status_code == 404
    assert elsewhere.a_resident().get(f"/moderation/{case_id}").status_code == 404
    assert elsewhere.a_worker("moderator").get("/moderation").get_json()["items"] == []


def test_residents_and_clerks_do_not_review(desk: Desk) -> None:
    case_id = desk.submits("路灯不亮")

    for person in (desk.author, desk.place.a_worker("counter_clerk")):
        assert person.get("/moderation").status_code == 403
        assert desk.decides(case_id, person).status_code == 403


def test_what_the_moderator_hands_up_the_chair_decides(desk: Desk) -> None:
    case_id, chair = desk.submits("路灯不亮"), desk.place.a_worker("chair")
    assert chair.get("/moderation").get_json()["items"] == []
    assert desk.decides(case_id, chair).status_code == 403

    desk.decides(case_id, decision="escalate", reason_code="politics", reason="拿不准")

    assert [each["id"] for each in chair.get("/moderation").get_json()["items"]] == [str(case_id)]
    assert desk.decides(case_id).status_code == 403
    assert desk.decides(case_id, chair).status_code == 200


def test_after_a_working_day_chair_and_author_hear_and_nothing_is_passed(desk: Desk) -> None:
    chair = desk.place.a_worker("chair")
    friday = datetime(2026, 11, 20, 15, tzinfo=SHANGHAI)
    with clock.at(friday):
        case_id = desk.submits("路灯不亮")
    with desk.place.app.app_context():
        for monday_evening, told in ((23, []), (24, ["审核超时"]), (25, ["审核超时"])):
            with clock.at(datetime(2026, 11, monday_evening, 12, tzinfo=SHANGHAI)):
                jobs.tell_overdue_reviews()
            assert desk.notices(desk.author) == desk.notices(chair) == told

    assert desk.case(case_id).state == "held"


def returned(desk: Desk) -> UUID:
    case_id = desk.submits("路灯不亮")
    assert desk.decides(case_id, **RETURN).status_code == 200
    return case_id


def test_an_appeal_is_decided_by_another_judge_and_may_turn_the_return(desk: Desk) -> None:
    case_id, supervisor = returned(desk), desk.place.a_worker("supervisor")

    appealed = desk.author.post(f"/moderation/{case_id}/appeal", {"text": "我没有骂人"})
    again = desk.author.post(f"/moderation/{case_id}/appeal", {"text": "再说一次"})
    waiting = supervisor.get("/moderation", list="appeals").get_json()["items"]
    verdict = {"decision": "pass", "reason": "没有人身攻击"}
    decided = supervisor.post(f"/moderation/{case_id}/appeal-decision", verdict)
    twice = supervisor.post(f"/moderation/{case_id}/appeal-decision", verdict)

    assert (appealed.status_code, again.status_code) == (200, 409)
    assert [(each["id"], each["appeal_text"]) for each in waiting] == [(str(case_id), "我没有骂人")]
    assert (decided.status_code, decided.get_json()["state"]) == (200, "passed")
    assert twice.status_code == 409
    assert desk.told == [(case_id, "returned"), (case_id, "passed")]
    assert desk.notices(desk.author) == ["未通过", "申诉成立"]


def test_an_appeal_may_fail(desk: Desk) -> None:
    case_id, chair = returned(desk), desk.place.a_worker("chair")
    desk.author.post(f"/moderation/{case_id}/appeal", {"text": "我没有骂人"})

    decided = chair.post(
        f"/moderation/{case_id}/appeal-decision", {"decision": "uphold", "reason": "确有"}
    )

    assert decided.get_json()["state"] == "returned"
    assert desk.notices(desk.author) == ["未通过", "维持退回"]
    assert len(desk.told) == 1


def test_an_appeal_is_the_authors_and_has_seven_days(desk: Desk) -> None:
    case_id = returned(desk)

    stranger = desk.place.a_resident(name="旁人").post(
        f"/moderation/{case_id}/appeal", {"text": "我来说"}
    )
    with desk.place.app.app_context(), transaction():
        case = db.session.get(ModerationCase, (desk.place.id, case_id))
        assert case is not None
        case.decided_at = utc_now() - timedelta(days=7, seconds=1)
    late = desk.author.post(f"/moderation/{case_id}/appeal", {"text": "我没有骂人"})

    assert (stranger.status_code, late.status_code) == (404, 409)


def test_a_newer_text_replaces_the_one_that_waits(desk: Desk) -> None:
    subject = uuid4()
    first = desk.submits("路灯不亮", subject_id=subject)
    second = desk.submits("路灯还是不亮", subject_id=subject)

    assert desk.case(first).state == "replaced"
    assert desk.decides(first).status_code == 409
    assert desk.decides(second).status_code == 200


def test_a_reported_text_is_looked_at_again_and_may_come_down(desk: Desk) -> None:
    subject = uuid4()
    desk.decides(desk.submits("路灯不亮", subject_id=subject))

    with desk.place.app.app_context(), transaction():
        first = look_again(desk.place.id, "test_text", subject).id
    with desk.place.app.app_context(), transaction():
        second = look_again(desk.place.id, "test_text", subject).id

    assert first == second
    waiting = desk.moderator.get("/moderation").get_json()["items"]
    assert [each["id"] for each in waiting] == [str(first)]
    desk.decides(first, **RETURN)
    assert [state for _, state in desk.told] == ["passed", "returned"]


def test_what_nobody_submitted_cannot_be_looked_at_again(desk: Desk) -> None:
    with desk.place.app.app_context(), transaction(), pytest.raises(NotFound):
        look_again(desk.place.id, "test_text", uuid4())


def test_a_decision_is_evidence_without_the_text(desk: Desk) -> None:
    case_id = returned(desk)

    with desk.place.app.app_context():
        event = db.session.query(AuditEvent).filter_by(object_id=case_id).one()
        assert event.action == "moderation.return"
        assert "路灯" not in str(event.detail)
        assert RETURN["reason"] not in str(event.detail)


def test_the_queue_costs_the_same_however_long_it_is(desk: Desk) -> None:
    costs = []
    for _ in range(2):
        desk.submits("路灯不亮")
        with counted_statements(desk.place.app) as statements:
            desk.moderator.get("/moderation")
        costs.append(len(statements))

    assert costs[0] == costs[1]


def all_are_sampled(desk: Desk) -> None:
    wish = {"value": 100, "valid_from": clock.today().isoformat(), "basis": "专项检查"}
    answer = desk.place.a_worker("chair").put("/settings/moderation.sample_percent", wish)
    assert answer.status_code == 200


def listed(desk: Desk) -> list[str]:
    found = desk.moderator.get("/moderation", list="samples").get_json()["items"]
    return [case["id"] for case in found]


def test_what_passed_by_itself_is_looked_at_again_in_a_sample(desk: Desk) -> None:
    all_are_sampled(desk)
    clean = desk.submits("三单元门前路灯不亮。", premoderated=False)
    held = desk.submits("有人在这里网 絡 賭博。", premoderated=False)
    desk.checks()
    assert (desk.case(clean).state, desk.case(held).state) == ("passed", "held")
    assert listed(desk) == [str(clean)]

    own = desk.author.post(f"/moderation/{clean}/sample", {"finding": "fine"})
    fine = desk.moderator.post(f"/moderation/{clean}/sample", {"finding": "fine"})
    again = desk.moderator.post(f"/moderation/{clean}/sample", {"finding": "fine"})
    never_drawn = desk.moderator.post(f"/moderation/{held}/sample", {"finding": "fine"})

    statuses = [each.status_code for each in (own, fine, again, never_drawn)]
    assert statuses == [403, 200, 409, 409]
    assert desk.case(clean).state == "passed"
    assert listed(desk) == []


def test_a_doubtful_sample_goes_to_the_queue_and_stays_readable_until_then(desk: Desk) -> None:
    all_are_sampled(desk)
    case_id = desk.submits("三单元门前路灯不亮。", premoderated=False)
    desk.checks()

    desk.moderator.post(f"/moderation/{case_id}/sample", {"finding": "doubtful"})

    [waiting] = desk.moderator.get("/moderation").get_json()["items"]
    assert waiting["subject_id"] == str(desk.case(case_id).subject_id)
    assert desk.told == [(case_id, "passed")]
    desk.decides(UUID(waiting["id"]), **RETURN)
    assert desk.told[-1] == (UUID(waiting["id"]), "returned")
