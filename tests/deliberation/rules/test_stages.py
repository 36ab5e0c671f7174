from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.deliberation import models
from backend.deliberation.rules import refusals, stages
from backend.deliberation.rules.clocks import CLOCKS
from backend.deliberation.rules.guards import GUARDS, Facts
from backend.deliberation.rules.stages import ROLES, STATES, STEPS, TRANSITIONS, WORK, Move, Work
from backend.deliberation.rules.states_page import documentation
from backend.errors import DomainError

STATES_PAGE = Path(stages.__file__).parents[1] / "STATES.md"
EVERYONE = frozenset(ROLES)
CHOICES: list[Move | Work] = [*TRANSITIONS.values(), *WORK]
ALL_HOLDS = Facts(
    unrelated=True,
    similar_answered=True,
    assigned=True,
    inquiry_noted=True,
    body_set=True,
    reply_recorded=True,
    guidance_given=True,
    contest_over=True,
    objection_upheld=True,
    decided_by_another=True,
    all_invited=True,
    meeting_open=True,
    quorum_met=True,
    outcome="agreed",
    tasks_named=True,
    minutes_signed=True,
    preview_confirmed=True,
    objections_over=True,
    full_term=True,
    tasks_done=True,
    appraisal_closed=True,
    complaint_answered=True,
    in_reopening_time=True,
    by_author=True,
)
HAPPY_PATH = [
    "draft",
    "submitted",
    "inquiring",
    "queued",
    "scheduled",
    "deliberating",
    "resolved",
    "publicized",
    "acting",
    "inspecting",
    "appraising",
    "outcome_publicized",
    "closed",
]


def test_the_page_of_states_is_the_table() -> None:
    assert STATES_PAGE.read_text(encoding="utf-8") == documentation()


def test_the_table_speaks_of_known_states_roles_and_preconditions_only() -> None:
    for source, target in TRANSITIONS:
        assert {source, target} <= set(STATES)
    for choice in CHOICES:
        assert set(choice.roles) <= set(ROLES)
        assert set(choice.guards) <= set(GUARDS)
        assert choice.roles
    assert {status for work in WORK for status in work.statuses} <= set(STATES)
    assert {state.step for state in STATES.values()} == set(STEPS)
    assert {state.waits_for for state in STATES.values()} - {""} <= set(ROLES)


def test_every_precondition_is_used() -> None:
    used = {guard for choice in CHOICES for guard in choice.guards}

    assert used == set(GUARDS)


def test_tables_and_rules_name_the_same_states_and_ends() -> None:
    assert tuple(STATES) == models.STATUSES
    assert set(models.CLOSED_AS) == set(stages.CLOSED_AS)
    assert set(CLOCKS) < set(STATES)


def test_every_state_can_be_reached_and_left_or_is_final() -> None:
    reached, waiting = {"draft"}, ["draft"]
    while waiting:
        status = waiting.pop()
        for source, target in TRANSITIONS:
            if source == status and target not in reached:
                reached.add(target)
                waiting.append(target)

    assert reached == set(STATES)
    for status in STATES:
        leaves = any(source == status for source, _ in TRANSITIONS)
        assert leaves or stages.is_final(status)


def test_a_matter_goes_through_all_five_steps() -> None:
    facts = replace(ALL_HOLDS, triaged_as="common")
    for status, to in pairwise(HAPPY_PATH):
        move = stages.check_move(status, to, EVERYONE, facts)
        assert (move.source, move.target) == (status, to)

    assert {STATES[status].step for status in HAPPY_PATH} == set(STEPS)


@given(st.sampled_from(sorted(STATES)), st.sampled_from(sorted(STATES)))
def test_no_move_outside_the_table(source: str, target: str) -> None:
    if (source, target) in TRANSITIONS:
        return
    with pytest.raises(refusals.NotInThisState):
        stages.check_move(source, target, EVERYONE, ALL_HOLDS)


@pytest.mark.parametrize("way", sorted(TRANSITIONS), ids=" to ".join)
def test_only_the_named_roles_make_a_move(way: tuple[str, str]) -> None:
    outsiders = EVERYONE - set(TRANSITIONS[way].roles)

    with pytest.raises(refusals.NotYourTurn):
        stages.check_move(*way, outsiders, ALL_HOLDS)


@pytest.mark.parametrize("way", sorted(TRANSITIONS), ids=" to ".join)
def test_what_is_not_known_does_not_hold(way: tuple[str, str]) -> None:
    # These are refused by what is known to stand against them, not by what is missing.
    by_default = {
        "no_objection_open",
        "unsupported",
        "not_own_work",
        "no_rework_due",
        "not_major",
    }
    guards = [name for name in TRANSITIONS[way].guards if name not in by_default]
    if not guards:
        return
    with pytest.raises(DomainError) as refusal:
        stages.check_move(*way, EVERYONE, Facts())
    assert refusal.value.detail


@pytest.mark.parametrize(
    ("way", "facts", "refusal"),
    [
        (("draft", "submitted"), {"similar_answered": False}, refusals.SimilarUnanswered),
        (("submitted", "inquiring"), {"unrelated": False}, refusals.OwnHousehold),
        (("queued", "withdrawn"), {"supporters": 1}, refusals.HasSupporters),
        (("inquiring", "queued"), {"inquiry_noted": False}, refusals.InquiryMissing),
        (("scheduled", "deliberating"), {"all_invited": False}, refusals.PartyNotInvited),
        (("deliberating", "resolved"), {"quorum_met": False}, refusals.QuorumNotMet),
        (("deliberating", "resolved"), {"tasks_named": False}, refusals.TaskWithoutOwner),
        (("resolved", "publicized"), {"minutes_signed": False}, refusals.MinutesUnsigned),
        (("publicized", "acting"), {"objection_open": True}, refusals.ObjectionOpen),
        (("publicized", "acting"), {"outcome": "not_agreed"}, refusals.NotAgreed),
        (("publicized", "closed"), {}, refusals.StillToDo),
        (("inspecting", "appraising"), {"own_work": True}, refusals.OwnWork),
        (("appraising", "outcome_publicized"), {"rework_due": True}, refusals.ReworkDue),
        (("outcome_publicized", "closed"), {"full_term": False}, refusals.NoticesUnfinished),
        (("closed", "inquiring"), {"in_reopening_time": False}, refusals.TooLate),
        (("rejected", "inquiring"), {"decided_by_another": False}, refusals.DecidedByYou),
    ],
)
def test_each_precondition_refuses_by_its_name(
    way: tuple[str, str], facts: dict[str, object], refusal: type[DomainError]
) -> None:
    known = replace(ALL_HOLDS, triaged_as="common", **facts)  # type: ignore[arg-type]

    with pytest.raises(refusal):
        stages.check_move(*way, EVERYONE, known)


def test_an_undecided_matter_can_be_resolved_without_tasks() -> None:
    facts = replace(ALL_HOLDS, outcome="not_agreed", tasks_named=False)

    stages.check_move("deliberating", "resolved", {"recorder"}, facts)


def test_ten_residents_or_the_author_reopen_a_closed_matter() -> None:
    nine = Facts(in_reopening_time=True, reopeners=9)

    stages.check_move("closed", "inquiring", {"resident"}, replace(nine, reopeners=10))
    stages.check_move("closed", "inquiring", {"author"}, replace(nine, by_author=True))
    with pytest.raises(refusals.TooFewReopeners):
        stages.check_move("closed", "inquiring", {"resident"}, nine)


def test_a_failed_appraisal_of_a_major_matter_goes_back_to_the_department() -> None:
    failed = Facts(appraisal_closed=True, rework_due=True, triaged_as="major")

    stages.check_move("appraising", "referred", {"system"}, failed)
    with pytest.raises(refusals.NotInThisState):
        stages.check_move("appraising", "acting", {"system"}, failed)


def test_the_desk_sees_what_it_may_do_and_why_not() -> None:
    roles = stages.standing(["grid_worker"])
    actions = {
        action.action: action for action in stages.allowed_actions("submitted", roles, Facts())
    }

    assert set(actions) == {"accept", "return", "reject", "withdraw"}
    assert actions["accept"].reason.startswith("涉及本人或本户")
    assert actions["withdraw"].reason == "这一步由提出人办理。"
    unrelated = stages.allowed_actions("submitted", roles, Facts(unrelated=True))
    assert [action.action for action in unrelated if action.allowed] == [
        "accept",
        "return",
        "reject",
    ]


def test_what_the_request_will_bring_is_not_missing_beforehand() -> None:
    ready = Facts(assigned=True, unrelated=True, inquiry_noted=True)
    actions = stages.allowed_actions("inquiring", {"assignee"}, ready)

    assert [action.allowed for action in actions if action.action == "triage"] == [True]
    with pytest.raises(refusals.TriageMissing):
        stages.check_move("inquiring", "queued", {"assignee"}, ready)


def test_what_only_the_system_does_is_no_button() -> None:
    names = {action.action for action in stages.allowed_actions("publicized", EVERYONE, Facts())}

    assert names == {"uphold_objection", "decide_objection", "object"}


def test_work_within_a_status_is_checked_by_the_same_table() -> None:
    stages.check_work("support", "queued", {"resident"}, Facts())
    with pytest.raises(refusals.OwnProposal):
        stages.check_work("support", "queued", {"resident"}, Facts(by_author=True))
    with pytest.raises(refusals.AlreadySupported):
        stages.check_work("support", "queued", {"resident"}, Facts(supported_by_me=True))
    with pytest.raises(refusals.NotInThisState):
        stages.check_work("support", "acting", {"resident"}, Facts())


def test_offices_give_the_roles_of_the_table() -> None:
    assert stages.standing(["chair"], ["assignee"]) == {
        "resident",
        "staff",
        "recorder",
        "chair",
        "assignee",
    }
    assert stages.standing(["sys_admin"]) == {"resident"}


def moves(*statuses: str) -> list[tuple[str, str, datetime]]:
    start = datetime(2026, 12, 1, tzinfo=UTC)
    return [(status, "staff", start + timedelta(days=day)) for day, status in enumerate(statuses)]


def test_the_timeline_shows_what_is_done_what_is_now_and_what_is_ahead() -> None:
    steps = stages.timeline(moves("submitted", "returned", "submitted", "inquiring"), "inquiring")

    assert [step.state for step in steps] == ["done", "current", "ahead", "ahead", "ahead"]
    assert [visit.label for visit in steps[0].visits] == ["待受理", "退回补充", "待受理"]


def test_the_timeline_of_a_closed_matter_has_nothing_ahead() -> None:
    steps = stages.timeline(moves(*HAPPY_PATH[1:]), "closed")

    assert [step.state for step in steps] == ["done"] * 5


def test_a_referred_matter_skips_the_meeting_visibly() -> None:
    steps = stages.timeline(moves("submitted", "inquiring", "referred", "appraising"), "appraising")

    assert [step.state for step in steps] == ["done", "done", "skipped", "skipped", "current"]


def test_a_rejected_matter_goes_no_further() -> None:
    steps = stages.timeline(moves("submitted", "rejected"), "rejected")

    assert [step.state for step in steps] == ["done", "skipped", "skipped", "skipped", "skipped"]
