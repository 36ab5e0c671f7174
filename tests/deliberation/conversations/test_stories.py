from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.clock import utc_now
from backend.database import db
from backend.notifications.models import Notice
from tests.counting import counted_statements
from tests.deliberation.conversations.stories import (
    SEEDS,
    added,
    opened,
    statement_ids,
    tallies,
    vote,
)
from tests.factories import Neighbourhood, Person, a_neighbourhood


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def moderator(place: Neighbourhood) -> Person:
    return place.a_worker("moderator")


@pytest.fixture
def wang(place: Neighbourhood) -> Person:
    return place.a_resident(name="王芳")


@pytest.fixture
def li(place: Neighbourhood) -> Person:
    return place.a_resident(name="李明")


def judged(moderator: Person, statement: str, decision: str) -> int:
    more = {"reason_code": "other", "reason": "与话题无关"} if decision == "reject" else {}
    return moderator.post(
        f"/statements/{statement}/moderation", {"decision": decision} | more
    ).status_code


def test_a_conversation_begins_with_five_views_of_staff(place: Neighbourhood, wang: Person) -> None:
    member = place.a_worker("committee_member")
    body = {"topic": "停车怎么停", "statements": SEEDS[:4]}

    assert member.post("/conversations", body).status_code == 409
    assert wang.post("/conversations", body | {"statements": SEEDS}).status_code == 403
    made = member.post("/conversations", body | {"statements": SEEDS}).get_json()
    assert made["state"] == "open"
    assert made["moderation"] == "strict"
    listed = wang.get("/conversations").get_json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert sorted(statement_ids(wang, made["id"])) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"statements": [*SEEDS[:4], SEEDS[0]]}, 422),
        ({"statements": [*SEEDS, "长" * 141]}, 422),
        ({"moderation": "loose"}, 422),
        ({"closes_at": "2020-01-01T00:00:00+08:00"}, 422),
        ({"meeting_id": str(uuid4())}, 404),
        ({"proposal_id": str(uuid4())}, 404),
        ({"proposal_id": str(uuid4()), "meeting_id": str(uuid4())}, 422),
    ],
)
def test_a_conversation_that_makes_no_sense_is_refused(
    place: Neighbourhood, wrong: dict[str, object], status: int
) -> None:
    body = {"topic": "停车怎么停", "statements": SEEDS} | wrong

    assert place.a_worker("chair").post("/conversations", body).status_code == status


def test_nobody_asks_about_a_matter_that_is_still_somebody_elses_draft(
    place: Neighbourhood, wang: Person
) -> None:
    matter = {"title": "楼道灯坏了", "body": "三楼的灯坏了。", "place": "3号楼"}
    draft = wang.post("/proposals", matter | {"category": "facilities"}).get_json()
    body = {"topic": "停车怎么停", "statements": SEEDS, "proposal_id": draft["id"]}
    chair = place.a_worker("chair")

    assert chair.post("/conversations", body).status_code == 404
    handed_in = wang.post(f"/proposals/{draft['id']}/submission", {"version": draft["version"]})
    assert handed_in.status_code == 200, handed_in.text
    assert chair.post("/conversations", body).status_code == 201


def test_a_vote_is_answered_with_the_counts_it_is_part_of(
    place: Neighbourhood, wang: Person, li: Person
) -> None:
    first = statement_ids(wang, opened(place))[1]

    assert vote(wang, first, 1) == {"value": 1, "agree": 1, "disagree": 0, "passed": 0}
    assert vote(li, first, -1) == {"value": -1, "agree": 1, "disagree": 1, "passed": 0}
    assert vote(wang, first, 0) == {"value": 0, "agree": 0, "disagree": 1, "passed": 1}


def test_the_same_vote_sent_again_is_one_vote(place: Neighbourhood, wang: Person) -> None:
    member = place.a_worker("committee_member")
    conversation = opened(place, by=member)
    first, second = (statement_ids(wang, conversation)[no] for no in (1, 2))

    vote(wang, first, 1, client_key="a-1")
    vote(wang, first, -1, client_key="a-2")
    again = vote(wang, first, 1, client_key="a-1")

    assert again == {"value": -1, "agree": 0, "disagree": 1, "passed": 0}
    events = member.get(f"/conversations/{conversation}/event-counts").get_json()["items"]
    assert {(e["no"], e["agree"], e["disagree"]) for e in events} >= {(1, 1, 1)}
    other = wang.put(f"/statements/{second}/vote", {"value": 1, "client_key": "a-1"})
    assert other.status_code == 409
    assert other.get_json()["type"] == "/problems/key-already-used"


def test_a_vote_recorded_before_the_close_is_confirmed_after_it(
    place: Neighbourhood, wang: Person
) -> None:
    member = place.a_worker("committee_member")
    conversation = opened(place, by=member)
    first = statement_ids(wang, conversation)[1]
    vote(wang, first, 1, client_key="lost-answer")
    member.post(f"/conversations/{conversation}/closing")

    assert vote(wang, first, 1, client_key="lost-answer")["agree"] == 1
    late = wang.put(f"/statements/{first}/vote", {"value": 0})
    assert late.status_code == 409
    assert late.get_json()["type"] == "/problems/conversation-closed"


def test_numbers_come_after_ones_own_vote_and_to_all_after_the_close(
    place: Neighbourhood, wang: Person, li: Person
) -> None:
    member = place.a_worker("committee_member")
    conversation = opened(place, by=member)
    ids = statement_ids(wang, conversation)
    vote(wang, ids[1], 1)
    vote(wang, ids[2], 0)
    hidden = li.get(f"/conversations/{conversation}/tallies")

    assert hidden.status_code == 403
    assert hidden.get_json()["type"] == "/problems/vote-first"
    assert li.get(f"/conversations/{conversation}/export.csv").status_code == 403
    assert li.get(f"/conversations/{conversation}/event-counts").status_code == 403
    vote(li, ids[1], -1)
    assert tallies(li, conversation) == {1: (1, 1, 0)}
    assert len(tallies(member, conversation)) == 5
    member.post(f"/conversations/{conversation}/closing")
    assert tallies(li, conversation)[2] == (0, 0, 1)


def test_a_conversation_whose_time_is_up_is_closed(place: Neighbourhood, wang: Person) -> None:
    ends = utc_now() + timedelta(hours=1)
    conversation = opened(place, closes_at=ends.isoformat())
    first = statement_ids(wang, conversation)[1]

    with clock.at(ends - timedelta(seconds=1)):
        vote(wang, first, 1)
    with clock.at(ends + timedelta(seconds=1)):
        assert wang.put(f"/statements/{first}/vote", {"value": 0}).status_code == 409
        assert wang.get(f"/conversations/{conversation}").get_json()["state"] == "closed"
        written = wang.post(f"/conversations/{conversation}/statements", {"text": "太晚了"})
        assert written.status_code == 409
        assert wang.get(f"/conversations/{conversation}/next").status_code == 409
        assert len(tallies(wang, conversation)) == 5


def test_closing_again_changes_nothing(place: Neighbourhood) -> None:
    member = place.a_worker("committee_member")
    conversation = opened(place, by=member)

    first = member.post(f"/conversations/{conversation}/closing").get_json()
    second = member.post(f"/conversations/{conversation}/closing").get_json()

    assert first == second
    assert first["state"] == "closed"


def test_where_moderation_is_strict_a_new_view_waits(
    place: Neighbourhood, wang: Person, li: Person, moderator: Person
) -> None:
    conversation = opened(place, "strict")
    mine = added(wang, conversation)

    assert mine in statement_ids(wang, conversation).values()
    assert mine not in statement_ids(li, conversation).values()
    pending = wang.put(f"/statements/{mine}/vote", {"value": 1})
    assert pending.get_json()["type"] == "/problems/own-statement-pending"
    assert li.put(f"/statements/{mine}/vote", {"value": 1}).status_code == 404
    assert judged(moderator, mine, "accept") == 200
    assert mine in statement_ids(li, conversation).values()
    assert vote(li, mine, 1)["agree"] == 1


def test_where_it_is_permissive_a_new_view_is_shown_until_rejected(
    place: Neighbourhood, wang: Person, li: Person, moderator: Person
) -> None:
    member = place.a_worker("committee_member")
    conversation = opened(place, "permissive", by=member)
    mine = added(wang, conversation)
    vote(li, mine, 1)

    assert judged(moderator, mine, "reject") == 200

    assert mine not in statement_ids(li, conversation).values()
    assert li.put(f"/statements/{mine}/vote", {"value": 0}).status_code == 404
    told = wang.get(f"/conversations/{conversation}/statements").get_json()["items"][0]
    assert (told["moderation"], told["reason_code"]) == ("rejected", "other")
    assert tallies(member, conversation)[6] == (1, 0, 0)
    member.post(f"/conversations/{conversation}/closing")
    assert 6 not in tallies(li, conversation)


def test_nobody_judges_their_own_text_and_residents_judge_none(
    place: Neighbourhood, wang: Person, moderator: Person
) -> None:
    conversation = opened(place, "permissive")
    mine = added(wang, conversation)

    assert judged(wang, mine, "accept") == 403
    no_reason = moderator.post(f"/statements/{mine}/moderation", {"decision": "reject"})
    assert no_reason.status_code == 422


def test_a_judgement_can_be_revised_and_a_seed_be_judged(
    place: Neighbourhood, wang: Person, moderator: Person
) -> None:
    conversation = opened(place)
    mine, seed = added(wang, conversation), statement_ids(wang, conversation)[1]

    for decision in ("accept", "reject"):
        assert judged(moderator, mine, decision) == 200
        assert judged(moderator, seed, decision) == 200
    seen = moderator.get(f"/conversations/{conversation}/statements", moderation="rejected")
    assert {each["id"] for each in seen.get_json()["items"]} == {mine, seed}


def test_only_residents_vote_and_anyone_with_a_phone_or_home_may_write(
    place: Neighbourhood, wang: Person
) -> None:
    conversation = opened(place)
    first = statement_ids(wang, conversation)[1]
    visitor = place.a_visitor()

    assert visitor.get(f"/conversations/{conversation}").status_code == 200
    assert visitor.put(f"/statements/{first}/vote", {"value": 1}).status_code == 403
    assert (
        visitor.post(f"/conversations/{conversation}/statements", {"text": "好"}).status_code == 403
    )


@pytest.mark.parametrize("body", [{}, {"value": 2}, {"value": "1"}, {"value": None}, {"v": 1}])
def test_a_vote_is_minus_one_zero_or_one(
    place: Neighbourhood, wang: Person, body: dict[str, object]
) -> None:
    first = statement_ids(wang, opened(place))[1]

    assert wang.put(f"/statements/{first}/vote", body).status_code == 422


def test_statements_come_one_at_a_time_until_none_is_left(
    place: Neighbourhood, wang: Person
) -> None:
    conversation = opened(place)
    seen = set()

    for left in (5, 4, 3, 2, 1):
        one = wang.get(f"/conversations/{conversation}/next").get_json()
        assert one["left"] == left
        vote(wang, one["statement"]["id"], 0)
        seen.add(one["statement"]["no"])
    assert seen == {1, 2, 3, 4, 5}
    last = wang.get(f"/conversations/{conversation}/next").get_json()
    assert last == {"statement": None, "left": 0}


def test_a_worker_writes_down_what_somebody_said_and_the_person_hears_of_it(
    app: Flask, place: Neighbourhood, wang: Person, li: Person
) -> None:
    worker = place.a_worker("grid_worker")
    first = statement_ids(wang, opened(place))[1]
    said = {"resident_id": str(wang.id), "value": 1, "channel": "phone"}

    answer = worker.post(f"/statements/{first}/keyed-votes", said)
    assert answer.get_json() == {"value": 1, "agree": 1, "disagree": 0, "passed": 0}
    assert worker.post(f"/statements/{first}/keyed-votes", said | {"value": 0}).status_code == 200
    assert li.post(f"/statements/{first}/keyed-votes", said).status_code == 403
    with app.app_context():
        told = db.session.scalars(select(Notice).where(Notice.resident_id == wang.id)).all()
    assert len(told) == 2
    assert "电话" in told[0].body
    vote(wang, first, -1)
    over = worker.post(f"/statements/{first}/keyed-votes", said)
    assert over.status_code == 409
    assert over.get_json()["channel"] == "mini_program"


def test_a_worker_keys_only_for_people_of_their_grid(
    app: Flask, place: Neighbourhood, wang: Person
) -> None:
    elsewhere = a_neighbourhood(app)
    conversation = opened(place)
    first = statement_ids(wang, conversation)[1]
    path = f"/statements/{first}/keyed-votes"
    said = {"value": 1, "channel": "phone"}

    other_grid = place.a_worker("grid_worker", grid_id=uuid4())
    assert other_grid.post(path, said | {"resident_id": str(wang.id)}).status_code == 403
    stranger = elsewhere.a_resident()
    clerk = place.a_worker("counter_clerk")
    assert clerk.post(path, said | {"resident_id": str(stranger.id)}).status_code == 404


def test_another_communitys_conversation_is_not_there(app: Flask, place: Neighbourhood) -> None:
    conversation = opened(place, "permissive")
    first = statement_ids(place.a_resident(), conversation)[1]
    elsewhere = a_neighbourhood(app)
    resident, chair = elsewhere.a_resident(), elsewhere.a_worker("chair")
    moderator = elsewhere.a_worker("moderator")

    for part in ("", "/statements", "/tallies", "/export.csv", "/next"):
        assert resident.get(f"/conversations/{conversation}{part}").status_code == 404, part
    assert chair.get(f"/conversations/{conversation}/event-counts").status_code == 404
    assert resident.get("/me/statement-votes", conversation=conversation).status_code == 404
    assert resident.put(f"/statements/{first}/vote", {"value": 1}).status_code == 404
    written = resident.post(f"/conversations/{conversation}/statements", {"text": "外来的"})
    assert written.status_code == 404
    assert chair.post(f"/conversations/{conversation}/closing").status_code == 404
    assert judged(moderator, first, "accept") == 404
    assert resident.get("/conversations").get_json()["items"] == []


def test_ones_own_votes_can_be_read_back(place: Neighbourhood, wang: Person, li: Person) -> None:
    conversation = opened(place)
    ids = statement_ids(wang, conversation)
    for no, value in ((1, 1), (2, 0), (1, -1), (3, 1)):
        vote(wang, ids[no], value)
    vote(li, ids[4], 1)

    first = wang.get("/me/statement-votes", conversation=conversation, limit=2).get_json()
    rest = wang.get(
        "/me/statement-votes", conversation=conversation, limit=2, after=first["next"]
    ).get_json()

    read = [(each["no"], each["value"]) for each in first["items"] + rest["items"]]
    assert read == [(3, 1), (2, 0), (1, -1)]
    assert rest["next"] is None


def test_the_export_is_a_table_of_accepted_statements(place: Neighbourhood, wang: Person) -> None:
    member = place.a_worker("committee_member")
    conversation = opened(place, "permissive", by=member)
    added(wang, conversation)
    vote(wang, statement_ids(wang, conversation)[1], 1)
    assert wang.get(f"/conversations/{conversation}/export.csv").text == (
        "no,agree,disagree,pass\n1,1,0,0\n"
    )
    member.post(f"/conversations/{conversation}/closing")

    of_resident = wang.get(f"/conversations/{conversation}/export.csv")
    of_staff = member.get(f"/conversations/{conversation}/export.csv")

    assert of_resident.content_type.startswith("text/csv")
    assert [line[0] for line in of_resident.text.splitlines()[1:]] == ["1", "2", "3", "4", "5"]
    assert len(of_staff.text.splitlines()) == 7


def test_a_vote_costs_two_statements_and_lists_do_not_grow(
    app: Flask, place: Neighbourhood, wang: Person
) -> None:
    conversation = opened(place, "permissive")
    first = statement_ids(wang, conversation)[1]

    with counted_statements(app) as asked:
        vote(wang, first, 1)
    assert len(asked) == 2

    costs: dict[str, int] = {}
    for size in (5, 25):
        while len(statement_ids(wang, conversation)) < size:
            added(wang, conversation, f"第{len(statement_ids(wang, conversation))}个看法")
        for part in ("statements", "tallies", "next"):
            with counted_statements(app) as asked:
                assert wang.get(f"/conversations/{conversation}/{part}").status_code == 200
            assert costs.setdefault(part, len(asked)) == len(asked) <= 3
