"""The month is over: its sheet is drafted, checked by one, published by another, read by all."""

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from backend import clock
from backend.clock import today
from backend.database import db, transaction
from backend.ledger.actions.checking import seal_block, verify
from backend.ledger.jobs import check_ledger
from backend.notifications.models import Notice
from backend.virtue_bank.jobs.points_sheets import draft_points_sheets
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, Bank, month_end, noon, refused, went
from tests.virtue_bank.a_deed import neighbours


def first_after(day: date) -> date:
    return month_end(day) + timedelta(days=1)


def at_the_turn(day: date | None = None) -> Any:
    """The morning of the first after that day's month."""
    return clock.at(noon(first_after(day or today())))


def residents(bank: Bank, count: int) -> list[Person]:
    return [bank.place.a_resident(name=f"居民{n}") for n in range(count)]


def drafted(bank: Bank) -> list[dict[str, Any]]:
    bank.run(draft_points_sheets)
    found: list[dict[str, Any]] = went(bank.now(bank.member).get(f"{BANK}/sheets"))["items"]
    return found


def drafted_month(bank: Bank) -> dict[str, Any]:
    line = next(each for each in drafted(bank) if each["kind"] == "month")
    return went(bank.now(bank.member).get(f"{BANK}/sheets/{line['id']}"))


def check(bank: Bank, sheet: dict[str, Any]) -> Any:
    return bank.now(bank.member).post(
        f"{BANK}/sheets/{sheet['id']}/check", {"sha256": sheet["sha256"]}
    )


def publish(bank: Bank, sheet: dict[str, Any], by: Person | None = None) -> Any:
    person = bank.now(by or bank.chair)
    bulletin = went(person.get(f"/bulletins/{sheet['bulletin_id']}"))
    return person.post(
        f"/bulletins/{sheet['bulletin_id']}/publication",
        {"content_sha256": bulletin["content_sha256"]},
    )


def published(bank: Bank, sheet: dict[str, Any]) -> dict[str, Any]:
    checked = went(check(bank, sheet))
    went(publish(bank, checked))
    return checked


def test_on_the_first_the_month_is_drafted_once(bank: Bank) -> None:
    for person in residents(bank, 6):
        bank.award(person, 10)

    assert drafted(bank) == []
    with at_the_turn():
        sheet = drafted_month(bank)
        books = bank.books()
        bank.run(draft_points_sheets)

        assert len([each for each in drafted(bank) if each["kind"] == "month"]) == 1
        assert bank.books() == books
    assert sheet["issued"]["grids"]["total"] == {"points": 60, "times": 6}
    assert sheet["issued"]["grids"]["rows"] == [
        {"key": "G3", "title": "第一小网格", "points": 60, "times": 6, "partly": False}
    ]
    assert sheet["redeemed"]["items"] == {
        "rows": [],
        "together": None,
        "total": {"points": 0, "times": 0},
        "months_withheld": 0,
    }
    assert sheet["budget"] == {"points": 100_000, "allotted": 2000, "rest": 98_000}
    assert "积分公示表待核对" in bank.told(bank.member)[-1]


def test_four_people_show_in_no_figure(bank: Bank) -> None:
    for person in residents(bank, 4):
        bank.award(person, 10)
    with at_the_turn():
        sheet = drafted_month(bank)

    assert sheet["issued"]["grids"]["total"] is None
    assert [row["points"] for row in sheet["issued"]["grids"]["rows"]] == [None]
    assert "40" not in sheet["text"].replace("2040", "")


def test_deeds_show_under_their_items_and_objections_by_their_outcome(bank: Bank) -> None:
    around = neighbours(bank)
    deed = around.on_the_board()
    objection = went(around.object(around.on_the_board(item_id=bank.items["A2"])), 201)
    went(around.answer(objection, "upheld"))
    with around.when_over(deed):
        around.sweep()
        day = today()
    with at_the_turn(day):
        bank.run(draft_points_sheets)
        lines = went(bank.now(bank.member).get(f"{BANK}/sheets", kind="month"))["items"]
        months = [went(bank.now(bank.member).get(f"{BANK}/sheets/{e['id']}")) for e in lines]

    items = [row for month in months for row in month["issued"]["items"]["rows"]]
    assert [(row["key"], row["title"], row["points"]) for row in items] == [
        ("A1", "为老人送餐", None)
    ]
    assert sum(month["objections"]["raised"] for month in months) == 1
    assert sum(month["objections"]["upheld"] for month in months) == 1


def test_one_checks_another_publishes_and_then_everybody_reads(bank: Bank, app: Flask) -> None:
    people = residents(bank, 5)
    for person in people:
        bank.award(person, 20)
    with at_the_turn():
        sheet = drafted_month(bank)
        reader, url = bank.now(people[0]), f"{BANK}/sheets/{sheet['id']}"
        refused(reader.get(url), "not-found", 404)
        refused(bank.now(bank.member).post(f"{url}/check", {"sha256": "0" * 64}), "sheet-differs")
        checked = went(check(bank, sheet))
        refused(check(bank, sheet), "sheet-checked")
        refused(reader.get(url), "not-found", 404)
        refused(publish(bank, checked, by=bank.member), "own-draft", 403)
        due = went(bank.now(bank.chair).get("/due-items"))["items"]
        assert [each["item_code"] for each in due if each["source_id"] == sheet["id"]] == ["V1"]
        went(publish(bank, checked))

        assert went(reader.get(url))["number"]
        assert went(reader.get(f"{BANK}/sheets"))["items"][0]["id"] == sheet["id"]
        assert not went(bank.now(bank.chair).get("/due-items"))["items"]
        told = app.test_client().get(f"/api/v1/publications/{checked['bulletin_id']}").get_json()
        assert told["item_code"] == "V1"
        assert told["fields"]["totals"]["issued"] == 100
        assert told["fields"]["sheet_sha256"] == sheet["sha256"]
        went_up = bank.now(bank.chair).post(
            f"/bulletins/{checked['bulletin_id']}/postings", {"up_on": today().isoformat()}
        )
        until = datetime.fromisoformat(went(went_up)["until_at"])
        assert until - clock.utc_now() > timedelta(days=15)


def test_a_published_sheet_is_printed_and_taken_along_by_strangers(bank: Bank, app: Flask) -> None:
    for person in residents(bank, 5):
        bank.award(person, 20)
    with at_the_turn():
        sheet = drafted_month(bank)
        url = f"/api/v1{BANK}/published-sheets/{sheet['id']}"
        stranger = app.test_client()
        assert stranger.get(f"{url}/print").status_code == 404
        checked = published(bank, sheet)

        printed = stranger.get(f"{url}/print")
        file = stranger.get(f"{url}/workbook")
        poster = stranger.get(f"/api/v1/publications/{checked['bulletin_id']}/poster")

    assert sheet["title"] in printed.text
    assert "第一小网格" in printed.text
    assert sheet["sha256"] in printed.text
    assert "default-src 'none'" in printed.headers["Content-Security-Policy"]
    assert "积分公示" in poster.text
    with zipfile.ZipFile(io.BytesIO(file.data)) as parts:
        assert "第一小网格" in parts.read("xl/sharedStrings.xml").decode()


def test_a_drafted_sheet_is_nobodys_to_change(bank: Bank, app: Flask) -> None:
    with at_the_turn():
        sheet = drafted_month(bank)
    changed = text("UPDATE points_sheet SET body = '{}' WHERE id = :id")
    with app.app_context(), pytest.raises(ProgrammingError), transaction():
        db.session.execute(changed, {"id": UUID(sheet["id"])})


def test_a_quarter_follows_its_months(bank: Bank) -> None:
    """Nothing it says is new: it is the sum of what the months' sheets say."""
    people = residents(bank, 6)
    for person in people:
        bank.award(person, 10)
    day = today()
    while day.month % 3:
        day = first_after(day)
    with at_the_turn(day):
        sheets = drafted(bank)
        quarter = next(each for each in sheets if each["kind"] == "quarter")
        months = [each for each in sheets if each["kind"] == "month"]
        refused(check(bank, quarter), "unchecked")
        for month in months:
            went(check(bank, month))

        told = went(check(bank, quarter))

    assert told["issued"]["grids"]["total"]["points"] == 60
    assert [month["sha256"] for month in told["months"]] == [
        month["sha256"] for month in reversed(months)
    ]


def test_a_sheet_that_was_taken_back_is_checked_and_published_again(bank: Bank) -> None:
    with at_the_turn():
        checked = published(bank, drafted_month(bank))
        went(
            bank.now(bank.chair).post(
                f"/bulletins/{checked['bulletin_id']}/withdrawal",
                {"ground": "illegal", "reason": "网格名称写错了。"},
            )
        )
        again = went(check(bank, checked))

        assert again["bulletin_id"] != checked["bulletin_id"]
        went(publish(bank, again))


def test_the_sheet_prints_the_head_and_anybody_finds_it_in_the_ledger(
    bank: Bank, app: Flask
) -> None:
    people = residents(bank, 5)
    for person in people:
        bank.award(person, 10)
    with app.app_context(), transaction():
        assert seal_block(bank.place.id)
    with at_the_turn():
        sheet = drafted_month(bank)
        heads = went(bank.now(people[0]).get(f"{BANK}/ledger/heads"))

    assert heads["items"][0]["hash"] == sheet["seal"]["hash"]
    assert heads["items"][0]["block"] == sheet["seal"]["block"] == 1
    assert heads["next"] is None


def test_the_supervisor_has_the_ledger_recomputed(bank: Bank, app: Flask, tables: Engine) -> None:
    for person in residents(bank, 5):
        bank.award(person, 10)
    with app.app_context(), transaction():
        seal_block(bank.place.id)
    with at_the_turn():
        sheet = drafted_month(bank)
        supervisor = bank.now(bank.supervisor)
        good = went(supervisor.post(f"{BANK}/ledger/verification"))
        with tables.begin() as owner:
            here = {"here": bank.place.id, "sheet": UUID(sheet["id"])}
            owner.execute(
                text("UPDATE ledger.transfer SET amount = 11 WHERE community_id = :here"), here
            )
            owner.execute(
                text('UPDATE points_sheet SET body = body || \'{"name": "x"}\' WHERE id = :sheet'),
                here,
            )
        bad = went(supervisor.post(f"{BANK}/ledger/verification"))

    assert (good["first_bad_block"], good["altered_sheets"]) == (None, [])
    assert good["head"]["block"] == 1
    assert (bad["first_bad_block"], bad["altered_sheets"]) == (1, [sheet["id"]])


def test_a_chain_whose_end_was_written_anew_does_not_hold_against_the_printed_head(
    bank: Bank, app: Flask, tables: Engine
) -> None:
    auditor = bank.place.a_worker("auditor")
    bank.award(bank.place.a_resident(), 10)
    with app.app_context(), transaction():
        seal_block(bank.place.id)
    with at_the_turn():
        sheet = drafted_month(bank)
        with tables.begin() as owner:
            here = {"here": bank.place.id}
            for statement in (
                "DELETE FROM ledger.sealed WHERE community_id = :here",
                "DELETE FROM ledger.block WHERE community_id = :here",
                "UPDATE ledger.seal_floor SET floor_id = 0 WHERE community_id = :here",
                "UPDATE ledger.transfer SET created_at = now() WHERE community_id = :here",
            ):
                owner.execute(text(statement), here)
        with app.app_context(), transaction():
            assert seal_block(bank.place.id)
        with app.app_context():
            check_ledger()
            told = [
                each.body for each in db.session.query(Notice).filter_by(resident_id=auditor.id)
            ]
            db.session.remove()
    verified = app.test_cli_runner().invoke(args=["verify-ledger"])

    assert verify_now(app, bank) is None, "the chain by itself is whole"
    assert [sheet["title"] in body for body in told] == [True]
    assert verified.exit_code == 1
    assert f"{sheet['title']}与账本不符" in verified.output


def verify_now(app: Flask, bank: Bank) -> int | None:
    with app.app_context(), transaction():
        return verify(bank.place.id)


def test_the_auditor_verifies_whichever_community_is_named(bank: Bank) -> None:
    auditor = bank.place.a_worker("auditor")
    named = auditor.ask(
        "POST",
        f"{BANK}/ledger/verification",
        headers=auditor.headers | {"X-Community": str(bank.place.id)},
    )

    assert went(named)["first_bad_block"] is None
    refused(bank.chair.post(f"{BANK}/ledger/verification"), "access-denied", 403)


def test_sheets_stay_in_their_community(bank: Bank, app: Flask) -> None:
    with at_the_turn():
        sheet = drafted_month(bank)
        elsewhere = a_neighbourhood(app).a_worker("committee_member")

        refused(elsewhere.get(f"{BANK}/sheets/{sheet['id']}"), "not-found", 404)
        refused(check_as(elsewhere, sheet), "not-found", 404)
        assert went(elsewhere.get(f"{BANK}/sheets"))["items"] == []


def check_as(person: Person, sheet: dict[str, Any]) -> Any:
    return person.post(f"{BANK}/sheets/{sheet['id']}/check", {"sha256": sheet["sha256"]})


def test_a_list_of_sheets_asks_no_more_for_more_of_them(bank: Bank, app: Flask) -> None:
    with at_the_turn():
        few_sheets = drafted(bank)
        member = bank.now(bank.member)
        with counted_statements(app) as few:
            went(member.get(f"{BANK}/sheets"))
    with at_the_turn(first_after(first_after(today()))):
        many_sheets = drafted(bank)
        member = bank.now(bank.member)
        with counted_statements(app) as many:
            went(member.get(f"{BANK}/sheets"))

    assert len(many_sheets) > len(few_sheets)
    assert len(many) == len(few)
