"""A rule sheet from draft to its successor, over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import SHANGHAI, today, utc_now
from backend.database import db
from backend.notifications.models import Notice
from backend.virtue_bank.jobs.sheets import turn_rule_sheets
from backend.virtue_bank.models import RuleSheet
from backend.virtue_bank.queries.sheets import sheet_in_force
from tests.counting import counted_statements
from tests.factories import a_neighbourhood
from tests.virtue_bank.a_bank import BANK, CAPS, ITEMS, Bank, at_once, noon, refused, went


def shown(bank: Bank, sheet_id: str) -> dict[str, Any]:
    told: dict[str, Any] = went(bank.now(bank.chair).get(f"{BANK}/rule-sheets/{sheet_id}"))
    return told


def ruling(bank: Bank, on: Any) -> int | None:
    """The version that rules deeds of that day."""
    with bank.app.app_context():
        found = sheet_in_force(bank.place.id, on)
        return found.version if found else None


def test_a_community_without_a_sheet_says_so(bare_bank: Bank) -> None:
    resident = bare_bank.place.a_resident()

    assert resident.get(f"{BANK}/rules").status_code == 404
    assert went(resident.get(f"{BANK}/rule-sheets"))["items"] == []


def test_a_draft_is_seen_by_the_committee_alone_until_it_is_laid_open(bare_bank: Bank) -> None:
    sheet_id, resident = bare_bank.written(), bare_bank.place.a_resident()
    url = f"{BANK}/rule-sheets/{sheet_id}"

    assert resident.get(url).status_code == 404
    assert went(bare_bank.member.get(url))["sheet"]["state"] == "draft"
    assert went(bare_bank.supervisor.get(url))["sheet"]["state"] == "draft"
    assert resident.get(f"{BANK}/rules/1").status_code == 404

    told = bare_bank.laid_open(sheet_id)

    assert (told["state"], len(told["text_sha256"])) == ("consulted", 64)
    assert went(resident.get(url))["items"][0]["title"] == "为老人送餐"
    assert went(resident.get(f"{BANK}/rules/1"))["sheet"]["id"] == sheet_id


def test_a_consultation_lasts_seven_whole_days(bare_bank: Bank) -> None:
    opened = noon(today())
    with clock.at(opened):
        sheet_id = bare_bank.written()
        until = bare_bank.laid_open(sheet_id)["consulted_until"]
    ends = (opened + timedelta(days=8)).replace(hour=0)
    begins = ends.date() + timedelta(days=5)

    assert datetime.fromisoformat(until) == ends
    with clock.at(ends - timedelta(seconds=1)):
        refused(bare_bank.noted(sheet_id, begins_on=begins), "consultation-open")
    with clock.at(ends):
        assert went(bare_bank.noted(sheet_id, begins_on=begins))["state"] == "consulted"


def test_two_people_adopt_and_the_day_before_is_not_ruled(bare_bank: Bank) -> None:
    begins = today() + timedelta(days=1)
    with clock.at(noon(today() - timedelta(days=9))):
        sheet_id = bare_bank.written()
        bare_bank.laid_open(sheet_id)
    url = f"{BANK}/rule-sheets/{sheet_id}/adoption-confirmation"
    refused(bare_bank.member.post(url), "not-proposed")
    went(bare_bank.noted(sheet_id, begins_on=begins))

    refused(bare_bank.chair.post(url), "same-person", 403)
    assert "美德银行积分细则第1版待确认" in bare_bank.told(bare_bank.member)
    assert bare_bank.told(bare_bank.chair) == []

    sheet = went(bare_bank.member.post(url))
    assert (sheet["state"], sheet["from"], sheet["ends_on"]) == ("adopted", str(begins), None)
    assert ruling(bare_bank, begins - timedelta(days=1)) is None
    assert ruling(bare_bank, begins) == 1
    refused(bare_bank.member.post(url), "not-consulted")
    with bare_bank.app.app_context():
        acts = db.session.query(AuditEvent).filter_by(object_type="rule_sheet")
        assert [each.action for each in acts.order_by(AuditEvent.id)] == [
            "rule_sheet.begun",
            "rule_sheet.written",
            "rule_sheet.consulted",
            "rule_sheet.adoption_noted",
            "rule_sheet.adopted",
        ]


def test_adopting_the_first_sheet_opens_the_books(bare_bank: Bank) -> None:
    assert bare_bank.books() == (None, None)

    bare_bank.sheet(begins_on=today())

    accounts, transfers = bare_bank.books()
    assert accounts is not None
    assert transfers is None


@pytest.mark.parametrize(
    ("begins", "adopted"),
    [(0, 0), (-3, 0), (5, 1), (5, -3)],
    ids=["today", "days ago", "adopted tomorrow", "adopted before the consultation ended"],
)
def test_a_sheet_never_reaches_back(bare_bank: Bank, begins: int, adopted: int) -> None:
    with clock.at(noon(today() - timedelta(days=9))):
        sheet_id = bare_bank.written()
        bare_bank.laid_open(sheet_id)

    answer = bare_bank.noted(
        sheet_id,
        begins_on=today() + timedelta(days=begins),
        adopted_on=today() + timedelta(days=adopted),
    )

    refused(answer, "begins-too-early", 422)
    assert shown(bare_bank, sheet_id)["sheet"]["resolution_ref"] is None


def test_a_confirmation_that_comes_too_late_needs_another_day(bare_bank: Bank) -> None:
    with clock.at(noon(today() - timedelta(days=9))):
        sheet_id = bare_bank.written()
        bare_bank.laid_open(sheet_id)
    went(bare_bank.noted(sheet_id, begins_on=today() + timedelta(days=1)))
    with clock.at(noon(today() + timedelta(days=1))):
        member = bare_bank.now(bare_bank.member)
        url = f"{BANK}/rule-sheets/{sheet_id}/adoption-confirmation"
        refused(member.post(url), "begins-too-early", 422)


def test_the_next_version_takes_over_at_midnight_in_shanghai(bank: Bank) -> None:
    begins = today() + timedelta(days=1)
    items = [ITEMS[0] | {"points": 12, "points_max": 12}, ITEMS[1], ITEMS[2] | {"code": "B2"}]
    with clock.at(noon(today() - timedelta(days=8))):
        next_id = bank.written(items=items)
        bank.laid_open(next_id)
    bank.adopted(next_id, begins_on=begins)
    midnight = noon(begins).replace(hour=0)

    assert [ruling(bank, begins - timedelta(days=1)), ruling(bank, begins)] == [1, 2]
    with clock.at(midnight - timedelta(minutes=1)):
        bank.run(turn_rule_sheets)
        assert went(bank.now(bank.chair).get(f"{BANK}/rules"))["sheet"]["version"] == 1
        assert shown(bank, next_id)["sheet"]["state"] == "adopted"
    with clock.at(midnight):
        bank.run(turn_rule_sheets)
        bank.run(turn_rule_sheets)
        now = went(bank.now(bank.chair).get(f"{BANK}/rules"))
        assert now["sheet"]["version"] == 2
        assert shown(bank, next_id)["sheet"]["state"] == "in_force"
        before = shown(bank, bank.sheet_id)["sheet"]
        assert (before["state"], before["ends_on"]) == ("superseded", str(begins))
    assert now["changes"]["added"][0]["code"] == "B2"
    assert now["changes"]["removed"][0]["code"] == "B1"
    assert [(c["code"], c["points_before"], c["points"]) for c in now["changes"]["changed"]] == [
        ("A1", 10, 12)
    ]


def test_a_year_changes_with_the_sheet_of_its_first_day(bare_bank: Bank) -> None:
    new_year = today().replace(year=today().year + 1, month=1, day=1)
    for begins in (new_year - timedelta(days=40), new_year):
        sheet = bare_bank.sheet
        with clock.at(noon(begins - timedelta(days=20))):
            chair = bare_bank.place.a_worker("chair")
            member = bare_bank.place.a_worker("committee_member")
        bare_bank.chair, bare_bank.member = chair, member
        sheet(begins_on=begins)

    last = new_year - timedelta(days=1)
    assert [ruling(bare_bank, day) for day in (last, new_year)] == [1, 2]
    late = datetime(new_year.year, 1, 1, tzinfo=SHANGHAI) - timedelta(seconds=1)
    with clock.at(late):
        assert today() == last
        resident = bare_bank.place.a_resident()
        assert went(resident.get(f"{BANK}/rules"))["sheet"]["version"] == 1
    with clock.at(late + timedelta(seconds=1)):
        assert went(resident.get(f"{BANK}/rules"))["sheet"]["version"] == 2


def test_a_version_before_the_one_in_force_cannot_be_adopted(bank: Bank) -> None:
    with clock.at(noon(today() - timedelta(days=8))):
        next_id = bank.written()
        bank.laid_open(next_id)
    bank.adopted(next_id, begins_on=today() + timedelta(days=10))
    third = bank.written()
    bank.laid_open(third)
    with clock.at(noon(today() + timedelta(days=8))):
        url = bank.noted(third, begins_on=today() + timedelta(days=2))
        refused(url, "overlaps-in-force")
        assert went(bank.noted(third, begins_on=today() + timedelta(days=3)))


def test_one_version_at_a_time_is_underway_and_it_begins_with_the_words_before(bank: Bank) -> None:
    started = at_once([lambda: bank.chair.post(f"{BANK}/rule-sheets") for _ in range(4)])

    assert sorted(each.status_code for each in started) == [201, 409, 409, 409]
    draft = next(each.get_json() for each in started if each.status_code == 201)
    words, before = shown(bank, draft["id"]), shown(bank, bank.sheet_id)
    assert draft["version"] == 2
    assert [item["code"] for item in words["items"]] == ["A1", "A2", "B1"]
    assert words["changes"] == {"added": [], "removed": [], "changed": []}
    assert {cap["cap"] for cap in words["caps"]} == {cap["cap"] for cap in before["caps"]}


def test_words_laid_open_cannot_be_changed_and_going_back_asks_everybody_anew(
    bare_bank: Bank,
) -> None:
    sheet_id = bare_bank.written()
    first = bare_bank.laid_open(sheet_id)
    url = f"{BANK}/rule-sheets/{sheet_id}"
    words = {"row_version": first["row_version"], "items": ITEMS, "caps": []}

    refused(bare_bank.chair.put(f"{url}/items", words), "not-a-draft")
    again = went(bare_bank.chair.post(f"{url}/revision"))
    assert (again["state"], again["text_sha256"]) == ("draft", None)
    words["row_version"] = again["row_version"]
    went(bare_bank.chair.put(f"{url}/items", words))
    second = bare_bank.laid_open(sheet_id)

    assert second["text_sha256"] != first["text_sha256"]
    with bare_bank.app.app_context():
        found = db.session.query(RuleSheet).one()
        assert found.consulted_at is not None
        assert found.consulted_at > utc_now() - timedelta(minutes=5)


def test_who_writes_over_somebody_elses_draft_is_told(bare_bank: Bank) -> None:
    sheet = went(bare_bank.chair.post(f"{BANK}/rule-sheets"), 201)
    words = {"row_version": sheet["row_version"], "items": ITEMS, "caps": CAPS}
    url = f"{BANK}/rule-sheets/{sheet['id']}/items"

    went(bare_bank.chair.put(url, words))
    refused(bare_bank.chair.put(url, words), "stale-sheet")
    refused(
        bare_bank.chair.post(url.replace("items", "consultation"), {"row_version": 1}),
        "stale-sheet",
    )


@pytest.mark.parametrize(
    "words",
    [
        {"items": [ITEMS[0], ITEMS[0]]},
        {"items": [ITEMS[0] | {"points": 11}]},
        {"caps": [CAPS[0], CAPS[0]]},
        {"caps": [CAPS[0] | {"item_code": "Z9"}]},
        {"caps": [CAPS[0] | {"cap": 9}]},
    ],
    ids=["a code twice", "above its highest", "a cap twice", "a cap of nothing", "unreachable"],
)
def test_a_sheet_nobody_could_claim_by_is_refused(bare_bank: Bank, words: dict[str, Any]) -> None:
    sheet = went(bare_bank.chair.post(f"{BANK}/rule-sheets"), 201)
    told = {"row_version": sheet["row_version"], "items": ITEMS, "caps": CAPS} | words

    answer = bare_bank.chair.put(f"{BANK}/rule-sheets/{sheet['id']}/items", told)

    refused(answer, "sheet-unclear", 422)
    assert shown(bare_bank, sheet["id"])["items"] == []


@pytest.mark.parametrize(
    "item",
    [{"points": 0}, {"points": -5}, {"title": ""}, {"publicity_days": 2}, {"code": "a-1"}],
    ids=str,
)
def test_items_are_positive_and_named(bare_bank: Bank, item: dict[str, Any]) -> None:
    sheet = went(bare_bank.chair.post(f"{BANK}/rule-sheets"), 201)
    told = {"row_version": 1, "items": [ITEMS[0] | item], "caps": []}

    answer = bare_bank.chair.put(f"{BANK}/rule-sheets/{sheet['id']}/items", told)

    assert answer.status_code == 422


def test_an_empty_draft_is_not_laid_open(bare_bank: Bank) -> None:
    sheet = went(bare_bank.chair.post(f"{BANK}/rule-sheets"), 201)
    url = f"{BANK}/rule-sheets/{sheet['id']}/consultation"

    refused(bare_bank.chair.post(url, {"row_version": 1}), "sheet-unclear", 422)


def test_everybody_hears_of_a_consultation_once(bare_bank: Bank) -> None:
    bare_bank.laid_open(bare_bank.written())

    with bare_bank.app.app_context():
        found = [(each.headline, each.audience) for each in db.session.query(Notice)]
    assert found == [("美德银行积分细则征求意见", {"kind": "community"})]


def test_another_community_neither_sees_nor_touches_the_sheet(bank: Bank) -> None:
    stranger = a_neighbourhood(bank.app)
    chair, resident = stranger.a_worker("chair"), stranger.a_resident()
    url = f"{BANK}/rule-sheets/{bank.sheet_id}"

    assert [resident.get(url).status_code, chair.post(f"{url}/revision").status_code] == [404, 404]
    assert resident.get(f"{BANK}/rules/1").status_code == 404


def test_a_version_number_as_long_as_one_likes_is_simply_unknown(bank: Bank) -> None:
    assert bank.chair.get(f"{BANK}/rules/{10**30}").status_code == 404


def test_the_database_keeps_two_sheets_from_ruling_one_day(bank: Bank) -> None:
    sheet = RuleSheet(community_id=bank.place.id, version=9, drafted_by=bank.chair.id)
    sheet.state, sheet.text_sha256, sheet.resolution_ref = "adopted", "0" * 64, "决议"
    sheet.confirmed_by, sheet.in_force = bank.member.id, Range(today(), None)

    with bank.app.app_context():
        db.session.add(sheet)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.remove()


def test_a_sheet_costs_the_same_few_statements_however_long(bank: Bank) -> None:
    resident = bank.place.a_resident()
    with counted_statements(bank.app) as few:
        went(resident.get(f"{BANK}/rules"))
    many = [ITEMS[0] | {"code": f"C{n}"} for n in range(1, 50)]
    begins = today() + timedelta(days=1)
    with clock.at(noon(today() - timedelta(days=8))):
        next_id = bank.written(items=many, caps=[])
        bank.laid_open(next_id)
    bank.adopted(next_id, begins_on=begins)
    with clock.at(noon(begins)), counted_statements(bank.app) as more:
        assert len(went(bank.now(resident).get(f"{BANK}/rules"))["items"]) == 49

    # Signing in again, and the version before, which the first sheet does not have.
    assert len([each for each in more if each.startswith("SELECT rule_")]) <= len(few) + 1
