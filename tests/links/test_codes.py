"""What is printed stays valid."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from flask import Flask

from backend.clock import utc_now
from backend.database import db, transaction
from backend.links.actions import short_code_for
from backend.links.models import ShortCode
from backend.links.rules import ALPHABET, LENGTH, as_typed
from tests.factories import Neighbourhood, a_neighbourhood


def a_code(place: Neighbourhood, object_type: str, object_id: UUID) -> str:
    with place.app.app_context(), transaction():
        return short_code_for(place.id, object_type, object_id)


def test_a_code_has_eight_characters_that_nobody_confuses(app: Flask) -> None:
    code = a_code(a_neighbourhood(app), "proposal", uuid4())

    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)


def test_the_same_record_keeps_its_code(app: Flask) -> None:
    place, matter = a_neighbourhood(app), uuid4()

    assert a_code(place, "proposal", matter) == a_code(place, "proposal", matter)
    assert a_code(place, "proposal", matter) != a_code(place, "bulletin", matter)


def test_two_people_who_print_at_once_get_one_code(app: Flask) -> None:
    place, matter = a_neighbourhood(app), uuid4()

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(lambda _: a_code(place, "proposal", matter), range(8)))

    assert len(codes) == 1


def test_a_code_leads_to_the_page_of_the_client(app: Flask) -> None:
    matter = uuid4()
    code = a_code(a_neighbourhood(app), "proposal", matter)

    answer = app.test_client().get(f"/q/{code}")

    assert answer.status_code == 302
    assert answer.location == f"http://localhost/#/matter/detail?id={matter}"


def test_a_code_may_be_typed_as_it_was_read(app: Flask) -> None:
    place = a_neighbourhood(app)
    with app.app_context(), transaction():
        db.session.add(
            ShortCode(
                code="01ABCDEF", community_id=place.id, object_type="meeting", object_id=uuid4()
            )
        )

    assert as_typed("oIab-cdef") == "01ABCDEF"
    assert app.test_client().get("/q/olabcdef").status_code == 302


def test_an_unknown_code_is_answered_with_a_page_in_plain_chinese(app: Flask) -> None:
    answer = app.test_client().get("/q/ZZZZZZZZ")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "这个二维码没有对应的内容" in answer.get_data(as_text=True)


def test_what_no_code_is_made_of_is_no_code(app: Flask) -> None:
    client = app.test_client()

    answers = [client.get(f"/q/{each}") for each in ("%00", "0000%00000", "%00.json", "%00.svg")]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_retired_code_leads_nowhere(app: Flask) -> None:
    place = a_neighbourhood(app)
    with app.app_context(), transaction():
        db.session.add(
            ShortCode(
                code="ABCDEFGH",
                community_id=place.id,
                object_type="meeting",
                object_id=uuid4(),
                retired_at=utc_now(),
            )
        )

    assert app.test_client().get("/q/ABCDEFGH").status_code == 404
    assert app.test_client().get("/q/ABCDEFGH.svg").status_code == 404


def test_a_kind_of_record_without_a_page_leads_nowhere(app: Flask) -> None:
    code = a_code(a_neighbourhood(app), "household", uuid4())

    assert app.test_client().get(f"/q/{code}").status_code == 404


def test_the_code_can_be_printed_as_a_picture(app: Flask) -> None:
    code = a_code(a_neighbourhood(app), "proposal", uuid4())

    answer = app.test_client().get(f"/q/{code}.svg")

    assert answer.mimetype == "image/svg+xml"
    assert answer.get_data(as_text=True).startswith('<svg xmlns="http://www.w3.org/2000/svg" ')


def test_the_mini_program_asks_what_a_code_stands_for(app: Flask) -> None:
    proposal_id = uuid4()
    code = a_code(a_neighbourhood(app), "proposal", proposal_id)

    told = app.test_client().get(f"/q/{code.lower()}.json")

    assert told.get_json() == {"page": "matter/detail", "id": str(proposal_id)}


def test_to_the_mini_program_a_dead_code_is_a_problem(app: Flask) -> None:
    told = app.test_client().get("/q/ABCDEFGH.json")

    assert told.status_code == 404
    assert told.get_json()["title"] == "内容不存在"
