from dataclasses import replace

from flask import Flask

from backend.settings import Settings
from tests.counting import counted_statements
from tests.deliberation.conversations.stories import opened
from tests.factories import Neighbourhood, Person, a_neighbourhood
from tests.residents.desk import another_process

LIGHT = {
    "title": "3号楼楼道灯坏了",
    "body": "一单元三层到五层的楼道灯坏了两个星期，老人晚上下楼看不清台阶。",
    "place": "3号楼一单元",
    "category": "facilities",
}


def a_submitted_matter(author: Person) -> dict[str, object]:
    draft = author.post("/proposals", LIGHT).get_json()
    author.post(f"/proposals/{draft['id']}/submission", {"version": draft["version"]})
    case: dict[str, object] = author.get(f"/proposals/{draft['id']}").get_json()
    return case


def test_a_matter_gets_its_number_and_a_receipt(app: Flask) -> None:
    place = a_neighbourhood(app)
    author = place.a_resident()
    draft = author.post("/proposals", LIGHT)
    assert draft.status_code == 201, draft.get_json()

    receipt = author.post(
        f"/proposals/{draft.get_json()['id']}/submission", {"version": draft.get_json()["version"]}
    )

    assert receipt.status_code == 200, receipt.get_json()
    assert receipt.get_json()["serial_no"].endswith(f"-{place.code}-0001")
    assert len(receipt.get_json()["code"]) == 8


def test_nobody_writes_more_than_ten_an_hour_for_themselves(
    app: Flask, limited_settings: Settings
) -> None:
    place = a_neighbourhood(app)
    conversation = opened(place)
    with another_process(limited_settings) as limited:
        author, other = (replace(place.a_resident(), app=limited) for _ in range(2))
        worker = replace(place.a_worker("grid_worker"), app=limited)

        told = [author.post("/proposals", LIGHT).status_code for _ in range(9)]
        nowhere = author.post("/proposals", LIGHT | {"title": "。"})
        told.append(
            author.post(f"/conversations/{conversation}/statements", {"text": "先修灯"}).status_code
        )
        assert (told, nowhere.status_code) == ([201] * 10, 422)

        refused = author.post("/proposals", LIGHT)
        assert refused.status_code == 429
        assert refused.get_json()["detail"].startswith("每人每小时最多发10条")
        assert 0 < int(refused.headers["Retry-After"]) <= 60 * 60
        assert other.post("/proposals", LIGHT).status_code == 201
        heard = LIGHT | {"resident_id": str(author.id), "channel": "phone", "consent": "spoken"}
        answers = [worker.post("/proposals/on-behalf", heard).status_code for _ in range(11)]
        assert answers == [201] * 11


def test_words_are_taken_uncounted_while_redis_is_away(
    app: Flask, limited_settings: Settings
) -> None:
    place = a_neighbourhood(app)
    without_redis = replace(limited_settings, redis_url="redis://127.0.0.1:1/0")
    with another_process(without_redis) as without:
        author = replace(place.a_resident(), app=without)
        assert author.post("/proposals", LIGHT).status_code == 201


def test_a_matter_goes_from_telling_to_the_table(app: Flask) -> None:
    place = a_neighbourhood(app)
    author, worker = place.a_resident(), place.a_worker("grid_worker")
    chair, member = place.a_worker("chair"), place.a_worker("committee_member")
    case = a_submitted_matter(author)
    url = f"/proposals/{case['id']}"

    case = worker.post(f"{url}/acceptance", {"version": case["version"]}).get_json()
    assert case["status"] == "inquiring"
    assigned = {"version": case["version"], "assignee_id": str(member.id)}
    case = chair.post(f"{url}/assignment", assigned).get_json()
    assert author.get(url).get_json()["assignee"] == member.name
    noted = member.post(
        f"{url}/inquiry-notes",
        {"version": case["version"], "mode": "on_site", "facts": "现场查看，五盏灯不亮。"},
    )
    assert noted.status_code == 201, noted.get_json()
    case = member.get(url).get_json()
    sorted_out = member.post(
        f"{url}/triage",
        {
            "version": case["version"],
            "class": "common",
            "basis_code": "shared_facility",
            "reason": "楼道照明是共用设施。",
            "required_body": "four_party",
        },
    )

    assert sorted_out.status_code == 200, sorted_out.get_json()
    assert sorted_out.get_json()["status"] == "queued"
    assert [s["state"] for s in sorted_out.get_json()["timeline"]][:3] == [
        "done",
        "done",
        "current",
    ]


def test_nobody_accepts_the_matter_of_their_own_household(app: Flask) -> None:
    place = a_neighbourhood(app)
    case = a_submitted_matter(place.a_resident())
    elsewhere = a_neighbourhood(app).a_worker("grid_worker")

    answer = elsewhere.post(f"/proposals/{case['id']}/acceptance", {"version": case["version"]})

    assert answer.status_code == 404


def test_acting_on_what_has_changed_is_refused(app: Flask) -> None:
    place = a_neighbourhood(app)
    case = a_submitted_matter(place.a_resident())
    worker, url = place.a_worker("grid_worker"), f"/proposals/{case['id']}"
    worker.post(f"{url}/acceptance", {"version": case["version"]})

    answer = place.a_worker("chair").post(f"{url}/acceptance", {"version": case["version"]})

    assert answer.status_code == 409
    assert answer.get_json()["type"] == "/problems/stale-version"


def a_queue_of(place: Neighbourhood, author: Person, count: int) -> None:
    for number in range(count):
        author.post("/proposals", LIGHT | {"title": f"第{number}件事"})


def test_a_long_list_asks_no_more_than_a_short_one(app: Flask) -> None:
    place = a_neighbourhood(app)
    author = place.a_resident()
    a_queue_of(place, author, 2)
    with counted_statements(app) as few:
        author.get("/proposals")
    a_queue_of(place, author, 10)
    with counted_statements(app) as many:
        listed = author.get("/proposals", limit=5)

    assert len(few) == len(many) == 2
    assert len(listed.get_json()["items"]) == 5
    assert listed.get_json()["next"] is not None


def test_other_residents_see_a_matter_once_it_is_accepted_and_its_words_have_passed(
    app: Flask,
) -> None:
    place = a_neighbourhood(app)
    author, neighbour = place.a_resident(), place.a_resident()
    case = a_submitted_matter(author)
    url = f"/proposals/{case['id']}"
    assert neighbour.get(url).status_code == 404
    place.a_worker("grid_worker").post(f"{url}/acceptance", {"version": case["version"]})
    assert neighbour.get(url).status_code == 404
    moderator = place.a_worker("moderator")
    waiting = moderator.get("/moderation").get_json()["items"][0]
    moderator.post(f"/moderation/{waiting['id']}/decision", {"decision": "pass"})

    seen = neighbour.get(url)

    assert seen.status_code == 200
    assert seen.get_json()["author"] != author.name
    assert neighbour.put(f"{url}/support").get_json()["supporters"] == 1
    assert neighbour.put(f"{url}/support").status_code == 409


def test_a_grid_worker_notes_what_they_found_in_their_own_grid(app: Flask) -> None:
    place = a_neighbourhood(app)
    case = a_submitted_matter(place.a_resident())
    url, worker = f"/proposals/{case['id']}", place.a_worker("grid_worker")
    case = worker.post(f"{url}/acceptance", {"version": case["version"]}).get_json()
    found = {"version": case["version"], "mode": "visit", "facts": "上门看过，三楼灯不亮。"}

    noted = worker.post(f"{url}/inquiry-notes", found)
    sorted_out = worker.post(f"{url}/triage", {"version": case["version"]})

    assert noted.status_code == 201, noted.get_json()
    assert noted.get_json()["facts"] == found["facts"]
    assert sorted_out.status_code == 403


def test_what_waits_for_a_grid_worker_is_what_they_have_not_done(app: Flask) -> None:
    place = a_neighbourhood(app)
    author, worker = place.a_resident(), place.a_worker("grid_worker")
    case = a_submitted_matter(author)
    url = f"/proposals/{case['id']}"
    author.post("/proposals", LIGHT)  # a neighbour's draft waits for nobody else
    on_behalf = {"resident_id": str(author.id), "channel": "phone", "consent": "spoken"}
    draft = worker.post("/proposals/on-behalf", LIGHT | on_behalf).get_json()

    def waiting(person: Person) -> set[str]:
        items = person.get("/proposals", waiting="true").get_json()["items"]
        return {item["id"] for item in items}

    assert waiting(worker) == {case["id"], draft["id"]}
    assert waiting(place.a_worker("committee_member")) == set()
    case = worker.post(f"{url}/acceptance", {"version": case["version"]}).get_json()
    assert case["id"] in waiting(worker)
    found = {"version": case["version"], "mode": "visit", "facts": "上门看过，三楼灯不亮。"}
    worker.post(f"{url}/inquiry-notes", found)
    assert waiting(worker) == {draft["id"]}


def test_nobody_reads_a_draft_before_it_is_handed_in(app: Flask) -> None:
    place = a_neighbourhood(app)
    author = place.a_resident()
    draft = author.post("/proposals", LIGHT).get_json()
    staff = [place.a_worker(role) for role in ("chair", "supervisor", "counter_clerk")]

    for person in staff:
        assert person.get(f"/proposals/{draft['id']}").status_code == 404
        assert person.get("/proposals").get_json()["items"] == []
    author.post(f"/proposals/{draft['id']}/submission", {"version": draft["version"]})
    for person in staff:
        assert person.get(f"/proposals/{draft['id']}").status_code == 200
