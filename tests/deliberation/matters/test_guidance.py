"""私事: guided, contested once, and closed by itself when nobody objects."""

from datetime import timedelta
from typing import Any

from flask import Flask

from backend import clock
from backend.clock import utc_now
from backend.deliberation.jobs.matters import move_due_matters
from tests.deliberation.matters.test_filing import a_submitted_matter
from tests.factories import Neighbourhood, Person, a_neighbourhood

LONGER_THAN_THE_CONTEST = timedelta(days=14)
FAMILY_AFFAIR = {"class": "private", "basis_code": "one_household", "reason": "是家庭内部的事。"}


def a_guided_matter(place: Neighbourhood, author: Person, member: Person) -> dict[str, Any]:
    case: Any = a_submitted_matter(author)
    url = f"/proposals/{case['id']}"
    worker, chair = place.a_worker("grid_worker"), place.a_worker("chair")
    case = worker.post(f"{url}/acceptance", {"version": case["version"]}).get_json()
    assigned = {"version": case["version"], "assignee_id": str(member.id)}
    case = chair.post(f"{url}/assignment", assigned).get_json()
    noted = {"version": case["version"], "mode": "visit", "facts": "已上门了解情况。"}
    member.post(f"{url}/inquiry-notes", noted)
    case = member.get(url).get_json()
    case = member.post(f"{url}/triage", FAMILY_AFFAIR | {"version": case["version"]}).get_json()
    told = {"version": case["version"], "text": "可以找人民调解员，每周三上午在社区服务站。"}
    guided: dict[str, Any] = member.post(f"{url}/guidance", told).get_json()
    return guided


def later(app: Flask, wait: timedelta) -> None:
    with app.app_context(), clock.at(utc_now() + wait):
        move_due_matters()


def test_a_private_matter_closes_as_guided_when_nobody_contests_it(app: Flask) -> None:
    place = a_neighbourhood(app)
    author, member = place.a_resident(), place.a_worker("committee_member")
    case = a_guided_matter(place, author, member)
    assert case["status"] == "guided"

    later(app, LONGER_THAN_THE_CONTEST)

    case = author.get(f"/proposals/{case['id']}").get_json()
    assert (case["status"], case["closed_as"]) == ("closed", "guided")


def test_a_contested_matter_stays_open_until_the_contest_is_decided(app: Flask) -> None:
    place = a_neighbourhood(app)
    author, member = place.a_resident(), place.a_worker("committee_member")
    case = a_guided_matter(place, author, member)
    contest = {"target": "triage", "text": "这是整栋楼的事。"}
    contested = author.post(f"/proposals/{case['id']}/objections", contest)
    assert contested.status_code == 201, contested.get_json()

    later(app, LONGER_THAN_THE_CONTEST)

    assert author.get(f"/proposals/{case['id']}").get_json()["status"] == "guided"


def test_a_private_matter_is_seen_by_nobody_else(app: Flask) -> None:
    place = a_neighbourhood(app)
    author, member = place.a_resident(), place.a_worker("committee_member")
    case = a_guided_matter(place, author, member)

    assert place.a_resident().get(f"/proposals/{case['id']}").status_code == 404
