"""Fixtures: a community with its books."""

import pytest
from flask import Flask

from backend.ledger.models import Asset
from tests.factories import a_neighbourhood
from tests.ledger.books import Books


@pytest.fixture
def books(app: Flask) -> Books:
    return Books(app=app, community_id=a_neighbourhood(app).id)


@pytest.fixture
def neighbouring(app: Flask) -> Books:
    return Books(app=app, community_id=a_neighbourhood(app).id)


@pytest.fixture
def minutes(books: Books) -> Books:
    """The same community's time bank."""
    return Books(app=books.app, community_id=books.community_id, asset=Asset.MINUTES)
