"""Many people at one matter at once, and whatever they do in whatever order."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from backend.clock import today
from backend.database import db, transaction
from backend.deliberation.actions.moves import verify_chain
from backend.deliberation.models import Objection, Proposal, Support
from backend.deliberation.queries.cases import chain_of, find_proposal
from backend.deliberation.rules import chain, stages
from backend.residents.identity import open_session
from backend.residents.models import RoleAssignment
from tests.deliberation.queued import WORDS, with_rules
from tests.factories import Neighbourhood, Person, a_neighbourhood

HISTORIES = 36
Json = dict[str, Any]


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return with_rules(a_neighbourhood(app))


def at_once(work: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all of `work` in threads that start together."""
    start = Barrier(len(work))

    def run(each: Callable[[], Any]) -> Any:
        start.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(run, each) for each in work]]


def went(answer: Any) -> Json:
    assert answer.status_code < 300, answer.text
    told: Json = answer.get_json()
    return told


def submitted(author: Person) -> Json:
    """A matter handed in, as its author sees it."""
    case = went(author.post("/proposals", WORDS))
    submission = {"version": case["version"], "similar_answer": "different"}
    went(author.post(f"/proposals/{case['id']}/submission", submission))
    return went(author.get(f"/proposals/{case['id']}"))


def passed(moderator: Person) -> None:
    """What waits for the moderator is let through."""
    for waiting in went(moderator.get("/moderation"))["items"]:
        went(moderator.post(f"/moderation/{waiting['id']}/decision", {"decision": "pass"}))


def accepted(place: Neighbourhood, author: Person) -> Json:
    case = submitted(author)
    passed(place.a_worker("moderator"))
    url = f"/proposals/{case['id']}/acceptance"
    return went(place.a_worker("grid_worker").post(url, {"version": case["version"]}))


def the_row(app: Flask, place: Neighbourhood, case: Json) -> Proposal:
    with app.app_context():
        found = find_proposal(place.id, UUID(case["id"]))
        db.session.expunge(found)
        return found


def the_chain(app: Flask, place: Neighbourhood, case: Json) -> list[Json]:
    """The events of a matter, after checking that they are a chain and end in its row."""
    with app.app_context():
        proposal = find_proposal(place.id, UUID(case["id"]))
        verify_chain(proposal)
        return chain_of(proposal)


@pytest.mark.parametrize("second", ["acceptance", "rejection"])
def test_of_two_workers_at_one_matter_the_later_hears_what_the_first_did(
    app: Flask, place: Neighbourhood, second: str
) -> None:
    case = submitted(place.a_resident())
    url, seen = f"/proposals/{case['id']}", {"version": case["version"]}
    refusal = seen | {
        "reason_code": "outside_community",
        "clause": "第一条",
        "note": "不属本社区。",
    }
    body = seen if second == "acceptance" else refusal
    workers = [place.a_worker("grid_worker") for _ in range(8)]
    work = [
        partial(worker.post, f"{url}/{path}", given)
        for worker, (path, given) in zip(
            workers, [("acceptance", seen), (second, body)] * 4, strict=True
        )
    ]
    answers = at_once(work)
    [first] = [answer for answer in answers if answer.status_code == 200]
    late = [answer.get_json() for answer in answers if answer.status_code != 200]

    status = first.get_json()["status"]
    assert [problem["status"] for problem in late] == [409] * 7
    assert {problem["type"] for problem in late} == {"/problems/stale-version"}
    assert {problem["case_status"] for problem in late} == {status}
    events = the_chain(app, place, case)
    assert [event["to_status"] for event in events] == ["submitted", status]


def test_fifty_supports_at_once_are_each_person_once(app: Flask, place: Neighbourhood) -> None:
    case = accepted(place, place.a_resident())
    url = f"/proposals/{case['id']}/support"
    people = [place.a_resident() for _ in range(10)]

    answers = at_once([partial(person.put, url) for person in people * 5])

    assert Counter(answer.status_code for answer in answers) == {200: 10, 409: 40}
    with app.app_context():
        rows = select(Support.resident_id).where(Support.community_id == place.id)
        assert sorted(db.session.scalars(rows)) == sorted(person.id for person in people)
    assert went(people[0].get(f"/proposals/{case['id']}"))["supporters"] == 10


def test_by_phone_and_in_person_at_once_is_one_support(app: Flask, place: Neighbourhood) -> None:
    case = accepted(place, place.a_resident())
    url = f"/proposals/{case['id']}"
    person, worker = place.a_resident(), place.a_worker("grid_worker")
    keyed = {"resident_id": str(person.id), "channel": "phone"}
    work = [
        partial(person.put, f"{url}/support"),
        partial(worker.post, f"{url}/supports", keyed),
    ]

    answers = at_once(work * 8)

    assert Counter(answer.status_code < 300 for answer in answers) == {True: 1, False: 15}
    assert {answer.status_code for answer in answers} <= {200, 201, 409}


def test_nobody_types_back_the_support_a_person_took_back_themselves(place: Neighbourhood) -> None:
    case = accepted(place, place.a_resident())
    url = f"/proposals/{case['id']}"
    person, worker = place.a_resident(), place.a_worker("grid_worker")
    keyed = {"resident_id": str(person.id), "channel": "phone"}
    assert worker.post(f"{url}/supports", keyed).status_code == 201
    assert person.delete(f"{url}/support").status_code == 200

    typed = worker.post(f"{url}/supports", keyed)
    standing = went(person.get(url))["supporters"]
    own = person.put(f"{url}/support")

    assert (typed.status_code, standing, own.status_code) == (409, 0, 200)
    assert typed.get_json()["title"] == "本人已取消附议，不能代录"
    assert own.get_json() == {"supporters": 1, "supported": True}


@pytest.mark.parametrize(
    ("role", "elsewhere", "status"),
    [
        ("grid_worker", True, 403),
        ("grid_worker", False, 201),
        ("counter_clerk", False, 201),
        ("committee_member", False, 201),
        ("chair", False, 201),
    ],
)
def test_a_grid_worker_writes_down_what_people_of_the_own_grid_say(
    place: Neighbourhood, role: str, *, elsewhere: bool, status: int
) -> None:
    case = accepted(place, place.a_resident())
    person = place.a_resident()
    worker = place.a_worker(role, grid_id=uuid4() if elsewhere else None)
    said = {"resident_id": str(person.id), "channel": "phone"}

    supported = worker.post(f"/proposals/{case['id']}/supports", said)
    told = worker.post("/proposals/on-behalf", WORDS | said | {"consent": "spoken"})

    assert [supported.status_code, told.status_code] == [status] * 2
    if elsewhere:
        assert (
            told.get_json()["type"] == supported.get_json()["type"] == "/problems/lives-elsewhere"
        )


def test_one_submission_sent_eight_times_is_one_matter_with_one_number(
    app: Flask, place: Neighbourhood
) -> None:
    author = place.a_resident()
    case = went(author.post("/proposals", WORDS))
    body = {"version": case["version"], "similar_answer": "different"}
    url = f"/proposals/{case['id']}/submission"

    answers = at_once([lambda: author.post(url, body, **{"Idempotency-Key": "k"})] * 8)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.get_data() for answer in answers}) == 1
    assert [event["to_status"] for event in the_chain(app, place, case)] == ["submitted"]


def test_one_filing_sent_eight_times_is_one_draft(place: Neighbourhood) -> None:
    author = place.a_resident()

    answers = at_once([lambda: author.post("/proposals", WORDS, **{"Idempotency-Key": "k"})] * 8)

    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert len(went(author.get("/proposals", mine="true"))["items"]) == 1


def test_thirty_submissions_at_once_are_numbered_without_gap_or_double(
    place: Neighbourhood,
) -> None:
    authors = [place.a_resident() for _ in range(30)]
    drafts = [went(author.post("/proposals", WORDS)) for author in authors]
    # Every third was changed meanwhile: its submission is refused and takes no number.
    work = [
        partial(
            author.post,
            f"/proposals/{draft['id']}/submission",
            {"version": draft["version"] + (n % 3 == 0), "similar_answer": "different"},
        )
        for n, (author, draft) in enumerate(zip(authors, drafts, strict=True))
    ]
    answers = at_once(work)
    serials = [a.get_json()["serial_no"] for a in answers if a.status_code == 200]

    assert Counter(answer.status_code for answer in answers) == {200: 20, 409: 10}
    year, code = today().year, place.code
    assert sorted(serials) == [f"{year}-{code}-{number:04d}" for number in range(1, 21)]


def an_appeal(place: Neighbourhood) -> tuple[Json, str]:
    """A rejected matter whose author has appealed."""
    author, worker = place.a_resident(), place.a_worker("grid_worker")
    case = submitted(author)
    url = f"/proposals/{case['id']}"
    refusal = {"reason_code": "outside_community", "clause": "第一条", "note": "不属本社区。"}
    went(worker.post(f"{url}/rejection", refusal | {"version": case["version"]}))
    appeal = {"target": "rejection", "text": "这是公共路灯。"}
    return case, went(author.post(f"{url}/objections", appeal))["id"]


def test_two_chairs_deciding_at_once_are_one_half_of_a_joint_decision(
    app: Flask, place: Neighbourhood
) -> None:
    case, objection = an_appeal(place)
    chairs = [place.a_worker("chair") for _ in range(8)]
    body = {"decision": "upheld", "reply": "应当受理。"}
    url = f"/objections/{objection}/decision"

    answers = at_once([partial(chair.post, url, body) for chair in chairs])

    assert Counter(answer.status_code < 300 for answer in answers) == {True: 1, False: 7}
    assert {answer.status_code for answer in answers} <= {200, 403, 409}
    assert the_row(app, place, case).status == "rejected"
    went(place.a_worker("supervisor").post(url, body))
    assert the_row(app, place, case).status == "inquiring"


def test_both_sides_deciding_at_once_decide_once(app: Flask, place: Neighbourhood) -> None:
    case, objection = an_appeal(place)
    deciders = [place.a_worker(role) for role in ["chair", "supervisor"] * 8]
    body = {"decision": "upheld", "reply": "应当受理。"}
    url = f"/objections/{objection}/decision"

    answers = at_once([partial(decider.post, url, body) for decider in deciders])

    assert Counter(answer.status_code < 300 for answer in answers) == {True: 2, False: 14}
    assert {answer.status_code for answer in answers} <= {200, 403, 409}
    events = the_chain(app, place, case)
    assert [event["to_status"] for event in events].count("inquiring") == 1
    with app.app_context():
        decided = db.session.get_one(Objection, (place.id, UUID(objection)))
        assert decided.decided_by != decided.confirmed_by


# --- random histories


@dataclass(kw_only=True)
class Cast:
    """Everybody who may try something, whether it is theirs to do or not."""

    app: Flask
    place: Neighbourhood
    author: Person
    moderator: Person
    people: dict[str, Person]
    foreign: dict[str, Person]

    def related(self, person: Person) -> bool:
        """The author at the desk, and a worker of the author's household."""
        return person in (self.people["author's desk"], self.people["kin's desk"])


def holding(place: Neighbourhood, person: Person, *roles: str) -> Person:
    """The same person at a desk, holding the roles."""
    with place.app.app_context(), transaction():
        for role in roles:
            db.session.add(
                RoleAssignment(
                    resident_id=person.id,
                    role=role,
                    scope_type="community",
                    community_id=place.id,
                    valid=Range(today() - timedelta(days=30), None),
                    basis="appointed",
                    appointed_by=None,
                )
            )
        return replace(person, token=open_session(person.id, "console"))


@pytest.fixture
def everybody(app: Flask, place: Neighbourhood) -> Cast:
    author = place.a_resident(name="王芳")
    kin = place.a_resident(name="王强", household_id=author.household_id)
    elsewhere = a_neighbourhood(app)
    return Cast(
        app=app,
        place=place,
        author=author,
        moderator=place.a_worker("moderator"),
        people={
            "author": author,
            "author's desk": holding(place, author, "chair", "committee_member"),
            "kin's desk": holding(place, kin, "committee_member", "chair"),
            "neighbour": place.a_resident(name="李邻"),
            "visitor": place.a_visitor(),
            "worker": place.a_worker("grid_worker"),
            "member": place.a_worker("committee_member"),
            "chair": place.a_worker("chair"),
            "supervisor": place.a_worker("supervisor"),
            "clerk": place.a_worker("counter_clerk"),
        },
        foreign={
            "chair": elsewhere.a_worker("chair"),
            "worker": elsewhere.a_worker("grid_worker"),
            "resident": elsewhere.a_resident(),
        },
    )


NOTE = {"mode": "on_site", "facts": "现场查看，五盏灯不亮。"}
WHY = {"reason": "居民另有安排。"}
COMMON = {"class": "common", "basis_code": "shared_facility", "required_body": "four_party"}
PRIVATE = {"class": "private", "basis_code": "two_neighbours"}
MAJOR = {"class": "major", "basis_code": "public_service", "department": "区城管局"}
TRIAGE: list[Json] = [one | {"reason": "按事项性质分流。"} for one in (COMMON, PRIVATE, MAJOR)]
REJECTION = {"reason_code": "outside_community", "clause": "第一条", "note": "不属本社区。"}
RETURN = {"reason_code": "facts_unclear", "note": "请说明是哪一盏灯。", "missing": ["位置"]}
# action -> (path, bodies), tried by anybody at any time
ATTEMPTS: dict[str, tuple[str, list[Json]]] = {
    "submit": ("submission", [{"similar_answer": "different"}, {}]),
    "accept": ("acceptance", [{}]),
    "return": ("return", [RETURN]),
    "reject": ("rejection", [REJECTION]),
    "withdraw": ("withdrawal", [WHY]),
    "assign": ("assignment", [{}]),
    "note": ("inquiry-notes", [NOTE]),
    "triage": ("triage", TRIAGE),
    "extend": ("inquiry-extension", [WHY]),
    "guide": ("guidance", [{"text": "可向人民调解委员会申请调解。"}]),
    "no matter": ("no-matter", [WHY]),
    "hand back": ("handing-back", [WHY]),
    "reply": ("referral-reply", [{"reply": "已列入计划。", "receipt_no": "函1"}]),
    "reopen": ("reopening", [{"facts": "又坏了。"}]),
    "complete": ("completion", [{"note": "已完工"}]),
    "inspect": ("inspection", [{"result": "accepted"}]),
}
# Nobody does these on the own household's matter (I4).
NOT_ONES_OWN = {"accept", "return", "reject", "note", "triage", "no matter", "decide", "inspect"}
# What usually comes next, so that histories get somewhere.
NEXT: dict[str, list[tuple[str, str]]] = {
    "draft": [("author", "submit")],
    "submitted": [("worker", "accept"), ("worker", "return"), ("chair", "reject")],
    "returned": [("author", "submit")],
    "rejected": [("author", "object"), ("chair", "decide"), ("supervisor", "decide")],
    "inquiring": [("chair", "assign"), ("member", "note"), ("member", "triage")],
    "guided": [("member", "guide"), ("author", "object"), ("chair", "decide")],
    "queued": [("neighbour", "support"), ("author", "object"), ("supervisor", "decide")],
    "referred": [("member", "hand back"), ("member", "reply"), ("author", "object")],
    "closed": [("author", "reopen")],
}
ALL_ATTEMPTS = [*ATTEMPTS, "support", "unsupport", "edit", "object", "decide"]


class History:
    """One matter, and what was tried on it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.case = went(cast.author.post("/proposals", WORDS))
        self.url = f"/proposals/{self.case['id']}"
        self.objections: list[str] = []
        self.statuses = ["draft"]

    def row(self) -> Proposal:
        return the_row(self.cast.app, self.cast.place, self.case)

    def attempt(self, who: str, action: str, choice: int, *, stale: bool) -> None:
        before = self.row()
        person = self.cast.people[who]
        answer = self.ask(person, action, choice, before.version - stale)
        after = self.row()

        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert (after.status, after.version, after.last_seq) == (
                before.status,
                before.version,
                before.last_seq,
            )
        else:
            assert not (action in NOT_ONES_OWN and self.cast.related(person)), (who, action)
        if action == "object" and answer.status_code == 201:
            self.objections.append(answer.get_json()["id"])
        if after.status != before.status:
            assert (before.status, after.status) in stages.TRANSITIONS
            self.statuses.append(after.status)

    def ask(self, person: Person, action: str, choice: int, version: int) -> Any:
        match action:
            case "support":
                passed(self.cast.moderator)
                return person.put(f"{self.url}/support")
            case "unsupport":
                return person.delete(f"{self.url}/support")
            case "edit":
                return person.put(self.url, {**NEW_WORDS, "version": version})
            case "object":
                target = "rejection" if self.row().status == "rejected" else "triage"
                about = {"target": target, "text": "请重新考虑。"}
                return person.post(f"{self.url}/objections", about)
            case "decide":
                said = {"decision": "upheld" if choice % 2 else "refused", "reply": "已研究。"}
                which = self.objections[-1] if self.objections else self.case["id"]
                return person.post(f"/objections/{which}/decision", said)
        path, bodies = ATTEMPTS[action]
        body: Json = {**bodies[choice % len(bodies)], "version": version}
        if action == "assign":
            staff = ["member", "member", "author's desk", "kin's desk", "neighbour"]
            body["assignee_id"] = str(self.cast.people[staff[choice % len(staff)]].id)
        return person.post(f"{self.url}/{path}", body)

    def go_on(self, choice: int) -> None:
        usual = NEXT.get(self.statuses[-1], [("author", "edit")])
        if self.statuses[-1] == "inquiring":
            for who, action in usual:
                self.attempt(who, action, 0 if action == "assign" else choice, stale=False)
            return
        who, action = usual[choice % len(usual)]
        self.attempt(who, action, choice, stale=False)

    def foreigners_find_nothing(self) -> None:
        for person in self.cast.foreign.values():
            assert person.get(self.url).status_code == 404
            assert person.get("/proposals").get_json()["items"] == []


NEW_WORDS = {"title": "楼道灯又坏了", "body": "一单元五层的灯。", "place": "3号楼"}

attempts = st.tuples(
    st.booleans(),  # what usually comes next, or anything by anybody
    st.integers(0, 9),
    st.integers(0, len(ALL_ATTEMPTS) - 1),
    st.integers(0, 5),
    st.integers(0, 7).map(lambda n: n == 0),
)


def test_whatever_is_tried_leaves_one_event_a_move_and_a_chain_that_holds(
    everybody: Cast,
) -> None:
    """I1, I2, I4, I12 of deliberation §10."""
    people = list(everybody.people)
    reached: set[str] = set()

    @settings(max_examples=HISTORIES, deadline=None, derandomize=True, database=None)
    @given(steps=st.lists(attempts, min_size=8, max_size=16))
    def a_history(steps: list[tuple[bool, int, int, int, bool]]) -> None:
        history = History(everybody)
        for usual, who, what, choice, stale in steps:
            if usual:
                history.go_on(choice)
            else:
                history.attempt(people[who], ALL_ATTEMPTS[what], choice, stale=stale)
        events = the_chain(everybody.app, everybody.place, history.case)
        assert replayed(events) == history.statuses
        assert history.statuses[-1] == history.row().status
        every_change_is_found(events)
        history.foreigners_find_nothing()
        reached.update(history.statuses)

    a_history()

    assert reached >= {"submitted", "returned", "rejected", "inquiring", "queued", "guided"}


def replayed(events: list[Json]) -> list[str]:
    """The statuses a matter went through, from its events alone."""
    statuses = ["draft"]
    for event in events:
        assert event["from_status"] == statuses[-1]
        if event["to_status"] != statuses[-1]:
            assert (statuses[-1], event["to_status"]) in stages.TRANSITIONS
            statuses.append(event["to_status"])
    return statuses


def every_change_is_found(events: list[Json]) -> None:
    for number in range(len(events)):
        for field in (*chain.HASHED, "hash"):
            for value in changed(events[number][field]):
                forged = [dict(event) for event in events]
                forged[number][field] = value
                with pytest.raises(chain.ChainBroken):
                    chain.verify(forged)
        shorter = events[:number] + events[number + 1 :]
        if number < len(events) - 1:
            with pytest.raises(chain.ChainBroken):
                chain.verify(shorter)


def changed(value: Any) -> Iterator[Any]:
    """Something else of the same kind, and nothing."""
    match value:
        case None:
            yield "x"
        case str():
            yield value + "x"
            yield "x" + value[1:]
        case int():
            yield value + 1
        case UUID():
            yield UUID(int=value.int ^ 1)
        case datetime():
            yield value + timedelta(microseconds=1)
        case dict():
            yield {**value, "x": 1}
