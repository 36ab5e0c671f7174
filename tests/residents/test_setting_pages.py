"""设置 on a page: today's numbers, a change from a day on, and the district's second person."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from backend.clock import today
from backend.residents.queries.holidays import working_days_after
from tests.console.browser import Browser, a_browser, form_of
from tests.counting import counted_statements
from tests.factories import Neighbourhood, a_neighbourhood

PAGE = "/console/settings"
OBJECTION = f"{PAGE}/publication.objection_days"
DISPLAY = f"{PAGE}/publication.display_days"
HOLIDAYS = f"{PAGE}/holidays"


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def chair(app: Flask, place: Neighbourhood) -> Browser:
    return a_browser(app, place.a_worker("chair"))


def test_a_number_is_changed_from_a_day_on_and_given_up_again(chair: Browser) -> None:
    tomorrow, later = str(today() + timedelta(days=1)), str(today() + timedelta(days=2))

    changed = chair.send(OBJECTION, value="10", valid_from=tomorrow, basis="居民会议决定")
    shown = chair.get(PAGE).text
    given_up = chair.send(OBJECTION, gives_up="true", valid_from=later, basis="居民会议决定")

    assert changed.status_code == given_up.status_code == 303
    assert "10日" in shown
    assert "还没开始" in shown
    assert "居民会议决定" in shown
    assert "改回用区里的" in chair.get(PAGE).text


def test_the_laws_floor_is_told_beside_the_field(chair: Browser) -> None:
    typed = {"value": "10", "valid_from": str(today()), "basis": "居民会议决定"}

    low, empty = chair.send(DISPLAY, **typed), chair.send(DISPLAY, **(typed | {"value": ""}))

    assert low.status_code == empty.status_code == 422
    assert form_of(low, DISPLAY)["basis"] == "居民会议决定"
    assert "第三十四条" in low.text
    assert "请填写数字" in empty.text


def test_a_number_of_the_district_waits_for_a_second_person(
    app: Flask, place: Neighbourhood
) -> None:
    first = a_browser(app, place.a_worker("sys_admin"))
    second = a_browser(app, place.a_worker("sec_admin"))
    first.send(OBJECTION, value="9", valid_from=str(today()), basis="区里的文件")
    [confirm] = re.findall(rf'action="({PAGE}/[^"]+/confirmation)"', second.get(PAGE).text)
    assert confirm not in first.get(PAGE).text

    assert second.send(confirm).status_code == 303

    assert "等人确认" not in second.get(PAGE).text
    assert second.send(confirm).status_code == 409


def test_who_may_only_read_gets_no_form(app: Flask, place: Neighbourhood) -> None:
    page = a_browser(app, place.a_worker("supervisor")).get(PAGE).text

    assert "公示至少张贴多少日" in page
    assert "改这个数" not in page


def test_more_rows_cost_no_more_statements(app: Flask, chair: Browser) -> None:
    with counted_statements(app) as few:
        chair.get(PAGE)
    for days in range(1, 5):
        day = str(today() + timedelta(days=days))
        chair.send(OBJECTION, value="10", valid_from=day, basis="居民会议决定")
    with counted_statements(app) as many:
        chair.get(PAGE)

    assert len(many) == len(few)


def test_days_in_a_row_are_entered_at_once_and_read_as_one(
    app: Flask, place: Neighbourhood
) -> None:
    admin, chair = (a_browser(app, place.a_worker(role)) for role in ("sys_admin", "chair"))
    assert "还没有录入" in chair.get(f"{HOLIDAYS}?year=2031").text

    off = {"since": "2031-10-01", "through": "2031-10-07", "kind": "off", "name": "国庆节"}
    one = {"since": "2031-10-11", "through": "", "kind": "worked", "name": "国庆节调休"}
    assert admin.send(HOLIDAYS, **off).status_code == 303
    assert admin.send(HOLIDAYS, **one).status_code == 303

    shown = chair.get(f"{HOLIDAYS}?year=2031").text
    assert "10月1日" in shown
    assert "10月7日" in shown
    assert "10月4日" not in shown
    assert "国庆节调休" in shown
    assert "记下" not in shown, "only the district's administrator writes"
    assert chair.send(HOLIDAYS, **off).status_code == 403
    with app.app_context():
        assert working_days_after(date(2031, 9, 30), 4) == date(2031, 10, 11)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"through": "2031-09-30"}, "不能早于开始的那天"),
        ({"through": "2031-11-30"}, "一次最多31天"),
        ({"since": "1931-10-01"}, "请填写2000年至2200年的日子"),
        ({"kind": ""}, "请填写"),
    ],
)
def test_days_that_cannot_be_are_told_beside_the_field(
    app: Flask, place: Neighbourhood, changed: dict[str, str], told: str
) -> None:
    admin = a_browser(app, place.a_worker("sys_admin"))
    typed = {"since": "2031-10-01", "through": "2031-10-07", "kind": "off", "name": "国庆节"}

    refused = admin.send(HOLIDAYS, **(typed | changed))

    assert refused.status_code == 422
    assert told in refused.text
    assert form_of(refused, HOLIDAYS)["name"] == "国庆节"
    assert f"{(typed | changed)['since'][:4]}年放假安排" in refused.text
