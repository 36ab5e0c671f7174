"""会议一张表: keyed once with forms, without script; what it shows on the way, and who may."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backend.clock import SHANGHAI
from tests.console.browser import Browser, a_browser, form_of, main_of
from tests.counting import counted_statements
from tests.deliberation.meetings.stories import CUTOFF, EVENING, FIRST_MORNING, Prepared, Table
from tests.factories import Person, a_neighbourhood

SIGNING = datetime(2026, 12, 15, 9, tzinfo=SHANGHAI)


@pytest.fixture
def table(app: Flask) -> Table:
    return Table(app)


def at_the_desk(table: Table, person: Person) -> Browser:
    """Signed in as of now: sessions do not last for days."""
    return a_browser(table.app, person)


def page(meeting: str) -> str:
    return f"/console/meetings/{meeting}"


def went(answer: TestResponse) -> TestResponse:
    assert answer.status_code == 303, main_of(answer)
    return answer


def send(browser: Browser, path: str, **values: Any) -> TestResponse:
    return went(browser.send(path, **values))


def seat_numbers(answer: TestResponse) -> dict[str, str]:
    """seat id → its number on the sheet."""
    found = re.findall(r'name="(?:seats|positions)\.(\d+)\.seat_id" value="([^"]+)"', answer.text)
    return {seat: number for number, seat in found}


def everybody_is_here(browser: Browser, meeting: str) -> None:
    url = f"{page(meeting)}/attendance"
    listed = form_of(browser.get(page(meeting)), url)
    ticks = {name.replace("seen", "present"): "true" for name in listed if name.endswith("seen")}
    ways = {name.replace("seen", "channel"): "at_meeting" for name in listed if "seen" in name}
    told = {name: value for name, value in listed.items() if not name.endswith("absence_note")}
    went(browser.send(url, **{**told, **ticks, **ways}))


def nobody_ticked(browser: Browser, prepared: Prepared) -> dict[str, str]:
    """The list as it is before anybody came."""
    url = f"{page(prepared.meeting)}/attendance"
    listed = form_of(browser.get(page(prepared.meeting)), url)
    return {name: value for name, value in listed.items() if re.search("seat_id|seen", name)}


def typed(browser: Browser, prepared: Prepared, **more: str) -> dict[str, str]:
    """The sheet of the one topic as somebody fills it in: everybody agrees, one task."""
    shown = browser.get(page(prepared.meeting))
    values = {"version": form_of(shown, topic(prepared))["version"]}
    for seat, number in seat_numbers(shown).items():
        values |= {
            f"positions.{number}.seat_id": seat,
            f"positions.{number}.stance": "for",
            f"positions.{number}.text": "同意换灯",
        }
    values |= {
        "text": "由物业更换灯具，费用从公共收益列支。",
        "dissent": "有人希望先修门禁。",
        "tasks.0.title": "更换五盏楼道灯",
        "tasks.0.party": "property_company",
        "tasks.0.assignee_id": str(prepared.table.seated["property_company"].id),
        "tasks.0.due_on": "2026-12-25",
        "tasks.0.budget": "600",
    }
    return values | more


def topic(prepared: Prepared) -> str:
    return f"{page(prepared.meeting)}/items/{prepared.item}"


@pytest.fixture
def open_meeting(table: Table) -> Prepared:
    prepared = table.ready()
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)
        everybody_is_here(recorder, prepared.meeting)
        send(at_the_desk(table, table.chair), f"{page(prepared.meeting)}/opening")
    return prepared


def test_a_session_is_keyed_once_and_its_minutes_signed(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter()
        meeting = table.session_on("2026-12-10")
        url = page(meeting)
        recorder = at_the_desk(table, table.recorder)
        send(
            recorder,
            f"{url}/officers",
            host_id=str(table.chair.id),
            recorder_id=str(table.recorder.id),
            supervisor_id=str(table.supervisor.id),
        )
        send(recorder, f"{url}/topics", proposal_id=case["id"])
        for party, person in table.seated.items():
            send(recorder, f"{url}/seats", party=party, resident_id=str(person.id))
        assert "会议记录" in recorder.get(url).text
    with table.at(CUTOFF):
        table.minute()
    with table.at(EVENING):
        recorder, chair = at_the_desk(table, table.recorder), at_the_desk(table, table.chair)
        everybody_is_here(recorder, meeting)
        assert "达到开会条件" in recorder.get(url).text
        send(chair, f"{url}/opening")

        shown = recorder.get(url)
        item = re.search(rf'action="({url}/items/[^"/]+)"', shown.text)
        assert item
        prepared = Prepared(table, meeting, item[1].rsplit("/", 1)[1], {}, case)
        send(recorder, item[1], do="settle", **typed(recorder, prepared))
        assert "各方协商一致，通过" in recorder.get(url).text
        assert table.status(case) == "resolved"
        send(chair, f"{url}/closing")

        minutes = recorder.get(f"{url}/minutes").text
        for figure in ("更换五盏楼道灯", "600.00 元", "有人希望先修门禁", "到会场4人"):
            assert figure in minutes
        send(recorder, f"{url}/remarks", remarks="已看现场。")
        send(recorder, f"{url}/circulation")
        send(recorder, f"{url}/corrections", text="灯是五盏。")
    with table.at(SIGNING):
        for person in (table.recorder, table.chair, table.supervisor):
            browser = at_the_desk(table, person)
            seen = form_of(browser.get(url), f"{url}/signatures")["sha256"]
            send(browser, f"{url}/signatures", sha256=seen, method="screen")
        after = at_the_desk(table, table.recorder).get(url).text
    assert "签字定稿" in after
    assert f"/console/matters/{case['id']}/notice/result" in after
    assert f'action="{url}' not in main_of(at_the_desk_later(table, url))


def at_the_desk_later(table: Table, url: str) -> TestResponse:
    with table.at(SIGNING + timedelta(hours=1)):
        return at_the_desk(table, table.recorder).get(url)


def test_what_is_typed_is_kept_as_a_draft_and_shown_to_the_other_keeper(
    open_meeting: Prepared,
) -> None:
    table = open_meeting.table
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)
        send(recorder, topic(open_meeting), **typed(recorder, open_meeting))

        seen = at_the_desk(table, table.chair).get(page(open_meeting.meeting))

    held = form_of(seen, topic(open_meeting))
    assert held["text"] == "由物业更换灯具，费用从公共收益列支。"
    assert held["tasks.0.title"] == "更换五盏楼道灯"
    assert held["tasks.0.budget"] == "600"
    assert "吴记录12月10日（星期四）19:00存了草稿" in seen.text
    assert "任务1件和到期提醒" in seen.text
    assert "各方协商一致，通过" in seen.text, "what the rule would make of it"
    assert table.status(open_meeting.case) == "deliberating"


def test_a_draft_keeps_itself_and_tells_what_will_come_of_it(open_meeting: Prepared) -> None:
    table, kept = open_meeting.table, f"kept-{open_meeting.item}"
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)
        values = typed(recorder, open_meeting, do="draft")
        first = recorder.send_swap(topic(open_meeting), into=kept, **values)
        second = recorder.send_swap(topic(open_meeting), into=kept, **values | {"version": "2"})

    assert first.status_code == second.status_code == 200
    assert "自动存了草稿" in first.text
    assert f'value="2" id="version-{open_meeting.item}"' in first.text
    assert 'id="outputs" hx-swap-oob' in first.text
    assert "<h1" not in first.text


def test_two_people_typing_get_a_conflict_and_lose_nothing(open_meeting: Prepared) -> None:
    table, url = open_meeting.table, page(open_meeting.meeting)
    with table.at(EVENING):
        recorder, chair = at_the_desk(table, table.recorder), at_the_desk(table, table.chair)
        theirs = typed(recorder, open_meeting)
        mine = typed(chair, open_meeting, text="我写的另一种决定")
        send(recorder, topic(open_meeting), **theirs)

        swapped = chair.send_swap(
            topic(open_meeting), stands_on=url, into=f"kept-{open_meeting.item}", **mine
        )
        whole = chair.send(topic(open_meeting), **mine)
        again = form_of(whole, topic(open_meeting))
        send(chair, topic(open_meeting), **mine | {"version": again["version"]})

    assert swapped.status_code == whole.status_code == 409
    assert "看看新内容" in swapped.text
    assert again["text"] == "我写的另一种决定"


def test_an_outcome_with_something_missing_keeps_every_word(open_meeting: Prepared) -> None:
    table = open_meeting.table
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)
        values = typed(recorder, open_meeting, do="settle")
        no_text = recorder.send(topic(open_meeting), **values | {"text": ""})
        no_owner = recorder.send(topic(open_meeting), **values | {"tasks.0.assignee_id": ""})
        no_condition = recorder.send(
            topic(open_meeting),
            **values | {"positions.2.stance": "condition", "positions.2.text": ""},
        )
        events = table.chair.get(f"/proposals/{open_meeting.case['id']}/events").get_json()

    assert [each.status_code for each in (no_text, no_owner, no_condition)] == [422, 409, 422]
    assert "请填写这一项" in no_text.text
    assert "由谁、何时完成" in no_owner.text
    assert "请写明条件" in no_condition.text
    for answer in (no_text, no_owner, no_condition):
        assert form_of(answer, topic(open_meeting))["tasks.0.title"] == "更换五盏楼道灯"
    assert "position_stated" not in {event["kind"] for event in events["items"]}


def test_an_item_that_is_not_finished_goes_to_another_session(open_meeting: Prepared) -> None:
    table = open_meeting.table
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)
        values = typed(recorder, open_meeting, do="settle", outcome="continued")
        send(recorder, topic(open_meeting), **values)

        assert "继续协商" in recorder.get(page(open_meeting.meeting)).text
    assert table.status(open_meeting.case) == "queued"


def test_each_tick_is_counted_at_once_by_the_rule(table: Table) -> None:
    prepared = table.ready()
    url = f"{page(prepared.meeting)}/attendance"
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)
        one = nobody_ticked(recorder, prepared)
        answer = recorder.send_swap(url, into="quorum", **one | {"seats.0.present": "true"})

    assert answer.status_code == 200
    assert "应到4，实到1" in answer.text
    assert "未达到开会条件" in answer.text
    assert 'name="seats.0.seen" value="true"' in answer.text


def test_a_stale_list_does_not_send_anybody_home(table: Table) -> None:
    prepared = table.ready()
    url = f"{page(prepared.meeting)}/attendance"
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)
        stale = nobody_ticked(recorder, prepared)
        seat = prepared.seats["party_org"]
        path = f"/meetings/{prepared.meeting}/seats/{seat}/attendance"
        table.seated["party_org"].put(path, {"present": True})
        send(recorder, url, **stale)

        assert "应到4，实到1" in recorder.get(page(prepared.meeting)).text


def test_only_those_who_keep_the_table_get_its_forms(open_meeting: Prepared) -> None:
    table, url = open_meeting.table, page(open_meeting.meeting)
    with table.at(EVENING):
        other = a_browser(table.app, table.place.a_worker("committee_member", name="旁人"))
        shown = other.get(url)
        refused = other.send(topic(open_meeting), version="1", text="插一句", do="draft")

    assert topic(open_meeting) not in shown.text
    assert "由主持人或记录人记录" in shown.text
    assert refused.status_code == 403


def test_whoever_is_not_concerned_reads_no_names(open_meeting: Prepared) -> None:
    table = open_meeting.table
    with table.at(EVENING):
        moderator = a_browser(table.app, table.place.a_worker("moderator"))
        answer = moderator.get(page(open_meeting.meeting))

    assert answer.status_code == 200
    assert "代表party_org" not in answer.text
    assert "3号楼1单元" not in answer.text


def test_a_meeting_of_another_community_is_on_no_page(open_meeting: Prepared) -> None:
    table = open_meeting.table
    with table.at(EVENING):
        elsewhere = a_neighbourhood(table.app)
        stranger = a_browser(table.app, elsewhere.a_worker("chair"))
        url = page(open_meeting.meeting)
        answers = [
            stranger.get(url),
            stranger.get(f"{url}/minutes"),
            stranger.send(f"{url}/closing"),
            stranger.send(f"{url}/cancellation", reason="不开了"),
            stranger.send(topic(open_meeting), version="1", text="外人"),
            stranger.send(f"{topic(open_meeting)}/postponement", reason="外人"),
        ]

    assert {answer.status_code for answer in answers} == {404}


def test_officers_who_are_one_person_are_refused_with_the_form(table: Table) -> None:
    meeting = table.session_on("2026-12-10")
    with table.at(FIRST_MORNING):
        recorder = at_the_desk(table, table.recorder)
        url = f"{page(meeting)}/officers"
        chair = str(table.chair.id)
        answer = recorder.send(url, host_id=chair, recorder_id=chair)

    assert answer.status_code == 409
    assert "须由不同的人担任" in answer.text


def test_the_usual_people_are_ticked_and_somebody_is_found_by_name(table: Table) -> None:
    meeting = table.session_on("2026-12-10")
    with table.at(FIRST_MORNING):
        recorder = at_the_desk(table, table.recorder)
        listed = form_of(recorder.get(page(meeting)), f"{page(meeting)}/invitations")
        ticks = {
            name.replace("resident_id", "is_wanted"): "true"
            for name in listed
            if name.endswith("resident_id")
        }
        send(recorder, f"{page(meeting)}/invitations", **listed | ticks)
        found = recorder.get(page(meeting), who="王芳")

    assert "郑监督" in main_of(found)
    assert str(table.author.id) in found.text


def test_a_topic_is_put_off_only_with_a_reason_once_people_were_told(table: Table) -> None:
    prepared = table.ready()
    with table.at(EVENING - timedelta(days=1)):
        recorder = at_the_desk(table, table.recorder)
        bare = recorder.send(f"{topic(prepared)}/postponement", reason="")
        send(recorder, f"{topic(prepared)}/postponement", reason="物业来不了")

    assert bare.status_code == 422
    assert table.status(prepared.case) == "queued"


def test_a_meeting_costs_the_same_number_of_statements_whatever_its_length(table: Table) -> None:
    meeting = table.session_on("2026-12-10")
    with table.at(FIRST_MORNING):
        recorder = at_the_desk(table, table.recorder)
        table.officers(meeting)

        def filled(number: int) -> None:
            case = table.a_matter(title=f"第{number}件事", body=f"第{number}件事的经过。")
            table.schedule(meeting, case)
            table.invite(meeting, "resident", table.place.a_resident(name=f"住户{number}"))

        filled(1)
        recorder.get(page(meeting))
        with counted_statements(table.app) as few:
            recorder.get(page(meeting))
        for number in range(2, 6):
            filled(number)
        with counted_statements(table.app) as many:
            answer = recorder.get(page(meeting))

    assert answer.text.count('class="sheet stack topic"') == 5
    assert len(many) == len(few)


def test_the_list_of_meetings_is_narrowed_to_what_can_still_be_filled(table: Table) -> None:
    with table.at(FIRST_MORNING):
        recorder = at_the_desk(table, table.recorder)
        everything = recorder.get("/console/meetings")
        held = recorder.get("/console/meetings", state="closed")

    assert "12月10日（星期四）19:00 逢十协商日" in everything.text
    assert "没有会" in held.text


def test_minutes_are_shown_before_they_exist_and_load_nothing(open_meeting: Prepared) -> None:
    table = open_meeting.table
    with table.at(EVENING):
        answer = at_the_desk(table, table.recorder).get(f"{page(open_meeting.meeting)}/minutes")

    assert "预览：会还没开完" in answer.text
    assert (
        answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    )
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_a_matter_leads_to_its_meeting_and_the_meeting_to_its_matters(
    open_meeting: Prepared,
) -> None:
    table, matter = open_meeting.table, f"/console/matters/{open_meeting.case['id']}"
    with table.at(EVENING):
        recorder = at_the_desk(table, table.recorder)

        assert f'href="{page(open_meeting.meeting)}"' in main_of(recorder.get(matter))
        assert f'href="{matter}"' in main_of(recorder.get(page(open_meeting.meeting)))
