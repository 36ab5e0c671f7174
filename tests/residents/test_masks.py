import pytest

from backend.residents.models.masks import mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张", "*"),
        ("张伟", "张*"),
        ("王小芳", "王*芳"),
        ("欧阳小芳", "欧**芳"),
        ("阿依古丽·买买提", "阿******提"),
        (None, "已注销用户"),
        ("", "已注销用户"),
        ("没有写名字", "没有写名字"),
    ],
)
def test_a_name_shows_its_ends_only(name: str | None, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812341234", "138****1234"), ("010-64200000", "**********00"), ("1", "1")],
)
def test_a_phone_shows_its_ends_only(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown
