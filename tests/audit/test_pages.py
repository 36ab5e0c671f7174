"""留痕查询 on pages: what happened, narrowed down, and whether the chain is whole."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from backend.audit.actions import record
from backend.audit.pages import words
from backend.database import transaction
from backend.settings import Settings
from tests.audit.test_evidence import as_owner, sealed
from tests.console.browser import Browser, a_browser, main_of
from tests.counting import counted_statements
from tests.factories import Neighbourhood, Person, a_neighbourhood

BACKEND = Path(__file__).parent.parent.parent / "backend"
CODE = re.compile(r"^[a-z_]+\.[a-z_]*[a-z]$")


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def auditor(app: Flask, place: Neighbourhood) -> Browser:
    return a_browser(app, place.a_worker("auditor"))


@pytest.fixture
def supervisor(app: Flask, place: Neighbourhood) -> Browser:
    return a_browser(app, place.a_worker("supervisor"))


def happened(place: Neighbourhood, action: str, *, by: Person, role: str = "chair") -> None:
    with place.app.app_context(), transaction():
        record(
            action,
            object_type="thing",
            object_id=by.id,
            actor_id=by.id,
            actor_role=role,
            community_id=place.id,
        )


def test_who_did_what_and_how_it_ended(place: Neighbourhood, auditor: Browser) -> None:
    happened(place, "bulletin.published", by=place.a_worker("chair", name="李桂兰"))
    happened(place, "consent.given", by=place.a_resident(name="王小芳"), role="resident")

    page = auditor.get("/console/audit").text

    for told in ("发布公示", "李桂兰", "居委会主任", "办成", "同意", "王*芳", "和平里社区"):
        assert told in page
    assert "王小芳" not in page


def test_who_acted_for_whom_is_read_half_named(place: Neighbourhood, auditor: Browser) -> None:
    niece, old = place.a_resident(name="王小妹"), place.a_resident(name="赵大爷")
    with place.app.app_context(), transaction():
        record(
            "proxy.acted",
            object_type="proxy_grant",
            actor_id=niece.id,
            actor_role="proxy",
            session_kind="resident",
            community_id=place.id,
            on_behalf_of_id=old.id,
        )

    page = auditor.get("/console/audit").text

    assert "王*妹代赵*爷" in page
    assert "代办人" in page


def test_nobody_reads_here_who_complained(place: Neighbourhood, supervisor: Browser) -> None:
    neighbour = place.a_resident(name="王小芳")
    happened(place, "complaint.received", by=neighbour, role="complainant")

    page = main_of(supervisor.get("/console/audit"))

    assert "收到投诉建议" in page
    assert "投诉人" in page
    assert "王" not in page
    assert f"actor={neighbour.id}" not in page


def test_it_can_be_narrowed(place: Neighbourhood, auditor: Browser) -> None:
    chair, member = place.a_worker("chair", name="李桂兰"), place.a_worker("committee_member")
    happened(place, "bulletin.published", by=chair)
    happened(place, "role.ended", by=member)

    def rows(**asked: str) -> int:
        return main_of(auditor.get("/console/audit", **asked)).count('class="trace"')

    assert rows(kind="bulletin") == 1
    assert rows(actor=str(member.id)) == 1
    assert rows(object=str(chair.id)) == 1
    assert rows(outcome="denied") == 0
    assert rows(to="2020-01-01") == 0
    assert rows(**{"from": "2020-01-01"}) == 2
    assert rows(community=str(a_neighbourhood(place.app).id)) == 0
    assert auditor.get("/console/audit", kind="nothing").status_code == 422


def test_a_supervisor_sees_government_of_the_own_community_only(
    app: Flask, place: Neighbourhood, supervisor: Browser
) -> None:
    happened(place, "sign_in.failed", by=place.a_worker("chair"))
    happened(place, "bulletin.published", by=place.a_worker("chair"))
    elsewhere = a_neighbourhood(app)
    happened(elsewhere, "role.ended", by=elsewhere.a_worker("chair"))

    page = main_of(supervisor.get("/console/audit"))

    assert page.count('class="trace"') == 1
    assert "发布公示" in page
    assert "登录没成功" not in page
    assert supervisor.get("/console/audit", community=str(elsewhere.id)).status_code == 404


def test_nothing_is_changed_from_here(auditor: Browser) -> None:
    answer = auditor.get("/console/audit")

    posts = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', answer.text)
    assert posts == ["/console/sign-out"]


def test_a_broken_chain_is_named_and_a_whole_one_too(
    place: Neighbourhood, app: Flask, settings: Settings, supervisor: Browser
) -> None:
    with app.app_context():
        sealed(place.id, 3)
    assert "第1块" in supervisor.get("/console/audit/chain").text

    good = supervisor.send("/console/audit/chain")
    with as_owner(settings) as owner:
        owner.execute(text("DELETE FROM audit_event WHERE block_no = 1"))
    broken = supervisor.send("/console/audit/chain")

    assert "都和当初一样" in good.text
    assert "有1处对不上" in broken.text
    assert "第1块：里面的记录少了或多了" in broken.text


def test_days_in_the_wrong_order_are_told_beside_the_field(supervisor: Browser) -> None:
    typed = {"sealed_from": "2026-02-02", "sealed_to": "2026-02-01"}

    answer = supervisor.send("/console/audit/chain", **typed)

    assert answer.status_code == 422
    assert "不能早于开始日期" in answer.text


@pytest.mark.parametrize("path", ["/console/audit", "/console/audit/chain"])
def test_the_number_of_statements_does_not_grow(
    app: Flask, place: Neighbourhood, auditor: Browser, path: str
) -> None:
    happened(place, "bulletin.published", by=place.a_worker("chair"))
    with app.app_context():
        sealed(place.id, 1)
    with counted_statements(app) as few:
        auditor.get(path)
    for _ in range(3):
        happened(place, "bulletin.published", by=place.a_worker("chair"))
        happened(place, "consent.given", by=place.a_resident(), role="resident")
    with app.app_context():
        sealed(place.id, 2)
    with counted_statements(app) as many:
        answer = auditor.get(path, limit=3)

    assert len(many) <= len(few) + 1  # residents' names, once some are there
    assert "再看一些" in answer.text or path.endswith("chain")


def test_every_act_that_is_kept_as_evidence_has_a_name() -> None:
    """Literal codes handed to `record` and the domains' own wrappers around it."""
    kept = set()
    for path in BACKEND.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"record", "record_act", "witness", "_record", "_audit", "_keep"}:
                kept |= {
                    each.value
                    for argument in node.args[:2]
                    for each in ast.walk(argument)
                    if isinstance(each, ast.Constant)
                    and isinstance(each.value, str)
                    and CODE.match(each.value)
                }

    assert len(kept) > 20
    assert not {code for code in kept if words.act(code) == code or "：" in words.act(code)}
