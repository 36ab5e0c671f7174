"""A matter's way over a consultation day, from the queue to three signatures."""

from datetime import timedelta

from tests.deliberation.meetings.stories import CUTOFF, EVENING, FIRST_MORNING, Table, refused, went


def test_four_parties_agree_and_three_people_sign(table: Table) -> None:
    prepared = table.ready()
    case, meeting = prepared.case, prepared.meeting
    assert table.status(case) == "scheduled"
    with table.at(EVENING):
        outcome = went(prepared.agreed())
        assert outcome["result"] == "agreed"
        assert outcome["resolution"]["result_sentence"].endswith("各方协商一致，通过。")
        assert table.status(case) == "resolved"
        went(table.chair.post(f"/meetings/{meeting}/closing"))
        draft = went(table.recorder.get(f"/meetings/{meeting}/minutes"))
        assert draft["state"] == "draft"
        [item] = draft["content"]["items"]
        assert item["tasks"][0]["title"] == "更换五盏楼道灯"
        went(table.recorder.put(f"/meetings/{meeting}/minutes", {"remarks": "会后全体看了现场。"}))
        went(table.recorder.post(f"/meetings/{meeting}/minutes/circulation"))
    with table.at(EVENING + timedelta(days=5)):
        text = went(table.recorder.get(f"/meetings/{meeting}/minutes"))
        signed = {}
        for signer in (table.recorder, table.chair, table.supervisor):
            signed = went(
                signer.post(f"/meetings/{meeting}/minutes/signatures", {"sha256": text["sha256"]})
            )

        assert signed["state"] == "signed"
        assert {each["signs_as"] for each in signed["signatures"]} == {
            "recorder",
            "host",
            "supervisor",
        }
        shown = went(table.chair.get(f"/proposals/{case['id']}"))
        publish = {each["action"]: each for each in shown["allowed_actions"]}["publish_result"]
        assert publish["allowed"]


def test_the_minutes_can_be_printed(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.closed())
        page = table.seated["owners_committee"].get(f"/meetings/{prepared.meeting}/minutes/print")

    assert page.status_code == 200
    assert page.mimetype == "text/html"
    for words in ("达到开会条件", "更换五盏楼道灯", "600.00 元", "草稿", "3号楼楼道灯坏了"):
        assert words in page.text


def test_who_was_not_there_reads_no_minutes(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.closed())
        neighbour = table.place.a_resident(name="路人")
        answer = neighbour.get(f"/meetings/{prepared.meeting}/minutes")

    assert refused(answer) == "not-for-you"


def test_one_party_against_is_not_agreed_and_its_words_are_kept(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened())
        for party, seat in prepared.seats.items():
            stance = "against" if party == "owners_committee" else "for"
            went(table.says(prepared.item, seat, stance, "先查清费用"))
        outcome = went(table.outcome(prepared.item, tasks=[], dissent="业委会：先查清费用。"))
        shown = went(table.author.get(f"/meetings/{prepared.meeting}"))

    assert outcome["result"] == "not_agreed"
    assert "业委会不同意" in outcome["resolution"]["result_sentence"]
    assert table.status(prepared.case) == "resolved"
    [item] = shown["agenda"]
    assert {said["stance"] for said in item["positions"]} == {"for", "against"}


def test_a_party_that_has_not_spoken_holds_up_the_outcome(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened())
        went(table.says(prepared.item, prepared.seats["party_org"]))

        assert refused(table.outcome(prepared.item)) == "position-missing"


def test_an_absent_party_is_minuted_and_has_five_working_days_to_reply(table: Table) -> None:
    prepared = table.ready()
    seat = prepared.seats["property_company"]
    with table.at(EVENING):
        outcome = went(prepared.agreed("property_company"))
        assert "缺席，已提前3日通知并记录" in outcome["resolution"]["result_sentence"]
        shown = went(table.chair.get(f"/meetings/{prepared.meeting}"))
        [owed] = [each for each in shown["agenda"][0]["positions"] if each["stance"] is None]
        assert (owed["seat_id"], owed["reply_due_on"]) == (seat, "2026-12-17")
    said = {"seat_id": seat, "stance": "condition", "text": "同意，但需二十日内完成"}
    absent = table.seated["property_company"]
    with table.at(EVENING + timedelta(days=7)):
        reply = went(absent.post(f"/agenda-items/{prepared.item}/positions", said))
        assert reply["stance"] == "condition"
    with table.at(EVENING + timedelta(days=8)):
        late = absent.post(f"/agenda-items/{prepared.item}/positions", said)
        assert refused(late) == "reply-too-late"


def test_without_the_party_organisation_the_meeting_is_adjourned(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        meeting = went(prepared.opened("party_org"))

        assert meeting["state"] == "closed"
        assert meeting["quorum_met"] is False
        assert "社区党组织缺席（须到场）" in meeting["quorum_sentence"]
        assert table.status(prepared.case) == "adjourned"
        assert went(table.chair.get(f"/meetings/{prepared.meeting}/minutes"))["state"] == "draft"
        assert refused(table.outcome(prepared.item)) == "already-decided"
        later = table.session_on("2026-12-20")
        table.schedule(later, prepared.case)
        assert table.status(prepared.case) == "scheduled"


def test_nobody_is_adjourned_before_it_is_written_down_who_is_missing(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        answer = table.chair.post(f"/meetings/{prepared.meeting}/opening")

        assert refused(answer) == "attendance-missing"
        assert table.status(prepared.case) == "scheduled"


def test_a_party_that_does_not_exist_here_is_noted_and_skipped(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter()
        meeting = table.session_on("2026-12-10")
        table.officers(meeting)
        seats = {
            party: table.invite(meeting, party, table.seated[party])
            for party in ("party_org", "residents_committee", "property_company")
        }
        table.schedule(meeting, case)
    with table.at(CUTOFF):
        table.minute()
    with table.at(EVENING):
        for seat in seats.values():
            table.here(meeting, seat)
        missing = table.chair.post(f"/meetings/{meeting}/opening")
        assert refused(missing) == "party-not-invited"
        noted = {"parties": ["owners_committee"]}
        went(table.recorder.put(f"/meetings/{meeting}/not-established", noted))

        opened = went(table.chair.post(f"/meetings/{meeting}/opening"))

    assert opened["state"] == "open"
    assert "业委会未成立，已记录" in opened["quorum_sentence"]


def test_party_and_committee_can_never_be_noted_as_missing_here(table: Table) -> None:
    with table.at(FIRST_MORNING):
        meeting = table.session_on("2026-12-10")
        answer = table.recorder.put(
            f"/meetings/{meeting}/not-established", {"parties": ["party_org"]}
        )

    assert answer.status_code == 422


def test_what_was_not_finished_waits_for_another_meeting(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened())
        early = table.chair.post(f"/meetings/{prepared.meeting}/closing")
        assert refused(early) == "item-without-outcome"
        answer = went(table.outcome(prepared.item, outcome="continued", text="等报价", tasks=[]))
        went(table.chair.post(f"/meetings/{prepared.meeting}/closing"))
        later = table.session_on("2026-12-20")
        table.schedule(later, prepared.case)

    assert (answer["result"], answer["resolution"]) == ("continued", None)
    assert table.status(prepared.case) == "scheduled"


def test_what_is_agreed_is_done_by_somebody_until_a_day(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened())
        for seat in prepared.seats.values():
            went(table.says(prepared.item, seat))
        nobody = table.outcome(prepared.item, tasks=[table.a_task(assignee_id=None)])
        no_day = table.outcome(prepared.item, tasks=[table.a_task(due_on=None)])
        nothing = table.outcome(prepared.item, tasks=[])
        past = table.outcome(prepared.item, tasks=[table.a_task(due_on="2026-12-09")])

        assert {refused(answer) for answer in (nobody, no_day, nothing)} == {"task-without-owner"}
        assert past.status_code == 422
        assert table.status(prepared.case) == "deliberating"


def test_the_rule_decides_whatever_the_table_believes(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        went(prepared.opened())
        for seat in prepared.seats.values():
            went(table.says(prepared.item, seat, "against", "不同意"))

        answer = table.outcome(prepared.item, outcome="agreed")

    assert refused(answer) == "outcome-differs"
    assert answer.get_json()["outcome"] == "not_agreed"


def test_what_belongs_to_the_owners_is_not_decided_at_this_table(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter(owner_matter=7)
        meeting = table.session_on("2026-12-10")
        table.officers(meeting)
        seats = table.invite_all(meeting)
        item = table.schedule(meeting, case)
    with table.at(CUTOFF):
        table.minute()
    with table.at(EVENING):
        for seat in seats.values():
            table.here(meeting, seat)
        went(table.chair.post(f"/meetings/{meeting}/opening"))
        for seat in seats.values():
            went(table.says(item, seat))

        assert refused(table.outcome(item)) == "owner-matter"


def test_only_the_named_host_opens_and_only_the_named_recorder_writes(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING):
        for seat in prepared.seats.values():
            table.here(prepared.meeting, seat)
        other = table.place.a_worker("chair", name="另一主任")
        assert refused(other.post(f"/meetings/{prepared.meeting}/opening")) == "not-at-the-table"
        assert (
            refused(table.recorder.post(f"/meetings/{prepared.meeting}/opening"))
            == "not-at-the-table"
        )
        went(table.chair.post(f"/meetings/{prepared.meeting}/opening"))
        said = {"seat_id": prepared.seats["party_org"], "stance": "for", "text": "同意"}
        answer = other.post(f"/agenda-items/{prepared.item}/positions", said)

    assert refused(answer) == "not-at-the-table"


def test_a_person_checks_in_for_themselves_and_for_nobody_else(table: Table) -> None:
    prepared = table.ready()
    mine, others = prepared.seats["owners_committee"], prepared.seats["party_org"]
    owner = table.seated["owners_committee"]
    url = f"/meetings/{prepared.meeting}/seats"
    with table.at(EVENING - timedelta(days=1)):
        early = owner.put(f"{url}/{mine}/attendance", {"present": True})
        assert refused(early) == "not-open"
    with table.at(EVENING):
        assert went(owner.put(f"{url}/{mine}/attendance", {"present": True}))["present"]
        forged = owner.put(f"{url}/{others}/attendance", {"present": True})
        assert refused(forged) == "not-at-the-table"


def test_a_meeting_is_held_on_its_day(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING - timedelta(days=1)):
        early = table.chair.post(f"/meetings/{prepared.meeting}/opening")

    assert refused(early) == "not-open"


def test_after_two_adjournments_the_chair_may_shelve_with_a_public_reason(table: Table) -> None:
    prepared = table.ready()
    case, body = prepared.case, {"reason": "两次到会人数不足，待业委会换届后再议。"}
    with table.at(EVENING):
        went(prepared.opened("party_org"))
        once = table.chair.post(f"/proposals/{case['id']}/shelving", body)
        assert refused(once) == "not-yet-shelvable"
        later = table.session_on("2026-12-20")
        table.officers(later)
        seats = table.invite_all(later)
        table.schedule(later, case)
    with table.at(EVENING + timedelta(days=7)):
        table.minute()
    with table.at(EVENING + timedelta(days=10)):
        for party, seat in seats.items():
            if party == "party_org":
                table.absent(later, seat)
            else:
                table.here(later, seat)
        went(table.chair.post(f"/meetings/{later}/opening"))
        shelved = went(table.chair.post(f"/proposals/{case['id']}/shelving", body))

    assert shelved["outcome"] == "shelved"
    assert table.status(case) == "resolved"
