"""Nobody of another community reaches anything of this one, by any path or any id in a body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from backend import clock
from backend.clock import SHANGHAI, utc_now
from backend.residents.rules.grants import LETTERS
from tests.deliberation.conversations.stories import SEEDS
from tests.deliberation.meetings.stories import EVENING, Table
from tests.deliberation.outcomes.story import MONDAY, a_story
from tests.doubles import RunningDouble
from tests.factories import DISTRICT_ROLES, Neighbourhood, Person, a_neighbourhood
from tests.furnished import (
    Furnished,
    a_furnished_community,
    new_meeting,
    next_week,
    on_monday,
    rows_of,
    went,
)
from tests.test_architecture import OPEN_BLUEPRINTS, OPEN_TO_STRANGERS, is_at_the_desk
from tests.virtue_bank.a_bank import ITEMS

STAFF = sorted({role for roles in LETTERS.values() for role in roles})
# Words in a path that name no row of a tenant.
WORDS = {
    "kind": "consultation_day",
    "day": "2027-03-01",
    "purpose": "basic",
    "key": "publication.objection_days",
    "code": "representatives_assembly",
    "version": "1",
}
# Named by the client, and kept with the one who asks; see the test of its own below.
CHOSEN_BY_THE_CLIENT = {"ask_id"}
# Accounts and appointments are the district's: its security administrator reaches them all.
OF_THE_DISTRICT = {"account_id", "assignment_id"}
# Somebody who has just signed in must find the building they live in, wherever that is.
OPEN_TO_ALL_SIGNED_IN = {"places.list_buildings"}
REFUSED = {403, 404}
# What the matrix lets one role read of the whole district.
DISTRICT_LISTS = {
    ("auditor", "/api/v1/audit/events"),
    ("auditor", "/api/v1/audit/blocks"),
    ("sec_admin", "/api/v1/staff-accounts"),
    ("sec_admin", "/api/v1/roles"),
    ("sys_admin", "/api/v1/roles"),
}
# Bodies whose schema alone does not say what makes sense.
SENSIBLE: dict[str, dict[str, Any]] = {
    "meetings.invite": {"party": "street", "organisation": "街道办"},
    "rule_sheets.set_items": {"items": ITEMS},
    "meetings.note_not_established": {"parties": ["owners_committee"]},
    "matter_intake.sort_out": {
        "class": "common",
        "basis_code": "shared_facility",
        "required_body": "four_party",
    },
}


@pytest.fixture
def there(app: Flask, double: RunningDouble) -> Furnished:
    return a_furnished_community(app, double)


def closed_routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if rule.endpoint in OPEN_TO_STRANGERS or rule.endpoint.split(".")[0] in OPEN_BLUEPRINTS:
            continue
        if is_at_the_desk(rule.rule):
            continue  # tests/console/test_permissions.py
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def tenant_arguments(rule: Rule) -> set[str]:
    return rule.arguments - WORDS.keys() - CHOSEN_BY_THE_CLIENT


def url_of(app: Flask, rule: Rule, ids: dict[str, str]) -> str:
    values = {name: (WORDS | ids)[name] for name in rule.arguments}
    with app.test_request_context():
        _, path = rule.build(values) or ("", "")
    return path.removeprefix("/api/v1")


class Forms:
    """For every operation a body that its schema takes."""

    def __init__(self, app: Flask, ids: dict[str, str]) -> None:
        self.document = app.test_client().get("/docs/openapi.json").get_json()
        self.ids = ids

    def operation(self, method: str, rule: Rule) -> dict[str, Any]:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule))
        found: dict[str, Any] = self.document["paths"][path][method.lower()]
        return found

    def body(self, method: str, rule: Rule) -> Any:
        content = self.operation(method, rule).get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is None:
            return None
        return self.value("", schema) | SENSIBLE.get(rule.endpoint, {})

    def query(self, method: str, rule: Rule) -> dict[str, Any]:
        return {
            p["name"]: self.value(p["name"], p["schema"])
            for p in self.operation(method, rule).get("parameters", [])
            if p.get("in") == "query" and p.get("required")
        }

    def value(self, name: str, schema: dict[str, Any]) -> Any:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "string")
        kind = kind if isinstance(kind, str) else kind[0]
        if kind == "object":
            wanted = schema.get("required", [])
            return {field: self.value(field, schema["properties"][field]) for field in wanted}
        if kind == "array":
            return [self.value(name.removesuffix("s"), schema["items"])]
        plain = {"integer": max(1, schema.get("minimum", 1)), "number": 1, "boolean": True}
        return plain.get(kind, self.text(name, schema))

    def text(self, name: str, schema: dict[str, Any]) -> str:
        known = {
            "uuid": self.ids.get(name, self.ids["resident_id"]),
            "date": next_week(),
            "date-time": (utc_now() + timedelta(days=9)).astimezone(SHANGHAI).isoformat(),
            "time": "19:00",
        }
        words = "0" * 64 if "sha256" in name else "公共楼道"[: schema.get("maxLength", 4)]
        return known.get(schema.get("format", ""), words)


def foreigners(app: Flask, there: Furnished) -> Iterator[tuple[str, Neighbourhood, Person]]:
    """Everybody of a community in another street; and who looks after one in the same street."""
    elsewhere = a_neighbourhood(app)
    yield "visitor", elsewhere, elsewhere.a_visitor()
    yield "resident", elsewhere, elsewhere.a_resident(name="外区居民")
    for role in STAFF:
        yield role, elsewhere, elsewhere.a_worker(role)
    next_door = a_neighbourhood(app)
    next_door.street_id = there.place.street_id
    yield "resident next door", next_door, next_door.a_resident(name="邻区居民")
    for role in ("chair", "committee_member", "counter_clerk", "grid_worker", "supervisor"):
        yield f"{role} next door", next_door, next_door.a_worker(role)


def ask(person: Person, method: str, path: str, forms: Forms, rule: Rule, **headers: str) -> Any:
    body = forms.body(method, rule)
    return person.ask(
        method,
        path,
        query_string=forms.query(method, rule),
        headers=person.headers | headers,
        **({} if body is None else {"json": body}),
    )


def leaked(answer: Any, there: Furnished) -> set[str]:
    """What of the other community stands in the answer, but for the path repeated."""
    told = answer.get_data(as_text=True)
    if answer.is_json and isinstance(answer.get_json(), dict):
        told = told.replace(str(answer.get_json().get("instance")), "")
    return {secret for secret in there.secrets() if secret in told}


def test_every_path_argument_is_among_the_furniture(app: Flask, there: Furnished) -> None:
    named = {name for _, rule in closed_routes(app) for name in tenant_arguments(rule)}

    assert named == there.ids.keys()


@pytest.mark.long
def test_nobody_from_elsewhere_reaches_anything(
    app: Flask, there: Furnished, subtests: pytest.Subtests
) -> None:
    with on_monday():
        before = there.rows()
        for kind, place, person in foreigners(app, there):
            forms = Forms(
                app, {"resident_id": str(person.id), "building_id": str(place.building_id)}
            )
            here = {"X-Community": str(place.id)} if kind in DISTRICT_ROLES else {}
            with subtests.test(who=kind):
                for method, rule in closed_routes(app):
                    reached = tenant_arguments(rule)
                    if not reached or rule.endpoint in OPEN_TO_ALL_SIGNED_IN:
                        continue
                    if kind in DISTRICT_ROLES and reached & OF_THE_DISTRICT:
                        continue
                    path = url_of(app, rule, there.ids)
                    answer = ask(person, method, path, forms, rule, **here)
                    assert answer.status_code in REFUSED, (method, rule, answer.text)
                    assert not leaked(answer, there), (method, rule)

        assert there.rows() == before


def test_what_everybody_may_list_holds_nothing_of_another_community(
    app: Flask, there: Furnished, subtests: pytest.Subtests
) -> None:
    with on_monday():
        for kind, place, person in foreigners(app, there):
            forms = Forms(app, {"resident_id": str(person.id)})
            here = {"X-Community": str(place.id)} if kind in DISTRICT_ROLES else {}
            with subtests.test(who=kind):
                for method, rule in closed_routes(app):
                    if method != "GET" or tenant_arguments(rule):
                        continue
                    if (kind, str(rule)) in DISTRICT_LISTS:
                        continue
                    answer = ask(person, method, url_of(app, rule, {}), forms, rule, **here)
                    assert answer.status_code < 500, rule
                    assert not leaked(answer, there), rule


def test_nobody_chooses_a_community_that_is_not_theirs(app: Flask, there: Furnished) -> None:
    with on_monday():
        for kind, _, person in foreigners(app, there):
            if kind in DISTRICT_ROLES:
                continue
            wished = person.headers | {"X-Community": str(there.place.id)}
            answer = person.ask("GET", "/proposals", headers=wished)
            assert answer.status_code == 404, kind
            assert not leaked(answer, there)


def test_a_number_the_client_chose_opens_nothing_of_somebody_else(
    app: Flask, there: Furnished
) -> None:
    answers = {"results": {"demo_matter_progress": "accept"}}
    with on_monday():
        one = there.place.a_resident(openid="o_one")
        other = a_neighbourhood(app).a_resident(openid="o_other")
        asked = f"/me/subscription-asks/{there.ids['message_id']}"
        assert one.put(asked, answers).status_code == 200
        before = one.get("/me/subscriptions").get_json()
        assert other.put(asked, answers).status_code == 200

        assert one.get("/me/subscriptions").get_json() == before
        left = {
            item["topic"]: item["left"]
            for item in other.get("/me/subscriptions").get_json()["items"]
        }
        assert left["matter_progress"] == 1


@dataclass(kw_only=True)
class Reference:
    """A request that names something in its body: ours, or another community's."""

    who: str
    path: str
    body: dict[str, Any]
    names: str  # the field that is tried
    own: Any
    foreign: Any
    method: str = "POST"

    def asked(self, here: Furnished, value: Any) -> Any:
        body = self.body | {self.names: value}
        return here.people[self.who].ask(self.method, self.path, json=body)


ADDRESS = {"unit_no": "1", "room_no": "101", "relation": "other", "tenure": "owner"}
WORDS_OF_A_MATTER = {
    "title": "花园添长椅",
    "body": "中心花园没有坐的地方，希望添三张长椅。",
    "place": "中心花园",
    "category": "facilities",
}


def references(here: Furnished, there: Furnished) -> Iterator[Reference]:
    """Every field that names a row; that ours is taken shows that the rest of the body is right."""
    ours, theirs = here.ids | here.more, there.ids | there.more
    first_home = str(here.story.author.household_id)  # in ADDRESS
    us = {name: str(person.id) for name, person in here.people.items()}
    them = {name: str(person.id) for name, person in there.people.items()}
    meeting = f"/meetings/{ours['meeting_id']}"

    def named(
        who: str, path: str, names: str, *, of: str = "", body: dict[str, Any], **more: Any
    ) -> Reference:
        key = of or names
        values = {"own": ours.get(key), "foreign": theirs.get(key)} | more
        return Reference(who=who, path=path, body=body, names=names, **values)

    def person(
        who: str, path: str, names: str, body: dict[str, Any], whom: str, **m: Any
    ) -> Reference:
        return named(who, path, names, body=body, own=us[whom], foreign=them[whom], **m)

    yield named("chair", "/buildings", "grid_id", body={"name": "9号楼"})
    yield named("chair", f"/buildings/{ours['building_id']}/grid", "grid_id", body={}, own=None)
    yield named(
        "chair", "/dwellings", "building_id", body={"unit_no": "2", "floor": 1, "room_no": "1"}
    )
    yield named("chair", "/households", "dwelling_id", body={"tenure": "tenant"})
    yield named(
        "chair",
        "/grids",
        "parent_id",
        of="middle_grid_id",
        body={"level": 3, "code": "G9", "name": "第九小网格"},
    )
    yield named(
        "chair",
        f"/groups/{ours['group_id']}/members",
        "household_ids",
        body={},
        own=[ours["household_id"]],
        foreign=[theirs["household_id"]],
    )
    yield named(
        "chair",
        "/kin",
        "one_id",
        body={"other_id": them["author"], "relation": "spouse"},
        own=None,
        foreign=them["neighbour"],
    )
    topic = {"topic": "要不要装门禁", "statements": SEEDS}
    yield named("committee_member", "/conversations", "proposal_id", body=topic)
    yield named("committee_member", "/conversations", "meeting_id", body=topic)
    officers = {
        "host_id": "chair",
        "recorder_id": "committee_member",
        "supervisor_id": "supervisor",
    }
    held = {officer: us[whom] for officer, whom in officers.items()}
    for officer, whom in officers.items():
        yield person("chair", f"{meeting}/officers", officer, held, whom, method="PUT")
        yield person(
            "chair",
            "/meetings",
            officer,
            new_meeting(here.people["chair"], here.people["committee_member"]),
            whom,
        )
    yield person(
        "committee_member", f"{meeting}/seats", "resident_id", {"party": "resident"}, "author"
    )
    yield named("author", "/proposals", "building_id", body=WORDS_OF_A_MATTER)
    spoken = WORDS_OF_A_MATTER | {"channel": "phone", "consent": "spoken"}
    yield person("grid_worker", "/proposals/on-behalf", "resident_id", spoken, "neighbour")
    yield named(
        "grid_worker",
        "/proposals/on-behalf",
        "building_id",
        body=spoken | {"resident_id": us["neighbour"]},
    )
    yield person(
        "chair",
        f"/proposals/{ours['accepted_id']}/assignment",
        "assignee_id",
        {"version": here.versions["accepted_id"]},
        "committee_member",
    )
    yield named(
        "author",
        f"/proposals/{ours['draft_id']}/submission",
        "similar_id",
        of="proposal_id",
        body={"version": 1, "similar_answer": "different"},
        own=None,
    )
    keyed = {"channel": "phone"}
    yield person(
        "grid_worker",
        f"/proposals/{ours['second_matter_id']}/supports",
        "resident_id",
        keyed,
        "author",
    )
    yield person(
        "grid_worker",
        f"/proposals/{ours['second_matter_id']}/keyed-objections",
        "resident_id",
        keyed | {"target": "triage", "text": "分流不当。"},
        "neighbour",
    )
    yield person(
        "grid_worker",
        f"/statements/{ours['statement_id']}/keyed-votes",
        "resident_id",
        keyed | {"value": 1},
        "neighbour",
    )
    yield named(
        "committee_member",
        f"{meeting}/agenda-items",
        "proposal_id",
        body={},
        own=None,  # the contest waits for its answer; scheduling is how the furniture came about
    )
    captain = {"role": "building_captain"}
    yield person(
        "chair", "/roles", "resident_id", captain | {"scope_id": ours["building_id"]}, "neighbour"
    )
    yield named(
        "chair",
        "/roles",
        "scope_id",
        of="building_id",
        body=captain | {"resident_id": us["author"]},
    )
    yield person(
        "grid_worker",
        "/verifications",
        "person_id",
        ADDRESS | keyed | {"building_id": ours["building_id"]},
        "neighbour",
    )
    yield named(
        "grid_worker",
        "/verifications",
        "building_id",
        body=ADDRESS | {"channel": "paper", "person_id": us["author"]},
    )
    decided = {"confirmed": True, "evidence_kind": "known_in_person"}
    yield named(
        "grid_worker",
        f"/verifications/{ours['verification_id']}/decision",
        "household_id",
        body=decided,
        own=first_home,
    )
    somebody = ADDRESS | {"evidence_kind": "known_in_person"}
    yield named(
        "grid_worker",
        "/people",
        "building_id",
        body=somebody | {"name": "周新", "new_household": True},
    )
    yield named(
        "grid_worker",
        "/people",
        "household_id",
        body=somebody | {"name": "吴新", "building_id": ours["building_id"]},
        own=first_home,
    )
    yield named("supervisor", "/audit/verifications", "community_id", body={})
    yield from shop_references(ours, theirs, here.people, there.people)
    yield from deed_references(here, there)


def shop_references(
    ours: dict[str, str],
    theirs: dict[str, str],
    us: dict[str, Person],
    them: dict[str, Person],
) -> Iterator[Reference]:
    """What the points shop is told to use, and to whom points are allotted."""
    shelf = {"title": "大米", "kind": "goods", "points": 30}
    counters: dict[str, Any] = {
        "own": ours["counter_id"],
        "foreign": theirs["counter_id"],
        "names": "counter_id",
    }
    yield Reference(who="committee_member", path="/virtue-bank/shop/items", body=shelf, **counters)
    yield Reference(
        who="counter_clerk",
        path="/virtue-bank/counter/codes",
        body={"code": "22222222"},
        **counters | {"own": None},
    )
    yield Reference(
        who="author",
        path="/virtue-bank/shop/orders",
        body={},
        names="lines",
        own=[{"item_id": ours["shop_item_id"]}],
        foreign=[{"item_id": theirs["shop_item_id"]}],
    )
    yield Reference(
        who="committee_member",
        path="/virtue-bank/counters",
        body={"title": "活动站", "place": "二楼"},
        names="clerk_ids",
        own=[str(us["counter_clerk"].id)],
        foreign=[str(them["counter_clerk"].id)],
    )
    yield Reference(
        who="neighbour",
        path="/virtue-bank/families",
        body={},
        names="household_id",
        own=str(us["neighbour"].household_id),
        foreign=theirs["household_id"],
    )
    yield Reference(
        who="author",
        path=f"/virtue-bank/families/{ours['family_id']}/members",
        body={"role": "adult"},
        names="resident_id",
        own=None,
        foreign=str(them["neighbour"].id),
    )
    yield Reference(
        who="chair",
        path=f"/virtue-bank/budgets/{ours['budget_id']}/quotas",
        body={"month": MONDAY.date().isoformat()},
        names="quotas",
        own=[{"holder_id": str(us["chair"].id), "points": 5}],
        foreign=[{"holder_id": str(them["chair"].id), "points": 5}],
    )


def deed_references(here: Furnished, there: Furnished) -> Iterator[Reference]:
    """What a deed is told with, and who somebody says has said something of it."""
    ours, theirs = here.ids | here.more, there.ids | there.more

    def told(names: str, own: Any, foreign: Any, **about: Any) -> Reference:
        body = {
            "item_id": ours["rule_item_id"],
            "occurred_on": MONDAY.date().isoformat(),
            "story": "帮邻居修好了水龙头。",
        }
        return Reference(
            who="author",
            path="/virtue-bank/deeds",
            body=body | about,
            names=names,
            own=own,
            foreign=foreign,
        )

    def whom(who: str, people: Furnished) -> str:
        return str(people.people[who].id)

    one, other = whom("neighbour", here), whom("neighbour", there)
    old, older, foreigner = (
        str(each.id) for each in (*here.story.supporters[:2], there.story.supporters[0])
    )
    grant = {"scopes": ["virtue_bank"]}
    typed = grant | {"made": "counter"}

    def let(who: str, path: str, names: str, own: str, **body: Any) -> Reference:
        return Reference(who=who, path=path, body=body, names=names, own=own, foreign=foreigner)

    yield let("neighbour", "/proxy-grants", "proxy_id", old, **grant)
    behalf = "/proxy-grants/on-behalf"
    yield let("grid_worker", behalf, "principal_id", old, proxy_id=one, **typed)
    yield let("grid_worker", behalf, "proxy_id", one, principal_id=older, **typed)
    yield told("item_id", ours["rule_item_id"], theirs["rule_item_id"])
    yield told("building_id", ours["building_id"], theirs["building_id"])
    yield told("helped_id", one, other)
    yield told("witness_ids", [one], [other])
    yield told("shares", [{"acted_id": one}], [{"acted_id": other}])
    yield told("files", [ours["unused_file_id"]], [theirs["unused_file_id"]])
    yield Reference(
        who="author",
        path="/virtue-bank/neighbours",
        body={"name": "李奶奶"},
        names="building_id",
        own=ours["building_id"],
        foreign=theirs["building_id"],
    )
    spoken = {"channel": "phone"}
    yield Reference(
        who="grid_worker",
        path="/virtue-bank/deeds/on-behalf",
        body=told("", None, None).body | spoken,
        names="resident_id",
        own=one,
        foreign=other,
    )
    yield Reference(
        who="grid_worker",
        path=f"/virtue-bank/deeds/{ours['deed_id']}/confirmations/on-behalf",
        body=spoken | {"stance": "yes", "unrelated": True},
        names="resident_id",
        own=one,
        foreign=other,
    )
    yield Reference(
        who="grid_worker",
        path=f"/virtue-bank/deeds/{ours['deed_id']}/objections",
        body=spoken | {"reason": "那几天是他女儿送的饭。"},
        names="resident_id",
        own=None,  # it hangs on no board yet
        foreign=other,
    )


def test_no_body_names_anything_of_another_community(
    app: Flask, there: Furnished, double: RunningDouble, subtests: pytest.Subtests
) -> None:
    here = a_furnished_community(app, double)
    with on_monday():
        for reference in list(references(here, there)):
            before = there.rows(), here.rows()
            answer = reference.asked(here, reference.foreign)
            with subtests.test(path=reference.path, field=reference.names):
                assert answer.status_code in REFUSED | {409, 422}, answer.text
                assert (there.rows(), here.rows()) == before
                assert not leaked(answer, there)
            if reference.own is None:
                continue
            answer = reference.asked(here, reference.own)
            with subtests.test(path=reference.path, field=reference.names, own=True):
                assert answer.status_code < 300, answer.text


def test_no_filter_finds_anything_of_another_community(app: Flask, there: Furnished) -> None:
    elsewhere = a_neighbourhood(app)
    with on_monday():
        chair, resident = elsewhere.a_worker("chair"), elsewhere.a_resident()
        supervisor = elsewhere.a_worker("supervisor")
        for person, path, query in (
            (chair, "/households", {"building_id": there.ids["building_id"]}),
            (chair, "/proposals", {"grid": there.ids["grid_id"]}),
            (resident, "/proposals", {"grid": there.ids["grid_id"]}),
            (resident, "/me/statement-votes", {"conversation": there.ids["conversation_id"]}),
            (chair, "/people", {"q": "郭作者"}),
            (supervisor, "/audit/events", {"community_id": there.ids["community_id"]}),
            (chair, "/proposals", {"after": there.ids["proposal_id"], "limit": "100"}),
        ):
            answer = person.get(path, **query)
            assert answer.status_code in {200, 403, 404}, (path, answer.text)
            assert not leaked(answer, there), path


def test_nobody_acts_for_a_person_of_another_community(app: Flask, there: Furnished) -> None:
    with on_monday():
        author, hand = there.people["author"], there.people["neighbour"]
        accepted = hand.post(f"/proxy-grants/{there.ids['proxy_grant_id']}/acceptance")
        assert accepted.status_code == 200
        as_proxy = {"X-On-Behalf-Of": str(author.id)}
        for person, status in ((hand, 200), (a_neighbourhood(app).a_resident(), 403)):
            headers = person.headers | as_proxy
            answer = person.ask("GET", "/virtue-bank/deeds", headers=headers)
            assert answer.status_code == status
            assert status == 200 or not leaked(answer, there)


def test_an_answer_is_typed_in_only_for_somebody_of_the_community(
    app: Flask, double: RunningDouble, there: Furnished
) -> None:
    here = a_furnished_community(app, double)
    with clock.at(here.story.due() - timedelta(days=3)):
        worker = here.story.now(here.people["grid_worker"])
        url, keyed = f"/questions/{here.ids['question_id']}/participations", {"channel": "phone"}
        refused, taken = (
            worker.post(url, keyed | {"score": 5, "resident_id": str(story.supporters[0].id)})
            for story in (there.story, here.story)
        )

    assert refused.status_code in {403, 404}
    assert taken.status_code == 201


def test_at_the_table_only_people_and_seats_of_the_community_are_named(
    app: Flask, there: Furnished
) -> None:
    prepared = Table(app).ready()
    table, item = prepared.table, prepared.item
    stranger, seat = str(there.people["neighbour"].id), there.ids["seat_id"]
    counted = {"yes": 3, "no": 0, "abstain": 1}
    with table.at(EVENING):
        went(prepared.opened())
        assert table.says(item, seat).status_code == 404
        for party, own in prepared.seats.items():
            went(table.says(item, own, "condition" if party == "party_org" else "for"))
        for first, second in ((stranger, table.author.id), (table.author.id, stranger)):
            witnesses = {"witness1_id": str(first), "witness2_id": str(second)}
            hands = table.recorder.post(f"/agenda-items/{item}/hand-count", counted | witnesses)
            assert hands.status_code in {403, 404, 409, 422}, hands.text
        task = table.a_task(assignee_id=stranger)
        before = rows_of(app, table.place.id)
        assert table.outcome(item, tasks=[task]).status_code in {403, 404, 422}
        assert rows_of(app, table.place.id) == before
        assert table.outcome(item).status_code < 300


def test_a_second_inspector_is_of_the_community(app: Flask, there: Furnished) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        story.posted(story.published("result"))
    with story.until_due():
        story.sweep()
        story.work_done()
        first = story.supporters[0]
        foreign = {"result": "accepted", "second_id": str(there.people["neighbour"].id)}
        refused = story.do(first, "/inspection", foreign, ok=False)
        own = {"result": "accepted", "second_id": str(story.supporters[1].id)}
        story.do(first, "/inspection", own)

    assert refused["status"] in {403, 404, 422}
