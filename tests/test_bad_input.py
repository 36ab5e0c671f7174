"""Whatever is wrong with a request: a problem in Chinese with the right status, nothing stored."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range
from werkzeug.routing import Rule

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.deliberation.actions.calendar import install_calendar_rules
from backend.residents.identity import open_session
from backend.residents.models import LoginSession, RoleAssignment
from backend.residents.rules.grants import granted_scopes
from tests.console.browser import a_browser
from tests.console.test_permissions import pages
from tests.deliberation.outcomes.story import MONDAY, a_story
from tests.deliberation.queued import WORDS, with_rules
from tests.factories import Neighbourhood, Person, a_neighbourhood
from tests.furnished import rows_of
from tests.test_architecture import ANY_ID, any_arguments
from tests.test_foreign_tenants import WORDS as WORDS_IN_PATHS
from tests.test_foreign_tenants import Forms, closed_routes
from tests.test_matrix import STAFF

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
PROBLEM = "application/problem+json"
UNPRINTABLE = {
    "NUL": "楼道\x00灯",
    "control": "楼道\x07灯",
    "escape": "\x1b[31m红",
    "line break": "楼道\n灯",
    "delete": "灯\x7f",
    "next line": "灯\x85坏",
}


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return with_rules(a_neighbourhood(app))


def is_problem(answer: Any, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in statuses, answer.text
    assert answer.mimetype == PROBLEM
    told: dict[str, Any] = answer.get_json()
    assert told["status"] == answer.status_code
    assert CHINESE.search(told["title"])
    english = [words for words in said_in(told.get("errors")) if LATIN_WORD.search(words)]
    assert not english
    return told


def said_in(errors: Any) -> list[str]:
    """Everything a problem says about single fields, however deep."""
    if isinstance(errors, str):
        return [errors]
    inside = errors.values() if isinstance(errors, dict) else errors or []
    return [words for each in inside for words in said_in(each)]


def filed(person: Person, **about: Any) -> Any:
    return person.post("/proposals", WORDS | about)


WRONG = {
    "unknown field": {"colour": "red"},
    "author chosen": {"author_id": ANY_ID},
    "community chosen": {"community_id": ANY_ID},
    "title missing": {"title": None},
    "title empty": {"title": ""},
    "title of spaces": {"title": " \u3000\t "},
    "title of emoji": {"title": "😀🎉"},
    "title of marks": {"title": "！？……"},
    "title too long": {"title": "灯" * 61},
    "title a number": {"title": 7},
    "title a list": {"title": ["灯"]},
    "body too long": {"body": "灯" * 2001},
    "body of invisible letters": {"body": "\u200b\u200b\ufeff"},
    "unknown category": {"category": "weather"},
    "category a list": {"category": ["facilities"]},
    "building no id": {"building_id": "3号楼"},
    "unknown name shown": {"display_name": "full"},
    **{f"title with {name}": {"title": text} for name, text in UNPRINTABLE.items()},
    "body with NUL": {"body": "楼道灯\x00坏了"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_matter_told_wrongly_is_refused_by_field(
    app: Flask, place: Neighbourhood, wrong: dict[str, Any]
) -> None:
    author = place.a_resident()
    before = rows_of(app, place.id)

    told = is_problem(filed(author, **wrong), 422)

    assert set(told["errors"]["json"]) == set(wrong)
    assert rows_of(app, place.id) == before


def test_length_is_counted_in_letters_after_they_are_put_together(place: Neighbourhood) -> None:
    author = place.a_resident()

    assert filed(author, title="𠮷" * 60).status_code == 201
    assert filed(author, title="e\u0301" * 60).get_json()["title"] == "é" * 60
    is_problem(filed(author, title="e\u0301" * 61), 422)


RAW: dict[str, tuple[bytes, str, tuple[int, ...]]] = {
    "no JSON": (b"{title:", "application/json", (400, 422)),
    "half a letter": ('{"title": "灯'.encode()[:-1], "application/json", (400, 422)),
    "lone surrogate": (b'{"title": "\\ud800"}', "application/json", (400, 422)),
    "not a number": (b'{"title": NaN}', "application/json", (400, 422)),
    "deep": (b"[" * 5000 + b"]" * 5000, "application/json", (400, 422)),
    "a list": (b"[1, 2]", "application/json", (400, 422)),
    "a word": (b'"title"', "application/json", (400, 422)),
    "null": (b"null", "application/json", (400, 422)),
    "empty": (b"", "application/json", (400, 422)),
    "a form": (b"title=x", "application/x-www-form-urlencoded", (415,)),
    "XML": (b"<title/>", "application/xml", (415,)),
    "no type": (b'{"title": "x"}', "", (415,)),
    "another alphabet": ('{"title": "灯"}'.encode("gbk"), "application/json", (400, 422)),
    "2 MB": (b'{"title": "' + b"x" * 2_000_000 + b'"}', "application/json", (413,)),
}


def people_by_permission(place: Neighbourhood) -> dict[str, Person]:
    """For every action of the matrix somebody who may try it."""
    kinds = [(place.a_resident(), frozenset[str](), 2)]
    kinds += [(place.a_worker(role), frozenset({role}), 0) for role in STAFF]

    def who(action: str) -> Person:
        return next(p for p, roles, level in kinds if granted_scopes(action, roles, level))

    actions = {
        str(getattr(view, "permission", "")) for view in place.app.view_functions.values()
    } - {""}
    return {action: who(action) for action in actions}


def writing_routes(app: Flask) -> Iterator[tuple[str, Rule, str, str]]:
    """(method, rule, permission, path) of every closed route that takes JSON."""
    forms = Forms(app, {"resident_id": ANY_ID})
    for method, rule in closed_routes(app):
        body = forms.operation(method, rule).get("requestBody", {})
        if "application/json" not in body.get("content", {}):
            continue
        words = {name: word for name, word in WORDS_IN_PATHS.items() if name in rule.arguments}
        values = any_arguments(rule) | words
        with app.test_request_context():
            _, path = rule.build(values) or ("", "")
        permission = str(getattr(app.view_functions[rule.endpoint], "permission", ""))
        yield method, rule, permission, path.removeprefix("/api/v1")


def test_no_route_takes_what_is_no_body_of_its(
    app: Flask, place: Neighbourhood, subtests: pytest.Subtests
) -> None:
    people = people_by_permission(place)
    before = rows_of(app, place.id)
    for method, rule, permission, path in writing_routes(app):
        person, forms = people[permission], Forms(app, {"resident_id": ANY_ID})
        with subtests.test(method=method, rule=str(rule)):
            for name, (body, kind, statuses) in RAW.items():
                if name == "empty" and not forms.body(method, rule):
                    continue  # every field may be left out
                headers = person.headers | ({"Content-Type": kind} if kind else {})
                answer = person.ask(method, path, data=body, headers=headers)
                is_problem(answer, *statuses)

    assert rows_of(app, place.id) == before


def test_no_route_takes_a_field_it_does_not_know_or_of_another_type(
    app: Flask, place: Neighbourhood, subtests: pytest.Subtests
) -> None:
    people = people_by_permission(place)
    before = rows_of(app, place.id)
    for method, rule, permission, path in writing_routes(app):
        person = people[permission]
        forms = Forms(app, {"resident_id": str(person.id)})
        body = forms.body(method, rule)
        wrongs = {"unknown": body | {"no_such_field": 1}}
        wrongs |= {f"{field} an object": body | {field: {"a": {}}} for field in body}
        wrongs |= {f"{field} with NUL": body | {field: "灯\x00"} for field in body}
        with subtests.test(method=method, rule=str(rule)):
            for name, wrong in wrongs.items():
                told = is_problem(person.ask(method, path, json=wrong), 422)
                assert told["errors"]["json"], name

    assert rows_of(app, place.id) == before


def test_every_list_refuses_a_cursor_or_a_length_of_nonsense(
    app: Flask, place: Neighbourhood, subtests: pytest.Subtests
) -> None:
    people = people_by_permission(place)
    forms = Forms(app, {"resident_id": ANY_ID})
    wrongs = [{"limit": n} for n in ("0", "101", "-1", "many", "1e2", "")]
    wrongs += [{"after": a} for a in ("nonsense", "1", "'; --", "\x00", "")]
    wrongs.append({"sort": "supporters"})
    for method, rule in closed_routes(app):
        known = {p["name"] for p in forms.operation(method, rule).get("parameters", [])}
        if not {"limit", "after"} <= known:
            continue
        permission = str(getattr(app.view_functions[rule.endpoint], "permission", ""))
        with app.test_request_context():
            _, path = rule.build(any_arguments(rule)) or ("", "")
        with subtests.test(rule=str(rule)):
            for wrong in wrongs:
                query = forms.query(method, rule) | wrong
                is_problem(people[permission].get(path.removeprefix("/api/v1"), **query), 422)


NUL = ("q", "view", "after", "no_such_field")


def test_no_address_holds_what_the_database_cannot(
    app: Flask, place: Neighbourhood, subtests: pytest.Subtests
) -> None:
    people = people_by_permission(place)
    for _, rule in closed_routes(app):
        if "GET" not in (rule.methods or ()):
            continue
        permission = str(getattr(app.view_functions[rule.endpoint], "permission", ""))
        with app.test_request_context():
            _, path = rule.build(any_arguments(rule)) or ("", "")
        with subtests.test(rule=str(rule)):
            for name in NUL:
                asked = {name: "灯\x00"}
                is_problem(people[permission].get(path.removeprefix("/api/v1"), **asked), 422)
    chair = people["matter.assign"]
    for path in ("/settings/%00", "/calendar-rules/x%00", "/communities/%00/publications"):
        for method in ("GET", "PUT"):
            is_problem(chair.ask(method, path, json={}), 404)


def test_no_page_of_the_desk_takes_what_the_database_cannot(
    app: Flask, place: Neighbourhood, subtests: pytest.Subtests
) -> None:
    desk = a_browser(app, place.a_worker("chair"))
    before = rows_of(app, place.id)
    for method, path, _ in pages(app):
        with subtests.test(method=method, path=path):
            if method == "GET":
                answers = [desk.get(path, **{name: "灯\x00"}) for name in NUL]
            else:
                answers = [desk.send(path, **{name: "灯\x00"}) for name in ("text", "title", "q")]
            assert {answer.status_code for answer in answers} == {422}
            assert all("含有无法显示的字符" in answer.text for answer in answers)
    assert desk.get("/console/%00").status_code == 404
    assert desk.get("/console/settings/%00").status_code == 404
    assert rows_of(app, place.id) == before


def test_brackets_in_brackets_with_a_nul_at_the_bottom_are_refused(place: Neighbourhood) -> None:
    author = place.a_resident()
    for depth in (400, 900, 5000):
        body = b"[" * depth + b'"\\u0000"' + b"]" * depth
        headers = author.headers | {"Content-Type": "application/json"}
        is_problem(author.ask("POST", "/proposals", data=body, headers=headers), 400, 422)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "yesterday", "2026-1-1"])
def test_a_date_that_is_none_is_no_holiday(place: Neighbourhood, day: str) -> None:
    admin = place.a_worker("sys_admin")

    is_problem(admin.put(f"/holidays/{day}", {"working": False, "name": "春节"}), 404, 422)


def a_captaincy(place: Neighbourhood) -> dict[str, str]:
    return {
        "resident_id": str(place.a_resident().id),
        "role": "building_captain",
        "scope_id": str(place.building_id),
    }


NO_DATES = ["2026-02-30", "2026-13-01", "tomorrow", "", "2026-01-01T00:00:00"]


@pytest.mark.parametrize("day", NO_DATES, ids=str)
def test_a_date_that_is_none_is_refused(app: Flask, place: Neighbourhood, day: Any) -> None:
    chair, wanted = place.a_worker("chair"), a_captaincy(place)
    before = rows_of(app, place.id)

    is_problem(chair.post("/roles", wanted | {"from_on": day}), 422)
    is_problem(chair.get("/calendar", **{"from": str(day), "to": "2026-12-31"}), 422)
    assert rows_of(app, place.id) == before


def test_an_end_before_the_start_is_refused(app: Flask, place: Neighbourhood) -> None:
    chair, wanted = place.a_worker("chair"), a_captaincy(place)
    before = rows_of(app, place.id)
    for first, last in (("2027-03-02", "2027-03-01"), ("2027-03-01", "2027-03-01")):
        given = wanted | {"from_on": first, "until_on": last}
        is_problem(chair.post("/roles", given), 422)
    is_problem(chair.get("/calendar", **{"from": "2026-12-31", "to": "2026-12-01"}), 422)
    assert rows_of(app, place.id) == before


@pytest.mark.parametrize("days", [[], [0], [32], [-1], [10, 99], ["ten"], 10, None])
def test_days_no_month_has_are_no_calendar(app: Flask, place: Neighbourhood, days: Any) -> None:
    chair, rule = place.a_worker("chair"), a_calendar_rule(days)
    before = rows_of(app, place.id)

    is_problem(chair.put("/calendar-rules/consultation_day", rule), 422)
    assert rows_of(app, place.id) == before


def test_the_last_days_of_long_months_are_legal(place: Neighbourhood) -> None:
    chair = place.a_worker("chair")
    answer = chair.put("/calendar-rules/consultation_day", a_calendar_rule([29, 30, 31]))

    assert answer.status_code < 300, answer.text


def a_calendar_rule(days: Any) -> dict[str, Any]:
    return {
        "days": days,
        "february": "last_day",
        "shift": "none",
        "cutoff_time": "18:00",
        "notice_days": 3,
        "starts_at": "19:00",
        "place": "社区议事厅",
        "valid_from": (clock.today() + timedelta(days=7)).isoformat(),
    }


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"percent": 30}, 409),
        ({"percent": 101}, 422),
        ({"percent": -1}, 422),
        ({"percent": "half"}, 422),
        ({"spent_fen": -1}, 422),
        ({"spent_fen": 1.5}, 422),
        ({"spent_fen": 10**13}, 422),
        ({"note": " "}, 422),
    ],
    ids=str,
)
def test_work_does_not_go_backwards_nor_cost_less_than_nothing(
    app: Flask, wrong: dict[str, Any], status: int
) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        story.posted(story.published("result"))
    with story.until_due():
        story.sweep()
        doer, url = story.now(story.doer), f"/tasks/{story.task_ids[0]}/updates"
        done = {"percent": 40, "note": "已换两盏", "spent_fen": 100}
        assert doer.post(url, done).status_code == 200
        before = rows_of(app, story.place.id)
        is_problem(doer.post(url, done | wrong), status, 422)
        assert rows_of(app, story.place.id) == before


def test_a_number_used_for_something_else_is_refused(app: Flask, place: Neighbourhood) -> None:
    author, key = place.a_resident(), {"Idempotency-Key": "one"}
    assert author.post("/proposals", WORDS, **key).status_code == 201
    before = rows_of(app, place.id)

    told = is_problem(author.post("/proposals", WORDS | {"title": "另一件事"}, **key), 409)
    elsewhere = is_problem(author.post("/proposals/similar", {"title": "灯"}, **key), 409)

    assert {told["type"], elsewhere["type"]} == {"/problems/key-reused"}
    assert rows_of(app, place.id) == before


def test_one_number_in_two_communities_is_two_requests(app: Flask, place: Neighbourhood) -> None:
    there = with_rules(a_neighbourhood(app))
    member = place.a_worker("committee_member")
    with app.app_context(), transaction():
        db.session.add(
            RoleAssignment(
                resident_id=member.id,
                role="committee_member",
                scope_type="community",
                community_id=there.id,
                valid=Range(clock.today(), None),
                basis="appointed",
                appointed_by=None,
            )
        )
    said = {"kind": "suggestion", "text": "门口装个扶手。", "contact": "王大爷", "channel": "phone"}

    def written(where: Neighbourhood) -> Any:
        named = {"Idempotency-Key": "one", "X-Community": str(where.id)}
        return member.post("/complaints/on-behalf", said, **named)

    here, again, elsewhere = written(place), written(place), written(there)
    assert (here.status_code, again.get_json()) == (201, here.get_json())
    assert is_problem(elsewhere, 409)["type"] == "/problems/key-reused"


def test_an_older_version_is_told_both(app: Flask, place: Neighbourhood) -> None:
    author = place.a_resident()
    case = filed(author).get_json()
    new = {"title": "楼道灯又坏了", "body": "五层的灯。", "place": "3号楼"}
    changed = author.put(f"/proposals/{case['id']}", new | {"version": 1}).get_json()
    before = rows_of(app, place.id)

    told = is_problem(author.put(f"/proposals/{case['id']}", new | {"version": 1}), 409)

    assert told["type"] == "/problems/stale-version"
    assert (told["your_version"], told["current_version"]) == (1, changed["version"])
    for version in (0, -1, 2**31, 2**63, "1.5", None, True):
        wrong = author.put(f"/proposals/{case['id']}", new | {"version": version})
        is_problem(wrong, 422, 409)
    assert rows_of(app, place.id) == before


TOKENS = ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic dXNlcjpwYXNz", "Bearer " + "x" * 5000]
TOKENS += ["Bearer \u00e9", "bearer' OR 1=1 --"]


@pytest.mark.parametrize("header", TOKENS, ids=range(len(TOKENS)))
def test_an_unknown_token_opens_nothing(app: Flask, place: Neighbourhood, header: str) -> None:
    person = place.a_resident()
    before = rows_of(app, place.id)
    for method, path in (("GET", "/me"), ("POST", "/proposals"), ("DELETE", "/sessions/current")):
        answer = person.ask(method, path, headers={"Authorization": header}, json=WORDS)
        is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert rows_of(app, place.id) == before


@pytest.mark.parametrize("kind", ["resident", "field", "console"])
def test_a_session_ends_when_it_has_run_out(place: Neighbourhood, kind: str) -> None:
    person = place.a_resident() if kind == "resident" else place.a_worker("chair", kind=kind)
    ends = utc_now() + (timedelta(days=7) if kind == "resident" else timedelta(hours=12))

    with clock.at(ends - timedelta(minutes=1)):
        assert person.get("/me").status_code == 200
    with clock.at(ends + timedelta(seconds=1)):
        is_problem(person.get("/me"), 401)
        is_problem(person.post("/proposals", WORDS), 401)


def test_a_form_begun_before_the_session_was_revoked_is_sent_again_after_signing_in(
    app: Flask, place: Neighbourhood
) -> None:
    author, key = place.a_resident(), {"Idempotency-Key": "form"}
    with app.app_context(), transaction():
        db.session.execute(
            update(LoginSession)
            .where(LoginSession.resident_id == author.id)
            .values(revoked_at=utc_now(), revoked_because="lost")
        )
    before = rows_of(app, place.id)
    is_problem(author.post("/proposals", WORDS, **key), 401)
    assert rows_of(app, place.id) == before

    with app.app_context(), transaction():
        author.token = open_session(author.id, "resident")
    assert author.post("/proposals", WORDS, **key).status_code == 201


def test_whoever_signs_out_elsewhere_is_out_at_once(app: Flask, place: Neighbourhood) -> None:
    person = place.a_resident()
    with app.app_context(), transaction():
        other = open_session(person.id, "resident")
    phone = Person(app=app, id=person.id, token=other)
    [mine] = [s for s in person.get("/sessions").get_json()["items"] if not s["is_current"]]

    assert person.delete(f"/sessions/{mine['id']}").status_code < 300
    is_problem(phone.get("/me"), 401)
    assert person.get("/me").status_code == 200


def test_a_calendar_that_begins_in_the_past_is_refused(app: Flask, place: Neighbourhood) -> None:
    with app.app_context(), transaction():
        install_calendar_rules(place.id, "社区议事厅", clock.today())
    chair = place.a_worker("chair")
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    rule = a_calendar_rule([10]) | {"valid_from": yesterday}

    is_problem(chair.put("/calendar-rules/consultation_day", rule), 409, 422)
