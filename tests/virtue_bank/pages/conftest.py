"""An open bank, and the people whose deeds the desk looks at."""

import pytest
from flask import Flask

from tests.virtue_bank.a_bank import Bank, an_open_bank
from tests.virtue_bank.a_deed import Neighbours, neighbours


@pytest.fixture
def bank(app: Flask) -> Bank:
    return an_open_bank(app)


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)
