"""Whatever is sent to the API: no 5xx, and no answer outside the OpenAPI document."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import Person, a_neighbourhood

EXAMPLES = 12
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EVERYBODY = (
    "chair",
    "committee_member",
    "counter_clerk",
    "grid_worker",
    "supervisor",
    "moderator",
    "sec_admin",
)


@pytest.fixture
def people(app: Flask) -> list[Person]:
    """A resident, a visitor nobody has verified, and somebody of every staff role."""
    place = a_neighbourhood(app)
    return [
        place.a_resident(),
        place.a_visitor(),
        *(place.a_worker(role) for role in EVERYBODY),
    ]


@pytest.mark.long
def test_no_input_breaks_the_api(
    app: Flask, people: list[Person], subtests: pytest.Subtests
) -> None:
    schema = schemathesis.openapi.from_wsgi("/docs/openapi.json", app)
    for number, found in enumerate(schema.get_all_operations()):
        operation: Any = found.ok()  # type: ignore[union-attr]  # an Err fails here, as it should

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), asker=st.sampled_from(people))
        def whatever_is_sent(case: Any, asker: Person) -> None:
            case.call_and_validate(headers=asker.headers, checks=CHECKS)

        with subtests.test(operation=operation.label, number=number):
            whatever_is_sent()
