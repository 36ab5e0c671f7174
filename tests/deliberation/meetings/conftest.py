"""One table per test."""

import pytest
from flask import Flask

from tests.deliberation.meetings.stories import Table


@pytest.fixture
def table(app: Flask) -> Table:
    return Table(app)
