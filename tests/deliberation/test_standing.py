"""What the table of states learns from the database about one matter and one person."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend import clock
from backend.clock import today
from backend.database import db, transaction
from backend.deliberation.actions.standing import Standing, stand, timetable_stands
from backend.deliberation.models import (
    AgendaItem,
    InquiryNote,
    Meeting,
    MeetingSeat,
    Minutes,
    Objection,
    Participation,
    Proposal,
    Question,
    Referral,
    Resolution,
    RollEntry,
    RuleRow,
    Support,
    Task,
    Triage,
)
from backend.deliberation.rules.consultation import PARTIES
from backend.deliberation.rules.rule_rows import SEED_RULE_ROWS
from backend.publication.models import Bulletin
from backend.residents.models import Caller, Kin
from tests.factories import Neighbourhood, Person, a_neighbourhood

SECOND = timedelta(seconds=1)
NOW = datetime(2026, 12, 2, 2, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def here(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def author(here: Neighbourhood) -> Person:
    return here.a_resident(name="王芳")


@pytest.fixture
def neighbour(here: Neighbourhood) -> Person:
    return here.a_resident(name="李强")


@pytest.fixture
def proposal(context: Flask, here: Neighbourhood, author: Person) -> Proposal:
    with transaction():
        proposal = Proposal(
            community_id=here.id,
            author_id=author.id,
            channel="mini_program",
            category_code="lighting",
            grid_id=here.grid_id,
            serial_no="2026-1",
            status="inquiring",
            status_since=NOW,
        )
        db.session.add(proposal)
    return proposal


def keep(*records: Any) -> None:
    with transaction():
        for record in records:
            record.created_at = NOW
            db.session.add(record)
            db.session.flush()


def become(proposal: Proposal, **columns: Any) -> None:
    with transaction():
        for name, value in columns.items():
            setattr(proposal, name, value)


def before(proposal: Proposal, person: Person, at: datetime = NOW) -> Standing:
    """`person` in front of the matter at `at`."""
    caller = Caller(
        resident_id=person.id,
        session_id=person.id,
        session_kind="resident",
        community_id=proposal.community_id,
        level=2,
    )
    with clock.at(at):
        return stand(caller, proposal)


def a_rule(proposal: Proposal, code: str = "four_party") -> RuleRow:
    row = next(row for row in SEED_RULE_ROWS if row.code == code)
    columns = {name: getattr(row, name) for name in row.__dataclass_fields__}
    columns["counted_channels"] = list(row.counted_channels)
    return RuleRow(community_id=proposal.community_id, **columns)


def a_decision(proposal: Proposal, **columns: Any) -> Resolution:
    rule = a_rule(proposal)
    keep(rule)
    decision = Resolution(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        round=proposal.round,
        attempt=1,
        outcome="agreed",
        text="加装路灯",
        result_sentence="各方协商一致，通过。",
        dissent="",
        snapshot={},
        decided_at=NOW,
        rule_row_id=rule.id,
        **columns,
    )
    keep(decision)
    return decision


def a_meeting(proposal: Proposal, *parties: str, **columns: Any) -> Meeting:
    rule = a_rule(proposal, "council")
    meeting = Meeting(
        community_id=proposal.community_id,
        kind="four_party",
        body="four_party",
        starts_at=NOW,
        cutoff_at=NOW - timedelta(days=4),
        place="议事厅",
        **columns,
    )
    keep(rule, meeting)
    keep(
        AgendaItem(
            community_id=proposal.community_id,
            meeting_id=meeting.id,
            proposal_id=proposal.id,
            position=1,
            text_version=1,
            rule_row_id=rule.id,
        ),
        *(
            MeetingSeat(
                community_id=proposal.community_id,
                meeting_id=meeting.id,
                party=party,
                invited_at=NOW,
                organisation=f"{party}单位",
            )
            for party in parties
        ),
    )
    return meeting


def test_the_author_is_related_and_a_stranger_is_not(
    proposal: Proposal, author: Person, neighbour: Person
) -> None:
    assert before(proposal, author).roles == {"resident", "author"}
    assert not before(proposal, author).facts.unrelated
    assert before(proposal, neighbour).facts.unrelated
    assert timetable_stands(proposal).roles == {"system"}


def test_declared_kin_and_housemates_are_related(
    here: Neighbourhood, proposal: Proposal, author: Person, neighbour: Person
) -> None:
    low, high = sorted([author.id, neighbour.id])
    keep(Kin(resident_a=low, resident_b=high, relation="sibling", declared_by=author.id))
    housemate = here.a_resident(name="同户", household_id=author.household_id)

    assert not before(proposal, neighbour).facts.unrelated
    assert not before(proposal, housemate).facts.unrelated


def test_supporters_are_others_who_still_stand_by_it(
    here: Neighbourhood, proposal: Proposal, neighbour: Person
) -> None:
    gone = here.a_resident(name="已取消")
    keep(
        a_support(proposal, neighbour.id),
        a_support(proposal, gone.id, withdrawn_at=NOW),
    )

    assert before(proposal, neighbour).facts.supporters == 1
    assert before(proposal, neighbour).facts.supported_by_me
    assert not before(proposal, gone).facts.supported_by_me


def a_support(proposal: Proposal, resident_id: UUID, **columns: Any) -> Support:
    return Support(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        resident_id=resident_id,
        channel="mini_program",
        **columns,
    )


def test_what_staff_found_belongs_to_its_round(proposal: Proposal, neighbour: Person) -> None:
    keep(
        InquiryNote(
            community_id=proposal.community_id,
            proposal_id=proposal.id,
            round=1,
            mode="on_site",
            facts="灯杆倾斜",
            written_by=neighbour.id,
        )
    )
    assert before(proposal, neighbour).facts.inquiry_noted

    become(proposal, round=2)
    assert not before(proposal, neighbour).facts.inquiry_noted


def a_triage(proposal: Proposal, decided_by: UUID) -> Triage:
    return Triage(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        round=1,
        no=1,
        triage_class="common",
        basis_code="shared_facility",
        reason="公共照明",
        author_id=proposal.author_id,
        decided_by=decided_by,
        owner_role="residents_committee",
        due_at=NOW,
    )


def test_a_triage_is_contested_within_five_working_days_and_once(
    proposal: Proposal, author: Person, neighbour: Person
) -> None:
    triage = a_triage(proposal, neighbour.id)
    keep(triage)
    over = datetime(2026, 12, 9, 16, tzinfo=UTC)  # the end of the next Wednesday in Shanghai

    assert not before(proposal, author, over - SECOND).facts.contest_over
    assert before(proposal, author, over + SECOND).facts.contest_over

    keep(an_objection(proposal, "triage", triage.id, author.id, first_decided_by=neighbour.id))
    facts = before(proposal, author).facts
    assert (facts.contest_over, facts.objection_open) == (True, True)


def an_objection(
    proposal: Proposal, target: str, target_id: UUID, by_id: UUID, **columns: Any
) -> Objection:
    return Objection(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        target=target,
        target_id=target_id,
        by_id=by_id,
        channel="mini_program",
        text="应由物业负责",
        due_at=NOW,
        **columns,
    )


def test_an_objection_is_decided_by_somebody_else(
    here: Neighbourhood, proposal: Proposal, author: Person, neighbour: Person
) -> None:
    other = here.a_resident(name="监督")
    keep(an_objection(proposal, "triage", uuid4(), author.id, first_decided_by=neighbour.id))

    assert not before(proposal, neighbour).facts.decided_by_another
    assert not before(proposal, author).facts.decided_by_another
    assert before(proposal, other).facts.decided_by_another


def test_the_supervisors_question_stops_nothing(proposal: Proposal, neighbour: Person) -> None:
    keep(an_objection(proposal, "oversight", uuid4(), neighbour.id))

    assert not before(proposal, neighbour).facts.objection_open


def test_a_rejection_is_appealed_within_seven_days_and_once(
    proposal: Proposal, author: Person
) -> None:
    become(proposal, status="rejected")
    over = datetime(2026, 12, 9, 16, tzinfo=UTC)

    assert before(proposal, author, over - SECOND).facts.appeal_open
    assert not before(proposal, author, over + SECOND).facts.appeal_open

    keep(an_objection(proposal, "rejection", uuid4(), author.id))
    assert not before(proposal, author).facts.appeal_open


def test_an_old_reply_does_not_answer_a_new_referral(proposal: Proposal, neighbour: Person) -> None:
    keep(
        Referral(
            community_id=proposal.community_id,
            proposal_id=proposal.id,
            department="市政",
            sent_at=NOW,
            due_on=today(),
            replied_at=NOW + timedelta(hours=1),
            reply="已列入计划",
        )
    )
    assert before(proposal, neighbour).facts.reply_recorded

    become(proposal, status="referred", status_since=NOW + timedelta(days=9))
    assert not before(proposal, neighbour).facts.reply_recorded


def test_all_four_are_invited_or_noted_as_not_established(
    proposal: Proposal, neighbour: Person
) -> None:
    three = [party for party in PARTIES if party != "owners_committee"]
    meeting = a_meeting(proposal, *three, state="open", host_id=neighbour.id)

    assert not before(proposal, neighbour).facts.all_invited
    assert before(proposal, neighbour).facts.meeting_open
    assert "host" in before(proposal, neighbour).roles
    with transaction():
        meeting.not_established = ["owners_committee"]
    assert before(proposal, neighbour).facts.all_invited


def test_a_decision_waits_for_the_signatures_of_its_meeting(
    proposal: Proposal, neighbour: Person
) -> None:
    meeting = a_meeting(proposal)
    a_decision(proposal, meeting_id=meeting.id)
    assert before(proposal, neighbour).facts.outcome == "agreed"
    assert not before(proposal, neighbour).facts.minutes_signed

    keep(
        Minutes(
            community_id=proposal.community_id,
            meeting_id=meeting.id,
            version=1,
            content={},
            state="signed",
            sha256="0" * 64,
            signed_at=NOW,
        )
    )
    assert before(proposal, neighbour).facts.minutes_signed


def test_work_is_done_when_no_task_is_open_and_its_doer_does_not_inspect_it(
    proposal: Proposal, author: Person, neighbour: Person
) -> None:
    decision = a_decision(proposal)
    assert not before(proposal, neighbour).facts.tasks_named

    task = Task(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        resolution_id=decision.id,
        party="property_company",
        assignee_id=neighbour.id,
        title="装灯",
        due_on=today(),
    )
    keep(task)
    standing = before(proposal, neighbour)
    assert (standing.facts.tasks_named, standing.facts.tasks_done) == (True, False)
    assert standing.facts.own_work
    assert "responsible" in standing.roles
    assert not before(proposal, author).facts.own_work

    with transaction():
        task.percent, task.state = 100, "done"
    assert before(proposal, neighbour).facts.tasks_done


def a_bulletin(
    proposal: Proposal, kind: str, publisher: Person, posted_at: datetime | None
) -> Bulletin:
    until = datetime(2026, 12, 17, 16, tzinfo=UTC)  # 18 December 00:00 in Shanghai
    return Bulletin(
        community_id=proposal.community_id,
        item_code="P5",
        kind=kind,
        title="结果公示",
        plain_text="结果公示",
        fields={},
        content_sha256="0" * 64,
        drafted_by=proposal.author_id,
        min_days=15,
        objection_days=7,
        source_type="proposal",
        source_id=proposal.id,
        state="published",
        number=f"{kind}-1",
        published_by=publisher.id,
        online_at=NOW,
        board_posted_at=posted_at,
        until_at=posted_at and until,
    )


def test_no_clock_runs_before_the_paper_hangs_on_the_board(
    proposal: Proposal, neighbour: Person
) -> None:
    a_decision(proposal)
    become(proposal, status="publicized")
    bulletin = a_bulletin(proposal, "result", neighbour, None)
    keep(bulletin)
    long_after = NOW + timedelta(days=60)

    assert not before(proposal, neighbour, long_after).facts.objections_over
    assert not before(proposal, neighbour, long_after).facts.full_term


def test_objections_take_seven_days_and_the_display_fifteen(
    proposal: Proposal, neighbour: Person
) -> None:
    a_decision(proposal)
    become(proposal, status="publicized")
    keep(a_bulletin(proposal, "result", neighbour, NOW))
    seven = datetime(2026, 12, 9, 16, tzinfo=UTC)
    fifteen = datetime(2026, 12, 17, 16, tzinfo=UTC)

    assert not before(proposal, neighbour, seven - SECOND).facts.objections_over
    assert before(proposal, neighbour, seven + SECOND).facts.objections_over
    assert not before(proposal, neighbour, fifteen + SECOND).facts.full_term

    keep(a_bulletin(proposal, "implementation", neighbour, NOW))
    assert not before(proposal, neighbour, fifteen - SECOND).facts.full_term
    assert before(proposal, neighbour, fifteen + SECOND).facts.full_term


def test_the_appraisal_asks_those_on_its_roll_and_tells_what_follows(
    proposal: Proposal, author: Person, neighbour: Person
) -> None:
    rule = a_rule(proposal)
    keep(rule)
    question = Question(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        kind="appraisal",
        round=1,
        attempt=1,
        text="请评价",
        options=["1", "2", "3", "4", "5"],
        rule_row_id=rule.id,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=7),
        state="open",
        roll_sha256="0" * 64,
    )
    keep(question)
    keep(
        RollEntry(
            community_id=proposal.community_id,
            question_id=question.id,
            unit_id=author.id,
            unit_kind="person",
            label="王*",
            resident_id=author.id,
        )
    )
    assert before(proposal, author).facts.invited
    assert not before(proposal, neighbour).facts.invited

    keep(
        Participation(
            community_id=proposal.community_id,
            question_id=question.id,
            unit_id=author.id,
            channel="mini_program",
            cast_by=author.id,
            cast_at=NOW,
            option_no=2,
            reason="灯还是不亮",
        )
    )
    facts = before(proposal, author).facts
    assert (facts.invited, facts.complaint_answered) == (False, False)
    assert (facts.appraisal_closed, facts.rework_due) == (False, False)

    with transaction():
        question.state, question.snapshot = "closed", {"next": "rework"}
    facts = before(proposal, author).facts
    assert (facts.appraisal_closed, facts.rework_due) == (True, True)
