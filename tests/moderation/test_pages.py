"""内容审核 on pages: deciding with a reason, the chair's turn, appeals, the sample, the log."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.moderation.actions import submit_text
from backend.moderation.models import ModerationCase
from tests.console.browser import Browser, a_browser, form_of
from tests.counting import counted_statements
from tests.factories import Neighbourhood, Person, a_neighbourhood

LISTS = "/console/moderation"


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def author(place: Neighbourhood) -> Person:
    return place.a_resident(name="王小芳")


@pytest.fixture
def moderator(app: Flask, place: Neighbourhood) -> Browser:
    return a_browser(app, place.a_worker("moderator", name="谢雨桐"))


def a_text(place: Neighbourhood, author: Person, text: str = "物业的人真坏。") -> str:
    with place.app.app_context(), transaction():
        case = submit_text(
            community_id=place.id,
            subject_type="note",
            subject_id=uuid4(),
            author_id=author.id,
            title="路灯坏了",
            text=text,
        )
        return f"{LISTS}/{case.id}"


def a_sampled_text(place: Neighbourhood, author: Person) -> str:
    page = a_text(place, author)
    with place.app.app_context(), transaction():
        case = db.session.get_one(ModerationCase, (place.id, UUID(page.rpartition("/")[2])))
        case.state, case.sampled, case.decided_at = "passed", True, utc_now()
    return page


def returned(moderator: Browser, page: str) -> None:
    answer = moderator.send(
        f"{page}/decision", decision="return", reason_code="abuse", reason="请不要骂人。"
    )
    assert answer.status_code == 303


def test_a_text_waits_with_its_clock_and_passes(
    place: Neighbourhood, author: Person, moderator: Browser
) -> None:
    page = a_text(place, author)
    assert "路灯坏了" in moderator.get(LISTS).text
    shown = moderator.get(page).text
    assert "物业的人真坏。" in shown
    assert "王小芳" not in shown

    assert moderator.send(f"{page}/decision", decision="pass").status_code == 303

    assert "没有等您审的文字" in moderator.get(LISTS).text
    assert "谢雨桐定" in moderator.get(LISTS, view="log").text


def test_a_return_without_a_reason_is_refused_and_loses_nothing(
    place: Neighbourhood, author: Person, moderator: Browser
) -> None:
    page = a_text(place, author)

    answer = moderator.send(f"{page}/decision", decision="return", reason="请不要骂人。")

    assert answer.status_code == 422
    assert "退回或上报须选择原因并写明理由" in answer.text
    assert form_of(answer, f"{page}/decision")["reason"] == "请不要骂人。"


def test_the_second_to_decide_is_told_so(
    place: Neighbourhood, author: Person, moderator: Browser, app: Flask
) -> None:
    page = a_text(place, author)
    other = a_browser(app, place.a_worker("moderator"))
    returned(moderator, page)

    answer = other.send(f"{page}/decision", decision="pass")

    assert answer.status_code == 409
    assert "这条内容已有人处理" in answer.text


def test_the_chair_decides_what_was_handed_up_or_waited_too_long(
    place: Neighbourhood, author: Person, moderator: Browser, app: Flask
) -> None:
    chair = a_browser(app, place.a_worker("chair"))
    handed, late = a_text(place, author), a_text(place, author)
    moderator.send(
        f"{handed}/decision", decision="escalate", reason_code="other", reason="拿不准。"
    )
    assert late not in chair.get(LISTS).text
    assert f'action="{late}/decision"' not in chair.get(late).text

    assert chair.send(f"{handed}/decision", decision="pass").status_code == 303
    with clock.at(utc_now() + timedelta(days=5)):
        chair = a_browser(app, place.a_worker("chair"))
        assert "晚了" in chair.get(LISTS).text
        assert chair.send(f"{late}/decision", decision="pass").status_code == 303


def test_an_appeal_is_decided_by_somebody_else(
    place: Neighbourhood, author: Person, moderator: Browser, app: Flask
) -> None:
    page = a_text(place, author)
    returned(moderator, page)
    author.post(f"/moderation/{page.rpartition('/')[2]}/appeal", {"text": "我没有骂人。"})
    supervisor = a_browser(app, place.a_worker("supervisor"))
    assert "我没有骂人。" in supervisor.get(LISTS, view="appeals").text
    assert f'action="{page}/appeal-decision"' not in moderator.get(page).text

    answer = supervisor.send(f"{page}/appeal-decision", decision="pass", reason="语气重，不算骂。")

    assert answer.status_code == 303
    assert "申诉成立，已通过" in supervisor.get(LISTS, view="log").text
    again = supervisor.send(f"{page}/appeal-decision", decision="uphold", reason="再想想。")
    assert again.status_code == 409


def test_what_passed_by_itself_is_looked_at_again(
    place: Neighbourhood, author: Person, moderator: Browser
) -> None:
    page = a_sampled_text(place, author)
    assert page in moderator.get(LISTS, view="samples").text

    moderator.send(f"{page}/sample", finding="doubtful")

    assert "没有要抽查的" in moderator.get(LISTS, view="samples").text
    assert "路灯坏了" in moderator.get(LISTS).text
    assert "有疑问" in moderator.get(LISTS, view="log").text


@pytest.mark.parametrize("view", ["reviews", "log"])
def test_a_longer_list_costs_the_same(
    place: Neighbourhood, author: Person, moderator: Browser, view: str
) -> None:
    def one_more() -> None:
        returned(moderator, a_text(place, author))
        a_text(place, author)

    one_more()
    with counted_statements(place.app) as few:
        moderator.get(LISTS, view=view)
    for _ in range(4):
        one_more()
    with counted_statements(place.app) as many:
        answer = moderator.get(LISTS, view=view, limit=3)

    assert len(many) == len(few)
    assert "再看一些" in answer.text


def test_texts_of_another_community_are_not_there(
    place: Neighbourhood, author: Person, app: Flask
) -> None:
    page = a_text(place, author)
    stranger = a_browser(app, a_neighbourhood(app).a_worker("moderator"))

    assert stranger.get(page).status_code == 404
    assert stranger.send(f"{page}/decision", decision="pass").status_code == 404
    assert "路灯坏了" not in stranger.get(LISTS).text
