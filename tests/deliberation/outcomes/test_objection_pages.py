"""Objections to a public notice, answered at the publication desk by two who agree."""

import re

from flask import Flask

from backend import clock
from tests.console.browser import a_browser, form_of
from tests.counting import counted_statements
from tests.deliberation.outcomes.story import MONDAY, a_story
from tests.factories import a_neighbourhood

LIST = "/console/publication/objections"


def test_the_chair_and_a_supervisor_answer_an_objection_together(app: Flask) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        story.posted(story.published("result"))
        about = {"target": "publication", "text": "费用过高"}
        story.place.a_resident().post(f"{story.url}/objections", about)
        chair = a_browser(app, story.place.a_worker("chair"))
        supervisor = a_browser(app, story.place.a_worker("supervisor"))
        stranger = a_browser(app, a_neighbourhood(app).a_worker("chair"))
        listed = chair.get(LIST).text
        assert "费用过高" in listed
        assert "异议" in chair.get("/console/publication").text
        [decide] = re.findall(rf'action="({LIST}/[^"]+/decision)"', listed)
        assert stranger.send(decide, decision="refused", reply="不成立。").status_code == 404
        assert "费用过高" not in stranger.get(LIST).text

        empty = chair.send(decide, decision="refused", reply="")
        chair.send(decide, decision="refused", reply="三家比过价。")
        half = supervisor.get(LIST).text
        supervisor.send(decide, decision="refused", reply="看过报价单。")

        assert empty.status_code == 422
        assert form_of(empty, decide)["reply"] == ""
        assert "等另一位答复" in half
        assert "没有等答复的异议" in supervisor.get(LIST).text


def test_a_longer_list_of_objections_costs_the_same(app: Flask) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        story.posted(story.published("result"))
        chair = a_browser(app, story.place.a_worker("chair"))
        counts = []
        for _ in range(3):
            about = {"target": "publication", "text": "费用过高"}
            story.place.a_resident().post(f"{story.url}/objections", about)
            with counted_statements(app) as statements:
                answer = chair.get(LIST)
            counts.append(len(statements))

    assert answer.text.count('<li id="objection-') == 3
    assert len(set(counts)) == 1
