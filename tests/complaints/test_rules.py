"""Who may handle a complaint, by which day, and where the person's word leads."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from backend.complaints import rules
from backend.days import SHANGHAI

ME, OTHER, THIRD = uuid4(), uuid4(), uuid4()
FRIDAY = date(2027, 3, 5)


def test_nobody_handles_what_concerns_them_their_home_or_their_kin() -> None:
    assert rules.may_handle(ME, concerned=(OTHER, None), close_to_handler=())
    assert not rules.may_handle(ME, concerned=(OTHER, ME), close_to_handler=())
    assert not rules.may_handle(ME, concerned=(OTHER, None), close_to_handler=(OTHER,))
    with pytest.raises(rules.OwnComplaint):
        rules.check_may_handle(ME, concerned=(None, ME), close_to_handler=())


def test_working_days_are_counted_from_the_next_day_on_and_end_at_midnight() -> None:
    monday_is_off = {date(2027, 3, 8): False}

    assert rules.due_at(FRIDAY, 1, {}) == datetime(2027, 3, 9, tzinfo=SHANGHAI)
    assert rules.due_at(FRIDAY, 1, monday_is_off) == datetime(2027, 3, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "has_subject", "reason", "is_fine"),
    [
        ("report", True, "abuse", True),
        ("report", False, "abuse", False),
        ("report", True, None, False),
        ("complaint", False, None, True),
        ("complaint", True, None, False),
        ("suggestion", False, "abuse", False),
    ],
)
def test_a_report_names_a_text_and_a_reason_and_nothing_else_does(
    kind: str, reason: str | None, *, has_subject: bool, is_fine: bool
) -> None:
    if is_fine:
        rules.check_filing(kind, has_subject=has_subject, reason_code=reason, names_somebody=False)
        return
    with pytest.raises(rules.SubjectMissing):
        rules.check_filing(kind, has_subject=has_subject, reason_code=reason, names_somebody=False)


def test_a_report_is_about_whoever_wrote_the_text() -> None:
    rules.check_filing("complaint", has_subject=False, reason_code=None, names_somebody=True)
    with pytest.raises(rules.AuthorIsKnown):
        rules.check_filing("report", has_subject=True, reason_code="abuse", names_somebody=True)


def test_whoever_is_in_no_register_leaves_a_number() -> None:
    rules.check_reachable(THIRD, "")
    rules.check_reachable(None, "王大爷 13800000000")
    with pytest.raises(rules.NobodyToAnswer):
        rules.check_reachable(None, "")


def test_dissatisfaction_opens_a_case_again_once() -> None:
    first = rules.after_hearing("unsatisfied", round=1, calls=0)
    second = rules.after_hearing("unsatisfied", round=2, calls=0)

    assert (first.state, first.round, first.closed_as) == ("accepted", 2, None)
    assert (second.state, second.closed_as) == ("closed", "unsatisfied")


def test_two_calls_in_vain_close_a_case_one_does_not() -> None:
    assert rules.after_hearing("unreachable", round=1, calls=1).state == "answered"
    assert rules.after_hearing("unreachable", round=1, calls=2).closed_as == "unreachable"


@pytest.mark.parametrize(
    ("state", "round_", "closed_as", "may"),
    [
        ("received", 1, None, False),
        ("accepted", 2, None, False),
        ("answered", 1, None, True),
        ("answered", 2, None, True),
        ("closed", 1, "satisfied", False),
        ("closed", 1, "unreachable", True),
        ("closed", 2, "unreachable", False),
    ],
)
def test_a_person_has_a_word_after_an_answer_and_after_calls_in_vain(
    state: str, round_: int, closed_as: str | None, *, may: bool
) -> None:
    assert rules.may_say(state=state, round=round_, closed_as=closed_as) == may


def test_each_state_takes_its_own_step_only() -> None:
    rules.check_state("accepted", "accepted")
    for state in ("received", "answered", "closed"):
        with pytest.raises(rules.NotNow):
            rules.check_state(state, "accepted")
