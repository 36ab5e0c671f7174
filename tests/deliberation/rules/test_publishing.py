import pytest

from backend.deliberation.rules import publishing
from backend.deliberation.rules.publishing import NotPublic, PreviewChanged
from backend.deliberation.rules.refusals import RedactionOpen


def found(text: str, *names: str) -> list[tuple[str, str]]:
    return [(mark.kind, text[mark.start : mark.end]) for mark in publishing.marks(text, names)]


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("请打13812345678找我", "phone", "13812345678"),
        ("请打138-1234-5678找我", "phone", "138-1234-5678"),
        ("物业023-67891234", "phone", "023-67891234"),
        ("证号50010119800101123X。", "id_number", "50010119800101123X"),
        ("3号楼2单元501室漏水", "room", "3号楼2单元501室"),
        ("3栋501漏水", "room", "3栋501"),
        ("住3-2-501", "room", "3-2-501"),
        ("502室太吵", "room", "502室"),
    ],
)
def test_what_may_identify_someone_is_highlighted(text: str, kind: str, marked: str) -> None:
    assert found(text) == [(kind, marked)]


@pytest.mark.parametrize(
    "text", ["3号楼门前路灯坏了", "共12000元，2026-12-10前完成", "81×3=243 ≥ 120×2=240", "每月10日"]
)
def test_buildings_dates_sums_and_formulas_are_not(text: str) -> None:
    assert found(text) == []


def test_names_on_the_roll_are_highlighted_the_longer_first() -> None:
    assert found("王小芳和王小说过", "王小", "王小芳", "李") == [
        ("name", "王小芳"),
        ("name", "王小"),
    ]


def test_a_private_matter_is_never_published() -> None:
    publishing.check_public(is_private=False)
    with pytest.raises(NotPublic):
        publishing.check_public(is_private=True)


def test_nothing_is_posted_that_nobody_has_looked_at() -> None:
    publishing.check_confirmed(confirmed_sha256="a", current_sha256="a")
    with pytest.raises(RedactionOpen):
        publishing.check_confirmed(confirmed_sha256=None, current_sha256="a")
    with pytest.raises(PreviewChanged):
        publishing.check_confirmed(confirmed_sha256="a", current_sha256="b")


def test_an_agreed_matter_needs_two_notices_and_another_one() -> None:
    assert publishing.notices_needed("common", "agreed") == {"result", "implementation"}
    assert publishing.notices_needed("common", "not_agreed") == {"result"}
    assert publishing.notices_needed("major", None) == {"implementation"}
