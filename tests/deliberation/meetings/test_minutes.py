"""Minutes: drawn up from the records, corrected in three days, signed by three people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.clock import SHANGHAI
from tests.deliberation.meetings.stories import EVENING, SECOND, Prepared, Table, refused, went
from tests.factories import Person

# Circulated on Thursday 10 December: corrections until the end of Sunday, moved to Monday.
SIGNING = datetime(2026, 12, 15, tzinfo=SHANGHAI)


@pytest.fixture
def closed(table: Table) -> Prepared:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.closed())
    return prepared


@pytest.fixture
def circulated(closed: Prepared) -> Prepared:
    with closed.table.at(EVENING + timedelta(hours=1)):
        went(closed.table.recorder.post(url(closed, "/circulation")))
    return closed


def url(prepared: Prepared, more: str = "") -> str:
    return f"/meetings/{prepared.meeting}/minutes{more}"


def sign(prepared: Prepared, person: Person, sha256: str | None = None) -> Any:
    sha256 = sha256 or went(prepared.table.chair.get(url(prepared)))["sha256"]
    return person.post(url(prepared, "/signatures"), {"sha256": sha256})


def test_nobody_types_what_the_records_say(closed: Prepared) -> None:
    table = closed.table
    with table.at(EVENING):
        content = went(table.chair.get(url(closed)))["content"]

    assert (content["host"], content["recorder"], content["supervisor"]) == (
        "周主任",
        "吴记录",
        "郑监督",
    )
    assert content["quorum"]["met"]
    assert content["attendance"]["by_channel"] == {"到会场": 4}
    assert [party["party"] for party in content["attendance"]["by_party"]] == [
        "社区党组织",
        "居委会",
        "业委会",
        "物业服务企业",
    ]
    [item] = content["items"]
    assert item["result"] == "已议定"
    assert len(item["positions"]) == 4
    assert item["tasks"][0]["who"] == "代表property_company"
    assert len(item["text_sha256"]) == 64


def test_a_signature_stands_for_exactly_these_words(circulated: Prepared) -> None:
    table = circulated.table
    with table.at(SIGNING):
        seen = went(table.recorder.get(url(circulated)))["sha256"]
        went(table.recorder.put(url(circulated), {"remarks": "补充：已看现场。"}))

        answer = sign(circulated, table.chair, seen)

    assert refused(answer) == "hash-mismatch"
    assert answer.get_json()["your_sha256"] == seen
    assert answer.get_json()["current_sha256"] != seen


def test_after_the_first_signature_nothing_changes(circulated: Prepared) -> None:
    table = circulated.table
    with table.at(SIGNING):
        first = went(sign(circulated, table.recorder))
        later = table.recorder.put(url(circulated), {"remarks": "再加一句"})
        twice = sign(circulated, table.recorder)
        went(sign(circulated, table.chair))
        signed = went(sign(circulated, table.supervisor))
        after = sign(circulated, table.seated["party_org"])

    assert first["state"] == "circulated"
    assert signed["state"] == "signed"
    assert {each["signed_sha256"] for each in signed["signatures"]} == {first["sha256"]}
    assert [refused(each) for each in (later, twice, after)] == ["already-signed"] * 3


def test_whoever_was_there_may_sign_but_the_three_must(circulated: Prepared) -> None:
    table = circulated.table
    with table.at(SIGNING):
        for person in table.seated.values():
            shown = went(sign(circulated, person))
        stranger = sign(circulated, table.place.a_resident())
        other = sign(circulated, table.place.a_worker("supervisor", name="另一监督"))

    assert shown["state"] == "circulated"
    assert {each["signs_as"] for each in shown["signatures"]} == {"attendee"}
    assert [refused(stranger), refused(other)] == ["not-a-signer", "not-a-signer"]


@pytest.mark.parametrize(
    ("moment", "open_"), [(SIGNING - 2 * SECOND, True), (SIGNING, False), (SIGNING + SECOND, False)]
)
def test_corrections_end_and_signing_begins_at_the_same_second(
    circulated: Prepared, moment: datetime, *, open_: bool
) -> None:
    table = circulated.table
    with table.at(moment):
        corrected = table.seated["party_org"].post(
            url(circulated, "/corrections"), {"text": "我说的是五盏，不是六盏。"}
        )
        signed = sign(circulated, table.recorder)

    if open_:
        assert went(corrected)["corrections"][0]["text"] == "我说的是五盏，不是六盏。"
        assert refused(signed) == "corrections-open"
    else:
        assert refused(corrected) == "corrections-over"
        assert went(signed)["signatures"]


def test_only_who_was_there_corrects(circulated: Prepared) -> None:
    table = circulated.table
    with table.at(EVENING + timedelta(hours=2)):
        body = {"text": "我不在场，但我有意见"}
        stranger = table.place.a_resident().post(url(circulated, "/corrections"), body)

    assert refused(stranger) == "not-for-you"


def test_minutes_go_their_way_in_order(closed: Prepared) -> None:
    table = closed.table
    with table.at(EVENING):
        early = sign(closed, table.chair)
        correction = table.seated["party_org"].post(url(closed, "/corrections"), {"text": "更正"})
        chair = table.chair.post(url(closed, "/circulation"))
        went(table.recorder.post(url(closed, "/circulation")))
        again = table.recorder.post(url(closed, "/circulation"))

    assert [refused(each) for each in (early, correction, chair, again)] == [
        "not-circulated",
        "not-circulated",
        "not-the-recorder",
        "already-circulated",
    ]


def test_before_the_end_there_are_no_minutes(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        answer = table.chair.get(url(prepared))

    assert refused(answer) == "no-minutes"


def test_one_signature_however_often_the_button_is_pressed(circulated: Prepared) -> None:
    table = circulated.table
    with table.at(SIGNING):
        sha256 = went(table.chair.get(url(circulated)))["sha256"]
        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(lambda _: sign(circulated, table.chair, sha256).status_code, range(6))
            )
        shown = went(table.chair.get(url(circulated)))

    assert sorted(answers) == [201] + [409] * 5
    assert len(shown["signatures"]) == 1


def test_host_recorder_and_supervisor_are_three_people(table: Table) -> None:
    prepared = table.ready()
    officers = f"/meetings/{prepared.meeting}/officers"
    with table.at(EVENING - timedelta(days=1)):
        chair, recorder = str(table.chair.id), str(table.recorder.id)
        one = table.chair.put(officers, {"host_id": chair, "recorder_id": chair})
        watching = table.chair.put(officers, {"host_id": chair, "supervisor_id": chair})
        committee = table.chair.put(officers, {"host_id": chair, "supervisor_id": recorder})

    assert [refused(each) for each in (one, watching, committee)] == [
        "same-person-twice",
        "same-person-twice",
        "not-a-supervisor",
    ]


def test_without_a_named_supervisor_any_of_the_committee_may_sign(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        named = {"host_id": str(table.chair.id), "recorder_id": str(table.recorder.id)}
        went(table.chair.put(f"/meetings/{prepared.meeting}/officers", named))
        went(prepared.closed())
        went(table.recorder.post(url(prepared, "/circulation")))
    with table.at(SIGNING):
        other = table.place.a_worker("supervisor", name="另一监督")

        assert went(sign(prepared, other))["signatures"][0]["signs_as"] == "supervisor"
