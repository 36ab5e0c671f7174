"""Every route and every role: the answer is the matrix's."""

from collections.abc import Iterator

import pytest
from flask import Flask

from backend.residents.rules.grants import LETTERS, granted_scopes
from tests.factories import Person, a_neighbourhood
from tests.test_architecture import (
    OPEN_BLUEPRINTS,
    OPEN_TO_STRANGERS,
    any_arguments,
    is_at_the_desk,
)

REFUSED = {
    "/problems/access-denied",
    "/problems/residence-not-verified",
    "/problems/phone-not-bound",
}
STAFF = sorted({role for roles in LETTERS.values() for role in roles})


def closed_routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, path, permission) of every route that asks who is there."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_STRANGERS or rule.endpoint.split(".")[0] in OPEN_BLUEPRINTS:
            continue
        if is_at_the_desk(rule.rule):
            continue  # tests/console/test_permissions.py
        with app.test_request_context():
            _, path = rule.build(any_arguments(rule)) or ("", "")
        permission = str(getattr(app.view_functions[rule.endpoint], "permission", ""))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, path, permission


def people_of_every_kind(app: Flask) -> Iterator[tuple[Person, frozenset[str], int]]:
    place = a_neighbourhood(app)
    yield place.a_visitor(), frozenset(), 0
    yield place.a_resident(), frozenset(), 2
    for role in STAFF:
        yield place.a_worker(role), frozenset({role}), 0


@pytest.mark.long
def test_a_route_is_open_to_whom_the_matrix_says(app: Flask, subtests: pytest.Subtests) -> None:
    everybody = list(people_of_every_kind(app))
    for method, path, permission in closed_routes(app):
        if method == "DELETE" and (path.startswith("/api/v1/sessions") or path == "/api/v1/me"):
            continue  # it would end the very session that asks
        with subtests.test(method=method, path=path):
            for person, roles, level in everybody:
                answer = person.ask(method, path.removeprefix("/api/v1"))
                problem = answer.get_json(silent=True) or {}
                refused = isinstance(problem, dict) and problem.get("type") in REFUSED
                granted = bool(granted_scopes(permission, roles, level))
                assert answer.status_code != 500, (roles, level)
                assert refused != granted, (roles, level)
