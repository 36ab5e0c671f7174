"""A community sets its own rules from a day on: stricter than the law, never below it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.deliberation.meetings.stories import EVENING, FIRST_MORNING, Table, refused, went
from tests.deliberation.meetings.test_assembly import called, reviewed

ASSEMBLY: dict[str, Any] = {
    "quorum_num": 3,
    "quorum_den": 4,
    "quorum_inclusive": True,
    "pass_num": 2,
    "pass_den": 3,
    "pass_inclusive": True,
    "pass_base": "attending",
    "counted_channels": ["at_meeting"],
    "notice_days": 7,
    "legal_basis": "本社区居民自治章程第八条",
    "valid_from": "2026-12-05",
}
TABLE = ASSEMBLY | {
    "quorum_num": 2,
    "quorum_den": 3,
    "pass_num": 1,
    "pass_den": 1,
    "counted_channels": ["at_meeting", "phone"],
    "notice_days": 3,
}


def set_rule(table: Table, code: str, **new: Any) -> Any:
    rule = ASSEMBLY | {"checked_by": str(table.supervisor.id)} | new
    return table.chair.post(f"/rules/{code}", rule)


def test_a_stricter_rule_holds_from_its_day_on_and_the_old_one_stays(table: Table) -> None:
    with table.at(FIRST_MORNING):
        row = went(set_rule(table, "representatives_assembly"))
        case = table.a_matter(required_body="representatives_assembly")
        meeting = went(called(table, "representatives_assembly"))["id"]
        reviewed(table, case)
        table.schedule(meeting, case)
        shown = went(table.chair.get(f"/meetings/{meeting}"))
        rows = went(table.chair.get("/rules", code="representatives_assembly"))["items"]

    assert (row["origin"], row["checked_on"]) == ("local_rule", "2026-12-01")
    assert shown["agenda"][0]["legal_basis"] == ASSEMBLY["legal_basis"]
    assert [each["valid_from"] for each in rows] == ["2026-12-05", "2026-01-01"]


@pytest.mark.parametrize(
    ("weaker", "what"),
    [
        ({"quorum_num": 1, "quorum_den": 2}, "到会比例"),
        ({"pass_num": 1, "pass_den": 2, "pass_inclusive": True}, "通过比例"),
        ({"pass_base": "cast"}, "计票基数"),
        ({"notice_days": 4}, "通知天数"),
    ],
)
def test_no_rule_is_below_the_law(table: Table, weaker: dict[str, Any], what: str) -> None:
    with table.at(FIRST_MORNING):
        answer = set_rule(table, "representatives_assembly", **weaker)

    assert refused(answer) == "below-law"
    assert what in answer.get_json()["detail"]
    assert "组织法" in answer.get_json()["detail"]


def test_a_rule_made_stricter_may_be_eased_again_down_to_the_law(table: Table) -> None:
    with table.at(FIRST_MORNING):
        went(set_rule(table, "representatives_assembly"))
        as_the_law = {
            "quorum_num": 2,
            "quorum_den": 3,
            "pass_num": 1,
            "pass_den": 2,
            "pass_inclusive": False,
            "notice_days": 5,
            "valid_from": "2026-12-20",
        }
        went(set_rule(table, "representatives_assembly", **as_the_law))
        below = as_the_law | {"notice_days": 4, "valid_from": "2026-12-21"}
        answer = set_rule(table, "representatives_assembly", **below)

    assert refused(answer) == "below-law"


@pytest.mark.parametrize(
    "new",
    [
        {"valid_from": "2026-12-01"},
        {"quorum_num": 5, "quorum_den": 4},
        {"quorum_den": 0},
        {"legal_basis": " "},
    ],
)
def test_a_rule_that_makes_no_sense_is_not_taken(table: Table, new: dict[str, Any]) -> None:
    with table.at(FIRST_MORNING):
        answer = set_rule(table, "representatives_assembly", **new)

    assert answer.status_code == 422


def test_somebody_of_the_supervision_committee_has_checked_it(table: Table) -> None:
    with table.at(FIRST_MORNING):
        for checker in (table.chair, table.recorder):
            answer = set_rule(table, "representatives_assembly", checked_by=str(checker.id))
            assert refused(answer) == "checker-needed"


def test_two_rules_do_not_begin_on_one_day(table: Table) -> None:
    with table.at(FIRST_MORNING):
        went(set_rule(table, "representatives_assembly"))

        assert refused(set_rule(table, "representatives_assembly")) == "rule-day-taken"


def test_the_rules_of_a_meeting_do_not_change_under_its_agenda(table: Table) -> None:
    table.ready()
    with table.at(EVENING - timedelta(days=1)):
        within = set_rule(table, "four_party", **TABLE | {"valid_from": "2026-12-10"})
        assert refused(within) == "rule-in-use"
        after = went(set_rule(table, "four_party", **TABLE | {"valid_from": "2026-12-11"}))

    assert after["quorum_den"] == 3


def test_a_meeting_moved_past_that_day_follows_the_new_rule(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING - timedelta(days=1)):
        went(set_rule(table, "four_party", **TABLE | {"valid_from": "2026-12-11"}))
        moved = {"starts_at": "2026-12-15T19:00:00+08:00", "place": "议事厅", "reason": "停电"}
        went(table.chair.put(f"/meetings/{prepared.meeting}/time", moved))
    with table.at(EVENING + timedelta(days=5)):
        opened = went(prepared.opened())

    assert "应到4，实到4，4×3=12 ≥ 4×2=8" in opened["quorum_sentence"]
    assert opened["agenda"][0]["legal_basis"] == TABLE["legal_basis"]


@pytest.mark.parametrize("code", ["appraisal", "owners_special", "nonsense"])
def test_rules_no_meeting_is_held_by_cannot_be_set(table: Table, code: str) -> None:
    with table.at(FIRST_MORNING):
        assert set_rule(table, code).status_code == 404


def test_consultation_stays_by_consensus_and_told_in_time(table: Table) -> None:
    with table.at(FIRST_MORNING):
        majority = set_rule(table, "four_party", **TABLE | {"pass_den": 2})
        late = set_rule(table, "four_party", **TABLE | {"notice_days": 2})
        before_the_calendar = set_rule(table, "four_party", **TABLE | {"notice_days": 7})
        by_recorder = table.recorder.post("/rules/four_party", TABLE)

    assert majority.status_code == 422
    assert refused(late) == "notice-too-short"
    assert refused(before_the_calendar) == "notice-too-short"
    assert "逢十协商日" in before_the_calendar.get_json()["detail"]
    assert by_recorder.status_code == 403
