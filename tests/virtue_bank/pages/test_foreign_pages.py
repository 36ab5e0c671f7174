"""Rows of another community are on no page about points, and nothing there can be changed."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.console.browser import a_browser
from tests.doubles import RunningDouble
from tests.factories import a_neighbourhood
from tests.furnished import a_furnished_community, on_monday
from tests.virtue_bank.pages.looking import AT

NOT_THERE = {403, 404, 409, 422}


def points_rules(app: Flask) -> list[Rule]:
    """Every page about points whose address names something."""
    found = [each for each in app.url_map.iter_rules() if each.rule.startswith(AT)]
    return [each for each in sorted(found, key=str) if each.arguments]


@pytest.mark.long
def test_what_is_elsewhere_is_not_there(
    app: Flask, double: RunningDouble, subtests: pytest.Subtests
) -> None:
    there, here = a_furnished_community(app, double), a_neighbourhood(app)
    known = there.ids | there.more | {"item_code": "A1"}
    with on_monday():
        desks = [
            a_browser(app, here.a_worker(role))
            for role in ("chair", "committee_member", "counter_clerk", "supervisor", "grid_worker")
        ]
        before = there.rows()
        for rule in points_rules(app):
            with app.test_request_context():
                _, url = rule.build({name: known[name] for name in rule.arguments}) or ("", "")
            for browser in desks:
                with subtests.test(url=url):
                    is_read = "GET" in (rule.methods or set())
                    answer = browser.get(url) if is_read else browser.send(url, reason="没有理由")
                    assert answer.status_code in NOT_THERE
                    told = {each for each in there.secrets() if each in answer.text}
                    assert not {each for each in told if each not in url}
        assert there.rows() == before
