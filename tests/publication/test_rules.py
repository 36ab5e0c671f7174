"""How long a notice hangs, and what it may say."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from backend.days import SHANGHAI
from backend.publication.rules.board import (
    AlreadyOnTheBoard,
    BoardDayImpossible,
    NotPublished,
    check_board_day,
    last_day,
    objection_until_on,
    until,
)
from backend.publication.rules.bulletins import (
    AlreadyPublished,
    OwnDraft,
    PreviewChanged,
    check_may_publish,
    content_sha256,
    number,
)
from backend.publication.rules.catalogue import (
    CATALOGUE,
    NotOnTheList,
    UnknownItem,
    check_fields,
    item_of,
    public_fields,
)
from backend.publication.rules.poster import Sheet, sheet
from backend.residents.models.settings import NUMBERS


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


def test_fifteen_full_days_from_21_november_end_on_7_december_at_midnight() -> None:
    online, board = shanghai(2026, 11, 21, 9), shanghai(2026, 11, 21, 16, 30)

    assert until(online, board) == shanghai(2026, 12, 7)
    assert last_day(until(online, board)) == date(2026, 12, 6)


def test_the_later_of_screen_and_board_counts() -> None:
    early, late = shanghai(2026, 11, 21, 9), shanghai(2026, 11, 24, 8)

    assert until(early, late) == until(late, early) == shanghai(2026, 12, 10)


def test_the_day_is_shanghais_wherever_the_server_stands() -> None:
    just_after_midnight = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)

    assert until(just_after_midnight, just_after_midnight) == shanghai(2026, 12, 7)


def test_the_display_runs_over_new_year_and_leap_day() -> None:
    assert until(*[shanghai(2027, 12, 20)] * 2) == shanghai(2028, 1, 5)
    assert until(*[shanghai(2028, 2, 20)] * 2) == shanghai(2028, 3, 7)


def test_objections_are_heard_for_seven_days_and_never_end_on_a_day_off() -> None:
    end = until(*[shanghai(2026, 11, 20, 9)] * 2)

    def last(**off: bool) -> date:
        days_off = {date(2026, 11, int(day[1:])): works for day, works in off.items()}
        return objection_until_on(end, min_days=15, objection_days=7, holidays=days_off)

    assert last() == date(2026, 11, 27)  # a Friday
    assert last(d27=False) == date(2026, 11, 30)
    assert last(d27=False, d28=True) == date(2026, 11, 28)


def test_the_catalogue_names_for_every_item_by_when_it_is_due() -> None:
    assert sorted(CATALOGUE) == ["P1", "P12", "P5", "P7", "V1"]
    assert {item.due for item in CATALOGUE.values()} <= NUMBERS.keys()


def test_an_item_nobody_listed_is_refused() -> None:
    with pytest.raises(UnknownItem):
        item_of("P99")


def test_what_the_item_does_not_list_is_refused_by_name_at_both_levels() -> None:
    fields = {"title": "路灯", "author_phone": "1", "tasks": [{"title": "装灯", "worker": "赵工"}]}

    with pytest.raises(NotOnTheList, match=r"author_phone、tasks\.worker"):
        check_fields(CATALOGUE["P5"], fields)


def test_a_shorter_list_hides_what_an_older_bulletin_still_holds() -> None:
    fields = {"title": "路灯", "phone": "1", "tasks": [{"title": "装灯", "worker": "赵工"}]}

    assert public_fields("P5", fields) == {"title": "路灯", "tasks": [{"title": "装灯"}]}


def test_the_hash_does_not_depend_on_the_order_of_the_fields() -> None:
    assert content_sha256({"a": 1, "b": "二"}) == content_sha256({"b": "二", "a": 1})
    assert content_sha256({"a": 1}) != content_sha256({"a": 2})


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"state": "published"}, AlreadyPublished),
        ({"state": "withdrawn"}, AlreadyPublished),
        ({"seen_sha256": "other"}, PreviewChanged),
    ],
)
def test_a_draft_goes_out_once_and_as_it_was_seen(
    changed: dict[str, str], refusal: type[Exception]
) -> None:
    asked = {"state": "draft", "seen_sha256": "seen", "current_sha256": "seen"} | changed

    with pytest.raises(refusal):
        check_may_publish(drafted_by=uuid4(), publisher_id=uuid4(), **asked)


def test_nobody_publishes_their_own_draft() -> None:
    someone = uuid4()

    with pytest.raises(OwnDraft):
        check_may_publish(
            state="draft",
            drafted_by=someone,
            publisher_id=someone,
            seen_sha256="seen",
            current_sha256="seen",
        )


def test_the_day_on_the_board_is_noted_once_not_ahead_and_not_before_the_screen() -> None:
    online, day = shanghai(2026, 11, 21, 9), timedelta(days=1)
    fine = {
        "state": "published",
        "online_at": online,
        "board_posted_at": None,
        "up_on": online.date(),
        "today": online.date() + day,
    }

    assert check_board_day(**fine) == online  # type: ignore[arg-type]
    for change, refusal in (
        ({"state": "draft", "online_at": None}, NotPublished),
        ({"board_posted_at": online}, AlreadyOnTheBoard),
        ({"up_on": online.date() + 2 * day}, BoardDayImpossible),
        ({"up_on": online.date() - day}, BoardDayImpossible),
    ):
        with pytest.raises(refusal):
            check_board_day(**(fine | change))  # type: ignore[arg-type]


def test_numbers_count_within_community_and_year() -> None:
    assert number("HPL", 2026, 7) == "HPL-2026-0007"


def a_sheet(plain_text: str, fields: dict[str, object], title: str = "路灯协商结果") -> Sheet:
    online = shanghai(2026, 11, 21, 9)
    return sheet(
        item_code="P5",
        kind="result",
        title=title,
        plain_text=plain_text,
        fields=fields,
        online_at=online,
        board_posted_at=None,
        until_at=None,
        min_days=15,
        objection_days=7,
        holidays={},
    )


def test_a_poster_that_is_not_yet_hung_leaves_the_days_to_be_filled_in() -> None:
    poster = a_sheet("三单元装路灯。", {"result_sentence": "同意18户，通过"})

    assert (poster.first_day, poster.last_day, poster.objections_until) == (None, None, None)
    assert poster.facts == [("表决结果", ["同意18户，通过"])]
    assert not poster.is_shortened


def test_a_text_too_long_for_the_sheet_is_cut_and_says_so() -> None:
    poster = a_sheet("路" * 500, {})

    assert len("".join(poster.paragraphs)) == 200
    assert poster.paragraphs[-1].endswith("…")
    assert poster.is_shortened


def test_facts_that_do_not_fit_are_left_to_the_full_text() -> None:
    tasks = [{"title": f"第{no}项任务", "party": "物业"} for no in range(20)]

    poster = a_sheet("短", {"tasks": tasks})

    assert 1 < len(poster.facts[0][1]) < 20
    assert poster.is_shortened


def test_many_short_lines_are_cut_as_one_long_one_is() -> None:
    poster = a_sheet("\n".join("灯" * 3 for _ in range(40)), {})

    assert len(poster.paragraphs) == 7
    assert poster.is_shortened


def test_a_long_title_leaves_less_room_for_facts() -> None:
    tasks = [{"title": f"第{no}项任务", "party": "物业"} for no in range(20)]
    long, short = (a_sheet("短", {"tasks": tasks}, title=title) for title in ("题" * 60, "题"))

    assert (short.title_points, long.title_points) == (60, 48)
    assert len(long.facts[0][1]) < len(short.facts[0][1])


def test_counts_money_and_tasks_are_written_out() -> None:
    poster = a_sheet(
        "短",
        {
            "counts_by_channel": {"mini_program": 12, "paper": 3},
            "spending_fen": 123456,
            "tasks": [{"title": "装灯", "party": "物业", "due_on": "2026-12-01"}],
        },
    )

    assert dict(poster.facts) == {
        "参与情况": ["小程序12份，纸质3份"],
        "落实任务": ["装灯（物业，2026年12月1日前完成）"],
        "经费使用": ["1234.56元"],
    }
