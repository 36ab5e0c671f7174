"""Neighbours are honoured: put forward, asked, reviewed by a panel, shown, certified."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.dialects.postgresql import Range

from backend import clock
from backend.clock import SHANGHAI, today, utc_now
from backend.database import db, transaction
from backend.residents.models import Kin, Resident
from backend.virtue_bank.models import Deed, DeedShare
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, at_once, refused, went
from tests.virtue_bank.an_honour import STORY, Round, a_round


@pytest.fixture
def held(app: Flask) -> Round:
    return a_round(app)


def verified(held: Round, code: str) -> dict[str, object]:
    client = held.thanks.app.test_client(use_cookies=False)
    answer = client.get(f"/api/v1{BANK}/verify/honours/{code}")
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def honour_of(held: Round, person: Person) -> dict[str, str]:
    [found] = went(held.now(person).get(f"{BANK}/me/honours"))["items"]
    return dict(found)


def test_from_the_nomination_to_the_certificate(held: Round) -> None:
    one, other, _ = held.thanks.people
    nomination = held.agreed(one, by=other)
    shown_until = held.to_publicity(nomination)
    with clock.at(shown_until - timedelta(minutes=1)):
        held.sweep()
        assert held.state_of(nomination) == "shown"
    with clock.at(shown_until):
        held.sweep()
        assert held.told()["state"] == "decided"
        honour = honour_of(held, one)
        told = verified(held, honour["verify_code"])
        [listed] = went(held.now(other).get(f"{BANK}/honours"))["items"]

    decided = shown_until.astimezone(SHANGHAI).date()
    assert told == {
        "number": f"RY{decided.year}-{held.thanks.bank.place.code}-0001",
        "title": "好邻居",
        "person": "钱*",
        "community": "和平里社区",
        "decided_on": decided.isoformat(),
        "stands": True,
        "revoked_at": None,
    }
    assert listed["person"] == "钱一"


def test_the_calendar_run_twice_changes_nothing(held: Round) -> None:
    one, other, _ = held.thanks.people
    shown_until = held.to_publicity(held.agreed(one, by=other))
    with clock.at(shown_until):
        at_once([held.sweep] * 4)
        before = held.told(), honour_of(held, one)
        held.sweep()
        assert (held.told(), honour_of(held, one)) == before


def test_nobody_goes_on_without_agreeing(held: Round) -> None:
    one, other, third = held.thanks.people
    silent = went(held.nominate(one, by=other))["id"]
    unwilling = went(held.nominate(third, by=other))["id"]
    went(held.answer(unwilling, third, agreed=False, policy_version=None))
    held.to_reviewing()

    assert [held.state_of(each) for each in (silent, unwilling)] == ["unanswered", "declined"]
    assert held.told()["state"] == "reviewing"


def test_only_the_nominee_answers(held: Round) -> None:
    one, other, _ = held.thanks.people
    nomination = went(held.nominate(one, by=other))["id"]
    assert held.answer(nomination, other).status_code == 404
    refused(held.answer(nomination, one, policy_version=None), "no-consent")
    went(held.answer(nomination, one, photo=True))
    refused(held.answer(nomination, one), "already-answered")


def test_a_worker_writes_down_what_the_nominee_said(held: Round) -> None:
    one, other, _ = held.thanks.people
    nomination = went(held.nominate(one, by=other))["id"]
    worker = held.thanks.second_worker
    said = {"person_id": str(one.id), "channel": "paper", "policy_version": None}
    assert went(held.answer(nomination, worker, **said))["state"] == "agreed"


def test_a_worker_of_another_grid_writes_down_nothing(held: Round) -> None:
    one, other, _ = held.thanks.people
    elsewhere = held.thanks.bank.place.a_worker("grid_worker", grid_id=uuid4())
    said = {"person_id": str(other.id), "channel": "paper", "story": STORY}
    put_forward = {"nominee_id": str(one.id)} | said
    refused(
        held.now(elsewhere).post(f"{held.url}/nominations", put_forward), "not-your-person", 403
    )

    nomination = went(held.nominate(one, by=other))["id"]
    answer = {"person_id": str(one.id), "channel": "paper", "policy_version": None}
    refused(held.answer(nomination, elsewhere, **answer), "not-your-person", 403)
    assert held.state_of(nomination) == "asked"


def test_somebody_is_put_forward_once_and_may_put_themselves_forward(held: Round) -> None:
    one, other, _ = held.thanks.people
    mine = held.now(one).post(f"{held.url}/nominations", {"story": "我帮邻居修水管。"})
    assert went(mine, 201)["person"] == "钱*"
    refused(held.nominate(one, by=other), "already-nominated")


def test_staff_and_children_are_not_put_forward(held: Round) -> None:
    one, other, _ = held.thanks.people
    refused(held.nominate(held.thanks.bank.worker, by=one), "cannot-be-nominated")
    with held.thanks.app.app_context(), transaction():
        resident = db.session.get(Resident, other.id)
        assert resident is not None
        resident.born_year = today().year - 12
    refused(held.nominate(other, by=one), "cannot-be-nominated")


def test_no_names_are_taken_before_it_opens_or_after_it_closes(app: Flask) -> None:
    held = a_round(app, opened=False)
    one, other, _ = held.thanks.people
    refused(held.nominate(one, by=other), "nominations-closed")
    went(held.chair.post(f"{held.url}/opening", {"row_version": 1}))
    refused(held.chair.post(f"{held.url}/opening", {"row_version": 1}), "stale-round")
    with clock.at(held.end_of("nominations_until")):
        refused(held.nominate(one, by=other), "nominations-closed")


def a_credited_deed(held: Round, acted: Person, points: int) -> None:
    """Ten points somebody earned for what they did themselves; the account is another's."""
    bank, posted = held.thanks.bank, 1  # numbers of the ledger, which the filter does not read
    with held.thanks.app.app_context(), transaction():
        deed = Deed(
            community_id=bank.place.id,
            item_id=UUID(went(bank.now(bank.chair).get(f"{BANK}/rules"))["items"][0]["id"]),
            occurred_on=today(),
            story="送餐。",
            display="masked",
            state="credited",
            serial=f"VB-{uuid4().hex[:8]}",
            once_key=uuid4().hex,
            submitted_at=utc_now(),
            points_granted=points,
            decided_by=bank.worker.id,
            window=Range(utc_now(), utc_now() + timedelta(days=1)),
            actor_id=acted.id,
            channel="mini_program",
        )
        db.session.add(deed)
        db.session.flush()
        db.session.add(
            DeedShare(
                community_id=bank.place.id,
                deed_id=deed.id,
                acted_id=acted.id,
                points=points,
                account_id=posted,
                hold_id=posted,
                posted_id=posted,
            )
        )


def test_points_are_a_filter_for_who_acted_and_nobody_else_hears_of_it(app: Flask) -> None:
    held = a_round(app, least_points=10)
    one, other, third = held.thanks.people
    a_credited_deed(held, one, 10)
    a_credited_deed(held, other, 9)
    entered, short = held.agreed(one, by=third), held.agreed(other, by=third)
    held.to_reviewing()

    assert [held.state_of(each) for each in (entered, short)] == ["agreed", "not_entered"]
    bank = held.thanks.bank
    assert any("未进入评议" in each for each in bank.told(other))
    assert not any("未进入评议" in each for each in bank.told(third))


def test_points_that_were_taken_back_let_nobody_in(app: Flask) -> None:
    held = a_round(app, least_points=10)
    one, other, _ = held.thanks.people
    a_credited_deed(held, one, 10)
    paid_and_taken_back(held, one, 10)
    short = held.agreed(one, by=other)
    held.to_reviewing()

    assert held.state_of(short) == "not_entered"


def paid_and_taken_back(held: Round, acted: Person, points: int) -> None:
    """Somebody else did it, as it turned out: two people have reversed what the deed earned."""
    bank = held.thanks.bank
    award = bank.award(acted, points, by=bank.member)
    account_id = bank.account_of(acted)
    with held.thanks.app.app_context(), transaction():
        share = db.session.query(DeedShare).filter_by(acted_id=acted.id).one()
        share.account_id, share.hold_id, share.posted_id = account_id, award, award
    why = {"reason": "核实后不是本人所为。", "decision_ref": "居委会决定〔2026〕8号"}
    asked = went(held.chair.post(f"{BANK}/transfers/{award}/reversal-requests", why), 201)
    url = f"{BANK}/reversal-requests/{asked['id']}"
    went(held.now(acted).post(f"{url}/answer", {"text": "确实不是我。"}))
    went(held.now(bank.member).post(f"{url}/confirmation"))


def test_a_panel_of_three_without_relations(held: Round) -> None:
    one, other, _ = held.thanks.people
    held.agreed(one, by=other)
    began = held.to_reviewing()
    member, supervisor, resident = held.panel
    with held.thanks.app.app_context(), transaction():
        a, b = sorted((one.id, member.id))
        db.session.add(Kin(resident_a=a, resident_b=b, relation="sibling", declared_by=member.id))
    housemate = held.thanks.bank.place.a_resident(name="同住", household_id=one.household_id)
    stranger = held.thanks.bank.place.a_visitor()
    with clock.at(began + timedelta(hours=1)):
        refused(held.name_panel([supervisor, resident]), "panel-too-small", 422)
        refused(held.name_panel([supervisor, resident, stranger]), "panel-too-small", 422)
        for related in (member, one, housemate):
            refused(held.name_panel([supervisor, resident, related]), "panel-related")
        went(held.name_panel([supervisor, resident, other]))
        refused(held.name_panel([supervisor, resident, other]), "round-moved")


def test_only_the_panel_speaks_and_each_once(held: Round) -> None:
    one, other, third = held.thanks.people
    nomination = held.agreed(one, by=other)
    refused(held.speak(nomination, held.panel[0]), "not-on-the-panel", 403)
    began = held.to_reviewing()
    with clock.at(began + timedelta(hours=1)):
        went(held.name_panel(held.panel))
        refused(held.speak(nomination, third), "not-on-the-panel", 403)
        went(held.speak(nomination, held.panel[0]), 201)
        refused(held.speak(nomination, held.panel[0]), "already-answered")
        refused(held.select(nomination), "panel-silent")


def test_nobody_is_chosen_whom_the_panel_does_not_support(held: Round) -> None:
    one, other, third = held.thanks.people
    nominations = [held.agreed(one, by=other), held.agreed(other, by=third)]
    began = held.to_reviewing()
    with clock.at(began + timedelta(hours=1)):
        went(held.name_panel(held.panel))
        for number, member in enumerate(held.panel):
            went(held.speak(nominations[0], member, yes=number > 0))
            went(held.speak(nominations[1], member, yes=number == 0))
        refused(held.select(*nominations), "not-supported")
        went(held.select(nominations[0]))
        assert [held.state_of(each) for each in nominations] == ["shown", "not_chosen"]


def test_not_more_than_the_places(app: Flask) -> None:
    held = a_round(app, places=1)
    one, other, third = held.thanks.people
    nominations = [held.agreed(one, by=other), held.agreed(other, by=third)]
    began = held.to_reviewing()
    with clock.at(began + timedelta(hours=1)):
        went(held.name_panel(held.panel))
        for member in held.panel:
            for each in nominations:
                went(held.speak(each, member))
        refused(held.select(*nominations), "too-many-chosen")


def test_an_objection_holds_one_honour_and_no_other(held: Round) -> None:
    one, other, third = held.thanks.people
    first, second = held.agreed(one, by=other), held.agreed(third, by=other)
    shown_until = held.to_publicity(first, second)
    bank = held.thanks.bank
    with clock.at(shown_until - timedelta(days=1)):
        url = f"{BANK}/nominations/{first}/objections"
        objection = went(held.now(other).post(url, {"text": "说的不是他。"}), 201)["id"]
    with clock.at(shown_until):
        refused(held.now(third).post(url, {"text": "晚了。"}), "window-closed")
        held.sweep()
        assert [held.state_of(each) for each in (first, second)] == ["objected", "honoured"]
        assert held.told()["state"] == "publicity"
        other_member = bank.place.a_worker("committee_member", name="卫委员")
        decision = f"{BANK}/thanks-objections/{objection}"
        said = {"outcome": "upheld", "reason": "经核实不是他做的。"}
        refused(held.now(bank.member).post(f"{decision}/decision", said), "involved", 403)
        went(held.now(other_member).post(f"{decision}/decision", said))
        went(held.now(one).post(f"{decision}/appeal", {"text": "就是我做的。"}))
        supervisor = bank.place.a_worker("supervisor", name="蒋监督")
        went(held.now(supervisor).post(f"{decision}/appeal-decision", said))
        held.sweep()
        assert held.state_of(first) == "struck"
        assert held.told()["state"] == "decided"


def test_an_honour_may_bring_points_through_a_batch(app: Flask) -> None:
    held = a_round(app, gives_points=True)
    one, other, _ = held.thanks.people
    shown_until = held.to_publicity(held.agreed(one, by=other))
    with clock.at(shown_until):
        held.sweep()
        held.sweep()
        [batch] = held.thanks.batches(kind="honour")
    assert (batch["state"], batch["points"]) == ("drafted", 50)


def test_a_name_is_withdrawn_when_the_nominee_says_so(held: Round) -> None:
    one, other, _ = held.thanks.people
    nomination = held.agreed(one, by=other)
    shown_until = held.to_publicity(nomination)
    with clock.at(shown_until):
        held.sweep()
        went(held.answer(nomination, one, agreed=False))
        [listed] = went(held.now(other).get(f"{BANK}/honours"))["items"]
    assert listed["person"] == "钱*"


def test_consent_withdrawn_among_all_consents_hides_the_name_too(held: Round) -> None:
    one, other, _ = held.thanks.people
    shown_until = held.to_publicity(held.agreed(one, by=other))
    with clock.at(shown_until):
        held.sweep()
        assert held.now(one).delete("/me/consents/honour_list").status_code < 300
        [listed] = went(held.now(other).get(f"{BANK}/honours"))["items"]
    assert listed["person"] == "钱*"


def test_an_honour_is_taken_back_by_a_decision_once(held: Round) -> None:
    one, other, _ = held.thanks.people
    shown_until = held.to_publicity(held.agreed(one, by=other))
    with clock.at(shown_until):
        held.sweep()
        honour = honour_of(held, one)
        url = f"{BANK}/honours/{honour['id']}/revocation"
        said = {"reason": "事迹不实。", "decision_ref": "居委会决定〔2027〕2号"}
        assert held.now(held.thanks.bank.member).post(url, said).status_code == 403
        went(held.chair.post(url, said))
        refused(held.chair.post(url, said), "already-revoked")
        assert verified(held, honour["verify_code"])["stands"] is False
        assert went(held.now(other).get(f"{BANK}/honours"))["items"] == []
    assert any("已撤销" in each for each in held.thanks.bank.told(one))


def test_an_unknown_code_stands_for_nothing(held: Round) -> None:
    client = held.thanks.app.test_client(use_cookies=False)
    for code in ("AAAAAAAAAAAA", "' OR 1=1 --A"):
        answer = client.get(f"/api/v1{BANK}/verify/honours/{code}")
        assert answer.status_code == 404


def test_neighbours_read_what_hangs_on_the_board_and_nothing_before(held: Round) -> None:
    one, other, third = held.thanks.people
    nomination = held.agreed(one, by=other)
    assert held.nominations(third) == []
    shown_until = held.to_publicity(nomination)
    with clock.at(shown_until - timedelta(days=1)):
        assert [each["person"] for each in held.nominations(third)] == ["钱*"]


def test_a_cancelled_round_honours_nobody(held: Round) -> None:
    one, other, _ = held.thanks.people
    nomination = held.agreed(one, by=other)
    went(held.chair.post(f"{held.url}/cancellation", {"reason": "改到明年。"}))
    assert held.state_of(nomination) == "not_chosen"
    refused(held.chair.post(f"{held.url}/cancellation", {"reason": "再取消"}), "round-moved")


def test_who_was_put_forward_and_who_reviews_hear_that_a_round_is_cancelled(held: Round) -> None:
    one, other, third = held.thanks.people
    held.agreed(one, by=other)
    unwilling = went(held.nominate(third, by=other))["id"]
    went(held.answer(unwilling, third, agreed=False, policy_version=None))
    began = held.to_reviewing()
    with clock.at(began + timedelta(hours=1)):
        went(held.name_panel(held.panel))
        went(held.chair.post(f"{held.url}/cancellation", {"reason": "改到明年。"}))

    for person in (one, *held.panel):
        assert held.thanks.bank.told(person)[-1] == "好邻居已取消"
    assert "好邻居已取消" not in held.thanks.bank.told(third)


def test_whoever_has_not_answered_hears_too_that_a_round_is_cancelled(held: Round) -> None:
    one, other, _ = held.thanks.people
    went(held.nominate(one, by=other))
    went(held.chair.post(f"{held.url}/cancellation", {"reason": "改到明年。"}))
    assert held.thanks.bank.told(one)[-1] == "好邻居已取消"


def objected(held: Round, nomination: str, by: Person) -> None:
    said = {"text": "材料上写的事不是他做的。"}
    went(held.now(by).post(f"{BANK}/nominations/{nomination}/objections", said), 201)


def test_who_objected_hears_that_there_is_nothing_left_to_answer(held: Round) -> None:
    one, other, third = held.thanks.people
    first, second = held.agreed(one, by=other), held.agreed(other, by=one)
    shown_until = held.to_publicity(first, second)
    with clock.at(shown_until - timedelta(days=1)):
        objected(held, first, third)
        objected(held, second, third)
        went(held.answer(second, other, agreed=False))
        assert held.thanks.bank.told(third)[-1] == "您提的异议已结束"
        went(held.chair.post(f"{held.url}/cancellation", {"reason": "改到明年。"}))
        said = went(held.now(third).get(f"{BANK}/me/thanks-objections"))["items"]

    assert held.thanks.bank.told(third)[-2:] == ["您提的异议已结束", "您提的异议已结束"]
    assert [(each["state"], each["outcome"], each["reason"]) for each in said] == [
        ("closed", None, "这项提名已经撤下。"),
        ("closed", None, "评选取消：改到明年。"),
    ]


def test_nobody_of_another_community_is_named(held: Round) -> None:
    one, other, _ = held.thanks.people
    elsewhere = a_neighbourhood(held.thanks.app)
    stranger = elsewhere.a_resident(name="外区居民")
    refused(held.nominate(stranger, by=one), "cannot-be-nominated")
    spoken = {"story": STORY, "nominee_id": str(one.id), "person_id": str(stranger.id)}
    worker = held.now(held.thanks.second_worker)
    refused(worker.post(f"{held.url}/nominations", spoken), "cannot-be-nominated")
    nomination = held.agreed(one, by=other)
    began = held.to_reviewing()
    with clock.at(began + timedelta(hours=1)):
        member, supervisor, resident = held.panel
        refused(held.name_panel([member, supervisor, stranger]), "panel-too-small", 422)
        foreign_chair = elsewhere.a_worker("chair")
        assert held.speak(nomination, foreign_chair).status_code == 404
        went(held.name_panel([member, supervisor, resident]))


def test_what_a_nominee_is_asked_names_the_day(held: Round) -> None:
    one, other, _ = held.thanks.people
    went(held.nominate(one, by=other))
    [mine] = went(held.now(one).get(f"{BANK}/me/nominations"))["items"]
    assert (mine["title"], mine["state"]) == ("好邻居", "asked")
    assert mine["answer_until"] == held.told()["nominations_until"]
