"""回避: who is too near to a matter keeps out of its decision, and everybody reads it."""

from typing import Any

from tests.deliberation.meetings.stories import EVENING, Prepared, Table, refused, went
from tests.deliberation.meetings.test_assembly import DAY as ASSEMBLY_DAY
from tests.deliberation.meetings.test_assembly import Assembly
from tests.deliberation.meetings.test_council import DAY, Council


def recused(prepared: Any, seat: str, who: Any = None) -> Any:
    who = who or prepared.table.recorder
    return who.put(f"/meetings/{prepared.meeting}/seats/{seat}/recusal")


def test_a_recused_seat_is_neither_due_nor_counted(table: Table) -> None:
    council = Council(table)
    with table.at(DAY):
        went(recused(council, council.seats[3]))
        meeting = went(council.opened(4))
        assert "应到4，实到3，3×2=6 ≥ 4×1=4" in meeting["quorum_sentence"]
        assert refused(council.counted(4, 0)) == "count-mismatch"
        went(council.counted(2, 1))
        outcome = went(table.outcome(council.item))

    assert "应到4，实到3" in outcome["resolution"]["result_sentence"]


def test_a_recused_seat_states_no_position(table: Table) -> None:
    council = Council(table)
    with table.at(DAY):
        went(council.opened(4))
        went(recused(council, council.seats[0]))
        said = table.says(council.item, council.seats[0])

    assert refused(said) == "recused"


def test_who_is_recused_witnesses_no_count(table: Table) -> None:
    council = Council(table)
    with table.at(DAY):
        went(council.opened(4))
        went(recused(council, council.seats[0]))

        assert refused(council.counted(3, 0)) == "witness-not-here"


def test_after_the_count_it_is_too_late_to_be_recused(table: Table) -> None:
    council = Council(table)
    with table.at(DAY):
        went(council.opened(4))
        went(council.counted(4, 0))

        assert refused(recused(council, council.seats[2])) == "recused-too-late"


def test_one_is_recused_by_oneself_or_by_the_table(table: Table) -> None:
    council = Council(table)
    with table.at(DAY):
        stranger = recused(council, council.seats[0], table.seated["owners_committee"])

    assert refused(stranger) == "not-at-the-table"


def test_a_party_whose_only_seat_is_recused_is_not_asked(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(recused(prepared, prepared.seats["property_company"]))
        meeting = went(prepared.opened())
        for party in ("party_org", "residents_committee", "owners_committee"):
            went(table.says(prepared.item, prepared.seats[party]))
        outcome = went(table.outcome(prepared.item))

    assert "物业服务企业回避，已记录" in meeting["quorum_sentence"]
    assert outcome["result"] == "agreed"
    assert "物业服务企业同意" not in outcome["resolution"]["result_sentence"]


def test_the_committee_sends_somebody_else_in_place_of_who_is_recused(table: Table) -> None:
    prepared: Prepared = table.ready()
    with table.at(EVENING):
        went(recused(prepared, prepared.seats["residents_committee"]))
        alone = went(prepared.opened())

    assert alone["quorum_met"] is False
    assert "居委会回避（须另派人到场）" in alone["quorum_sentence"]


def test_recused_after_the_opening_the_last_of_a_party_leaves_too_few_to_decide(
    table: Table,
) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened())
        went(recused(prepared, prepared.seats["residents_committee"]))
        for party in ("party_org", "owners_committee", "property_company"):
            went(table.says(prepared.item, prepared.seats[party]))
        assert refused(table.outcome(prepared.item)) == "quorum-not-met"
        later = went(table.outcome(prepared.item, outcome="continued", tasks=[]))

    assert later["result"] == "continued"


def test_in_an_assembly_the_recused_are_members_who_came_but_do_not_vote(table: Table) -> None:
    assembly = Assembly(table)
    with table.at(ASSEMBLY_DAY):
        went(recused(assembly, assembly.seats[3]))
        meeting = went(assembly.opened(5))
        assert "应到5，实到5" in meeting["quorum_sentence"]
        assert refused(assembly.counted(5, 0, 0)) == "count-mismatch"
        went(assembly.counted(3, 1, 0))
        outcome = went(table.outcome(assembly.item))

    assert "同意3，3×2=6 > 5×1=5，通过" in outcome["resolution"]["result_sentence"]


def test_the_minutes_say_who_was_recused_and_do_not_count_them(table: Table) -> None:
    council = Council(table)
    with table.at(DAY):
        went(recused(council, council.seats[3]))
        went(council.opened(4))
        went(council.counted(3, 0))
        went(table.outcome(council.item))
        went(table.chair.post(f"/meetings/{council.meeting}/closing"))
        content = went(table.chair.get(f"/meetings/{council.meeting}/minutes"))["content"]

    assert (content["attendance"]["due"], content["attendance"]["present"]) == (4, 3)
    assert any("已声明回避" in each["who"] for each in content["attendance"]["sitting_in"])
