"""Signed minutes propose thanks for the residents who sat there, where the sheet says so."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.database import db
from backend.virtue_bank.models import GrantBatch, GrantLine
from tests.deliberation.meetings.stories import EVENING, FIRST_MORNING, Prepared, Table, went
from tests.virtue_bank.a_bank import Bank
from tests.virtue_bank.a_batch import BATCH_ITEMS


@pytest.fixture
def table(app: Flask) -> Table:
    return Table(app)


def with_a_sheet(table: Table) -> None:
    """A sheet that knows meetings, in force since the day before."""
    with clock.at(FIRST_MORNING):
        bank = Bank(
            app=table.app,
            place=table.place,
            chair=table.chair,
            member=table.recorder,
            worker=table.place.a_worker("grid_worker"),
            supervisor=table.supervisor,
        )
        bank.sheet(begins_on=FIRST_MORNING.date(), items=BATCH_ITEMS, caps=[])


def signed(prepared: Prepared) -> None:
    """The meeting is held, and all three sign its minutes."""
    table, meeting = prepared.table, prepared.meeting
    with table.at(EVENING):
        went(prepared.agreed("property_company"))
        went(table.chair.post(f"/meetings/{meeting}/closing"))
        went(table.recorder.post(f"/meetings/{meeting}/minutes/circulation"))
    with table.at(EVENING + timedelta(days=5)):
        sha256 = went(table.recorder.get(f"/meetings/{meeting}/minutes"))["sha256"]
        for signer in (table.recorder, table.chair, table.supervisor):
            assert lines_of(table) == [] or signer is table.supervisor
            went(signer.post(f"/meetings/{meeting}/minutes/signatures", {"sha256": sha256}))


def lines_of(table: Table) -> list[Any]:
    with table.app.app_context():
        found = db.session.execute(
            select(GrantLine.resident_id, GrantLine.points, GrantLine.basis_note)
            .join(GrantBatch, GrantBatch.id == GrantLine.batch_id)
            .where(GrantLine.community_id == table.place.id, GrantBatch.kind == "meeting")
        ).all()
        db.session.remove()
        return list(found)


def test_who_sat_there_is_proposed_for_thanks_once_all_have_signed(table: Table) -> None:
    with_a_sheet(table)
    prepared = table.ready()
    signed(prepared)

    here = {person.id for party, person in table.seated.items() if party != "property_company"}
    found = lines_of(table)
    assert {person for person, _, _ in found} == here
    assert {(points, note) for _, points, note in found} == {(5, "2026年12月10日逢十协商日")}


def test_without_a_sheet_minutes_are_signed_and_nothing_is_proposed(table: Table) -> None:
    signed(table.ready())

    assert lines_of(table) == []
