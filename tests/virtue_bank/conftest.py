"""Fixtures: a neighbourhood whose virtue bank is open, and one where it is about to be."""

import pytest
from flask import Flask

from tests.virtue_bank.a_bank import Bank, a_bare_bank, an_open_bank


@pytest.fixture
def bank(app: Flask) -> Bank:
    """The ledger opened, a sheet in force, a budget, and quotas of two approvers."""
    return an_open_bank(app)


@pytest.fixture
def bare_bank(app: Flask) -> Bank:
    """The committee and its grid worker, before there is any sheet."""
    return a_bare_bank(app)
