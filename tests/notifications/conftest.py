"""A neighbourhood whose people have phones at the double."""

from collections.abc import Iterator
from datetime import datetime, time

import pytest
from flask import Flask

from backend import clock
from backend.clock import SHANGHAI, today
from tests.doubles import RunningDouble
from tests.factories import Neighbourhood, a_neighbourhood
from tests.notifications.outbox import Outbox
from tests.notifications.pushing import Pushing

NOON = datetime.combine(today(), time(12), SHANGHAI)


@pytest.fixture
def neighbourhood(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def noon() -> Iterator[None]:
    """Quiet hours are far away."""
    with clock.at(NOON):
        yield


@pytest.fixture
def outbox(app: Flask, neighbourhood: Neighbourhood, double: RunningDouble) -> Iterator[Outbox]:
    found = Outbox(app=app, neighbourhood=neighbourhood, double=double)
    yield found
    found.close()


@pytest.fixture
def pushing(app: Flask) -> Pushing:
    return Pushing(app=app)
