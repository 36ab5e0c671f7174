from datetime import date, timedelta

import pytest

from backend.deliberation.rules import consultation
from backend.deliberation.rules.consultation import PARTIES, PositionMissing, Seat, Stance
from backend.deliberation.rules.quorum import Counts
from backend.deliberation.rules.rule_rows import SEED_RULE_ROWS

ROWS = {row.code: row for row in SEED_RULE_ROWS}
FOUR = ROWS["four_party"]
COUNCIL = ROWS["council"]
MEETING = date(2026, 12, 10)
IN_TIME = date(2026, 12, 6)


def seats(*absent: str, invited_on: date = IN_TIME, minuted: bool = True) -> list[Seat]:
    return [
        Seat(party, party not in absent, invited_on, absence_minuted=minuted) for party in PARTIES
    ]


def test_all_four_parties_present_may_begin() -> None:
    attendance = consultation.four_party_attendance(FOUR, seats(), held_on=MEETING)

    assert attendance.met
    assert attendance.sentence == (
        "应到4，实到4，4×2=8 ≥ 4×1=4；社区党组织到场，居委会到场，业委会到场，"
        "物业服务企业到场；达到开会条件。"
    )


def test_an_absent_property_company_excused_in_time_does_not_stop_the_meeting() -> None:
    attendance = consultation.four_party_attendance(
        FOUR, seats("property_company"), held_on=MEETING
    )

    assert attendance.met
    assert "物业服务企业缺席，已提前3日通知并记录" in attendance.sentence


@pytest.mark.parametrize("party", consultation.MUST_BE_PRESENT)
def test_without_the_party_organisation_or_the_committee_it_cannot_begin(party: str) -> None:
    attendance = consultation.four_party_attendance(FOUR, seats(party), held_on=MEETING)

    assert not attendance.met
    assert f"{PARTIES[party]}缺席（须到场）" in attendance.sentence


def test_late_notice_does_not_excuse_an_absence() -> None:
    late = seats("property_company", invited_on=IN_TIME + timedelta(days=1))

    assert not consultation.four_party_attendance(FOUR, late, held_on=MEETING).met


def test_an_absence_must_be_in_the_minutes() -> None:
    unminuted = seats("owners_committee", minuted=False)

    assert not consultation.four_party_attendance(FOUR, unminuted, held_on=MEETING).met


def test_a_party_not_invited_stops_the_meeting_but_one_not_established_is_noted() -> None:
    three = [seat for seat in seats() if seat.party != "owners_committee"]
    uninvited = consultation.four_party_attendance(FOUR, three, held_on=MEETING)
    not_there = consultation.four_party_attendance(
        FOUR, three, held_on=MEETING, not_established=["owners_committee"]
    )

    assert not uninvited.met
    assert "业委会未邀请" in uninvited.sentence
    assert not_there.met
    assert "业委会未成立，已记录" in not_there.sentence


def test_fewer_than_half_of_all_invited_seats_cannot_begin() -> None:
    guests = [Seat("neutral", present=False, invited_on=IN_TIME) for _ in range(5)]

    assert not consultation.four_party_attendance(FOUR, seats() + guests, held_on=MEETING).met
    assert consultation.four_party_attendance(FOUR, seats() + guests[:4], held_on=MEETING).met


def test_four_parties_agree_only_together() -> None:
    attendance = consultation.four_party_attendance(FOUR, seats(), held_on=MEETING)
    agreeing: dict[str, list[Stance | None]] = {party: ["for"] for party in PARTIES}
    agreed = consultation.four_party_consensus(
        agreeing | {"property_company": ["condition"]}, attendance
    )
    refused = consultation.four_party_consensus(
        agreeing | {"property_company": ["against"]}, attendance
    )

    assert agreed.outcome == "agreed"
    assert agreed.sentence.endswith("物业服务企业附条件同意；各方协商一致，通过。")
    assert refused.outcome == "not_agreed"
    assert refused.sentence.endswith("物业服务企业不同意；未达成一致。")


def test_no_conclusion_while_a_party_at_the_table_is_silent() -> None:
    attendance = consultation.four_party_attendance(FOUR, seats(), held_on=MEETING)

    with pytest.raises(PositionMissing, match="业委会"):
        consultation.four_party_consensus(
            {"party_org": ["for"], "owners_committee": [None]}, attendance
        )
    with pytest.raises(PositionMissing):
        consultation.four_party_consensus({}, attendance)


def test_a_consultation_that_could_not_begin_has_no_agreement() -> None:
    attendance = consultation.four_party_attendance(FOUR, seats("party_org"), held_on=MEETING)

    assert consultation.four_party_consensus({}, attendance).outcome == "quorum_failed"


@pytest.mark.parametrize(
    ("yes", "no", "outcome", "label"),
    [(6, 0, "agreed", "协商一致"), (6, 4, "agreed", "多数意见"), (5, 5, "not_agreed", "未通过")],
)
def test_a_council_says_whether_it_was_of_one_mind(
    yes: int, no: int, outcome: str, label: str
) -> None:
    attendance = consultation.council_attendance(COUNCIL, 18, 10)
    decision = consultation.council_outcome(
        COUNCIL, attendance, Counts(entitled=18, attending=10, yes=yes, no=no)
    )

    assert attendance.met
    assert decision.outcome == outcome
    assert label in decision.sentence


def test_a_council_with_too_few_seats_taken_decides_nothing() -> None:
    attendance = consultation.council_attendance(COUNCIL, 18, 8)
    counts = Counts(entitled=18, attending=8, yes=8)

    assert consultation.council_outcome(COUNCIL, attendance, counts).outcome == "quorum_failed"
