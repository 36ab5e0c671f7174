"""Fixtures: a community with its books, which must add up after every test."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine

from backend.ledger import queries
from backend.ledger.models import Asset
from tests.factories import a_neighbourhood
from tests.ledger.books import Books


def some_books(app: Flask) -> Books:
    place = a_neighbourhood(app)
    return Books(
        app=app,
        community_id=place.id,
        actor_id=place.a_resident().id,
        approver_id=place.a_resident(name="李强").id,
    )


@pytest.fixture
def books(app: Flask) -> Iterator[Books]:
    """Books that end as they should: tests that plant a fault take them from `broken`."""
    made = some_books(app)
    yield made
    assert made.do(lambda: queries.reconcile(made.community_id)) == []


@pytest.fixture
def broken(app: Flask, tables: Engine) -> Books:
    """Books the owner of the tables may tamper with."""
    return some_books(app)


@pytest.fixture
def neighbouring(app: Flask) -> Iterator[Books]:
    made = some_books(app)
    yield made
    assert made.do(lambda: queries.reconcile(made.community_id)) == []


@pytest.fixture
def minutes(books: Books) -> Books:
    """The same community's time bank."""
    return Books(
        app=books.app,
        community_id=books.community_id,
        asset=Asset.MINUTES,
        actor_id=books.actor_id,
        approver_id=books.approver_id,
    )
