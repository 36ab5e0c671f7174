"""A busy virtue bank: every step is a transaction of its own, and in the end all adds up."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from backend.database import db
from backend.virtue_bank.models import Deed
from scripts.demonstration.points_year import live_a_year, verified

pytestmark = pytest.mark.long


def test_after_a_busy_year_balances_sheets_and_chain_are_verified(context: Flask) -> None:
    lived = live_a_year(lambda *_: None, deeds=30, orders=6, reversals=2, months=3)

    lines = list(verified(lived))

    assert [line.partition(":")[0] for line in lines] == ["balances", "sheets", "chain"]
    states = Counter(db.session.scalars(select(Deed.state)))
    assert states["credited"] > 10
    assert sum(states.values()) + sum(lived.refused.values()) >= 30
