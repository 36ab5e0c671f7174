"""What strangers may read, and the poster on the paper board."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend import clock
from backend.clock import SHANGHAI
from backend.database import db, transaction
from backend.publication.actions import confirm_board_posting, draft_bulletin, publish_bulletin
from backend.publication.models import Bulletin
from backend.publication.rules.catalogue import CATALOGUE
from backend.residents.models import Caller
from tests.counting import counted_statements
from tests.factories import Neighbourhood, a_neighbourhood

MORNING = datetime(2026, 11, 21, 9, tzinfo=SHANGHAI)
OPEN_FIELDS = {
    "errata",
    "withdrawn_at",
    "withdrawal_ground",
    "id",
    "number",
    "item_code",
    "item_title",
    "basis",
    "kind",
    "title",
    "plain_text",
    "fields",
    "state",
    "online_at",
    "board_posted_at",
    "until_at",
    "objection_until_on",
    "content_sha256",
}
RESULT = {
    "result_sentence": "应到32户，实到27户，同意24户，通过",
    "tasks": [{"title": "装八盏路灯", "party": "物业公司", "due_on": "2026-12-20"}],
}


def a_publication(place: Neighbourhood, *, hang: bool = True, **changed: Any) -> UUID:
    clerk, chair = place.a_worker("counter_clerk"), place.a_worker("chair")

    def caller(person_id: UUID) -> Caller:
        return Caller(
            resident_id=person_id,
            session_id=uuid4(),
            session_kind="console",
            community_id=place.id,
        )

    content: dict[str, Any] = {
        "item_code": "P5",
        "kind": "result",
        "title": "3号楼路灯协商结果",
        "plain_text": "三单元门前装路灯八盏，费用从公共收益中列支。",
        "fields": RESULT,
        "source_type": "gathering",
        "source_id": uuid4(),
    }
    with place.app.app_context(), clock.at(MORNING), transaction():
        draft = draft_bulletin(caller(clerk.id), **(content | changed))
        publish_bulletin(caller(chair.id), draft.id, content_sha256=draft.content_sha256)
        if hang:
            confirm_board_posting(caller(clerk.id), draft.id, MORNING.date())
        return draft.id


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


def test_strangers_read_exactly_the_listed_fields(
    place: Neighbourhood, client: FlaskClient
) -> None:
    publication = a_publication(place)

    one = client.get(f"/api/v1/publications/{publication}").get_json()
    listed = client.get(f"/api/v1/communities/{place.code}/publications").get_json()

    assert set(one) == OPEN_FIELDS
    assert set(one["fields"]) <= set(CATALOGUE["P5"].fields)
    assert listed == {"items": [one], "next": None}


def test_what_is_stored_beside_the_list_stays_inside(
    place: Neighbourhood, client: FlaskClient
) -> None:
    """As after a list became shorter: the row is older than the rule."""
    publication = a_publication(place)
    with place.app.app_context(), transaction():
        row = db.session.get(Bulletin, (place.id, publication))
        assert row is not None
        older = Bulletin(
            community_id=place.id,
            item_code="P5",
            kind="result",
            title="旧公示",
            plain_text="旧",
            fields={"title": "旧", "phone": "1", "tasks": [{"title": "装灯", "worker": "赵工"}]},
            content_sha256="0" * 64,
            drafted_by=row.drafted_by,
            published_by=row.published_by,
            number="OLD-1",
            online_at=row.online_at,
            min_days=15,
            objection_days=7,
            state="ended",
        )
        db.session.add(older)
        older_id = older.id

    for answer in (
        client.get(f"/api/v1/publications/{older_id}"),
        client.get(f"/api/v1/communities/{place.code}/publications"),
        client.get(f"/api/v1/publications/{older_id}/poster"),
    ):
        assert answer.status_code == 200
        assert "赵工" not in answer.get_data(as_text=True)
        assert '"phone"' not in answer.get_data(as_text=True)


@pytest.mark.parametrize("changed", [{"state": "draft"}, {"audience": "community"}])
def test_strangers_see_neither_drafts_nor_what_is_for_members(
    place: Neighbourhood, client: FlaskClient, changed: dict[str, str]
) -> None:
    if "audience" in changed:
        hidden = a_publication(place, audience="community")
    else:
        draft = place.a_worker("counter_clerk").post("/bulletins", {"title": "草", "text": "稿"})
        hidden = UUID(draft.get_json()["id"])

    assert client.get(f"/api/v1/publications/{hidden}").status_code == 404
    assert client.get(f"/api/v1/publications/{hidden}/poster").status_code == 404
    listed = client.get(f"/api/v1/communities/{place.code}/publications")
    assert listed.get_json()["items"] == []


def test_a_community_nobody_knows_is_not_found(client: FlaskClient) -> None:
    assert client.get("/api/v1/communities/nowhere/publications").status_code == 404


def test_a_list_costs_the_same_however_long_it_is(
    place: Neighbourhood, client: FlaskClient
) -> None:
    path = f"/api/v1/communities/{place.code}/publications"
    costs = []
    for _ in range(2):
        a_publication(place)
        with counted_statements(place.app) as statements:
            client.get(path)
        costs.append(len(statements))

    assert costs == [4, 4]  # community, bulletins, their corrections, holidays


def test_pages_follow_one_another(place: Neighbourhood, client: FlaskClient) -> None:
    made = [str(a_publication(place)) for _ in range(3)]
    path = f"/api/v1/communities/{place.code}/publications"

    first = client.get(path, query_string={"limit": 2}).get_json()
    second = client.get(path, query_string={"limit": 2, "after": first["next"]}).get_json()

    assert [each["id"] for each in first["items"] + second["items"]] == made[::-1]


def test_the_poster_says_all_a_passer_by_needs(place: Neighbourhood, client: FlaskClient) -> None:
    publication = a_publication(place)
    shown = client.get(f"/api/v1/publications/{publication}").get_json()

    page = client.get(f"/api/v1/publications/{publication}/poster").get_data(as_text=True)

    for said in (
        "和平里社区居民委员会",
        "结果公示",
        "3号楼路灯协商结果",
        "应到32户，实到27户，同意24户，通过",
        "装八盏路灯（物业公司，2026年12月20日前完成）",
        shown["number"],
        "2026年11月21日",
        "2026年12月6日",
        "2026年11月30日",  # the 28th is a Saturday
        "010-64200000",
        "居委会门口",
        "社区居委会窗口",
        shown["content_sha256"][:12],
        "<svg",
        "http://localhost/q/",
    ):
        assert said in page


def test_the_poster_needs_nothing_from_anywhere_else(
    place: Neighbourhood, client: FlaskClient
) -> None:
    answer = client.get(f"/api/v1/publications/{a_publication(place)}/poster")

    page = answer.get_data(as_text=True)
    assert "src=" not in page
    assert "url(" not in page
    assert "<script" not in page
    assert "<link" not in page
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_before_it_hangs_the_poster_leaves_the_day_to_a_pen(
    place: Neighbourhood, client: FlaskClient
) -> None:
    publication = a_publication(place, hang=False)

    page = client.get(f"/api/v1/publications/{publication}/poster").get_data(as_text=True)

    assert "张贴日期" in page
    assert "2026年12月6日" not in page


@pytest.mark.parametrize(("size", "point"), [("A3", "1pt"), ("A4", "0.7071pt")])
def test_the_poster_is_laid_out_for_the_paper_asked_for(
    place: Neighbourhood, client: FlaskClient, size: str, point: str
) -> None:
    path = f"/api/v1/publications/{a_publication(place)}/poster"

    page = client.get(path, query_string={"size": size}).get_data(as_text=True)

    assert f"@page {{ size: {size} portrait" in page
    assert f"--pt: {point};" in page
    assert client.get(path, query_string={"size": "A5"}).status_code == 422


def test_text_on_the_poster_is_text_and_never_markup(
    place: Neighbourhood, client: FlaskClient
) -> None:
    publication = a_publication(place, title="<b>粗</b>", plain_text="<script>1</script>")

    page = client.get(f"/api/v1/publications/{publication}/poster").get_data(as_text=True)

    assert "<script" not in page
    assert "&lt;b&gt;粗&lt;/b&gt;" in page


def test_the_code_on_the_poster_leads_to_the_publication(
    place: Neighbourhood, client: FlaskClient
) -> None:
    publication = a_publication(place)
    page = client.get(f"/api/v1/publications/{publication}/poster").get_data(as_text=True)
    code = page.split("http://localhost/q/")[1][:8]

    assert client.get(f"/q/{code}").location == f"http://localhost/#/public/item?id={publication}"
