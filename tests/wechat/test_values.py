import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.wechat.values import ValueRefused, check_value, fit

TAKEN = [
    ("thing", "一" * 20),
    ("character_string", "LH-2026-0012"),
    ("number", "12.5"),
    ("letter", "ABc"),
    ("symbol", "+/-"),
    ("time", "2026年12月3日 19:30"),
    ("time", "2026年12月3日 19:30~2026年12月3日 21:00"),
    ("time", "19:30~21:00"),
    ("date", "2026年12月3日~2026年12月9日"),
    ("date", "2028年2月29日"),
    ("amount", "￥100.50元"),
    ("amount", "100"),
    ("phone_number", "+86-0766-66888866"),
    ("car_number", "粤A8Z888挂"),
    ("name", "欧阳若谷"),
    ("name", "A" * 20),
    ("phrase", "已办结"),
    ("enum", "晴"),
]
REFUSED = [
    ("thing", "一" * 21),
    ("thing", ""),
    ("thing", "  "),
    ("character_string", "编号12"),
    ("character_string", "1" * 33),
    ("number", "-5"),
    ("number", "五"),
    ("letter", "a1"),
    ("symbol", "abc"),
    ("time", "2026年12月3日"),
    ("time", "24:10"),
    ("date", "2027年2月29日"),
    ("date", "12月3日"),
    ("date", "2026年1月1日~2026年1月2日~2026年1月3日"),
    ("amount", "￥12345678901"),
    ("phone_number", "电话 10086"),
    ("car_number", "粤A8Z888888"),
    ("name", "一" * 11),
    ("name", "A" * 21),
    ("phrase", "正在办理之中"),
    ("phrase", "OK"),
    ("weather", "晴"),
]


@pytest.mark.parametrize(("kind", "text"), TAKEN)
def test_wechat_takes(kind: str, text: str) -> None:
    check_value(kind, text)


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_wechat_refuses(kind: str, text: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        check_value(kind, text)
    assert not text.strip() or text not in str(refused.value)


def test_an_enum_takes_only_its_own_values() -> None:
    check_value("enum", "晴", ["晴", "雨"])
    with pytest.raises(ValueRefused):
        check_value("enum", "雪", ["晴", "雨"])


def test_a_long_title_ends_with_an_ellipsis() -> None:
    shortened = fit("thing", "关于在三号楼与五号楼之间加装夜间照明灯的事项")
    assert shortened == "关于在三号楼与五号楼之间加装夜间照明灯…"
    check_value("thing", shortened)


def test_lines_become_one() -> None:
    assert fit("thing", "三号楼\n照明\t维修\u200b") == "三号楼 照明 维修"


def test_half_a_number_is_never_sent() -> None:
    assert fit("number", "1" * 40) == "1" * 40


@given(st.text(min_size=1))
def test_a_fitted_thing_is_taken_unless_nothing_is_left(text: str) -> None:
    if fitted := fit("thing", text):
        check_value("thing", fitted)


@pytest.mark.parametrize("kind", ["phrase", "character_string", "letter", "symbol", "name"])
@given(text=st.text(alphabet="邻里 aZ19-+，。\n😀", max_size=60))
def test_fitting_twice_changes_nothing_more(kind: str, text: str) -> None:
    assert fit(kind, fit(kind, text)) == fit(kind, text)
