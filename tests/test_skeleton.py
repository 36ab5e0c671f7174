import re

from flask import Flask

from tests.factories import a_neighbourhood


def test_the_parts_answer(app: Flask) -> None:
    answer = app.test_client().get("/readyz")

    assert answer.get_json() == {"database": "ok", "redis": "ok"}


def test_the_documentation_needs_no_other_host(app: Flask) -> None:
    page = app.test_client().get("/docs/")

    assert page.status_code == 200
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.get_data(as_text=True))


def test_a_neighbourhood_can_be_made(app: Flask) -> None:
    place = a_neighbourhood(app)

    assert place.a_resident().id
    assert place.a_worker("chair").id
